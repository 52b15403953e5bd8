package vm

import (
	"context"
	"fmt"
	"image"
	"time"
)

// tabletRange is the greatest value of an axis of QEMU's absolute pointers.
const tabletRange = 0x7FFF

// scaled returns where a pixel of a screen so many pixels wide lies on an axis: the middle of the pixel.
func scaled(pixel, size int) int {
	return max(0, min(tabletRange, ((2*pixel+1)*(tabletRange+1))/(2*size)))
}

type inputEvent struct {
	Type string         `json:"type"`
	Data map[string]any `json:"data"`
}

func axis(name string, value int) inputEvent {
	return inputEvent{"abs", map[string]any{"axis": name, "value": value}}
}

func button(down bool) inputEvent {
	return inputEvent{"btn", map[string]any{"button": "left", "down": down}}
}

func key(code string, down bool) inputEvent {
	return inputEvent{"key", map[string]any{"key": map[string]any{"type": "qcode", "data": code}, "down": down}}
}

func (m *Machine) send(ctx context.Context, events ...inputEvent) error {
	return m.Do(ctx, "input-send-event", map[string]any{"events": events}, nil)
}

// held is how long a finger stays on the glass.
const held = 120 * time.Millisecond

// Tap touches the glass at a pixel of the screen, and lets go.
func (m *Machine) Tap(ctx context.Context, at image.Point) error {
	place := []inputEvent{axis("x", scaled(at.X, m.Config.Width)), axis("y", scaled(at.Y, m.Config.Height))}
	if err := m.send(ctx, append(place, button(true))...); err != nil {
		return fmt.Errorf("tap at %v: %w", at, err)
	}
	if err := Pause(ctx, held); err != nil {
		return err
	}
	return m.send(ctx, button(false))
}

// Keys holds keys of a keyboard down together and lets them go, by QEMU's names for them: "ctrl", "alt", "f2".
func (m *Machine) Keys(ctx context.Context, codes ...string) error {
	for i, c := range codes {
		if err := m.send(ctx, key(c, true)); err != nil {
			return fmt.Errorf("press %v: %w", codes[:i+1], err)
		}
	}
	if err := Pause(ctx, 20*time.Millisecond); err != nil {
		return err
	}
	for i := len(codes) - 1; i >= 0; i-- {
		if err := m.send(ctx, key(codes[i], false)); err != nil {
			return fmt.Errorf("let %s go: %w", codes[i], err)
		}
	}
	return nil
}

// Pause waits for d or until ctx ends, whose error it returns then.
func Pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
