package keypad

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"example.org/totem/hw/evdev"
	"example.org/totem/internal/event"
)

// Config is how a keypad is connected and who is told. Its functions are called one at a time, from goroutines of Run;
// they must not block. nil: nobody is told.
type Config struct {
	// Paths are the names of the keypad's devices, below /dev/input/by-id or by-path so that they stay. One keypad may be
	// several devices: often the keys that change the volume are one of their own. None: there is no keypad.
	Paths []string
	Keys  Keys // what its keys mean; nil: Usual

	// Guard is how long a second strike of the key that was struck last counts as the echo of the first, at most 5 s; 0 is
	// 100 ms: longer than worn springs chatter, shorter than anybody strikes one key twice, so that nobody who steps
	// through the screen in a hurry loses a step. Where hands tremble, 500 ms helps: a tremor strikes four times a second
	// and more. Whatever it is, a key that was let go is not heard for the guard or 50 ms, the less of both.
	Guard time.Duration
	Retry time.Duration // how often a device that is not there is looked for; 0: 1 s

	Pressed func(Key)        // a key was pressed
	Plugged func(in bool)    // the plug of a headset went in or out. At first, and while the keypad is not there, it is out
	Changed func(there bool) // all devices are there, or not; at the start and at each change

	Open func(path string) (evdev.Port, error) // nil: evdev.Open
	Log  *slog.Logger                          // nil: silent
}

const (
	usualGuard = 100 * time.Millisecond
	mostGuard  = 5 * time.Second
	usualRetry = time.Second
)

// Keypad reads a keypad.
type Keypad struct {
	cfg Config

	mu      sync.Mutex // guards what follows, and is held while somebody is told
	devices []*device
	in      bool  // as told
	there   *bool // as told; nil: not yet
}

// New returns a keypad that is not read yet. It fails when cfg makes no sense; a device that is not there is no failure.
func New(cfg Config) (*Keypad, error) {
	switch {
	case cfg.Guard < 0 || cfg.Guard > mostGuard:
		return nil, fmt.Errorf("keypad: a guard of %s: want 0 to %s", cfg.Guard, mostGuard)
	case cfg.Retry < 0:
		return nil, errors.New("keypad: a negative time between looks")
	case slices.Contains(cfg.Paths, ""):
		return nil, errors.New("keypad: a device without a name")
	}
	if err := cfg.Keys.check(); err != nil {
		return nil, fmt.Errorf("keypad: %w", err)
	}
	cfg.Keys = maps.Clone(cfg.Keys)
	if cfg.Keys == nil {
		cfg.Keys = Usual()
	}
	if cfg.Guard == 0 {
		cfg.Guard = usualGuard
	}
	if cfg.Retry == 0 {
		cfg.Retry = usualRetry
	}
	if cfg.Open == nil {
		cfg.Open = open
	}
	k := &Keypad{cfg: cfg}
	for _, path := range slices.Compact(slices.Sorted(slices.Values(cfg.Paths))) {
		k.devices = append(k.devices, &device{pad: k, path: path, hand: newHand(cfg.Keys, cfg.Guard)})
	}
	return k, nil
}

func open(path string) (evdev.Port, error) {
	d, err := evdev.Open(path)
	if err != nil {
		return nil, err // and no nil device in an interface that is not nil
	}
	return d, nil
}

// Run reads the keypad until ctx is done, and gives its devices back. A device that is not there, or goes away, is
// looked for until it is. Without a keypad it returns at once. It is called once.
func (k *Keypad) Run(ctx context.Context) {
	var all sync.WaitGroup
	for _, d := range k.devices {
		all.Go(func() { d.run(ctx) })
	}
	all.Wait()
}

// tell tells what is new of plug and devices. The caller holds mu.
func (k *Keypad) tell() {
	in, there, tried := false, true, true
	for _, d := range k.devices {
		in = in || d.there && d.hand.in()
		there = there && d.there
		tried = tried && d.tried
	}
	if !in { // before all else: what is private must not be heard any more
		k.plugged(false)
	}
	if tried && (k.there == nil || *k.there != there) {
		if !there {
			event.Log(k.cfg.Log, event.KeypadAbsent, k.why()...)
		} else if k.there != nil {
			event.Log(k.cfg.Log, event.KeypadBack)
		}
		k.there = &there
		if k.cfg.Changed != nil {
			k.cfg.Changed(there)
		}
	}
	k.plugged(in)
}

func (k *Keypad) plugged(in bool) {
	if in == k.in {
		return
	}
	k.in = in
	if k.cfg.Plugged != nil {
		k.cfg.Plugged(in)
	}
}
