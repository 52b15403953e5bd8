package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"

	"github.com/spf13/cobra"

	"example.org/totem/cmd/internal/cli"
	"example.org/totem/internal/policies"
)

// policiesOptions are the command line of simulator policies.
type policiesOptions struct {
	days   int
	seed   uint64
	out    string
	asJSON bool
}

func newPolicies() *cobra.Command {
	var o policiesOptions
	c := &cobra.Command{
		Use:   "policies",
		Short: "Compare ways of sharing slots between totems and the web, over simulated days",
		Long: `Compare ways of sharing an office's slots between its totems and the web: what becomes of the same people on the same days when
the link is lost. Totem's own grants are struck by the scheduler's own rules. The page policies.md and its pictures are written
to a folder; the same days and seed make the same bytes. With --json the figures are printed instead, and nothing is written.

400 days of each combination take about ten minutes on two cores.`,
		Example: `  simulator policies
  simulator policies --days 40 --out build/policies
  simulator policies --days 100 --json`,
		Args: cli.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if o.days < 1 {
				return cli.Usage(c, fmt.Errorf("--days %d: want at least one", o.days))
			}
			return o.run(c.Context(), c)
		},
	}
	f := c.Flags()
	f.IntVar(&o.days, "days", 400, "how many `days` are played of each combination")
	f.Uint64Var(&o.seed, "seed", 1, "`number` that names the days' choices")
	f.StringVar(&o.out, "out", "docs", "`folder` for policies.md and pictures/policies")
	f.BoolVar(&o.asJSON, "json", false, "print the figures as JSON")
	return c
}

func (o policiesOptions) run(ctx context.Context, c *cobra.Command) error {
	study := policies.Study{Days: o.days, Seed: o.seed, Workers: runtime.GOMAXPROCS(0), Progress: progress(c.ErrOrStderr())}
	cells, err := study.Run(ctx)
	if err != nil {
		return fmt.Errorf("play the policies: %w", err)
	}
	if o.asJSON {
		return cli.JSON(c, cells)
	}
	const pictures = "pictures/policies"
	if err := os.MkdirAll(filepath.Join(o.out, pictures), 0o755); err != nil {
		return err
	}
	command := fmt.Sprintf("simulator policies --days %d --seed %d", o.days, o.seed)
	files := map[string][]byte{"policies.md": policies.Page(study, cells, command, pictures)}
	for _, p := range policies.Pictures(cells) {
		files[filepath.Join(pictures, p.Name+".svg")] = p.SVG
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(o.out, name), content, 0o644); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintf(c.OutOrStdout(), "%s and %d pictures written\n", filepath.Join(o.out, "policies.md"), len(files)-1)
	return err
}

// progress tells on w how much is played, at every hundredth.
func progress(w io.Writer) func(played, of int) {
	told := -1
	return func(played, of int) {
		if now := 100 * played / of; now > told {
			told = now
			fmt.Fprintf(w, "%3d %% of %d days of the office\n", now, of)
		}
	}
}
