// Binary simulator runs a whole Totem in one process: the real scheduler with NATS embedded, the real kiosk, the real
// database in a folder that is thrown away, and a simulated paper printer at the far end of a pseudo-terminal, so that the
// real serial driver is what prints. With a display it opens a window in which the mouse is a finger; without one it
// takes the tour.
package main

import (
	"os"
	_ "time/tzdata" // the sample offices' time zone, on any system

	"github.com/spf13/cobra"

	"example.org/totem/cmd/internal/cli"
)

func main() {
	os.Exit(cli.Main(newRoot()))
}

func newRoot() *cobra.Command {
	var o options
	c := &cobra.Command{
		Use:   "simulator",
		Short: "A whole Totem in one process, with simulated paper",
		Long: `A whole Totem in one process: the real scheduler, the real kiosk, and simulated paper at the far end of the real
serial driver. With a display it opens a window: at the left the panel, where the mouse is the finger; at the right the printer, whose
cover one can open and whose paper one can pull, the network, whose cable one can pull, a headset to plug in, and a code reader to hold a slip before.
The arrows, Enter, Escape and F1 of the keyboard stand for the keypad's five keys; what is spoken is heard where espeak-ng and aplay are. It says where the slips land. Without a display,
or with --tour, scripted citizens come one after the other: in three languages, with letters of twice the size, with everything in reach of a
wheelchair, by five keys and a headset, with a slip held before the code reader, without network, without paper, with a ticket to check in or to give back. What happened is written to out/tour: the screens, the bytes
that reached the printer, the slips as pictures, the ledger's sheets and a summary; and to out/tour-wide for a wide panel.`,
		Example: `  simulator
  simulator --tour
  simulator --tour --walks first,check-in
  simulator --tour --size 1920x1080 --office offices/previdenza-monterovo.toml
  simulator --printer custom-vkp80iii
  simulator --now 2026-11-24T15:10`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return run(c.Context(), o, c.OutOrStdout(), c.ErrOrStderr()) },
	}
	c.AddCommand(newNation(), newPolicies(), cli.VersionCommand("simulator"))
	f := c.Flags()
	f.StringVar(&o.office, "office", "offices/valfiorita-anagrafe.toml", "office `file` that the totem follows")
	f.StringVar(&o.now, "now", "", "where the simulator's clock starts, local `time` of the office, 2026-11-24T15:10 (default: 71 minutes after the office's next opening)")
	f.StringVar(&o.size, "size", "1080x1920", "panel in `pixels`")
	f.StringVar(&o.printer, "printer", "epson-tm-t20", "simulated printer, by the `name` of its profile")
	f.StringVar(&o.out, "out", "out", "`folder` for slips and the tour")
	f.StringVar(&o.walks, "walks", "", "only these `names` of the tour's walks, with commas between them: "+walkNames())
	f.BoolVar(&o.tour, "tour", false, "take the tour even where there is a display")
	f.BoolVar(&o.log, "log", false, "write the log of scheduler and totem to standard error")
	return cli.UntilStopped(c)
}
