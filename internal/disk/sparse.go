package disk

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"syscall"
)

// Range is a run of bytes of a file.
type Range struct{ Offset, Size int64 }

// The words of lseek(2) for the next byte that is stored, and the next that is none.
const (
	seekData = 3
	seekHole = 4
)

// Stored returns the runs of a sparse file that are stored between two places; everything else reads as zeros. Where the
// file system knows no holes, that is all of it. It moves the file's position.
func Stored(f *os.File, from, to int64) (all []Range, err error) {
	for at := from; at < to; {
		begin, err := f.Seek(at, seekData)
		if errors.Is(err, syscall.ENXIO) {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		end, err := f.Seek(begin, seekHole)
		if err != nil {
			return nil, err
		}
		if begin < to {
			all = append(all, Range{begin, min(end, to) - begin})
		}
		at = end
	}
	return all, nil
}

// duplicate copies what is stored of one run of a file over another of its size, which must be zero.
func duplicate(ctx context.Context, f *os.File, from, to, size int64) error {
	runs, err := Stored(f, from, from+size)
	if err != nil {
		return err
	}
	b := make([]byte, 1<<20)
	for _, run := range runs {
		for done := int64(0); done < run.Size; done += int64(len(b)) {
			piece := b[:min(int64(len(b)), run.Size-done)]
			if err := ctx.Err(); err != nil {
				return err
			}
			if _, err := f.ReadAt(piece, run.Offset+done); err != nil && err != io.EOF {
				return err
			}
			if err := writeStored(f, piece, run.Offset+done-from+to); err != nil {
				return err
			}
		}
	}
	return nil
}

// writeStored writes b in pieces, and leaves out those of zeros only.
func writeStored(w io.WriterAt, b []byte, at int64) error {
	for len(b) > 0 {
		n := min(len(b), 64<<10)
		if !zeros(b[:n]) {
			if _, err := w.WriteAt(b[:n], at); err != nil {
				return err
			}
		}
		b, at = b[n:], at+int64(n)
	}
	return nil
}

func zeros(b []byte) bool {
	for _, c := range b {
		if c != 0 {
			return false
		}
	}
	return true
}

// Differ returns the first byte at which two runs of one size in a file differ, counted from the beginning of each; -1 where
// they are the same.
func Differ(ctx context.Context, f io.ReaderAt, one, other, size int64) (int64, error) {
	a, b := make([]byte, 1<<20), make([]byte, 1<<20)
	for at := int64(0); at < size; at += int64(len(a)) {
		n := min(int64(len(a)), size-at)
		_, errA := f.ReadAt(a[:n], one+at)
		_, errB := f.ReadAt(b[:n], other+at)
		if err := errors.Join(errA, errB, ctx.Err()); err != nil {
			return 0, err
		}
		if bytes.Equal(a[:n], b[:n]) {
			continue
		}
		for i := range n {
			if a[i] != b[i] {
				return at + i, nil
			}
		}
	}
	return -1, nil
}
