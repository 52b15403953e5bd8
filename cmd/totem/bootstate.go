package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"example.org/totem/bootstate"
	"example.org/totem/cmd/internal/appliance"
	"example.org/totem/cmd/internal/cli"
	"example.org/totem/hw/esp"
)

func newBootstate() *cobra.Command {
	c := &cobra.Command{
		Use:   "bootstate",
		Short: "Say and decide which of its two root slots this totem starts from",
		Long: `Say and decide which of its two root slots, A and B, this totem starts from.

One slot is committed: it has proved good. The other one is on trial after an update, or after the kiosk has failed again
and again: it is started twice at most, and then the committed one again, unless it says "good" before. A normal start
writes nothing. What is written is one sector in one of two files on the card's small partition, durable and read back
when the command ends.

The verbs with a hyphen are those that RAUC asks of a custom boot loader. Each prints one word or nothing, and ends with
status 0, or 1 if it could not be done. All of this takes root.`,
		Example: `  totem bootstate show
  totem bootstate show --json
  totem bootstate set-primary B
  totem bootstate set-state A bad
  totem bootstate failed`,
		Args: cli.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	at := &appliance.BootConfig{}
	c.PersistentFlags().StringVar(&at.ESP, "esp", esp.Device, "the card's small partition: a `device`, or a file that holds it")
	c.PersistentFlags().StringVar(&at.CommandLine, "cmdline", "/proc/cmdline", "`file` of the kernel's command line, which says what runs")
	c.AddCommand(newBootShow(at), newBootCurrent(at), newBootGetPrimary(at), newBootSetPrimary(at), newBootGetState(at), newBootSetState(at),
		newBootGood(at), newBootFailed(at))
	return c
}

// withBoot runs do with the card open.
func withBoot(at *appliance.BootConfig, do func(*appliance.Boot) error) error {
	boot, err := appliance.OpenBoot(*at)
	if err != nil {
		return err
	}
	defer func() { _ = boot.Close() }() // what was written is durable before
	return do(boot)
}

func newBootShow(at *appliance.BootConfig) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:     "show",
		Short:   "Show what is known of both slots",
		Example: "  totem bootstate show\n  totem bootstate show --json",
		Args:    cli.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return withBoot(at, func(b *appliance.Boot) error {
				if asJSON {
					return cli.JSON(c, b.Report())
				}
				return printBoot(c.OutOrStdout(), b.Report())
			})
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

func printBoot(w io.Writer, r appliance.BootReport) error {
	some := func(names []string) string {
		if len(names) == 0 {
			return "none"
		}
		return strings.Join(names, ", ")
	}
	trial := r.Trial
	if r.Tries > 0 {
		trial = fmt.Sprintf("%s, started %d of %d times", r.Trial, r.Tries, bootstate.MostTries)
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, line := range [][2]string{{"running", r.Running}, {"started next", r.Next}, {"committed", r.Committed}, {"on trial", trial},
		{"bad", some(r.Bad)}, {"kiosk failed in", some(r.Failed)}} {
		fmt.Fprintf(t, "%s\t%s\n", line[0], line[1])
	}
	for _, one := range r.Copies {
		what := "whole"
		if one.Counts {
			what = "whole, and counts"
		} else if !one.Whole {
			what = one.Error
		}
		fmt.Fprintf(t, "%s\t%s\n", one.Name, what)
	}
	return t.Flush()
}

func newBootCurrent(at *appliance.BootConfig) *cobra.Command {
	return &cobra.Command{
		Use:     "get-current",
		Short:   "Print the slot that runs",
		Example: "  totem bootstate get-current",
		Args:    cli.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			slot, err := at.Running()
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(c.OutOrStdout(), slot)
			return err
		},
	}
}

func newBootGetPrimary(at *appliance.BootConfig) *cobra.Command {
	return &cobra.Command{
		Use:   "get-primary",
		Short: "Print the slot that is started next",
		Long: `Print the slot that is started next. During a trial that is the slot on trial, until it was started as often as it may be;
from then on it is the committed one, though the trial still runs.`,
		Example: "  totem bootstate get-primary",
		Args:    cli.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return withBoot(at, func(b *appliance.Boot) error {
				_, err := fmt.Fprintln(c.OutOrStdout(), b.State().Next())
				return err
			})
		},
	}
}

func newBootSetPrimary(at *appliance.BootConfig) *cobra.Command {
	return &cobra.Command{
		Use:   "set-primary SLOT",
		Short: "Have a slot started next: on trial, if it is not the committed one",
		Long: `Have a slot started next. The one that is not committed goes on trial: it is started twice at most before the committed
one is taken again. To name the committed one ends a trial. Whatever was known against the slot is forgotten.`,
		Example: "  totem bootstate set-primary B",
		Args:    slotArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			return withBoot(at, func(b *appliance.Boot) error { return b.SetPrimary(bootstate.Slot(args[0][0])) })
		},
	}
}

