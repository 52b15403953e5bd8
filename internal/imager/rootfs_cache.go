package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// cacheFolder is what is kept between builds. It holds for each architecture
//
//	apt-<arch>/           a private apt root with the downloaded packages
//	base-<arch>-<key>/    the unpacked packages, see baseTree; the key is a hash of all that it was made of
//	*.partial/            what a build that was ended had not finished; the next one removes it
//	lock                  held by the one build that uses the folder
type cacheFolder struct {
	folder string
	lock   *os.File
}

// openCache takes the folder for this build, and waits while another build holds it.
func openCache(ctx context.Context, folder string, say func(string)) (*cacheFolder, error) {
	if folder == "" {
		above, err := os.UserCacheDir()
		if err != nil {
			return nil, fmt.Errorf("cache: %w", err)
		}
		folder = filepath.Join(above, "totem-image")
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, fmt.Errorf("cache: %w", err)
	}
	lock, err := os.OpenFile(filepath.Join(folder, "lock"), os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, fmt.Errorf("cache: %w", err)
	}
	for told := false; ; told = true {
		err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			break
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			lock.Close()
			return nil, fmt.Errorf("cache: lock %s: %w", folder, err)
		}
		if !told {
			say("waiting for another build, which uses " + folder)
		}
		select {
		case <-ctx.Done():
			lock.Close()
			return nil, ctx.Err()
		case <-time.After(time.Second):
		}
	}
	c := &cacheFolder{folder: folder, lock: lock}
	return c, c.removeAll(func(name string) bool { return strings.HasSuffix(name, ".partial") })
}

// Close lets the next build in. Closing it again does nothing.
func (c *cacheFolder) Close() error {
	if err := c.lock.Close(); err != nil && !errors.Is(err, os.ErrClosed) {
		return fmt.Errorf("cache: %w", err)
	}
	return nil
}

// path returns where something of the cache lies.
func (c *cacheFolder) path(name string) string { return filepath.Join(c.folder, name) }

// whole returns the folder called name, and has make fill it first if it is not there. make gets another folder, which takes the name
// only when make is done: what has the name is whole. Other folders that begin with the same family are removed then.
func (c *cacheFolder) whole(family, name string, make func(folder string) error) (string, error) {
	if info, err := os.Stat(c.path(name)); err == nil && info.IsDir() {
		return c.path(name), nil
	}
	partial := c.path(name + ".partial")
	if err := os.Mkdir(partial, 0o755); err != nil {
		return "", fmt.Errorf("cache: %w", err)
	}
	if err := make(partial); err != nil {
		return "", errors.Join(err, removeTree(partial))
	}
	if err := os.Rename(partial, c.path(name)); err != nil {
		return "", fmt.Errorf("cache: %w", err)
	}
	return c.path(name), c.removeAll(func(other string) bool { return strings.HasPrefix(other, family) && other != name })
}

func (c *cacheFolder) removeAll(which func(name string) bool) error {
	there, err := os.ReadDir(c.folder)
	for _, entry := range there {
		if which(entry.Name()) {
			err = errors.Join(err, removeTree(c.path(entry.Name())))
		}
	}
	if err != nil {
		return fmt.Errorf("cache: %w", err)
	}
	return nil
}

// removeTree removes a folder and all that it holds, also where a package's folder may not be written.
func removeTree(folder string) error {
	err := filepath.WalkDir(folder, func(p string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() {
			return os.Chmod(p, 0o755)
		}
		return nil
	})
	return errors.Join(err, os.RemoveAll(folder))
}
