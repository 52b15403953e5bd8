package thermalhead

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"periph.io/x/conn/v3/spi"
)

// ErrSense is the error of a measurement that no whole head gives: a broken or shorted thermistor, no supply.
var ErrSense = errors.New("a measurement that cannot be")

// ADC is a Microchip MCP3004 or MCP3008 that measures thermistor and supply. The thermistor lies between its channel and ground,
// under a resistor to the reference. Sense is for one goroutine.
type ADC struct {
	Conn       spi.Conn // mode 0, at most 1 MHz at 3.3 V
	Profile    Profile  // whose thermistor it is
	Thermistor int      // channel, 0 to 7
	Supply     int      // channel, 0 to 7
	Pull       float64  // ohms from the reference to the thermistor
	Reference  float64  // volts of its reference pin
	Divider    float64  // volts of the supply for each volt at the channel

	w, r [3]byte
}

func (a *ADC) check() error {
	switch {
	case len(a.Profile.ntc) == 0:
		return errors.New("adc: no profile")
	case a.Thermistor < 0 || a.Thermistor > 7 || a.Supply < 0 || a.Supply > 7 || a.Thermistor == a.Supply:
		return fmt.Errorf("adc: channels %d and %d: want two of 0 to 7", a.Thermistor, a.Supply)
	case !(a.Pull >= 100 && a.Pull <= 1e6 && a.Reference >= 1 && a.Reference <= 5.5 && a.Divider >= 1 && a.Divider <= 50):
		return errors.New("adc: want a resistor of 100 to 1000000 ohms, a reference of 1 to 5.5 V, a divider of 1 to 50")
	case a.Reference*a.Divider < a.Profile.limits.highest*1.05:
		return fmt.Errorf("adc: it measures up to %.2f V, the supply may have %.2f", a.Reference*a.Divider, a.Profile.limits.highest)
	}
	return nil
}

const fullScale = 1023

// Sense measures each channel three times and takes the middle one.
func (a *ADC) Sense(context.Context) (celsius, volts float64, err error) {
	warm, err := a.measure(a.Thermistor)
	if err != nil {
		return 0, 0, err
	}
	supply, err := a.measure(a.Supply)
	if err != nil {
		return 0, 0, err
	}
	if warm == 0 || warm == fullScale || supply == fullScale {
		return 0, 0, fmt.Errorf("%w: thermistor %d, supply %d of %d", ErrSense, warm, supply, fullScale)
	}
	celsius, err = a.Profile.ntc.celsius(a.Pull * float64(warm) / float64(fullScale-warm))
	if err != nil {
		return 0, 0, errors.Join(ErrSense, err)
	}
	return celsius, float64(supply) / fullScale * a.Reference * a.Divider, nil
}

func (a *ADC) measure(channel int) (int, error) {
	var values [3]int
	for i := range values {
		v, err := a.read(channel)
		if err != nil {
			return 0, fmt.Errorf("measure channel %d: %w", channel, err)
		}
		values[i] = v
	}
	slices.Sort(values[:])
	return values[1], nil
}

// errBus is that of an answer that an MCP3008 never gives: its null bit is set, as when nothing is connected.
var errBus = errors.New("the converter does not answer")

// read makes one exchange (data sheet DS21295, figure 6-1):
//
//	sent      00000001  1ccc0000  00000000   start; single-ended, channel
//	received  --------  -----0bb  bbbbbbbb   null bit; ten bits, the highest first
func (a *ADC) read(channel int) (int, error) {
	a.w = [3]byte{0x01, 0x80 | byte(channel)<<4, 0}
	if err := a.Conn.Tx(a.w[:], a.r[:]); err != nil {
		return 0, err
	}
	if a.r[1]&0x04 != 0 {
		return 0, errBus
	}
	return int(a.r[1]&0x03)<<8 | int(a.r[2]), nil
}
