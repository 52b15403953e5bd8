package kiosk_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"example.org/totem/booking"
	"example.org/totem/kiosk"
	"example.org/totem/locale"
)

func TestCheckingInTakesOneTouchAndSaysWhereToWait(t *testing.T) {
	k := open(t).shows(held(rome(t))).tap("check-in").wantScreen("changing")
	r := held(k.zone)
	want := kiosk.CheckIn{Ticket: kiosk.Ref{Key: r.Key, Number: "A012", Code: r.Slot.Ticket.Code}}
	if got := k.effects[len(k.effects)-1]; got != want {
		t.Fatalf("asked %v, want %v", got, want)
	}
	k.send(kiosk.CheckInNow{}, kiosk.GiveBack{}, kiosk.GoBack{}, kiosk.Finish{}, kiosk.OpenTicket{}).wantScreen("changing")
	if len(k.effects) != 2 {
		t.Fatalf("asked %v", k.effects)
	}
	k.send(kiosk.TicketChanged{State: booking.Arrived}).wantScreen("arrived")
	for _, words := range []string{it(locale.ArrivedTitle), "A012", it(locale.ArrivedWait, locale.Word("where", "Sala d'attesa al piano terra")), "30"} {
		if !k.says(words) {
			t.Errorf("%q is missing:\n%s", words, outline(kiosk.View(k.state)))
		}
	}
	k.after(29 * time.Second).wantScreen("arrived").send(kiosk.Touched{}).after(29 * time.Second).wantScreen("arrived")
	k.after(time.Second).wantScreen("start")
}

// Its day is closed at midnight, and nothing can be done about it from then on, whatever was on the screen.
func TestNothingIsAskedForATicketWhoseDayEndsWhileItIsOnTheScreen(t *testing.T) {
	night := saturday(rome(t), 23, 59)
	for screen, way := range map[string]func(k *totem){
		"own":           func(*totem) {},
		"record":        func(k *totem) { k.tap("record") },
		"give-back":     func(k *totem) { k.tap("give-back").types("A01") },
		"give-back-ask": func(k *totem) { k.tap("give-back").types("A012") },
	} {
		for _, state := range []booking.State{booking.Issued, booking.Arrived} {
			k := open(t).send(kiosk.Tick{Now: night})
			r := held(k.zone)
			r.Slot.State = state
			way(k.shows(r))
			asked := len(k.wantScreen(screen).effects)
			k.send(kiosk.Tick{Now: night.Add(time.Minute)}, kiosk.CheckInNow{}, kiosk.Type{Sign: '2'}, kiosk.Confirm{Yes: true}, kiosk.GoBack{})
			if k.screen() == "start" || k.screen() == "closed" || k.screen() == "nothing-left" {
				k.shows(r)
			}
			k.wantScreen("own")
			if k.offers("check-in") || k.offers("give-back") || !k.says(it(locale.OwnOtherDay)) || !k.says(it(locale.AskDesk)) ||
				k.says("Attenda qui") || k.says(it(locale.TakeCalled)) {
				t.Errorf("%s, %s: %s", screen, state, outline(kiosk.View(k.state)))
			}
			for _, e := range k.effects[asked:] {
				if _, ok := e.(kiosk.FindTicket); !ok {
					t.Errorf("%s, %s: asked %v", screen, state, e)
				}
			}
		}
	}
}

func TestWithoutALinkAChangeIsNotSaidToBeKnownToTheOffice(t *testing.T) {
	for _, up := range []bool{true, false} {
		k := open(t).send(kiosk.LinkChanged{Up: up, AsOf: saturday(rome(t), 9, 40)}).shows(held(rome(t)))
		if k.tap("check-in").send(kiosk.TicketChanged{State: booking.Arrived}).wantScreen("arrived"); k.says(it(locale.ChangeOffline)) == up {
			t.Errorf("link up %v: %s", up, outline(kiosk.View(k.state)))
		}
		k.tap("done").shows(held(rome(t))).tap("give-back").types("A012").tap("yes").send(kiosk.TicketChanged{State: booking.Cancelled})
		if k.wantScreen("cancelled"); k.says(it(locale.ChangeOffline)) == up {
			t.Errorf("link up %v: %s", up, outline(kiosk.View(k.state)))
		}
	}
}

