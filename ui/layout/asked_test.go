package layout_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"example.org/totem/kiosk"
	"example.org/totem/ui/layout"
	"example.org/totem/ui/look"
)

// glasses are the panels that a contact is typed on.
func glasses() []look.Panel {
	return []look.Panel{
		{Width: 1080, Height: 1920, PixelsPerMM: 4.03}, {Width: 1920, Height: 1080, PixelsPerMM: 4.03},
		{Width: 1280, Height: 800, PixelsPerMM: 3.87},
	}
}

func answers(yes, no string) kiosk.Box {
	return kiosk.Box{Role: kiosk.RoleChoice, Children: []kiosk.Box{
		{Role: kiosk.RoleButton, ID: "yes", Text: yes, Tap: kiosk.Choose{Yes: true}}, {Role: kiosk.RoleButton, ID: "no", Text: no, Tap: kiosk.Choose{}},
	}}
}

// placed lays a body out in a size of text.
func placed(t *testing.T, panel look.Panel, text kiosk.Text, pressed string, boxes ...kiosk.Box) *layout.Plan {
	t.Helper()
	screen := body(boxes...)
	screen.Look.Text = text
	return layout.Place(setter(t), panel, screen, pressed)
}

func TestTheAnswersOfAChoiceHaveOneSizeOneBaselineAndAsManyLines(t *testing.T) {
	for _, panel := range glasses() {
		for _, text := range kiosk.Texts() {
			for _, words := range [][2]string{{"Con promemoria", "Senza promemoria"}, {"Con", "Senza promemoria"}, {"需要", "不要"}, {"Mit Erinnerung", "Ohne Erinnerung"}} {
				for _, pressed := range []string{"", "yes", "no"} {
					plan := placed(t, panel, text, pressed, said(kiosk.RoleTitle, "Vuole un promemoria?"), answers(words[0], words[1]))
					yes, _ := plan.Find("yes")
					no, _ := plan.Find("no")
					beside, below := yes.Rect.Min.Y == no.Rect.Min.Y, yes.Rect.Min.X == no.Rect.Min.X
					if yes.Rect.Size() != no.Rect.Size() || beside == below || len(plan.Misfits) > 0 {
						t.Errorf("%v %d %v: at %v and %v; %v", panel, text, words, yes.Rect, no.Rect, plan.Misfits)
					}
					one, two := linesIn(plan, yes), linesIn(plan, no)
					for i := range min(len(one), len(two)) {
						if one[i].At.Y-yes.Rect.Min.Y != two[i].At.Y-no.Rect.Min.Y || one[i].Style != two[i].Style {
							t.Errorf("%v %d %v: lines %+v and %+v", panel, text, words, one[i], two[i])
						}
					}
					if len(one) != len(two) || len(one) == 0 {
						t.Errorf("%v %d %v: %d lines and %d", panel, text, words, len(one), len(two))
					}
				}
			}
		}
	}
}

// linesIn are the lines of text in a control.
func linesIn(plan *layout.Plan, c layout.Control) (lines []layout.Shape) {
	for _, s := range plan.Shapes {
		if s.Kind == layout.Text && core(s).In(c.Rect) {
			lines = append(lines, s)
		}
	}
	return lines
}

// mail is a body in which an address is typed.
func mail(typed string) []kiosk.Box {
	pads := kiosk.Box{Role: kiosk.RoleKeyboard}
	for _, sign := range "1234567890qwertyuiopasdfghjklzxcvbnm@._-+" {
		pads.Children = append(pads.Children, kiosk.Box{Role: kiosk.RolePad, ID: string(sign), Text: string(sign), Tap: kiosk.Type{Sign: sign}})
	}
	pads.Children = append(pads.Children, kiosk.Box{Role: kiosk.RolePad, ID: "erase", Text: "Cancella", Tap: kiosk.Erase{}})
	return []kiosk.Box{said(kiosk.RoleTitle, "Scriva l'indirizzo e-mail"), {Role: kiosk.RoleText, Text: typed + "·", Private: true}, pads}
}

func TestTheKeysOfAnAddressAreLargeApartOfOneSizeAndStayWhileItIsTyped(t *testing.T) {
	for _, panel := range glasses() {
		least, gap := panel.Scale().MM(look.SecondTarget), panel.Scale().MM(look.TargetGap)
		for _, text := range []kiosk.Text{100, 150, 200} {
			empty := placed(t, panel, text, "", mail("")...)
			if len(empty.Misfits) > 0 {
				t.Errorf("%v %d: %v", panel, text, empty.Misfits)
			}
			first, _ := empty.Find("1")
			for i, c := range empty.Controls {
				if c.Rect.Dy() != first.Rect.Dy() || c.ID != "erase" && c.Rect.Dx() != first.Rect.Dx() || c.Rect.Dx() < least || c.Rect.Dy() < least {
					t.Errorf("%v %d: %s is %v, others %v", panel, text, c.ID, c.Rect.Size(), first.Rect.Size())
				}
				for _, other := range empty.Controls[:i] {
					if distance(c.Rect, other.Rect) < gap {
						t.Errorf("%v %d: %s at %v and %s at %v", panel, text, c.ID, c.Rect, other.ID, other.Rect)
					}
				}
			}
			if a, q := mustFind(t, empty, "a"), mustFind(t, empty, "q"); a.Rect.Min.X != q.Rect.Min.X || a.Rect.Min.Y <= q.Rect.Min.Y {
				t.Errorf("%v %d: a row begins at %v, the next at %v", panel, text, q.Rect, a.Rect)
			}
			typed := placed(t, panel, text, "", mail("anna.r@posta.it")...)
			for i, c := range empty.Controls {
				if typed.Controls[i].Rect != c.Rect {
					t.Errorf("%v %d: %s moved from %v to %v", panel, text, c.ID, c.Rect, typed.Controls[i].Rect)
				}
			}
		}
	}
}

