package main

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/spf13/cobra"

	"example.org/totem/cmd/internal/central"
	"example.org/totem/cmd/internal/cli"
	"example.org/totem/internal/fault"
	"example.org/totem/scheduler/authority"
)

func newNATSConfig() *cobra.Command {
	var data, out string
	c := &cobra.Command{
		Use:   "nats-config",
		Short: "Print the configuration of a NATS server for this scheduler",
		Long: `Print the configuration of a NATS server that is not inside the scheduler, for one server or a cluster, with remarks.
Such a server believes this scheduler's identity, and no other.

With --out it is written into a directory, with the server's TLS key and certificate beside it. The key is secret; nothing
else there is. It works at any time, and touches nothing in the data directory.`,
		Example: `  scheduler nats-config --data /var/lib/totem-scheduler
  scheduler nats-config --out /etc/nats-totem && cd /etc/nats-totem && nats-server -c nats.conf`,
		Args: cli.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			a, err := central.OpenIdentity(data)
			if err != nil {
				return err
			}
			if out == "" {
				text, err := a.ServerConfig()
				if err != nil {
					return err
				}
				_, err = fmt.Fprint(c.OutOrStdout(), text)
				return err
			}
			err = a.ServerFiles(out)
			if errors.Is(err, fs.ErrExist) {
				return fault.New(fault.CodeUsage, err, "name another directory, or move that file away", "there is such a file in %s already", out)
			}
			if err != nil {
				return fault.New(fault.CodeSystem, err, "check that the directory may be written to", "the files cannot be written to %s", out)
			}
			fmt.Fprintf(c.OutOrStdout(), "wrote %s, %s and %s (secret) to %s; read the remarks in the first\n",
				authority.ConfigFile, authority.CertificateFile, authority.KeyFile, filepath.Clean(out))
			return nil
		},
	}
	c.Flags().StringVar(&data, "data", defaultData, "the scheduler's data `directory`")
	c.Flags().StringVar(&out, "out", "", "`directory` to write to, made if it is missing")
	return c
}
