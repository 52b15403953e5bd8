package main

import (
	"crypto/rand"
	"fmt"

	"github.com/spf13/cobra"

	"example.org/totem/cmd/internal/cli"
	"example.org/totem/cmd/internal/device"
	"example.org/totem/internal/fault"
)

func newProvision() *cobra.Command {
	var config, token string
	var pins []string
	var newKey, asJSON bool
	c := &cobra.Command{
		Use:   "provision",
		Short: "Make this device the totem that its configuration names",
		Long: `Make this device the totem that its configuration names: a key is made here, which never leaves the device, and the
scheduler enrols it for the one-time token that "scheduler enrol" has printed. The pin, printed beside it, says which server is
the scheduler's.

If no answer comes it may be tried again with the same token. A totem that runs takes its identity up by itself.`,
		Example: `  totem provision --token 7Q2ZK-M9D4T-0XW8B-5RNYA-C3HVGE --pin sha256/…
  totem provision --config /etc/totem/totem.toml --token … --pin sha256/… --pin sha256/…
  totem provision --new-key --token … --pin sha256/…`,
		Args: cli.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if token == "" || len(pins) == 0 {
				return fault.New(fault.CodeUsage, nil, "have both printed by: scheduler enrol OFFICE TOTEM", "the token or the pin is missing")
			}
			cfg, err := device.ReadConfig(config)
			if err != nil {
				return err
			}
			e := device.Enrolment{Token: token, Pins: pins, NewKey: newKey, Random: rand.Reader}
			if !asJSON {
				e.Say = func(step string) { fmt.Fprintln(c.OutOrStdout(), step) }
			}
			done, err := device.Provision(c.Context(), cfg, e)
			if err != nil {
				return err
			}
			if asJSON {
				return cli.JSON(c, done)
			}
			_, err = fmt.Fprintf(c.OutOrStdout(), "this device is totem %s of office %s\n", done.Totem, done.Office)
			return err
		},
	}
	c.Flags().StringVar(&config, "config", "/etc/totem/totem.toml", "configuration `file`")
	c.Flags().StringVar(&token, "token", "", "one-time `token` that scheduler enrol printed")
	c.Flags().StringArrayVar(&pins, "pin", nil, "`pin` of the server's key, sha256/…; may be given again")
	c.Flags().BoolVar(&newKey, "new-key", false, "make a new key even if there is one; the old one is worth nothing then")
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}
