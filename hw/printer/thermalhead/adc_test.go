package thermalhead_test

import (
	"errors"
	"math"
	"testing"

	"periph.io/x/conn/v3"
	"periph.io/x/conn/v3/spi"

	"example.org/totem/hw/printer/thermalhead"
	"example.org/totem/internal/headsim"
)

func TestTheConverterTellsTheHeadsTemperatureAndItsSupply(t *testing.T) {
	for _, profile := range thermalhead.Profiles() {
		for celsius := -12.0; celsius <= 78; celsius += 3 {
			for _, volts := range []float64{0, 4.2, 5, 5.8} {
				sim := around(t, profile)
				sim.Ambient, sim.Supply = celsius, volts
				adc := parts(headsim.New(sim), config(t, profile).Profile, false).Senses
				gotC, gotV, err := adc.Sense(t.Context())
				if err != nil || math.Abs(gotC-celsius) > 1 || math.Abs(gotV-volts) > 0.01 {
					t.Errorf("%s at %g °C, %g V: %.2f °C, %.3f V, %v", profile, celsius, volts, gotC, gotV, err)
				}
			}
		}
	}
}

// answers is a converter that gives each answer once.
type answers [][2]byte

func (a *answers) Tx(_, r []byte) error {
	if len(*a) == 0 {
		return errPin
	}
	r[1], r[2] = (*a)[0][0], (*a)[0][1]
	*a = (*a)[1:]
	return nil
}

func (*answers) TxPackets([]spi.Packet) error { return nil }
func (*answers) Duplex() conn.Duplex          { return conn.Full }
func (*answers) String() string               { return "answers" }

func TestOneSpikeOfTheConverterIsNotBelieved(t *testing.T) {
	mid, low, high := [2]byte{2, 0}, [2]byte{0, 0}, [2]byte{3, 0xff}
	for _, spikes := range []answers{{mid, low, mid, mid, mid, high}, {high, mid, mid, low, mid, mid}, {low, mid, high, high, mid, low}} {
		adc := &thermalhead.ADC{Conn: &spikes, Profile: config(t, "seiko-ltp1245").Profile, Supply: 1, Pull: 15000, Reference: 3.3, Divider: 2}
		celsius, volts, err := adc.Sense(t.Context())
		if err != nil || math.Abs(celsius-25) > 0.5 || math.Abs(volts-3.3) > 0.02 {
			t.Errorf("%.1f °C, %.2f V, %v", celsius, volts, err)
		}
	}
}

func TestAConverterThatIsNotThereOrMeasuresNonsenseIsToldApart(t *testing.T) {
	mid, low, high, floating := [2]byte{2, 0}, [2]byte{0, 0}, [2]byte{3, 0xff}, [2]byte{0xff, 0xff}
	tests := []struct {
		name     string
		answers  answers
		nonsense bool
	}{
		{"thermistor open", answers{high, high, high, mid, mid, mid}, true},
		{"thermistor shorted", answers{low, low, low, mid, mid, mid}, true},
		{"supply beyond the scale", answers{mid, mid, mid, high, high, high}, true},
		{"nothing connected", answers{floating, floating, floating, floating, floating, floating}, false},
		{"a bus that fails", answers{mid}, false},
	}
	for _, tt := range tests {
		adc := &thermalhead.ADC{Conn: &tt.answers, Profile: config(t, "seiko-ltp1245").Profile, Supply: 1, Pull: 15000, Reference: 3.3, Divider: 2}
		if _, _, err := adc.Sense(t.Context()); err == nil || errors.Is(err, thermalhead.ErrSense) != tt.nonsense {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}
