package longrun

import (
	"errors"
	"fmt"
	"time"

	"example.org/totem/booking"
	"example.org/totem/scheduler/agenda"
)

// Config says what is played.
type Config struct {
	Seed    uint64
	Offices int           // at least 1
	Totems  int           // of each office; at least 1
	Days    int           // at least 1; the last one ends in the afternoon
	Round   time.Duration // between two rounds of the scheduler by day; 0: 5 minutes
	Broken  Broken
}

// Report says how it went.
type Report struct {
	Seed                                            uint64
	Steps                                           uint64 // events played
	Issued, Web                                     int    // tickets of totems and of the web
	Away                                            int    // citizens for whom a totem had nothing
	Released, Passed, Received, Wanted              int    // slots given back, passed on, taken, granted on request
	Cuts, LANCuts, Kills, Clocks, Restarts          int
	Fences, SetBacks, Edits, Refused, Lost, Doubled int
	Digest                                          uint64   // of everything that happened, in order
	Wrong                                           []string // promises that were broken, with what happened to the slot; none if all is well
}

func (r Report) String() string {
	return fmt.Sprintf("seed %d: %d steps, tickets %d at totems and %d in the web, %d sent away; slots %d given back, %d passed on, %d taken, %d on request; "+
		"%d links and %d LANs cut, %d kills, %d clocks set, %d scheduler restarts, %d fences, %d set-backs, %d edits, %d of them refused; %d messages lost, %d doubled; digest %016x",
		r.Seed, r.Steps, r.Issued, r.Web, r.Away, r.Released, r.Passed, r.Received, r.Wanted,
		r.Cuts, r.LANCuts, r.Kills, r.Clocks, r.Restarts, r.Fences, r.SetBacks, r.Edits, r.Refused, r.Lost, r.Doubled, r.Digest)
}

func (c Config) check() error {
	if c.Offices < 1 || c.Totems < 1 || c.Days < 1 || c.Round < 0 {
		return errors.New("play: want at least an office, a totem and a day")
	}
	return nil
}

// lead and release are the offices'.
const (
	lead    = 5 * time.Minute
	release = 30 * time.Minute
)

// planOf returns the n-th office: two queues, one of them small, open from 9 to 13 on six days a week.
func planOf(n, totems int, zone *time.Location) agenda.Plan {
	p := agenda.Plan{
		Office: booking.Office{ID: booking.OfficeID(fmt.Sprintf("of%03d", n)), Zone: zone.String(), Lead: lead, Release: release},
		Zone:   zone, WalkIn: 0.2,
	}
	for i := range totems {
		p.Totems = append(p.Totems, booking.TotemID(fmt.Sprintf("t%d", i+1)))
	}
	for i, q := range []booking.QueueID{"anagrafe", "tributi"} {
		queue := booking.Queue{ID: q, Prefix: "AT"[i : i+1], Length: 20 * time.Minute, WalkIn: 200}
		p.Office.Queues = append(p.Office.Queues, queue)
		plan := agenda.QueuePlan{Queue: queue, Horizon: 1}
		for day := range plan.Counters {
			if time.Weekday(day) != time.Sunday {
				plan.Counters[day] = []agenda.Counters{{Span: opening, Open: 3 - 2*i}}
			}
		}
		p.Queues = append(p.Queues, plan)
	}
	for day := range p.Office.Hours.Week {
		if time.Weekday(day) != time.Sunday {
			p.Office.Hours.Week[day] = []booking.Span{opening}
		}
	}
	return p
}

var opening = booking.Span{From: 9 * 60, To: 13 * 60}
