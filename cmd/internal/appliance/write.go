package appliance

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// write replaces a file of the totem as a whole and durably, and makes the folders that it lies in. A file that has that
// content already is not written. It belongs to the owner of model, a path of the totem; "": to whoever runs this.
func (c Config) write(name string, content []byte, model string) error {
	path := c.path(name)
	if is, err := os.ReadFile(path); err == nil && bytes.Equal(is, content) {
		return c.give(path, model)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	draft, err := os.CreateTemp(filepath.Dir(path), ".draft-*")
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	_, err = draft.Write(content)
	err = errors.Join(err, draft.Chmod(mode(name)), draft.Sync(), draft.Close(), c.give(draft.Name(), model))
	if err == nil {
		err = os.Rename(draft.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", name, errors.Join(err, os.Remove(draft.Name())))
	}
	return syncFolder(filepath.Dir(path))
}

// give makes path belong to the owner of model, where root runs this.
func (c Config) give(path, model string) error {
	if model == "" || os.Geteuid() != 0 {
		return nil
	}
	info, err := os.Stat(c.path(model))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	owner := info.Sys().(*syscall.Stat_t)
	return os.Lchown(path, int(owner.Uid), int(owner.Gid))
}

// giveAll makes everything in a folder belong to the folder's owner.
func (c Config) giveAll(dir string) error {
	return filepath.WalkDir(c.path(dir), func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return c.give(path, dir)
	})
}

// empty removes everything in a folder, durably. A folder that is not there is empty.
func (c Config) empty(dir string) error {
	all, err := os.ReadDir(c.path(dir))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, one := range all {
		err = errors.Join(err, os.RemoveAll(filepath.Join(c.path(dir), one.Name())))
	}
	return errors.Join(err, syncFolder(c.path(dir)))
}

// remove removes a file durably. One that is not there is removed.
func (c Config) remove(name string) error {
	if err := os.Remove(c.path(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return syncFolder(filepath.Dir(c.path(name)))
}

func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
