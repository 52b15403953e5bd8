package central_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"example.org/totem/booking"
	"example.org/totem/cmd/internal/central"
	"example.org/totem/ledger"
	"example.org/totem/locale"
	"example.org/totem/scheduler"
	"example.org/totem/scheduler/agenda"
	"example.org/totem/scheduler/archive"
	totemstore "example.org/totem/store"
	"example.org/totem/sync/natslink"
	"example.org/totem/sync/outbox"
	"example.org/totem/sync/wire"
)

const drillQueue = booking.QueueID("anagrafe")

// drill is an office with three totems whose scheduler is lost and comes back.
type drill struct {
	t    *testing.T
	plan agenda.Plan
	now  *clock
	log  *logText
	c    *central.Central
	data string                              // of c
	sold map[booking.Number]booking.CodeHash // today's tickets, by whoever gave them
}

// clock is set by the test.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = t
}

// logText is a log that is read while it is written.
type logText struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logText) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logText) count(id string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Count(l.text.String(), "event="+id+" ")
}

func drillPlan(t *testing.T) agenda.Plan {
	t.Helper()
	rome, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		t.Fatal(err)
	}
	q := booking.Queue{ID: drillQueue, Prefix: "A", Label: locale.Text{"it": "Sportello"}, Length: 10 * time.Minute}
	p := agenda.Plan{
		Office: booking.Office{ID: "rm001", Zone: "Europe/Rome", Name: locale.Text{"it": "Anagrafe"}, Languages: []locale.Lang{"it"}, Queues: []booking.Queue{q}},
		Zone:   rome, Totems: []booking.TotemID{"t1", "t2", "t3"}, WalkIn: 0.6,
	}
	queue := agenda.QueuePlan{Queue: q, Horizon: 5}
	for day := range queue.Counters {
		queue.Counters[day] = []agenda.Counters{{Span: booking.Span{From: 540, To: 840}, Open: 2}}
		p.Office.Hours.Week[day] = []booking.Span{{From: 540, To: 840}}
	}
	p.Queues = []agenda.QueuePlan{queue}
	return p
}

func newDrill(t *testing.T) *drill {
	return &drill{t: t, plan: drillPlan(t), now: &clock{now: now()}, log: new(logText), sold: make(map[booking.Number]booking.CodeHash)}
}

func (d *drill) today() booking.Day { return booking.DayOf(d.now.Now(), d.plan.Zone) }

