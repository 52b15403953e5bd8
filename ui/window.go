package ui

import (
	"context"
	"errors"
	"fmt"
	"image"
	"log/slog"
	"reflect"
	"sync"
	"time"

	"example.org/totem/internal/event"
	"example.org/totem/kiosk"
	"example.org/totem/typeset"
	"example.org/totem/ui/layout"
	"example.org/totem/ui/look"
	"example.org/totem/ui/paint"
)

// Config says how a window is.
type Config struct {
	// Panel is the glass. Required.
	Panel look.Panel
	// Title is what a desktop shows over the window. Zero: "Totem".
	Title string
	// Fullscreen fills the display and hides the pointer, as on a totem. Zero: a window, smaller than the panel where
	// the desktop is, with the pointer shown.
	Fullscreen bool
	// Guard is how long a second touch on the same control, or within 10 mm of the last touch, counts as its echo and
	// not as a wish. Zero: half a second. Negative: no guard.
	Guard time.Duration
	// Struck is told the name of each key of a keyboard that is struck while the window has it, "Tab" or "ArrowDown" as ebiten
	// names it: on a desktop they stand for a keypad. It is called on the window's goroutine and must not block. Zero: nobody is.
	Struck func(key string, shift bool)
	// Clock tells the time of touches. Zero: time.Now.
	Clock func() time.Time
	// Pressed is called whenever a finger goes down on a control, on the goroutine that tells of the finger. It must not
	// block and must not call the window. Zero: nobody is told.
	Pressed func()
	// Log takes events. Zero: silent.
	Log *slog.Logger
	// Beside stands at the panel's right. Zero: nothing does.
	Beside Beside
	// Drew is told of every frame which parts of the panel were painted for it, perhaps none. It is called on the window's
	// goroutine and must not call the window. Zero: nobody is.
	Drew func(parts []image.Rectangle)
}

// ErrClosed is what a window answers that has been closed.
var ErrClosed = errors.New("the window is closed")

// tapBuffer is how many messages wait for the conversation. Nobody taps this far ahead; beyond it touches are lost,
// for a window must never wait.
const tapBuffer = 64

// Window shows screens and finds touches. All methods but Run may be called from any goroutine.
type Window struct {
	cfg  Config
	set  *typeset.Setter
	taps chan kiosk.Msg

	mu     sync.Mutex
	screen kiosk.Screen
	plan   *layout.Plan // of screen, as it is touched
	drawn  *layout.Plan // whose dots are in frame
	frame  *image.RGBA
	finger finger
	told   map[misfit]bool // what was logged
	shots  []shot
	beside *beside // nil: nothing stands beside the panel
	closed bool
	done   chan struct{} // closed when closed is set

	beats     []func()  // who asked whether the window works, and were not answered yet
	presented time.Time // when a frame was last handed to the display; zero: none was

	asked chan struct{} // has a token when a frame was asked for
	loop  loop
}

// New returns a window that shows nothing yet and is not open: Run opens it.
func New(cfg Config) (*Window, error) {
	if err := cfg.Panel.Validate(); err != nil {
		return nil, fmt.Errorf("make a window: %w", err)
	}
	if cfg.Title == "" {
		cfg.Title = "Totem"
	}
	if cfg.Guard == 0 {
		cfg.Guard = 500 * time.Millisecond
	}
	if cfg.Clock == nil {
		cfg.Clock = time.Now
	}
	set, err := typeset.New()
	if err != nil {
		return nil, fmt.Errorf("make a window: %w", err)
	}
	w := &Window{
		cfg: cfg, set: set, taps: make(chan kiosk.Msg, tapBuffer), done: make(chan struct{}), asked: make(chan struct{}, 1),
		frame:  image.NewRGBA(image.Rect(0, 0, cfg.Panel.Width, cfg.Panel.Height)),
		told:   map[misfit]bool{},
		finger: finger{guard: cfg.Guard, reach: cfg.Panel.Scale().MM(near)},
		beside: newBeside(cfg.Beside, cfg.Panel.Height),
	}
	w.place()
	return w, nil
}

// Show puts a screen on the glass in place of the one before, and returns at once. From then on touches are met by the
// new screen. The screen's tree must not be changed afterwards. A screen that is there already costs next to nothing, and
// one that looks the same draws nothing.
func (w *Window) Show(screen kiosk.Screen) {
	if w.show(screen) {
		w.wake()
	}
}

