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

// advance returns a totem that lets other days be booked, by a policy.
func advance(t TB, a privacy.Advance) *totem {
	o := inviting()
	o.Advance = a
	k := openWith(t, heard)
	return k.send(kiosk.OfficeKnown{Office: o, Zone: k.zone})
}

// days has the totem answer which other days there are.
func (k *totem) days(days ...kiosk.FreeDay) *totem {
	k.t.Helper()
	asked, ok := k.last().(kiosk.AskDays)
	if !ok {
		k.t.Fatalf("asked for %#v", k.last())
	}
	return k.send(kiosk.DaysKnown{Errand: asked.Errand, Days: days})
}

// bookedAs is the ticket of what was asked for.
func bookedAs(zone *time.Location, b kiosk.Book) kiosk.Ticket {
	made := later(zone)
	made.Key, made.Number, made.Start = b.Key, "A031", b.Start
	return made
}

func TestAnotherDayIsBookedWithoutAnyDataWhereTheOfficeLetsIt(t *testing.T) {
	k := advance(t, privacy.AdvanceOpen).tap("service-carta", "other-day").wantScreen("days-asking")
	if k.last() != (kiosk.AskDays{Errand: 1, Queue: "carta"}) {
		t.Fatalf("%#v", k.last())
	}
	k.days(otherDays(k.zone)...).wantScreen("days").tap("day-2026-11-23").wantScreen("day").tap("hour-9:20", "take").wantScreen("issuing")
	start := saturday(k.zone, 9, 20).AddDate(0, 0, 2)
	monday := booking.SheetKey{Office: "anagrafe", Queue: "carta", Day: booking.DayOf(start, k.zone)}
	book, ok := k.last().(kiosk.Book)
	if want := (kiosk.Book{Service: "carta", Key: monday, Start: start, Lang: locale.Italian}); !ok || book != want {
		t.Fatalf("%#v", k.last())
	}
	k.send(kiosk.TicketMade{Ticket: bookedAs(k.zone, book)}, ended(paper.Printed, 0)).wantScreen("take")
	if !k.says("A031") || !k.says("lunedì 23 novembre alle 9:20") || len(k.effects) != 2 {
		t.Fatalf("%v\n%s", k.effects, outline(kiosk.View(k.state)))
	}
	if !k.offers("reminder") {
		t.Fatal("a reminder of another day can be asked for like any")
	}
}

func TestAnotherDayThatTakesAContactAsksForItOnceAndSendsItWithTheTicket(t *testing.T) {
	k := advance(t, privacy.AdvanceConsent).tap("service-carta", "other-day").wantScreen("other-day-ask").tap("yes").types(typedPhone)
	k.tap("send").wantScreen("days-asking").days(otherDays(k.zone)...).wantScreen("days")
	k.tap("back").wantScreen("times").tap("other-day").wantScreen("days-asking") // what was given is not asked for again
	k.days(otherDays(k.zone)...).tap("day-2026-11-24", "take").wantScreen("issuing")
	for _, e := range k.effects {
		if _, early := e.(kiosk.KeepContact); early {
			t.Fatal("sent before there is a ticket")
		}
	}
	book := k.last().(kiosk.Book)
	made := bookedAs(k.zone, book)
	k.send(kiosk.TicketMade{Ticket: made}).wantScreen("printing")
	kept, ok := k.last().(kiosk.KeepContact)
	want := kiosk.KeepContact{Errand: 3, Ticket: kiosk.Ref{Key: made.Key, Number: made.Number}, Start: made.Start, Purpose: privacy.OtherDay,
		Channel: privacy.SMS, Contact: sentPhone, Lang: locale.Italian, Shown: kept.Shown}
	if kept.Errand = 3; !ok || kept != want || k.keeps("4711") {
		t.Fatalf("%#v\n%+v", k.last(), k.state)
	}
	asked := k.last().(kiosk.KeepContact).Errand
	k.send(ended(paper.Printed, 0)).wantScreen("take")
	if !k.says(it(locale.GiveSending)) || k.offers("reminder") {
		t.Fatal(outline(kiosk.View(k.state)))
	}
	k.fork().after(10 * time.Second).wantSays(locale.KeptUnknown)
	k.fork().send(kiosk.ContactRefused{Errand: asked, Why: kiosk.NotKeptRefused}).wantSays(locale.KeptNot)
	k.send(kiosk.ContactKept{Errand: asked, Receipt: "AB12"}).wantScreen("take").wantSays(locale.KeptOn)
	if !k.says("lunedì 23 novembre alle 9:00") || !k.says("AB12") { // a day before
		t.Fatal(outline(kiosk.View(k.state)))
	}
}

