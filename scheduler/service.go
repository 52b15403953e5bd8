// Package scheduler is the central service. It keeps the sheets of its offices planned, grants walk-in slots to the
// totems, answers the totems' requests, folds their facts into the ledger exactly once, and closes days.
//
// It keeps nothing of its own: what must last is in the ledger, the roster and the keys, so it may be stopped or
// killed between any two steps and started again. Every step it takes is safe to take twice.
//
// Never does it take a granted slot back: not by a timer, not because a totem is silent. Only a person's
// [Service.Fence] does.
package scheduler

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"example.org/totem/booking"
	"example.org/totem/ledger"
	"example.org/totem/scheduler/agenda"
	"example.org/totem/sync/wire"
)

// Uplink is where the totems' facts arrive and wait.
type Uplink interface {
	// Purge erases a totem's facts whose link sequence is lower than before. The one at before stays, or the totem's
	// chain would break.
	Purge(ctx context.Context, office booking.OfficeID, totem booking.TotemID, before uint64) error
	// Seal puts a mark in the place of a totem's last fact, for the chain to go on from, and erases everything before
	// it. It does nothing if the last message is a mark already, or if its link sequence is greater than folded.
	Seal(ctx context.Context, office booking.OfficeID, totem booking.TotemID, folded uint64) error
	// Scrub makes the disks forget the bytes of everything that was erased.
	Scrub(ctx context.Context) error
	// Folded reports whether every fact that the uplink has accepted of a totem was folded.
	Folded(ctx context.Context, office booking.OfficeID, totem booking.TotemID) (bool, error)
}

// Config is what a service is made of.
type Config struct {
	Plans  []agenda.Plan // the offices, at least one, each once
	Book   ledger.Book
	Roster ledger.Roster
	Keys   Keys
	Uplink Uplink // nil where facts are not kept on their way: nothing is purged
	// Tallies keeps what remains of a closed day; nil keeps nothing.
	Tallies ledger.Tallies
	// Ward keeps how the totems are; nil keeps nothing: who tells is refused.
	Ward ledger.Ward
	// Patience says when a totem is in trouble; its zero is good.
	Patience Patience
	// Authority makes credentials and signs the time; nil where nobody needs any: who asks for some is refused.
	Authority Authority
	// Contacts keeps what citizens give to be reminded; nil: nothing is offered, and who brings a contact is refused.
	Contacts Contacts

	Now   func() time.Time                     // nil means time.Now
	After func(time.Duration) <-chan time.Time // waits between two rounds; nil means time.After
	Round time.Duration                        // between two rounds of Run; 0 means a minute

	// Running tells how long the service has run, by a clock that nobody sets; nil means since New.
	Running func() time.Duration
	// Settle is for how long of Running a day must have been over before it is closed; 0 means 10 minutes.
	Settle time.Duration

	Log *slog.Logger // nil is silent
}

// Service is the central service. It is safe for concurrent use, and several may work on the same ledger as long as
// the facts of one totem are folded in order, one at a time.
type Service struct {
	book       book
	roster     ledger.Roster
	keys       keys
	uplink     Uplink
	tallies    ledger.Tallies
	authority  Authority
	contacts   Contacts
	untold     untold
	owed       owed
	ward       ledger.Ward
	patience   Patience
	patients   patients
	told       toldKeys
	ears       ears
	forecasts  forecasts
	limbos     limbos
	neighbours neighbours
	wishes     wishes
	offices    map[booking.OfficeID]office
	order      []booking.OfficeID
	now        func() time.Time
	after      func(time.Duration) <-chan time.Time
	round      time.Duration
	running    func() time.Duration
	settle     time.Duration
	log        *slog.Logger

	planned struct {
		sync.Mutex
		keys map[booking.SheetKey]bool // known to be in the ledger; closed days are forgotten
	}
	ended struct {
		sync.Mutex
		since map[officeDay]time.Duration // of running: days that every round since has seen over
	}
	changing gate // of sheets, by facts and merges
	epoch    struct {
		sync.Mutex
		seen uint64 // the ledger's when it was last asked, 0 for never
	}
	bare struct {
		sync.Mutex
		days map[officeDay]bool // that are over, and held no sheets when they were asked for since the last round began
	}
	doubts struct {
		sync.Mutex
		sequences map[totemKey]uint64 // by which the roster was ahead of a totem's facts, when that was seen once
	}
	waiting struct {
		sync.Mutex
		offices map[booking.OfficeID]string // that are not whole: for which totems they wait, as it was told last
	}
}

