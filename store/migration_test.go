package store_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.org/totem/booking"
	"example.org/totem/paper"
	"example.org/totem/store"
	"example.org/totem/sync/outbox"
	"example.org/totem/sync/wire"
)

// oldStore opens a copy of testdata/schema-1.db, which the release of schema 1 wrote: three days with a sheet each, of
// which the first is closed; fact 1 acknowledged at link sequence 100, facts 2 (a count now), 3, 4 (closes the day), 5
// (the slip of 3), 6 and 7 waiting, the last two with slips to print.
func oldStore(t *testing.T) (*store.Store, store.Config) { return copyOf(t, "testdata/schema-1.db") }

// copyOf opens a copy of a database.
func copyOf(t *testing.T, path string) (*store.Store, store.Config) {
	t.Helper()
	image, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	cfg := config(filepath.Join(t.TempDir(), "totem.db"))
	if err := os.WriteFile(cfg.Path, image, 0o600); err != nil {
		t.Fatal(err)
	}
	return open(t, cfg), cfg
}

func TestAStoreOfTheReleaseBeforeKeepsEverything(t *testing.T) {
	s, cfg := oldStore(t)
	for range 2 { // and does so again once it is migrated
		at, err := s.Standing(t.Context())
		life := booking.Incarnation{0x5a, 0x5a, 0x5a, 0x5a, 0x5a, 0x5a, 0x5a, 0x5a}
		if want := (outbox.Standing{ID: booking.FactID{Incarnation: life, N: 7}, Told: 1, Epoch: 1}); at != want || err != nil {
			t.Errorf("stands at %+v, %v; want %+v", at, err, want)
		}
		if f, chain, ok, err := s.Next(t.Context()); f.ID.N != 2 || f.Kind != booking.FactCounted || chain != 100 || !ok || err != nil {
			t.Errorf("next %+v on %d, %v, %v", f, chain, ok, err)
		}
		have, err := s.Have(t.Context())
		// The office that the release before has kept lacks what is told of one since.
		want := wire.Pull{Incarnation: life, Closed: today, N: 7, Have: []wire.Have{
			{Queue: queueA, Day: today, Revision: booking.Revision{Epoch: 1, Sequence: 7}},
			{Queue: queueA, Day: tomorrow, Revision: booking.Revision{Epoch: 1, Sequence: 8}},
		}}
		if diff := cmp.Diff(want, have, sameDay); diff != "" || err != nil {
			t.Errorf("have (-want +got): %v\n%s", err, diff)
		}
		if found, err := s.Found(t.Context()); len(found) != 2 || found[0].Number != "A002" || found[1].Key.Day != tomorrow || err != nil {
			t.Errorf("found %v, %v", found, err)
		}
		if offers := offersOf(t, s, today); len(offers) != 6 || offers[1].Number != "" || offers[2].Number != "A003" {
			t.Errorf("offers %v", offers)
		}
		if seen, err := s.Seen(t.Context()); !seen.IsZero() || err != nil {
			t.Errorf("seen %v, %v", seen, err)
		}
		s = reopen(t, s, cfg)
	}
	facts := outboxOf(t, s)
	if len(facts) != 6 || facts[5].ID.N != 7 || facts[3].Paper != booking.PaperPrinted {
		t.Errorf("facts %v", facts)
	}
	if err := s.CloseDays(t.Context(), today.AddDays(9)); err != nil {
		t.Errorf("close: %v", err)
	}
}

