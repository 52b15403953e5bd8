package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"example.org/totem/internal/fault"
	"example.org/totem/scheduler"
)

func newRevoke() *cobra.Command {
	var w where
	var yes bool
	c := &cobra.Command{
		Use:   "revoke OFFICE TOTEM",
		Short: "Take a totem's key away, and cut it off",
		Long: `Take a totem's key away, and cut it off at once: the key is never believed again. An enrolment token that is open is
taken back too. Once the device hears of it, it gives no more tickets; one that has no link goes on from the slots it holds.
What it gave it tells once it is enrolled anew, with a new key (totem provision --new-key).

Use it when a device may be in wrong hands, or its key may have been copied. If the device is lost for good, fence it
instead (scheduler fence), which revokes its key as well.

It works beside a scheduler that runs on the data directory, or without one.`,
		Example: `  scheduler revoke valfiorita-anagrafe ingresso
  scheduler revoke valfiorita-anagrafe ingresso --nats tls://nats-1:4222 --yes`,
		Args: cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			office, totem, err := ids(c, args)
			if err != nil {
				return err
			}
			books, err := w.open(c)
			if err != nil {
				return err
			}
			if !yes {
				err = confirm(c, string(totem), "revoke its key", fmt.Sprintf("The device of %s is cut off until it is enrolled again with a new key.", totem))
			}
			if err == nil {
				err = scheduler.RevokeKey(c.Context(), books.Ledger, books.Authority(), office, totem)
			}
			if errors.Is(err, scheduler.ErrNoKey) {
				err = fault.New(fault.CodeUsage, err, "check both ids; a totem that was never enrolled has nothing to be revoked",
					"totem %s of office %s has no key and no token", totem, office)
			}
			if err = errors.Join(err, books.Close()); err != nil {
				return err
			}
			fmt.Fprintf(c.OutOrStdout(), "the key of totem %s of office %s is revoked; to let a device be this totem again: scheduler enrol %[2]s %[1]s, and there totem provision --new-key\n", totem, office)
			return nil
		},
	}
	w.flags(c)
	c.Flags().BoolVar(&yes, "yes", false, "do not ask")
	return c
}
