package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"example.org/totem/booking"
	"example.org/totem/cmd/internal/central"
	"example.org/totem/internal/fault"
	"example.org/totem/scheduler/archive"
)

func newBackup() *cobra.Command {
	var w where
	var force bool
	c := &cobra.Command{
		Use:   "backup FILE",
		Short: "Write the ledger to a file, also while the scheduler works",
		Long: `Write the ledger to a file: the totems, the sheets with what is sold, the counts of closed days. The scheduler may be
at work meanwhile.

Neither the office-day keys are in the file nor the scheduler's identity. Keys are left out so that no copy of one outlives
its day; totems bring them back. The identity, DIR/identity, hardly ever changes: put a copy of it in safe-keeping once,
away from the backups, for who has it can pose as the scheduler and as any totem.

What citizens gave, DIR/contacts, is in no backup either, and must be in none, for a copy would outlive its erasure. The
records of consents, DIR/consents, name nobody; a copy of them may be kept for 30 days.`,
		Example: `  scheduler backup /var/backups/totem-2026-11-23.jsonl
  scheduler backup totem.jsonl --data /var/lib/totem-scheduler --force`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if _, err := os.Lstat(args[0]); err == nil && !force {
				return existsFault(nil, args[0])
			}
			books, err := w.open(c)
			if err != nil {
				return err
			}
			contents, err := writeBackup(c.Context(), args[0], force, books, progressOn(c.ErrOrStderr(), "written"))
			if err = errors.Join(err, books.Close()); err != nil {
				return err
			}
			fmt.Fprintf(c.OutOrStdout(), "%s holds %s\n", args[0], describe(contents))
			return nil
		},
	}
	w.flags(c)
	c.Flags().BoolVar(&force, "force", false, "overwrite the file if it is there")
	return c
}

// describe says what is in a backup.
func describe(c archive.Contents) string {
	return fmt.Sprintf("%s, %s, the counts of %s and %s that %s closed", count(c.Totems, "totem"), count(c.Sheets, "sheet"),
		count(c.Tallies, "day"), count(c.Closed, "day"), map[bool]string{true: "is", false: "are"}[c.Closed == 1])
}

// writeBackup writes the file whole or not at all, for its owner alone.
func writeBackup(ctx context.Context, path string, force bool, books *central.Books, progress archive.Progress) (c archive.Contents, err error) {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.new") // for its owner alone
	if err != nil {
		return c, fileFault(err, path)
	}
	defer func() { err = errors.Join(err, ignore(os.Remove(f.Name()), fs.ErrNotExist)) }()
	c, err = archive.Write(ctx, f, books.Ledger, time.Now(), progress)
	err = errors.Join(err, f.Sync(), f.Close())
	if _, mine := errors.AsType[*fs.PathError](err); mine {
		return c, fileFault(err, path)
	}
	if err != nil {
		return c, fault.New(fault.CodeCentralStore, err, "look at the cause; a totem whose record cannot be read may be fenced", "no backup was written")
	}
	if force {
		err = os.Rename(f.Name(), path)
	} else {
		err = os.Link(f.Name(), path) // unlike a rename it overwrites nothing
	}
	if errors.Is(err, fs.ErrExist) && !force {
		return c, existsFault(err, path)
	}
	if err == nil {
		err = syncDir(filepath.Dir(path))
	}
	if err != nil {
		return c, fileFault(err, path)
	}
	return c, nil
}

func ignore(err, what error) error {
	if errors.Is(err, what) {
		return nil
	}
	return err
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

func existsFault(err error, path string) error {
	return fault.New(fault.CodeUsage, err, "name another file, or use --force", "the file %s is there already", path)
}

func fileFault(err error, path string) error {
	return fault.New(fault.CodeUsage, err, "check the name, that it is no directory, the rights and the space", "the file %s cannot be written or read", path)
}

// progressOn tells every few seconds how far long work has come.
func progressOn(w io.Writer, done string) archive.Progress {
	const every = 3 * time.Second
	next := time.Now().Add(every)
	return func(c archive.Contents) {
		if now := time.Now(); now.After(next) {
			next = now.Add(every)
			fmt.Fprintf(w, "%s so far: %s\n", done, describe(c))
		}
	}
}

func newRestore() *cobra.Command {
	var s central.Store
	var newIdentity bool
	c := &cobra.Command{
		Use:   "restore FILE",
		Short: "Read a backup into an empty ledger",
		Long: `Read a backup into an empty ledger: of a new data directory, or with --nats of a server or cluster. So a scheduler is
moved from its embedded server to a cluster: stop it, back it up, and restore with --nats.

The data directory must hold a copy of the lost scheduler's identity, or no totem would know it again. Afterwards an office
sells nothing before all its totems have connected and told what they hold, which they do by themselves; a totem that is
lost must be fenced. Restore says which office waits for which totems. A ledger that was restored with --nats is from then
on named to every command by --nats.`,
		Example: `  cp -a /mnt/safe/identity /var/lib/totem-scheduler/
  scheduler restore /var/backups/totem-2026-11-23.jsonl --data /var/lib/totem-scheduler
  scheduler restore totem.jsonl --data /var/lib/totem-scheduler --nats tls://nats-1:4222 --replicas 3`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			f, err := os.Open(args[0])
			if err != nil {
				return fileFault(err, args[0])
			}
			restored, err := central.Restore(c.Context(), s, f, newIdentity, progressOn(c.ErrOrStderr(), "restored"))
			if err = errors.Join(err, f.Close()); err != nil {
				return err
			}
			fmt.Fprintf(c.OutOrStdout(), "restored %s, as of %s\n", describe(restored.Contents), restored.Made.Format(time.RFC3339))
			printWaits(c.OutOrStdout(), restored.Waits)
			for _, office := range sorted(restored.Keyless) {
				fmt.Fprintf(c.OutOrStdout(), "office %s has tickets on %s whose codes stay unknown unless a totem brings the day's key back\n",
					office, count(len(restored.Keyless[office]), "day"))
			}
			return nil
		},
	}
	c.Flags().StringVar(&s.DataDir, "data", defaultData, "data `directory` with the identity, and without a ledger")
	natsFlags(c, &s.NATS, &s.Creds, &s.Pins)
	c.Flags().IntVar(&s.Replicas, "replicas", 1, "copies of everything in the NATS cluster: 1, 3 or 5")
	c.Flags().BoolVar(&newIdentity, "new-identity", false, "make another identity: every totem is to be enrolled anew")
	return c
}

func printWaits(w io.Writer, waits map[booking.OfficeID][]booking.TotemID) {
	for _, office := range sorted(waits) {
		fmt.Fprintf(w, "office %s sells nothing before these totems have told what they hold:", office)
		for _, totem := range waits[office] {
			fmt.Fprintf(w, " %s", totem)
		}
		fmt.Fprintln(w)
	}
}
