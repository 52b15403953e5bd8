package proof_test

import (
	"context"
	"crypto/rand"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"example.org/totem/booking"
	"example.org/totem/cmd/internal/central"
	"example.org/totem/cmd/internal/device"
	"example.org/totem/hw/printer/escpos"
	"example.org/totem/internal/loopback"
	"example.org/totem/internal/papersim"
	"example.org/totem/internal/postsim"
	"example.org/totem/internal/simclock"
	"example.org/totem/privacy"
	"example.org/totem/scheduler/agenda"
	"example.org/totem/scheduler/contacts"
	"example.org/totem/scheduler/smtp"
	"example.org/totem/scheduler/webhook"
)

// patience is how long a test lasts at the most, beside a second for each citizen; it is there to end a test that has failed.
const patience = 5 * time.Minute

// calm is a patience with a printer that holds on a busy machine.
var calm = escpos.Limits{Answer: 3 * time.Second, Stall: 6 * time.Second, Slip: 6 * time.Second}

// town is a real totem, a real scheduler that it reaches over TLS, and a mail server and SMS gateway to look into.
type town struct {
	t     testing.TB
	ctx   context.Context
	clock *simclock.Clock
	plan  agenda.Plan
	logs  *journal
	post  *postsim.Post
	paper *papersim.PTY

	centralDir, totemDir, address string
	notifiers                     []contacts.Notifier
	central                       *central.Central
	cfg                           device.Config
	glass                         *glass
	stopTotem                     func()
}

func newTown(t testing.TB, plan agenda.Plan, citizens int) *town {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience+time.Duration(citizens)*time.Second)
	t.Cleanup(cancel)
	day, err := booking.ParseDay("2026-11-24")
	must(t, err)
	dir := memory(t)
	w := &town{t: t, ctx: ctx, clock: simclock.New(day.At(8*60+35, plan.Zone)), plan: plan, logs: &journal{}, centralDir: filepath.Join(dir, "scheduler"), totemDir: filepath.Join(dir, "totem")}
	for _, d := range []string{w.centralDir, w.totemDir} {
		must(t, os.Mkdir(d, 0o700))
	}
	w.post, err = postsim.Open(postsim.Config{})
	must(t, err)
	t.Cleanup(func() { w.post.Close() })
	mail, err := smtp.New(smtp.Config{Server: w.post.SMTP(), From: "Anagrafe <promemoria@valfiorita.example>", TLS: "none", Now: w.clock.Now})
	must(t, err)
	sms, err := webhook.New(webhook.Config{URL: w.post.URL()})
	must(t, err)
	w.notifiers = []contacts.Notifier{mail, sms}
	w.paper, err = papersim.OnPTY(papersim.Config{}, papersim.Line{})
	must(t, err)
	t.Cleanup(func() { w.paper.Close() })
	w.address, err = loopback.Free()
	must(t, err)
	w.openCentral()
	t.Cleanup(func() { w.central.Close() })
	w.cfg = device.Config{Office: plan.Office.ID, Totem: plan.Totems[0], Scheduler: "nats://" + w.address, Data: w.totemDir,
		Printer: device.Printer{Path: w.paper.Path, Profile: "epson-tm-t20"}}.Complete()
	token, err := w.central.Token(ctx, w.cfg.Office, w.cfg.Totem, time.Hour)
	must(t, err)
	_, err = device.Provision(ctx, w.cfg, device.Enrolment{Token: token, Pins: w.central.Pins(), Random: rand.Reader})
	must(t, err)
	w.startTotem()
	t.Cleanup(func() { w.stopTotem() })
	return w
}

func must(t testing.TB, err error) {
	if err != nil {
		t.Helper()
		t.Fatal(err)
	}
}

func (w *town) log() *slog.Logger {
	return slog.New(slog.NewJSONHandler(w.logs, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

func (w *town) openCentral() {
	w.t.Helper()
	var err error
	w.central, err = central.Open(w.ctx, central.Config{Plans: []agenda.Plan{w.plan}, DataDir: w.centralDir, Init: true, Listen: w.address, Notifiers: w.notifiers,
		Settle: time.Nanosecond, Now: w.clock.Now, After: w.clock.After, Log: w.log()})
	must(w.t, err)
}

func (w *town) startTotem() {
	w.t.Helper()
	w.glass = newGlass(w.t, w.ctx)
	d, err := device.Open(w.ctx, w.cfg, device.Parts{Glass: w.glass, Now: w.clock.Now, Steady: w.clock.Steady, Random: rand.Reader, Log: w.log(),
		Program: "proof", LinkSpread: 50 * time.Millisecond, PrinterLimits: calm})
	must(w.t, err)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- d.Run(ctx) }()
	w.stopTotem = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			w.t.Error(err)
		}
		if err := d.Close(); err != nil {
			w.t.Error(err)
		}
	})
}

// awaits polls until something is so.
func (w *town) awaits(what string, so func() bool) {
	w.t.Helper()
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for !so() {
		select {
		case <-look.C:
		case <-w.ctx.Done():
			w.t.Fatalf("in vain waited until %s", what)
		}
	}
}

// passes lets time pass, for everybody, while nobody touches the totem.
func (w *town) passes(d time.Duration) {
	w.t.Helper()
	w.glass.nudge()
	w.clock.Forward(d)
	w.glass.nudge()
}

// kept returns how many contacts the scheduler holds.
func (w *town) kept() int {
	w.t.Helper()
	return len(w.keys())
}

// keys returns the keys of the contacts that the scheduler holds.
func (w *town) keys() (all [][]byte) {
	w.t.Helper()
	err := filepath.WalkDir(filepath.Join(w.centralDir, "contacts"), func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.HasSuffix(path, ".key") || strings.HasPrefix(e.Name(), "sealing") {
			return nil // it may be gone already
		}
		if key, err := os.ReadFile(path); err == nil {
			all = append(all, key)
		}
		return nil
	})
	must(w.t, err)
	return all
}

// crowded makes the office one in which n citizens find a place.
func crowded(p agenda.Plan, n int) agenda.Plan {
	p.Office.Advance = privacy.AdvanceConsent
	p.WalkIn = 0.75
	p.Queues, p.Office.Queues = append([]agenda.QueuePlan(nil), p.Queues...), append([]booking.Queue(nil), p.Office.Queues...)
	p.Office.Hours.Closed = nil
	for i := range p.Queues {
		q := &p.Queues[i]
		q.Length, q.Horizon, p.Office.Queues[i].Length = 10*time.Minute, 2, 10*time.Minute
		for day := range q.Counters {
			all := []booking.Span{{From: 8*60 + 30, To: 12*60 + 30}, {From: 14*60 + 30, To: 17*60 + 30}}
			p.Office.Hours.Week[day], q.Counters[day] = all, nil
			for _, span := range all {
				q.Counters[day] = append(q.Counters[day], agenda.Counters{Span: span, Open: 2 + n/len(p.Queues)/12})
			}
		}
	}
	return p
}
