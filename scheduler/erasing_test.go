package scheduler_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.org/totem/booking"
	"example.org/totem/ledger"
	"example.org/totem/scheduler/contacts"
	"example.org/totem/sync/wire"
)

func TestATicketThatEndsTakesItsContactAlong(t *testing.T) {
	for _, kind := range []booking.FactKind{booking.FactCancelled, booking.FactArrived} {
		t.Run(string(kind), func(t *testing.T) {
			c := newCounter(t)
			_, err := c.tells(c.consent)
			must(t, err)
			c.folds(kind)
			if len(c.keeper.kept) != 0 || !cmp.Equal([]contacts.Why{contacts.Ended}, c.keeper.erased) {
				t.Errorf("%d are kept, erased for %v", len(c.keeper.kept), c.keeper.erased)
			}
		})
	}
}

func TestAContactThatCannotBeErasedIsErasedInALaterRound(t *testing.T) {
	ctx := context.Background()
	c := newCounter(t)
	_, err := c.tells(c.consent)
	must(t, err)
	c.keeper.broken = errors.New("the disk refuses")
	c.folds(booking.FactCancelled) // and is folded all the same
	if slot := c.slot(c.consent.Ticket.Slot); slot.State != booking.Cancelled {
		t.Errorf("the ticket is %s", slot.State)
	}
	if err := c.Tend(ctx); !errors.Is(err, c.keeper.broken) || c.events("scheduler.fault") < 2 {
		t.Errorf("nobody was told: %v\n%s", err, c.log)
	}
	c.keeper.broken = nil
	if err := c.Tend(ctx); err != nil || len(c.keeper.kept) != 0 {
		t.Errorf("%v, %d are kept", err, len(c.keeper.kept))
	}
	if m, err := c.memory.Member(ctx, "rm001", "t2"); err != nil || m.Folded != 1 {
		t.Errorf("folded up to %d, %v", m.Folded, err)
	}
}

func TestADayThatClosesTakesItsContactsAlong(t *testing.T) {
	ctx := context.Background()
	c := newCounter(t)
	_, err := c.Pull(ctx, "rm001", "t1", wire.Pull{Incarnation: storeA}) // by which the days' keys are drawn
	must(t, err)
	_, err = c.tells(c.consent)
	must(t, err)
	c.now = monday.End(c.plans[0].Zone).Add(-time.Nanosecond)
	must(t, c.world.tend(c.Service))
	if len(c.keeper.kept) != 1 {
		t.Fatal("it was erased before midnight")
	}
	c.now = monday.End(c.plans[0].Zone)
	c.keeper.broken = errors.New("the disk refuses")
	if err := c.world.tend(c.Service); !errors.Is(err, c.keeper.broken) {
		t.Errorf("nobody was told: %v", err)
	}
	if names := c.keys.names(); len(names) != 2 || names[0] == "rm001 "+monday.String() {
		t.Errorf("it held up the day's key: %v", names)
	}
	if _, err := c.memory.Sheet(ctx, booking.SheetKey{Office: "rm001", Queue: queueA, Day: monday}); !errors.Is(err, ledger.ErrClosed) {
		t.Errorf("it held up the day: %v", err)
	}
	c.keeper.broken, c.keeper.days = nil, nil
	c.Service = c.start() // which knows of no failure
	must(t, c.world.tend(c.Service))
	if len(c.keeper.kept) != 0 {
		t.Errorf("%d are kept", len(c.keeper.kept))
	}
	if n := len(c.keeper.days); n != 1 {
		t.Fatalf("days erased: %v", c.keeper.days)
	}
	c.ran += time.Minute
	must(t, c.Tend(ctx))
	if n := len(c.keeper.days); n != 1 {
		t.Errorf("and again in every round: %v", c.keeper.days)
	}
}
