package kiosk_test

import (
	"testing"
	"time"

	"example.org/totem/booking"
	"example.org/totem/kiosk"
	"example.org/totem/locale"
	"example.org/totem/paper"
	"example.org/totem/privacy"
)

// gives leads to the days on which a place can be booked, with a contact given for it.
func (k *totem) gives() *totem {
	k.t.Helper()
	return k.tap("service-carta", "other-day", "yes").types(typedPhone).tap("send").wantScreen("days-asking")
}

func TestAContactIsOfTheLanguageInWhichItWasAskedFor(t *testing.T) {
	k := invite(t, heard).taken()
	k.tap("reminder", "yes").types("333").send(kiosk.SetLanguage{Lang: locale.English}).types("0004711").tap("send")
	if e, ok := k.last().(kiosk.KeepContact); !ok || e.Lang != locale.Italian || e.Contact != sentPhone {
		t.Errorf("asked for %+v", k.last())
	}
}

func TestWhoeverTypedByEarAndLeavesTakesTheContactAlong(t *testing.T) {
	k := invite(t, heard).send(kiosk.HeadsetChanged{In: true}).gives()
	k.days(otherDays(k.zone)...).wantScreen("days").send(kiosk.HeadsetChanged{})
	k.wantScreen("times")
	if k.offers("other-day") {
		t.Error("the next one goes on with the contact of the one who left")
	}
}

func TestAContactThatWasGivenIsNotSentUnderAnotherNotice(t *testing.T) {
	other := inviting()
	other.Privacy.Edition = "4"
	days := invite(t, heard).gives()
	days.days(otherDays(days.zone)...).wantScreen("days").send(kiosk.OfficeKnown{Office: other, Zone: days.zone})
	days.wantScreen("times")

	k := invite(t, heard).gives()
	k.days(otherDays(k.zone)...).tap("day-2026-11-23", "take").wantScreen("issuing")
	book, _ := k.last().(kiosk.Book)
	k.send(kiosk.OfficeKnown{Office: other, Zone: k.zone}, kiosk.TicketMade{Ticket: bookedAs(k.zone, book)}, ended(paper.Printed, 0)).wantScreen("take")
	for _, e := range k.effects {
		if _, ok := e.(kiosk.KeepContact); ok {
			t.Errorf("%+v was sent", e)
		}
	}
	if !k.says(it(locale.KeptNot)) {
		t.Errorf("nobody says that there is no reminder:\n%s", outline(kiosk.View(k.state)))
	}
}

func TestAReminderOfAnotherDaySaysThatItMayGoOutADayBefore(t *testing.T) {
	k := invite(t, heard)
	r := held(k.zone)
	r.Slot.Start, r.Promise = saturday(k.zone, 9, 20).AddDate(0, 0, 2), booking.PromiseTime
	r.Key.Day = booking.DayOf(r.Slot.Start, k.zone)
	k.shows(r).tap("reminder").send(kiosk.ReminderKnown{Errand: 1}).tap("reminder").wantScreen("reminder-ask")
	if !k.says("un messaggio 24 ore o 30 minuti prima") {
		t.Error(outline(kiosk.View(k.state)))
	}
}

func TestWhatIsKeptNamesTheProofOfAConsent(t *testing.T) {
	k := invite(t, heard).bears().tap("record").send(kiosk.ReminderKnown{Errand: 1, Reminder: kiosk.Reminder{
		On: true, Channel: privacy.SMS, Masked: "••• 711", Due: saturday(time.UTC, 10, 30)}})
	if !k.says(it(locale.NoticeProof)) {
		t.Error(outline(kiosk.View(k.state)))
	}
}

func TestWhatWasGivenCanBeWithdrawnThoughNobodyIsRemindedAnyMore(t *testing.T) {
	over := inviting()
	over.Reminders.Channels = nil
	k := invite(t, heard)
	k.send(kiosk.OfficeKnown{Office: over, Zone: k.zone}).bears().tap("reminder")
	k.send(kiosk.ReminderKnown{Errand: 1, Reminder: kiosk.Reminder{On: true, Channel: privacy.SMS, Masked: "••• 711", Due: saturday(k.zone, 10, 30)}})
	k.wantScreen("reminder").tap("drop-reminder")
	if _, ok := k.last().(kiosk.Withdraw); !ok {
		t.Errorf("asked for %+v", k.last())
	}
	if none := invite(t, heard).send(kiosk.OfficeKnown{Office: over, Zone: k.zone}).bears().tap("reminder").send(kiosk.ReminderKnown{Errand: 1}); canTap(kiosk.View(none.state), "reminder") {
		t.Error("a reminder is offered that nobody can send")
	}
}

func canTap(s kiosk.Screen, id string) bool {
	box, ok := s.Root.Find(func(b kiosk.Box) bool { return b.ID == id })
	return ok && box.Tap != nil
}
