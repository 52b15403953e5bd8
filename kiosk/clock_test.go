package kiosk_test

import (
	"regexp"
	"slices"
	"testing"
	"time"

	"example.org/totem/booking"
	"example.org/totem/kiosk"
	"example.org/totem/locale"
	"example.org/totem/paper"
)

// hour is how a time of day looks in every language.
var hour = regexp.MustCompile(`[0-9]:[0-9]{2}|[0-9]\.[0-9]{2}`)

// wantNoTime fails if the screen says an hour, a weekday or a month.
func (k *totem) wantNoTime() *totem {
	k.t.Helper()
	for b := range kiosk.View(k.state).Root.All() {
		if hour.MatchString(b.Text) || b.Role == kiosk.RoleClock || b.Role == kiosk.RoleHours {
			k.t.Fatalf("%s says %q on:\n%s", b.Role, b.Text, outline(kiosk.View(k.state)))
		}
	}
	for _, word := range []string{"novembre", "lunedì", "sabato", "fra ", "November", "Monday"} {
		if k.says(word) && !k.says("Lo schermo si azzera fra ") {
			k.t.Fatalf("%q on:\n%s", word, outline(kiosk.View(k.state)))
		}
	}
	return k
}

func TestWithoutAClockTheNextNumberIsTwoTapsAwayAndNoTimeIsSaid(t *testing.T) {
	k := open(t).loseClock().wantScreen("start").wantNoTime()
	k.tap("service-carta").wantScreen("number").wantNoTime()
	if !k.says("Ora il totem non conosce l'ora esatta.") || !k.says("i numeri sono chiamati in ordine") {
		t.Fatal(outline(kiosk.View(k.state)))
	}
	k.tap("take").wantScreen("issuing").wantNoTime()
	want := []kiosk.Effect{kiosk.Issue{Service: "carta", Key: key("carta", k.zone), Number: "A012", Lang: locale.Italian, NoTime: true}}
	if !slices.Equal(want, k.effects) {
		t.Fatalf("asked %v, want %v", k.effects, want)
	}
	made := ticket(k.zone)
	made.Start = time.Time{}
	k.send(kiosk.TicketMade{Ticket: made}).wantScreen("printing").wantNoTime()
	k.send(ended(paper.Printed, 0)).wantScreen("take").wantNoTime()
	if !k.says("A012") || !k.says("chiamato in ordine") {
		t.Fatal(outline(kiosk.View(k.state)))
	}
}

func TestWithoutAClockNumbersCannotBePickedOutOfOrder(t *testing.T) {
	k := open(t).loseClock().tap("service-carta").send(kiosk.ChooseTime{Number: "A015"}).tap("take")
	if got := k.effects[0].(kiosk.Issue).Number; got != "A012" {
		t.Fatalf("took %s", got)
	}
}

func TestWithoutAClockOffersOfTheToldDayAreGivenWhateverTheTicksSay(t *testing.T) {
	k := open(t).loseClock().send(kiosk.Tick{Now: time.Unix(0, 0)}).wantScreen("start").wantNoTime()
	k.send(kiosk.ClockChanged{Unknown: true, Day: booking.DayOf(k.now, k.zone)}).wantScreen("nothing-left").wantNoTime()
	k.send(kiosk.ClockChanged{Unknown: true}).wantScreen("nothing-left").wantNoTime()
}

func TestNormalScreensReturnByThemselvesAndATicketWithoutATimeKeepsNone(t *testing.T) {
	k := open(t).loseClock().numbered().send(ended(paper.Printed, 0)).wantScreen("take")
	k.send(kiosk.ClockChanged{}, kiosk.Tick{Now: saturday(k.zone, 9, 42)}).wantScreen("take")
	if !k.says("A012") || !k.says("chiamato in ordine") || k.says("9:50") {
		t.Fatal(outline(kiosk.View(k.state)))
	}
	k.tap("done").wantScreen("start")
	if !k.says("9:42") || !k.says("9:50") {
		t.Fatal(outline(kiosk.View(k.state)))
	}
}

func TestWhoeverIsChoosingWhenTheClockIsLostOrFoundGoesOnWithTheSameService(t *testing.T) {
	k := open(t).tap("service-carta", "hour-A015").loseClock().wantScreen("number").wantNoTime()
	k.send(kiosk.ClockChanged{}, kiosk.Tick{Now: k.now.Add(time.Minute)}).wantScreen("times")
	if !k.says("9:50") {
		t.Fatal(outline(kiosk.View(k.state)))
	}
}

func TestAJumpOfTheTimeEndsNobodysConversation(t *testing.T) {
	for _, jump := range []time.Duration{-1000 * time.Hour, 1000 * time.Hour} {
		k := open(t).loseClock().tap("service-carta").after(time.Second)
		k.send(kiosk.ClockChanged{}, kiosk.OffersChanged{Offers: offers(k.zone, 9)}, kiosk.Tick{Now: k.now.Add(jump)})
		if got := k.screen(); got != "times" && got != "nothing-left" {
			t.Errorf("after %v: screen %q", jump, got)
		}
	}
}

func TestAFoundSlipSaysItsOwnDateWhileTodayIsUnknown(t *testing.T) {
	k := open(t).send(kiosk.SlipFound{Ticket: ticket(rome(t))}).loseClock().wantScreen("found")
	if !k.says("sabato 21 novembre alle 9:50") || k.says("oggi alle") {
		t.Fatal(outline(kiosk.View(k.state)))
	}
}

func TestAFoundSlipIsKeptWhileNobodyKnowsWhetherItsDayIsOver(t *testing.T) {
	k := open(t).send(kiosk.SlipFound{Ticket: ticket(rome(t))}).loseClock().send(kiosk.Tick{Now: saturday(rome(t), 9, 0).AddDate(1, 0, 0)})
	k.wantScreen("found").send(kiosk.ClockChanged{}, kiosk.Tick{Now: k.now})
	if k.screen() == "found" {
		t.Fatal("a slip outlives its day")
	}
}

func TestTheAgeOfTheDataIsSaidWhereverTimesAreOfferedAndWithoutAClockNoHourOfIt(t *testing.T) {
	for _, play := range []func(k *totem){
		func(*totem) {},
		func(k *totem) { k.tap("service-carta") },
		func(k *totem) { k.send(kiosk.OffersChanged{}) },
		func(k *totem) { k.tap("service-carta").send(kiosk.OffersChanged{}) },
	} {
		k := open(t)
		play(k)
		if k.says("Dati ") {
			t.Error("the data are of now: " + outline(kiosk.View(k.state)))
		}
		if k.send(kiosk.LinkChanged{AsOf: saturday(k.zone, 9, 40)}); !k.says("Dati delle ore 9:40") {
			t.Error(outline(kiosk.View(k.state)))
		}
		if k.loseClock().wantNoTime(); !k.says("Dati forse non aggiornati") {
			t.Error(outline(kiosk.View(k.state)))
		}
	}
}
