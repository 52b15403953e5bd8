package vault_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"example.org/totem/booking"
	"example.org/totem/internal/fault"
	"example.org/totem/scheduler/vault"
)

func open(t *testing.T, dir string, random io.Reader) *vault.Vault {
	t.Helper()
	v, err := vault.Open(dir, random)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func day(t *testing.T, s string) booking.Day {
	t.Helper()
	d, err := booking.ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func files(t *testing.T, dir string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, d.Name())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func TestAKeyIsDrawnOnceAndKeptOverARestart(t *testing.T) {
	ctx, dir := context.Background(), filepath.Join(t.TempDir(), "keys")
	v := open(t, dir, rand.Reader)
	d := day(t, "2026-11-23")
	first, err := v.Draw(ctx, "rm001", d)
	if err != nil || first.IsZero() {
		t.Fatalf("key %v, %v", first, err)
	}
	for _, v := range []*vault.Vault{v, open(t, dir, rand.Reader)} {
		if again, err := v.Key(ctx, "rm001", d); err != nil || again != first {
			t.Errorf("asked again: another key, %v", err)
		}
	}
	for _, other := range []struct {
		office booking.OfficeID
		day    booking.Day
	}{{"rm002", d}, {"rm001", d.AddDays(1)}} {
		if k, err := v.Draw(ctx, other.office, other.day); err != nil || k == first {
			t.Errorf("%s on %s: the key of another office or day, %v", other.office, other.day, err)
		}
	}
}

func TestAKeyThatIsNotThereIsNotDrawnUntilItIsAskedFor(t *testing.T) {
	dir := t.TempDir()
	k, err := open(t, dir, rand.Reader).Key(context.Background(), "rm001", day(t, "2026-11-23"))
	if !errors.Is(err, fs.ErrNotExist) || !k.IsZero() || !strings.Contains(err.Error(), filepath.Join(dir, "rm001.2026-11-23.key")) {
		t.Errorf("key %v, %v", k, err)
	}
	if names := files(t, dir); len(names) != 0 {
		t.Errorf("files: %v", names)
	}
}

func TestAKeyIsReadableByItsOwnerAlone(t *testing.T) {
	ctx, dir := context.Background(), filepath.Join(t.TempDir(), "keys")
	if _, err := open(t, dir, rand.Reader).Draw(ctx, "rm001", day(t, "2026-11-23")); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]fs.FileMode{dir: 0o700 | fs.ModeDir, filepath.Join(dir, "rm001.2026-11-23.key"): 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode() != want {
			t.Errorf("%s: %v, %v, want %v", path, info.Mode(), err, want)
		}
	}
}

func TestADestroyedKeyIsNowhere(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	v := open(t, dir, rand.Reader)
	d := day(t, "2026-11-23")
	first, err := v.Draw(ctx, "rm001", d)
	if err != nil {
		t.Fatal(err)
	}
	// Another name for the same blocks shows what is left in them once the key's own name is gone.
	witness := filepath.Join(dir, "witness")
	if err := os.Link(filepath.Join(dir, "rm001.2026-11-23.key"), witness); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := v.Destroy(ctx, "rm001", d); err != nil {
			t.Fatal(err)
		}
	}
	if left, err := os.ReadFile(witness); err != nil || len(bytes.Trim(left, "\x00")) != 0 {
		t.Errorf("left on disk: %q, %v", left, err)
	}
	if names := files(t, dir); len(names) != 1 {
		t.Errorf("files left: %v", names)
	}
	if next, err := v.Draw(ctx, "rm001", d); err != nil || next == first {
		t.Errorf("the destroyed key came back, %v", err)
	}
}

