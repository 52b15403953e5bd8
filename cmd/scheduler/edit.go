package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"example.org/totem/booking"
	"example.org/totem/cmd/internal/central"
	"example.org/totem/cmd/internal/cli"
	"example.org/totem/scheduler"
	"example.org/totem/scheduler/agenda"
)

// aboutEdits is told in the help of every edit.
const aboutEdits = `FILE is the office file that the scheduler serves; an edit does not change it, and other days stay as they are planned.
Nothing is dropped: free slots are taken out of sale, totems are asked for theirs, and tickets that cannot be served
are moved to the next free time and keep their numbers. First it shows whom that touches, and asks. It says how things are
to be, not what to add or take away: told twice it changes nothing more. Times that are over stay as they are.

It works beside a scheduler that runs on the data directory, or without one.`

func newEdit() *cobra.Command {
	c := &cobra.Command{
		Use:   "edit",
		Short: "Edit a day while its slots are being sold: a counter closes, hours change, a queue stops or grows",
		Long: `Edit a day while its slots are being sold. There is a command for each thing that happens: a counter closes, the
opening hours change, a queue stops, goes on again, or grows.

` + aboutEdits,
		Example: `  scheduler edit counter anagrafe.toml identita --open 1 --from 10:00 --to 12:00
  scheduler edit hours anagrafe.toml --hours 9:00-12:30,14:30-16:00 --day 2026-11-24
  scheduler edit stop anagrafe.toml identita --from 11:00 --dry-run`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) > 0 {
				return cli.Usage(c, fmt.Errorf("there is no edit %q", args[0]))
			}
			return nil
		},
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(newEditCounter(), newEditHours(), newEditStop(), newEditResume(), newEditAdd())
	return c
}

// queueEdit is an edit of one queue: FILE QUEUE.
type queueEdit struct {
	change
	kind agenda.EditKind
	open int
}

// command returns the command; otherwise is the span where no flag says another.
func (q *queueEdit) command(c *cobra.Command, otherwise booking.Span) *cobra.Command {
	c.Use = string(q.kind) + " FILE QUEUE"
	c.Long += "\n\n" + aboutEdits
	c.Args = cobra.ExactArgs(2)
	c.RunE = func(c *cobra.Command, args []string) error {
		span, err := q.span(c, otherwise)
		if err != nil {
			return err
		}
		p, err := q.change.open(c, args[0])
		if err != nil {
			return err
		}
		e := agenda.Edit{Kind: q.kind, Queue: booking.QueueID(args[1]), Day: q.day, Span: span, Open: q.open}
		if _, ok := p.Queue(e.Queue); !ok {
			return cli.Usage(c, fmt.Errorf("the office has no queue %q; it has %s", e.Queue, queueNames(p)))
		}
		if err := e.Check(p); err != nil {
			return cli.Usage(c, err)
		}
		return q.edit(c, p, []agenda.Edit{e})
	}
	q.flags(c)
	return c
}

func queueNames(p agenda.Plan) string {
	words := make([]string, 0, len(p.Queues))
	for _, q := range p.Queues {
		words = append(words, string(q.ID))
	}
	return strings.Join(words, ", ")
}

// edit does the edits, which are of one day.
func (ch *change) edit(c *cobra.Command, p agenda.Plan, edits []agenda.Edit) error {
	const told = "Totems with a link are told at once. Whose ticket is moved reads it at a totem, or in the reminder."
	return ch.run(c, p, told, func(ctx context.Context, books *central.Books, write bool) (all []touched, err error) {
		e := scheduler.Editing{Book: books.Ledger, Roster: books.Ledger}
		do := e.Preview
		if write {
			do = e.Apply
		}
		done, err := do(ctx, p, edits)
		for _, one := range done {
			all = append(all, touched{sheet: one.Sheet, Touched: one.Touched})
		}
		return all, err
	})
}

// must marks flags as required.
func must(c *cobra.Command, flags ...string) {
	for _, name := range flags {
		if err := c.MarkFlagRequired(name); err != nil {
			panic(err) // the caller defined it
		}
	}
}

// wholeDay is from midnight to midnight.
func wholeDay() booking.Span { return booking.Span{From: 0, To: 24 * 60} }

func newEditCounter() *cobra.Command {
	q := &queueEdit{kind: agenda.CounterCloses}
	c := q.command(&cobra.Command{
		Short: "A counter closes: so many stay open for a while",
		Long:  "A counter closes. Say how many stay open, and from when to when; where no more are open nothing changes.",
		Example: `  scheduler edit counter anagrafe.toml identita --open 1 --from 10:00 --to 12:00
  scheduler edit counter anagrafe.toml identita --open 2 --from 14:30 --to 17:30 --day 2026-11-24 --yes`,
	}, wholeDay())
	c.Flags().IntVar(&q.open, "open", 0, "`counters` that stay open, 0 to 99")
	q.spanFlags(c, "", "")
	must(c, "open", "from", "to")
	return c
}

