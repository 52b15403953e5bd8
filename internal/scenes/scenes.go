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
