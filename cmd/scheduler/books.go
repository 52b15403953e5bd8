package main

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"example.org/totem/booking"
	"example.org/totem/cmd/internal/central"
	"example.org/totem/cmd/internal/cli"
	"example.org/totem/ledger"
)

// where says which books a command works on.
type where struct {
	data, nats, creds string
	pins              []string
}

func (w *where) flags(c *cobra.Command) {
	c.Flags().StringVar(&w.data, "data", defaultData, "the scheduler's data `directory`; it may be running or not")
	natsFlags(c, &w.nats, &w.creds, &w.pins)
}

// natsFlags are the flags of a server that is not inside the scheduler.
func natsFlags(c *cobra.Command, nats, creds *string, pins *[]string) {
	c.Flags().StringVar(nats, "nats", "", "`URL` of a NATS server with JetStream, tls://host:4222, instead of the embedded one")
	c.Flags().StringVar(creds, "creds", "", "with --nats: `file` of NATS credentials, instead of the identity in the data directory")
	c.Flags().StringArrayVar(pins, "pin", nil, "with --nats: `pin` of the server's TLS key, instead of those of the identity; may be given again")
}

// open opens the books; the caller closes them.
func (w *where) open(c *cobra.Command) (*central.Books, error) {
	if w.nats == "" {
		return central.OpenBooks(c.Context(), central.Store{DataDir: w.data})
	}
	return central.OpenBooks(c.Context(), central.Store{NATS: w.nats, Identity: w.data, Creds: w.creds, Pins: w.pins})
}

// slotView is a slot as a technician may see it: no code, no hash.
type slotView struct {
	Number booking.Number `json:"number"`
	Start  time.Time      `json:"start"`
	Holder booking.Holder `json:"holder"`
	State  string         `json:"state"`
	Paper  string         `json:"paper,omitempty"`
	Hands  int            `json:"hands,omitempty"` // how often it changed hands
	Ask    string         `json:"ask,omitempty"`   // what is asked of the totem that holds it: "back", or "void"
	Moved  bool           `json:"moved,omitempty"` // the office cannot keep its time
	// Expected is when the bearer of a moved ticket is expected; left out while that is not known.
	Expected *time.Time `json:"expected,omitempty"`
}

type sheetView struct {
	Queue    booking.QueueID  `json:"queue"`
	Day      booking.Day      `json:"day"`
	Revision booking.Revision `json:"revision"`
	Slots    []slotView       `json:"slots"`
}

func newSheets() *cobra.Command {
	var w where
	var office, date string
	var asJSON bool
	c := &cobra.Command{
		Use:   "sheets --office ID --day D",
		Short: "Show what the ledger holds of an office and day",
		Long: `Show what the ledger holds of an office and day: who holds how many free slots, and how many tickets there are. A slot
that is asked back is the totem's until it releases it; one in limbo was a fenced totem's, and waits until the others have
told what they were passed. A moved ticket's time cannot be kept; its bearer is expected at a later one.

It works beside a scheduler that runs on the data directory, or without one; with --nats on the server that one was given.`,
		Example: `  scheduler sheets --office valfiorita-anagrafe --day 2026-11-24
  scheduler sheets --office valfiorita-anagrafe --day 2026-11-24 --nats tls://nats-1:4222 --json`,
		Args: cli.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			day, err := booking.ParseDay(date)
			if err = errors.Join(err, booking.CheckID(office)); err != nil {
				return cli.Usage(c, err)
			}
			books, err := w.open(c)
			if err != nil {
				return err
			}
			sheets, err := books.Ledger.Sheets(c.Context(), booking.OfficeID(office), day)
			spoiled := errors.Is(err, ledger.ErrUnreadable)
			if err = errors.Join(err, books.Close()); err != nil && !spoiled {
				return err
			}
			if asJSON {
				return errors.Join(cli.JSON(c, views(sheets)), err)
			}
			printSheets(c, sheets)
			return err
		},
	}
	w.flags(c)
	c.Flags().StringVar(&office, "office", "", "office `id`")
	c.Flags().StringVar(&date, "day", "", "`day`, as 2026-11-24")
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON, with every slot")
	if err := errors.Join(c.MarkFlagRequired("office"), c.MarkFlagRequired("day")); err != nil {
		panic(err) // the flags are defined above
	}
	return c
}

func views(sheets []booking.Sheet) []sheetView {
	all := []sheetView{}
	for _, s := range sheets {
		v := sheetView{Queue: s.Queue, Day: s.Day, Revision: s.Revision, Slots: []slotView{}}
		for _, slot := range s.Slots {
			one := slotView{Number: slot.Number, Start: slot.Start, Holder: slot.Holder, State: slot.State.String(), Hands: slot.Hands, Ask: askWord(slot.Ask)}
			if slot.State.HasTicket() {
				one.Paper, one.Moved = slot.Ticket.Paper.String(), slot.Ticket.Moved
			}
			if e := slot.Ticket.Expected; !e.IsZero() {
				one.Expected = &e
			}
			v.Slots = append(v.Slots, one)
		}
		all = append(all, v)
	}
	return all
}

func askWord(a booking.Ask) string {
	switch a {
	case booking.AskBack:
		return "back"
	case booking.AskVoid:
		return "void"
	}
	return ""
}

func printSheets(c *cobra.Command, sheets []booking.Sheet) {
	out := c.OutOrStdout()
	if len(sheets) == 0 {
		fmt.Fprintln(out, "the ledger holds nothing of that office and day")
	}
	for _, s := range sheets {
		fmt.Fprintf(out, "%s %s, revision %d.%d: %s\n", s.Queue, s.Day, s.Revision.Epoch, s.Revision.Sequence, sumOf(s))
	}
}

// sumOf says in one line how a sheet stands: "72 slots, 12 tickets (2 moved), 40 free for pool, 14 free for ingresso (3 asked
// back)".
func sumOf(s booking.Sheet) string {
	var tickets, moved, untimed, void int
	var holders []booking.Holder
	free, asked := make(map[booking.Holder]int), make(map[booking.Holder]int)
	for _, slot := range s.Slots {
		switch {
		case slot.State.HasTicket():
			tickets++
			if slot.Ticket.Moved {
				moved++
			}
			if slot.Ticket.Moved && slot.Ticket.Expected.IsZero() {
				untimed++
			}
		case slot.State == booking.Void:
			void++
		default:
			if free[slot.Holder] == 0 {
				holders = append(holders, slot.Holder)
			}
			free[slot.Holder]++
			if slot.Ask != booking.AskNothing {
				asked[slot.Holder]++
			}
		}
	}
	words := []string{count(len(s.Slots), "slot"), count(tickets, "ticket")}
	switch {
	case untimed > 0:
		words[1] += fmt.Sprintf(" (%d moved, %d of them without a time)", moved, untimed)
	case moved > 0:
		words[1] += fmt.Sprintf(" (%d moved)", moved)
	}
	if void > 0 {
		words = append(words, fmt.Sprintf("%d void", void))
	}
	for _, h := range holders {
		word := fmt.Sprintf("%d free for %s", free[h], h)
		if h == booking.Limbo {
			word = fmt.Sprintf("%d in limbo", free[h])
		}
		if asked[h] > 0 {
			word += fmt.Sprintf(" (%d asked back)", asked[h])
		}
		words = append(words, word)
	}
	return strings.Join(words, ", ")
}
