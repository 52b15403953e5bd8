package store

import (
	"context"
	"errors"
	"io"
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
}

// Store is an open database. It is made by [Open].
type Store struct {
	office      booking.OfficeID
	totem       booking.TotemID
	incarnation booking.Incarnation
	now         func() time.Time
	log         *slog.Logger

	lock  *os.File
	write *writer
	read  *reader

	closing sync.Once
	closed  error
}

// Open opens the store, and makes it if there is none yet: a new one draws a new [booking.Incarnation]. It checks the
// whole file, which takes about a second for a million slots, and turns the print jobs that an earlier process left
// open into found ones. ctx covers the opening only.
//
// Open fails with a fault: fault.CodeStoreLocked while another process has the store open, fault.CodeStoreForeign for
// the database of another office, totem or program, fault.CodeStoreDamaged, fault.CodeStoreFull, and
// fault.CodeStoreOpen for everything else.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	cfg, err := cfg.check()
	if err != nil {
		return nil, err
	}
	s := &Store{office: cfg.Office, totem: cfg.Totem, now: cfg.Now, log: cfg.Log}
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
	if err := makeFile(cfg.Path); err != nil {
		return err
	}
	var err error
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
	if s.read, err = newReader(ctx, cfg.Path); err != nil {
		return err
	}
	if err := s.change(ctx, "find open print jobs", func(t tx) error { return t.exec("jobs_found") }); err != nil {
		return err
	}
	// A totem that cannot finish erasing, for want of room, must still give tickets: the next CloseDays tries again.
	if err := s.finishErasing(); err != nil {
		event.Log(s.log, event.StoreFault, slog.String("fault", string(fault.Of(err).Code)))
	}
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
			errs = append(errs, s.write.close())
		}
		s.closed = errors.Join(append(errs, s.lock.Close())...)
	})
	return s.closed
}

// Checkpoint moves what was written since the last time from the log into the database file, if that is worth it.
// Call it when nobody is there: it keeps this work, two or three fsyncs, off the path of a ticket.
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
