package wire

import (
	"errors"
	"fmt"
	"time"

	"github.com/go-json-experiment/json"

	"example.org/totem/booking"
)

// factBody is a fact as it travels. Only the members that the kind names are there.
//
//	member       form              kinds
//	incarnation  16 hex digits     all
//	n            integer from 1    all
//	kind         string            all
//	at           UTC minute        all
//	day          date              all
//	queue        identifier        all but closed
//	slot         number, "A042"    all but counted and closed
//	code         11 of base64url   issued, arrived, cancelled
//	service      identifier        issued, may be left out
//	paper        word              printed
//	of           kind              counted: one of the others but closed
//	hands        integer           released, transferred, received: 1 to 63
//	peer         identifier        transferred, received: the other totem
//	store        16 hex digits     transferred: of the peer
//	proof        86 of base64url   received: the peer's signature
//
// Version 1 knows nothing of the kinds arrived, cancelled, released, transferred and received, nor of their counts.
//
// incarnation and n keep their place and form in every version, so that a scheduler can say which fact it holds last
// even if it is too old to understand it.
type factBody struct {
	Incarnation booking.Incarnation `json:"incarnation"`
	N           uint64              `json:"n"`
	Kind        booking.FactKind    `json:"kind"`
	At          minute              `json:"at"`
	Day         booking.Day         `json:"day"`
	Queue       *booking.QueueID    `json:"queue,omitzero"`
	Slot        *booking.Number     `json:"slot,omitzero"`
	Code        *booking.CodeHash   `json:"code,omitzero"`
	Service     *booking.ServiceID  `json:"service,omitzero"`
	Paper       *string             `json:"paper,omitzero"`
	Of          *booking.FactKind   `json:"of,omitzero"`

	Hands *int                 `json:"hands,omitzero" since:"2,optional"`
	Peer  *booking.TotemID     `json:"peer,omitzero" since:"2,optional"`
	Store *booking.Incarnation `json:"store,omitzero" since:"2,optional"`
	Proof *signature           `json:"proof,omitzero" since:"2,optional"`
}

// MaxFact is the length in bytes of the longest fact message. No fact that passes its Check comes near it.
const MaxFact = 16 << 10

// EncodeFact returns f in its envelope, in the newest version. It refuses a fact that does not pass its Check, or would be longer than
// [MaxFact].
func EncodeFact(f booking.Fact) ([]byte, error) { return encodeFact(Newest, f) }

// FactDigests returns the digests that a message of f may have: one for each version that knows its kind. A totem may
// have sent it before its program was renewed.
func FactDigests(f booking.Fact) ([]Digest, error) {
	var digests []Digest
	for version := max(Oldest, factSince(f.Kind), factSince(f.Of)); version <= Newest; version++ {
		data, err := encodeFact(version, f)
		if err != nil {
			return nil, err
		}
		digests = append(digests, DigestOf(data))
	}
	return digests, nil
}

func encodeFact(version int, f booking.Fact) ([]byte, error) {
	data, err := write(version, kindFact, f, factOf, func(b factBody) (booking.Fact, error) { return b.message(version) })
	if err == nil && len(data) > MaxFact {
		return nil, fmt.Errorf("encode %s message: %d bytes, more than %d", kindFact, len(data), MaxFact)
	}
	return data, err
}

// DecodeFact reads a fact. A [Mark] in its place ends in a [KindError] as any other message does. A fact of a kind that
// its version does not know ends in a [KindError] with that kind. With an error the fact is zero.
func DecodeFact(data []byte) (booking.Fact, error) {
	version, _ := VersionOf(data) // if it has none, read tells
	f, err := read(data, kindFact, false, func(b factBody) (booking.Fact, error) { return b.message(version) })
	if err == nil || errors.As(err, new(KindError)) {
		return f, err
	}
	// A kind that we do not know may well have members that we do not know, and they were found first.
	if _, kind, body, openErr := open(data); openErr == nil && kind == kindFact {
		var peek struct {
			Kind booking.FactKind `json:"kind"`
		}
		if json.Unmarshal(body, &peek) == nil && peek.Kind != "" && !knownFact(version, peek.Kind) {
			return booking.Fact{}, fmt.Errorf("decode fact message: %w", KindError{string(peek.Kind)})
		}
	}
	return f, err
}

