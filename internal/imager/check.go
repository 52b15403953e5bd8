package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"
)

// errBreaches is the end of a check that found something wrong and has told it.
var errBreaches = errors.New("the image is not as it must be")

// checking is what the command line of check says.
type checking struct {
	repository string
	release    bool
	asJSON     bool
}

func newCheck() *cobra.Command {
	var k checking
	c := &cobra.Command{
		Use:   "check IMAGE…",
		Short: "Check images without starting them",
		Long: `Check images without starting or mounting them: partitions, file systems, boot files, what is installed and who could get in.

Exit statuses: 0 all is well; 1 something is not as it must be, or cannot be checked; 2 wrong command line.`,
		Example: `  imager check build/image/totem-arm64.img
  imager check --release build/image/totem-arm64.img     # fit for an office: no development keyring, no changed sources`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usage(c, fmt.Errorf("%s takes images, and got none", c.CommandPath()))
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error { return k.run(c.Context(), c.OutOrStdout(), args) },
	}
	f := c.Flags()
	f.BoolVar(&k.release, "release", false, "check for use in an office: refuse a development keyring and changed sources")
	f.BoolVar(&k.asJSON, "json", false, "print JSON instead of lines")
	f.StringVar(&k.repository, "repository", ".", "`folder` of the sources that the images were built of")
	return c
}

// check is one thing that must hold of an image.
type check struct {
	what string // in a person's words, as it is when it holds
	hold func(ctx context.Context, e *examination) (detail string, err error)
}

// examination is one image under check.
type examination struct {
	checking
	*card
}

// verdict is what became of a check.
type verdict struct {
	Image  string `json:"image"`
	What   string `json:"what"`
	OK     bool   `json:"ok"`
	Detail string `json:"detail,omitempty"` // what was found; for a breach, what is wrong
}

func checks() []check {
	var all []check
	for _, group := range [][]check{diskChecks(), bootChecks(), rootChecks(), accountChecks(), unitChecks(), listChecks()} {
		all = append(all, group...)
	}
	return all
}

func (k checking) run(ctx context.Context, out io.Writer, images []string) error {
	var verdicts []verdict
	breaches := 0
	for _, path := range images {
		opened, err := openCard(path)
		if err != nil {
			return err
		}
		if !k.asJSON {
			fmt.Fprintf(out, "%s, for %s\n", path, opened.arch)
		}
		for _, one := range checks() {
			detail, err := one.hold(ctx, &examination{k, opened})
			v := verdict{Image: path, What: one.what, OK: err == nil, Detail: detail}
			if err != nil {
				v.Detail = err.Error()
				breaches++
			}
			verdicts = append(verdicts, v)
			if !k.asJSON {
				fmt.Fprintln(out, v.line())
			}
			if ctx.Err() != nil {
				return errors.Join(ctx.Err(), opened.Close())
			}
		}
		if err := opened.Close(); err != nil {
			return err
		}
	}
	return k.end(out, verdicts, breaches)
}

func (v verdict) line() string {
	sign := "  ok    "
	if !v.OK {
		sign = "  WRONG "
	}
	if v.Detail == "" {
		return sign + v.What
	}
	return sign + v.What + ": " + v.Detail
}

func (k checking) end(out io.Writer, verdicts []verdict, breaches int) error {
	switch {
	case k.asJSON:
		e := json.NewEncoder(out)
		e.SetIndent("", "  ")
		if err := e.Encode(verdicts); err != nil {
			return err
		}
	case breaches == 0:
		fmt.Fprintf(out, "all %d checks hold\n", len(verdicts))
	default:
		fmt.Fprintf(out, "%d of %d checks do not hold\n", breaches, len(verdicts))
	}
	if breaches > 0 {
		return errBreaches
	}
	return nil
}
