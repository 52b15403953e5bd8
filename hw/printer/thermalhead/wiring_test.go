package thermalhead_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.org/totem/hw/printer/thermalhead"
)

// shown is the wiring that the page about print heads shows.
func shown(t testing.TB) string {
	t.Helper()
	page, err := os.ReadFile("../../../docs/hardware/thermal-head.md")
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile("(?s)```toml\n(chip.*?)```").FindSubmatch(page)
	if found == nil {
		t.Fatal("the page shows no wiring")
	}
	return string(found[1])
}

func TestTheWiringOfThePageIsRead(t *testing.T) {
	got, err := thermalhead.ParseBoard([]byte(shown(t)))
	if err != nil {
		t.Fatal(err)
	}
	on := func(offset int) thermalhead.Line { return thermalhead.Line{Chip: "pinctrl-bcm2711", Offset: offset} }
	want := thermalhead.Board{
		Head: thermalhead.Port{Bus: 0, Select: 0}, ADC: thermalhead.Port{Bus: 0, Select: 1},
		Latch:  thermalhead.Line{Chip: "pinctrl-bcm2711", Offset: 17, Low: true},
		Strobe: []thermalhead.Line{on(5), on(6)}, Phases: []thermalhead.Line{on(22), on(23), on(24), on(25)},
		Motor: on(26), Paper: on(12), Down: on(13), Thermistor: 0, Supply: 1, Pull: 15000, Reference: 3.3, Divide: 2,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAWiringWithAMistakeIsRefused(t *testing.T) {
	good := shown(t)
	for name, change := range map[string][2]string{
		"an unknown field": {"adc =", "acd ="},
		"no port":          {`"0.0"`, `"spi0"`},
		"no offset":        {"offset = 17, ", ""},
		"a negative bus":   {`"0.1"`, `"-1.1"`},
		"more after it":    {`"0.1"`, `"0.1.2"`},
	} {
		file := strings.Replace(good, change[0], change[1], 1)
		if file == good {
			t.Fatalf("%s: the page does not have %q", name, change[0])
		}
		if _, err := thermalhead.ParseBoard([]byte(file)); err == nil {
			t.Errorf("%s: read", name)
		}
	}
}
