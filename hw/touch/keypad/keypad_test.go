package keypad_test

import (
	"bytes"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"example.org/totem/hw/evdev"
	"example.org/totem/hw/touch/keypad"
)

const ms = time.Millisecond

// play runs a keypad with the usual keys in simulated time, sends it the events and returns what it told after "there".
func play(t *testing.T, cfg keypad.Config, prepare func(*port), events ...[]evdev.Event) (words []string) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		p := newPort()
		if prepare != nil {
			prepare(p)
		}
		var b table
		b.put("pad", p)
		cfg.Paths, cfg.Open = []string{"pad"}, b.open
		said, stop := run(t, cfg)
		defer stop()
		synctest.Wait()
		for _, e := range events {
			p.send(t, e...)
		}
		synctest.Wait()
		words = said.take()
		if len(words) == 0 || words[0] != "there" {
			t.Fatalf("told %q", words)
		}
		words = words[1:]
	})
	return words
}

func expect(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("told %q, want %q", got, want)
	}
}

func TestKeysAreToldByTheirMeaning(t *testing.T) {
	got := play(t, keypad.Config{}, nil, struck(t, 1000*ms, "KEY_DOWN"), struck(t, 1100*ms, "KEY_F13"), struck(t, 1200*ms, "KEY_ENTER"),
		struck(t, 1300*ms, "KEY_F23"), struck(t, 1400*ms, "KEY_HELP"), struck(t, 1500*ms, "KEY_VOLUMEUP"), struck(t, 1600*ms, "KEY_KP7"),
		struck(t, 1700*ms, "KEY_0"))
	expect(t, got, "next", "previous", "select", "back", "repeat", "louder", "7", "0")
}

func TestAKeyThatMeansNothingIsLeftOut(t *testing.T) {
	got := play(t, keypad.Config{}, nil, struck(t, 0, "KEY_A"), struck(t, 100*ms, "KEY_LEFTSHIFT"), struck(t, 200*ms, "BTN_LEFT"),
		[]evdev.Event{{Type: evdev.TypeAbs, Code: 28, Value: 1}, {Type: 77, Code: 28, Value: 1}}, struck(t, 300*ms, "KEY_UP"))
	expect(t, got, "previous")
}

func TestAKeyHeldForAMinuteSaysOneThing(t *testing.T) {
	events := [][]evdev.Event{key(t, 0, "KEY_ENTER", 1)}
	for at := 250 * ms; at < time.Minute; at += 33 * ms {
		events = append(events, key(t, at, "KEY_ENTER", 2))
	}
	events = append(events, key(t, time.Minute, "KEY_ENTER", 0))
	expect(t, play(t, keypad.Config{}, nil, events...), "select")
}

func TestAKeyCountsAgainOnlyAfterItCameUp(t *testing.T) {
	down := func(at time.Duration) []evdev.Event { return key(t, at, "KEY_ENTER", 1) }
	expect(t, play(t, keypad.Config{}, nil, down(0), down(time.Second), down(2*time.Second)), "select")
	held := func(p *port) { p.keys = evdev.BitsOf(evdev.KeyEnter) }
	expect(t, play(t, keypad.Config{}, held, down(0), key(t, time.Second, "KEY_ENTER", 0), down(2*time.Second)), "select")
}

func TestKeysHeldTogetherAreToldInTheirOrder(t *testing.T) {
	got := play(t, keypad.Config{}, nil, key(t, 0, "KEY_DOWN", 1), key(t, 10*ms, "KEY_ENTER", 1), key(t, 20*ms, "KEY_ESC", 1),
		key(t, 500*ms, "KEY_ENTER", 0), key(t, 510*ms, "KEY_DOWN", 0), key(t, 520*ms, "KEY_ESC", 0))
	expect(t, got, "next", "select", "back")
}

func TestSomebodyInAHurryLosesNoStep(t *testing.T) {
	var events [][]evdev.Event
	for i := range time.Duration(20) { // eight strikes a second, each as long as the time to the next
		events = append(events, key(t, i*125*ms, "KEY_DOWN", 1), key(t, i*125*ms+63*ms, "KEY_DOWN", 0))
	}
	if got := play(t, keypad.Config{}, nil, events...); len(got) != 20 {
		t.Errorf("%d of 20 counted", len(got))
	}
}

