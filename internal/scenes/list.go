package scenes

import (
	"slices"
	"time"

	"example.org/totem/kiosk"
	"example.org/totem/paper"
)

// All returns every scene, in the order in which a citizen could meet them; what an office changes in the course of a day comes last.
func All() []Scene {
	return slices.Concat(choosing(), slips(), reminders(), owns(), ownReminders(), notices(), refills(), ends(), otherDays(), hands(), grants(), moves())
}

// choosing are of a citizen who has not taken a place yet.
func choosing() []Scene {
	return []Scene{
		{"start", func(*play) {}},
		{"start-offline", func(p *play) { p.tell(kiosk.LinkChanged{AsOf: p.at(9, 20)}) }},
		{"start-nine", func(p *play) { p.crowd(9) }},
		{"start-many", func(p *play) { p.crowd(14) }},
		{"start-many-more", func(p *play) { p.crowd(14); p.turn() }},
		{"start-many-offline", func(p *play) { p.crowd(14); p.tell(kiosk.LinkChanged{AsOf: p.at(9, 20)}) }},
		{"start-no-clock", func(p *play) { p.loseClock() }},
		{"start-no-clock-offline", func(p *play) { p.loseClock(); p.tell(kiosk.LinkChanged{}) }},
		{"start-many-no-clock-offline", func(p *play) { p.crowd(14); p.loseClock(); p.tell(kiosk.LinkChanged{}) }},
		{"languages", func(p *play) { p.tap("key-language") }},
		{"help", func(p *play) { p.tap("key-help") }},
		{"help-more", func(p *play) { p.tap("key-help"); p.turn() }},
		{"times", func(p *play) { p.tap("service-identity") }},
		{"times-chosen", func(p *play) { p.tap("service-identity", "hour-A018") }},
		{"times-pages", func(p *play) { p.tell(kiosk.OffersChanged{Offers: p.offers(19)}); p.tap("service-identity") }},
		{"times-pages-more", func(p *play) {
			p.tell(kiosk.OffersChanged{Offers: p.offers(19)})
			p.tap("service-identity")
			p.turn()
		}},
		{"times-no-paper", func(p *play) { p.tell(kiosk.PrinterChanged{Status: paper.PaperEnd}); p.tap("service-identity") }},
		{"times-offline", func(p *play) { p.tell(kiosk.LinkChanged{AsOf: p.at(9, 20)}); p.tap("service-identity") }},
		{"number", func(p *play) { p.loseClock(); p.tap("service-identity") }},
		{"number-offline-no-paper", func(p *play) {
			p.loseClock()
			p.tell(kiosk.LinkChanged{}, kiosk.PrinterChanged{Status: paper.PaperEnd})
			p.tap("service-identity")
		}},
		{"number-gone", func(p *play) {
			p.loseClock()
			p.tap("service-identity", "take")
			p.tell(kiosk.TicketRefused{Why: kiosk.RefusedGone}, kiosk.LinkChanged{})
		}},
		{"help-no-clock", func(p *play) { p.loseClock(); p.tap("key-help") }},
		{"times-gone", func(p *play) {
			p.tap("service-identity", "take")
			p.tell(kiosk.TicketRefused{Why: kiosk.RefusedGone})
		}},
	}
}

// slips are of a place that is taken, and of what becomes of its slip.
func slips() []Scene {
	return []Scene{
		{"issuing", func(p *play) { p.tap("service-identity", "take") }},
		{"printing", func(p *play) { p.issue() }},
		{"take", func(p *play) { p.end(paper.Printed, 0) }},
		{"take-no-clock", func(p *play) { p.loseClock(); p.end(paper.Printed, 0) }},
		{"paper-failed-no-clock", func(p *play) { p.loseClock(); p.end(paper.NotPrinted, paper.PaperEnd) }},
		{"paper-failed", func(p *play) { p.end(paper.NotPrinted, paper.PaperEnd) }},
		{"paper-failed-warned", func(p *play) { p.end(paper.NotPrinted, paper.Silent); p.wait(95 * time.Second) }},
		{"paper-failed-blank", func(p *play) { p.blank(); p.end(paper.Printed, 0) }},
		{"times-blank", func(p *play) { p.blank(); p.tap("service-identity") }},
		{"paper-unknown", func(p *play) { p.end(paper.Unknown, 0) }},
		{"paper-unknown-stuck", func(p *play) { p.end(paper.Unknown, paper.CutterFault) }},
		{"paper-unknown-mouth", func(p *play) { p.end(paper.Unknown, paper.TicketInMouth) }},
		{"paper-failed-ready", func(p *play) { p.end(paper.NotPrinted, 0) }},
		{"paper-failed-ready-warned", func(p *play) { p.end(paper.NotPrinted, 0); p.wait(95 * time.Second) }},
		{"paper-unknown-warned", func(p *play) { p.end(paper.Unknown, 0); p.wait(95 * time.Second) }},
		{"printing-late", func(p *play) { p.issue(); p.wait(4 * time.Second) }},
		{"printing-stopped", func(p *play) { p.issue(); p.tell(printer(paper.CoverOpen)) }},
		{"reprinting", func(p *play) { p.end(paper.Unknown, 0); p.tap("print-again") }},
		{"reprinting-late", func(p *play) { p.end(paper.NotPrinted, 0); p.tap("print-again"); p.wait(4 * time.Second) }},
		{"times-slip-in-mouth", func(p *play) { p.tell(printer(paper.TicketInMouth)); p.tap("service-identity") }},
	}
}

