package jetstream_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/nats-io/nats.go"

	"example.org/totem/booking"
	"example.org/totem/ledger"
	"example.org/totem/ledger/jetstream"
	"example.org/totem/ledger/ledgertest"
)

// mirrored asks for a day whenever it writes to one, so that the day comes into its mirror.
type mirrored struct{ *jetstream.Ledger }

func (m mirrored) Put(ctx context.Context, s booking.Sheet) (booking.Revision, error) {
	if _, err := m.Raw(ctx, s.Office, s.Day); err != nil {
		return booking.Revision{}, err
	}
	return m.Ledger.Put(ctx, s)
}

func mirror(t testing.TB, l *jetstream.Ledger) *jetstream.Mirror {
	t.Helper()
	m := l.Mirror()
	t.Cleanup(func() {
		if err := m.Close(); err != nil {
			t.Error(err)
		}
	})
	return m
}

func TestTheLedgerWithAMirrorIsALedger(t *testing.T) {
	ledgertest.Run(t, func(t *testing.T) func() ledgertest.Ledger {
		s, stop := startServer(t, t.TempDir())
		t.Cleanup(stop)
		l, err := jetstream.Open(context.Background(), jetstream.Config{Conn: connect(t, s), Init: true, Epoch: ledgertest.Epoch})
		if err != nil {
			t.Fatal(err)
		}
		mirror(t, l)
		return func() ledgertest.Ledger { return mirrored{l} }
	})
}

// twoSchedulers returns two ledgers on one server, both with a mirror in which the test's day is complete, and a sheet.
func twoSchedulers(t *testing.T, slots int) (a, b *jetstream.Ledger, sheet booking.Sheet, nc *nats.Conn) {
	t.Helper()
	s, stop := startServer(t, t.TempDir())
	t.Cleanup(stop)
	nc = connect(t, s)
	a, b = open(t, nc), open(t, connect(t, s))
	sheet = ledgertest.Sheet("rm001", "anagrafe", ledgertest.Day, slots)
	for i := range sheet.Slots {
		sheet.Slots[i].Holder = booking.Pool
	}
	var err error
	if sheet.Revision, err = a.Put(context.Background(), sheet); err != nil {
		t.Fatal(err)
	}
	await(t, mirror(t, a))
	await(t, mirror(t, b))
	return a, b, sheet, nc
}

func await(t testing.TB, m *jetstream.Mirror) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := m.Await(ctx, ledgertest.Day); err != nil {
		t.Fatal(err)
	}
}

// until asks again and again until it is so.
func until(t testing.TB, what string, so func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !so(); runtime.Gosched() {
		if time.Now().After(end) {
			t.Fatalf("%s: not within 10 seconds", what)
		}
	}
}

var sameDay = cmp.Comparer(func(a, b booking.Day) bool { return a == b })

func TestACompleteDayIsReadWithoutAskingTheServer(t *testing.T) {
	ctx := context.Background()
	a, b, sheet, nc := twoSchedulers(t, 3)
	if _, err := a.Put(ctx, ledgertest.Sheet("rm001", "protocollo", ledgertest.Day, 2)); err != nil {
		t.Fatal(err)
	}
	sheet.Slots[1].State = booking.Void
	var err error
	if sheet.Revision, err = a.Put(ctx, sheet); err != nil {
		t.Fatal(err)
	}
	want, err := a.Sheets(ctx, "rm001", ledgertest.Day)
	if err != nil {
		t.Fatal(err)
	}
	asked := nc.Stats().OutMsgs
	if got := decoded(t, a); !cmp.Equal(want, got, sameDay) {
		t.Errorf("its own writes: %+v, want %+v", got, want)
	}
	if got, ok := a.Glance(sheet.SheetKey); !ok || !cmp.Equal(sheet, got, sameDay) {
		t.Errorf("at a glance: %+v, %v", got, ok)
	}
	if _, ok := a.Glance(booking.SheetKey{Office: "rm001", Queue: "tributi", Day: ledgertest.Day}); ok {
		t.Error("a sheet that is not there was seen at a glance")
	}
	if none, err := a.Raw(ctx, "rm009", ledgertest.Day); err != nil || len(none) != 0 {
		t.Errorf("another office: %+v, %v", none, err)
	}
	if n := nc.Stats().OutMsgs - asked; n != 0 {
		t.Errorf("the server was asked %d times", n)
	}
	until(t, "another scheduler's writes", func() bool { return cmp.Equal(want, decoded(t, b), sameDay) })
}

