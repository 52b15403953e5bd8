package ext4

import (
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"path"
	"time"
)

// stamp gives every file of a fresh file system its owner and its times. mke2fs takes owners, and all times but that of
// creation, from the files of the tree, where they depend on who built it and when.
func stamp(image *os.File, offset int64, spec Spec, tree Tree) error {
	f, err := Open(io.NewSectionReader(image, offset, spec.Size))
	if err != nil {
		return err
	}
	s := &stamper{fs: f, image: image, offset: offset, tree: tree, time: spec.Time, done: map[uint32]bool{}, unused: map[string]bool{}}
	for name := range tree.Own {
		s.unused[name] = true
	}
	root, err := f.inode(rootInode)
	if err != nil {
		return err
	}
	if err := s.visit(".", root); err != nil {
		return err
	}
	for name := range s.unused {
		return fmt.Errorf("there is no %s to be given an owner", name)
	}
	return nil
}

type stamper struct {
	fs     *FS
	image  io.WriterAt
	offset int64
	tree   Tree
	time   time.Time
	done   map[uint32]bool // inodes of hard links are written once
	unused map[string]bool // paths of the tree that were not met yet
}

func (s *stamper) visit(name string, i Inode) error {
	delete(s.unused, name)
	if !s.done[i.Number] {
		s.done[i.Number] = true
		if err := s.write(name, i); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	if i.mode>>12 != 4 {
		return nil
	}
	entries, err := s.fs.names(i)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	for _, e := range entries {
		child, err := s.fs.inode(e.inode)
		if err != nil {
			return err
		}
		if err := s.visit(path.Join(name, e.name), child); err != nil {
			return err
		}
	}
	return nil
}

func (s *stamper) write(name string, i Inode) error {
	at := s.time.Unix()
	if s.tree.KeepTimes {
		at = i.mtime
	}
	own, le := s.tree.Own[name], binary.LittleEndian
	b := i.raw
	le.PutUint16(b[0x02:], uint16(own.UID))
	le.PutUint16(b[0x78:], uint16(own.UID>>16))
	le.PutUint16(b[0x18:], uint16(own.GID))
	le.PutUint16(b[0x7A:], uint16(own.GID>>16))
	if own.Mode != 0 {
		le.PutUint16(b, le.Uint16(b)&0xF000|own.Mode&0xFFF)
	}
	for _, field := range []int{0x08, 0x0C, 0x10, 0x90} {
		le.PutUint32(b[field:], uint32(at))
	}
	for _, field := range []int{0x84, 0x88, 0x8C, 0x94} {
		le.PutUint32(b[field:], 0)
	}
	sum := s.fs.checksum(i.Number, b)
	le.PutUint16(b[0x7C:], uint16(sum))
	le.PutUint16(b[0x82:], uint16(sum>>16))
	place, err := s.fs.offsetOf(i.Number)
	if err != nil {
		return err
	}
	_, err = s.image.WriteAt(b, s.offset+place)
	return err
}
