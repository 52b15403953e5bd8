package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"example.org/totem/booking"
	"example.org/totem/cmd/internal/central"
	"example.org/totem/cmd/internal/cli"
	"example.org/totem/internal/fault"
	"example.org/totem/ledger"
	"example.org/totem/scheduler/agenda"
)

// change is what the commands have in common that change a day of an office: they show whom that touches, ask, and do it.
type change struct {
	where
	day              booking.Day
	date, from, to   string
	yes, dry, asJSON bool
	selects          bool // tickets; it may be none
}

func (ch *change) flags(c *cobra.Command) {
	ch.where.flags(c)
	c.Flags().StringVar(&ch.date, "day", "", "`day`, as 2026-11-24; default: today")
	c.Flags().BoolVar(&ch.dry, "dry-run", false, "only show whom it would touch")
	c.Flags().BoolVar(&ch.yes, "yes", false, "do not ask")
	c.Flags().BoolVar(&ch.asJSON, "json", false, "print JSON; only with --yes or --dry-run")
}

// spanFlags are the flags of a span of hours; otherwise says what holds where they are left out.
func (ch *change) spanFlags(c *cobra.Command, from, to string) {
	c.Flags().StringVar(&ch.from, "from", "", "first `time`, as 10:00"+from)
	c.Flags().StringVar(&ch.to, "to", "", "`time` before which the last slot starts, as 12:00"+to)
}

// open reads the office file and the flags that all changes have.
func (ch *change) open(c *cobra.Command, file string) (p agenda.Plan, err error) {
	if ch.asJSON && !ch.yes && !ch.dry {
		return p, cli.Usage(c, errors.New("--json asks nothing, so it needs --yes or --dry-run"))
	}
	if ch.yes && ch.dry {
		return p, cli.Usage(c, errors.New("--yes and --dry-run do not go together"))
	}
	if ch.date != "" {
		if ch.day, err = booking.ParseDay(ch.date); err != nil {
			return p, cli.Usage(c, err)
		}
	}
	if p, err = agenda.ReadFile(file); err == nil && ch.day.IsZero() {
		ch.day = booking.DayOf(time.Now(), p.Zone)
	}
	return p, err
}

// span reads --from and --to; what is left out is as in otherwise.
func (ch *change) span(c *cobra.Command, otherwise booking.Span) (span booking.Span, err error) {
	span = otherwise
	var wrong error
	if ch.from != "" {
		span.From, err = booking.ParseClock(ch.from)
	}
	if ch.to != "" {
		span.To, wrong = booking.ParseClock(ch.to)
	}
	if err = errors.Join(err, wrong); err == nil && span.To <= span.From {
		err = fmt.Errorf("%s is not before %s", span.From, span.To)
	}
	if err != nil {
		return span, cli.Usage(c, err)
	}
	return span, nil
}

// touched is what a change does to one sheet.
type touched struct {
	sheet   booking.SheetKey
	tickets map[booking.State]int // those that were selected; nil where none are
	agenda.Touched
}

// act is a change that is made ready: it is done with write, else only looked at.
type act func(ctx context.Context, books *central.Books, write bool) ([]touched, error)

// run shows what the act would do, asks, and does it. question is put before the office's id is typed.
func (ch *change) run(c *cobra.Command, p agenda.Plan, question string, do act) error {
	books, err := ch.where.open(c)
	if err != nil {
		return err
	}
	return errors.Join(ch.runOn(c, books, p, question, do), books.Close())
}

func (ch *change) runOn(c *cobra.Command, books *central.Books, p agenda.Plan, question string, do act) error {
	preview, err := do(c.Context(), books, false)
	if err != nil {
		return err
	}
	show, err := newShow(c, books, p)
	if err != nil {
		return err
	}
	nothing := true
	for _, t := range preview {
		nothing = nothing && t.IsZero()
	}
	if ch.asJSON && (ch.dry || nothing) {
		return cli.JSON(c, changeView{Office: p.Office.ID, Sheets: viewsOf(preview)})
	}
	if !ch.asJSON {
		show.all(preview, false)
	}
	out := c.OutOrStdout()
	switch {
	case ch.selects && len(preview) == 0 && !ch.asJSON:
		fmt.Fprintln(out, "no ticket is selected")
		fallthrough
	case nothing:
		fmt.Fprintln(out, "nothing changes")
		return nil
	case ch.dry:
		fmt.Fprintln(out, "nothing was changed: this was a dry run")
		return nil
	case !ch.yes:
		if err := confirm(c, string(p.Office.ID), "go on", question); err != nil {
			return err
		}
	}
	done, err := do(c.Context(), books, true)
	if ch.asJSON {
		return errors.Join(cli.JSON(c, changeView{Office: p.Office.ID, Done: true, Sheets: viewsOf(done)}), err)
	}
	if err != nil {
		return err
	}
	if same(preview, done) {
		fmt.Fprintln(out, "done")
		return nil
	}
	fmt.Fprintln(out, "done; something was sold or given back meanwhile, so this is what was changed:")
	show.all(done, true)
	return nil
}

func same(a, b []touched) bool { return fmt.Sprint(a) == fmt.Sprint(b) }

// heard returns when each totem of an office was last heard, as far as that is known.
func heard(c *cobra.Command, books *central.Books, office booking.OfficeID) (map[booking.TotemID]time.Time, error) {
	healths, err := books.Ledger.Healths(c.Context(), office)
	if err != nil && !errors.Is(err, ledger.ErrUnreadable) {
		return nil, err
	}
	at := make(map[booking.TotemID]time.Time, len(healths))
	for _, h := range healths {
		at[h.Totem] = h.Heard
	}
	return at, nil
}

// confirm asks a person to type a word.
func confirm(c *cobra.Command, word, what, question string) error {
	fmt.Fprintf(c.OutOrStdout(), "%s\nType %s to %s: ", question, word, what)
	if answer := readLine(c.InOrStdin()); answer != word {
		fmt.Fprintln(c.OutOrStdout())
		return fault.New(fault.CodeUsage, nil, fmt.Sprintf("type %s, or use --yes", word), "nothing was changed")
	}
	return nil
}
