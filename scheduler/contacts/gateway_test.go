package contacts_test

import (
	"context"
	"errors"
	"sync"
	"time"

	"example.org/totem/booking"
	"example.org/totem/locale"
	"example.org/totem/privacy"
	"example.org/totem/scheduler/contacts"
	"example.org/totem/sync/wire"
)

// outcome is what a gateway does with a message.
type outcome uint8

const (
	takes outcome = iota
	refuses
	fails
	isUnsure // it takes the message and does not say so
	isMute   // it does not answer before the other side gives up
)

// gateway is a notifier that follows a script, and afterwards does always the same.
type gateway struct {
	channels []privacy.Channel // none means both
	once     bool
	slow     time.Duration // before it answers
	deaf     time.Duration // before it hears that the other side gave up

	mu     sync.Mutex
	script []outcome
	always outcome
	begun  []time.Time
	tried  map[string]int // by contact
	taken  map[string]int // by key
	order  []string       // contacts, as they were brought
	last   contacts.Message
}

func (g *gateway) Channels() []privacy.Channel {
	if g.channels == nil {
		return []privacy.Channel{privacy.SMS, privacy.Mail}
	}
	return g.channels
}

func (g *gateway) Once() bool { return g.once }

func (g *gateway) Send(ctx context.Context, m contacts.Message) error {
	o := g.next(m)
	wait := g.slow
	if o == isMute {
		wait = time.Hour
	}
	select {
	case <-time.After(wait):
	case <-ctx.Done():
		<-time.After(g.deaf)
		return ctx.Err()
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	switch o {
	case takes:
		g.take(m)
		return nil
	case refuses:
		return contacts.ErrRefused
	case isUnsure:
		g.take(m)
		return contacts.ErrUnsure
	}
	return errors.New("the gateway is not reached")
}

func (g *gateway) next(m contacts.Message) outcome {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.begun, g.last = append(g.begun, time.Now()), m
	if g.tried == nil {
		g.tried = make(map[string]int)
	}
	g.tried[m.To]++
	g.order = append(g.order, m.To)
	if len(g.script) == 0 {
		return g.always
	}
	o := g.script[0]
	g.script = g.script[1:]
	return o
}

func (g *gateway) take(m contacts.Message) {
	if g.taken == nil {
		g.taken = make(map[string]int)
	}
	if !g.once || g.taken[m.Key] == 0 {
		g.taken[m.Key]++
	}
}

// triesOf returns how often a contact's message was brought.
func (g *gateway) triesOf(contact string) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.tried[contact]
}

// count returns how many messages went out.
func (g *gateway) count() (n int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, times := range g.taken {
		n += times
	}
	return n
}

// desk knows how tickets stand; the zero value says that all wait.
type desk struct {
	mu     sync.Mutex
	state  map[wire.TicketRef]contacts.TicketState
	broken bool
}

func (d *desk) Ticket(_ context.Context, _ booking.OfficeID, ref wire.TicketRef) (contacts.Standing, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.broken {
		return contacts.Standing{}, errors.New("the ledger is not reached")
	}
	s := contacts.Standing{State: contacts.Waiting, Office: locale.Text{"it": "Anagrafe di Valfiorita"}}
	if state, ok := d.state[ref]; ok {
		s.State = state
	}
	return s, nil
}

func (d *desk) set(ref wire.TicketRef, state contacts.TicketState) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.state = map[wire.TicketRef]contacts.TicketState{ref: state}
}
