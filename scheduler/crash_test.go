package scheduler_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.org/totem/booking"
	"example.org/totem/ledger"
	"example.org/totem/scheduler"
	"example.org/totem/sync/wire"
)

var errCrash = errors.New("the power failed")

// fuse counts the calls that reach the ledger and lets one fail: before it did anything, or after it did everything
// but before its answer came. Every later call fails too, until a restart.
type fuse struct {
	ledger.Book
	ledger.Roster
	left  int  // calls until the failure; negative: none
	after bool // the failing call does its work
	blown bool
}

func (f *fuse) burn() (fails, works bool) {
	if f.blown {
		return true, false
	}
	f.left--
	if f.left == -1 {
		f.blown = true
		return true, f.after
	}
	return false, true
}

func (f *fuse) Sheet(ctx context.Context, key booking.SheetKey) (booking.Sheet, error) {
	if fails, _ := f.burn(); fails {
		return booking.Sheet{}, errCrash
	}
	return f.Book.Sheet(ctx, key)
}

func (f *fuse) Put(ctx context.Context, s booking.Sheet) (r booking.Revision, err error) {
	fails, works := f.burn()
	if works {
		r, err = f.Book.Put(ctx, s)
	}
	if fails {
		return booking.Revision{}, errCrash
	}
	return r, err
}

func (f *fuse) Close(ctx context.Context, day booking.Day) (err error) {
	fails, works := f.burn()
	if works {
		err = f.Book.Close(ctx, day)
	}
	if fails {
		return errCrash
	}
	return err
}

func (f *fuse) Member(ctx context.Context, office booking.OfficeID, totem booking.TotemID) (ledger.Member, error) {
	if fails, _ := f.burn(); fails {
		return ledger.Member{}, errCrash
	}
	return f.Roster.Member(ctx, office, totem)
}

func (f *fuse) PutMember(ctx context.Context, m ledger.Member) (r ledger.Member, err error) {
	fails, works := f.burn()
	if works {
		r, err = f.Roster.PutMember(ctx, m)
	}
	if fails {
		return ledger.Member{}, errCrash
	}
	return r, err
}

// live lets a totem live through a day and its end, and starts the scheduler anew whenever a step fails. It returns
// what is left.
func live(t *testing.T, blowAt int, after bool) (left []string, calls int) {
	ctx := context.Background()
	w := newWorld(t, plan(t, "rm001", "Europe/Rome", "t1", "t2"))
	f := &fuse{Book: w.memory, Roster: w.memory, left: blowAt, after: after}
	w.book, w.roster = f, f
	s := w.start()
	step := func(do func(*scheduler.Service) error) {
		t.Helper()
		for range 3 {
			err := do(s)
			if err == nil && !f.blown {
				return
			}
			f.blown = false // the restart
			s = w.start()
		}
		t.Fatalf("fuse %d, %v: a step fails for good:\n%s", blowAt, after, w.log)
	}
	step(func(s *scheduler.Service) error { return s.Tend(ctx) })
	step(func(s *scheduler.Service) error {
		_, err := w.hello(s, "rm001", "t1", hello(storeA, 0))
		return err
	})
	step(func(s *scheduler.Service) error { return s.Tend(ctx) })
	var slots []booking.Number
	step(func(s *scheduler.Service) error {
		p, err := s.Pull(ctx, "rm001", "t1", wire.Pull{Incarnation: storeA})
		if err == nil {
			slots = held(p.Sheets[0], "t1")
		}
		return err
	})
	tuesday := monday.AddDays(1)
	for i, fact := range []booking.Fact{
		issued(storeA, 1, monday, slots[0]),
		printed(storeA, 2, monday, slots[0], booking.PaperPrinted),
		issued(storeA, 3, monday, slots[1]),
		issued(storeA, 4, tuesday, slots[0]), // the two days have the same slots
	} {
		step(func(s *scheduler.Service) error { return s.Fold(ctx, "rm001", "t1", uint64(i+1), fact) })
	}
	for _, queue := range []booking.QueueID{queueA, queueP} {
		left = append(left, describe(w.sheet("rm001", queue, monday)))
	}
	w.now = monday.End(w.plans[0].Zone)
	step(w.tend)
	step(func(s *scheduler.Service) error { return s.Fold(ctx, "rm001", "t1", 5, dayClosed(storeA, 5, monday)) })
	days, err := w.memory.Days(ctx)
	must(t, err)
	m, err := w.memory.Member(ctx, "rm001", "t1")
	must(t, err)
	left = append(left, fmt.Sprint(days, m.Incarnation, m.Folded, m.Sequence), fmt.Sprint(w.keys.names()),
		describe(w.sheet("rm001", queueA, tuesday)))
	if n := w.events("scheduler.fact-conflict") + w.events("scheduler.fact-parked"); n != 0 {
		t.Errorf("fuse %d, %v: %d facts set aside:\n%s", blowAt, after, n, w.log)
	}
	return left, blowAt - f.left
}

func describe(s booking.Sheet) (text string) {
	for _, slot := range s.Slots {
		text += fmt.Sprintf("%s %s %s %s %s; ", slot.Number, slot.Holder, slot.State, slot.Ticket.Code, slot.Ticket.Paper)
	}
	return text
}

func TestACrashBetweenAnyTwoStepsLosesAndDoublesNothing(t *testing.T) {
	const never = 1 << 30
	want, calls := live(t, never, false)
	if calls < 50 {
		t.Fatalf("the day has only %d steps", calls)
	}
	for at := range calls {
		for _, after := range []bool{false, true} {
			got, _ := live(t, at, after)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("crash at call %d (its work done: %v) (-want +got):\n%s", at, after, diff)
			}
		}
	}
}