func decoded(t *testing.T, l *jetstream.Ledger) (sheets []booking.Sheet) {
	t.Helper()
	raw, err := l.Raw(context.Background(), "rm001", ledgertest.Day)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range raw {
		s, err := r.Sheet()
		if err != nil {
			t.Fatal(err)
		}
		sheets = append(sheets, s)
	}
	return sheets
}

func TestAMirrorThatIsBehindCostsNoBookingAndSellsNothingTwice(t *testing.T) {
	ctx := context.Background()
	const slots, bookers = 24, 64
	a, b, sheet, _ := twoSchedulers(t, slots)
	var won sync.Map
	var wg sync.WaitGroup
	for w := range bookers {
		wg.Go(func() {
			slot, err := ledger.BookSlot(ctx, []ledger.Book{a, b}[w%2], sheet.SheetKey, ledger.Want{}, ledgertest.Code(w))
			switch {
			case err == nil:
				if other, twice := won.LoadOrStore(slot.Number, w); twice {
					t.Errorf("%s was sold to %d and %d", slot.Number, other, w)
				}
			case !errors.Is(err, ledger.ErrFull):
				t.Errorf("booker %d: %v", w, err)
			}
		})
	}
	wg.Wait()
	for i := range slots {
		if _, ok := won.Load(booking.NewNumber("A", i+1)); !ok {
			t.Errorf("slot %d was sold to nobody", i+1)
		}
	}
}

// behind is a ledger whose glance shows what was there at first.
type behind struct {
	*jetstream.Ledger
	seen booking.Sheet
}

func (b behind) Glance(booking.SheetKey) (booking.Sheet, bool) { return b.seen.Clone(), true }

func TestWhatAMirrorThatIsBehindMakesOfAChangeDoesNotCount(t *testing.T) {
	ctx := context.Background()
	a, _, sheet, _ := twoSchedulers(t, 3)
	b := behind{a, sheet}
	book := func(l ledger.Book, n booking.Number, code int) error {
		_, err := ledger.Change(ctx, l, sheet.SheetKey, func(s booking.Sheet) (booking.Sheet, error) { return s.Book(n, booking.Pool, ledgertest.Code(code)) })
		return err
	}
	if err := book(a, "A001", 1); err != nil {
		t.Fatal(err)
	}
	if err := book(b, "A002", 2); err != nil {
		t.Errorf("a change upon what is behind: %v", err)
	}
	if err := book(b, "A001", 3); !errors.Is(err, booking.ErrTaken) {
		t.Errorf("a change that only what is behind allows: %v, want ErrTaken", err)
	}
	// Refused, or needless, by what is behind only.
	_, err := ledger.Change(ctx, b, sheet.SheetKey, func(s booking.Sheet) (booking.Sheet, error) {
		return s.Printed("A001", booking.Pool, booking.PaperPrinted)
	})
	if err != nil {
		t.Errorf("a change that what is behind refuses: %v", err)
	}
	got, err := ledger.Change(ctx, b, sheet.SheetKey, func(s booking.Sheet) (booking.Sheet, error) {
		if s.Slots[1].State == booking.Free {
			return s, nil
		}
		return s.Printed("A002", booking.Pool, booking.PaperPrinted)
	})
	if err != nil || got.Slots[1].Ticket.Paper != booking.PaperPrinted || got.Slots[0].Ticket.Paper != booking.PaperPrinted {
		t.Errorf("a change that what is behind does not need: %+v, %v", got.Slots, err)
	}
}

