package policies

import (
	"errors"
	"time"

	"example.org/totem/booking"
	"example.org/totem/scheduler/allocation"
	"example.org/totem/sync/pooling"
)

// Outcome is what became of a day.
type Outcome struct {
	WalkIns, TurnedAway int // of the whole day
	Cut, CutTurned      int // of these, while the link was down
	Web, WebRefused     int
	Doubled             int // tickets for a slot that another ticket is for
	Wasted              int // slots that passed unsold in a totem's hands while the link was down
	Kept                int // slots of the reserve that passed unsold, link or no link
}

// place is the office while a day is played.
type place struct {
	Policy
	day
	ledger booking.Sheet // the scheduler's
	totems [totems]totem
	down   bool
	ended  bool // the leases have
	sold   int  // tickets, for their codes
	Outcome
}

// totem is one at the entrance.
type totem struct {
	booking.TotemID
	expects allocation.Demand
	sheet   booking.Sheet // as it knows it
	facts   []fact        // that the ledger has not heard, in order
}

// fact is a ticket, or a change of hands if Number is empty.
type fact struct {
	number booking.Number
	code   booking.CodeHash
	hand   booking.Hand
}

// play plays a day, and returns what became of it and how many tickets each totem gave, by the half-hour of the slot.
func play(p Policy, d day, expected [totems]allocation.Demand) (Outcome, [totems]allocation.Demand) {
	o := &place{Policy: p, day: d, ledger: p.morning(d), sold: len(d.ahead)}
	for i := range o.totems {
		o.totems[i] = totem{TotemID: totemID(i), expects: expected[i]}
	}
	if o.balance {
		o.rebalance(evening)
	}
	for i := range o.totems {
		o.totems[i].sheet = o.ledger
	}
	next := 0
	for minute := range opening {
		o.begin(minute)
		for ; next < len(d.arrivals) && d.arrivals[next].minute == minute; next++ {
			if a := d.arrivals[next]; a.totem < 0 {
				o.web(minute)
			} else {
				o.walkIn(minute, &o.totems[a.totem])
			}
		}
	}
	if o.down {
		o.reconnect()
	}
	return o.Outcome, o.counts()
}

// begin is what happens at the beginning of a minute, before anybody comes.
func (o *place) begin(minute int) {
	if o.cut < o.back && minute == o.cut {
		o.down = true
	}
	if o.down && minute == o.back {
		o.reconnect()
	}
	if o.balance {
		o.rebalance(minute)
	}
	switch {
	case !o.down:
		for i := range o.totems {
			o.totems[i].sheet = o.ledger
		}
	case o.lease > 0 && minute == o.cut+o.lease:
		o.ended = true
		for i := range o.totems {
			o.ledger = o.ledger.Orphan(o.totems[i].TotemID)
		}
		o.ledger = o.ledger.Settle(plannedHolder)
	case o.pooling:
		for i := range o.totems {
			o.pool(minute, &o.totems[i])
		}
	}
	o.pass(minute)
}

// rebalance is the scheduler's minute, and what the totems that hear of it do.
func (o *place) rebalance(minute int) {
	q := allocation.Question{Now: at(minute), Zone: time.UTC, Lead: walkLead * time.Minute, Release: release * time.Minute,
		Policy: allocation.Policy{Survive: o.survive}, Planned: plannedHolder}
	for _, t := range o.totems {
		q.Totems = append(q.Totems, allocation.Totem{ID: t.TotemID, Demand: t.expects, Reachable: !o.down || minute < o.cut+unheard})
	}
	if !o.ended {
		o.ledger = allocation.Balance(o.ledger, q)
	}
	if o.down {
		return
	}
	due := at(minute + release)
	for _, slot := range o.ledger.Slots {
		_, held := slot.Holder.Totem()
		if held && slot.State == booking.Free && (slot.Ask != booking.AskNothing || !slot.Start.Before(at(minute)) && slot.Start.Before(due)) {
			o.ledger = must(o.ledger.PassOn(booking.Hand{Number: slot.Number, To: plannedHolder(slot.Number), Hands: slot.Hands + 1}))
		}
	}
}

// pass counts the slots that begin now, and that nobody wants any more.
func (o *place) pass(minute int) {
	if minute%every != 0 {
		return
	}
	for i := minute / every * counters; i < (minute/every+1)*counters; i++ {
		slot := o.ledger.Slots[i]
		unsold := slot.State == booking.Free
		for _, t := range o.totems {
			unsold = unsold && t.sheet.Slots[i].State == booking.Free
		}
		if _, held := slot.Holder.Totem(); unsold && held && o.down {
			o.Wasted++
		}
		if unsold && o.balance && planned(i) == booking.Reserve {
			o.Kept++
		}
	}
}

// web is somebody who books on the web.
func (o *place) web(minute int) {
	o.Web++
	i := first(o.ledger, minute+webLead, func(h booking.Holder) bool { return h == booking.Pool })
	if i < 0 {
		o.WebRefused++
		return
	}
	o.ledger = must(o.ledger.Book(o.ledger.Slots[i].Number, booking.Pool, o.code()))
}

// walkIn is somebody who stands before the totem t.
func (o *place) walkIn(minute int, t *totem) {
	served := false
	if o.down {
		o.Cut++
		served = o.sellAlone(minute, t)
	} else {
		served = o.sell(minute, t)
	}
	o.WalkIns++
	if served {
		return
	}
	o.TurnedAway++
	if o.down {
		o.CutTurned++
	}
}

