// Binary totem is the device in the entrance of an office: it shows what can be taken today, gives tickets on paper,
// and tells the scheduler.
package main

import (
	"os"
	_ "time/tzdata" // a totem's system may have no time zones

	"github.com/spf13/cobra"

	"example.org/totem/cmd/internal/cli"
)

func main() { os.Exit(run()) }

func run() int {
	root := &cobra.Command{
		Use:   "totem",
		Short: "The ticket totem of a public office",
		Long: `The ticket totem of a public office: a citizen who gives no personal data takes an appointment for
today, on paper, in three taps, with the network up or down.`,
		Example: `  totem run --config /etc/totem/totem.toml
  totem provision --token 7Q2ZK-M9D4T-0XW8B-5RNYA-C3HVGE --pin sha256/…
  totem doctor
  totem doctor printer --find
  totem slips
  totem vouch 2026-11-23T09:41
  totem version --json`,
	}
	root.AddCommand(newSetup(), newScreen(), leavesWords("totem-display.service", newDisplay()), newBootstate(), leavesWords("totem-kiosk.service", newRun()), newProvision(), newDoctor(), newSlips(), newVouch(), cli.VersionCommand("totem"))
	return cli.Main(root)
}
