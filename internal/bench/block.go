package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"time"
)

// lab is where one figure is measured.
type lab struct {
	id       string
	dir      string // for this figure, removed afterwards
	folder   string // of all figures, kept
	programs string // folder of the programs that are measured
	progress io.Writer
}

func (l *lab) path(name string) string { return filepath.Join(l.dir, name) }

// blocks is how many blocks a figure has unless it needs more. At least five: one that meets a neighbour's work does
// not decide then.
const blocks = 9

// side is one kind of work. Called once a block, it does as much of it as makes a block and returns what it measured.
type side func(ctx context.Context, block int) (float64, error)

// interleave lets the sides work in turn, n blocks each after one that does not count, and returns each side's median.
// Every second round is in the opposite order, so that none always follows the same other.
func (l *lab) interleave(ctx context.Context, n int, sides ...side) ([]float64, error) {
	found := make([][]float64, len(sides))
	for block := range n + 1 {
		for turn := range sides {
			if block%2 == 1 {
				turn = len(sides) - 1 - turn
			}
			value, err := sides[turn](ctx, block)
			if err != nil {
				return nil, err
			}
			if block > 0 {
				found[turn] = append(found[turn], value)
			}
		}
		if block > 0 {
			fmt.Fprintf(l.progress, "  %s: block %d of %d\n", l.id, block, n)
		}
	}
	medians := make([]float64, len(sides))
	for i, values := range found {
		medians[i] = quantile(values, 0.5)
	}
	return medians, nil
}

// quantile returns the value below which the fraction q of values lies, 0 for none. It sorts a copy.
func quantile(values []float64, q float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	return sorted[min(int(q*float64(len(sorted))), len(sorted)-1)]
}

// median50 does a work n times and returns the median of its times, in microseconds.
func median50(n int, work func(i int) error) (float64, error) {
	times := make([]float64, 0, n)
	for i := range n {
		begin := time.Now()
		if err := work(i); err != nil {
			return 0, err
		}
		times = append(times, micros(time.Since(begin)))
	}
	return quantile(times, 0.5), nil
}

func micros(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }
func millis(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
