package scheduler_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"example.org/totem/booking"
	"example.org/totem/ledger"
	"example.org/totem/scheduler"
	"example.org/totem/sync/wire"
)

// addressed lets totems tell where they are reached, so that they may have passed slots on to each other.
func (w *world) addressed(s *scheduler.Service, stores map[booking.TotemID]booking.Incarnation) {
	w.t.Helper()
	for totem, store := range stores {
		must(w.t, first(s.Health(context.Background(), "rm001", totem, wire.Health{
			Incarnation: store, N: 1, Profile: "none", Clock: wire.ClockUnknown, Address: "192.0.2." + string(totem[1:]) + ":7411"})))
	}
}

func (w *world) pull(s *scheduler.Service, totem booking.TotemID, store booking.Incarnation, facts uint64) wire.Pulled {
	w.t.Helper()
	pulled, err := s.Pull(context.Background(), "rm001", totem, wire.Pull{Incarnation: store, N: facts})
	must(w.t, err)
	return pulled
}

// limbo is an office with t1, t2 and t3 that pass slots on, and of which t1 is fenced: its slots are in limbo.
func limbo(t *testing.T) (w *world, s *scheduler.Service, slots []booking.Number) {
	t.Helper()
	w = newWorld(t, plan(t, "rm001", "Europe/Rome", "t1", "t2", "t3"))
	s = w.start()
	stores := map[booking.TotemID]booking.Incarnation{"t1": storeA, "t2": storeB, "t3": {0xc}}
	w.meet(s, stores)
	var public string
	w.pair, public = signer(t)
	w.enrol("t1", func(m *ledger.Member) { m.Key = public })
	w.addressed(s, stores)
	slots = held(w.sheet("rm001", queueA, monday), "t1")
	fenced, err := s.Fence(context.Background(), "rm001", "t1")
	must(t, err)
	if fenced.Returned != 0 || fenced.Waiting == 0 {
		t.Fatalf("the fence has done %+v", fenced)
	}
	return w, s, slots
}

func (w *world) inLimbo() []booking.Number {
	return held(w.sheet("rm001", queueA, monday), booking.Limbo)
}

func TestNobodyIsGivenASlotInLimboUntilEveryOtherTotemHasTold(t *testing.T) {
	ctx := context.Background()
	w, s, slots := limbo(t)
	must(t, s.Tend(ctx))
	if got := w.inLimbo(); !slices.Equal(got, slots) {
		t.Fatalf("in limbo are %v, want %v", got, slots)
	}
	for _, n := range slots {
		_, err := s.Book(ctx, "rm001", queueA, monday, ledger.Want{Number: n}, "482917305560")
		if !errors.Is(err, booking.ErrNotHeld) {
			t.Errorf("the web books one: %v", err)
		}
	}
	_, _ = s.Fence(ctx, "rm001", "t1") // told again
	w.pull(s, "t2", storeB, 0)
	must(t, s.Tend(ctx))
	w.pull(s, "t3", booking.Incarnation{0xc}, 1) // it has a fact that is not folded
	must(t, s.Tend(ctx))
	if got := w.inLimbo(); !slices.Equal(got, slots) {
		t.Fatalf("t3 has not told all, and in limbo are %v, want %v", got, slots)
	}
	must(t, s.Fold(ctx, "rm001", "t3", 1, issued(booking.Incarnation{0xc}, 1, monday, held(w.sheet("rm001", queueA, monday), "t3")[0])))
	must(t, s.Tend(ctx))
	if got := w.inLimbo(); len(got) != 0 || w.events("scheduler.slots-settled") == 0 {
		t.Errorf("all have told, and in limbo are %v", got)
	}
	for _, n := range slots {
		if got := w.slot(n); got.Hands < 2 {
			t.Errorf("%s has changed hands %d times", n, got.Hands)
		}
	}
}

func TestASlotThatWasPassedOnBeforeTheFenceIsWhoseWasGivenIt(t *testing.T) {
	ctx := context.Background()
	w, s, slots := limbo(t)
	must(t, s.Tend(ctx))
	slot := w.slot(slots[0])
	x := w.transfer(w.pair, "t1", "t2", storeB, slot)
	w.pull(s, "t2", storeB, 2)
	w.pull(s, "t3", booking.Incarnation{0xc}, 0)
	must(t, s.Tend(ctx))
	must(t, s.Fold(ctx, "rm001", "t2", 1, got(1, x)))
	must(t, s.Fold(ctx, "rm001", "t2", 2, issued(storeB, 2, monday, slot.Number)))
	must(t, s.Tend(ctx))
	if got := w.slot(slot.Number); got.Holder != "t2" || got.State != booking.Issued {
		t.Errorf("its ticket is %+v", got)
	}
	if got := w.inLimbo(); len(got) != 0 {
		t.Errorf("in limbo are %v", got)
	}
	if n := w.events("scheduler.fact-conflict") + w.events("scheduler.fact-parked"); n != 0 {
		t.Errorf("%d facts set aside:\n%s", n, w.log)
	}
}

