package scheduler

import (
	"context"
	"maps"
	"sync"

	"example.org/totem/booking"
)

// gate lets changes to the sheets of an office's day in until the day is shut, which waits for those that are inside:
// what is counted afterwards is final.
type gate struct {
	sync.Mutex
	days map[officeDay]*passage
}

type passage struct {
	inside int
	shut   bool
	empty  chan struct{} // closed when the last one leaves; nil while nobody waits
}

// enter reports whether a change may begin; who was let in must leave.
func (g *gate) enter(od officeDay) bool {
	g.Lock()
	defer g.Unlock()
	p := g.days[od]
	if p == nil {
		p = new(passage)
		g.days[od] = p
	}
	if p.shut {
		return false
	}
	p.inside++
	return true
}

func (g *gate) leave(od officeDay) {
	g.Lock()
	defer g.Unlock()
	p := g.days[od]
	p.inside--
	switch {
	case p.inside > 0:
	case p.empty != nil:
		close(p.empty)
		p.empty = nil
	case !p.shut:
		delete(g.days, od)
	}
}

// shut lets nobody in any more and waits until nobody is inside.
func (g *gate) shut(ctx context.Context, od officeDay) error {
	g.Lock()
	p := g.days[od]
	if p == nil {
		p = new(passage)
		g.days[od] = p
	}
	p.shut = true
	if p.inside == 0 {
		g.Unlock()
		return nil
	}
	if p.empty == nil {
		p.empty = make(chan struct{})
	}
	empty := p.empty
	g.Unlock()
	select {
	case <-empty:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// forget drops a day: the ledger itself takes no change of it any more.
func (g *gate) forget(day booking.Day) {
	g.Lock()
	defer g.Unlock()
	maps.DeleteFunc(g.days, func(od officeDay, p *passage) bool { return od.day == day && p.inside == 0 })
}
