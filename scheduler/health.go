package scheduler

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"example.org/totem/booking"
	"example.org/totem/ledger"
	"example.org/totem/sync/wire"
)

// versionOfHealth is the message version from which a totem tells how it is.
const versionOfHealth = 2

// freshness is how old the ward's record of a totem may be while the totem says the same. It is less than the time
// between two signs of life, so that each of these is written down.
const freshness = 10 * time.Minute

// patients are the totems as this service has heard them, and as it has looked them up.
type patients struct {
	sync.Mutex
	known map[totemKey]*patient
	swept bool // nothing is kept of totems that no office file names
}

// patient is what the service knows of one totem.
type patient struct {
	ledger.Health            // as the ward has it, or had it
	n             uint64     // up to this number of the store's messages none was missed since the ward's record
	store         heardStore // whose silence is measured
	told          Trouble    // the log says that the totem is in this trouble
}

// heardStore is a store, and when the service itself heard of it last or, before it did, saw it on the roster first.
type heardStore struct {
	booking.Incarnation
	at time.Duration // of Config.Running
}

// Health takes in how a totem is. It is kept if it is news, or if what is kept is no longer fresh. A message that is older
// than what is kept changes nothing. The error is a *wire.Refusal, or trouble that may pass.
func (s *Service) Health(ctx context.Context, id booking.OfficeID, totem booking.TotemID, h wire.Health) (wire.Noted, error) {
	if s.ward == nil {
		return wire.Noted{}, &wire.Refusal{Code: wire.RefusedMessage, Sentence: "this scheduler does not keep how totems are", Remedy: "none"}
	}
	if _, err := s.officeOf(id, totem); err != nil {
		return wire.Noted{}, s.refuse(id, totem, err)
	}
	if _, err := s.owner(ctx, id, totem, h.Incarnation); err != nil {
		return wire.Noted{}, s.refuse(id, totem, err)
	}
	for {
		before, err := s.ward.Health(ctx, id, totem)
		if err != nil && !(errors.Is(err, ledger.ErrUnreadable) && before.Revision != 0) {
			return wire.Noted{}, err
		}
		s.ears.hear(totemKey{id, totem}, s.running())
		now := s.now()
		noted, news := s.patients.weigh(before, h, now, s.running())
		if !news {
			return noted, nil
		}
		after, err := s.ward.PutHealth(ctx, admitted(before, h, now))
		if errors.Is(err, ledger.ErrConflict) {
			continue
		}
		if err != nil {
			return wire.Noted{}, err
		}
		s.patients.note(after, s.running())
		m, err := s.stillOwner(ctx, id, totem, h.Incarnation)
		if err != nil {
			return wire.Noted{}, err
		}
		s.meetOne(m)
		return noted, nil
	}
}

// owner returns the totem, or a refusal unless the store is the one that the totem's name is bound to. Whether it is in step with
// the ledger is of no account.
func (s *Service) owner(ctx context.Context, id booking.OfficeID, totem booking.TotemID, store booking.Incarnation) (ledger.Member, error) {
	m, err := s.roster.Member(ctx, id, totem)
	if err != nil {
		return m, err
	}
	if refusal := otherStore(m, store); refusal != nil {
		return m, refusal
	}
	if m.Incarnation.IsZero() {
		return m, &wire.Refusal{
			Code:     wire.RefusedHello,
			Sentence: fmt.Sprintf("the store of totem %s has not introduced itself", totem),
			Remedy:   "none: the totem does so when it connects",
		}
	}
	return m, nil
}

// stillOwner is owner; it erases what was written of a store that was fenced meanwhile, and refuses it.
func (s *Service) stillOwner(ctx context.Context, id booking.OfficeID, totem booking.TotemID, store booking.Incarnation) (ledger.Member, error) {
	m, err := s.owner(ctx, id, totem, store)
	if _, refused := errors.AsType[*wire.Refusal](err); refused {
		return m, errors.Join(s.refuse(id, totem, err), s.ward.DropHealth(ctx, id, totem))
	}
	return m, err
}

// admitted returns what is kept of a totem from now on.
func admitted(before ledger.Health, h wire.Health, now time.Time) ledger.Health {
	minute := now.UTC().Truncate(time.Minute)
	after := ledger.Health{Office: before.Office, Totem: before.Totem, Told: h, Heard: minute, Revision: before.Revision}
	switch {
	case h.Printer.Ready():
	case before.Told.Incarnation == h.Incarnation && !before.Unready.IsZero():
		after.Unready = before.Unready
	case h.Clock != wire.ClockUnknown && !h.Since.IsZero() && h.Since.Before(minute):
		after.Unready = h.Since // it came to pass before it could be told
	default:
		after.Unready = minute
	}
	was := before.Down
	if before.Told.Incarnation != h.Incarnation {
		was = ledger.Down{} // of another store
	}
	after.Down = ledger.Down{Touch: downSince(h.Touch, was.Touch, minute), Keypad: downSince(h.Keypad, was.Keypad, minute),
		Sound: downSince(h.Sound, was.Sound, minute)}
	return after
}

// downSince returns since when a part cannot be used that was down since before, zero for not.
func downSince(p wire.Part, before, now time.Time) time.Time {
	switch {
	case !p.Down():
		return time.Time{}
	case before.IsZero():
		return now
	}
	return before
}

// weigh returns the answer to a message, and whether it is to be written in the place of what the ward has.
//
// What says the same as before is not written again while that is fresh. This must not let an older message in later on
// that says something else: so it holds only for a message before which none is missing.
func (p *patients) weigh(before ledger.Health, h wire.Health, now time.Time, running time.Duration) (noted wire.Noted, news bool) {
	p.Lock()
	defer p.Unlock()
	k := p.of(before.Office, before.Totem)
	noted = wire.Noted{N: h.N, Kept: true}
	if before.Told.Incarnation != h.Incarnation {
		return noted, true
	}
	n := before.Told.N
	if k.Told.Incarnation == h.Incarnation {
		n = max(n, k.n)
	}
	same := before.Told
	same.N = h.N
	age := now.Sub(before.Heard)
	switch {
	case h.N <= n: // late, told twice, or of a program that counts anew
		return wire.Noted{N: n, Kept: h.N == n && h == same}, false
	case h != same, age < 0, age >= freshness, h.N != n+1:
		return noted, true
	}
	k.n, k.store.at = h.N, running
	return noted, false
}

// note takes in what the ward has now.
func (p *patients) note(h ledger.Health, running time.Duration) {
	p.Lock()
	defer p.Unlock()
	k := p.of(h.Office, h.Totem)
	k.Health, k.n, k.store = h, h.Told.N, heardStore{h.Told.Incarnation, running}
}

func (p *patients) of(office booking.OfficeID, totem booking.TotemID) *patient {
	key := totemKey{office, totem}
	k := p.known[key]
	if k == nil {
		k = &patient{Health: ledger.Health{Office: office, Totem: totem}}
		p.known[key] = k
	}
	return k
}
