package jetstream

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/nats-io/nats.go/jetstream"

	"example.org/totem/booking"
	"example.org/totem/ledger"
)

// tallyBody is what remains of an office's day, as COUNTS stores it.
//
//	member  form                        meaning
//	queues  object, a countBody a queue  numbers
//	late    object, a lateBody a totem   the last fact of each totem that is in the late numbers
type tallyBody struct {
	Queues map[booking.QueueID]countBody `json:"queues"`
	Late   map[booking.TotemID]lateBody  `json:"late"`
}

// countBody is the numbers of one queue: see ledger.Count. Check-ins, tickets given back and what totems gave by the half-hour
// are left out when there are none, as in a tally of a release that did not count them.
type countBody struct {
	Slots         int `json:"slots"`
	Pool          int `json:"pool"`
	Walk          int `json:"walk"`
	Arrived       int `json:"arrived,omitzero"`
	Cancelled     int `json:"cancelled,omitzero"`
	Printed       int `json:"printed"`
	NotPrinted    int `json:"notPrinted"`
	Unsure        int `json:"unsure"`
	LateIssued    int `json:"lateIssued"`
	LatePrinted   int `json:"latePrinted"`
	LateArrived   int `json:"lateArrived,omitzero"`
	LateCancelled int `json:"lateCancelled,omitzero"`

	Taken []takenBody `json:"taken,omitempty"`
}

// takenBody is how many tickets a totem gave for slots that start in one half-hour: see ledger.Taken.
type takenBody struct {
	Totem booking.TotemID `json:"totem"`
	Half  int             `json:"half"`
	N     int             `json:"n"`
}

func bodyOf(c ledger.Count) countBody {
	b := countBody{
		Slots: c.Slots, Pool: c.Pool, Walk: c.Walk, Arrived: c.Arrived, Cancelled: c.Cancelled,
		Printed: c.Printed, NotPrinted: c.NotPrinted, Unsure: c.Unsure,
		LateIssued: c.LateIssued, LatePrinted: c.LatePrinted, LateArrived: c.LateArrived, LateCancelled: c.LateCancelled,
	}
	for _, t := range c.Taken {
		b.Taken = append(b.Taken, takenBody(t))
	}
	return b
}

func (b countBody) count() ledger.Count {
	c := ledger.Count{
		Slots: b.Slots, Pool: b.Pool, Walk: b.Walk, Arrived: b.Arrived, Cancelled: b.Cancelled,
		Printed: b.Printed, NotPrinted: b.NotPrinted, Unsure: b.Unsure,
		LateIssued: b.LateIssued, LatePrinted: b.LatePrinted, LateArrived: b.LateArrived, LateCancelled: b.LateCancelled,
	}
	for _, t := range b.Taken {
		c.Taken = append(c.Taken, ledger.Taken(t))
	}
	return c
}

// lateBody names a fact.
type lateBody struct {
	Incarnation booking.Incarnation `json:"incarnation"`
	N           uint64              `json:"n"`
}

func tallySubject(office booking.OfficeID, day string) string {
	return fmt.Sprintf("cnt.v1.%s.%s", office, day)
}

// Tally returns the tally of an office and day, or one with only office and day if there is none; or
// ledger.ErrUnreadable.
func (l *Ledger) Tally(ctx context.Context, office booking.OfficeID, day booking.Day) (ledger.Tally, error) {
	t := ledger.Tally{Office: office, Day: day}
	msg, err := known(l.last(ctx, countsStream, tallySubject(office, compact(day))))
	switch {
	case errors.Is(err, jetstream.ErrMsgNotFound):
		return t, nil
	case err != nil:
		return ledger.Tally{}, fmt.Errorf("read the tally of %s on %s: %w", office, day, err)
	}
	var b tallyBody
	if err := json.Unmarshal(msg.data, &b, json.RejectUnknownMembers(true)); err != nil {
		return ledger.Tally{}, fmt.Errorf("read the tally of %s on %s: %w", office, day, unreadable(msg.sequence, err))
	}
	t.Queues, t.Late, t.Revision = make(map[booking.QueueID]ledger.Count), make(map[booking.TotemID]booking.FactID), msg.sequence
	for queue, c := range b.Queues {
		t.Queues[queue] = c.count()
	}
	for totem, f := range b.Late {
		t.Late[totem] = booking.FactID(f)
	}
	return t, nil
}

// PutTally writes a tally if COUNTS still holds the revision that it names.
func (l *Ledger) PutTally(ctx context.Context, t ledger.Tally) (ledger.Tally, error) {
	b := tallyBody{make(map[booking.QueueID]countBody), make(map[booking.TotemID]lateBody)}
	for queue, c := range t.Queues {
		b.Queues[queue] = bodyOf(c)
	}
	for totem, f := range t.Late {
		b.Late[totem] = lateBody(f)
	}
	data, err := json.Marshal(b, json.Deterministic(true))
	if err != nil {
		return ledger.Tally{}, fmt.Errorf("write the tally of %s on %s: %w", t.Office, t.Day, err)
	}
	sequence, err := l.write(ctx, countsStream, tallySubject(t.Office, compact(t.Day)), t.Revision, data)
	switch {
	case errors.Is(err, ledger.ErrConflict):
		return ledger.Tally{}, err
	case err != nil:
		return ledger.Tally{}, fmt.Errorf("write the tally of %s on %s: %w", t.Office, t.Day, err)
	}
	l.noteWrite(ctx, countsStream, sequence)
	t.Revision = sequence
	return t, nil
}

// TallyDays returns the days of an office that have a tally, in order.
func (l *Ledger) TallyDays(ctx context.Context, office booking.OfficeID) ([]booking.Day, error) {
	info, err := l.info(ctx, countsStream, tallySubject(office, "*"))
	if err != nil {
		return nil, fmt.Errorf("list the tallies of %s: %w", office, err)
	}
	var days []booking.Day
	for subject := range info.State.Subjects {
		if day, ok := parseDay(subject[strings.LastIndexByte(subject, '.')+1:]); ok {
			days = append(days, day)
		}
	}
	slices.SortFunc(days, booking.Day.Compare)
	return days, nil
}
