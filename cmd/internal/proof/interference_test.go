package proof_test

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"example.org/totem/booking"
	"example.org/totem/kiosk"
)

// week is for how many days one office is played.
const week = 5

// TestWhatCitizensAnswerAboutContactsTypeHearOrEnlargeChangesNoSlotNoOrderAndNoMessageAboutATicket plays office-days twice.
func TestWhatCitizensAnswerAboutContactsTypeHearOrEnlargeChangesNoSlotNoOrderAndNoMessageAboutATicket(t *testing.T) {
	days := amount(t, "TOTEM_PROOF_DAYS", 10)
	p, dir := readSample(t), memory(t)
	var sum counts
	for office := range (days + week - 1) / week {
		seed := uint64(office) + 3 // of these the usual run has enough of everything
		plan := anyOffice(p, rand.New(rand.NewChaCha8(seedOf(seed, 0))))
		first, err := booking.ParseDay("2026-11-23")
		if err != nil {
			t.Fatal(err)
		}
		var plays [2]*desk
		var both sync.WaitGroup
		for i := range plays {
			at := filepath.Join(dir, fmt.Sprint(office, "-", i))
			if err := os.MkdirAll(at, 0o700); err != nil {
				t.Fatal(err)
			}
			if i == 1 { // offices that tell citizens' totems of different keys are different offices
				copyKey(t, filepath.Join(dir, fmt.Sprint(office, "-0")), at)
			}
			d := newDesk(t, at, plan, seed, first)
			plays[i] = d
		}
		for i, d := range plays {
			both.Go(func() {
				for day := range min(week, days-office*week) {
					d.plays(seed, uint64(day), i == 1)
				}
			})
		}
		both.Wait()
		if t.Failed() {
			t.FailNow()
		}
		compare(t, seed, plays)
		sum.add(plays)
		for i, d := range plays {
			d.check(d.store.Close())
			d.said, d.ledger, d.service, d.state = nil, nil, nil, kiosk.State{} // what is to be cleaned up keeps the desk
			must(t, os.RemoveAll(filepath.Join(dir, fmt.Sprint(office, "-", i))))
		}
	}
	t.Logf("%d days: %+v", days, sum)
	sum.check(t)
}

// compare finds the first difference between two plays.
func compare(t *testing.T, seed uint64, plays [2]*desk) {
	t.Helper()
	a, b := plays[0].said, plays[1].said
	for i := range max(len(a), len(b)) {
		if i >= len(a) || i >= len(b) || a[i] != b[i] {
			var what [2]string
			for j, all := range [2][]message{a, b} {
				if what[j] = "nothing"; i < len(all) {
					what[j] = all[i].what + ": " + all[i].data
				}
			}
			t.Fatalf("office %d: message %d differs:\n%s\n%s", seed, i, what[0], what[1])
		}
	}
	sizes := slices.Concat(plays[0].contacts, plays[1].contacts)
	slices.Sort(sizes)
	if len(slices.Compact(sizes)) > 1 {
		t.Fatalf("office %d: the messages with contacts have the sizes %v", seed, slices.Compact(sizes))
	}
}

// counts say how much of everything was in the plays.
type counts struct {
	Messages, Issued, Arrived, Cancelled, Granted int
	Contacts                                      [2]int
	Withdrawn                                     [2]int
}

func (c *counts) add(plays [2]*desk) {
	for _, m := range plays[0].said {
		c.Messages++
		for word, n := range map[string]*int{`"kind":"issued"`: &c.Issued, `"kind":"arrived"`: &c.Arrived, `"kind":"cancelled"`: &c.Cancelled} {
			if strings.HasPrefix(m.what, "fact") && strings.Contains(m.data, word) {
				*n++
			}
		}
		if m.what == "granted" {
			c.Granted++
		}
	}
	for i, d := range plays {
		c.Contacts[i] += len(d.contacts)
		c.Withdrawn[i] += d.withdrawn
	}
}

// check fails where the plays held too little for their likeness to mean anything.
func (c counts) check(t *testing.T) {
	t.Helper()
	least := min(c.Issued, c.Arrived, c.Cancelled, c.Granted, c.Contacts[0], c.Contacts[1], c.Withdrawn[0], c.Withdrawn[1])
	if least < 2 {
		t.Errorf("too little happened for this test to mean anything: %+v", c)
	}
}

// copyKey gives the desk that is to be opened at to the key of the one at from to which contacts are sealed.
func copyKey(t *testing.T, from, to string) {
	t.Helper()
	to = filepath.Join(to, "contacts")
	if err := os.CopyFS(to, os.DirFS(filepath.Join(from, "contacts"))); err != nil {
		t.Fatal(err)
	}
	err := filepath.WalkDir(to, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if e.IsDir() {
			return os.Chmod(path, 0o700)
		}
		return os.Chmod(path, 0o600)
	})
	if err != nil {
		t.Fatal(err)
	}
}
