package main

import (
	"fmt"
	"io"
	"io/fs"
	"time"
)

// cpioEntry is a file or folder of an initrd.
type cpioEntry struct {
	Name    string      // "lib/modules", without a slash before it; folders come before what they hold
	Mode    fs.FileMode // permission bits, and fs.ModeDir for a folder
	Content []byte
}

// writeCPIO writes an archive as the kernel unpacks it as its first root (Documentation/driver-api/early-userspace/buffer-format.rst,
// "newc"). Each entry is
//
//	6 bytes   070701
//	13 × 8    hexadecimal: inode, mode, uid, gid, links, mtime, file size, device (2), device of the file (2), length of the name with its 0, 0
//	name, 0, zeros up to a multiple of 4; content, zeros up to a multiple of 4
//
// and the last is called TRAILER!!!. All belongs to 0:0; two equal lists give equal bytes.
func writeCPIO(w io.Writer, entries []cpioEntry, at time.Time) error {
	for i, e := range append(entries[:len(entries):len(entries)], cpioEntry{Name: "TRAILER!!!"}) {
		mode, links := uint32(e.Mode.Perm()), 1
		switch {
		case i == len(entries):
			mode = 0
		case e.Mode.IsDir():
			mode, links = mode|0o040000, 2
		default:
			mode |= 0o100000
		}
		inode, seconds := i+1, at.Unix()
		if i == len(entries) {
			inode, seconds = 0, 0
		}
		head := fmt.Sprintf("070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x",
			inode, mode, 0, 0, links, seconds, len(e.Content), 0, 0, 0, 0, len(e.Name)+1, 0)
		head += e.Name + "\x00"
		if _, err := io.WriteString(w, head+padding(len(head))); err != nil {
			return err
		}
		if _, err := w.Write(e.Content); err != nil {
			return err
		}
		if _, err := io.WriteString(w, padding(len(e.Content))); err != nil {
			return err
		}
	}
	return nil
}

func padding(length int) string { return "\x00\x00\x00"[:(4-length%4)%4] }
