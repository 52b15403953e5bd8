package booking

import (
	"encoding/hex"
	"fmt"
	"io"
	"time"
)

// Incarnation is the random name of one life of a totem's store: a totem whose store was made anew has another. The
// zero Incarnation is none.
type Incarnation [8]byte

// NewIncarnation draws an incarnation from random.
func NewIncarnation(random io.Reader) (Incarnation, error) {
	var i Incarnation
	if _, err := io.ReadFull(random, i[:]); err != nil {
		return Incarnation{}, fmt.Errorf("draw an incarnation: %w", err)
	}
	return i, nil
}

// IsZero reports whether i is none.
func (i Incarnation) IsZero() bool { return i == Incarnation{} }

// String returns 16 hexadecimal digits.
func (i Incarnation) String() string { return hex.EncodeToString(i[:]) }

// MarshalText writes 16 hexadecimal digits.
func (i Incarnation) MarshalText() ([]byte, error) { return []byte(i.String()), nil }

// UnmarshalText reads 16 lower-case hexadecimal digits.
func (i *Incarnation) UnmarshalText(b []byte) error {
	raw, err := hex.DecodeString(string(b))
	if err != nil || len(raw) != len(i) || hex.EncodeToString(raw) != string(b) {
		return fmt.Errorf("incarnation: want %d lower-case hexadecimal digits", 2*len(i))
	}
	copy(i[:], raw)
	return nil
}

// FactID numbers the facts of one totem: n counts from 1 within an incarnation. The scheduler deduplicates and
// answers by it, never by a fact's bytes.
type FactID struct {
	Incarnation Incarnation
	N           uint64
}

// FactKind says what happened.
type FactKind string

// The kinds of facts.
const (
	FactIssued    FactKind = "issued"    // a slot was promised to a citizen: Slot, Code, perhaps Service
	FactPrinted   FactKind = "printed"   // the slip's outcome: Slot, Paper
	FactArrived   FactKind = "arrived"   // whoever showed the code has come: Slot, Code; any totem of the office may tell it
	FactCancelled FactKind = "cancelled" // whoever showed the code gave the ticket back: Slot, Code; any totem may tell it
	FactCounted   FactKind = "counted"   // stands for a fact whose day closed before it was sent: Of, no slot, no code
	FactClosed    FactKind = "closed"    // the totem has erased the day: the last fact of a day, and it holds no code

	FactReleased    FactKind = "released"    // the totem gave an unsold slot of its grant back: Slot, Hands
	FactTransferred FactKind = "transferred" // the totem passed an unsold slot on to another one: Slot, Hands, Peer, Store
	FactReceived    FactKind = "received"    // it was passed an unsold slot by another one: Slot, Hands, Peer, Proof
)

// Fact is something that a totem did and has committed. Only the fields that its kind names are set.
type Fact struct {
	ID   FactID
	Kind FactKind
	At   time.Time // when, rounded down to the minute, UTC
	Day  Day       // the day it is about

	Queue   QueueID   // all but closed
	Slot    Number    // all but counted and closed
	Code    CodeHash  // issued, arrived, cancelled
	Service ServiceID // issued; set only where the office prepares its desk and no service of the queue is sensitive
	Paper   Paper     // printed
	Of      FactKind  // counted

	Hands int         // released, transferred, received: the slot's Hands from then on, 1 to MostHands
	Peer  TotemID     // transferred: to whom; received: by whom
	Store Incarnation // transferred: of the totem that it is passed on to
	Proof Proof       // received: the signature of who passed it on
}

// Proof is an Ed25519 signature over [Transfer.Signed]. The zero Proof is none.
type Proof [64]byte

// IsZero reports whether p is none.
func (p Proof) IsZero() bool { return p == Proof{} }

// Counted returns what may still be told of f once its day has closed: that it happened, under its own number.
func (f Fact) Counted() Fact {
	if f.Kind == FactClosed || f.Kind == FactCounted {
		return f
	}
	return Fact{ID: f.ID, Kind: FactCounted, At: f.Day.noon().Truncate(24 * time.Hour), Day: f.Day, Queue: f.Queue, Of: f.Kind}
}

// Check reports whether exactly the fields of f's kind are set.
func (f Fact) Check() error {
	bad := func(format string, args ...any) error {
		return fmt.Errorf("fact %s/%d: %s", f.ID.Incarnation, f.ID.N, fmt.Sprintf(format, args...))
	}
	switch {
	case f.ID.Incarnation.IsZero() || f.ID.N == 0:
		return bad("no number")
	case f.Day.IsZero():
		return bad("no day")
	case f.At.IsZero() || !f.At.Equal(f.At.Truncate(time.Minute)):
		return bad("its time is not a whole minute")
	}
	want := Fact{ID: f.ID, Kind: f.Kind, At: f.At, Day: f.Day}
	switch f.Kind {
	case FactIssued:
		want.Queue, want.Slot, want.Code, want.Service = f.Queue, f.Slot, f.Code, f.Service
		if f.Queue == "" || f.Slot == "" || f.Code.IsZero() {
			return bad("an issued fact needs queue, slot and code hash")
		}
	case FactPrinted:
		want.Queue, want.Slot, want.Paper = f.Queue, f.Slot, f.Paper
		if f.Queue == "" || f.Slot == "" || f.Paper == PaperUntold {
			return bad("a printed fact needs queue, slot and outcome")
		}
	case FactArrived, FactCancelled:
		want.Queue, want.Slot, want.Code = f.Queue, f.Slot, f.Code
		if f.Queue == "" || f.Slot == "" || f.Code.IsZero() {
			return bad("a fact %s needs queue, slot and code hash", f.Kind)
		}
	case FactReleased, FactTransferred, FactReceived:
		return f.checkHand()
	case FactCounted:
		want.Queue, want.Of = f.Queue, f.Of
		if f.Queue == "" || !f.Of.countable() {
			return bad("a counted fact needs queue and kind")
		}
	case FactClosed:
	default:
		return bad("unknown kind %q", string(f.Kind))
	}
	if f != want {
		return bad("a %s fact with fields of another kind", f.Kind)
	}
	return nil
}

// checkHand is Check for the kinds by which a slot changes hands.
func (f Fact) checkHand() error {
	want := Fact{ID: f.ID, Kind: f.Kind, At: f.At, Day: f.Day, Queue: f.Queue, Slot: f.Slot, Hands: f.Hands}
	whole := f.Queue != "" && f.Slot != "" && f.Hands >= 1 && f.Hands <= MostHands
	switch f.Kind {
	case FactTransferred:
		want.Peer, want.Store = f.Peer, f.Store
		whole = whole && f.Peer != "" && !f.Store.IsZero()
	case FactReceived:
		want.Peer, want.Proof = f.Peer, f.Proof
		whole = whole && f.Peer != "" && !f.Proof.IsZero()
	}
	if !whole || f != want {
		return fmt.Errorf("fact %s/%d: a %s fact with fields of another kind, or without its own", f.ID.Incarnation, f.ID.N, f.Kind)
	}
	return nil
}

// countable reports whether a fact of kind k can become a counted one.
func (k FactKind) countable() bool {
	switch k {
	case FactIssued, FactPrinted, FactArrived, FactCancelled, FactReleased, FactTransferred, FactReceived:
		return true
	case FactCounted, FactClosed:
	}
	return false
}
