package device_test

import (
	"context"
	"crypto/rand"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"example.org/totem/booking"
	"example.org/totem/cmd/internal/central"
	"example.org/totem/cmd/internal/device"
	"example.org/totem/hw/printer/escpos"
	"example.org/totem/internal/papersim"
	"example.org/totem/kiosk"
	"example.org/totem/scheduler/agenda"
	"example.org/totem/ui"
)

// sample is the office file that these tests follow: the shipped one, so that it is tried as well.
const sample = "../../../offices/valfiorita-anagrafe.toml"

// patience is how long a test waits for something that must come; it is there to end a test that has failed.
const patience = 3 * time.Minute

func readPlan() (agenda.Plan, error) { return agenda.ReadFile(sample) }

func plan(t testing.TB) agenda.Plan {
	t.Helper()
	p, err := readPlan()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// atOpening returns a clock that runs from an hour of a Tuesday at which the sample office is open.
func atOpening(t testing.TB) func() time.Time {
	t.Helper()
	start := booking.Clock(9*60 + 41)
	day, err := booking.ParseDay("2026-11-24")
	if err != nil {
		t.Fatal(err)
	}
	from, since := day.At(start, plan(t).Zone), time.Now()
	return func() time.Time { return from.Add(time.Since(since)) }
}

// calm is a patience with a printer that holds where the machine is busy with other tests too.
var calm = escpos.Limits{Answer: 3 * time.Second, Stall: 6 * time.Second, Slip: 6 * time.Second}

func waiting(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return ctx
}

// openCentral starts a scheduler on dir. It is closed with the test, or earlier.
func openCentral(t testing.TB, dir, listen string, now func() time.Time) *central.Central {
	t.Helper()
	c, err := central.Open(waiting(t), central.Config{OfficeFiles: []string{sample}, DataDir: dir, Init: true, Listen: listen, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func openPaper(t testing.TB, cfg papersim.Config) *papersim.PTY {
	t.Helper()
	p, err := papersim.OnPTY(cfg, papersim.Line{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

// config returns the configuration of the sample office's totem with its data in dir.
func config(t testing.TB, dir, printer, scheduler string) device.Config {
	t.Helper()
	p := plan(t)
	return device.Config{Office: p.Office.ID, Totem: p.Totems[0], Scheduler: scheduler, Data: dir,
		Printer: device.Printer{Path: printer, Profile: "epson-tm-t20"}}.Complete()
}

// provisioned makes the device of cfg the totem that cfg names, as a person does on a new one, and returns cfg.
func provisioned(t testing.TB, c *central.Central, cfg device.Config) device.Config {
	t.Helper()
	token, err := c.Token(waiting(t), cfg.Office, cfg.Totem, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := device.Provision(waiting(t), cfg, device.Enrolment{Token: token, Pins: c.Pins(), Random: rand.Reader}); err != nil {
		t.Fatal(err)
	}
	return cfg
}

// copyIdentity lets the device with its data in to be who the one in from is.
func copyIdentity(t testing.TB, from, to string) {
	t.Helper()
	to = filepath.Join(to, "identity")
	if err := os.RemoveAll(to); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(to, os.DirFS(filepath.Join(from, "identity"))); err != nil {
		t.Fatal(err)
	}
	seeds, err := filepath.Glob(filepath.Join(to, "*.seed"))
	if err != nil || len(seeds) != 1 {
		t.Fatalf("copied the keys %v: %v", seeds, err)
	}
	if err := os.Chmod(seeds[0], 0o600); err != nil {
		t.Fatal(err)
	}
}

// glass is a screen without light: a test sees what is on it and says what a finger would.
type glass struct {
	taps chan kiosk.Msg

	mu      sync.Mutex
	screen  kiosk.Screen
	changed chan struct{} // closed at the next change
	laid    *ui.Window    // is shown the screens too; nil: nothing is laid out
}

func newGlass() *glass {
	return &glass{taps: make(chan kiosk.Msg), changed: make(chan struct{})}
}

func (g *glass) Show(s kiosk.Screen) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.screen = s
	if g.laid != nil {
		g.laid.Show(s)
	}
	close(g.changed)
	g.changed = make(chan struct{})
}

func (g *glass) Taps() <-chan kiosk.Msg { return g.taps }

// await returns the screen of one of the names as soon as it is shown.
func (g *glass) await(ctx context.Context, names ...string) (kiosk.Screen, bool) {
	for {
		g.mu.Lock()
		screen, changed := g.screen, g.changed
		g.mu.Unlock()
		for _, name := range names {
			if screen.Name == name {
				return screen, true
			}
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return screen, false
		}
	}
}

// sees waits for a screen that is right.
func (d *totem) sees(right func(kiosk.Screen) bool) kiosk.Screen {
	d.t.Helper()
	for {
		d.mu.Lock()
		screen, changed := d.screen, d.changed
		d.mu.Unlock()
		if right(screen) {
			return screen
		}
		select {
		case <-changed:
		case <-d.ctx.Done():
			d.t.Fatalf("the screen is %q, and not as it should be", screen.Name)
		}
	}
}

// leaves waits until another screen than s is shown, or another of its kind for another citizen.
func (g *glass) leaves(ctx context.Context, s kiosk.Screen) bool {
	for {
		g.mu.Lock()
		now, changed := g.screen, g.changed
		g.mu.Unlock()
		if now.Name != s.Name || text(now, kiosk.RoleNumber) != text(s, kiosk.RoleNumber) {
			return true
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return false
		}
	}
}

// tap touches the first control that fits, and reports whether the totem took it in.
func (g *glass) tap(ctx context.Context, s kiosk.Screen, fits func(kiosk.Box) bool) bool {
	box, ok := s.Root.Find(fits)
	if !ok {
		return false
	}
	select {
	case g.taps <- box.Tap:
		return true
	case <-ctx.Done():
		return false
	}
}

func control(role kiosk.Role) func(kiosk.Box) bool {
	return func(b kiosk.Box) bool { return b.Role == role && b.Tap != nil && !b.Off }
}

func text(s kiosk.Screen, role kiosk.Role) string {
	box, _ := s.Root.Find(func(b kiosk.Box) bool { return b.Role == role })
	return box.Text
}

// mentions reports whether a word stands anywhere on the screen.
func mentions(s kiosk.Screen, word string) bool {
	_, ok := s.Root.Find(func(b kiosk.Box) bool { return strings.Contains(b.Text, word) })
	return ok
}

// totem is a running device with its glass.
type totem struct {
	*glass
	t    testing.TB
	ctx  context.Context
	stop func() error
}

// startTotem runs a device until the test ends, or until stop.
func startTotem(t testing.TB, cfg device.Config, now func() time.Time) *totem {
	t.Helper()
	return startWith(t, cfg, device.Parts{Now: now})
}

// startWith runs a device of these parts, with a glass, randomness and a link of its own.
func startWith(t testing.TB, cfg device.Config, parts device.Parts) *totem {
	t.Helper()
	return startLaid(t, cfg, nil, parts)
}

// startLaid is startWith, with a window in which screens are laid out too.
func startLaid(t testing.TB, cfg device.Config, window *ui.Window, parts device.Parts) *totem {
	t.Helper()
	g := newGlass()
	g.laid = window
	parts.Glass, parts.Random, parts.LinkSpread, parts.PrinterLimits = g, rand.Reader, 50*time.Millisecond, calm
	d, err := device.Open(waiting(t), cfg, parts)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- d.Run(ctx) }()
	stop := sync.OnceValue(func() error {
		cancel()
		err := <-ended
		if closing := d.Close(); err == nil {
			err = closing
		}
		return err
	})
	t.Cleanup(func() { stop() })
	return &totem{glass: g, t: t, ctx: waiting(t), stop: stop}
}

// must waits for a screen.
func (d *totem) must(names ...string) kiosk.Screen {
	d.t.Helper()
	s, ok := d.await(d.ctx, names...)
	if !ok {
		d.t.Fatalf("the screen is %q, want one of %q", s.Name, names)
	}
	return s
}

// touch touches a control of the screen and waits for the next one.
func (d *totem) touch(s kiosk.Screen, fits func(kiosk.Box) bool, then ...string) kiosk.Screen {
	d.t.Helper()
	if !d.tap(d.ctx, s, fits) {
		d.t.Fatalf("nothing to touch on the screen %q", s.Name)
	}
	return d.must(then...)
}

// nudge touches the glass beside every control, so that the totem looks at its clock.
func (d *totem) nudge() {
	d.t.Helper()
	select {
	case d.taps <- kiosk.Touched{}:
	case <-d.ctx.Done():
		d.t.Fatal("the totem does not answer")
	}
}

// take takes the first ticket that can be had and returns the screen it ends on. Where the office, which has to grant it, does not
// answer, or gave it to others, it tries again.
func (d *totem) take() kiosk.Screen {
	d.t.Helper()
	s := d.touch(d.must("start"), control(kiosk.RoleService), "times")
	for s.Name == "times" {
		if !d.tap(d.ctx, s, control(kiosk.RolePrimary)) {
			d.t.Fatalf("nothing to touch on the screen %q", s.Name)
		}
		s = d.sees(func(s kiosk.Screen) bool {
			_, again := s.Root.Find(func(b kiosk.Box) bool { return b.Role == kiosk.RoleCaution })
			return slices.Contains([]string{"take", "paper-failed", "paper-unknown", "not-given"}, s.Name) || s.Name == "times" && again
		})
	}
	return s
}

// takeHeld takes the first ticket of a slot that the totem holds itself, for which nobody has to be asked.
func (d *totem) takeHeld() kiosk.Screen {
	d.t.Helper()
	isHeld := func(b kiosk.Box) bool { _, ok := b.Tap.(kiosk.ChooseTime); return ok }
	takes := func(b kiosk.Box) bool { _, ok := b.Tap.(kiosk.TakeTime); return ok }
	d.touch(d.must("start"), control(kiosk.RoleService), "times")
	times := d.sees(func(s kiosk.Screen) bool { return s.Name == "times" && canTap(s, isHeld) })
	if !d.tap(d.ctx, times, isHeld) {
		d.t.Fatal("nothing to touch")
	}
	times = d.sees(func(s kiosk.Screen) bool { return s.Name == "times" && canTap(s, takes) })
	return d.touch(times, takes, "take", "paper-failed", "paper-unknown", "not-given")
}

// booked waits until the ledger has a ticket on the number and what is known of its slip, and returns its slot.
func booked(t testing.TB, c *central.Central, n booking.Number, paper booking.Paper) booking.Slot {
	t.Helper()
	ctx := waiting(t)
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	day, _ := booking.ParseDay("2026-11-24")
	for {
		sheets, err := c.Sheets(ctx, plan(t).Office.ID, day)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range sheets {
			if i, ok := s.Find(n); ok && s.Slots[i].State == booking.Issued && s.Slots[i].Ticket.Paper == paper {
				return s.Slots[i]
			}
		}
		select {
		case <-look.C:
		case <-ctx.Done():
			t.Fatalf("the ledger has no ticket %s with its slip %s", n, paper)
		}
	}
}

func folder(t testing.TB, name string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), name)
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	return dir
}
