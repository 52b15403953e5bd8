package ui

import (
	"image"
	"reflect"
	"time"

	"example.org/totem/kiosk"
	"example.org/totem/ui/layout"
)

// Phase is what a finger does.
type Phase uint8

// The phases of a touch.
const (
	Press Phase = iota + 1
	Move
	Release
	Cancel // the panel lost the finger: nothing was meant
)

// near is how far from the last touch a second one may fall and still count as its echo, in millimetres.
const near = 10

// finger follows one finger over the plans that are shown. It has no clock and no lock of its own.
type finger struct {
	guard time.Duration // how long an echo of a touch is ignored
	reach int           // near in pixels

	down  bool
	start layout.Control // on which it went down; without ID and Tap when on none
	over  bool           // it is still on that control

	last struct { // the last touch that said something
		id string
		at image.Point
		on time.Time
	}
}

// pressed is the id of the control to paint as pressed.
func (f *finger) pressed() string {
	if f.down && f.over {
		return f.start.ID
	}
	return ""
}

// touch takes one event on what plan shows and returns what it says, or nil.
func (f *finger) touch(plan *layout.Plan, at image.Point, phase Phase, now time.Time) kiosk.Msg {
	switch phase {
	case Press:
		f.down = true
		f.start, f.over = plan.Hit(at)
	case Move:
		f.over = f.down && f.start.Tap != nil && at.In(f.start.Rect)
	case Cancel:
		f.down, f.over = false, false
	case Release:
		return f.release(plan, at, now)
	}
	return nil
}

func (f *finger) release(plan *layout.Plan, at image.Point, now time.Time) kiosk.Msg {
	if !f.down {
		return nil
	}
	start := f.start
	f.down, f.over, f.start = false, false, layout.Control{}
	end, ok := plan.Hit(at)
	if !ok || start.Tap == nil || end.ID != start.ID || f.echo(end.ID, at, now) {
		return kiosk.Touched{}
	}
	f.last.id, f.last.at, f.last.on = end.ID, at, now
	return end.Tap
}

// echo says whether a touch repeats the last one: the same control, or, for a hand that shakes while the screen
// changes under it, the same place.
func (f *finger) echo(id string, at image.Point, now time.Time) bool {
	if f.last.on.IsZero() || now.Sub(f.last.on) >= f.guard || now.Before(f.last.on) {
		return false
	}
	d := at.Sub(f.last.at)
	return id == f.last.id || d.X*d.X+d.Y*d.Y <= f.reach*f.reach
}

// shown is told that another plan is shown. A finger that is down on a control which moved, went, or says something
// else now, means nothing any more.
func (f *finger) shown(plan *layout.Plan) {
	if !f.down || f.start.Tap == nil {
		return
	}
	now, ok := plan.Find(f.start.ID)
	if !ok || now.Rect != f.start.Rect || !reflect.DeepEqual(now.Tap, f.start.Tap) {
		f.start, f.over = layout.Control{}, false
	}
}
