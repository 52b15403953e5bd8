package kiosk_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"example.org/totem/booking"
	"example.org/totem/kiosk"
	"example.org/totem/locale"
	"example.org/totem/paper"
)

// strangersCode is of somebody else's ticket.
const strangersCode booking.Code = "123456789018"

// held returns what is known of the ticket of testCode: A012 of the Saturday at 9:50, given by another totem.
func held(zone *time.Location) booking.Record {
	return booking.Record{Key: key("carta", zone), Slot: booking.Slot{
		Number: "A012", Start: saturday(zone, 9, 50), Holder: "ingresso", State: booking.Issued,
		Ticket: booking.Ticket{Code: testCode.Hash(booking.DayKey{1})},
	}}
}

// types touches a key for each sign; spaces count for nothing.
func (k *totem) types(signs string) *totem {
	k.t.Helper()
	for _, sign := range strings.ReplaceAll(signs, " ", "") {
		k.tap("pad-" + string(sign))
	}
	return k
}

// shows leads to the ticket that a record tells of.
func (k *totem) shows(r booking.Record) *totem {
	k.t.Helper()
	return k.send(kiosk.OpenTicket{}).types(string(testCode)).wantScreen("finding").send(kiosk.TicketFound{Record: r}).wantScreen("own")
}

// typed returns what the screen shows of what was typed.
func (k *totem) typed() string {
	var groups []string
	for b := range kiosk.View(k.state).Root.All() {
		if b.Role == kiosk.RoleDigits {
			groups = append(groups, b.Text)
		}
	}
	return strings.Join(groups, " ")
}

func (k *totem) offers(id string) bool {
	_, ok := kiosk.View(k.state).Root.Find(func(b kiosk.Box) bool { return b.ID == id && b.Tap != nil })
	return ok
}

// it returns the Italian words for k.
func it(k locale.Key, args ...locale.Arg) string { return locale.Say(locale.Italian, k, args...) }

// keeps reports whether the words stand anywhere in the state.
func (k *totem) keeps(words string) bool { return strings.Contains(fmt.Sprintf("%+v", k.state), words) }

func TestTheTwelfthDigitAsksForTheTicketAtOnceAndNothingTypedStays(t *testing.T) {
	k := open(t).tap("own-ticket").wantScreen("code")
	if k.typed() != "···· ···· ····" {
		t.Fatalf("before anything is typed it shows %q", k.typed())
	}
	if k.types("48291"); k.typed() != "4829 1··· ····" || !k.keeps("48291") {
		t.Fatalf("five digits are shown as %q", k.typed())
	}
	k.types(string(testCode[5:11])).tap("pad-erase").types(string(testCode[10:]))
	if want := []kiosk.Effect{kiosk.FindTicket{Code: testCode}}; !slices.Equal(k.effects, want) {
		t.Fatalf("asked %v, want %v", k.effects, want)
	}
	if k.wantScreen("finding"); k.keeps(string(testCode)) || k.says("4829") {
		t.Fatal("the code outlives its use")
	}
	k.send(kiosk.TicketFound{Record: held(k.zone)}).wantScreen("own")
	for _, words := range []string{"A012", "oggi alle 9:50", "Sportelli A", it(locale.StateIssued)} {
		if !k.says(words) {
			t.Errorf("%q is missing:\n%s", words, outline(kiosk.View(k.state)))
		}
	}
}

func TestAWrongDigitIsSaidAndItsDigitsAreThereToBeCorrected(t *testing.T) {
	mistyped := booking.Code("482917305561")
	k := open(t).send(kiosk.OpenTicket{}).types(string(mistyped)).wantScreen("code")
	if !k.says(it(locale.OwnWrong)) || !k.says(it(locale.OwnWrongDo)) || k.typed() != mistyped.Grouped() {
		t.Fatal(outline(kiosk.View(k.state)))
	}
	if k.types("7"); k.typed() != mistyped.Grouped() || len(k.effects) > 0 {
		t.Fatalf("a thirteenth digit counts: %q, asked %v", k.typed(), k.effects)
	}
	if k.tap("pad-erase"); k.typed() != "4829 1730 556·" || !k.says(it(locale.OwnWrong)) {
		t.Fatalf("the words go while the digit is being corrected, and the keys move:\n%s", outline(kiosk.View(k.state)))
	}
	k.types(string(testCode[11:])).wantScreen("finding")
}