func mustFind(t *testing.T, plan *layout.Plan, id string) layout.Control {
	t.Helper()
	c, ok := plan.Find(id)
	if !ok {
		t.Fatalf("there is no %s", id)
	}
	return c
}

// TestAnAddressIsSetSignBySign is about more than looks: whatever keeps the words that it has set keeps no address.
func TestAnAddressIsSetSignBySignFromLeftToRightAndNeverSmallerThanRunningText(t *testing.T) {
	const address = "indirizzo-molto.lungo_davvero+ufficio@posta.valfiorita.example"
	for _, panel := range glasses() {
		for _, lang := range []kiosk.Screen{{Lang: "it"}, {Lang: "ar"}} {
			screen := body(mail(address)...)
			screen.Lang = lang.Lang
			plan, line := layout.Place(setter(t), panel, screen, ""), ""
			x, y := 0, 0
			for _, s := range plan.Shapes {
				if s.Kind != layout.Text || s.Style.Weight != 1 { // SemiBold: nothing else on this screen
					continue
				}
				if utf8.RuneCountInString(s.Words) != 1 || s.Style.Size < panel.Scale().Size(look.BodySize) {
					t.Errorf("%s: %q is set in %v", screen.Lang, s.Words, s.Style.Size)
				}
				if s.At.Y < y || s.At.Y == y && s.At.X <= x {
					t.Errorf("%s: %q stands at %v, before what comes before it", screen.Lang, s.Words, s.At)
				}
				x, y, line = s.At.X, s.At.Y, line+s.Words
			}
			if line != address {
				t.Errorf("%s: %q is shown", screen.Lang, line)
			}
		}
	}
}

func TestFiguresAndTheirKeysRunFromLeftToRightInArabicToo(t *testing.T) {
	screen := keys(lead, digits+"+", "+39·", "····", "····")
	screen.Lang = "ar"
	plan := layout.Place(setter(t), look.Reference(), screen, "")
	at := map[string]int{}
	for _, s := range plan.Shapes {
		if s.Kind == layout.Text && utf8.RuneCountInString(s.Words) == 1 && at[s.Words] == 0 {
			at[s.Words] = s.At.X
		}
	}
	if !(at["+"] < at["3"] && at["3"] < at["9"]) {
		t.Errorf("+39 is shown at %v", at)
	}
	one, three, plus := mustFind(t, plan, "1"), mustFind(t, plan, "3"), mustFind(t, plan, "+")
	if one.Rect.Min.X >= three.Rect.Min.X || plus.Rect.Min.Y != mustFind(t, plan, "0").Rect.Min.Y {
		t.Errorf("1 at %v, 3 at %v, + at %v", one.Rect, three.Rect, plus.Rect)
	}
}

func TestTheFactsOfANoticeStandOnTheLineOfTheirNamesOrUnderThemInLargeLetters(t *testing.T) {
	facts := kiosk.Box{Role: kiosk.RoleFacts}
	for _, f := range []string{"Chi|Comune di Valfiorita", "A che serve|un messaggio 30 minuti prima", "Quale dato|numero di telefono"} {
		name, is, _ := strings.Cut(f, "|")
		facts.Children = append(facts.Children, kiosk.Box{Role: kiosk.RoleFact, Children: []kiosk.Box{said(kiosk.RoleName, name), said(kiosk.RoleStrong, is)}})
	}
	for text, beside := range map[kiosk.Text]bool{100: true, 200: false} {
		plan := placed(t, look.Reference(), text, "", said(kiosk.RoleTitle, "Vuole un promemoria?"), facts, answers("Con promemoria", "Senza promemoria"))
		at := map[string]layout.Shape{}
		for _, s := range plan.Shapes {
			at[s.Words] = s
		}
		name, is := at["Quale dato"], at["numero di telefono"]
		if len(plan.Misfits) > 0 || (name.At.Y == is.At.Y) != beside || (name.At.X == is.At.X) == beside || is.Style.Weight <= name.Style.Weight {
			t.Errorf("at %d: name %v, fact %v; %v", text, name.At, is.At, plan.Misfits)
		}
	}
}

func TestDaysAreLargeAndAllAlike(t *testing.T) {
	days := kiosk.Box{Role: kiosk.RoleDays}
	for _, name := range []string{"lunedì 23 novembre 2026", "martedì 24 novembre 2026", "mercoledì 25 novembre 2026"} {
		days.Children = append(days.Children, kiosk.Box{Role: kiosk.RoleDay, ID: name, Tap: kiosk.ChooseDay{}, Children: []kiosk.Box{
			said(kiosk.RoleName, name), said(kiosk.RolePlaces, "12 ore libere")}})
	}
	for _, panel := range glasses() {
		for _, text := range kiosk.Texts() {
			plan := placed(t, panel, text, "", said(kiosk.RoleTitle, "Scelga il giorno"), days)
			for _, c := range plan.Controls {
				if c.Rect.Dy() < panel.Scale().MM(look.MainTarget) || c.Rect.Size() != plan.Controls[0].Rect.Size() || len(linesIn(plan, c)) < 2 {
					t.Errorf("%v %d: %s is %v, the first %v", panel, text, c.ID, c.Rect, plan.Controls[0].Rect)
				}
			}
			if len(plan.Misfits) > 0 || len(plan.Controls) != 3 {
				t.Errorf("%v %d: %v", panel, text, plan.Misfits)
			}
		}
	}
}
