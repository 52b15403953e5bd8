package natslink_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"example.org/totem/booking"
	"example.org/totem/privacy"
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

	want  func(booking.TotemID, wire.Want) (wire.Granted, error)
	kept  []wire.Contact // as they came
	drawn []wire.TicketRef
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

func (d *desk) Vacancy(_ context.Context, _ booking.OfficeID, _ booking.TotemID, v wire.Vacancy) (wire.Vacant, error) {
	return wire.Vacant{Days: []wire.VacantDay{{Day: today.AddDays(2), Starts: []time.Time{noon}}}}, nil
}

func (d *desk) Want(_ context.Context, _ booking.OfficeID, who booking.TotemID, w wire.Want) (wire.Granted, error) {
	return d.want(who, w)
}

func (d *desk) Contact(_ context.Context, _ booking.OfficeID, _ booking.TotemID, c wire.Contact) (wire.Kept, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.kept = append(d.kept, c)
	return wire.Kept{Due: noon}, nil
}

func (d *desk) Reminder(_ context.Context, _ booking.OfficeID, _ booking.TotemID, r wire.Reminder) (wire.Reminded, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.kept) == 0 || slices.Contains(d.drawn, r.Ticket) {
		return wire.Reminded{}, nil
	}
	return wire.Reminded{On: true, Channel: privacy.SMS, Masked: "••• 00", Due: noon}, nil
}

func (d *desk) Withdraw(_ context.Context, _ booking.OfficeID, _ booking.TotemID, w wire.Withdraw) (wire.Withdrawn, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.drawn = append(d.drawn, w.Ticket)
	return wire.Withdrawn{}, nil
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
	raw := wire.PulledRaw{Keys: d.pulled.Keys, Office: d.pulled.Office, Digest: d.pulled.Digest, More: d.pulled.More, Peers: d.pulled.Peers}
	for _, s := range d.pulled.Sheets {
		message, err := wire.EncodeSheet(wire.Newest, s)
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
