package contacts_test

import (
	"bufio"
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"example.org/totem/internal/powercut"
	"example.org/totem/scheduler/contacts"
)

// spoil changes a file.
func spoil(t *testing.T, path string, change func(data []byte) []byte) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err == nil {
		err = os.WriteFile(path, change(data), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestWhatACrashLeftHalfDoneIsFinishedAtTheNextStart(t *testing.T) {
	// What is on the disk when the power is cut after each step, and whether the contact is then held.
	for name, c := range map[string]struct {
		leave   func(t *testing.T, dir string)
		held    bool
		ended   contacts.Why
		damaged bool
	}{
		"the key is written, the contact not": {leave: func(t *testing.T, dir string) { remove(t, only(t, dir, ".contact")) }},
		"the contact has no name yet": {leave: func(t *testing.T, dir string) {
			path := only(t, dir, ".contact")
			rename(t, path, strings.TrimSuffix(path, ".contact")+".new")
		}},
		"both are written": {leave: func(*testing.T, string) {}, held: true},
		"the end is half marked": {held: true, leave: func(t *testing.T, dir string) {
			spoil(t, only(t, dir, ".contact"), func(data []byte) []byte { copy(data[3072:], []byte{2, 9, 9, 9}); return data })
		}},
		"the end is marked": {ended: contacts.Withdrawn, leave: func(t *testing.T, dir string) { end(t, dir, false, false) }},
		"the key is half overwritten": {ended: contacts.Withdrawn, leave: func(t *testing.T, dir string) {
			end(t, dir, false, false)
			spoil(t, only(t, dir, ".key"), func(data []byte) []byte { clear(data[:10]); return data })
		}},
		"the key is overwritten":       {ended: contacts.Withdrawn, leave: func(t *testing.T, dir string) { end(t, dir, true, false) }},
		"the key is removed":           {ended: contacts.Withdrawn, leave: func(t *testing.T, dir string) { end(t, dir, true, true) }},
		"the key is lost without mark": {leave: func(t *testing.T, dir string) { remove(t, only(t, dir, ".key")) }},
		"the contact is damaged": {damaged: true, leave: func(t *testing.T, dir string) {
			spoil(t, only(t, dir, ".contact"), func(data []byte) []byte { data[500] ^= 1; return data })
		}},
		"the contact is cut short": {damaged: true, leave: func(t *testing.T, dir string) {
			spoil(t, only(t, dir, ".contact"), func(data []byte) []byte { return data[:700] })
		}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g := &gateway{}
				h := open(t, t.TempDir(), newRecords(), g)
				e := entry(0, time.Now().Add(time.Hour))
				h.put(e)
				c.leave(t, h.dir)
				h = open(t, h.dir, h.records, g)
				if held := h.holds(e); held != c.held {
					t.Errorf("held: %v", held)
				}
				if damaged := strings.Contains(h.log.String(), "scheduler.contacts-damaged"); damaged != c.damaged {
					t.Errorf("log: %s", h.log)
				}
				ctx, stop := context.WithCancel(t.Context())
				go h.Run(ctx, new(desk))
				until(e.Start)
				stop()
				synctest.Wait()
				if c.held {
					c.ended = contacts.Sent
				}
				if left := files(t, h.dir); len(left) != 0 || h.records.why(e) != c.ended || g.count() == 1 != c.held {
					t.Errorf("left: %v, ended as %d, %d sent", left, h.records.why(e), g.count())
				}
			})
		})
	}
}

// end leaves what an erasure leaves that was cut short after the mark, or later. Another store, whose records are broken,
// writes the mark.
func end(t *testing.T, dir string, overwritten, removed bool) {
	t.Helper()
	key, err := os.ReadFile(only(t, dir, ".key"))
	if err != nil {
		t.Fatal(err)
	}
	path := only(t, dir, ".key")
	r := newRecords()
	h := open(t, dir, r)
	r.broke(true)
	for n := range 3 { // whose it is: one of the first entries
		h.erase(entry(n, time.Now().Truncate(time.Second).Add(time.Hour)), contacts.Withdrawn)
	}
	if removed {
		return
	}
	if overwritten {
		clear(key)
	}
	if err := os.WriteFile(path, key, 0o600); err != nil {
		t.Fatal(err)
	}
}

