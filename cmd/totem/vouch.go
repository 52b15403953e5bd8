package main

import (
	"bufio"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"example.org/totem/cmd/internal/cli"
	"example.org/totem/cmd/internal/device"
	"example.org/totem/internal/fault"
)

func newVouch() *cobra.Command {
	var config string
	var yes, back, asJSON bool
	c := &cobra.Command{
		Use:   "vouch [time]",
		Short: "Confirm or set the time, for a totem that does not know it",
		Long: `Confirm or set the time, for a totem that does not know it: without a link, a time service and a battery
for its clock, it gives numbers without times until a person says what time it is.

Without a time it shows what the totem knows and what the system's clock shows, and asks whether that is right. With a
time, as 2026-11-23T09:41, it sets the system's clock first, which only root may do. The time is read in the office's
zone, or in the system's while the totem does not know its office.

What was said is written to vouched.json in the data folder, durably, with the name of this boot: it holds until the
machine is started again. A totem that runs looks there every five seconds, and needs no restart.`,
		Example: `  totem vouch
  sudo totem vouch 2026-11-23T09:41
  totem vouch --yes --json`,
		Args: atMostOneTime,
		RunE: func(c *cobra.Command, args []string) error {
			cfg, err := device.ReadConfig(config)
			if err != nil {
				return err
			}
			desk := device.Desk{Data: cfg.Data}
			t, err := timeIn(c, args, desk.Zone())
			if err != nil {
				return err
			}
			if !asJSON {
				printKnowledge(c, desk.Ask())
			}
			if t.IsZero() && !yes {
				if err := confirmed(c); err != nil {
					return err
				}
			}
			if err := desk.Vouch(t, back); err != nil {
				return err
			}
			if asJSON {
				return cli.JSON(c, desk.Ask())
			}
			fmt.Fprintln(c.OutOrStdout(), "The totem goes by this time until the machine is started again.")
			return nil
		},
	}
	c.Flags().StringVar(&config, "config", "/etc/totem/totem.toml", "configuration `file`")
	c.Flags().BoolVar(&yes, "yes", false, "do not ask: the system's clock is right")
	c.Flags().BoolVar(&back, "back", false, "the time is right although the totem knew a later one to be past")
	c.Flags().BoolVar(&asJSON, "json", false, "print what is known afterwards as JSON; needs --yes or a time")
	c.PreRunE = func(c *cobra.Command, args []string) error {
		if asJSON && !yes && len(args) == 0 {
			return cli.Usage(c, errors.New("--json asks no questions: add --yes, or give the time"))
		}
		return nil
	}
	return c
}

func atMostOneTime(c *cobra.Command, args []string) error {
	if len(args) > 1 {
		return cli.Usage(c, fmt.Errorf("%s takes one time at most, and got %q", c.CommandPath(), args))
	}
	return nil
}

// timeIn reads the time that was given, zero for none.
func timeIn(c *cobra.Command, args []string, zone *time.Location) (time.Time, error) {
	if len(args) == 0 {
		return time.Time{}, nil
	}
	const form = "2006-01-02T15:04"
	t, err := time.ParseInLocation(form, args[0], zone)
	switch {
	case err != nil:
		return time.Time{}, cli.Usage(c, fmt.Errorf("%q is no time; want it as 2026-11-23T09:41", args[0]))
	case t.Format(form) != args[0]:
		return time.Time{}, cli.Usage(c, fmt.Errorf("%s shows no clock in %s: it is the hour left out in spring", args[0], zone))
	}
	return t, nil
}

const spoken = "Monday 2 January 2006, 15:04:05"

func printKnowledge(c *cobra.Command, k device.Knowledge) {
	out := c.OutOrStdout()
	if k.Grade == device.ClockUnknown {
		fmt.Fprintln(out, "The totem does not know the time.")
	} else {
		fmt.Fprintf(out, "The totem knows the time:   %s, off by %s at most (%s, by %s)\n", k.Time.Format(spoken), k.Most, k.Grade, k.By)
	}
	fmt.Fprintf(out, "The system's clock shows:   %s, %s\n", k.System.Format(spoken), k.Zone)
	if !k.Seen.IsZero() {
		fmt.Fprintf(out, "It is certainly later than: %s\n", k.Seen.Format(spoken))
	}
}

// confirmed asks whether the system's clock is right.
func confirmed(c *cobra.Command) error {
	fmt.Fprint(c.OutOrStdout(), "Is the system's clock right? yes or no: ")
	answer, _ := bufio.NewReader(c.InOrStdin()).ReadString('\n') // no answer is no
	if strings.EqualFold(strings.TrimSpace(answer), "yes") {
		return nil
	}
	return fault.New(fault.CodeClock, nil, "set it as root, as in: sudo totem vouch 2026-11-23T09:41", "the time was not confirmed; nothing has changed")
}
