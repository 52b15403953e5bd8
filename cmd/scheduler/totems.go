package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"example.org/totem/booking"
	"example.org/totem/cmd/internal/central"
	"example.org/totem/cmd/internal/cli"
	"example.org/totem/ledger"
	"example.org/totem/scheduler"
	"example.org/totem/sync/wire"
)

// totemView is what is known of a totem. What it told is left out where it told nothing.
type totemView struct {
	Office  booking.OfficeID  `json:"office"`
	Totem   booking.TotemID   `json:"totem"`
	Trouble scheduler.Trouble `json:"trouble,omitempty"`
	Heard   *time.Time        `json:"heard,omitempty"`   // the minute
	Unready *time.Time        `json:"unready,omitempty"` // since when the printer takes no slip
	Printer string            `json:"printer,omitempty"` // "ready", or its conditions
	Since   *time.Time        `json:"since,omitempty"`   // when the printer became so
	Profile string            `json:"profile,omitempty"`
	Paper   *paperView        `json:"paper,omitempty"`
	Unsure  *int              `json:"unsure,omitempty"` // slips whose fate is unknown
	Clock   wire.Clockwork    `json:"clock,omitempty"`
	Touch   *partView         `json:"touch,omitempty"`
	Keypad  *partView         `json:"keypad,omitempty"`
	Scanner *partView         `json:"scanner,omitempty"` // the code reader
	Sound   *partView         `json:"sound,omitempty"`
	Board   string            `json:"board,omitempty"` // "well", or what is wrong with door, disk, card, heat and supply
	Program string            `json:"program,omitempty"`
	Store   scheduler.Bond    `json:"store"`
	Key     string            `json:"key"` // "enrolled", "token", "revoked" or "none"
}

type paperView struct {
	LeftMM int `json:"left-mm"`
	Slips  int `json:"slips"`
}

// partView is how a part is that citizens use.
type partView struct {
	State wire.Part  `json:"state"`          // "none", "works", "silent" or, of a touch panel, "stuck"
	Down  *time.Time `json:"down,omitempty"` // since when nobody can use it, as far as was heard; a code reader's is not kept
}

func newTotems() *cobra.Command {
	var w where
	var office string
	var patience scheduler.Patience
	var onlyTrouble, asJSON bool
	c := &cobra.Command{
		Use:   "totems",
		Short: "Show how the totems are: printers, paper, clocks, screens, sound, boards, stores and keys",
		Long: `Show how the totems are, those in trouble first: when each was heard, what its printer says, how much paper is left, of
how many slips nobody knows whether they are on paper, how well it knows the time, whether touch panel, keypad, code
reader and sound work (none: it has none; silent: not there or without an answer; stuck: a touch that does not end), what is
wrong with its board (door-open, disk-low, disk-full, disk-errors, card-worn, hot, power-low; else well), and its release.

A totem is in trouble if nothing was heard of it for half an hour (silent); if for --unready nobody could touch its screen
(touch), its printer has not been ready (printer), its disk is nearly full or has errors (disk), nobody could use its keypad
(keypad) or hear its screen (sound); if its paper is good for no more than 25 slips or near its end (paper-low); or if its
board is too warm or its supply too low (power), its door stands open (door) or its card is worn (card). The worst is named, in
this order: disk and what follows paper-low do not wait. The scheduler writes the same to its log: scheduler.totem-trouble, scheduler.totem-well.

The store is none before a device has come; known; awaited while it has not told what it holds since the ledger began anew;
or fenced. The key is none, enrolled, revoked, or token while an enrolment token is open and no key is enrolled.

A totem that never came, and for which no token was made, is not listed. It works beside a scheduler that runs on the data
directory, or without one; with --nats on the server that one was given.`,
		Example: `  scheduler totems
  scheduler totems --trouble
  scheduler totems --office valfiorita-anagrafe --json
  scheduler totems --nats tls://nats-1:4222 --unready 15m`,
		Args: cli.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			err := checkPatience(patience)
			if office != "" {
				err = errors.Join(err, booking.CheckID(office))
			}
			if err != nil {
				return cli.Usage(c, err)
			}
			books, err := w.open(c)
			if err != nil {
				return err
			}
			now := time.Now()
			fleet, err := readTotems(c.Context(), books, booking.OfficeID(office), patience, now)
			spoiled := errors.Is(err, ledger.ErrUnreadable)
			if err = errors.Join(err, books.Close()); err != nil && !spoiled {
				return err
			}
			if onlyTrouble {
				fleet = slices.DeleteFunc(fleet, func(v totemView) bool { return v.Trouble == "" })
			}
			if asJSON {
				return errors.Join(cli.JSON(c, fleet), err)
			}
			return errors.Join(printTotems(c.OutOrStdout(), fleet, onlyTrouble, now), err)
		},
	}
	w.flags(c)
	c.Flags().StringVar(&office, "office", "", "office `id`; else all")
	c.Flags().BoolVar(&onlyTrouble, "trouble", false, "only those in trouble")
	patienceFlag(c, &patience)
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

// patienceFlag is the flag that says when a part that is out of use is trouble.
func patienceFlag(c *cobra.Command, p *scheduler.Patience) {
	c.Flags().DurationVar(&p.Unready, "unready", 5*time.Minute, "`time` for which a printer may be not ready, or a touch panel, a keypad or the sound out of use, before the totem is in trouble")
}

func checkPatience(p scheduler.Patience) error {
	if p.Unready <= 0 {
		return fmt.Errorf("--unready %s: want more than nothing, as 5m", p.Unready)
	}
	return nil
}

