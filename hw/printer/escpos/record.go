package escpos

import (
	"bufio"
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"example.org/totem/paper"
)

// Record is an exchange with a printer, in the order in which it happened. On disk it is text, one chunk a line: the
// seconds since the beginning, who said it, the bytes in hex.
//
//	# a comment; empty lines mean nothing
//	+0.000 > 10 04 01 10 04 02    sent
//	+0.012 < 12 12                heard
//	+1.500 ! 10 05 02             sent past flow control; what was not on the wire yet was forgotten
//	+1.700 x                      the line went
//
// The zero Record is an exchange in which nothing was said.
type Record []Chunk

// Chunk is what one side said at once.
type Chunk struct {
	At    time.Duration // since the beginning
	Kind  byte          // '>', '<', '!' or 'x'
	Bytes []byte        // none for 'x'
}

// String is the chunk's line, without its end.
func (c Chunk) String() string {
	s := fmt.Sprintf("+%d.%03d %c", c.At/time.Second, c.At%time.Second/time.Millisecond, c.Kind)
	if len(c.Bytes) > 0 {
		s += fmt.Sprintf(" % x", c.Bytes)
	}
	return s
}

// longestLine bounds a line of a record.
const longestLine = 1 << 20

// ReadRecord reads a record as it is written. It fails for anything else, and for times that go back.
func ReadRecord(r io.Reader) (Record, error) {
	var all Record
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, longestLine)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || line[0] == '#' {
			continue
		}
		c, err := parseChunk(line)
		if err == nil && len(all) > 0 && c.At < all[len(all)-1].At {
			err = errors.New("the time goes back")
		}
		if err != nil {
			return nil, fmt.Errorf("read a record of a printer: line %d: %w", n, err)
		}
		all = append(all, c)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("read a record of a printer: %w", err)
	}
	return all, nil
}

func parseChunk(line string) (Chunk, error) {
	at, rest, _ := strings.Cut(line, " ")
	seconds, err := strconv.ParseFloat(strings.TrimPrefix(at, "+"), 64)
	if err != nil || at[0] != '+' || seconds < 0 || seconds > 1e6 || seconds != seconds {
		return Chunk{}, fmt.Errorf("%q: want a time as +0.123", at)
	}
	kind, text, _ := strings.Cut(rest, " ")
	if len(kind) != 1 || !strings.Contains("><!x", kind) {
		return Chunk{}, fmt.Errorf("%q: want >, <, ! or x", kind)
	}
	b, err := hex.DecodeString(strings.Join(strings.Fields(text), ""))
	switch {
	case err != nil:
		return Chunk{}, fmt.Errorf("bytes: %w", err)
	case (kind == "x") != (len(b) == 0):
		return Chunk{}, fmt.Errorf("%d bytes for %s", len(b), kind)
	}
	if len(b) == 0 {
		b = nil
	}
	ms := time.Duration(seconds*1000 + 0.5)
	return Chunk{At: ms * time.Millisecond, Kind: kind[0], Bytes: b}, nil
}

// recorder writes down what is said on all lines of a printer. A record that cannot be written ends; the printer does
// not suffer from it.
type recorder struct {
	mu    sync.Mutex
	w     io.Writer
	start time.Time
	open  []*slot // begun and not written down yet, in order
	err   error
}

// slot is a place in the record. What is sent takes its place before it can be answered.
type slot struct {
	Chunk
	full bool
}

func newRecorder(w io.Writer) *recorder { return &recorder{w: w, start: time.Now()} }

func (r *recorder) begin(kind byte) *slot {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := &slot{Chunk: Chunk{At: time.Since(r.start), Kind: kind}}
	r.open = append(r.open, s)
	return s
}

// fill ends a slot, and writes down what is complete up to the first that is not.
func (r *recorder) fill(s *slot, b []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	s.Bytes, s.full = b, true
	for len(r.open) > 0 && r.open[0].full {
		c := r.open[0].Chunk
		r.open = r.open[1:]
		if r.err == nil && (len(c.Bytes) > 0 || c.Kind == 'x') {
			_, r.err = fmt.Fprintln(r.w, c)
		}
	}
}

func (r *recorder) note(kind byte, b []byte) { r.fill(r.begin(kind), b) }

func (r *recorder) line(l Line) Line { return &recorded{Line: l, r: r} }

// recorded is a line of which everything is written down.
type recorded struct {
	Line
	r      *recorder
	closed atomic.Bool
}

// Close closes the line. That it ends so is nothing to write down.
func (l *recorded) Close() error {
	l.closed.Store(true)
	return l.Line.Close()
}

func (l *recorded) Read(b []byte) (int, error) {
	n, err := l.Line.Read(b)
	l.r.note('<', bytes.Clone(b[:n]))
	if errors.Is(err, ErrLost) && !l.closed.Load() {
		l.r.note('x', nil)
	}
	return n, err
}

func (l *recorded) Write(ctx context.Context, b []byte) (int, error) {
	s := l.r.begin('>')
	n, err := l.Line.Write(ctx, b)
	l.r.fill(s, bytes.Clone(b[:n]))
	return n, err
}

func (l *recorded) Urge(ctx context.Context, b []byte) error {
	l.r.note('!', bytes.Clone(b))
	return l.Line.Urge(ctx, b)
}

func (l *recorded) conditions() (paper.Status, bool) {
	if t, ok := l.Line.(teller); ok {
		return t.conditions()
	}
	return 0, false
}
