package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// glass is a program that fills a screen, seen from in front of it: when its start screen is there, how soon it answers a
// finger, and what it costs meanwhile. Two of them are compared by nothing but their dots, their processes and a finger.
type glass struct {
	name    string
	display string           // the screen that is its own
	command func() *exec.Cmd // starts it
	at      image.Point      // on a control of the start screen; where its dot changes when it is touched
	row     []byte           // the dots of the start screen at that height

	eyes    *display
	running *exec.Cmd
}

// dot is the colour of one dot.
type dot [3]byte

const (
	blink       = 300 * time.Microsecond // between two looks
	aFrame      = 50 * time.Millisecond  // in which a screen may change
	firstAnswer = 250 * time.Millisecond // for which an answer to the first touch is awaited, before there is another
	glassWait   = 60 * time.Second       // for a start screen
	answerWait  = 2 * time.Second        // for an answer to a touch
	calm        = time.Second            // after a start, until everything is done
	rest        = 90 * time.Millisecond  // between touches: whoever draws slowly has noticed by then that the finger went
	alike       = 0.95                   // of a row of dots: its times may be others
)

// nowhere is a place that is no control.
func nowhere() image.Point { return image.Pt(3, 3) }

// open connects to the glass's screen.
func (g *glass) open() (err error) {
	g.eyes, err = openDisplay(g.display)
	return err
}

// start starts the program. Its processes are a session of their own.
func (g *glass) start() error {
	g.running = g.command()
	g.running.Env = append(os.Environ(), "DISPLAY="+g.display)
	g.running.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := g.running.Start(); err != nil {
		return fmt.Errorf("start %s: %w", g.name, err)
	}
	return nil
}

// stop asks the program to end and waits until its screen is empty.
func (g *glass) stop() error {
	if g.running == nil {
		return nil
	}
	all, err := kin(g.running.Process.Pid)
	_ = g.running.Process.Signal(syscall.SIGTERM)
	late := time.AfterFunc(partWait, func() { _ = g.running.Process.Kill() })
	defer late.Stop()
	_ = g.running.Wait() // a browser that was asked to end may say anything
	for _, pid := range all {
		if pid != g.running.Process.Pid {
			_ = syscall.Kill(pid, syscall.SIGKILL) // what it left behind
		}
	}
	g.running = nil
	return err
}

func (g *glass) close() error {
	err := g.stop()
	if g.eyes != nil {
		err = errors.Join(err, g.eyes.close())
	}
	return err
}

// explore starts the program once and finds a control on its start screen by touching where one may be.
func (g *glass) explore(ctx context.Context) error {
	if err := g.start(); err != nil {
		return err
	}
	if err := g.settle(ctx); err != nil {
		return err
	}
	for y := g.eyes.size.Y / 4; y < g.eyes.size.Y*4/5; y += 48 {
		at := image.Pt(g.eyes.size.X/3, y)
		found, err := g.feel(ctx, at)
		if err != nil || found {
			return err
		}
	}
	return fmt.Errorf("%s shows nothing that answers a finger", g.name)
}

// settle waits until something is shown and stays.
func (g *glass) settle(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, glassWait)
	defer cancel()
	var before []byte
	for {
		if err := pause(ctx, calm); err != nil {
			return fmt.Errorf("%s shows no start screen: %w", g.name, err)
		}
		now, err := g.eyes.dots(g.whole())
		if err != nil {
			return err
		}
		if before != nil && !differ(before, now) && colours(now) > 3 {
			return nil
		}
		before = now
	}
}

func (g *glass) whole() image.Rectangle { return image.Rectangle{Max: g.eyes.size} }

// colours counts the colours of some dots, up to 8.
func colours(dots []byte) int {
	seen := map[dot]bool{}
	for i := 0; i+3 < len(dots) && len(seen) < 8; i += 4 {
		seen[dot(dots[i:i+3])] = true
	}
	return len(seen)
}