func (k *totem) wantSays(key locale.Key) *totem {
	k.t.Helper()
	if !k.says(it(key)) {
		k.t.Fatalf("%q is missing on\n%s", it(key), outline(kiosk.View(k.state)))
	}
	return k
}

func TestWhoeverTakesAPlaceOfTodayAfterAllSendsNoContact(t *testing.T) {
	k := advance(t, privacy.AdvanceConsent).tap("service-carta", "other-day", "yes").types(typedPhone).tap("send").days(otherDays(rome(t))...)
	k.tap("back", "hour-A019", "take").send(kiosk.TicketMade{Ticket: later(k.zone)}, ended(paper.Printed, 0)).wantScreen("take")
	if _, sent := k.last().(kiosk.KeepContact); sent || k.keeps("4711") {
		t.Fatalf("%v %+v", k.effects, k.state)
	}
}

func TestOffThePolicyOrTheLinkTodayIsAsItAlwaysWas(t *testing.T) {
	if advance(t, privacy.AdvanceOff).tap("service-carta").offers("other-day") {
		t.Error("another day is offered where the office does not want it")
	}
	o := inviting()
	o.Reminders = privacy.Reminders{}
	k := openWith(t, heard)
	if k.send(kiosk.OfficeKnown{Office: o, Zone: k.zone}).tap("service-carta").offers("other-day") {
		t.Error("a contact would be asked for that nobody can take")
	}
	k = advance(t, privacy.AdvanceOpen).send(kiosk.LinkChanged{AsOf: saturday(rome(t), 9, 40)}).tap("service-carta").wantSays(locale.OtherDayOffline)
	if off, ok := kiosk.View(k.state).Root.Find(func(b kiosk.Box) bool { return b.Text == it(locale.OtherDayOpen) }); !ok || !off.Off || off.Tap != nil {
		t.Errorf("%+v", off)
	}
	if k.send(kiosk.OpenOtherDay{}).wantScreen("times").tap("take").wantScreen("issuing"); len(k.effects) != 1 {
		t.Errorf("%v", k.effects)
	}
	k = advance(t, privacy.AdvanceOpen).loseClock().tap("service-carta").wantScreen("number")
	if k.send(kiosk.OpenOtherDay{}).wantScreen("number"); k.offers("other-day") {
		t.Error("which day is another one nobody knows")
	}
}

func TestAServiceWithNothingTodayLeadsToOtherDays(t *testing.T) {
	k := advance(t, privacy.AdvanceOpen).tap("service-elettorale").wantScreen("nothing-left").tap("other-day").wantScreen("days-asking")
	if k.last().(kiosk.AskDays).Queue != "elettorale" {
		t.Fatalf("%#v", k.last())
	}
	k.days().wantScreen("no-days").tap("back").wantScreen("nothing-left").tap("back").wantScreen("start")
	k.send(kiosk.OffersChanged{}).wantScreen("nothing-left").tap("service-carta", "other-day").wantScreen("days-asking")
	if open(t).offers("service-elettorale") {
		t.Error("without other days there is nothing to choose")
	}
}

func TestATimeThatIsGoneLeadsToItsDayAnew(t *testing.T) {
	k := advance(t, privacy.AdvanceOpen).tap("service-carta", "other-day").days(otherDays(rome(t))...).tap("day-2026-11-23", "take")
	k.send(kiosk.TicketRefused{Why: kiosk.RefusedGone}).wantScreen("days-asking").days(otherDays(k.zone)...).wantScreen("day").wantSays(locale.TimesTaken)
	if k.offers("hour-9:00") || !k.offers("hour-9:10") {
		t.Fatal(outline(kiosk.View(k.state)))
	}
	if k.tap("hour-9:20"); k.says(it(locale.TimesTaken)) {
		t.Fatal("what is gone was said")
	}
	k.tap("back", "day-2026-11-24", "take").send(kiosk.TicketRefused{Why: kiosk.RefusedGone}).days(otherDays(k.zone)[:1]...).wantScreen("days")
	k.wantSays(locale.TimesTaken)
}

