package kiosk_test

import (
	"testing"

	"example.org/totem/booking"
	"example.org/totem/kiosk"
	"example.org/totem/locale"
)

func TestWhoCannotCheckInForWantOfAClockIsToldSo(t *testing.T) {
	for days, told := range []bool{false, true} {
		k := open(t).loseClock()
		r := held(k.zone)
		r.Key.Day = r.Key.Day.AddDays(days)
		if k.shows(r); k.offers("check-in") == told || k.says(it(locale.NumberWhy)) != told || k.says(it(locale.AskDesk)) != told {
			t.Errorf("%d days on: %s", days, outline(kiosk.View(k.state)))
		}
	}
}

func TestATicketThatWasGivenByNumberAloneIsShownWithoutATime(t *testing.T) {
	k := open(t)
	r := held(k.zone)
	r.Given, r.Promise = true, booking.PromiseNone
	k.shows(r)
	for _, screen := range []string{"own", "give-back-ask"} {
		if k.wantScreen(screen); k.says("9:50") || !k.says(it(locale.WhenInOrder)) {
			t.Error(outline(kiosk.View(k.state)))
		}
		if screen == "own" {
			k.tap("give-back").types("A012")
		}
	}
}
