package ledgertest

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"example.org/totem/booking"
	"example.org/totem/ledger"
)

// pool puts a sheet of n free pool slots.
func pool(t *testing.T, b ledger.Book, n int) booking.Sheet {
	t.Helper()
	s := Sheet("rm001", "anagrafe", Day, n)
	for i := range s.Slots {
		s.Slots[i].Holder = booking.Pool
	}
	s.Revision = put(t, b, s)
	return s
}

// raceBookers lets more bookers than there are slots book, on two openers, each telling its booking twice.
func raceBookers(t *testing.T, open func() Ledger) {
	ctx := context.Background()
	openers := []Ledger{open(), open()}
	s := pool(t, openers[0], slots)
	var booked [2 * slots]booking.Number
	var wg sync.WaitGroup
	for w := range booked {
		wg.Go(func() {
			for range 2 {
				slot, err := ledger.BookSlot(ctx, openers[w%2], s.SheetKey, ledger.Want{}, Code(w))
				switch {
				case errors.Is(err, ledger.ErrFull):
				case err != nil:
					t.Errorf("booker %d: %v", w, err)
				case booked[w] != "" && booked[w] != slot.Number:
					t.Errorf("booker %d was told of %s and then of %s", w, booked[w], slot.Number)
				default:
					booked[w] = slot.Number
				}
			}
		})
	}
	wg.Wait()
	got, err := openers[0].Sheet(ctx, s.SheetKey)
	if err != nil {
		t.Fatal(err)
	}
	winners := 0
	for w, number := range booked {
		if number == "" {
			continue
		}
		winners++
		if i, ok := got.Find(number); !ok || got.Slots[i].Ticket.Code != Code(w) {
			t.Errorf("booker %d was told of %s, the ledger holds another there", w, number)
		}
	}
	if winners != slots {
		t.Errorf("%d winners of %d slots", winners, slots)
	}
}

func bookedAgain(t *testing.T, open func() Ledger) {
	ctx := context.Background()
	l := open()
	s := pool(t, l, 3)
	first, err := ledger.BookSlot(ctx, l, s.SheetKey, ledger.Want{Number: "A002"}, Code(1))
	if err != nil || first.Number != "A002" || first.Ticket.Code != Code(1) {
		t.Fatalf("booked %+v, %v", first, err)
	}
	before, err := l.Sheet(ctx, s.SheetKey)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []ledger.Want{{Number: "A002"}, {}, {Number: "A003"}, {Number: "A009"}, {From: Day.AddDays(1).At(0, time.UTC)}} {
		again, err := ledger.BookSlot(ctx, l, s.SheetKey, want, Code(1))
		if err != nil || again != first {
			t.Errorf("told again, wanting %+v: %+v, %v, want %+v", want, again, err, first)
		}
	}
	if after, err := l.Sheet(ctx, s.SheetKey); err != nil || after.Revision != before.Revision {
		t.Errorf("told again: at %v, %v, want %v", after.Revision, err, before.Revision)
	}
}

func bookClosed(t *testing.T, open func() Ledger) {
	ctx := context.Background()
	l := open()
	s := pool(t, l, 3)
	if err := open().Close(ctx, Day); err != nil {
		t.Fatal(err)
	}
	if slot, err := ledger.BookSlot(ctx, l, s.SheetKey, ledger.Want{}, Code(1)); !errors.Is(err, ledger.ErrClosed) {
		t.Errorf("booked %q, %v, want ErrClosed", slot.Number, err)
	}
	s.Day = Day.AddDays(1)
	if slot, err := ledger.BookSlot(ctx, l, s.SheetKey, ledger.Want{}, Code(1)); !errors.Is(err, ledger.ErrNoSheet) {
		t.Errorf("booked %q, %v, want ErrNoSheet", slot.Number, err)
	}
}
