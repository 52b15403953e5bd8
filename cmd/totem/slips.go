package main

import (
	"context"
	"fmt"
	"strconv"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"example.org/totem/cmd/internal/cli"
	"example.org/totem/cmd/internal/device"
	"example.org/totem/internal/fault"
	"example.org/totem/paper"
)

func newSlips() *cobra.Command {
	var config string
	var asJSON bool
	c := &cobra.Command{
		Use:   "slips",
		Short: "List the slips whose fate is unknown",
		Long: `List the slips of the print journal that are open, or have ended and nobody knows how. No number and no code is in the list.

Each has the state in which the totem left it (queued: nothing was sent; sending: bytes may have been sent; done), the outcome
and the confirmation of its last slip, and whether any of it may be on paper. At the end of the day they are erased.

The totem must be stopped. While it runs the list is not read: it says how many there are, and ends with status 4 (T203).`,
		Example: `  totem slips
  totem slips --json
  totem slips copy 17`,
		Args: cli.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, err := device.ReadConfig(config)
			if err != nil {
				return err
			}
			all, err := device.ReadSlips(c.Context(), cfg)
			if err != nil {
				return err
			}
			if asJSON {
				err = cli.JSON(c, all)
			} else {
				err = printSlips(c, all)
			}
			if err == nil && all.Running {
				err = atWork("the journal was not read")
				if asJSON {
					err = cli.Shown{Err: err}
				}
			}
			return err
		},
	}
	c.Flags().StringVar(&config, "config", "/etc/totem/totem.toml", "configuration `file`")
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	c.AddCommand(newSlipsCopy())
	return c
}

// atWork is the fault of a command for which the totem must be stopped.
func atWork(so string) error {
	return fault.New(fault.CodeStoreLocked, nil, "stop the totem first; whoever took a ticket may ask the screen for a copy meanwhile", "a totem runs on this device: %s", so)
}

func printSlips(c *cobra.Command, all device.Slips) error {
	out := c.OutOrStdout()
	if all.Running {
		if !all.Known {
			return nil
		}
		_, err := fmt.Fprintf(out, "slips of unknown fate: %d (as the running totem sees it)\n", all.Unsure)
		return err
	}
	if len(all.Jobs) == 0 {
		_, err := fmt.Fprintln(out, "the fate of all slips is known")
		return err
	}
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "ID\tSTATE\tOUTCOME\tCONFIRMED BY\tSINCE\tMAY BE ON PAPER")
	for _, j := range all.Jobs {
		fmt.Fprintf(t, "%d\t%s\t%s\t%s\t%s\t%s\n", j.ID, j.State, j.Outcome, j.Level, or(j.Since, "-"), map[bool]string{true: "yes", false: "no"}[j.OnPaper])
	}
	return t.Flush()
}

// copied is what became of a copy, for a machine.
type copied struct {
	ID      int64  `json:"id"`
	Outcome string `json:"outcome"`
	Level   string `json:"level"`
	MM      int    `json:"mm"`
}

func newSlipsCopy() *cobra.Command {
	var config string
	var asJSON bool
	c := &cobra.Command{
		Use:   "copy ID",
		Short: "Print a slip of unknown fate again, now",
		Long: `Print a slip that totem slips lists again, now, while you stand before the printer: give it to its bearer, or destroy it. If
the one before may be on paper it says COPIA. It is never left for a later start of the totem, where it would come out before
somebody else. Nothing changes unless the printer is ready. The totem must be stopped.

The exit status is 0 if it is printed, 5 if it is not or nobody knows (T300 to T303).`,
		Example: "  totem slips copy 17\n  totem slips copy 17 --json",
		Args:    oneID,
		RunE: func(c *cobra.Command, args []string) error {
			id, _ := strconv.ParseInt(args[0], 10, 64) // oneID has looked at it
			cfg, err := device.ReadConfig(config)
			if err != nil {
				return err
			}
			say := func(step string) { fmt.Fprintf(c.OutOrStdout(), "%s …\n", step) }
			if asJSON {
				say = nil
			}
			return copySlip(c.Context(), c, cfg, id, say)
		},
	}
	c.Flags().StringVar(&config, "config", "/etc/totem/totem.toml", "configuration `file`")
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

func copySlip(ctx context.Context, c *cobra.Command, cfg device.Config, id int64, say func(string)) error {
	r, err := device.PrintCopy(ctx, cfg, id, say)
	switch {
	case err != nil && fault.Of(err).Code == fault.CodeStoreLocked:
		return atWork("nothing was printed")
	case err != nil && r == (paper.Result{}):
		return err
	case say == nil:
		if bad := cli.JSON(c, copied{id, r.Outcome.String(), r.Level.String(), r.Length}); bad != nil {
			return bad
		}
	case err == nil:
		fmt.Fprintf(c.OutOrStdout(), "slip %d is %s, confirmed by %s, %d mm of paper: give it to its bearer, or destroy it\n", id, r.Outcome, r.Level, r.Length)
	}
	return err
}

func oneID(c *cobra.Command, args []string) error {
	if len(args) != 1 {
		return cli.Usage(c, fmt.Errorf("%s takes the ID of one slip, and got %q", c.CommandPath(), args))
	}
	if id, err := strconv.ParseInt(args[0], 10, 64); err != nil || id < 1 {
		return cli.Usage(c, fmt.Errorf("%q is no ID of a slip: it is a number as totem slips lists it", args[0]))
	}
	return nil
}
