package thermalhead_test

import (
	"os"
	"strings"
	"testing"

	"example.org/totem/hw/printer/thermalhead"
	"example.org/totem/internal/headsim"
)

func TestEveryProfileIsThatOfItsMechanism(t *testing.T) {
	if len(thermalhead.Profiles()) < 3 {
		t.Fatal(thermalhead.Profiles())
	}
	for _, name := range thermalhead.Profiles() {
		p, err := thermalhead.LoadProfile(name)
		if err != nil {
			t.Fatal(err)
		}
		m, ok := headsim.ModelOf(name)
		if !ok {
			t.Fatalf("%s: no mechanism to test it on", name)
		}
		if p.Name != name || p.Model == "" || p.Abilities.Dots != m.Dots || len(p.Groups) != len(m.Groups) || p.Abilities.DPI != 203 || p.Roll < 10_000 {
			t.Errorf("%s: %+v", name, p)
		}
	}
	if _, err := thermalhead.LoadProfile("nothing"); err == nil || !strings.Contains(err.Error(), "seiko-ltp1245") {
		t.Errorf("an unknown name: %v", err)
	}
}

func TestAProfileThatCouldBurnAHeadIsRefused(t *testing.T) {
	file, err := os.ReadFile("profiles/seiko-ltp1245.toml")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := thermalhead.ParseProfile("good", file); err != nil {
		t.Fatal(err)
	}
	tests := []struct{ name, line, instead, want string }{
		{"an unknown field", "dots = 384", "dots = 384\ndotz = 1", "strict"},
		{"a missing model", `model = "Seiko LTP1245"`, "", "model"},
		{"groups that are not the head", "groups = [192, 192]", "groups = [192, 191]", "groups"},
		{"a group that goes back", "groups = [192, 192]", "groups = [400, -16]", "groups"},
		{"dots that are no bytes", "dots = 384", "dots = 380", "dots"},
		{"all dots at once", "max_dots = 64", "max_dots = 384", "A at"},
		{"half a step of dots", "max_dots = 64", "max_dots = 60", "max_dots"},
		{"no resistance", "ohms = 178", "ohms = 0", "ohms"},
		{"resistance not a number", "ohms = 178", "ohms = nan", "ohms"},
		{"ten times the energy", "energy_uj = 285", "energy_uj = 2850", "longest"},
		{"energy that grows with heat", "slope_uj = 3.135", "slope_uj = -3", "slope"},
		{"a law that ends before the limits", "slope_uj = 3.135", "slope_uj = 5.5", "heat"},
		{"a voltage that the law does not reach", "volts = [4.2, 5.8]", "volts = [2.2, 5.8]", "heat"},
		{"a supply that is twice as high", "volts = [4.2, 5.8]", "volts = [4.2, 12]", "heat"},
		{"limits the wrong way round", "volts = [4.2, 5.8]", "volts = [5.8, 4.2]", "limits"},
		{"one limit", "volts = [4.2, 5.8]", "volts = [5.8]", "two numbers"},
		{"a head that may boil", "celsius = [-12, 78]", "celsius = [-12, 100]", "limits"},
		{"hotter than the thermistor knows", "[70, 3300], [90, 1900]]", "[70, 3300]]", "thermistor"},
		{"colder than the thermistor knows", "[-20, 116700], ", "", "thermistor"},
		{"a thermistor that is no NTC", "[0, 43160]", "[0, 10000]", "thermistor"},
		{"going on when still too hot", "resume = 65", "resume = 79", "resume"},
		{"strobes without end", "longest_us = 10_000", "longest_us = 50_000", "longest"},
		{"strobes too short for the cold", "longest_us = 10_000", "longest_us = 3000", "longest"},
		{"heat that stays for ever", "cool_us = 3000", "cool_us = 1_000_000", "cool"},
		{"a motor that starts at once", "ramp_us = [5556,", "ramp_us = [2000,", "ramp"},
		{"a ramp that goes up and down", "4746, 4210", "4210, 4746", "ramp"},
		{"steps without hold", "settle_us = 20_000", "settle_us = 0", "settle"},
		{"no half-steps", "half_steps = 2", "half_steps = 0", "half_steps"},
		{"a clock too fast", "clock_hz = 4_000_000", "clock_hz = 40_000_000", "clock"},
		{"a tear-off edge miles away", "tear_mm = 12", "tear_mm = 1000", "paper"},
	}
	for _, tt := range tests {
		changed := strings.Replace(string(file), tt.line, tt.instead, 1)
		if changed == string(file) {
			t.Fatalf("%s: nothing changed", tt.name)
		}
		if _, err := thermalhead.ParseProfile("bad", []byte(changed)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want something of %q", tt.name, err, tt.want)
		}
	}
}

func TestABoardThatCannotBeIsRefusedBeforeAnyLineIsLookedFor(t *testing.T) {
	line := func(n int) thermalhead.Line { return thermalhead.Line{Chip: "no-such-chip", Offset: n} }
	good := thermalhead.Board{
		Head: thermalhead.Port{Bus: 0, Select: 0}, ADC: thermalhead.Port{Bus: 0, Select: 1}, Latch: line(1), Strobe: []thermalhead.Line{line(2), line(3)},
		Phases: []thermalhead.Line{line(4), line(5), line(6), line(7)}, Motor: line(8), Paper: line(9), Down: line(10),
		Supply: 1, Pull: 15000, Reference: 3.3, Divide: 2,
	}
	tests := []struct {
		want   string
		change func(b *thermalhead.Board)
	}{
		{"1 strobes for 2 groups", func(b *thermalhead.Board) { b.Strobe = b.Strobe[:1] }},
		{"3 phases", func(b *thermalhead.Board) { b.Phases = b.Phases[:3] }},
		{"used twice", func(b *thermalhead.Board) { b.Latch = line(9) }},
		{"not a line", func(b *thermalhead.Board) { b.Paper = thermalhead.Line{} }},
		{"active alike", func(b *thermalhead.Board) {
			b.Strobe = []thermalhead.Line{line(2), {Chip: "no-such-chip", Offset: 3, Low: true}}
		}},
		{"active low", func(b *thermalhead.Board) {
			b.Phases = append([]thermalhead.Line{{Chip: "x", Offset: 1, Low: true}}, b.Phases[1:]...)
		}},
		{"same spidev", func(b *thermalhead.Board) { b.ADC = b.Head }},
		{"channels", func(b *thermalhead.Board) { b.Supply = 0 }},
		{"resistor", func(b *thermalhead.Board) { b.Pull = 0 }},
		{"measures up to", func(b *thermalhead.Board) { b.Divide = 1.5 }},
	}
	cfg := config(t, "seiko-ltp1245")
	cfg.Draw = mountless
	for _, tt := range tests {
		b := good
		tt.change(&b)
		if _, err := thermalhead.Open(b, cfg); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%v, want something of %q", err, tt.want)
		}
	}
}
