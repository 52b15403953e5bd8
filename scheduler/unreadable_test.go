package scheduler_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"example.org/totem/booking"
	"example.org/totem/internal/fault"
	"example.org/totem/ledger"
	"example.org/totem/scheduler"
	"example.org/totem/sync/wire"
)

// spoiled is a ledger of which some records cannot be read.
type spoiled struct {
	ledger.Book
	ledger.Roster
	sheet booking.SheetKey
	totem booking.TotemID
}

func (s *spoiled) Sheet(ctx context.Context, key booking.SheetKey) (booking.Sheet, error) {
	if key == s.sheet {
		return booking.Sheet{}, fmt.Errorf("read sheet %s: %w", key, ledger.ErrUnreadable)
	}
	return s.Book.Sheet(ctx, key)
}

func (s *spoiled) Sheets(ctx context.Context, office booking.OfficeID, day booking.Day) (readable []booking.Sheet, wrong error) {
	sheets, err := s.Book.Sheets(ctx, office, day)
	for _, sheet := range sheets {
		if sheet.SheetKey == s.sheet {
			wrong = fmt.Errorf("read sheet %s: %w", s.sheet, ledger.ErrUnreadable)
		} else {
			readable = append(readable, sheet)
		}
	}
	return readable, errors.Join(err, wrong)
}

func (s *spoiled) Member(ctx context.Context, office booking.OfficeID, totem booking.TotemID) (ledger.Member, error) {
	if totem == s.totem {
		return ledger.Member{}, fmt.Errorf("read totem %s/%s: %w", office, totem, ledger.ErrUnreadable)
	}
	return s.Roster.Member(ctx, office, totem)
}

func TestAFactWhoseRecordCannotBeReadIsSetAsideAndBlocksNothing(t *testing.T) {
	ctx := context.Background()
	w, _, slots := running(t)
	must(t, first(w.start().Hello(ctx, "rm001", "t2", hello(storeB, 0))))
	sold := held(w.sheet("rm001", queueP, monday), "t1")[0]
	bad := &spoiled{Book: w.memory, Roster: w.memory, sheet: booking.SheetKey{Office: "rm001", Queue: queueP, Day: monday}, totem: "t2"}
	w.book, w.roster = bad, bad
	s := w.start()
	lost := issued(storeA, 1, monday, sold)
	lost.Queue = queueP
	for range 2 { // told again, it is still no error
		must(t, s.Fold(ctx, "rm001", "t1", 1, lost))
		must(t, s.Fold(ctx, "rm001", "t2", 2, issued(storeB, 1, monday, slots[0])))
		must(t, s.Park(ctx, "rm001", "t2", 3, booking.FactID{}, errors.New("no fact at all")))
	}
	must(t, s.Fold(ctx, "rm001", "t1", 4, issued(storeA, 2, monday, slots[0])))
	if got := w.slot(slots[0]); got.State != booking.Issued || got.Ticket.Code != code(2) {
		t.Errorf("the fact behind: %+v", got)
	}
	if n := w.events("scheduler.fact-parked"); n != 1+2*2 { // t1's is known to be parked, t2's is not
		t.Errorf("%d facts parked, want 5:\n%s", n, w.log)
	}
	if m, err := w.memory.Member(ctx, "rm001", "t1"); err != nil || m.Folded != 2 {
		t.Errorf("member %+v, %v", m, err)
	}
}

func TestAFenceTakesBackWhatCanBeReadAndTellsOfTheRest(t *testing.T) {
	ctx := context.Background()
	w, _, slots := running(t)
	bad := &spoiled{Book: w.memory, Roster: w.memory, sheet: booking.SheetKey{Office: "rm001", Queue: queueP, Day: monday}}
	returned, err := scheduler.Fence(ctx, bad, bad, "rm001", "t1")
	var f *fault.Fault
	if !errors.Is(err, ledger.ErrUnreadable) || !errors.As(err, &f) || f.Remedy == "" {
		t.Errorf("the fence says %v", err)
	}
	if returned != 5*len(slots) { // three days, two queues, and one sheet that cannot be read
		t.Errorf("%d slots went back, want %d", returned, 5*len(slots))
	}
}

func first[A any](_ A, err error) error { return err }

func TestARoundNamesTheRecordThatCannotBeReadAndGoesOnWithTheOthers(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t, plan(t, "rm001", "Europe/Rome", "t1", "t2"), plan(t, "rm002", "Europe/Rome", "t1"))
	bad := &spoiled{Book: w.memory, Roster: w.memory, sheet: booking.SheetKey{Office: "rm001", Queue: queueA, Day: monday}, totem: "t2"}
	w.book, w.roster = bad, bad
	s := w.start()
	_ = s.Tend(ctx)
	for _, id := range []booking.OfficeID{"rm001", "rm002"} {
		must(t, first(s.Hello(ctx, id, "t1", hello(storeA, 0))))
	}
	w.log.Reset()
	if err := s.Tend(ctx); !errors.Is(err, ledger.ErrUnreadable) {
		t.Errorf("the round says %v", err)
	}
	for _, want := range []string{"read sheet rm001/anagrafe/2026-11-23", "read totem rm001/t2", "code=T500", "remedy="} {
		if !strings.Contains(w.log.String(), want) && !strings.Contains(w.log.String(), strings.ReplaceAll(want, "/", " ")) {
			t.Errorf("the log does not say %q:\n%s", want, w.log)
		}
	}
	if n := w.events("scheduler.fault"); n != 2 {
		t.Errorf("%d faults, want one for each record:\n%s", n, w.log)
	}
	for _, sheet := range []booking.Sheet{w.sheet("rm001", queueP, monday), w.sheet("rm002", queueA, monday)} {
		if len(held(sheet, "t1")) == 0 {
			t.Errorf("%s was not granted", sheet.SheetKey)
		}
	}
	pulled, err := s.Pull(ctx, "rm001", "t1", wire.Pull{Incarnation: storeA})
	if err != nil || len(pulled.Sheets) != 5 {
		t.Errorf("%d sheets pulled, %v, want all but one", len(pulled.Sheets), err)
	}
	w.now = monday.End(w.plans[0].Zone)
	_ = w.tend(s)
	if days, err := w.memory.Days(ctx); err != nil || days[0] != monday.AddDays(1) {
		t.Errorf("days: %v, %v: the day was not closed", days, err)
	}
}
