package device_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
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
	"example.org/totem/cmd/internal/device"
	"example.org/totem/hw/evdev"
	"example.org/totem/hw/touch"
	"example.org/totem/internal/fault"
	"example.org/totem/internal/papersim"
	"example.org/totem/kiosk"
	"example.org/totem/sync/wire"
	"example.org/totem/ui"
	"example.org/totem/ui/look"
)

// front is a totem under Serve with hands at it, and its window.
type front struct {
	*served
	hands  *hands
	window *ui.Window
	cfg    device.Config
}

// serveFront runs a totem until the test ends. change may change what it is built from.
func serveFront(t testing.TB, cfg device.Config, h *hands, change func(*device.Parts)) *front {
	t.Helper()
	window, err := ui.New(ui.Config{Panel: look.Reference(), Guard: -1})
	if err != nil {
		t.Fatal(err)
	}
	phases := map[touch.Phase]ui.Phase{touch.Press: ui.Press, touch.Move: ui.Move, touch.Release: ui.Release, touch.Cancel: ui.Cancel}
	g := newGlass()
	g.laid = window
	f := &front{served: &served{totem: &totem{glass: g, t: t, ctx: waiting(t)}, again: make(chan time.Time), log: new(record)}, hands: h, window: window, cfg: cfg}
	parts := device.Parts{Glass: g, Now: atOpening(t), Random: rand.Reader, LinkSpread: 50 * time.Millisecond, PrinterLimits: calm, Log: slog.New(slog.NewTextHandler(f.log, nil)),
		Talk: cfg.Talk(window, true), Input: h.input, Codes: h.codes, Spoken: h.hear,
		Finger: func(f touch.Finger) { window.TouchAt(f.X, f.Y, phases[f.Phase]) }}
	if change != nil {
		change(&parts)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- device.Serve(ctx, cfg, parts, f.again) }()
	f.stop = sync.OnceValue(func() error { cancel(); return <-ended })
	t.Cleanup(func() { f.stop() })
	go f.passTaps(window)
	return f
}

// eventually waits until is, which is looked at again and again.
func (f *front) eventually(what string, is func() bool) {
	f.t.Helper()
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for !is() {
		select {
		case <-look.C:
		case <-f.ctx.Done():
			f.t.Fatalf("waited in vain until %s", what)
		}
	}
}

// health returns what the totem leaves for the doctor.
func (f *front) health() (h device.Health) {
	content, err := os.ReadFile(filepath.Join(f.cfg.Data, "health.json"))
	if err != nil || json.Unmarshal(content, &h) != nil {
		return device.Health{}
	}
	return h
}

// strike strikes keys of the keypad.
func (f *front) strike(names ...string) {
	f.t.Helper()
	if err := f.hands.keypad.Strike(names...); err != nil {
		f.t.Fatal(err)
	}
}

// flood strikes the keys to the next control and back, so many times each, and slowly by their own clock: no guard leaves one out.
func (h *hands) flood(times int) error {
	at := time.Duration(time.Now().UnixNano())
	var events []evdev.Event
	for n := range 2 * times {
		code := []uint16{108, 103}[n%2] // KEY_DOWN, KEY_UP
		for value := int32(1); value >= 0; value-- {
			at += 100 * time.Millisecond
			events = append(events, evdev.Event{At: at, Type: evdev.TypeKey, Code: code, Value: value}, evdev.Event{At: at, Type: evdev.TypeSyn})
		}
	}
	return h.keypad.Events(events...)
}

// plug puts the plug of a headset in, or pulls it out.
func (f *front) plug(in bool) {
	f.t.Helper()
	if err := f.hands.keypad.Switch("SW_HEADPHONE_INSERT", in); err != nil {
		f.t.Fatal(err)
	}
}

func TestHowAPartIsReachesAConversationThatIsFarBehind(t *testing.T) {
	cfg, _ := damaged(t)
	h := newHands(t)
	f := serveFront(t, with(cfg), h, nil)
	f.must("out-of-service")
	f.strike("KEY_DOWN")
	f.sees(func(s kiosk.Screen) bool { return s.Focus != "" })
	f.mu.Lock() // nothing can be shown: the conversation stands still
	shown := sync.OnceFunc(f.mu.Unlock)
	t.Cleanup(shown)
	err := errors.Join(h.flood(150), h.keypad.Unplug())
	f.eventually("the keypad is gone", func() bool { return f.log.count("keypad.absent") == 1 })
	shown()
	if err != nil {
		t.Fatal(err)
	}
	f.sees(func(s kiosk.Screen) bool { return s.Focus == "" })
	if n := f.log.count("screen.touch-lost"); n != 1 {
		t.Errorf("the log tells %d times that keys were lost", n)
	}
}

func TestKeysThatWereMeantForAnotherScreenDoNothing(t *testing.T) {
	cfg, database := damaged(t)
	h := newHands(t)
	var shut sync.RWMutex // Open asks in which life of the machine it is; a totem that is not open does not
	f := serveFront(t, with(cfg), h, func(p *device.Parts) {
		p.Machine.Boot = func() string { shut.RLock(); defer shut.RUnlock(); return "one" }
	})
	f.must("out-of-service")
	if err := os.Remove(database); err != nil {
		t.Fatal(err)
	}
	f.eventually("the keypad is there", func() bool { return h.keypad.Taken() })
	shut.Lock()
	opened := sync.OnceFunc(shut.Unlock)
	t.Cleanup(opened)
	f.tries()
	f.strike("KEY_HELP") // that is: help
	err := h.keypad.Unplug()
	f.eventually("the keypad is gone", func() bool { return f.log.count("keypad.absent") == 1 })
	opened()
	if err != nil {
		t.Fatal(err)
	}
	f.must("waiting", "closed")
	for range 20 {
		f.nudge()
	}
	if s := f.must("waiting", "closed", "help"); s.Name == "help" {
		t.Error("a key that was struck before the totem was open opens the help")
	}
}