// readTotems returns the totems of an office, of all offices for "", those in trouble first. What cannot be read is left
// out.
func readTotems(ctx context.Context, books *central.Books, office booking.OfficeID, p scheduler.Patience, now time.Time) ([]totemView, error) {
	epoch, err := books.Ledger.Epoch(ctx)
	if err != nil {
		return nil, err
	}
	members, unread := books.Ledger.Members(ctx, office)
	if unread != nil && !errors.Is(unread, ledger.ErrUnreadable) {
		return nil, unread
	}
	healths, spoiled := books.Ledger.Healths(ctx, office)
	if spoiled != nil && !errors.Is(spoiled, ledger.ErrUnreadable) {
		return nil, spoiled
	}
	type name struct {
		office booking.OfficeID
		totem  booking.TotemID
	}
	told := make(map[name]ledger.Health)
	for _, h := range healths {
		told[name{h.Office, h.Totem}] = h
	}
	fleet := []totemView{}
	for _, m := range members {
		h := told[name{m.Office, m.Totem}]
		if m.Incarnation.IsZero() || h.Told.Incarnation != m.Incarnation {
			h = ledger.Health{} // that was another store
		}
		fleet = append(fleet, viewOf(m, h, epoch, p, now))
	}
	worstFirst(fleet)
	return fleet, errors.Join(unread, spoiled)
}

// worstFirst puts those in trouble first; among equals the order stays.
func worstFirst(fleet []totemView) {
	slices.SortStableFunc(fleet, func(a, b totemView) int { return cmp.Compare(a.Trouble.Rank(), b.Trouble.Rank()) })
}

func viewOf(m ledger.Member, h ledger.Health, epoch uint64, p scheduler.Patience, now time.Time) totemView {
	v := totemView{Office: m.Office, Totem: m.Totem, Trouble: p.Trouble(m, h, now), Store: scheduler.BondOf(m, epoch), Key: keyState(m, now)}
	if h.Told.N == 0 {
		return v
	}
	v.Heard, v.Unready, v.Since = unlessZero(h.Heard), unlessZero(h.Unready), unlessZero(h.Told.Since)
	v.Printer, v.Profile, v.Unsure = h.Told.Printer.String(), h.Told.Profile, &h.Told.Unsure
	v.Clock, v.Program, v.Board = h.Told.Clock, h.Told.Program, h.Told.Board.String()
	v.Touch, v.Keypad = &partView{h.Told.Touch, unlessZero(h.Down.Touch)}, &partView{h.Told.Keypad, unlessZero(h.Down.Keypad)}
	v.Scanner, v.Sound = &partView{State: h.Told.Scanner}, &partView{h.Told.Sound, unlessZero(h.Down.Sound)}
	if left := h.Told.Paper; left.Known {
		v.Paper = &paperView{left.LeftMM, left.Slips}
	}
	return v
}

func unlessZero(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func keyState(m ledger.Member, now time.Time) string {
	switch {
	case m.Key != "":
		return "enrolled"
	case now.Before(m.Token.Until):
		return "token"
	case len(m.Revoked) > 0:
		return "revoked"
	}
	return "none"
}

func printTotems(w io.Writer, fleet []totemView, onlyTrouble bool, now time.Time) error {
	if len(fleet) == 0 {
		text := "no totem is known"
		if onlyTrouble {
			text = "no totem is in trouble"
		}
		_, err := fmt.Fprintln(w, text)
		return err
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "TROUBLE\tOFFICE\tTOTEM\tHEARD\tPRINTER\tPAPER LEFT\tUNSURE\tCLOCK\tTOUCH\tKEYPAD\tREADER\tSOUND\tBOARD\tPROGRAM\tSTORE\tKEY")
	for _, v := range fleet {
		heard, printer, left, unsure := "never", orDash(v.Printer), "-", "-"
		if v.Heard != nil {
			heard = since(*v.Heard, now) + " ago"
		}
		if v.Unready != nil {
			printer += " for " + since(*v.Unready, now)
		}
		if v.Paper != nil {
			left = fmt.Sprintf("%.1f m, about %s", float64(v.Paper.LeftMM)/1000, count(v.Paper.Slips, "slip"))
		}
		if v.Unsure != nil {
			unsure = fmt.Sprint(*v.Unsure)
		}
		row := []string{orDash(string(v.Trouble)), string(v.Office), string(v.Totem), heard, printer, left, unsure, orDash(string(v.Clock)),
			v.Touch.word(now), v.Keypad.word(now), v.Scanner.word(now), v.Sound.word(now), orDash(v.Board), orDash(v.Program), string(v.Store), v.Key}
		fmt.Fprintln(table, strings.Join(row, "\t"))
	}
	return table.Flush()
}

// word returns how a part is, and for how long nobody could use it; a dash for nil, of which nothing was told.
func (p *partView) word(now time.Time) string {
	switch {
	case p == nil:
		return "-"
	case p.Down == nil:
		return p.State.String()
	}
	return p.State.String() + " for " + since(*p.Down, now)
}

func orDash(s string) string { return cmp.Or(s, "-") }

// since returns in words how long ago a minute was.
func since(t, now time.Time) string {
	switch d := max(now.Sub(t), 0); {
	case d < 2*time.Hour:
		return fmt.Sprintf("%d min", d/time.Minute)
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", d/time.Hour)
	default:
		return fmt.Sprintf("%d days", d/(24*time.Hour))
	}
}