func TestARefusalOfTheLinkIsToldAsWhatItIs(t *testing.T) {
	k := advance(t, privacy.AdvanceOpen).tap("service-carta", "other-day").days(otherDays(rome(t))...).tap("day-2026-11-23", "take")
	k.fork().send(kiosk.TicketRefused{Why: kiosk.RefusedLink}).wantScreen("not-given").wantSays(locale.NotGivenOffline)
	k.fork().send(kiosk.TicketRefused{Why: kiosk.RefusedStorage}).wantScreen("not-given").wantSays(locale.NotGivenLead)
	k.after(9 * time.Second).wantScreen("issuing").after(time.Second).wantScreen("unclear")
	k.send(kiosk.TicketMade{Ticket: bookedAs(k.zone, k.last().(kiosk.Book))}).wantScreen("printing")
}

func TestAnAnswerForSomebodyWhoHasLeftIsNobodys(t *testing.T) {
	k := advance(t, privacy.AdvanceOpen).tap("service-carta", "other-day").after(10 * time.Second).wantScreen("no-days").wantSays(locale.DaysFailed)
	k.tap("back", "other-day").wantScreen("days-asking").send(kiosk.DaysKnown{Errand: 1, Days: otherDays(k.zone)}).wantScreen("days-asking")
	k.days(otherDays(k.zone)...).wantScreen("days")
	k = advance(t, privacy.AdvanceOpen).bears().tap("reminder").after(10 * time.Second).wantScreen("reminder-unreachable")
	k.tap("done").wantScreen("start").bears().tap("reminder").send(kiosk.ReminderKnown{Errand: 1, Reminder: kiosk.Reminder{On: true, Masked: "•99"}})
	if k.wantScreen("reminder-asking"); k.keeps("•99") {
		t.Fatal("another citizen's reminder")
	}
	k.send(kiosk.ReminderKnown{Errand: 2}).wantScreen("reminder-none")
	if k.last().(kiosk.AskReminder).Errand != 2 {
		t.Fatal(k.last())
	}
}

// TestTheRecordTellsTheReminderAsFarAsItIsKnown waits for the scheduler's answer beside what is known here.
func TestTheRecordTellsTheReminderAsFarAsItIsKnown(t *testing.T) {
	k := advance(t, privacy.AdvanceOff).bears().tap("record").wantScreen("record").wantSays(locale.RecordAsking)
	if k.says(it(locale.RecordNobody)) || k.offers("drop-reminder") {
		t.Fatal("more is said than is known")
	}
	on := kiosk.Reminder{On: true, Channel: privacy.SMS, Masked: "•••4711", Due: saturday(k.zone, 10, 30)}
	for _, answer := range []func(*totem){
		func(k *totem) { k.after(10 * time.Second).wantSays(locale.ReminderUnreachable) },
		func(k *totem) {
			k.after(11 * time.Second).send(kiosk.ReminderKnown{Errand: 1, Reminder: on}).wantSays(locale.RecordContact)
		},
		func(k *totem) {
			k.send(kiosk.ReminderKnown{Errand: 1, Failed: true, Reminder: on}).wantSays(locale.ReminderUnreachable)
		},
	} {
		f := k.fork()
		answer(f)
		if f.tap("drop-reminder").wantScreen("reminder-dropping"); f.keeps("4711") {
			t.Error("the contact is kept")
		}
		f.send(kiosk.ReminderDropped{Errand: f.last().(kiosk.Withdraw).Errand}).wantScreen("reminder-dropped").tap("back").wantScreen("own")
		if !f.says("A019") {
			t.Error(outline(kiosk.View(f.state)))
		}
	}
	k.fork().send(kiosk.ReminderKnown{Errand: 1}).wantSays(locale.RecordNobody)
	if k.send(kiosk.ReminderKnown{Errand: 1, Reminder: on}); !k.says("•••4711") || k.says(it(locale.RecordNobody)) {
		t.Fatal(outline(kiosk.View(k.state)))
	}
	if k.tap("back").send(kiosk.Finish{}); k.keeps("4711") {
		t.Fatal("the contact is kept")
	}
}