func newEditStop() *cobra.Command {
	q := &queueEdit{kind: agenda.QueueStops}
	c := q.command(&cobra.Command{
		Short: "A queue stops, for a while or for the rest of the day",
		Long:  "A queue stops: nobody is served at these times.",
		Example: `  scheduler edit stop anagrafe.toml identita
  scheduler edit stop anagrafe.toml identita --from 11:00 --to 12:00 --dry-run`,
	}, wholeDay())
	q.spanFlags(c, "; default: now, or the beginning of a later day", "; default: the end of the day")
	return c
}

func newEditResume() *cobra.Command {
	q := &queueEdit{kind: agenda.QueueResumes}
	c := q.command(&cobra.Command{
		Short: "A queue goes on as planned",
		Long: `A queue goes on as planned: where slots were taken away new ones are added, with new numbers, up to those planned.
Tickets that were moved without a time get one first. One that was told another time keeps it.`,
		Example: `  scheduler edit resume anagrafe.toml identita
  scheduler edit resume anagrafe.toml identita --from 11:30`,
	}, wholeDay())
	q.spanFlags(c, "; default: now, or the beginning of a later day", "; default: the end of the day")
	return c
}

func newEditAdd() *cobra.Command {
	q := &queueEdit{kind: agenda.QueueGrows}
	c := q.command(&cobra.Command{
		Short: "A queue grows: so many counters are open for a while",
		Long: `A queue grows: at least so many counters are open from when to when, also outside the planned hours or on a day on
which the office is closed. Where as many are open already nothing changes.`,
		Example: `  scheduler edit add anagrafe.toml identita --open 4 --from 9:00 --to 11:00
  scheduler edit add anagrafe.toml identita --open 1 --from 9:00 --to 12:00 --day 2026-11-29`,
	}, wholeDay())
	c.Flags().IntVar(&q.open, "open", 0, "`counters` that are open, 1 to 99")
	q.spanFlags(c, "", "")
	must(c, "open", "from", "to")
	return c
}

func newEditHours() *cobra.Command {
	var ch change
	var hours []string
	var closed bool
	c := &cobra.Command{
		Use:   "hours FILE",
		Short: "The office opens later or earlier, or closes earlier or later, or stays closed",
		Long: `The opening hours of a day change, for all queues: name all spans in which the office is open then. Where they are longer
than planned, as many counters go on as are planned next to it; for a span that is planned nowhere near use scheduler
edit add. Slots that an earlier edit took away do not come back: scheduler edit resume brings them.

` + aboutEdits,
		Example: `  scheduler edit hours anagrafe.toml --hours 9:00-12:30
  scheduler edit hours anagrafe.toml --hours 8:30-12:30,14:30-18:30 --day 2026-11-24
  scheduler edit hours anagrafe.toml --closed --day 2026-11-24`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			spans, err := parseSpans(hours)
			if err == nil && closed == (len(spans) > 0) {
				err = errors.New("say either --hours or --closed")
			}
			if err != nil {
				return cli.Usage(c, err)
			}
			p, err := ch.open(c, args[0])
			if err != nil {
				return err
			}
			var edits []agenda.Edit
			for _, q := range p.Queues {
				e := agenda.Edit{Kind: agenda.HoursChange, Queue: q.ID, Day: ch.day, Hours: spans}
				if err := e.Check(p); err != nil {
					return cli.Usage(c, fmt.Errorf("%w; scheduler edit add opens counters at any time", err))
				}
				edits = append(edits, e)
			}
			return ch.edit(c, p, edits)
		},
	}
	c.Flags().StringSliceVar(&hours, "hours", nil, "opening `hours`, as 8:30-12:30,14:30-17:30")
	c.Flags().BoolVar(&closed, "closed", false, "the office is not open on that day")
	ch.flags(c)
	return c
}

func parseSpans(words []string) (spans []booking.Span, err error) {
	for _, word := range words {
		from, to, ok := strings.Cut(strings.TrimSpace(word), "-")
		if !ok {
			return nil, fmt.Errorf("--hours %s: want spans as 8:30-12:30", word)
		}
		var s booking.Span
		var wrong error
		s.From, err = booking.ParseClock(from)
		s.To, wrong = booking.ParseClock(to)
		if err = errors.Join(err, wrong); err != nil {
			return nil, err
		}
		spans = append(spans, s)
	}
	slices.SortFunc(spans, func(a, b booking.Span) int { return int(a.From - b.From) })
	return spans, nil
}
