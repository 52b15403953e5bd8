package store_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"math/big"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.org/totem/booking"
	"example.org/totem/locale"
	"example.org/totem/store"
	"example.org/totem/sync/wire"
	"example.org/totem/ticket"
)

const (
	office = booking.OfficeID("valfiorita")
	totem  = booking.TotemID("totem-1")
	queueA = booking.QueueID("anagrafe")
)

var (
	today    = mustDay("2026-11-21")
	tomorrow = today.AddDays(1)
	rome     = mustZone("Europe/Rome")
	me       = booking.HeldBy(totem)

	sameDay = cmp.Comparer(func(a, b booking.Day) bool { return a == b })
)

func mustDay(s string) booking.Day {
	d, err := booking.ParseDay(s)
	if err != nil {
		panic(err)
	}
	return d
}

func mustZone(name string) *time.Location {
	loc, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return loc
}

// config is the store of the tests at path, its clock standing at half past eight and 42 seconds.
func config(path string) store.Config {
	return store.Config{Path: path, Office: office, Totem: totem, Now: func() time.Time {
		return today.At(8*60+30, rome).Add(42 * time.Second)
	}}
}

func open(tb testing.TB, cfg store.Config) *store.Store {
	tb.Helper()
	s, err := store.Open(tb.Context(), cfg)
	if err != nil {
		tb.Fatalf("open: %v", err)
	}
	tb.Cleanup(func() { s.Close() })
	return s
}

// fresh opens a new store in its own directory.
func fresh(tb testing.TB) (*store.Store, store.Config) {
	tb.Helper()
	cfg := config(filepath.Join(tb.TempDir(), "totem.db"))
	return open(tb, cfg), cfg
}

func key(day booking.Day) booking.SheetKey {
	return booking.SheetKey{Office: office, Queue: queueA, Day: day}
}

// sheet has n slots from nine o'clock on, every five minutes, all this totem's and free.
func sheet(day booking.Day, sequence uint64, n int) booking.Sheet {
	s := booking.Sheet{SheetKey: key(day), Revision: booking.Revision{Epoch: 1, Sequence: sequence}, Prefix: "A"}
	for i := range n {
		s.Slots = append(s.Slots, booking.Slot{
			Number: booking.NewNumber("A", i+1), Start: day.At(9*60, rome).Add(time.Duration(i) * 5 * time.Minute).UTC(),
			Holder: me, State: booking.Free,
		})
	}
	return s
}

func dayKey(day booking.Day) (k booking.DayKey) {
	copy(k[:], day.String()+" is a day with this key")
	return k
}

func keys(days ...booking.Day) map[booking.Day]booking.DayKey {
	m := make(map[booking.Day]booking.DayKey)
	for _, day := range days {
		m[day] = dayKey(day)
	}
	return m
}

func take(tb testing.TB, s *store.Store, sheets ...booking.Sheet) {
	tb.Helper()
	p := wire.Pulled{Keys: make(map[booking.Day]booking.DayKey), Sheets: sheets}
	for _, sheet := range sheets {
		p.Keys[sheet.Day] = dayKey(sheet.Day)
	}
	if err := s.Take(tb.Context(), p); err != nil {
		tb.Fatalf("take: %v", err)
	}
}

// lastFact returns the number of the last fact committed to s.
func lastFact(ctx context.Context, s *store.Store) (booking.FactID, error) {
	at, err := s.Standing(ctx)
	return at.ID, err
}

func newCode(tb fataler) booking.Code {
	tb.Helper()
	code, err := booking.NewCode(rand.Reader)
	if err != nil {
		tb.Fatal(err)
	}
	return code
}

// order asks for slot i of sheet.
func order(tb fataler, s booking.Sheet, i int) store.Order {
	tb.Helper()
	code := newCode(tb)
	return store.Order{Key: s.SheetKey, Number: s.Slots[i].Number, Start: s.Slots[i].Start, Code: code, Slip: slip(s.Slots[i].Number, code)}
}

// slip is about as long as a real one.
func slip(number booking.Number, code booking.Code) ticket.Slip {
	return ticket.Slip{Lang: locale.Italian, Lines: []ticket.Line{
		{Role: ticket.RoleOffice, Text: "Comune di Valfiorita, Servizi demografici"},
		{Role: ticket.RolePlace, Text: "Piazza del Municipio 1, piano terra, sala d'attesa"},
		{Role: ticket.RoleRule},
		{Role: ticket.RoleNumber, Text: string(number)},
		{Role: ticket.RoleWhen, Text: "oggi alle 9:50"},
		{Role: ticket.RoleLabel, Text: "Carta d'identità elettronica"},
		{Role: ticket.RoleRule},
		{Role: ticket.RoleQR, Text: string(code)},
		{Role: ticket.RoleCode, Text: code.Grouped()},
		{Role: ticket.RoleSentence, Text: "Conservi questo biglietto: serve per la chiamata."},
		{Role: ticket.RoleSentence, Text: "Nessun dato personale è stato chiesto o conservato."},
		{Role: ticket.RoleDate, Text: "21 novembre 2026"},
	}}
}

func mustIssue(tb testing.TB, s *store.Store, o store.Order) int64 {
	tb.Helper()
	job, err := s.Issue(tb.Context(), o)
	if err != nil {
		tb.Fatalf("issue %s: %v", o.Number, err)
	}
	return job
}

// outboxOf empties the outbox as the scheduler would and returns what was in it.
func outboxOf(tb testing.TB, s *store.Store) []booking.Fact {
	tb.Helper()
	var facts []booking.Fact
	for sequence := uint64(1000); ; sequence++ {
		f, _, ok, err := s.Next(tb.Context())
		if err != nil {
			tb.Fatalf("next: %v", err)
		}
		if !ok {
			return facts
		}
		facts = append(facts, f)
		if err := s.Accepted(tb.Context(), f.ID, sequence); err != nil {
			tb.Fatalf("accepted: %v", err)
		}
	}
}

// randomInt returns a number below n from the system's source, for tests whose every run may differ.
func randomInt(tb testing.TB, n int64) int64 {
	tb.Helper()
	i, err := rand.Int(rand.Reader, big.NewInt(n))
	if err != nil {
		tb.Fatal(err)
	}
	return i.Int64()
}

func queueName(i int) booking.QueueID { return booking.QueueID(fmt.Sprintf("queue-%d", i)) }

// fataler is a test, or one run of a property.
type fataler interface {
	Helper()
	Fatal(args ...any)
}
