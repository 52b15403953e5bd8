package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"example.org/totem/cmd/internal/central"
	"example.org/totem/cmd/internal/cli"
	"example.org/totem/cmd/internal/device"
	"example.org/totem/hw/printer/escpos"
	"example.org/totem/internal/fault"
	"example.org/totem/internal/papersim"
	"example.org/totem/internal/postsim"
	"example.org/totem/internal/simclock"
	"example.org/totem/internal/xvfb"
	"example.org/totem/scheduler/agenda"
	"example.org/totem/ui"
	"example.org/totem/ui/look"
)

// options are the command line.
type options struct {
	office, now, size, out, printer, walks string
	tour, log                              bool

	ownDisplay bool // the simulator started an X server of its own
}

// world is everything that the simulator runs.
type world struct {
	office  agenda.Plan
	clock   *simclock.Clock
	central *central.Central
	cable   *cable
	post    *postsim.Post
	paper   *papersim.PTY
	bench   *workbench // nil on the tour
	device  *device.Device
	window  *ui.Window
	glass   *glass
	hands   hands
	ear     *listener
	reach   bool           // the panel has a layout of low reach
	close   []func() error // in order of opening
}

const lineSpeed = 38400 // bits a second, a usual setting of receipt printers

func run(ctx context.Context, o options, out, errOut io.Writer) (err error) {
	display, err := openDisplay(ctx, &o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, display()) }()
	w := &world{}
	defer func() { err = errors.Join(err, w.shut()) }()
	if err := w.open(ctx, o, errOut); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	guide := w.watchSlips
	if o.tour {
		guide = w.takeTour
	}
	ended := make(chan error, 3)
	go func() { ended <- w.device.Run(ctx); cancel(); w.window.Close() }()
	go func() { ended <- guide(ctx, o, out); cancel(); w.window.Close() }()
	go func() { w.watchPrinter(ctx); ended <- nil }()
	err = w.window.Run()
	cancel()
	return errors.Join(err, <-ended, <-ended, <-ended)
}

// watchPrinter keeps the workbench up to date.
func (w *world) watchPrinter(ctx context.Context) {
	if w.bench != nil {
		w.bench.watch(ctx)
	}
}

// openDisplay starts an X server of our own where there is no display; then the tour is all there is to see.
func openDisplay(ctx context.Context, o *options) (closeDisplay func() error, err error) {
	if os.Getenv("DISPLAY") != "" {
		return func() error { return nil }, nil
	}
	width, height, err := panelSize(o.size)
	if err != nil {
		return nil, err
	}
	name, stop, err := xvfb.Start(ctx, width, height)
	if err != nil {
		return nil, fault.New(fault.CodeDisplay, err, "run scripts/setup run, which installs Xvfb", "there is no display, and none can be started")
	}
	o.tour, o.ownDisplay = true, true
	return func() error { stop(); return nil }, os.Setenv("DISPLAY", name)
}

func (w *world) open(ctx context.Context, o options, errOut io.Writer) error {
	var log *slog.Logger
	if o.log {
		log = cli.Logger(errOut, false)
	}
	plan, err := agenda.ReadFile(o.office)
	if err != nil {
		return err
	}
	zone, err := time.LoadLocation(plan.Office.Zone)
	if err != nil {
		return err
	}
	start, err := opening(o.now, plan.Office.Hours, zone)
	if err != nil {
		return err
	}
	w.office, w.clock = plan, simclock.New(start)
	data, err := os.MkdirTemp("", "totem-simulator-")
	if err != nil {
		return fmt.Errorf("make a folder for the simulation: %w", err)
	}
	w.closeLater(func() error { return os.RemoveAll(data) })
	return errors.Join(w.openCentral(ctx, data, o, log), w.openTotem(ctx, data, o, log))
}

func (w *world) openCentral(ctx context.Context, data string, o options, log *slog.Logger) (err error) {
	dir := filepath.Join(data, "scheduler")
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	notifiers, err := w.notifiers()
	if err != nil {
		return err
	}
	w.central, err = central.Open(ctx, central.Config{Notifiers: notifiers, OfficeFiles: []string{o.office}, DataDir: dir, Init: true, Listen: "127.0.0.1:0", Now: w.clock.Now, After: w.clock.After, Log: log})
	if err != nil {
		return err
	}
	w.closeLater(w.central.Close)
	if w.cable, err = layCable(w.central.URL()); err != nil {
		return err
	}
	w.closeLater(w.cable.Close)
	return nil
}

