package device_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/totem/booking"
	"example.org/totem/cmd/internal/central"
	"example.org/totem/cmd/internal/device"
	"example.org/totem/internal/event"
	"example.org/totem/internal/fault"
	"example.org/totem/internal/papersim"
	"example.org/totem/scheduler/agenda"
)

// pair is an office with two totems on one network, and its scheduler, which can be cut off from both.
type pair struct {
	t       testing.TB
	plan    agenda.Plan
	dir     string
	address string // of the scheduler
	now     func() time.Time
	central *central.Central
	totems  [2]*totem
	cfgs    [2]device.Config
}

// newPair returns two totems that know each other, with the link up.
func newPair(t testing.TB) *pair {
	t.Helper()
	p := &pair{t: t, plan: plan(t), dir: folder(t, "scheduler"), address: freeAddress(t), now: atOpening(t)}
	p.plan.Totems = []booking.TotemID{"ingresso", "sportello"}
	// Only the first queue has slots, and they may be sold as fast as it goes.
	p.plan.Queues, p.plan.Office.Queues = slices.Clone(p.plan.Queues), slices.Clone(p.plan.Office.Queues)
	p.plan.Queues[0].Pace, p.plan.Office.Queues[0].Pace = booking.Pace{}, booking.Pace{}
	counters := p.plan.Queues[0].Counters[time.Tuesday]
	for i := range p.plan.Queues {
		p.plan.Queues[i].Counters = [7][]agenda.Counters{}
	}
	for _, c := range counters {
		p.plan.Queues[0].Counters[time.Tuesday] = append(p.plan.Queues[0].Counters[time.Tuesday], agenda.Counters{Span: c.Span, Open: 1})
	}
	p.connect()
	for i, name := range p.plan.Totems {
		cfg := config(t, folder(t, string(name)), openPaper(t, papersim.Config{}).Path, p.central.URL())
		cfg.Totem, cfg.Peers.Listen = name, freeAddress(t)
		p.cfgs[i] = provisioned(t, p.central, cfg)
		p.totems[i] = startWith(t, p.cfgs[i], device.Parts{Now: p.now, PeersPatience: time.Millisecond})
	}
	p.await("the scheduler is told where each is reached", func() bool {
		for _, name := range p.plan.Totems {
			h, err := p.central.Ledger().Health(waiting(t), p.plan.Office.ID, name)
			if err != nil {
				t.Fatal(err)
			}
			if h.Told.Address == "" {
				return false
			}
		}
		return true
	})
	p.cut()
	p.connect() // and a scheduler that starts tells them of each other at once
	p.await("each knows the other", func() bool {
		return len(p.health(0).Known) == 1 && len(p.health(1).Known) == 1
	})
	return p
}

// connect starts the scheduler.
func (p *pair) connect() {
	p.t.Helper()
	c, err := central.Open(waiting(p.t), central.Config{Plans: []agenda.Plan{p.plan}, DataDir: p.dir, Init: true, Listen: p.address, Now: p.now})
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { c.Close() })
	p.central = c
}

// cut ends the scheduler.
func (p *pair) cut() {
	p.t.Helper()
	if err := p.central.Close(); err != nil {
		p.t.Fatal(err)
	}
}

// health returns what a totem leaves for the doctor of the other one and itself.
func (p *pair) health(i int) device.Company {
	var h device.Health
	data, err := os.ReadFile(filepath.Join(p.cfgs[i].Data, "health.json"))
	if err != nil || json.Unmarshal(data, &h) != nil || h.Peers == nil {
		return device.Company{}
	}
	return *h.Peers
}

func (p *pair) await(what string, right func() bool) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), 3*time.Minute) // sheets are compared every 90 seconds at the latest
	defer cancel()
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for !right() {
		select {
		case <-look.C:
		case <-ctx.Done():
			p.t.Fatalf("in vain: %s", what)
		}
	}
}

// slots returns all slots of today.
func (p *pair) slots() (all []booking.Slot) {
	p.t.Helper()
	day, err := booking.ParseDay("2026-11-24")
	if err != nil {
		p.t.Fatal(err)
	}
	sheets, err := p.central.Sheets(waiting(p.t), p.plan.Office.ID, day)
	if err != nil {
		p.t.Fatal(err)
	}
	for _, s := range sheets {
		all = append(all, s.Slots...)
	}
	return all
}

