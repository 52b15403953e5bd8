package storetest

import (
	"context"
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.org/totem/booking"
	"example.org/totem/store"
	"example.org/totem/sync/wire"
	"example.org/totem/ticket"
)

// What the suite's devices are: totem t1 of an office, at eight in the morning.
const (
	Office = booking.OfficeID("rm001")
	Queue  = booking.QueueID("anagrafe")
	Me     = booking.TotemID("t1")
)

var (
	// Life names the store of the device.
	Life = booking.Incarnation{1}
	// Peer names the store of totem t2.
	Peer = booking.Incarnation{2}
	// Day is the day that it is.
	Day = booking.DayOf(time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC), time.UTC)

	dayKey = booking.DayKey{7}
	key    = booking.SheetKey{Office: Office, Queue: Queue, Day: Day}
)

// Clock is the clock of a device, which stands still.
func Clock() time.Time { return Day.At(8*60, time.UTC) }

// Run is the suite. open returns a device with an empty store named Life, of totem Me, by Clock; each subtest opens one.
func Run(t *testing.T, open func(testing.TB) Device) {
	for name, test := range map[string]func(*bench){
		"what is asked back is given back with the sheet that asks":    asksBack,
		"what is sold is not given back":                               soldStays,
		"what is due is given back, and only that":                     dueBack,
		"what was given back stays so until the sheet knows more":      staysBack,
		"what is passed on is nobody's here, whatever gets lost":       passesOn,
		"what is passed on is told again until it has got there":       tellsAgain,
		"what is received is taken once and can be sold":               receives,
		"what is older than what is known is not received":             refusesOld,
		"what is in limbo is received from nobody":                     refusesLimbo,
		"an asked-for slot that is received goes back at once":         receivesAsked,
		"a power cut loses nothing that was said":                      survives,
		"after a power cut two slots are left alone until all is told": leavesAlone,
		"a ledger that began anew is told what was done":               tellsAnew,
		"facts are numbered, in order, until they are accepted":        numbers,
		"a closed day holds nothing":                                   closes,
	} {
		t.Run(name, func(t *testing.T) { test(&bench{TB: t, Device: open(t), sequence: 1}) })
	}
}

// bench is one device under test.
type bench struct {
	testing.TB
	Device
	sequence uint64
}

func (b *bench) ctx() context.Context { return context.Background() }

func (b *bench) must(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// sheet returns a sheet of one slot each half-hour from nine on, held as given.
func sheet(holders ...booking.Holder) booking.Sheet {
	s := booking.Sheet{SheetKey: key, Prefix: "A"}
	for i, h := range holders {
		s.Slots = append(s.Slots, booking.Slot{Number: booking.NewNumber("A", i+1), Start: Day.At(booking.Clock(9*60+30*i), time.UTC), Holder: h, State: booking.Free})
	}
	return s
}

// take has the store take a sheet as a newer one.
func (b *bench) take(s booking.Sheet) {
	b.Helper()
	b.sequence++
	s.Revision = booking.Revision{Epoch: max(s.Revision.Epoch, 1), Sequence: b.sequence}
	b.must(b.Store().Take(b.ctx(), wire.Pulled{Sheets: []booking.Sheet{s}, Keys: map[booking.Day]booking.DayKey{Day: dayKey}}))
}

func (b *bench) issue(n booking.Number, s booking.Sheet) error {
	code, err := booking.NewCode(rand.NewChaCha8([32]byte{1}))
	b.must(err)
	i, _ := s.Find(n)
	_, err = b.Store().Issue(b.ctx(), store.Order{Key: key, Number: n, Start: s.Slots[i].Start, Code: code, Slip: ticket.Slip{Lang: "it"}})
	return err
}

// has fails the test unless the store can sell exactly these slots.
func (b *bench) has(when string, want ...booking.Number) {
	b.Helper()
	starts, err := b.Store().Offers(b.ctx(), Day, Clock())
	b.must(err)
	var got []booking.Number
	for _, s := range starts {
		if s.Number != "" {
			got = append(got, s.Number)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		b.Errorf("%s it has (-want +got):\n%s", when, diff)
	}
	free, err := b.Store().Free(b.ctx(), Day, Clock())
	if err != nil || free[Queue] != len(want) {
		b.Errorf("%s it counts %d, %v", when, free[Queue], err)
	}
}

// facts accepts everything that waits, and returns it.
func (b *bench) facts() (all []booking.Fact) {
	b.Helper()
	for {
		f, chain, ok, err := b.Store().Next(b.ctx())
		b.must(err)
		if !ok {
			return all
		}
		all = append(all, f)
		b.must(b.Store().Accepted(b.ctx(), f.ID, chain+1))
	}
}

// tells fails the test unless these hand-overs wait to be told, and accepts them.
func (b *bench) tells(kind booking.FactKind, hands int, numbers ...booking.Number) {
	b.Helper()
	facts := b.facts()
	if len(facts) != len(numbers) {
		b.Fatalf("%d facts wait, want %d: %+v", len(facts), len(numbers), facts)
	}
	for i, f := range facts {
		if f.Kind != kind || f.Slot != numbers[i] || f.Hands != hands || f.Check() != nil {
			b.Errorf("fact %+v, want %s of %s with %d hands", f, kind, numbers[i], hands)
		}
	}
}

func (b *bench) give(most int) []booking.Transfer {
	b.Helper()
	given, err := b.Store().Give(b.ctx(), store.Giving{To: "t2", Store: Peer, Queue: Queue, Day: Day, NotBefore: Clock(), Most: most,
		Sign: func(covered []byte) (booking.Proof, error) { return booking.Proof{byte(len(covered))}, nil }})
	b.must(err)
	return given
}

// passed is a slot as totem t2 passes it on.
func passed(s booking.Sheet, n booking.Number, hands int) booking.Transfer {
	i, _ := s.Find(n)
	return booking.Transfer{Key: key, Slot: n, Start: s.Slots[i].Start, Hands: hands, From: "t2", To: Me, Store: Life, Proof: booking.Proof{9}}
}

func (b *bench) receive(want int, all ...booking.Transfer) {
	b.Helper()
	taken, err := b.Store().Receive(b.ctx(), all)
	if err != nil || taken != want {
		b.Errorf("received %d of %d, %v; want %d", taken, len(all), err, want)
	}
}

func (b *bench) isGone(err error) {
	b.Helper()
	if !errors.Is(err, ErrGone) {
		b.Errorf("%v, want that it is gone", err)
	}
}