// feel touches a place. If that changes dots around it, and not the whole screen, it is on a control, which is kept.
func (g *glass) feel(ctx context.Context, at image.Point) (found bool, err error) {
	before, err := g.eyes.dots(g.whole())
	if err != nil {
		return false, err
	}
	if err := errors.Join(g.eyes.point(at), g.eyes.press(), pause(ctx, aFrame*6)); err != nil {
		return false, err
	}
	after, err := g.eyes.dots(g.whole())
	if err = errors.Join(err, g.letGo(), pause(ctx, aFrame*6)); err != nil {
		return false, err
	}
	offset := func(p image.Point) int { return 4 * (p.Y*g.eyes.size.X + p.X) }
	i := offset(at)
	changed := unlike(before, after)
	if bytes.Equal(before[i:i+3], after[i:i+3]) || changed > len(before)/4/3 {
		return false, nil
	}
	g.at, g.row = at, bytes.Clone(before[offset(image.Pt(0, at.Y)):offset(image.Pt(0, at.Y+1))])
	return true, nil
}

// letGo takes the finger away where nothing is, so that the touch means nothing.
func (g *glass) letGo() error {
	return errors.Join(g.eyes.point(nowhere()), g.eyes.release())
}

// spot is the dot that is looked at.
func (g *glass) spot() image.Rectangle { return image.Rectangle{g.at, g.at.Add(image.Pt(1, 1))} }

// arrive starts the program and returns how long it took until its start screen was there and answered a finger.
func (g *glass) arrive(ctx context.Context) (time.Duration, error) {
	begin := time.Now()
	if err := g.start(); err != nil {
		return 0, err
	}
	line := image.Rect(0, g.at.Y, g.eyes.size.X, g.at.Y+1)
	if err := g.until(ctx, glassWait, "its start screen", line, func(dots []byte) bool {
		return float64(unlike(dots, g.row)) < (1-alike)*float64(g.eyes.size.X)
	}); err != nil {
		return 0, err
	}
	for time.Since(begin) < glassWait {
		if _, err := g.touch(ctx, firstAnswer); err == nil {
			return time.Since(begin), g.lift(ctx)
		}
		if err := errors.Join(g.letGo(), pause(ctx, rest)); err != nil {
			return 0, err
		}
	}
	return 0, fmt.Errorf("%s does not answer a finger", g.name)
}

// touch presses on the control, and returns how long it took until its dot changed. The finger stays there.
func (g *glass) touch(ctx context.Context, patience time.Duration) (time.Duration, error) {
	if err := g.eyes.point(g.at); err != nil {
		return 0, err
	}
	before, err := g.eyes.dots(g.spot())
	if err != nil {
		return 0, err
	}
	begin := time.Now()
	if err := g.eyes.press(); err != nil {
		return 0, err
	}
	err = g.until(ctx, patience, "an answer to a touch", g.spot(), func(dots []byte) bool { return differ(before, dots) })
	return time.Since(begin), err
}

// lift takes the finger away and waits until the control looks as before.
func (g *glass) lift(ctx context.Context) error {
	if err := g.letGo(); err != nil {
		return err
	}
	i := 4 * g.at.X
	err := g.until(ctx, answerWait, "the end of a touch", g.spot(), func(dots []byte) bool { return bytes.Equal(dots[:3], g.row[i:i+3]) })
	return errors.Join(err, pause(ctx, rest))
}

// touches touches n times and returns how many milliseconds each answer took.
func (g *glass) touches(ctx context.Context, n int) ([]float64, error) {
	var all []float64
	for range n {
		if err := errors.Join(g.eyes.point(g.at), pause(ctx, aFrame)); err != nil {
			return nil, err
		}
		took, err := g.touch(ctx, answerWait)
		if err == nil {
			err = g.lift(ctx)
		}
		if err != nil {
			return nil, err
		}
		all = append(all, millis(took))
	}
	return all, nil
}

// until looks at r again and again until it is seen.
func (g *glass) until(ctx context.Context, patience time.Duration, what string, r image.Rectangle, seen func([]byte) bool) error {
	for begin := time.Now(); time.Since(begin) < patience; {
		dots, err := g.eyes.dots(r)
		if err != nil || seen(dots) {
			return err
		}
		if err := pause(ctx, blink); err != nil {
			return err
		}
	}
	return fmt.Errorf("%s: %s did not come within %s", g.name, what, patience)
}

// pause waits, unless ctx ends.
func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
