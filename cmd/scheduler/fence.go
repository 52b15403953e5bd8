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
	"example.org/totem/scheduler"
	"example.org/totem/sync/wire"
)

func newFence() *cobra.Command {
	var f fence
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
  scheduler fence valfiorita-anagrafe ingresso --nats tls://nats-1:4222 --yes --json`,
		Args: cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			if err := f.read(c, args); err != nil {
				return err
			}
			books, err := f.open(c)
			if err != nil {
				return err
			}
			return errors.Join(f.run(c, books), books.Close())
		},
	}
	f.flags(c)
	c.Flags().BoolVar(&f.dry, "dry-run", false, "only show what is at risk")
	c.Flags().BoolVar(&f.yes, "yes", false, "do not ask")
	c.Flags().BoolVar(&f.asJSON, "json", false, "print JSON; only with --yes or --dry-run")
	return c
}

// fence is the command line of scheduler fence.
type fence struct {
	where
	office           booking.OfficeID
	totem            booking.TotemID
	yes, dry, asJSON bool
}

func (f *fence) read(c *cobra.Command, args []string) (err error) {
	switch f.office, f.totem, err = ids(c, args); {
	case err != nil:
		return err
	case f.yes && f.dry:
		return cli.Usage(c, errors.New("--yes and --dry-run do not go together"))
	case f.asJSON && !f.yes && !f.dry:
		return cli.Usage(c, errors.New("--json asks nothing, so it needs --yes or --dry-run"))
	}
	return nil
}

// run shows what is at risk, asks, and fences.
func (f *fence) run(c *cobra.Command, books *central.Books) error {
	fencing := scheduler.Fencing{Book: books.Ledger, Roster: books.Ledger, Ward: books.Ledger, Folded: books.Folded,
		Cut: func(ctx context.Context) error { return scheduler.TellRevoked(ctx, books.Ledger, books.Authority()) }}
	risk, err := fencing.Preview(c.Context(), f.office, f.totem)
	spoiled := errors.Is(err, ledger.ErrUnreadable) && !errors.Is(err, scheduler.ErrUnknownTotem)
	if err != nil && !spoiled {
		return fenceFault(err, f.office, f.totem)
	}
	told := riskTold{f.office, f.totem, risk, spoiled, time.Now()}
	if !f.asJSON {
		told.print(c.OutOrStdout())
	}
	if f.dry {
		if f.asJSON {
			return cli.JSON(c, told.view())
		}
		fmt.Fprintln(c.OutOrStdout(), "nothing was changed: this was a dry run")
		return nil
	}
	if !f.yes {
		if err := confirm(c, string(f.totem), "fence it",
			fmt.Sprintf("Is the device of %s destroyed, or its disk wiped? If it still gives tickets, slots are sold twice.", f.totem)); err != nil {
			return err
		}
	}
	fenced, err := fencing.Fence(c.Context(), f.office, f.totem)
	if err != nil {
		return fenceFault(err, f.office, f.totem)
	}
	if f.asJSON {
		view := told.view()
		view.Done, view.Returned, view.Waiting = true, fenced.Returned, fenced.Waiting
		return cli.JSON(c, view)
	}
	told.printFenced(c.OutOrStdout(), fenced)
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
