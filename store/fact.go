package store

import (
	"encoding/json"

	"example.org/totem/booking"
	"example.org/totem/sync/wire"
)

// factRow is a fact as a row of the outbox: fields that its kind does not name are NULL.
type factRow struct {
	n     int64
	kind  string
	at    int64
	day   string
	queue *string
	slot  *string
	code  []byte
	svc   *string
	paper *int64
	of    *string
	hands *int64
	peer  *string
	store []byte
	proof []byte
}

func rowOf(f booking.Fact) factRow {
	r := factRow{
		n: int64(f.ID.N), kind: string(f.Kind), at: minuteOf(f.At), day: f.Day.String(),
		queue: optional(string(f.Queue)), slot: optional(string(f.Slot)), svc: optional(string(f.Service)),
		of: optional(string(f.Of)), peer: optional(string(f.Peer)),
	}
	if !f.Code.IsZero() {
		r.code = f.Code[:]
	}
	if f.Paper != booking.PaperUntold {
		p := int64(f.Paper)
		r.paper = &p
	}
	if f.Hands != 0 {
		hands := int64(f.Hands)
		r.hands = &hands
	}
	if !f.Store.IsZero() {
		r.store = f.Store[:]
	}
	if !f.Proof.IsZero() {
		r.proof = f.Proof[:]
	}
	return r
}

// args are the row's columns in the order of the table.
func (r *factRow) args() []any {
	return []any{r.n, r.kind, r.at, r.day, r.queue, r.slot, r.code, r.svc, r.paper, r.of, r.hands, r.peer, r.store, r.proof}
}

// targets are where the row's columns are scanned to.
func (r *factRow) targets() []any {
	return []any{&r.n, &r.kind, &r.at, &r.day, &r.queue, &r.slot, &r.code, &r.svc, &r.paper, &r.of, &r.hands, &r.peer, &r.store, &r.proof}
}

// fact returns the row as a fact of incarnation i, or damage.
func (r *factRow) fact(i booking.Incarnation) (booking.Fact, error) {
	day, err := booking.ParseDay(r.day)
	if err != nil {
		return booking.Fact{}, damage("a fact's day is not one: " + err.Error())
	}
	f := booking.Fact{
		ID: booking.FactID{Incarnation: i, N: uint64(r.n)}, Kind: booking.FactKind(r.kind), At: minuteTime(r.at), Day: day,
		Queue: booking.QueueID(deref(r.queue)), Slot: booking.Number(deref(r.slot)),
		Service: booking.ServiceID(deref(r.svc)), Of: booking.FactKind(deref(r.of)), Peer: booking.TotemID(deref(r.peer)),
	}
	copy(f.Code[:], r.code)
	copy(f.Store[:], r.store)
	copy(f.Proof[:], r.proof)
	if r.hands != nil {
		f.Hands = int(*r.hands)
	}
	if r.paper != nil {
		f.Paper = booking.Paper(*r.paper)
	}
	if err := f.Check(); err != nil {
		return booking.Fact{}, damage(err.Error())
	}
	return f, nil
}

// addNext commits f as the next fact.
func (t tx) addNext(f booking.Fact) error {
	last, err := t.lastFact()
	if err != nil {
		return err
	}
	return t.addFact(last+1, f)
}

// addFact commits f as number n, at the transaction's time.
func (t tx) addFact(n int64, f booking.Fact) error {
	f.ID = booking.FactID{Incarnation: t.incarnation, N: uint64(n)}
	f.At = minuteTime(t.minute)
	if err := f.Check(); err != nil {
		return err
	}
	message, err := wire.EncodeFact(f)
	if err != nil {
		return err // it could never be sent, and would hold up all behind it
	}
	digest := wire.DigestOf(message)
	row := rowOf(f)
	return t.exec("fact_add", append(row.args(), digest[:])...)
}

// lastFact returns the number of the last fact, 0 for none.
func (t tx) lastFact() (n int64, err error) {
	return n, t.row("fact_last").Scan(&n)
}

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// unmarshal reads what the store itself has written as JSON.
func unmarshal(body string, into any) error {
	if err := json.Unmarshal([]byte(body), into); err != nil {
		return damage(err.Error())
	}
	return nil
}
