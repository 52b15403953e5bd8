package proof_test

import (
	"bytes"
	"context"
	"regexp"
	"strings"
	"sync"
	"testing"

	"example.org/totem/booking"
	"example.org/totem/kiosk"
	"example.org/totem/privacy"
)

// glass is a screen without light, and who stands before it.
type glass struct {
	t    testing.TB
	ctx  context.Context
	taps chan kiosk.Msg

	mu      sync.Mutex
	screen  kiosk.Screen
	changed chan struct{} // closed at the next screen
}

func newGlass(t testing.TB, ctx context.Context) *glass {
	return &glass{t: t, ctx: ctx, taps: make(chan kiosk.Msg), changed: make(chan struct{})}
}

// Show is the totem's.
func (g *glass) Show(s kiosk.Screen) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.screen = s
	close(g.changed)
	g.changed = make(chan struct{})
}

// Taps is the totem's.
func (g *glass) Taps() <-chan kiosk.Msg { return g.taps }

// sees waits for a screen that is right.
func (g *glass) sees(what string, right func(kiosk.Screen) bool) kiosk.Screen {
	g.t.Helper()
	for {
		g.mu.Lock()
		s, changed := g.screen, g.changed
		g.mu.Unlock()
		if right(s) {
			return s
		}
		select {
		case <-changed:
		case <-g.ctx.Done():
			g.t.Fatalf("the screen is %q, want %s", s.Name, what)
		}
	}
}

// must waits for a screen of one of the names.
func (g *glass) must(names ...string) kiosk.Screen {
	g.t.Helper()
	return g.sees(strings.Join(names, " or "), func(s kiosk.Screen) bool {
		for _, name := range names {
			if s.Name == name {
				return true
			}
		}
		return false
	})
}

// say says messages, and returns when the totem has done what could be done at once.
func (g *glass) say(messages ...kiosk.Msg) {
	g.t.Helper()
	for _, m := range append(messages, kiosk.Touched{}) {
		select {
		case g.taps <- m:
		case <-g.ctx.Done():
			g.t.Fatalf("the totem does not answer on the screen %q", g.screen.Name)
		}
	}
}

// nudge has the totem look at its clock, and touches nothing.
func (g *glass) nudge() {
	g.t.Helper()
	for range 2 {
		select {
		case g.taps <- kiosk.HeadsetChanged{}:
		case <-g.ctx.Done():
			g.t.Fatal("the totem does not answer")
		}
	}
}

// touch waits until the control that says m is there, and touches it.
func (g *glass) touch(m kiosk.Msg) {
	g.t.Helper()
	g.touchOne("a control", func(tap kiosk.Msg) bool { return tap == m })
}

func (g *glass) touchOne(what string, fits func(kiosk.Msg) bool) kiosk.Msg {
	g.t.Helper()
	var tap kiosk.Msg
	g.sees(what, func(s kiosk.Screen) bool {
		box, ok := s.Root.Find(func(b kiosk.Box) bool { return b.Tap != nil && !b.Off && fits(b.Tap) })
		tap = box.Tap
		return ok
	})
	g.say(tap)
	return tap
}

// last touches the last control that fits on a screen.
func (g *glass) last(screen string, fits func(kiosk.Msg) bool) {
	g.t.Helper()
	var last kiosk.Msg
	for b := range g.must(screen).Root.All() {
		if b.Tap != nil && !b.Off && fits(b.Tap) {
			last = b.Tap
		}
	}
	g.say(last)
}

func (g *glass) types(signs string) {
	g.t.Helper()
	for _, sign := range signs {
		g.say(kiosk.Type{Sign: sign})
	}
}

// leaves ends the conversation.
func (g *glass) leaves() {
	g.t.Helper()
	g.say(kiosk.Finish{})
	g.must("start")
}

// takesLate takes the last place of today that a service has, and leaves the screen that says so open.
func (g *glass) takesLate(service booking.ServiceID) {
	g.t.Helper()
	g.touch(kiosk.ChooseService{Service: service})
	g.takesLast()
}

func (g *glass) takesLast() {
	g.t.Helper()
	var last kiosk.Msg
	for b := range g.must("times").Root.All() {
		if _, ok := b.Tap.(kiosk.ChooseTime); ok && !b.Off {
			last = b.Tap
		}
	}
	if last != nil {
		g.say(last)
	}
	g.touchOne("a time to take", func(m kiosk.Msg) bool { _, ok := m.(kiosk.TakeTime); return ok })
	g.must("take")
}

// gives types a contact where a choice is shown, and does not send it yet.
func (g *glass) gives(channel privacy.Channel, contact string) {
	g.t.Helper()
	g.touch(kiosk.Choose{Yes: true})
	g.must("contact")
	g.say(kiosk.SetChannel{Channel: channel})
	g.types(contact)
}

// finds leads to the ticket of a code.
func (g *glass) finds(code booking.Code) kiosk.Screen {
	g.t.Helper()
	g.say(kiosk.OpenTicket{})
	g.types(string(code))
	return g.must("own")
}

// What stands on a ticket's slip, and on the strip with the number of a consent.
var (
	typedCode = regexp.MustCompile(`\d{4} \d{4} \d{4}`)
	receipt   = regexp.MustCompile(`([0-9a-f]{4} ){3}[0-9a-f]{4}`)
)

// journal is a log that is read while it is written.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(p)
}

func (j *journal) bytes() []byte {
	j.mu.Lock()
	defer j.mu.Unlock()
	return bytes.Clone(j.text.Bytes())
}
