package main

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"example.org/totem/cmd/internal/cli"
	"example.org/totem/cmd/internal/device"
	"example.org/totem/form"
	"example.org/totem/internal/fault"
	"example.org/totem/provisioning"
)

// examined is a provisioning file as it is told to a machine.
type examined struct {
	OK       bool                `json:"ok"`
	Means    []provisioning.Told `json:"means,omitempty"`
	Files    map[string]string   `json:"files,omitempty"` // with --files: what is derived, by its path
	Code     fault.Code          `json:"code,omitempty"`
	Sentence string              `json:"sentence,omitempty"`
	Mistakes []mistake           `json:"mistakes,omitempty"`
}

type mistake struct {
	Line   int    `json:"line,omitempty"`
	Field  string `json:"field,omitempty"`
	Wrong  string `json:"wrong"`
	Remedy string `json:"remedy"`
}

func newSetupCheck() *cobra.Command {
	var asJSON, files bool
	c := &cobra.Command{
		Use:   "check FILE",
		Short: "Check a provisioning file at a desk, and say what it means",
		Long: `Check a provisioning file at a desk, and say what it means for a device, in plain words. Every mistake is told at once, with
its line and what to do. Nothing is asked of any network, and neither token nor password is shown. FILE may be -, for the
standard input. docs/provisioning.md describes every field.`,
		Example: "  totem setup check provision.toml\n  totem setup check --files provision.toml\n  totem setup check --json provision.toml",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			name, data, err := readProvisioning(c, args[0])
			if err != nil {
				return err
			}
			f, err := device.ParseProvisioning(name, data)
			if err != nil {
				return toldMistakes(c, err, asJSON)
			}
			e := examined{OK: true, Means: f.Tell()}
			if files {
				if e.Files, err = derivedFiles(f); err != nil {
					return err
				}
			}
			if asJSON {
				return cli.JSON(c, e)
			}
			return e.print(c.OutOrStdout())
		},
	}
	c.Flags().BoolVar(&files, "files", false, "show every file that is made of it, too")
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

// readProvisioning returns a file's name for messages and what is in it.
func readProvisioning(c *cobra.Command, path string) (name string, data []byte, err error) {
	if path == "-" {
		data, err = io.ReadAll(c.InOrStdin())
		return "provision.toml", data, err
	}
	data, err = os.ReadFile(path)
	if err != nil {
		return "", nil, fault.New(fault.CodeProvisioning, fault.Reason(err), "give the path of the file", "the provisioning file %s cannot be read", path)
	}
	return filepath.Base(path), data, nil
}

// toldMistakes tells a machine what is wrong; to a person it is told as any fault.
func toldMistakes(c *cobra.Command, err error, asJSON bool) error {
	f := fault.Of(err)
	if !asJSON {
		return err
	}
	e := examined{Code: f.Code, Sentence: f.Sentence}
	all, _ := f.Err.(interface{ Unwrap() []error })
	if all != nil {
		for _, one := range all.Unwrap() {
			var m form.Mistake
			if errors.As(one, &m) {
				e.Mistakes = append(e.Mistakes, mistake{m.Line, m.Field, m.Wrong, m.Remedy})
			}
		}
	}
	return errors.Join(cli.JSON(c, e), cli.Shown{Err: err})
}

// derivedFiles returns what is made of f on a device of which nothing is known. A password is left out.
func derivedFiles(f provisioning.File) (map[string]string, error) {
	if f.Proxy.Password != "" {
		f.Proxy.Password = "…"
	}
	derived, err := f.Derive(provisioning.Facts{})
	if err != nil {
		return nil, err
	}
	all := make(map[string]string, len(derived))
	for path, data := range derived {
		all[path] = string(data)
	}
	return all, nil
}

func (e examined) print(out io.Writer) error {
	fmt.Fprintln(out, "the provisioning file is in order")
	table := tabwriter.NewWriter(out, 0, 0, 3, ' ', 0)
	for _, one := range e.Means {
		fmt.Fprintf(table, "  %s\t%s\n", one.Part, one.Means)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, path := range slices.Sorted(maps.Keys(e.Files)) {
		fmt.Fprintf(out, "\n==== %s\n%s", path, e.Files[path])
	}
	return nil
}
