package kiosk_test

import (
	"testing"
	"time"

	"example.org/totem/booking"
	"example.org/totem/kiosk"
	"example.org/totem/locale"
	"example.org/totem/privacy"
)

// paces has the totem give no ticket of the first queue for a while.
func (k *totem) paces(d time.Duration) *totem {
	return k.send(kiosk.OffersChanged{Offers: offers(k.zone, 9), Paced: []kiosk.Paced{{Queue: "carta", Until: k.now.Add(d)}}})
}

func TestWhoeverCannotBeGivenATicketForAWhileIsToldBeforeChoosingATime(t *testing.T) {
	k := open(t).paces(2 * time.Minute).tap("service-carta").wantScreen("paced").wantSays(locale.PacedTitle)
	if !k.says("Riprovi fra 2 minuti o chieda allo sportello.") || k.offers("take") {
		t.Fatal(outline(kiosk.View(k.state)))
	}
	k.send(kiosk.TakeTime{Number: "A012"}, kiosk.TakeStart{Start: saturday(k.zone, 9, 50)}, kiosk.OpenOtherDay{}).wantScreen("paced")
	if len(k.effects) != 0 {
		t.Fatalf("asked %v", k.effects)
	}
	k.fork().tap("done").wantScreen("start")
	k.tap("back").tap("service-civile").wantScreen("times") // each queue has its own
}

func TestTheMinutesAreCountedDownAndThenTheTimesAreBack(t *testing.T) {
	k := open(t).paces(80 * time.Second).tap("service-carta")
	for _, step := range []struct {
		after time.Duration
		says  string
	}{{0, "fra 2 minuti"}, {19 * time.Second, "fra 2 minuti"}, {time.Second, "fra 1 minuto"}, {59 * time.Second, "fra 1 minuto"}} {
		if k.after(step.after); k.screen() != "paced" || !k.says(step.says) {
			t.Fatalf("want %q on\n%s", step.says, outline(kiosk.View(k.state)))
		}
	}
	if at, ok := k.state.Wake(); !ok || !at.Equal(saturday(k.zone, 9, 42).Add(20*time.Second)) {
		t.Fatalf("wakes at %v", at)
	}
	k.after(time.Second).wantScreen("times")
}

func TestATicketThatIsRefusedForItsPaceIsToldSo(t *testing.T) {
	refused := func(k *totem) kiosk.Msg {
		return kiosk.TicketRefused{Why: kiosk.RefusedPace, Until: k.now.Add(time.Minute)}
	}
	k := open(t).tap("service-carta", "take")
	k.send(refused(k)).wantScreen("paced").after(time.Minute).wantScreen("times")
	k = openAt(t, 1).tap("service-carta", "take")
	k.send(refused(k)).wantScreen("paced").tap("back").tap("service-civile").wantScreen("times")
	k = advance(t, privacy.AdvanceOpen).tap("service-carta", "other-day").days(otherDays(rome(t))...).tap("day-2026-11-23", "take")
	k.send(refused(k)).wantScreen("paced").after(time.Minute).wantScreen("times")
}

func TestNobodyIsPacedWhoBringsATicket(t *testing.T) {
	k := open(t).paces(2 * time.Minute).shows(held(rome(t))).wantScreen("own").tap("check-in")
	k.send(kiosk.TicketChanged{State: booking.Arrived}).wantScreen("arrived")
}

func TestWithoutAClockThePaceHoldsAndNoHourIsSaid(t *testing.T) {
	k := open(t).loseClock().paces(2 * time.Minute).tap("service-carta").wantScreen("paced")
	for b := range kiosk.View(k.state).Root.All() {
		if hour.MatchString(b.Text) {
			t.Fatalf("%q", b.Text)
		}
	}
	k.after(2 * time.Minute)
	k.tap("service-carta").wantScreen("number")
}
