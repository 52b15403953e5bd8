// Package scenes plays the citizen's conversation up to each of its screens, in an invented office, so that tests and
// tools can paint every screen there is. It goes through kiosk.Update and taps what a citizen would tap: a screen that
// cannot be reached cannot be played.
package scenes

import (
	"fmt"
	"time"

	"example.org/totem/booking"
	"example.org/totem/kiosk"
	"example.org/totem/locale"
	"example.org/totem/paper"
)

// Scene is a way to one screen.
type Scene struct {
	Name string // of the scene, not of the screen: two scenes may end on the same one
	play func(*play)
}

// Screen plays the scene in language l and returns the screen it ends on, as a totem with an upright or a wide panel
// shows it. It fails when the way is blocked.
func (s Scene) Screen(l locale.Lang, wide bool) (kiosk.Screen, error) {
	zone, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		return kiosk.Screen{}, fmt.Errorf("play scene %s: %w", s.Name, err)
	}
	config := kiosk.Config{Services: kiosk.UprightServices}
	if wide {
		config.Services = kiosk.WideServices
	}
	p := &play{zone: zone, state: kiosk.New(config)}
	p.tell(kiosk.Tick{Now: p.at(9, 41)}, kiosk.OfficeKnown{Office: Office(), Zone: zone},
		kiosk.LinkChanged{Up: true, AsOf: p.at(9, 40)}, kiosk.OffersChanged{Offers: p.offers(13)}, kiosk.SetLanguage{Lang: l})
	s.play(p)
	if p.err != nil {
		return kiosk.Screen{}, fmt.Errorf("play scene %s: %w", s.Name, p.err)
	}
	return kiosk.View(p.state), nil
}

