package nation

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// measure is what a worker has seen.
type measure struct {
	Counts
	rounds, booked, folded, pull, want, hello []time.Duration
	wrongs                                    []string
}

// Counts are numbers of a day.
type Counts struct {
	Walk       int `json:"walk"`        // tickets given at totems
	Offline    int `json:"offline"`     // of these, without a link
	Web        int `json:"web"`         // tickets of the web
	Refused    int `json:"refused"`     // who walked in and found no time, with a link
	RefusedOff int `json:"refused_off"` // and without
	WebRefused int `json:"web_refused"`
	Released   int `json:"released"` // slots that totems gave back
	Missed     int `json:"missed"`   // times that were gone when they were asked for
	Unsold     int `json:"unsold"`   // slots that totems held in the evening and had not sold
	Checked    int `json:"checked"`  // invariants that were looked at
}

// mostWrongs bounds what is told of broken promises.
const mostWrongs = 20

func (m *measure) wrong(format string, args ...any) {
	if len(m.wrongs) < mostWrongs {
		m.wrongs = append(m.wrongs, fmt.Sprintf(format, args...))
	}
}

func (m *measure) refused(up bool) {
	if up {
		m.Refused++
	} else {
		m.RefusedOff++
	}
}

// Report is what was seen of a nation's day.
type Report struct {
	Offices int    `json:"offices"`
	Totems  int    `json:"totems"`
	Workers int    `json:"workers"`
	Seed    uint64 `json:"seed"`
	Day     string `json:"day"`
	Counts
	Took      Took          `json:"took"`
	Calls     int           `json:"calls"`      // of the scheduler
	PerSecond float64       `json:"per_second"` // calls while the day was played, all workers together
	Latency   []Percentiles `json:"latency"`
	Wrong     []string      `json:"wrong"` // promises that were broken; none if all is well
}

// Took is how long the parts of the run took, by the wall clock.
type Took struct {
	Planning time.Duration `json:"planning_ns"`
	Day      time.Duration `json:"day_ns"`
	Closing  time.Duration `json:"closing_ns"`
}

// Percentiles are how long calls of one kind took, in microseconds.
type Percentiles struct {
	Call string  `json:"call"`
	N    int     `json:"n"`
	P50  float64 `json:"p50_us"`
	P95  float64 `json:"p95_us"`
	P99  float64 `json:"p99_us"`
	Max  float64 `json:"max_us"`
}

func (n *nation) report() Report {
	r := Report{Offices: n.cfg.Offices, Totems: n.cfg.Totems, Workers: len(n.workers), Seed: n.cfg.Seed, Day: n.cfg.Day.String(), Took: n.took, Wrong: []string{}}
	var all measure
	for _, w := range n.workers {
		m := w.measure
		all.booked, all.folded, all.pull = append(all.booked, m.booked...), append(all.folded, m.folded...), append(all.pull, m.pull...)
		all.want, all.hello, all.rounds = append(all.want, m.want...), append(all.hello, m.hello...), append(all.rounds, m.rounds...)
		r.Counts = r.add(m.Counts)
		r.Wrong = append(r.Wrong, m.wrongs...)
	}
	for _, kind := range []struct {
		call  string
		times []time.Duration
	}{{"book (web)", all.booked}, {"fold a fact", all.folded}, {"pull", all.pull}, {"want (today)", all.want}, {"hello", all.hello}, {"round of one worker", all.rounds}} {
		r.Calls += len(kind.times)
		r.Latency = append(r.Latency, percentiles(kind.call, kind.times))
	}
	if spent := n.took.Day + n.took.Planning; spent > 0 {
		r.PerSecond = float64(r.Calls) / spent.Seconds()
	}
	return r
}

func (r Report) add(c Counts) Counts {
	s := r.Counts
	return Counts{s.Walk + c.Walk, s.Offline + c.Offline, s.Web + c.Web, s.Refused + c.Refused, s.RefusedOff + c.RefusedOff, s.WebRefused + c.WebRefused,
		s.Released + c.Released, s.Missed + c.Missed, s.Unsold + c.Unsold, s.Checked + c.Checked}
}

func percentiles(call string, times []time.Duration) Percentiles {
	p := Percentiles{Call: call, N: len(times)}
	if len(times) == 0 {
		return p
	}
	slices.Sort(times)
	at := func(share float64) float64 {
		return float64(times[int(share*float64(len(times)-1))]) / float64(time.Microsecond)
	}
	p.P50, p.P95, p.P99, p.Max = at(0.5), at(0.95), at(0.99), at(1)
	return p
}

// JSON writes r as a program may read it.
func (r Report) JSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(r)
}

// Text returns r as a page of Markdown.
func (r Report) Text() string {
	var b strings.Builder
	say := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	verdict := fmt.Sprintf("%s looked at, none broken", grouped(r.Checked))
	if len(r.Wrong) > 0 {
		verdict = fmt.Sprintf("**%d broken**, see below", len(r.Wrong))
	}
	say("# A nation's day\n")
	say("%s offices, %s totems, %s, seed %d, %d schedulers at work.\n", grouped(r.Offices), grouped(r.Totems), r.Day, r.Seed, r.Workers)
	say("| | |\n|---|---:|")
	for _, row := range []struct {
		what string
		n    int
	}{
		{"tickets given at totems", r.Walk}, {"of these, while the link was down", r.Offline}, {"tickets of the web", r.Web},
		{"walked in and found no time", r.Refused + r.RefusedOff}, {"of these, while the link was down", r.RefusedOff}, {"refused on the web", r.WebRefused},
		{"slots that totems gave back", r.Released}, {"times gone when they were asked for", r.Missed}, {"held by totems in the evening and not sold", r.Unsold},
	} {
		say("| %s | %s |", row.what, grouped(row.n))
	}
	say("| promises | %s |\n", verdict)
	say("%s calls of the scheduler, %s a second. Planning took %s, the day %s, closing and comparing %s.\n", grouped(r.Calls), grouped(int(r.PerSecond)),
		r.Took.Planning.Round(100*time.Millisecond), r.Took.Day.Round(100*time.Millisecond), r.Took.Closing.Round(100*time.Millisecond))
	say("| call | n | p50 | p95 | p99 | longest |\n|---|---:|---:|---:|---:|---:|")
	for _, p := range r.Latency {
		say("| %s | %s | %s | %s | %s | %s |", p.Call, grouped(p.N), spell(p.P50), spell(p.P95), spell(p.P99), spell(p.Max))
	}
	for _, w := range r.Wrong {
		say("\n- %s", w)
	}
	return b.String()
}

// spell writes microseconds.
func spell(us float64) string {
	switch {
	case us >= 1e6:
		return fmt.Sprintf("%.2f s", us/1e6)
	case us >= 1e3:
		return fmt.Sprintf("%.1f ms", us/1e3)
	}
	return fmt.Sprintf("%.0f µs", us)
}

// grouped writes a number with a narrow space every three digits.
func grouped(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + " " + s[i:]
	}
	return s
}
