// Package archive writes the scheduler's books to a file, a backup, and reads them back into a ledger that is empty.
//
// In a backup are the roster, the sheets, the tallies, which days are closed, and the epoch. There are no office-day
// keys in it, so that no copy of a key outlives its day, and no identity, so that who finds a backup cannot pose as the
// scheduler or as a totem. Totems bring back the keys of the days that they know.
//
// A backup is written while the scheduler works: the roster first, then the sheets. So a sheet may know more than the
// roster says was told, which is told again and changes nothing, and never less.
//
// A ledger that was restored is in a later epoch: of an office nothing is sold before its totems have told what they
// hold; see booking.Sheet.Join.
//
// The file is one JSON object a line:
//
//	line            holds
//	first           "backup": version of this form, "made": when, "epoch": of the ledger
//	totem           a member of the roster
//	sheet           a sheet, as sync/wire writes it
//	tally           what remains of an office's day
//	closed          a day that was closed
//	last            "lines", "length" and "sha256" of everything before it
package archive

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"time"

	"github.com/go-json-experiment/json"

	"example.org/totem/booking"
	"example.org/totem/ledger"
)

// Version is the version of the form that Write writes. Read understands no other.
const Version = 1

// Errors of Check and Restore.
var (
	ErrDamaged  = errors.New("the backup is damaged")
	ErrNewer    = errors.New("the backup is of a newer release")
	ErrNotEmpty = errors.New("the ledger is not empty")
)

// Books are what is written and restored.
type Books interface {
	ledger.Book
	ledger.Roster
	ledger.Tallies
	// Offices returns every office of which there is anything, Closed every day that was closed.
	Offices(ctx context.Context) ([]booking.OfficeID, error)
	Closed(ctx context.Context) ([]booking.Day, error)
}

// Contents says what a backup holds.
type Contents struct {
	Made    time.Time // UTC, whole seconds
	Epoch   uint64    // of the ledger that it was made of
	Totems  int
	Sheets  int
	Tallies int
	Closed  int // days
}

// header is the first line, trailer the last.
type header struct {
	Backup int       `json:"backup"`
	Made   time.Time `json:"made"`
	Epoch  uint64    `json:"epoch"`
}

type trailer struct {
	Lines  int    `json:"lines"`
	Length int64  `json:"length"`
	SHA256 string `json:"sha256"`
}

// line is any line between them; one member is set.
type line struct {
	Totem  *memberLine  `json:"totem,omitempty"`
	Sheet  *sheetLine   `json:"sheet,omitempty"`
	Tally  *tallyLine   `json:"tally,omitempty"`
	Closed *booking.Day `json:"closed,omitempty"`
}

const maxLine = 2 << 20 // bytes; a sheet has at most 1 MiB

// lines writes lines and counts and digests them.
type lines struct {
	out    *bufio.Writer
	digest hash.Hash
	count  int
	length int64
}

func newLines(w io.Writer) *lines { return &lines{out: bufio.NewWriter(w), digest: sha256.New()} }

func (l *lines) write(v any) error {
	text, err := json.Marshal(v, json.Deterministic(true))
	if err != nil {
		return err
	}
	text = append(text, '\n')
	l.count++
	l.length += int64(len(text))
	l.digest.Write(text)
	_, err = l.out.Write(text)
	return err
}

func (l *lines) end() error {
	err := l.write(trailer{l.count, l.length, hex.EncodeToString(l.digest.Sum(nil))})
	return errors.Join(err, l.out.Flush())
}

// Check reads a backup to its end and returns what is in it. The error is ErrDamaged, ErrNewer, or trouble with r.
func Check(r io.Reader) (Contents, error) {
	return scan(r, func(line) error { return nil })
}

// scan hands every line between the first and the last to each. Only when it returns without an error was the file whole.
func scan(r io.Reader, each func(line) error) (c Contents, err error) {
	in := bufio.NewScanner(r)
	in.Buffer(make([]byte, 64<<10), maxLine)
	in.Split(wholeLines)
	sum, count, length := sha256.New(), 0, int64(0)
	var held []byte // the line before: the last of all is the trailer
	for in.Scan() {
		if held == nil {
			if c, err = readHeader(in.Bytes()); err != nil {
				return c, err
			}
		} else {
			count, length = count+1, length+int64(len(held))
			sum.Write(held)
			if count > 1 {
				if err := scanLine(held, &c, each); err != nil {
					return c, err
				}
			}
		}
		held = append(held[:0], in.Bytes()...)
	}
	if errors.Is(in.Err(), bufio.ErrTooLong) || errors.Is(in.Err(), errNoNewline) {
		return c, fmt.Errorf("%w: %w", ErrDamaged, in.Err())
	}
	if in.Err() != nil {
		return c, in.Err()
	}
	var last trailer
	if err := json.Unmarshal(held, &last, json.RejectUnknownMembers(true)); err != nil || count == 0 {
		return c, fmt.Errorf("%w: it has no end", ErrDamaged)
	}
	if last != (trailer{count, length, hex.EncodeToString(sum.Sum(nil))}) {
		return c, fmt.Errorf("%w: its length or its digest is another", ErrDamaged)
	}
	return c, nil
}

func readHeader(text []byte) (Contents, error) {
	var form struct {
		Backup int `json:"backup"`
	}
	if err := json.Unmarshal(text, &form); err != nil || form.Backup < 1 {
		return Contents{}, fmt.Errorf("%w: it does not begin as a backup does", ErrDamaged)
	}
	if form.Backup > Version {
		return Contents{}, fmt.Errorf("%w: version %d", ErrNewer, form.Backup)
	}
	var h header
	if err := json.Unmarshal(text, &h, json.RejectUnknownMembers(true)); err != nil {
		return Contents{}, fmt.Errorf("%w: its first line: %w", ErrDamaged, err)
	}
	return Contents{Made: h.Made, Epoch: h.Epoch}, nil
}

func scanLine(text []byte, c *Contents, each func(line) error) error {
	var l line
	if err := json.Unmarshal(text, &l, json.RejectUnknownMembers(true)); err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	switch {
	case l.Totem != nil:
		c.Totems++
	case l.Sheet != nil:
		c.Sheets++
	case l.Tally != nil:
		c.Tallies++
	case l.Closed != nil:
		c.Closed++
	default:
		return fmt.Errorf("%w: a line that says nothing", ErrDamaged)
	}
	return each(l)
}

var errNoNewline = errors.New("the last line is cut off")

// wholeLines splits into lines with their newlines.
func wholeLines(data []byte, atEOF bool) (advance int, token []byte, err error) {
	if i := bytes.IndexByte(data, '\n'); i >= 0 {
		return i + 1, data[:i+1], nil
	}
	if atEOF && len(data) > 0 {
		return 0, nil, errNoNewline
	}
	return 0, nil, nil
}
