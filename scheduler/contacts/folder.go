package contacts

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// The endings of names in the directory.
const (
	contactEnd = ".contact"
	keyEnd     = ".key"
	newEnd     = ".new" // not yet whole

	sealing = "sealing" // the id of the key to which contacts are sealed
)

// folder is the directory of a store. What its methods did is on the disk when they return.
type folder string

func (f folder) path(name string) string { return filepath.Join(string(f), name) }

// make makes the directory for its owner alone.
func (f folder) make() error {
	if err := os.MkdirAll(string(f), 0o700); err != nil {
		return err
	}
	if err := os.Chmod(string(f), 0o700); err != nil {
		return err
	}
	return folder(filepath.Dir(string(f))).sync()
}

// ids returns the ids of all files but that of the sealing key, each once, and those of which there is a contact.
func (f folder) ids() (all []string, whole map[string]bool, err error) {
	entries, err := os.ReadDir(string(f))
	if err != nil {
		return nil, nil, err
	}
	whole = make(map[string]bool)
	seen := make(map[string]bool)
	for _, e := range entries {
		id, end, _ := strings.Cut(e.Name(), ".")
		if id == sealing {
			continue
		}
		if !seen[id] {
			all = append(all, id)
		}
		seen[id] = true
		whole[id] = whole[id] || "."+end == contactEnd
	}
	return all, whole, nil
}

// key returns the private sealing key; where there is none it is drawn.
func (f folder) key(draw func() ([]byte, error)) ([]byte, error) {
	key, err := f.get(sealing + keyEnd)
	if err != nil || key != nil {
		return key, err
	}
	if _, err := f.blank(sealing + newEnd); err != nil {
		return nil, err
	}
	if key, err = draw(); err == nil {
		err = f.write(sealing+newEnd, key)
	}
	if err == nil {
		err = os.Rename(f.path(sealing+newEnd), f.path(sealing+keyEnd))
	}
	if err == nil {
		err = f.sync()
	}
	return key, err
}

// add writes the two files of a contact: both, or an error and neither.
func (f folder) add(id string, key, file []byte) error {
	err := f.write(id+keyEnd, key)
	if err == nil {
		err = f.write(id+newEnd, file)
	}
	if err == nil {
		err = os.Rename(f.path(id+newEnd), f.path(id+contactEnd))
	}
	if err == nil {
		err = f.sync()
	}
	if err != nil {
		return errors.Join(err, f.clear(id))
	}
	return nil
}

// write writes a new file and syncs it, but not its name.
func (f folder) write(name string, data []byte) error {
	file, err := os.OpenFile(f.path(name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(data)
	return errors.Join(err, file.Sync(), file.Close())
}

// read returns a contact's file and its key; one that is not there is empty.
func (f folder) read(id string) (key, file []byte, err error) {
	key, err = f.get(id + keyEnd)
	if err == nil {
		file, err = f.get(id + contactEnd)
	}
	return key, file, err
}

func (f folder) get(name string) ([]byte, error) {
	data, err := os.ReadFile(f.path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return data, err
}

// overwrite writes into a contact's file, whose size stays.
func (f folder) overwrite(id string, at int64, data []byte) error {
	file, err := os.OpenFile(f.path(id+contactEnd), os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = file.WriteAt(data, at)
	return errors.Join(err, file.Sync(), file.Close())
}

// shred overwrites a contact's key and removes it.
func (f folder) shred(id string) error {
	_, err := f.blank(id + keyEnd)
	return errors.Join(err, f.sync())
}

// blank overwrites a file with zeros and removes it, and reports whether it was there.
func (f folder) blank(name string) (was bool, err error) {
	file, err := os.OpenFile(f.path(name), os.O_WRONLY, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	info, err := file.Stat()
	if err == nil {
		_, err = file.Write(make([]byte, info.Size()))
	}
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return true, err
	}
	return true, os.Remove(f.path(name))
}

// clear removes whatever there is of an id, its key first.
func (f folder) clear(id string) error {
	was, err := f.blank(id + keyEnd)
	if was && err == nil {
		err = f.sync()
	}
	if err != nil {
		return err
	}
	return errors.Join(remove(f.path(id+newEnd)), remove(f.path(id+contactEnd)), f.sync())
}

func remove(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

func (f folder) sync() error {
	dir, err := os.Open(string(f))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
