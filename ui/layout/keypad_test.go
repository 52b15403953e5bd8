package layout_test

import (
	"image"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"example.org/totem/kiosk"
	"example.org/totem/ui/layout"
	"example.org/totem/ui/look"
)

// body is a screen of nothing but a body.
func body(boxes ...kiosk.Box) kiosk.Screen {
	return kiosk.Screen{Root: kiosk.Box{Role: kiosk.RoleScreen, Children: []kiosk.Box{{Role: kiosk.RoleBody, Children: boxes}}}}
}

// keys is a screen on which something is typed, in groups, with a key for every sign.
func keys(lead kiosk.Box, signs string, groups ...string) kiosk.Screen {
	typed, pads := kiosk.Box{Role: kiosk.RoleTyped}, kiosk.Box{Role: kiosk.RoleKeypad}
	for _, g := range groups {
		typed.Children = append(typed.Children, kiosk.Box{Role: kiosk.RoleDigits, Text: g})
	}
	for _, sign := range strings.Split(signs, "") {
		pads.Children = append(pads.Children, kiosk.Box{Role: kiosk.RolePad, ID: sign, Text: sign, Tap: kiosk.Erase{}})
	}
	pads.Children = append(pads.Children, kiosk.Box{Role: kiosk.RolePad, ID: "erase", Text: "Cancella", Tap: kiosk.Erase{}})
	return body(kiosk.Box{Role: kiosk.RoleBack, ID: "back", Text: "Indietro", Tap: kiosk.GoBack{}},
		kiosk.Box{Role: kiosk.RoleTitle, Text: "Scriva il codice del biglietto"}, lead, typed, pads)
}

const digits = "1234567890"

func said(r kiosk.Role, words string) kiosk.Box { return kiosk.Box{Role: r, Text: words} }

var lead = said(kiosk.RoleLead, "Sono le 12 cifre accanto al codice QR.")

// blocks are the rectangles of a plan, texts its words by where they stand.
func drawn(p *layout.Plan) (blocks []image.Rectangle, texts map[image.Rectangle]string) {
	texts = map[image.Rectangle]string{}
	for _, s := range p.Shapes {
		switch s.Kind {
		case layout.Block:
			blocks = append(blocks, s.Rect)
		case layout.Text:
			texts[s.Rect] = s.Words
		}
	}
	return blocks, texts
}

func TestNothingMovesWhileSignsAreTyped(t *testing.T) {
	set := setter(t)
	for name, panel := range panels() {
		full := layout.Place(set, panel, keys(lead, digits, "1234", "5678", "9012"), "")
		_, all := drawn(full)
		for _, groups := range [][]string{{"····", "····", "····"}, {"12··", "····", "····"}, {"1234", "567·", "····"}} {
			plan := layout.Place(set, panel, keys(lead, digits, groups...), "")
			blocks, texts := drawn(plan)
			for at, words := range texts {
				if all[at] != words {
					t.Errorf("%s %v: %q stands at %v, where at last %q does", name, groups, words, at, all[at])
				}
			}
			typed := strings.Count(strings.Join(groups, ""), "·")
			whole, _ := drawn(full)
			if len(texts)+typed != len(all) || len(blocks) != len(whole)+typed {
				t.Errorf("%s %v: %d texts, %d blocks; at last %d and %d", name, groups, len(texts), len(blocks), len(all), len(whole))
			}
			for _, c := range full.Controls {
				if got, _ := plan.Find(c.ID); got.Rect != c.Rect {
					t.Errorf("%s %v: the key %s lies at %v, at last at %v", name, groups, c.ID, got.Rect, c.Rect)
				}
			}
		}
	}
}

func TestTheKeysStayWhereTheyAreWhenACodeIsWrong(t *testing.T) {
	set := setter(t)
	wrong := kiosk.Box{Role: kiosk.RoleCaution, Children: []kiosk.Box{
		said(kiosk.RoleStrong, "Una cifra non torna."), said(kiosk.RoleNote, "Confronti il codice con il biglietto.")}}
	for name, panel := range panels() {
		before := layout.Place(set, panel, keys(lead, digits, "1234", "5678", "901·"), "")
		after := layout.Place(set, panel, keys(wrong, digits, "1234", "5678", "9012"), "")
		for _, c := range before.Controls {
			if got, _ := after.Find(c.ID); got.Rect != c.Rect {
				t.Errorf("%s: %s moved from %v to %v", name, c.ID, c.Rect, got.Rect)
			}
		}
		_, then := drawn(before)
		_, now := drawn(after)
		for at, sign := range then {
			if len(sign) == 1 && now[at] != sign {
				t.Errorf("%s: %q does not stand at %v any more", name, sign, at)
			}
		}
	}
}

func TestTheKeyThatErasesStaysWhereItIsWhenLettersGivePlaceToDigits(t *testing.T) {
	set := setter(t)
	for name, panel := range panels() {
		digit, _ := layout.Place(set, panel, keys(lead, digits, "A···"), "").Find("erase")
		for n := 1; n <= 12; n++ {
			letters := "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[:n]
			letter, ok := layout.Place(set, panel, keys(lead, letters, "····"), "").Find("erase")
			if !ok || letter.Rect != digit.Rect {
				t.Errorf("%s, %d letters: it lies at %v, among digits at %v", name, n, letter.Rect, digit.Rect)
			}
		}
	}
}

func TestEveryKeyIsLargeAndApartFromItsNeighbours(t *testing.T) {
	set := setter(t)
	all := panels()
	all["dense"] = look.Panel{Width: 800, Height: 1280, PixelsPerMM: 5.88}
	rapid.Check(t, func(rt *rapid.T) {
		panel := all[rapid.SampledFrom([]string{"upright", "wide", "small", "dense"}).Draw(rt, "panel")]
		signs := "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[:rapid.IntRange(0, 16).Draw(rt, "letters")]
		if len(signs) == 0 || len(signs) < 9 && rapid.Bool().Draw(rt, "digits too") {
			signs += digits
		}
		plan := layout.Place(set, panel, keys(lead, signs, "····"), "")
		if len(plan.Misfits) > 0 {
			rt.Errorf("%v", plan.Misfits)
		}
		if len(plan.Controls) != len(signs)+2 {
			rt.Errorf("%d controls for %q", len(plan.Controls), signs)
		}
		least, gap := panel.Scale().MM(look.MainTarget), panel.Scale().MM(look.TargetGap)
		for i, c := range plan.Controls {
			if c.Role == kiosk.RolePad && (c.Rect.Dx() < least || c.Rect.Dy() < least) {
				rt.Errorf("%s is %v", c.ID, c.Rect.Size())
			}
			for _, other := range plan.Controls[:i] {
				if distance(c.Rect, other.Rect) < gap {
					rt.Errorf("%s at %v and %s at %v", c.ID, c.Rect, other.ID, other.Rect)
				}
			}
		}
	})
}

func TestAWidePanelHasItsKeysAtTheRightOfTheWords(t *testing.T) {
	plan := layout.Place(setter(t), panels()["wide"], keys(lead, digits, "····", "····", "····"), "")
	for _, c := range plan.Controls {
		if c.Role != kiosk.RolePad {
			continue
		}
		for _, s := range plan.Shapes {
			if s.Kind == layout.Text && slices.Contains(strings.Fields(lead.Text), strings.Fields(s.Words)[0]) && s.Rect.Max.X > c.Rect.Min.X {
				t.Errorf("%q at %v stands right of the left side of %s at %v", s.Words, s.Rect, c.ID, c.Rect)
			}
		}
	}
}
