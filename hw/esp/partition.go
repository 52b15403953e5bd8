package esp

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"golang.org/x/sys/unix"
)

// Device is the partition of a running totem, as udev names it.
const Device = "/dev/disk/by-partlabel/totem-esp"

// MostBytes is the length of the longest file that is read.
const MostBytes = 64 << 20

// ErrSize is the error of a file that is longer than [MostBytes], or shorter than what was to be written over.
var ErrSize = errors.New("the file does not have that size")

// ErrFolder is the error of a name that is a folder.
var ErrFolder = errors.New("it is a folder")

// ErrBack is the error of a sector that was written and reads back as something else.
var ErrBack = errors.New("the sector does not hold what was written to it")

// Extent is where a piece of a file lies, in bytes from the beginning of the partition.
type Extent struct {
	Offset, Length int64
}

// Partition is an open FAT partition. Its methods may be called from one goroutine at a time. The caller closes it.
type Partition struct {
	file   *os.File // for reading
	path   string
	offset int64 // of the partition in the file
	volume *volume
}

// Open opens the partition at path: a block device, which for writing over bytes takes root, or a file that holds the
// partition. It fails with [ErrVolume] if that is no FAT.
func Open(path string) (*Partition, error) { return OpenAt(path, 0) }

// OpenAt opens a partition that begins offset bytes into path: in an image of a whole disk.
func OpenAt(path string, offset int64) (*Partition, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	p := &Partition{file: file, path: path, offset: offset}
	if p.volume, err = readVolume(&shifted{file, offset}); err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), file.Close())
	}
	return p, nil
}

// shifted is a reader that begins further on.
type shifted struct {
	r      io.ReaderAt
	offset int64
}

func (s *shifted) ReadAt(b []byte, at int64) (int, error) { return s.r.ReadAt(b, s.offset+at) }

// Close closes the partition, and ends its lock.
func (p *Partition) Close() error { return p.file.Close() }

// Lock waits until nobody else has locked this partition by this method, in any process, and locks it until Close.
func (p *Partition) Lock() error {
	for {
		err := unix.Flock(int(p.file.Fd()), unix.LOCK_EX)
		if !errors.Is(err, unix.EINTR) {
			return p.wrap("lock", p.path, err)
		}
	}
}

// ReadFile returns the content of the file name, a slash-separated path in which small and capital letters are the same,
// such as "totem/env1". Its error wraps [fs.ErrNotExist] if there is none, [ErrFolder], [ErrSize], or [ErrVolume] if the
// file system is damaged there.
func (p *Partition) ReadFile(name string) ([]byte, error) {
	_, extents, err := p.volume.file(name)
	if err != nil {
		return nil, p.wrap("read", name, err)
	}
	b, err := p.volume.read(extents, MostBytes)
	return b, p.wrap("read", name, err)
}

// Names returns the names of what lies in a folder, "" being the root, in the order of the disk.
func (p *Partition) Names(folder string) ([]string, error) {
	e, err := p.volume.find(folder)
	if err == nil && !e.folder {
		err = fs.ErrNotExist
	}
	if err != nil {
		return nil, p.wrap("list", folder, err)
	}
	all, err := p.volume.list(e)
	names := make([]string, len(all))
	for i, one := range all {
		names[i] = one.name
	}
	return names, p.wrap("list", folder, err)
}

// Extents returns where the bytes of a file lie, in the order of the file. An empty file has none.
func (p *Partition) Extents(name string) ([]Extent, error) {
	_, extents, err := p.volume.file(name)
	return extents, p.wrap("find", name, err)
}

// Overwrite writes b over the bytes of the file name from offset on. All of them must be there: the file does not grow,
// which is [ErrSize]. One sector after the other is written where it lies, only if it changes, and is durable and read
// back before the next one, so that a power cut leaves each of them old or new. A sector that reads back wrongly is
// [ErrBack].
func (p *Partition) Overwrite(name string, offset int64, b []byte) error {
	e, extents, err := p.volume.file(name)
	if err == nil && (offset < 0 || offset+int64(len(b)) > e.size) {
		err = fmt.Errorf("%w: %d bytes at %d of %d", ErrSize, len(b), offset, e.size)
	}
	if err != nil {
		return p.wrap("write over", name, err)
	}
	w, err := openWriter(p.path, p.volume.sector)
	if err != nil {
		return p.wrap("write over", name, err)
	}
	for _, x := range extents {
		skip := min(offset, x.Length)
		n := min(x.Length-skip, int64(len(b)))
		if err == nil && n > 0 {
			err = w.write(p.offset+x.Offset+skip, b[:n])
		}
		b, offset = b[n:], offset-skip
	}
	return p.wrap("write over", name, errors.Join(err, w.close()))
}

func (p *Partition) wrap(op, name string, err error) error {
	if err == nil {
		return nil
	}
	return &fs.PathError{Op: op, Path: name + " of " + p.path, Err: err}
}