// sell sells with a link: what the totem holds, and what it asks the scheduler for.
func (o *place) sell(minute int, t *totem) bool {
	own := booking.HeldBy(t.TotemID)
	i := first(o.ledger, minute+walkLead, func(h booking.Holder) bool { return h == own || h == booking.Pool || h == booking.Reserve })
	if i < 0 {
		return false
	}
	start := o.ledger.Slots[i].Start
	o.ledger = must(o.ledger.GrantPool(booking.PoolGrant{Start: start, Totem: t.TotemID, Reserve: true}))
	i = first(o.ledger, minute+walkLead, func(h booking.Holder) bool { return h == own })
	o.ledger = must(o.ledger.Book(o.ledger.Slots[i].Number, own, o.code()))
	for i := range o.totems {
		o.totems[i].sheet = o.ledger
	}
	return true
}

// sellAlone sells without a link.
func (o *place) sellAlone(minute int, t *totem) bool {
	own := booking.HeldBy(t.TotemID)
	fits := func(h booking.Holder) bool { return h == own }
	switch {
	case o.offline == closes, o.ended:
		return false
	case o.offline == everything:
		t = &o.totems[0] // they sell from one list, the office's
		own = booking.HeldBy(t.TotemID)
		fits = func(booking.Holder) bool { return true }
	}
	i := first(t.sheet, minute+walkLead, fits)
	if i < 0 {
		return false
	}
	n := t.sheet.Slots[i].Number
	if t.sheet.Slots[i].Holder != own {
		t.sheet = must(t.sheet.Grant(n, t.TotemID))
	}
	f := fact{number: n, code: o.code()}
	t.sheet = must(t.sheet.Book(n, own, f.code))
	t.facts = append(t.facts, f)
	if o.pooling {
		o.pool(minute, t)
	}
	return true
}

// Like sync/pooling, if nothing else is configured: with fewer free slots than mark a totem asks for up to most.
const (
	mark = 4
	most = 32
)

// pool has the totem t ask the others for slots, if it is short of them.
func (o *place) pool(minute int, t *totem) {
	for i := range o.totems {
		from := &o.totems[i]
		mine, theirs := t.free(minute), from.free(minute)
		if from == t || len(mine) >= mark {
			continue
		}
		give := theirs[:min(pooling.Share(len(theirs), len(mine)), most)]
		for _, place := range give {
			slot := from.sheet.Slots[place]
			h := booking.Hand{Number: slot.Number, To: booking.HeldBy(t.TotemID), Hands: slot.Hands + 1}
			from.sheet, t.sheet = must(from.sheet.PassOn(h)), must(t.sheet.PassOn(h))
			from.facts, t.facts = append(from.facts, fact{hand: h}), append(t.facts, fact{hand: h})
		}
	}
}

// free returns where the slots lie that the totem can still sell.
func (t *totem) free(minute int) (places []int) {
	earliest := at(minute + walkLead)
	for i, slot := range t.sheet.Slots {
		if slot.State == booking.Free && slot.Holder == booking.HeldBy(t.TotemID) && !slot.Start.Before(earliest) {
			places = append(places, i)
		}
	}
	return places
}

// reconnect has the link work again, and the ledger hear what happened.
func (o *place) reconnect() {
	for i := range o.totems {
		t := &o.totems[i]
		for _, f := range t.facts {
			if f.number == "" {
				o.ledger = must(o.ledger.PassOn(f.hand))
			} else {
				o.fold(t, f)
			}
		}
		t.facts = nil
	}
	o.down, o.ended = false, false
}

// fold writes a ticket that a totem gave alone into the ledger. Where the ledger has sold the slot too, two people have it.
func (o *place) fold(t *totem, f fact) {
	after, err := o.ledger.Book(f.number, booking.HeldBy(t.TotemID), f.code)
	if errors.Is(err, booking.ErrNotHeld) {
		if i, _ := o.ledger.Find(f.number); o.ledger.Slots[i].Holder == booking.Pool || o.ledger.Slots[i].Holder == booking.Reserve {
			after, err = must(o.ledger.Grant(f.number, t.TotemID)).Book(f.number, booking.HeldBy(t.TotemID), f.code)
		}
	}
	if err != nil {
		o.Doubled++
		return
	}
	o.ledger = after
}

// counts returns how many tickets each totem gave, as the tally of a closed day keeps them.
func (o *place) counts() (taken [totems]allocation.Demand) {
	for _, slot := range o.ledger.Slots {
		for i := range o.totems {
			if slot.State.HasTicket() && slot.Holder == booking.HeldBy(o.totems[i].TotemID) {
				taken[i][allocation.Half(slot.Start, time.UTC)]++
			}
		}
	}
	return taken
}

func (o *place) code() booking.CodeHash {
	o.sold++
	return codeOf(o.sold)
}

// first returns where the first free slot lies that starts at the minute or later and whose holder fits, -1 if there is none.
func first(s booking.Sheet, minute int, fits func(booking.Holder) bool) int {
	earliest := at(minute)
	for i := range s.Slots {
		slot := &s.Slots[i]
		if slot.State == booking.Free && fits(slot.Holder) && !slot.Start.Before(earliest) {
			return i
		}
	}
	return -1
}

// must is for changes that the rules of booking allow here; were one refused, the model would be wrong.
func must(s booking.Sheet, err error) booking.Sheet {
	if err != nil {
		panic(err)
	}
	return s
}
