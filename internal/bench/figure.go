package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

// Row is one figure as build/bench.json holds it.
type Row struct {
	ID       string   `json:"id"`
	Value    *float64 `json:"value,omitempty"`    // absent: not measured
	Baseline *float64 `json:"baseline,omitempty"` // absent: not measured, or the figure has none
	Unit     string   `json:"unit"`               // of value and baseline
	Ratio    *float64 `json:"ratio,omitempty"`    // value ÷ baseline
	N        int      `json:"n"`                  // measurements behind the value
	Note     string   `json:"note"`
}

// figure is a row of the table before it is measured.
type figure struct {
	id, unit string
	goal     goal
	measure  func(context.Context, *lab) (measured, error)
}

// goal is what a ratio is to reach. The zero goal is none.
type goal struct {
	limit float64
	least bool // the ratio is to be at least limit, not at most
}

func atMost(limit float64) goal  { return goal{limit: limit} }
func atLeast(limit float64) goal { return goal{limit: limit, least: true} }

// String returns the goal as the table shows it.
func (g goal) String() string {
	switch {
	case g == goal{}:
		return ""
	case g.least:
		return fmt.Sprintf("≥ %g", g.limit)
	}
	return fmt.Sprintf("≤ %g", g.limit)
}

// missed reports whether a ratio does not reach the goal.
func (g goal) missed(ratio float64) bool {
	return g != goal{} && (g.least && ratio < g.limit || !g.least && ratio > g.limit)
}

// measured is what a measurement found. A zero baseline is none.
type measured struct {
	value, baseline float64
	n               int
	note            string
}

// cannot is the error of a figure that this machine cannot measure, and says why.
type cannot struct{ why string }

func (c cannot) Error() string { return c.why }

// figures is the table, in order.
func figures() []figure {
	booked, clients, toAll, toSome := once(measureLoads), once(measureClients), once(broadcast().measure), once(targeted().measure)
	used := once(measureUses)
	return []figure{
		{id: "issue", unit: "µs", goal: atMost(1.3), measure: issueAgainstAppend},
		{id: "issue-scale", unit: "µs", goal: atMost(1.3), measure: issueAtScale},
		{id: "issues-per-second", unit: "1/s", measure: issuesPerSecond},
		{id: "bookings-per-second", unit: "1/s", measure: bookingsPerSecond},
		{id: "bookings-r1-1", unit: "1/s", measure: from(booked, func(b loads) measured { return b.alone })},
		{id: "bookings-r1-64", unit: "1/s", measure: from(booked, func(b loads) measured { return b.crowded })},
		{id: "bookings-r3-1", unit: "1/s", measure: from(booked, func(b loads) measured { return b.aloneThrice })},
		{id: "bookings-r3-64", unit: "1/s", measure: from(booked, func(b loads) measured { return b.crowdedThrice })},
		{id: "first-byte", unit: "ms", goal: atMost(1), measure: firstByte},
		{id: "slip-bytes", unit: "bytes", goal: atMost(0.8), measure: slipBytes},
		{id: "slip-time", unit: "ms", goal: atMost(1.02), measure: slipTime},
		{id: "slips-9600", unit: "1/min", goal: atLeast(0.8), measure: slipRate(9600)},
		{id: "slips-19200", unit: "1/min", goal: atLeast(0.8), measure: slipRate(19200)},
		{id: "slips-38400", unit: "1/min", goal: atLeast(0.8), measure: slipRate(38400)},
		{id: "slips-57600", unit: "1/min", goal: atLeast(0.8), measure: slipRate(57600)},
		{id: "slips-115200", unit: "1/min", goal: atLeast(0.8), measure: slipRate(115200)},
		{id: "push", unit: "µs", goal: atMost(1.5), measure: push},
		{id: "catch-up", unit: "offices/s", goal: atLeast(0.5), measure: catchUp},
		{id: "outage-cost", unit: "µs", goal: atMost(1.2), measure: outageCost},
		{id: "broadcast", unit: "ms", measure: from(toAll, func(d delays) measured { return d.middle })},
		{id: "broadcast-p99", unit: "ms", measure: from(toAll, func(d delays) measured { return d.late })},
		{id: "targeted-push", unit: "ms", measure: from(toSome, func(d delays) measured { return d.middle })},
		{id: "targeted-push-p99", unit: "ms", measure: from(toSome, func(d delays) measured { return d.late })},
		{id: "client-memory", unit: "KiB", goal: atMost(1.2), measure: from(clients, func(c clientCosts) measured { return c.memory })},
		{id: "client-cpu", unit: "ms", goal: atMost(1.2), measure: from(clients, func(c clientCosts) measured { return c.cpu })},
		{id: "idle-cpu", unit: "%", goal: atMost(0.5), measure: measureIdle},
		{id: "memory", unit: "MiB", goal: atMost(0.5), measure: from(used, func(u uses) measured { return u.memory })},
		{id: "start", unit: "ms", goal: atMost(0.5), measure: from(used, func(u uses) measured { return u.start })},
		{id: "touch-pixel", unit: "ms", goal: atMost(1), measure: from(used, func(u uses) measured { return u.touch })},
	}
}

// row measures a figure in a folder of its own. A figure that cannot be measured is a row with a note; an error means
// that nothing more can be measured at all.
func (f figure) row(ctx context.Context, o options, progress io.Writer) (Row, error) {
	row := Row{ID: f.id, Unit: f.unit}
	dir, err := os.MkdirTemp(o.folder, "bench-"+f.id+"-")
	if err != nil {
		return Row{}, notWritable(err)
	}
	begin := time.Now()
	fmt.Fprintf(progress, "%s …\n", f.id)
	m, err := f.measure(ctx, &lab{id: f.id, dir: dir, folder: o.folder, programs: o.programs, progress: progress})
	if removing := os.RemoveAll(dir); err == nil && removing != nil {
		err = removing
	}
	if ctx.Err() != nil {
		return Row{}, ctx.Err()
	}
	fmt.Fprintf(progress, "%s took %s\n", f.id, time.Since(begin).Round(100*time.Millisecond))
	row.fill(m, err)
	return row, nil
}

func (r *Row) fill(m measured, err error) {
	var why cannot
	switch {
	case errors.As(err, &why):
		r.Note = "not measured here: " + why.why
		return
	case err != nil:
		r.Note = "not measured, it failed: " + err.Error()
		return
	}
	r.Value, r.N, r.Note = new(m.value), m.n, m.note
	if m.baseline != 0 {
		r.Baseline, r.Ratio = new(m.baseline), new(m.value/m.baseline)
	}
}
