package kiosk_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"example.org/totem/booking"
	"example.org/totem/kiosk"
	"example.org/totem/locale"
	"example.org/totem/paper"
	"example.org/totem/privacy"
)

// What is typed in the tests: nobody's number, and its normal form.
const (
	typedPhone = "3330004711"
	sentPhone  = "+393330004711"
	typedMail  = "esempio-4711@posta.example"
)

// inviting is the office with all that it needs to ask for a contact.
func inviting() booking.Office {
	o := valfiorita()
	o.Controller = privacy.Controller{Name: "Comune di Valfiorita", Address: "piazza del Municipio 1", Email: "anagrafe@valfiorita.example",
		PEC: "anagrafe@pec.valfiorita.example", Phone: "000 000", DPO: "rpd@valfiorita.example"}
	o.Privacy = privacy.Facts{Production: true, Edition: "3", Since: "2026-11-02",
		Officer: privacy.Officer{Address: "via dei Tigli 4", PEC: "rpd@pec.valfiorita.example"},
		Recipients: []privacy.Recipient{{Name: "Messaggi Valfiorita", Task: both("invia i messaggi", "sends the messages"),
			Channels: []privacy.Channel{privacy.SMS, privacy.Mail}, Keeps: 6, Country: "IT"}}}
	o.Reminders = privacy.Reminders{Channels: []privacy.Channel{privacy.SMS, privacy.Mail}, Key: make([]byte, 32),
		Before: 30 * time.Minute, DayBefore: 24 * time.Hour}
	o.Advance = privacy.AdvanceConsent
	return o
}

// invite returns a totem of that office.
func invite(t TB, c kiosk.Config) *totem {
	k := openWith(t, c)
	return k.send(kiosk.OfficeKnown{Office: inviting(), Zone: k.zone})
}

// later is a ticket of which a reminder can be asked for.
func later(zone *time.Location) kiosk.Ticket {
	t := ticket(zone)
	t.Number, t.Start = "A019", saturday(zone, 11, 0)
	return t
}

// taken leads to a slip in hand.
func (k *totem) taken() *totem {
	k.t.Helper()
	k.tap("service-carta", "hour-A019", "take").send(kiosk.TicketMade{Ticket: later(k.zone)}, ended(paper.Printed, 0))
	return k.wantScreen("take")
}

// bears leads to the ticket that a citizen came with.
func (k *totem) bears() *totem {
	k.t.Helper()
	r := held(k.zone)
	r.Slot.Number, r.Slot.Start, r.Promise = "A019", saturday(k.zone, 11, 0), booking.PromiseTime
	return k.shows(r)
}

// without leads to the reminder of that ticket, of which there is none.
func (k *totem) without() *totem {
	k.t.Helper()
	return k.bears().tap("reminder").wantScreen("reminder-asking").send(kiosk.ReminderKnown{Errand: 1}).wantScreen("reminder-none")
}

// last returns the last thing that was asked for.
func (k *totem) last() kiosk.Effect {
	if len(k.effects) == 0 {
		return nil
	}
	return k.effects[len(k.effects)-1]
}

// occasions are where a contact is asked for: the way there, and where a no leads back to.
func occasions() map[string]struct {
	lead func(*totem) *totem
	open string
	back string
} {
	return map[string]struct {
		lead func(*totem) *totem
		open string
		back string
	}{
		"take":  {(*totem).taken, "reminder", "take"},
		"own":   {(*totem).without, "reminder", "own"},
		"times": {func(k *totem) *totem { return k.tap("service-carta") }, "other-day", "times"},
	}
}

// isAsked reports whether the screen asks for a contact.
func (k *totem) isAsked() bool { return k.screen() == "reminder-ask" || k.screen() == "other-day-ask" }