func TestKeptNamesEveryKey(t *testing.T) {
	ctx, v := context.Background(), open(t, t.TempDir(), rand.Reader)
	d := day(t, "2026-11-23")
	for _, id := range []booking.OfficeID{"rm001", "rm-002"} {
		for n := range 2 {
			if _, err := v.Draw(ctx, id, d.AddDays(n)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := v.Destroy(ctx, "rm001", d); err != nil {
		t.Fatal(err)
	}
	kept, err := v.Kept(ctx)
	if err != nil || len(kept["rm001"]) != 1 || kept["rm001"][0] != d.AddDays(1) || len(kept["rm-002"]) != 2 {
		t.Errorf("kept %v, %v", kept, err)
	}
}

func TestAHalfWrittenKeyIsClearedAndNeverTold(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	half := filepath.Join(dir, "rm001.2026-11-23.key.new")
	if err := os.WriteFile(half, []byte("AAAA"), 0o600); err != nil {
		t.Fatal(err)
	}
	v := open(t, dir, rand.Reader)
	if _, err := os.Stat(half); err == nil {
		t.Error("the half-written key is still there")
	}
	if _, err := v.Draw(ctx, "rm001", day(t, "2026-11-23")); err != nil {
		t.Error(err)
	}
}

func TestADamagedKeyIsAnErrorNotANewKey(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "rm001.2026-11-23.key"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	v := open(t, dir, rand.Reader)
	for _, ask := range []func(context.Context, booking.OfficeID, booking.Day) (booking.DayKey, error){v.Key, v.Draw} {
		k, err := ask(ctx, "rm001", day(t, "2026-11-23"))
		var f *fault.Fault
		if !errors.As(err, &f) || !k.IsZero() || f.Remedy == "" || !strings.Contains(f.Sentence, "rm001.2026-11-23.key") {
			t.Errorf("an empty key file: %v", err)
		}
	}
}

func TestNoKeyIsDrawnWithoutRandomness(t *testing.T) {
	dir := t.TempDir()
	if k, err := open(t, dir, bytes.NewReader(nil)).Draw(context.Background(), "rm001", day(t, "2026-11-23")); err == nil || !k.IsZero() {
		t.Error("a key came from nowhere")
	}
	if names := files(t, dir); len(names) != 0 {
		t.Errorf("files left: %v", names)
	}
}

func TestAskersAtTheSameTimeAreToldTheSameKey(t *testing.T) {
	ctx, v := context.Background(), open(t, t.TempDir(), rand.Reader)
	d := day(t, "2026-11-23")
	var keys [8]booking.DayKey
	var wg sync.WaitGroup
	for i := range keys {
		wg.Go(func() {
			var err error
			if keys[i], err = v.Draw(ctx, "rm001", d); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for _, k := range keys {
		if k != keys[0] || k.IsZero() {
			t.Error("two keys for one day")
		}
	}
}

func TestAKeyThatIsKeptTakesThePlaceOfAnyOther(t *testing.T) {
	ctx, dir, monday := context.Background(), t.TempDir(), day(t, "2026-11-23")
	v := open(t, dir, rand.Reader)
	drawn, err := v.Draw(ctx, "rm001", monday)
	if err != nil {
		t.Fatal(err)
	}
	kept := drawn
	kept[0]++
	for range 2 {
		if err := v.Keep(ctx, "rm001", monday, kept); err != nil {
			t.Fatal(err)
		}
	}
	if err := v.Keep(ctx, "rm002", monday, drawn); err != nil {
		t.Fatal(err)
	}
	v = open(t, dir, rand.Reader)
	for office, want := range map[booking.OfficeID]booking.DayKey{"rm001": kept, "rm002": drawn} {
		if got, err := v.Key(ctx, office, monday); err != nil || got != want {
			t.Errorf("the key of %s is not the one that was kept: %v", office, err)
		}
	}
	if err := v.Keep(ctx, "../x", monday, kept); err == nil {
		t.Error("a key was kept outside the vault")
	}
}

func TestAKeyThatIsGivenUpMayBeDrawnAgainUntilThereIsOne(t *testing.T) {
	ctx, monday := context.Background(), day(t, "2026-11-23")
	v := open(t, t.TempDir(), rand.Reader)
	is := func(want bool) {
		t.Helper()
		if got, err := v.IsGivenUp(ctx, "rm001", monday); err != nil || got != want {
			t.Errorf("given up: %v, %v", got, err)
		}
	}
	is(false)
	for _, end := range []func() error{
		func() error { _, err := v.Draw(ctx, "rm001", monday); return err },
		func() error { return v.Keep(ctx, "rm001", monday, booking.DayKey{1}) },
		func() error { return v.Destroy(ctx, "rm001", monday) },
	} {
		if err := v.Destroy(ctx, "rm001", monday); err != nil {
			t.Fatal(err)
		}
		if err := v.GiveUp(ctx, "rm001", monday); err != nil {
			t.Fatal(err)
		}
		is(true)
		if kept, err := v.Kept(ctx); err != nil || len(kept) != 0 {
			t.Errorf("keys of %v, %v", kept, err)
		}
		if err := end(); err != nil {
			t.Fatal(err)
		}
		is(false)
	}
}

func TestAKeyAtHandIsGoneWhenItsFileIs(t *testing.T) {
	ctx, monday := context.Background(), day(t, "2026-11-23")
	v := open(t, t.TempDir(), rand.Reader)
	first, err := v.Draw(ctx, "rm001", monday)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := v.Key(ctx, "rm001", monday); err != nil || got != first {
		t.Errorf("the key that was drawn: another one, %v", err)
	}
	other := first
	other[0]++
	if err := v.Keep(ctx, "rm001", monday, other); err != nil {
		t.Fatal(err)
	}
	if got, err := v.Key(ctx, "rm001", monday); err != nil || got != other {
		t.Errorf("the key that was kept in its place: another one, %v", err)
	}
	if err := v.Destroy(ctx, "rm001", monday); err != nil {
		t.Fatal(err)
	}
	if got, err := v.Key(ctx, "rm001", monday); !errors.Is(err, fs.ErrNotExist) || !got.IsZero() {
		t.Errorf("the key that was destroyed: %v, %v", got, err)
	}
}
