package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"example.org/totem/cmd/internal/central"
	"example.org/totem/cmd/internal/cli"
)

func newInit() *cobra.Command {
	var s central.Store
	c := &cobra.Command{
		Use:   "init",
		Short: "Make a new scheduler: its identity, and an empty ledger",
		Long: `Make a new scheduler in a data directory: its identity, and an empty ledger. It is done once. A ledger that is there is
never touched.

The identity is the keys from which every right follows: with them totems are enrolled and revoked, and by them totems
know the scheduler. Keep a copy of the directory "identity", on paper or a stick, as safe as the keys of the house: who has
it can be the scheduler, and without it every totem must be enrolled anew. Nothing else belongs in that copy.

For a NATS cluster: make the identity here, set the servers up (scheduler nats-config), and make the ledger there with
--nats. To have an earlier scheduler again, see scheduler restore.`,
		Example: `  scheduler init --data /var/lib/totem-scheduler
  scheduler init --data /var/lib/totem-scheduler --nats tls://nats-1:4222,tls://nats-2:4222 --replicas 3`,
		Args: cli.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := central.Init(c.Context(), s); err != nil {
				return err
			}
			at, serve := s.DataDir, "scheduler serve --office FILE --data "+s.DataDir
			if s.NATS != "" {
				at = central.WithoutPassword(s.NATS)
				serve += " --nats " + at
			}
			fmt.Fprintf(c.OutOrStdout(), "made a scheduler: identity in %s, and an empty ledger in %s\nkeep a safe copy of the identity; then run: %s\n",
				central.IdentityDir(s.DataDir), at, serve)
			return nil
		},
	}
	c.Flags().StringVar(&s.DataDir, "data", defaultData, "`directory` of what lasts; it is made if it is missing")
	natsFlags(c, &s.NATS, &s.Creds, &s.Pins)
	c.Flags().IntVar(&s.Replicas, "replicas", 1, "copies of everything in the NATS cluster: 1, 3 or 5")
	return c
}
