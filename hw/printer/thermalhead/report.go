package thermalhead

import (
	"fmt"
	"strings"
	"time"
)

// Report is how well the head was driven since it was opened, for the technician.
type Report struct {
	RealTime string // why the thread has not the priority that was asked for; "": it has, or none was
	Memory   string // why memory could not be locked; "": it was, or nobody asked
	Lines    int    // dot lines fed
	Drops    int    // strobes that the guard dropped
	Strobes  Lateness
	Steps    Lateness
	Celsius  float64 // of the head, as last read
	Volts    float64 // of the supply, as last read
}

// Lateness is how late things were done that had their moment. The zero Lateness has seen nothing.
type Lateness struct {
	Counts [latenessSteps + 1]int // by Bounds, the last for all that was later
	Max    time.Duration
}

const latenessSteps = 8

var latenessBounds = [latenessSteps]time.Duration{
	10 * time.Microsecond, 20 * time.Microsecond, 50 * time.Microsecond, 100 * time.Microsecond,
	200 * time.Microsecond, 500 * time.Microsecond, time.Millisecond, 5 * time.Millisecond,
}

// Bounds returns the longest lateness that each of Counts but the last stands for.
func (Lateness) Bounds() []time.Duration { return append([]time.Duration(nil), latenessBounds[:]...) }

func (l *Lateness) add(d time.Duration) {
	i := 0
	for i < len(latenessBounds) && d > latenessBounds[i] {
		i++
	}
	l.Counts[i]++
	l.Max = max(l.Max, d)
}

// String tells the counts that are not zero, "≤20µs:514 ≤50µs:3 max 31µs".
func (l Lateness) String() string {
	var b strings.Builder
	for i, n := range l.Counts {
		switch {
		case n == 0:
		case i < len(latenessBounds):
			fmt.Fprintf(&b, "≤%v:%d ", latenessBounds[i], n)
		default:
			fmt.Fprintf(&b, ">%v:%d ", latenessBounds[i-1], n)
		}
	}
	return b.String() + "max " + l.Max.String()
}
