package thermalhead

import (
	"errors"
	"fmt"
	"math"
)

// thermistor is an NTC: its points, the coldest first. Between two of them its resistance follows the law of B.
type thermistor []ntcPoint

type ntcPoint struct{ celsius, ohms float64 }

const zero = 273.15 // K

func (t thermistor) check() error {
	if len(t) < 3 {
		return fmt.Errorf("thermistor: %d points: want at least 3", len(t))
	}
	for i, p := range t {
		if !(p.celsius > -60 && p.celsius < 200 && p.ohms > 1 && p.ohms < 1e8) {
			return fmt.Errorf("thermistor: point %g °C, %g ohms: out of range", p.celsius, p.ohms)
		}
		if i == 0 {
			continue
		}
		b := math.Log(t[i-1].ohms/p.ohms) / (1/(t[i-1].celsius+zero) - 1/(p.celsius+zero))
		if p.celsius <= t[i-1].celsius || !(b > 1000 && b < 8000) {
			return fmt.Errorf("thermistor: between %g and %g °C B would be %.0f: want the coldest first, and 1000 to 8000", t[i-1].celsius, p.celsius, b)
		}
	}
	return nil
}

// errThermistor is that of a reading that no whole thermistor gives.
var errThermistor = errors.New("the thermistor is broken, shorted, or far outside its range")

// celsius returns the temperature at which the thermistor has so many ohms.
func (t thermistor) celsius(ohms float64) (float64, error) {
	if !(ohms <= t[0].ohms && ohms >= t[len(t)-1].ohms) {
		return 0, fmt.Errorf("%.0f ohms: %w", ohms, errThermistor)
	}
	i := 1
	for ohms < t[i].ohms {
		i++
	}
	cold, warm := t[i-1], t[i]
	at := func(p ntcPoint) float64 { return 1 / (p.celsius + zero) }
	share := math.Log(cold.ohms/ohms) / math.Log(cold.ohms/warm.ohms)
	return 1/(at(cold)+share*(at(warm)-at(cold))) - zero, nil
}
