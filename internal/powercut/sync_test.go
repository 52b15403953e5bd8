package powercut_test

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"

	_ "github.com/mattn/go-sqlite3"

	"example.org/totem/internal/powercut"
)

// plainDSN opens a database as the store does, but for the word of synchronous.
const plainDSN = "?_journal_mode=WAL&_txlock=immediate&_busy_timeout=5000&_synchronous="

// A program of the plainest kind, one row a transaction, shows what the recorded disk can tell apart: the only
// difference between its two runs is SQLite's word for when it flushes.
func TestThePowerCutsFindWhatSynchronousNormalLoses(t *testing.T) {
	needsDisk(t)
	seed := newSeed(t)
	for _, run := range []struct {
		mode string
		rows int
		cuts int
	}{{"NORMAL", 400, 80}, {"FULL", 150, 80}} {
		t.Run(run.mode, func(t *testing.T) {
			rec, acks := recordRows(t, run.mode, run.rows)
			sum := cutEach(t, rec, anyCuts(seed, run.cuts, rec, acks[0]), func(dir string, c powercut.Cut) verdict {
				return judgeRows(dir, acks, c)
			})
			t.Logf("synchronous=%s: %v", run.mode, sum)
			switch {
			case run.mode == "FULL":
				mustKeepAll(t, rec, sum)
			case sum.lost == 0:
				t.Error("no acknowledged row was lost: these power cuts prove nothing")
			case sum.corrupt > 0:
				t.Errorf("%v: more than the last rows went wrong", sum)
			}
		})
	}
}

// recordRows writes n rows, and returns how many events had happened when each was acknowledged.
func recordRows(t *testing.T, mode string, n int) (rec *powercut.Recording, acks []int) {
	t.Helper()
	disk := newDisk(t)
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(disk.Dir(), "rows.db")+plainDSN+mode)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	exec := func(query string, args ...any) {
		t.Helper()
		if _, err := db.ExecContext(t.Context(), query, args...); err != nil {
			t.Fatal(err)
		}
	}
	exec("PRAGMA wal_autocheckpoint = 50")
	exec("CREATE TABLE row (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT")
	for i := range n {
		exec("INSERT INTO row VALUES (?, ?)", i+1, strings.Repeat("x", 200))
		acks = append(acks, now(t, disk))
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return finish(t, disk), acks
}

func judgeRows(dir string, acks []int, c powercut.Cut) verdict {
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(dir, "rows.db")+plainDSN+"FULL")
	if err != nil {
		return corrupt("%v", err)
	}
	defer db.Close()
	told := before(acks, c.At)
	var check string
	var count, last int
	if err := db.QueryRow("SELECT count(*) FROM sqlite_schema").Scan(&count); err == nil && count == 0 {
		return lost("all of %d acknowledged rows, and their table", told)
	}
	if err := db.QueryRow("SELECT integrity_check, (SELECT count(*) FROM row), (SELECT coalesce(max(id), 0) FROM row) "+
		"FROM pragma_integrity_check").Scan(&check, &count, &last); err != nil {
		return corrupt("%v", err)
	}
	if check != "ok" || count != last {
		return corrupt("%s; %d rows, the last is %d", check, count, last)
	}
	if last < told {
		return lost("%d of %d acknowledged rows", told-last, told)
	}
	return verdict{}
}

// before returns how many of the rising numbers are not above at.
func before(numbers []int, at int) (n int) {
	for n < len(numbers) && numbers[n] <= at {
		n++
	}
	return n
}
