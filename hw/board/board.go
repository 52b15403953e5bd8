package board

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"periph.io/x/conn/v3/gpio"

	"example.org/totem/internal/event"
	"example.org/totem/internal/fault"
)

// State is how the board is.
type State struct {
	Door      Contact
	PaperNear Contact
	PaperOut  Contact
	Lamp      bool // there is one, and it can be driven
	Wrong     Condition
	Facts     Facts // as they were when anything of State changed last
}

// leftOpen is how many minutes a door may stand open: a roll is put in in less.
const leftOpen = 5

// glance is how often the kernel is asked how the board is: disks fill and boards heat up slowly.
const glance = time.Minute

// Board is the board of a running totem. Its methods may be called from any goroutine.
type Board struct {
	cfg     Config
	signals chan Signal // holds the last one that the lamp has not heard yet
	light   chan int    // the same for the backlight, in per cent

	mu       sync.Mutex
	state    State
	shown    Signal
	bright   int               // per cent; -1: nothing was set yet
	opened   bool              // the door was open since the log was last told of it
	minutes  int               // full minutes at whose turn the door was open, one after the other
	door     string            // what the log was told of it: "open", "shut"; "": nothing
	absences map[string]string // by part: what was told
}

// New checks the configuration and touches no hardware.
func New(cfg Config) (*Board, error) {
	if err := cfg.Check(); err != nil {
		return nil, fmt.Errorf("the board: %w", err)
	}
	return &Board{cfg: cfg.complete(), signals: make(chan Signal, 1), light: make(chan int, 1), bright: -1, absences: map[string]string{}}, nil
}

// State returns how the board is.
func (b *Board) State() State {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.state
}

// Show says what the lamp is to say from now on. It does not block.
func (b *Board) Show(s Signal) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if s == b.shown {
		return
	}
	b.shown = s
	put(b.signals, s)
}

