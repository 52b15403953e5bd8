package kiosk_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"example.org/totem/booking"
	"example.org/totem/kiosk"
)

// shown returns the services on the screen, and whether there is a key to others.
func (k *totem) shown() (services string, more bool) {
	var ids []string
	for b := range kiosk.View(k.state).Root.All() {
		if b.Role == kiosk.RoleService {
			ids = append(ids, strings.TrimPrefix(b.ID, "service-"))
		}
		more = more || b.Role == kiosk.RoleMore
	}
	return strings.Join(ids, " "), more
}

func (k *totem) wantServices(want string, more bool) *totem {
	k.t.Helper()
	if got, key := k.shown(); got != want || key != more {
		k.t.Fatalf("services %q, a key to others: %t; want %q, %t", got, key, want, more)
	}
	return k
}

func TestPagesOfServicesComeRound(t *testing.T) {
	k := openWith(t, kiosk.Config{Services: 3}).wantServices("carta civile", true)
	k.tap("more").wantServices("sociale elettorale", true)
	k.tap("more").wantServices("carta civile", true)
}

func TestServicesThatFitAreAllShownWithoutAKey(t *testing.T) {
	for _, held := range []int{0, 4, kiosk.WideServices, kiosk.UprightServices} {
		openWith(t, kiosk.Config{Services: held}).wantServices("carta civile sociale elettorale", false)
	}
	openWith(t, kiosk.Config{Services: -7}).wantServices("carta", true)
}

func TestAnOfficeOfManyServicesFillsTheScreensOfBothPanels(t *testing.T) {
	many := valfiorita()
	for len(many.Services) < 14 {
		more := many.Services[0]
		more.ID += booking.ServiceID(strconv.Itoa(len(many.Services)))
		many.Services = append(many.Services, more)
	}
	for held, want := range map[int][]int{0: {8, 6}, kiosk.WideServices: {5, 5, 4}} {
		k := openWith(t, kiosk.Config{Services: held}).send(kiosk.OfficeKnown{Office: many, Zone: rome(t)})
		var got []int
		for range want {
			services, _ := k.shown()
			got = append(got, len(strings.Fields(services)))
			k.tap("more")
		}
		if !slices.Equal(got, want) {
			t.Errorf("a screen that holds %d: pages of %v, want %v", held, got, want)
		}
	}
}

func TestTheFirstFreeSlotOfAServiceOnTheSecondPageIsThreeTapsAway(t *testing.T) {
	k := openWith(t, kiosk.Config{Services: 3}).tap("more", "service-sociale", "take").wantScreen("issuing")
	if got := k.effects[0].(kiosk.Issue).Number; got != "D007" {
		t.Fatalf("took %s", got)
	}
}

func TestThePageOfServicesIsKeptOnTheWayBackAndForgottenAtTheEnd(t *testing.T) {
	k := openWith(t, kiosk.Config{Services: 3}).tap("more", "service-sociale", "back").wantServices("sociale elettorale", true)
	k.send(kiosk.Finish{}).wantServices("carta civile", true)
	k.tap("more").after(100 * time.Second).wantScreen("still-here").after(time.Minute)
	k.wantServices("carta civile", true)
}

func TestAPageThatIsNoLongerThereIsNotShown(t *testing.T) {
	k := openWith(t, kiosk.Config{Services: 3}).tap("more")
	office := valfiorita()
	office.Services = office.Services[:3]
	k.send(kiosk.OfficeKnown{Office: office, Zone: k.zone}).wantServices("carta civile sociale", false)
}

func TestPlacesOfAStartAreSummedAndNoneWithoutANumber(t *testing.T) {
	k := open(t)
	few := offers(k.zone, 1)
	few[0].Times = []kiosk.Time{
		{Start: saturday(k.zone, 9, 50), Number: "A012", Places: 6},
		{Start: saturday(k.zone, 10, 0), Number: "A018", Places: 7},
		{Start: saturday(k.zone, 10, 10), Number: "A025"},
		{Start: saturday(k.zone, 10, 20)},
	}
	if k.send(kiosk.OffersChanged{Offers: few}); !k.says("14 posti oggi") {
		t.Fatal(outline(kiosk.View(k.state)))
	}
}