func remove(t *testing.T, path string) {
	t.Helper()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
}

func rename(t *testing.T, from, to string) {
	t.Helper()
	if err := os.Rename(from, to); err != nil {
		t.Fatal(err)
	}
}

func TestAMessageThatWasBeingSentWhenThePowerWasCutIsToldAgainOnlyWhereThatSendsItOnce(t *testing.T) {
	for _, once := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			g := &gateway{once: once, always: isMute}
			h := open(t, t.TempDir(), newRecords(), g)
			e := entry(0, time.Now().Add(time.Hour))
			h.put(e)
			ctx, stop := context.WithCancel(t.Context())
			go h.Run(ctx, new(desk))
			until(e.Due.Add(time.Second))
			dir := t.TempDir() // what is on the disk at this moment
			if err := os.CopyFS(dir, os.DirFS(h.dir)); err != nil {
				t.Fatal(err)
			}
			stop()
			<-time.After(time.Minute)
			synctest.Wait()
			after := &gateway{once: once}
			h = open(t, dir, newRecords(), after)
			ctx, stop = context.WithCancel(t.Context())
			go h.Run(ctx, new(desk))
			until(e.Start)
			stop()
			synctest.Wait()
			if want := map[bool]contacts.Why{true: contacts.Sent, false: contacts.GivenUp}[once]; h.records.why(e) != want || after.count() == 1 != once {
				t.Errorf("once %v: %d sent, ended as %d", once, after.count(), h.records.why(e))
			}
			if once && g.last.Key != after.last.Key {
				t.Error("told again with another key")
			}
		})
	}
}

// workDir names the directory in which the test binary works until it is killed.
const workDir = "TOTEM_CONTACTS_WORK"

func TestMain(m *testing.M) {
	powercut.Serve()
	if dir := os.Getenv(workDir); dir != "" {
		work(dir)
		return
	}
	os.Exit(m.Run())
}

// work keeps and erases contacts for ever, and says what it has done and what it is about to do.
func work(dir string) {
	s, err := contacts.Open(contacts.Config{Dir: dir, Consents: newRecords(), Random: rand.Reader})
	for n := 0; err == nil; n++ {
		e := entry(n, at950)
		fmt.Println("puts", n)
		if err = s.Put(context.Background(), e, consentOf(e)); err != nil {
			break
		}
		fmt.Println("put", n)
		if n%2 == 0 {
			fmt.Println("erases", n)
			err = s.Erase(context.Background(), e.Office, e.Ticket, contacts.Withdrawn)
			fmt.Println("erased", n)
		}
	}
	fmt.Println("failed", 0, err)
}

func TestWhoeverKillsItLosesNothingAndGetsNothingBack(t *testing.T) {
	for round := range 8 {
		dir := filepath.Join(t.TempDir(), "contacts")
		done := workUntilKilled(t, dir, 20+7*round)
		h := open(t, dir, newRecords())
		last := len(done) - 1
		for n, what := range done {
			e := entry(n, at950)
			switch held := h.holds(e); {
			case what == "erased" && held:
				t.Errorf("%d came back", n)
			case what == "put" && n%2 == 1 && !held:
				t.Errorf("%d is lost", n)
			case n < last && what != map[bool]string{true: "erased", false: "put"}[n%2 == 0]:
				t.Errorf("%d: the worker says %s", n, what)
			}
		}
		if err := h.EraseDay(context.Background(), office, dayOf(t, "2026-11-24")); err != nil {
			t.Error(err)
		}
		if left := files(t, dir); len(left) != 0 {
			t.Errorf("left: %v", left)
		}
	}
}

// workUntilKilled kills a worker after some of its lines, and returns the last word that it said of each contact.
func workUntilKilled(t *testing.T, dir string, lines int) (done []string) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), workDir+"="+dir)
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	said := bufio.NewScanner(out)
	for heard := 0; said.Scan(); heard++ {
		var word string
		var n int
		if _, err := fmt.Sscan(said.Text(), &word, &n); err != nil || word == "failed" {
			t.Fatalf("%q, %v", said.Text(), err)
		}
		for len(done) <= n {
			done = append(done, "")
		}
		done[n] = word
		if heard == lines {
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if cmd.Wait() == nil {
		t.Fatal("it was not killed")
	}
	return done
}
