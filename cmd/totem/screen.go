package main

import (
	"errors"
	"os"
	"time"

	"github.com/spf13/cobra"

	"example.org/totem/cmd/internal/appliance"
	"example.org/totem/cmd/internal/cli"
	"example.org/totem/internal/fault"
)

func newScreen() *cobra.Command {
	c := &cobra.Command{
		Use:   "screen",
		Short: "Show a page on the bare screen, where no kiosk is",
		Long: `Show a page on the bare screen, by the framebuffer: that the totem is starting, that it gives no tickets, that it may be
unplugged. The display must not run meanwhile. The picture stays when the command has ended.`,
		Example: "  totem screen starting\n  totem screen service --for 10m\n  totem screen farewell",
		Args:    cli.NoArgs,
		RunE:    func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(newScreenStarting(), newScreenService(), newScreenFarewell())
	return c
}

// screenAt returns the appliance of a page, and lets flags say where and how it is painted.
func screenAt(c *cobra.Command) func() appliance.Config {
	root := rootFlag(c)
	device := c.Flags().String("device", "/dev/fb0", "framebuffer `device`")
	return func() appliance.Config {
		at := applianceAt(c, *root)
		at.Framebuffer.Path = *device
		return at
	}
}

func newScreenStarting() *cobra.Command {
	c := &cobra.Command{
		Use:     "starting",
		Short:   "Show that the totem is starting",
		Example: "  totem screen starting",
		Args:    cli.NoArgs,
	}
	at := screenAt(c)
	c.RunE = func(c *cobra.Command, _ []string) error { return appliance.Starting(c.Context(), at()) }
	return c
}

func newScreenFarewell() *cobra.Command {
	c := &cobra.Command{
		Use:     "farewell",
		Short:   "Show that the totem may be unplugged",
		Example: "  totem screen farewell\n  totem screen farewell --again",
		Args:    cli.NoArgs,
	}
	at := screenAt(c)
	again := c.Flags().Bool("again", false, "the totem starts again by itself: show that instead")
	c.RunE = func(c *cobra.Command, _ []string) error { return appliance.Farewell(c.Context(), at(), *again) }
	return c
}

func newScreenService() *cobra.Command {
	var why appliance.Complaint
	var told []string
	c := &cobra.Command{
		Use:   "service",
		Short: "Show that the totem gives no tickets, and why",
		Long: `Show a citizen, in five languages, that the totem gives no tickets and that the desk does; and below, small, what a technician needs:
code, cause, remedy, unit, version. If the set-up did not come to its end, that is shown instead.

It stays until it is asked to stop, or for as long as --for says; both are a good end. What failed is what the newest of the --told files
says, which totem run and totem display leave with --last-words; else what is given; else what systemd tells a unit that is started
by OnFailure= ($MONITOR_UNIT, systemd.exec(5)).`,
		Example: "  totem screen service\n  totem screen service --for 10m --unit totem-kiosk.service --code T201 --cause 'page 17 is damaged'",
		Args:    cli.NoArgs,
	}
	at := screenAt(c)
	f := c.Flags()
	f.StringVar(&why.Unit, "unit", "", "`unit` that failed")
	f.StringVar((*string)(&why.Code), "code", "", "fault's `code`")
	f.StringVar(&why.Cause, "cause", "", "what went wrong, in `words`")
	f.StringArrayVar(&told, "told", nil, "`file` of a program's last words; may be given several times")
	atMost := f.Duration("for", 0, "how `long` it stays; 0 is until it is asked to stop")
	c.RunE = func(c *cobra.Command, _ []string) error {
		if *atMost < 0 || *atMost > 24*time.Hour {
			return fault.New(fault.CodeUsage, nil, "give a time from 1s to 24h, or leave --for out", "the service screen cannot stay for %v", *atMost)
		}
		if last := appliance.LastWords(told...); last != (appliance.Complaint{}) {
			why = last
		}
		if why.Unit == "" && why.Code == "" {
			told := appliance.Monitored(os.Getenv)
			if why.Cause != "" {
				told.Cause = why.Cause
			}
			why = told
		}
		return appliance.Service(c.Context(), at(), why, *atMost)
	}
	return cli.UntilStopped(c)
}

// leavesWords has a command leave the fault that ends it in the file of --last-words, for the service screen. unit is the unit that
// it is the program of.
func leavesWords(unit string, c *cobra.Command) *cobra.Command {
	path := c.Flags().String("last-words", "", "`file` for the fault that ends it, for the service screen; \"\" is none")
	run := c.RunE
	c.RunE = func(c *cobra.Command, args []string) error {
		if *path == "" {
			return run(c, args)
		}
		if err := appliance.Forget(*path); err != nil {
			return err
		}
		err := run(c, args)
		if err == nil || c.Context().Err() != nil { // it was asked to stop
			return err
		}
		if left := appliance.ComplaintOf(unit, err).Leave(*path); left != nil {
			return errors.Join(err, left)
		}
		return err
	}
	return c
}
