package allocation

import (
	"time"

	"example.org/totem/booking"
)

// Policy says how large the grants of an office's totems are. The zero Policy is the default.
type Policy struct {
	// Survive is the outage that each totem must get through alone; 0: as long as the day lasts. Days after today are always
	// provided for whole.
	Survive time.Duration
	// Sure is how surely its grant suffices for that, 0 to 1; 0: 0.95.
	Sure float64
	// Most is the part of the free slots to come that totems hold together, 0 to 1, so that the web keeps the rest; 0: 0.6 of a day
	// after today, and all of today but what the web books until the next balance. The reserve is theirs in any case.
	Most float64
}

// What the zero Policy stands for. docs/policies.md shows what comes of it, and of other choices.
const (
	usualSure = 0.95
	// mostLater leaves the web a choice of times on days for which the totems may yet be asked for slots back. Today's are another
	// matter: an outage that begins now finds the totems with what they hold now, and until then the window below is enough for the
	// web, as it is filled up every minute.
	mostLater = 0.6
	mostToday = 1
)

const (
	// slack is how far a totem's part is off before anything moves: forecasts change by a slot every few minutes, and each move
	// is a message to every totem of the office.
	slack = 2
	// window is how many free slots to come the pool keeps while there are so many. As it is filled up every minute, the web finds
	// something as long as totems that are heard have something to give back; what it keeps, totems lack when the link fails.
	window = 1
)

func (p Policy) sure() float64 {
	if p.Sure == 0 {
		return usualSure
	}
	return p.Sure
}

func (p Policy) most(later bool) float64 {
	switch {
	case p.Most != 0:
		return p.Most
	case later:
		return mostLater
	}
	return mostToday
}

// Totem is one that slots may be granted to.
type Totem struct {
	ID     booking.TotemID
	Demand Demand // the walk-ins it expects on the sheet's day
	// Reachable says that it was heard a moment ago. Of another one nothing is asked, and nothing is granted to it.
	Reachable bool
}

// Question is what [Balance] must know beside the sheet.
type Question struct {
	Now  time.Time
	Zone *time.Location // of the office
	Lead time.Duration  // a walk-in can take a slot that starts at least this much later
	// Release is how long before its start a reachable totem gives back what is unsold (booking.Office.Release); 0: it keeps it.
	// Such a slot is not granted again: it would come back at once, and count its hands.
	Release time.Duration
	Totems  []Totem // each once, in the order in which they are served
	Policy  Policy
	Planned func(booking.Number) booking.Holder // where a slot was planned: the pool or the reserve; nil: the pool
}

// Balance returns s with each totem's part as large as what it expects. s itself is not changed; told again, Balance changes nothing.
//
// A totem is due the Poisson quantile ([Quantile]) of its walk-ins from now over the outage to survive, at least one slot. Together
// they are due no less than the reserve, which nobody else can use, and no more than Policy.Most of the free slots to come; then
// each is due its part of that. Where a totem has two more or fewer than it is due, or none at all, it is granted what is wanting,
// from the reserve first and then from the pool, or asked back what is over, of the pool's first. Grants lie where its walk-ins are
// expected; what an early half-hour has not comes from later ones, for one who finds no early slot takes a later one.
//
// What a totem holds never moves here: it is asked back (booking.AskBack), and moves when the totem has released it, for only it
// knows what it has sold. An ask that is not wanted any more is taken back. Nothing is granted to totems that are not reachable, nor
// asked of them, nor of totems that are not listed; what these hold counts. Slots that start within Lead or Release, that are in
// limbo, or that are asked to be void, are left alone.
func Balance(s booking.Sheet, q Question) booking.Sheet {
	b := read(s, q)
	if len(b.parts) == 0 || len(b.free) == 0 {
		return s
	}
	b.aim()
	b.recall()
	b.grant()
	b.recall() // where the first slot of a totem was the last of the pool
	return b.sheet
}

// balancing is one balance being struck.
type balancing struct {
	q     Question
	sheet booking.Sheet
	free  []int  // where in the sheet the slots lie that are dealt with: free, and far enough off to be granted; in calling order
	parts []part // of the totems that can be served, in their order
	// Of free: how many are planned for walk-ins and not held by others, and how many are held by others, by whom nothing is moved.
	reserve, others int
	pool            int // of free, how many the pool has, or will have again
	room            int // how many more slots of the pool the totems may hold
}

