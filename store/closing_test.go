package store_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.org/totem/booking"
	"example.org/totem/paper"
	"example.org/totem/store"
	"example.org/totem/sync/wire"
)

func TestClosingADayLeavesNoByteOfItsTickets(t *testing.T) {
	s, cfg := fresh(t)
	var canaries [][]byte
	next := sheet(tomorrow, 1, 40)
	for _, day := range []booking.Day{today, tomorrow} {
		grant := sheet(day, 1, 40)
		take(t, s, grant)
	}
	k := dayKey(today)
	canaries = append(canaries, k[:])
	grant := sheet(today, 1, 40)
	for i := range 40 { // the days share pages, and pages are split and rearranged
		o := order(t, grant, i)
		hash := o.Code.Hash(k)
		canaries = append(canaries, []byte(o.Code), []byte(o.Code.Grouped()), hash[:], []byte(hash.String()))
		job := mustIssue(t, s, o)
		mustIssue(t, s, order(t, next, i))
		if i%4 == 0 {
			if err := s.JobSending(t.Context(), job); err != nil {
				t.Fatal(err)
			}
			if err := s.JobEnded(t.Context(), job, paper.Result{Outcome: paper.Outcome(i / 4 % 3)}); err != nil {
				t.Fatal(err)
			}
		}
		if i == 20 {
			if err := s.Checkpoint(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	if found := residue(t, cfg.Path, canaries); found == 0 {
		t.Fatal("the canaries are not even there before closing: this test is blind")
	}
	if err := s.CloseDays(t.Context(), tomorrow); err != nil {
		t.Fatal(err)
	}
	if found := residue(t, cfg.Path, canaries); found > 0 {
		t.Errorf("%d traces of the closed day are left", found)
	}
	if info, err := os.Stat(cfg.Path + "-wal"); err != nil || info.Size() != 0 {
		t.Errorf("the log: %v, %v; want it empty", info, err)
	}
	if n := len(offersOf(t, s, today)); n != 0 {
		t.Errorf("%d starts of a closed day are on offer", n)
	}
	if found, err := s.Found(t.Context()); err != nil || len(found) != 0 {
		t.Errorf("found = %v, %v", found, err)
	}
}

// residue counts how often the canaries occur in the store's files.
func residue(t *testing.T, path string, canaries [][]byte) (n int) {
	t.Helper()
	for _, suffix := range []string{"", "-wal", "-shm", ".lock"} {
		content, err := os.ReadFile(path + suffix)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range canaries {
			n += bytes.Count(content, c)
		}
	}
	return n
}

func TestClosingTurnsUnsentFactsIntoCountsUnderTheirOwnNumbers(t *testing.T) {
	s, _ := fresh(t)
	grant, next := sheet(today, 1, 3), sheet(tomorrow, 1, 3)
	take(t, s, grant, next)
	first := order(t, grant, 0)
	first.Sending = true
	sent := mustIssue(t, s, first)
	outboxOf(t, s)
	job := mustIssue(t, s, order(t, grant, 1))                                                 // 2
	mustIssue(t, s, order(t, next, 0))                                                         // 3
	if err := s.JobEnded(t.Context(), job, paper.Result{Outcome: paper.Printed}); err != nil { // 4
		t.Fatal(err)
	}
	code := order(t, next, 1)
	mustIssue(t, s, code) // 5
	for _, o := range []store.Order{first, code} {
		must(t, second(s.Arrive(t.Context(), o.Key, o.Number, o.Code.Hash(dayKey(o.Key.Day))))) // 6, 7
	}
	must(t, second(s.Cancel(t.Context(), first.Key, first.Number, first.Code.Hash(dayKey(today))))) // 8, of a slip that is on its way
	if err := s.CloseDays(t.Context(), tomorrow); err != nil {
		t.Fatal(err)
	}
	if err := s.JobEnded(t.Context(), sent, paper.Result{}); err != nil {
		t.Errorf("a slip that outlived its day: %v", err)
	}
	if err := s.JobSending(t.Context(), sent); !errors.Is(err, store.ErrNoJob) {
		t.Errorf("a slip of a closed day may be sent: %v", err)
	}
	facts := outboxOf(t, s) // 9 closes
	var kinds []booking.FactKind
	for i, f := range facts {
		if f.ID.N != uint64(i+2) {
			t.Errorf("fact %d came in place of %d", f.ID.N, i+2)
		}
		if err := f.Check(); err != nil {
			t.Error(err)
		}
		kinds = append(kinds, f.Kind)
	}
	want := []booking.FactKind{booking.FactCounted, booking.FactIssued, booking.FactCounted, booking.FactIssued, booking.FactCounted,
		booking.FactArrived, booking.FactCounted, booking.FactClosed}
	if !cmp.Equal(kinds, want) {
		t.Fatalf("facts %v, want %v", kinds, want)
	}
	if facts[0].Of != booking.FactIssued || facts[2].Of != booking.FactPrinted || facts[4].Of != booking.FactArrived ||
		facts[6].Of != booking.FactCancelled || facts[7].Day != today {
		t.Errorf("facts %v", facts)
	}
	if err := s.CloseDays(t.Context(), tomorrow); err != nil {
		t.Fatal(err)
	}
	if rest := outboxOf(t, s); len(rest) != 0 {
		t.Errorf("closing again told %v", rest)
	}
}

func TestHandOversThatWereNotToldBecomeCounts(t *testing.T) {
	s, cfg := fresh(t)
	grant := sheet(today, 1, 4)
	grant.Slots[3].Holder = booking.HeldBy(otherTotem)
	take(t, s, grant, sheet(tomorrow, 1, 2))
	receive(t, s, 1, passed(s, grant, 3, 1))
	first, _, _, err := s.Next(t.Context())
	must(t, err)
	give(t, s, 1)
	if n, err := s.ReleaseDue(t.Context(), today.Start(rome), today.End(rome)); n != 3 || err != nil {
		t.Fatal(n, err)
	}
	give2 := giving(1)
	give2.Day = tomorrow
	given, err := s.Give(t.Context(), give2)
	must(t, err)
	must(t, s.CloseDays(t.Context(), tomorrow))
	s = reopen(t, s, cfg)
	for _, f := range []booking.Fact{first, first.Counted()} {
		if own, err := s.Own(t.Context(), f.ID, messageDigest(t, f)); !own || err != nil {
			t.Errorf("%s is not its own, %v", f.Kind, err)
		}
	}
	if got, err := s.Got(t.Context(), otherTotem, queueA, today); len(got) > 0 || err != nil {
		t.Errorf("got %v, %v", got, err)
	}
	if got, err := s.Given(t.Context(), otherTotem, otherStore, queueA, tomorrow); !cmp.Equal(got, given, sameDay) || err != nil {
		t.Errorf("tomorrow's %v, %v", got, err)
	}
	facts := outboxOf(t, s)
	var kinds []booking.FactKind
	for _, f := range facts {
		if kinds = append(kinds, f.Of); f.Kind != booking.FactCounted {
			kinds[len(kinds)-1] = f.Kind
		}
		if f.Kind == booking.FactCounted && (f.Hands != 0 || f.Peer != "" || !f.Proof.IsZero() || f.Slot != "") {
			t.Errorf("a count tells more: %+v", f)
		}
	}
	want := []booking.FactKind{booking.FactReceived, booking.FactTransferred, booking.FactReleased, booking.FactReleased, booking.FactReleased,
		booking.FactTransferred, booking.FactClosed}
	if diff := cmp.Diff(want, kinds); diff != "" || facts[0].Kind != booking.FactCounted || facts[5].Kind != booking.FactTransferred {
		t.Errorf("facts (-want +got):\n%s", diff)
	}
}

func TestAClosedDayStaysClosed(t *testing.T) {
	s, cfg := fresh(t)
	grant := sheet(today, 1, 2)
	take(t, s, grant)
	mustIssue(t, s, order(t, grant, 0))
	if err := s.CloseDays(t.Context(), tomorrow); err != nil {
		t.Fatal(err)
	}
	s = reopen(t, s, cfg)
	// The scheduler never heard of the ticket and offers its slot again.
	later := sheet(today, 9, 2)
	if err := s.Take(t.Context(), wire.Pulled{Sheets: []booking.Sheet{later}, Keys: keys(today)}); err != nil {
		t.Fatal(err)
	}
	if ok, err := s.Push(t.Context(), later, 0); err != nil || !ok {
		t.Errorf("push: %v, %v", ok, err)
	}
	if _, err := s.Issue(t.Context(), order(t, grant, 0)); !errors.Is(err, store.ErrGone) {
		t.Errorf("a closed day sold a slot twice: %v", err)
	}
	if have, _ := s.Have(t.Context()); len(have.Have) != 0 {
		t.Errorf("the closed day is cached: %v", have.Have)
	}
	again := booking.DayKey(bytes.Repeat([]byte{0xC3, 0x5A}, 16))
	if err := s.Take(t.Context(), wire.Pulled{Keys: map[booking.Day]booking.DayKey{today: again}}); err != nil {
		t.Fatal(err)
	}
	if n := traces(t, filepath.Dir(cfg.Path), [][]byte{again[:]}); n > 0 {
		t.Errorf("the closed day's key is in the files %d times", n)
	}
}

func TestClosingWithNothingToCloseWritesNothing(t *testing.T) {
	s, _ := fresh(t)
	take(t, s, sheet(today, 1, 1))
	for range 2 {
		if err := s.CloseDays(t.Context(), today); err != nil {
			t.Fatal(err)
		}
	}
	if id, _ := lastFact(t.Context(), s); id.N != 0 {
		t.Errorf("%d facts", id.N)
	}
}

// messageDigest is the digest of a fact's message.
func messageDigest(t *testing.T, f booking.Fact) wire.Digest {
	t.Helper()
	message, err := wire.EncodeFact(f)
	if err != nil {
		t.Fatal(err)
	}
	return wire.DigestOf(message)
}

func TestAFactIsKnownAgainByItsMessageAlsoOnceItIsACount(t *testing.T) {
	s, cfg := fresh(t)
	grant := sheet(today, 1, 3)
	take(t, s, grant)
	mustIssue(t, s, order(t, grant, 0))
	mustIssue(t, s, order(t, grant, 1))
	first, _, _, err := s.Next(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	other := first
	other.Code[0]++
	own := func(f booking.Fact) bool {
		t.Helper()
		ok, err := s.Own(t.Context(), f.ID, messageDigest(t, f))
		if err != nil {
			t.Fatal(err)
		}
		return ok
	}
	if !own(first) || own(other) || own(first.Counted()) {
		t.Errorf("before closing: own %v, another's %v, a count %v", own(first), own(other), own(first.Counted()))
	}
	if err := s.CloseDays(t.Context(), tomorrow); err != nil {
		t.Fatal(err)
	}
	s = reopen(t, s, cfg)
	if !own(first) || own(other) || !own(first.Counted()) {
		t.Errorf("after closing: own %v, another's %v, a count %v", own(first), own(other), own(first.Counted()))
	}
	id := first.ID
	if ok, err := s.Own(t.Context(), id, wire.Digest{}); ok || err != nil {
		t.Errorf("no digest: %v, %v", ok, err)
	}
	if err := s.Accepted(t.Context(), id, 5); err != nil {
		t.Fatal(err)
	}
	if own(first) {
		t.Error("an accepted fact still waits")
	}
}

func TestClosingKeepsTheDigestOfTheOldestFactOnly(t *testing.T) {
	s, cfg := fresh(t)
	grant := sheet(today, 1, 3)
	take(t, s, grant)
	id, err := lastFact(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	var digests [][]byte
	for i := range 3 {
		o := order(t, grant, i)
		mustIssue(t, s, o)
		if i == 0 {
			continue
		}
		d := messageDigest(t, booking.Fact{ID: booking.FactID{Incarnation: id.Incarnation, N: uint64(i + 1)}, Kind: booking.FactIssued,
			At: cfg.Now().UTC().Truncate(time.Minute), Day: today, Queue: queueA, Slot: o.Number, Code: o.Code.Hash(dayKey(today))})
		digests = append(digests, d[:])
	}
	if residue(t, cfg.Path, digests) == 0 {
		t.Fatal("the digests are not even there before closing: this test is blind")
	}
	if err := s.CloseDays(t.Context(), tomorrow); err != nil {
		t.Fatal(err)
	}
	if n := residue(t, cfg.Path, digests); n > 0 {
		t.Errorf("%d traces of digests are left", n)
	}
}
