package scheduler_test

import (
	"context"
	"errors"
	"reflect"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.org/totem/booking"
	"example.org/totem/ledger"
)

func (w *world) count(day booking.Day, queue booking.QueueID) ledger.Count {
	w.t.Helper()
	t, err := w.memory.Tally(context.Background(), "rm001", day)
	must(w.t, err)
	return t.Queues[queue]
}

func TestOfAClosedDayNumbersRemainAndLateFactsAreInThemOnce(t *testing.T) {
	ctx := context.Background()
	w, fold, slots := running(t)
	s := w.start()
	must(t, first(s.Book(ctx, "rm001", queueA, monday, ledger.Want{}, "482917305560")))
	facts := []booking.Fact{
		issued(storeA, 1, monday, slots[0]),
		printed(storeA, 2, monday, slots[0], booking.PaperPrinted),
		issued(storeA, 3, monday, slots[1]),
		printed(storeA, 4, monday, slots[1], booking.PaperUnknown),
		issued(storeA, 5, monday, slots[2]).Counted(), // the totem closed its day first
		shown(storeA, 6, booking.FactArrived, slots[0], code(1)),
		shown(storeA, 7, booking.FactArrived, slots[1], code(3)),
		shown(storeA, 8, booking.FactCancelled, slots[1], code(3)),
	}
	for i, f := range facts {
		must(t, fold(uint64(i+1), f))
	}
	w.now = monday.End(w.plans[0].Zone)
	must(t, w.tend(s))
	want := ledger.Count{Slots: 10, Pool: 1, Walk: 2, Arrived: 1, Cancelled: 1, Printed: 1, Unsure: 1, LateIssued: 1,
		Taken: []ledger.Taken{{Totem: "t1", Half: 18, N: 2}}}
	if diff := cmp.Diff(want, w.count(monday, queueA)); diff != "" {
		t.Errorf("the tally (-want +got):\n%s", diff)
	}
	if got := w.count(monday, queueP); !reflect.DeepEqual(got, ledger.Count{Slots: 10}) {
		t.Errorf("the other queue: %+v", got)
	}
	late := []booking.Fact{
		printed(storeA, 9, monday, slots[2], booking.PaperPrinted),
		issued(storeA, 10, monday, slots[2]).Counted(),
		shown(storeA, 11, booking.FactCancelled, slots[0], code(1)),
		shown(storeA, 12, booking.FactArrived, slots[2], code(10)).Counted(),
		shown(storeA, 13, booking.FactCancelled, slots[2], code(10)).Counted(),
		dayClosed(storeA, 14, monday),
	}
	for i, f := range late {
		// Its number was noted in the tally when the power failed, and not yet in the roster.
		m, err := w.memory.Member(ctx, "rm001", "t1")
		must(t, err)
		must(t, fold(uint64(9+i), f))
		after, err := w.memory.Member(ctx, "rm001", "t1")
		must(t, err)
		after.Folded, after.Sequence = m.Folded, m.Sequence
		must(t, first(w.memory.PutMember(ctx, after)))
		must(t, fold(uint64(9+i), f))
		must(t, fold(uint64(9+i), f))
	}
	must(t, w.tend(w.start()))
	want.LateIssued, want.LatePrinted, want.LateArrived, want.LateCancelled = 2, 1, 1, 2
	if diff := cmp.Diff(want, w.count(monday, queueA)); diff != "" {
		t.Errorf("after late facts (-want +got):\n%s", diff)
	}
	if days, err := w.memory.TallyDays(ctx, "rm001"); err != nil || len(days) != 1 {
		t.Errorf("tallies of %v, %v", days, err)
	}
}

func TestADayThatCannotBeScrubbedIsClosedWhenItCan(t *testing.T) {
	ctx := context.Background()
	w, fold, slots := running(t)
	s := w.start()
	must(t, fold(1, issued(storeA, 1, monday, slots[0])))
	w.uplink.fails = errors.New("facts are not folded yet")
	w.now = monday.End(w.plans[0].Zone)
	if err := w.tend(s); err == nil {
		t.Error("no error")
	}
	if n := len(w.keys.names()); n != 0 {
		t.Errorf("%d keys: they go first", n)
	}
	w.sheet("rm001", queueA, monday)
	// It comes now, of a day whose numbers were taken: it is counted, and changes no sheet.
	must(t, fold(2, issued(storeA, 2, monday, slots[1])))
	if got := w.slot(slots[1]); got.State != booking.Free {
		t.Errorf("slot %+v", got)
	}
	w.uplink.fails = nil
	s = w.start()
	must(t, fold(3, issued(storeA, 3, monday, slots[2])))
	must(t, w.tend(s))
	if days, err := w.memory.Days(ctx); err != nil || days[0] != monday.AddDays(1) {
		t.Errorf("days: %v, %v", days, err)
	}
	if got, want := w.count(monday, queueA), (ledger.Count{Slots: 10, Walk: 1, LateIssued: 2, Taken: []ledger.Taken{{Totem: "t1", Half: 18, N: 1}}}); !reflect.DeepEqual(got, want) {
		t.Errorf("tally %+v, want %+v", got, want)
	}
}

func TestAFactThatIsBeingFoldedAtMidnightIsInTheTallyOnce(t *testing.T) {
	ctx := context.Background()
	w, _, slots := running(t)
	synctest.Test(t, func(t *testing.T) {
		book := &slow{Book: w.memory, open: make(chan struct{})}
		w.book = book
		s := w.start()
		fact := issued(storeA, 1, monday, slots[0])
		folded, closed := make(chan error, 1), make(chan error, 1)
		go func() { folded <- s.Fold(ctx, "rm001", "t1", 1, fact) }()
		synctest.Wait() // the fact is on its way to the sheet
		w.now = monday.End(w.plans[0].Zone)
		go func() { closed <- w.tend(s) }()
		synctest.Wait()
		if days, err := w.memory.Days(ctx); err != nil || days[0] != monday {
			t.Errorf("the day was closed over the fact: %v, %v", days, err)
		}
		close(book.open)
		must(t, <-folded)
		must(t, <-closed)
		must(t, s.Fold(ctx, "rm001", "t1", 1, fact))
	})
	if got, want := w.count(monday, queueA), (ledger.Count{Slots: 10, Walk: 1, Taken: []ledger.Taken{{Totem: "t1", Half: 18, N: 1}}}); !reflect.DeepEqual(got, want) {
		t.Errorf("tally %+v, want %+v", got, want)
	}
}

// slow is a book whose first write waits.
type slow struct {
	ledger.Book
	open chan struct{}
}

func (b *slow) Put(ctx context.Context, s booking.Sheet) (booking.Revision, error) {
	if s.Slots[0].Start.Before(monday.End(time.UTC)) {
		<-b.open
	}
	return b.Book.Put(ctx, s)
}
