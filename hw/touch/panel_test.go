package touch_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"example.org/totem/hw/evdev"
	"example.org/totem/hw/touch"
	"example.org/totem/hw/touch/calibration"
	"example.org/totem/hw/touch/contact"
	"example.org/totem/internal/fault"
)

// source is a panel whose frames a test gives.
type source struct {
	frames chan contact.Frame
	failed chan error
	closed chan struct{}
	lent   []contact.Contact // which are the source's again with the next Read
}

func newSource() *source {
	return &source{frames: make(chan contact.Frame), failed: make(chan error, 1), closed: make(chan struct{})}
}

func (s *source) Read() (contact.Frame, error) {
	clear(s.lent)
	select {
	case f := <-s.frames:
		s.lent = slices.Clone(f.Contacts)
		f.Contacts = s.lent
		return f, nil
	case err := <-s.failed:
		return contact.Frame{}, err
	case <-s.closed:
		return contact.Frame{}, io.ErrClosedPipe
	}
}

func (s *source) Close() error {
	select {
	case <-s.closed:
	default:
		close(s.closed)
	}
	return nil
}

// desk is a panel that runs, and what it told.
type desk struct {
	*source
	mu   sync.Mutex
	said []string // fingers and states, in order
	logs bytes.Buffer
	stop context.CancelFunc
	done chan struct{}
}

// at starts a panel on one source that has told that nothing is on the glass.
func start(t *testing.T, change func(*touch.Config)) *desk {
	t.Helper()
	d := &desk{source: newSource(), done: make(chan struct{})}
	cfg := touch.Config{Open: func() (contact.Source, error) { return d.source, nil }}
	d.run(t, cfg, change)
	d.show()
	return d
}

func (d *desk) say(what string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.said = append(d.said, what)
}

func (d *desk) run(t *testing.T, cfg touch.Config, change func(*touch.Config)) {
	t.Helper()
	phases := map[touch.Phase]string{touch.Press: "press", touch.Move: "move", touch.Release: "release", touch.Cancel: "cancel"}
	cfg.Touch = func(f touch.Finger) { d.say(fmt.Sprintf("%s %.4g %.4g", phases[f.Phase], f.X, f.Y)) }
	cfg.Changed = func(s touch.State, err error) {
		name := map[touch.State]string{touch.Works: "works", touch.Silent: "silent", touch.Stuck: "stuck"}[s]
		if f, ok := errors.AsType[*fault.Fault](err); ok {
			name += " " + string(f.Code)
		}
		d.say(name)
	}
	cfg.Log = slog.New(slog.NewTextHandler(&d.logs, nil))
	if change != nil {
		change(&cfg)
	}
	p, err := touch.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	d.stop = stop
	go func() {
		defer close(d.done)
		p.Run(ctx)
	}()
	synctest.Wait()
}

// show has the panel tell what is on the glass.
func (d *desk) show(contacts ...contact.Contact) {
	d.frames <- contact.Frame{Contacts: contacts}
	synctest.Wait()
}

// told returns what was said since it was asked last.
func (d *desk) told() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	said := strings.Join(d.said, ", ")
	d.said = nil
	return said
}

// pass lets time go by.
func pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

func (d *desk) end() { d.stop(); <-d.done }

func (d *desk) want(t *testing.T, want string) {
	t.Helper()
	if got := d.told(); got != want {
		t.Errorf("told %q, want %q", got, want)
	}
}

func finger(id int32, x, y float64) contact.Contact { return contact.Contact{ID: id, X: x, Y: y} }

func TestOneFingerPressesMovesAndIsLifted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := start(t, nil)
		defer d.end()
		d.want(t, "works")
		d.show(finger(1, 0.25, 0.5))
		d.show(finger(1, 0.25, 0.5))
		d.show(finger(1, 0.5, 0.5))
		d.show()
		d.show()
		d.want(t, "press 0.25 0.5, move 0.5 0.5, release 0.5 0.5")
		d.show(finger(2, 0.1, 0.1))
		d.show(finger(3, 0.2, 0.2)) // lifted and another one within a frame
		d.show()
		d.want(t, "press 0.1 0.1, release 0.1 0.1, press 0.2 0.2, release 0.2 0.2")
	})
}