func (w *world) openTotem(ctx context.Context, data string, o options, log *slog.Logger) (err error) {
	if w.central == nil {
		return nil // openCentral has said why
	}
	if err := w.openPrinter(o); err != nil {
		return err
	}
	if w.hands, err = newHands(); err != nil {
		return err
	}
	w.closeLater(w.hands.Close)
	if err := w.openWindow(o); err != nil {
		return err
	}
	w.ear = newListener(func() time.Time { return w.local(w.clock.Now()) })
	dir := filepath.Join(data, "totem")
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	width, height, err := panelSize(o.size)
	if err != nil {
		return err
	}
	cfg := device.Config{Office: w.office.Office.ID, Totem: w.office.Totems[0], Scheduler: w.cable.URL(), Data: dir,
		Printer: device.Printer{Path: w.paper.Path, Profile: o.printer, Baud: lineSpeed, Flow: "none"},
		Panel:   device.Panel{Width: width, Height: height},
		Keypad:  device.Keypad{Path: keypadPath}, Scanner: device.Scanner{Path: scannerPath},
		Sound: device.Sound{Headset: "default", Speaker: "plug:default", Sensed: true}}.Complete() // two names of what the desktop plays on
	if err := w.provision(ctx, cfg); err != nil {
		return err
	}
	w.device, err = device.Open(ctx, cfg, device.Parts{Glass: w.glass, Now: w.clock.Now, Steady: w.clock.Steady, Random: rand.Reader, Log: log, Program: cli.ReleaseOf("simulator").Version,
		Talk: cfg.Talk(w.window, w.reach), LinkSpread: time.Second, Input: w.hands.open, Codes: w.hands.openCodes, Spoken: w.ear.hear, Player: playerOf(o)})
	if err != nil {
		return err
	}
	w.closeLater(w.device.Close)
	return nil
}

// openPrinter puts a simulated printer on a pseudo-terminal.
func (w *world) openPrinter(o options) (err error) {
	model, known := papersim.ModelOf(o.printer)
	if !known {
		return fault.New(fault.CodeUsage, nil, "give --printer one of "+strings.Join(escpos.Profiles(), ", "), "there is no simulated printer %q", o.printer)
	}
	w.paper, err = papersim.OnPTY(papersim.Config{Model: model}, papersim.Line{Baud: lineSpeed})
	if err != nil {
		return err
	}
	w.closeLater(w.paper.Close)
	return nil
}

// openWindow makes the window, with the printer beside the panel unless it is the tour's, and the tour's album.
func (w *world) openWindow(o options) error {
	width, height, err := panelSize(o.size)
	if err != nil {
		return err
	}
	glass := device.Panel{Width: width, Height: height}
	panel := look.Panel{Width: width, Height: height, Bottom: float64(device.Config{Panel: glass}.Complete().Panel.BottomMM)}
	_, _, w.reach = panel.Reach()
	shown := ui.Config{Panel: panel, Title: "Totem · " + w.office.Office.Name.In("it")}
	if !o.tour {
		w.bench = newWorkbench(w.paper, w.cable, height)
		w.bench.hands, w.bench.clock, w.bench.post = w.hands, w.clock, w.post
		shown.Beside, shown.Struck = w.bench, w.hands.struck
	}
	w.window, err = ui.New(shown)
	if err != nil {
		return fault.New(fault.CodeUsage, err, "give --size a real panel's pixels, as 1080x1920", "there is no panel of --size %s", o.size)
	}
	w.glass = newGlass(w.window)
	if w.bench != nil {
		w.bench.redraw = w.window.Redraw
	}
	if !o.tour {
		return nil
	}
	w.glass.album = filepath.Join(o.tourFolder(), "screens")
	return errors.Join(os.RemoveAll(filepath.Dir(w.glass.album)), os.MkdirAll(w.glass.album, 0o755))
}

// provision makes the totem a key that is thrown away with the rest, and has it enrolled as any totem is.
func (w *world) provision(ctx context.Context, cfg device.Config) error {
	token, err := w.central.Token(ctx, cfg.Office, cfg.Totem, time.Hour)
	if err != nil {
		return err
	}
	_, err = device.Provision(ctx, cfg, device.Enrolment{Token: token, Pins: w.central.Pins(), Random: rand.Reader})
	return err
}

func (w *world) closeLater(f func() error) { w.close = append(w.close, f) }

// shut closes everything in reverse order.
func (w *world) shut() error {
	var errs []error
	for i := len(w.close) - 1; i >= 0; i-- {
		errs = append(errs, w.close[i]())
	}
	w.close = nil
	return errors.Join(errs...)
}
