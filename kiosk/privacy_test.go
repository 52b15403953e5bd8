package kiosk_test

import (
	"slices"
	"strings"
	"testing"

	"example.org/totem/kiosk"
	"example.org/totem/locale"
	"example.org/totem/privacy"
)

func TestPrivacyIsOneTouchFromTheStartAndOneBack(t *testing.T) {
	k := open(t).tap("privacy").wantScreen("privacy")
	for _, words := range []string{it(locale.PrivacyTitle), it(locale.NoticeFreeToday), it(locale.HelpController, locale.Word("name", "Comune di Valfiorita")),
		it(locale.PrivacyKeptWhat), it(locale.PrivacyRights)} {
		if !k.says(words) {
			t.Errorf("%q is missing:\n%s", words, outline(kiosk.View(k.state)))
		}
	}
	k.tap("back").wantScreen("start").send(kiosk.OpenPrivacy{}, kiosk.OpenPrivacy{}).wantScreen("start")
}

func TestEachLayerIsOneTouchAwayAndLeadsOneUp(t *testing.T) {
	for _, layer := range []string{"contacts", "kept"} {
		k := open(t).tap("service-carta").send(kiosk.OpenPrivacy{}).tap(layer).wantScreen("privacy-" + layer).tap("back").wantScreen("privacy")
		k.tap("back").wantScreen("times").send(kiosk.OpenPrivacy{}).tap(layer).send(kiosk.OpenPrivacy{}).wantScreen("times")
		k.send(kiosk.OpenPrivacy{}).wantScreen("privacy")
	}
	open(t).send(kiosk.OpenLayer{Layer: kiosk.LayerKept}).wantScreen("start")
	open(t).send(kiosk.OpenPrivacy{}, kiosk.OpenLayer{Layer: "zz"}).wantScreen("privacy")
}

func TestOnlyTheContactsThatTheOfficeHasAreShown(t *testing.T) {
	office := valfiorita()
	show := func(c privacy.Controller) *totem {
		office.Controller = c
		return open(t).send(kiosk.OfficeKnown{Office: office, Zone: rome(t)}, kiosk.OpenPrivacy{})
	}
	all := privacy.Controller{Name: "Comune", Address: "piazza 1", Email: "a@b.example", PEC: "c@pec.example", Phone: "000 000", DPO: "d@b.example"}
	k := show(all).tap("contacts")
	for _, words := range []string{"Comune", it(locale.ContactAddress, locale.Word("address", "piazza 1")), it(locale.ContactEmail, locale.Word("address", "a@b.example")), it(locale.ContactPEC, locale.Word("address", "c@pec.example")), it(locale.ContactPhone, locale.Word("number", "000 000")),
		it(locale.ContactDPO), it(locale.ContactEmail, locale.Word("address", "d@b.example")), it(locale.ContactDPOOnly)} {
		if !k.says(words) {
			t.Errorf("%q is missing:\n%s", words, outline(kiosk.View(k.state)))
		}
	}
	k = show(privacy.Controller{DPO: "d@b.example"}).tap("contacts")
	if k.says(it(locale.ContactController)) || k.says("PEC") || !k.says("d@b.example") {
		t.Error(outline(kiosk.View(k.state)))
	}
	k = show(privacy.Controller{Name: "Comune", Phone: "000 000"}).tap("contacts")
	if k.says(it(locale.ContactDPO)) || k.says("piazza 1") || !k.says(it(locale.ContactPhone, locale.Word("number", "000 000"))) {
		t.Error(outline(kiosk.View(k.state)))
	}
	k = show(privacy.Controller{}).send(kiosk.OpenLayer{Layer: kiosk.LayerContacts}).wantScreen("privacy")
	if k.offers("contacts") {
		t.Error("a key leads to contacts that nobody has")
	}
}

// TestWhatIsSaidToBeKeptIsWhatIsShownOfATicket compares the list that everybody can read with the record of a ticket of
// which everything is stored.
func TestWhatIsSaidToBeKeptIsWhatIsShownOfATicket(t *testing.T) {
	names := func(fields []kiosk.Box) (all []string) {
		for _, f := range fields {
			all = append(all, f.Children[0].Text)
		}
		return all
	}
	r := held(rome(t))
	r.Service, r.Waiting, r.Slip, r.Slot.Hands, r.Slot.Ticket.Moved = "carta", 1, true, 1, true
	stored := names(open(t).record(r))
	kept := open(t).send(kiosk.OpenPrivacy{}).tap("kept").fields()
	if got := names(kept); !slices.Equal(got, stored) {
		t.Errorf("said to be kept:\n%q\nstored:\n%q", got, stored)
	}
	for _, f := range kept {
		if text := words(f); !strings.Contains(text, "Serve") || !strings.Contains(text, "Si cancella") || strings.Contains(text, "gennaio") {
			t.Error(text)
		}
	}
}
