package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"
)

// delivery is a measurement of pushes to connected totems.
type delivery struct {
	offices, totems int // totems of each office
	slots           int // of each office's sheet
	blocks          int
	pace            pace // of a block
	last            bool // a push counts when the last of its totems has it; else each totem's counts
}

// broadcast pushes one sheet to all totems at once, which are of one office.
func broadcast() delivery {
	return delivery{offices: 1, totems: 2000, slots: 48, blocks: 5, pace: pace{8, 400 * time.Millisecond}, last: true}
}

// targeted pushes as many bookings a second as a nation of 10,000 offices makes in its busiest hour.
func targeted() delivery {
	return delivery{offices: 1000, totems: 2, slots: 24, blocks: 5, pace: pace{700, time.Second / 350}}
}

// delays are how late pushes were, in ms.
type delays struct{ middle, late measured }

func (d delivery) measure(ctx context.Context, l *lab) (found delays, err error) {
	if err := errors.Join(onDisk(l.dir), admits(d.offices*d.totems)); err != nil {
		return found, err
	}
	return d.run(ctx, l)
}

func (d delivery) run(ctx context.Context, l *lab) (found delays, err error) {
	dir, err := filepath.Abs(l.dir)
	if err != nil {
		return found, err
	}
	if err := newCrowd(dir, d.offices, d.totems); err != nil {
		return found, err
	}
	server, url, err := openServing(ctx, dir)
	if err != nil {
		return found, err
	}
	defer func() { err = errors.Join(err, server.close()) }()
	if _, err := tell[nothing](server, "lay", d.slots); err != nil {
		return found, err
	}
	guests, err := openPeople(ctx, invitation{Dir: dir, URL: url})
	if err != nil {
		return found, err
	}
	defer func() { err = errors.Join(err, guests.close()) }()
	// An answer comes after the totem's subscription: without one, the first pushes may be made before anybody hears them.
	if _, err := tell[nothing](guests, "hello", nothing{}); err != nil {
		return found, err
	}
	var tails []float64
	medians, err := l.interleave(ctx, d.blocks, func(_ context.Context, block int) (float64, error) {
		late, err := d.push(server, guests)
		if block > 0 {
			tails = append(tails, quantile(late, 0.99))
		}
		return quantile(late, 0.5), err
	})
	if err != nil {
		return found, err
	}
	n := d.blocks * d.pace.Count
	found.middle = measured{value: medians[0], n: n, note: "p50; " + d.note()}
	found.late = measured{value: quantile(tails, 0.5), n: n, note: "p99; " + d.note()}
	return found, nil
}

func (d delivery) note() string {
	until, who := "the push comes out of the link of each of its totems", fmt.Sprintf("%d totems in %d offices", d.offices*d.totems, d.offices)
	if d.last {
		until = "the push has come out of the links of all its totems"
	}
	if d.offices == 1 {
		who = fmt.Sprintf("%d totems in one office", d.totems)
	}
	return fmt.Sprintf("from when a booking is due until %s, decoded; %s, TLS, in another process than the server; %.4g bookings/s, R1, every write synced",
		until, who, 1/d.pace.Every.Seconds())
}

// push is a block: it returns how late its pushes were.
func (d delivery) push(server, guests *part) ([]float64, error) {
	due, err := tell[[]moment](server, "book", d.pace)
	if err != nil {
		return nil, err
	}
	came, err := tell[[]moment](guests, "arrivals", len(due)*d.totems)
	if err != nil {
		return nil, err
	}
	return d.delays(due, came)
}

// delays returns how late pushes came, in ms.
func (d delivery) delays(due, came []moment) ([]float64, error) {
	at := make(map[uint64]time.Duration)
	for _, m := range due {
		at[m.Sequence] = m.At
	}
	var each []float64
	last := make(map[uint64]float64)
	for _, m := range came {
		begin, ok := at[m.Sequence]
		if !ok {
			return nil, fmt.Errorf("revision %d came, which nobody made", m.Sequence)
		}
		late := millis(m.At - begin)
		each = append(each, late)
		last[m.Sequence] = max(last[m.Sequence], late)
	}
	if !d.last {
		return each, nil
	}
	each = each[:0]
	for _, late := range last {
		each = append(each, late)
	}
	return each, nil
}
