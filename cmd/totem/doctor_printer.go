package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"example.org/totem/cmd/internal/cli"
	"example.org/totem/cmd/internal/device"
	"example.org/totem/internal/fault"
)

// printerExam is what the command line says of an exam.
type printerExam struct {
	config               string
	over                 device.Printer // what is given in place of the configuration's
	noSlip, find, asJSON bool
	record               string // path of a new file; "": none
}

func newDoctorPrinter() *cobra.Command {
	var e printerExam
	c := &cobra.Command{
		Use:   "printer",
		Short: "Find the printer, ask it everything, print a test slip",
		Long: `Ask the printer of this totem what it is and how it is, say what its profile can do and how it confirms a slip, and print
a test slip: a ruler, grey steps, letters of each code page, a QR. Then it says how the slip was confirmed, and what only eyes
can see on it. The paper is counted. Without a configuration the printer is given by --path, --profile, --baud and --flow.

--find listens at every serial line and USB printer, at the usual speeds, prints nothing, and gives the lines for totem.toml.
--record writes every byte of the exchange to a new file, as text; nothing of anybody is in it.

While a totem runs, its line is left alone: its printer is told as that totem sees it, and --record is refused (T203).

The exit status is 0 for a printer that works, also if it confirms nothing; 5 if its line cannot be opened (T300) or went away
(T301), if it does not answer or nothing was found (T302), or if it cannot print (T303). The code tells them apart.`,
		Example: `  totem doctor printer
  totem doctor printer --find
  totem doctor printer --no-slip --json
  totem doctor printer --path /dev/ttyUSB0 --profile generic-80 --baud 9600
  totem doctor printer --record /tmp/printer.txt`,
		Args: cli.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if e.find {
				return e.search(c)
			}
			return e.examine(c)
		},
	}
	f := c.Flags()
	f.StringVar(&e.config, "config", "/etc/totem/totem.toml", "configuration `file`")
	f.StringVar(&e.over.Path, "path", "", "`device` of the printer, in place of the configuration's")
	f.StringVar(&e.over.Profile, "profile", "", "printer profile by `name`, in place of the configuration's")
	f.IntVar(&e.over.Baud, "baud", 0, "`bits` a second, in place of the configuration's; with --find the only speed that is tried")
	f.StringVar(&e.over.Flow, "flow", "", "flow `control` (none, xonxoff, rtscts, dtrdsr), in place of the configuration's")
	f.BoolVar(&e.noSlip, "no-slip", false, "print no test slip")
	f.BoolVar(&e.find, "find", false, "listen at every line and speed, and print nothing")
	f.StringVar(&e.record, "record", "", "write the exchange to a new `file`")
	f.BoolVar(&e.asJSON, "json", false, "print JSON")
	c.MarkFlagsMutuallyExclusive("find", "record")
	c.MarkFlagsMutuallyExclusive("find", "no-slip")
	return c
}

// say returns who tells the steps: nobody for a machine.
func (e *printerExam) say(c *cobra.Command) func(string) {
	if e.asJSON {
		return nil
	}
	return func(step string) { fmt.Fprintf(c.OutOrStdout(), "%s …\n", step) }
}

// settings reads the configuration. Where its file is missing the command line must do.
func (e *printerExam) settings(c *cobra.Command) (device.Config, error) {
	cfg, err := device.ReadConfig(e.config)
	if err != nil && (e.over.Path == "" || c.Flags().Changed("config") || !errors.Is(err, fs.ErrNotExist)) {
		return cfg, err
	}
	cfg.Printer, err = cfg.Printer.With(e.over)
	return cfg, err
}

func (e *printerExam) examine(c *cobra.Command) error {
	cfg, err := e.settings(c)
	if err != nil {
		return err
	}
	exam := device.Exam{NoSlip: e.noSlip, Say: e.say(c)}
	var record *os.File
	if e.record != "" {
		if record, err = os.OpenFile(e.record, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644); err != nil {
			return fault.New(fault.CodeUsage, fault.Reason(err), "give --record the path of a file that can be made and is not there yet", "the record %s cannot be written", e.record)
		}
		exam.Record = record
	}
	d, err := device.DiagnosePrinter(c.Context(), cfg, exam)
	if record != nil {
		err = errors.Join(err, record.Close())
	}
	if d.InUse && record != nil {
		err = errors.Join(err, fault.New(fault.CodeStoreLocked, nil, "stop the totem, and record again", "a totem runs and uses the printer: nothing was recorded"))
	}
	if err != nil && record != nil {
		err = errors.Join(err, os.Remove(e.record))
	}
	switch {
	case err != nil:
		return err
	case e.asJSON:
		err = cli.JSON(c, d)
	default:
		err = e.print(c, d)
	}
	return errors.Join(err, verdict([]device.Part{d.Verdict}))
}