func TestAWornKeyCountsOnce(t *testing.T) {
	got := play(t, keypad.Config{}, nil,
		key(t, 0, "KEY_DOWN", 1), key(t, 3*ms, "KEY_DOWN", 0), key(t, 5*ms, "KEY_DOWN", 1), key(t, 9*ms, "KEY_DOWN", 0),
		key(t, 45*ms, "KEY_DOWN", 1),                                                                // it chatters as it goes down …
		key(t, 900*ms, "KEY_DOWN", 0), key(t, 905*ms, "KEY_DOWN", 1), key(t, 910*ms, "KEY_DOWN", 0), // … and as it comes up
		key(t, 1200*ms, "KEY_DOWN", 1))
	expect(t, got, "next", "next")
}

func TestATremblingHandIsHeardOnceWithinTheGuard(t *testing.T) {
	var events [][]evdev.Event
	for i := range time.Duration(5) { // at 0, 120, 240, 360 and 480 ms
		events = append(events, struck(t, i*120*ms, "KEY_DOWN"))
	}
	events = append(events, struck(t, 520*ms+50*ms, "KEY_DOWN"), struck(t, 600*ms, "KEY_UP"), struck(t, 700*ms, "KEY_DOWN"))
	expect(t, play(t, keypad.Config{Guard: 500 * ms}, nil, events...), "next", "next", "previous", "next")
}

func TestAHeadsetThatIsInAtTheStartIsTold(t *testing.T) {
	held := func(name string) func(*port) {
		return func(p *port) {
			if in := input(t, name); in.Type == evdev.TypeSwitch {
				p.switches = evdev.BitsOf(in.Code)
			} else {
				p.keys = evdev.BitsOf(in.Code)
			}
		}
	}
	expect(t, play(t, keypad.Config{}, held("SW_HEADPHONE_INSERT")), "plug in")
	keys, err := keypad.ParseKeys("headset=KEY_F9")
	if err != nil {
		t.Fatal(err)
	}
	expect(t, play(t, keypad.Config{Keys: keys}, held("KEY_F9"), key(t, 0, "KEY_F9", 2), key(t, ms, "KEY_F9", 0)), "plug in", "plug out")
	expect(t, play(t, keypad.Config{}, held("KEY_ENTER"), key(t, 0, "KEY_ENTER", 2), key(t, ms, "KEY_ENTER", 0),
		struck(t, 900*ms, "KEY_ENTER")), "select")
}

func TestAHeadsetIsToldByEachKindOfPlug(t *testing.T) {
	expect(t, play(t, keypad.Config{}, nil, key(t, 0, "SW_HEADPHONE_INSERT", 1), key(t, ms, "SW_JACK_PHYSICAL_INSERT", 1),
		key(t, 2*ms, "SW_HEADPHONE_INSERT", 0), key(t, 3*ms, "SW_JACK_PHYSICAL_INSERT", 0)), "plug in", "plug out")
	expect(t, play(t, keypad.Config{}, nil, struck(t, 0, "KEY_F15"), struck(t, 300*ms, "KEY_F15"), struck(t, 310*ms, "KEY_F16"),
		struck(t, 320*ms, "KEY_F15"), struck(t, 900*ms, "KEY_F16"), struck(t, 1900*ms, "KEY_F16")), "plug in", "plug out", "plug in", "plug out")
}

