package headsim_test

import (
	"strings"
	"testing"
	"time"

	"periph.io/x/conn/v3/gpio"

	"example.org/totem/internal/headsim"
)

func mechanism(t *testing.T, change func(*headsim.Config)) *headsim.Mechanism {
	t.Helper()
	model, ok := headsim.ModelOf("seiko-ltp1245")
	if !ok {
		t.Fatal("no model")
	}
	cfg := headsim.Config{Model: model, Ambient: 25, Supply: 5}
	if change != nil {
		change(&cfg)
	}
	return headsim.New(cfg)
}

// burn lights the first so many dots for some time.
func burn(t *testing.T, m *headsim.Mechanism, dots int, d time.Duration) {
	t.Helper()
	row := make([]byte, 48)
	for i := range dots {
		row[i/8] |= 0x80 >> (i % 8)
	}
	for _, err := range []error{m.Data().Tx(row, nil), m.Latch().Out(gpio.High), m.Latch().Out(gpio.Low), m.Strobes().Out(3, 3)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	m.Until(m.Now() + d)
	if err := m.Strobes().Out(0, 3); err != nil {
		t.Fatal(err)
	}
}

// turn makes half-steps at the given times after one another.
func turn(t *testing.T, m *headsim.Mechanism, waits ...time.Duration) {
	t.Helper()
	fields := []gpio.GPIOValue{1, 5, 4, 6, 2, 10, 8, 9}
	if err := m.Phases().Out(fields[0], 15); err != nil {
		t.Fatal(err)
	}
	if err := m.Motor().Out(gpio.High); err != nil {
		t.Fatal(err)
	}
	for i, wait := range waits {
		m.Until(m.Now() + wait)
		if err := m.Phases().Out(fields[(i+1)%8], 15); err != nil {
			t.Fatal(err)
		}
	}
}

func TestADotDarkensAfterTheMakersTimeAndBurnsAfterMore(t *testing.T) {
	for _, tt := range []struct {
		lit            time.Duration
		dark, burnt    bool
		ambient, volts float64
	}{
		{2000 * time.Microsecond, false, false, 25, 5},
		{3100 * time.Microsecond, true, false, 25, 5},
		{4800 * time.Microsecond, true, true, 25, 5},
		{3100 * time.Microsecond, false, false, -10, 5},
		{4300 * time.Microsecond, true, false, -10, 5},
		{3100 * time.Microsecond, false, false, 25, 4.25},
		{5600 * time.Microsecond, true, false, 25, 4.25},
		{3100 * time.Microsecond, true, true, 25, 5.75},
	} {
		m := mechanism(t, func(c *headsim.Config) { c.Ambient, c.Supply = tt.ambient, tt.volts })
		burn(t, m, 8, tt.lit)
		if dark := m.Picture().Height == 1; dark != tt.dark || (m.Hottest() > m.Model().Burns) != tt.burnt {
			t.Errorf("%v at %g °C and %g V: dark %v, %.0f °C", tt.lit, tt.ambient, tt.volts, dark, m.Hottest())
		}
	}
}

func TestAStrobeSoonAfterAnotherBurns(t *testing.T) {
	m := mechanism(t, nil)
	for range 3 {
		burn(t, m, 8, 3*time.Millisecond)
	}
	if m.Hottest() <= m.Model().Burns {
		t.Errorf("three strobes at once: %.0f °C", m.Hottest())
	}
	m = mechanism(t, nil)
	for range 3 {
		burn(t, m, 8, 3*time.Millisecond)
		m.Until(m.Now() + 30*time.Millisecond)
	}
	if m.Hottest() > m.Model().Burns {
		t.Errorf("three strobes with rests: %.0f °C", m.Hottest())
	}
}

func TestTheOneShotEndsAStrobe(t *testing.T) {
	m := mechanism(t, func(c *headsim.Config) { c.OneShot = 4 * time.Millisecond })
	burn(t, m, 8, time.Second)
	if m.Longest() != 4*time.Millisecond {
		t.Errorf("a strobe lasted %v", m.Longest())
	}
}

func TestWhatNoDriverMayDoIsNoted(t *testing.T) {
	tests := []struct {
		want string
		do   func(m *headsim.Mechanism)
	}{
		{"dots lit together", func(m *headsim.Mechanism) { burn(t, m, 72, time.Millisecond) }},
		{"head up", func(m *headsim.Mechanism) { m.SetDown(false); burn(t, m, 8, time.Millisecond) }},
		{"without paper", func(m *headsim.Mechanism) { m.SetPaper(false); burn(t, m, 8, time.Millisecond) }},
		{"missed", func(m *headsim.Mechanism) { turn(t, m, time.Millisecond) }},
		{"missed", func(m *headsim.Mechanism) { turn(t, m, 6*time.Millisecond, 3*time.Millisecond) }},
		{"jumped", func(m *headsim.Mechanism) { turn(t, m, time.Second); _ = m.Phases().Out(8, 15) }},
		{"both ends", func(m *headsim.Mechanism) { _ = m.Phases().Out(3, 15) }},
		{"while it ran", func(m *headsim.Mechanism) {
			turn(t, m, 6*time.Millisecond, 5*time.Millisecond, 4500*time.Microsecond)
			_ = m.Motor().Out(gpio.Low)
		}},
		{"latched while", func(m *headsim.Mechanism) { _ = m.Strobes().Out(1, 3); _ = m.Latch().Out(gpio.High) }},
		{"step while", func(m *headsim.Mechanism) { _ = m.Strobes().Out(1, 3); turn(t, m, time.Second) }},
	}
	for _, tt := range tests {
		m := mechanism(t, nil)
		tt.do(m)
		if got := strings.Join(m.Notes(), "; "); !strings.Contains(got, tt.want) {
			t.Errorf("noted %q, want something of %q", got, tt.want)
		}
	}
}

func TestAMotorThatIsTreatedWellMovesThePaper(t *testing.T) {
	m := mechanism(t, nil)
	turn(t, m, 6*time.Millisecond, 5*time.Millisecond, 4500*time.Microsecond, 4*time.Millisecond, 30*time.Millisecond)
	if m.Steps() != 5 || m.Missed() != 0 || len(m.Notes()) != 0 {
		t.Errorf("%d steps, %d missed, %q", m.Steps(), m.Missed(), m.Notes())
	}
}
