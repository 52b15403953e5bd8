package central

import (
	"errors"
	"fmt"
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

// elsewhereFile holds, in a data directory, the URL of the server that keeps the ledger since it was moved there, or made
// there: one that still lies in the directory is not to be taken for it.
const elsewhereFile = "elsewhere"

// noteElsewhere keeps that the ledger is on the server nats, "" for one that is in the directory.
func noteElsewhere(data, nats string) error {
	if nats == "" {
		return nil
	}
	if err := os.WriteFile(filepath.Join(data, elsewhereFile), []byte(WithoutPassword(nats)+"\n"), 0o600); err != nil {
		return storeFault(err, data)
	}
	return nil
}

// checkHere returns a fault if the ledger is not in the directory but elsewhere.
func checkHere(data string) error {
	path := filepath.Join(data, elsewhereFile)
	url, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return storeFault(err, data)
	}
	at := strings.TrimSpace(string(url))
	return fault.New(fault.CodeUsage, nil, fmt.Sprintf("name it: --nats %s; if the ledger is to be in the directory again, remove the file %s", at, path),
		"the ledger of the scheduler in %s is on the NATS server %s", data, at)
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
