// Package ledgertest is what every ledger must do, written down as tests: one suite for all implementations.
package ledgertest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"example.org/totem/booking"
	"example.org/totem/ledger"
)

// Day is the day of the sheets that [Sheet] makes.
var Day = mustDay("2026-11-23")

func mustDay(s string) booking.Day {
	d, err := booking.ParseDay(s)
	if err != nil {
		panic(err)
	}
	return d
}

// compareEmpty treats nil and empty slices alike.
var compareEmpty = cmp.Options{cmpopts.EquateEmpty(), cmp.Comparer(func(a, b booking.Day) bool { return a == b })}

// Sheet returns a sheet of n free reserve slots, twelve minutes apart, that no ledger holds yet.
func Sheet(office booking.OfficeID, queue booking.QueueID, day booking.Day, n int) booking.Sheet {
	s := booking.Sheet{SheetKey: booking.SheetKey{Office: office, Queue: queue, Day: day}, Prefix: "A"}
	start := day.At(9*60, time.UTC)
	for i := range n {
		s.Slots = append(s.Slots, booking.Slot{
			Number: booking.NewNumber("A", i+1),
			Start:  start.Add(time.Duration(i) * 12 * time.Minute),
			Holder: booking.Reserve,
			State:  booking.Free,
		})
	}
	return s
}

// Code returns a code hash that is unlike that of any other i.
func Code(i int) booking.CodeHash {
	return booking.CodeHash{1, byte(i >> 24), byte(i >> 16), byte(i >> 8), byte(i)}
}

// Run runs the suite. open returns an empty ledger and roster and cleans up after t.
func Run(t *testing.T, open func(t *testing.T) (ledger.Book, ledger.Roster)) {
	t.Run("a sheet that was put is read back", func(t *testing.T) { readBack(t, book(t, open)) })
	t.Run("a sheet that is not there is ErrNoSheet", func(t *testing.T) { missing(t, book(t, open)) })
	t.Run("a sheet is created once", func(t *testing.T) { createdOnce(t, book(t, open)) })
	t.Run("a stale revision conflicts and writes nothing", func(t *testing.T) { stale(t, book(t, open)) })
	t.Run("revisions grow", func(t *testing.T) { grow(t, book(t, open)) })
	t.Run("sheets of an office and day come in order of queue", func(t *testing.T) { sheets(t, book(t, open)) })
	t.Run("days come in order", func(t *testing.T) { days(t, book(t, open)) })
	t.Run("a closed day is gone for good", func(t *testing.T) { closed(t, book(t, open)) })
	t.Run("a change is written once however often it is told", func(t *testing.T) { idempotent(t, book(t, open)) })
	t.Run("an edit that refuses writes nothing", func(t *testing.T) { refused(t, book(t, open)) })
	t.Run("racing writers never sell a slot twice", func(t *testing.T) { race(t, book(t, open)) })
	t.Run("racing creators make one sheet", func(t *testing.T) { raceCreate(t, book(t, open)) })
	t.Run("a context that ended ends a call", func(t *testing.T) { ended(t, book(t, open)) })
	t.Run("an unknown totem has only its ids", func(t *testing.T) { unknownMember(t, roster(t, open)) })
	t.Run("a member changes by compare-and-set", func(t *testing.T) { memberCAS(t, roster(t, open)) })
	t.Run("racing members all count", func(t *testing.T) { raceMembers(t, roster(t, open)) })
}

func book(t *testing.T, open func(t *testing.T) (ledger.Book, ledger.Roster)) ledger.Book {
	t.Helper()
	b, _ := open(t)
	return b
}

func roster(t *testing.T, open func(t *testing.T) (ledger.Book, ledger.Roster)) ledger.Roster {
	t.Helper()
	_, r := open(t)
	return r
}

func readBack(t *testing.T, b ledger.Book) {
	ctx := context.Background()
	want := Sheet("rm001", "anagrafe", Day, 6)
	want.Slots[1].Holder = booking.Pool
	want.Slots[2].Holder = booking.HeldBy("t1")
	want.Slots[2].State = booking.Issued
	want.Slots[2].Ticket = booking.Ticket{Code: Code(7), Returns: 1, Paper: booking.PaperPrinted}
	want.Slots[3].State = booking.Void
	want.Revision = put(t, b, want)
	got, err := b.Sheet(ctx, want.SheetKey)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, compareEmpty); diff != "" {
		t.Errorf("read back (-put +got):\n%s", diff)
	}
	got.Slots[0].State = booking.Void // the caller's copy is the caller's
	if again, _ := b.Sheet(ctx, want.SheetKey); again.Slots[0].State != booking.Free {
		t.Error("changing a sheet that was read changed the ledger")
	}
}

