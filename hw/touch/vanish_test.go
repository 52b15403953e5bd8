package touch_test

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"example.org/totem/hw/evdev"
	"example.org/totem/hw/touch"
	"example.org/totem/hw/touch/contact"
	"example.org/totem/internal/fault"
)

func TestAPanelThatVanishesIsLookedForAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		var mu sync.Mutex
		var tries []time.Duration
		var there atomic.Pointer[source] // nil: no panel
		open := func() (contact.Source, error) {
			mu.Lock()
			tries = append(tries, time.Since(began))
			mu.Unlock()
			if s := there.Load(); s != nil {
				return s, nil
			}
			return nil, fault.New(fault.CodeTouchOpen, nil, "", "there is none")
		}
		d := &desk{done: make(chan struct{})}
		d.run(t, touch.Config{Open: open}, nil)
		pass(20 * time.Second)
		tried := func() (after []time.Duration) {
			mu.Lock()
			defer mu.Unlock()
			after, tries, began = tries, nil, time.Now()
			return after
		}
		ms := time.Millisecond
		if got, want := tried(), []time.Duration{0, 250 * ms, 750 * ms, 1750 * ms, 3750 * ms, 7750 * ms, 11750 * ms, 15750 * ms, 19750 * ms}; !slices.Equal(got, want) {
			t.Errorf("tried after %v", got)
		}
		d.want(t, "silent T700")

		first := newSource()
		d.source = first
		there.Store(first)
		pass(4 * time.Second)
		d.show(finger(1, 0.5, 0.5)) // there at the start: nobody knows where it came down
		d.show()
		d.show(finger(2, 0.25, 0.5))
		d.want(t, "works, press 0.25 0.5")
		pass(time.Minute)
		d.want(t, "cancel 0.25 0.5, stuck T701")
		there.Store(nil)
		tried()
		first.failed <- evdev.ErrGone
		synctest.Wait()
		d.want(t, "silent T701")
		pass(time.Second)
		if got, want := tried(), []time.Duration{250 * ms, 750 * ms}; !slices.Equal(got, want) {
			t.Errorf("tried after %v", got)
		}
		select {
		case <-first.closed:
		default:
			t.Error("the panel that failed was not closed")
		}

		second := newSource()
		d.source = second
		there.Store(second)
		pass(time.Second)
		d.show()
		d.show(finger(1, 0.5, 0.5))
		second.failed <- evdev.ErrGone
		synctest.Wait()
		d.want(t, "works, press 0.5 0.5, cancel 0.5 0.5, silent T701")
		d.end()
		if logs := d.logs.String(); strings.Count(logs, "touch.absent") != 3 || strings.Count(logs, "touch.back") != 2 {
			t.Error(logs)
		}
	})
}

func TestWhenItEndsNoTouchIsLeftOpenAndNothingRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // fails when a goroutine is left
		d := start(t, nil)
		d.show(finger(1, 0.5, 0.5))
		d.end()
		<-d.closed
		d.want(t, "works, press 0.5 0.5, cancel 0.5 0.5")
	})
}