func TestADayThatAnotherSchedulerClosesLeavesTheMirror(t *testing.T) {
	ctx := context.Background()
	a, b, sheet, _ := twoSchedulers(t, 3)
	if err := b.Close(ctx, ledgertest.Day); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Put(ctx, sheet); !errors.Is(err, ledger.ErrClosed) {
		t.Errorf("put: %v, want ErrClosed", err)
	}
	if _, err := a.Sheet(ctx, sheet.SheetKey); !errors.Is(err, ledger.ErrClosed) {
		t.Errorf("sheet: %v, want ErrClosed", err)
	}
	until(t, "the day leaves", func() bool {
		_, ok := a.Glance(sheet.SheetKey)
		return !ok && len(decoded(t, a)) == 0
	})
}

func TestAMirrorSeesWhatHappenedWhileItsConnectionWasLost(t *testing.T) {
	ctx := context.Background()
	a, b, sheet, nc := twoSchedulers(t, 12)
	for i := range 3 {
		if err := nc.ForceReconnect(); err != nil {
			t.Fatal(err)
		}
		if _, err := b.Raise(ctx, uint64(10+i)); err != nil {
			t.Fatal(err)
		}
		slot, err := ledger.BookSlot(ctx, b, sheet.SheetKey, ledger.Want{}, ledgertest.Code(i))
		if err != nil {
			t.Fatal(err)
		}
		until(t, "the booking and the epoch", func() bool {
			s, ok := a.Glance(sheet.SheetKey)
			j, _ := s.Find(slot.Number)
			epoch, err := a.Epoch(ctx)
			return ok && s.Slots[j].Ticket.Code == ledgertest.Code(i) && err == nil && epoch == uint64(11+i)
		})
	}
	until(t, "the server is asked no more", func() bool {
		asked := nc.Stats().OutMsgs
		return len(decoded(t, a)) == 1 && nc.Stats().OutMsgs == asked
	})
}

func TestAClosedMirrorAsksTheServer(t *testing.T) {
	a, _, sheet, nc := twoSchedulers(t, 3)
	m := a.Mirror()
	await(t, m)
	for range 2 {
		if err := m.Close(); err != nil {
			t.Fatal(err)
		}
	}
	await(t, m)
	asked := nc.Stats().OutMsgs
	if got := decoded(t, a); len(got) != 1 || got[0].Revision != sheet.Revision {
		t.Errorf("%+v", got)
	}
	if _, ok := a.Glance(sheet.SheetKey); ok {
		t.Error("a sheet was seen at a glance")
	}
	if nc.Stats().OutMsgs == asked {
		t.Error("the server was not asked")
	}
}

// BenchmarkMirror tells what a sheet in the mirror weighs and what reading an office's day costs.
func BenchmarkMirror(b *testing.B) {
	ctx := context.Background()
	l, _ := fresh(b)
	const offices, queues, slots = 250, 8, 24
	for o := range offices {
		for q := range queues {
			s := ledgertest.Sheet(booking.OfficeID(fmt.Sprintf("rm%03d", o)), booking.QueueID(fmt.Sprintf("queue-%d", q)), ledgertest.Day, slots)
			for i := range s.Slots {
				if i%2 == 0 {
					s.Slots[i].State, s.Slots[i].Ticket = booking.Issued, booking.Ticket{Code: ledgertest.Code(i)}
				}
			}
			if _, err := l.Put(ctx, s); err != nil {
				b.Fatal(err)
			}
		}
	}
	heap := func() uint64 {
		runtime.GC()
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := heap()
	m := mirror(b, l)
	await(b, m)
	raw, err := l.Raw(ctx, "rm001", ledgertest.Day)
	if err != nil {
		b.Fatal(err)
	}
	weight := float64(heap()-before) / (offices * queues)
	for b.Loop() {
		if _, err := l.Raw(ctx, "rm001", ledgertest.Day); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(weight, "B/sheet")
	b.ReportMetric(float64(len(raw[0].Message)), "B/message")
}
