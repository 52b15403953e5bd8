package policies

import (
	"context"
	"errors"
	"math"
	"sync"
	"time"

	"example.org/totem/scheduler/allocation"
)

// Study is which days are played.
type Study struct {
	Days int    // of each combination, more than 0
	Seed uint64 // the same seed makes the same days
	// Past is how many days before those are only counted, for the forecasts, at most 8; 0: 8.
	Past int
	// Workers is how many offices are played side by side; 0: one. It changes nothing in the result.
	Workers int
	// Progress is told how many days of how many have been played, from one goroutine at a time; nil: nobody is.
	Progress func(played, of int)
}

// Cell is what became of the days of one policy at one load, with one length of outage.
type Cell struct {
	Policy  string // its key
	Load    Load
	Outage  Outage
	Days    int
	Outcome          // summed up over the days
	Turned  Share    // of the walk-ins that came while the link was down, those turned away
	Behind  Share    // the same, less that of the policy "both sides sell" on the same days
	Double  Estimate // tickets a day for a slot that another ticket is for
	Refused Estimate // web users a day who found nothing
	Idle    Estimate // slots a day that passed unsold in a totem's hands while the link was down
}

// Estimate is a mean with its standard error.
type Estimate struct{ Mean, Error float64 }

// Share is an estimate in hundredths.
type Share Estimate

const (
	// career is how many days of an office are measured at most; before them come warmUp days that are only counted, the first of
	// them forecast by the prior alone.
	career = 40
	warmUp = 8
)

// Run plays the study: every policy, load and outage with the same citizens. It blocks until all is played or ctx ends.
func (s Study) Run(ctx context.Context) ([]Cell, error) {
	if s.Days < 1 {
		return nil, errors.New("play the policies: no days are wanted")
	}
	offices := (s.Days + career - 1) / career
	lives := make([]life, len(Loads())*offices)
	var turn sync.Mutex
	next, played := 0, 0
	take := func() (int, bool) {
		turn.Lock()
		defer turn.Unlock()
		next++
		return next - 1, next <= len(lives) && ctx.Err() == nil
	}
	tell := func(days int) {
		turn.Lock()
		defer turn.Unlock()
		played += days
		if s.Progress != nil {
			s.Progress(played, s.Days*len(Loads())*len(Outages()))
		}
	}
	var workers sync.WaitGroup
	for range max(1, s.Workers) {
		workers.Go(func() {
			for i, ok := take(); ok; i, ok = take() {
				office := i % offices
				lives[i] = s.live(ctx, office, Loads()[i/offices], min(career, s.Days-office*career), tell)
			}
		})
	}
	workers.Wait()
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	var cells []Cell
	for l, load := range Loads() {
		cells = append(cells, cellsOf(load, lives[l*offices:(l+1)*offices])...)
	}
	return cells, nil
}

func (s Study) past() int {
	if s.Past < 1 || s.Past > warmUp {
		return warmUp
	}
	return s.Past
}

// life is what became of the days of one office: by the outage, by the policy, by the day. Policies that are not played with an
// outage have no days there.
type life [][][]Outcome

// live plays days of one office with every outage and policy, and tells how many are done. What an office expects of a day are counts
// of its eight days before, nothing else.
func (s Study) live(ctx context.Context, office int, load Load, days int, tell func(int)) life {
	warm := make(map[time.Duration]memory) // by the outage to survive: without an outage nothing else tells policies apart
	var all life
	for o, outage := range Outages() {
		outcomes := make([][]Outcome, len(Policies()))
		for i, p := range Policies() {
			if i >= named && o != len(Outages())-1 {
				continue // the lever is shown for the longest outage alone
			}
			var m memory
			if p.balance {
				if _, ok := warm[p.survive]; !ok {
					for n := range s.past() {
						m.play(p, dayOf(s.Seed, office, n, load, Outage{}))
					}
					warm[p.survive] = m
				}
				m = warm[p.survive]
			}
			for n := range days {
				if ctx.Err() != nil {
					return nil
				}
				outcomes[i] = append(outcomes[i], m.play(p, dayOf(s.Seed, office, warmUp+n, load, outage)))
			}
		}
		all = append(all, outcomes)
		tell(days)
	}
	return all
}

// memory is what is known of an office's days: what each totem gave on the last eight, the latest first.
type memory [totems][warmUp]*allocation.Demand

// play plays a day of which is expected what m says, and remembers it.
func (m *memory) play(p Policy, d day) Outcome {
	var expected [totems]allocation.Demand
	prior := allocation.Prior(p.morning(d), opens().Location(), totems)
	for i := range expected {
		var past []allocation.Demand
		for _, taken := range m[i] {
			if taken != nil {
				past = append(past, *taken)
			}
		}
		expected[i] = allocation.Forecast(past, prior)
	}
	outcome, taken := play(p, d, expected)
	for i := range m {
		copy(m[i][1:], m[i][:])
		m[i][0] = &taken[i]
	}
	return outcome
}

func cellsOf(load Load, lives []life) (cells []Cell) {
	for o, outage := range Outages() {
		all := make([][]Outcome, len(Policies()))
		for _, l := range lives {
			for p, days := range l[o] {
				all[p] = append(all[p], days...)
			}
		}
		for p, policy := range Policies() {
			if len(all[p]) > 0 {
				cells = append(cells, cellOf(policy, load, outage, all[p], all[0]))
			}
		}
	}
	return cells
}

func cellOf(p Policy, load Load, outage Outage, outcomes, naive []Outcome) Cell {
	c := Cell{Policy: p.Key, Load: load, Outage: outage, Days: len(outcomes)}
	for _, o := range outcomes {
		c.Outcome = c.add(o)
	}
	came := func(i int) float64 { return float64(outcomes[i].Cut) }
	c.Turned = shareOf(len(outcomes), came, func(i int) float64 { return float64(outcomes[i].CutTurned) })
	c.Behind = shareOf(len(outcomes), came, func(i int) float64 { return float64(outcomes[i].CutTurned - naive[i].CutTurned) })
	c.Double = meanOf(outcomes, func(o Outcome) int { return o.Doubled })
	c.Refused = meanOf(outcomes, func(o Outcome) int { return o.WebRefused })
	c.Idle = meanOf(outcomes, func(o Outcome) int { return o.Wasted })
	return c
}

func (o Outcome) add(more Outcome) Outcome {
	o.WalkIns += more.WalkIns
	o.TurnedAway += more.TurnedAway
	o.Cut += more.Cut
	o.CutTurned += more.CutTurned
	o.Web += more.Web
	o.WebRefused += more.WebRefused
	o.Doubled += more.Doubled
	o.Wasted += more.Wasted
	o.Kept += more.Kept
	return o
}

// shareOf estimates the ratio of two sums over independent days. Its error is the usual one of a ratio: the spread of what each
// day has beyond the ratio.
func shareOf(days int, of, part func(day int) float64) Share {
	var all, some, spread float64
	for i := range days {
		all += of(i)
		some += part(i)
	}
	if all == 0 {
		return Share{}
	}
	ratio := some / all
	for i := range days {
		d := part(i) - ratio*of(i)
		spread += d * d
	}
	return Share{100 * ratio, 100 * math.Sqrt(spread) / all}
}

func meanOf(outcomes []Outcome, count func(Outcome) int) Estimate {
	var sum, squares float64
	for _, o := range outcomes {
		x := float64(count(o))
		sum += x
		squares += x * x
	}
	n := float64(len(outcomes))
	mean := sum / n
	return Estimate{mean, math.Sqrt(max(0, squares/n-mean*mean) / n)}
}
