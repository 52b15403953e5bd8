package device

import (
	"context"
	"reflect"
	"sync"
	"time"

	"example.org/totem/booking"
	"example.org/totem/hw/board"
	"example.org/totem/hw/scanner"
	"example.org/totem/hw/touch"
	"example.org/totem/hw/touch/calibration"
	"example.org/totem/hw/touch/contact"
	"example.org/totem/hw/touch/ft5x06"
	"example.org/totem/hw/touch/gt911"
	"example.org/totem/hw/touch/keypad"
	"example.org/totem/hw/touch/xpt2046"
	"example.org/totem/internal/event"
	"example.org/totem/internal/fault"
	"example.org/totem/kiosk"
	"example.org/totem/sync/wire"
)

// front is what people meet of a totem besides its paper: the glass, and what of touch panel, keypad, code reader and voice
// the configuration names. It works from the start of a program to its end, also while the totem itself cannot be opened.
type front struct {
	parts Parts
	ear   *ear
	board *board.Board
	run   []func(context.Context) // each until its context ends
	done  *inbox                  // what people did, and what became of the parts
	shown kiosk.Screen            // the last; it is the conversation's

	mu     sync.Mutex
	health hands
	known  beginning
	told   func() // health changed
	sensed func() // a sensor for the paper tells something else; nil: nobody wants to know
}

// hands is how the parts are.
type hands struct{ touch, keypad, scanner, sound wire.Part }

// beginning is what a conversation that begins must be told.
type beginning struct {
	touch   kiosk.Touch
	keypad  bool
	headset bool
}

// newFront makes the parts that cfg names, and opens none of them yet. It fails where cfg makes no sense.
func newFront(cfg Config, parts Parts) (*front, error) {
	f := &front{parts: parts, done: newInbox(), told: func() {}}
	for _, make := range []func(Config) error{f.makeTouch, f.makeKeypad, f.makeScanner, f.makeEar, f.makeBoard} {
		if err := make(cfg); err != nil {
			return nil, fault.New(fault.CodeConfig, err, "mend the configuration; docs/totem-toml.md describes every field", "the totem cannot be built")
		}
	}
	if parts.Pressed != nil && cfg.Sound.Click {
		f.run = append(f.run, f.clicks)
	}
	return f, nil
}

// serve runs the parts until ctx ends, and returns when none is left.
func (f *front) serve(ctx context.Context) {
	var all sync.WaitGroup
	for _, run := range f.run {
		all.Go(func() { run(ctx) })
	}
	<-ctx.Done()
	all.Wait()
}

func (f *front) makeTouch(cfg Config) error {
	p := cfg.Panel
	if p.Touch == touchWindow || f.parts.Finger == nil {
		return nil
	}
	matrix, err := calibration.Parse(p.Matrix)
	if err != nil {
		return err
	}
	panel, err := touch.New(touch.Config{Open: func() (contact.Source, error) { return f.openTouch(p) }, Matrix: matrix,
		Touch: f.parts.Finger, Changed: f.touchChanged, Log: f.parts.Log})
	if err != nil {
		return err
	}
	f.health.touch = wire.PartWorks
	f.run = append(f.run, panel.Run)
	return nil
}

// openTouch opens the panel that the configuration names.
func (f *front) openTouch(p Panel) (contact.Source, error) {
	if p.Touch == touchEvdev && f.parts.Input != nil && p.TouchPath != "" {
		port, err := f.parts.Input(p.TouchPath)
		if err != nil {
			return nil, err
		}
		return touch.NewReader(port)
	}
	return OpenTouch(p)
}

// OpenTouch opens the touch panel that is described, for this program alone. An error is a *fault.Fault.
func OpenTouch(p Panel) (contact.Source, error) {
	switch p.Touch {
	case touchGT911:
		return source(gt911.Open(gt911.Config{Bus: p.TouchBus, Interrupt: p.TouchIRQ}))
	case touchFT5x06: // tells places of the display's own dots, before any rotation: the calibration stretches them
		side := max(p.Width, p.Height)
		return source(ft5x06.Open(ft5x06.Config{Bus: p.TouchBus, Interrupt: p.TouchIRQ, Width: side, Height: side}))
	case touchXPT2046:
		return source(xpt2046.Open(xpt2046.Config{Port: p.TouchBus, Interrupt: p.TouchIRQ}))
	}
	return touch.Open(p.TouchPath)
}

// source keeps a source that is not there from being taken for one.
func source[S contact.Source](s S, err error) (contact.Source, error) {
	if err != nil {
		return nil, err
	}
	return s, nil
}

func (f *front) touchChanged(s touch.State, _ error) {
	states := map[touch.State]struct {
		talk kiosk.Touch
		part wire.Part
	}{
		touch.Works: {kiosk.TouchWorks, wire.PartWorks}, touch.Silent: {kiosk.TouchSilent, wire.PartSilent}, touch.Stuck: {kiosk.TouchStuck, wire.PartStuck},
	}
	now := states[s]
	f.change(func() { f.known.touch, f.health.touch = now.talk, now.part }, kiosk.TouchChanged{Touch: now.talk})
}

