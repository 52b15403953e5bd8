package kiosk_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"example.org/totem/booking"
	"example.org/totem/kiosk"
	"example.org/totem/paper"
	"example.org/totem/privacy"
)

// inputs are the screens on which something of a person is typed; asks those that ask for it, beside the notice.
var (
	inputs = []string{"contact"}
	asks   = []string{"reminder-ask", "other-day-ask"}
)

// given are the screens about a contact and about other days. A new one is added here, or the walk fails.
func given() []string {
	return []string{"contact", "contact-sending", "day", "days", "days-asking", "no-days", "notice", "other-day-ask", "reminder", "reminder-ask",
		"reminder-asking", "reminder-drop-failed", "reminder-drop-unclear", "reminder-dropped", "reminder-dropping", "reminder-kept",
		"reminder-later", "reminder-none", "reminder-not-kept", "reminder-unclear", "reminder-unreachable"}
}

// edge is a step of the walk.
type edge struct {
	from, to node
	by       string // the id of the control that was touched; "" for anything else
}

// errandAnswers returns what may follow on a question over the link, nil for anything else.
func errandAnswers(zone *time.Location, asked kiosk.Effect) []kiosk.Msg {
	switch asked := asked.(type) {
	case kiosk.KeepContact:
		return []kiosk.Msg{kiosk.ContactKept{Errand: asked.Errand, Receipt: "AB12"}, kiosk.ContactRefused{Errand: asked.Errand, Why: kiosk.NotKeptLink},
			kiosk.ContactRefused{Errand: asked.Errand, Why: kiosk.NotKeptRefused}}
	case kiosk.AskReminder:
		on := kiosk.Reminder{On: true, Channel: privacy.SMS, Masked: "•••4711", Due: saturday(zone, 10, 30)}
		return []kiosk.Msg{kiosk.ReminderKnown{Errand: asked.Errand, Reminder: on}, kiosk.ReminderKnown{Errand: asked.Errand},
			kiosk.ReminderKnown{Errand: asked.Errand, Failed: true}}
	case kiosk.Withdraw:
		return []kiosk.Msg{kiosk.ReminderDropped{Errand: asked.Errand}, kiosk.ReminderDropped{Errand: asked.Errand, Later: true},
			kiosk.ReminderDropped{Errand: asked.Errand, Failed: true}}
	case kiosk.AskDays:
		return []kiosk.Msg{kiosk.DaysKnown{Errand: asked.Errand, Days: otherDays(zone)}, kiosk.DaysKnown{Errand: asked.Errand},
			kiosk.DaysKnown{Errand: asked.Errand, Failed: true}}
	case kiosk.Book:
		made := later(zone)
		made.Key, made.Start = asked.Key, asked.Start
		return []kiosk.Msg{kiosk.TicketMade{Ticket: made}, kiosk.TicketRefused{Why: kiosk.RefusedGone}, kiosk.TicketRefused{Why: kiosk.RefusedLink},
			kiosk.TicketRefused{Why: kiosk.RefusedPace, Until: asked.Start}}
	}
	return nil
}

// otherDays are two days with some starts.
func otherDays(zone *time.Location) (days []kiosk.FreeDay) {
	for i, starts := range []int{3, 1} {
		from := saturday(zone, 9, 0).AddDate(0, 0, 2+i)
		free := kiosk.FreeDay{Day: booking.DayOf(from, zone)}
		for n := range starts {
			free.Starts = append(free.Starts, from.Add(time.Duration(n)*10*time.Minute))
		}
		days = append(days, free)
	}
	return days
}

// walkAsked goes everywhere from where a contact is asked for, and from the start, and returns one state of each shape,
// with the steps between them.
func walkAsked(t *testing.T) (all []node, edges []edge) {
	c := kiosk.Config{Sound: kiosk.HeadsetSound, Reach: true}
	from := func(o booking.Office) *totem {
		k := openWith(t, c)
		return k.send(kiosk.OfficeKnown{Office: o, Zone: k.zone})
	}
	open := inviting()
	open.Advance = privacy.AdvanceOpen
	front := []node{{totem: from(inviting())}, {totem: from(inviting()).taken()}, {totem: from(inviting()).bears()},
		{totem: from(inviting()).without()}, {totem: from(open).tap("service-carta")}}
	for i := range front {
		front[i].effects = nil
	}
	seen := map[string]bool{}
	for len(front) > 0 {
		n := front[0]
		front = front[1:]
		if seen[n.shape()] || len(n.asked) > 1 {
			continue
		}
		seen[n.shape()] = true
		all = append(all, n)
		steps := n.wait(11*time.Second).reached("", n)
		for _, c := range kiosk.View(n.state).Controls() {
			if c.Role == kiosk.RoleKey || c.Role == kiosk.RoleLanguage { // they change how it looks
				continue
			}
			next := n.step(c.Tap)
			if n.screen() == "contact" && c.ID == "pad-3" { // the other signs lead nowhere
				for _, sign := range typedPhone[1:] {
					next = next.step(kiosk.Type{Sign: rune(sign)})
				}
			}
			steps = append(steps, next.reached(c.ID, n)...)
		}
		for _, a := range n.answers() {
			steps = append(steps, a.reached("", n)...)
		}
		edges = append(edges, steps...)
		for _, e := range steps {
			front = append(front, e.to)
		}
	}
	return all, edges
}

