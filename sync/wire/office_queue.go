package wire

import (
	"errors"
	"fmt"
	"time"

	"example.org/totem/booking"
	"example.org/totem/locale"
)

// queueBody is a queue of an office. walk_in and pace are of version 2, and are left out when they say nothing.
type queueBody struct {
	ID      booking.QueueID `json:"id"`
	Prefix  string          `json:"prefix"`
	Label   locale.Text     `json:"label,omitzero"`
	Length  *int64          `json:"length"`
	Prepare *bool           `json:"prepare"`
	WalkIn  *int            `json:"walk_in,omitzero" since:"2,optional"`
	Pace    *paceBody       `json:"pace,omitzero" since:"2,optional"`
}

// paceBody is how many tickets one totem gives within so many seconds, whole minutes.
type paceBody struct {
	Tickets *int   `json:"tickets"`
	Within  *int64 `json:"within"`
}

const (
	maxWalkIn = 1000   // thousandths
	maxPace   = 10_000 // tickets
)

func queueOf(q booking.Queue) (queueBody, error) {
	length, err := seconds(q.Length)
	if err != nil {
		return queueBody{}, fmt.Errorf("length: %w", err)
	}
	b := queueBody{q.ID, q.Prefix, words(q.Label), length, &q.Prepare, unlessZero(q.WalkIn), nil}
	if q.Pace != (booking.Pace{}) {
		within, err := seconds(q.Pace.Within)
		if err != nil {
			return queueBody{}, fmt.Errorf("pace: %w", err)
		}
		b.Pace = &paceBody{&q.Pace.Tickets, within}
	}
	return b, nil
}

func (b queueBody) message() (booking.Queue, error) {
	length, err := duration(b.Length)
	if err != nil {
		return booking.Queue{}, fmt.Errorf("length: %w", err)
	}
	q := booking.Queue{ID: b.ID, Prefix: b.Prefix, Label: words(b.Label), Length: length, Prepare: *b.Prepare, WalkIn: orZero(b.WalkIn)}
	if q.WalkIn < 0 || q.WalkIn > maxWalkIn {
		return booking.Queue{}, fmt.Errorf("walk_in: %d, want 0 to %d", q.WalkIn, maxWalkIn)
	}
	if b.Pace != nil {
		if q.Pace, err = b.Pace.message(); err != nil {
			return booking.Queue{}, fmt.Errorf("pace: %w", err)
		}
	}
	return q, nil
}

func (b paceBody) message() (booking.Pace, error) {
	within, err := duration(b.Within)
	switch {
	case err != nil:
		return booking.Pace{}, err
	case *b.Tickets < 1 || *b.Tickets > maxPace:
		return booking.Pace{}, fmt.Errorf("%d tickets, want 1 to %d", *b.Tickets, maxPace)
	case within == 0 || within%time.Minute != 0:
		return booking.Pace{}, errors.New("not within whole minutes")
	}
	return booking.Pace{Tickets: *b.Tickets, Within: within}, nil
}
