package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"

	"example.org/totem/cmd/internal/cli"
	"example.org/totem/internal/event"
	"example.org/totem/internal/fault"
)

var update = flag.Bool("update", false, "write docs/faults.md anew")

// program is a small one with a command "do" that ends with err.
func program(err error, args ...string) (status int, out, words string) {
	root := &cobra.Command{Use: "totem", Long: "A totem.", Example: "  totem do"}
	do := &cobra.Command{Use: "do", Args: cli.NoArgs, RunE: func(*cobra.Command, []string) error { return err }}
	do.Flags().Int("times", 1, "how often")
	copies := &cobra.Command{Use: "copy FILE", Args: cobra.ExactArgs(1), RunE: do.RunE}
	copies.Flags().String("to", "", "where to")
	if err := copies.MarkFlagRequired("to"); err != nil {
		panic(err)
	}
	root.AddCommand(do, copies, cli.VersionCommand("totem"))
	var stdout, stderr bytes.Buffer
	root.SetOut(&stdout)
	root.SetErr(&stderr)
	root.SetArgs(args)
	status = cli.Main(root)
	return status, stdout.String(), stderr.String()
}

func TestAnErrorIsToldOnceWithWhatToDo(t *testing.T) {
	full := fault.New(fault.CodeStoreFull, errors.New("no space left"), "make room", "the disk is full")
	for name, c := range map[string]struct {
		err    error
		status int
		want   string
	}{
		"none":             {nil, 0, ""},
		"a fault":          {full, 4, "totem: T202: the disk is full: no space left\n  what to do: make room\n"},
		"a wrapped one":    {fmt.Errorf("give a ticket: %w", full), 4, "totem: T202: give a ticket: the disk is full: no space left\n  what to do: make room\n"},
		"without a remedy": {fault.New(fault.CodeDisplay, nil, "", "there is no display"), 1, "totem: T600: there is no display\n"},
		"no fault":         {errors.New("index out of range"), 70, "totem: T000: something failed that should not: index out of range\n  what to do: report it with the log around this moment\n"},
		"several mistakes": {fault.New(fault.CodeOffice, errors.Join(errors.New("a.toml:1: x"), errors.New("a.toml:2: y")), "correct them", "a.toml has 2 mistakes"), 3,
			"totem: T102: a.toml has 2 mistakes\n  a.toml:1: x\n  a.toml:2: y\n  what to do: correct them\n"},
		"two faults":          {errors.Join(full, fault.New(fault.CodePrinterLost, nil, "look", "it is gone")), 4, "totem: T202: the disk is full: no space left\n  what to do: make room\ntotem: T301: it is gone\n  what to do: look\n"},
		"a fault and another": {errors.Join(errors.New("close: bad file"), full), 4, "totem: T202: the disk is full: no space left\n  what to do: make room\n  besides: close: bad file\n"},
		"shown already":       {cli.Shown{Err: full}, 4, ""},
	} {
		t.Run(name, func(t *testing.T) {
			status, out, words := program(c.err, "do")
			if status != c.status || out != "" {
				t.Errorf("status %d, want %d; output %q", status, c.status, out)
			}
			if diff := cmp.Diff(c.want, words); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAWrongCommandLineIsToldWithTheHelpThatFits(t *testing.T) {
	for line, want := range map[string][2]string{
		"give":                {`unknown command "give"`, "totem --help"},
		"do now":              {`totem do takes no arguments, and got ["now"]`, "totem do --help"},
		"do --often":          {"unknown flag: --often", "totem do --help"},
		"do --times many":     {`invalid argument "many"`, "totem do --help"},
		"copy a":              {`required flag(s) "to" not set`, "totem copy --help"},
		"copy --to x":         {"accepts 1 arg(s), received 0", "totem copy --help"},
		"help nothing":        {`unknown command "nothing"`, "totem --help"},
		"version 1":           {"totem version takes no arguments", "totem version --help"},
		"completion bash all": {`unknown command "completion"`, "totem --help"},
	} {
		t.Run(line, func(t *testing.T) {
			status, out, words := program(nil, strings.Fields(line)...)
			if status != cli.ExitUsage || out != "" {
				t.Errorf("status %d, output %q", status, out)
			}
			if !strings.HasPrefix(words, "totem: T100: the command line is not understood: "+want[0]) || !strings.HasSuffix(words, "\n  what to do: see "+want[1]+"\n") {
				t.Errorf("got %q", words)
			}
		})
	}
}

func TestHelpShowsExamplesAndExitStatuses(t *testing.T) {
	status, out, words := program(nil, "--help")
	if status != 0 || words != "" || !strings.Contains(out, "Examples:\n  totem do\n") || !strings.Contains(out, "Exit statuses: 0 done;") {
		t.Errorf("status %d, %q, %s", status, words, out)
	}
	if status, out, _ := program(nil, "help", "version"); status != 0 || !strings.Contains(out, "totem version --json") {
		t.Errorf("status %d, %s", status, out)
	}
}

func TestAProgramThatWasAskedToStopHasNotFailed(t *testing.T) {
	root := &cobra.Command{Use: "totem", RunE: func(c *cobra.Command, _ []string) error {
		if err := syscall.Kill(os.Getpid(), syscall.SIGTERM); err != nil {
			return err
		}
		<-c.Context().Done()
		return c.Context().Err()
	}}
	root.SetArgs([]string{})
	var words bytes.Buffer
	root.SetErr(&words)
	if status := cli.Main(root); status != cli.ExitFailed || !strings.Contains(words.String(), "T105: the work was not done, for it was asked to stop") {
		t.Errorf("status %d for work that was not done: %s", status, words.String())
	}
	if status := cli.Main(cli.UntilStopped(root)); status != cli.ExitOK {
		t.Errorf("status %d", status)
	}
	root.RunE = func(*cobra.Command, []string) error { return context.Canceled }
	root.SetErr(new(bytes.Buffer))
	if status := cli.Main(root); status != cli.ExitInternal {
		t.Errorf("status %d for a program that nobody asked", status)
	}
}

func TestAReleaseIsSaidToAPersonAndToAMachine(t *testing.T) {
	if _, out, _ := program(nil, "version"); !strings.HasPrefix(out, "totem ") || strings.Count(out, "\n") != 1 {
		t.Errorf("got %q", out)
	}
	var got cli.Release
	if _, out, _ := program(nil, "version", "--json"); json.Unmarshal([]byte(out), &got) != nil {
		t.Errorf("no JSON: %s", out)
	}
	if diff := cmp.Diff(cli.ReleaseOf("totem"), got); diff != "" {
		t.Error(diff)
	}
}

func TestJSONIsIndentedAndPlain(t *testing.T) {
	var out bytes.Buffer
	c := new(cobra.Command)
	c.SetOut(&out)
	if err := cli.JSON(c, map[string]string{"cause": "a < b & c"}); err != nil {
		t.Fatal(err)
	}
	if got := out.String(); got != "{\n  \"cause\": \"a < b & c\"\n}\n" {
		t.Errorf("got %q", got)
	}
}

func TestALogIsALineAnEvent(t *testing.T) {
	var text, machine bytes.Buffer
	event.Log(cli.Logger(&text, false), event.LinkUp)
	event.Log(cli.Logger(&machine, true), event.LinkUp)
	var line map[string]any
	if err := json.Unmarshal(machine.Bytes(), &line); err != nil || line["event"] != "link.up" {
		t.Errorf("%v, %s", err, machine.String())
	}
	if !strings.HasSuffix(text.String(), "event=link.up\n") {
		t.Errorf("got %q", text.String())
	}
}

func TestThePageOfFaultsIsTheListWithTheExitStatuses(t *testing.T) {
	const path = "../../../docs/faults.md"
	var page strings.Builder
	page.WriteString(`# Faults

A fault is told as a code, a sentence and what to do:

` + "```" + `
totem: T200: the totem's database /data/totem/totem.db cannot be opened: no such file or directory
  what to do: check that the data folder is there, its partition mounted, and both writable and owned by the totem's user
` + "```" + `

Codes never change their meaning. The same code is on the totem's screen, in its log and in what ` + "`totem doctor`" + ` says. What to do
is told here in general; the fault itself often knows better. The exit status is that of a program which ends because of the fault;
a totem at work goes on wherever it can.

This page is made from ` + "`internal/fault`" + ` by ` + "`go test ./cmd/internal/cli -update`" + `.

| code | meaning | exit status | what to do |
|---|---|---|---|
`)
	for _, e := range fault.List() {
		fmt.Fprintf(&page, "| %s | %s | %d | %s |\n", e.Code, e.Meaning, cli.Status(fault.New(e.Code, nil, "", "")), e.Remedy)
	}
	if *update {
		if err := os.WriteFile(path, []byte(page.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(got), page.String()); diff != "" {
		t.Errorf("docs/faults.md is not up to date, run with -update:\n%s", diff)
	}
}

func TestEveryCodeHasAStatus(t *testing.T) {
	if got := cli.Status(fault.New("T999", nil, "", "")); got != cli.ExitFailed {
		t.Errorf("an unknown code ends with %d", got)
	}
	areas := map[byte]int{'2': cli.ExitStore, '3': cli.ExitPrinter, '4': cli.ExitLink}
	for _, e := range fault.List() {
		if want, ok := areas[e.Code[1]]; ok && cli.Status(fault.New(e.Code, nil, "", "")) != want {
			t.Errorf("%s does not end with %d", e.Code, want)
		}
	}
}
