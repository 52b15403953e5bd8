// Package cli is the one manner in which Totem's binaries speak on a command line: help with examples, faults as a
// code, a sentence and a remedy, exact exit statuses, never a stack trace.
package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"example.org/totem/internal/fault"
)

// The exit statuses of every binary.
const (
	ExitOK       = 0 // done, or stopped because it was asked to
	ExitFailed   = 1 // it could not do its work
	ExitUsage    = 2 // the command line is wrong
	ExitConfig   = 3 // a configuration or office file is wrong
	ExitStore    = 4 // a database or store cannot be used
	ExitPrinter  = 5 // the printer cannot be used
	ExitLink     = 6 // the scheduler cannot be reached or refuses
	ExitInternal = 70
)

// statusHelp is part of every root command's help.
const statusHelp = `Exit statuses: 0 done; 1 failed; 2 wrong command line; 3 wrong configuration, office or notifier file;
4 database or store; 5 printer; 6 link to the scheduler; 70 a defect of the program.`

// Main runs root until it ends or the process is asked to stop (SIGINT, SIGTERM), and returns the exit status. It
// prints a fault to root's error output.
func Main(root *cobra.Command) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	root.SilenceErrors, root.SilenceUsage = true, true
	root.CompletionOptions.DisableDefaultCmd = true
	root.Long = strings.TrimSpace(root.Long + "\n\n" + statusHelp)
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error { return Usage(c, err) })
	checkHelpTopics(root)
	c, err := root.ExecuteContextC(ctx)
	stopped := errors.Is(err, context.Canceled) && ctx.Err() != nil
	if err == nil || stopped && c.Annotations[untilStopped] != "" {
		return ExitOK
	}
	if stopped {
		if err == context.Canceled { // what came of nothing else says no more than the sentence
			err = nil
		}
		err = fault.New(fault.CodeStopped, err, "run it again", "the work was not done, for it was asked to stop")
	}
	if cobraUsage(err) {
		err = Usage(c, plain(err))
	}
	if shown := (Shown{}); !errors.As(err, &shown) {
		Print(root.ErrOrStderr(), root.Name(), err)
	}
	return Status(err)
}

// untilStopped is the annotation that UntilStopped makes.
const untilStopped = "until stopped"

// UntilStopped marks a command whose work it is to run until it is asked to stop, and returns it. Any other command that
// is asked to stop has not done its work, and says so.
func UntilStopped(c *cobra.Command) *cobra.Command {
	if c.Annotations == nil {
		c.Annotations = make(map[string]string)
	}
	c.Annotations[untilStopped] = "yes"
	return c
}

// checkHelpTopics makes "help nonsense" a wrong command line; cobra would call it done.
func checkHelpTopics(root *cobra.Command) {
	root.InitDefaultHelpCmd()
	for _, c := range root.Commands() {
		if c.Name() == "help" {
			c.Args = func(c *cobra.Command, topics []string) error {
				if _, _, err := c.Root().Find(topics); err != nil {
					return Usage(c.Root(), err)
				}
				return nil
			}
		}
	}
}

// Shown is an error of which the person has read everything already; only its exit status is left to tell.
type Shown struct{ Err error }

// Error returns the error's text.
func (s Shown) Error() string { return s.Err.Error() }

// Unwrap returns the error.
func (s Shown) Unwrap() error { return s.Err }

// NoArgs refuses arguments, as cobra's own check does, in words that fit.
func NoArgs(c *cobra.Command, args []string) error {
	if len(args) > 0 {
		return Usage(c, fmt.Errorf("%s takes no arguments, and got %q", c.CommandPath(), args))
	}
	return nil
}

// cobraUsage reports whether err is cobra's own word about the command line, which carries no type.
func cobraUsage(err error) bool {
	var f *fault.Fault
	if errors.As(err, &f) {
		return false
	}
	for _, begin := range []string{"unknown command", "accepts ", "requires ", "required flag", "if any flags"} {
		if strings.HasPrefix(err.Error(), begin) {
			return true
		}
	}
	return false
}

// plain says in fewer words than cobra that flags exclude each other.
func plain(err error) error {
	_, set, found := strings.Cut(err.Error(), "are set none of the others can be; [")
	set, _, closed := strings.Cut(set, "]")
	if !found || !closed {
		return err
	}
	return fmt.Errorf("--%s do not go together", strings.Join(strings.Fields(set), " and --"))
}

// Usage returns the fault of a wrong command line.
func Usage(c *cobra.Command, err error) error {
	return fault.New(fault.CodeUsage, err, fmt.Sprintf("see %s --help", c.CommandPath()), "the command line is not understood")
}

