package jetstream

import (
	"context"
	"errors"
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/nats-io/nats.go/jetstream"

	"example.org/totem/booking"
	"example.org/totem/ledger"
)

// memberBody is a totem as the roster stores it.
//
//	member       form                                meaning
//	incarnation  16 hexadecimal digits, or left out  the store that holds its grants
//	folded       integer                             n of its last fact in the ledger
//	sequence     integer                             link sequence of that fact
//	fenced       list of incarnations                stores that a person declared lost
type memberBody struct {
	Incarnation booking.Incarnation   `json:"incarnation,omitzero"`
	Folded      uint64                `json:"folded"`
	Sequence    uint64                `json:"sequence"`
	Fenced      []booking.Incarnation `json:"fenced"`
}

func memberSubject(office booking.OfficeID, totem booking.TotemID) string {
	return fmt.Sprintf("ros.v1.%s.%s", office, totem)
}

// Member returns a totem, or a Member with only its ids if it is not on the roster yet; or ledger.ErrUnreadable.
func (l *Ledger) Member(ctx context.Context, office booking.OfficeID, totem booking.TotemID) (ledger.Member, error) {
	m := ledger.Member{Office: office, Totem: totem}
	msg, err := l.last(ctx, rosterStream, memberSubject(office, totem))
	switch {
	case errors.Is(err, jetstream.ErrMsgNotFound):
		return m, nil
	case err != nil:
		return ledger.Member{}, fmt.Errorf("read totem %s/%s: %w", office, totem, err)
	}
	var b memberBody
	if err := json.Unmarshal(msg.data, &b, json.RejectUnknownMembers(true)); err != nil {
		return ledger.Member{}, fmt.Errorf("read totem %s/%s: %w", office, totem, unreadable(msg.sequence, err))
	}
	m.Incarnation, m.Folded, m.Sequence, m.Fenced, m.Revision = b.Incarnation, b.Folded, b.Sequence, b.Fenced, msg.sequence
	return m, nil
}

// PutMember writes a member if the roster still holds the revision that it names.
func (l *Ledger) PutMember(ctx context.Context, m ledger.Member) (ledger.Member, error) {
	data, err := json.Marshal(memberBody{m.Incarnation, m.Folded, m.Sequence, m.Fenced}, json.Deterministic(true))
	if err != nil {
		return ledger.Member{}, fmt.Errorf("write totem %s/%s: %w", m.Office, m.Totem, err)
	}
	sequence, err := l.write(ctx, rosterStream, memberSubject(m.Office, m.Totem), m.Revision, data)
	switch {
	case errors.Is(err, ledger.ErrConflict):
		return ledger.Member{}, err
	case err != nil:
		return ledger.Member{}, fmt.Errorf("write totem %s/%s: %w", m.Office, m.Totem, err)
	}
	m.Revision = sequence
	return m, nil
}
