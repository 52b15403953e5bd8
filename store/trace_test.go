package store_test

import (
	"os"
	"path/filepath"
	"testing"

	"example.org/totem/internal/fault"
)

func TestWhoseStoreItIsIsInTheDatabaseFromTheStart(t *testing.T) {
	s, cfg := fresh(t)
	want, err := lastFact(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	files := cut(t, cfg)
	again := open(t, files.with("-wal", []byte{}).put(t))
	if got, err := lastFact(t.Context(), again); err != nil || got.Incarnation != want.Incarnation {
		t.Errorf("without its log the store is %v, %v; it was %v", got, err, want)
	}
}

func TestOnlyWithoutADatabaseFileIsAStoreNew(t *testing.T) {
	whole := cutStore(t)
	for name, files := range map[string]image{
		"the log of an open store is gone": whole.with("-wal", nil),
		"the database is gone":             whole.with("", nil),
		"the database is empty":            whole.with("", []byte{}),
		"everything is empty":              {"": {}, "-wal": {}, ".lock": {}},
		"an empty file":                    {"": {}},
		"one page and no log":              whole.with("", whole[""][:4096]).with("-wal", nil).with(".lock", nil),
	} {
		t.Run(name, func(t *testing.T) { files.refused(t) })
	}
	t.Run("a database without a store in it", func(t *testing.T) {
		cfg := config(filepath.Join(t.TempDir(), "totem.db"))
		meddle(t, cfg.Path, "PRAGMA journal_mode = WAL")
		openFails(t, cfg, fault.CodeStoreDamaged)
	})
	for name, files := range map[string]image{
		"a power cut while it was made": {".new": whole[""][:4096], ".new-wal": whole["-wal"], ".lock": {}},
		"its files were kept aside":     {".lock": whole[".lock"]},
	} {
		t.Run(name, func(t *testing.T) {
			if got := files.tickets(t); len(got) != 0 {
				t.Errorf("a new store has %v", got)
			}
		})
	}
}

func TestAClosedStoreNeedsNoLog(t *testing.T) {
	s, cfg := fresh(t)
	take(t, s, sheet(today, 1, 10))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(cfg.Path + "-wal"); !os.IsNotExist(err) {
		t.Errorf("a log is left: %v", err)
	}
	open(t, cfg)
}
