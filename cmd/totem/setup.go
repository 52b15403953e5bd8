package main

import (
	"crypto/rand"
	"fmt"

	"github.com/spf13/cobra"

	"example.org/totem/cmd/internal/appliance"
	"example.org/totem/cmd/internal/cli"
	"example.org/totem/ui/placard"
)

func newSetup() *cobra.Command {
	c := &cobra.Command{
		Use:   "setup",
		Short: "Make a totem of a device with its card's provisioning file",
		Long: `Make a totem of a device with its card's provisioning file, totem/provision.toml on the card's small partition. The system runs
these commands by itself: prepare at each start, enrol at the first one. docs/runbooks/first-boot.md shows what is seen then.`,
		Example: "  totem setup check provision.toml\n  totem setup show\n  totem setup prepare\n  totem setup enrol",
		Args:    cli.NoArgs,
		RunE:    func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(newSetupCheck(), newSetupPrepare(), newSetupEnrol(), newSetupShow())
	return c
}

// applianceAt returns what the appliance is built from, below root.
func applianceAt(c *cobra.Command, root string) appliance.Config {
	return appliance.Config{Root: root, Version: cli.ReleaseOf("totem").Version, Random: rand.Reader,
		Say: func(line string) { fmt.Fprintln(c.OutOrStdout(), line) }}
}

// rootFlag lets a command work on a system that lies elsewhere.
func rootFlag(c *cobra.Command) *string {
	return c.Flags().String("root", "/", "`folder` that the system lies in")
}

func newSetupPrepare() *cobra.Command {
	c := &cobra.Command{
		Use:   "prepare",
		Short: "Take the provisioning file, and lay out what follows from it",
		Long: `Take the provisioning file from the card's small partition or, where there is none, the one that was accepted before; check it;
and write into /run what the totem's programs read: totem.toml, the network's files, the display's, the firewall's sets. What was
accepted is kept in /ident, without its token.

What is wrong is told with its line and its remedy, and shown by totem screen service. Then the status is 3.`,
		Example: "  totem setup prepare\n  totem setup prepare --root /mnt",
		Args:    cli.NoArgs,
	}
	root := rootFlag(c)
	c.RunE = func(c *cobra.Command, _ []string) error { return appliance.Prepare(applianceAt(c, *root)) }
	return c
}

func newSetupEnrol() *cobra.Command {
	c := &cobra.Command{
		Use:   "enrol",
		Short: "Make this device the totem that it was prepared for, step by step on the screen",
		Long: `Make this device the totem that it was prepared for: data partition, provisioning file, cable, address, scheduler, time, key and
enrolment, the office's data, printer. Each step is shown on the bare screen. One that fails is shown with its code, cause and
remedy, and tried again until it succeeds; only a printer is not waited for.

At the end the token is blotted out on the card, and /ident/enrolled says that it need not be done again. It may be killed at any
moment, and begun again.`,
		Example: "  totem setup enrol",
		Args:    cli.NoArgs,
	}
	root := rootFlag(c)
	c.RunE = func(c *cobra.Command, _ []string) error { return appliance.Enrol(c.Context(), applianceAt(c, *root)) }
	return c
}

func newSetupShow() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:     "show",
		Short:   "Say how far the set-up is, as the screen does",
		Example: "  totem setup show\n  totem setup show --json",
		Args:    cli.NoArgs,
	}
	root := rootFlag(c)
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	c.RunE = func(c *cobra.Command, _ []string) error {
		s, err := appliance.LastState(appliance.Config{Root: *root})
		if err != nil {
			return err
		}
		if asJSON {
			return cli.JSON(c, s)
		}
		return printPage(c, s.Page)
	}
	return c
}

// printPage prints a placard as text.
func printPage(c *cobra.Command, page placard.Page) error {
	out := c.OutOrStdout()
	fmt.Fprintln(out, page.Title)
	for _, line := range []string{page.Place, page.Lead} {
		if line != "" {
			fmt.Fprintln(out, line)
		}
	}
	for _, s := range page.Steps {
		fmt.Fprintf(out, "  %-18s %-6s %s\n", s.Name, s.State.Word(), s.Detail)
	}
	for _, t := range page.Trouble {
		where, cause := "", ""
		if t.Where != "" {
			where = " (" + t.Where + ")"
		}
		if t.Cause != "" {
			cause = ": " + t.Cause
		}
		fmt.Fprintf(out, "%s%s: %s%s\n  what to do: %s\n", t.Code, where, t.Sentence, cause, t.Remedy)
	}
	for _, f := range page.Foot {
		fmt.Fprintf(out, "  %-18s %s\n", f.Name, f.Value)
	}
	return nil
}