func TestSecondFingersAreLeftOutUntilTheyAreLifted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := start(t, nil)
		defer d.end()
		d.told()
		one, two, three := finger(1, 0.1, 0.1), finger(2, 0.5, 0.5), finger(3, 0.7, 0.7)
		d.show(one)
		d.show(two, one)
		d.show(finger(2, 0.6, 0.6), one)
		d.show(two)
		d.show(finger(2, 0.6, 0.6))
		d.want(t, "press 0.1 0.1, release 0.1 0.1")
		d.show(two, three) // what is left out does not keep others from touching
		d.show(three)
		d.show()
		d.want(t, "press 0.7 0.7, release 0.7 0.7")
		d.show(finger(9, 0.9, 0.9), finger(8, 0.8, 0.8)) // at once: the first that the panel numbered
		d.show()
		d.want(t, "press 0.8 0.8, release 0.8 0.8")
	})
}

func TestARestingHandDoesNotKeepAFingerFromTouching(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := start(t, nil)
		defer d.end()
		d.told()
		hand, one := finger(1, 0.9, 0.9), finger(2, 0.5, 0.5)
		d.show(hand)
		pass(1900 * time.Millisecond)
		d.show(hand, one)
		d.show(hand)
		d.want(t, "press 0.9 0.9")
		pass(100 * time.Millisecond)
		d.show(hand, finger(3, 0.5, 0.5))
		d.show(finger(1, 0.91, 0.9), finger(3, 0.5, 0.5))
		d.show(hand)
		d.want(t, "cancel 0.9 0.9, press 0.5 0.5, release 0.5 0.5")
		d.show()
		d.want(t, "")
	})
}

func TestATouchThatDoesNotEndIsStuckAndAnotherFingerWorks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := start(t, nil)
		defer d.end()
		d.told()
		spot := finger(1, 0.9, 0.9)
		d.show(spot)
		pass(29 * time.Second)
		d.show(finger(1, 0.8, 0.9)) // a drop of water wanders
		d.want(t, "press 0.9 0.9, move 0.8 0.9")
		pass(time.Second)
		d.want(t, "cancel 0.8 0.9, stuck T701")
		d.show(spot, finger(2, 0.5, 0.5))
		d.show(spot)
		d.want(t, "press 0.5 0.5, release 0.5 0.5")
		d.show()
		d.want(t, "works")
		pass(time.Hour)
		d.want(t, "")
		if logs := d.logs.String(); strings.Count(logs, "touch.stuck") != 1 || strings.Count(logs, "touch.back") != 1 || strings.Contains(logs, "0.9") {
			t.Error(logs)
		}
	})
}

func TestWhatIsLeftOutMayBeStuckToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := start(t, func(c *touch.Config) { c.Still = 5 * time.Second })
		defer d.end()
		d.told()
		d.show(finger(1, 0.1, 0.1))
		pass(time.Second)
		d.show(finger(1, 0.1, 0.1), finger(2, 0.5, 0.5))
		pass(time.Second)
		d.show(finger(2, 0.5, 0.5))
		pass(4 * time.Second)
		d.want(t, "press 0.1 0.1, release 0.1 0.1, stuck T701")
		d.show(contact.Contact{ID: 2, Palm: true})
		d.want(t, "works") // a palm may stay
	})
}

func TestAPalmAndWhatHoversAreNoFinger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := start(t, nil)
		defer d.end()
		d.told()
		palm, hover := contact.Contact{ID: 1, X: 0.5, Palm: true}, contact.Contact{ID: 2, X: 0.5, Hover: true}
		d.show(palm)
		d.show(palm, hover)
		pass(time.Hour)
		d.show(hover)
		d.want(t, "")
		d.show(finger(2, 0.5, 0)) // what hovered comes down
		d.show(hover)
		d.want(t, "press 0.5 0, release 0.5 0")
		d.show(finger(3, 0.25, 0))
		d.show(contact.Contact{ID: 3, X: 0.3, Palm: true}) // the panel has thought better of it
		d.show(finger(3, 0.25, 0))
		d.show()
		d.want(t, "press 0.25 0, cancel 0.25 0")
	})
}