// refills are of whoever opens the printer.
func refills() []Scene {
	return []Scene{
		{"refill", func(p *play) { p.tell(printer(paper.PaperEnd | paper.CoverOpen)) }},
		{"refill-paper-in", func(p *play) { p.tell(printer(paper.PaperEnd|paper.CoverOpen), printer(paper.CoverOpen)) }},
		{"refill-unseen", func(p *play) { p.tell(printer(paper.CoverOpen), printer(paper.PaperEnd)) }},
		{"refill-stuck", func(p *play) { p.tell(printer(paper.CoverOpen), printer(paper.CutterFault)) }},
		{"refill-turn", func(p *play) { p.strip(paper.Printed); p.tap("unreadable") }},
		{"checking", func(p *play) { p.tell(printer(paper.CoverOpen), printer(0)) }},
		{"checking-late", func(p *play) { p.tell(printer(paper.CoverOpen), printer(0)); p.wait(4 * time.Second) }},
		{"strip", func(p *play) { p.strip(paper.Printed) }},
		{"strip-unsure", func(p *play) { p.strip(paper.Unknown) }},
		{"strip-blank", func(p *play) { p.unread() }},
		{"check-failed", func(p *play) {
			p.tell(printer(paper.CoverOpen), printer(0), printer(paper.Jam))
			p.tell(kiosk.PaperChecked{Result: paper.Result{Outcome: paper.NotPrinted, Status: paper.Jam}})
		}},
		{"check-failed-ready", func(p *play) {
			p.tell(printer(paper.CoverOpen), printer(0))
			p.tell(kiosk.PaperChecked{Result: paper.Result{Outcome: paper.NotPrinted, Status: paper.HeadHot}})
		}},
	}
}

// ends are of what leads nowhere, and of what a restart finds.
func ends() []Scene {
	return []Scene{
		{"not-given", func(p *play) {
			p.tap("service-identity", "take")
			p.tell(kiosk.TicketRefused{Why: kiosk.RefusedStorage})
		}},
		{"unclear", func(p *play) { p.tap("service-identity", "take"); p.wait(40 * time.Second) }},
		{"still-here", func(p *play) { p.tap("service-identity"); p.wait(100 * time.Second) }},
		{"nothing-left", func(p *play) { p.tell(kiosk.OffersChanged{}) }},
		{"nothing-left-service", func(p *play) { p.tap("service-identity"); p.tell(kiosk.OffersChanged{}) }},
		{"nothing-left-service-no-clock", func(p *play) { p.loseClock(); p.tap("service-identity"); p.tell(kiosk.OffersChanged{}) }},
		{"nothing-left-no-clock", func(p *play) { p.loseClock(); p.tell(kiosk.OffersChanged{}, kiosk.LinkChanged{}) }},
		{"closed", func(p *play) { p.tell(kiosk.OffersChanged{}, kiosk.Tick{Now: p.at(18, 0)}) }},
		{"found", func(p *play) { p.tell(kiosk.SlipFound{Ticket: p.ticket()}) }},
		{"found-no-clock", func(p *play) { p.loseClock(); p.tell(kiosk.SlipFound{Ticket: p.timed()}) }},
		{"out-of-service", func(p *play) { p.tell(kiosk.OutOfService{Code: "T202"}) }},
		{"waiting", func(p *play) { p.begin() }},
	}
}