// read takes stock of the sheet.
func read(s booking.Sheet, q Question) balancing {
	b := balancing{q: q, sheet: s, free: make([]int, 0, len(s.Slots)), parts: make([]part, 0, len(q.Totems))}
	for _, t := range q.Totems {
		if _, ok := booking.HeldBy(t.ID).Totem(); ok && t.Reachable && b.part(booking.HeldBy(t.ID)) == nil {
			b.parts = append(b.parts, part{id: t.ID, holder: booking.HeldBy(t.ID), expects: t.Demand, due: 1})
		}
	}
	if len(b.parts) == 0 {
		return b
	}
	earliest := q.Now.Add(max(q.Lead, q.Release))
	for i := range s.Slots {
		slot := &s.Slots[i]
		if slot.State.HasTicket() && !slot.Start.Before(q.Now.Add(q.Lead)) {
			if p := b.part(slot.Holder); p != nil {
				p.sold[b.half(slot)]++
			}
		}
		if slot.State != booking.Free || slot.Start.Before(earliest) || slot.Ask == booking.AskVoid || slot.Holder == booking.Limbo {
			continue
		}
		b.free = append(b.free, i)
		b.count(slot)
	}
	from, until := q.stretch(s.Day)
	for i := range b.parts {
		b.parts[i].reckon(from, until, q.Policy.sure())
	}
	return b
}

func (b *balancing) count(slot *booking.Slot) {
	_, held := slot.Holder.Totem()
	p := b.part(slot.Holder)
	ours := b.planned(slot) == booking.Reserve
	switch {
	case slot.Holder == booking.Pool, held && slot.Ask == booking.AskBack && !ours:
		b.pool++
	}
	switch {
	case held && p == nil:
		b.others++
		return
	case held && slot.Ask == booking.AskNothing:
		p.add(b.half(slot), 1)
	case held:
		p.asked++
	}
	if ours {
		b.reserve++
	}
}

// stretch returns from when up to when walk-ins are provided for, in minutes of the wall clock of the sheet's day.
func (q Question) stretch(day booking.Day) (from, until int) {
	const midnight = 24 * 60
	now := q.Now.Add(q.Lead)
	switch today := booking.DayOf(now, q.Zone); {
	case day.Compare(today) > 0:
		return 0, midnight
	case day != today:
		return 0, 0
	}
	from = int(booking.ClockOf(now, q.Zone))
	if end := now.Add(q.Policy.Survive); q.Policy.Survive > 0 && booking.DayOf(end, q.Zone) == day {
		return from, max(from, int(booking.ClockOf(end, q.Zone)))
	}
	return from, midnight
}

// aim says how many slots each part is due.
func (b *balancing) aim() {
	due, held := 0, b.others
	for _, p := range b.parts {
		due += p.want
		held += p.keeps + p.asked
	}
	most := max(min(int(b.q.Policy.most(b.later())*float64(len(b.free))+1e-9), len(b.free)-window)-b.others, b.reserve)
	b.room = most + b.others - held
	for due = min(max(due, b.reserve), most) - len(b.parts); due > 0; due-- {
		next := &b.parts[0]
		for i := range b.parts {
			if p := &b.parts[i]; p.due*next.want < next.due*p.want {
				next = p
			}
		}
		next.due++
	}
	for i := range b.parts {
		b.parts[i].spread()
	}
}

func (b *balancing) recall() {
	for i := range b.parts {
		b.askBack(&b.parts[i])
	}
}

// askBack asks back what p has over, there where it has most over. While the pool is short, every slot of its own counts.
func (b *balancing) askBack(p *part) {
	much := p.keeps-p.due >= slack
	for p.keeps > p.due && (much || b.pool < window) {
		best := b.dispensable(p)
		if best < 0 {
			return
		}
		slot := &b.sheet.Slots[best]
		if b.planned(slot) == booking.Pool {
			b.pool++
		} else if !much {
			return
		}
		p.add(b.half(slot), -1)
		p.asked++
		b.sheet = b.sheet.Ask(slot.Number, booking.AskBack)
	}
}

