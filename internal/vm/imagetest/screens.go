package imagetest

import (
	"errors"
	"fmt"
	"image"
	"image/color"
	"slices"
	"time"

	"example.org/totem/booking"
	"example.org/totem/kiosk"
	"example.org/totem/locale"
	"example.org/totem/paper"
	"example.org/totem/scheduler/agenda"
	"example.org/totem/typeset"
	"example.org/totem/ui/layout"
	"example.org/totem/ui/look"
	"example.org/totem/ui/paint"
	"example.org/totem/ui/placard"
)

// screens knows the citizen's screens by painting them as the product does, for the office of the test and the size of the screen.
// What differs from totem to totem and from moment to moment, the hour and the numbers, covers few of the dots.
type screens struct {
	known         []known
	set           *typeset.Setter
	service       string // the first service of the office
	width, height int
}

// known is one screen.
type known struct {
	name    string
	picture *image.RGBA
	ground  color.RGBA
	plan    *layout.Plan
	hours   []image.Rectangle // which hours are still to be had is another matter in each moment: nothing is compared there
}

// alike is the share of a screen's painted dots that must be as expected. Two screens of one office share their header and their
// bar, which is less than half.
const alike = 0.90

// panelMM is how wide the glass is said to be in the provisioning file.
const panelMM = 268

func newScreens(plan agenda.Plan, width, height int) (*screens, error) {
	set, err := typeset.New()
	if err != nil {
		return nil, err
	}
	s := &screens{set: set, service: string(plan.Office.Services[0].ID), width: width, height: height}
	var wrong error
	for _, way := range conversations(plan, layout.Room{Set: set, Panel: s.panel()}) {
		state, err := way.play()
		if err != nil {
			wrong = errors.Join(wrong, fmt.Errorf("play up to %s: %w", way.to, err))
			continue
		}
		s.known = append(s.known, s.screen(way.to, state))
	}
	for name, page := range placards() {
		s.known = append(s.known, s.placard(name, page))
	}
	return s, wrong
}

// panel is the screen of the test, as the provisioning file describes it.
func (s *screens) panel() look.Panel {
	p := look.Panel{Width: s.width, Height: s.height, PixelsPerMM: float64(s.width) / panelMM, Bottom: 760}
	if p.Landscape() {
		p.Bottom = 860
	}
	return p
}

// screen paints what a conversation shows.
func (s *screens) screen(name string, state kiosk.State) known {
	view := kiosk.View(state)
	p := layout.Place(s.set, s.panel(), view, "")
	k := known{name: name, picture: image.NewRGBA(p.Bounds), ground: look.Of(view.Theme).Ground, plan: p, hours: hoursOf(p)}
	paint.Paint(s.set, k.picture, p)
	return k
}

// placards are the pages that the set-up and the service screens show, as far as they are known beforehand.
func placards() map[string]placard.Page {
	var sayings []placard.Saying
	for _, l := range []locale.Lang{"it", "en", "ro", "ar", "zh"} {
		sayings = append(sayings, placard.Saying{Lang: l, Title: locale.Say(l, locale.OutTitle), Lead: locale.Say(l, locale.AskDesk)})
	}
	foot := []placard.Fact{{Name: "office", Value: officeID}, {Name: "totem", Value: mainTotem}, {Name: "version", Value: "v0.0.0-20261122230357-000000000000"},
		{Name: "root slot", Value: "B"}}
	return map[string]placard.Page{
		"starting": {Title: locale.Say("it", locale.WaitingTitle), Lead: locale.Say("en", locale.WaitingTitle)},
		"service": {Sayings: sayings, Foot: foot, Trouble: []placard.Trouble{{Code: "T603", Where: "totem-kiosk.service", Sentence: "the program ended with status 2",
			Cause: "systemd says: exit-code", Remedy: "it is tried again every ten minutes; switch the totem off and on once; if it stays so, write a new card"}}},
	}
}