func TestOnlyACodeWhoseCheckDigitFitsIsEverAskedFor(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k := open(t).send(kiosk.OpenTicket{})
		var model []rune
		if rapid.Bool().Draw(t, "nearly there") {
			model = []rune(testCode[:11])
			k.types(string(model))
		}
		for range rapid.IntRange(1, 40).Draw(t, "keys") {
			sign := rapid.SampledFrom([]rune("0123456789x·A⌫⌫⌫")).Draw(t, "sign")
			switch {
			case sign == '⌫':
				k.send(kiosk.Erase{})
				model = model[:max(len(model)-1, 0)]
			case sign < '0' || sign > '9':
				k.send(kiosk.Type{Sign: sign})
			default:
				k.send(kiosk.Type{Sign: sign})
				if len(model) < 12 {
					model = append(model, sign)
				}
			}
			code, err := booking.ParseCode(string(model))
			if err == nil {
				if want := []kiosk.Effect{kiosk.FindTicket{Code: code}}; !slices.Equal(k.effects, want) {
					t.Fatalf("asked %v, want %v", k.effects, want)
				}
				return
			}
			shown := strings.TrimRight(strings.ReplaceAll(k.typed(), " ", ""), "·")
			if len(k.effects) > 0 || shown != string(model) {
				t.Fatalf("typed %q: asked %v and shows %q", string(model), k.effects, k.typed())
			}
		}
	})
}

func TestACodeThatIsNoTicketsIsExplainedAndCanBeTypedAgain(t *testing.T) {
	for _, test := range []struct {
		name   string
		answer func(k *totem)
		says   []string
		silent string
	}{
		{"unknown", func(k *totem) { k.send(kiosk.TicketUnknown{}) },
			[]string{it(locale.OwnUnknown), it(locale.OwnUnknownDo)}, it(locale.OwnUnknownOffline)},
		{"unknown without a link", func(k *totem) { k.send(kiosk.LinkChanged{}, kiosk.TicketUnknown{}) },
			[]string{it(locale.OwnUnknown), it(locale.OwnUnknownOffline)}, it(locale.OwnFailed)},
		{"failed", func(k *totem) { k.send(kiosk.LinkChanged{}, kiosk.TicketUnknown{Failed: true}) },
			[]string{it(locale.OwnFailed), it(locale.AskDesk)}, it(locale.OwnUnknownOffline)},
		{"no answer", func(k *totem) { k.after(10 * time.Second) }, []string{it(locale.OwnFailed)}, it(locale.OwnUnknown)},
	} {
		t.Run(test.name, func(t *testing.T) {
			k := open(t).send(kiosk.OpenTicket{}).types(string(testCode))
			test.answer(k)
			k.wantScreen("no-ticket")
			for _, words := range test.says {
				if !k.says(words) {
					t.Errorf("%q is missing:\n%s", words, outline(kiosk.View(k.state)))
				}
			}
			if k.says(test.silent) {
				t.Errorf("it says %q:\n%s", test.silent, outline(kiosk.View(k.state)))
			}
			k.send(kiosk.CheckInNow{}, kiosk.GiveBack{}, kiosk.ShowRecord{}, kiosk.TicketFound{Record: held(k.zone)}).wantScreen("no-ticket")
			if k.tap("again").wantScreen("code"); k.typed() != "···· ···· ····" {
				t.Errorf("what was typed before is still there: %q", k.typed())
			}
			k.tap("back").wantScreen("start")
		})
	}
}

func TestAnAnswerThatComesTooLateIsNotShownToTheNextWhoAsks(t *testing.T) {
	k := open(t).send(kiosk.OpenTicket{}).types(string(testCode)).after(10 * time.Second).tap("back").wantScreen("start")
	k.send(kiosk.OpenTicket{}).types(string(strangersCode)).send(kiosk.TicketFound{Record: held(k.zone)}).wantScreen("finding")
	r := held(k.zone)
	r.Slot.Number = "A099"
	if k.send(kiosk.TicketFound{Record: r}).wantScreen("own"); !k.says("A099") {
		t.Fatal(outline(kiosk.View(k.state)))
	}
}

