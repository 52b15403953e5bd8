package scenes

import (
	"time"

	"example.org/totem/booking"
	"example.org/totem/kiosk"
)

// grants are of times that the totem holds no slot of, and of tickets that are taken too fast.
func grants() []Scene {
	return []Scene{
		{"times-open", func(p *play) { p.opened(2); p.tap("service-identity") }},
		{"times-open-chosen", func(p *play) { p.opened(13); p.tap("service-identity", "hour-10:50") }},
		{"times-open-asking", func(p *play) { p.opened(2); p.tap("service-identity", "take") }},
		{"times-open-gone", func(p *play) {
			p.opened(2)
			p.tap("service-identity", "take")
			p.tell(kiosk.TicketRefused{Why: kiosk.RefusedGone})
		}},
		{"times-open-unanswered", func(p *play) {
			p.opened(2)
			p.tap("service-identity", "take")
			p.tell(kiosk.TicketRefused{Why: kiosk.RefusedLink})
		}},
		{"times-open-cut", func(p *play) {
			p.opened(2)
			p.tap("service-identity", "hour-9:50")
			p.tell(kiosk.LinkChanged{AsOf: p.at(9, 40)})
		}},
		{"nothing-here", func(p *play) { p.opened(13); p.tell(kiosk.LinkChanged{AsOf: p.at(9, 40)}) }},
		{"nothing-here-service", func(p *play) {
			p.opened(13)
			p.tap("service-identity", "take")
			p.tell(kiosk.LinkChanged{AsOf: p.at(9, 40)}, kiosk.TicketRefused{Why: kiosk.RefusedLink})
		}},
		{"paced", func(p *play) { p.pace(2 * time.Minute); p.tap("service-identity") }},
		{"paced-no-clock", func(p *play) { p.loseClock(); p.pace(time.Minute); p.tap("service-identity") }},
	}
}

// moves are of a citizen whose time the office cannot keep.
func moves() []Scene {
	return []Scene{
		{"own-moved", func(p *play) { p.seek(p.moved(p.at(10, 40))) }},
		{"own-moved-open", func(p *play) { p.seek(p.moved(time.Time{})) }},
		{"record-moved", func(p *play) { p.seek(p.moved(p.at(10, 40))); p.tap("record") }},
	}
}

// opened has only the scheduler grant the first times of every queue.
func (p *play) opened(times int) {
	all := p.offers(13)
	for i := range all {
		for j := range all[i].Times[:min(times, len(all[i].Times))] {
			if t := &all[i].Times[j]; t.Number != "" {
				t.Number, t.Places, t.Open = "", 0, t.Places
			}
		}
	}
	p.tell(kiosk.OffersChanged{Offers: all})
}

// pace has the totem give no ticket of the first queue for a while.
func (p *play) pace(d time.Duration) {
	p.tell(kiosk.OffersChanged{Offers: p.offers(13), Paced: []kiosk.Paced{{Queue: "identity", Until: p.now.Add(d)}}})
}

// moved is what is known of the ticket where the office cannot keep its time, and expects its bearer then.
func (p *play) moved(expected time.Time) kiosk.TicketFound {
	found := p.found(booking.Issued, 0)
	ticket := &found.Record.Slot.Ticket
	ticket.Moved, ticket.Expected = true, expected
	found.Record.Slot.Hands = 1
	return found
}
