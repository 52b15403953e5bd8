package central

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"example.org/totem/internal/fault"
)

// servingFile holds, in a data directory, the URL of the server that the scheduler who has the directory is reached at.
const servingFile = "serving"

// claim makes the data directory if it is missing, and claims it for this process until the file is closed or the
// process is no more. Where a scheduler that runs has it, and s is not to be alone, claim returns where that one's
// server is instead.
func claim(s Store) (lock *os.File, running string, err error) {
	if s.Init {
		err = os.MkdirAll(s.DataDir, 0o700)
	} else if _, err = os.Stat(IdentityDir(s.DataDir)); errors.Is(err, fs.ErrNotExist) {
		return nil, "", emptyFault(err, s.DataDir)
	}
	if err != nil {
		return nil, "", storeFault(err, s.DataDir)
	}
	lock, err = os.OpenFile(filepath.Join(s.DataDir, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, "", storeFault(err, s.DataDir)
	}
	taken := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if taken == nil {
		// A scheduler that was killed left it.
		if err := os.Remove(filepath.Join(s.DataDir, servingFile)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, "", errors.Join(storeFault(err, s.DataDir), lock.Close())
		}
		return lock, "", nil
	}
	if err := lock.Close(); err != nil {
		return nil, "", storeFault(err, s.DataDir)
	}
	if s.Alone {
		return nil, "", fault.New(fault.CodeCentralStore, taken, "stop the other scheduler, or the command that works there",
			"another scheduler uses the data directory %s", s.DataDir)
	}
	text, err := os.ReadFile(filepath.Join(s.DataDir, servingFile))
	if running = strings.TrimSpace(string(text)); err != nil || running == "" {
		return nil, "", fault.New(fault.CodeCentralStore, errors.Join(taken, err), "try again in a moment: a scheduler there is starting or ending, or another command is at work",
			"another process uses the data directory %s", s.DataDir)
	}
	return nil, running, nil
}

// announce tells, for those who find the data directory taken, where the server is. It does so whole or not at all.
func announce(data, url string) error {
	path := filepath.Join(data, servingFile)
	if err := os.WriteFile(path+".new", []byte(url+"\n"), 0o600); err != nil {
		return storeFault(err, data)
	}
	if err := os.Rename(path+".new", path); err != nil {
		return storeFault(err, data)
	}
	return nil
}

// renounce takes back what announce told.
func renounce(data string) error {
	if err := os.Remove(filepath.Join(data, servingFile)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