func (e *printerExam) print(c *cobra.Command, d device.Diagnosis) error {
	t := tabwriter.NewWriter(c.OutOrStdout(), 0, 0, 3, ' ', 0)
	row := func(name, form string, args ...any) { fmt.Fprintf(t, "%s\t%s\n", name, fmt.Sprintf(form, args...)) }
	if row("line", "%s", d.Path); d.Baud != 0 {
		row("", "%d bits a second, flow control %s", d.Baud, d.Flow)
	}
	if d.FlowHint != "" {
		row("", "%s", d.FlowHint)
	}
	row("profile", "%s", strings.TrimSuffix(d.Profile+", for: "+d.Model, ", for: "))
	switch {
	case d.Name+d.Maker+d.Firmware != "":
		row("calls itself", "%s of %s, firmware %s", or(d.Name, "no name"), or(d.Maker, "no maker"), or(d.Firmware, "unknown"))
	case d.Status != "" && !d.InUse:
		row("calls itself", "nothing")
	}
	for i, a := range d.Abilities {
		row(first(i, "abilities"), "%s", a)
	}
	if d.Level != "" {
		row("confirms by", "%s: %s", d.Level, d.LevelMeans)
	}
	if d.Status != "" {
		row("status", "%s", d.Status)
	}
	for _, one := range d.Conditions {
		row("", "%s: %s", one.Word, one.Meaning)
		row("", "what to do: %s", one.Remedy)
	}
	if s := d.Slip; s != nil {
		row("test slip", "%s, confirmed by %s, %d mm of paper, %.1f s", s.Outcome, s.Level, s.MM, s.Seconds)
		for i, look := range s.Look {
			row(first(i, "look at"), "%d. %s", i+1, look)
		}
	}
	for i, one := range d.Head {
		row(first(i, "head"), "%s", one)
	}
	if e.record != "" {
		row("record", "%s holds every byte of this exchange, its times, and nothing of anybody", e.record)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	return printParts(c, []device.Part{d.Verdict})
}

func first(i int, name string) string {
	if i == 0 {
		return name
	}
	return ""
}

func or(word, otherwise string) string {
	if word == "" {
		return otherwise
	}
	return word
}

// found is what a search tells a machine.
type found struct {
	Places []device.Place `json:"places"`
	Best   *device.Place  `json:"best"`
	TOML   string         `json:"toml,omitempty"`
}

func (e *printerExam) search(c *cobra.Command) error {
	if e.over.Profile != "" || e.over.Flow != "" {
		return cli.Usage(c, errors.New("--find finds out the profile and flow control: leave --profile and --flow out"))
	}
	cfg, err := device.ReadConfig(e.config)
	if unread := errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission); unread && c.Flags().Changed("config") {
		return err
	} // a totem does not run by a configuration with mistakes, and printer.path may be what is looked for
	var paths []string
	if e.over.Path != "" {
		paths = []string{e.over.Path}
	}
	var speeds []int
	if e.over.Baud != 0 {
		speeds = []int{e.over.Baud}
	}
	places, best := device.FindPrinters(c.Context(), cfg, paths, speeds, e.say(c))
	if err := c.Context().Err(); err != nil {
		return err
	}
	out := found{Places: places, Best: best}
	if best != nil {
		out.TOML = best.TOML()
	}
	if e.asJSON {
		err = cli.JSON(c, out)
	} else {
		err = printFound(c, out)
	}
	if err != nil {
		return err
	}
	return nothingFound(out)
}

func printFound(c *cobra.Command, f found) error {
	t := tabwriter.NewWriter(c.OutOrStdout(), 0, 0, 3, ' ', 0)
	if len(f.Places) > 0 {
		fmt.Fprintln(t, "PATH\tHEARD\tBAUD\tMODEL\tPROFILE\tCAUSE")
	}
	for _, p := range f.Places {
		baud := "-"
		if p.Baud != 0 {
			baud = fmt.Sprint(p.Baud)
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\n", p.Path, p.Heard, baud, or(p.Model, "-"), or(p.Profile, "-"), or(p.Cause, "-"))
	}
	if err := t.Flush(); err != nil || f.Best == nil {
		return err
	}
	_, err := fmt.Fprintf(c.OutOrStdout(), "\nFor totem.toml:\n\n%s", f.TOML)
	return err
}

// nothingFound is the fault of a search without a printer.
func nothingFound(f found) error {
	switch {
	case len(f.Places) == 0:
		return fault.New(fault.CodePrinterOpen, nil, "connect the printer and switch it on; a USB printer needs the kernel module usblp",
			"the system knows no serial line and no USB printer")
	case f.Best != nil:
		return nil
	}
	for _, p := range f.Places {
		if p.Cause == "" { // it was listened to
			return fault.New(fault.CodePrinterMute, nil, "switch the printer on, check its cable; a model without a wire back or without status questions is never heard",
				"no printer answers")
		}
	}
	return fault.New(fault.CodePrinterOpen, nil, "act on the causes named", "no line could be listened to")
}
