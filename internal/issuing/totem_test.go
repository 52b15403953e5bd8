package issuing_test

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"example.org/totem/booking"
	"example.org/totem/hw/printer"
	"example.org/totem/hw/printer/escpos"
	"example.org/totem/kiosk"
	"example.org/totem/locale"
	"example.org/totem/paper"
	"example.org/totem/store"
	"example.org/totem/sync/wire"
	"example.org/totem/ticket"
)

// code is every first ticket's, so that its dots are the same on every run; the tickets after it have others.
const code = booking.Code("482917305566")

var rome = func() *time.Location {
	zone, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		panic(err)
	}
	return zone
}()

// today is the day of all tests, and opens the minute at which they begin.
var (
	today, _ = booking.ParseDay("2026-11-24")
	opens    = today.At(9*60, rome)
)

func office() booking.Office {
	return booking.Office{
		ID: "valfiorita", Name: locale.Text{"it": "Anagrafe · Valfiorita"}, Place: locale.Text{"it": "piazza del Municipio 1, piano terra"},
		Zone: "Europe/Rome", Waiting: locale.Text{"it": "Sala d'attesa al piano terra", "en": "Waiting room, ground floor"},
		Languages: []locale.Lang{"it", "en"},
		Queues:    []booking.Queue{{ID: "anagrafe", Prefix: "A", Label: locale.Text{"it": "Anagrafe", "en": "Registry"}}},
		Services: []booking.Service{{ID: "identity", Queue: "anagrafe",
			Name: locale.Text{"it": "Carta d'identità", "en": "Identity card"}}},
	}
}

func sheet() booking.Sheet {
	s := booking.Sheet{SheetKey: booking.SheetKey{Office: "valfiorita", Queue: "anagrafe", Day: today},
		Revision: booking.Revision{Epoch: 1, Sequence: 1}, Prefix: "A"}
	for i := range 20 {
		s.Slots = append(s.Slots, booking.Slot{Number: booking.NewNumber("A", i+1), Start: opens.Add(time.Duration(60+i*10) * time.Minute).UTC(),
			Holder: booking.HeldBy("ingresso"), State: booking.Free})
	}
	return s
}

// totem is a conversation, a store and a driver around one printer. The test that made it stops it.
type totem struct {
	t      testing.TB
	now    func() time.Time
	store  *store.Store
	driver *printer.Driver
	taps   chan kiosk.Msg
	told   chan kiosk.Msg // from the driver
	due    chan struct{}
	stop   func()

	mu    sync.Mutex
	shown []moment
	ended []paper.Result
	on    chan struct{} // closed at the next screen
}

// moment is a screen and when it came.
type moment struct {
	at     time.Time
	screen kiosk.Screen
	ready  bool // whether the printer was, as far as the totem knew
}

// openStore opens the store in dir with the day in it.
func openStore(t testing.TB, dir string, now func() time.Time) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), store.Config{Path: filepath.Join(dir, "totem.db"), Office: "valfiorita", Totem: "ingresso", Now: now})
	if err != nil {
		t.Fatal(err)
	}
	var key booking.DayKey
	copy(key[:], "the key of a day, 32 bytes long!")
	if err := s.Take(context.Background(), wire.Pulled{Keys: map[booking.Day]booking.DayKey{today: key}, Sheets: []booking.Sheet{sheet()}}); err != nil {
		t.Fatal(err)
	}
	return s
}

// start runs a totem around a store and a printer.
func start(t testing.TB, s *store.Store, p *escpos.Printer, now func() time.Time) *totem {
	t.Helper()
	d := &totem{t: t, now: now, store: s, taps: make(chan kiosk.Msg), told: make(chan kiosk.Msg, 64), due: make(chan struct{}, 1), on: make(chan struct{})}
	driver, err := printer.New(printer.Config{Device: p, Journal: s, Wake: d.due,
		Report: func(job int64, r paper.Result) {
			d.mu.Lock()
			d.ended = append(d.ended, r)
			d.mu.Unlock()
			d.told <- kiosk.SlipEnded{Job: kiosk.JobID(job), Result: r}
		},
		StatusChanged: func(st paper.Status) { d.told <- kiosk.PrinterChanged{Status: st} },
	})
	if err != nil {
		t.Fatal(err)
	}
	d.driver = driver
	ctx, cancel := context.WithCancel(context.Background())
	var working sync.WaitGroup
	working.Go(func() { driver.Run(ctx) })
	working.Go(func() { d.talk(ctx) })
	d.stop = sync.OnceFunc(func() { cancel(); working.Wait() })
	return d
}

// talk leads the conversation until ctx ends.
func (d *totem) talk(ctx context.Context) {
	state := kiosk.New(kiosk.Config{})
	hear := func(m kiosk.Msg) { state = d.hear(ctx, state, m) }
	hear(kiosk.Tick{Now: d.now()})
	hear(kiosk.OfficeKnown{Office: office(), Zone: rome})
	hear(kiosk.LinkChanged{Up: true, AsOf: d.now()})
	timer := time.NewTimer(0)
	defer timer.Stop()
	ready := true
	for {
		hear(d.offers(ctx))
		d.show(kiosk.View(state), ready)
		timer.Reset(d.untilWake(state))
		var m kiosk.Msg
		select {
		case <-ctx.Done():
			return
		case m = <-d.taps:
		case m = <-d.told:
		case <-timer.C:
		}
		if changed, ok := m.(kiosk.PrinterChanged); ok {
			ready = changed.Status.Ready()
		}
		hear(kiosk.Tick{Now: d.now()})
		if m != nil {
			hear(m)
		}
	}
}