func TestAfterARestartEveryTotemIsAskedAnew(t *testing.T) {
	ctx := context.Background()
	w, s, slots := limbo(t)
	must(t, s.Tend(ctx))
	for _, totem := range []booking.TotemID{"t2", "t3"} {
		w.pull(s, totem, booking.Incarnation{map[booking.TotemID]byte{"t2": 0xb, "t3": 0xc}[totem]}, 0)
	}
	s = w.start()
	must(t, s.Tend(ctx))
	if got := w.inLimbo(); !slices.Equal(got, slots) {
		t.Errorf("in limbo are %v, want %v", got, slots)
	}
}

func TestASecondFenceMakesTheSlotsOfTheFirstWaitForNobodyWhoIsGone(t *testing.T) {
	ctx := context.Background()
	w, s, slots := limbo(t)
	must(t, s.Tend(ctx))
	w.pull(s, "t2", storeB, 0)
	must(t, s.Tend(ctx))
	must(t, first(s.Fence(ctx, "rm001", "t3")))
	must(t, s.Tend(ctx)) // t3 may have passed on what t1 had, and what it had itself: t2 must tell again
	if got := w.inLimbo(); len(got) <= len(slots) {
		t.Errorf("in limbo are %v", got)
	}
	w.pull(s, "t2", storeB, 0)
	must(t, s.Tend(ctx))
	if got := w.inLimbo(); len(got) != 0 {
		t.Errorf("in limbo are %v", got)
	}
}

func TestWhatComesToATotemThatIsLostIsInLimbo(t *testing.T) {
	ctx := context.Background()
	w, s, _ := limbo(t)
	other, public := signer(t)
	w.enrol("t2", func(m *ledger.Member) { m.Key = public })
	slot := w.slot(held(w.sheet("rm001", queueA, monday), "t2")[0])
	must(t, s.Fold(ctx, "rm001", "t2", 1, given(storeB, 1, w.transfer(other, "t2", "t1", storeA, slot))))
	if got := w.slot(slot.Number); got.Holder != booking.Limbo || got.Hands != 2 {
		t.Errorf("it is %+v", got)
	}
	// A grant that was on its way when the totem was fenced.
	_, err := ledger.Change(ctx, w.memory, booking.SheetKey{Office: "rm001", Queue: queueP, Day: monday},
		func(sheet booking.Sheet) (booking.Sheet, error) {
			return sheet.Grant(held(sheet, booking.Pool)[0], "t1")
		})
	must(t, err)
	must(t, s.Tend(ctx))
	if got := held(w.sheet("rm001", queueP, monday), "t1"); len(got) != 0 || w.events("scheduler.slots-stranded") == 0 {
		t.Errorf("t1 holds %v", got)
	}
}

func TestSlotsOfFarDaysComeOutOfLimboToo(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t, plan(t, "rm001", "Europe/Rome", "t1", "t2"))
	s := w.start()
	stores := map[booking.TotemID]booking.Incarnation{"t1": storeA, "t2": storeB}
	w.meet(s, stores)
	w.addressed(s, stores)
	far := booking.SheetKey{Office: "rm001", Queue: queueA, Day: monday.AddDays(4)}
	_, err := ledger.Change(ctx, w.memory, far, func(sheet booking.Sheet) (booking.Sheet, error) { return sheet.Grant("A001", "t1") })
	must(t, err)
	must(t, first(fencing(w).Fence(ctx, "rm001", "t1"))) // by another process, which knows no plans
	must(t, s.Tend(ctx))
	w.pull(s, "t2", storeB, 0)
	must(t, s.Tend(ctx))
	sheet := w.sheet("rm001", queueA, far.Day)
	if sheet.Slots[0].Holder != booking.Reserve && sheet.Slots[0].Holder != booking.Pool || sheet.Slots[0].Hands != 2 {
		t.Errorf("it is %+v", sheet.Slots[0])
	}
}

func TestAFenceShowsBeforeWhatItPutsAtRisk(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t, plan(t, "rm001", "Europe/Rome", "t1", "t2"))
	s := w.start()
	stores := map[booking.TotemID]booking.Incarnation{"t1": storeA, "t2": storeB}
	w.meet(s, stores)
	w.addressed(s, stores)
	w.uplink.behind = 1
	mine := len(held(w.sheet("rm001", queueA, monday), "t1"))
	risk, err := fencing(w).Preview(ctx, "rm001", "t1")
	must(t, err)
	minute := w.now.Truncate(time.Minute)
	if !risk.Known || !risk.Unfolded || !risk.Heard.Equal(minute) || len(risk.Slots) != 6 || risk.Slots[0] != (scheduler.RiskAt{Day: monday, Queue: queueA, Free: mine}) {
		t.Errorf("the risk is %+v", risk)
	}
	if len(risk.Passed) != 1 || risk.Passed[0].Totem != "t2" || !risk.Passed[0].Heard.Equal(minute) {
		t.Errorf("passed to %+v", risk.Passed)
	}
	if _, err := fencing(w).Preview(ctx, "rm001", "t7"); !errors.Is(err, scheduler.ErrUnknownTotem) {
		t.Errorf("of a totem that nobody knows: %v", err)
	}
	if n := len(held(w.sheet("rm001", queueA, monday), "t1")); n != mine {
		t.Errorf("a look has changed what it holds: %d", n)
	}
}
