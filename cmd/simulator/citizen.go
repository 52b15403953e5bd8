package main

import (
	"context"
	"fmt"
	"image"
	"io"
	"strings"
	"time"

	"example.org/totem/booking"
	"example.org/totem/kiosk"
	"example.org/totem/locale"
	"example.org/totem/ui"
)

// citizen is a scripted citizen: sees only the screen, touches only what is painted there, and no faster than a person
// does: the window takes quicker touches at one place for those of a shaking hand.
type citizen struct {
	w      *world
	out    io.Writer
	screen kiosk.Screen // as it was seen last
	taps   int          // since the start screen

	at    image.Point // of the last touch
	again <-chan time.Time
	next  <-chan time.Time
}

const (
	pace  = 250 * time.Millisecond // from one touch to the next
	still = 600 * time.Millisecond // where both are at one place
)

// see waits for a screen.
func (c *citizen) see(ctx context.Context, right func(kiosk.Screen) bool) (err error) {
	c.screen, err = c.w.glass.await(ctx, right)
	return err
}

// touch puts a finger on the first box that fits, where it is painted, and waits for the screen that it leads to.
func (c *citizen) touch(ctx context.Context, fits func(kiosk.Box) bool, leads func(kiosk.Screen) bool) error {
	box, ok := c.screen.Root.Find(fits)
	if !ok {
		return fmt.Errorf("nothing to touch on the screen %q", c.screen.Name)
	}
	place, ok := c.w.window.Find(box.ID)
	if !ok {
		return fmt.Errorf("%q is not painted on the screen %q", box.ID, c.screen.Name)
	}
	middle := place.Min.Add(place.Size().Div(2))
	c.wait(middle)
	c.say("touches %q at %d,%d on the screen %q", words(box), middle.X, middle.Y, c.screen.Name)
	c.taps++
	c.w.window.Touch(middle.X, middle.Y, ui.Press)
	c.w.window.Touch(middle.X, middle.Y, ui.Release)
	return c.see(ctx, leads)
}

// wait lets the time pass that a hand needs.
func (c *citizen) wait(at image.Point) {
	if c.next != nil {
		<-c.next
		if d := at.Sub(c.at); d.X*d.X+d.Y*d.Y < 80*80 {
			<-c.again
		}
	}
	c.at, c.next, c.again = at, time.After(pace), time.After(still)
}

// steps are touches in a row: what is touched, and the screen that it leads to.
type step struct {
	touch func(kiosk.Box) bool
	leads func(kiosk.Screen) bool
}

func (c *citizen) walk(ctx context.Context, steps ...step) error {
	for _, s := range steps {
		if err := c.touch(ctx, s.touch, s.leads); err != nil {
			return err
		}
	}
	return nil
}

// typeIn types signs on the keypad; what is typed so far is on the screen after each.
func (c *citizen) typeIn(ctx context.Context, signs string, then func(kiosk.Screen) bool) error {
	typed := 0
	for i, sign := range signs {
		typed++
		leads := func(s kiosk.Screen) bool { return len(typedOn(s)) == typed }
		if i == len(signs)-1 {
			leads = then
		}
		if err := c.touch(ctx, says(kiosk.Type{Sign: sign}), leads); err != nil {
			return err
		}
	}
	return nil
}

// typedOn returns what is typed so far.
func typedOn(s kiosk.Screen) string {
	box, _ := s.Root.Find(func(b kiosk.Box) bool { return b.Role == kiosk.RoleTyped })
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' {
			return r
		}
		return -1
	}, words(box))
}

// in chooses a language.
func in(l locale.Lang) step {
	return step{says(kiosk.SetLanguage{Lang: l}), func(s kiosk.Screen) bool { return s.Lang == l }}
}

// looks is a touch of an access key.
func looks(m kiosk.Msg, want kiosk.Look) step {
	return step{says(m), func(s kiosk.Screen) bool { return s.Look == want }}
}

// begin waits for the start screen and reads it.
func (c *citizen) begin(ctx context.Context) error {
	if err := c.see(ctx, named("start")); err != nil {
		return err
	}
	c.taps = 0
	c.say("reads %q", text(c.screen.Root, kiosk.RoleTitle))
	return nil
}

// choose touches the first service of the n-th queue that can be had, counted from 0, turning pages to find it.
func (c *citizen) choose(ctx context.Context, n int) (booking.ServiceID, error) {
	for range 9 {
		if box, ok := c.service(n); ok {
			return box.Tap.(kiosk.ChooseService).Service, c.touch(ctx, is(box.ID), named("times"))
		}
		before := words(c.screen.Root)
		if err := c.touch(ctx, control(kiosk.RoleMore), func(s kiosk.Screen) bool { return words(s.Root) != before }); err != nil {
			break
		}
	}
	return "", fmt.Errorf("no service of queue %d can be had", n)
}

func (c *citizen) service(n int) (kiosk.Box, bool) {
	var queues []booking.QueueID
	for _, v := range c.w.office.Office.Services {
		if len(queues) == 0 || queues[len(queues)-1] != v.Queue {
			queues = append(queues, v.Queue)
		}
	}
	return c.screen.Root.Find(func(b kiosk.Box) bool {
		choose, is := b.Tap.(kiosk.ChooseService)
		if !is || b.Off || n >= len(queues) {
			return false
		}
		service, _ := c.w.office.Office.Service(choose.Service)
		return service.Queue == queues[n]
	})
}

func (c *citizen) say(format string, args ...any) {
	fmt.Fprintf(c.out, "%s  the citizen %s\n", c.w.local(c.w.clock.Now()).Format("15:04:05"), fmt.Sprintf(format, args...))
}
