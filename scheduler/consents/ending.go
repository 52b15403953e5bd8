package consents

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"example.org/totem/booking"
	"example.org/totem/privacy"
)

// EndDay records that the consents for an office's day, and for the days before it, which have not ended are over, and
// erases what is older than Keep, of every office: one that is closed for good has nobody else to do it.
func (s *Store) EndDay(ctx context.Context, office booking.OfficeID, day booking.Day) error {
	s.turn.Lock()
	defer s.turn.Unlock()
	for _, p := range s.sorted() {
		err := ctx.Err()
		switch {
		case err != nil:
		case p.office == office && p.day.AddDays(Keep).Compare(day) <= 0, p.day.AddDays(Keep+1).Compare(day) <= 0: // other time zones
			err = s.erase(p)
		case p.office == office && p.day.Compare(day) <= 0:
			err = s.expire(p)
		}
		if err != nil {
			return fmt.Errorf("end a day of consents: %w", err)
		}
	}
	return nil
}

// sorted returns the days, office by office, the earliest first. The caller has the turn.
func (s *Store) sorted() []place {
	var all []place
	for p := range s.days {
		all = append(all, p)
	}
	slices.SortFunc(all, func(a, b place) int {
		if a.office != b.office {
			return slices.Compare([]byte(a.office), []byte(b.office))
		}
		return a.day.Compare(b.day)
	})
	return all
}

// expire ends what has not ended.
func (s *Store) expire(p place) error {
	var over []body
	for _, r := range s.days[p].records {
		if !r.State.IsFinal() {
			over = append(over, body{Ended: &ended{receipt(r.Receipt), privacy.ConsentExpired.String(), p.day}})
		}
	}
	return s.add(p, over...)
}

// erase erases a day, once it is counted; a power cut between the two is made good by Open.
func (s *Store) erase(p place) error {
	d := s.days[p]
	if err := s.count(p, len(d.records)); err != nil {
		return err
	}
	if err := errors.Join(shred(s.dir, p.ends()), shred(s.dir, p.acts())); err != nil {
		return err
	}
	delete(s.days, p)
	for _, r := range d.records {
		delete(s.where, name{p.office, r.Receipt})
	}
	return s.dropNotices(d)
}

// count adds n erased records of a day, once. The caller has the turn.
func (s *Store) count(p place, n int) error {
	before := s.counts[p.office]
	if !before.Through.IsZero() && p.day.Compare(before.Through) <= 0 {
		return nil
	}
	s.counts[p.office] = count{before.Erased + n, p.day}
	if err := writeCounts(s.dir, s.counts); err != nil {
		s.counts[p.office] = before
		return err
	}
	return nil
}

// dropNotices removes the texts that only an erased day named.
func (s *Store) dropNotices(erased *day) error {
	named := make(map[digest]bool)
	for _, d := range s.days {
		for _, r := range d.records {
			named[r.Notice] = true
		}
	}
	for _, r := range erased.records {
		if named[r.Notice] {
			continue
		}
		named[r.Notice] = true
		if err := os.Remove(filepath.Join(s.dir, noticeName(digest(r.Notice)))); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}
