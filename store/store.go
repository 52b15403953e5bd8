package store

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"sync"
	"time"

	"example.org/totem/booking"
	"example.org/totem/internal/event"
	"example.org/totem/internal/fault"
)

// Config says which store to open.
type Config struct {
	Path     string           // of the database file; its directory must exist and be writable. Needed
	Office   booking.OfficeID // whose day it holds. Needed
	Totem    booking.TotemID  // who gives the tickets. Needed
	Now      func() time.Time // the clock; nil: the system's
	Random   io.Reader        // a cryptographic source for the incarnation; nil: the system's
	Log      *slog.Logger     // nil: silent
	MaxPages int              // greatest size of the database in pages of 4 KiB; 0: as much as the disk holds
	Boot     string           // names the boot of the machine, to tell a power cut from a crash; "": nothing is taken for a power cut
}

// Store is an open database. It is made by [Open].
type Store struct {
	office      booking.OfficeID
	totem       booking.TotemID
	path        string
	incarnation booking.Incarnation
	now         func() time.Time
	log         *slog.Logger

	lock  *os.File
	sound bool // what lay there was inspected; its trace may be changed
	write *writer
	read  *reader

	closing sync.Once
	closed  error
}

// Open opens the store, and makes it if there is no database file yet: a new one draws a new [booking.Incarnation]. It
// checks the whole file and its log, which takes about a second for a million slots, and turns the print jobs that an
// earlier process left open into found ones. After a power cut, of each queue the next two slots that this totem could issue are
// set aside: see [Store.CaughtUp]. ctx covers the opening only.
//
// A file without a store in it, a log with a broken transaction that had been durable, and a log that is gone although
// the store was not closed in order are damage, found before anything is written. Three things cannot be found: damage
// to the very last transaction, whole transactions cut off the log's end, and the loss of the log of a store whose lock
// file was lost too. Each looks like a power cut.
//
// Open fails with a fault: fault.CodeStoreLocked while another process has the store open, fault.CodeStoreForeign for
// the database of another office, totem or program, fault.CodeStoreDamaged, fault.CodeStoreFull, and
// fault.CodeStoreOpen for everything else.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	cfg, err := cfg.check()
	if err != nil {
		return nil, err
	}
	s := &Store{path: cfg.Path, office: cfg.Office, totem: cfg.Totem, now: cfg.Now, log: cfg.Log}
	if s.lock, err = lockFile(cfg.Path); err != nil {
		return nil, err
	}
	if err := s.open(ctx, cfg); err != nil {
		return nil, errors.Join(openFault(cfg.Path, err), s.Close())
	}
	return s, nil
}

// open does the work of Open once the lock is held. After an error the caller closes s.
func (s *Store) open(ctx context.Context, cfg Config) error {
	made, err := inspect(cfg.Path, trace{s.lock})
	if err != nil {
		return err
	}
	left, err := trace{s.lock}.read()
	if err != nil {
		return err
	}
	s.sound = true
	if !made {
		if err := create(ctx, cfg); err != nil {
			return err
		}
	}
	if s.write, err = newWriter(ctx, cfg.Path, cfg.MaxPages); err != nil {
		return err
	}
	if err := s.write.migrate(ctx, cfg); err != nil {
		return err
	}
	if err := s.write.identify(ctx, cfg); err != nil {
		return err
	}
	s.incarnation = s.write.incarnation
	if err := s.write.prepare(ctx); err != nil {
		return err
	}
	if err := s.tolerate(s.beginLog(cfg.Path)); err != nil {
		return err
	}
	// Before anything is given. A start that ends before this leaves the trace of a store that was not closed in order.
	cut := made && left != traceShut
	heed := s.change(ctx, "set slots aside", func(t tx) error { return t.heed(s.office, cfg.Boot, cut, cfg.Now()) })
	if err := s.tolerate(heed); err != nil {
		return err
	}
	if s.read, err = newReader(ctx, cfg.Path); err != nil {
		return err
	}
	if err := s.change(ctx, "find open print jobs", tx.findJobs); err != nil {
		return err
	}
	// A totem that cannot finish erasing, for want of room, must still give tickets: the next CloseDays tries again.
	if err := s.finishErasing(); err != nil {
		event.Log(s.log, event.StoreFault, slog.String("fault", string(fault.Of(err).Code)))
	}
	return nil
}

// beginLog moves the log that was found into the database and begins another, with no frame in it that a transaction
// left unfinished, and leaves the trace that this log must be found again.
func (s *Store) beginLog(path string) error {
	err := s.write.truncateLog()
	if err == nil {
		err = syncFolder(path)
	}
	if err == nil {
		err = trace{s.lock}.leave(traceOpen)
	}
	return faultOf("begin a log", err)
}

// tolerate writes a full disk to the log instead of returning it: a totem that has no room left to put its files in
// order still gives the tickets that it has room for.
func (s *Store) tolerate(err error) error {
	if err == nil || fault.Of(err).Code != fault.CodeStoreFull {
		return err
	}
	event.Log(s.log, event.StoreFault, slog.String("fault", string(fault.CodeStoreFull)), slog.String("cause", err.Error()))
	return nil
}

// Close waits for what is being written, closes the database and lets go of its lock. Every later call returns what
// the first returned. The store must not be used afterwards.
func (s *Store) Close() error {
	s.closing.Do(func() {
		var errs []error
		if s.read != nil {
			errs = append(errs, s.read.close())
		}
		if s.write != nil {
			errs = append(errs, s.write.close(func() error { return trace{s.lock}.leave(traceShut) }))
		}
		errs = append(errs, s.shut())
		s.closed = errors.Join(append(errs, s.lock.Close())...)
	})
	return s.closed
}

// shut leaves the trace of a store that needs no log, if SQLite has taken it away in the end after all.
func (s *Store) shut() error {
	if !s.sound {
		return nil
	}
	if _, err := os.Stat(s.path + "-wal"); !errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return trace{s.lock}.leave(traceShut)
}

// Checkpoint moves what was written since the last time from the log into the database file, if that is worth it. Once
// it was called, no file holds the slip, and with it the code, of a job that had ended and whose slip was erased. Call it
// when nobody is there: it keeps this work, some fsyncs, off the path of a ticket.
func (s *Store) Checkpoint(ctx context.Context) error {
	return s.write.checkpoint(ctx, idleCommits)
}

// idleCommits is how many transactions make an idle checkpoint worth it. The first ticket after a checkpoint pays one
// fsync more for the log's new header, so it is not done after each.
const idleCommits = 16

// minute returns now as whole minutes since 1970, rounded down.
func (s *Store) minute() int64 { return minuteOf(s.now()) }

// minuteOf rounds down, also before 1970.
func minuteOf(t time.Time) int64 {
	sec := t.Unix()
	if m := sec % 60; m < 0 {
		return (sec-m)/60 - 1
	}
	return sec / 60
}

func minuteTime(m int64) time.Time { return time.Unix(m*60, 0).UTC() }

// Incarnation returns the name of this life of the store.
func (s *Store) Incarnation() booking.Incarnation { return s.incarnation }