// show puts a screen in place of the one before and reports whether that changes any dot.
func (w *Window) show(screen kiosk.Screen) (differs bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if reflect.DeepEqual(screen, w.screen) {
		return false
	}
	w.screen = screen
	w.place()
	w.finger.shown(w.plan)
	w.tellMisfits()
	if w.drawn != nil && len(paint.Damage(w.drawn, w.plan)) == 0 {
		w.drawn = w.plan
		return false
	}
	return true
}

// misfit names a kind of box on a screen whose words are too long.
type misfit struct {
	screen string
	role   kiosk.Role
}

// tellMisfits logs what does not fit, once for each kind of box on each screen. mu is held.
func (w *Window) tellMisfits() {
	for _, m := range w.plan.Misfits {
		key := misfit{w.screen.Name, m.Role}
		if !w.told[key] {
			w.told[key] = true
			event.Log(w.cfg.Log, event.ScreenMisfit, slog.String("screen", key.screen), slog.String("role", string(key.role)))
		}
	}
}

// place lays the screen out anew. mu is held, or the window not yet known to anybody.
func (w *Window) place() {
	w.plan = layout.Place(w.set, w.cfg.Panel, w.screen, w.finger.pressed())
}

// Taps gives what touches say: the message of the control on which a finger went down and up, and kiosk.Touched for
// every other touch. The channel is never closed.
func (w *Window) Taps() <-chan kiosk.Msg { return w.taps }

// Touch tells of a finger at a place of the panel, in pixels. The window's own pointer is told so; other sources of
// touches call it too. One finger at a time: a second Press without Release is a new touch.
func (w *Window) Touch(x, y int, phase Phase) {
	w.mu.Lock()
	before := w.finger.pressed()
	msg := w.finger.touch(w.plan, image.Pt(x, y), phase, w.cfg.Clock())
	met := phase == Press && w.finger.over
	changed := w.finger.pressed() != before
	if changed {
		w.place()
	}
	w.mu.Unlock()
	if met && w.cfg.Pressed != nil {
		w.cfg.Pressed()
	}
	if msg != nil {
		select {
		case w.taps <- msg:
		default:
			event.Log(w.cfg.Log, event.TouchLost)
		}
	}
	if changed {
		w.wake()
	}
}

// TouchAt tells of a finger as Touch does, at a place in parts of the glass: (0, 0) is its upper left corner, (1, 1) its
// lower right one. Places beyond the glass count as on its edge; a place that is no number is the edge too.
func (w *Window) TouchAt(x, y float64, phase Phase) {
	w.Touch(onGlass(x, w.cfg.Panel.Width), onGlass(y, w.cfg.Panel.Height), phase)
}

// onGlass is the pixel at a part of so many.
func onGlass(part float64, pixels int) int {
	switch {
	case !(part > 0): // NaN too
		return 0
	case part >= 1:
		return pixels - 1
	}
	return min(int(part*float64(pixels)), pixels-1)
}

// Fits reports whether everything on a screen has its place on this window's panel: a window is the [kiosk.Room] of its
// conversation.
func (w *Window) Fits(screen kiosk.Screen) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return layout.Room{Set: w.set, Panel: w.cfg.Panel}.Fits(screen)
}

// Find returns where the control of an id is on the screen shown last, if it is there.
func (w *Window) Find(id string) (image.Rectangle, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c, ok := w.plan.Find(id)
	return c.Rect, ok
}

// Close ends Run. It may be called more than once, and before Run.
func (w *Window) Close() error {
	w.mu.Lock()
	if !w.closed {
		w.closed = true
		close(w.done)
	}
	w.mu.Unlock()
	w.wake()
	return nil
}

// repaint brings frame up to date with the plan and returns what changed. mu is held.
func (w *Window) repaint() []image.Rectangle {
	if w.drawn == w.plan {
		return nil
	}
	damaged := paint.Damage(w.drawn, w.plan)
	for _, r := range damaged {
		paint.Paint(w.set, w.frame.SubImage(r).(*image.RGBA), w.plan)
	}
	w.drawn = w.plan
	return damaged
}

// shot is a request for the dots that ebiten shows.
type shot struct{ reply chan<- *image.RGBA }

// Snapshot returns the dots of the panel as the graphics driver has them, read back after the screen last
// shown was presented. It waits for that; Run must be running. It fails when ctx ends or the window is closed.
func (w *Window) Snapshot(ctx context.Context) (*image.RGBA, error) {
	reply := make(chan *image.RGBA, 1)
	w.mu.Lock()
	w.shots = append(w.shots, shot{reply})
	w.mu.Unlock()
	w.wake()
	select {
	case img := <-reply:
		return img, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("read back the screen: %w", ctx.Err())
	case <-w.done:
		return nil, fmt.Errorf("read back the screen: %w", ErrClosed)
	}
}