// reached is the step to n.
func (n node) reached(by string, from node) []edge { return []edge{{from: from, to: n, by: by}} }

func TestAllThatLeadsToAContactAndAwayFromIt(t *testing.T) {
	all, edges := walkAsked(t)
	t.Logf("%d states, %d steps", len(all), len(edges))
	t.Run("no way to where it is typed avoids the screen that asks for it beside its notice", func(t *testing.T) { wantAsked(t, all, edges) })
	t.Run("every screen is left in one touch or one wait", func(t *testing.T) { wantLeft(t, all) })
	t.Run("the same control says the same on every screen", func(t *testing.T) { wantSameWords(t, all) })
}

// wantAsked is requirement G-19, and N-07.
func wantAsked(t *testing.T, all []node, edges []edge) {
	entered, reached := 0, map[string]bool{}
	for _, n := range all {
		reached[n.screen()] = true
	}
	for _, e := range edges {
		from, to := e.from.screen(), e.to.screen()
		if !slices.Contains(inputs, to) || slices.Contains(inputs, from) || from == "notice" || from == "privacy" || from == "help" || from == "voice" {
			continue // from what is read beside it, it is gone back to
		}
		if entered++; !slices.Contains(asks, from) || e.by != "yes" {
			t.Errorf("%q on %s leads to %s", e.by, from, to)
		}
		facts, ok := kiosk.View(e.from.state).Root.Find(func(b kiosk.Box) bool { return b.Role == kiosk.RoleFacts })
		if !ok || len(facts.Children) != 6 {
			t.Errorf("asked without its notice:\n%s", outline(kiosk.View(e.from.state)))
		}
	}
	if entered < 2 {
		t.Errorf("%d ways to a contact were found", entered)
	}
	for _, name := range given() {
		if !reached[name] {
			t.Errorf("%s was not reached", name)
		}
	}
	known := append(screens(), given()...)
	for _, name := range slices.Sorted(maps.Keys(reached)) {
		if !slices.Contains(known, name) {
			t.Errorf("%s is new", name)
		}
	}
}

// wantLeft goes on from each by the way back, by what ends it, or by waiting.
func wantLeft(t *testing.T, all []node) {
	for _, n := range all {
		name := n.screen()
		if !slices.Contains(given(), name) {
			continue
		}
		if home := n.step(kiosk.Finish{}).screen(); home != "start" && n.step(kiosk.Finish{}).wait(10*time.Second).screen() == name {
			t.Errorf("%s holds whoever wants to leave", name)
		}
		if home := n.wait(15 * time.Minute).screen(); !slices.Contains(homes, home) {
			t.Errorf("whoever goes away from %s leaves %s", name, home)
		}
		var ways []string
		for _, c := range kiosk.View(n.state).Controls() {
			if c.ID == "back" || c.ID == "done" || c.ID == "no" {
				ways = append(ways, c.ID)
			}
		}
		if waits := n.wait(10 * time.Second).screen(); len(ways) == 0 && waits == name {
			t.Errorf("no way on from %s", name)
		}
		n.wantPatience(t)
	}
}

// wantSameWords holds controls of one id to one word.
func wantSameWords(t *testing.T, all []node) {
	says := map[string]string{}
	for _, n := range all {
		for _, c := range kiosk.View(n.state).Controls() {
			if c.ID != "reminder" && c.ID != "drop-reminder" && c.ID != "done" && c.ID != "notice" {
				continue
			}
			if was, ok := says[c.ID]; ok && was != c.Text {
				t.Errorf("%s says %q and %q", c.ID, was, c.Text)
			}
			says[c.ID] = c.Text
		}
	}
	if len(says) != 4 {
		t.Error(says)
	}
}

// TestRefusingAsksForNothingAndLeavesEverythingAsItWas holds the conversation of whoever refuses beside that of whoever was
// never asked: the same effects to the byte, before and after.
func TestRefusingAsksForNothingAndLeavesEverythingAsItWas(t *testing.T) {
	ends := map[string]func(*totem){
		"take": func(k *totem) { k.tap("done") },
		"own":  func(k *totem) { k.tap("check-in").send(kiosk.TicketChanged{State: booking.Arrived}).tap("done") },
		"times": func(k *totem) {
			k.tap("hour-A019", "take").send(kiosk.TicketMade{Ticket: later(k.zone)}, ended(paper.Printed, 0)).tap("done")
		},
	}
	for from, o := range occasions() {
		asked, never := o.lead(invite(t, heard)), o.lead(invite(t, heard))
		if asked.tap(o.open, "no"); from == "own" {
			never.tap("back")
		}
		for _, k := range []*totem{asked, never} {
			k.wantScreen(o.back)
			ends[from](k)
			k.wantScreen("start").after(3 * time.Minute)
		}
		if a, b := fmt.Sprintf("%#v", asked.effects), fmt.Sprintf("%#v", never.effects); a != b {
			t.Errorf("%s:\n%s\n%s", from, a, b)
		}
	}
}

