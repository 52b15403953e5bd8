package main

import (
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"example.org/totem/cmd/internal/cli"
	"example.org/totem/cmd/internal/device"
	"example.org/totem/internal/fault"
)

func newDoctor() *cobra.Command {
	var config string
	var asJSON bool
	c := &cobra.Command{
		Use:   "doctor",
		Short: "Say how every part of this totem is, and what to do",
		Long: `Say how every part of this totem is, and what to do: database, slips, the notice that citizens are given and what they
are asked for, clock, printer; touch panel, keypad, code reader and sound, as far as totem.toml names them; board (disk, card,
heat, watchdog, door, lamp); identity, scheduler.
The exit status is that of the first part that does not work.

It may be used while the totem runs: printer, touch panel, keypad, code reader, sound and the board's lines are then told as
that totem sees them.
If one of them is in question, stop the totem: then each is opened. Use totem doctor printer, which asks the printer everything
and prints a test slip, and totem doctor touch, which calibrates the touch panel or shows what it tells. Whether a headset or a
speaker is heard only ears can tell.`,
		Example: "  totem doctor --config /etc/totem/totem.toml\n  totem doctor --json\n  totem doctor printer\n  totem doctor touch",
		Args:    cli.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, err := device.ReadConfig(config)
			if err != nil {
				return err
			}
			parts := device.Examine(c.Context(), cfg)
			if asJSON {
				err = cli.JSON(c, parts)
			} else {
				err = printParts(c, parts)
			}
			if err != nil {
				return err
			}
			return verdict(parts)
		},
	}
	c.Flags().StringVar(&config, "config", "/etc/totem/totem.toml", "configuration `file`")
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	c.AddCommand(newDoctorPrinter(), newDoctorTouch())
	return c
}

func printParts(c *cobra.Command, parts []device.Part) error {
	table := tabwriter.NewWriter(c.OutOrStdout(), 0, 0, 3, ' ', 0)
	for _, p := range parts {
		code := ""
		if p.Code != "" {
			code = string(p.Code) + ": "
		}
		fmt.Fprintf(table, "%s\t%s\t%s%s\n", p.Name, p.State, code, p.Cause)
		if p.Remedy != "" {
			fmt.Fprintf(table, "\t\twhat to do: %s\n", p.Remedy)
		}
	}
	return table.Flush()
}

// verdict is the exit status: that of the first part that does not work. What there is to say has been printed.
func verdict(parts []device.Part) error {
	for _, p := range parts {
		if p.State == device.Faulty {
			return cli.Shown{Err: fault.New(p.Code, nil, p.Remedy, "%s: %s", p.Name, p.Cause)}
		}
	}
	return nil
}
