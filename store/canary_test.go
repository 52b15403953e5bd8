package store_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"example.org/totem/booking"
	"example.org/totem/paper"
	"example.org/totem/store"
)

// canaries fills today with tickets in every place where one can stand, and returns what must not be found once the day
// is closed: codes as they are printed and read, hashes, digests of messages, and the day's key.
func canaries(t *testing.T, s *store.Store) [][]byte {
	t.Helper()
	k := dayKey(today)
	all := [][]byte{k[:]}
	hashed := func(code booking.Code) booking.CodeHash {
		hash := code.Hash(k)
		all = append(all, []byte(code), []byte(code.Grouped()), hash[:], []byte(hash.String()))
		return hash
	}
	grant, next := sheet(today, 1, 60), sheet(tomorrow, 1, 40)
	for i := 40; i < 50; i++ {
		grant.Slots[i].Holder = booking.HeldBy(otherTotem)
	}
	take(t, s, grant, next)
	all = append(all, handsOver(t, s, grant)...)
	told := sheet(today, 2, 60)
	copy(told.Slots[40:], grant.Slots[40:])
	for i := range 40 { // the days share pages
		mustIssue(t, s, order(t, next, i))
		if i%3 == 0 {
			told.Slots[i].Holder, told.Slots[i].State = booking.Pool, booking.Issued
			told.Slots[i].Ticket.Code = hashed(newCode(t))
			continue
		}
		o := order(t, grant, i)
		o.Sending = i%2 == 0
		job := mustIssue(t, s, o)
		told.Slots[i].State, told.Slots[i].Ticket.Code = booking.Issued, hashed(o.Code)
		if i%4 == 0 {
			if err := s.JobEnded(t.Context(), job, paper.Result{Outcome: paper.Outcome(i / 4 % 3)}); err != nil {
				t.Fatal(err)
			}
		}
		if i%8 == 0 { // asked for again, and printed again or still waiting
			if err := s.Reprint(t.Context(), job, o.Slip); err != nil {
				t.Fatal(err)
			}
		}
		if i%16 == 0 {
			if err := s.JobEnded(t.Context(), job, paper.Result{Outcome: paper.Printed}); err != nil {
				t.Fatal(err)
			}
		}
	}
	take(t, s, told)    // others' tickets and folded ones
	for i := range 40 { // and what their bearers told
		switch slot := told.Slots[i]; {
		case i%3 == 0 && i%2 == 0, i%7 == 0:
			must(t, second(s.Arrive(t.Context(), told.SheetKey, slot.Number, slot.Ticket.Code)))
		case i%3 == 0, i%5 == 0:
			must(t, second(s.Cancel(t.Context(), told.SheetKey, slot.Number, slot.Ticket.Code)))
		}
	}
	for range 10 { // told to the scheduler, and erased here
		f, _, _, err := s.Next(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		digest := messageDigest(t, f)
		if f.Day == today {
			all = append(all, digest[:])
		}
		if err := s.Accepted(t.Context(), f.ID, 1000+f.ID.N); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// handsOver passes the slots of a sheet from the fortieth on to and fro, and returns the proofs of that.
func handsOver(t *testing.T, s *store.Store, grant booking.Sheet) (proofs [][]byte) {
	t.Helper()
	var slots []booking.Transfer
	for i := 40; i < 50; i++ {
		slot := passed(s, grant, i, 1)
		slot.Proof = booking.Proof(bytes.Repeat([]byte{byte(i), 0xC4, byte(i), 0x5B}, 16))
		slots, proofs = append(slots, slot), append(proofs, slot.Proof[:])
	}
	receive(t, s, 10, slots...)
	g := giving(9)
	g.NotBefore = grant.Slots[40].Start
	g.Sign = func([]byte) (booking.Proof, error) {
		proof := booking.Proof(bytes.Repeat([]byte{byte(len(proofs)), 0xC5, 0x5C, byte(len(proofs))}, 16))
		proofs = append(proofs, proof[:])
		return proof, nil
	}
	if given, err := s.Give(t.Context(), g); len(given) != 9 || err != nil {
		t.Fatal(given, err)
	}
	must(t, s.GotThrough(t.Context(), otherTotem, queueA, today, numbers(42, 44)))
	return proofs
}

// traces counts how often the canaries occur in the files of a folder.
func traces(t *testing.T, folder string, canaries [][]byte) (n int) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		content, err := os.ReadFile(filepath.Join(folder, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range canaries {
			n += bytes.Count(content, c)
		}
	}
	return n
}

func TestNoFileHoldsACanaryOfAClosedDay(t *testing.T) {
	s, cfg := fresh(t)
	all := canaries(t, s)
	folder := filepath.Dir(cfg.Path)
	if traces(t, folder, all) == 0 {
		t.Fatal("the canaries are not even there before closing: this test is blind")
	}
	if err := s.CloseDays(t.Context(), tomorrow); err != nil {
		t.Fatal(err)
	}
	if n := traces(t, folder, all); n > 0 {
		t.Errorf("%d traces are left", n)
	}
	s.Close()
	if n := traces(t, folder, all); n > 0 {
		t.Errorf("%d traces are left once the store is closed", n)
	}
}

// A printed slip's code must not wait on the disk for the end of the day, also where rows were moved within the pages.
func TestASlipWhoseEndIsKnownIsGoneFromTheFilesAtTheNextIdleMoment(t *testing.T) {
	ended := func(t *testing.T, s *store.Store, job int64, o paper.Outcome) {
		must(t, s.JobSending(t.Context(), job))
		must(t, s.JobEnded(t.Context(), job, paper.Result{Outcome: o}))
	}
	givenBack := func(t *testing.T, s *store.Store, o store.Order) {
		must(t, second(s.Cancel(t.Context(), o.Key, o.Number, o.Code.Hash(dayKey(today)))))
	}
	for name, end := range map[string]func(*testing.T, *store.Store, store.Order, int64){
		"printed":     func(t *testing.T, s *store.Store, _ store.Order, job int64) { ended(t, s, job, paper.Printed) },
		"not printed": func(t *testing.T, s *store.Store, _ store.Order, job int64) { ended(t, s, job, paper.NotPrinted) },
		"given back":  func(t *testing.T, s *store.Store, o store.Order, _ int64) { givenBack(t, s, o) },
		"unknown, then given back": func(t *testing.T, s *store.Store, o store.Order, job int64) {
			ended(t, s, job, paper.Unknown)
			givenBack(t, s, o)
		},
		"printed at last": func(t *testing.T, s *store.Store, o store.Order, job int64) {
			ended(t, s, job, paper.NotPrinted)
			must(t, s.Reprint(t.Context(), job, o.Slip))
			ended(t, s, job, paper.Printed)
		},
	} {
		t.Run(name, func(t *testing.T) {
			const tickets = 40
			s, cfg := fresh(t)
			grant := sheet(today, 1, tickets)
			take(t, s, grant)
			var orders []store.Order
			var jobs []int64
			for i := range tickets {
				orders = append(orders, order(t, grant, i))
				jobs = append(jobs, mustIssue(t, s, orders[i]))
			}
			var gone [][]byte
			for i := range tickets {
				i = i * 7 % tickets
				gone = append(gone, []byte(orders[i].Code), []byte(orders[i].Code.Grouped()))
				if i == 0 && traces(t, filepath.Dir(cfg.Path), gone) == 0 {
					t.Fatal("the code was never there: this test is blind")
				}
				end(t, s, orders[i], jobs[i])
				must(t, s.Checkpoint(t.Context()))
				if n := traces(t, filepath.Dir(cfg.Path), gone); n > 0 {
					t.Fatalf("after %d tickets %d traces are left", len(gone)/2, n)
				}
			}
		})
	}
}

func TestAPowerCutWhileADayIsErasedLeavesNoCanaryAfterTheNextStart(t *testing.T) {
	s, cfg := fresh(t)
	all := canaries(t, s)
	if err := s.CloseDaysOnly(t.Context(), tomorrow); err != nil {
		t.Fatal(err)
	}
	image := t.TempDir() // what a power cut leaves now
	for _, suffix := range []string{"", "-wal", ".lock"} {
		content, err := os.ReadFile(cfg.Path + suffix)
		if err == nil {
			err = os.WriteFile(filepath.Join(image, filepath.Base(cfg.Path)+suffix), content, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if traces(t, image, all) == 0 {
		t.Fatal("the bytes are gone before they are erased: this test is blind")
	}
	cfg.Path = filepath.Join(image, filepath.Base(cfg.Path))
	again := open(t, cfg)
	if n := traces(t, image, all); n > 0 {
		t.Errorf("%d traces are left", n)
	}
	if sheets, _, err := again.Mine(t.Context()); err != nil || len(sheets) != 1 || sheets[0].Day != tomorrow {
		t.Errorf("told %v, %v", sheets, err)
	}
}