// PeekFact returns the number of a fact message of whatever version and kind.
func PeekFact(data []byte) (booking.FactID, error) {
	var peek struct {
		Body struct {
			Incarnation booking.Incarnation `json:"incarnation"`
			N           uint64              `json:"n"`
		} `json:"body"`
	}
	if len(data) > MaxMessage {
		return booking.FactID{}, fmt.Errorf("read a fact's number: %d bytes, more than %d", len(data), MaxMessage)
	}
	if err := json.Unmarshal(data, &peek); err != nil {
		return booking.FactID{}, fmt.Errorf("read a fact's number: %w", err)
	}
	if peek.Body.Incarnation.IsZero() || peek.Body.N == 0 {
		return booking.FactID{}, errors.New("read a fact's number: it has none")
	}
	return booking.FactID{Incarnation: peek.Body.Incarnation, N: peek.Body.N}, nil
}

// factSince returns the version that brought a kind of fact, 0 for none.
func factSince(k booking.FactKind) int {
	switch k {
	case booking.FactIssued, booking.FactPrinted, booking.FactCounted, booking.FactClosed:
		return 1
	case booking.FactArrived, booking.FactCancelled, booking.FactReleased, booking.FactTransferred, booking.FactReceived:
		return 2
	}
	return 0
}

// knownFact reports whether a version has a kind of fact.
func knownFact(version int, k booking.FactKind) bool {
	first := factSince(k)
	return first > 0 && first <= version
}

func factOf(f booking.Fact) (factBody, error) {
	b := factBody{
		Incarnation: f.ID.Incarnation, N: f.ID.N, Kind: f.Kind, At: minute(f.At.UTC()), Day: f.Day,
		Queue: unlessZero(f.Queue), Slot: unlessZero(f.Slot), Code: unlessZero(f.Code),
		Service: unlessZero(f.Service), Of: unlessZero(f.Of),
		Hands: unlessZero(f.Hands), Peer: unlessZero(f.Peer), Store: unlessZero(f.Store), Proof: unlessZero(signature(f.Proof)),
	}
	if f.Paper != booking.PaperUntold {
		b.Paper = present(f.Paper.String())
	}
	return b, nil
}

func (b factBody) message(version int) (booking.Fact, error) {
	if !knownFact(version, b.Kind) {
		return booking.Fact{}, KindError{string(b.Kind)}
	}
	if b.Of != nil && factSince(*b.Of) > version {
		return booking.Fact{}, KindError{string(*b.Of)}
	}
	f := booking.Fact{
		ID:   booking.FactID{Incarnation: b.Incarnation, N: b.N},
		Kind: b.Kind, At: time.Time(b.At), Day: b.Day,
		Queue: orZero(b.Queue), Slot: orZero(b.Slot), Code: orZero(b.Code), Service: orZero(b.Service),
		Of:    orZero(b.Of),
		Hands: orZero(b.Hands), Peer: orZero(b.Peer), Store: orZero(b.Store), Proof: booking.Proof(orZero(b.Proof)),
	}
	if b.Queue != nil {
		if err := booking.CheckID(string(*b.Queue)); err != nil {
			return booking.Fact{}, fmt.Errorf(`member "queue": %w`, err)
		}
	}
	if b.Service != nil {
		if err := booking.CheckID(string(*b.Service)); err != nil {
			return booking.Fact{}, fmt.Errorf(`member "service": %w`, err)
		}
	}
	if b.Peer != nil {
		if err := booking.CheckTotemID(string(*b.Peer)); err != nil {
			return booking.Fact{}, fmt.Errorf(`member "peer": %w`, err)
		}
	}
	if b.Slot != nil {
		if _, _, err := b.Slot.Split(); err != nil {
			return booking.Fact{}, fmt.Errorf(`member "slot": %w`, err)
		}
	}
	if b.Paper != nil {
		p, err := booking.ParsePaper(*b.Paper)
		if err != nil || p == booking.PaperUntold {
			return booking.Fact{}, fmt.Errorf(`member "paper": %q is no outcome`, *b.Paper)
		}
		f.Paper = p
	}
	if err := errors.Join(checkDay(f.Day), f.Check()); err != nil {
		return booking.Fact{}, err
	}
	return f, nil
}
