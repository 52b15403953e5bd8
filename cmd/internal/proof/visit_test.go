package proof_test

import (
	"fmt"
	"math/rand/v2"
	"time"

	"example.org/totem/booking"
	"example.org/totem/kiosk"
	"example.org/totem/ledger"
	"example.org/totem/privacy"
)

// turn is how long a citizen may stand at the totem. At half of it is said what concerns the ticket, by everybody.
const turn = 10 * time.Minute

// plays lets a day pass, in which everything that matters is drawn from fate, and nothing else from it.
func (d *desk) plays(seed, day uint64, flipped bool) {
	open := d.today().At(opening, d.plan.Zone)
	d.passes(open.Sub(d.now))
	for i := range uint64(closing-opening) * uint64(time.Minute) / uint64(turn) {
		begins := open.Add(time.Duration(i) * turn)
		d.passes(begins.Sub(d.now))
		d.release()
		visit := day<<16 | i
		fate, w := rand.New(rand.NewChaCha8(seedOf(seed, visit, 3))), anyWhim(seed, visit, flipped)
		d.code, d.secret = rand.NewChaCha8(seedOf(seed, visit, 4)), rand.NewChaCha8(seedOf(seed, visit, 5))
		switch what := fate.IntN(12); {
		case what < 6:
			d.takes(fate, w, begins.Add(turn/2))
		case what < 9:
			d.comesBack(fate, w, begins.Add(turn/2))
		case what == 9 && d.up:
			d.disconnect()
		case what == 10 && !d.up:
			d.connect()
		case what == 11:
			d.web(fate)
		}
		if over := d.now.Sub(begins); over > turn {
			d.t.Fatalf("a citizen stood there for %s", over)
		}
		d.hear(kiosk.HeadsetChanged{}, kiosk.Finish{})
		if s := d.screen(); s.Name != "start" && s.Name != "no-tickets" {
			d.hear(kiosk.GoBack{}, kiosk.Finish{})
		}
		if d.up && fate.IntN(3) == 0 {
			d.pull()
		}
	}
	d.endDay()
}

// web sells a place of today's pool elsewhere.
func (d *desk) web(fate *rand.Rand) {
	queue := d.plan.Queues[fate.IntN(len(d.plan.Queues))].ID
	code, err := booking.NewCode(d.code)
	d.check(err)
	_, err = d.service.Book(d.ctx, d.plan.Office.ID, queue, d.today(), ledger.Want{}, code)
	d.say("sold elsewhere", fmt.Append(nil, err == nil), nil)
}

func (d *desk) screen() kiosk.Screen { return kiosk.View(d.state) }

// touches touches a control if it is there, and reports whether it was.
func (d *desk) touches(fits func(kiosk.Box) bool) bool {
	box, ok := d.screen().Root.Find(func(b kiosk.Box) bool { return b.Tap != nil && !b.Off && fits(b) })
	if ok {
		d.now = d.now.Add(time.Second)
		d.hear(kiosk.Tick{Now: d.now}, box.Tap)
	}
	return ok
}

// says touches the control that says m, if it is there.
func (d *desk) says(m kiosk.Msg) bool {
	return d.touches(func(b kiosk.Box) bool { return b.Tap == m })
}

// waits stays at the totem until then.
func (d *desk) waits(until time.Time) {
	for d.now.Before(until) {
		d.passes(min(time.Minute, until.Sub(d.now)))
		d.hear(kiosk.Touched{})
	}
}

// vanishes says nothing any more until the totem has forgotten.
func (d *desk) vanishes() {
	d.passes(time.Second)
	d.passes(130 * time.Second)
}

// prepares is what comes before a ticket is spoken of.
func (d *desk) prepares(w whim) {
	d.hear(w.look...)
	if name := d.screen().Name; name != "start" { // help, or the notice, is open
		d.hear(kiosk.GoBack{})
	}
	if w.stray != "" && d.says(kiosk.OpenTicket{}) {
		for _, sign := range w.stray {
			d.hear(kiosk.Type{Sign: sign})
		}
		d.hear(kiosk.GoBack{})
		if d.screen().Name == "no-ticket" {
			d.hear(kiosk.GoBack{})
		}
	}
}

// takes takes a ticket, at an instant.
func (d *desk) takes(fate *rand.Rand, w whim, at time.Time) {
	service := d.office.Services[fate.IntN(len(d.office.Services))].ID
	otherDay, pick, day := fate.IntN(4) == 0 && d.office.Advance != privacy.AdvanceOff, fate.IntN(50), fate.IntN(2)
	d.prepares(w)
	d.says(kiosk.ChooseService{Service: service})
	consent := d.office.Advance == privacy.AdvanceConsent
	if consent && !otherDay && w.asks && d.says(kiosk.OpenOtherDay{}) {
		if d.answers(w.looks) && !d.says(kiosk.GoBack{}) {
			d.t.Fatalf("no way back from the screen %q", d.screen().Name)
		}
	}
	d.waits(at)
	if name := d.screen().Name; name != "times" { // left, or was forgotten
		d.hear(kiosk.GoBack{}, kiosk.Finish{})
		d.says(kiosk.ChooseService{Service: service})
	}
	d.now = at
	d.hear(kiosk.Tick{Now: at})
	d.offer()
	if otherDay {
		d.takesAhead(w, at, day, pick)
	} else {
		d.takesToday(at, pick)
	}
	if s := d.screen(); s.Name == "take" && w.takes && d.says(kiosk.OpenReminder{}) {
		d.answers(w.taken)
	}
}

