package store_test

import (
	"bytes"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"example.org/totem/booking"
	"example.org/totem/internal/fault"
	"example.org/totem/store"
	"example.org/totem/sync/wire"
)

func wantFault(tb testing.TB, err error, code fault.Code) {
	tb.Helper()
	var f *fault.Fault
	if !errors.As(err, &f) {
		tb.Fatalf("error %v, want a fault %s", err, code)
	}
	if f.Code != code || f.Remedy == "" {
		tb.Fatalf("fault %s (%v; remedy %q), want %s with a remedy", f.Code, f, f.Remedy, code)
	}
}

func openFails(t *testing.T, cfg store.Config, code fault.Code) {
	t.Helper()
	s, err := store.Open(t.Context(), cfg)
	if err == nil {
		s.Close()
		t.Fatalf("the store opened, want a fault %s", code)
	}
	wantFault(t, err, code)
}

func TestAStoreServesOneProcessAtATime(t *testing.T) {
	s, cfg := fresh(t)
	openFails(t, cfg, fault.CodeStoreLocked)
	for range 2 {
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	open(t, cfg)
}

func TestAClosedStoreRefusesWork(t *testing.T) {
	s, _ := fresh(t)
	s.Close()
	if err := s.Take(t.Context(), wire.Pulled{}); err == nil {
		t.Error("a closed store took sheets")
	}
	if _, _, err := s.Office(t.Context()); err == nil {
		t.Error("a closed store had an office")
	}
}

func TestANewStoreHasANewIncarnation(t *testing.T) {
	seen := make(map[booking.Incarnation]bool)
	for range 3 {
		s, _ := fresh(t)
		id, err := lastFact(t.Context(), s)
		if err != nil || id.Incarnation.IsZero() || seen[id.Incarnation] {
			t.Errorf("identity %v, %v", id, err)
		}
		seen[id.Incarnation] = true
	}
}

func TestAConfigurationIsCheckedBeforeAnythingIsTouched(t *testing.T) {
	dir := t.TempDir()
	good := config(filepath.Join(dir, "totem.db"))
	for _, spoil := range []func(*store.Config){
		func(c *store.Config) { c.Path = "" },
		func(c *store.Config) { c.Office = "Valfiorita!" },
		func(c *store.Config) { c.Totem = "pool" },
		func(c *store.Config) { c.MaxPages = -1 },
	} {
		bad := good
		spoil(&bad)
		openFails(t, bad, fault.CodeConfig)
	}
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestTheDatabaseOfAnotherIsRefused(t *testing.T) {
	s, cfg := fresh(t)
	s.Close()
	other := cfg
	other.Totem = "totem-2"
	openFails(t, other, fault.CodeStoreForeign)
	other = cfg
	other.Office = "altrove"
	openFails(t, other, fault.CodeStoreForeign)
	open(t, cfg)

	strange := config(filepath.Join(t.TempDir(), "strange.db"))
	meddle(t, strange.Path, "CREATE TABLE note (text TEXT)")
	openFails(t, strange, fault.CodeStoreForeign)
}

func TestALaterSchemaIsLeftAlone(t *testing.T) {
	s, cfg := fresh(t)
	s.Close()
	meddle(t, cfg.Path, "PRAGMA user_version = 99")
	openFails(t, cfg, fault.CodeStoreOpen)
}

// meddle changes a database behind the store's back.
func meddle(t *testing.T, path, query string) {
	t.Helper()
	db, err := sql.Open("sqlite3", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(query); err != nil {
		t.Fatal(err)
	}
}

func TestADamagedDatabaseIsRefusedAndKept(t *testing.T) {
	whole := func(t *testing.T) store.Config {
		s, cfg := fresh(t)
		grant := sheet(today, 1, 200)
		take(t, s, grant)
		for i := range 30 {
			mustIssue(t, s, order(t, grant, i))
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		return cfg
	}
	for name, damage := range map[string]func([]byte) []byte{
		"header overwritten": func(b []byte) []byte { copy(b, "no database at all"); return b },
		"cut in half":        func(b []byte) []byte { return b[:len(b)/2/4096*4096] },
		"cut within a page":  func(b []byte) []byte { return b[:len(b)/3] },
		"pages exchanged": func(b []byte) []byte {
			n := len(b) / 4096
			for i := 1; i < n-1; i += 2 {
				a, c := b[i*4096:(i+1)*4096], b[(i+1)*4096:(i+2)*4096]
				tmp := bytes.Clone(a)
				copy(a, c)
				copy(c, tmp)
			}
			return b
		},
		"pages zeroed": func(b []byte) []byte {
			for i := 2 * 4096; i < len(b); i++ {
				b[i] = 0
			}
			return b
		},
		"pages of ones": func(b []byte) []byte {
			for i := 2 * 4096; i < len(b); i++ {
				b[i] = 0xff
			}
			return b
		},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := whole(t)
			content, err := os.ReadFile(cfg.Path)
			if err != nil {
				t.Fatal(err)
			}
			content = damage(content)
			if err := os.WriteFile(cfg.Path, content, 0o600); err != nil {
				t.Fatal(err)
			}
			openFails(t, cfg, fault.CodeStoreDamaged)
			if now, _ := os.ReadFile(cfg.Path); !bytes.Equal(now, content) {
				t.Error("the damaged file was changed")
			}
		})
	}
}

func TestOddPathsOpen(t *testing.T) {
	cfg := config(filepath.Join(t.TempDir(), "a?b#c%41 d.db"))
	open(t, cfg)
	if _, err := os.Stat(cfg.Path); err != nil {
		t.Error(err)
	}
}

func TestOnlyItsOwnerCanReadTheDatabase(t *testing.T) {
	s, cfg := fresh(t)
	take(t, s, sheet(today, 1, 1))
	for _, suffix := range []string{"", "-wal", "-shm", ".lock"} {
		info, err := os.Stat(cfg.Path + suffix)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", suffix, info.Mode(), err)
		}
	}
}

func TestADirectoryThatCannotBeWrittenIsAFault(t *testing.T) {
	openFails(t, config(filepath.Join(t.TempDir(), "missing", "totem.db")), fault.CodeStoreOpen)

	s, cfg := fresh(t)
	s.Close()
	dir := filepath.Dir(cfg.Path)
	if os.Geteuid() == 0 { // to whom permissions are nothing
		flags := uintptr(syscall.MS_BIND)
		err := errors.Join(syscall.Mount(dir, dir, "", flags, ""),
			syscall.Mount("", dir, "", flags|syscall.MS_REMOUNT|syscall.MS_RDONLY, ""))
		t.Cleanup(func() { syscall.Unmount(dir, syscall.MNT_DETACH) })
		if err != nil {
			t.Skipf("a read-only mount cannot be made here: %v", err)
		}
	} else {
		if err := os.Chmod(dir, 0o500); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { os.Chmod(dir, 0o700) })
		if err := os.Chmod(cfg.Path+".lock", 0o400); err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
	}
	openFails(t, cfg, fault.CodeStoreOpen)
}

