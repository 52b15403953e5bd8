package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// copyTree copies all below from into the folder to, which may hold something already: files, folders and symbolic links with their
// permission bits, files with the time at, or with their own if it is zero. With a time, what is copied are sources, of whose permission
// bits only "may be run" is taken over: the others are the builder's umask.
func copyTree(from, to string, at time.Time) error {
	err := filepath.WalkDir(from, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(from, p)
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		return copyOne(p, filepath.Join(to, name), info, at)
	})
	if err != nil {
		return fmt.Errorf("copy %s: %w", from, err)
	}
	return nil
}

func copyOne(from, to string, info fs.FileInfo, at time.Time) error {
	switch {
	case info.IsDir():
		if there, err := os.Stat(to); err == nil && there.IsDir() {
			return nil
		}
		if err := os.Mkdir(to, 0o755); err != nil {
			return err
		}
		if !at.IsZero() {
			return os.Chmod(to, 0o755)
		}
		return os.Chmod(to, info.Mode().Perm()|info.Mode()&fs.ModeSticky)
	case info.Mode()&fs.ModeSymlink != 0:
		target, err := os.Readlink(from)
		if err != nil {
			return err
		}
		if err := os.Remove(to); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return os.Symlink(target, to)
	case info.Mode().IsRegular():
		mode := fs.FileMode(0o644)
		switch {
		case at.IsZero():
			mode, at = info.Mode().Perm(), info.ModTime()
		case info.Mode()&0o100 != 0:
			mode = 0o755
		}
		return copyFile(from, to, mode, at)
	}
	return fmt.Errorf("%s is neither a file, a folder nor a link", from)
}

// copyFile replaces what is at to.
func copyFile(from, to string, mode fs.FileMode, at time.Time) error {
	source, err := os.Open(from)
	if err != nil {
		return err
	}
	defer source.Close()
	if err := os.Remove(to); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	target, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(target, source)
	if err := errors.Join(err, target.Chmod(mode), target.Close()); err != nil {
		return err
	}
	return os.Chtimes(to, at, at)
}

// settle gives every folder and link of the tree the time at, and every file of a later time the time latest, so that nothing says when
// the tree was built.
func settle(tree string, at, latest time.Time) error {
	err := filepath.WalkDir(tree, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		switch {
		case !info.Mode().IsRegular():
			return setTime(p, at)
		case info.ModTime().After(latest):
			return setTime(p, latest)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("set the times in %s: %w", tree, err)
	}
	return nil
}

// used returns how many bytes the files of a tree take in blocks of 4096.
func used(tree string) (int64, error) {
	var sum int64
	err := filepath.WalkDir(tree, func(_ string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		if d.IsDir() || info.Mode().IsRegular() {
			sum += (info.Size() + 4095) / 4096 * 4096
		}
		return nil
	})
	return sum, err
}