// dispensable returns where the slot lies that p can best do without, -1 if there is none.
func (b *balancing) dispensable(p *part) int {
	best, over := -1, p.over()
	for _, i := range b.free {
		slot := &b.sheet.Slots[i]
		if slot.Holder == p.holder && slot.Ask == booking.AskNothing && over[b.half(slot)] > 0 && (best < 0 || b.sooner(i, best, over)) {
			best = i
		}
	}
	return best
}

// sooner reports whether slot i is rather asked back than slot j: the pool's, of which the web has something, before the reserve's;
// then where more is over, then the later.
func (b *balancing) sooner(i, j int, over [Halves]int) bool {
	x, y := &b.sheet.Slots[i], &b.sheet.Slots[j]
	if ours := b.planned(x) == booking.Reserve; ours != (b.planned(y) == booking.Reserve) {
		return !ours
	}
	return over[b.half(x)] >= over[b.half(y)]
}

// grant gives the parts what they want for: first what was to be asked back of them, then of the reserve, then of the pool. The
// reserve, which nobody else has anything of, is given for the least want.
func (b *balancing) grant() {
	wanting := false
	for i := range b.parts {
		p := &b.parts[i]
		p.gap = p.due - p.keeps
		p.short = p.gap >= slack || p.keeps == 0
		wanting = wanting || p.gap > 0
	}
	if !wanting {
		return
	}
	b.fill(func(p *part, slot *booking.Slot) bool {
		return p.short && slot.Holder == p.holder && slot.Ask == booking.AskBack
	})
	b.fill(func(_ *part, slot *booking.Slot) bool { return slot.Holder == booking.Reserve })
	b.fill(func(p *part, slot *booking.Slot) bool {
		return p.short && slot.Holder == booking.Pool && (b.room > 0 && b.pool > window || p.keeps == 0)
	})
}

// fill gives the parts slots of one kind: in calling order where they are owed, then what is still wanting from the end of the day
// on, as whoever comes can take a later slot, never an earlier.
func (b *balancing) fill(fits func(*part, *booking.Slot) bool) {
	half := -1
	for _, i := range b.free {
		if h := b.half(&b.sheet.Slots[i]); h != half {
			half = h
			for j := range b.parts {
				b.parts[j].reach(h)
			}
		}
		b.give(i, func(p *part, slot *booking.Slot) bool { return p.owed > p.held[half] && fits(p, slot) })
	}
	for j := len(b.free) - 1; j >= 0; j-- {
		b.give(b.free[j], fits)
	}
	for i := range b.parts {
		b.parts[i].rewind()
	}
}

// give gives slot i to the part that is furthest from what it is due, of those that want for slots and that it fits.
func (b *balancing) give(i int, fits func(*part, *booking.Slot) bool) {
	var to *part
	slot := &b.sheet.Slots[i]
	for j := range b.parts {
		p := &b.parts[j]
		if p.gap > 0 && fits(p, slot) && (to == nil || p.keeps*to.due < to.keeps*p.due) {
			to = p
		}
	}
	if to == nil {
		return
	}
	if slot.Holder == to.holder {
		if b.planned(slot) == booking.Pool { // it would have come back there
			b.pool--
		}
		b.sheet = b.sheet.Ask(slot.Number, booking.AskNothing)
		to.asked--
	} else {
		after, err := b.sheet.Grant(slot.Number, to.id)
		if err != nil {
			return // it has changed hands too often
		}
		if slot.Holder == booking.Pool {
			b.pool--
		}
		b.sheet = after
		b.room--
	}
	to.add(b.half(slot), 1)
	to.gap--
}

func (b *balancing) part(h booking.Holder) *part {
	for i := range b.parts {
		if b.parts[i].holder == h {
			return &b.parts[i]
		}
	}
	return nil
}

// later reports whether the sheet's day is after today.
func (b *balancing) later() bool { return b.sheet.Day.Compare(booking.DayOf(b.q.Now, b.q.Zone)) > 0 }

func (b *balancing) half(slot *booking.Slot) int { return Half(slot.Start, b.q.Zone) }

func (b *balancing) planned(slot *booking.Slot) booking.Holder {
	if b.q.Planned == nil {
		return booking.Pool
	}
	return b.q.Planned(slot.Number)
}
