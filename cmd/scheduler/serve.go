package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"example.org/totem/cmd/internal/central"
	"example.org/totem/cmd/internal/cli"
)

// defaultData is where a scheduler keeps what lasts.
const defaultData = "/var/lib/totem-scheduler"

func newServe() *cobra.Command {
	var cfg central.Config
	var jsonLog bool
	c := &cobra.Command{
		Use:   "serve --office FILE...",
		Short: "Plan, grant and answer totems until asked to stop",
		Long: `Plan, grant and answer totems until asked to stop. When its disk takes no more the scheduler ends by itself, with
status 4: make room and start it again, or let a supervisor do so.

The data directory, which scheduler init makes, holds the identity, the ledger, the facts of the totems and the office-day
keys. With --nats the ledger and the facts are kept by that server, which scheduler nats-config describes. Leave the
office-day keys, in the directory "keys", and what citizens gave, in "contacts", out of every backup.

With --notifier citizens can be reminded of their tickets: the file says by which gateways messages go out
(docs/notifier-file.md). Without it nobody is asked for a contact.

Totems are let in over TLS alone, and only those that were enrolled (scheduler enrol). The other commands may be used while
the scheduler runs.`,
		Example: `  scheduler serve --office anagrafe.toml --data /var/lib/totem-scheduler
  scheduler serve --office anagrafe.toml --office previdenza.toml --listen 0.0.0.0:4222
  scheduler serve --office anagrafe.toml --notifier /etc/totem-scheduler/notifier.toml
  scheduler serve --office anagrafe.toml --nats tls://nats-1:4222,tls://nats-2:4222 --replicas 3`,
		Args: cli.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := checkPatience(cfg.Patience); err != nil {
				return cli.Usage(c, err)
			}
			cfg.Log = cli.Logger(os.Stderr, jsonLog)
			s, err := central.Open(c.Context(), cfg)
			if err != nil {
				return err
			}
			fmt.Fprintf(c.OutOrStdout(), "serving %s on %s\n", count(len(cfg.OfficeFiles), "office"), s.URL())
			select {
			case <-c.Context().Done():
				return s.Close()
			case err := <-s.Failed():
				return errors.Join(err, s.Close())
			}
		},
	}
	c.Flags().StringArrayVar(&cfg.OfficeFiles, "office", nil, "an office `file`; once for each office")
	c.Flags().StringVar(&cfg.DataDir, "data", defaultData, "`directory` of what lasts")
	c.Flags().StringVar(&cfg.Listen, "listen", "127.0.0.1:4222", "`address` at which totems are awaited; not used with --nats")
	c.Flags().StringVar(&cfg.NotifierFile, "notifier", "", "a notifier `file`: how reminders go out; default: they do not")
	natsFlags(c, &cfg.NATS, &cfg.Creds, &cfg.Pins)
	c.Flags().IntVar(&cfg.Replicas, "replicas", 1, "copies of everything in the NATS cluster: 1, 3 or 5")
	patienceFlag(c, &cfg.Patience)
	c.Flags().BoolVar(&jsonLog, "json", false, "write the log as JSON lines")
	if err := c.MarkFlagRequired("office"); err != nil {
		panic(err) // the flag is defined above
	}
	return cli.UntilStopped(c)
}

// count returns a number of things in words: "1 office", "2 offices".
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
