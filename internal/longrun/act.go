package longrun

import (
	"errors"
	"time"

	"example.org/totem/booking"
	"example.org/totem/ledger"
	"example.org/totem/scheduler"
	"example.org/totem/scheduler/agenda"
)

// perform begins everything that goes on by itself.
func (w *world) perform() {
	w.tend()
	w.forgetDays()
	for _, p := range w.offices {
		w.often(8*time.Minute, 6*time.Minute, func() { p.totems[w.rng.IntN(len(p.totems))].visit() })
		w.often(14*time.Minute, 0, func() { w.web(p) })
		w.often(20*time.Hour, 0, func() { w.edit(p) })
		w.often(9*time.Hour, 0, func() { w.cutLAN(p) })
		w.often(9*time.Hour, 0, func() { w.cutOffice(p) })
		w.look(p)
		for _, t := range p.totems {
			w.often(10*time.Hour, 0, func() { w.cutLink(t) })
			w.often(30*time.Hour, 0, func() { w.kill(t) })
			w.often(60*time.Hour, 0, func() { w.setClock(t) })
			w.often(6*24*time.Hour, 0, func() { w.loseDisk(t) })
		}
	}
	w.often(15*time.Hour, 0, w.restart)
	w.often(20*time.Hour, 0, func() { w.centre.rested = w.now + w.about(10*time.Minute) })
	w.often(20*time.Hour, 0, w.setCentralClock)
	w.often(5*time.Hour, 0, w.setBack)
}

// often has do done again and again, by day three times as often as by night; open is the mean while the office is open, 0: mean.
func (w *world) often(mean, open time.Duration, do func()) {
	wait := mean
	switch clock := booking.ClockOf(w.time(), w.zone); {
	case clock < opening.From-60 || clock >= opening.To:
		wait *= 3
	case clock < opening.To-30 && open > 0:
		wait = open
	}
	w.after(w.about(wait)+time.Millisecond, func() {
		if w.calm {
			return
		}
		do()
		w.often(mean, open, do)
	})
}

// web is a booking by the web channel.
func (w *world) web(p *place) {
	if w.centre.down {
		return
	}
	queue := p.plan.Queues[w.rng.IntN(len(p.plan.Queues))].ID
	key := booking.SheetKey{Office: p.plan.Office.ID, Queue: queue, Day: w.today().AddDays(w.rng.IntN(2))}
	code, err := booking.NewCode(w.random)
	if err != nil {
		panic(err)
	}
	from := w.time()
	if w.rng.IntN(2) == 0 {
		from = from.Add(time.Duration(w.rng.IntN(240)) * time.Minute)
	}
	slot, err := w.centre.service.Book(w.ctx, key.Office, key.Queue, key.Day, ledger.Want{From: from}, code)
	if err != nil {
		return // nothing left, or not to be sold now
	}
	w.report.Web++
	w.judge.promise(promise{slotKey: slotKey{key, slot.Number}, code: code, totem: "the web"})
}

func (w *world) cutLink(t *totem) {
	if !t.up {
		return
	}
	w.report.Cuts++
	t.link(false)
	long := w.about(90 * time.Minute)
	if w.rng.IntN(12) == 0 {
		long = w.about(30 * time.Hour)
	}
	w.after(long, func() { t.link(true) })
}

// cutOffice cuts the links of all totems of an office at once, as when its router fails.
func (w *world) cutOffice(p *place) {
	long := w.about(2 * time.Hour)
	for _, t := range p.totems {
		if t.up {
			w.report.Cuts++
			t.link(false)
			w.after(long, func() { t.link(true) })
		}
	}
}

func (w *world) cutLAN(p *place) {
	if len(p.totems) < 2 {
		return
	}
	w.report.LANCuts++
	a := w.rng.IntN(len(p.totems))
	pair := [2]*totem{p.totems[a], p.totems[(a+1+w.rng.IntN(len(p.totems)-1))%len(p.totems)]}
	p.cuts[pair] = true
	w.after(w.about(2*time.Hour), func() { delete(p.cuts, pair) })
}

