package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"example.org/totem/booking"
	"example.org/totem/cmd/internal/central"
	"example.org/totem/cmd/internal/cli"
	"example.org/totem/ledger"
)

// countView is what remains of a queue's day.
type countView struct {
	Day           booking.Day     `json:"day"`
	Queue         booking.QueueID `json:"queue"`
	Slots         int             `json:"slots"`
	Pool          int             `json:"pool"`
	Walk          int             `json:"walk"`
	Arrived       int             `json:"arrived"`
	Cancelled     int             `json:"cancelled"`
	Printed       int             `json:"printed"`
	NotPrinted    int             `json:"not-printed"`
	Unsure        int             `json:"unsure"`
	LateIssued    int             `json:"late-issued"`
	LatePrinted   int             `json:"late-printed"`
	LateArrived   int             `json:"late-arrived"`
	LateCancelled int             `json:"late-cancelled"`
}

func newCounts() *cobra.Command {
	var w where
	var office, date string
	var asJSON bool
	c := &cobra.Command{
		Use:   "counts --office ID",
		Short: "Show what remains of an office's closed days: numbers",
		Long: `Show what remains of an office's closed days: for each day and queue how many slots were planned, how many tickets
were given from the pool and by totems, how many of these were checked in or given back, what is known of their slips, and
how much was told only after the day was closed.`,
		Example: `  scheduler counts --office valfiorita-anagrafe
  scheduler counts --office valfiorita-anagrafe --day 2026-11-23 --json`,
		Args: cli.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			err := booking.CheckID(office)
			var day booking.Day
			if date != "" {
				var wrong error
				day, wrong = booking.ParseDay(date)
				err = errors.Join(err, wrong)
			}
			if err != nil {
				return cli.Usage(c, err)
			}
			books, err := w.open(c)
			if err != nil {
				return err
			}
			counts, err := readCounts(c.Context(), books, booking.OfficeID(office), day)
			spoiled := errors.Is(err, ledger.ErrUnreadable)
			if err = errors.Join(err, books.Close()); err != nil && !spoiled {
				return err
			}
			if asJSON {
				return errors.Join(cli.JSON(c, counts), err)
			}
			printCounts(c, counts)
			return err
		},
	}
	w.flags(c)
	c.Flags().StringVar(&office, "office", "", "office `id`")
	c.Flags().StringVar(&date, "day", "", "one `day`, as 2026-11-24; else all")
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	if err := c.MarkFlagRequired("office"); err != nil {
		panic(err) // the flag is defined above
	}
	return c
}

// readCounts returns the counts of a day, of all days if it is zero. What cannot be read is left out.
func readCounts(ctx context.Context, books *central.Books, office booking.OfficeID, day booking.Day) ([]countView, error) {
	days := []booking.Day{day}
	if day.IsZero() {
		var err error
		if days, err = books.Ledger.TallyDays(ctx, office); err != nil {
			return nil, err
		}
	}
	counts := []countView{}
	var spoiled error
	for _, day := range days {
		t, err := books.Ledger.Tally(ctx, office, day)
		if errors.Is(err, ledger.ErrUnreadable) {
			spoiled = errors.Join(spoiled, err)
			continue
		}
		if err != nil {
			return nil, err
		}
		for _, queue := range sorted(t.Queues) {
			counts = append(counts, countOf(day, queue, t.Queues[queue]))
		}
	}
	return counts, spoiled
}

func countOf(day booking.Day, queue booking.QueueID, n ledger.Count) countView {
	return countView{
		Day: day, Queue: queue, Slots: n.Slots, Pool: n.Pool, Walk: n.Walk, Arrived: n.Arrived, Cancelled: n.Cancelled,
		Printed: n.Printed, NotPrinted: n.NotPrinted, Unsure: n.Unsure,
		LateIssued: n.LateIssued, LatePrinted: n.LatePrinted, LateArrived: n.LateArrived, LateCancelled: n.LateCancelled,
	}
}

func sorted[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }

func printCounts(c *cobra.Command, counts []countView) {
	out := c.OutOrStdout()
	if len(counts) == 0 {
		fmt.Fprintln(out, "no closed day of that office is counted")
	}
	for _, n := range counts {
		fmt.Fprintf(out, "%s %s: %s, %s from the pool, %d by totems; %d checked in, %d given back; slips: %d printed, %d not printed, %d unknown", n.Day, n.Queue,
			count(n.Slots, "slot"), count(n.Pool, "ticket"), n.Walk, n.Arrived, n.Cancelled, n.Printed, n.NotPrinted, n.Unsure)
		if n.LateIssued+n.LatePrinted+n.LateArrived+n.LateCancelled > 0 {
			fmt.Fprintf(out, "; told too late to be among them: %s, %s, %s, %d given back", count(n.LateIssued, "ticket"), count(n.LatePrinted, "slip"),
				count(n.LateArrived, "check-in"), n.LateCancelled)
		}
		fmt.Fprintln(out)
	}
}
