package imagetest

import (
	"errors"
	"image"
	"image/color"
	"image/draw"
	"path/filepath"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // the system may have no time zones

	"example.org/totem/internal/disk"
	"example.org/totem/scheduler/agenda"
	"example.org/totem/ui/layout"
)

// shipped is the office that the test's is made of.
const shipped = "../../../offices/valfiorita-anagrafe.toml"

func TestTheOfficeOfTheTestNeverClosesAndHasATotemForEachCard(t *testing.T) {
	plan, err := writeOffice(shipped, filepath.Join(t.TempDir(), "office.toml"), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if len(plan.Totems) != 3 || plan.Office.ID != officeID {
		t.Errorf("totems %v of %s", plan.Totems, plan.Office.ID)
	}
	for _, q := range plan.Queues {
		for day, counters := range q.Counters {
			if len(counters) != 1 || counters[0].From != 0 || counters[0].To != 24*60 {
				t.Errorf("queue %s, day %d: %v", q.ID, day, counters)
			}
		}
	}
}

// screensOf returns the office of the test and its screens.
func screensOf(t *testing.T) (agenda.Plan, *screens) {
	t.Helper()
	plan, err := writeOffice(shipped, filepath.Join(t.TempDir(), "office.toml"), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	s, err := newScreens(plan, 1080, 1920)
	if err != nil {
		t.Fatal(err)
	}
	return plan, s
}

func TestTheTimesAreRecognisedWhicheverAreTaken(t *testing.T) {
	plan, s := screensOf(t)
	for _, c := range []struct{ each, gone int }{{2, 0}, {3, 0}, {5, 0}, {3, 7}, {2, 20}, {1, 36}} {
		some := offers(plan, time.Now(), 60, 1, 0)
		for i := range some[0].Times {
			if i%c.each != 0 || i < c.gone {
				some[0].Times[i].Places, some[0].Times[i].Number = 0, ""
			}
		}
		state, err := tap(start(plan, layout.Room{Set: s.set, Panel: s.panel()}, true, some), "service-"+s.service)
		if err != nil {
			t.Fatal(err)
		}
		k := s.screen("", state)
		got, share := s.nearest(k.picture)
		if !got.is("times") {
			t.Errorf("times of which one in %d is free and %d are gone are taken for %s, %.0f %%", c.each, c.gone, word(got, k.picture), 100*share)
			continue
		}
		at, err := got.place("take")
		if control, ok := k.plan.Find("take"); err != nil || !ok || !at.In(control.Rect) {
			t.Errorf("of times of which %d are gone, the key is looked for at %v; %v", c.gone, at, err)
		}
	}
}

func TestItIsMorningInTheOfficeOfTheTestAtAnyHour(t *testing.T) {
	for hour := range 24 {
		now := time.Date(2026, 11, 22, hour, 59, 0, 0, time.UTC)
		plan, err := writeOffice(shipped, filepath.Join(t.TempDir(), "office.toml"), now)
		if err != nil {
			t.Fatal(err)
		}
		if got := now.In(plan.Zone).Hour(); got != morning {
			t.Errorf("at %d in UTC it is %d in the office", hour, got)
		}
	}
}

func TestEveryScreenIsRecognisedAndNoneTakenForAnother(t *testing.T) {
	_, s := screensOf(t)
	for _, k := range s.known {
		p := image.NewRGBA(k.picture.Rect)
		draw.Draw(p, p.Rect, k.picture, image.Point{}, draw.Src)
		// Another hour in the header.
		draw.Draw(p, image.Rect(880, 60, 1040, 130), image.NewUniform(color.RGBA{0, 0x4B, 0x93, 0xFF}), image.Point{}, draw.Src)
		if got, share := s.nearest(p); !got.is(k.name) {
			t.Errorf("%s is taken for %s, %.0f %%", k.name, word(got, p), 100*share)
		}
		if k.name != "start" {
			continue
		}
		// The lower half is missing, as of a window that is too small.
		draw.Draw(p, image.Rect(0, 600, 1080, 1920), image.Black, image.Point{}, draw.Src)
		if got, share := s.nearest(p); got != nil {
			t.Errorf("a piece of the start screen is taken for %s, %.0f %%", got.name, 100*share)
		}
	}
	for _, control := range [][2]string{{"start", "service-" + s.service}, {"times", "take"}, {"take", "done"}, {"found", "print"}} {
		k, err := s.named(control[0])
		if err == nil {
			_, err = k.place(control[1])
		}
		if err != nil {
			t.Error(err)
		}
	}
}

func TestASlipBeginsWithItsFirstMarkAndNotWithAQuestion(t *testing.T) {
	p, begun := newPrinter(), 0
	defer p.Close()
	feed := p.attach(func([]byte) {})
	p.onSlip(func() { begun++ })
	steps := []struct {
		bytes string
		want  int
	}{
		{"\x10\x04\x01", 0}, {"\x1b@\x1bt\x02", 0}, {"A0", 1}, {"12 and more\n", 1}, {"\n\n\n\n\x1dV\x00", 1},
		{"\x10\x04\x04", 1}, {"A013\n", 2}, {"\n\n\n\n\x1dV\x00", 2},
	}
	for i, s := range steps {
		if feed([]byte(s.bytes)); begun != s.want {
			t.Errorf("step %d: %d slips were begun, want %d", i, begun, s.want)
		}
	}
	if n := len(p.Slips()); n != 2 {
		t.Errorf("%d slips", n)
	}
}

func TestOneWholeCopyOfATableIsFound(t *testing.T) {
	table, err := disk.Layout("arm64")
	if err != nil {
		t.Fatal(err)
	}
	table.Size = 64 << 20 // where no partition is looked for
	table.Partitions = table.Partitions[:0]
	card := card(make([]byte, table.Size))
	if err := table.Write(card); err != nil {
		t.Fatal(err)
	}
	last := table.Size/512 - 1
	if err := errors.Join(tableAt(card, 1), tableAt(card, last)); err != nil {
		t.Error(err)
	}
	card[2*512+40]++ // an entry of the first copy
	card[last*512+60]++
	if tableAt(card, 1) == nil || tableAt(card, last) == nil {
		t.Error("a damaged table is taken")
	}
}

// card is a disk in memory.
type card []byte

func (c card) ReadAt(b []byte, at int64) (int, error)  { return copy(b, c[at:]), nil }
func (c card) WriteAt(b []byte, at int64) (int, error) { return copy(c[at:], b), nil }

func TestAReportSaysWhatFailed(t *testing.T) {
	r := &report{Arch: "arm64", Image: "build/image/totem-arm64.img", Cases: []outcome{
		{Name: "boot", Title: "It starts.", OK: true, Seconds: 61, Figures: map[string]float64{"boot_to_start_s": 55.5}},
		{Name: "ticket", Title: "A ticket.", Error: "no slip", Pictures: []string{"ticket-wrong.png"}, Notes: []string{"touched"}},
	}}
	page := r.page()
	for _, want := range []string{"1 of 2 cases hold", "boot_to_start_s 55.5", "**failed**", "**Failed**: no slip", "![ticket-wrong](ticket-wrong.png)", "- touched"} {
		if !strings.Contains(page, want) {
			t.Errorf("the report does not say %q:\n%s", want, page)
		}
	}
}
