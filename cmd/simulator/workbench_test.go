package main

import (
	"image"
	"testing"

	"example.org/totem/internal/papersim"
	"example.org/totem/privacy"
	"example.org/totem/scheduler/contacts"
	"example.org/totem/typeset"
	"example.org/totem/ui"
)

// bench is a workbench at a printer that prints at once.
func bench(t *testing.T, height int) *workbench {
	t.Helper()
	p, err := papersim.OnPTY(papersim.Config{}, papersim.Line{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	b := newWorkbench(p, nil, height)
	b.redraw = func() {}
	b.look()
	return b
}

// press presses the key of a word with the pointer.
func (b *workbench) press(t *testing.T, word string) {
	t.Helper()
	for i, k := range b.keys(b.seen.state) {
		if k.word == word {
			middle := b.place(i).Min.Add(b.place(i).Size().Div(2))
			b.Touch(middle.X, middle.Y, ui.Press)
			b.Touch(middle.X, middle.Y, ui.Release)
			return
		}
	}
	t.Fatalf("no key says %q", word)
}

func TestTheKeysOfTheWorkbenchDoToThePrinterWhatTheySay(t *testing.T) {
	b := bench(t, 1920)
	for _, step := range []struct {
		word  string
		holds func(papersim.State) bool
	}{
		{"Open the cover", func(s papersim.State) bool { return s.CoverOpen && !s.Online }},
		{"Close the cover", func(s papersim.State) bool { return !s.CoverOpen && s.Online }},
		{"Pull the paper out", func(s papersim.State) bool { return s.PaperEnd }},
		{"Put it in the wrong way", func(s papersim.State) bool { return s.WrongWay && !s.PaperEnd }},
		{"Put in a new roll", func(s papersim.State) bool { return !s.WrongWay && s.Online }},
		{"Leave 25\u00a0cm of paper", func(s papersim.State) bool { return s.PaperLeft > 240 && s.PaperLeft < 260 }},
		{"Jam the cutter", func(s papersim.State) bool { return s.CutterStuck }},
		{"Free the cutter", func(s papersim.State) bool { return !s.CutterStuck }},
		{"Jam the paper", func(s papersim.State) bool { return s.Jammed }},
		{"Clear the paper jam", func(s papersim.State) bool { return !s.Jammed }},
		{"Heat the head", func(s papersim.State) bool { return s.HeadHot }},
		{"Let the head cool", func(s papersim.State) bool { return !s.HeadHot }},
		{"Weaken the supply", func(s papersim.State) bool { return s.VoltageLow }},
		{"Mend the supply", func(s papersim.State) bool { return !s.VoltageLow }},
		{"Switch it off", func(s papersim.State) bool { return !s.On }},
		{"Switch it on", func(s papersim.State) bool { return s.On }},
	} {
		b.press(t, step.word)
		if s := b.paper.State(); !step.holds(s) {
			t.Errorf("after %q the printer is %+v", step.word, s)
		}
	}
}

func TestEveryKeyOfTheWorkbenchHasItsPlaceOnBothPanels(t *testing.T) {
	for _, height := range []int{1080, 1920} {
		b := bench(t, height)
		room := image.Rect(0, 0, b.Width(), height)
		var places []image.Rectangle
		for i := range b.keys(papersim.State{InMouth: true}) {
			at := b.place(i)
			if !at.In(room) {
				t.Errorf("%d: key %d lies at %v, outside of %v", height, i, at, room)
			}
			for _, other := range places {
				if at.Overlaps(other) {
					t.Errorf("%d: keys at %v and %v overlap", height, at, other)
				}
			}
			places = append(places, at)
		}
	}
}

func TestTheWorkbenchPaintsThePaperThatHangsOut(t *testing.T) {
	set, err := typeset.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, height := range []int{1080, 1920} {
		b := bench(t, height)
		paint := func() *image.RGBA {
			dst := image.NewRGBA(image.Rect(0, 0, b.Width(), height))
			b.Paint(set, dst)
			return dst
		}
		before := paint()
		b.paper.Feed([]byte("\x1b@\x1ba\x01\x1d!\x55A012\n\x1d!\x11oggi alle 9:50\n\x1d!\x00Carta\n\x1bJ\xff"))
		b.paper.OpenCover()
		if !b.look() {
			t.Fatal("paper came out, and the workbench has not seen it")
		}
		after := paint()
		if string(before.Pix) == string(after.Pix) {
			t.Error("the picture has not changed")
		}
	}
}

func TestTheWorkbenchShowsTheMessageThatSomebodyReceived(t *testing.T) {
	set, err := typeset.New()
	if err != nil {
		t.Fatal(err)
	}
	b := bench(t, 1920)
	w := &world{}
	t.Cleanup(func() { _ = w.shut() })
	ways, err := w.notifiers()
	if err != nil {
		t.Fatal(err)
	}
	b.post = w.post
	paint := func() *image.RGBA {
		dst := image.NewRGBA(image.Rect(0, 0, b.Width(), 1920))
		b.Paint(set, dst)
		return dst
	}
	before := paint()
	if err := ways[0].Send(t.Context(), contacts.Message{Channel: privacy.SMS, To: "+393330000000", Text: "Anagrafe di Valfiorita: oggi alle 10:50 il suo numero A012.", Key: "one"}); err != nil {
		t.Fatal(err)
	}
	if !b.look() {
		t.Fatal("a message came, and the workbench has not seen it")
	}
	after := paint()
	if string(before.Pix) == string(after.Pix) {
		t.Error("the picture has not changed")
	}
}
