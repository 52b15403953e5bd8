package scheduler_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
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
	sheet  booking.SheetKey
	totem  booking.TotemID
	mended bool // the totem's record was written anew
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
	m, err := s.Roster.Member(ctx, office, totem)
	if totem == s.totem && office == "rm001" && !s.mended {
		return ledger.Member{Office: office, Totem: totem, Revision: m.Revision}, fmt.Errorf("read totem %s/%s: %w", office, totem, ledger.ErrUnreadable)
	}
	return m, err
}

func (s *spoiled) PutMember(ctx context.Context, m ledger.Member) (ledger.Member, error) {
	m, err := s.Roster.PutMember(ctx, m)
	s.mended = s.mended || err == nil && m.Totem == s.totem
	return m, err
}

func (s *spoiled) Members(ctx context.Context, office booking.OfficeID) ([]ledger.Member, error) {
	members, err := s.Roster.Members(ctx, office)
	if office != "rm002" && s.totem != "" && !s.mended {
		members = slices.DeleteFunc(members, func(m ledger.Member) bool { return m.Totem == s.totem })
		err = errors.Join(err, fmt.Errorf("read totem rm001/%s: %w", s.totem, ledger.ErrUnreadable))
	}
	return members, err
}

func TestAFactWhoseRecordCannotBeReadIsSetAsideAndBlocksNothing(t *testing.T) {
	ctx := context.Background()
	w, _, slots := running(t)
	must(t, first(w.hello(w.start(), "rm001", "t2", hello(storeB, 0))))
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
	fenced, err := scheduler.Fencing{Book: bad, Roster: bad}.Fence(ctx, "rm001", "t1")
	var f *fault.Fault
	if !errors.Is(err, ledger.ErrUnreadable) || !errors.As(err, &f) || f.Remedy == "" {
		t.Errorf("the fence says %v", err)
	}
	// Three days, two queues, and one sheet that cannot be read. Where they were planned is not known here.
	if want := (scheduler.Fenced{Waiting: 5 * len(slots)}); fenced != want {
		t.Errorf("%+v, want %+v", fenced, want)
	}
}

func first[A any](_ A, err error) error { return err }

func TestARoundNamesTheRecordThatCannotBeReadAndGoesOnWithTheOthers(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t, plan(t, "rm001", "Europe/Rome", "t1", "t2"), plan(t, "rm002", "Europe/Rome", "t1"))
	bad := &spoiled{Book: w.memory, Roster: w.memory, sheet: booking.SheetKey{Office: "rm002", Queue: queueA, Day: monday}, totem: "t2"}
	w.book, w.roster = bad, bad
	s := w.start()
	_ = s.Tend(ctx)
	for _, id := range []booking.OfficeID{"rm001", "rm002"} {
		must(t, first(w.hello(s, id, "t1", hello(storeA, 0))))
	}
	w.log.Reset()
	if err := s.Tend(ctx); !errors.Is(err, ledger.ErrUnreadable) {
		t.Errorf("the round says %v", err)
	}
	for _, want := range []string{"read sheet rm002/anagrafe/2026-11-23", "read totem rm001/t2", "code=T500", "remedy="} {
		if !strings.Contains(w.log.String(), want) && !strings.Contains(w.log.String(), strings.ReplaceAll(want, "/", " ")) {
			t.Errorf("the log does not say %q:\n%s", want, w.log)
		}
	}
	if n := w.events("scheduler.fault"); n != 2 {
		t.Errorf("%d faults, want one for each record:\n%s", n, w.log)
	}
	if sheet := w.sheet("rm002", queueP, monday); len(held(sheet, "t1")) == 0 {
		t.Errorf("%s was not granted", sheet.SheetKey)
	}
	pulled, err := s.Pull(ctx, "rm002", "t1", wire.Pull{Incarnation: storeA})
	if err != nil || len(pulled.Sheets) != 5 {
		t.Errorf("%d sheets pulled, %v, want all but one", len(pulled.Sheets), err)
	}
	w.now = monday.End(w.plans[0].Zone)
	_ = w.tend(s)
	if days, err := w.memory.Days(ctx); err != nil || days[0] != monday.AddDays(1) {
		t.Errorf("days: %v, %v: the day was not closed", days, err)
	}
}

func TestATotemWhoseRecordCannotBeReadHoldsItsOfficeUpUntilAPersonFencesIt(t *testing.T) {
	ctx := context.Background()
	w, _, a, b := twoTotems(t)
	bad := &spoiled{Book: w.memory, Roster: w.memory, totem: "t2"}
	w.book, w.roster = bad, bad
	s := w.start()
	// What it holds cannot be told, so nothing more is given away; what was given is.
	if _, err := s.Book(ctx, "rm001", queueA, monday, ledger.Want{}, "482917305560"); !errors.Is(err, scheduler.ErrNotWhole) {
		t.Errorf("the pool sells: %v", err)
	}
	a.pull(w, s)
	must(t, s.Fold(ctx, "rm001", "t1", 1, a.issue(t)))
	all := w.unsold("t2")
	if n, err := s.Fence(ctx, "rm001", "t2"); err != nil || n != (scheduler.Fenced{Returned: all}) || all < 3*2*3 { // three days, two queues
		t.Errorf("fence: %+v, %v", n, err)
	}
	must(t, s.Fold(ctx, "rm001", "t2", 1, b.issue(t))) // and what it gave is not sold again
	must(t, s.Tend(ctx))
	if _, err := s.Book(ctx, "rm001", queueA, monday, ledger.Want{}, "482917305560"); err != nil {
		t.Errorf("after the fence: %v", err)
	}
	_, err := b.hello(w, s)
	if got := refusal(t, err); got != wire.RefusedOtherStore {
		t.Errorf("the fenced store: refused as %s", got)
	}
	if n := w.events("scheduler.fact-conflict"); n != 0 {
		t.Errorf("%d conflicts:\n%s", n, w.log)
	}
	must(t, first(w.hello(s, "rm001", "t2", hello(booking.Incarnation{0xc}, 0))))
}