func TestANoByWhateverWayLeadsBackAndIsNotAskedAgain(t *testing.T) {
	noes := map[string]func(*totem){
		"no":               func(k *totem) { k.tap("no") },
		"back":             func(k *totem) { k.tap("back") },
		"the key back":     func(k *totem) { k.press(kiosk.KeyNext, kiosk.KeyBack) },
		"the headset out":  func(k *totem) { k.send(kiosk.HeadsetChanged{In: true}, kiosk.HeadsetChanged{}) },
		"back from typing": func(k *totem) { k.tap("yes").types("333").tap("back") },
		"the headset typed": func(k *totem) {
			k.send(kiosk.HeadsetChanged{In: true}).tap("yes").types("333").send(kiosk.HeadsetChanged{})
		},
		"another office": func(k *totem) { k.send(kiosk.OfficeKnown{Office: valfiorita(), Zone: k.zone}) },
	}
	for from, o := range occasions() {
		for how, no := range noes {
			k := o.lead(invite(t, heard))
			before, sent := outline(kiosk.View(k.state)), len(k.effects)
			if no(k.tap(o.open)); k.screen() != o.back || len(k.effects) != sent {
				t.Errorf("%s, %s: on %s, asked for %v", from, how, k.screen(), k.effects[sent:])
			}
			if k.keeps("333") && how != "no" && strings.Contains(how, "typ") {
				t.Errorf("%s, %s: what was typed is kept", from, how)
			}
			if k.send(kiosk.OpenReminder{}, kiosk.OpenOtherDay{}); k.isAsked() || k.screen() == "contact" {
				t.Errorf("%s, %s: asked again on %s", from, how, k.screen())
			}
			if from == "take" && how == "no" && k.offers(o.open) {
				t.Errorf("the choice is offered again:\n%s\nbefore:\n%s", outline(kiosk.View(k.state)), before)
			}
		}
	}
}

func TestARefusalLastsUntilTheConversationEndsAndNoLonger(t *testing.T) {
	k := invite(t, heard).tap("service-carta", "other-day", "no", "back", "service-carta")
	if k.offers("other-day") {
		t.Fatal(outline(kiosk.View(k.state)))
	}
	if k.after(3 * time.Minute).tap("service-carta"); !k.offers("other-day") {
		t.Fatal(outline(kiosk.View(k.state)))
	}
	if k.tap("other-day").wantScreen("other-day-ask").send(kiosk.Finish{}).taken(); !k.offers("reminder") {
		t.Fatal("the next one is not asked")
	}
}

func TestAQuietIsANoAndForgetsWhatWasTyped(t *testing.T) {
	for from, o := range occasions() {
		k := o.lead(invite(t, heard)).tap(o.open)
		sent := len(k.effects)
		if k.after(91 * time.Second).wantScreen("still-here"); from == "own" {
			k.send(kiosk.Choose{Yes: true}) // what is not on the screen is not answered
			if k.wantScreen("reminder-ask").offers("send") {
				t.Fatal("a yes to what is not shown")
			}
		}
		k.after(3 * time.Minute).wantScreen("start")
		o.lead(k).tap(o.open, "yes").types(typedPhone).after(91 * time.Second).wantScreen("still-here").after(30 * time.Second).wantScreen("start")
		if k.keeps(typedPhone) || len(k.effects) > 3*sent+9 {
			t.Errorf("%s: %v %+v", from, k.effects[sent:], k.state)
		}
		for _, e := range k.effects {
			if _, is := e.(kiosk.KeepContact); is {
				t.Errorf("%s: a contact was sent by nobody", from)
			}
		}
	}
}

func TestAContactLeavesTheConversationInOneEffect(t *testing.T) {
	k := invite(t, heard).taken().tap("reminder", "yes").types(typedPhone).tap("send").wantScreen("contact-sending")
	asked, ok := k.last().(kiosk.KeepContact)
	shown := asked.Shown
	want := kiosk.KeepContact{Errand: 1, Ticket: kiosk.Ref{Key: key("carta", k.zone), Number: "A019"}, Start: saturday(k.zone, 11, 0),
		Purpose: privacy.Reminding, Channel: privacy.SMS, Contact: sentPhone, Lang: locale.Italian, Shown: shown}
	if !ok || asked != want || shown == [32]byte{} {
		t.Fatalf("%+v", k.last())
	}
	if k.keeps("4711") {
		t.Fatalf("it stays: %+v", k.state)
	}
	k.send(kiosk.Send{}, kiosk.Finish{}).wantScreen("contact-sending").send(kiosk.ContactKept{Errand: 1, Receipt: "AB12-CD34"}).wantScreen("reminder-kept")
	if k.last() != (kiosk.PrintReceipt{Receipt: "AB12-CD34", Lang: locale.Italian}) || !k.says("oggi alle 10:30") || !k.says("AB12-CD34") {
		t.Fatalf("%v\n%s", k.last(), outline(kiosk.View(k.state)))
	}
	if k.tap("back").wantScreen("take"); k.offers("reminder") || !k.says("A019") || k.keeps("AB12") {
		t.Fatal(outline(kiosk.View(k.state)))
	}
	k = invite(t, heard).send(status(paper.PaperEnd)).without().tap("reminder", "yes", "channel-email").types(typedMail).tap("send")
	asked, _ = k.last().(kiosk.KeepContact)
	if asked.Contact != typedMail || asked.Channel != privacy.Mail || asked.Ticket.Code != testCode.Hash(booking.DayKey{1}) || k.keeps("4711") {
		t.Fatalf("%+v", asked)
	}
	if k.send(kiosk.ContactKept{Errand: asked.Errand, Receipt: "AB12"}).wantScreen("reminder-kept"); k.last() != kiosk.Effect(asked) {
		t.Fatalf("printed without paper: %v", k.last())
	}
	k.tap("back").wantScreen("own")
}

