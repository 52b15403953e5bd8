// Binary scheduler is the central service: it plans the days of its offices, grants slots to their totems, takes in
// what the totems did, and closes days.
package main

import (
	"os"
	_ "time/tzdata" // the system may have no time zones

	"github.com/spf13/cobra"

	"example.org/totem/cmd/internal/cli"
)

func main() { os.Exit(run()) }

func run() int {
	root := &cobra.Command{
		Use:   "scheduler",
		Short: "The central scheduler that ticket totems follow",
		Example: `  scheduler check offices/*.toml
  scheduler init --data /var/lib/totem-scheduler
  scheduler serve --office offices/valfiorita-anagrafe.toml --data /var/lib/totem-scheduler
  scheduler enrol valfiorita-anagrafe ingresso
  scheduler totems --trouble
  scheduler edit stop offices/valfiorita-anagrafe.toml identita --from 11:00
  scheduler sheets --office valfiorita-anagrafe --day 2026-11-23 --data /var/lib/totem-scheduler`,
		Long: `The central scheduler that ticket totems follow: it plans the days of its offices, grants slots to their
totems, takes in what the totems did, and closes days.`,
	}
	root.AddCommand(newInit(), newServe(), newCheck(), newEnrol(), newRevoke(), newFence(), newEdit(), newVoid(), newBackup(), newRestore(), newCounts(), newConsents(), newSheets(), newTotems(), newNATSConfig(), newFitness(), cli.VersionCommand("scheduler"))
	return cli.Main(root)
}
