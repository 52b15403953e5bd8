package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"example.org/totem/booking"
	"example.org/totem/cmd/internal/cli"
	"example.org/totem/internal/fault"
	"example.org/totem/scheduler"
	"example.org/totem/sync/wire"
)

func newFence() *cobra.Command {
	var w where
	var yes bool
	c := &cobra.Command{
		Use:   "fence OFFICE TOTEM",
		Short: "Declare a totem's store lost or wiped for good",
		Long: `Declare a totem's store lost or wiped for good: its free slots go back to the reserve, its key is revoked, and a new
store may take its name. The old store and its key are never believed again; a new device needs a token (scheduler enrol),
to be made after this.

Do it only if you know that the old device is destroyed, or that its disk is wiped: if it goes on giving tickets, the same
slots are sold twice. A totem that is only offline needs no fencing; it keeps its slots and tells everything later.

It works beside a scheduler that runs on the data directory, or without one.`,
		Example: `  scheduler fence valfiorita-anagrafe ingresso
  scheduler fence valfiorita-anagrafe ingresso --nats tls://nats-1:4222 --yes`,
		Args: cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			office, totem, err := ids(c, args)
			if err != nil {
				return err
			}
			books, err := w.open(c)
			if err != nil {
				return err
			}
			if !yes {
				err = confirm(c, totem, "fence", fmt.Sprintf("Is the device of %s destroyed, or its disk wiped? If it still gives tickets, slots are sold twice.", totem))
			}
			if err != nil {
				return errors.Join(err, books.Close())
			}
			fencing := scheduler.Fencing{Book: books.Ledger, Roster: books.Ledger, Ward: books.Ledger, Folded: books.Folded,
				Cut: func(ctx context.Context) error { return scheduler.TellRevoked(ctx, books.Ledger, books.Authority()) }}
			returned, err := fencing.Fence(c.Context(), office, totem)
			if errors.Is(err, scheduler.ErrUnfolded) {
				err = fault.New(fault.CodeCentralStore, err, "start the scheduler (scheduler serve), which folds them, and fence the totem again",
					"totem %s of office %s has told of tickets that are not in the ledger yet; it is cut off, but keeps its slots", totem, office)
			}
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

// confirm asks a person to type the totem's id.
func confirm(c *cobra.Command, totem booking.TotemID, verb, question string) error {
	fmt.Fprintf(c.OutOrStdout(), "%s\nType %s to %s it: ", question, totem, verb)
	answer, _ := bufio.NewReader(c.InOrStdin()).ReadString('\n')
	if strings.TrimSpace(answer) != string(totem) {
		return fault.New(fault.CodeUsage, nil, "type the totem's id, or use --yes", "nothing was changed")
	}
	return nil
}
