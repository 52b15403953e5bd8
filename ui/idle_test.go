package ui_test

import (
	"context"
	"errors"
	"fmt"
	"image"
	"slices"
	"sync"
	"time"

	"example.org/totem/kiosk"
	"example.org/totem/ui"
	"example.org/totem/ui/look"
)

// frames remembers what was painted for each frame of a window.
type frames struct {
	mu      sync.Mutex
	painted [][]image.Rectangle
}

func (f *frames) note(parts []image.Rectangle) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.painted = append(f.painted, slices.Clone(parts))
}

// take returns the frames since the last time.
func (f *frames) take() [][]image.Rectangle {
	f.mu.Lock()
	defer f.mu.Unlock()
	all := f.painted
	f.painted = nil
	return all
}

// rest leaves a window alone as a totem does at which nobody stands: it is shown the screen that is there, again and
// again, and then the turn of a minute.
func rest(ctx context.Context, w *ui.Window, drawn *frames) error {
	const glances, minutes = 60, 2
	glance := time.NewTicker(20 * time.Millisecond) // so that a frame that somebody asks for has its time
	defer glance.Stop()
	screen, err := scene("start", kiosk.Light)
	if err != nil {
		return err
	}
	w.Show(screen)
	before, err := w.Snapshot(ctx)
	if err != nil {
		return err
	}
	drawn.take()
	for minute := range minutes {
		for range glances {
			again, err := scene("start", kiosk.Light)
			if err != nil {
				return err
			}
			again.Root = withClock(again.Root, minute)
			if minute == 0 {
				again = screen
			}
			w.Show(again)
			select {
			case <-glance.C:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		after, err := w.Snapshot(ctx)
		if err != nil {
			return err
		}
		if err := onlyClock(drawn.take(), before, after, minute > 0); err != nil {
			return fmt.Errorf("minute %d: %w", minute, err)
		}
		before = after
	}
	return nil
}

// withClock returns a copy of a tree with another time on its clock; the tree itself stays.
func withClock(b kiosk.Box, minute int) kiosk.Box {
	if b.Role == kiosk.RoleClock && minute > 0 {
		b.Text = fmt.Sprintf("9:5%d", minute)
	}
	b.Children = slices.Clone(b.Children)
	for i, child := range b.Children {
		b.Children[i] = withClock(child, minute)
	}
	return b
}

// onlyClock reports what else than a clock was drawn. A picture asks for a frame, and a frame that was asked for may come
// twice, but sixty looks at the same screen are no reason for any.
func onlyClock(painted [][]image.Rectangle, before, after *image.RGBA, turned bool) error {
	if len(painted) > 6 {
		return fmt.Errorf("%d frames were drawn", len(painted))
	}
	var all image.Rectangle
	paintings := 0
	for _, parts := range painted {
		for _, part := range parts {
			all = all.Union(part)
		}
		if len(parts) > 0 {
			paintings++
		}
	}
	if want := map[bool]int{true: 1}[turned]; paintings != want {
		return fmt.Errorf("something was painted for %d frames, want %d: %v", paintings, want, painted)
	}
	panel := before.Rect.Dx() * before.Rect.Dy()
	if part := all.Dx() * all.Dy(); part*50 > panel {
		return fmt.Errorf("%v was painted, %d of the panel's %d dots", all, part, panel)
	}
	changed := false
	for y := range before.Rect.Dy() {
		for x := range before.Rect.Dx() {
			if before.RGBAAt(x, y) == after.RGBAAt(x, y) {
				continue
			}
			changed = true
			if !image.Pt(x, y).In(all) {
				return fmt.Errorf("dot (%d,%d) changed outside of what was painted, %v", x, y, all)
			}
		}
	}
	if changed != turned {
		return fmt.Errorf("the picture changed: %v, want %v", changed, turned)
	}
	return nil
}

// wakes touches a window that rests, from a goroutine that is not its own and without any word from the display, and waits
// for the frame that shows it: nothing else asks for one.
func wakes(ctx context.Context, w *ui.Window, drawn *frames) error {
	cell, ok := w.Find("service-papers")
	if !ok {
		return errors.New("no service on the start screen")
	}
	at := cell.Min.Add(cell.Size().Div(2))
	for _, phase := range []ui.Phase{ui.Press, ui.Release} {
		drawn.take()
		go w.TouchAt(float64(at.X)/float64(look.Reference().Width), float64(at.Y)/float64(look.Reference().Height), phase)
		part, err := drawn.painting(ctx)
		if err != nil {
			return fmt.Errorf("a finger's phase %d woke nothing: %w", phase, err)
		}
		if !cell.Overlaps(part) {
			return fmt.Errorf("a finger at %v has %v painted", at, part)
		}
	}
	return nil
}

// painting waits for a frame for which something is painted, and returns the rectangle around it.
func (f *frames) painting(ctx context.Context) (all image.Rectangle, err error) {
	glance := time.NewTicker(5 * time.Millisecond)
	defer glance.Stop()
	for {
		for _, parts := range f.take() {
			for _, part := range parts {
				all = all.Union(part)
			}
		}
		if !all.Empty() {
			return all, nil
		}
		select {
		case <-glance.C:
		case <-ctx.Done():
			return all, ctx.Err()
		}
	}
}