func (f *front) makeKeypad(cfg Config) error {
	keys, err := keypad.ParseKeys(cfg.Keypad.Keys)
	if err != nil {
		return err
	}
	paths := keypadPaths(cfg)
	if len(paths) == 0 {
		return nil
	}
	pad, err := keypad.New(keypad.Config{Paths: paths, Keys: keys, Guard: time.Duration(cfg.Keypad.Guard) * time.Millisecond,
		Pressed: func(k keypad.Key) { f.tell(kiosk.PressKey{Key: keyOf(k)}) },
		Plugged: func(in bool) {
			if cfg.Sound.Sensed {
				f.plugged(in)
			}
		},
		Changed: f.keypadChanged, Open: f.parts.Input, Log: f.parts.Log})
	if err != nil {
		return err
	}
	f.health.keypad = wire.PartWorks
	f.run = append(f.run, pad.Run)
	return nil
}

// keyOf says in the words of the conversation what a key means.
func keyOf(k keypad.Key) kiosk.Key {
	if digit, ok := k.IsDigit(); ok {
		return kiosk.KeyDigit + kiosk.Key(digit)
	}
	return map[keypad.Key]kiosk.Key{
		keypad.Previous: kiosk.KeyPrevious, keypad.Next: kiosk.KeyNext, keypad.Select: kiosk.KeySelect, keypad.Back: kiosk.KeyBack,
		keypad.Repeat: kiosk.KeyRepeat, keypad.Louder: kiosk.KeyLouder, keypad.Softer: kiosk.KeySofter, keypad.Faster: kiosk.KeyFaster,
		keypad.Slower: kiosk.KeySlower,
	}[k]
}

func (f *front) keypadChanged(there bool) {
	f.change(func() { f.known.keypad, f.health.keypad = there, partOf(there) }, kiosk.KeypadChanged{There: there})
}

// plugged is told first of all to the ear: what is private must not be heard by others.
func (f *front) plugged(in bool) {
	f.ear.plugged(in)
	f.change(func() { f.known.headset = in }, kiosk.HeadsetChanged{In: in})
}

func (f *front) makeScanner(cfg Config) error {
	if cfg.Scanner.Path == "" {
		return nil
	}
	reader, err := scanner.New(scanner.Config{Path: cfg.Scanner.Path, Baud: cfg.Scanner.Baud, Prefix: cfg.Scanner.Prefix, Open: f.parts.Codes,
		Told:    func(code booking.Code) { f.tell(kiosk.Scanned{Code: code}) },
		Changed: func(there bool) { f.change(func() { f.health.scanner = partOf(there) }) }, Log: f.parts.Log})
	if err != nil {
		return err
	}
	f.health.scanner = wire.PartWorks
	f.run = append(f.run, reader.Run)
	return nil
}

func (f *front) makeEar(cfg Config) (err error) {
	f.ear, err = openEar(cfg, f.parts, func() { f.tell(kiosk.Spoken{}) }, func(p wire.Part) { f.change(func() { f.health.sound = p }) })
	if err == nil && f.ear.voice != nil {
		f.health.sound = wire.PartWorks
		f.run = append(f.run, f.ear.run)
	}
	return err
}

func partOf(there bool) wire.Part {
	if there {
		return wire.PartWorks
	}
	return wire.PartSilent
}

// clicks answers each finger that goes down on a control.
func (f *front) clicks(ctx context.Context) {
	for {
		select {
		case <-f.parts.Pressed:
			f.ear.click()
		case <-ctx.Done():
			return
		}
	}
}

// change notes what became of a part and tells it.
func (f *front) change(do func(), messages ...kiosk.Msg) {
	f.mu.Lock()
	do()
	told := f.told
	f.mu.Unlock()
	told()
	for _, m := range messages {
		f.tell(m)
	}
}

// tell passes a message on to the conversation. The parts must never wait: what somebody does who is far ahead of it is lost.
func (f *front) tell(m kiosk.Msg) {
	if f.done.put(m) {
		event.Log(f.parts.Log, event.TouchLost)
	}
}

// begin returns what a conversation must be told that begins, or goes on, and has changes of health told to changed.
func (f *front) begin(changed func()) []kiosk.Msg {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.told = changed
	all := []kiosk.Msg{kiosk.TouchChanged{Touch: f.known.touch}}
	if f.health.keypad != wire.PartNone {
		all = append(all, kiosk.KeypadChanged{There: f.known.keypad})
	}
	if f.known.headset {
		all = append(all, kiosk.HeadsetChanged{In: true})
	}
	return all
}

// how returns how the parts are.
func (f *front) how() hands {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.health
}

// show puts a screen on the glass and makes it heard. after is what led to it, nil where nobody did anything: a code that was
// taken ends what is being said, one that changes nothing does not.
func (f *front) show(s kiosk.Screen, after kiosk.Msg) {
	if _, scan := after.(kiosk.Scanned); scan && !reflect.DeepEqual(s, f.shown) {
		f.ear.hush()
	}
	f.shown = s
	f.parts.Glass.Show(s)
	f.ear.hear(s)
}

// next returns what was told first, nil for nothing. What is being said is of no interest any more to whoever presses a key.
func (f *front) next() kiosk.Msg {
	m := f.done.next()
	if _, key := m.(kiosk.PressKey); key {
		f.ear.hush()
	}
	return m
}
