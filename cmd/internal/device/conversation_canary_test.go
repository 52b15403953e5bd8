package device_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	_ "github.com/mattn/go-sqlite3"

	"example.org/totem/booking"
	"example.org/totem/internal/papersim"
	"example.org/totem/kiosk"
	"example.org/totem/locale"
)

// journal is a log that a test reads.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(p)
}

// holds returns the names of the canaries that were logged.
func (j *journal) holds(all ...canaries) (names []string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, c := range all {
		for name, canary := range c {
			if bytes.Contains(j.text.Bytes(), canary) {
				names = append(names, name)
			}
		}
	}
	return names
}

// canaries are byte strings by what they are of.
type canaries map[string][]byte

// digits adds how a code can stand in a file, and hashes how its hash can.
func (c canaries) digits(name string, code booking.Code) {
	c[name], c[name+" in groups"] = []byte(code), []byte(code.Grouped())
	c[name+" in hyphens"] = []byte(strings.ReplaceAll(code.Grouped(), " ", "-"))
}

func (c canaries) hashes(name string, code booking.Code, key booking.DayKey) {
	hash := code.Hash(key)
	c[name+", its hash"], c[name+", its hash in letters"] = hash[:], []byte(hash.String())
}

// in says which files below the folders hold which canary.
func (c canaries) in(t testing.TB, folders ...string) (found []string) {
	t.Helper()
	for _, dir := range folders {
		err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
			if errors.Is(err, fs.ErrNotExist) || err == nil && entry.IsDir() { // the totem renames and removes files meanwhile
				return nil
			}
			if err != nil {
				return err
			}
			content, err := os.ReadFile(path)
			if errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			for name, canary := range c {
				if bytes.Contains(content, canary) {
					found = append(found, filepath.Base(path)+" holds "+name)
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return found
}

// TestNoTypedCodeIsEverWritten types the codes of a ticket, of none, and one that is no code, at a totem that gave the
// ticket and at another, and looks for them in all that both have on disk and in their logs.
func TestNoTypedCodeIsEverWritten(t *testing.T) {
	now := atOpening(t)
	c := openOfTwo(t, folder(t, "scheduler"), now)
	paper, logs := openPaper(t, papersim.Config{}), &journal{}
	door, doorData := startOf(t, c, atTheDoor, paper, now, logs)
	yard, yardData := startOf(t, c, inTheYard, openPaper(t, papersim.Config{}), now, logs)
	s := door.take()
	number := booking.Number(text(s, kiosk.RoleNumber))
	code := codeOn(t, paper.Slips()[0])
	door.touch(s, control(kiosk.RolePrimary), "start")
	booked(t, c, number, booking.PaperPrinted)
	key, err := c.DayKey(waiting(t), plan(t).Office.ID, theTuesday(t))
	if err != nil {
		t.Fatal(err)
	}

	hash, tickets, others := canaries{}, canaries{}, canaries{}
	hash.hashes("the ticket's code", code, key)
	tickets.digits("the ticket's code", code)
	for where, d := range map[string]*totem{"door": door, "yard": yard} {
		d.must("start")
		d.say(kiosk.SetLanguage{Lang: locale.English}, kiosk.ChangeTheme{}, kiosk.ChangeText{})
		stranger, err := booking.NewCode(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		mistyped := stranger[:11] + booking.Code(rune('0'+(stranger[11]-'0'+1)%10))
		others.digits("a stranger's code at the "+where, stranger)
		others.hashes("a stranger's code at the "+where, stranger, key)
		others.digits("a mistyped code at the "+where, mistyped)
		others.hashes("a mistyped code at the "+where, mistyped, key)
		d.say(kiosk.OpenTicket{})
		d.types(string(mistyped))
		for range mistyped {
			d.say(kiosk.Erase{})
		}
		d.types(string(stranger))
		d.must("no-ticket")
		own := d.touch(d.touch(d.finds(code), named("record"), "record"), named("back"), "own")
		if canTap(own, named("check-in")) { // the other totem may have told already that its bearer is here
			d.touch(own, named("check-in"), "arrived")
		}
		d.say(kiosk.Finish{})
		d.must("start")
	}
	stands(t, c, number, booking.Arrived)
	for _, found := range slices.Concat(others.in(t, doorData, yardData), tickets.in(t, yardData)) {
		t.Errorf("while the totems run, %s", found)
	}
	// The totem that gave the ticket had its code until the slip's end was known, and has it in the database's log until the
	// next full minute in which nobody is there, or the end.
	for _, d := range []*totem{door, yard} {
		if err := d.stop(); err != nil {
			t.Fatal(err)
		}
	}
	for _, found := range slices.Concat(others.in(t, doorData, yardData), tickets.in(t, doorData, yardData)) {
		t.Errorf("once the totems have stopped, %s", found)
	}
	if len(hash.in(t, doorData)) == 0 || len(hash.in(t, yardData)) == 0 {
		t.Error("not even the ticket's own hash is there: this test is blind")
	}
	if names := logs.holds(hash, tickets, others); len(names) > 0 || logs.text.Len() == 0 {
		t.Errorf("the log holds %q, or nothing", names)
	}
	for _, data := range []string{doorData, yardData} {
		for _, table := range tablesWith(t, filepath.Join(data, "totem.db"), "en", "contrast", "125") {
			t.Errorf("table %s tells how somebody wanted to be spoken to", table)
		}
	}
}

// TestAPrintedCodeLeavesTheDiskAtTheNextFullMinute looks while the totem goes on.
func TestAPrintedCodeLeavesTheDiskAtTheNextFullMinute(t *testing.T) {
	opening := atOpening(t)
	ahead := time.Minute - 4*time.Second - time.Duration(opening().Second())*time.Second
	now := func() time.Time { return opening().Add(ahead) }
	c := openCentral(t, folder(t, "scheduler"), "127.0.0.1:0", now)
	paper, data := openPaper(t, papersim.Config{}), folder(t, "totem")
	d := startTotem(t, provisioned(t, c, config(t, data, paper.Path, c.URL())), now)
	d.touch(d.take(), control(kiosk.RolePrimary), "start")
	code := canaries{}
	code.digits("the ticket's code", codeOn(t, paper.Slips()[0]))
	ctx, cancel := context.WithTimeout(t.Context(), 90*time.Second) // on a slow machine the minute is the one after
	defer cancel()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for len(code.in(t, data)) > 0 {
		select {
		case <-look.C:
		case <-ctx.Done():
			t.Fatal(code.in(t, data))
		}
	}
}

// tablesWith returns the tables of a database in which a cell holds one of the words and nothing else, or names it in
// quotes, but for the one of the office, whose texts are in all languages.
func tablesWith(t testing.TB, path string, words ...string) (tables []string) {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+path+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	cells := 0
	for _, table := range column(t, db, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'office'") {
		for _, name := range column(t, db, "SELECT name FROM pragma_table_info('"+table+"')") {
			for _, cell := range column(t, db, `SELECT CAST("`+name+`" AS TEXT) FROM "`+table+`" WHERE "`+name+`" IS NOT NULL`) {
				cells++
				for _, word := range words {
					if cell == word || strings.Contains(cell, `"`+word+`"`) {
						tables = append(tables, table+" ("+name+")")
					}
				}
			}
		}
	}
	if cells < 100 {
		t.Fatalf("%d cells in %s: this test is blind", cells, path)
	}
	return tables
}

func column(t testing.TB, db *sql.DB, query string) (all []string) {
	t.Helper()
	rows, err := db.Query(query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			t.Fatal(err)
		}
		all = append(all, text)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}
