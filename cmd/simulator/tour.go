package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"example.org/totem/booking"
	"example.org/totem/internal/papersim"
	"example.org/totem/kiosk"
	"example.org/totem/locale"
	"example.org/totem/ui"
)

// tourLimit is how long the whole tour may take; what is not done by then has gone wrong.
const tourLimit = 50 * time.Second

// visit is what one citizen of the tour wants.
type visit struct {
	lang  locale.Lang // "" for the one on the screen
	queue int         // which of the services that can be had, counted by queues from 0
	later bool        // another time than the first free one
}

// citizen is a scripted citizen: sees only the screen, touches only what is painted there, and no faster than a person
// does: the window takes quicker touches for those of a shaking hand.
type citizen struct {
	w     *world
	out   io.Writer
	taps  int
	ready <-chan time.Time // for the next touch; nil: at once
}

const pace = 600 * time.Millisecond

// taken is what a visit ended with, as the citizen read it.
type taken struct {
	Number  booking.Number
	Service booking.ServiceID
	Taps    int    // from the start screen until the slip was there
	Bytes   []byte // that arrived at the printer meanwhile
}

// takeTour lets two citizens take a ticket each, a third look around, and writes what happened to out/tour.
func (w *world) takeTour(ctx context.Context, o options, out io.Writer) error {
	ctx, cancel := context.WithTimeout(ctx, tourLimit)
	defer cancel()
	dir := filepath.Join(o.out, "tour")
	fmt.Fprintf(out, "tour: %s, %s\n", w.office.Office.Name.In("it"), w.local(w.clock.Now()).Format("Monday 2 January 2006, 15:04"))
	var all []taken
	c := &citizen{w: w, out: out}
	for _, v := range []visit{{queue: 0, later: true}, {queue: 1, lang: locale.English}} {
		t, err := c.visit(ctx, v)
		if err != nil {
			return fmt.Errorf("the tour's citizen %d: %w", len(all)+1, err)
		}
		all = append(all, t)
	}
	if err := c.lookAround(ctx); err != nil {
		return fmt.Errorf("the tour's last citizen: %w", err)
	}
	return w.report(ctx, dir, all, out)
}

func (c *citizen) visit(ctx context.Context, v visit) (taken, error) {
	screen, err := c.w.glass.await(ctx, named("start"))
	if err != nil {
		return taken{}, err
	}
	c.taps = 0
	before := len(c.w.paper.Received())
	c.say("reads %q", text(screen.Root, kiosk.RoleTitle))
	if v.lang != "" {
		if screen, err = c.touch(ctx, screen, says(kiosk.SetLanguage{Lang: v.lang}), func(s kiosk.Screen) bool { return s.Lang == v.lang }); err != nil {
			return taken{}, err
		}
	}
	service, ok := c.service(screen, v.queue)
	if !ok {
		return taken{}, fmt.Errorf("no service of queue %d can be had", v.queue)
	}
	if screen, err = c.touch(ctx, screen, is(service.ID), named("times")); err != nil {
		return taken{}, err
	}
	if v.later {
		before := text(screen.Root, kiosk.RolePrimary)
		changed := func(s kiosk.Screen) bool { return s.Name == "times" && text(s.Root, kiosk.RolePrimary) != before }
		if screen, err = c.touch(ctx, screen, control(kiosk.RoleHour), changed); err != nil {
			return taken{}, err
		}
	}
	if screen, err = c.touch(ctx, screen, control(kiosk.RolePrimary), named("take")); err != nil {
		return taken{}, err
	}
	t := taken{Number: booking.Number(text(screen.Root, kiosk.RoleNumber)), Service: service.Tap.(kiosk.ChooseService).Service, Taps: c.taps,
		Bytes: c.w.paper.Received()[before:]}
	c.say("takes the slip %s, %s", t.Number, text(screen.Root, kiosk.RoleWhen))
	_, err = c.touch(ctx, screen, control(kiosk.RolePrimary), named("start"))
	return t, err
}

