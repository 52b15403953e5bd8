package scenes

import (
	"time"

	"example.org/totem/booking"
	"example.org/totem/kiosk"
)

// code is of the ticket that citizens bring, and wrong is it with two digits exchanged.
const (
	code  = "482917305566"
	wrong = "482917305656"
)

// owns are of a citizen who has a ticket.
func owns() []Scene {
	return []Scene{
		{"code", func(p *play) { p.tap("own-ticket") }},
		{"code-begun", func(p *play) { p.tap("own-ticket"); p.types("48291") }},
		{"code-wrong", func(p *play) { p.tap("own-ticket"); p.types(wrong) }},
		{"finding", func(p *play) { p.tap("own-ticket"); p.types(code) }},
		{"no-ticket", func(p *play) { p.seek(kiosk.TicketUnknown{}) }},
		{"no-ticket-offline", func(p *play) { p.tell(kiosk.LinkChanged{AsOf: p.at(9, 20)}); p.seek(kiosk.TicketUnknown{}) }},
		{"no-ticket-failed", func(p *play) { p.seek(kiosk.TicketUnknown{Failed: true}) }},
		{"own", func(p *play) { p.own(booking.Issued) }},
		{"own-no-clock", func(p *play) { p.loseClock(); p.own(booking.Issued) }},
		{"own-arrived", func(p *play) { p.own(booking.Arrived) }},
		{"own-called", func(p *play) { p.own(booking.Called) }},
		{"own-cancelled", func(p *play) { p.own(booking.Cancelled) }},
		{"own-late", func(p *play) { p.tell(kiosk.Tick{Now: p.at(10, 5)}); p.own(booking.Issued) }},
		{"own-other-day", func(p *play) { p.seek(p.found(booking.Issued, 2)) }},
		{"record", func(p *play) { p.own(booking.Issued); p.tap("record") }},
		{"give-back", func(p *play) { p.own(booking.Issued); p.tap("give-back") }},
		{"give-back-begun", func(p *play) { p.own(booking.Issued); p.tap("give-back"); p.types("A0") }},
		{"give-back-wrong", func(p *play) { p.own(booking.Issued); p.tap("give-back"); p.types("A021") }},
		{"give-back-ask", func(p *play) { p.own(booking.Issued); p.tap("give-back"); p.types("A012") }},
		{"changing", func(p *play) { p.own(booking.Issued); p.tap("check-in") }},
		{"arrived", func(p *play) { p.change(kiosk.TicketChanged{State: booking.Arrived}) }},
		{"change-gone", func(p *play) { p.change(kiosk.ChangeRefused{Why: kiosk.RefusedGone}) }},
		{"change-failed", func(p *play) { p.change(kiosk.ChangeRefused{Why: kiosk.RefusedStorage}) }},
		{"change-late", func(p *play) { p.own(booking.Issued); p.tap("check-in"); p.wait(11 * time.Second) }},
		{"cancelled", func(p *play) {
			p.own(booking.Issued)
			p.tap("give-back")
			p.types("A012")
			p.tap("yes")
			p.tell(kiosk.TicketChanged{State: booking.Cancelled})
		}},
		{"privacy", func(p *play) { p.tap("privacy") }},
		{"privacy-contacts", func(p *play) { p.tap("privacy", "contacts") }},
		{"privacy-kept", func(p *play) { p.tap("privacy", "kept") }},
	}
}

// types touches a key for each sign.
func (p *play) types(signs string) {
	for _, sign := range signs {
		p.tap("pad-" + string(sign))
	}
}

// seek types the code, and the totem answers so.
func (p *play) seek(answer kiosk.Msg) {
	p.tap("own-ticket")
	p.types(code)
	p.tell(answer)
}

// own leads to the citizen's ticket.
func (p *play) own(state booking.State) { p.seek(p.found(state, 0)) }

// change asks to check in, and the totem answers so.
func (p *play) change(answer kiosk.Msg) {
	p.own(booking.Issued)
	p.tap("check-in")
	p.tell(answer)
}

// found is what is known of the ticket, which is for so many days after today.
func (p *play) found(state booking.State, days int) kiosk.TicketFound {
	start := p.at(9, 50).AddDate(0, 0, days)
	return kiosk.TicketFound{Record: booking.Record{
		Key: booking.SheetKey{Office: "registry", Queue: "identity", Day: booking.DayOf(start, p.zone)},
		Slot: booking.Slot{
			Number: "A012", Start: start, Holder: booking.HeldBy("entrance"), State: state,
			Ticket: booking.Ticket{Code: booking.Code(code).Hash(booking.DayKey{1}), Paper: booking.PaperPrinted},
		},
		Service: "identity", Waiting: 1, Given: true, Promise: booking.PromiseTime,
	}}
}
