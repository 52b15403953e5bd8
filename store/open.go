package store

import (
	"context"
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

// create makes a new store at path. It grows under another name, and takes its own when all of it is durable: what has
// the name is a whole store, and what a power cut left under the other held no ticket yet.
func create(ctx context.Context, cfg Config) error {
	path := cfg.Path
	cfg.Path += ".new"
	for _, left := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(cfg.Path + left); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	if err := makeFile(cfg.Path); err != nil {
		return err
	}
	w, err := newWriter(ctx, cfg.Path, cfg.MaxPages)
	if err != nil {
		return err
	}
	if err = errors.Join(w.checkPromises(ctx), w.migrateFrom(ctx, 0, cfg)); err == nil {
		err = w.truncateLog()
	}
	if err := errors.Join(err, w.close(func() error { return nil })); err != nil {
		return err
	}
	if err := os.Rename(cfg.Path, path); err != nil {
		return err
	}
	return syncFolder(path)
}

// makeFile makes an empty database file that only its owner can read; SQLite gives the log the same permissions.
func makeFile(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}
