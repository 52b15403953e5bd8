package ui_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"example.org/totem/ui"
	"example.org/totem/ui/look"
)

// beats asks a window that rests whether it works: it says so without painting anything, and paints the whole glass where nothing
// was shown for a minute.
func beats(ctx context.Context, w *ui.Window, drawn *frames, pass func(time.Duration)) error {
	ask := func() error {
		answered := make(chan struct{})
		w.Beat(func() { close(answered) })
		select {
		case <-answered:
			return nil
		case <-ctx.Done():
			return errors.New("a window that works does not answer a beat")
		}
	}
	if err := ask(); err != nil { // whatever was under way is over after this
		return err
	}
	drawn.take()
	for range 12 {
		if err := ask(); err != nil {
			return err
		}
	}
	for _, parts := range drawn.take() {
		if len(parts) > 0 {
			return fmt.Errorf("a beat has %v painted, where the minute is not over", parts)
		}
	}
	pass(time.Minute)
	if err := ask(); err != nil {
		return err
	}
	glass := 0
	for _, parts := range drawn.take() {
		for _, part := range parts {
			if part.Dx() == look.Reference().Width && part.Dy() == look.Reference().Height {
				glass++
			}
		}
	}
	if glass == 0 {
		return errors.New("nothing was shown for a minute, and a beat is answered before anything is painted")
	}
	return nil
}