func (w *world) kill(t *totem) {
	if t.power {
		w.report.Kills++
		t.cut(w.between(10*time.Second, 15*time.Minute))
	}
}

// setClock has a totem's clock be wrong for a while.
func (w *world) setClock(t *totem) {
	w.report.Clocks++
	t.offset = w.between(-3*time.Hour, 3*time.Hour)
	w.after(w.about(40*time.Minute), func() { t.offset = 0 })
}

// setCentralClock has the scheduler's clock be wrong for a moment: shorter than it waits before it closes a day.
func (w *world) setCentralClock() {
	c := w.centre
	w.report.Clocks++
	c.ahead = w.between(-2*time.Hour, 2*time.Hour)
	w.after(w.between(0, 4*time.Minute), func() { c.ahead = 0 })
}

// restart ends the scheduler's program, and starts it a while later on what its machine holds.
func (w *world) restart() {
	if w.centre.down {
		return
	}
	w.report.Restarts++
	w.centre.down = true
	c := w.centre
	w.after(w.between(time.Second, 2*time.Minute), func() {
		if w.centre != c {
			return
		}
		if err := w.begin(c.memory, c.keys, c.stream); err != nil {
			w.judge.wrong(slotKey{}, "the scheduler does not start: %v", err)
		}
	})
}

// setBack takes a snapshot of the scheduler's machine, or goes back to the one that was taken.
func (w *world) setBack() {
	c := w.centre
	switch {
	case c.down:
		return
	case w.saved == nil || w.rng.IntN(3) > 0:
		w.saved = &snapshot{c.memory.Copy(), c.keys.copy(), c.stream.copy(), len(w.judge.promises)}
		return
	}
	saved := w.saved
	w.saved = nil
	w.report.SetBacks++
	alive := make(map[booking.Incarnation]bool)
	for _, t := range w.totems {
		alive[t.disk.Incarnation()] = true
	}
	w.judge.forget(saved.promises, alive)
	w.judge.disturb("")
	w.judge.note(slotKey{}, "the scheduler's machine is set back")
	if err := w.begin(saved.memory, saved.keys, saved.stream); err != nil {
		w.judge.wrong(slotKey{}, "the scheduler does not start: %v", err)
		return
	}
	w.centre.down = true // the machine was away for a while, and every connection ends
	next := w.centre
	for _, t := range w.totems {
		if t.up {
			t.again(time.Minute)
		}
	}
	w.after(w.between(time.Minute, 10*time.Minute), func() { next.down = false })
}

// loseDisk is a totem that is found with a broken disk and gets a new one, which a person tells the scheduler sooner or later.
func (w *world) loseDisk(t *totem) {
	if !t.power {
		return
	}
	t.replace()
	life := t.life
	w.after(w.between(5*time.Minute, 6*time.Hour), func() {
		if t.life == life {
			t.boot()
		}
	})
}

// look is a person who looks at an office's totems now and then, and fences those whose store is not the one that the scheduler
// knows: the world knows that its disk is no more.
func (w *world) look(p *place) {
	w.after(w.between(10*time.Minute, 90*time.Minute), func() {
		w.look(p)
		w.fenceLost(p)
	})
}

