package central

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"example.org/totem/booking"
	"example.org/totem/internal/fault"
	"example.org/totem/scheduler"
	"example.org/totem/scheduler/archive"
	"example.org/totem/scheduler/vault"
)

// restoringFile is in a data directory while its ledger is being restored. If it stays, the ledger is not whole.
const restoringFile = "restoring"

// Restored says what a restore has brought back.
type Restored struct {
	archive.Contents
	Waits map[booking.OfficeID][]booking.TotemID // for which totems each office waits
	// Keyless are days with tickets whose keys are not there: unless a totem brings a key back, another is drawn, and the
	// codes of those tickets are not known any more.
	Keyless map[booking.OfficeID][]booking.Day
}

// Restore reads a backup into the empty ledger that s names, which it makes if it is missing. The data directory must
// hold the scheduler's identity, or totems would not know it again; with newIdentity another is made. The error is a
// *fault.Fault.
func Restore(ctx context.Context, s Store, backup io.ReadSeeker, newIdentity bool, progress archive.Progress) (Restored, error) {
	contents, err := archive.Check(backup)
	if _, unread := errors.AsType[*fs.PathError](err); unread {
		return Restored{}, fault.New(fault.CodeUsage, err, "check the name, that it is no directory, and the rights", "the backup cannot be read, and nothing was restored")
	}
	if err != nil {
		return Restored{}, archiveFault(err, s)
	}
	if _, err := backup.Seek(0, io.SeekStart); err != nil {
		return Restored{}, archiveFault(err, s)
	}
	if err := mayRestore(s, newIdentity); err != nil {
		return Restored{}, err
	}
	s.Alone, s.Init, s.Listen, s.restoring = true, true, "", true
	s.Epoch = max(contents.Epoch+1, uint64(time.Now().Unix()))
	mark := filepath.Join(s.DataDir, restoringFile)
	if err := errors.Join(os.MkdirAll(s.DataDir, 0o700), os.WriteFile(mark, nil, 0o600), syncDir(s.DataDir)); err != nil {
		return Restored{}, storeFault(err, s.DataDir)
	}
	books, err := OpenBooks(ctx, s)
	if err != nil {
		return Restored{}, errors.Join(err, os.Remove(mark)) // nothing was written
	}
	r, err := books.restore(ctx, backup, progress)
	if err == nil {
		r.Keyless, err = books.giveUpKeys(ctx, s.DataDir)
	}
	if errors.Is(err, archive.ErrNotEmpty) {
		err = errors.Join(archiveFault(err, s), os.Remove(mark))
	} else if err != nil && books.full(err) {
		err = fault.New(fault.CodeCentralStore, err, "make room; then remove nats and restoring in that directory, leave identity there, and restore again",
			"the data directory %s has no space for the ledger", s.DataDir)
	} else if err != nil {
		err = archiveFault(err, s)
	}
	if err == nil {
		err = noteElsewhere(s.DataDir, s.NATS)
	}
	if err = errors.Join(err, books.Close()); err != nil {
		return r, err
	}
	if err := errors.Join(os.Remove(mark), syncDir(s.DataDir)); err != nil {
		return r, storeFault(err, s.DataDir)
	}
	return r, nil
}

func (b *Books) restore(ctx context.Context, backup io.ReadSeeker, progress archive.Progress) (r Restored, err error) {
	if r.Contents, err = archive.Restore(ctx, backup, b.Ledger, progress); err != nil {
		return r, err
	}
	offices, err := b.Ledger.Offices(ctx)
	if err != nil {
		return r, err
	}
	r.Waits = make(map[booking.OfficeID][]booking.TotemID)
	for _, office := range offices {
		totems, err := scheduler.Waits(ctx, b.Ledger, b.Ledger, office)
		if err != nil {
			return r, err
		}
		if len(totems) > 0 {
			r.Waits[office] = totems
		}
	}
	return r, nil
}

// giveUpKeys notes which days have tickets and no key.
func (b *Books) giveUpKeys(ctx context.Context, data string) (map[booking.OfficeID][]booking.Day, error) {
	v, err := vault.Open(filepath.Join(data, "keys"), rand.Reader)
	if err != nil {
		return nil, err
	}
	keyless := make(map[booking.OfficeID][]booking.Day)
	offices, err := b.Ledger.Offices(ctx)
	if err != nil {
		return nil, err
	}
	days, err := b.Ledger.Days(ctx)
	if err != nil {
		return nil, err
	}
	for _, office := range offices {
		for _, day := range days {
			if _, err := v.Key(ctx, office, day); !errors.Is(err, fs.ErrNotExist) {
				continue
			}
			sheets, err := b.Ledger.Sheets(ctx, office, day)
			if err != nil {
				return nil, err
			}
			if !slices.ContainsFunc(sheets, hasTickets) {
				continue
			}
			if err := v.GiveUp(ctx, office, day); err != nil {
				return nil, err
			}
			keyless[office] = append(keyless[office], day)
		}
	}
	return keyless, nil
}

func hasTickets(s booking.Sheet) bool {
	return slices.ContainsFunc(s.Slots, func(slot booking.Slot) bool { return slot.State.HasTicket() })
}

// mayRestore returns why nothing can be restored into a directory.
func mayRestore(s Store, newIdentity bool) error {
	if s.DataDir == "" {
		return fault.New(fault.CodeUsage, nil, "name a data directory", "the scheduler's identity and keys have no place")
	}
	if err := checkRestored(s); err != nil {
		return err
	}
	_, err := os.Stat(filepath.Join(s.DataDir, identityDir))
	if errors.Is(err, fs.ErrNotExist) && !newIdentity {
		return fault.New(fault.CodeCentralEmpty, err,
			"copy the directory identity of the lost scheduler there, from where it was put in safe-keeping; without it use --new-identity, and enrol every totem anew",
			"the data directory %s has no identity, and no totem would know the scheduler again", s.DataDir)
	}
	return nil
}

// checkRestored returns a fault if the directory's ledger was left half restored.
func checkRestored(s Store) error {
	if s.DataDir == "" || s.restoring {
		return nil
	}
	_, err := os.Stat(filepath.Join(s.DataDir, restoringFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return fault.New(fault.CodeCentralStore, err,
		"remove what was restored, nats and restoring in that directory or the streams on the cluster, leave identity there, and restore again",
		"the restore into the data directory %s did not come to its end", s.DataDir)
}

func archiveFault(err error, s Store) error {
	switch {
	case errors.Is(err, archive.ErrDamaged):
		return fault.New(fault.CodeUsage, err, "use another backup", "the backup is damaged, and nothing was restored from it")
	case errors.Is(err, archive.ErrNewer):
		return fault.New(fault.CodeUsage, err, "restore it with the release that wrote it, or a later one", "the backup is of a newer release")
	case errors.Is(err, archive.ErrNotEmpty):
		return fault.New(fault.CodeUsage, err, "name a directory, or a NATS server, without a ledger", "the ledger is not empty, and nothing was restored into it")
	}
	return fault.New(fault.CodeCentralStore, err, "look at the cause; then remove what was restored, leave identity there, and restore again",
		"the ledger of %s could not be restored", s.DataDir)
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