func TestWhatBecameOfAContactIsSaidNoBetterThanItIsKnown(t *testing.T) {
	lead := func() *totem {
		return invite(t, heard).taken().tap("reminder", "yes").types(typedPhone).tap("send")
	}
	for screen, then := range map[string]func(*totem){
		"reminder-not-kept": func(k *totem) { k.send(kiosk.ContactRefused{Errand: 1, Why: kiosk.NotKeptRefused}) },
		"reminder-unclear":  func(k *totem) { k.send(kiosk.ContactRefused{Errand: 1, Why: kiosk.NotKeptLink}) },
		"contact-sending":   func(k *totem) { k.send(kiosk.ContactKept{Errand: 2, Receipt: "X"}).after(9 * time.Second) },
	} {
		k := lead()
		if then(k); k.screen() != screen {
			t.Errorf("%s, want %s", k.screen(), screen)
		}
	}
	k := lead().after(10 * time.Second).wantScreen("reminder-unclear").send(kiosk.ContactKept{Errand: 1, Receipt: "X"}).wantScreen("reminder-unclear")
	k.tap("done").wantScreen("start").taken().tap("reminder", "yes").types(typedPhone).tap("send").send(kiosk.ContactKept{Errand: 1, Receipt: "X"})
	if k.wantScreen("reminder-kept"); k.last().(kiosk.PrintReceipt).Receipt != "X" {
		t.Fatal("the numbers of errands did not begin anew")
	}
}

func TestASignIsTypedOnlyWhereAContactHasIt(t *testing.T) {
	k := invite(t, heard).taken().tap("reminder", "yes")
	if k.send(kiosk.Type{Sign: '3'}, kiosk.Type{Sign: '+'}, kiosk.Type{Sign: 'x'}, kiosk.Erase{}, kiosk.Erase{}, kiosk.Type{Sign: '+'}); k.typed() != "+··· ···· ····" {
		t.Fatal(k.typed())
	}
	for range 40 {
		k.send(kiosk.Type{Sign: '9'})
	}
	if n := len(strings.ReplaceAll(k.typed(), " ", "")); n != privacy.LongestTyped || k.offers("send") {
		t.Fatal(n, k.typed())
	}
	k.send(kiosk.Send{}).wantScreen("contact")
	if !k.says(it(locale.GivePhoneOther)) || k.types("").send(kiosk.Erase{}).says(it(locale.GivePhoneOther)) {
		t.Fatal(outline(kiosk.View(k.state)))
	}
	k.tap("channel-email")
	if k.keeps("9999") {
		t.Fatal("what was typed for the other channel is kept")
	}
	k.tap("channel-sms").press(kiosk.KeyDigit+3, kiosk.KeyDigit+3, kiosk.KeyDigit+3)
	if k.typed() != "333· ···· ····" {
		t.Fatal(k.typed())
	}
	k.send(kiosk.Send{})
	if k.wantScreen("contact"); !k.says(it(locale.GivePhoneWrong)) {
		t.Fatal(outline(kiosk.View(k.state)))
	}
}

