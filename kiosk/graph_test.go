package kiosk_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/totem/booking"
	"example.org/totem/kiosk"
	"example.org/totem/locale"
	"example.org/totem/paper"
)

// screens are all that there are. A new one is added here, or the walk fails.
func screens() []string {
	return []string{"arrived", "cancelled", "change-failed", "change-gone", "change-late", "changing", "check-failed", "checking",
		"closed", "code", "finding", "found", "give-back", "give-back-ask", "help", "issuing", "languages",
		"no-ticket", "not-given", "nothing-left", "notice", "number", "out-of-service", "own", "paced", "paper-failed", "paper-unknown", "printing",
		"privacy", "privacy-contacts", "privacy-kept", "record", "refill", "reprinting", "start", "still-here", "strip", "take", "times", "touch-silent", "touch-stuck", "unclear", "voice", "waiting"}
}

// small holds little, and less where letters are large.
type small struct{}

func (small) Fits(s kiosk.Screen) bool {
	if s.Look.Text.Large() {
		return shelf{kiosk.RoleService: 2, kiosk.RoleHour: 3, kiosk.RoleCard: 1, kiosk.RoleField: 2, kiosk.RoleNote: 6}.Fits(s)
	}
	return shelf{kiosk.RoleService: 3, kiosk.RoleHour: 6, kiosk.RoleCard: 3, kiosk.RoleField: 6}.Fits(s)
}

// node is a state that the walk has come to.
type node struct {
	*totem
	asked []kiosk.Effect // not answered yet
}

// shape is what two states have in common that need not both be gone on from: the screen, how it is set, and what it
// offers. Colours and languages change neither.
func (n node) shape() string {
	s := kiosk.View(n.state)
	var ids []string
	for _, c := range controls(s.Root) {
		ids = append(ids, c.ID)
	}
	if len(n.asked) > 0 {
		ids = append(ids, fmt.Sprintf("%T", n.asked[0]))
	}
	return fmt.Sprint(s.Name, s.Look.Text.Large(), s.Look.Low, ids)
}

// step returns the state after a message, the other as it was.
func (n node) step(m kiosk.Msg) node {
	next := node{totem: &totem{t: n.t, zone: n.zone, now: n.now, state: n.state}, asked: slices.Clone(n.asked)}
	next.send(m)
	return next.noted()
}

func (n node) wait(d time.Duration) node {
	next := node{totem: &totem{t: n.t, zone: n.zone, now: n.now, state: n.state}, asked: slices.Clone(n.asked)}
	next.after(d)
	return next.noted()
}

// noted keeps what has to be answered.
func (n node) noted() node {
	for _, e := range n.effects {
		switch e.(type) {
		case kiosk.Issue, kiosk.FindTicket, kiosk.CheckIn, kiosk.CancelTicket, kiosk.Reprint, kiosk.Print, kiosk.Check,
			kiosk.KeepContact, kiosk.AskReminder, kiosk.Withdraw, kiosk.AskDays, kiosk.Book:
			n.asked = append(n.asked, e)
		case kiosk.Leave, kiosk.PrintReceipt:
		}
	}
	n.effects = nil
	return n
}

// answers returns what may follow on the first thing that was asked for.
func (n node) answers() (all []node) {
	if len(n.asked) == 0 {
		return nil
	}
	asked := n.asked[0]
	n.asked = n.asked[1:]
	var messages []kiosk.Msg
	switch asked := asked.(type) {
	case kiosk.Issue:
		messages = []kiosk.Msg{kiosk.TicketRefused{Why: kiosk.RefusedGone}, kiosk.TicketRefused{Why: kiosk.RefusedStorage},
			kiosk.TicketRefused{Why: kiosk.RefusedPace, Until: n.now.Add(time.Minute)}}
		made := ticket(n.zone)
		made.Key, made.Number = asked.Key, asked.Number
		issued := n.step(kiosk.TicketMade{Ticket: made})
		issued.asked = append(issued.asked, kiosk.Print{Job: made.Job})
		all = append(all, issued)
	case kiosk.Book:
		answers := errandAnswers(n.zone, asked)
		granted := n.step(answers[0])
		if len(granted.asked) == 0 { // no contact goes before it
			granted.asked = append(granted.asked, kiosk.Print{Job: later(n.zone).Job})
		}
		all, messages = append(all, granted), answers[1:]
	case kiosk.Print, kiosk.Reprint:
		messages = []kiosk.Msg{ended(paper.Printed, 0), ended(paper.NotPrinted, 0), ended(paper.NotPrinted, paper.Jam), ended(paper.Unknown, 0)}
	case kiosk.FindTicket:
		other := held(n.zone)
		other.Key.Day = other.Key.Day.AddDays(3)
		messages = []kiosk.Msg{kiosk.TicketFound{Record: held(n.zone)}, kiosk.TicketFound{Record: other}, kiosk.TicketUnknown{},
			kiosk.TicketUnknown{Failed: true}}
	case kiosk.CheckIn:
		messages = []kiosk.Msg{kiosk.TicketChanged{State: booking.Arrived}, kiosk.ChangeRefused{Why: kiosk.RefusedGone},
			kiosk.ChangeRefused{Why: kiosk.RefusedStorage}}
	case kiosk.CancelTicket:
		messages = []kiosk.Msg{kiosk.TicketChanged{State: booking.Cancelled}, kiosk.ChangeRefused{Why: kiosk.RefusedGone}}
	default:
		messages = errandAnswers(n.zone, asked)
	case kiosk.Check:
		messages = []kiosk.Msg{checked(paper.Printed, 0), checked(paper.NotPrinted, paper.Jam)}
	}
	for _, m := range messages {
		all = append(all, n.step(m))
	}
	return all
}