// All returns every scene, in the order in which a citizen could meet them.
func All() []Scene {
	return []Scene{
		{"start", func(*play) {}},
		{"start-contrast", func(p *play) { p.tap("key-contrast") }},
		{"start-offline", func(p *play) { p.tell(kiosk.LinkChanged{AsOf: p.at(9, 20)}) }},
		{"start-nine", func(p *play) { p.crowd(9) }},
		{"start-many", func(p *play) { p.crowd(14) }},
		{"start-many-more", func(p *play) { p.crowd(14); p.tap("more") }},
		{"start-many-offline", func(p *play) { p.crowd(14); p.tell(kiosk.LinkChanged{AsOf: p.at(9, 20)}) }},
		{"start-no-clock", func(p *play) { p.loseClock() }},
		{"start-no-clock-offline", func(p *play) { p.loseClock(); p.tell(kiosk.LinkChanged{}) }},
		{"start-no-clock-contrast", func(p *play) { p.loseClock(); p.tap("key-contrast") }},
		{"start-many-no-clock-offline", func(p *play) { p.crowd(14); p.loseClock(); p.tell(kiosk.LinkChanged{}) }},
		{"languages", func(p *play) { p.tap("key-language") }},
		{"help", func(p *play) { p.tap("key-help") }},
		{"times", func(p *play) { p.tap("service-identity") }},
		{"times-contrast", func(p *play) { p.tap("key-contrast", "service-identity") }},
		{"times-chosen", func(p *play) { p.tap("service-identity", "hour-A018") }},
		{"times-pages", func(p *play) { p.tell(kiosk.OffersChanged{Offers: p.offers(19)}); p.tap("service-identity") }},
		{"times-no-paper", func(p *play) { p.tell(kiosk.PrinterChanged{Status: paper.PaperEnd}); p.tap("service-identity") }},
		{"times-offline", func(p *play) { p.tell(kiosk.LinkChanged{AsOf: p.at(9, 20)}); p.tap("service-identity") }},
		{"number", func(p *play) { p.loseClock(); p.tap("service-identity") }},
		{"number-contrast", func(p *play) { p.loseClock(); p.tap("key-contrast", "service-identity") }},
		{"number-offline-no-paper", func(p *play) {
			p.loseClock()
			p.tell(kiosk.LinkChanged{}, kiosk.PrinterChanged{Status: paper.PaperEnd})
			p.tap("service-identity")
		}},
		{"help-no-clock", func(p *play) { p.loseClock(); p.tap("key-help") }},
		{"times-gone", func(p *play) {
			p.tap("service-identity", "take")
			p.tell(kiosk.TicketRefused{Why: kiosk.RefusedGone})
		}},
		{"issuing", func(p *play) { p.tap("service-identity", "take") }},
		{"printing", func(p *play) { p.issue() }},
		{"take", func(p *play) { p.end(paper.Printed, 0) }},
		{"take-no-clock", func(p *play) { p.loseClock(); p.end(paper.Printed, 0) }},
		{"paper-failed-no-clock", func(p *play) { p.loseClock(); p.end(paper.NotPrinted, paper.PaperEnd) }},
		{"take-contrast", func(p *play) { p.tap("key-contrast"); p.end(paper.Printed, 0) }},
		{"paper-failed", func(p *play) { p.end(paper.NotPrinted, paper.PaperEnd) }},
		{"paper-failed-contrast", func(p *play) { p.tap("key-contrast"); p.end(paper.NotPrinted, paper.PaperEnd) }},
		{"paper-failed-warned", func(p *play) { p.end(paper.NotPrinted, paper.Silent); p.wait(95 * time.Second) }},
		{"paper-failed-blank", func(p *play) { p.blank(); p.end(paper.Printed, 0) }},
		{"times-blank", func(p *play) { p.blank(); p.tap("service-identity") }},
		{"paper-unknown", func(p *play) { p.end(paper.Unknown, 0) }},
		{"paper-unknown-contrast", func(p *play) { p.tap("key-contrast"); p.end(paper.Unknown, paper.CutterFault) }},
		{"paper-failed-ready", func(p *play) { p.end(paper.NotPrinted, 0) }},
		{"paper-failed-ready-warned", func(p *play) { p.end(paper.NotPrinted, 0); p.wait(95 * time.Second) }},
		{"paper-unknown-warned", func(p *play) { p.end(paper.Unknown, 0); p.wait(95 * time.Second) }},
		{"printing-late", func(p *play) { p.issue(); p.wait(4 * time.Second) }},
		{"printing-stopped", func(p *play) { p.issue(); p.tell(printer(paper.CoverOpen)) }},
		{"reprinting", func(p *play) { p.end(paper.Unknown, 0); p.tap("print-again") }},
		{"reprinting-late", func(p *play) { p.end(paper.NotPrinted, 0); p.tap("print-again"); p.wait(4 * time.Second) }},
		{"reprinting-late-contrast", func(p *play) {
			p.tap("key-contrast")
			p.end(paper.NotPrinted, 0)
			p.tap("print-again")
			p.wait(4 * time.Second)
		}},
		{"times-slip-in-mouth", func(p *play) { p.tell(printer(paper.TicketInMouth)); p.tap("service-identity") }},
		{"refill", func(p *play) { p.tell(printer(paper.PaperEnd | paper.CoverOpen)) }},
		{"refill-paper-in", func(p *play) { p.tell(printer(paper.PaperEnd|paper.CoverOpen), printer(paper.CoverOpen)) }},
		{"refill-contrast", func(p *play) {
			p.tap("key-contrast")
			p.tell(printer(paper.PaperEnd|paper.CoverOpen), printer(paper.CoverOpen))
		}},
		{"refill-unseen", func(p *play) { p.tell(printer(paper.CoverOpen), printer(paper.PaperEnd)) }},
		{"refill-stuck", func(p *play) { p.tell(printer(paper.CoverOpen), printer(paper.CutterFault)) }},
		{"refill-turn", func(p *play) { p.strip(paper.Printed); p.tap("unreadable") }},
		{"checking", func(p *play) { p.tell(printer(paper.CoverOpen), printer(0)) }},
		{"checking-late", func(p *play) { p.tell(printer(paper.CoverOpen), printer(0)); p.wait(4 * time.Second) }},
		{"strip", func(p *play) { p.strip(paper.Printed) }},
		{"strip-contrast", func(p *play) { p.tap("key-contrast"); p.strip(paper.Printed) }},
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
		{"not-given", func(p *play) {
			p.tap("service-identity", "take")
			p.tell(kiosk.TicketRefused{Why: kiosk.RefusedStorage})
		}},
		{"unclear", func(p *play) { p.tap("service-identity", "take"); p.wait(40 * time.Second) }},
		{"still-here", func(p *play) { p.tap("service-identity"); p.wait(100 * time.Second) }},
		{"nothing-left", func(p *play) { p.tell(kiosk.OffersChanged{}) }},
		{"nothing-left-service", func(p *play) { p.tap("service-identity"); p.tell(kiosk.OffersChanged{}) }},
		{"nothing-left-no-clock", func(p *play) { p.loseClock(); p.tell(kiosk.OffersChanged{}, kiosk.LinkChanged{}) }},
		{"closed", func(p *play) { p.tell(kiosk.OffersChanged{}, kiosk.Tick{Now: p.at(18, 0)}) }},
		{"found", func(p *play) { p.tell(kiosk.SlipFound{Ticket: p.ticket()}) }},
		{"found-no-clock", func(p *play) { p.loseClock(); p.tell(kiosk.SlipFound{Ticket: p.timed()}) }},
		{"out-of-service", func(p *play) { p.tell(kiosk.OutOfService{Code: "T202"}) }},
		{"waiting", func(p *play) { p.state = kiosk.New(kiosk.Config{Lang: kiosk.View(p.state).Lang}) }},
	}
}

