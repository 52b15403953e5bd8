package escpos

import "time"

// Limits are how long the printer is waited for, beside the time that bytes take on the line. Together they bound how
// long after a printer stopped nobody knows of it: three seconds with the defaults.
type Limits struct {
	Answer time.Duration // for the answers to real-time questions; 0: 600 ms
	Stall  time.Duration // for a line that takes no bytes; 0: 1.5 s
	Slip   time.Duration // for the confirmation, beyond the time that the slip takes to print; 0: 1 s
}

// filled returns l with its defaults and the time on a line of that speed.
func (l Limits) filled(baud int) Limits {
	fill := func(d *time.Duration, otherwise time.Duration) {
		if *d == 0 {
			*d = otherwise
		}
	}
	fill(&l.Answer, 600*time.Millisecond)
	fill(&l.Stall, 1500*time.Millisecond)
	fill(&l.Slip, time.Second)
	l.Answer += onLine(2*len(question(simple[:]...))+ahead(baud), baud)
	l.Stall += onLine(2*ahead(baud), baud)
	return l
}

// onLine is how long so many bytes of ten bits are on the way.
func onLine(bytes, baud int) time.Duration {
	return time.Duration(bytes*10) * time.Second / time.Duration(baud)
}

// ahead is how many bytes may wait at our end of the line: a question must not stand behind many.
func ahead(baud int) int { return min(max(baud/10/8, 32), 4096) }

// Between is how often things are done to a printer at work.
const (
	between = 400 * time.Millisecond // from one status question to the next
	fresh   = time.Second            // how long a printer that was seen ready is not asked again
	twins   = 150 * time.Millisecond // between the two answers of a fence
)
