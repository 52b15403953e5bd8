// Package wire is what totem and scheduler say to each other: subjects and messages, strict and versioned. Messages
// are JSON; docs/protocol.md describes them for those who write the other side.
package wire

import (
	"fmt"
	"time"

	"example.org/totem/booking"
)

// Version is the version of the messages that this package writes.
const Version = 1

// Hello is a totem's first request on a connection. It names the store that speaks.
type Hello struct {
	Incarnation booking.Incarnation `json:"incarnation"`
	N           uint64              `json:"n"`       // the last fact committed to that store, 0 for none
	Speaks      []int               `json:"speaks"`  // message versions, highest first
	Program     string              `json:"program"` // the totem's release, for the fleet's view
}

// Welcome answers Hello.
type Welcome struct {
	Accepted Accepted  `json:"accepted"`
	Time     time.Time `json:"time"` // the scheduler's clock, UTC, whole seconds
}

// Last asks which fact of the asking totem was accepted last.
type Last struct {
	Incarnation booking.Incarnation // of the store that asks; zero for one who only looks
}

// Accepted names the last message that the scheduler holds on a totem's facts subject, whichever store sent it. It
// answers the request "last".
type Accepted struct {
	Sequence    uint64              `json:"sequence"`    // link sequence, 0 for none
	Incarnation booking.Incarnation `json:"incarnation"` // zero for none, and for a message that is no fact
	N           uint64              `json:"n"`
	Digest      Digest              `json:"digest"` // of the fact's message, zero without n
}

// Pull asks for what has changed.
type Pull struct {
	Incarnation booking.Incarnation `json:"incarnation"` // of the store that asks
	Have        []Have              `json:"have"`        // one entry a cached sheet
	Office      string              `json:"office"`      // digest of the cached office, "" for none
}

// Have is the revision of one cached sheet.
type Have struct {
	Queue    booking.QueueID  `json:"queue"`
	Day      booking.Day      `json:"day"`
	Revision booking.Revision `json:"revision"`
}

// Pulled answers Pull: the sheets of the days that the totem is granted slots of, where they are newer than what it
// has.
type Pulled struct {
	Sheets []booking.Sheet                `json:"-"`
	Keys   map[booking.Day]booking.DayKey `json:"-"` // of every day that the totem is granted slots of
	Office *booking.Office                `json:"-"` // nil when the digest still fits
	Digest string                         `json:"-"` // of the office that the scheduler has now
	More   bool                           `json:"-"` // ask again: this was not all
}

// Refusal is a request that was understood and refused. It is an error.
type Refusal struct {
	Code     string `json:"code"`     // one of the codes below
	Sentence string `json:"sentence"` // what is wrong, for a technician
	Remedy   string `json:"remedy"`   // what to do
}

// The codes of refusals.
const (
	RefusedUnknownTotem = "unknown-totem" // no office file names this totem
	RefusedOtherStore   = "other-store"   // this store is not, or no longer, the one that answers to this totem's id
	RefusedVersion      = "version"       // the two sides have no message version in common
	RefusedMessage      = "message"       // the request could not be understood
	RefusedTrouble      = "trouble"       // the scheduler cannot answer now; ask again
)

// Error returns code, sentence and remedy.
func (r *Refusal) Error() string { return fmt.Sprintf("%s: %s (%s)", r.Code, r.Sentence, r.Remedy) }
