package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"example.org/totem/cmd/internal/cli"
	"example.org/totem/cmd/internal/device"
	"example.org/totem/internal/fault"
	"example.org/totem/ui"
)

// touchExam is what the command line says of a calibration.
type touchExam struct {
	config               string
	write, watch, asJSON bool
}

func newDoctorTouch() *cobra.Command {
	var e touchExam
	c := &cobra.Command{
		Use:   "touch",
		Short: "Calibrate the touch panel, or show what it tells",
		Long: `Calibrate the touch panel: five crosses stand on the screen, one after the other. Touch the middle of each with one fingertip
and hold still until its ring is filled. A touch that was not steady is asked for again, and so is one that contradicts the
others. Then two more crosses show whether the calibration is true: a small one stands where the finger is found.

The calibration is six numbers as libinput has them. It is printed as the line for totem.toml; --write puts it there, and leaves
everything else in the file as it is. No keyboard is needed; a minute without a touch ends it.

--watch shows no crosses, needs no display and changes nothing: it prints what is on the glass, in parts of it and in
millimetres from its upper left corner, by the calibration that totem.toml has, until it is asked to stop.

Stop the totem first: while one runs the panel is its own (T203).

The exit status is 0 for a calibration that was made, and for --watch that was asked to stop; 1 if the panel cannot be opened
(T700), tells of no touch or of one that does not end (T701), if the touches were no good (T705), if it was stopped before it was
done (T105), or if there is no display (T600); 3 for a configuration that cannot be used or written (T101); 4 while a totem runs
(T203).`,
		Example: `  totem doctor touch
  totem doctor touch --write --config /etc/totem/totem.toml
  totem doctor touch --watch
  totem doctor touch --json`,
		Args: cli.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, err := device.ReadConfig(e.config)
			if err != nil {
				return err
			}
			if e.watch {
				return e.look(c, cfg)
			}
			return e.calibrate(c, cfg)
		},
	}
	f := c.Flags()
	f.StringVar(&e.config, "config", "/etc/totem/totem.toml", "configuration `file`")
	f.BoolVar(&e.write, "write", false, "write the calibration into the configuration")
	f.BoolVar(&e.watch, "watch", false, "print what is on the glass, until stopped")
	f.BoolVar(&e.asJSON, "json", false, "print JSON; with --watch, one object a line")
	c.MarkFlagsMutuallyExclusive("watch", "write")
	return c
}

// calibrate shows the aims on the panel's own window.
func (e *touchExam) calibrate(c *cobra.Command, cfg device.Config) error {
	window, err := ui.New(ui.Config{Panel: panelOf(cfg.Panel), Title: "Totem", Fullscreen: cfg.Panel.Fullscreen})
	if err != nil {
		return err
	}
	exam := device.TouchExam{Aims: window}
	if !e.asJSON {
		exam.Say = func(step string) { fmt.Fprintln(c.OutOrStdout(), step) }
	}
	x, err := device.ExamineTouch(c.Context(), cfg, exam)
	if err != nil {
		return err
	}
	var made device.Calibration
	var whole bool
	err = runBoth(c.Context(), window, func(ctx context.Context) error {
		var err error
		made, err = x.Calibrate(ctx)
		if whole = err == nil; errors.Is(err, context.Canceled) && c.Context().Err() == nil {
			return nil // by the window, which says why
		}
		return err
	})
	if err = errors.Join(err, x.Close()); err != nil {
		return err
	}
	if !whole {
		return fault.New(fault.CodeStopped, nil, "run it again", "the window was closed before the calibration was made")
	}
	if e.write {
		if err := device.WriteMatrix(e.config, made.Matrix); err != nil {
			return err
		}
		made.File = e.config
	}
	if e.asJSON {
		return cli.JSON(c, made)
	}
	return printCalibration(c, made)
}

func printCalibration(c *cobra.Command, made device.Calibration) error {
	t := tabwriter.NewWriter(c.OutOrStdout(), 0, 0, 3, ' ', 0)
	fmt.Fprintf(t, "panel\t%s\n", made.Panel)
	fmt.Fprintf(t, "aims\tfound %s mm beside\n", numbers(made.Beside))
	fmt.Fprintf(t, "checks\tfound %s mm beside\n", numbers(made.Checked))
	if err := t.Flush(); err != nil {
		return err
	}
	where := "For the table [panel] of totem.toml:"
	if made.File != "" {
		where = "Written to " + made.File + ":"
	}
	_, err := fmt.Fprintf(c.OutOrStdout(), "\n%s\n\n%s\n", where, made.TOML())
	return err
}

func numbers(all []float64) string {
	var words []string
	for _, v := range all {
		words = append(words, fmt.Sprintf("%.1f", v))
	}
	return strings.Join(words, ", ")
}

// look prints what is on the glass. To be stopped is its proper end.
func (e *touchExam) look(c *cobra.Command, cfg device.Config) error {
	x, err := device.ExamineTouch(c.Context(), cfg, device.TouchExam{})
	if err != nil {
		return err
	}
	out := c.OutOrStdout()
	line := json.NewEncoder(out)
	err = x.Watch(c.Context(), func(s device.Sighting) error {
		if e.asJSON {
			return line.Encode(s)
		}
		_, err := fmt.Fprintln(out, sightingWords(s))
		return err
	})
	return errors.Join(err, x.Close())
}

func sightingWords(s device.Sighting) string {
	if len(s.Contacts) == 0 {
		return "nothing on the glass"
	}
	var words []string
	for _, at := range s.Contacts {
		kind := ""
		switch {
		case at.Palm:
			kind = ", a hand"
		case at.Hover:
			kind = ", above the glass"
		}
		words = append(words, fmt.Sprintf("%d: %.4f %.4f, %.1f mm %.1f mm%s", at.ID, at.X, at.Y, at.XMM, at.YMM, kind))
	}
	return strings.Join(words, "; ")
}
