package kiosk_test

import (
	"testing"
	"time"

	"example.org/totem/booking"
	"example.org/totem/kiosk"
	"example.org/totem/locale"
)

// moved is a ticket whose time the office cannot keep.
func moved(zone *time.Location, expected time.Time) booking.Record {
	r := held(zone)
	r.Promise, r.Slot.Ticket.Moved, r.Slot.Ticket.Expected = booking.PromiseTime, true, expected
	return r
}

func TestAMovedTicketSaysWhenItsBearerIsExpected(t *testing.T) {
	k := open(t)
	k.shows(moved(k.zone, saturday(k.zone, 10, 40))).wantSays(locale.MovedTitle).wantSays(locale.MovedPaper)
	if !k.says("La aspettiamo oggi alle 10:40.") || k.says("9:50") || !k.offers("check-in") {
		t.Fatal(outline(kiosk.View(k.state)))
	}
	if k.tap("record"); !k.says("sabato 21 novembre alle 10:40") || !k.says("sabato 21 novembre alle 9:50") {
		t.Fatal(outline(kiosk.View(k.state)))
	}
}

func TestAMovedTicketWithoutATimeSaysThatTheOfficeWillTell(t *testing.T) {
	k := open(t).send(kiosk.Tick{Now: saturday(rome(t), 10, 5)})
	if k.shows(moved(k.zone, time.Time{})).wantSays(locale.MovedOpen); k.says(it(locale.OwnLate)) || k.says(it(locale.MovedPaper)) || k.says("9:50") {
		t.Fatal(outline(kiosk.View(k.state)))
	}
	k.tap("record").wantSays(locale.RecordMovedOpen)
}

func TestAMovedTicketIsLateOnlyByTheTimeAtWhichItIsExpected(t *testing.T) {
	for minute, late := range map[int]bool{40: false, 41: true} {
		k := open(t).send(kiosk.Tick{Now: saturday(rome(t), 10, minute)})
		if k.shows(moved(k.zone, saturday(k.zone, 10, 40))); k.says(it(locale.OwnLate)) != late {
			t.Errorf("at 10:%d: %s", minute, outline(kiosk.View(k.state)))
		}
	}
}

func TestATicketThatWasServedOrGivenBackIsNotExpectedAnyMore(t *testing.T) {
	for _, state := range []booking.State{booking.Served, booking.Cancelled, booking.Called, booking.Absent} {
		k := open(t)
		r := moved(k.zone, saturday(k.zone, 10, 40))
		r.Slot.State = state
		if k.shows(r); k.says(it(locale.MovedTitle)) {
			t.Errorf("%s: %s", state, outline(kiosk.View(k.state)))
		}
	}
}

func TestAMovedTicketThatPromisedNoTimeSaysNothingOfOneOnPaper(t *testing.T) {
	k := open(t)
	r := moved(k.zone, saturday(k.zone, 10, 40))
	r.Promise = booking.PromiseNone
	if k.shows(r).wantSays(locale.MovedTitle); k.says(it(locale.MovedPaper)) || !k.says("oggi alle 10:40") {
		t.Fatal(outline(kiosk.View(k.state)))
	}
}
