package speech_test

import (
	"time"

	"example.org/totem/booking"
	"example.org/totem/internal/scenes"
	"example.org/totem/kiosk"
	"example.org/totem/locale"
	"example.org/totem/paper"
	"example.org/totem/ui/speech"
)

// code is of the ticket that citizens bring, and number is its number.
const (
	code   booking.Code   = "482917305566"
	number booking.Number = "A012"
)

// totem is a totem whose glass is dark: all that is known of it is what it says.
type totem struct {
	zone   *time.Location
	now    time.Time
	office booking.Office
	state  kiosk.State
	reader speech.Reader
	asked  []kiosk.Effect // not yet answered, in order
}

// open returns a totem at 9:41 on a Saturday, with everything in order, that says nothing.
func open(c kiosk.Config) *totem {
	zone := time.FixedZone("CET", 3600)
	k := &totem{zone: zone, office: scenes.Office(), state: kiosk.New(c)}
	k.send(kiosk.Tick{Now: k.at(9, 41)})
	k.send(kiosk.OfficeKnown{Office: k.office, Zone: zone})
	k.send(kiosk.LinkChanged{Up: true, AsOf: k.at(9, 40)})
	k.send(kiosk.OffersChanged{Offers: k.offers()})
	return k
}

func (k *totem) at(hour, minute int) time.Time {
	return time.Date(2026, 11, 21, hour, minute, 0, 0, k.zone)
}

func (k *totem) key(q booking.QueueID) booking.SheetKey {
	return booking.SheetKey{Office: k.office.ID, Queue: q, Day: booking.DayOf(k.at(12, 0), k.zone)}
}

// offers are six times of the first queue, one of them gone to others, and two of each other but the last.
func (k *totem) offers() (all []kiosk.Offer) {
	for i, q := range k.office.Queues {
		times := 2
		switch i {
		case 0:
			times = 6
		case len(k.office.Queues) - 1:
			times = 0
		}
		o := kiosk.Offer{Key: k.key(q.ID)}
		for n := range times {
			t := kiosk.Time{Start: k.at(9, 50+10*n+5*i), Number: booking.NewNumber(q.Prefix, 12+n), Places: 1}
			if n == 2 {
				t.Number = ""
			}
			o.Times = append(o.Times, t)
		}
		all = append(all, o)
	}
	return all
}

// send lets something happen and returns what is said then.
func (k *totem) send(m kiosk.Msg) speech.Utterance {
	if tick, ok := m.(kiosk.Tick); ok {
		k.now = tick.Now
	}
	state, asked := kiosk.Update(k.state, m)
	k.state, k.asked = state, append(k.asked, asked...)
	return k.reader.Next(kiosk.View(k.state))
}

// answer is what comes back to what was asked for first, and what that was; nil where nothing was.
func (k *totem) answer() (m kiosk.Msg, what string) {
	if len(k.asked) == 0 {
		return nil, ""
	}
	asked := k.asked[0]
	k.asked = k.asked[1:]
	switch asked := asked.(type) {
	case kiosk.Issue:
		k.asked = append(k.asked, kiosk.Print{Job: 7})
		return kiosk.TicketMade{Ticket: kiosk.Ticket{
			Job: 7, Key: asked.Key, Number: asked.Number, Start: k.start(asked), Code: code, Label: k.label(asked.Service),
		}}, "the ticket is made"
	case kiosk.Print:
		return kiosk.SlipEnded{Job: asked.Job, Result: paper.Result{Outcome: paper.Printed}}, "the slip is out"
	case kiosk.FindTicket:
		return kiosk.TicketFound{Record: k.record()}, "the ticket is found"
	case kiosk.CheckIn:
		return kiosk.TicketChanged{State: booking.Arrived}, "the arrival is noted"
	case kiosk.CancelTicket:
		return kiosk.TicketChanged{State: booking.Cancelled}, "the place is given back"
	}
	return kiosk.Touched{}, "nothing"
}

func (k *totem) start(asked kiosk.Issue) time.Time {
	for _, o := range k.offers() {
		for _, t := range o.Times {
			if t.Number == asked.Number {
				return t.Start
			}
		}
	}
	return time.Time{}
}

func (k *totem) label(id booking.ServiceID) locale.Text {
	service, _ := k.office.Service(id)
	return service.Name
}

func (k *totem) record() booking.Record {
	return booking.Record{
		Key: k.key("identity"),
		Slot: booking.Slot{
			Number: number, Start: k.at(9, 50), Holder: booking.HeldBy("entrance"), State: booking.Issued,
			Ticket: booking.Ticket{Code: code.Hash(booking.DayKey{1}), Paper: booking.PaperPrinted},
		},
		Service: "identity", Given: true, Promise: booking.PromiseTime,
	}
}
