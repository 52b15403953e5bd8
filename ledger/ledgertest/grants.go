package ledgertest

import (
	"context"
	"errors"
	"sync"
	"testing"

	"example.org/totem/booking"
	"example.org/totem/ledger"
)

// raceGrants lets two totems ask for every start again and again, and give tickets, while web bookings go on, on two openers:
// each slot ends with one of them, and every slot of the pool is wanted.
func raceGrants(t *testing.T, open func() Ledger) {
	ctx := context.Background()
	openers := []Ledger{open(), open()}
	s := pool(t, openers[0], slots)
	totems := []booking.TotemID{"ingresso", "atrio"}
	var wg sync.WaitGroup
	for w, totem := range totems {
		wg.Go(func() {
			for i, slot := range s.Slots {
				g := booking.PoolGrant{Start: slot.Start, Totem: totem}
				for range 2 {
					got, err := ledger.GrantSlot(ctx, openers[w], s.SheetKey, g)
					if err != nil && !errors.Is(err, booking.ErrNoneFree) {
						t.Errorf("%s: %v", totem, err)
					}
					if err == nil && (got.Slots[i].Holder != booking.HeldBy(totem) || got.Slots[i].State != booking.Free) {
						t.Errorf("%s was granted a slot that is %s of %s", totem, got.Slots[i].State, got.Slots[i].Holder)
					}
				}
			}
		})
	}
	var booked [slots]booking.Number
	for w := range booked {
		wg.Go(func() {
			slot, err := ledger.BookSlot(ctx, openers[w%2], s.SheetKey, ledger.Want{}, Code(w))
			if err != nil && !errors.Is(err, ledger.ErrFull) {
				t.Errorf("booker %d: %v", w, err)
			}
			booked[w] = slot.Number
		})
	}
	wg.Wait()
	got, err := openers[0].Sheet(ctx, s.SheetKey)
	if err != nil {
		t.Fatal(err)
	}
	left := len(got.Slots)
	for _, slot := range got.Slots {
		if totem, granted := slot.Holder.Totem(); granted && (slot.State != booking.Free || totem != totems[0] && totem != totems[1]) {
			t.Errorf("%s is %s of %s", slot.Number, slot.State, slot.Holder)
		} else if granted {
			left--
		}
	}
	for w, number := range booked {
		if number == "" {
			continue
		}
		left--
		if i, ok := got.Find(number); !ok || got.Slots[i].Holder != booking.Pool || got.Slots[i].Ticket.Code != Code(w) {
			t.Errorf("booker %d was told of %s, and the ledger has something else there", w, number)
		}
	}
	if left != 0 {
		t.Errorf("%d slots belong to nobody", left)
	}
}

func grantedAgain(t *testing.T, open func() Ledger) {
	ctx := context.Background()
	l := open()
	s := pool(t, l, 3)
	g := booking.PoolGrant{Start: s.Slots[1].Start, Totem: "ingresso"}
	first, err := ledger.GrantSlot(ctx, l, s.SheetKey, g)
	if err != nil || first.Slots[1].Holder != "ingresso" || first.Revision == s.Revision {
		t.Fatalf("granted %+v at %v, %v", first.Slots[1], first.Revision, err)
	}
	again, err := ledger.GrantSlot(ctx, open(), s.SheetKey, g)
	if err != nil || again.Revision != first.Revision {
		t.Errorf("told again: at %v, %v, want %v", again.Revision, err, first.Revision)
	}
	if err := l.Close(ctx, Day); err != nil {
		t.Fatal(err)
	}
	if _, err := ledger.GrantSlot(ctx, l, s.SheetKey, g); !errors.Is(err, ledger.ErrClosed) {
		t.Errorf("a slot of a closed day: %v, want ErrClosed", err)
	}
	s.Day = Day.AddDays(1)
	if _, err := ledger.GrantSlot(ctx, l, s.SheetKey, g); !errors.Is(err, ledger.ErrNoSheet) {
		t.Errorf("a slot of no sheet: %v, want ErrNoSheet", err)
	}
}
