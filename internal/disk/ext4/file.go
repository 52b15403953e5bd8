package ext4

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// maxLinks is how many symbolic links one name may lead through, as in the kernel.
const maxLinks = 40

// maxFolder is the largest folder that is read, in bytes.
const maxFolder = 64 << 20

// Open opens a file or a folder by its path, through symbolic links.
func (f *FS) Open(name string) (fs.File, error) {
	i, err := f.find("open", name, true)
	if err != nil {
		return nil, err
	}
	o := &opened{fs: f, info: info{path.Base(name), i}}
	if !o.info.IsDir() {
		runs, err := f.extents(i.raw[0x28:0x28+60], 0)
		if err != nil {
			return nil, &fs.PathError{Op: "open", Path: name, Err: err}
		}
		o.runs = runs
	}
	return o, nil
}

// Stat tells of a file, through symbolic links; Sys is its [Inode].
func (f *FS) Stat(name string) (fs.FileInfo, error) {
	i, err := f.find("stat", name, true)
	return info{path.Base(name), i}, err
}

// Lstat tells of a file or of a symbolic link itself; Sys is its [Inode].
func (f *FS) Lstat(name string) (fs.FileInfo, error) {
	i, err := f.find("lstat", name, false)
	return info{path.Base(name), i}, err
}

// ReadLink returns where a symbolic link leads.
func (f *FS) ReadLink(name string) (string, error) {
	i, err := f.find("readlink", name, false)
	if err != nil {
		return "", err
	}
	return f.link(i)
}

// ReadDir returns what lies in a folder, by name.
func (f *FS) ReadDir(name string) ([]fs.DirEntry, error) {
	i, err := f.find("readdir", name, true)
	if err != nil {
		return nil, err
	}
	return f.list(i)
}

