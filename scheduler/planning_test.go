package scheduler_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.org/totem/booking"
	"example.org/totem/ledger"
	"example.org/totem/scheduler"
	"example.org/totem/scheduler/agenda"
)

func TestTheHorizonIsKeptPlanned(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t, plan(t, "rm001", "Europe/Rome", "t1"))
	s := w.start()
	must(t, s.Tend(ctx))
	days, err := w.memory.Days(ctx)
	must(t, err)
	if len(days) != 5 || days[0] != monday {
		t.Errorf("planned %v", days)
	}
	before := w.sheet("rm001", queueA, monday)
	if len(before.Slots) != 10 || len(held(before, booking.Reserve)) != 6 {
		t.Errorf("%d slots, %d of them for walk-ins", len(before.Slots), len(held(before, booking.Reserve)))
	}
	// Nothing is planned twice, by this process or the next.
	must(t, s.Tend(ctx))
	must(t, w.start().Tend(ctx))
	if after := w.sheet("rm001", queueA, monday); after.Revision != before.Revision {
		t.Errorf("planned again: %v, was %v", after.Revision, before.Revision)
	}
	w.now = w.now.AddDate(0, 0, 1)
	must(t, s.Tend(ctx))
	w.sheet("rm001", queueA, monday.AddDays(5))
}

func TestASoldSlotIsNotPlannedAnew(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t, plan(t, "rm001", "Europe/Rome", "t1"))
	must(t, w.start().Tend(ctx))
	key := booking.SheetKey{Office: "rm001", Queue: queueA, Day: monday}
	_, err := ledger.Change(ctx, w.memory, key, func(s booking.Sheet) (booking.Sheet, error) {
		return s.Book(held(s, booking.Pool)[0], booking.Pool, code(1))
	})
	must(t, err)
	before := w.sheet("rm001", queueA, monday)
	must(t, w.start().Tend(ctx))
	if diff := cmp.Diff(before, w.sheet("rm001", queueA, monday), cmp.Comparer(func(a, b booking.Day) bool { return a == b })); diff != "" {
		t.Errorf("a restart changed the sheet (-before +after):\n%s", diff)
	}
}

func TestOnlyTotemsThatIntroducedThemselvesAreGrantedSlots(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t, plan(t, "rm001", "Europe/Rome", "t1", "t2"))
	s := w.start()
	must(t, s.Tend(ctx))
	if got := len(held(w.sheet("rm001", queueA, monday), booking.Reserve)); got != 6 {
		t.Errorf("%d slots in the reserve before any totem came, want 6", got)
	}
	_, err := w.hello(s, "rm001", "t1", hello(storeA, 0))
	must(t, err)
	for _, day := range []booking.Day{monday, monday.AddDays(1), monday.AddDays(2)} {
		sheet := w.sheet("rm001", queueA, day)
		if a, b, r := len(held(sheet, "t1")), len(held(sheet, "t2")), len(held(sheet, booking.Reserve)); a != 6 || b != 0 || r != 0 {
			t.Errorf("%s: t1 has %d, t2 %d, the reserve %d; want all for the one who is there", day, a, b, r)
		}
	}
	if got := len(held(w.sheet("rm001", queueA, monday.AddDays(3)), booking.Reserve)); got != 6 {
		t.Errorf("%d slots in the reserve of a day that need not be covered yet, want 6", got)
	}
	before := w.sheet("rm001", queueA, monday).Revision
	must(t, s.Tend(ctx))
	if after := w.sheet("rm001", queueA, monday).Revision; after != before {
		t.Error("the same grant was written again")
	}
	// Who comes later has one at once. The others are asked for, and are its own when they were given back.
	_, err = w.hello(s, "rm001", "t2", hello(storeB, 0))
	must(t, err)
	sheet := w.sheet("rm001", queueA, monday)
	asked := askedBack(sheet, "t1")
	if a, b := len(held(sheet, "t1")), len(held(sheet, "t2")); a != 6 || b == 0 || len(asked) == 0 {
		t.Errorf("t1 has %d, of which %d are asked back, and t2 %d", a, len(asked), b)
	}
	for i, n := range asked {
		must(t, s.Fold(ctx, "rm001", "t1", uint64(i+1), released(storeA, uint64(i+1), monday, n, 2)))
	}
	must(t, s.Tend(ctx))
	sheet = w.sheet("rm001", queueA, monday)
	if a, b := len(held(sheet, "t1")), len(held(sheet, "t2")); a < 3 || b < 3 || max(a, b)-min(a, b) > 1 {
		t.Errorf("t1 has %d and t2 %d, want about as many", a, b)
	}
}

func TestRunDoesARoundAtOnceAndThenOneAMinuteUntilItIsStopped(t *testing.T) {
	p := plan(t, "rm001", "Europe/Rome", "t1")
	synctest.Test(t, func(t *testing.T) {
		memory := ledger.NewMemory()
		s, err := scheduler.New(scheduler.Config{
			Plans: []agenda.Plan{p}, Book: memory, Roster: memory,
			Keys: &keyring{keys: make(map[officeDay]booking.DayKey)},
		})
		must(t, err)
		ctx, cancel := context.WithCancel(t.Context())
		stopped := make(chan struct{})
		go func() {
			s.Run(ctx)
			close(stopped)
		}()
		days := func() []booking.Day {
			synctest.Wait()
			days, err := memory.Days(ctx)
			must(t, err)
			return days
		}
		first := days()
		if len(first) != 5 {
			t.Fatalf("after the first round: %v", first)
		}
		// The bubble's clock starts at midnight UTC, an hour later in Rome.
		time.Sleep(23*time.Hour - time.Second)
		if got := days(); got[0] != first[0] {
			t.Errorf("a second before midnight: %v", got)
		}
		time.Sleep(time.Minute)
		if got := days(); got[0] != first[0] || len(got) != 6 {
			t.Errorf("a minute after midnight: %v", got)
		}
		time.Sleep(10 * time.Minute)
		if got := days(); got[0] != first[1] || len(got) != 5 {
			t.Errorf("eleven minutes after midnight: %v", got)
		}
		cancel()
		<-stopped
	})
}

func TestAConfigThatLacksSomethingIsRefused(t *testing.T) {
	m, k, p := ledger.NewMemory(), new(keyring), plan(t, "rm001", "Europe/Rome", "t1")
	for name, cfg := range map[string]scheduler.Config{
		"no offices":      {Book: m, Roster: m, Keys: k},
		"no book":         {Plans: []agenda.Plan{p}, Roster: m, Keys: k},
		"no roster":       {Plans: []agenda.Plan{p}, Book: m, Keys: k},
		"no keys":         {Plans: []agenda.Plan{p}, Book: m, Roster: m},
		"an office twice": {Plans: []agenda.Plan{p, p}, Book: m, Roster: m, Keys: k},
		"negative round":  {Plans: []agenda.Plan{p}, Book: m, Roster: m, Keys: k, Round: -1},
	} {
		if _, err := scheduler.New(cfg); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