// Print writes err as a person reads it: each fault in it with its code, a list of mistakes one on a line, and what
// to do. Errors beside a fault are told after it.
func Print(w io.Writer, program string, err error) {
	var also []error
	for _, one := range parts(err) {
		var f *fault.Fault
		if !errors.As(one, &f) && errors.As(err, &f) {
			also = append(also, one)
			continue
		}
		printFault(w, program, one)
	}
	for _, one := range also {
		fmt.Fprintf(w, "  besides: %s\n", indent(one.Error()))
	}
}

// parts returns the errors that were joined to err, or err alone.
func parts(err error) []error {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return []error{err}
	}
	var all []error
	for _, one := range joined.Unwrap() {
		all = append(all, parts(one)...)
	}
	return all
}

func printFault(w io.Writer, program string, err error) {
	f := fault.Of(err)
	text := err.Error()
	switch {
	case !errors.Is(err, f): // there is none in it
		text = f.Error()
	case f.Err != nil && len(parts(f.Err)) > 1:
		text = f.Sentence + "\n" + f.Err.Error()
	}
	fmt.Fprintf(w, "%s: %s: %s\n", program, f.Code, indent(text))
	if f.Remedy != "" {
		fmt.Fprintf(w, "  what to do: %s\n", f.Remedy)
	}
}

// indent keeps every line but the first apart from what stands before it.
func indent(text string) string { return strings.ReplaceAll(text, "\n", "\n  ") }

// Status returns the exit status that err stands for.
func Status(err error) int {
	switch f := fault.Of(err); f.Code {
	case fault.CodeUsage:
		return ExitUsage
	case fault.CodeConfig, fault.CodeOffice, fault.CodeNotifier,
		fault.CodeProvisioning, fault.CodeNoFile, fault.CodeSpent, fault.CodeOtherPlace, fault.CodeUnfit:
		return ExitConfig
	case fault.CodeStoreOpen, fault.CodeStoreDamaged, fault.CodeStoreFull, fault.CodeStoreLocked,
		fault.CodeStoreForeign, fault.CodeData, fault.CodeCentralStore, fault.CodeCentralEmpty:
		return ExitStore
	case fault.CodePrinterOpen, fault.CodePrinterLost, fault.CodePrinterMute, fault.CodePrinterState, fault.CodePrinterLate:
		return ExitPrinter
	case fault.CodeLinkRefused, fault.CodeLinkFork, fault.CodeLinkVersion, fault.CodeUnprovisioned, fault.CodeIdentity, fault.CodeLinkServer,
		fault.CodeCable, fault.CodeAddress, fault.CodeLinkKey, fault.CodeLinkSilent, fault.CodePeersListen, fault.CodeProxySilent, fault.CodeProxyRefused, fault.CodeCentralNATS:
		return ExitLink
	case fault.CodeInternal:
		return ExitInternal
	default:
		return ExitFailed
	}
}

// JSON writes v to the command's output, indented.
func JSON(c *cobra.Command, v any) error {
	e := json.NewEncoder(c.OutOrStdout())
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// Logger returns a logger that writes one line an event to w: text for a person, JSON for a machine.
func Logger(w io.Writer, asJSON bool) *slog.Logger {
	if asJSON {
		return slog.New(slog.NewJSONHandler(w, nil))
	}
	return slog.New(slog.NewTextHandler(w, nil))
}

// Release is what a binary says of itself.
type Release struct {
	Program string `json:"program"`
	Version string `json:"version"` // of the source, "devel" where it was not recorded
	Commit  string `json:"commit,omitempty"`
	Go      string `json:"go"`
	System  string `json:"system"` // operating system and architecture
}

// ReleaseOf returns what the running binary was built from.
func ReleaseOf(program string) Release {
	r := Release{Program: program, Version: "devel", Go: runtime.Version(), System: runtime.GOOS + "/" + runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return r
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		r.Version = v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			r.Commit = s.Value
		}
	}
	return r
}

// VersionCommand returns the command "version" of a program.
func VersionCommand(program string) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:     "version",
		Short:   "Say what this program was built from",
		Example: fmt.Sprintf("  %s version\n  %s version --json", program, program),
		Args:    NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			r := ReleaseOf(program)
			if asJSON {
				return JSON(c, r)
			}
			fmt.Fprintf(c.OutOrStdout(), "%s %s (%s, %s)\n", r.Program, r.Version, r.Go, r.System)
			return nil
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}
