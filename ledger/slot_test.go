package ledger_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"example.org/totem/booking"
	"example.org/totem/ledger"
	"example.org/totem/ledger/ledgertest"
)

var errLost = errors.New("the answer was lost")

// unreliable is a ledger that does not always do, and does not always say, what it was told.
type unreliable struct {
	ledger.Book
	next func() (write, answer bool)
}

func (u unreliable) Put(ctx context.Context, s booking.Sheet) (r booking.Revision, err error) {
	write, answer := u.next()
	if write {
		r, err = u.Book.Put(ctx, s)
	}
	if !write || !answer {
		return booking.Revision{}, errLost
	}
	return r, err
}

func pool(t testing.TB, b ledger.Book, n int) booking.Sheet {
	t.Helper()
	s := ledgertest.Sheet("rm001", "anagrafe", ledgertest.Day, n)
	for i := range s.Slots {
		s.Slots[i].Holder = booking.Pool
	}
	if _, err := b.Put(context.Background(), s); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestABookingWhoseAnswersGetLostIsMadeOnceAndFound(t *testing.T) {
	ctx := context.Background()
	rapid.Check(t, func(rt *rapid.T) {
		m := ledger.NewMemory()
		s := pool(t, m, 6)
		b := unreliable{m, func() (bool, bool) { return rapid.Bool().Draw(rt, "write"), rapid.Bool().Draw(rt, "answer") }}
		told := make(map[booking.CodeHash]booking.Number)
		for range 12 {
			code := ledgertest.Code(rapid.IntRange(1, 5).Draw(rt, "booking"))
			got, err := ledger.BookSlot(ctx, b, s.SheetKey, ledger.Want{}, code)
			switch before, again := told[code]; {
			case errors.Is(err, errLost): // and nobody knows
			case err != nil:
				rt.Fatal(err)
			case again && before != got.Number:
				rt.Fatalf("%s was told of %s and now of %s", code, before, got.Number)
			default:
				told[code] = got.Number
			}
		}
		now, err := m.Sheet(ctx, s.SheetKey)
		if err != nil {
			rt.Fatal(err)
		}
		held := make(map[booking.CodeHash]booking.Number)
		for _, slot := range now.Slots {
			if !slot.State.HasTicket() {
				continue
			}
			if other, twice := held[slot.Ticket.Code]; twice {
				rt.Fatalf("%s holds %s and %s", slot.Ticket.Code, other, slot.Number)
			}
			held[slot.Ticket.Code] = slot.Number
		}
		for code, number := range told {
			if held[code] != number {
				rt.Fatalf("%s was told of %s and holds %q", code, number, held[code])
			}
		}
	})
}

func TestAnAnswerLostAfterTheWriteIsNoticedAtOnce(t *testing.T) {
	m := ledger.NewMemory()
	s := pool(t, m, 3)
	puts := 0
	b := unreliable{m, func() (bool, bool) { puts++; return true, false }}
	got, err := ledger.BookSlot(context.Background(), b, s.SheetKey, ledger.Want{}, ledgertest.Code(1))
	if err != nil || got.Number != "A001" || puts != 1 {
		t.Errorf("booked %q, %v after %d writes, want A001 after 1", got.Number, err, puts)
	}
}

func TestABookingEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	m := ledger.NewMemory()
	s := pool(t, m, 3)
	b := unreliable{m, func() (bool, bool) { cancel(); return false, false }}
	if _, err := ledger.BookSlot(ctx, b, s.SheetKey, ledger.Want{}, ledgertest.Code(1)); !errors.Is(err, errLost) {
		t.Errorf("book: %v, want the error of the write", err)
	}
}

func TestWhatIsWantedOfThePoolIsBooked(t *testing.T) {
	ctx := context.Background()
	start := ledgertest.Day.At(9*60, time.UTC) // slots start every twelve minutes
	for name, tt := range map[string]struct {
		want   ledger.Want
		number booking.Number
		err    error
	}{
		"the first":                  {ledger.Want{}, "A003", nil},
		"a given one":                {ledger.Want{Number: "A004"}, "A004", nil},
		"one that starts then":       {ledger.Want{From: start.Add(36 * time.Minute)}, "A004", nil},
		"one that starts later":      {ledger.Want{From: start.Add(37 * time.Minute)}, "A005", nil},
		"none that late":             {ledger.Want{From: start.Add(49 * time.Minute)}, "", ledger.ErrFull},
		"one that is not there":      {ledger.Want{Number: "A009"}, "", booking.ErrNoSlot},
		"one of the walk-ins":        {ledger.Want{Number: "A001"}, "", booking.ErrNotHeld},
		"one that was booked before": {ledger.Want{Number: "A002"}, "", booking.ErrTaken},
		"one out of sale":            {ledger.Want{Number: "A006"}, "", booking.ErrVoid},
	} {
		t.Run(name, func(t *testing.T) {
			m := ledger.NewMemory()
			s := ledgertest.Sheet("rm001", "anagrafe", ledgertest.Day, 6)
			for i := 1; i < 6; i++ {
				s.Slots[i].Holder = booking.Pool
			}
			s.Slots[1].State, s.Slots[1].Ticket = booking.Issued, booking.Ticket{Code: ledgertest.Code(9)}
			s.Slots[5].State = booking.Void
			if _, err := m.Put(ctx, s); err != nil {
				t.Fatal(err)
			}
			got, err := ledger.BookSlot(ctx, m, s.SheetKey, tt.want, ledgertest.Code(1))
			if got.Number != tt.number || !errors.Is(err, tt.err) {
				t.Fatalf("booked %q, %v, want %q, %v", got.Number, err, tt.number, tt.err)
			}
			if err == nil && (got.State != booking.Issued || got.Holder != booking.Pool || got.Ticket.Code != ledgertest.Code(1)) {
				t.Errorf("booked %+v", got)
			}
		})
	}
	if _, err := ledger.BookSlot(ctx, ledger.NewMemory(), booking.SheetKey{}, ledger.Want{}, booking.CodeHash{}); err == nil {
		t.Error("a booking without a code hash was taken")
	}
}
