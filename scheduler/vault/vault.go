// Package vault keeps the office-day keys on disk, outside the ledger. Each key is one file that only its owner can
// read; it is there, whole and synced, before anybody is told the key, and it is overwritten, synced and removed when
// its day closes.
//
// Overwriting is a second lock, not the first: a flash disk may keep old blocks. What makes a day's hashes worthless
// is that no copy of the key was ever made elsewhere: keep the vault out of backups.
package vault

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"example.org/totem/booking"
	"example.org/totem/internal/fault"
)

// Vault is a directory of keys. It is safe for concurrent use within a process; the caller makes sure that no other
// process uses the directory.
type Vault struct {
	dir    string
	random io.Reader
	// One at a time: two askers of a new key must be told the same one.
	turn sync.Mutex
	told told
}

const (
	suffix    = ".key"
	givenUp   = ".given-up" // behind the name of a key
	temporary = ".new"
)

// Open makes the directory if it is missing, for its owner alone, and clears what a crash left half written. Keys are
// drawn from random, which must be a cryptographic source.
func Open(dir string, random io.Reader) (*Vault, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("open key vault: %w", err)
	}
	left, err := filepath.Glob(filepath.Join(dir, "*"+temporary))
	if err != nil {
		return nil, fmt.Errorf("open key vault %s: %w", dir, err)
	}
	for _, path := range left {
		if err := shred(path); err != nil {
			return nil, fmt.Errorf("open key vault: clear a half-written key: %w", err)
		}
	}
	return &Vault{dir: dir, random: random, told: told{keys: make(map[place]*booking.DayKey)}}, nil
}

func (v *Vault) path(office booking.OfficeID, day booking.Day) string {
	return filepath.Join(v.dir, string(office)+"."+day.String()+suffix)
}

// Key returns the key of an office and day. If there is none, the error is fs.ErrNotExist and names the file; if its
// file is damaged it is a *fault.Fault.
func (v *Vault) Key(ctx context.Context, office booking.OfficeID, day booking.Day) (booking.DayKey, error) {
	if err := errors.Join(ctx.Err(), booking.CheckID(string(office))); err != nil {
		return booking.DayKey{}, err
	}
	if k, ok := v.told.key(place{office, day}); ok {
		return k, nil
	}
	v.turn.Lock()
	defer v.turn.Unlock()
	return v.read(office, day)
}

// Draw returns the key of an office and day; one that is not there is drawn and durable before it is returned.
func (v *Vault) Draw(ctx context.Context, office booking.OfficeID, day booking.Day) (booking.DayKey, error) {
	if err := errors.Join(ctx.Err(), booking.CheckID(string(office))); err != nil {
		return booking.DayKey{}, err
	}
	v.turn.Lock()
	defer v.turn.Unlock()
	k, err := v.read(office, day)
	if errors.Is(err, fs.ErrNotExist) {
		return v.draw(v.path(office, day))
	}
	return k, err
}

// read reads a key and keeps it at hand. The caller has the turn.
func (v *Vault) read(office booking.OfficeID, day booking.Day) (booking.DayKey, error) {
	k, err := read(v.path(office, day))
	if err == nil {
		v.told.put(place{office, day}, k)
	}
	return k, err
}

func read(path string) (booking.DayKey, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return booking.DayKey{}, fmt.Errorf("read an office-day key: %w", err)
	}
	var k booking.DayKey
	if err := k.UnmarshalText([]byte(strings.TrimSpace(string(text)))); err != nil {
		return booking.DayKey{}, fault.New(fault.CodeCentralStore, err,
			"put the file back, from a copy of the disk if there is one; only if no ticket was given that day, remove it and a new key is drawn",
			"the key file %s is damaged", path)
	}
	return k, nil
}

func (v *Vault) draw(path string) (booking.DayKey, error) {
	k, err := booking.NewDayKey(v.random)
	if err == nil {
		err = v.write(path, k)
	}
	if err != nil {
		return booking.DayKey{}, err
	}
	return k, nil
}

