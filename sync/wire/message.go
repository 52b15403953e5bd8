// Package wire is what totem and scheduler say to each other, and totems to totems: subjects and messages, strict and
// versioned. Messages are JSON; docs/protocol.md describes them for those who write the other side.
package wire

import (
	"encoding/binary"
	"fmt"
	"time"

	"example.org/totem/booking"
)

// The versions of the messages. A totem writes Newest; a scheduler understands all from Oldest on, and answers in the
// version of the question.
const (
	Oldest = 1
	Newest = 2
)

// Hello is a totem's first request on a connection. It names the store that speaks.
type Hello struct {
	Incarnation booking.Incarnation
	N           uint64 // the last fact committed to that store, 0 for none
	Told        uint64 // the last fact that the store knows to be accepted, 0 for none. From version 2
	Epoch       uint64 // of the ledger that the store last took sheets of, 0 for none yet. From version 2
	Speaks      []int  // message versions, highest first
	Program     string // the totem's release, for the fleet's view
}

// Welcome answers Hello.
type Welcome struct {
	Accepted Accepted
	Time     time.Time // the scheduler's clock, UTC, whole seconds; only to be shown: see Reading
	Epoch    uint64    // of the ledger. From version 2
	Merge    bool      // the ledger began anew: before anything else the store is to tell what it holds. From version 2
}

// Merge tells a ledger that began anew, from a backup or elsewhere, what a totem's store holds: its sheets as they are
// cached, with the store's own tickets on them, and the keys of their days. It comes in pages.
type Merge struct {
	Incarnation booking.Incarnation
	Told        uint64 // as in Hello: facts up to here are not sent again
	Sheets      []booking.Sheet
	Keys        map[booking.Day]booking.DayKey
	More        bool // another page follows
}

// Merged answers Merge: what the page says is in the ledger.
type Merged struct {
	Epoch uint64 // of the ledger; after the last page the store belongs to it
}

// Enrol asks for credentials for the first time, with the one-time token that a person was given.
type Enrol struct {
	Token string // as "scheduler enrol" printed it
	Key   string // the device's public user nkey, "U…"
}

// Renew asks for fresh credentials for a key that is enrolled.
type Renew struct {
	Key string
}

// Credentials answers Enrol and Renew. Nothing in it is secret: only the holder of the key's seed can use it.
type Credentials struct {
	JWT    string   // NATS user JWT for the key
	Pins   []string // of the servers' TLS keys, now and to come: "sha256/" and the SPKI hash in base64
	Signer string   // the public nkey that signs the time
}

// Clock asks what the scheduler's clock shows.
type Clock struct {
	Nonce Nonce
}

// Nonce is drawn at random by who asks.
type Nonce [16]byte

// Reading answers Clock. The signature covers SignedReading.
type Reading struct {
	Nonce     Nonce
	Time      time.Time // UTC, whole milliseconds
	Signature []byte    // Ed25519, 64 bytes, by the Signer of the credentials
}

// SignedReading returns what the signature of a reading covers.
//
//	"totem.time.v1", 0   14 bytes
//	nonce                16 bytes
//	milliseconds         8 bytes, since 1970, big endian
func SignedReading(n Nonce, t time.Time) []byte {
	b := append([]byte("totem.time.v1\x00"), n[:]...)
	return binary.BigEndian.AppendUint64(b, uint64(t.UnixMilli()))
}

// Last asks which fact of the asking totem was accepted last.
type Last struct {
	Incarnation booking.Incarnation // of the store that asks; zero for one who only looks
}

// Accepted names the last message that the scheduler holds on a totem's facts subject, whichever store sent it. It
// answers the request "last". Where a [Mark] stands for a fact, it names the fact, and the mark's sequence.
type Accepted struct {
	Sequence    uint64              // link sequence, 0 for none
	Incarnation booking.Incarnation // zero for none, and for a message that is no fact
	N           uint64
	Digest      Digest // of the fact's message, zero without n
}

// Pull asks for what has changed.
type Pull struct {
	Incarnation booking.Incarnation // of the store that asks
	Have        []Have              // one entry a cached sheet
	Office      string              // digest of the cached office, "" for none
	Closed      booking.Day         // every day before it is closed for the store; zero for none. From version 2
	N           uint64              // the last fact committed to the store; 0 for none, or not told. From version 2
}

// Have is the revision of one cached sheet.
type Have struct {
	Queue    booking.QueueID
	Day      booking.Day
	Revision booking.Revision
}

// Pulled answers Pull: the sheets of the days that the totem is granted slots of, where they are newer than what it
// has.
type Pulled struct {
	Sheets []booking.Sheet
	Keys   map[booking.Day]booking.DayKey // of every day that the totem is granted slots of
	Office *booking.Office                // nil when the digest still fits
	Digest string                         // of the office that the scheduler has now
	More   bool                           // ask again: this was not all
	// Peers are the other totems of the office that can be reached on its network, by totem: all of them in every answer,
	// at most 64. From version 2; there are none before.
	Peers []Peer
}

// Refusal is a request that was understood and refused. It is an error.
type Refusal struct {
	Code     string // one of the codes below
	Sentence string // what is wrong, for a technician
	Remedy   string // what to do
}

// The codes of refusals.
const (
	RefusedUnknownTotem = "unknown-totem" // no office file names this totem
	RefusedOtherStore   = "other-store"   // this store is not, or no longer, the one that answers to this totem's id
	RefusedVersion      = "version"       // the two sides have no message version in common
	RefusedMessage      = "message"       // the request could not be understood
	RefusedTrouble      = "trouble"       // the scheduler cannot answer now; ask again
	RefusedHello        = "hello"         // the store is to introduce itself again, at once
	RefusedToken        = "token"         // the enrolment token is unknown, used or too old
	RefusedKey          = "key"           // the key is not enrolled for this totem, or was revoked
	RefusedGone         = "gone"          // to want: the pool has no free slot at that start
	RefusedReminders    = "reminders"     // to contact: nothing is offered here, or it was sealed to another key
	RefusedTicket       = "ticket"        // to contact: there is no such ticket, or its time is too near
)

// Error returns code, sentence and remedy.
func (r *Refusal) Error() string { return fmt.Sprintf("%s: %s (%s)", r.Code, r.Sentence, r.Remedy) }