func (w *world) fenceLost(p *place) {
	if w.centre.down {
		return
	}
	for _, t := range p.totems {
		m, err := w.centre.memory.Member(w.ctx, t.name.office, t.name.totem)
		if err != nil {
			continue
		}
		other := !m.Incarnation.IsZero() && m.Incarnation != t.disk.Incarnation()
		if !other && !(t.refused > 1) && !t.lost {
			if m.Key != t.publicKey() {
				t.enrol() // a set-back brought an earlier key back
			}
			continue
		}
		if at, err := t.disk.Standing(w.ctx); other && err == nil && at.Epoch > 0 {
			// A set-back has brought the store before this one back. To fence the name says that this one is lost too: it may hold
			// what the ledger knows nothing of. So it is wiped first.
			t.replace()
			t.boot()
		}
		w.judge.fenced[t.name] = true
		w.judge.disturb(t.name.office)
		_, err = w.centre.service.Fence(w.ctx, t.name.office, t.name.totem)
		switch {
		case errors.Is(err, scheduler.ErrUnfolded):
			continue
		case err != nil && !errors.Is(err, scheduler.ErrUnknownTotem):
			w.judge.wrong(slotKey{}, "%v is not fenced: %v", t.name, err)
			return
		}
		w.report.Fences++
		w.judge.note(slotKey{}, "%v is fenced", t.name)
		t.lost, t.refused = false, 0
		t.enrol()
	}
}

// edit has the office change a day.
func (w *world) edit(p *place) {
	if w.centre.down {
		return
	}
	w.report.Edits++
	e := agenda.Edit{Queue: p.plan.Queues[w.rng.IntN(len(p.plan.Queues))].ID, Day: w.today().AddDays(w.rng.IntN(2)),
		Kind: []agenda.EditKind{agenda.CounterCloses, agenda.QueueGrows, agenda.QueueStops, agenda.QueueResumes}[w.rng.IntN(4)]}
	from := opening.From + booking.Clock(20*w.rng.IntN(10))
	e.Span = booking.Span{From: from, To: min(from+booking.Clock(20*(1+w.rng.IntN(6))), opening.To)}
	if e.Kind == agenda.QueueGrows {
		e.Open = 2 + w.rng.IntN(3)
	}
	editing := scheduler.Editing{Book: watched{w.centre.memory, w}, Roster: w.centre.memory, Now: w.time}
	_, err := editing.Apply(w.ctx, p.plan, []agenda.Edit{e})
	if err != nil {
		w.report.Refused++ // closed that day, or the office waits for its totems
	}
}

// forgetDays drops what is known of slots of days that are over, once a day.
func (w *world) forgetDays() {
	w.after(24*time.Hour, func() {
		w.judge.end(w.today().AddDays(-3))
		w.forgetDays()
	})
}

// heal ends everything that goes wrong, and waits until everything is told.
func (w *world) heal() {
	w.calm = true
	w.centre.rested, w.centre.ahead, w.folding = 0, 0, false
	w.arrived()
	if w.centre.down {
		if err := w.begin(w.centre.memory, w.centre.keys, w.centre.stream); err != nil {
			w.judge.wrong(slotKey{}, "the scheduler does not start: %v", err)
		}
	}
	for _, p := range w.offices {
		clear(p.cuts)
	}
	for _, t := range w.totems {
		t.offset = 0
		if !t.power {
			t.boot()
		}
		t.link(true)
	}
	for range 90 {
		w.until(w.now + 4*time.Minute)
		for _, p := range w.offices {
			w.fenceLost(p)
		}
		if len(w.judge.wrongs) > 0 {
			return
		}
		if w.settled() {
			w.until(w.now + time.Hour) // and the last rounds
			w.judge.verdict(w.ctx, w.today())
			return
		}
	}
	for _, t := range w.totems {
		if known, err := t.known(); err != nil || !known {
			m, _ := w.centre.memory.Member(w.ctx, t.name.office, t.name.totem)
			at, _ := t.disk.Standing(w.ctx)
			w.judge.wrong(slotKey{}, "when everything was healed, %v still waits: %v, %+v, known as %+v, last %+v", t.name, err, at, m, w.centre.stream.last(t.name))
		}
	}
}

func (w *world) settled() bool {
	for _, t := range w.totems {
		if known, err := t.known(); err != nil || !known {
			return false
		}
	}
	return len(w.centre.stream.unread) == 0
}