// office is an office as the service knows it.
type office struct {
	agenda.Plan
	digest string // of what totems are told of it
}

// New returns a service; it touches nothing yet.
func New(cfg Config) (*Service, error) {
	switch {
	case len(cfg.Plans) == 0:
		return nil, errors.New("new scheduler: no offices")
	case cfg.Book == nil || cfg.Roster == nil || cfg.Keys == nil:
		return nil, errors.New("new scheduler: book, roster and keys are needed")
	case cfg.Round < 0 || cfg.Settle < 0:
		return nil, errors.New("new scheduler: negative time between rounds, or before a day is closed")
	case cfg.Patience.Unready < 0 || cfg.Patience.Silent < 0 || cfg.Patience.Slips < 0:
		return nil, errors.New("new scheduler: negative patience")
	}
	s := &Service{
		roster: cfg.Roster, keys: keys{cfg.Keys, cfg.Book}, uplink: cfg.Uplink, tallies: cfg.Tallies, authority: cfg.Authority,
		ward: cfg.Ward, patience: cfg.Patience, contacts: cfg.Contacts, owed: newOwed(),
		offices: make(map[booking.OfficeID]office, len(cfg.Plans)),
		now:     cfg.Now, after: cfg.After, round: cfg.Round, running: cfg.Running, settle: cfg.Settle, log: cfg.Log,
	}
	s.book = book{cfg.Book, s.report}
	s.planned.keys = make(map[booking.SheetKey]bool)
	s.doubts.sequences = make(map[totemKey]uint64)
	s.waiting.offices = make(map[booking.OfficeID]string)
	s.changing.days = make(map[officeDay]*passage)
	s.untold.codes, s.untold.brought = make(map[officeSlot]booking.CodeHash), make(map[officeSlot]int)
	s.patients.known = make(map[totemKey]*patient)
	if s.now == nil {
		s.now = time.Now
	}
	if s.after == nil {
		s.after = time.After
	}
	if s.round == 0 {
		s.round = time.Minute
	}
	if s.running == nil {
		started := time.Now()
		s.running = func() time.Duration { return time.Since(started) }
	}
	if s.settle == 0 {
		s.settle = 10 * time.Minute
	}
	for _, plan := range cfg.Plans {
		id := plan.Office.ID
		if _, twice := s.offices[id]; twice {
			return nil, fmt.Errorf("new scheduler: office %s twice", id)
		}
		plan.Office = toldOf(plan, cfg.Contacts)
		digest, err := wire.OfficeDigest(plan.Office)
		if err != nil {
			return nil, fmt.Errorf("new scheduler: office %s: %w", id, err)
		}
		s.offices[id] = office{plan, digest}
		s.order = append(s.order, id)
	}
	return s, nil
}

// Run does a round at once and then one every Config.Round, until ctx ends. What a round could not do is tried again
// in the next.
func (s *Service) Run(ctx context.Context) {
	for ctx.Err() == nil {
		_ = s.Tend(ctx) // it has told what it could not do
		select {
		case <-s.after(s.round):
		case <-ctx.Done():
		}
	}
}

// Tend does one round: it closes the days that have been over for Config.Settle, plans the days to come and grants the
// slots of the days that totems must be able to live through alone, and looks how the totems are. It does as much as it can,
// logs what it cannot do, and returns that too; told again, it changes nothing.
func (s *Service) Tend(ctx context.Context) error {
	now := s.now()
	s.forgetBare()
	s.ears.forget(s.running())
	s.wishes.forget()
	_, err := s.freshEpoch(ctx)
	err = gather(err, s.tellRevoked(ctx), s.closeDays(ctx, now))
	for _, id := range s.order {
		o := s.offices[id]
		err = gather(err, s.plan(ctx, o, now), s.balance(ctx, o, now))
	}
	err = gather(err, s.visit(ctx, now))
	s.report(ctx, err)
	return err
}

// Sheets returns the sheets of an office and day, in order of queue; none is no error. One that cannot be read is
// logged and left out.
func (s *Service) Sheets(ctx context.Context, office booking.OfficeID, day booking.Day) ([]booking.Sheet, error) {
	return s.book.Sheets(ctx, office, day)
}

// Plans returns the offices in the order of the configuration. The caller changes nothing in them.
func (s *Service) Plans() []agenda.Plan {
	plans := make([]agenda.Plan, 0, len(s.order))
	for _, id := range s.order {
		plans = append(plans, s.offices[id].Plan)
	}
	return plans
}
