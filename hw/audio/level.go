package audio

import "math"

// ceiling is how far a sample may reach: a little below full scale.
const ceiling = 32000.0

// recovery is how much the limiter gives back with each chunk, 1 dB or so: slowly, so that it is not heard to breathe.
const recovery = 1.12

// leveller makes samples as loud as is wished and never louder than can be played. It holds back one chunk to see what comes, and
// goes softer before a peak, evenly from chunk to chunk, instead of cutting the peak. The zero leveller is ready.
type leveller struct {
	gain  float64 // of the last sample; 0: none yet
	held  []float64
	limit float64 // what the held chunk may be multiplied by at most
	edge  float64 // what the limiter multiplied the last sample by
}

// next takes samples and returns those of the call before, of which there are none at first. Nothing flushes out the last.
func (l *leveller) next(samples []float64, gain float64) []int16 {
	if l.gain == 0 {
		l.gain, l.limit, l.edge = gain, 1, 1
	}
	loud, peak := make([]float64, len(samples)), 0.0
	for i, s := range samples {
		loud[i] = s * between(l.gain, gain, i+1, len(samples))
		peak = max(peak, math.Abs(loud[i]))
	}
	l.gain = gain
	limit := 1.0
	if peak > ceiling {
		limit = ceiling / peak
	}
	end := min(l.limit, limit, l.edge*recovery)
	out := make([]int16, len(l.held))
	for i, s := range l.held {
		out[i] = int16(math.Round(s * between(l.edge, end, i+1, len(l.held))))
	}
	l.held, l.limit, l.edge = loud, limit, end
	return out
}

// between returns the value n/of of the way from a to b.
func between(a, b float64, n, of int) float64 { return a + (b-a)*float64(n)/float64(of) }
