package ledger_test

import (
	"context"
	"errors"
	"testing"

	"pgregory.net/rapid"

	"example.org/totem/booking"
	"example.org/totem/ledger"
	"example.org/totem/ledger/ledgertest"
)

func TestAGrantWhoseAnswersGetLostIsMadeOnceAndFound(t *testing.T) {
	ctx := context.Background()
	rapid.Check(t, func(rt *rapid.T) {
		m := ledger.NewMemory()
		s := pool(t, m, 6)
		b := unreliable{m, func() (bool, bool) { return rapid.Bool().Draw(rt, "write"), rapid.Bool().Draw(rt, "answer") }}
		wanted := make(map[int]bool)
		for range 12 {
			i := rapid.IntRange(0, 5).Draw(rt, "slot")
			wanted[i] = true
			got, err := ledger.GrantSlot(ctx, b, s.SheetKey, booking.PoolGrant{Start: s.Slots[i].Start, Totem: "ingresso"})
			switch {
			case errors.Is(err, errLost): // and nobody knows
			case err != nil:
				rt.Fatal(err)
			case got.Slots[i].Holder != "ingresso":
				rt.Fatalf("granted, and %s is held by %s", got.Slots[i].Number, got.Slots[i].Holder)
			}
		}
		now, err := m.Sheet(ctx, s.SheetKey)
		if err != nil {
			rt.Fatal(err)
		}
		for i, slot := range now.Slots {
			if slot.Holder != booking.Pool && !wanted[i] || slot.State != booking.Free {
				rt.Fatalf("%s, which nobody wanted, is %s of %s", slot.Number, slot.State, slot.Holder)
			}
		}
	})
}

func TestAnAnswerToAGrantLostAfterTheWriteIsNoticedAtOnce(t *testing.T) {
	m := ledger.NewMemory()
	s := pool(t, m, 3)
	puts := 0
	b := unreliable{m, func() (bool, bool) { puts++; return true, false }}
	got, err := ledger.GrantSlot(context.Background(), b, s.SheetKey, booking.PoolGrant{Start: s.Slots[1].Start, Totem: "ingresso"})
	if err != nil || got.Slots[1].Holder != "ingresso" || puts != 1 {
		t.Errorf("%v after %d writes, want a grant after 1", err, puts)
	}
}

func TestAGrantThatCannotBeIsNotTriedAgain(t *testing.T) {
	m := ledger.NewMemory()
	s := ledgertest.Sheet("rm001", "anagrafe", ledgertest.Day, 3) // all of the reserve
	if _, err := m.Put(context.Background(), s); err != nil {
		t.Fatal(err)
	}
	reads := 0
	b := reader{unreliable{m, func() (bool, bool) { t.Error("something was written"); return true, true }}, &reads}
	if _, err := ledger.GrantSlot(context.Background(), b, s.SheetKey, booking.PoolGrant{Start: s.Slots[0].Start, Totem: "ingresso"}); !errors.Is(err, booking.ErrNoneFree) {
		t.Errorf("%v, want ErrNoneFree", err)
	}
	if reads != 1 {
		t.Errorf("the sheet was read %d times", reads)
	}
}

// reader counts how often a sheet is read.
type reader struct {
	ledger.Book
	reads *int
}

func (r reader) Sheet(ctx context.Context, key booking.SheetKey) (booking.Sheet, error) {
	*r.reads++
	return r.Book.Sheet(ctx, key)
}