func newBootGetState(at *appliance.BootConfig) *cobra.Command {
	return &cobra.Command{
		Use:     "get-state SLOT",
		Short:   "Print whether a slot is good or bad",
		Long:    `Print "good" or "bad": bad is a slot that is marked so, and one that has used up its trial.`,
		Example: "  totem bootstate get-state B",
		Args:    slotArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return withBoot(at, func(b *appliance.Boot) error {
				word := "bad"
				if b.State().Good(bootstate.Slot(args[0][0])) {
					word = "good"
				}
				_, err := fmt.Fprintln(c.OutOrStdout(), word)
				return err
			})
		},
	}
}

func newBootSetState(at *appliance.BootConfig) *cobra.Command {
	return &cobra.Command{
		Use:   "set-state SLOT good|bad",
		Short: "Mark a slot good or bad",
		Long: `Mark a slot good or bad. The running slot, marked good, is committed if it is on trial. The other one, marked good, only
loses what was known against it. A slot marked bad is not started while the other one is good.

Refused, with status 1 (T802), is to mark the slot bad to which a running trial returns: commit the trial first.`,
		Example: "  totem bootstate set-state B good\n  totem bootstate set-state A bad",
		Args:    slotArgs(2),
		RunE: func(_ *cobra.Command, args []string) error {
			return withBoot(at, func(b *appliance.Boot) error {
				if args[1] == "good" {
					return b.SetGood(bootstate.Slot(args[0][0]))
				}
				return b.SetBad(bootstate.Slot(args[0][0]))
			})
		},
	}
}

func newBootGood(at *appliance.BootConfig) *cobra.Command {
	return &cobra.Command{
		Use:   "good",
		Short: "Say that the running slot has proved good",
		Long: `Say that the running slot has proved good: it is committed if it is on trial, and is trusted again if the kiosk had failed
in it. A copy of the boot state that is not whole is written again. In a normal run there is nothing to write.`,
		Example: "  totem bootstate good",
		Args:    cli.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			running, err := at.Running()
			if err != nil {
				return err
			}
			return withBoot(at, func(b *appliance.Boot) error { return b.SetGood(running) })
		},
	}
}

func newBootFailed(at *appliance.BootConfig) *cobra.Command {
	var told []string
	var words string
	c := &cobra.Command{
		Use:   "failed",
		Short: "Say that the kiosk fails again and again in the running slot",
		Long: `Say that the kiosk fails again and again in the running slot. It prints "restart" and ends with status 0 if the totem is to
be started again, because the other slot will be taken: once in a run of failures, and at once in a trial. Otherwise it
ends with status 1: with T801 if the other slot is no better, with T800 if that could not be noted on the card. The totem
must then stay as it is and say so.

With --last-words it leaves there, for the service screen, what systemd tells of the unit that failed ($MONITOR_SERVICE_RESULT,
systemd.exec(5)): that it hung, was killed or ended with a status. A unit whose program left its own last words, in a --told file,
needs none.`,
		Example: "  totem bootstate failed && systemctl reboot\n  totem bootstate failed --told /run/totem-kiosk/last-words.json --last-words /run/totem-rescue/totem-kiosk.json",
		Args:    cli.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			leaveMonitored(words, told)
			if _, err := at.Running(); err != nil {
				return err
			}
			return withBoot(at, func(b *appliance.Boot) error {
				if err := b.SetFailed(); err != nil {
					return err
				}
				_, err := fmt.Fprintln(c.OutOrStdout(), "restart")
				return err
			})
		},
	}
	c.Flags().StringVar(&words, "last-words", "", "`file` for what systemd tells of the unit that failed; \"\" is none")
	c.Flags().StringArrayVar(&told, "told", nil, "`file` of a program's own last words; may be given several times")
	return c
}

// leaveMonitored leaves in the file what systemd tells of the unit that failed, unless its program has left its own words in one of
// told. The service screen does without, and which slot starts matters more: what goes wrong here changes nothing.
func leaveMonitored(file string, told []string) {
	if file == "" || appliance.Forget(file) != nil {
		return
	}
	why := appliance.Monitored(os.Getenv)
	for _, own := range told {
		if words := appliance.LastWords(own); words.Unit == why.Unit {
			return
		}
	}
	if why.Code != "" {
		_ = why.Leave(file)
	}
}

// slotArgs wants a slot's name, and where there are two arguments good or bad after it.
func slotArgs(count int) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) != count {
			return cli.Usage(c, fmt.Errorf("want %s, and got %q", strings.TrimPrefix(c.Use, c.Name()+" "), args))
		}
		if _, err := bootstate.ParseSlot(args[0]); err != nil {
			return cli.Usage(c, err)
		}
		if count == 2 && args[1] != "good" && args[1] != "bad" {
			return cli.Usage(c, fmt.Errorf("%q is no state; want good or bad", args[1]))
		}
		return nil
	}
}
