package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"example.org/totem/booking"
	"example.org/totem/cmd/internal/central"
	"example.org/totem/cmd/internal/cli"
	"example.org/totem/privacy"
	"example.org/totem/scheduler/agenda"
)

// summary is what check says of an office file.
type summary struct {
	File   string            `json:"file"`
	Office booking.OfficeID  `json:"office"`
	Name   string            `json:"name"`
	Zone   string            `json:"zone"`
	Totems []booking.TotemID `json:"totems"`
	Queues []queueSummary    `json:"queues"`
	dataSummary
}

type queueSummary struct {
	Queue    booking.QueueID     `json:"queue"`
	Prefix   string              `json:"prefix"`
	Neutral  bool                `json:"neutral"` // nobody is told which of its services was picked
	Services []booking.ServiceID `json:"services"`
	Slots    [7]int              `json:"slots"` // on a week's days, from Sunday
}

func newCheck() *cobra.Command {
	var asJSON bool
	var notifier string
	c := &cobra.Command{
		Use:   "check OFFICE-FILE...",
		Short: "Read office files and say what is in them, or everything that is wrong with them",
		Long: `Read office files and say what is in them, or everything that is wrong with them. With --notifier a notifier file is
read too, with the secrets that it names; no gateway is reached.

Nothing else is touched: it may be used anywhere, at any time. docs/office-file.md and docs/notifier-file.md describe the
fields.`,
		Example: `  scheduler check offices/*.toml
  scheduler check --json anagrafe.toml
  scheduler check --notifier /etc/totem-scheduler/notifier.toml`,
		Args: func(c *cobra.Command, paths []string) error {
			if notifier != "" {
				return nil
			}
			return cobra.MinimumNArgs(1)(c, paths)
		},
		RunE: func(c *cobra.Command, paths []string) error {
			summaries := []summary{}
			var wrong error
			var served []privacy.Channel
			if notifier != "" {
				served, wrong = checkNotifier(notifier)
			}
			for _, path := range paths {
				plan, err := agenda.ReadFile(path)
				if err != nil {
					wrong = errors.Join(wrong, err)
					continue
				}
				summaries = append(summaries, summarise(path, plan, booking.DayOf(time.Now(), plan.Zone)))
			}
			if asJSON {
				return errors.Join(cli.JSON(c, summaries), wrong)
			}
			for _, s := range summaries {
				s.print(c.OutOrStdout())
			}
			if len(served) > 0 {
				fmt.Fprintf(c.OutOrStdout(), "%s: messages go out by %s\n", notifier, channelWords(served))
			}
			return wrong
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	c.Flags().StringVar(&notifier, "notifier", "", "a notifier `file` to be read too")
	return c
}

// checkNotifier returns by which channels messages go out with a notifier file.
func checkNotifier(path string) (served []privacy.Channel, err error) {
	notifiers, err := central.ReadNotifiers(path)
	for _, n := range notifiers {
		served = append(served, n.Channels()...)
	}
	return served, err
}

func channelWords(channels []privacy.Channel) string {
	words := make([]string, len(channels))
	for i, c := range channels {
		words[i] = string(c)
	}
	return strings.Join(words, " and ")
}

// summarise counts the slots of each weekday on a day when the office opens, within half a year.
func summarise(path string, p agenda.Plan, today booking.Day) summary {
	s := summary{File: path, Office: p.Office.ID, Name: p.Office.Name.In("en", p.Office.Languages...), Zone: p.Office.Zone, Totems: p.Totems,
		dataSummary: summariseData(p)}
	for _, q := range p.Queues {
		one := queueSummary{Queue: q.ID, Prefix: q.Prefix, Neutral: p.Office.Neutral(q.ID)}
		for _, service := range p.Office.Services {
			if service.Queue == q.ID {
				one.Services = append(one.Services, service.ID)
			}
		}
		for n := range 182 {
			day := today.AddDays(n)
			sheet, _ := agenda.PlanDay(p, q.ID, day)
			one.Slots[day.Weekday()] = max(one.Slots[day.Weekday()], len(sheet.Slots))
		}
		s.Queues = append(s.Queues, one)
	}
	return s
}

func (s summary) print(w io.Writer) {
	fmt.Fprintf(w, "%s: office %s, %s (%s), %s\n", s.File, s.Office, s.Name, s.Zone, count(len(s.Totems), "totem"))
	s.dataSummary.print(w)
	for _, q := range s.Queues {
		neutral := ""
		if q.Neutral {
			neutral = ", neutral"
		}
		fmt.Fprintf(w, "  queue %s %s: %s%s; slots a day:", q.Prefix, q.Queue, count(len(q.Services), "service"), neutral)
		for n := range q.Slots {
			day := time.Weekday((n + 1) % 7) // weeks begin on Monday here
			fmt.Fprintf(w, " %s %d", day.String()[:3], q.Slots[day])
		}
		fmt.Fprintln(w)
	}
}