func TestNobodyTellsTheDoctorAnythingAfterAnOrderlyStop(t *testing.T) {
	h := newHands(t)
	slow := make(chan struct{}) // the keypad's device is
	open := sync.OnceFunc(func() { close(slow) })
	cfg := with(config(t, folder(t, "totem"), openPaper(t, papersim.Config{}).Path, "tls://"+freeAddress(t)))
	f := serveFront(t, cfg, h, func(p *device.Parts) {
		p.Input = func(path string) (evdev.Port, error) {
			if path == keypadName {
				<-slow
				return h.keypad.Open()
			}
			return h.input(path)
		}
	})
	t.Cleanup(open)
	f.eventually("health is told", func() bool { return f.health().Printer != "" })
	stopped := make(chan error, 1)
	go func() { stopped <- f.stop() }()
	f.eventually("its health is gone", func() bool { return f.health() == device.Health{} })
	open()
	if err := <-stopped; err != nil {
		t.Fatal(err)
	}
	if left := f.health(); left != (device.Health{}) {
		t.Errorf("health.json says %+v", left)
	}
}

func TestOutOfServiceAllHandsWorkAndGoOnWhenItIsOver(t *testing.T) {
	cfg, database := damaged(t)
	cfg = with(cfg)
	cfg.Sound.Sensed, cfg.Sound.Headset = true, "none"
	f := serveFront(t, cfg, newHands(t), nil)
	f.must("out-of-service")
	finger(t, f.hands, f.window, "key-language")
	f.must("languages")
	f.strike("KEY_ESC")
	f.must("out-of-service")
	f.eventually("the keypad is there", func() bool { return f.hands.keypad.Taken() })
	f.plug(true)
	s := f.sees(func(s kiosk.Screen) bool { return s.Voice.On && s.Voice.Headset })
	f.eventually("it is said", func() bool { said, _ := f.hands.heard(strings.TrimSuffix(text(s, kiosk.RoleTitle), ".")); return said })
	f.strike("KEY_VOLUMEUP")
	f.sees(func(s kiosk.Screen) bool { return s.Voice.Level == 1 })
	if err := os.Remove(database); err != nil {
		t.Fatal(err)
	}
	f.tries()
	f.must("waiting", "closed")
	f.sees(func(s kiosk.Screen) bool { return s.Voice.On && s.Voice.Headset && s.Voice.Level == 0 })
	f.plug(false)
	f.sees(func(s kiosk.Screen) bool { return !s.Voice.On })
	if err := f.hands.panel.Unplug(); err != nil {
		t.Fatal(err)
	}
	if err := f.stop(); err != nil {
		t.Errorf("it ended with %v", err)
	}
}

func TestHowTheHandsAreIsToldToTheDoctorAndToTheScheduler(t *testing.T) {
	c := openCentral(t, folder(t, "scheduler"), "127.0.0.1:0", atOpening(t))
	h := newHands(t)
	cfg := with(provisioned(t, c, config(t, folder(t, "totem"), openPaper(t, papersim.Config{}).Path, c.URL())))
	cfg.Sound.Headset = "none"
	for _, d := range []interface{ Unplug() error }{h.panel, h.keypad, h.reader} {
		if err := d.Unplug(); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", t.TempDir()) // no espeak-ng either
	f := serveFront(t, cfg, h, func(p *device.Parts) { p.Player = func(string) []string { return []string{"/nowhere/player"} } })
	f.must("touch-silent")
	doctor := func(hands string) {
		t.Helper()
		f.eventually("the doctor knows", func() bool {
			l := f.health()
			return l.Touch == hands && l.Keypad == hands && l.Scanner == hands && l.Sound == "silent"
		})
	}
	doctor("silent")
	f.eventually("the scheduler knows", func() bool {
		l, err := c.Ledger().Health(f.ctx, cfg.Office, cfg.Totem)
		h := l.Told
		return err == nil && slices.Equal([]wire.Part{h.Touch, h.Keypad, h.Scanner, h.Sound}, slices.Repeat([]wire.Part{wire.PartSilent}, 4))
	})
	for _, d := range []interface{ Plug() error }{h.panel, h.keypad, h.reader} {
		if err := d.Plug(); err != nil {
			t.Fatal(err)
		}
	}
	f.must("start")
	doctor("works")
	s := f.take() // which needs no voice
	booked(t, c, booking.Number(text(s, kiosk.RoleNumber)), booking.PaperPrinted)
}

func TestAPanelThatIsNotThereIsToldWithTheRemedy(t *testing.T) {
	cfg, _ := damaged(t)
	cfg.Panel.Touch, cfg.Panel.TouchPath = "evdev", filepath.Join(t.TempDir(), "nowhere")
	f := serveFront(t, cfg, newHands(t), func(p *device.Parts) { p.Input = nil })
	f.must("out-of-service")
	f.eventually("it is told", func() bool { return f.log.count("touch.absent") == 1 })
	f.log.mu.Lock()
	defer f.log.mu.Unlock()
	if !strings.Contains(f.log.text.String(), string(fault.CodeTouchOpen)) {
		t.Errorf("the log says %s", &f.log.text)
	}
}