func (f *FS) list(folder Inode) ([]fs.DirEntry, error) {
	names, err := f.names(folder)
	if err != nil {
		return nil, err
	}
	var all []fs.DirEntry
	for _, e := range names {
		i, err := f.inode(e.inode)
		if err != nil {
			return nil, err
		}
		all = append(all, fs.FileInfoToDirEntry(info{e.name, i}))
	}
	slices.SortFunc(all, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return all, nil
}

func (f *FS) find(op, name string, follow bool) (Inode, error) {
	if !fs.ValidPath(name) {
		return Inode{}, &fs.PathError{Op: op, Path: name, Err: fs.ErrInvalid}
	}
	i, err := f.walk(name, follow)
	if err != nil {
		return Inode{}, &fs.PathError{Op: op, Path: name, Err: err}
	}
	return i, nil
}

func (f *FS) walk(name string, follow bool) (Inode, error) {
	trail := []uint32{rootInode} // the folders from the root to where we are
	todo, links := strings.Split(name, "/"), 0
	here, err := f.inode(rootInode)
	for len(todo) > 0 && err == nil {
		step := todo[0]
		todo = todo[1:]
		switch {
		case step == "" || step == ".":
			continue
		case step == "..":
			trail = trail[:max(len(trail)-1, 1)]
			here, err = f.inode(trail[len(trail)-1])
			continue
		}
		if here, err = f.child(trail[len(trail)-1], step); err != nil {
			return Inode{}, err
		}
		if here.mode>>12 == 0xA && (follow || len(todo) > 0) {
			target, err := f.link(here)
			if links++; err != nil || links > maxLinks {
				return Inode{}, errors.Join(err, errors.New("it leads through too many symbolic links"))
			}
			if strings.HasPrefix(target, "/") {
				trail = trail[:1]
			}
			todo = append(strings.Split(target, "/"), todo...)
			here, err = f.inode(trail[len(trail)-1])
			if err != nil {
				return Inode{}, err
			}
			continue
		}
		trail = append(trail, here.Number)
	}
	return here, err
}

func (f *FS) child(folder uint32, name string) (Inode, error) {
	i, err := f.inode(folder)
	if err != nil {
		return Inode{}, err
	}
	names, err := f.names(i)
	if err != nil {
		return Inode{}, err
	}
	for _, e := range names {
		if e.name == name {
			return f.inode(e.inode)
		}
	}
	return Inode{}, fs.ErrNotExist
}

type entry struct {
	name  string
	inode uint32
}

// names returns what is in a folder but "." and "..". Indexed folders are read as the plain ones they also are.
//
//	0 inode, 0 for none   4 length of this entry   6 length of the name   7 kind   8 name
func (f *FS) names(folder Inode) (all []entry, err error) {
	if folder.mode>>12 != 4 {
		return nil, errors.New("it is no folder")
	}
	b, err := f.bytes(folder, maxFolder)
	if err != nil {
		return nil, err
	}
	le := binary.LittleEndian
	for len(b) >= 8 {
		length, name := int(le.Uint16(b[4:])), int(b[6])
		if length < 8 || length > len(b) || 8+name > length {
			return nil, errors.New("a folder is damaged")
		}
		if e := (entry{string(b[8 : 8+name]), le.Uint32(b)}); e.inode != 0 && name > 0 && e.name != "." && e.name != ".." {
			all = append(all, e)
		}
		b = b[length:]
	}
	return all, nil
}

func (f *FS) link(i Inode) (string, error) {
	if i.mode>>12 != 0xA {
		return "", errors.New("it is no symbolic link")
	}
	if i.size < 60 && i.flags&flagExtents == 0 {
		return string(i.raw[0x28 : 0x28+i.size]), nil
	}
	b, err := f.bytes(i, f.block)
	return string(b), err
}

// bytes returns a whole file of at most limit bytes.
func (f *FS) bytes(i Inode, limit int64) ([]byte, error) {
	if i.size > limit || i.flags&flagExtents == 0 {
		return nil, fmt.Errorf("inode %d is too large or of a form that is not read here", i.Number)
	}
	runs, err := f.extents(i.raw[0x28:0x28+60], 0)
	if err != nil {
		return nil, err
	}
	b := make([]byte, i.size)
	_, err = f.readAt(runs, b, 0)
	return b, err
}

// readAt fills b from a file's offset on; what no run holds is zeros.
func (f *FS) readAt(runs []extent, b []byte, offset int64) (int, error) {
	clear(b)
	end := offset + int64(len(b))
	for _, run := range runs {
		from, to := max(run.logical*f.block, offset), min((run.logical+run.length)*f.block, end)
		if from >= to {
			continue
		}
		if _, err := f.r.ReadAt(b[from-offset:to-offset], run.physical*f.block+from-run.logical*f.block); err != nil {
			return 0, fmt.Errorf("read a file's blocks: %w", err)
		}
	}
	return len(b), nil
}

// opened is an open file or folder.
type opened struct {
	fs   *FS
	info info
	runs []extent
	at   int64
	left []fs.DirEntry
	read bool
}

func (o *opened) Stat() (fs.FileInfo, error) { return o.info, nil }
func (o *opened) Close() error               { return nil }

func (o *opened) Read(b []byte) (int, error) {
	n, err := o.ReadAt(b, o.at)
	o.at += int64(n)
	return n, err
}

// ReadAt implements io.ReaderAt.
func (o *opened) ReadAt(b []byte, offset int64) (int, error) {
	if !o.info.Mode().IsRegular() || o.info.inode.flags&flagInline != 0 {
		return 0, &fs.PathError{Op: "read", Path: o.info.name, Err: errors.New("it is no plain file")}
	}
	left := o.info.Size() - offset
	if left <= 0 {
		return 0, io.EOF
	}
	short := int64(len(b)) > left
	n, err := o.fs.readAt(o.runs, b[:min(left, int64(len(b)))], offset)
	if err == nil && short {
		err = io.EOF
	}
	return n, err
}

func (o *opened) ReadDir(n int) ([]fs.DirEntry, error) {
	if !o.read {
		all, err := o.fs.list(o.info.inode)
		if err != nil {
			return nil, err
		}
		o.left, o.read = all, true
	}
	if n > 0 && len(o.left) == 0 {
		return nil, io.EOF
	}
	if n <= 0 || n > len(o.left) {
		n = len(o.left)
	}
	out := o.left[:n]
	o.left = o.left[n:]
	return out, nil
}
