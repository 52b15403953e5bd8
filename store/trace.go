package store

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// trace is what a process leaves in the lock file: whether it has the store open, or closed it in order. A store that
// was not closed in order has a log beside it; if that is gone, tickets may be gone with it. The trace is made durable
// when a store is opened and closed, never on the way of a ticket.
type trace struct{ file *os.File }

// The words of a trace, of one length. Anything else is the lock file of a store that left none.
const (
	traceOpen = "open\n"
	traceShut = "shut\n"
)

func (t trace) read() (string, error) {
	b := make([]byte, len(traceOpen))
	n, err := t.file.ReadAt(b, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("read the trace: %w", err)
	}
	return string(b[:n]), nil
}

func (t trace) leave(word string) error {
	if now, err := t.read(); err != nil || now == word {
		return err
	}
	_, err := t.file.WriteAt([]byte(word), 0)
	if err := errors.Join(err, t.file.Sync()); err != nil {
		return fmt.Errorf("leave a trace: %w", err)
	}
	return nil
}

// inspect looks at what lies at path before SQLite does, and changes nothing. A store is new, made false, when there
// is neither a database file nor a log: a database file takes its name only when a whole store is in it.
func inspect(path string, t trace) (made bool, err error) {
	log := path + "-wal"
	file, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if left, err := os.Stat(log); err == nil && left.Size() > 0 {
			return false, damage(fmt.Sprintf("the database %s is gone, but its log is there", path))
		}
		return false, nil
	case err != nil:
		return false, err
	case file.Size() == 0:
		return false, damage(fmt.Sprintf("the database %s is empty", path))
	}
	err = checkLogFile(log)
	if errors.Is(err, fs.ErrNotExist) {
		word, err := t.read()
		if err == nil && word == traceOpen {
			err = damage(fmt.Sprintf("the log %s is gone, although the store was not closed in order", log))
		}
		return true, err
	}
	return true, err
}

// syncFolder makes the names in path's folder durable.
func syncFolder(path string) error {
	folder, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
