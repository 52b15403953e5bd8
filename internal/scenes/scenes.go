// Package scenes plays the citizen's conversation up to each of its screens, in an invented office, so that tests and
// tools can paint every screen there is. It goes through kiosk.Update and taps what a citizen would tap: a screen that
// cannot be reached cannot be played.
package scenes

import (
	"cmp"
	"fmt"
	"slices"
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

// Setting is how a scene is played.
type Setting struct {
	Lang locale.Lang // zero: Italian
	Look kiosk.Look
	Room kiosk.Room // zero: everything fits one screen
	Long bool       // every text of the office is as long as an office file may have it

	Mute    bool // the totem can be heard by nothing: the access keys are five, and scenes of the voice fail. Zero: it has a speaker and a socket
	Voice   bool // the screens are spoken
	Headset bool // a headset is plugged in, and the screens are spoken into it
	Keys    bool // there is a keypad, and whoever sees the last screen presses a key: the focus is where keys begin
	Scanner bool // there is a code reader
}

// Play plays the scene and returns the screen it ends on. It fails when the way is blocked, or leads to a screen in
// another language or look.
func (s Scene) Play(in Setting) (kiosk.Screen, error) {
	state, err := s.State(in)
	if err != nil {
		return kiosk.Screen{}, err
	}
	return kiosk.View(state), nil
}

// State plays the scene and returns the conversation as it stands then, to be gone on with. It fails as Play does.
func (s Scene) State(in Setting) (kiosk.State, error) {
	zone, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		return kiosk.State{}, fmt.Errorf("play scene %s: %w", s.Name, err)
	}
	in.Lang = cmp.Or(in.Lang, locale.Italian)
	if in.Look.Text.Percent() == 100 {
		in.Look.Text = 0
	}
	p := &play{zone: zone, setting: in, config: in.config()}
	p.open()
	s.play(p)
	p.attend()
	screen := kiosk.View(p.state)
	look := screen.Look
	if screen.Name == "contact" && look.Text < in.Look.Text {
		look.Text = in.Look.Text // where the panel does not hold what is typed on, it is smaller
	}
	if p.err == nil && (screen.Lang != in.Lang || look != in.Look) {
		p.err = fmt.Errorf("the screen is in %s, look %+v; asked for %s, %+v", screen.Lang, screen.Look, in.Lang, in.Look)
	}
	if p.err != nil {
		return kiosk.State{}, fmt.Errorf("play scene %s: %w", s.Name, p.err)
	}
	return p.state, nil
}

func (in Setting) config() kiosk.Config {
	c := kiosk.Config{Lang: in.Lang, Room: in.Room, Reach: true, Sound: kiosk.SpeakerSound, Keys: in.Keys, Scanner: in.Scanner}
	if in.Mute {
		c.Sound = kiosk.NoSound
	}
	return c
}

// play is one conversation under way.
type play struct {
	setting Setting
	config  kiosk.Config
	zone    *time.Location
	now     time.Time
	state   kiosk.State
	err     error

	office  booking.Office
	noClock bool
}

// open starts a totem that is told all there is on the morning of the scenes.
func (p *play) open() {
	p.begin()
	p.tell(kiosk.Tick{Now: p.at(9, 41)})
	p.move(Office())
	p.tell(kiosk.LinkChanged{Up: true, AsOf: p.at(9, 40)}, kiosk.OffersChanged{Offers: p.offers(13)},
		kiosk.SetLanguage{Lang: p.setting.Lang})
}

// begin starts a totem that has been told nothing, and has a citizen choose the look, and whether to listen.
func (p *play) begin() {
	p.state = kiosk.New(p.config)
	p.listen()
	for range turns(kiosk.Themes(), p.setting.Look.Theme) {
		p.tap("key-theme")
	}
	for range turns(kiosk.Texts(), p.setting.Look.Text) {
		p.tap("key-text")
	}
	if p.setting.Look.Low {
		p.tap("key-reach")
	}
}

// turns returns how often a key is touched that leads from one of all to the next until it shows want.
func turns[T comparable](all []T, want T) int { return max(slices.Index(all, want), 0) }

// move makes an office the one of the setting.
func (p *play) move(o booking.Office) {
	if p.setting.Long {
		o = Long(o)
	}
	p.office = o
	p.tell(kiosk.OfficeKnown{Office: o, Zone: p.zone})
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

// tap touches one control after the other. One that is on another page of the screen is looked for there.
func (p *play) tap(ids ...string) {
	for _, id := range ids {
		for turned := 0; ; turned++ {
			screen := kiosk.View(p.state)
			if control, ok := control(screen, id); ok {
				p.tell(control.Tap)
				break
			}
			more, ok := control(screen, "more")
			if !ok || turned > mostPages {
				p.err = cmp.Or(p.err, fmt.Errorf("no control %q on screen %q", id, screen.Name))
				return
			}
			p.tell(more.Tap)
		}
	}
}

// turn turns to the next page, where there is one.
func (p *play) turn() {
	if more, ok := control(kiosk.View(p.state), "more"); ok {
		p.tell(more.Tap)
	}
}

// mostPages is more than any list of the scenes fills.
const mostPages = 50

func control(s kiosk.Screen, id string) (kiosk.Box, bool) {
	return s.Root.Find(func(b kiosk.Box) bool { return b.ID == id && b.Tap != nil })
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
