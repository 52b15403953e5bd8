// Package contact is what every kind of touch panel tells: which fingers are on the glass, and where.
package contact

import "time"

// Contact is one thing on the glass, as the panel tells it: before calibration.
type Contact struct {
	ID    int32   // the same from when it came until it is lifted; another finger may get it then
	X, Y  float64 // parts of the panel's width and height, from its upper left corner: 0 to less than 1
	Hover bool    // it is near the glass and does not touch it
	Palm  bool    // the panel itself takes it for a hand that rests, not for a finger
}

// Frame is everything that is on the glass at one moment.
type Frame struct {
	At       time.Duration // since any fixed moment, on a clock that nobody sets; 0: the panel does not say when
	Contacts []Contact     // in no order; empty: nothing is there
	// Lost says that the panel did not tell what happened between the frame before and this one: a contact that was
	// there may have gone meanwhile, and one that has the same ID may be another.
	Lost bool
}

// Source is a panel that is read.
type Source interface {
	// Read waits until something changes on the glass and returns what is there now; at first, what is there at the
	// start. The frame's contacts are the source's until the next Read. An error is final.
	Read() (Frame, error)
	// Close lets a Read that waits return with an error. It may be called at any time, from any goroutine, more than once.
	Close() error
}
