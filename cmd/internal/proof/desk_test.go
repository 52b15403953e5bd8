package proof_test

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"example.org/totem/booking"
	"example.org/totem/kiosk"
	"example.org/totem/ledger"
	"example.org/totem/scheduler"
	"example.org/totem/scheduler/agenda"
	"example.org/totem/scheduler/contacts"
	"example.org/totem/store"
	"example.org/totem/sync/wire"
)

// desk is an office with one totem. Real are the conversation with its screens, the totem's database, the messages in the form
// in which they travel, the scheduler's service, and what it keeps contacts in. Beside them stand a ledger that lives in
// memory, a line that carries everything in the order in which it was said, and a printer that always prints.
type desk struct {
	t       testing.TB
	ctx     context.Context
	plan    agenda.Plan
	totem   booking.TotemID
	now     time.Time
	running time.Duration

	state   kiosk.State
	store   *store.Store
	service *scheduler.Service
	ledger  *ledger.Memory
	office  booking.Office // as the totem knows it
	offers  []store.Start
	up      bool
	linked  uint64 // link sequence of the last fact

	code   io.Reader      // of the citizen who stands there: of tickets
	secret io.Reader      // of receipts
	given  []kiosk.Ticket // tickets, in the order in which they were given

	said      []message // on the wire about tickets, in order
	contacts  []int     // the sizes of the messages that bring a contact
	withdrawn int       // how many withdrawals the scheduler was told
}

// message is what was said on the wire.
type message struct {
	what string
	data string
}

func newDesk(t testing.TB, dir string, p agenda.Plan, seed uint64, first booking.Day) *desk {
	t.Helper()
	d := &desk{t: t, ctx: t.Context(), plan: p, totem: p.Totems[0], ledger: ledger.NewMemory(), now: first.At(opening, p.Zone).Add(-time.Hour)}
	now := func() time.Time { return d.now }
	kept, err := contacts.Open(contacts.Config{Dir: filepath.Join(dir, "contacts"), Now: now,
		Notifiers: func(booking.OfficeID) []contacts.Notifier { return []contacts.Notifier{nobody{}} }})
	d.check(err)
	d.service, err = scheduler.New(scheduler.Config{Plans: []agenda.Plan{p}, Book: d.ledger, Roster: d.ledger, Tallies: d.ledger, Ward: d.ledger,
		Keys: &keyring{draw: rand.NewChaCha8(seedOf(seed, 1)), keys: make(map[booking.Day]booking.DayKey)}, Contacts: kept,
		Now: now, Running: func() time.Duration { return d.running }, Settle: time.Nanosecond})
	d.check(err)
	d.check(d.service.Tend(d.ctx))
	d.store, err = store.Open(d.ctx, store.Config{Path: filepath.Join(dir, "totem.db"), Office: p.Office.ID, Totem: d.totem, Now: now, Random: rand.NewChaCha8(seedOf(seed, 2))})
	d.check(err)
	t.Cleanup(func() { d.store.Close() })
	d.state = kiosk.New(kiosk.Config{Reach: true, Keys: true})
	d.connect()
	return d
}

// seedOf returns the seed of one of many streams that tell nothing of each other.
func seedOf(parts ...uint64) (seed [32]byte) {
	for i, part := range parts {
		binary.LittleEndian.PutUint64(seed[8*i:], part)
	}
	return seed
}

func (d *desk) check(err error) {
	if err != nil {
		d.t.Helper()
		d.t.Fatalf("at %s: %v", d.now, err)
	}
}

// say notes what goes over the wire about tickets.
func (d *desk) say(what string, data []byte, err error) {
	d.check(err)
	d.said = append(d.said, message{what, string(data)})
}

// connect introduces the totem, tells what it has to tell, and takes what there is.
func (d *desk) connect() {
	d.up = true
	standing, err := d.store.Standing(d.ctx)
	d.check(err)
	m, err := d.ledger.Member(d.ctx, d.plan.Office.ID, d.totem)
	d.check(err)
	last := wire.Accepted{Sequence: m.Sequence}
	if m.Folded > 0 {
		last.Incarnation, last.N = m.Incarnation, m.Folded
	}
	hello := wire.Hello{Incarnation: standing.ID.Incarnation, N: standing.ID.N, Told: standing.Told, Epoch: standing.Epoch, Speaks: []int{wire.Newest, wire.Oldest}, Program: "proof"}
	data, err := wire.Encode(wire.Newest, hello)
	d.say("hello", data, err)
	welcome, err := d.service.Hello(d.ctx, d.plan.Office.ID, d.totem, hello, last)
	d.check(err)
	if welcome.Merge {
		d.t.Fatal("a totem is to tell all that it holds")
	}
	d.check(d.store.Join(d.ctx, welcome.Epoch))
	d.pull()
	d.tell()
	d.check(d.store.CaughtUp(d.ctx))
	d.hear(kiosk.LinkChanged{Up: true, AsOf: d.now})
}

