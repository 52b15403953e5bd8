package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"example.org/totem/booking"
	"example.org/totem/cmd/internal/central"
	"example.org/totem/cmd/internal/cli"
	"example.org/totem/internal/fault"
	"example.org/totem/ledger"
	"example.org/totem/scheduler"
	"example.org/totem/sync/wire"
)

func newFence() *cobra.Command {
	var w where
	var yes, dry bool
	c := &cobra.Command{
		Use:   "fence OFFICE TOTEM",
		Short: "Declare a totem's store lost or wiped for good",
		Long: `Declare a totem's store lost or wiped for good: its free slots are taken from it, its key is revoked, and a new store may
take its name. The old store and its key are never believed again; a new device needs a token (scheduler enrol), to be
made after this.

Do it only if you know that the old device is destroyed, or that its disk is wiped: if it goes on giving tickets, the same
slots are sold twice. A totem that is only offline needs no fencing; it keeps its slots and tells everything later. First it
shows what is at risk, and asks.

The slots are in limbo, and nobody sells them, until the office's other totems have told what they were passed. Where there are
no others a round of the scheduler takes them back at once.

It works beside a scheduler that runs on the data directory, or without one.`,
		Example: `  scheduler fence valfiorita-anagrafe ingresso --dry-run
  scheduler fence valfiorita-anagrafe ingresso
  scheduler fence valfiorita-anagrafe ingresso --nats tls://nats-1:4222 --yes`,
		Args: cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			office, totem, err := ids(c, args)
			if err == nil && yes && dry {
				err = cli.Usage(c, errors.New("--yes and --dry-run do not go together"))
			}
			if err != nil {
				return err
			}
			books, err := w.open(c)
			if err != nil {
				return err
			}
			return errors.Join(fence(c, books, office, totem, yes, dry), books.Close())
		},
	}
	w.flags(c)
	c.Flags().BoolVar(&dry, "dry-run", false, "only show what is at risk")
	c.Flags().BoolVar(&yes, "yes", false, "do not ask")
	return c
}

// fence shows what is at risk, asks, and fences.
func fence(c *cobra.Command, books *central.Books, office booking.OfficeID, totem booking.TotemID, yes, dry bool) error {
	fencing := scheduler.Fencing{Book: books.Ledger, Roster: books.Ledger, Ward: books.Ledger, Folded: books.Folded,
		Cut: func(ctx context.Context) error { return scheduler.TellRevoked(ctx, books.Ledger, books.Authority()) }}
	risk, err := fencing.Preview(c.Context(), office, totem)
	spoiled := errors.Is(err, ledger.ErrUnreadable) && !errors.Is(err, scheduler.ErrUnknownTotem)
	if err != nil && !spoiled {
		return fenceFault(err, office, totem)
	}
	out := c.OutOrStdout()
	printRisk(out, office, totem, risk, time.Now())
	if spoiled {
		fmt.Fprintln(out, "  a record of the ledger cannot be read, so there may be more")
	}
	switch {
	case dry:
		fmt.Fprintln(out, "nothing was changed: this was a dry run")
		return nil
	case !yes:
		if err := confirm(c, string(totem), "fence it",
			fmt.Sprintf("Is the device of %s destroyed, or its disk wiped? If it still gives tickets, slots are sold twice.", totem)); err != nil {
			return err
		}
	}
	fenced, err := fencing.Fence(c.Context(), office, totem)
	if err != nil {
		return fenceFault(err, office, totem)
	}
	fmt.Fprintf(out, "totem %s of office %s is fenced, and a new store may take its name\n", totem, office)
	printFenced(out, fenced, risk, time.Now())
	return nil
}

func fenceFault(err error, office booking.OfficeID, totem booking.TotemID) error {
	switch {
	case errors.Is(err, scheduler.ErrUnfolded):
		return fault.New(fault.CodeCentralStore, err, "start the scheduler (scheduler serve), which folds them, and fence the totem again",
			"totem %s of office %s has told of tickets that are not in the ledger yet; it is cut off, but keeps its slots", totem, office)
	case errors.Is(err, scheduler.ErrUnknownTotem):
		return fault.New(fault.CodeUsage, err, "check both ids; a totem that never reached the scheduler needs no fencing",
			"the scheduler knows no totem %s of office %s", totem, office)
	}
	return err
}

func printRisk(out io.Writer, office booking.OfficeID, totem booking.TotemID, r scheduler.Risk, now time.Time) {
	fmt.Fprintf(out, "totem %s of office %s, %s:\n", totem, office, lastHeard(r.Heard, now))
	if len(r.Slots) == 0 {
		fmt.Fprintln(out, "  it holds no free slots")
	} else {
		free := 0
		for _, at := range r.Slots {
			free += at.Free
		}
		fmt.Fprintf(out, "  it holds %s, sold twice if it still gives tickets:\n", count(free, "free slot"))
		for i, at := range r.Slots {
			if i == 0 || at.Day != r.Slots[i-1].Day {
				fmt.Fprintf(out, "    %s:", at.Day)
			} else {
				fmt.Fprint(out, ",")
			}
			fmt.Fprintf(out, " %s %d", at.Queue, at.Free)
			if i == len(r.Slots)-1 || r.Slots[i+1].Day != at.Day {
				fmt.Fprintln(out)
			}
		}
	}
	if r.Unfolded {
		fmt.Fprintln(out, "  it has told of tickets that are not in the ledger yet; fencing it waits for these")
	}
	if len(r.Passed) > 0 && len(r.Slots) > 0 {
		fmt.Fprintf(out, "  it may have passed slots on to %s\n", peers(r.Passed, now))
	}
}

// printFenced says what is in limbo, and until when.
func printFenced(out io.Writer, f scheduler.Fenced, r scheduler.Risk, now time.Time) {
	if f.Returned > 0 {
		fmt.Fprintf(out, "%s can be sold again\n", count(f.Returned, "free slot"))
	}
	switch {
	case f.Waiting == 0:
	case len(r.Passed) == 0:
		fmt.Fprintf(out, "%s %s in limbo: the scheduler has %s sold again when it has heard the office's other totems, if there are any\n",
			count(f.Waiting, "free slot"), are(f.Waiting, false), them(f.Waiting))
	default:
		fmt.Fprintf(out, "%s %s in limbo, and not sold, until the scheduler has heard what was passed on to %s;\n",
			count(f.Waiting, "free slot"), are(f.Waiting, false), peers(r.Passed, now))
		fmt.Fprintln(out, "at the latest until each slot's own time. scheduler sheets shows what is in limbo")
	}
}

func peers(all []scheduler.RiskPeer, now time.Time) string {
	words := make([]string, 0, len(all))
	for _, p := range all {
		words = append(words, fmt.Sprintf("%s (%s)", p.Totem, lastHeard(p.Heard, now)))
	}
	return strings.Join(words, ", ")
}

func lastHeard(at, now time.Time) string {
	if at.IsZero() {
		return "never heard"
	}
	return "last heard " + since(at, now) + " ago"
}

// ids reads the arguments OFFICE TOTEM.
func ids(c *cobra.Command, args []string) (booking.OfficeID, booking.TotemID, error) {
	err := errors.Join(booking.CheckID(args[0]), booking.CheckTotemID(args[1]))
	if args[0] == wire.StrangerOffice {
		err = fmt.Errorf("no office may be called %q; the word is taken", args[0])
	}
	if err != nil {
		return "", "", cli.Usage(c, err)
	}
	return booking.OfficeID(args[0]), booking.TotemID(args[1]), nil
}