// takesToday takes one of the places of today that are shown.
func (d *desk) takesToday(at time.Time, pick int) {
	var hours []kiosk.Msg
	for b := range d.screen().Root.All() {
		switch b.Tap.(type) {
		case kiosk.ChooseTime, kiosk.ChooseStart: // the totem holds the slot, or the office has to grant it
			hours = append(hours, b.Tap)
		}
	}
	if len(hours) > 0 {
		d.hear(hours[pick%len(hours)])
	}
	d.now = at
	d.touches(func(b kiosk.Box) bool { return b.ID == "take" })
}

// takesAhead takes a place on another day, with a contact where the office asks for one.
func (d *desk) takesAhead(w whim, at time.Time, day, pick int) {
	if !d.says(kiosk.OpenOtherDay{}) {
		return
	}
	if d.office.Advance == privacy.AdvanceConsent {
		d.answers(w.books)
	}
	d.waits(at.Add(time.Minute))
	choose := func(nth int, of func(kiosk.Msg) bool) {
		var all []kiosk.Msg
		for b := range d.screen().Root.All() {
			if b.Tap != nil && of(b.Tap) {
				all = append(all, b.Tap)
			}
		}
		if len(all) > 0 {
			d.hear(all[nth%len(all)])
		}
	}
	choose(day, func(m kiosk.Msg) bool { _, ok := m.(kiosk.ChooseDay); return ok })
	choose(pick, func(m kiosk.Msg) bool { _, ok := m.(kiosk.ChooseStart); return ok })
	choose(0, func(m kiosk.Msg) bool { _, ok := m.(kiosk.TakeStart); return ok })
}

// answers goes through what asks for a contact, and reports whether one was sent or kept for the ticket.
func (d *desk) answers(a answer) bool {
	if a.reads && d.says(kiosk.OpenNotice{}) {
		d.hear(kiosk.GoBack{})
	}
	if !a.yes {
		switch a.how {
		case 0:
			d.says(kiosk.Choose{})
		case 1:
			d.says(kiosk.GoBack{})
		case 2:
			d.vanishes()
		case 3:
			d.hear(kiosk.Finish{})
		}
		return false
	}
	if !d.says(kiosk.Choose{Yes: true}) {
		d.t.Fatalf("no choice on the screen %q", d.screen().Name)
	}
	d.says(kiosk.SetChannel{Channel: a.channel})
	for _, sign := range a.contact {
		d.now = d.now.Add(time.Second)
		d.hear(kiosk.Tick{Now: d.now}, kiosk.Type{Sign: sign})
	}
	switch a.end {
	case 2:
		d.says(kiosk.GoBack{})
		return false
	case 3:
		d.vanishes()
		return false
	}
	if !d.says(kiosk.Send{}) {
		d.t.Fatalf("%q cannot be sent from the screen %q", a.contact, d.screen().Name)
	}
	return true
}

// comesBack comes with a ticket, at an instant says something about it, and looks after its reminder before and after that.
func (d *desk) comesBack(fate *rand.Rand, w whim, at time.Time) {
	nth, what := fate.IntN(1000), fate.IntN(3)
	if len(d.given) == 0 {
		return
	}
	t := d.given[nth%len(d.given)]
	d.prepares(w)
	d.finds(t.Code)
	d.tends(w)
	d.waits(at)
	if d.screen().Name != "own" { // was forgotten, or stands before the reminder
		d.hear(kiosk.GoBack{}, kiosk.Finish{})
		d.finds(t.Code)
	}
	d.now = at
	d.hear(kiosk.Tick{Now: at})
	switch {
	case what == 0:
		d.hear(kiosk.CheckInNow{})
	case what == 1 && d.screen().Name == "own":
		d.hear(kiosk.GiveBack{})
		for _, sign := range t.Number {
			d.hear(kiosk.Type{Sign: sign})
		}
		d.hear(kiosk.Confirm{Yes: true})
	}
	if d.says(kiosk.GoBack{}); d.screen().Name == "own" {
		d.tends(w)
	}
}

// finds types the code of a ticket.
func (d *desk) finds(code booking.Code) {
	d.hear(kiosk.OpenTicket{})
	for _, sign := range code {
		d.hear(kiosk.Type{Sign: sign})
	}
}

// tends looks after the reminder of the ticket that is shown.
func (d *desk) tends(w whim) {
	if w.record && d.says(kiosk.ShowRecord{}) {
		if !w.drops || !d.says(kiosk.DropReminder{}) {
			d.says(kiosk.GoBack{})
		}
	}
	if !w.opens || !d.says(kiosk.OpenReminder{}) {
		return
	}
	if w.drops && d.says(kiosk.DropReminder{}) {
		d.says(kiosk.GoBack{})
		return
	}
	if d.says(kiosk.OpenReminder{}) {
		d.answers(w.opened)
	}
}
