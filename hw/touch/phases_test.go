package touch_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"example.org/totem/hw/evdev"
	"example.org/totem/hw/touch"
	"example.org/totem/hw/touch/contact"
)

// TestATouchIsAlwaysAPressThenMovesThenOneEnd holds for whatever a panel tells, at whatever time.
func TestATouchIsAlwaysAPressThenMovesThenOneEnd(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		type step struct {
			frame contact.Frame
			wait  time.Duration
		}
		steps := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) step {
			var s step
			for range rapid.IntRange(0, 3).Draw(t, "contacts") {
				s.frame.Contacts = append(s.frame.Contacts, contact.Contact{
					ID: rapid.Int32Range(0, 3).Draw(t, "id"), X: rapid.Float64().Draw(t, "x"), Y: rapid.Float64Range(0, 1).Draw(t, "y"),
					Palm: rapid.IntRange(0, 9).Draw(t, "palm") == 0, Hover: rapid.IntRange(0, 9).Draw(t, "hover") == 0,
				})
			}
			s.frame.Lost = rapid.IntRange(0, 9).Draw(t, "lost") == 0
			s.wait = time.Duration(rapid.IntRange(0, 12).Draw(t, "s")) * time.Second
			return s
		}), 0, 25).Draw(rt, "steps")
		synctest.Test(t, func(t *testing.T) {
			var fingers []touch.Finger
			d := start(t, func(c *touch.Config) { c.Touch = func(f touch.Finger) { fingers = append(fingers, f) } })
			for _, s := range steps {
				d.frames <- s.frame
				synctest.Wait()
				pass(s.wait)
			}
			d.end()
			if why := wrong(fingers); why != "" {
				t.Fatalf("%s in %v after %v", why, fingers, steps)
			}
		})
		if t.Failed() {
			rt.FailNow()
		}
	})
}

// wrong says what is not right about the order of phases.
func wrong(fingers []touch.Finger) string {
	down := false
	for i, f := range fingers {
		if f.Phase == touch.Press == down {
			return fmt.Sprintf("step %d", i)
		}
		if !(f.X >= 0 && f.X < 1 && f.Y >= 0 && f.Y < 1) {
			return fmt.Sprintf("the place of step %d", i)
		}
		down = f.Phase == touch.Press || f.Phase == touch.Move
	}
	if down {
		return "no end"
	}
	return ""
}

func FuzzPanel(f *testing.F) {
	f.Add(stream(slices.Concat(frame(put(0, 1, 10, 10)), frame(put(0, 2, 10, 10)), frame(lifted(0))), evdev.Native), uint8(0))
	f.Add(stream([]evdev.Event{key(evdev.BtnLeft, 1), report(), abs(evdev.AbsX, 3), report()}, evdev.Native), uint8(4))
	f.Fuzz(func(t *testing.T, b []byte, kind uint8) {
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		var fingers []touch.Finger
		info := panels()[int(kind)%len(panels())]
		p, err := touch.New(touch.Config{
			Open: func() (contact.Source, error) {
				return touch.NewReader(evdev.Describe(io.NopCloser(bytes.NewReader(b)), info, evdev.Native))
			},
			Touch: func(f touch.Finger) { fingers = append(fingers, f) },
			Changed: func(s touch.State, _ error) {
				if s == touch.Silent { // all is read
					stop()
				}
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		p.Run(ctx)
		if why := wrong(fingers); why != "" {
			t.Fatalf("%s in %v", why, fingers)
		}
	})
}
