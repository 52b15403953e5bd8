package main

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"example.org/totem/booking"
	"example.org/totem/cmd/internal/central"
	"example.org/totem/cmd/internal/cli"
	"example.org/totem/internal/fault"
	"example.org/totem/ledger"
	"example.org/totem/scheduler"
)

// where says which books a command works on.
type where struct{ data, nats string }

func (w *where) flags(c *cobra.Command) {
	c.Flags().StringVar(&w.data, "data", defaultData, "data `directory` of a scheduler that is stopped")
	c.Flags().StringVar(&w.nats, "nats", "", "`URL` of the NATS server that a scheduler was given by --nats")
}

// open opens the books; the caller closes them.
func (w *where) open(c *cobra.Command) (*central.Books, error) {
	if w.nats != "" {
		return central.OpenBooks(c.Context(), central.Store{NATS: w.nats})
	}
	if _, err := os.Stat(filepath.Join(w.data, "nats")); errors.Is(err, fs.ErrNotExist) {
		return nil, fault.New(fault.CodeCentralStore, err, "name the scheduler's data directory with --data, or its server with --nats",
			"no scheduler has kept a ledger in %s", w.data)
	}
	return central.OpenBooks(c.Context(), central.Store{DataDir: w.data})
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

It works on the data directory of a scheduler that is stopped, or with --nats on the server that one was given.`,
		Example: `  scheduler sheets --office valfiorita-anagrafe --day 2026-11-24
  scheduler sheets --office valfiorita-anagrafe --day 2026-11-24 --nats nats://nats-1:4222 --json`,
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

func newFence() *cobra.Command {
	var w where
	var yes bool
	c := &cobra.Command{
		Use:   "fence OFFICE TOTEM",
		Short: "Declare a totem's store lost or wiped for good",
		Long: `Declare a totem's store lost or wiped for good: its free slots go back to the reserve, and a new store may take
its name. The old store is never believed again.

Do it only if you know that the old device is destroyed, or that its disk is wiped: if it goes on giving tickets, the same
slots are sold twice. A totem that is only offline needs no fencing; it keeps its slots and tells everything later.`,
		Example: `  scheduler fence valfiorita-anagrafe ingresso
  scheduler fence valfiorita-anagrafe ingresso --nats nats://nats-1:4222 --yes`,
		Args: cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			office, totem := booking.OfficeID(args[0]), booking.TotemID(args[1])
			if err := errors.Join(booking.CheckID(args[0]), booking.CheckTotemID(args[1])); err != nil {
				return cli.Usage(c, err)
			}
			books, err := w.open(c)
			if err != nil {
				return err
			}
			if !yes {
				err = confirm(c, totem)
			}
			if err != nil {
				return errors.Join(err, books.Close())
			}
			returned, err := scheduler.Fence(c.Context(), books.Ledger, books.Ledger, office, totem)
			if errors.Is(err, scheduler.ErrUnknownTotem) {
				err = fault.New(fault.CodeUsage, err, "check both ids; a totem that never reached the scheduler needs no fencing",
					"the scheduler knows no totem %s of office %s", totem, office)
			}
			if err = errors.Join(err, books.Close()); err != nil {
				return err
			}
			fmt.Fprintf(c.OutOrStdout(), "totem %s of office %s is fenced: %s went back to the reserve, and a new store may take its name\n",
				totem, office, count(returned, "slot"))
			return nil
		},
	}
	w.flags(c)
	c.Flags().BoolVar(&yes, "yes", false, "do not ask")
	return c
}

// confirm asks a person to type the totem's id.
func confirm(c *cobra.Command, totem booking.TotemID) error {
	fmt.Fprintf(c.OutOrStdout(), "Is the device of %s destroyed, or its disk wiped? If it still gives tickets, slots are sold twice.\nType %s to fence it: ", totem, totem)
	answer, _ := bufio.NewReader(c.InOrStdin()).ReadString('\n')
	if strings.TrimSpace(answer) != string(totem) {
		return fault.New(fault.CodeUsage, nil, "type the totem's id, or use --yes", "nothing was changed")
	}
	return nil
}
