package central_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.org/totem/cmd/internal/central"
	"example.org/totem/internal/fault"
)

func TestTheBooksOfARunningSchedulerAreOpenedByItsServer(t *testing.T) {
	ctx, p, dir := context.Background(), plan(t), t.TempDir()
	c := open(t, central.Config{DataDir: dir})
	d := enrolled(t, c, p.Office.ID, p.Totems[0])
	books, err := central.OpenBooks(ctx, central.Store{DataDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	m, err := books.Ledger.Member(ctx, d.office, d.totem)
	if err != nil || m.Key != d.Key() {
		t.Errorf("the roster: %+v, %v", m, err)
	}
	if err := books.Authority().Revoke(ctx, []string{d.Key()}); err != nil {
		t.Errorf("telling what is revoked: %v", err)
	}
	if _, _, err := reach(t, c, d.as()...); err == nil {
		t.Error("revoked credentials are taken")
	}
	if err := books.Close(); err != nil {
		t.Error(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "serving")); err == nil {
		t.Error("the directory says that a scheduler serves")
	}
	books, err = central.OpenBooks(ctx, central.Store{DataDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	// A second command while the first works there, and a scheduler.
	if _, err := central.OpenBooks(ctx, central.Store{DataDir: dir}); err == nil || code(t, err) != fault.CodeCentralStore {
		t.Errorf("opened twice: %v", err)
	}
	if _, err := central.Open(ctx, central.Config{OfficeFiles: []string{officeFile}, DataDir: dir, Listen: "127.0.0.1:0"}); err == nil || code(t, err) != fault.CodeCentralStore {
		t.Errorf("served beside a command: %v", err)
	}
	if err := books.Close(); err != nil {
		t.Error(err)
	}
}

func TestWhereASchedulerWasKilledTheNextOneIsNotMisled(t *testing.T) {
	dir := t.TempDir()
	if err := open(t, central.Config{DataDir: dir}).Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "serving"), []byte("tls://127.0.0.1:1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	books, err := central.OpenBooks(context.Background(), central.Store{DataDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer books.Close()
	if _, err := os.Stat(filepath.Join(dir, "serving")); err == nil {
		t.Error("the directory still says that a scheduler serves")
	}
}

func TestAnInitThatWasCutShortIsFinishedByTheNext(t *testing.T) {
	ctx, dir := context.Background(), filepath.Join(t.TempDir(), "data")
	if err := central.Init(ctx, central.Store{DataDir: dir}); err != nil {
		t.Fatal(err)
	}
	// As a process leaves it that is killed before the epoch is written.
	streams, err := filepath.Glob(filepath.Join(dir, "nats", "jetstream", "*", "streams", "*"))
	if err != nil || len(streams) == 0 {
		t.Fatalf("%v, %v", streams, err)
	}
	for _, stream := range streams {
		if err := os.RemoveAll(stream); err != nil {
			t.Fatal(err)
		}
	}
	if err := central.Init(ctx, central.Store{DataDir: dir}); err != nil {
		t.Errorf("made after all: %v", err)
	}
	if got := code(t, central.Init(ctx, central.Store{DataDir: dir})); got != fault.CodeUsage {
		t.Errorf("made twice: %s", got)
	}
	// A ledger of another identity, or of one that is lost, is left alone.
	identity := filepath.Join(dir, "identity")
	if err := os.RemoveAll(identity); err != nil {
		t.Fatal(err)
	}
	if got := code(t, central.Init(ctx, central.Store{DataDir: dir})); got != fault.CodeUsage {
		t.Errorf("made over a ledger without its identity: %s", got)
	}
	other := t.TempDir()
	if err := central.Init(ctx, central.Store{DataDir: other}); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(identity, os.DirFS(filepath.Join(other, "identity"))); err != nil {
		t.Fatal(err)
	}
	if got := code(t, central.Init(ctx, central.Store{DataDir: dir})); got != fault.CodeUsage {
		t.Errorf("made beside the ledger of another identity: %s", got)
	}
}

func TestCopiesThatCannotBeKeptAreRefusedBeforeAnythingIsMade(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	for _, s := range []central.Store{{DataDir: dir, Replicas: 3}, {DataDir: dir, NATS: "nats://127.0.0.1:1", Replicas: 2}, {DataDir: dir, Replicas: -1}} {
		if got := code(t, central.Init(context.Background(), s)); got != fault.CodeUsage {
			t.Errorf("%d copies at %q: %s", s.Replicas, s.NATS, got)
		}
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("something was made")
	}
}

func TestADamagedIdentityIsToldAsWhatItIs(t *testing.T) {
	dir := t.TempDir()
	if err := central.Init(context.Background(), central.Store{DataDir: dir}); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "identity", "authority.json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := central.OpenIdentity(dir)
	if f := fault.Of(err); f.Code != fault.CodeCentralStore || !strings.Contains(f.Remedy, "from a copy") {
		t.Errorf("%v; what to do: %s", err, f.Remedy)
	}
}

func TestAnIdentityIsMadeOnceAndWithoutItsLedgerNothingIsServed(t *testing.T) {
	ctx, dir := context.Background(), filepath.Join(t.TempDir(), "data")
	if err := central.Init(ctx, central.Store{DataDir: dir}); err != nil {
		t.Fatal(err)
	}
	if got := code(t, central.Init(ctx, central.Store{DataDir: dir})); got != fault.CodeUsage {
		t.Errorf("made twice: %s", got)
	}
	secret, err := os.Stat(filepath.Join(dir, "identity", "authority.json"))
	if err != nil || secret.Mode().Perm() != 0o600 {
		t.Errorf("the identity: %v, %v", secret, err)
	}
	if err := os.Rename(filepath.Join(dir, "nats"), filepath.Join(dir, "aside")); err != nil {
		t.Fatal(err)
	}
	_, err = central.Open(ctx, central.Config{OfficeFiles: []string{officeFile}, DataDir: dir, Listen: "127.0.0.1:0"})
	if got := code(t, err); got != fault.CodeCentralEmpty {
		t.Errorf("served without a ledger: %s, %v", got, err)
	}
}
