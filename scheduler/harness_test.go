package scheduler_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/nats-io/nkeys"

	"example.org/totem/booking"
	"example.org/totem/ledger"
	"example.org/totem/locale"
	"example.org/totem/scheduler"
	"example.org/totem/scheduler/agenda"
	"example.org/totem/scheduler/allocation"
	"example.org/totem/sync/wire"
)

const (
	queueA = booking.QueueID("anagrafe")
	queueP = booking.QueueID("protocollo")
)

var (
	monday = mustDay("2026-11-23")
	storeA = booking.Incarnation{0xa}
	storeB = booking.Incarnation{0xb}
)

func mustDay(s string) booking.Day {
	d, err := booking.ParseDay(s)
	if err != nil {
		panic(err)
	}
	return d
}

// plan returns an office open every day from 9 to 10, with two queues of ten slots, six of them for walk-ins.
func plan(t testing.TB, id booking.OfficeID, zone string, totems ...booking.TotemID) agenda.Plan {
	t.Helper()
	loc, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	p := agenda.Plan{
		Office: booking.Office{ID: id, Zone: zone, Name: locale.Text{"it": "Anagrafe"}, Languages: []locale.Lang{"it"}},
		Zone:   loc, Totems: totems, WalkIn: 0.6,
		Grants: allocation.Policy{Sure: 0.9, Most: 0.6},
	}
	for i, q := range []booking.QueueID{queueA, queueP} {
		queue := booking.Queue{ID: q, Prefix: "AP"[i : i+1], Length: 12 * time.Minute}
		p.Office.Queues = append(p.Office.Queues, queue)
		plan := agenda.QueuePlan{Queue: queue, Horizon: 4}
		for day := range plan.Counters {
			plan.Counters[day] = []agenda.Counters{{Span: booking.Span{From: 540, To: 600}, Open: 2}}
		}
		p.Queues = append(p.Queues, plan)
	}
	for day := range p.Office.Hours.Week {
		p.Office.Hours.Week[day] = []booking.Span{{From: 540, To: 600}}
	}
	return p
}

// world is everything that outlives a scheduler.
type world struct {
	t       testing.TB
	memory  *ledger.Memory
	keys    *keyring
	uplink  *uplink
	tallies ledger.Tallies
	now     time.Time
	ran     time.Duration // by the clock that nobody sets
	settle  time.Duration
	log     *bytes.Buffer
	plans   []agenda.Plan
	book    ledger.Book
	roster  ledger.Roster
	ward    ledger.Ward
	keeper  *keeper       // of contacts; nil: there is none
	pair    nkeys.KeyPair // of t1, where it has a key
}

func newWorld(t testing.TB, plans ...agenda.Plan) *world {
	m := ledger.NewMemory()
	return &world{
		t: t, memory: m, tallies: m, book: m, roster: m, ward: m, plans: plans, log: new(bytes.Buffer),
		keys:   &keyring{keys: make(map[officeDay]booking.DayKey)},
		uplink: &uplink{purged: make(map[booking.TotemID]uint64), sealed: make(map[booking.TotemID]uint64)},
		now:    monday.At(7*60, plans[0].Zone),
		settle: time.Nanosecond,
	}
}

