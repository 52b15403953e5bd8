package wire

import (
	"errors"
	"fmt"

	"github.com/go-json-experiment/json"

	"example.org/totem/booking"
)

// Mark stands on a facts subject for the fact that was accepted last there, when that fact's day is closed: it holds the
// fact's place in the chain and nothing that the fact said.
type Mark struct {
	ID     booking.FactID // of the fact
	Digest Digest         // of the fact's message
}

// markBody is a mark as it travels. incarnation, n and digest keep their place and form in every version, as in a fact.
//
//	member       form             meaning
//	incarnation  16 hex digits    of the fact
//	n            integer from 1   of the fact
//	digest       11 of base64url  of the fact's message
type markBody struct {
	Incarnation booking.Incarnation `json:"incarnation"`
	N           uint64              `json:"n"`
	Digest      Digest              `json:"digest"`
}

// EncodeMark returns m in its envelope, in the newest version.
func EncodeMark(m Mark) ([]byte, error) {
	return write(Newest, kindMark, m, markOf, markBody.message)
}

// DecodeMark reads a mark. With an error the mark is zero.
func DecodeMark(data []byte) (Mark, error) { return read(data, kindMark, false, markBody.message) }

// IsMark reports whether data is a mark that DecodeMark reads.
func IsMark(data []byte) bool {
	_, err := DecodeMark(data)
	return err == nil
}

// PeekLast returns of a message on a facts subject, of whatever version and kind, which fact was accepted last there
// and the digest of that fact's message: of a fact its own, of a mark what it carries. It is an error if the message is
// neither.
func PeekLast(data []byte) (booking.FactID, Digest, error) {
	id, err := PeekFact(data)
	if err != nil {
		return booking.FactID{}, Digest{}, err
	}
	var peek struct {
		Kind string `json:"kind"`
	}
	if err := json.Unmarshal(data, &peek); err != nil || peek.Kind != kindMark {
		return id, DigestOf(data), nil
	}
	var mark struct {
		Body struct {
			Digest Digest `json:"digest"`
		} `json:"body"`
	}
	if err := json.Unmarshal(data, &mark); err != nil {
		return booking.FactID{}, Digest{}, fmt.Errorf("read a mark's digest: %w", err)
	}
	if mark.Body.Digest.IsZero() {
		return booking.FactID{}, Digest{}, errors.New("read a mark's digest: it has none")
	}
	return id, mark.Body.Digest, nil
}

func markOf(m Mark) (markBody, error) { return markBody{m.ID.Incarnation, m.ID.N, m.Digest}, nil }

func (b markBody) message() (Mark, error) {
	if b.Incarnation.IsZero() || b.N == 0 || b.Digest.IsZero() {
		return Mark{}, errors.New(`members "incarnation", "n" and "digest": want all three`)
	}
	return Mark{booking.FactID{Incarnation: b.Incarnation, N: b.N}, b.Digest}, nil
}
