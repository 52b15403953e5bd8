package main

import (
	"errors"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"example.org/totem/cmd/internal/central"
	"example.org/totem/cmd/internal/cli"
)

func newFitness() *cobra.Command {
	var s central.Store
	var asJSON bool
	c := &cobra.Command{
		Use:   "fitness --nats URL",
		Short: "Look whether a NATS cluster is fit to keep the ledger",
		Long: `Look whether a NATS cluster is fit to keep the ledger: JetStream, versions, servers, how often they sync, the
streams and their copies. Nothing is changed. What cannot be seen with the credentials at hand is said.

The servers show their settings to the administrator whose identity lies in the data directory. serve looks at the same
when it starts, and does not start on a fault.`,
		Example: `  scheduler fitness --nats tls://nats-1:4222 --replicas 3
  scheduler fitness --nats nats://nats-1:4222,nats://nats-2:4222 --json`,
		Args: cli.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			findings, err := central.Examine(c.Context(), s)
			if err != nil {
				return err
			}
			if asJSON {
				return errors.Join(cli.JSON(c, findings), findings.Faults())
			}
			return errors.Join(printFindings(c.OutOrStdout(), findings), findings.Faults())
		},
	}
	c.Flags().StringVar(&s.Identity, "data", defaultData, "data `directory` whose identity is shown to the servers, if it holds one")
	natsFlags(c, &s.NATS, &s.Creds, &s.Pins)
	c.Flags().IntVar(&s.Replicas, "replicas", 1, "copies that the scheduler is to ask for: 1, 3 or 5")
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	if err := c.MarkFlagRequired("nats"); err != nil {
		panic(err) // the flag is defined above
	}
	return c
}

// printFindings prints a table, and below each row that is not good what to do.
func printFindings(w io.Writer, findings central.Findings) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, f := range findings {
		fmt.Fprintf(table, "%s\t%s\t%s\n", f.State, f.What, f.Cause)
		if f.Remedy != "" {
			fmt.Fprintf(table, "\t\twhat to do: %s\n", f.Remedy)
		}
	}
	return table.Flush()
}