// start starts a scheduler; calling it again is a restart.
func (w *world) start() *scheduler.Service {
	w.t.Helper()
	var contacts scheduler.Contacts
	if w.keeper != nil {
		contacts = w.keeper
	}
	s, err := scheduler.New(scheduler.Config{
		Contacts: contacts,
		Plans:    w.plans, Book: w.book, Roster: w.roster, Keys: w.keys, Uplink: w.uplink, Tallies: w.tallies, Ward: w.ward,
		Now:     func() time.Time { return w.now },
		Running: func() time.Duration { return w.ran },
		Settle:  w.settle,
		Log:     slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}

// tend does a round that sees what is over, and one that closes it.
func (w *world) tend(s *scheduler.Service) error {
	first := s.Tend(context.Background())
	w.ran += time.Minute
	return errors.Join(first, s.Tend(context.Background()))
}

// events returns how often an event was logged.
func (w *world) events(id string) int { return strings.Count(w.log.String(), "event="+id+" ") }

func (w *world) sheet(office booking.OfficeID, queue booking.QueueID, day booking.Day) booking.Sheet {
	w.t.Helper()
	s, err := w.memory.Sheet(context.Background(), booking.SheetKey{Office: office, Queue: queue, Day: day})
	if err != nil {
		w.t.Fatalf("sheet %s of %s: %v", queue, day, err)
	}
	return s
}

// held returns the numbers of the free slots that h holds.
func held(s booking.Sheet, h booking.Holder) (numbers []booking.Number) {
	for _, slot := range s.Slots {
		if slot.Holder == h && slot.State == booking.Free {
			numbers = append(numbers, slot.Number)
		}
	}
	return numbers
}

// meet puts the stores of the first office's totems on the roster as if they had come long ago, and lets them all be heard
// before a round shares slots out among them.
func (w *world) meet(s *scheduler.Service, stores map[booking.TotemID]booking.Incarnation) {
	w.t.Helper()
	ctx := context.Background()
	must(w.t, s.Tend(ctx))
	office := w.plans[0].Office.ID
	for totem, store := range stores {
		_, err := w.memory.PutMember(ctx, ledger.Member{Office: office, Totem: totem, Incarnation: store, Merged: 1, Speaks: wire.Newest})
		must(w.t, err)
		must(w.t, first(s.Pull(ctx, office, totem, wire.Pull{Incarnation: store})))
	}
	must(w.t, s.Tend(ctx))
}

// hello lets a totem introduce itself over an uplink that holds what was folded and nothing more.
func (w *world) hello(s *scheduler.Service, office booking.OfficeID, totem booking.TotemID, h wire.Hello) (wire.Welcome, error) {
	w.t.Helper()
	m, err := w.memory.Member(context.Background(), office, totem)
	must(w.t, err)
	last := wire.Accepted{Sequence: m.Sequence}
	if m.Folded > 0 {
		last.Incarnation, last.N = m.Incarnation, m.Folded
	}
	return s.Hello(context.Background(), office, totem, h, last)
}

func hello(store booking.Incarnation, n uint64) wire.Hello {
	return wire.Hello{Incarnation: store, N: n, Speaks: []int{wire.Newest, wire.Oldest}}
}

func code(n int) booking.CodeHash { return booking.CodeHash{1, byte(n >> 8), byte(n)} }

// issued is the fact that totem's store issued a slot.
func issued(store booking.Incarnation, n uint64, day booking.Day, slot booking.Number) booking.Fact {
	return booking.Fact{
		ID: booking.FactID{Incarnation: store, N: n}, Kind: booking.FactIssued, At: day.At(540, time.UTC),
		Day: day, Queue: queueA, Slot: slot, Code: code(int(n)),
	}
}

func printed(store booking.Incarnation, n uint64, day booking.Day, slot booking.Number, p booking.Paper) booking.Fact {
	f := issued(store, n, day, slot)
	f.Kind, f.Code, f.Paper = booking.FactPrinted, booking.CodeHash{}, p
	return f
}

// released is the fact that totem's store gave a slot back, which has changed hands so often by that.
func released(store booking.Incarnation, n uint64, day booking.Day, slot booking.Number, hands int) booking.Fact {
	f := issued(store, n, day, slot)
	f.Kind, f.Code, f.Hands = booking.FactReleased, booking.CodeHash{}, hands
	return f
}

// unsold counts the free slots that a totem of the first office holds on all days.
func (w *world) unsold(totem booking.TotemID) (n int) {
	w.t.Helper()
	days, err := w.memory.Days(context.Background())
	must(w.t, err)
	for _, day := range days {
		sheets, err := w.memory.Sheets(context.Background(), w.plans[0].Office.ID, day)
		must(w.t, err)
		for _, sheet := range sheets {
			n += len(held(sheet, booking.HeldBy(totem)))
		}
	}
	return n
}

// askedBack returns the slots that a totem is asked to give back.
func askedBack(s booking.Sheet, totem booking.TotemID) (numbers []booking.Number) {
	for _, slot := range s.Slots {
		if slot.Holder == booking.HeldBy(totem) && slot.Ask != booking.AskNothing {
			numbers = append(numbers, slot.Number)
		}
	}
	return numbers
}

func dayClosed(store booking.Incarnation, n uint64, day booking.Day) booking.Fact {
	return booking.Fact{ID: booking.FactID{Incarnation: store, N: n}, Kind: booking.FactClosed, At: day.At(540, time.UTC), Day: day}
}

// refusal returns the code of a refusal, or fails.
func refusal(t testing.TB, err error) string {
	t.Helper()
	var r *wire.Refusal
	if !errors.As(err, &r) {
		t.Fatalf("%v, want a refusal", err)
	}
	if r.Sentence == "" || r.Remedy == "" {
		t.Errorf("refusal %s without sentence or remedy", r.Code)
	}
	return r.Code
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

type officeDay struct {
	office booking.OfficeID
	day    booking.Day
}

// keyring keeps keys in memory.
type keyring struct {
	mu      sync.Mutex
	keys    map[officeDay]booking.DayKey
	refuses bool // to destroy
}

func (k *keyring) Key(_ context.Context, office booking.OfficeID, day booking.Day) (booking.DayKey, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	key, ok := k.keys[officeDay{office, day}]
	if !ok {
		return key, fmt.Errorf("the place of %s on %s: %w", office, day, fs.ErrNotExist)
	}
	return key, nil
}

func (k *keyring) Draw(_ context.Context, office booking.OfficeID, day booking.Day) (booking.DayKey, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	key, ok := k.keys[officeDay{office, day}]
	if !ok {
		var err error
		if key, err = booking.NewDayKey(rand.Reader); err != nil {
			return key, err
		}
		k.keys[officeDay{office, day}] = key
	}
	return key, nil
}

func (k *keyring) Keep(_ context.Context, office booking.OfficeID, day booking.Day, key booking.DayKey) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.keys[officeDay{office, day}] = key
	return nil
}

func (k *keyring) Destroy(_ context.Context, office booking.OfficeID, day booking.Day) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.refuses {
		return errors.New("the disk refuses")
	}
	delete(k.keys, officeDay{office, day})
	return nil
}

func (k *keyring) Kept(context.Context) (map[booking.OfficeID][]booking.Day, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	kept := make(map[booking.OfficeID][]booking.Day)
	for od := range k.keys {
		kept[od.office] = append(kept[od.office], od.day)
	}
	return kept, nil
}

func (k *keyring) names() []string {
	k.mu.Lock()
	defer k.mu.Unlock()
	var names []string
	for od := range maps.Keys(k.keys) {
		names = append(names, fmt.Sprintf("%s %s", od.office, od.day))
	}
	slices.Sort(names)
	return names
}

// uplink notes what was purged and sealed.
type uplink struct {
	purged map[booking.TotemID]uint64
	sealed map[booking.TotemID]uint64
	scrubs int
	fails  error // of Scrub
	behind int   // how often Folded says no
}

func (u *uplink) Folded(context.Context, booking.OfficeID, booking.TotemID) (bool, error) {
	u.behind--
	return u.behind < 0, nil
}

func (u *uplink) Purge(_ context.Context, _ booking.OfficeID, totem booking.TotemID, before uint64) error {
	u.purged[totem] = max(u.purged[totem], before)
	return nil
}

func (u *uplink) Seal(_ context.Context, _ booking.OfficeID, totem booking.TotemID, folded uint64) error {
	u.sealed[totem] = max(u.sealed[totem], folded)
	return nil
}

func (u *uplink) Scrub(context.Context) error {
	u.scrubs++
	return u.fails
}
