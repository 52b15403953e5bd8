// Binary bench measures the figures of docs/performance.md: each against a baseline of the same machine, in the same
// run, in turn. It is no test: it fails only when it cannot work, never because a figure misses its goal.
//
// Words. A figure is a row of the table; it has a value and, mostly, a baseline and a goal for the ratio of the two. A
// block is one short stretch of work of one kind; what a figure tells is the median of its blocks.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	_ "time/tzdata" // the system may have no time zones

	"github.com/spf13/cobra"

	"example.org/totem/internal/cluster"
	"example.org/totem/internal/fault"
)

func main() {
	cluster.Serve() // where this process is to be a NATS server, or another part of a measurement
	servePart()
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

// The exit statuses, as those of the other programs.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
)

// run does what the command line says and returns the exit status. What the programs of cmd/ share for this lies in
// cmd/internal, where Go lets only cmd/ in.
func run(args []string, out, progress io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	root := newRoot()
	root.SetArgs(args)
	root.SetOut(out)
	root.SetErr(progress)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitOK
	}
	if ctx.Err() != nil {
		fmt.Fprintln(progress, "bench: stopped; nothing was written")
		return exitFailed
	}
	f := fault.Of(err)
	fmt.Fprintf(progress, "bench: %s: %v\n  what to do: %s\n", f.Code, err, f.Remedy)
	if f.Code == fault.CodeUsage {
		return exitUsage
	}
	return exitFailed
}

// options are what the command line says.
type options struct {
	rows   []string
	asJSON bool
	out    string // file of the rows
	folder string // on the disk to be measured

	programs string // folder of the programs that are measured
}

func newRoot() *cobra.Command {
	var o options
	c := &cobra.Command{
		Use:   "bench",
		Short: "Measure the figures of docs/performance.md",
		Long: `Measure the figures of docs/performance.md, each against a baseline in the same run. All of them take less than ten
minutes on two cores. The table goes to standard output, progress to standard error, and the rows as JSON to build/bench.json.

Exit statuses: 0 done, whatever the figures are; 1 failed; 2 wrong command line.`,
		Example: `  bench
  bench --rows issue,push
  bench --rows catch-up --json
  bench --dir /mnt/card            # measure that disk`,
		Args:              noArgs,
		SilenceErrors:     true,
		SilenceUsage:      true,
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
		RunE:              func(c *cobra.Command, _ []string) error { return o.run(c) },
	}
	c.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usage(err) })
	f := c.Flags()
	f.StringSliceVar(&o.rows, "rows", nil, "`ids` of the figures to measure, with commas between them (default: all)")
	f.BoolVar(&o.asJSON, "json", false, "print JSON instead of the table")
	f.StringVar(&o.out, "out", "build/bench.json", "`file` for the rows")
	f.StringVar(&o.folder, "dir", "build", "`folder` on the disk to be measured")
	f.StringVar(&o.programs, "programs", "build", "`folder` of the programs totem and scheduler")
	return c
}

func usage(err error) error {
	return fault.New(fault.CodeUsage, err, "see bench --help", "the command line is not understood")
}

func noArgs(_ *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usage(fmt.Errorf("bench takes no arguments, and got %q", args))
	}
	return nil
}

func (o options) run(c *cobra.Command) error {
	chosen, err := choose(figures(), o.rows)
	if err != nil {
		return err
	}
	if err := errors.Join(os.MkdirAll(o.folder, 0o755), os.MkdirAll(filepath.Dir(o.out), 0o755)); err != nil {
		return notWritable(err)
	}
	var rows []Row
	for _, f := range chosen {
		row, err := f.row(c.Context(), o, c.ErrOrStderr())
		if err != nil {
			return err
		}
		rows = append(rows, row)
	}
	data, err := json.MarshalIndent(rows, "", "  ")
	if err != nil {
		return fmt.Errorf("write the rows: %w", err)
	}
	data = append(data, '\n')
	if err := os.WriteFile(o.out, data, 0o644); err != nil {
		return notWritable(err)
	}
	if o.asJSON {
		_, err = c.OutOrStdout().Write(data)
		return err
	}
	return printTable(c.OutOrStdout(), chosen, rows)
}

func notWritable(err error) error {
	return fault.New(fault.CodeSystem, fault.Reason(err), "name others with --out and --dir", "the folders of the measurement cannot be written")
}

// choose returns the figures with the given ids, in the order of the table; all of them for no ids.
func choose(all []figure, ids []string) ([]figure, error) {
	if len(ids) == 0 {
		return all, nil
	}
	wanted := make(map[string]bool)
	for _, id := range ids {
		wanted[strings.TrimSpace(id)] = true
	}
	var chosen []figure
	var known []string
	for _, f := range all {
		known = append(known, f.id)
		if wanted[f.id] {
			chosen = append(chosen, f)
			delete(wanted, f.id)
		}
	}
	for id := range wanted {
		return nil, fault.New(fault.CodeUsage, nil, "choose from "+strings.Join(known, ", "), "there is no row %q", id)
	}
	return chosen, nil
}
