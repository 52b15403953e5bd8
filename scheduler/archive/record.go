package archive

import (
	"fmt"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"example.org/totem/booking"
	"example.org/totem/ledger"
	"example.org/totem/sync/wire"
)

// memberLine is a totem on the roster. Its link sequence is left out: the facts' stream is not part of a backup, and
// numbers anew. So is its token: who has a copy of the file shall not be able to guess at it in peace.
//
//	member              meaning
//	office, totem       whose
//	incarnation         of its store, left out for none
//	folded              n of its last fact in the ledger
//	merged, speaks      as on the roster
//	key, revoked        public keys of its devices
//	fenced              stores that a person declared lost
type memberLine struct {
	Office      booking.OfficeID      `json:"office"`
	Totem       booking.TotemID       `json:"totem"`
	Incarnation booking.Incarnation   `json:"incarnation,omitzero"`
	Folded      uint64                `json:"folded,omitzero"`
	Merged      uint64                `json:"merged,omitzero"`
	Speaks      int                   `json:"speaks,omitzero"`
	Key         string                `json:"key,omitzero"`
	Revoked     []string              `json:"revoked,omitempty"`
	Fenced      []booking.Incarnation `json:"fenced,omitempty"`
}

func memberOf(m ledger.Member) *memberLine {
	return &memberLine{m.Office, m.Totem, m.Incarnation, m.Folded, m.Merged, m.Speaks, m.Key, m.Revoked, m.Fenced}
}

// earlier is the epoch of a store that was in step with a ledger when nobody noted in which: earlier than any that
// Restore makes.
const earlier = 1

// member returns the totem as a restored roster has it: its store, if it has one, is in step with an earlier ledger.
func (l memberLine) member() ledger.Member {
	m := ledger.Member{
		Office: l.Office, Totem: l.Totem, Incarnation: l.Incarnation, Folded: l.Folded, Merged: l.Merged, Speaks: l.Speaks,
		Key: l.Key, Revoked: l.Revoked, Fenced: l.Fenced,
	}
	if !m.Incarnation.IsZero() && m.Merged == 0 {
		m.Merged = earlier
	}
	return m
}

// sheetLine is a sheet: its message as sync/wire writes it, without revision.
type sheetLine struct {
	Message jsontext.Value `json:"message"`
}

func sheetOf(s booking.Sheet) (*sheetLine, error) {
	message, err := wire.EncodeSheet(wire.Newest, s)
	return &sheetLine{message}, err
}

func (l sheetLine) sheet() (booking.Sheet, error) {
	s, err := wire.DecodeSheet(l.Message)
	if err == nil {
		err = s.Check()
	}
	if err != nil {
		return booking.Sheet{}, fmt.Errorf("%w: a sheet: %w", ErrDamaged, err)
	}
	s.Revision = booking.Revision{}
	return s, nil
}

// tallyLine is what remains of an office's day.
type tallyLine struct {
	Office booking.OfficeID              `json:"office"`
	Day    booking.Day                   `json:"day"`
	Queues map[booking.QueueID]countLine `json:"queues"`
	Late   map[booking.TotemID]factLine  `json:"late,omitempty"`
}

type countLine struct {
	Slots         int `json:"slots"`
	Pool          int `json:"pool"`
	Walk          int `json:"walk"`
	Arrived       int `json:"arrived,omitzero"`
	Cancelled     int `json:"cancelled,omitzero"`
	Printed       int `json:"printed"`
	NotPrinted    int `json:"not-printed"`
	Unsure        int `json:"unsure"`
	LateIssued    int `json:"late-issued"`
	LatePrinted   int `json:"late-printed"`
	LateArrived   int `json:"late-arrived,omitzero"`
	LateCancelled int `json:"late-cancelled,omitzero"`

	Taken []takenLine `json:"taken,omitempty"`
}

// takenLine is what a totem gave for slots that start in one half-hour: see ledger.Taken.
type takenLine struct {
	Totem booking.TotemID `json:"totem"`
	Half  int             `json:"half"`
	N     int             `json:"n"`
}

func countOf(c ledger.Count) countLine {
	l := countLine{
		Slots: c.Slots, Pool: c.Pool, Walk: c.Walk, Arrived: c.Arrived, Cancelled: c.Cancelled,
		Printed: c.Printed, NotPrinted: c.NotPrinted, Unsure: c.Unsure,
		LateIssued: c.LateIssued, LatePrinted: c.LatePrinted, LateArrived: c.LateArrived, LateCancelled: c.LateCancelled,
	}
	for _, t := range c.Taken {
		l.Taken = append(l.Taken, takenLine(t))
	}
	return l
}

func (l countLine) count() ledger.Count {
	c := ledger.Count{
		Slots: l.Slots, Pool: l.Pool, Walk: l.Walk, Arrived: l.Arrived, Cancelled: l.Cancelled,
		Printed: l.Printed, NotPrinted: l.NotPrinted, Unsure: l.Unsure,
		LateIssued: l.LateIssued, LatePrinted: l.LatePrinted, LateArrived: l.LateArrived, LateCancelled: l.LateCancelled,
	}
	for _, t := range l.Taken {
		c.Taken = append(c.Taken, ledger.Taken(t))
	}
	return c
}

type factLine struct {
	Incarnation booking.Incarnation `json:"incarnation"`
	N           uint64              `json:"n"`
}

func tallyOf(t ledger.Tally) *tallyLine {
	l := &tallyLine{Office: t.Office, Day: t.Day, Queues: make(map[booking.QueueID]countLine), Late: make(map[booking.TotemID]factLine)}
	for q, c := range t.Queues {
		l.Queues[q] = countOf(c)
	}
	for totem, f := range t.Late {
		l.Late[totem] = factLine(f)
	}
	return l
}

func (l tallyLine) tally() ledger.Tally {
	t := ledger.Tally{Office: l.Office, Day: l.Day, Queues: make(map[booking.QueueID]ledger.Count), Late: make(map[booking.TotemID]booking.FactID)}
	for q, c := range l.Queues {
		t.Queues[q] = c.count()
	}
	for totem, f := range l.Late {
		t.Late[totem] = booking.FactID(f)
	}
	return t
}

func headerOf(made time.Time, epoch uint64) header {
	return header{Backup: Version, Made: made.UTC().Truncate(time.Second), Epoch: epoch}
}
