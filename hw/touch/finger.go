package touch

import (
	"slices"
	"time"

	"example.org/totem/hw/touch/contact"
)

// Phase is what the finger does.
type Phase uint8

// The phases of a touch: Press, then Moves, then Release or Cancel.
const (
	Press Phase = iota + 1
	Move
	Release
	Cancel // the finger was lost, or is none: nothing was meant
)

// Finger is one step of a touch.
type Finger struct {
	Phase Phase
	// X and Y say where on the glass, in parts of its width and height from the upper left corner: 0 to less than 1.
	// With Release and Cancel it is the place where the finger was last.
	X, Y float64
}

// follower follows one finger over the frames of a panel. It has no clock.
type follower struct {
	rest, still time.Duration

	known map[int32]*known // what touches the glass, palms too
	down  bool
	id    int32   // of the finger that is followed, while down
	x, y  float64 // where it was last
}

// known is a contact that touches.
type known struct {
	since time.Time
	palm  bool // as the panel has it now
	seen  bool // in this frame
}

// step takes a frame and gives out what the finger did, in places of the panel.
//
// Only what has just come is ever followed; what is not followed then, or no more, is left out until it is lifted.
//
//   - Something that hovers is not there. A palm is not followed, and what turns out to be one is cancelled.
//   - The first contact to come is followed; of several that come at once, the one with the smallest ID, which panels
//     give out in turn. What comes while a finger is followed is left out, so that a hand that is laid down while one
//     touches does nothing.
//   - But a contact that was there for rest when another comes was no finger: it is cancelled, and the other is followed.
//     So a palm that rests on the glass, or a spot of water, does not keep people from touching.
//   - What was on the glass when frames were lost, or when the panel was opened, is left out: nobody knows where it came
//     down.
//   - What was there for still is cancelled, and counts as stuck until it is lifted.
func (f *follower) step(frame contact.Frame, now time.Time, tell func(Finger)) {
	if f.known == nil {
		f.known = map[int32]*known{}
	}
	if frame.Lost {
		f.cancel(tell)
		clear(f.known)
	}
	var fresh []contact.Contact
	for _, c := range frame.Contacts {
		if c.Hover {
			continue
		}
		if k := f.known[c.ID]; k != nil {
			f.stay(k, c, tell)
			continue
		}
		f.known[c.ID] = &known{since: now, palm: c.Palm, seen: true}
		if !c.Palm && !frame.Lost {
			fresh = append(fresh, c)
		}
	}
	f.lift(tell)
	slices.SortFunc(fresh, func(a, b contact.Contact) int { return int(a.ID) - int(b.ID) })
	for _, c := range fresh {
		f.come(c, now, tell)
	}
	f.expire(now, tell)
}

// stay takes a contact that was there before.
func (f *follower) stay(k *known, c contact.Contact, tell func(Finger)) {
	k.seen, k.palm = true, c.Palm
	switch {
	case !f.follows(c.ID):
	case c.Palm:
		f.cancel(tell)
	case c.X != f.x || c.Y != f.y:
		f.x, f.y = c.X, c.Y
		tell(Finger{Move, c.X, c.Y})
	}
}

// lift forgets what the frame does not have any more.
func (f *follower) lift(tell func(Finger)) {
	for id, k := range f.known {
		if k.seen {
			k.seen = false
			continue
		}
		delete(f.known, id)
		if f.follows(id) {
			f.down = false
			tell(Finger{Release, f.x, f.y})
		}
	}
}

// come takes a contact that was not there before.
func (f *follower) come(c contact.Contact, now time.Time, tell func(Finger)) {
	if f.down && now.Sub(f.known[f.id].since) < f.rest {
		return
	}
	f.cancel(tell)
	f.down, f.id, f.x, f.y = true, c.ID, c.X, c.Y
	tell(Finger{Press, c.X, c.Y})
}

// expire ends a touch that does not end.
func (f *follower) expire(now time.Time, tell func(Finger)) {
	if f.down && now.Sub(f.known[f.id].since) >= f.still {
		f.cancel(tell)
	}
}

// cancel ends the touch, if there is one.
func (f *follower) cancel(tell func(Finger)) {
	if f.down {
		f.down = false
		tell(Finger{Cancel, f.x, f.y})
	}
}

func (f *follower) follows(id int32) bool { return f.down && f.id == id }

// stuck tells whether something that is no palm does not go.
func (f *follower) stuck(now time.Time) bool {
	for _, k := range f.known {
		if !k.palm && now.Sub(k.since) >= f.still {
			return true
		}
	}
	return false
}

// next returns how long it takes until something that is on the glass counts as stuck; ok is false when nothing will.
func (f *follower) next(now time.Time) (wait time.Duration, ok bool) {
	for _, k := range f.known {
		left := f.still - now.Sub(k.since)
		if left > 0 && !k.palm && (!ok || left < wait) {
			wait, ok = left, true
		}
	}
	return wait, ok
}
