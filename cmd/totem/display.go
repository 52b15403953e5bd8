package main

import (
	"crypto/rand"
	"os"

	"github.com/coreos/go-systemd/v22/daemon"
	"github.com/spf13/cobra"

	"example.org/totem/cmd/internal/appliance"
	"example.org/totem/cmd/internal/cli"
	"example.org/totem/internal/fault"
)

func newDisplay() *cobra.Command {
	d := appliance.Display{Random: rand.Reader, Log: os.Stderr}
	c := &cobra.Command{
		Use:   "display",
		Short: "Run the X server that the kiosk's window is on",
		Long: `Run the X server that the kiosk's window is on, until asked to stop: on its own terminal, without a cursor, without blanking, and
without listening on the network. It makes the cookie that clients need, FOLDER/xauthority, anew each time, for its user and that
user's group. systemd is told (sd_notify) as soon as the server listens.

If the server ends, the line of its log that says why is told (T602); the log is FOLDER/Xorg.log.`,
		Example: "  totem display\n  totem display --server /usr/bin/Xorg --folder /run/totem-display",
		Args:    cli.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if info, err := os.Stat(d.Folder); err != nil || !info.IsDir() {
				return fault.New(fault.CodeUsage, fault.Reason(err), "make it, for the user who runs this, or give another one with --folder", "there is no folder %s", d.Folder)
			}
			d.Input = os.Stdin
			d.Ready = func() error {
				_, err := daemon.SdNotify(false, daemon.SdNotifyReady)
				return err
			}
			return d.Run(c.Context())
		},
	}
	f := c.Flags()
	f.StringVar(&d.Server, "server", "Xorg", "X server's `program`")
	f.StringVar(&d.Config, "config", "/run/totem/xorg.conf", "X server's configuration `file`; one that is not there is left out")
	f.StringVar(&d.Folder, "folder", "/run/totem-display", "`folder` for cookie and log")
	f.StringVar(&d.Terminal, "terminal", "vt1", "virtual `terminal`")
	f.IntVar(&d.Number, "number", 0, "the display's `number`")
	return cli.UntilStopped(c)
}
