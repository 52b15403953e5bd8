// Package device assembles a totem: its database, its printer, its link to the scheduler, its glass, and the
// conversation between them. The glass and the clock come from outside, so that a program and a test build the same
// totem.
package device

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"time"

	"example.org/totem/hw/board"
	"example.org/totem/hw/evdev"
	"example.org/totem/hw/printer"
	"example.org/totem/hw/printer/escpos"
	"example.org/totem/hw/touch"
	"example.org/totem/internal/event"
	"example.org/totem/internal/fault"
	"example.org/totem/kiosk"
	"example.org/totem/store"
	"example.org/totem/sync/identity"
	"example.org/totem/sync/natslink"
	"example.org/totem/sync/outbox"
	"example.org/totem/sync/wire"
	"example.org/totem/ui/speech"
)

// Glass is the screen that a citizen sees and touches.
type Glass interface {
	// Show replaces what is on the glass. It does not block.
	Show(kiosk.Screen)
	// Taps brings what was touched. It is always the same channel.
	Taps() <-chan kiosk.Msg
}

// Parts is what a totem is built from besides its configuration.
type Parts struct {
	Glass Glass
	Now   func() time.Time // nil: the system's clock
	// Steady counts from any start and never jumps, whatever is done to the clock. nil: the time since the system's start.
	Steady  func() time.Duration
	Machine Machine      // what vouches for Now
	Random  io.Reader    // a cryptographic source
	Log     *slog.Logger // nil: silent
	// Talk says how the conversation is led: what the glass has room for. Zero: everything fits.
	Talk kiosk.Config
	// Program is the release that the scheduler is told.
	Program string
	// Finger is told what a finger does on a touch panel that the totem reads by itself. nil: it reads none.
	Finger func(touch.Finger)
	// Pressed brings the moments at which a finger goes down on a control. nil: none.
	Pressed <-chan struct{}
	// Spoken is told what is said, also where nothing can be heard. It must not block. nil: nobody is.
	Spoken func(speech.Utterance)
	// Player returns the command that plays samples on a sound device. nil: [audio.Aplay].
	Player func(device string) []string
	// Input opens an input device: a panel that is named, a keypad. nil: [touch.Open] and [evdev.Open].
	Input func(path string) (evdev.Port, error)
	// Codes opens a code reader. nil: [scanner.Dial].
	Codes func(path string, baud int) (io.ReadCloser, error)
	// Beats brings the questions whether the totem is alive. nil: nobody asks.
	Beats <-chan Beat
	// Board changes how the board is reached: its lines, the system's files. nil: the system's own.
	Board func(*board.Config)
	// LinkSpread is the longest random wait before a lost scheduler is tried again. 0: natslink's own, made for a fleet.
	LinkSpread time.Duration
	// PeersPatience is how long the scheduler must not have answered before the other totems are asked. 0: pooling's own.
	PeersPatience time.Duration
	// PrinterLimits are how long an ESC/POS printer is waited for. Zero: escpos's own.
	PrinterLimits escpos.Limits

	front *front // that runs already; nil: the device makes one and runs it
}

// What the parts below are made for; hw/printer's own rooms may not say so themselves.
var (
	_ printer.Device  = (*escpos.Printer)(nil)
	_ printer.Journal = (*store.Store)(nil)
	_ outbox.Store    = (*store.Store)(nil)
	_ outbox.Link     = (*natslink.Totem)(nil)
	_ inquiry         = (*natslink.Totem)(nil)

	_ natslink.Identity = (*identity.Folder)(nil)
)

// Device is a running totem.
type Device struct {
	cfg     Config
	parts   Parts
	clock   *clock
	store   *store.Store
	printer appliance
	link    *natslink.Totem
	vitals  *vitals
	front   *front
	hosts   bool // the front is the device's own

	news    chan news
	mark    []byte        // what a person had vouched for when the clock began
	printed chan struct{} // wakes the printer's driver
	told    chan struct{} // wakes the outbox
	strips  *strips
	errands *errands
	peers   *peers
	pass    func(context.Context) error // hands the printer's alerts on; nil: nothing stands between

	close func() error
}

