package main

import (
	"errors"
	"fmt"
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
		Long: `Show what the ledger holds of an office and day: who holds how many free slots, and how many tickets there are.

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
			one := slotView{Number: slot.Number, Start: slot.Start, Holder: slot.Holder, State: slot.State.String()}
			if slot.State.HasTicket() {
				one.Paper = slot.Ticket.Paper.String()
			}
			v.Slots = append(v.Slots, one)
		}
		all = append(all, v)
	}
	return all
}

func printSheets(c *cobra.Command, sheets []booking.Sheet) {
	out := c.OutOrStdout()
	if len(sheets) == 0 {
		fmt.Fprintln(out, "the ledger holds nothing of that office and day")
	}
	for _, s := range sheets {
		fmt.Fprintf(out, "%s %s, revision %d.%d: %s", s.Queue, s.Day, s.Revision.Epoch, s.Revision.Sequence, count(len(s.Slots), "slot"))
		tickets := 0
		var holders []booking.Holder
		free := make(map[booking.Holder]int)
		for _, slot := range s.Slots {
			switch {
			case slot.State.HasTicket():
				tickets++
			case slot.State == booking.Free:
				if free[slot.Holder] == 0 {
					holders = append(holders, slot.Holder)
				}
				free[slot.Holder]++
			}
		}
		fmt.Fprintf(out, ", %s", count(tickets, "ticket"))
		for _, h := range holders {
			fmt.Fprintf(out, ", %d free for %s", free[h], h)
		}
		fmt.Fprintln(out)
	}
}
