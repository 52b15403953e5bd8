package allocation

import "example.org/totem/booking"

// part is what one totem holds of a sheet, and what it is due.
type part struct {
	id     booking.TotemID
	holder booking.Holder
	// expects is how many walk-ins come, sold how many have come already, by the half-hours of their slots.
	expects Demand
	sold    [Halves]int
	// want is how many slots suffice for its walk-ins, at least 1; from for those from the beginning of each half-hour on.
	want int
	from [Halves]int
	// due is how many it gets when all have been heard; spread over the half-hours as wished.
	due    int
	wished [Halves]int
	// keeps is how many it holds that are not asked back, held by the half-hour; asked those that are.
	keeps, asked int
	held         [Halves]int
	gap          int  // how many it is granted still
	short        bool // it is off by enough for slots of the pool
	// owed is how many it ought to hold in the half-hour reached, with those that the ones before it are short of.
	owed, reached int
}

// reckon says what the part wants for its walk-ins from the minute from up to the minute until of the day. Those of a half-hour
// who have their tickets already, and are expected in it by the counts of other days, do not come again.
func (p *part) reckon(from, until int, sure float64) {
	mean, before := 0.0, 0.0
	for h := Halves - 1; h >= 0; h-- {
		minutes := min(until, 30*h+30) - max(from, 30*h)
		if left := p.expects[h]*float64(minutes)/30 - float64(p.sold[h]); minutes > 0 && left > 0 {
			mean += left
		}
		if mean != before {
			p.want, before = Quantile(mean, sure), mean
		}
		p.from[h] = p.want
	}
	p.want = max(1, p.want)
	p.rewind()
}

// spread says how many of those due it wishes in each half-hour: as the quantiles of what is left of the day shrink. So what it
// holds suffices from every half-hour on as surely as it does for the whole, and what is held to be sure lies late, where it serves
// whoever comes; were it held early, it would be over before the day has shown whether it is needed.
func (p *part) spread() {
	before := p.due
	for h := range Halves - 1 {
		n := p.from[h+1] * p.due / p.want
		p.wished[h], before = before-n, n
	}
	p.wished[Halves-1] = before
}

func (p *part) add(half, n int) {
	p.held[half] += n
	p.keeps += n
}

func (p *part) rewind() { p.owed, p.reached = 0, -1 }

// reach makes owed what it ought to hold in the half-hour h: what it wishes there, and what those since the last one reached
// are short of. What one has over helps none after it: its slots are over by then. Halves that come again are not counted twice.
func (p *part) reach(h int) {
	for p.reached < h {
		if p.reached >= 0 {
			p.owed = max(0, p.owed-p.held[p.reached])
		}
		p.reached++
		p.owed += p.wished[p.reached]
	}
}

// over returns how many it holds in each half-hour beyond what it ought to hold there.
func (p *part) over() (n [Halves]int) {
	for h := range Halves {
		p.reach(h)
		n[h] = p.held[h] - p.owed
	}
	p.rewind()
	return n
}
