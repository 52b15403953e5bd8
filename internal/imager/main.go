// Binary imager builds the image of a totem's card and checks it: see docs/image.md. It is a tool of the workshop, and no
// part of it is on a totem.
//
// Words. The root tree is a folder with everything the root file system will hold. A slot is one of the two partitions
// that hold it. The image is the file of the whole card.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"
	_ "time/tzdata" // the system may have no time zones

	"github.com/spf13/cobra"

	"example.org/totem/internal/fault"
)

// The exit statuses, as those of the other programs.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// run does what the command line says and returns the exit status.
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
	if errors.Is(err, errBreaches) { // which have been told
		return exitFailed
	}
	if ctx.Err() != nil {
		fmt.Fprintln(progress, "imager: stopped; the image is not whole")
		return exitFailed
	}
	f := fault.Of(err)
	if f.Code == fault.CodeInternal {
		f = fault.New(fault.CodeSystem, err, "do what is said there and start again; docs/image.md says what a build needs", "the image was not made")
	}
	fmt.Fprintf(progress, "imager: %v\n  what to do: %s\n", err, f.Remedy)
	if f.Code == fault.CodeUsage {
		return exitUsage
	}
	return exitFailed
}

func newRoot() *cobra.Command {
	c := &cobra.Command{
		Use:   "imager",
		Short: "Build and check the image of a totem's card",
		Example: `  imager build --arch arm64
  imager check build/image/totem-arm64.img
  imager list build/image/totem-arm64.img`,
		SilenceErrors:     true,
		SilenceUsage:      true,
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
	}
	c.SetFlagErrorFunc(func(c *cobra.Command, err error) error { return usage(c, err) })
	c.AddCommand(newBuild(), newCheck(), newList(), newTest())
	return c
}

func usage(c *cobra.Command, err error) error {
	return fault.New(fault.CodeUsage, err, "see "+c.CommandPath()+" --help", "the command line is not understood")
}

func noArgs(c *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usage(c, fmt.Errorf("%s takes no arguments, and got %q", c.CommandPath(), args))
	}
	return nil
}

// arches are what images are built for.
func arches() []string { return []string{"arm64", "amd64"} }

func knownArch(c *cobra.Command, arch string) error {
	if !slices.Contains(arches(), arch) {
		return usage(c, fmt.Errorf("--arch is %q; there are %s", arch, strings.Join(arches(), " and ")))
	}
	return nil
}

// diary writes a line for each step, with the seconds since the beginning.
type diary struct {
	out   io.Writer
	began time.Time
	now   func() time.Time
}

func newDiary(out io.Writer) *diary { return &diary{out, time.Now(), time.Now} }

func (d *diary) say(line string) {
	fmt.Fprintf(d.out, "image: %3.0f s  %s\n", d.seconds(), line)
}

func (d *diary) seconds() float64 { return d.now().Sub(d.began).Seconds() }
