package ledgertest

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.org/totem/booking"
	"example.org/totem/ledger"
)

func unknownTally(t *testing.T, open func() Ledger) {
	got, err := open().Tally(context.Background(), "rm001", Day)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(ledger.Tally{Office: "rm001", Day: Day}, got, compareEmpty); diff != "" {
		t.Errorf("tally (-want +got):\n%s", diff)
	}
}

// someTally is a tally in which no two numbers are alike.
func someTally() ledger.Tally {
	return ledger.Tally{
		Office: "rm001", Day: Day,
		Queues: map[booking.QueueID]ledger.Count{
			"anagrafe": {Slots: 48, Pool: 20, Walk: 21, Arrived: 15, Cancelled: 6, Printed: 18, NotPrinted: 2, Unsure: 1,
				LateIssued: 4, LatePrinted: 3, LateArrived: 8, LateCancelled: 5,
				Taken: []ledger.Taken{{Totem: "t1", Half: 17, N: 9}, {Totem: "t1", Half: 18, N: 7}, {Totem: "t2", Half: 0, N: 10}}},
			"protocollo": {Slots: 12, Taken: []ledger.Taken{{Totem: "t2", Half: 47, N: 11}}},
			"tributi":    {},
		},
		Late: map[booking.TotemID]booking.FactID{"t1": {Incarnation: booking.Incarnation{1}, N: 1<<64 - 1}, "t2": {Incarnation: booking.Incarnation{2}, N: 7}},
	}
}

func tally(t *testing.T, open func() Ledger) {
	ctx := context.Background()
	l := open()
	for _, want := range []ledger.Tally{someTally(), {Office: "rm002", Day: Day}} {
		put, err := l.PutTally(ctx, want)
		if err != nil || put.Revision == 0 {
			t.Fatalf("put: revision %d, %v", put.Revision, err)
		}
		want.Revision = put.Revision
		for range 2 {
			got, err := open().Tally(ctx, want.Office, Day)
			if err != nil {
				t.Fatal(err)
			}
			for _, tally := range []ledger.Tally{put, got} {
				if diff := cmp.Diff(want, tally, compareEmpty); diff != "" {
					t.Errorf("tally (-want +got):\n%s", diff)
				}
			}
			if len(got.Queues) > 0 { // the caller's copy is the caller's
				got.Queues["anagrafe"].Taken[0].N = 99
				got.Queues["anagrafe"], got.Late["t1"] = ledger.Count{}, booking.FactID{}
			}
		}
	}
}

func tallyCAS(t *testing.T, open func() Ledger) {
	ctx := context.Background()
	l, other := open(), open()
	first, err := l.PutTally(ctx, someTally())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := other.PutTally(ctx, someTally()); !errors.Is(err, ledger.ErrConflict) {
		t.Errorf("created again: %v, want ErrConflict", err)
	}
	second := someTally()
	second.Revision = first.Revision
	second.Queues["anagrafe"] = ledger.Count{Slots: 49}
	if second, err = other.PutTally(ctx, second); err != nil || second.Revision <= first.Revision {
		t.Fatalf("changed: revision %d after %d, %v", second.Revision, first.Revision, err)
	}
	if _, err := l.PutTally(ctx, first); !errors.Is(err, ledger.ErrConflict) {
		t.Errorf("stale: %v, want ErrConflict", err)
	}
	if got, err := l.Tally(ctx, "rm001", Day); err != nil || got.Queues["anagrafe"].Slots != 49 {
		t.Errorf("after the refusals: %+v, %v", got, err)
	}
}

func tallyDays(t *testing.T, open func() Ledger) {
	ctx := context.Background()
	l := open()
	if got, err := l.TallyDays(ctx, "rm001"); err != nil || len(got) != 0 {
		t.Errorf("days of an empty book: %v, %v", got, err)
	}
	for _, n := range []int{20, -1, 3} {
		for _, office := range []booking.OfficeID{"rm001", "rm"} {
			if _, err := l.PutTally(ctx, ledger.Tally{Office: office, Day: Day.AddDays(n)}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, err := l.PutTally(ctx, ledger.Tally{Office: "rm", Day: Day}); err != nil {
		t.Fatal(err)
	}
	got, err := l.TallyDays(ctx, "rm001")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]booking.Day{Day.AddDays(-1), Day.AddDays(3), Day.AddDays(20)}, got, compareEmpty); diff != "" {
		t.Errorf("days (-want +got):\n%s", diff)
	}
}

func tallyStays(t *testing.T, open func() Ledger) {
	ctx := context.Background()
	l := open()
	put(t, l, Sheet("rm001", "anagrafe", Day, 2))
	if _, err := l.PutTally(ctx, someTally()); err != nil {
		t.Fatal(err)
	}
	if err := l.Close(ctx, Day); err != nil {
		t.Fatal(err)
	}
	got, err := l.Tally(ctx, "rm001", Day)
	if err != nil || got.Revision == 0 {
		t.Fatalf("after the closing: %+v, %v", got, err)
	}
	if _, err := l.PutTally(ctx, got); err != nil {
		t.Errorf("a late fact cannot be counted: %v", err)
	}
}