func TestAReminderIsOfferedOnlyWhereItCanBeKept(t *testing.T) {
	for why, change := range map[string]func(*totem, *booking.Office){
		"no notifier":       func(_ *totem, o *booking.Office) { o.Reminders = privacy.Reminders{} },
		"no key":            func(_ *totem, o *booking.Office) { o.Reminders.Key = nil },
		"notice incomplete": func(_ *totem, o *booking.Office) { o.Privacy.Edition = "" },
		"nobody sends":      func(_ *totem, o *booking.Office) { o.Privacy.Recipients = nil },
		"no link":           func(k *totem, _ *booking.Office) { k.send(kiosk.LinkChanged{AsOf: k.now}) },
		"no clock":          func(k *totem, _ *booking.Office) { k.loseClock() },
		"out of service":    func(k *totem, _ *booking.Office) { k.send(kiosk.OutOfService{Code: "T202"}) },
		"too soon":          func(_ *totem, o *booking.Office) { o.Reminders.Before = 75 * time.Minute },
	} {
		k := invite(t, heard).taken()
		if !k.offers("reminder") {
			t.Fatal(outline(kiosk.View(k.state)))
		}
		o := inviting()
		change(k, &o)
		if k.send(kiosk.OfficeKnown{Office: o, Zone: k.zone}); k.screen() != "take" || k.offers("reminder") {
			t.Errorf("%s:\n%s", why, outline(kiosk.View(k.state)))
		}
		if k.send(kiosk.OpenReminder{}, kiosk.Choose{Yes: true}); k.screen() != "take" {
			t.Errorf("%s: on %s", why, k.screen())
		}
	}
	k := invite(t, heard).taken().tap("reminder").send(kiosk.LinkChanged{AsOf: saturday(rome(t), 9, 40)}, kiosk.Choose{Yes: true})
	k.wantScreen("take")
}

// TestOnlyTheTouchOnYesIsAYes sends all that can happen, but that touch.
func TestOnlyTheTouchOnYesIsAYes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := occasions()[rapid.SampledFrom([]string{"take", "own", "times"}).Draw(t, "from")]
		k := o.lead(invite(t, heard)).tap(o.open)
		if rapid.Bool().Draw(t, "by ear") {
			k.send(kiosk.HeadsetChanged{In: true})
		}
		for range rapid.IntRange(1, 12).Draw(t, "events") {
			var m kiosk.Msg
			switch rapid.IntRange(0, 4).Draw(t, "what") {
			case 0:
				taps := slices.DeleteFunc(controls(kiosk.View(k.state).Root), func(b kiosk.Box) bool { return b.Tap == kiosk.Choose{Yes: true} })
				m = rapid.SampledFrom(taps).Draw(t, "control").Tap
			case 1:
				m = rapid.SampledFrom(strayTouches()).Draw(t, "stray")
			case 2:
				if focus := k.focus(); focus == "yes" {
					continue
				}
				m = kiosk.PressKey{Key: rapid.SampledFrom(keys()).Draw(t, "key")}
			case 3:
				k.after(time.Duration(rapid.IntRange(1, 130).Draw(t, "seconds")) * time.Second)
				continue
			case 4:
				m = rapid.SampledFrom([]kiosk.Msg{kiosk.HeadsetChanged{}, kiosk.HeadsetChanged{In: true}, kiosk.LinkChanged{}, kiosk.Send{},
					kiosk.LinkChanged{Up: true}, kiosk.SetChannel{Channel: privacy.Mail}, kiosk.Type{Sign: '3'}, kiosk.Spoken{},
					kiosk.ContactKept{Errand: 1}, kiosk.TicketMade{Ticket: ticket(k.zone)}, kiosk.OpenReminder{}, kiosk.OpenOtherDay{},
					kiosk.OutOfService{Code: "T202"}, kiosk.OutOfService{}, status(paper.CoverOpen), status(0)}).Draw(t, "news")
			}
			if k.send(m); k.screen() == "contact" || k.screen() == "contact-sending" {
				t.Fatalf("%#v led to %s", m, k.screen())
			}
		}
		for _, e := range k.effects {
			switch e.(type) {
			case kiosk.KeepContact, kiosk.AskDays, kiosk.Book:
				t.Fatalf("asked for %#v", e)
			}
		}
	})
}

func TestTheWholeNoticeIsOneTouchAwayAndLeadsBackInOne(t *testing.T) {
	for from, o := range occasions() {
		k := o.lead(invite(t, heard)).tap(o.open)
		before := outline(kiosk.View(k.state))
		k.tap("notice").wantScreen("notice").tap("back")
		if after := outline(kiosk.View(k.state)); after != before {
			t.Errorf("%s: back on\n%s\nnot on\n%s", from, after, before)
		}
	}
	k := invite(t, heard).tap("privacy")
	if !k.says("Edizione 3") || !k.says(privacy.Full(inviting().Notice(locale.Italian)).Short()) {
		t.Fatal(outline(kiosk.View(k.state)))
	}
	k.tap("notice").wantScreen("notice").tap("back").wantScreen("privacy").tap("back").wantScreen("start")
	k.tap("privacy", "notice", "key-help").wantScreen("help").tap("back").wantScreen("start")
}