func TestAFullDatabaseKeepsNothingHalfDone(t *testing.T) {
	_, cfg := fresh(t)
	cfg.Path += "2"
	cfg.MaxPages = 40
	s := open(t, cfg)
	issueUntilFull(t, s, cfg)
}

func TestAFullDiskKeepsNothingHalfDone(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=256k"); err != nil {
		t.Skipf("a small disk cannot be made here: %v", err)
	}
	t.Cleanup(func() { syscall.Unmount(dir, syscall.MNT_DETACH) })
	cfg := config(filepath.Join(dir, "totem.db"))
	s := open(t, cfg)
	issueUntilFull(t, s, cfg)
}

// issueUntilFull issues until the store is full, and checks that exactly what was answered is there.
func issueUntilFull(t *testing.T, s *store.Store, cfg store.Config) {
	t.Helper()
	grant := sheet(today, 1, 500)
	err := s.Take(t.Context(), wire.Pulled{Sheets: []booking.Sheet{grant}, Keys: keys(today)})
	n := 0
	for ; err == nil && n < len(grant.Slots); n++ {
		if _, err = s.Issue(t.Context(), order(t, grant, n)); err != nil {
			break
		}
	}
	wantFault(t, err, fault.CodeStoreFull)
	if n == 0 {
		t.Fatal("full before the first ticket")
	}
	if id, err := lastFact(t.Context(), s); err != nil || id.N != uint64(n) {
		t.Errorf("%d facts, %v; %d tickets were given", id.N, err, n)
	}
	free := 0
	for _, o := range offersOf(t, s, today) {
		if o.Number != "" {
			free++
		}
	}
	if free != len(grant.Slots)-n {
		t.Errorf("%d of %d slots are free after %d tickets", free, len(grant.Slots), n)
	}
	left := cut(t, cfg)
	if got := left.tickets(t); len(got) != n {
		t.Errorf("after a power cut %d tickets are left of %d", len(got), n)
	}
	if !strings.Contains(fault.Of(err).Error(), "issue a ticket") {
		t.Errorf("the fault does not say what was tried: %v", err)
	}
}
