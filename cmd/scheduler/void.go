package main

import (
	"context"
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"example.org/totem/booking"
	"example.org/totem/cmd/internal/central"
	"example.org/totem/cmd/internal/cli"
	"example.org/totem/scheduler"
)

func newVoid() *cobra.Command {
	var ch change
	var queue, totem, numbers string
	var all, replace bool
	c := &cobra.Command{
		Use:   "void FILE",
		Short: "Cancel tickets in bulk, as when somebody took them all",
		Long: `Cancel tickets of a day in bulk, as when somebody took them all. Select them by queue, by the totem that gave them, by
their numbers, by their promised times; a ticket must fit all that is named. Tickets that wait or are checked in are
cancelled; those that were called stay. First it shows how many that are, and asks.

Their slots are not sold again. With --replace as many new ones are added at the same times, as far as these are still to
come. Tickets that a totem has not told of yet are not found: run it again when it was heard (scheduler totems). Who asked
for a reminder of such a ticket gets none: the scheduler erases what was given for it within a minute, while it runs.

FILE is the office file that the scheduler serves. It works beside a scheduler that runs on the data directory, or without
one.`,
		Example: `  scheduler void anagrafe.toml --queue identita --numbers A014-A031 --replace
  scheduler void anagrafe.toml --totem ingresso --from 10:00 --to 11:00 --dry-run
  scheduler void anagrafe.toml --all --day 2026-11-24`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			span, err := ch.span(c, wholeDay())
			if err != nil {
				return err
			}
			selects := queue != "" || totem != "" || numbers != "" || ch.from != "" || ch.to != ""
			if selects == all {
				return cli.Usage(c, errors.New("select tickets by --queue, --totem, --numbers, --from, --to, or say --all"))
			}
			p, err := ch.open(c, args[0])
			if err != nil {
				return err
			}
			ch.selects = true
			n := scheduler.Selection{Day: ch.day, Queue: booking.QueueID(queue), Totem: booking.TotemID(totem)}
			if ch.from != "" || ch.to != "" {
				n.Span = span
			}
			n.Lowest, n.Highest = parseNumbers(numbers)
			if err := n.Check(p); err != nil {
				return cli.Usage(c, err)
			}
			return ch.run(c, p, "Whoever has such a ticket is not called any more.",
				func(ctx context.Context, books *central.Books, write bool) (all []touched, err error) {
					v := scheduler.Voiding{Book: books.Ledger, Roster: books.Ledger}
					do := v.Preview
					if write {
						do = v.Apply
					}
					done, err := do(ctx, p, n, replace)
					for _, one := range done {
						all = append(all, touched{sheet: one.Sheet, tickets: one.Tickets, Touched: one.Touched})
					}
					return all, err
				})
		},
	}
	ch.flags(c)
	c.Flags().StringVar(&queue, "queue", "", "`id` of a queue")
	c.Flags().StringVar(&totem, "totem", "", "`id` of the totem that gave them")
	c.Flags().StringVar(&numbers, "numbers", "", "`numbers` of the queue, as A014-A031, or one")
	ch.spanFlags(c, "", "")
	c.Flags().BoolVar(&all, "all", false, "all tickets of the day")
	c.Flags().BoolVar(&replace, "replace", false, "add as many new slots at the same times")
	return c
}

// parseNumbers reads "A014-A031", or one number.
func parseNumbers(s string) (from, to booking.Number) {
	first, last, isRange := strings.Cut(strings.ToUpper(strings.ReplaceAll(s, " ", "")), "-")
	if !isRange {
		last = first
	}
	return booking.Number(first), booking.Number(last)
}
