package esp

import (
	"bytes"
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// writer writes single sectors. On a block device it goes past the page cache, whose pages are longer than a sector: what
// lies beside a sector is not written again with it.
type writer struct {
	file   *os.File
	sector []byte // aligned to a page, as direct writing wants it
}

func openWriter(path string, sector int64) (*writer, error) {
	flags := os.O_RDWR | unix.O_DSYNC
	file, err := os.OpenFile(path, flags, 0)
	if err != nil {
		return nil, bare(err)
	}
	if unit, err := unix.IoctlGetInt(int(file.Fd()), unix.BLKSSZGET); err == nil && int64(unit) <= sector { // else it is no device
		direct, err := os.OpenFile(path, flags|unix.O_DIRECT, 0)
		if err == nil {
			err = file.Close()
			file = direct
		}
		if err != nil {
			return nil, errors.Join(bare(err), file.Close())
		}
	}
	buffer, err := unix.Mmap(-1, 0, int(sector), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANONYMOUS)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("ask for %d bytes: %w", sector, err), file.Close())
	}
	return &writer{file, buffer}, nil
}

// write writes b at offset, sector by sector.
func (w *writer) write(offset int64, b []byte) error {
	for len(b) > 0 {
		within := int(offset % int64(len(w.sector)))
		n := min(len(w.sector)-within, len(b))
		if err := w.one(offset-int64(within), within, b[:n]); err != nil {
			return err
		}
		offset, b = offset+int64(n), b[n:]
	}
	return nil
}

// one puts b into the sector at offset.
func (w *writer) one(offset int64, within int, b []byte) error {
	if _, err := w.file.ReadAt(w.sector, offset); err != nil {
		return bare(err)
	}
	if bytes.Equal(w.sector[within:within+len(b)], b) {
		return nil
	}
	copy(w.sector[within:], b)
	want := bytes.Clone(w.sector)
	if _, err := w.file.WriteAt(w.sector, offset); err != nil {
		return bare(err)
	}
	if _, err := w.file.ReadAt(w.sector, offset); err != nil {
		return bare(err)
	}
	if !bytes.Equal(w.sector, want) {
		return fmt.Errorf("%w, at byte %d", ErrBack, offset)
	}
	return nil
}

func (w *writer) close() error {
	return errors.Join(unix.Munmap(w.sector), bare(w.file.Close()))
}

// bare takes the path off an error, which the caller names better.
func bare(err error) error {
	var path *os.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}