func missing(t *testing.T, b ledger.Book) {
	ctx := context.Background()
	key := Sheet("rm001", "anagrafe", Day, 0).SheetKey
	if _, err := b.Sheet(ctx, key); !errors.Is(err, ledger.ErrNoSheet) {
		t.Errorf("sheet of an empty ledger: %v, want ErrNoSheet", err)
	}
	put(t, b, Sheet("rm001", "protocollo", Day, 1))
	if _, err := b.Sheet(ctx, key); !errors.Is(err, ledger.ErrNoSheet) {
		t.Errorf("sheet of another queue: %v, want ErrNoSheet", err)
	}
	if sheets, err := b.Sheets(ctx, "rm001", Day.AddDays(1)); err != nil || len(sheets) != 0 {
		t.Errorf("sheets of a day that is not there: %d, %v", len(sheets), err)
	}
	s := Sheet("rm001", "anagrafe", Day.AddDays(9), 1)
	s.Revision = booking.Revision{Epoch: 1, Sequence: 12}
	if _, err := b.Put(ctx, s); !errors.Is(err, ledger.ErrConflict) {
		t.Errorf("change of a sheet that is not there: %v, want ErrConflict", err)
	}
}

func createdOnce(t *testing.T, b ledger.Book) {
	ctx := context.Background()
	s := Sheet("rm001", "anagrafe", Day, 3)
	first := put(t, b, s)
	other := Sheet("rm001", "anagrafe", Day, 5)
	if _, err := b.Put(ctx, other); !errors.Is(err, ledger.ErrConflict) {
		t.Errorf("created again: %v, want ErrConflict", err)
	}
	if _, err := b.Put(ctx, s); !errors.Is(err, ledger.ErrConflict) {
		t.Errorf("created again with the same slots: %v, want ErrConflict", err)
	}
	got, err := b.Sheet(ctx, s.SheetKey)
	if err != nil || got.Revision != first || len(got.Slots) != 3 {
		t.Errorf("after the refusals: %d slots at %v, %v", len(got.Slots), got.Revision, err)
	}
}

func stale(t *testing.T, b ledger.Book) {
	ctx := context.Background()
	s := Sheet("rm001", "anagrafe", Day, 3)
	s.Revision = put(t, b, s)
	// Other sheets of that day move the ledger on; they must not make this one stale.
	put(t, b, Sheet("rm001", "protocollo", Day, 1))
	put(t, b, Sheet("rm002", "anagrafe", Day, 1))
	winner, err := s.Book("A001", booking.Reserve, Code(1))
	if err != nil {
		t.Fatal(err)
	}
	won := put(t, b, winner)
	loser, err := s.Book("A002", booking.Reserve, Code(2))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Put(ctx, loser); !errors.Is(err, ledger.ErrConflict) {
		t.Errorf("stale put: %v, want ErrConflict", err)
	}
	if _, err := b.Put(ctx, winner); !errors.Is(err, ledger.ErrConflict) {
		t.Errorf("the winner's put told again: %v, want ErrConflict", err)
	}
	got, err := b.Sheet(ctx, s.SheetKey)
	if err != nil || got.Revision != won || got.Slots[1].State != booking.Free {
		t.Errorf("after a stale put: %v at %v, %v", got.Slots, got.Revision, err)
	}
}

func grow(t *testing.T, b ledger.Book) {
	s := Sheet("rm001", "anagrafe", Day, 12)
	last := booking.Revision{}
	for i := range s.Slots {
		s.Revision = put(t, b, s)
		if !s.Revision.Newer(last) || s.Revision.Epoch == 0 {
			t.Fatalf("revision %v after %v", s.Revision, last)
		}
		last = s.Revision
		s.Slots[i].Holder = booking.HeldBy("t1")
	}
}

func put(t *testing.T, b ledger.Book, s booking.Sheet) booking.Revision {
	t.Helper()
	r, err := b.Put(context.Background(), s)
	if err != nil {
		t.Fatalf("put %s: %v", s.SheetKey, err)
	}
	return r
}