// placard paints a page as the appliance does: on a panel of which nothing but its pixels is known.
func (s *screens) placard(name string, page placard.Page) known {
	panel := look.Panel{Width: s.width, Height: s.height}
	plan := placard.Place(s.set, panel, page)
	k := known{name: name, picture: image.NewRGBA(plan.Bounds), plan: plan}
	paint.Paint(s.set, k.picture, plan)
	k.ground = k.picture.RGBAAt(0, s.height/2)
	return k
}

// shows reports how much of a page a picture has.
func (s *screens) shows(p *image.RGBA, page placard.Page) float64 {
	return s.placard("", page).share(p)
}

// way leads a conversation to a screen. A screen may be known by several: what is on it depends on how much there is to take.
type way struct {
	to   string
	play func() (kiosk.State, error)
}

// conversations are the ways to the screens that are told apart.
func conversations(plan agenda.Plan, room layout.Room) []way {
	now := time.Now()
	first := "service-" + string(plan.Office.Services[0].ID)
	taken := func(ended ...kiosk.Msg) func() (kiosk.State, error) {
		return func() (kiosk.State, error) {
			all := offers(plan, now, someTimes, 1, 0)
			s, err := tap(start(plan, room, true, all), first, "take")
			o := all[0]
			t := kiosk.Ticket{Job: 1, Key: o.Key, Number: o.Times[0].Number, Start: o.Times[0].Start, Code: "ABCDEFGH", Label: plan.Office.Services[0].Name}
			return tell(tell(s, kiosk.TicketMade{Ticket: t}), ended...), err
		}
	}
	all := offers(plan, now, someTimes, 1, 0)
	ways := []way{
		{"start", func() (kiosk.State, error) { return start(plan, room, true, all), nil }},
		{"offline", func() (kiosk.State, error) { return start(plan, room, false, all), nil }},
		{"noclock", func() (kiosk.State, error) {
			return tell(start(plan, room, true, all), kiosk.ClockChanged{Unknown: true, Day: booking.DayOf(now, plan.Zone)}), nil
		}},
		{"found", func() (kiosk.State, error) {
			key := all[0].Key
			return tell(start(plan, room, true, all), kiosk.SlipFound{Ticket: kiosk.Ticket{Job: 1, Key: key, Number: "A001", Start: now, Code: "ABCDEFGH"}}), nil
		}},
		{"printing", taken()},
		{"take", taken(kiosk.SlipEnded{Job: 1, Result: paper.Result{Outcome: paper.Printed}})},
		{"unprinted", taken(kiosk.SlipEnded{Job: 1, Result: paper.Result{Outcome: paper.NotPrinted}})},
	}
	for _, n := range []int{60, 24, 20, 16, 12, 8, 4, 2} {
		for _, of := range []struct {
			up    bool
			each  int
			ahead time.Duration // after ten o'clock, and hours from now, its words need a line of their own
		}{{true, 0, 0}, {true, 1, 0}, {false, 1, 0}, {true, 1, 150 * time.Minute}} {
			some := offers(plan, now, n, of.each, of.ahead)
			ways = append(ways, way{"times", func() (kiosk.State, error) { return tap(start(plan, room, of.up, some), first) }})
		}
	}
	return ways
}

// start is the start screen of a totem that has something to offer.
func start(plan agenda.Plan, room layout.Room, up bool, all []kiosk.Offer) kiosk.State {
	now := time.Now()
	return tell(kiosk.New(kiosk.Config{Room: room, Reach: true}), kiosk.Tick{Now: now}, kiosk.OfficeKnown{Office: plan.Office, Zone: plan.Zone},
		kiosk.LinkChanged{Up: up, AsOf: now.Add(-time.Minute)}, kiosk.OffersChanged{Offers: all})
}

// someTimes is how many times of a queue there are where it makes no difference.
const someTimes = 12

func tell(s kiosk.State, messages ...kiosk.Msg) kiosk.State {
	for _, m := range messages {
		s, _ = kiosk.Update(s, m)
	}
	return s
}