func TestWhereFramesWereLostNothingWasMeant(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := start(t, nil)
		defer d.end()
		d.told()
		d.show(finger(1, 0.1, 0.1))
		d.frames <- contact.Frame{Lost: true, Contacts: []contact.Contact{finger(1, 0.1, 0.1), finger(2, 0.2, 0.2)}}
		synctest.Wait()
		d.show(finger(1, 0.3, 0.1), finger(2, 0.2, 0.2))
		d.show(finger(2, 0.2, 0.2))
		d.want(t, "press 0.1 0.1, cancel 0.1 0.1")
		d.show(finger(2, 0.2, 0.2), finger(3, 0.5, 0.5))
		d.show()
		d.want(t, "press 0.5 0.5, release 0.5 0.5")
	})
}

func TestPlacesGoThroughTheMatrixAndStayOnTheGlass(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := start(t, func(c *touch.Config) { c.Matrix = calibration.Matrix{0, -1, 1, 1, 0, 0} }) // a quarter clockwise
		defer d.end()
		d.told()
		d.show(finger(1, 0.25, 0.1))
		d.show(finger(1, 0.999, 0.4))
		d.show()
		d.want(t, "press 0.9 0.25, move 0.6 0.999, release 0.6 0.999")
	})
	synctest.Test(t, func(t *testing.T) {
		var last touch.Finger
		d := start(t, func(c *touch.Config) {
			c.Matrix = calibration.Matrix{1.1, 0, -0.05, 0, 1.1, -0.05} // the panel reaches beyond the glass
			c.Touch = func(f touch.Finger) { last = f }
		})
		defer d.end()
		d.show(finger(1, 0, 0.999))
		if last.X != 0 || last.Y >= 1 || last.Y < 0.999 {
			t.Errorf("%v", last)
		}
	})
}

func TestAPanelThatLacksWhatItNeedsIsRefused(t *testing.T) {
	good := touch.Config{Open: func() (contact.Source, error) { return nil, nil }, Touch: func(touch.Finger) {}}
	for name, change := range map[string]func(*touch.Config){
		"no opener": func(c *touch.Config) { c.Open = nil }, "nobody to tell": func(c *touch.Config) { c.Touch = nil },
		"rest": func(c *touch.Config) { c.Rest = -1 }, "still": func(c *touch.Config) { c.Still = -1 },
		"matrix": func(c *touch.Config) { c.Matrix = calibration.Matrix{math.NaN(), 0, 0, 0, 1, 0} },
	} {
		bad := good
		change(&bad)
		if _, err := touch.New(bad); err == nil {
			t.Errorf("%s: not refused", name)
		}
	}
	if _, err := touch.New(good); err != nil {
		t.Error(err)
	}
}

func TestFastTapsOfARealPanelThroughAPipeAreTakenOneByOne(t *testing.T) {
	r, ok := recordings(t)["Atmel_maXTouch_Touchscreen.1-finger-fast-taps"]
	if !ok {
		t.Skip("the recording of fast taps is not there")
	}
	synctest.Test(t, func(t *testing.T) {
		d := &desk{done: make(chan struct{})}
		out, in := io.Pipe()
		open := func() (contact.Source, error) { return touch.NewReader(evdev.Describe(out, r.Info, evdev.Narrow)) }
		d.run(t, touch.Config{Open: open}, nil)
		for _, b := range stream(r.Events, evdev.Narrow) { // torn as much as can be
			if _, err := in.Write([]byte{b}); err != nil {
				t.Fatal(err)
			}
		}
		synctest.Wait()
		d.end()
		want := "works"
		for _, m := range changes(plain(t, r.events)) {
			for _, s := range m.spots {
				place := fmt.Sprintf("%.4g %.4g", float64(s.x)/800, float64(s.y)/480)
				want += ", press " + place + ", release " + place
			}
		}
		d.want(t, want)
	})
}
