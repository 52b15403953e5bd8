package scheduler_test

import (
	"context"
	"testing"
	"time"

	"example.org/totem/booking"
	"example.org/totem/sync/wire"
)

func TestAClockThatIsSetRightSoonAfterTheStartDestroysNothing(t *testing.T) {
	ctx := context.Background()
	w, _, slots := running(t)
	w.settle = 10 * time.Minute
	_, err := w.start().Pull(ctx, "rm001", "t1", wire.Pull{Incarnation: storeA})
	must(t, err)
	kept, right := len(w.keys.names()), w.now
	s := w.start()
	w.now = right.AddDate(0, 0, 1)
	for range 10 {
		must(t, s.Tend(ctx))
		w.ran += 59 * time.Second
	}
	// A fact of the day that the clock says is over is folded, not counted.
	must(t, s.Fold(ctx, "rm001", "t1", 1, issued(storeA, 1, monday, slots[0])))
	w.ran += time.Minute
	w.now = right
	must(t, s.Fold(ctx, "rm001", "t1", 2, issued(storeA, 2, monday, slots[1]))) // before any round has seen it
	must(t, s.Tend(ctx))
	w.ran += 20 * time.Minute
	w.now = right.AddDate(0, 0, 1) // wrong again: what was noted before does not count
	must(t, s.Tend(ctx))
	for _, slot := range slots[:2] {
		if got := w.slot(slot); got.State != booking.Issued {
			t.Errorf("slot %+v", got)
		}
	}
	if n := len(w.keys.names()); n != kept {
		t.Errorf("%d keys left of %d", n, kept)
	}
	if n := w.events("scheduler.key-destroyed") + w.events("scheduler.day-closed"); n != 0 {
		t.Errorf("%d things destroyed:\n%s", n, w.log)
	}
}

func TestADayIsClosedTenMinutesAfterMidnight(t *testing.T) {
	ctx := context.Background()
	w, _, _ := running(t)
	w.settle = 0 // ten minutes
	s := w.start()
	w.now = monday.End(w.plans[0].Zone)
	for minute := range 11 {
		must(t, s.Tend(ctx))
		days, err := w.memory.Days(ctx)
		must(t, err)
		if closed := days[0] != monday; closed != (minute == 10) {
			t.Errorf("minute %d: days %v", minute, days)
		}
		w.now, w.ran = w.now.Add(time.Minute), w.ran+time.Minute
	}
}

func TestAFactOfADayThatTheLedgerHasClosedIsCounted(t *testing.T) {
	ctx := context.Background()
	w, fold, slots := running(t)
	tuesday := monday.AddDays(1) // closed by another scheduler, whose clock is ahead of this one's
	must(t, w.memory.Close(ctx, tuesday))
	must(t, fold(1, issued(storeA, 1, tuesday, slots[0])))
	must(t, fold(2, printed(storeA, 2, tuesday, slots[0], booking.PaperPrinted)))
	if n := w.events("scheduler.fact-counted"); n != 2 {
		t.Errorf("%d counts, want 2:\n%s", n, w.log)
	}
	must(t, fold(3, issued(storeA, 3, monday.AddDays(30), slots[0]))) // an open day without a sheet
	if n := w.events("scheduler.fact-conflict"); n != 1 {
		t.Errorf("%d conflicts, want 1:\n%s", n, w.log)
	}
}