// A fact that the release before committed may be under way in its form or in this one's, and its day may close before
// anybody knows.
func TestAFactOfTheReleaseBeforeIsKnownInEveryForm(t *testing.T) {
	s, _ := oldStore(t)
	first, _, _, err := s.Next(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Accepted(t.Context(), first.ID, 101); err != nil {
		t.Fatal(err)
	}
	f, _, _, err := s.Next(t.Context())
	if err != nil || f.Kind != booking.FactIssued {
		t.Fatalf("next %+v, %v", f, err)
	}
	forms, err := wire.FactDigests(f)
	if err != nil || len(forms) < 2 {
		t.Fatalf("%d forms, %v", len(forms), err)
	}
	other := f
	other.Code[0]++
	for _, doing := range []string{"before closing", "after closing"} {
		for i, d := range forms {
			if own, err := s.Own(t.Context(), f.ID, d); !own || err != nil {
				t.Errorf("%s: form %d is not its own, %v", doing, i, err)
			}
		}
		if own, err := s.Own(t.Context(), f.ID, messageDigest(t, other)); own || err != nil {
			t.Errorf("%s: another fact is its own, %v", doing, err)
		}
		if err := s.CloseDays(t.Context(), tomorrow); err != nil {
			t.Fatal(err)
		}
	}
}

func TestTheLatestKnownTimeNeverGoesBack(t *testing.T) {
	s, cfg := fresh(t)
	if at, err := s.Seen(t.Context()); !at.IsZero() || err != nil {
		t.Errorf("a new store has seen %v, %v", at, err)
	}
	noon := today.At(12*60, rome).UTC()
	for _, c := range []struct{ told, want time.Time }{
		{noon.Add(1500 * time.Millisecond), noon.Add(time.Second)},
		{noon, noon.Add(time.Second)},
		{time.Time{}, noon.Add(time.Second)},
		{noon.Add(time.Hour), noon.Add(time.Hour)},
	} {
		if err := s.See(t.Context(), c.told); err != nil {
			t.Fatal(err)
		}
		s = reopen(t, s, cfg)
		if at, err := s.Seen(t.Context()); !at.Equal(c.want) || err != nil {
			t.Errorf("told %v: seen %v, %v; want %v", c.told, at, err, c.want)
		}
	}
}

// testdata/schema-3.db was written by the release of schema 3: yesterday closed; today's A001 given and printed, A002 given
// with its slip waiting and its service told, A004 issued and A005 checked in by the web; tomorrow's A001 given. Facts 1
// and 2 told; 3 to 5 (printed A001, issued A002, issued A001 of tomorrow) and 6, which closes yesterday, wait.
func TestTicketsOfTheReleaseBeforeAreFoundAndMayBeGivenBack(t *testing.T) {
	s, cfg := copyOf(t, "testdata/schema-3.db")
	code := func(i byte) booking.Code {
		code, err := booking.NewCode(repeated{i})
		if err != nil {
			t.Fatal(err)
		}
		return code
	}
	slot := func(i int, holder booking.Holder, state booking.State, b booking.Ticket) booking.Slot {
		slot := sheet(today, 7, 6).Slots[i]
		slot.Holder, slot.State, slot.Ticket = holder, state, b
		slot.Ticket.Code = code(byte(i + 1)).Hash(dayKey(today))
		return slot
	}
	for range 2 { // and does so again once it is migrated
		found(t, s, code(1), booking.Record{Key: key(today), Given: true, Waiting: 1,
			Slot: slot(0, me, booking.Issued, booking.Ticket{Paper: booking.PaperPrinted})})
		found(t, s, code(2), booking.Record{Key: key(today), Given: true, Waiting: 1, Slip: true, Service: "carta",
			Slot: slot(1, me, booking.Issued, booking.Ticket{})})
		found(t, s, code(4), booking.Record{Key: key(today), Promise: booking.PromiseTime, Slot: slot(3, booking.Pool, booking.Issued, booking.Ticket{Returns: 1})})
		found(t, s, code(5), booking.Record{Key: key(today), Promise: booking.PromiseTime, Slot: slot(4, booking.Pool, booking.Arrived, booking.Ticket{})})
		if r, ok, err := s.Find(t.Context(), code(9)); !ok || err != nil || r.Key.Day != tomorrow || !r.Given {
			t.Errorf("tomorrow's: %+v, %v, %v", r, ok, err)
		}
		s = reopen(t, s, cfg)
	}
	for _, tell := range []struct {
		teller
		n    booking.Number
		code booking.Code
	}{{cancels(t), "A002", code(2)}, {arrives(t), "A004", code(4)}, {cancels(t), "A005", code(5)}} {
		if _, err := tell.teller(s, tell.n, tell.code); err != nil {
			t.Fatal(err)
		}
	}
	if found, err := s.Found(t.Context()); err != nil || len(found) != 1 || found[0].Key.Day != tomorrow {
		t.Errorf("found %v, %v", found, err)
	}
	var kinds []booking.FactKind
	for _, f := range outboxOf(t, s) {
		kinds = append(kinds, f.Kind)
	}
	want := []booking.FactKind{booking.FactPrinted, booking.FactIssued, booking.FactIssued, booking.FactClosed, booking.FactCancelled,
		booking.FactPrinted, booking.FactArrived, booking.FactCancelled}
	if diff := cmp.Diff(want, kinds); diff != "" {
		t.Errorf("facts (-want +got):\n%s", diff)
	}
}

// testdata/schema-2.db was written by the release of schema 2: today's tickets A001 to A006, whose slips were waiting,
// on their way, of unknown fate, printed, not printed, and asked for again; one of tomorrow, waiting; facts 1 and 2 told.
func TestPrintJobsOfTheReleaseBeforeAreWhatTheyWere(t *testing.T) {
	s, _ := copyOf(t, "testdata/schema-2.db")
	found, err := s.Found(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	sent := make(map[booking.Number]bool)
	for _, f := range found {
		if f.Key.Day == today {
			sent[f.Number] = f.Sent
		}
		if f.Code == "" || len(f.Slip.Lines) == 0 {
			t.Errorf("%s has no slip", f.Number)
		}
	}
	if diff := cmp.Diff(map[booking.Number]bool{"A001": false, "A002": true, "A006": true}, sent); diff != "" || len(found) != 4 {
		t.Errorf("%d found (-want +got):\n%s", len(found), diff)
	}
	wantNoJob(t, s)
	jobs, err := s.Jobs(t.Context())
	if err != nil || len(jobs) != 5 || !jobs[0].Since.IsZero() || jobs[2].Sent != true {
		t.Errorf("jobs %+v, %v", jobs, err)
	}
	for job, copied := range map[int64]bool{1: false, 2: true, 3: true, 9: true} { // A003 kept its slip
		if err := s.Requeue(t.Context(), job); err != nil {
			t.Fatalf("job %d: %v", job, err)
		}
		if next, ok, err := s.NextJob(t.Context()); !ok || err != nil || next.ID != job || next.Copy != copied {
			t.Errorf("next %+v, %v, %v; want job %d, a copy: %v", next, ok, err, job, copied)
		}
		ends(t, s, job, paper.Printed)
	}
	for _, job := range []int64{5, 7} { // printed, and not
		if err := s.Requeue(t.Context(), job); !errors.Is(err, store.ErrNoJob) {
			t.Errorf("job %d has a slip: %v", job, err)
		}
	}
	if r, err := s.Roll(t.Context()); r != (paper.Roll{}) || err != nil {
		t.Errorf("roll %+v, %v", r, err)
	}
}

// testdata/schema-4.db was written by the release of schema 4: yesterday closed; today's A001 given and printed, A002 given
// with its slip waiting, A004 checked in and A005 given back here, both the web's; tomorrow's A001 given.
func TestAStoreOfAnyReleaseBeforeKeepsWithdrawals(t *testing.T) {
	for name, number := range map[string]booking.Number{"schema-1.db": "A003", "schema-2.db": "A001", "schema-3.db": "A001", "schema-4.db": "A001"} {
		t.Run(name, func(t *testing.T) {
			s, cfg := copyOf(t, filepath.Join("testdata", name))
			wantWithdrawals(t, s)
			w := store.Withdrawal{Key: key(tomorrow), Number: number}
			var ok bool
			var err error
			if w.Code, ok, err = s.CodeOf(t.Context(), w.Key, w.Number); !ok || err != nil {
				t.Fatalf("tomorrow's ticket: %v, %v", ok, err)
			}
			must(t, s.AddWithdrawal(t.Context(), w))
			s = reopen(t, s, cfg)
			wantWithdrawals(t, s, w)
			must(t, s.CloseDays(t.Context(), tomorrow.AddDays(1)))
			wantWithdrawals(t, s)
		})
	}
}

func TestWhatBearersToldTheReleaseBeforeStands(t *testing.T) {
	s, _ := copyOf(t, "testdata/schema-4.db")
	for i, want := range map[byte]booking.State{1: booking.Issued, 2: booking.Issued, 4: booking.Arrived, 5: booking.Cancelled} {
		code, err := booking.NewCode(repeated{i})
		must(t, err)
		if r, ok, err := s.Find(t.Context(), code); !ok || err != nil || r.Slot.State != want || r.Promise != booking.PromiseTime {
			t.Errorf("A00%d: %+v, %v, %v", i, r, ok, err)
		}
	}
}

// testdata/schema-5.db was written by the release of schema 5, in step with a ledger of epoch 3: yesterday closed and told; today's
// A001 given and printed, A002 given with its slip waiting, A004 the web's and checked in here, A005 another totem's; tomorrow's A001
// given, and its reminder withdrawn. Fact 1 is told, 2 to 6 wait.
func TestAStoreOfTheReleaseBeforeHandsItsSlotsOver(t *testing.T) {
	s, cfg := copyOf(t, "testdata/schema-5.db")
	at, err := s.Standing(t.Context())
	if want := (outbox.Standing{ID: booking.FactID{Incarnation: at.ID.Incarnation, N: 6}, Told: 1, Epoch: 3}); at != want || err != nil {
		t.Errorf("stands at %+v, %v; want %+v", at, err, want)
	}
	if w, err := s.Withdrawals(t.Context()); len(w) != 1 || err != nil {
		t.Errorf("withdrawals %v, %v", w, err)
	}
	if peers, err := s.Peers(t.Context()); len(peers) > 0 || err != nil {
		t.Errorf("peers %v, %v", peers, err)
	}
	wantNumbers(t, "on offer", offered(t, s), 3, 6)
	if offers := offersOf(t, s, today); offers[0].Open+offers[3].Open+offers[4].Open > 0 {
		t.Errorf("offers %v", offers)
	}
	told := mine(t, s, today)
	for i, holder := range []booking.Holder{me, me, me, booking.Pool, booking.HeldBy(otherTotem), me} {
		if slot := told.Slots[i]; slot.Holder != holder || slot.Hands != 0 || slot.Ask != booking.AskNothing || slot.Ticket.Moved {
			t.Errorf("told %+v", slot)
		}
	}
	grant := sheet(today, 8, 6)
	receive(t, s, 1, passed(s, grant, 4, 1))
	if given := give(t, s, 1); len(given) != 1 || given[0].Slot != "A005" || given[0].Hands != 2 {
		t.Errorf("given %v", given)
	}
	if n, err := s.ReleaseDue(t.Context(), today.Start(rome), grant.Slots[3].Start); n != 1 || err != nil {
		t.Errorf("%d are given back, %v", n, err)
	}
	s = reopen(t, s, cfg)
	wantNumbers(t, "on offer", offered(t, s), 6)
	var kinds []booking.FactKind
	for _, f := range outboxOf(t, s) {
		kinds = append(kinds, f.Kind)
	}
	want := []booking.FactKind{booking.FactIssued, booking.FactPrinted, booking.FactIssued, booking.FactIssued, booking.FactArrived, booking.FactReceived,
		booking.FactTransferred, booking.FactReleased}
	if diff := cmp.Diff(want, kinds); diff != "" {
		t.Errorf("facts (-want +got):\n%s", diff)
	}
	must(t, s.CloseDays(t.Context(), today.AddDays(9)))
}