// serve starts the scheduler of a data directory; the one before is stopped first.
func (d *drill) serve(data, nats string, init bool) {
	d.t.Helper()
	d.stop()
	c, err := central.Open(context.Background(), central.Config{
		Plans: []agenda.Plan{d.plan}, DataDir: data, Listen: "127.0.0.1:0", NATS: nats, Init: init, Now: d.now.Now, Settle: time.Nanosecond,
		Log: slog.New(slog.NewTextHandler(d.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	if err != nil {
		d.t.Fatal(err)
	}
	d.c, d.data = c, data
	d.t.Cleanup(func() { d.check(c.Close()) })
}

func (d *drill) stop() {
	if d.c != nil {
		d.check(d.c.Close())
	}
	d.c = nil
}

func (d *drill) check(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Error(err)
	}
}

// backup returns the file of a backup of the scheduler that is at work.
func (d *drill) backup() []byte {
	d.t.Helper()
	var file bytes.Buffer
	if _, err := archive.Write(context.Background(), &file, d.c.Ledger(), d.now.Now(), nil); err != nil {
		d.t.Fatal(err)
	}
	return file.Bytes()
}

// restore restores a backup into a new data directory, with the identity of the scheduler before, and starts it.
func (d *drill) restore(backup []byte, nats string) central.Restored {
	d.t.Helper()
	identity := central.IdentityDir(d.data)
	d.stop()
	data := d.t.TempDir()
	if err := os.CopyFS(central.IdentityDir(data), os.DirFS(identity)); err != nil {
		d.t.Fatal(err)
	}
	r, err := central.Restore(context.Background(), central.Store{DataDir: data, NATS: nats}, bytes.NewReader(backup), false, nil)
	if err != nil {
		d.t.Fatal(err)
	}
	d.serve(data, nats, false)
	return r
}

func (d *drill) sheet(day booking.Day) booking.Sheet {
	d.t.Helper()
	s, err := d.c.Ledger().Sheet(context.Background(), booking.SheetKey{Office: "rm001", Queue: drillQueue, Day: day})
	if err != nil {
		d.t.Fatal(err)
	}
	return s
}

// web books a slot of the pool.
func (d *drill) web() (booking.Slot, error) {
	d.t.Helper()
	code, err := booking.NewCode(rand.Reader)
	if err != nil {
		d.t.Fatal(err)
	}
	slot, err := d.c.Service().Book(context.Background(), "rm001", drillQueue, d.today(), ledger.Want{}, code)
	if err == nil {
		d.sells(slot.Number, slot.Ticket.Code)
	}
	return slot, err
}

// sells notes a ticket that somebody was given, once for each slot.
func (d *drill) sells(n booking.Number, code booking.CodeHash) {
	d.t.Helper()
	if _, twice := d.sold[n]; twice {
		d.t.Errorf("%s is on two tickets", n)
	}
	d.sold[n] = code
}

// eventually waits until something holds.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	look, late := time.NewTicker(10*time.Millisecond), time.After(2*time.Minute)
	defer look.Stop()
	for !holds() {
		select {
		case <-look.C:
		case <-late:
			t.Fatalf("it never came that %s", what)
		}
	}
}

// unit is a totem with its real store, outbox and link.
type unit struct {
	d       *drill
	device  *device
	dir     string
	store   *totemstore.Store
	wake    chan struct{}
	health  func() wire.Health // nil: it is not told
	offline func()
}

func (d *drill) unit(totem booking.TotemID) *unit {
	d.t.Helper()
	u := &unit{d: d, device: enrolled(d.t, d.c, "rm001", totem), wake: make(chan struct{}, 1), offline: func() {}}
	u.newStore()
	d.t.Cleanup(func() {
		u.offline()
		d.check(u.store.Close())
	})
	return u
}

// newStore gives the totem an empty card.
func (u *unit) newStore() {
	u.d.t.Helper()
	if u.store != nil {
		u.offline()
		u.d.check(u.store.Close())
	}
	u.dir = u.d.t.TempDir()
	var err error
	u.store, err = totemstore.Open(context.Background(), totemstore.Config{Path: filepath.Join(u.dir, "totem.db"), Office: "rm001", Totem: u.device.totem, Now: u.d.now.Now})
	if err != nil {
		u.d.t.Fatal(err)
	}
}

// online connects the totem to the scheduler until offline is called.
func (u *unit) online() {
	t := u.d.t
	t.Helper()
	link, err := natslink.Dial(context.Background(), natslink.Config{URL: u.d.c.URL(), Office: "rm001", Totem: u.device.totem, Identity: u.device, Spread: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		ended <- outbox.Run(ctx, outbox.Config{
			Store: u.store, Link: link, Wake: u.wake, After: time.After, Jitter: func(time.Duration) time.Duration { return 0 },
			Report: func(outbox.Report) {}, Program: "drill", Health: u.health,
		})
	}()
	u.offline = sync.OnceFunc(func() {
		cancel()
		u.d.check(<-ended)
		u.d.check(link.Close())
	})
}

// inStep waits until the store is in step with the ledger and everything is told and folded.
func (u *unit) inStep() {
	u.d.t.Helper()
	ctx := context.Background()
	eventually(u.d.t, string(u.device.totem)+" is in step", func() bool {
		at, err := u.store.Standing(ctx)
		epoch, wrong := u.d.c.Ledger().Epoch(ctx)
		m, bad := u.d.c.Ledger().Member(ctx, "rm001", u.device.totem)
		have, worse := u.store.Have(ctx)
		held := err == nil && slices.ContainsFunc(have.Have, func(h wire.Have) bool { return h.Day == u.d.today() && h.Revision.Epoch == epoch })
		return errors.Join(err, wrong, bad, worse) == nil && at.Epoch == epoch && m.Merged == epoch && at.Told == at.ID.N && m.Folded == at.ID.N && held
	})
}

// issue gives a ticket of the totem's own grant.
func (u *unit) issue(day booking.Day) booking.Number {
	u.d.t.Helper()
	ctx := context.Background()
	offers, err := u.store.Offers(ctx, day, day.Start(time.UTC))
	offers = slices.DeleteFunc(offers, func(o totemstore.Start) bool { return o.Number == "" })
	if err != nil || len(offers) == 0 {
		u.d.t.Fatalf("%s offers %d starts, %v", u.device.totem, len(offers), err)
	}
	code, err := booking.NewCode(rand.Reader)
	if err != nil {
		u.d.t.Fatal(err)
	}
	n := offers[0].Number
	if _, err := u.store.Issue(ctx, totemstore.Order{Key: booking.SheetKey{Office: "rm001", Queue: drillQueue, Day: day}, Number: n, Start: offers[0].Start, Code: code}); err != nil {
		u.d.t.Fatal(err)
	}
	_, keys, err := u.store.Mine(ctx)
	if err != nil {
		u.d.t.Fatal(err)
	}
	if day == u.d.today() {
		u.d.sells(n, code.Hash(keys[day]))
	}
	select {
	case u.wake <- struct{}{}:
	default:
	}
	return n
}

// allSold checks that every ticket that anybody was given today is in the ledger.
func (d *drill) allSold(when string, but ...booking.Number) {
	d.t.Helper()
	sheet := d.sheet(d.today())
	for n, code := range d.sold {
		i, ok := sheet.Find(n)
		if !ok || sheet.Slots[i].Ticket.Code != code {
			if !slices.Contains(but, n) {
				d.t.Errorf("%s: ticket %s is lost", when, n)
			}
		}
	}
	for _, slot := range sheet.Slots {
		if _, given := d.sold[slot.Number]; slot.State.HasTicket() && !given {
			d.t.Errorf("%s: %s was never given", when, slot.Number)
		}
	}
	for _, id := range []string{"merge-conflict", "key-conflict", "fact-conflict", "fact-parked", "fault"} {
		if n := d.log.count("scheduler." + id); n != 0 {
			d.t.Errorf("%s: %d times %s:\n%s", when, n, id, &d.log.text)
		}
	}
}

func (d *drill) sellsNothing(when string) {
	d.t.Helper()
	if _, err := d.web(); !errors.Is(err, scheduler.ErrNotWhole) {
		d.t.Errorf("%s: the pool sells: %v", when, err)
	}
}
