package main

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// appender is the least that something durable can cost: 4 KiB appended to a file, and fdatasync.
type appender struct {
	file *os.File
	page [4096]byte
}

func newAppender(path string) (*appender, error) {
	f, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	return &appender{file: f}, nil
}

func (a *appender) append() error {
	_, err := a.file.Write(a.page[:])
	return errors.Join(err, unix.Fdatasync(int(a.file.Fd())))
}

func (a *appender) close() error { return a.file.Close() }

// onDisk fails where a folder is no disk: a sync costs nothing in memory, and every figure against it lies.
func onDisk(folder string) error {
	var s unix.Statfs_t
	if err := unix.Statfs(folder, &s); err != nil {
		return err
	}
	if s.Type == unix.TMPFS_MAGIC || s.Type == unix.RAMFS_MAGIC {
		return cannot{folder + " lies in memory; name a folder on a disk with --dir"}
	}
	return nil
}