// taps returns where each control leads.
func (n node) taps() (all []node) {
	for _, c := range controls(kiosk.View(n.state).Root) {
		next := n.step(c.Tap)
		if n.screen() == "code" && c.ID == "pad-4" { // the other codes lead nowhere
			for _, sign := range string(testCode)[1:] {
				next = next.step(kiosk.Type{Sign: sign})
			}
		}
		if c.ID == "key-voice" && n.screen() == "times" { // how it speaks, it shows the second time
			next = next.step(c.Tap)
		}
		if n.screen() == "give-back" && c.ID == "pad-A" {
			next = next.step(kiosk.Type{Sign: '0'}).step(kiosk.Type{Sign: '1'}).step(kiosk.Type{Sign: '2'})
		}
		all = append(all, next)
	}
	return all
}

// told returns where news lead.
func (n node) told() (all []node) {
	for _, m := range []kiosk.Msg{
		kiosk.OffersChanged{}, kiosk.OffersChanged{Offers: offers(n.zone, 9)}, kiosk.OffersChanged{Offers: opened(n.zone, 1)},
		kiosk.OffersChanged{Offers: offers(n.zone, 9), Paced: []kiosk.Paced{{Queue: "carta", Until: n.now.Add(150 * time.Second)}}}, kiosk.OutOfService{Code: "T202"}, kiosk.OutOfService{},
		status(paper.CoverOpen), status(0), status(paper.PaperEnd), kiosk.SlipFound{Ticket: ticket(n.zone)},
		kiosk.ClockChanged{Unknown: true, Day: booking.DayOf(saturday(n.zone, 12, 0), n.zone)}, kiosk.LinkChanged{},
		kiosk.TouchChanged{Touch: kiosk.TouchSilent}, kiosk.TouchChanged{Touch: kiosk.TouchStuck}, kiosk.HeadsetChanged{In: true},
		kiosk.Scanned{Code: testCode}, kiosk.Scanned{}, kiosk.PressKey{Key: kiosk.KeyNext},
	} {
		all = append(all, n.step(m))
	}
	return all
}

// walk goes everywhere from a totem that has just been switched on, and returns one state of each shape.
func walk(t *testing.T) []node {
	c := kiosk.Config{Room: small{}, Reach: true, Sound: kiosk.SpeakerSound, Keys: true, Scanner: true}
	k := openWith(t, c)
	begun := node{totem: &totem{t: t, zone: k.zone, now: k.now, state: kiosk.New(c)}}
	front := []node{begun, {totem: k}, node{totem: k}.step(kiosk.OffersChanged{}).wait(9 * time.Hour)}
	seen, all := map[string]bool{}, []node{}
	told := map[string]bool{}
	for len(front) > 0 {
		n := front[0]
		front = front[1:]
		shape := n.shape()
		if seen[shape] || len(n.asked) > 1 {
			continue
		}
		seen[shape] = true
		all = append(all, n)
		front = slices.Concat(front, n.taps(), n.answers(), []node{n.wait(4 * time.Second), n.wait(95 * time.Second)})
		if name := n.screen(); !told[name] {
			told[name] = true
			front = append(front, n.told()...)
		}
	}
	return all
}

func TestEveryScreenIsReachedAndLeftLeadsHomeAndHasTheSameKeys(t *testing.T) {
	all := walk(t)
	t.Logf("%d states", len(all))
	reached, left := map[string]int{}, map[string]bool{}
	for _, n := range all {
		name := n.screen()
		n.wantKeys(t)
		reached[name]++
		next := append(n.taps(), n.wait(5*time.Minute))
		for _, to := range append(next, n.answers()...) {
			left[name] = left[name] || to.screen() != name
		}
		n.wantPatience(t)
		if home := n.wait(15 * time.Minute).screen(); !slices.Contains(homes, home) {
			t.Errorf("whoever goes away from %s leaves %s", name, home)
		}
		if !leadsHome(n, 4) {
			t.Errorf("no way home by touch or by what the totem does:\n%s", outline(kiosk.View(n.state)))
		}
	}
	if got := slices.Sorted(maps.Keys(reached)); !slices.Equal(got, screens()) {
		t.Errorf("reached %v, want %v", got, screens())
	}
	for name := range reached {
		if !left[name] && name != "waiting" {
			t.Errorf("nothing leads away from %s", name)
		}
	}
}