// release gives back what is unsold shortly before its start, as a totem does at each full minute.
func (d *desk) release() {
	if !d.up {
		return
	}
	_, err := d.store.ReleaseDue(d.ctx, d.now, d.now.Add(d.office.Release))
	d.check(err)
	d.tell()
	d.pull()
}

func (d *desk) disconnect() {
	d.up = false
	d.hear(kiosk.LinkChanged{AsOf: d.now})
}

// tell sends the facts that wait.
func (d *desk) tell() {
	for d.up {
		f, _, ok, err := d.store.Next(d.ctx)
		d.check(err)
		if !ok {
			return
		}
		data, err := wire.EncodeFact(f)
		d.linked++
		d.say(fmt.Sprintf("fact %d", d.linked), data, err)
		arrived, err := wire.DecodeFact(data)
		d.check(err)
		d.check(d.service.Fold(d.ctx, d.plan.Office.ID, d.totem, d.linked, arrived))
		d.check(d.store.Accepted(d.ctx, f.ID, d.linked))
	}
}

// pull takes what is new.
func (d *desk) pull() {
	have, err := d.store.Have(d.ctx)
	d.check(err)
	data, err := wire.Encode(wire.Newest, have)
	d.say("pull", data, err)
	pulled, err := d.service.Pull(d.ctx, d.plan.Office.ID, d.totem, have)
	d.check(err)
	for _, s := range pulled.Sheets {
		data, err := wire.EncodeSheet(wire.Newest, s)
		d.say("sheet "+s.SheetKey.String(), data, err)
	}
	d.check(d.store.Take(d.ctx, pulled))
	if pulled.Office != nil {
		office, ok, err := d.store.Office(d.ctx)
		if d.check(err); !ok {
			d.t.Fatal("the totem knows no office")
		}
		d.office = office
		d.hear(kiosk.Tick{Now: d.now}, kiosk.OfficeKnown{Office: office, Zone: d.plan.Zone})
	}
	d.offer()
}

// offer tells what can be taken.
func (d *desk) offer() {
	starts, err := d.store.Offers(d.ctx, d.today(), d.now.Add(d.office.Lead))
	d.check(err)
	d.offers = starts
	var all []kiosk.Offer
	for _, s := range starts {
		if len(all) == 0 || all[len(all)-1].Key != s.Key {
			all = append(all, kiosk.Offer{Key: s.Key})
		}
		last := &all[len(all)-1]
		last.Times = append(last.Times, kiosk.Time{Start: s.Start, Number: s.Number, Places: s.Places, Open: s.Open})
	}
	d.hear(kiosk.OffersChanged{Offers: all})
}

func (d *desk) today() booking.Day { return booking.DayOf(d.now, d.plan.Zone) }

// hear has the conversation hear messages, and does what it asks for.
func (d *desk) hear(messages ...kiosk.Msg) {
	for _, m := range messages {
		next, effects := kiosk.Update(d.state, m)
		d.state = next
		for _, e := range effects {
			d.hear(d.do(e)...)
		}
	}
}

// passes lets time pass.
func (d *desk) passes(by time.Duration) {
	d.now = d.now.Add(by)
	d.hear(kiosk.Tick{Now: d.now})
}

// endDay closes the day on both sides and goes on to the next.
func (d *desk) endDay() {
	sheets, err := d.service.Sheets(d.ctx, d.plan.Office.ID, d.today())
	d.check(err)
	for _, s := range sheets {
		data, err := wire.EncodeSheet(wire.Newest, s)
		d.say("in the evening, sheet "+s.SheetKey.String(), data, err)
	}
	if !d.up {
		d.connect()
	}
	over := d.today()
	d.now = over.AddDays(1).At(opening, d.plan.Zone).Add(-time.Hour)
	d.hear(kiosk.Tick{Now: d.now})
	d.check(d.store.CloseDays(d.ctx, d.today()))
	d.tell()
	for range 2 {
		d.running += time.Minute
		d.check(d.service.Tend(d.ctx))
	}
	tally, err := d.ledger.Tally(d.ctx, d.plan.Office.ID, over)
	d.say("tally", fmt.Append(nil, tally), err)
	d.given = d.given[:0:0]
	d.pull()
}

// refusalOf says why there is no ticket.
func refusalOf(err error) kiosk.Refusal {
	var refusal *wire.Refusal
	if errors.As(err, &refusal) && refusal.Code == wire.RefusedGone || errors.Is(err, store.ErrGone) {
		return kiosk.RefusedGone
	}
	return kiosk.RefusedLink
}
