package kiosk_test

import (
	"slices"
	"testing"
	"time"

	"example.org/totem/booking"
	"example.org/totem/kiosk"
	"example.org/totem/locale"
	"example.org/totem/paper"
)

// opened are the offers of the morning; of the first n times of a queue that this totem has slots of it has none any more,
// and the scheduler can grant two.
func opened(zone *time.Location, n int) []kiosk.Offer {
	all := offers(zone, 9)
	for i := range all {
		for j := range all[i].Times[:min(n, len(all[i].Times))] {
			if t := &all[i].Times[j]; t.Number != "" {
				t.Number, t.Places, t.Open = "", 0, 2
			}
		}
	}
	return all
}

// openAt returns a totem that must ask for the first n times.
func openAt(t TB, n int) *totem {
	k := open(t)
	return k.send(kiosk.OffersChanged{Offers: opened(k.zone, n)})
}

func TestATimeThatTheOfficeHasToGrantTakesTheSameTouches(t *testing.T) {
	k := openAt(t, 1).tap("service-carta").wantScreen("times")
	if !k.says("9:50") || k.says("A012") || !k.says(it(locale.DaysPromise)) || k.says(it(locale.TimesPromise)) {
		t.Fatal(outline(kiosk.View(k.state)))
	}
	k.tap("take").wantScreen("issuing").wantSays(locale.BookingProgress)
	want := []kiosk.Effect{kiosk.Book{Service: "carta", Key: key("carta", k.zone), Start: saturday(k.zone, 9, 50), Lang: locale.Italian}}
	if !slices.Equal(want, k.effects) {
		t.Fatalf("asked %v, want %v", k.effects, want)
	}
	k.send(kiosk.TicketMade{Ticket: ticket(k.zone)}).wantScreen("printing").send(ended(paper.Printed, 0)).wantScreen("take")
	if !k.says("A012") {
		t.Fatal(outline(kiosk.View(k.state)))
	}
	k = openAt(t, 9).tap("service-carta", "hour-10:20").wantScreen("times").tap("take").wantScreen("issuing")
	if got := k.last().(kiosk.Book).Start; !got.Equal(saturday(k.zone, 10, 20)) {
		t.Fatalf("asked for %v", got)
	}
}

func TestOfASlotOfItsOwnATotemAsksNobody(t *testing.T) {
	all := offers(rome(t), 9)
	all[0].Times[0].Open = 3
	k := open(t).send(kiosk.OffersChanged{Offers: all})
	if !k.says("11 posti oggi") { // eight of its own, and three that others have
		t.Fatal(outline(kiosk.View(k.state)))
	}
	k.tap("service-carta", "take")
	if _, own := k.last().(kiosk.Issue); !own {
		t.Fatalf("%#v", k.last())
	}
	k = openAt(t, 1).tap("service-carta")
	stale := kiosk.TakeStart{Start: saturday(k.zone, 9, 50)}
	k.send(kiosk.OffersChanged{Offers: offers(k.zone, 9)}, stale) // it was granted one meanwhile
	if issue, own := k.last().(kiosk.Issue); !own || issue.Number != "A012" {
		t.Fatalf("%#v", k.last())
	}
}

func TestWithoutALinkOrAClockOnlyOwnSlotsAreOffered(t *testing.T) {
	k := openAt(t, 1).send(kiosk.LinkChanged{AsOf: saturday(rome(t), 9, 40)})
	if !k.says("7 posti oggi") {
		t.Fatal(outline(kiosk.View(k.state)))
	}
	k.tap("service-carta").send(kiosk.ChooseStart{Start: saturday(k.zone, 9, 50)}, kiosk.TakeStart{Start: saturday(k.zone, 9, 50)})
	if len(k.effects) != 0 || !k.says(it(locale.ReminderUnreachable)) || k.says(it(locale.TimesTaken)) {
		t.Fatalf("%v\n%s", k.effects, outline(kiosk.View(k.state)))
	}
	if k.send(kiosk.LinkChanged{Up: true}); k.says(it(locale.ReminderUnreachable)) || !k.says("9:50") {
		t.Fatal(outline(kiosk.View(k.state)))
	}
	k = openAt(t, 1).loseClock().tap("service-carta").wantScreen("number").send(kiosk.TakeStart{Start: saturday(rome(t), 9, 50)}).tap("take")
	if issue := k.effects[0].(kiosk.Issue); len(k.effects) != 1 || issue.Number != "A013" {
		t.Fatalf("%v", k.effects)
	}
}

func TestWhatOnlyTheOfficeCouldGiveIsNotCalledGoneWhileItCannotBeAsked(t *testing.T) {
	k := openAt(t, 9).send(kiosk.LinkChanged{AsOf: saturday(rome(t), 9, 40)}).wantScreen("nothing-left").wantSays(locale.NothingHere)
	if k.says(it(locale.NothingTitle)) {
		t.Fatal(outline(kiosk.View(k.state)))
	}
	k = openAt(t, 9).tap("service-carta", "hour-10:00").send(kiosk.LinkChanged{}).wantScreen("nothing-left").wantSays(locale.NothingHereThis)
	if k.says(it(locale.TimesTaken)) || k.says(it(locale.NothingThis)) {
		t.Fatal(outline(kiosk.View(k.state)))
	}
	all := opened(k.zone, 9)
	all[1] = offers(k.zone, 9)[1]
	k = open(t).send(kiosk.OffersChanged{Offers: all}, kiosk.LinkChanged{})
	carta, _ := kiosk.View(k.state).Root.Find(func(b kiosk.Box) bool { return b.ID == "service-carta" })
	if !says(carta, it(locale.ServiceNone)) || says(carta, it(locale.ServiceFinished)) {
		t.Fatal(outline(kiosk.View(k.state)))
	}
}

