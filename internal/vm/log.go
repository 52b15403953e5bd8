package vm

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Sector is the unit of a log in bytes: what a disk writes whole or not at all.
const Sector = 512

// Log is what a guest did to its disk, as QEMU's block driver blklogwrites notes it. The layout is that of the kernel's
// dm-log-writes (Documentation/admin-guide/device-mapper/log-writes.rst) but for the length of the data, which QEMU leaves 0; all
// numbers are little-endian.
//
//	sector 0                              every entry: one sector, then its data
//	 0  u64  magic 0x006A736677736872      0  u64  first sector that it is about
//	 8  u64  version 1                     8  u64  number of sectors
//	16  u64  number of entries            16  u64  flags: 1 flush, 2 forced through, 4 discard, 8 mark
//	24  u32  bytes of a sector            24  u64  length of the data, always 0
//
// A flush, a discard and a mark have no data; a write has as many sectors of it as it is about. The number of entries is that
// at the last flush. Entries behind it are valid until the first that is all zero.
//
// An entry is written when the disk has done it: a write that was done while a flush was under way stands before the flush,
// though the flush does not promise it. So a replayed disk may have a little more than it must.
type Log struct {
	Entries []Entry
	Counted int // entries before the last flush that the log's head tells of
	r       io.ReaderAt
}

// Entry is one thing that was done to the disk.
type Entry struct {
	Kind   Kind
	Offset int64 // on the disk, in bytes
	Length int64 // in bytes; 0 of a flush
	data   int64 // where its data lies in the log
}

// Kind is what an entry does.
type Kind uint8

// The kinds of entries.
const (
	Write   Kind = iota + 1
	Flush        // all entries before it are on the medium
	Discard      // the guest does not care any more for what was there
)

const (
	logMagic   = 0x006A736677736872
	logVersion = 1
	flagFlush  = 1 << 0
	flagForced = 1 << 1
	flagDrop   = 1 << 2
	flagMark   = 1 << 3
)

// ErrLog is wrapped by the error of a log that is none.
var ErrLog = errors.New("it is no log of a disk's writes")

// mostEntries bounds the memory that a damaged log takes.
const mostEntries = 1 << 22

// ReadLog reads the log of a disk of diskSize bytes. r holds size bytes and is read again when the log is played.
func ReadLog(r io.ReaderAt, size, diskSize int64) (*Log, error) {
	counted, err := readHead(r)
	if err != nil {
		return nil, err
	}
	l := &Log{r: r, Counted: counted}
	b := make([]byte, 32)
	for at := int64(Sector); at+Sector <= size; {
		if _, err := r.ReadAt(b, at); err != nil {
			return nil, fmt.Errorf("read entry %d of a log: %w", len(l.Entries), err)
		}
		e, known, err := decodeEntry(b)
		if err != nil {
			return nil, fmt.Errorf("%w: entry %d: %w", ErrLog, len(l.Entries), err)
		}
		if e.Kind == Write && e.Length == 0 && len(l.Entries) >= counted {
			break // the rest was never written
		}
		if e.Length > diskSize || e.Offset > diskSize-e.Length {
			return nil, fmt.Errorf("%w: entry %d is about bytes %d to %d of a disk of %d", ErrLog, len(l.Entries), e.Offset, e.Offset+e.Length, diskSize)
		}
		at += Sector
		e.data = at
		if e.Kind == Write {
			at += e.Length
		}
		if at > size {
			return nil, fmt.Errorf("%w: it ends within entry %d", ErrLog, len(l.Entries))
		}
		if len(l.Entries) == mostEntries {
			return nil, fmt.Errorf("%w: more than %d entries", ErrLog, mostEntries)
		}
		if known {
			l.Entries = append(l.Entries, e)
		}
	}
	if len(l.Entries) < counted {
		return nil, fmt.Errorf("%w: it ends after %d of %d entries", ErrLog, len(l.Entries), counted)
	}
	return l, nil
}

// LogLength returns how many entries the head of a log tells of: those up to the last flush. It may be asked while the log grows.
func LogLength(r io.ReaderAt) (int, error) { return readHead(r) }

func readHead(r io.ReaderAt) (int, error) {
	head := make([]byte, 32)
	if _, err := r.ReadAt(head, 0); err != nil {
		return 0, fmt.Errorf("read the head of a log: %w", err)
	}
	le := binary.LittleEndian
	switch {
	case le.Uint64(head) != logMagic || le.Uint64(head[8:]) != logVersion:
		return 0, ErrLog
	case le.Uint32(head[24:]) != Sector:
		return 0, fmt.Errorf("%w: its sectors have %d bytes", ErrLog, le.Uint32(head[24:]))
	case le.Uint64(head[16:]) > mostEntries:
		return 0, fmt.Errorf("%w: %d entries", ErrLog, le.Uint64(head[16:]))
	}
	return int(le.Uint64(head[16:])), nil
}

// decodeEntry returns the entry, and whether it is one that a player must know: a mark is not.
func decodeEntry(b []byte) (e Entry, known bool, err error) {
	le := binary.LittleEndian
	sector, count, flags := le.Uint64(b), le.Uint64(b[8:]), le.Uint64(b[16:])
	const most = 1 << 50 / Sector
	if sector > most || count > most {
		return e, false, fmt.Errorf("%d sectors at sector %d", count, sector)
	}
	e = Entry{Kind: Write, Offset: int64(sector) * Sector, Length: int64(count) * Sector}
	switch {
	case flags&^(flagFlush|flagForced|flagDrop|flagMark) != 0:
		return e, false, fmt.Errorf("flags %#x", flags)
	case flags&flagMark != 0:
		return e, false, errors.New("a mark, which QEMU never writes")
	case flags&flagFlush != 0:
		e = Entry{Kind: Flush}
	case flags&flagDrop != 0:
		e.Kind = Discard
	}
	return e, true, nil
}

// Flushes returns the places of the flushes among the entries.
func (l *Log) Flushes() []int {
	var all []int
	for i, e := range l.Entries {
		if e.Kind == Flush {
			all = append(all, i)
		}
	}
	return all
}
