package ledgertest

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.org/totem/booking"
	"example.org/totem/ledger"
)

const (
	racers = 16
	slots  = 10
)

// race lets every writer try to book every slot for itself, each through its own compare-and-set.
func race(t *testing.T, b ledger.Book) {
	ctx := context.Background()
	s := Sheet("rm001", "anagrafe", Day, slots)
	put(t, b, s)
	var won [slots][racers]atomic.Bool
	var wg sync.WaitGroup
	for w := range racers {
		wg.Go(func() {
			for n := range slots {
				i := (n + w) % slots
				_, err := ledger.Change(ctx, b, s.SheetKey, func(s booking.Sheet) (booking.Sheet, error) {
					return s.Book(booking.NewNumber("A", i+1), booking.Reserve, Code(w*slots+i))
				})
				switch {
				case err == nil:
					won[i][w].Store(true)
				case !errors.Is(err, booking.ErrTaken):
					t.Errorf("writer %d, slot %d: %v", w, i, err)
				}
			}
		})
	}
	wg.Wait()
	got, err := b.Sheet(ctx, s.SheetKey)
	if err != nil {
		t.Fatal(err)
	}
	for i := range slots {
		winners := 0
		for w := range racers {
			if !won[i][w].Load() {
				continue
			}
			winners++
			if code := got.Slots[i].Ticket.Code; code != Code(w*slots+i) {
				t.Errorf("slot %d: writer %d was told that it won, the ledger holds %s", i, w, code)
			}
		}
		if winners != 1 {
			t.Errorf("slot %d: %d winners", i, winners)
		}
	}
}

func raceCreate(t *testing.T, b ledger.Book) {
	ctx := context.Background()
	var won atomic.Int32
	var wg sync.WaitGroup
	for range racers {
		wg.Go(func() {
			// The same bytes from every writer: only one of them may be told that it wrote them.
			_, err := b.Put(ctx, Sheet("rm001", "anagrafe", Day, 3))
			switch {
			case err == nil:
				won.Add(1)
			case !errors.Is(err, ledger.ErrConflict):
				t.Errorf("create: %v", err)
			}
		})
	}
	wg.Wait()
	if won.Load() != 1 {
		t.Errorf("%d creators won, want 1", won.Load())
	}
}

func unknownMember(t *testing.T, r ledger.Roster) {
	got, err := r.Member(context.Background(), "rm001", "t1")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(ledger.Member{Office: "rm001", Totem: "t1"}, got, compareEmpty); diff != "" {
		t.Errorf("member (-want +got):\n%s", diff)
	}
}

func memberCAS(t *testing.T, r ledger.Roster) {
	ctx := context.Background()
	want := ledger.Member{
		Office: "rm001", Totem: "t1", Incarnation: booking.Incarnation{1, 2}, Folded: 3, Sequence: 9,
		Fenced: []booking.Incarnation{{7}, {8}},
	}
	first, err := r.PutMember(ctx, want)
	if err != nil {
		t.Fatal(err)
	}
	want.Revision = first.Revision
	if first.Revision == 0 {
		t.Error("no revision")
	}
	if diff := cmp.Diff(want, first, compareEmpty); diff != "" {
		t.Errorf("put member (-want +got):\n%s", diff)
	}
	if _, err := r.PutMember(ctx, ledger.Member{Office: "rm001", Totem: "t1"}); !errors.Is(err, ledger.ErrConflict) {
		t.Errorf("created again: %v, want ErrConflict", err)
	}
	second := first
	second.Folded = 4
	if second, err = r.PutMember(ctx, second); err != nil {
		t.Fatal(err)
	}
	if second.Revision <= first.Revision {
		t.Errorf("revision %d after %d", second.Revision, first.Revision)
	}
	if _, err := r.PutMember(ctx, first); !errors.Is(err, ledger.ErrConflict) {
		t.Errorf("stale put: %v, want ErrConflict", err)
	}
	got, err := r.Member(ctx, "rm001", "t1")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(second, got, compareEmpty); diff != "" {
		t.Errorf("member (-want +got):\n%s", diff)
	}
}

func raceMembers(t *testing.T, r ledger.Roster) {
	ctx := context.Background()
	const each = 5
	var wg sync.WaitGroup
	for range racers / 2 {
		wg.Go(func() {
			for n := 0; n < each; {
				m, err := r.Member(ctx, "rm001", "t1")
				if err != nil {
					t.Error(err)
					return
				}
				m.Folded++
				switch _, err = r.PutMember(ctx, m); {
				case err == nil:
					n++
				case !errors.Is(err, ledger.ErrConflict):
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	if got, err := r.Member(ctx, "rm001", "t1"); err != nil || got.Folded != each*racers/2 {
		t.Errorf("folded %d, %v, want %d", got.Folded, err, each*racers/2)
	}
}