func (v *Vault) write(path string, k booking.DayKey) error {
	text, err := k.MarshalText()
	if err == nil {
		err = writeSynced(path+temporary, append(text, '\n'))
	}
	if err == nil {
		err = os.Rename(path+temporary, path)
	}
	if err == nil {
		err = remove(path + givenUp)
	}
	if err == nil {
		err = syncDir(v.dir)
	}
	if err != nil {
		return fmt.Errorf("write an office-day key: %w", err)
	}
	return nil
}

// remove removes a file, if it is there.
func remove(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// GiveUp notes that the key of an office and day is lost, unless a totem brings it back: another may be drawn though
// tickets were given by it.
func (v *Vault) GiveUp(ctx context.Context, office booking.OfficeID, day booking.Day) error {
	if err := errors.Join(ctx.Err(), booking.CheckID(string(office))); err != nil {
		return err
	}
	if err := errors.Join(writeSynced(v.path(office, day)+givenUp, nil), syncDir(v.dir)); err != nil {
		return fmt.Errorf("give up an office-day key: %w", err)
	}
	return nil
}

// IsGivenUp reports whether GiveUp was told of a key, and none was drawn or kept since.
func (v *Vault) IsGivenUp(ctx context.Context, office booking.OfficeID, day booking.Day) (bool, error) {
	if err := errors.Join(ctx.Err(), booking.CheckID(string(office))); err != nil {
		return false, err
	}
	_, err := os.Stat(v.path(office, day) + givenUp)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// Keep makes key the one of an office and day, durably. Another one that is there is overwritten first.
func (v *Vault) Keep(ctx context.Context, office booking.OfficeID, day booking.Day, key booking.DayKey) error {
	if err := errors.Join(ctx.Err(), booking.CheckID(string(office))); err != nil {
		return err
	}
	v.turn.Lock()
	defer v.turn.Unlock()
	path := v.path(office, day)
	if k, err := read(path); err == nil && k == key {
		return nil
	}
	v.told.wipe(place{office, day})
	if err := shred(path); err != nil {
		return fmt.Errorf("replace an office-day key: %w", err)
	}
	return v.write(path, key)
}

// Destroy erases the key of an office and day. One that is not there is no error.
func (v *Vault) Destroy(ctx context.Context, office booking.OfficeID, day booking.Day) error {
	if err := errors.Join(ctx.Err(), booking.CheckID(string(office))); err != nil {
		return err
	}
	v.turn.Lock()
	defer v.turn.Unlock()
	v.told.wipe(place{office, day})
	if err := errors.Join(remove(v.path(office, day)+givenUp), shred(v.path(office, day))); err != nil {
		return fmt.Errorf("destroy an office-day key: %w", err)
	}
	return nil
}

// Kept returns the days of each office whose keys are there, in order.
func (v *Vault) Kept(ctx context.Context) (map[booking.OfficeID][]booking.Day, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(v.dir)
	if err != nil {
		return nil, fmt.Errorf("list the office-day keys: %w", err)
	}
	kept := make(map[booking.OfficeID][]booking.Day)
	for _, e := range entries {
		name, isKey := strings.CutSuffix(e.Name(), suffix)
		office, date, _ := strings.Cut(name, ".")
		if day, err := booking.ParseDay(date); isKey && err == nil {
			kept[booking.OfficeID(office)] = append(kept[booking.OfficeID(office)], day)
		}
	}
	return kept, nil
}

func writeSynced(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Sync(), f.Close())
}

// shred overwrites a file in place, removes it and makes both durable.
func shred(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return syncDir(filepath.Dir(path)) // an earlier removal may not be durable yet
	}
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err != nil {
		return errors.Join(err, f.Close())
	}
	_, err = f.Write(make([]byte, info.Size()))
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Remove(path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
