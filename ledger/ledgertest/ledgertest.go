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

// Ledger is all that a scheduler keeps: book, roster, ward and tallies.
type Ledger interface {
	ledger.Book
	ledger.Roster
	ledger.Ward
	ledger.Tallies
}

// Epoch is the epoch of the ledgers that the suite works on.
const Epoch = 1_795_305_600

// Run runs the suite. begin makes a new ledger of epoch [Epoch], cleans up after t, and returns how to open it: the first
// time and as often as one likes, as several schedulers would.
func Run(t *testing.T, begin func(t *testing.T) (open func() Ledger)) {
	for name, test := range map[string]func(*testing.T, func() Ledger){
		"a new ledger has the epoch that it was begun with":      newEpoch,
		"a raised epoch only grows, and all see it":              raised,
		"what is written after a raise is newer than all before": written,
		"an office speaks as it is told":                         speaks,
		"the roster lists an office's totems, and all":           members,
		"a member keeps all that it is given":                    memberWhole,
		"a member may be written by whoever read it last":        twoOpeners,
		"of a totem that told nothing only the ids are known":    unknownHealth,
		"how a totem is comes back as it was put":                healthWhole,
		"how a totem is changes by compare-and-set":              healthCAS,
		"how the totems are is listed in order":                  healths,
		"how a totem is can be forgotten":                        healthDropped,
		"how totems are changes nothing on the roster":           healthAlone,
		"an unknown tally has only its office and day":           unknownTally,
		"a tally keeps exactly its numbers":                      tally,
		"a tally changes by compare-and-set":                     tallyCAS,
		"the days of an office's tallies come in order":          tallyDays,
		"a tally outlives its day":                               tallyStays,
		"racing bookers get as many slots as there are":          raceBookers,
		"a booking told again finds itself":                      bookedAgain,
		"nothing is booked on a closed day":                      bookClosed,
		"totems and bookers never share a slot of the pool":      raceGrants,
		"a grant told again changes nothing":                     grantedAgain,
	} {
		t.Run(name, func(t *testing.T) { test(t, begin(t)) })
	}
	for name, test := range map[string]func(*testing.T, ledger.Book){
		"a sheet that was put is read back":                  readBack,
		"a sheet that is not there is ErrNoSheet":            missing,
		"a sheet is created once":                            createdOnce,
		"a stale revision conflicts and writes nothing":      stale,
		"revisions grow":                                     grow,
		"sheets of an office and day come in order of queue": sheets,
		"days come in order":                                 days,
		"a closed day is gone for good":                      closed,
		"a change is written once however often it is told":  idempotent,
		"an edit that refuses writes nothing":                refused,
		"racing writers never sell a slot twice":             race,
		"racing creators make one sheet":                     raceCreate,
		"a context that ended ends a call":                   ended,
	} {
		t.Run(name, func(t *testing.T) { test(t, begin(t)()) })
	}
	for name, test := range map[string]func(*testing.T, ledger.Roster){
		"an unknown totem has only its ids":   unknownMember,
		"a member changes by compare-and-set": memberCAS,
		"racing members all count":            raceMembers,
	} {
		t.Run(name, func(t *testing.T) { test(t, begin(t)()) })
	}
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