func TestWhatATicketAllowsFollowsFromItsStateAndItsDay(t *testing.T) {
	const here, back = "check-in", "give-back"
	for _, test := range []struct {
		state booking.State
		days  int // from today
		lost  bool
		want  []string
		says  string
	}{
		{booking.Issued, 0, false, []string{here, back}, it(locale.StateIssued)},
		{booking.Arrived, 0, false, []string{back}, it(locale.ArrivedWait, locale.Word("where", "Sala d'attesa al piano terra"))},
		{booking.Called, 0, false, nil, it(locale.AskDesk)},
		{booking.Served, 0, false, nil, it(locale.StateServed)},
		{booking.Absent, 0, false, nil, it(locale.AskDesk)},
		{booking.Cancelled, 0, false, nil, it(locale.StateCancelled)},
		{booking.Moved, 0, false, nil, it(locale.AskDesk)},
		{booking.Issued, 2, false, []string{back}, it(locale.OwnOtherDayDo)},
		{booking.Cancelled, 2, false, nil, it(locale.StateCancelled)},
		{booking.Issued, -1, false, nil, it(locale.AskDesk)},
		{booking.Issued, 0, true, []string{here, back}, it(locale.StateIssued)},
		{booking.Issued, 2, true, []string{back}, it(locale.StateIssued)},
		{booking.Issued, -1, true, []string{back}, it(locale.StateIssued)},
	} {
		t.Run(fmt.Sprintf("%s in %d days, clock lost %t", test.state, test.days, test.lost), func(t *testing.T) {
			k := open(t)
			if test.lost {
				k.loseClock()
			}
			r := held(k.zone)
			r.Slot.State, r.Key.Day = test.state, r.Key.Day.AddDays(test.days)
			r.Slot.Start = r.Slot.Start.AddDate(0, 0, test.days)
			k.shows(r)
			for _, id := range []string{here, back} {
				if k.offers(id) != slices.Contains(test.want, id) {
					t.Errorf("%q is offered: %t", id, k.offers(id))
				}
			}
			if !k.says(test.says) || !k.offers("record") || !k.offers("back") {
				t.Error(outline(kiosk.View(k.state)))
			}
			if other := k.says(it(locale.OwnOtherDay)); other != (test.days != 0 && !test.lost && test.state == booking.Issued) {
				t.Errorf("says that it is of another day: %t", other)
			}
			effects := len(k.effects)
			if !slices.Contains(test.want, here) {
				k.send(kiosk.CheckInNow{})
			}
			if !slices.Contains(test.want, back) {
				k.send(kiosk.GiveBack{}, kiosk.Confirm{Yes: true})
			}
			if k.wantScreen("own"); len(k.effects) != effects {
				t.Errorf("asked %v although the screen does not offer it", k.effects)
			}
		})
	}
}

func TestATimeThatHasPassedIsSaidAndNothingIsPromised(t *testing.T) {
	for _, test := range []struct {
		minute  int
		state   booking.State
		promise booking.Promise
		late    bool
	}{
		{50, booking.Issued, booking.PromiseTime, false}, {51, booking.Issued, booking.PromiseTime, true},
		{51, booking.Arrived, booking.PromiseTime, false}, {51, booking.Served, booking.PromiseTime, false},
		{51, booking.Issued, booking.PromiseNone, false}, {51, booking.Issued, booking.PromiseUnknown, false},
	} {
		k := open(t)
		r := held(k.zone)
		r.Slot.State, r.Promise = test.state, test.promise
		k.send(kiosk.Tick{Now: saturday(k.zone, 9, test.minute).Add(30 * time.Second)}).shows(r)
		if k.says(it(locale.OwnLate)) != test.late {
			t.Errorf("at 9:%d, %s, %d: %s", test.minute, test.state, test.promise, outline(kiosk.View(k.state)))
		}
	}
	k := open(t).loseClock()
	r := held(k.zone)
	r.Promise = booking.PromiseTime
	if k.send(kiosk.Tick{Now: saturday(k.zone, 12, 0)}).shows(r); k.says(it(locale.OwnLate)) {
		t.Error("nobody knows the time, and yet it has passed")
	}
}

func TestNoServiceOfANeutralQueueIsEverNamed(t *testing.T) {
	k := open(t)
	r := held(k.zone)
	r.Key.Queue, r.Slot.Number, r.Service = "civile", "D007", "sociale"
	k.shows(r)
	if k.says("sociale") || k.says("Stato civile") || !k.says("Sportelli D") {
		t.Error(outline(kiosk.View(k.state)))
	}
	r = held(k.zone)
	if k.tap("back").shows(r); k.says("Carta d'identità") {
		t.Error("a service is named that nobody told")
	}
	r.Service = "carta"
	if k.tap("back").shows(r); !k.says("Carta d'identità") {
		t.Error("the service that was told is not named")
	}
}

func TestACoverThatIsOpenedDoesNotTakeTheScreenFromWhoeverCameWithATicket(t *testing.T) {
	k := open(t).send(kiosk.OpenTicket{}).types("4829").send(kiosk.PrinterChanged{Status: paper.CoverOpen}).wantScreen("code")
	if k.typed() != "4829 ···· ····" {
		t.Error(k.typed())
	}
}

