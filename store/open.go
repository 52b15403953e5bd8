package store

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"syscall"
	"time"

	"example.org/totem/booking"
	"example.org/totem/internal/fault"
)

// check returns cfg with its defaults filled in.
func (cfg Config) check() (Config, error) {
	bad := func(err error) (Config, error) {
		return Config{}, fault.New(fault.CodeConfig, err, "correct the totem's configuration", "the store cannot be set up")
	}
	if cfg.Path == "" {
		return bad(errors.New("no path"))
	}
	if err := booking.CheckID(string(cfg.Office)); err != nil {
		return bad(err)
	}
	if err := booking.CheckTotemID(string(cfg.Totem)); err != nil {
		return bad(err)
	}
	if cfg.MaxPages < 0 {
		return bad(errors.New("a negative number of pages"))
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Random == nil {
		cfg.Random = rand.Reader
	}
	return cfg, nil
}

// lockFile takes the lock that keeps two processes from giving tickets out of one store. The kernel lets go of it
// when the process ends, however it ends.
func lockFile(path string) (*os.File, error) {
	f, err := os.OpenFile(path+".lock", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, openFault(path, err)
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	switch {
	case err == nil:
		return f, nil
	case errors.Is(err, syscall.EWOULDBLOCK):
		err = fault.New(fault.CodeStoreLocked, nil, "stop the other process, then start again",
			"another totem process uses this database, %s", path)
	default:
		err = openFault(path, &fs.PathError{Op: "lock", Path: f.Name(), Err: err})
	}
	return nil, errors.Join(err, f.Close())
}

// makeFile makes an empty database file that only its owner can read; SQLite gives the log the same permissions.
func makeFile(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}
