package scheduler_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.org/totem/booking"
	"example.org/totem/sync/wire"
)

func TestADayLivesAndCloses(t *testing.T) {
	ctx := context.Background()
	w, fold, slots := running(t)
	s := w.start()
	_, err := s.Pull(ctx, "rm001", "t1", wire.Pull{Incarnation: storeA})
	must(t, err)
	must(t, fold(11, issued(storeA, 1, monday, slots[0])))
	must(t, fold(12, printed(storeA, 2, monday, slots[0], booking.PaperPrinted)))

	midnight := monday.End(w.plans[0].Zone)
	w.now = midnight.Add(-time.Nanosecond)
	must(t, w.tend(s))
	w.sheet("rm001", queueA, monday)
	if len(w.keys.names()) != 3 {
		t.Errorf("keys before midnight: %v", w.keys.names())
	}

	w.now = midnight
	must(t, w.tend(s))
	if days, err := w.memory.Days(ctx); err != nil || days[0] != monday.AddDays(1) {
		t.Errorf("days after midnight: %v, %v", days, err)
	}
	if diff := cmp.Diff([]string{"rm001 2026-11-24", "rm001 2026-11-25"}, w.keys.names()); diff != "" {
		t.Errorf("keys after midnight (-want +got):\n%s", diff)
	}
	if w.uplink.sealed["t1"] != 12 || w.uplink.scrubs != 1 {
		t.Errorf("sealed up to %d, want 12, and scrubbed %d times, want once", w.uplink.sealed["t1"], w.uplink.scrubs)
	}

	// What comes now is a count, whatever it says, and what follows is folded.
	must(t, fold(13, issued(storeA, 3, monday, slots[1])))
	must(t, fold(14, issued(storeA, 4, monday, slots[2]).Counted()))
	must(t, fold(15, dayClosed(storeA, 5, monday)))
	if n := w.events("scheduler.fact-counted"); n != 3 {
		t.Errorf("%d counts, want 3", n)
	}
	if w.uplink.purged["t1"] != 15 {
		t.Errorf("purged before %d, want 15: the totem has closed its day", w.uplink.purged["t1"])
	}
	tuesday := held(w.sheet("rm001", queueA, monday.AddDays(1)), "t1")[0]
	must(t, fold(16, issued(storeA, 6, monday.AddDays(1), tuesday)))
	if n := w.events("scheduler.fact-folded"); n != 3 {
		t.Errorf("%d facts folded, want 3", n)
	}
	if n := w.events("scheduler.fact-conflict") + w.events("scheduler.fact-parked") + w.events("scheduler.fault"); n != 0 {
		t.Errorf("%d things went wrong:\n%s", n, w.log)
	}
}

func TestDaysThatEndedWhileTheSchedulerWasDownAreClosed(t *testing.T) {
	ctx := context.Background()
	w, _, _ := running(t)
	w.now = monday.AddDays(3).At(540, w.plans[0].Zone)
	must(t, w.tend(w.start()))
	days, err := w.memory.Days(ctx)
	must(t, err)
	if days[0] != monday.AddDays(3) {
		t.Errorf("days: %v", days)
	}
	if n := w.events("scheduler.day-closed"); n != 3 {
		t.Errorf("%d days closed, want 3", n)
	}
}

func TestTheTwoOddDaysOfTheYearCloseAtTheirOwnEnd(t *testing.T) {
	ctx := context.Background()
	for date, length := range map[string]time.Duration{"2026-10-25": 25 * time.Hour, "2027-03-28": 23 * time.Hour} {
		w := newWorld(t, plan(t, "rm001", "Europe/Rome", "t1"))
		odd := mustDay(date)
		w.now = odd.At(540, w.plans[0].Zone)
		s := w.start()
		must(t, w.tend(s))
		w.now = odd.Start(w.plans[0].Zone).Add(length - time.Second)
		must(t, w.tend(s))
		w.sheet("rm001", queueA, odd)
		w.now = odd.Start(w.plans[0].Zone).Add(length)
		must(t, w.tend(s))
		if days, err := w.memory.Days(ctx); err != nil || days[0] != odd.AddDays(1) {
			t.Errorf("%s: days %v, %v", date, days, err)
		}
		if got := w.count(odd, queueA); got.Slots != 10 {
			t.Errorf("%s: tally %+v", date, got)
		}
	}
}

func TestADayIsClosedWhenItIsOverForAllOfficesAndEachKeyAtItsOwnMidnight(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t, plan(t, "rm001", "Europe/Rome", "t1"), plan(t, "az001", "Atlantic/Azores", "t1"))
	s := w.start()
	must(t, w.tend(s))
	for _, id := range []booking.OfficeID{"rm001", "az001"} {
		_, err := w.hello(s, id, "t1", hello(storeA, 0))
		must(t, err)
		_, err = s.Pull(ctx, id, "t1", wire.Pull{Incarnation: storeA})
		must(t, err)
	}
	slot := held(w.sheet("rm001", queueA, monday), "t1")[0]
	w.now = monday.End(w.plans[0].Zone)
	must(t, w.tend(s))
	w.sheet("az001", queueA, monday)
	if got := w.keys.names(); len(got) != 5 || got[0] != "az001 2026-11-23" || got[3] != "rm001 2026-11-24" {
		t.Errorf("keys at midnight in Rome: %v", got)
	}
	// The stream is still there for the Azores; Rome's late facts are counts all the same.
	must(t, s.Fold(ctx, "rm001", "t1", 1, issued(storeA, 1, monday, slot)))
	if got := w.slot(slot); got.State != booking.Free {
		t.Errorf("a late fact was folded: %+v", got)
	}
	w.now = monday.End(w.plans[1].Zone)
	must(t, w.tend(s))
	if days, err := w.memory.Days(ctx); err != nil || days[0] != monday.AddDays(1) {
		t.Errorf("days: %v, %v", days, err)
	}
}

func TestADayWhoseKeyCannotBeDestroyedIsNotClosedYet(t *testing.T) {
	ctx := context.Background()
	w, _, _ := running(t)
	s := w.start()
	_, err := s.Pull(ctx, "rm001", "t1", wire.Pull{Incarnation: storeA})
	must(t, err)
	w.keys.refuses = true
	w.now = monday.End(w.plans[0].Zone)
	if err := w.tend(s); err == nil {
		t.Error("no error")
	}
	w.sheet("rm001", queueA, monday)
	w.sheet("rm001", queueA, monday.AddDays(5)) // planning goes on
	w.keys.refuses = false
	must(t, w.tend(s))
	if days, err := w.memory.Days(ctx); err != nil || days[0] != monday.AddDays(1) {
		t.Errorf("days: %v, %v", days, err)
	}
}

func TestTheKeyOfAnOfficeThatIsServedNoMoreIsDestroyedToo(t *testing.T) {
	ctx := context.Background()
	w, _, _ := running(t)
	_, err := w.start().Pull(ctx, "rm001", "t1", wire.Pull{Incarnation: storeA})
	must(t, err)
	w.plans = w.plans[:0:0]
	w.plans = append(w.plans, plan(t, "rm002", "Europe/Rome", "t1"))
	w.now = monday.AddDays(4).At(0, time.UTC)
	must(t, w.tend(w.start()))
	if got := w.keys.names(); len(got) != 0 {
		t.Errorf("keys: %v", got)
	}
}