// Light says whether the panel is to be seen from now on. It does not block.
func (b *Board) Light(seen bool) {
	percent := b.cfg.Backlight.Night
	if seen {
		percent = b.cfg.Backlight.Day
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if percent == b.bright {
		return
	}
	b.bright = percent
	put(b.light, percent)
}

// put leaves a value in a channel of one, in the place of one that nobody has taken. One goroutine puts at a time.
func put[T any](c chan T, v T) {
	select {
	case <-c:
	default:
	}
	c <- v
}

// Run looks after the board until ctx ends, and returns when all of it has ended, which takes up to half a second. Then the lamp is
// dark, and the backlight as in the day: whatever the screen shows then must be seen.
func (b *Board) Run(ctx context.Context) {
	var all sync.WaitGroup
	for _, one := range []struct {
		name string
		in   Input
		to   func(*State) *Contact
	}{{"door", b.cfg.Door, func(s *State) *Contact { return &s.Door }}, {"paper-near", b.cfg.PaperNear, func(s *State) *Contact { return &s.PaperNear }},
		{"paper-out", b.cfg.PaperOut, func(s *State) *Contact { return &s.PaperOut }}} {
		if one.in.Line == "" {
			continue
		}
		all.Go(func() {
			watch(ctx, b.cfg.Lines, one.in, func(c Contact, err error) { b.tellLine(one.name, err); b.change(func(s *State) { *one.to(s) = c }) })
		})
	}
	if b.cfg.Lamp.Line != "" {
		all.Go(func() { b.lamp(ctx) })
	}
	if b.cfg.Backlight.Path != "" {
		all.Go(func() { b.backlight(ctx) })
	}
	b.boot()
	b.judge()
	for pause(ctx, untilMinute(time.Now())) {
		b.mayTellDoor()
		b.judge()
	}
	all.Wait()
}

// untilMinute is how long it is to the next full minute of the system's clock: what is told then tells of no finer moment.
func untilMinute(now time.Time) time.Duration {
	return now.Truncate(glance).Add(glance).Sub(now)
}

// change notes how the board is and tells it, if that is news.
func (b *Board) change(do func(*State)) {
	b.mu.Lock()
	before := b.state
	do(&b.state)
	now := b.state
	b.opened = b.opened || now.Door == Tells
	b.mu.Unlock()
	before.Facts = now.Facts // those alone are no news
	if now != before && b.cfg.Changed != nil {
		b.cfg.Changed()
	}
}

// tellLine writes once that a line cannot be used, or can again.
func (b *Board) tellLine(name string, err error) {
	b.mu.Lock()
	before, now := b.absences[name], ""
	if err != nil {
		now = err.Error()
	}
	b.absences[name] = now
	b.mu.Unlock()
	switch {
	case now == before:
	case err != nil:
		event.Log(b.cfg.Log, event.BoardAbsent, append([]slog.Attr{slog.String("part", name)}, fault.Attrs(err)...)...)
	default:
		event.Log(b.cfg.Log, event.BoardBack, slog.String("part", name))
	}
}

// mayTellDoor writes, at the turn of a minute, that the door was opened within it, or that it is shut again. The log never has a
// finer moment, nor how often.
func (b *Board) mayTellDoor() {
	b.mu.Lock()
	opened, door := b.opened, b.state.Door
	b.opened = door == Tells
	b.minutes++
	if door != Tells {
		b.minutes = 0
	}
	told := b.door
	now := told
	switch {
	case opened:
		now = "open"
	case door == Quiet:
		now = "shut"
	}
	b.door = now
	b.mu.Unlock()
	switch {
	case now == told:
	case now == "open":
		event.Log(b.cfg.Log, event.DoorOpened)
	case told != "": // at the start it is no news that it is shut
		event.Log(b.cfg.Log, event.DoorShut)
	}
}

// lamp drives the lamp until ctx ends.
func (b *Board) lamp(ctx context.Context) {
	for ctx.Err() == nil {
		out, err := b.cfg.Lines.Out(b.cfg.Lamp.Line, gpio.Level(b.cfg.Lamp.Low))
		if err == nil {
			b.tellLine("lamp", nil)
			b.change(func(s *State) { s.Lamp = true })
			b.mu.Lock()
			put(b.signals, b.shown)
			b.mu.Unlock()
			err = shine(ctx, out, b.cfg.Lamp.Low, b.signals)
			out.Close()
		}
		if err == nil {
			return
		}
		b.tellLine("lamp", err)
		b.change(func(s *State) { s.Lamp = false })
		pause(ctx, again)
	}
}

// backlight sets the backlight until ctx ends, and leaves it as in the day.
func (b *Board) backlight(ctx context.Context) {
	percent := b.cfg.Backlight.Day
	for {
		err := b.cfg.setBacklight(percent)
		b.tellLine("backlight", err)
		retry := time.Duration(1<<62 - 1)
		if err != nil {
			retry = again
		}
		timer := time.NewTimer(retry)
		select {
		case percent = <-b.light:
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			_ = b.cfg.setBacklight(b.cfg.Backlight.Day)
			return
		}
		timer.Stop()
	}
}

// boot tells once what the last end was, where the board says so.
func (b *Board) boot() {
	f := b.cfg.Read()
	if f.Watchdog.Fired || f.Crashed || f.Watchdog.Other != "" {
		event.Log(b.cfg.Log, event.BoardReset, slog.Bool("watchdog", f.Watchdog.Fired), slog.Bool("crash", f.Crashed), slog.String("other", f.Watchdog.Other))
	}
}

// judge asks the kernel how the board is, and tells what is wrong when that changes.
func (b *Board) judge() {
	f := b.cfg.Read()
	b.mu.Lock()
	before, left := b.state.Wrong, b.minutes > leftOpen
	b.mu.Unlock()
	now := f.Judge(before, b.cfg.Hot)
	if left {
		now |= DoorLeft
	}
	for _, c := range alarms() {
		switch {
		case now.Has(c.is) && !before.Has(c.is):
			event.Log(b.cfg.Log, c.begins, c.says(f)...)
		case !now.Has(c.is) && before.Has(c.is):
			event.Log(b.cfg.Log, event.BoardWell, slog.String("was", c.begins.ID))
		}
	}
	b.change(func(s *State) { s.Wrong, s.Facts = now, f })
}

// alarm is a condition that is told.
type alarm struct {
	is     Condition
	begins event.Event
	says   func(Facts) []slog.Attr
}

func alarms() []alarm {
	space := func(f Facts) []slog.Attr {
		return []slog.Attr{slog.Uint64("free_mb", f.Space.Free>>20), slog.Uint64("total_mb", f.Space.Total>>20)}
	}
	return []alarm{
		{DiskLow, event.DiskLow, space},
		{DiskFull, event.DiskFull, space},
		{DiskErrors, event.DiskErrors, func(f Facts) []slog.Attr {
			return []slog.Attr{slog.String("partition", f.Partition), slog.Int("errors", f.DiskErrors)}
		}},
		{CardWorn, event.CardWorn, func(f Facts) []slog.Attr {
			return []slog.Attr{slog.String("card", f.Card.Name), slog.Int("used_tenths", f.Card.Worn), slog.Int("reserve", f.Card.Reserve)}
		}},
		{Hot, event.BoardHot, func(f Facts) []slog.Attr {
			return []slog.Attr{slog.Int("celsius", f.Heat.Hottest), slog.Bool("throttled", f.Heat.Throttled)}
		}},
		{PowerLow, event.PowerLow, func(Facts) []slog.Attr { return nil }},
		{DoorLeft, event.DoorLeft, func(Facts) []slog.Attr { return nil }},
	}
}
