package scheduler_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"example.org/totem/booking"
	"example.org/totem/scheduler"
)

// fencing is a fence on w that does not wait between two looks.
func fencing(w *world) scheduler.Fencing {
	at := make(chan time.Time)
	close(at)
	return scheduler.Fencing{Book: w.memory, Roster: w.memory, Ward: w.memory, Folded: w.uplink.Folded,
		After: func(time.Duration) <-chan time.Time { return at }}
}

func TestAFenceWaitsForWhatTheTotemHasToldAlready(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t, plan(t, "rm001", "Europe/Rome", "t1"))
	s := w.start()
	must(t, first(w.hello(s, "rm001", "t1", hello(storeA, 0))))
	must(t, s.Tend(ctx))
	mine := held(w.sheet("rm001", queueA, monday), "t1")

	w.uplink.behind = 1 << 30
	_, err := fencing(w).Fence(ctx, "rm001", "t1")
	if !errors.Is(err, scheduler.ErrUnfolded) {
		t.Fatalf("with a fact on its way: %v", err)
	}
	if now := held(w.sheet("rm001", queueA, monday), "t1"); len(now) != len(mine) {
		t.Errorf("%d of %d slots were taken from a totem whose facts are not folded", len(mine)-len(now), len(mine))
	}

	// The fact is folded while the fence waits: its slot stays sold.
	w.uplink.behind = 3
	f := fencing(w)
	folded := f.Folded
	f.Folded = func(ctx context.Context, office booking.OfficeID, totem booking.TotemID) (bool, error) {
		if w.uplink.behind == 1 {
			must(t, s.Fold(ctx, "rm001", "t1", 1, issued(storeA, 1, monday, mine[0])))
		}
		return folded(ctx, office, totem)
	}
	must(t, first(f.Fence(ctx, "rm001", "t1")))
	sheet := w.sheet("rm001", queueA, monday)
	at, _ := sheet.Find(mine[0])
	if slot := sheet.Slots[at]; slot.State != booking.Issued || slot.Ticket.Code != code(1) {
		t.Errorf("the ticket that was told of is %+v", slot)
	}
	if now := held(sheet, "t1"); len(now) != 0 {
		t.Errorf("%d slots stay with a fenced totem", len(now))
	}
}

func TestAFenceCutsTheTotemOffBeforeItLooksForItsFacts(t *testing.T) {
	w := newWorld(t, plan(t, "rm001", "Europe/Rome", "t1"))
	must(t, first(w.hello(w.start(), "rm001", "t1", hello(storeA, 0))))
	var order []string
	f := fencing(w)
	f.Cut = func(context.Context) error { order = append(order, "cut"); return nil }
	f.Folded = func(context.Context, booking.OfficeID, booking.TotemID) (bool, error) {
		order = append(order, "looked")
		return true, nil
	}
	must(t, first(f.Fence(context.Background(), "rm001", "t1")))
	if len(order) != 2 || order[0] != "cut" {
		t.Errorf("in the order %v", order)
	}

	f.Cut = func(context.Context) error { return errors.New("the servers do not answer") }
	if _, err := f.Fence(context.Background(), "rm001", "t1"); err == nil {
		t.Error("a totem that is not cut off is fenced")
	}
}