func TestATimeThatIsGoneAtTheOfficeIsSaidAndNotOfferedAgain(t *testing.T) {
	k := openAt(t, 2).tap("service-carta", "take").send(kiosk.TicketRefused{Why: kiosk.RefusedGone}).wantScreen("times").wantSays(locale.TimesTaken)
	if k.offers("hour-9:50") || !k.offers("hour-10:00") {
		t.Fatal(outline(kiosk.View(k.state)))
	}
	k.tap("take")
	if got := k.last().(kiosk.Book).Start; !got.Equal(saturday(k.zone, 10, 0)) {
		t.Fatalf("asked for %v", got)
	}
	own := offers(k.zone, 9)
	own[0].Times[0].Open = 1
	k = open(t).send(kiosk.OffersChanged{Offers: own}).tap("service-carta", "take").send(kiosk.TicketRefused{Why: kiosk.RefusedGone}).tap("take")
	if book, asks := k.last().(kiosk.Book); !asks || !book.Start.Equal(saturday(k.zone, 9, 50)) {
		t.Fatalf("the office has one more at that time, and %#v was asked", k.last())
	}
}

func TestAnOfficeThatDoesNotAnswerLeadsBackToTheTimesWithThatSentence(t *testing.T) {
	k := openAt(t, 1).tap("service-carta", "take").send(kiosk.TicketRefused{Why: kiosk.RefusedLink}).wantScreen("times")
	k.wantSays(locale.NotGivenTitle).wantSays(locale.TimesNoAnswer)
	if k.tap("hour-A013"); k.says(it(locale.TimesNoAnswer)) {
		t.Fatal("what was said is said again")
	}
	k = openAt(t, 9).tap("service-carta", "take").send(kiosk.LinkChanged{}, kiosk.TicketRefused{Why: kiosk.RefusedLink}).wantScreen("nothing-left")
	k.wantSays(locale.NotGivenTitle).wantSays(locale.TimesNoAnswer)
}

func TestNobodyWaitsLongerThanTenSecondsForTheOffice(t *testing.T) {
	k := openAt(t, 1).tap("service-carta", "take").after(9 * time.Second).wantScreen("issuing").after(time.Second).wantScreen("unclear")
	k.fork().send(kiosk.TicketMade{Ticket: ticket(k.zone)}).wantScreen("printing")
	k.send(kiosk.TicketRefused{Why: kiosk.RefusedGone}).wantScreen("times")
}

func TestTheClockMayBeLostWhileTheOfficeIsAsked(t *testing.T) {
	for _, why := range []kiosk.Refusal{kiosk.RefusedGone, kiosk.RefusedLink} {
		k := openAt(t, 1).tap("service-carta", "take").loseClock().send(kiosk.TicketRefused{Why: why}).wantScreen("not-given")
		k.wantNoTime().wantSays(locale.NotGivenLead)
	}
}

func TestTheChosenTimeStaysWhateverSlotOfItThereIs(t *testing.T) {
	k := open(t).tap("service-carta", "hour-A015").send(kiosk.OffersChanged{Offers: opened(rome(t), 9)}).tap("take")
	if got := k.last().(kiosk.Book).Start; !got.Equal(saturday(k.zone, 10, 20)) {
		t.Fatalf("asked for %v", got)
	}
	k = openAt(t, 9).tap("service-carta", "hour-10:20").send(kiosk.OffersChanged{Offers: offers(rome(t), 9)}).tap("take")
	if got := k.last().(kiosk.Issue).Number; got != "A015" {
		t.Fatalf("took %s", got)
	}
}

// TestEveryTimeThatTheOfficeCanGrantIsAtMostThreeTapsAway is as for the slots of the totem's own.
func TestEveryTimeThatTheOfficeCanGrantIsAtMostThreeTapsAway(t *testing.T) {
	k := openAt(t, 9).tap("service-carta")
	taps := map[booking.Clock]int{}
	for _, c := range controls(kiosk.View(k.state).Root) {
		f := k.fork().send(c.Tap)
		if take, ok := kiosk.View(f.state).Root.Find(func(b kiosk.Box) bool { return b.ID == "take" }); ok {
			if book, asks := f.send(take.Tap).last().(kiosk.Book); asks {
				taps[booking.ClockOf(book.Start, k.zone)]++
			}
		}
	}
	for _, open := range opened(k.zone, 9)[0].Times {
		if at := booking.ClockOf(open.Start, k.zone); open.Open > 0 && taps[at] == 0 {
			t.Errorf("%s is not within three taps", at)
		}
	}
}

func TestEveryFreeSlotIsAtMostThreeTapsAway(t *testing.T) {
	type path struct {
		state kiosk.State
		taps  int
	}
	reached := map[booking.Number]int{}
	front := []path{{open(t).state, 0}}
	for len(front) > 0 {
		p := front[0]
		front = front[1:]
		for _, control := range controls(kiosk.View(p.state).Root) {
			next, effects := kiosk.Update(p.state, control.Tap)
			for _, e := range effects {
				if issue, ok := e.(kiosk.Issue); ok && reached[issue.Number] == 0 {
					reached[issue.Number] = p.taps + 1
				}
			}
			if p.taps < 2 {
				front = append(front, path{next, p.taps + 1})
			}
		}
	}
	for _, offer := range offers(rome(t), 9) {
		for _, slot := range offer.Times {
			if slot.Number != "" && reached[slot.Number] == 0 {
				t.Errorf("%s is not within three taps", slot.Number)
			}
		}
	}
	if reached["D007"] != 2 {
		t.Errorf("the first free slot of the second queue takes %d taps", reached["D007"])
	}
	if reached["A012"] != 2 {
		t.Errorf("the first free slot takes %d taps", reached["A012"])
	}
}
