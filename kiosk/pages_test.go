package kiosk_test

import (
	"fmt"
	"hash/fnv"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"example.org/totem/booking"
	"example.org/totem/kiosk"
	"example.org/totem/paper"
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
	k := openWith(t, kiosk.Config{Room: shelf{kiosk.RoleService: 2}}).wantServices("carta civile", true)
	k.tap("more").wantServices("sociale elettorale", true)
	k.tap("more").wantServices("carta civile", true)
}

func TestServicesThatFitAreAllShownWithoutAKey(t *testing.T) {
	for _, room := range []kiosk.Room{nil, shelf{}, shelf{kiosk.RoleService: 4}} {
		openWith(t, kiosk.Config{Room: room}).wantServices("carta civile sociale elettorale", false)
	}
}

func TestAnOfficeOfManyServicesFillsThePages(t *testing.T) {
	many := valfiorita()
	for len(many.Services) < 14 {
		more := many.Services[0]
		more.ID += booking.ServiceID(strconv.Itoa(len(many.Services)))
		many.Services = append(many.Services, more)
	}
	for held, want := range map[int][]int{8: {8, 6}, 5: {5, 5, 4}, 13: {13, 1}} {
		k := openWith(t, kiosk.Config{Room: shelf{kiosk.RoleService: held}}).send(kiosk.OfficeKnown{Office: many, Zone: rome(t)})
		var got []int
		for i := range want {
			services, _ := k.shown()
			got = append(got, len(strings.Fields(services)))
			if !k.says("Pagina " + strconv.Itoa(i+1) + " di " + strconv.Itoa(len(want))) {
				t.Error(outline(kiosk.View(k.state)))
			}
			k.tap("more")
		}
		if !slices.Equal(got, want) {
			t.Errorf("a screen that holds %d: pages of %v, want %v", held, got, want)
		}
	}
}

func TestTheFirstFreeSlotOfAServiceOnTheSecondPageIsThreeTapsAway(t *testing.T) {
	k := openWith(t, kiosk.Config{Room: shelf{kiosk.RoleService: 2}}).tap("more", "service-sociale", "take").wantScreen("issuing")
	if got := k.effects[0].(kiosk.Issue).Number; got != "D007" {
		t.Fatalf("took %s", got)
	}
}

func TestThePageOfServicesIsKeptOnTheWayBackAndForgottenAtTheEnd(t *testing.T) {
	k := openWith(t, kiosk.Config{Room: shelf{kiosk.RoleService: 2}}).tap("more", "service-sociale", "back").wantServices("sociale elettorale", true)
	k.send(kiosk.Finish{}).wantServices("carta civile", true)
	k.tap("more").after(100 * time.Second).wantScreen("still-here").after(time.Minute)
	k.wantServices("carta civile", true)
}

func TestAPageThatIsNoLongerThereIsNotShown(t *testing.T) {
	k := openWith(t, kiosk.Config{Room: shelf{kiosk.RoleService: 2}}).tap("more")
	office := valfiorita()
	office.Services = office.Services[:2]
	k.send(kiosk.OfficeKnown{Office: office, Zone: k.zone}).wantServices("carta civile", false)
	office.Services = valfiorita().Services[1:]
	k.send(kiosk.TurnPage{To: 7}, kiosk.OfficeKnown{Office: office, Zone: k.zone}).wantServices("civile sociale", true)
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

// moody is a panel of which nobody knows what it holds: it answers the same for equal screens, and nothing else can be
// said of it.
type moody struct{ seed uint32 }

func (m moody) Fits(s kiosk.Screen) bool {
	if m.seed == 0 {
		return false
	}
	sum := fnv.New32a()
	fmt.Fprint(sum, m.seed, outline(s))
	return sum.Sum32()%3 > 0
}

// said returns what a screen says, box by box, the way to other pages left out, and whether there is one.
func said(s kiosk.Screen) (says []string, to int) {
	body, _ := s.Root.Find(func(b kiosk.Box) bool { return b.Role == kiosk.RoleBody })
	for b := range body.All() {
		switch turn, ok := b.Tap.(kiosk.TurnPage); {
		case ok:
			to = turn.To
		case b.Text != "" && b.Role != kiosk.RolePage:
			says = append(says, string(b.Role)+" "+b.ID+" "+b.Text)
		}
	}
	return says, to
}

// TestNothingIsLostWhateverThePanelHolds leads to screens that have much to say, and turns their pages on panels that
// hold nothing, or whatever they like.
func TestNothingIsLostWhateverThePanelHolds(t *testing.T) {
	for name, way := range map[string]func(k *totem){
		"start": func(*totem) {}, "times": func(k *totem) { k.send(kiosk.ChooseService{Service: "carta"}) },
		"number": func(k *totem) { k.loseClock().send(kiosk.ChooseService{Service: "carta"}) },
		"help":   func(k *totem) { k.send(kiosk.OpenHelp{}) }, "privacy": func(k *totem) { k.send(kiosk.OpenPrivacy{}) },
		"kept":   func(k *totem) { k.send(kiosk.OpenPrivacy{}, kiosk.OpenLayer{Layer: kiosk.LayerKept}) },
		"record": func(k *totem) { k.shows(held(k.zone)).send(kiosk.ShowRecord{}) },
		"failed": func(k *totem) {
			k.send(kiosk.ChooseService{Service: "carta"}, kiosk.TakeTime{Number: "A012"}, kiosk.TicketMade{Ticket: ticket(k.zone)})
			k.send(ended(paper.NotPrinted, 0))
		},
	} {
		for _, text := range []int{0, 3} {
			look := slices.Repeat([]kiosk.Msg{kiosk.ChangeText{}}, text)
			whole := open(t).send(look...)
			way(whole)
			want, _ := said(kiosk.View(whole.state))
			for seed := range uint32(8) {
				k := openWith(t, kiosk.Config{Room: moody{seed}}).send(look...)
				way(k)
				got := k.turned()
				if lost := slices.DeleteFunc(slices.Clone(want), func(words string) bool { return slices.Contains(got, words) }); len(lost) > 0 {
					t.Errorf("%s, panel %d, text %d: lost %q", name, seed, text, lost)
				}
				if added := slices.DeleteFunc(got, func(words string) bool { return slices.Contains(want, words) }); len(added) > 0 {
					t.Errorf("%s, panel %d, text %d: %q is not on the whole screen", name, seed, text, added)
				}
			}
		}
	}
}

// turned returns what all pages of the screen say.
func (k *totem) turned() (says []string) {
	k.t.Helper()
	for page := 0; ; {
		screen := kiosk.View(k.state)
		if again := kiosk.View(k.state); !reflect.DeepEqual(screen, again) {
			k.t.Fatalf("the same state is shown in two ways:\n%s\n%s", outline(screen), outline(again))
		}
		words, to := said(screen)
		says = append(says, words...)
		if to != page+1 {
			return says
		}
		page = to
		k.send(kiosk.TurnPage{To: to})
	}
}

func TestTheWayToTheOtherPagesLeadsRoundAndDoesNotCallTheFirstTheNext(t *testing.T) {
	k := openWith(t, kiosk.Config{Room: shelf{kiosk.RoleField: 6}}).shows(held(rome(t))).tap("record", "more")
	last, _ := kiosk.View(k.state).Root.Find(func(b kiosk.Box) bool { return b.ID == "more" })
	if last.Tap != (kiosk.TurnPage{To: 0}) || last.Text != "Altra pagina" {
		t.Errorf("%q leads to %v", last.Text, last.Tap)
	}
}