// tap touches controls by their names, one after the other.
func tap(s kiosk.State, ids ...string) (kiosk.State, error) {
	for _, id := range ids {
		box, ok := kiosk.View(s).Root.Find(func(b kiosk.Box) bool { return b.ID == id && b.Tap != nil })
		if !ok {
			return s, fmt.Errorf("no control %q on screen %q", id, kiosk.View(s).Name)
		}
		s = tell(s, box.Tap)
	}
	return s, nil
}

// offers are n times of every queue, the first so long ahead: each so many of them is the totem's own, 0 is none; the others only
// the scheduler can grant.
func offers(plan agenda.Plan, now time.Time, n, each int, ahead time.Duration) []kiosk.Offer {
	var all []kiosk.Offer
	for _, q := range plan.Office.Queues {
		o := kiosk.Offer{Key: booking.SheetKey{Office: plan.Office.ID, Queue: q.ID, Day: booking.DayOf(now, plan.Zone)}}
		at := now.Add(ahead).Truncate(q.Length).Add(2 * q.Length)
		for i := range n {
			t := kiosk.Time{Start: at.Add(time.Duration(i) * q.Length), Number: booking.NewNumber(q.Prefix, 100+i), Places: 1}
			if each == 0 || i%each != each-1 {
				t.Number, t.Places, t.Open = "", 0, 1
			}
			o.Times = append(o.Times, t)
		}
		all = append(all, o)
	}
	return all
}

// nearest returns the screen that a picture is most like, and how much of it is so; nil where none is alike enough, or where the
// size is another.
func (s *screens) nearest(p *image.RGBA) (found *known, share float64) {
	for i := range s.known {
		if is := s.known[i].share(p); is > share {
			found, share = &s.known[i], is
		}
	}
	if share < alike {
		return nil, share
	}
	return found, share
}

// share is how many of the dots that the screen or the picture has painted on the screen's ground are alike in both.
func (k known) share(p *image.RGBA) float64 {
	if p.Rect != k.picture.Rect {
		return 0
	}
	painted, same := 0, 0
	for at := 0; at < len(k.picture.Pix); at += 4 * everyDot {
		want := color.RGBA{k.picture.Pix[at], k.picture.Pix[at+1], k.picture.Pix[at+2], 0xFF}
		alike := near(want.R, p.Pix[at]) && near(want.G, p.Pix[at+1]) && near(want.B, p.Pix[at+2])
		if want == k.ground && alike || k.inHours(at) {
			continue
		}
		painted++
		if alike {
			same++
		}
	}
	if painted == 0 {
		return 0
	}
	return float64(same) / float64(painted)
}

func hoursOf(p *layout.Plan) (all []image.Rectangle) {
	for _, c := range p.Controls {
		if c.Role == kiosk.RoleHour {
			all = append(all, c.Rect)
		}
	}
	return all
}

// inHours reports whether the dot at an offset into the picture lies in an hour.
func (k known) inHours(at int) bool {
	dot := image.Pt(at%k.picture.Stride/4, at/k.picture.Stride)
	return slices.ContainsFunc(k.hours, func(r image.Rectangle) bool { return dot.In(r) })
}

// everyDot is which dots are compared, for there are many: one of so many, which is no divisor of the usual widths.
const everyDot = 13

// near allows for a graphics unit that rounds otherwise.
func near(a, b uint8) bool { return max(a, b)-min(a, b) <= 6 }

// named returns the first of the known screens with a name.
func (s *screens) named(name string) (*known, error) {
	for i := range s.known {
		if s.known[i].name == name {
			return &s.known[i], nil
		}
	}
	return nil, fmt.Errorf("there is no screen %s", name)
}

// is reports whether the screen is known, by that name.
func (k *known) is(name string) bool { return k != nil && k.name == name }

// place returns where a control is touched.
func (k *known) place(id string) (image.Point, error) {
	c, ok := k.plan.Find(id)
	if !ok {
		return image.Point{}, fmt.Errorf("the screen %s has no control %s", k.name, id)
	}
	return c.Rect.Min.Add(c.Rect.Size().Div(2)), nil
}