func TestDoneAndServicesLeaveATicketThatChanged(t *testing.T) {
	arrived := func() *totem {
		return open(t).shows(held(rome(t))).tap("check-in").send(kiosk.TicketChanged{State: booking.Arrived})
	}
	arrived().tap("done").wantScreen("start")
	k := arrived().send(kiosk.GoBack{}).wantScreen("start")
	if k.keeps("A012") != open(t).keeps("A012") {
		t.Error("the ticket stays")
	}
}

func TestAChangeThatWasNotMadeIsToldAsItIs(t *testing.T) {
	for _, test := range []struct {
		name   string
		answer func(k *totem)
		screen string
		says   []string
		after  func(k *totem)
	}{
		{"not written", func(k *totem) { k.send(kiosk.ChangeRefused{Why: kiosk.RefusedStorage}) }, "change-failed",
			[]string{it(locale.ChangeFailed), it(locale.NotGivenLead)},
			func(k *totem) { k.tap("back").wantScreen("own").tap("check-in").wantScreen("changing") }},
		{"gone", func(k *totem) { k.send(kiosk.ChangeRefused{Why: kiosk.RefusedGone}) }, "change-gone",
			[]string{it(locale.ChangeGone), it(locale.ChangeLook)}, func(k *totem) { k.tap("again").wantScreen("code") }},
		{"no answer", func(k *totem) { k.after(10 * time.Second) }, "change-late",
			[]string{it(locale.ChangeLate)},
			func(k *totem) {
				k.send(kiosk.TicketChanged{State: booking.Arrived}).wantScreen("change-late").tap("again").wantScreen("code")
			}},
		{"further on", func(k *totem) { k.send(kiosk.TicketChanged{State: booking.Called}) }, "own",
			[]string{it(locale.ChangeGone), it(locale.StateCalled), it(locale.AskDesk)},
			func(k *totem) { k.send(kiosk.CheckInNow{}).wantScreen("own").tap("back").wantScreen("start") }},
	} {
		t.Run(test.name, func(t *testing.T) {
			k := open(t).shows(held(rome(t))).tap("check-in")
			test.answer(k)
			k.wantScreen(test.screen)
			for _, words := range test.says {
				if !k.says(words) {
					t.Errorf("%q is missing:\n%s", words, outline(kiosk.View(k.state)))
				}
			}
			if k.says(it(locale.ArrivedTitle)) {
				t.Error("it says what is not known")
			}
			test.after(k)
		})
	}
}

// narrow is a panel that holds the keys, and beside them no more than a few words.
type narrow struct{ caution, lead bool }

func (n narrow) Fits(s kiosk.Screen) bool {
	_, keys := s.Root.Find(func(b kiosk.Box) bool { return b.Role == kiosk.RoleKeypad })
	_, caution := s.Root.Find(func(b kiosk.Box) bool { return b.Role == kiosk.RoleCaution })
	_, lead := s.Root.Find(func(b kiosk.Box) bool { return b.Role == kiosk.RoleLead })
	return !keys || (n.caution || !caution) && (n.lead || !lead)
}

func TestTheKeysAreOnTheScreenHoweverSmallThePanelAndSoIsWhatIsWrong(t *testing.T) {
	for _, room := range []narrow{{true, true}, {false, true}, {false, false}} {
		k := openWith(t, kiosk.Config{Room: room}).send(kiosk.OpenTicket{}).types("482917305561")
		if !k.says(it(locale.OwnWrong)) || !k.offers("pad-erase") || k.typed() != "4829 1730 5561" {
			t.Errorf("%+v: %s", room, outline(kiosk.View(k.state)))
		}
		if k.offers("more") {
			k.tap("more")
		}
		if !k.says(it(locale.OwnWrongDo)) {
			t.Errorf("%+v: what to do about it is lost:\n%s", room, outline(kiosk.View(k.state)))
		}
	}
}

