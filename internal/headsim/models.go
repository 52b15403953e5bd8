package headsim

import "time"

// Model is a mechanism as its maker would describe it: what it is, not how to drive it.
type Model struct {
	Name    string
	Dots    int   // of a line
	Groups  []int // dots of each strobe, from the left
	MaxDots int   // that the supply lights together without trouble

	Ohms     float64       // of a dot
	Common   float64       // of the wires that all dots share
	Gain     float64       // of the maker's law: power = (Gain × V − Offset)² / Ohms
	Offset   float64       // V
	Energy   float64       // µJ of that power that darken at 25 °C
	Slope    float64       // µJ less for each K above
	Cool     time.Duration // in which a dot's heat falls by the factor e
	KelvinUJ float64       // K that a dot is warmer than the head for each µJ
	Burns    float64       // °C of a dot

	R25, B    float64 // of the thermistor
	HeadJ     float64 // J for a K of the head
	HeadCools time.Duration

	HalfSteps int     // of a dot line
	Start     float64 // half-steps a second that it can begin with
	Top       float64 // that it can follow at most
	Gains     float64 // half-steps/s² that it can speed up by
	Settles   time.Duration
}

// ModelOf returns the mechanism of that name. The values are the simulator's own reading of the makers' papers, a little off the
// middle of their tolerances; no profile of the driver is read.
func ModelOf(name string) (Model, bool) {
	switch name {
	case "seiko-ltp1245":
		return Model{
			Name: name, Dots: 384, Groups: []int{192, 192}, MaxDots: 64,
			Ohms: 176, Common: 0.09, Gain: 1.4, Offset: 2.9, Energy: 280, Slope: 3.1, Cool: 3200 * time.Microsecond, KelvinUJ: 0.319, Burns: 155,
			R25: 15000, B: 3442, HeadJ: 8, HeadCools: 40 * time.Second,
			HalfSteps: 2, Start: 190, Top: 520, Gains: 8000, Settles: 10 * time.Millisecond,
		}, true
	case "fujitsu-ftp628":
		return Model{
			Name: name, Dots: 384, Groups: []int{64, 64, 64, 64, 64, 64}, MaxDots: 64,
			Ohms: 162, Common: 0.08, Gain: 1.4, Offset: 2.9, Energy: 258, Slope: 2.85, Cool: 2800 * time.Microsecond, KelvinUJ: 0.35, Burns: 155,
			R25: 30000, B: 3950, HeadJ: 8, HeadCools: 40 * time.Second,
			HalfSteps: 2, Start: 210, Top: 530, Gains: 8000, Settles: 10 * time.Millisecond,
		}, true
	case "fujitsu-ftp638":
		return Model{
			Name: name, Dots: 576, Groups: []int{64, 64, 64, 64, 64, 64, 64, 64, 64}, MaxDots: 96,
			Ohms: 158, Common: 0.06, Gain: 1.4, Offset: 2.9, Energy: 255, Slope: 2.8, Cool: 3000 * time.Microsecond, KelvinUJ: 0.35, Burns: 155,
			R25: 30000, B: 3950, HeadJ: 11, HeadCools: 40 * time.Second,
			HalfSteps: 2, Start: 210, Top: 530, Gains: 8000, Settles: 10 * time.Millisecond,
		}, true
	}
	return Model{}, false
}