// play is one conversation under way.
type play struct {
	zone  *time.Location
	now   time.Time
	state kiosk.State
	err   error

	noClock bool
}

// loseClock takes the knowledge of the time away from the totem.
func (p *play) loseClock() {
	p.noClock = true
	p.tell(kiosk.ClockChanged{Unknown: true, Day: booking.DayOf(p.now, p.zone)})
}

// at is a moment of the day on which all scenes play, a Saturday.
func (p *play) at(hour, minute int) time.Time {
	return time.Date(2026, 11, 21, hour, minute, 0, 0, p.zone)
}

func (p *play) tell(messages ...kiosk.Msg) {
	for _, m := range messages {
		if tick, ok := m.(kiosk.Tick); ok {
			p.now = tick.Now
		}
		p.state, _ = kiosk.Update(p.state, m)
	}
}

func (p *play) tap(ids ...string) {
	for _, id := range ids {
		screen := kiosk.View(p.state)
		control, ok := screen.Root.Find(func(b kiosk.Box) bool { return b.ID == id && b.Tap != nil })
		if !ok {
			p.err = fmt.Errorf("no control %q on screen %q", id, screen.Name)
			return
		}
		p.tell(control.Tap)
	}
}

// wait lets time pass, second by second.
func (p *play) wait(d time.Duration) {
	for end := p.now.Add(d); p.now.Before(end); {
		p.tell(kiosk.Tick{Now: p.now.Add(time.Second)})
	}
}

func printer(s paper.Status) kiosk.Msg { return kiosk.PrinterChanged{Status: s} }

// strip opens and closes the cover, and lets the test strip end so.
func (p *play) strip(o paper.Outcome) {
	p.tell(printer(paper.CoverOpen), printer(0), kiosk.PaperChecked{Result: paper.Result{Outcome: o}})
}

// unread has two test strips in a row that cannot be read.
func (p *play) unread() {
	p.strip(paper.Printed)
	p.tap("unreadable", "check-paper")
	p.tell(kiosk.PaperChecked{Result: paper.Result{Outcome: paper.Printed}})
	p.tap("unreadable")
}

// blank leaves the roll as it is after that.
func (p *play) blank() { p.unread(); p.tap("back") }

func (p *play) issue() {
	p.tap("service-identity", "take")
	p.tell(kiosk.TicketMade{Ticket: p.ticket()})
}

func (p *play) end(outcome paper.Outcome, status paper.Status) {
	p.issue()
	p.tell(kiosk.SlipEnded{Job: p.ticket().Job, Result: paper.Result{Outcome: outcome, Status: status}})
}
