package papersim_test

import (
	"testing"
	"time"

	"example.org/totem/internal/papersim"
)

const cutSlip = "words\n\x1dVA\x00"

func model(t *testing.T, profile string) papersim.Model {
	t.Helper()
	m, ok := papersim.ModelOf(profile)
	if !ok {
		t.Fatalf("no model for %s", profile)
	}
	m.Speed = 0
	return m
}

// where counts the slips that people have, that stand in the mouth, and that were swallowed.
func where(p *papersim.Printer) [3]int {
	mouth := 0
	if p.InMouth() {
		mouth = 1
	}
	return [3]int{len(p.Slips()), mouth, len(p.Swallowed())}
}

func TestAPresenterHoldsASlipAsItsMakeDoes(t *testing.T) {
	for name, c := range map[string]struct {
		model, stream string
		take          bool
		want          [3]int
	}{
		"custom keeps it inside":             {"custom-vkp80iii", cutSlip, true, [3]int{0, 0, 0}},
		"custom shows it":                    {"custom-vkp80iii", cutSlip + "\x1de\x03\x0c", false, [3]int{0, 1, 0}},
		"custom: it is taken":                {"custom-vkp80iii", cutSlip + "\x1de\x03\x0c", true, [3]int{1, 0, 0}},
		"custom swallows it":                 {"custom-vkp80iii", cutSlip + "\x1de\x03\x0c\x1de\x02", true, [3]int{0, 0, 1}},
		"custom drops it":                    {"custom-vkp80iii", cutSlip + "\x1de\x05", false, [3]int{1, 0, 0}},
		"custom is driven out by the next":   {"custom-vkp80iii", cutSlip + "\x1de\x03\x0c" + cutSlip, false, [3]int{1, 0, 0}},
		"citizen shows it at the cut":        {"citizen-pmu2300", cutSlip, false, [3]int{0, 1, 0}},
		"citizen swallows it":                {"citizen-pmu2300", cutSlip + "\x1dR0", false, [3]int{0, 0, 1}},
		"citizen: the next drives it out":    {"citizen-pmu2300", cutSlip + cutSlip, false, [3]int{1, 1, 0}},
		"zebra cuts and keeps it inside":     {"zebra-ttp8000", "\x1bs\x01\xff\x1bJ\xa0\x1b\x1e", true, [3]int{0, 0, 0}},
		"zebra shows it":                     {"zebra-ttp8000", "\x1bs\x01\xff\x1bJ\xa0\x1b\x1e\x1b\x0c\x32", false, [3]int{0, 1, 0}},
		"zebra swallows it":                  {"zebra-ttp8000", "\x1bs\x01\xff\x1bJ\xa0\x1b\x1e\x1b\x0c\x32\x19\x64", false, [3]int{0, 0, 1}},
		"zebra drops it":                     {"zebra-ttp8000", "\x1bs\x01\xff\x1bJ\xa0\x1b\x1e\x1b\x0c\x32\x19\x00", false, [3]int{1, 0, 0}},
		"zebra cuts and drops it at once":    {"zebra-ttp8000", "\x1bs\x01\xff\x1bJ\xa0\x1e", false, [3]int{1, 0, 0}},
		"without a presenter it lies before": {"epson-tm-t20", cutSlip, true, [3]int{1, 0, 0}},
		"another make's words do nothing":    {"citizen-pmu2300", cutSlip + "\x1de\x02", false, [3]int{0, 1, 0}},
	} {
		t.Run(name, func(t *testing.T) {
			p := papersim.New(papersim.Config{Model: model(t, c.model)})
			p.Feed([]byte(c.stream))
			if c.take {
				p.TakeSlip()
			}
			if got := where(p); got != c.want {
				t.Errorf("slips, in the mouth, swallowed: got %v, want %v", got, c.want)
			}
		})
	}
}

func TestASlipThatNobodyTakesIsSwallowedInTime(t *testing.T) {
	for _, taken := range []bool{false, true} {
		inTime(t, func(t *testing.T) {
			p := papersim.New(papersim.Config{Model: model(t, "citizen-pmu2300")})
			defer p.Close()
			p.Feed([]byte(cutSlip + "\x1dR1\x0a"))
			pass(9 * time.Second)
			if got := where(p); got != [3]int{0, 1, 0} {
				t.Fatalf("too early: %v", got)
			}
			want := [3]int{0, 0, 1}
			if taken {
				p.TakeSlip()
				want = [3]int{1, 0, 0}
			}
			pass(2 * time.Second)
			if got := where(p); got != want {
				t.Errorf("taken %t: %v, want %v", taken, got, want)
			}
		})
	}
}

func TestTheNextSlipIsNotSwallowedForTheLast(t *testing.T) {
	inTime(t, func(t *testing.T) {
		p := papersim.New(papersim.Config{Model: model(t, "citizen-pmu2300")})
		defer p.Close()
		p.Feed([]byte(cutSlip + "\x1dR1\x0a"))
		pass(5 * time.Second)
		p.Feed([]byte(cutSlip))
		pass(time.Minute)
		if got := where(p); got != [3]int{1, 1, 0} {
			t.Errorf("%v", got)
		}
	})
}

func TestCustomTellsTheSlipInTheMouth(t *testing.T) {
	cfg := papersim.Config{Model: model(t, "custom-vkp80iii")}
	got := ask(t, cfg, nil, cutSlip+"\x10\x04\x14\x1de\x03\x0c\x10\x04\x14\x1de\x06")
	// The real-time answers come as their question arrives: by then the bytes before it are not yet carried out.
	if len(got) != 13 || string(got[:6]) != "\x10\x0f\x00\x00\x00\x00" || got[12] != 1<<2|1<<3 {
		t.Errorf("got % x", got)
	}
	shown := func(p *papersim.Printer) { p.Feed([]byte(cutSlip + "\x1de\x03\x0c")) }
	if got := ask(t, cfg, shown, "\x10\x04\x14"); string(got) != "\x10\x0f\x20\x00\x00\x00" {
		t.Errorf("with a slip in the mouth: % x", got)
	}
	spoilt := func(p *papersim.Printer) {
		p.EndPaperAfter(0)
		p.OpenCover()
		p.HeatHead(true)
		p.SagVoltage(true)
		p.JamPaper()
	}
	if got := ask(t, cfg, spoilt, "\x10\x04\x14"); string(got) != "\x10\x0f\x05\x02\x49\x00" {
		t.Errorf("with everything wrong: % x", got)
	}
}
