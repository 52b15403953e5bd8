package layout_test

import (
	"image"
	"testing"

	"example.org/totem/kiosk"
	"example.org/totem/ui/layout"
	"example.org/totem/ui/look"
)

func TestTheValueOfAFieldStandsOnTheLineOfItsName(t *testing.T) {
	set := setter(t)
	for name, panel := range panels() {
		plan := layout.Place(set, panel, body(kiosk.Box{Role: kiosk.RoleRecord, Children: []kiosk.Box{
			{Role: kiosk.RoleField, Children: []kiosk.Box{said(kiosk.RoleName, "Numero"), said(kiosk.RoleStrong, "A012"),
				said(kiosk.RoleNote, "Serve per chiamare il numero."), said(kiosk.RoleNote, "Si cancella stanotte.")}},
			{Role: kiosk.RoleField, Children: []kiosk.Box{said(kiosk.RoleName, "Stato"), said(kiosk.RoleNote, "Serve per chiamare.")}},
		}}), "")
		at := map[string]layout.Shape{}
		for _, s := range plan.Shapes {
			at[s.Words] = s
		}
		called, is, second := at["Numero"], at["A012"], at["Stato"]
		if called.At.Y != is.At.Y || is.At.X <= called.Rect.Max.X || len(plan.Misfits) > 0 {
			t.Errorf("%s: name at %v, value at %v; %v", name, called.At, is.At, plan.Misfits)
		}
		if second.At.X != called.At.X || second.Style.Weight != is.Style.Weight {
			t.Errorf("%s: a field without a value is set at %v in %v", name, second.At, second.Style)
		}
	}
}

func TestAPromiseLeadsToMoreAboutIt(t *testing.T) {
	set := setter(t)
	for name, panel := range panels() {
		for words, promised := range map[string]string{
			"Privacy e diritti": "Per prendere il posto non servono dati personali.", "Privacy": "Nessun dato.",
			"Datenschutz und Ihre Rechte auf Auskunft": "Für den Platz sind keine persönlichen Daten nötig.",
		} {
			plan := layout.Place(set, panel, body(said(kiosk.RoleTitle, "Quale servizio?"), kiosk.Box{Role: kiosk.RolePromise, Children: []kiosk.Box{
				said(kiosk.RoleStrong, promised),
				{Role: kiosk.RoleLink, ID: "privacy", Text: words, Tap: kiosk.OpenPrivacy{}},
			}}), "")
			link, _ := plan.Find("privacy")
			least := panel.Scale().MM(look.SecondTarget)
			inside, arrow := false, image.Rectangle{}
			for _, s := range plan.Shapes[1:] { // the first covers the panel
				inside = inside || s.Kind == layout.Block && link.Rect.In(s.Rect)
				if s.Kind == layout.Icon && s.Words == "more" {
					arrow = s.Rect
				}
			}
			if !inside || link.Rect.Dy() < least || link.Rect.Dx() < least || !arrow.Overlaps(link.Rect) || len(plan.Misfits) > 0 {
				t.Errorf("%s: %q lies at %v, its arrow at %v; %v", name, words, link.Rect, arrow, plan.Misfits)
			}
		}
	}
}

func TestWhichPageItIsStandsOnTheKeyThatTurnsPages(t *testing.T) {
	set := setter(t)
	more := kiosk.Box{Role: kiosk.RoleMore, ID: "more", Text: "Altri servizi", Tap: kiosk.TurnPage{To: 1}}
	page, own := said(kiosk.RolePage, "Pagina 1 di 3"), kiosk.Box{Role: kiosk.RoleButton, ID: "own", Text: "Ho già un biglietto", Tap: kiosk.OpenTicket{}}
	for name, panel := range panels() {
		for _, boxes := range [][]kiosk.Box{{more, page, own}, {page, more, own}} {
			plan := layout.Place(set, panel, body(append([]kiosk.Box{said(kiosk.RoleTitle, "Quale servizio?")}, boxes...)...), "")
			key, _ := plan.Find("more")
			beside, _ := plan.Find("own")
			at := places(plan)["Pagina 1 di 3"]
			if at.Empty() || !at.In(key.Rect) || key.Rect.Min.Y != beside.Rect.Min.Y || key.Rect.Size() != beside.Rect.Size() || len(plan.Misfits) > 0 {
				t.Errorf("%s: the page at %v, the key at %v, beside it %v; %v", name, at, key.Rect, beside.Rect, plan.Misfits)
			}
		}
	}
}

func TestTwoAnswersAreEqual(t *testing.T) {
	set := setter(t)
	for name, panel := range panels() {
		for _, words := range [][2]string{{"No, lo tengo", "Sì, rinuncio"}, {"Nein, ich behalte diesen Platz heute doch noch", "Ja"}} {
			plan := layout.Place(set, panel, body(said(kiosk.RoleTitle, "Rinuncia?"), kiosk.Box{Role: kiosk.RoleButtons, Children: []kiosk.Box{
				{Role: kiosk.RoleButton, ID: "no", Text: words[0], Tap: kiosk.Confirm{}},
				{Role: kiosk.RoleButton, ID: "yes", Text: words[1], Tap: kiosk.Confirm{Yes: true}},
			}}), "")
			no, _ := plan.Find("no")
			yes, _ := plan.Find("yes")
			if no.Rect.Size() != yes.Rect.Size() || no.Rect.Empty() || len(plan.Misfits) > 0 {
				t.Errorf("%s: %v and %v; %v", name, no.Rect, yes.Rect, plan.Misfits)
			}
		}
	}
}