// TestBothAnswersTakeOneTouchAndAsManyKeys counts them from the screen that asks, and holds the two answers equal.
func TestBothAnswersTakeOneTouchAndAsManyKeys(t *testing.T) {
	for from, o := range occasions() {
		for _, noFirst := range []bool{false, true} {
			k := invite(t, kiosk.Config{Sound: kiosk.SpeakerSound, Keys: true})
			office := inviting()
			office.Reminders.NoFirst = noFirst
			o.lead(k.send(kiosk.OfficeKnown{Office: office, Zone: k.zone})).tap(o.open)
			choice, _ := kiosk.View(k.state).Root.Find(func(b kiosk.Box) bool { return b.Role == kiosk.RoleChoice })
			if len(choice.Children) != 2 || (choice.Children[0].ID == "no") != noFirst {
				t.Fatal(outline(kiosk.View(k.state)))
			}
			a, b := choice.Children[0], choice.Children[1]
			a.ID, a.Text, a.Tap, b.ID, b.Text, b.Tap = "", "", nil, "", "", nil
			if fmt.Sprintf("%+v", a) != fmt.Sprintf("%+v", b) {
				t.Errorf("%s: %+v and %+v", from, a, b)
			}
			presses := map[string]int{}
			for _, c := range choice.Children {
				presses[c.ID] = len(keysTo(t, k, c.ID))
			}
			if presses["yes"] != presses["no"] || presses["yes"] != 2 {
				t.Errorf("%s, the no first %t: keys %v", from, noFirst, presses)
			}
			if k.fork().press(kiosk.KeySelect).screen() != k.screen() || k.fork().press(kiosk.KeySelect, kiosk.KeySelect).screen() != k.screen() {
				t.Errorf("%s: a key answers of itself", from)
			}
		}
	}
}

// keysTo returns the fewest keys that answer by a control.
func keysTo(t *testing.T, k *totem, id string) []kiosk.Key {
	t.Helper()
	type path struct {
		k    *totem
		keys []kiosk.Key
	}
	front := []path{{k: k.fork()}}
	for len(front) > 0 && len(front[0].keys) < 6 {
		p := front[0]
		front = front[1:]
		if p.k.focus() == id {
			return append(p.keys, kiosk.KeySelect)
		}
		for _, key := range []kiosk.Key{kiosk.KeyNext, kiosk.KeyPrevious} {
			front = append(front, path{p.k.fork().press(key), append(slices.Clone(p.keys), key)})
		}
	}
	t.Fatalf("no key leads to %s", id)
	return nil
}

// TestWithdrawingTakesNoMoreTouchesThanGiving counts both from the start, and to the end: C-07 and the issue's "no more taps
// than giving".
func TestWithdrawingTakesNoMoreTouchesThanGiving(t *testing.T) {
	count := func(k *totem, ids ...string) (n int) { k.tap(ids...); return len(ids) }
	give := invite(t, heard)
	gives := count(give, "service-carta", "take")
	t9 := later(give.zone)
	t9.Number = give.last().(kiosk.Issue).Number
	give.send(kiosk.TicketMade{Ticket: t9}, ended(paper.Printed, 0))
	gives += count(give, "reminder", "yes")
	for _, sign := range typedPhone {
		gives += count(give, "pad-"+string(sign))
	}
	gives += count(give, "send")
	give.wantScreen("contact-sending")

	for _, by := range [][]string{{"reminder"}, {"record"}} {
		k := invite(t, heard)
		drops := count(k, "own-ticket")
		for _, sign := range testCode {
			drops += count(k, "pad-"+string(sign))
		}
		r := held(k.zone)
		r.Slot.Start = saturday(k.zone, 11, 0)
		k.send(kiosk.TicketFound{Record: r})
		drops += count(k, by...)
		k.send(kiosk.ReminderKnown{Errand: 1, Reminder: kiosk.Reminder{On: true, Masked: "•4711", Due: saturday(k.zone, 10, 30)}})
		drops += count(k, "drop-reminder")
		if k.wantScreen("reminder-dropping"); drops > gives {
			t.Errorf("giving takes %d touches, withdrawing by %v %d", gives, by, drops)
		}
		if w, ok := k.last().(kiosk.Withdraw); !ok || w.Ticket.Number != "A012" {
			t.Errorf("%#v", k.last())
		}
	}
}
