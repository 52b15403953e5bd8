package jetstream

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/nats-io/nats.go/jetstream"

	"example.org/totem/booking"
	"example.org/totem/ledger"
)

// memberBody is a totem as the roster stores it. Releases that knew no epochs and no keys wrote the first, second,
// third and last member only.
//
//	member       form                                meaning
//	incarnation  16 hexadecimal digits, or left out  the store that holds its grants
//	folded       integer                             n of its last fact in the ledger
//	sequence     integer                             link sequence of that fact
//	merged       integer, or left out                epoch in which the store was found in step with the ledger
//	speaks       integer, or left out                newest message version it understands
//	key          public nkey, or left out            of the device
//	revoked      list of public nkeys, or left out   its former keys
//	token        object, or left out                 hash (SHA-256, base64) and until (UTC) of an enrolment token
//	fenced       list of incarnations                stores that a person declared lost
type memberBody struct {
	Incarnation booking.Incarnation   `json:"incarnation,omitzero"`
	Folded      uint64                `json:"folded"`
	Sequence    uint64                `json:"sequence"`
	Merged      uint64                `json:"merged,omitzero"`
	Speaks      int                   `json:"speaks,omitzero"`
	Key         string                `json:"key,omitzero"`
	Revoked     []string              `json:"revoked,omitempty"`
	Token       tokenBody             `json:"token,omitzero"`
	Fenced      []booking.Incarnation `json:"fenced"`
}

type tokenBody struct {
	Hash  [32]byte  `json:"hash"`
	Until time.Time `json:"until"`
}

func memberSubject(office booking.OfficeID, totem booking.TotemID) string {
	return "ros.v1." + string(office) + "." + string(totem)
}

// Member returns a totem as the roster's leader has it, or a Member with only its ids if it is not on the roster yet. With
// ledger.ErrUnreadable it returns ids and revision, upon which the record may be written anew.
func (l *Ledger) Member(ctx context.Context, office booking.OfficeID, totem booking.TotemID) (ledger.Member, error) {
	if found, ok := l.mirror.Load().record(ctx, office, totem); ok {
		return found.member, found.err
	}
	msg, err := l.last(ctx, rosterStream, memberSubject(office, totem))
	switch {
	case errors.Is(err, jetstream.ErrMsgNotFound):
		return ledger.Member{Office: office, Totem: totem}, nil
	case err != nil:
		return ledger.Member{}, fmt.Errorf("read totem %s/%s: %w", office, totem, err)
	}
	return memberOf(office, totem, msg)
}

// memberOf returns the totem of a message, or ledger.ErrUnreadable with ids and revision.
func memberOf(office booking.OfficeID, totem booking.TotemID, msg stored) (ledger.Member, error) {
	m := ledger.Member{Office: office, Totem: totem}
	var b memberBody
	err := msg.foreign
	if err == nil {
		err = json.Unmarshal(msg.data, &b, json.RejectUnknownMembers(true))
	}
	if err != nil {
		m.Revision = msg.sequence
		return m, fmt.Errorf("read totem %s/%s: %w", office, totem, unreadable(msg.sequence, err))
	}
	m.Incarnation, m.Folded, m.Sequence, m.Merged, m.Speaks = b.Incarnation, b.Folded, b.Sequence, b.Merged, b.Speaks
	m.Key, m.Revoked, m.Token, m.Fenced, m.Revision = b.Key, b.Revoked, ledger.Token(b.Token), b.Fenced, msg.sequence
	return m, nil
}

// PutMember writes a member if the roster still holds the revision that it names.
func (l *Ledger) PutMember(ctx context.Context, m ledger.Member) (ledger.Member, error) {
	m.Token.Until = m.Token.Until.UTC()
	b := memberBody{m.Incarnation, m.Folded, m.Sequence, m.Merged, m.Speaks, m.Key, m.Revoked, tokenBody(m.Token), m.Fenced}
	data, err := json.Marshal(b, json.Deterministic(true))
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
	l.noteWrite(ctx, rosterStream, sequence)
	m.Revision = sequence
	return m, nil
}

// Members returns the totems of an office that are on the roster, of all offices for "", in order of office and totem.
// With an error that is ledger.ErrUnreadable it returns all those that can be read.
func (l *Ledger) Members(ctx context.Context, office booking.OfficeID) ([]ledger.Member, error) {
	if office == "" {
		office = "*"
	}
	info, err := l.info(ctx, rosterStream, memberSubject(office, "*"))
	if err != nil {
		return nil, fmt.Errorf("list totems: %w", err)
	}
	var members []ledger.Member
	var wrong error
	for _, subject := range slices.SortedFunc(maps.Keys(info.State.Subjects), compareSubjects) {
		t := strings.Split(subject, ".")
		m, err := l.Member(ctx, booking.OfficeID(t[2]), booking.TotemID(t[3]))
		switch {
		case errors.Is(err, ledger.ErrUnreadable):
			wrong = errors.Join(wrong, err)
		case err != nil:
			return nil, err
		default:
			members = append(members, m)
		}
	}
	return members, wrong
}

// compareSubjects compares token by token: a full stop sorts after '-', which an id may hold.
func compareSubjects(a, b string) int {
	return slices.Compare(strings.Split(a, "."), strings.Split(b, "."))
}
