package store

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
)

// The log, as SQLite writes it to the file named -wal (https://www.sqlite.org/fileformat2.html#walformat). Numbers are
// big-endian. A transaction is a run of frames, in ascending order of their pages, whose last has a commit mark.
//
//	header          0   4  magic 377f0682, or 377f0683 when checksums read their words in big-endian order
//	                4   4  version of the format, 3007000
//	                8   4  size of a page
//	               12   4  checkpoints so far
//	               16   8  salts, others in each generation of the log
//	               24   8  checksum of bytes 0 to 23
//	frame, and on   0   4  page number
//	                4   4  commit mark: pages of the database after this transaction, 0 before its last frame
//	                8   8  salts, the header's
//	               16   8  checksum of bytes 0 to 7 and the page, going on from the frame before, or the header
//	               24      the page
const (
	logHeader   = 32
	frameHeader = 24
	logMagic    = 0x377f0682
)

// checkLogFile is checkLog for the log at path. One that is not there is fs.ErrNotExist.
func checkLogFile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := checkLog(bufio.NewReaderSize(f, 64<<10)); err != nil {
		return fmt.Errorf("check %s: %w", path, err)
	}
	return nil
}

// checkLog reads a log from its beginning and fails with a damage when a transaction in it was durable once and is
// broken now. SQLite itself takes the first broken frame for the end of the log, and drops all that follows: rightly
// after a power cut, which tears the last transaction only. Each transaction is on the disk before the next begins,
// and the header is before the first frame, so these are damage:
//
//   - a broken header with anything behind it;
//   - a broken frame, when a frame of the same generation stands behind its transaction's commit mark, or has a page
//     number that cannot follow in one transaction;
//   - a frame whose salts or whose commit mark alone are wrong, for nothing tears so little.
//
// A frame whose header lies in two sectors is no witness: a power cut in the middle of its transaction may leave one
// half of it.
//
// Frames of an older generation behind the last transaction are what a log that is used again looks like. The store
// leaves no others there: it begins a log of its own when it opens, and after a commit that failed.
//
// What cannot be told from a power cut, and passes: damage within the last transaction; whole transactions cut off the
// log's end; and a commit mark that was destroyed together with the rest of its frame's header, when but one
// transaction follows. The loss of the whole file is what [trace] is for.
func checkLog(r io.Reader) error {
	l := log{r: r}
	switch whole, err := l.begin(); {
	case err != nil:
		return err
	case !whole:
		return nil
	}
	for {
		f, err := l.next()
		if err != nil {
			return ended(err)
		}
		if !l.follows(f) {
			return l.broken(f)
		}
		l.take(f)
	}
}

// ended is nil for the error that is the end of a log, within a frame or between two.
func ended(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil
	}
	return err
}

// log is a log that is being read, up to some frame.
type log struct {
	r     io.Reader
	order binary.ByteOrder // of a checksum's words
	salts [8]byte
	raw   []byte // of the frame read last
	at    int    // its number, from 1; before the first, 0

	sum  sum    // of everything taken
	page uint32 // the last one of the transaction that is being taken, 0 for none yet
}

// sector is how much a disk writes as one, at least: of two a power cut may leave either.
const sector = 512

// frame is one as it stands in the log. Its content belongs to the log, until the next frame is read.
type frame struct {
	torn   bool // its header lies in two sectors, so one half of it may be new and the other old
	page   uint32
	commit uint32 // its commit mark
	salts  [8]byte
	sum    sum
	head   []byte // what the checksum counts of the frame's header
	data   []byte
}

// begin reads the header. whole is false for a log in which nothing was written.
func (l *log) begin() (whole bool, err error) {
	head := make([]byte, logHeader)
	if _, err := io.ReadFull(l.r, head); err != nil {
		return false, ended(err)
	}
	magic := binary.BigEndian.Uint32(head)
	l.order = binary.LittleEndian
	if magic == logMagic|1 {
		l.order = binary.BigEndian
	}
	l.sum = sum{}.of(l.order, head[:24])
	size := binary.BigEndian.Uint32(head[8:])
	if magic&^1 == logMagic && l.sum == sumAt(head[24:]) && size >= 512 && size <= 65536 && size&(size-1) == 0 {
		l.salts = [8]byte(head[16:])
		l.raw = make([]byte, frameHeader+size)
		return true, nil
	}
	switch _, err := io.ReadFull(l.r, head[:1]); {
	case err == nil:
		return false, damage("the header of the log is broken")
	default:
		return false, ended(err)
	}
}

func (l *log) next() (frame, error) {
	if _, err := io.ReadFull(l.r, l.raw); err != nil {
		return frame{}, err
	}
	begins := logHeader + l.at*len(l.raw)
	l.at++
	b := l.raw
	return frame{torn: begins/sector != (begins+frameHeader-1)/sector, page: binary.BigEndian.Uint32(b), commit: binary.BigEndian.Uint32(b[4:]), salts: [8]byte(b[8:]),
		sum: sumAt(b[16:]), head: b[:8], data: b[frameHeader:]}, nil
}

// follows reports whether f is whole and goes on from what was taken.
func (l *log) follows(f frame) bool {
	return f.salts == l.salts && f.page != 0 && l.sums(f)
}

func (l *log) sums(f frame) bool { return l.sum.of(l.order, f.head).of(l.order, f.data) == f.sum }

func (l *log) take(f frame) {
	l.sum, l.page = f.sum, f.page
	if f.commit != 0 {
		l.page = 0
	}
}

// broken judges the log by the first frame that does not follow and those behind it.
func (l *log) broken(f frame) error {
	found := damage(fmt.Sprintf("frame %d of the log is broken, and what follows was written later", l.at))
	if !f.torn && (f.salts != l.salts && l.sums(f) || f.salts == l.salts && l.onlyMark(f)) {
		return found
	}
	for committed := false; ; {
		if f.salts == l.salts && !f.torn {
			if committed || f.page <= l.page {
				return found
			}
			committed, l.page = f.commit != 0, f.page
		}
		var err error
		if f, err = l.next(); err != nil {
			return ended(err)
		}
	}
}

// onlyMark reports whether f would follow with another commit mark. The checksum is run backwards over the page, and
// what it must have been fed is compared with what stands there.
func (l *log) onlyMark(f frame) bool {
	s := f.sum.back(l.order, f.data)
	second := s.b - l.sum.b // the second sum grows by the mark and the first sum
	first := s.a - l.sum.a - l.sum.b
	mark := second - s.a
	word := [8]byte{}
	l.order.PutUint32(word[:], first)
	l.order.PutUint32(word[4:], mark)
	return binary.BigEndian.Uint32(word[:]) == f.page && binary.BigEndian.Uint32(word[4:]) != f.commit
}

// sum is a checksum of the log.
type sum struct{ a, b uint32 }

func sumAt(b []byte) sum {
	return sum{binary.BigEndian.Uint32(b), binary.BigEndian.Uint32(b[4:])}
}

// of goes on over b, a multiple of eight bytes.
func (s sum) of(order binary.ByteOrder, b []byte) sum {
	for ; len(b) >= 8; b = b[8:] {
		s.a += order.Uint32(b) + s.b
		s.b += order.Uint32(b[4:]) + s.a
	}
	return s
}

// back returns what went on over b to become s.
func (s sum) back(order binary.ByteOrder, b []byte) sum {
	for ; len(b) >= 8; b = b[:len(b)-8] {
		last := b[len(b)-8:]
		s.b -= order.Uint32(last[4:]) + s.a
		s.a -= order.Uint32(last) + s.b
	}
	return s
}