// examined returns what the doctor says of the others, at the first totem.
func (p *pair) examined() device.Part {
	p.t.Helper()
	return peersPart(p.t, p.cfgs[0])
}

func peersPart(t testing.TB, cfg device.Config) device.Part {
	t.Helper()
	for _, part := range device.Examine(waiting(t), cfg) {
		if part.Name == "peers" {
			return part
		}
	}
	t.Fatal("the doctor says nothing of the others")
	return device.Part{}
}

func TestAPortThatIsTakenIsToldAndEverythingElseGoesOn(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	cfg := config(t, folder(t, "totem"), openPaper(t, papersim.Config{}).Path, "nats://"+freeAddress(t))
	if part := peersPart(t, cfg); part.State != device.Good || !strings.HasPrefix(part.Cause, "off: ") {
		t.Errorf("the doctor finds %+v", part)
	}
	cfg.Peers.Listen = taken.Addr().String()
	if part := peersPart(t, cfg); part.State != device.Faulty || part.Code != fault.CodePeersListen || part.Remedy == "" {
		t.Errorf("the doctor finds %+v", part)
	}
	log := new(record)
	d := startWith(t, cfg, device.Parts{Now: atOpening(t), Log: slog.New(slog.NewTextHandler(log, nil))})
	d.must("waiting")
	(&pair{t: t}).await("the port is told", func() bool { return log.count(event.PeersDeaf.ID) == 1 })
	if part := peersPart(t, cfg); part.State != device.Attention || part.Remedy == "" {
		t.Errorf("of one that runs the doctor finds %+v", part)
	}
	if err := d.stop(); err != nil {
		t.Error(err)
	}
	if err := taken.Close(); err != nil {
		t.Fatal(err)
	}
	if part := peersPart(t, cfg); part.State != device.Attention || !strings.Contains(part.Cause, "no other totem") {
		t.Errorf("the doctor finds %+v", part)
	}
}

func TestATotemThatRunsShortOfflineSellsWhatTheOtherOneHeld(t *testing.T) {
	p := newPair(t)
	awaits(t, "the doctor finds the other one", func() bool {
		part := p.examined()
		return part.State == device.Good && strings.Contains(part.Cause, "sportello at "+p.health(0).Known[0].Address+" answers")
	})
	mine, theirs := booking.HeldBy(p.plan.Totems[0]), booking.HeldBy(p.plan.Totems[1])
	before := make(map[booking.Number]booking.Slot)
	for _, s := range p.slots() {
		before[s.Number] = s
	}
	p.cut()
	var passed booking.Number // the first ticket for a slot that the other one was granted
	given := make(map[booking.Number]bool)
	for passed == "" {
		n := p.totems[0].takeOne()
		if n == "" || given[n] {
			t.Fatalf("gave %q after %v", n, given)
		}
		given[n] = true
		if before[n].Holder == theirs {
			passed = n
		}
	}
	for range 2 { // the other one goes on with what it has left
		n := p.totems[1].takeOne()
		if n == "" || given[n] || before[n].Holder != theirs {
			t.Fatalf("the other one gave %q, of %q", n, before[n].Holder)
		}
		given[n] = true
	}
	p.connect()
	for n := range given {
		slot := booked(t, p.central, n, booking.PaperPrinted)
		if n == passed && (slot.Holder != mine || slot.Hands <= before[n].Hands) {
			t.Errorf("%s is of %q, with %d hands after %d", n, slot.Holder, slot.Hands, before[n].Hands)
		}
	}
	if err := p.totems[1].stop(); err != nil {
		t.Error(err)
	}
	if part := p.examined(); part.State != device.Attention || !strings.Contains(part.Cause, "does not answer") || part.Remedy == "" {
		t.Errorf("the doctor finds %+v", part)
	}
	sold := 0
	for _, s := range p.slots() {
		if s.State.HasTicket() {
			sold++
		}
	}
	if sold != len(given) {
		t.Errorf("%d tickets were given, and the ledger has %d", len(given), sold)
	}
}
