package placard_test

import (
	"cmp"
	"flag"
	"fmt"
	"image"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"example.org/totem/internal/fault"
	"example.org/totem/internal/golden"
	"example.org/totem/typeset"
	"example.org/totem/ui/layout"
	"example.org/totem/ui/look"
	"example.org/totem/ui/paint"
	"example.org/totem/ui/placard"
)

var update = flag.Bool("update", false, "rewrite the golden pictures")

var shared = sync.OnceValues(typeset.New)

func setter(t interface {
	Helper()
	Fatal(...any)
}) *typeset.Setter {
	t.Helper()
	set, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func panels() map[string]look.Panel {
	return map[string]look.Panel{"": look.Reference(), "-wide": {Width: 1280, Height: 800}}
}

// twin is a plan as it is read: its lines from the top down, with the place of each.
func twin(plan *layout.Plan) string {
	var b strings.Builder
	lines := slices.DeleteFunc(slices.Clone(plan.Shapes), func(s layout.Shape) bool { return s.Kind != layout.Text && s.Kind != layout.Icon })
	slices.SortStableFunc(lines, func(a, b layout.Shape) int {
		return cmp.Or(cmp.Compare(a.Rect.Min.Y, b.Rect.Min.Y), cmp.Compare(a.Rect.Min.X, b.Rect.Min.X))
	})
	for _, s := range lines {
		if s.Kind == layout.Icon {
			fmt.Fprintf(&b, "%4d %4d  (%s)\n", s.Rect.Min.X, s.Rect.Min.Y, s.Words)
			continue
		}
		fmt.Fprintf(&b, "%4d %4d  %-3.0f %s\n", s.At.X, s.At.Y, s.Style.Size, s.Words)
	}
	return b.String()
}

func TestEveryKindOfPlacardLooksAsItDid(t *testing.T) {
	got := golden.Digests{}
	for name, page := range samples() {
		for kind, panel := range panels() {
			plan := placard.Place(setter(t), panel, page)
			sound(t, name+kind, plan)
			img := image.NewRGBA(plan.Bounds)
			paint.Paint(setter(t), img, plan)
			got.Put(name+kind, "dots", golden.Digest(img))
			path := filepath.Join("testdata", name+kind)
			if *update {
				if err := cmp.Or(golden.WritePNG(path+".png", golden.Paletted(golden.Half(img))), os.WriteFile(path+".txt", []byte(twin(plan)), 0o644)); err != nil {
					t.Fatal(err)
				}
				continue
			}
			want, err := os.ReadFile(path + ".txt")
			if err != nil || string(want) != twin(plan) {
				t.Errorf("%s%s reads otherwise than it did (%v):\n%s\nafter a wanted change: go test ./ui/placard -update, and look", name, kind, err, twin(plan))
			}
		}
	}
	digests := filepath.Join("testdata", "digests.txt")
	if *update {
		if err := got.Write(digests); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := golden.ReadDigests(digests)
	if err != nil {
		t.Fatal(err)
	}
	if other := got.Differ(want); len(other) > 0 && exact() {
		t.Errorf("%v look otherwise than they did; after a wanted change: go test ./ui/placard -update, and look", other)
	}
}

// sound reports what of a plan is shortened, lies outside the panel, or over other words.
func sound(t interface{ Errorf(string, ...any) }, name string, plan *layout.Plan) {
	for _, m := range plan.Misfits {
		t.Errorf("%s: %s: %q", name, m.Why, m.Text)
	}
	var texts []layout.Shape
	for _, s := range plan.Shapes {
		if !s.Rect.In(plan.Bounds) {
			t.Errorf("%s: %q at %v lies outside of %v", name, s.Words, s.Rect, plan.Bounds)
		}
		if s.Kind == layout.Text {
			texts = append(texts, s)
		}
	}
	for i, a := range texts {
		for _, b := range texts[:i] {
			if core(a).Overlaps(core(b)) {
				t.Errorf("%s: %q lies over %q", name, a.Words, b.Words)
			}
		}
	}
}

// core is where the letters of a line are: from its baseline up to its capitals.
func core(s layout.Shape) image.Rectangle {
	return image.Rect(s.Rect.Min.X+s.Over, s.At.Y-int(s.Style.Size*0.7), s.Rect.Max.X-s.Over, s.At.Y)
}

func TestEveryFaultFitsOnEveryPanelWithASetOfStepsOrUnderACitizensSentences(t *testing.T) {
	for i, e := range fault.List() {
		trouble := []placard.Trouble{{Code: string(e.Code), Where: "totem-kiosk.service", Sentence: e.Meaning, Cause: strings.ToLower(e.Meaning) + " " + e.Remedy, Remedy: e.Remedy}}
		for kind, panel := range panels() {
			page := placard.Page{Sayings: sayings(), Trouble: trouble, Foot: foot()}
			if (i%2 == 0) == (kind == "") {
				page.Sayings, page.Title = nil, "Key and enrolment: see to this."
				page.Steps = steps(6, placard.Failed, "tried 4 times in 2 minutes; again after 8 seconds")
			}
			plan := placard.Place(setter(t), panel, page)
			sound(t, string(e.Code)+kind, plan)
			if strings.Contains(twin(plan), "…") {
				t.Errorf("%s%s: something is cut off:\n%s", e.Code, kind, twin(plan))
			}
		}
	}
}

func TestWhateverACauseSaysNothingLeavesThePanelOrLiesOverOtherWords(t *testing.T) {
	words := rapid.SliceOfN(rapid.SampledFrom([]string{"the", "line", "/dev/serial/by-id/usb-Prolific_Technology_Inc._USB-Serial_Controller-if00-port0",
		"tls://scheduler.valfiorita.example:4222,tls://scheduler-b.valfiorita.example:4222", "connection", "refused:", "x", "sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}), 0, 20)
	text := rapid.Map(words, func(w []string) string { return strings.Join(w, " ") })
	checks := 0
	rapid.Check(t, func(t *rapid.T) {
		if checks++; checks > 12 { // each takes some ten milliseconds
			return
		}
		size := []look.Panel{look.Reference(), {Width: 1280, Height: 800}, {Width: 800, Height: 480}, {Width: 600, Height: 1024}}
		panel := rapid.SampledFrom(size).Draw(t, "panel")
		page := placard.Page{Title: rapid.SampledFrom([]string{"", "Network cable: see to this."}).Draw(t, "title"), Foot: foot(),
			Trouble: []placard.Trouble{{Code: "T420", Sentence: text.Draw(t, "sentence"), Cause: text.Draw(t, "cause"), Remedy: text.Draw(t, "remedy")}}}
		if rapid.Bool().Draw(t, "steps") {
			page.Steps = steps(rapid.IntRange(0, 8).Draw(t, "now"), placard.Failed, text.Draw(t, "detail"))
		} else if rapid.Bool().Draw(t, "service") {
			page.Sayings = sayings()
		}
		plan := placard.Place(setter(t), panel, page)
		shortened := plan.Misfits
		plan.Misfits = slices.DeleteFunc(slices.Clone(shortened), func(m layout.Misfit) bool { return m.Text != "" })
		sound(t, "page", plan)
	})
}

func TestTheSamplesAreAllThereIs(t *testing.T) {
	kept, err := filepath.Glob("testdata/*.png")
	if err != nil || len(kept) != len(samples())*len(panels()) {
		t.Errorf("%d pictures are kept of %v: %v", len(kept), slices.Sorted(maps.Keys(samples())), err)
	}
}
