package natslink_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"example.org/totem/booking"
	"example.org/totem/sync/wire"
)

// desk answers as a scheduler would, and keeps what it is told.
type desk struct {
	mu     sync.Mutex
	facts  map[booking.TotemID][]uint64 // the n of what was folded, in order, repetitions left out
	told   map[booking.TotemID]int      // calls of Fold
	parked []parked
	fail   func(booking.Fact) error
	change chan struct{} // gets a value, if there is room, whenever something happened
	pulled wire.Pulled

	clock  func(wire.Clock) (wire.Reading, error)
	health func(wire.Health) (wire.Noted, error)
	enrol  func(booking.TotemID, wire.Enrol) (wire.Credentials, error)
	renew  func(booking.TotemID, wire.Renew) (wire.Credentials, error)
}

type parked struct {
	totem  booking.TotemID
	id     booking.FactID
	reason error
}

func newDesk() *desk {
	return &desk{facts: map[booking.TotemID][]uint64{}, told: map[booking.TotemID]int{}, change: make(chan struct{}, 1)}
}

func (d *desk) changed() {
	select {
	case d.change <- struct{}{}:
	default:
	}
}

func (d *desk) Hello(_ context.Context, o booking.OfficeID, who booking.TotemID, _ wire.Hello, last wire.Accepted) (wire.Welcome, error) {
	if o != office || who == "stranger" {
		return wire.Welcome{}, &wire.Refusal{Code: wire.RefusedUnknownTotem, Sentence: "no such totem", Remedy: "add it"}
	}
	return wire.Welcome{Accepted: last, Time: time.Unix(1_795_000_000, 0).UTC(), Epoch: 3}, nil
}

func (d *desk) Merge(_ context.Context, _ booking.OfficeID, _ booking.TotemID, m wire.Merge) (wire.Merged, error) {
	return wire.Merged{Epoch: m.Told + 1}, nil
}

func (d *desk) Clock(_ context.Context, _ booking.OfficeID, _ booking.TotemID, c wire.Clock) (wire.Reading, error) {
	return d.clock(c)
}

func (d *desk) Health(_ context.Context, _ booking.OfficeID, _ booking.TotemID, h wire.Health) (wire.Noted, error) {
	return d.health(h)
}

func (d *desk) Enrol(_ context.Context, _ booking.OfficeID, who booking.TotemID, e wire.Enrol) (wire.Credentials, error) {
	return d.enrol(who, e)
}

func (d *desk) Renew(_ context.Context, _ booking.OfficeID, who booking.TotemID, r wire.Renew) (wire.Credentials, error) {
	return d.renew(who, r)
}

func (d *desk) PullRaw(_ context.Context, _ booking.OfficeID, who booking.TotemID, p wire.Pull) (wire.PulledRaw, error) {
	if who == "unlucky" {
		return wire.PulledRaw{}, errors.New("the ledger does not answer")
	}
	raw := wire.PulledRaw{Keys: d.pulled.Keys, Office: d.pulled.Office, Digest: d.pulled.Digest, More: d.pulled.More}
	for _, s := range d.pulled.Sheets {
		message, err := wire.EncodeSheet(wire.Oldest, s)
		if err != nil {
			return wire.PulledRaw{}, err
		}
		raw.Sheets = append(raw.Sheets, wire.RawSheet{Sequence: s.Revision.Sequence, Message: message})
	}
	return raw, nil
}

func (d *desk) Fold(_ context.Context, _ booking.OfficeID, who booking.TotemID, _ uint64, f booking.Fact) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.told[who]++
	if d.fail != nil {
		if err := d.fail(f); err != nil {
			return err
		}
	}
	if !slices.Contains(d.facts[who], f.ID.N) {
		d.facts[who] = append(d.facts[who], f.ID.N)
	}
	d.changed()
	return nil
}

func (d *desk) Park(_ context.Context, _ booking.OfficeID, who booking.TotemID, _ uint64, id booking.FactID, reason error) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.parked = append(d.parked, parked{who, id, reason})
	d.changed()
	return nil
}

// until waits until ok, which is asked whenever something happened.
func (d *desk) until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	late := time.After(patience)
	for {
		d.mu.Lock()
		done := ok()
		d.mu.Unlock()
		if done {
			return
		}
		select {
		case <-d.change:
		case <-late:
			t.Fatalf("waited in vain for %s: %v, parked %v", what, d.facts, d.parked)
		}
	}
}