// lookAround tries the access keys, reads the times of a service and goes away without a ticket.
func (c *citizen) lookAround(ctx context.Context) error {
	screen, err := c.w.glass.await(ctx, named("start"))
	for _, step := range []struct {
		touch func(kiosk.Box) bool
		leads func(kiosk.Screen) bool
	}{
		{says(kiosk.ToggleContrast{}), func(s kiosk.Screen) bool { return s.Contrast }},
		{control(kiosk.RoleService), named("times")},
		{says(kiosk.OpenHelp{}), named("help")},
		{says(kiosk.GoBack{}), named("times")},
		{says(kiosk.GoBack{}), named("start")},
		{says(kiosk.ToggleContrast{}), func(s kiosk.Screen) bool { return !s.Contrast }},
	} {
		if err != nil {
			return err
		}
		screen, err = c.touch(ctx, screen, step.touch, step.leads)
	}
	if err == nil {
		c.say("goes away; nothing is left of the visit")
	}
	return err
}

// service returns the first service of the n-th queue that can be had.
func (c *citizen) service(s kiosk.Screen, n int) (kiosk.Box, bool) {
	var queues []booking.QueueID
	return s.Root.Find(func(b kiosk.Box) bool {
		choose, is := b.Tap.(kiosk.ChooseService)
		if !is || b.Off {
			return false
		}
		service, _ := c.w.office.Office.Service(choose.Service)
		if len(queues) == 0 || queues[len(queues)-1] != service.Queue {
			queues = append(queues, service.Queue)
		}
		return len(queues) == n+1
	})
}

// touch puts a finger on the first box that fits, where it is painted, and waits for the screen that it leads to.
func (c *citizen) touch(ctx context.Context, s kiosk.Screen, fits func(kiosk.Box) bool, leads func(kiosk.Screen) bool) (kiosk.Screen, error) {
	if c.ready != nil {
		<-c.ready
	}
	c.ready = time.After(pace)
	box, ok := s.Root.Find(fits)
	if !ok {
		return s, fmt.Errorf("nothing to touch on the screen %q", s.Name)
	}
	place, ok := c.w.window.Find(box.ID)
	if !ok {
		return s, fmt.Errorf("%q is not painted on the screen %q", box.ID, s.Name)
	}
	middle := place.Min.Add(place.Size().Div(2))
	c.say("touches %q at %d,%d on the screen %q", words(box), middle.X, middle.Y, s.Name)
	c.taps++
	c.w.window.Touch(middle.X, middle.Y, ui.Press)
	c.w.window.Touch(middle.X, middle.Y, ui.Release)
	return c.w.glass.await(ctx, leads)
}

func (c *citizen) say(format string, args ...any) {
	fmt.Fprintf(c.out, "%s  the citizen %s\n", c.w.local(c.w.clock.Now()).Format("15:04:05"), fmt.Sprintf(format, args...))
}

// local returns t as the office's clocks show it.
func (w *world) local(t time.Time) time.Time {
	zone, err := time.LoadLocation(w.office.Office.Zone)
	if err != nil {
		return t
	}
	return t.In(zone)
}

// watchSlips writes every slip that comes out to a file and says so, until ctx ends.
func (w *world) watchSlips(ctx context.Context, o options, out io.Writer) error {
	dir := filepath.Join(o.out, "slips")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	fmt.Fprintf(out, "%s is open. The mouse is your finger; slips land in %s.\n", w.office.Office.Name.In("it"), dir)
	for n := 1; ; n++ {
		slip, err := w.slip(ctx, n)
		if err != nil {
			return nil // the window was closed
		}
		name := filepath.Join(dir, fmt.Sprintf("slip-%d.png", n))
		if err := os.WriteFile(name, slip.PNG(), 0o644); err != nil {
			return err
		}
		fmt.Fprintf(out, "%s  slip %d: %s\n", w.local(w.clock.Now()).Format("15:04:05"), n, name)
	}
}

// slip waits for the n-th slip, counted from 1, and returns it.
func (w *world) slip(ctx context.Context, n int) (papersim.Slip, error) {
	look := time.NewTicker(50 * time.Millisecond)
	defer look.Stop()
	for {
		if slips := w.paper.Slips(); len(slips) >= n {
			return slips[n-1], nil
		}
		select {
		case <-look.C:
		case <-ctx.Done():
			return papersim.Slip{}, ctx.Err()
		}
	}
}
