package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"example.org/totem/booking"
	"example.org/totem/internal/papersim"
)

// tourLimit is how long the whole tour may take; what is not done by then has gone wrong.
const tourLimit = 4 * time.Minute

// tour is a row of scripted citizens, one after the other at one totem.
type tour struct {
	w     *world
	c     *citizen
	out   io.Writer
	taken []taken
	due   time.Time // when a reminder goes out; zero: none does
}

// takeTour takes the walks that are wanted and writes what happened to the tour's folder. The whole tour of an upright
// panel has a wide one beside it.
func (w *world) takeTour(ctx context.Context, o options, out io.Writer) error {
	ctx, cancel := context.WithTimeout(ctx, tourLimit)
	defer cancel()
	list, err := chosen(o.walks)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "tour: %s, %s\n", w.office.Office.Name.In("it"), w.local(w.clock.Now()).Format("Monday 2 January 2006, 15:04"))
	t := &tour{w: w, c: &citizen{w: w, out: out}, out: out}
	for i, one := range list {
		t.say("%d of %d: %s", i+1, len(list), one.who)
		if err := one.do(t, ctx); err != nil {
			return fmt.Errorf("the tour's walk %q: %w", one.name, err)
		}
	}
	if err := t.report(ctx, o.tourFolder()); err != nil {
		return err
	}
	if o.walks != "" || o.wide() {
		return nil
	}
	return wideTour(ctx, o, out)
}

func (t *tour) say(format string, args ...any) {
	fmt.Fprintf(t.out, "%s  %s\n", t.w.local(t.w.clock.Now()).Format("15:04:05"), fmt.Sprintf(format, args...))
}

// wideTour takes a short tour of a wide panel, in a process of its own: a process has one window.
func wideTour(ctx context.Context, o options, out io.Writer) error {
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("take the tour of a wide panel: %w", err)
	}
	fmt.Fprintln(out, "and on a wide panel:")
	c := exec.CommandContext(ctx, self, "--tour", "--walks", "first,english", "--size", "1920x1080", "--out", o.out, "--office", o.office,
		"--printer", o.printer, "--now", o.now)
	c.Stdout, c.Stderr, c.Env = out, out, os.Environ()
	if o.ownDisplay { // which is as large as the upright panel, and no larger
		c.Env = append(c.Env, "DISPLAY=")
	}
	if err := c.Run(); err != nil {
		return fmt.Errorf("take the tour of a wide panel: %w", err)
	}
	return nil
}

// tourFolder is where the tour writes.
func (o options) tourFolder() string {
	if o.wide() {
		return filepath.Join(o.out, "tour-wide")
	}
	return filepath.Join(o.out, "tour")
}

// wide reports whether the panel is wider than high.
func (o options) wide() bool {
	width, height, err := panelSize(o.size)
	return err == nil && width > height
}

// codeOf returns the code of a ticket as its citizen has it: written down from the screen, or on the slip.
func (t *tour) codeOf(ctx context.Context, one taken) (booking.Code, error) {
	if one.Code != "" {
		return one.Code, nil
	}
	slip, err := t.w.slip(ctx, one.Slip)
	if err != nil {
		return "", fmt.Errorf("wait for slip %d: %w", one.Slip, err)
	}
	code, err := booking.ParseCode(string(typedCode.Find(slip.Bytes)))
	if err != nil {
		return "", fmt.Errorf("read the typed code of slip %d: %w", one.Slip, err)
	}
	return code, nil
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

// walkNames are the names of all walks, for the help.
func walkNames() string {
	var names []string
	for _, one := range walks() {
		names = append(names, one.name)
	}
	return strings.Join(names, ", ")
}
