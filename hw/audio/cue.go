package audio

import (
	"math"
	"time"
)

// Cue is a soft sound of at most 0.3 s.
type Cue uint8

// The cues.
const (
	Click   Cue = iota + 1 // a key was felt: 30 ms
	Warning                // the time runs out: two falling tones in 0.3 s; at most one a second

	probe Cue = 255 // nothing for 50 ms: it is heard by nobody, and shows that a player works
)

const betweenWarnings = time.Second

// tone is a sine that swells and fades.
type tone struct {
	hertz float64
	long  time.Duration
}

func (c Cue) tones() []tone {
	switch c {
	case Click:
		return []tone{{1100, 30 * time.Millisecond}}
	case Warning:
		return []tone{{740, 150 * time.Millisecond}, {587, 150 * time.Millisecond}}
	case probe:
		return []tone{{0, 50 * time.Millisecond}}
	}
	return nil
}

// samples returns the cue, 6 dB softer than speech before both are made as loud as is wished; nil for one that there is not.
func (c Cue) samples() []float64 {
	var all []float64
	height := math.Pow(10, (spoken-6)/20.0) * math.Sqrt2 * 32768
	for _, t := range c.tones() {
		n := int(t.long * SampleRate / time.Second)
		for i := range n {
			swell := math.Sin(math.Pi * float64(i) / float64(n))
			all = append(all, height*swell*swell*math.Sin(2*math.Pi*t.hertz*float64(i)/SampleRate))
		}
	}
	return all
}