func TestNobodyIsAskedForACodeWhereNoneCanBeLookedFor(t *testing.T) {
	open(t).send(kiosk.OutOfService{Code: "T202"}, kiosk.OpenTicket{}).wantScreen("out-of-service")
	found := open(t).send(kiosk.SlipFound{Ticket: ticket(rome(t))}, kiosk.OpenTicket{}).wantScreen("found")
	found.tap("leave", "own-ticket").wantScreen("code")
	open(t).tap("service-carta").send(kiosk.OpenTicket{}).wantScreen("times")
	open(t).send(kiosk.OffersChanged{}).tap("own-ticket").wantScreen("code")
}

func TestATotemOutOfServiceShowsTheTicketAndTakesNobodysWord(t *testing.T) {
	for state, trouble := range map[booking.State]bool{booking.Issued: true, booking.Arrived: true, booking.Served: false} {
		k := open(t)
		r := held(k.zone)
		r.Slot.State = state
		k.shows(r).send(kiosk.OutOfService{Code: "T202"}, kiosk.CheckInNow{}, kiosk.GiveBack{}).wantScreen("own")
		if k.offers("check-in") || k.offers("give-back") || !k.offers("record") || k.says(it(locale.OutTitle)) != trouble {
			t.Error(outline(kiosk.View(k.state)))
		}
	}
	k := open(t).shows(held(rome(t))).tap("give-back").types("A012").send(kiosk.OutOfService{Code: "T202"})
	if k.tap("yes").wantScreen("own"); len(k.effects) != 1 {
		t.Errorf("asked %v", k.effects)
	}
}

// TestNothingThatWasTypedOrFoundStaysAfterTheReset leads a citizen anywhere among the screens about a ticket, and then
// says nothing more.
func TestNothingThatWasTypedOrFoundStaysAfterTheReset(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k, fresh := open(t), open(t)
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			switch rapid.IntRange(0, 8).Draw(t, "what") {
			case 0, 1, 2, 3:
				k.send(rapid.SampledFrom(controls(kiosk.View(k.state).Root)).Draw(t, "control").Tap)
			case 4:
				if k.screen() == "code" {
					k.types(string(testCode)[strings.Count(strings.ReplaceAll(k.typed(), " ", ""), "")-1-strings.Count(k.typed(), "·"):])
				}
			case 5:
				r := held(k.zone)
				r.Slot.State = booking.State(rapid.IntRange(int(booking.Issued), int(booking.Moved)).Draw(t, "state"))
				k.send(kiosk.TicketFound{Record: r})
			case 6:
				k.send(rapid.SampledFrom([]kiosk.Msg{kiosk.TicketUnknown{}, kiosk.TicketUnknown{Failed: true},
					kiosk.TicketChanged{State: booking.Arrived}, kiosk.TicketChanged{State: booking.Cancelled},
					kiosk.ChangeRefused{Why: kiosk.RefusedGone}, kiosk.ChangeRefused{Why: kiosk.RefusedStorage}}).Draw(t, "answer"))
			case 7:
				k.send(rapid.SampledFrom([]kiosk.Msg{kiosk.OpenTicket{}, kiosk.CheckInNow{}, kiosk.GiveBack{}, kiosk.Confirm{Yes: true},
					kiosk.Confirm{}, kiosk.ShowRecord{}, kiosk.Erase{}, kiosk.Type{Sign: 'A'}, kiosk.OpenPrivacy{}, kiosk.GoBack{},
					kiosk.OpenLayer{Layer: kiosk.LayerKept}}).Draw(t, "stray"))
			case 8:
				d := time.Duration(rapid.IntRange(1, 60).Draw(t, "seconds")) * time.Second
				k.after(d)
				fresh.after(d)
			}
			if screen := k.screen(); screen != "code" && k.says("4829 17") {
				t.Fatalf("the code is on %q", screen)
			}
			if _, ends := k.state.Wake(); !ends && !slices.Contains(homes, k.screen()) {
				t.Fatalf("nothing ends %q", k.screen())
			}
		}
		k.after(5 * time.Minute)
		fresh.after(5 * time.Minute)
		for range 30 { // every question is answered at last
			k.send(kiosk.TicketUnknown{})
		}
		if !reflect.DeepEqual(k.state, fresh.state) {
			t.Fatalf("something of a citizen stays on %q:\n%+v\nwithout anybody:\n%+v", k.screen(), k.state, fresh.state)
		}
	})
}

func TestEveryScreenAboutATicketSpeaksEveryLanguage(t *testing.T) {
	for _, l := range locale.Languages() {
		k := open(t).send(kiosk.SetLanguage{Lang: l}).shows(held(rome(t)))
		for b := range kiosk.View(k.state).Root.All() {
			if len(b.Children) == 0 && b.Text == "" {
				t.Errorf("%s: an empty %s", l, b.Role)
			}
		}
	}
}