func TestLostEventsLiftAllKeysAndTheStateIsAskedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPort()
		var b table
		b.put("pad", p)
		said, stop := run(t, keypad.Config{Paths: []string{"pad"}, Open: b.open})
		defer stop()
		p.send(t, key(t, 0, "KEY_DOWN", 1)...)
		synctest.Wait()
		expect(t, said.take(), "there", "next")

		p.send(t, dropped(time.Second)...)
		p.send(t, struck(t, time.Second, "KEY_ENTER")[:2]...) // part of a moment that is not whole
		synctest.Wait()
		p.mu.Lock()
		p.switches = evdev.BitsOf(evdev.SwHeadphoneInsert)
		p.keys = evdev.BitsOf(input(t, "KEY_ESC").Code)
		p.mu.Unlock()
		p.send(t, report(time.Second)...)
		synctest.Wait()
		expect(t, said.take(), "plug in")

		p.send(t, key(t, 2*time.Second, "KEY_ESC", 0)...) // held since before: it says nothing
		p.send(t, key(t, 2*time.Second, "KEY_DOWN", 1)...)
		p.send(t, key(t, 3*time.Second, "KEY_ESC", 1)...)
		p.send(t, report(4*time.Second)...)
		synctest.Wait()
		expect(t, said.take(), "next", "back")
	})
}

func TestAKeypadThatGoesAwayIsLookedForAndItsHeadsetIsOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var b table
		var log bytes.Buffer
		said, stop := run(t, keypad.Config{Paths: []string{"pad"}, Open: b.open, Log: slog.New(slog.NewTextHandler(&log, nil))})
		synctest.Wait()
		expect(t, said.take(), "gone")
		time.Sleep(10 * time.Second)
		expect(t, said.take())

		first := newPort()
		b.put("pad", first)
		time.Sleep(2 * time.Second)
		first.send(t, key(t, 0, "SW_HEADPHONE_INSERT", 1)...)
		first.send(t, key(t, 0, "KEY_DOWN", 1)...)
		synctest.Wait()
		expect(t, said.take(), "there", "plug in", "next")
		if !first.grabbed {
			t.Error("it was not taken for this program alone")
		}
		first.pull()
		synctest.Wait()
		expect(t, said.take(), "plug out", "gone") // in this order: nothing private may be heard any more, whatever else there is to do

		second := newPort()
		second.busy = true
		b.put("pad", second)
		time.Sleep(2 * time.Second)
		expect(t, said.take())
		third := newPort()
		b.put("pad", third)
		time.Sleep(2 * time.Second)
		third.send(t, struck(t, 0, "KEY_DOWN")...) // the time begins anew
		synctest.Wait()
		expect(t, said.take(), "there", "next")
		stop()
		if !third.isClosed() || !second.isClosed() || len(said.take()) > 0 {
			t.Error("it was not given back, or something was told in the end")
		}
		lines := log.String()
		if strings.Count(lines, "keypad.absent") != 2 || strings.Count(lines, "keypad.back") != 2 || strings.Count(lines, "T702") != 2 {
			t.Errorf("the log:\n%s", lines)
		}
		for _, word := range []string{"KEY_", "next", "DOWN"} {
			if strings.Contains(lines, word) {
				t.Errorf("the log tells of a key: %q in\n%s", word, lines)
			}
		}
	})
}

func TestAKeypadMayBeSeveralDevices(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var b table
		keys, wheel := newPort(), newPort()
		b.put("keys", keys)
		said, stop := run(t, keypad.Config{Paths: []string{"keys", "wheel", "keys"}, Open: b.open})
		defer stop()
		synctest.Wait()
		expect(t, said.take(), "gone")
		keys.send(t, struck(t, 0, "KEY_ENTER")...) // what is there works
		b.put("wheel", wheel)
		time.Sleep(time.Second)
		wheel.send(t, struck(t, time.Second, "KEY_VOLUMEUP")...)
		wheel.send(t, key(t, time.Second, "SW_HEADPHONE_INSERT", 1)...)
		synctest.Wait()
		expect(t, said.take(), "select", "there", "louder", "plug in")
		keys.pull()
		synctest.Wait()
		expect(t, said.take(), "gone")
		wheel.pull()
		synctest.Wait()
		expect(t, said.take(), "plug out")
	})
}

func TestWithoutAKeypadNothingRuns(t *testing.T) {
	pad, err := keypad.New(keypad.Config{})
	if err != nil {
		t.Fatal(err)
	}
	pad.Run(t.Context())
}