func TestAPlaceIsGivenBackByItsNumberAndALastWord(t *testing.T) {
	k := open(t).shows(held(rome(t))).tap("give-back").wantScreen("give-back")
	if k.says("A012") || k.typed() != "····" {
		t.Fatalf("the number is on the screen that asks for it:\n%s", outline(kiosk.View(k.state)))
	}
	if k.offers("pad-1") || !k.offers("pad-A") || !k.offers("pad-D") || !k.offers("pad-E") {
		t.Fatal(outline(kiosk.View(k.state)))
	}
	k.types("A01")
	if k.typed() != "A01·" || k.offers("pad-A") {
		t.Fatal(outline(kiosk.View(k.state)))
	}
	k.types("2").wantScreen("give-back-ask")
	answers, _ := kiosk.View(k.state).Root.Find(func(b kiosk.Box) bool { return b.Role == kiosk.RoleButtons })
	for _, b := range answers.Children {
		if b.Role != kiosk.RoleButton || b.Chosen {
			t.Errorf("the answers are no equals: %+v", answers)
		}
	}
	if !k.says("A012") || !k.says("oggi alle 9:50") || k.keeps("typed:A") {
		t.Error(outline(kiosk.View(k.state)))
	}
	k.tap("no").wantScreen("own").tap("give-back").types("A012").tap("yes").wantScreen("changing")
	r := held(k.zone)
	want := kiosk.CancelTicket{Ticket: kiosk.Ref{Key: r.Key, Number: "A012", Code: r.Slot.Ticket.Code}}
	if got := k.effects[len(k.effects)-1]; got != want {
		t.Fatalf("asked %v, want %v", got, want)
	}
	k.send(kiosk.TicketChanged{State: booking.Cancelled}).wantScreen("cancelled")
	if !k.says(it(locale.CancelledTitle)) || !k.offers("done") {
		t.Error(outline(kiosk.View(k.state)))
	}
	k.tap("back").wantScreen("start")
}

func TestNoPlaceIsGivenBackWithoutItsNumber(t *testing.T) {
	for name, k := range map[string]*totem{
		"the ticket":   open(t).shows(held(rome(t))),
		"the number":   open(t).shows(held(rome(t))).tap("give-back").types("A01"),
		"a wrong one":  open(t).shows(held(rome(t))).tap("give-back").types("A013"),
		"the record":   open(t).shows(held(rome(t))).tap("record"),
		"the services": open(t),
		"help":         open(t).shows(held(rome(t))).tap("give-back").types("A012").tap("key-help"),
	} {
		asked, screen := len(k.effects), k.screen()
		if k.send(kiosk.Confirm{Yes: true}).wantScreen(screen); len(k.effects) > asked {
			t.Errorf("a stray yes on %s asks %v", name, k.effects)
		}
	}
}

func TestAWrongNumberCanBeCorrectedAndTheThirdLeadsBackToTheTicket(t *testing.T) {
	k := open(t).shows(held(rome(t))).tap("give-back").types("A013").wantScreen("give-back")
	if !k.says(it(locale.CancelWrong)) || k.typed() != "A013" {
		t.Fatal(outline(kiosk.View(k.state)))
	}
	k.types("2").tap("pad-erase").types("2").wantScreen("give-back-ask")
	k.tap("no").tap("give-back")
	for range 2 {
		k.tap("pad-erase", "pad-erase", "pad-erase", "pad-erase").types("D007").wantScreen("give-back")
	}
	k.tap("pad-erase").types("8").wantScreen("own")
	if !k.says(it(locale.CancelWrong)) || !k.offers("check-in") {
		t.Fatal(outline(kiosk.View(k.state)))
	}
	if k.tap("give-back").wantScreen("give-back"); k.says(it(locale.CancelWrong)) || k.typed() != "····" {
		t.Error("the wrong numbers are still held against the citizen")
	}
	k.types("A012").wantScreen("give-back-ask")
}

func TestTheExampleOfANumberIsNeverTheTicketsAndItsLetterCanAlwaysBeTyped(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k := open(t)
		r := held(k.zone)
		letter := rapid.SampledFrom([]string{"A", "D", "E", "Z"}).Draw(t, "letter")
		count := rapid.OneOf(rapid.Just(42), rapid.Just(57), rapid.IntRange(1, 2000)).Draw(t, "count")
		r.Slot.Number = booking.NewNumber(letter, count)
		k.shows(r).tap("give-back")
		if k.says(string(r.Slot.Number)) {
			t.Fatalf("the screen says %s:\n%s", r.Slot.Number, outline(kiosk.View(k.state)))
		}
		k.types(string(r.Slot.Number)).wantScreen("give-back-ask")
	})
}