// hurried are the screens that end by themselves sooner than the others: the totem is waited for, or all is said.
var hurried = []string{"issuing", "finding", "changing", "printing", "reprinting", "take", "arrived", "cancelled", "checking",
	"strip", "refill", "contact-sending", "reminder-asking", "reminder-dropping", "days-asking"}

// wantPatience fails unless the citizen has 90 seconds, then words about the time, and 30 more seconds to go on.
func (n node) wantPatience(t *testing.T) {
	n = n.step(kiosk.Touched{}).step(kiosk.Tick{Now: n.now})
	if under := n.step(kiosk.OpenHelp{}).step(kiosk.GoBack{}); len(n.asked) > 0 && slices.Contains(hurried, under.screen()) {
		return // read while the totem is at work
	}
	if _, engaged := n.state.Wake(); !engaged || slices.Contains(hurried, n.screen()) {
		return
	}
	counts := func(d time.Duration) bool {
		_, counts := kiosk.View(n.wait(d).state).Root.Find(func(b kiosk.Box) bool { return b.Role == kiosk.RoleCount })
		return counts
	}
	if counts(89*time.Second) || !counts(91*time.Second) || !counts(119*time.Second) || counts(121*time.Second) {
		t.Errorf("%s does not warn from 90 seconds to 120:\n%s", n.screen(), outline(kiosk.View(n.state)))
	}
}

// leadsHome reports whether a screen on which nobody is comes within so many touches, where the totem is waited for with
// its answer.
func leadsHome(n node, touches int) bool {
	if slices.Contains(homes, n.screen()) {
		return true
	}
	if touches == 0 {
		return false
	}
	if answers := n.answers(); len(answers) > 0 {
		return leadsHome(answers[0], touches)
	}
	for _, c := range controls(kiosk.View(n.state).Root) {
		switch c.ID {
		case "back", "done", "leave", "readable", "without-paper", "continue", "key-help", "key-language", "no":
			if leadsHome(n.step(c.Tap), touches-1) {
				return true
			}
		}
	}
	return false
}

// wantKeys fails unless the access keys are all there, in their order.
func (n node) wantKeys(t *testing.T) {
	access, _ := kiosk.View(n.state).Root.Find(func(b kiosk.Box) bool { return b.Role == kiosk.RoleAccess })
	var got []string
	for _, key := range access.Children {
		got = append(got, key.ID)
	}
	if want := []string{"key-language", "key-text", "key-theme", "key-reach", "key-voice", "key-help"}; !slices.Equal(got, want) {
		t.Errorf("%s has the keys %v", n.screen(), got)
	}
}

// TestThreeTouchesLeadToASlip counts them in every look and language, for whatever is on the first page, and one more for
// every page that is turned.
func TestThreeTouchesLeadToASlip(t *testing.T) {
	for turn, l := range locale.Languages() {
		for i := range len(kiosk.Texts()) * 2 {
			theme, text, low := (turn+i)%len(kiosk.Themes()), i%4, i >= 4
			office := valfiorita()
			office.Languages = locale.Languages()
			k := openWith(t, kiosk.Config{Room: small{}, Reach: true}).send(kiosk.OfficeKnown{Office: office, Zone: rome(t)}, kiosk.SetLanguage{Lang: l})
			k.tap(slices.Repeat([]string{"key-theme"}, theme)...).tap(slices.Repeat([]string{"key-text"}, text)...)
			if low {
				k.tap("key-reach")
			}
			touches := 0
			for turned := range 3 {
				for _, c := range controls(kiosk.View(k.state).Root) {
					if strings.HasPrefix(c.ID, "service-") {
						at := node{totem: &totem{t: t, zone: k.zone, now: k.now, state: k.state}}.step(c.Tap)
						touches = 1
						for !slices.ContainsFunc(controls(kiosk.View(at.state).Root), func(b kiosk.Box) bool { return b.ID == "take" }) && touches < 4 {
							at.tap("more")
							touches++
						}
						touches++
						if at = at.step(kiosk.TakeTime{Number: firstOf(at)}); touches > 3 || at.screen() != "issuing" {
							t.Errorf("%s in %s, theme %d, text %d, low %t: %d touches after %d pages, to %s", c.ID, l, theme, text, low, touches, turned, at.screen())
						}
					}
				}
				if _, more := k.shown(); !more {
					break
				}
				k.tap("more")
			}
			if touches == 0 {
				t.Errorf("no service in %s, theme %d, text %d", l, theme, text)
			}
		}
	}
}

// firstOf is the number that the screen offers.
func firstOf(n node) booking.Number {
	take, _ := kiosk.View(n.state).Root.Find(func(b kiosk.Box) bool { return b.ID == "take" })
	if msg, ok := take.Tap.(kiosk.TakeTime); ok {
		return msg.Number
	}
	return ""
}