func (d *totem) untilWake(s kiosk.State) time.Duration {
	wait := time.Minute
	if at, ok := s.Wake(); ok {
		wait = min(wait, at.Sub(d.now()))
	}
	return max(wait, 10*time.Millisecond)
}

// hear gives a message to the conversation and does what it asks for.
func (d *totem) hear(ctx context.Context, s kiosk.State, m kiosk.Msg) kiosk.State {
	next, effects := kiosk.Update(s, m)
	for _, e := range effects {
		switch e := e.(type) {
		case kiosk.Issue:
			next = d.hear(ctx, next, d.issue(ctx, e))
		case kiosk.Reprint:
			d.reprint(ctx, e)
		}
	}
	return next
}

func (d *totem) offers(ctx context.Context) kiosk.Msg {
	starts, err := d.store.Offers(ctx, today, opens)
	if err != nil {
		return kiosk.OffersChanged{}
	}
	offer := kiosk.Offer{Key: sheet().SheetKey}
	for _, s := range starts {
		offer.Times = append(offer.Times, kiosk.Time{Start: s.Start, Number: s.Number, Places: s.Places})
	}
	return kiosk.OffersChanged{Offers: []kiosk.Offer{offer}}
}

func (d *totem) issue(ctx context.Context, e kiosk.Issue) kiosk.Msg {
	service, _ := office().Service(e.Service)
	var slot booking.Slot
	for _, s := range sheet().Slots {
		if s.Number == e.Number {
			slot = s
		}
	}
	label := office().SlipLabel(service)
	slip, err := compose(e.Lang, e.Number, slot.Start, label)
	if err != nil {
		d.t.Error(err)
		return kiosk.TicketRefused{Why: kiosk.RefusedStorage}
	}
	job, err := d.store.Issue(ctx, store.Order{Key: e.Key, Number: e.Number, Start: slot.Start, Code: code, Slip: slip, Sending: d.driver.Waiting()})
	if err != nil {
		d.t.Error(err)
		return kiosk.TicketRefused{Why: kiosk.RefusedGone}
	}
	d.wake()
	return kiosk.TicketMade{Ticket: kiosk.Ticket{Job: kiosk.JobID(job), Key: e.Key, Number: e.Number, Start: slot.Start, Code: code, Label: label}}
}

func compose(lang locale.Lang, n booking.Number, start time.Time, label locale.Text) (ticket.Slip, error) {
	return ticket.Compose(ticket.Input{Office: office(), Lang: lang, Number: n, Start: start.In(rome), Day: today, Label: label, Code: code})
}

func (d *totem) reprint(ctx context.Context, e kiosk.Reprint) {
	slip, err := compose(e.Lang, e.Ticket.Number, e.Ticket.Start, e.Ticket.Label)
	if err == nil {
		err = d.store.Reprint(ctx, int64(e.Ticket.Job), slip)
	}
	if err != nil {
		d.t.Error(err)
	}
	d.wake()
}

func (d *totem) wake() {
	select {
	case d.due <- struct{}{}:
	default:
	}
}

// last returns the screen that is shown.
func (d *totem) last() (kiosk.Screen, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.shown) == 0 {
		return kiosk.Screen{}, false
	}
	return d.shown[len(d.shown)-1].screen, true
}

func (d *totem) show(s kiosk.Screen, ready bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.shown = append(d.shown, moment{d.now(), s, ready})
	close(d.on)
	d.on = make(chan struct{})
}

// await returns the first screen of a name, the one that is shown now among them.
func (d *totem) await(ctx context.Context, names ...string) (kiosk.Screen, error) {
	for {
		d.mu.Lock()
		last, on := d.shown, d.on
		d.mu.Unlock()
		if len(last) > 0 {
			for _, name := range names {
				if s := last[len(last)-1].screen; s.Name == name {
					return s, nil
				}
			}
		}
		select {
		case <-on:
		case <-ctx.Done():
			return kiosk.Screen{}, fmt.Errorf("no screen of %q: the last is %q", names, last[len(last)-1].screen.Name)
		}
	}
}

// touch touches the first control that fits.
func (d *totem) touch(ctx context.Context, s kiosk.Screen, fits func(kiosk.Box) bool) error {
	box, ok := s.Root.Find(fits)
	if !ok {
		return fmt.Errorf("nothing to touch on the screen %q", s.Name)
	}
	select {
	case d.taps <- box.Tap:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func control(role kiosk.Role) func(kiosk.Box) bool {
	return func(b kiosk.Box) bool { return b.Role == role && b.Tap != nil && !b.Off }
}

// take takes the first ticket that can be had, in a language, and returns the screen on which it ends.
func (d *totem) take(ctx context.Context, lang locale.Lang) (kiosk.Screen, error) {
	s, err := d.await(ctx, "start")
	if err == nil && s.Lang != lang {
		err = d.touch(ctx, s, func(b kiosk.Box) bool { return b.Role == kiosk.RoleLanguage && b.Lang == lang })
	}
	if err == nil {
		err = d.touch(ctx, s, control(kiosk.RoleService))
	}
	if err == nil {
		s, err = d.await(ctx, "times")
	}
	if err == nil {
		err = d.touch(ctx, s, control(kiosk.RolePrimary))
	}
	if err != nil {
		return s, err
	}
	return d.await(ctx, "take", "paper-failed", "paper-unknown", "not-given", "unclear")
}