// Open checks the configuration, opens the database, the printer's line and the link. A scheduler that does not
// answer is no error, nor is a printer that is silent or not there: a totem works on from what it holds, and looks for
// its printer again. What it opened is closed again when it fails.
func Open(ctx context.Context, cfg Config, parts Parts) (*Device, error) {
	if err := cfg.Check(); err != nil {
		return nil, fault.New(fault.CodeConfig, err, "mend the configuration", "the totem cannot be built")
	}
	parts.Machine = parts.Machine.complete(parts.Now != nil)
	if parts.Now == nil {
		parts.Now = wallClock
	}
	if parts.Steady == nil {
		parts.Steady = sinceBoot
	}
	d := &Device{cfg: cfg, parts: parts, clock: &clock{now: parts.Now, steady: parts.Steady, machine: parts.Machine},
		news: make(chan news, 64), printed: make(chan struct{}, 1), told: make(chan struct{}, 1), strips: newStrips()}
	if d.front = parts.front; d.front == nil {
		var err error
		if d.front, err = newFront(cfg, parts); err != nil {
			return nil, err
		}
		d.hosts = true
	}
	d.vitals = newVitals(d)
	d.close = sync.OnceValue(d.closeAll)
	if err := d.open(ctx); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

func (d *Device) open(ctx context.Context) (err error) {
	d.store, err = store.Open(ctx, store.Config{Path: filepath.Join(d.cfg.Data, "totem.db"), Office: d.cfg.Office, Totem: d.cfg.Totem,
		Now: d.clock.time, Random: d.parts.Random, Log: d.parts.Log, Boot: d.parts.Machine.Boot()})
	if err != nil {
		return err
	}
	d.vitals.forget() // what is there was left by one that was killed
	seen, err := d.store.Seen(ctx)
	if err != nil {
		return err
	}
	d.mark, _ = os.ReadFile(filepath.Join(d.cfg.Data, vouchFile)) // nobody vouched if it cannot be read
	d.clock.begin(seen, remembered(d.cfg.Data, clockFile), decodeMemory(d.mark))
	if d.printer, err = d.findPrinter(ctx); err != nil {
		return err
	}
	d.peers = newPeers(d) // hears of the link from now on
	d.link, err = natslink.Dial(ctx, natslink.Config{URL: d.cfg.Scheduler, Office: d.cfg.Office, Totem: d.cfg.Totem, Identity: d.cfg.identity(),
		Proxy:   d.cfg.Proxy.link(),
		Refused: func(ctx context.Context, r *wire.Refusal) { d.hearLink(ctx, outbox.Refused{Refusal: r}) },
		Log:     d.parts.Log, Spread: d.parts.LinkSpread})
	if err != nil {
		return err
	}
	d.errands = newErrands(d)
	return nil
}

// Close closes what Open opened, in reverse order. It may be called again. Run must have returned.
func (d *Device) Close() error { return d.close() }

func (d *Device) closeAll() error {
	var errs []error
	if d.link != nil {
		errs = append(errs, d.link.Close())
	}
	if d.printer != nil {
		errs = append(errs, d.printer.Close())
	}
	if d.store != nil {
		errs = append(errs, d.store.Close())
	}
	return errors.Join(errs...)
}

// Run gives tickets until ctx ends or a part of the totem fails for good, and returns when all its goroutines have.
func (d *Device) Run(ctx context.Context) error {
	event.Log(d.parts.Log, event.TotemStarted, slog.String("office", string(d.cfg.Office)), slog.String("totem", string(d.cfg.Totem)))
	defer event.Log(d.parts.Log, event.TotemStopped)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	driver, err := printer.New(d.driverConfig(ctx))
	if err != nil {
		return err
	}
	talk := &conversation{store: d.store, glass: d.parts.Glass, front: d.front, changed: d.vitals.hands, clock: d.clock, random: d.parts.Random, log: d.parts.Log,
		totem: d.cfg.Totem, program: d.parts.Program, errands: d.errands, pace: newPace(d.parts.Steady), heeded: d.vitals.office, data: d.cfg.Data, mark: string(d.mark), talks: d.parts.Talk, news: d.news, printed: func() { wake(d.printed) }, told: func() { wake(d.told) }, selling: d.peers.sell,
		beats: d.parts.Beats, prints: d.vitals.prints, schedule: d.schedule(),
		strip: d.strips.test, receipt: d.strips.receipt, waiting: driver.Waiting, recount: d.count}
	runPrinter := func(ctx context.Context) error {
		d.count(ctx)
		driver.Run(ctx)
		return nil
	}
	d.peers.reload = func() {
		wake(d.told)
		d.tell(ctx, news{reload: true})
	}
	duties := append(d.peers.duties(), talk.run, d.runOutbox, runPrinter, d.errands.run)
	if d.pass != nil {
		duties = append(duties, d.pass)
	}
	if d.hosts {
		duties = append(duties, func(ctx context.Context) error { d.front.serve(ctx); return nil })
	}
	ended := make(chan error, len(duties))
	for _, duty := range duties {
		go func() { ended <- duty(ctx) }()
	}
	var errs []error
	for range duties {
		if err := <-ended; err != nil && !errors.Is(err, context.Canceled) {
			errs = append(errs, err)
		}
		cancel()
	}
	d.errands.wait()
	d.vitals.forget()
	return errors.Join(errs...)
}

func (d *Device) runOutbox(ctx context.Context) error {
	return outbox.Run(ctx, outbox.Config{
		Store: d.store, Link: d.link, Wake: d.told, After: time.After, Jitter: jitter, Program: d.parts.Program,
		Steady: d.parts.Steady, Random: d.parts.Random, Health: d.vitals.message, HealthChanged: d.vitals.changed,
		Report: func(r outbox.Report) { d.hearLink(ctx, r) },
	})
}

func jitter(most time.Duration) time.Duration { return rand.N(max(most, 1)) }

// tell passes news on to the conversation, which always listens until ctx ends.
func (d *Device) tell(ctx context.Context, n news) {
	select {
	case d.news <- n:
	case <-ctx.Done():
	}
}

func wake(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default: // it is already awake
	}
}
