package store_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.org/totem/booking"
	"example.org/totem/paper"
	"example.org/totem/store"
	"example.org/totem/sync/wire"
	"example.org/totem/ticket"
)

func found(t *testing.T, s *store.Store, code booking.Code, want booking.Record) {
	t.Helper()
	r, ok, err := s.Find(t.Context(), code)
	if diff := cmp.Diff(want, r, sameDay); diff != "" || !ok || err != nil {
		t.Errorf("found %v, %v (-want +got):\n%s", ok, err, diff)
	}
}

func TestARecordSaysWhatIsKeptOfATicketOfThisTotem(t *testing.T) {
	s, cfg := fresh(t)
	grant := sheet(today, 1, 4)
	take(t, s, grant)
	ends(t, s, mustIssue(t, s, order(t, grant, 2)), paper.Printed) // another's facts are not counted
	accept(t, s)
	accept(t, s)
	o := order(t, grant, 0)
	o.Service = "carta"
	job := mustIssue(t, s, o)
	want := booking.Record{Key: key(today), Slot: given(o, booking.PaperUntold), Service: "carta", Waiting: 1, Slip: true, Given: true, Promise: booking.PromiseTime}
	found(t, s, o.Code, want)

	must(t, s.JobSending(t.Context(), job))
	must(t, s.JobEnded(t.Context(), job, paper.Result{Outcome: paper.Unknown}))
	want.Slot.Ticket.Paper, want.Waiting = booking.PaperUnknown, 2
	found(t, s, o.Code, want)
	must(t, s.Requeue(t.Context(), job))
	ends(t, s, job, paper.Printed)
	want.Slot.Ticket.Paper, want.Waiting, want.Slip = booking.PaperPrinted, 3, false
	found(t, s, o.Code, want)

	accept(t, s) // the issued fact, and with it the service
	want.Service, want.Waiting = "", 2
	found(t, s, o.Code, want)
	must(t, second(s.Arrive(t.Context(), o.Key, o.Number, want.Slot.Ticket.Code)))
	want.Slot.State, want.Waiting = booking.Arrived, 3
	found(t, s, o.Code, want)
	outboxOf(t, s)
	want.Waiting = 0
	s = reopen(t, s, cfg)
	found(t, s, o.Code, want)

	told := sheet(today, 2, 4)
	told.Slots[0] = want.Slot
	told.Slots[0].State, told.Slots[0].Ticket.Returns, told.Slots[0].Ticket.Paper = booking.Issued, 3, booking.PaperUnknown
	take(t, s, told) // a ledger that is behind
	want.Slot.Ticket.Returns = 3
	found(t, s, o.Code, want)
	told.Revision.Sequence, told.Slots[0].State = 3, booking.Called
	take(t, s, told)
	want.Slot.State = booking.Called
	found(t, s, o.Code, want)
}

// accept has the scheduler accept the oldest fact.
func accept(t *testing.T, s *store.Store) {
	t.Helper()
	f, _, ok, err := s.Next(t.Context())
	if !ok || err != nil {
		t.Fatal(ok, err)
	}
	must(t, s.Accepted(t.Context(), f.ID, 10_000+f.ID.N))
}

func TestARecordOfAnothersTicketSaysWhatTheLedgerAndItsBearerHaveTold(t *testing.T) {
	s, _ := fresh(t)
	known, pool, totem2 := others(t, 1)
	take(t, s, known)
	want := booking.Record{Key: key(today), Slot: known.Slots[1], Promise: booking.PromiseTime}
	found(t, s, pool, want)
	found(t, s, totem2, booking.Record{Key: key(today), Slot: known.Slots[2]})
	must(t, second(s.Cancel(t.Context(), key(today), "A002", known.Slots[1].Ticket.Code)))
	want.Slot.State, want.Waiting = booking.Cancelled, 1
	found(t, s, pool, want)
	outboxOf(t, s)
	want.Waiting = 0
	found(t, s, pool, want)
	found(t, s, totem2, booking.Record{Key: key(today), Slot: known.Slots[2]})
}

// What a bearer told while there was no link may have come too late: then the office's word is the one that counts.
func TestARecordDoesNotSayThatATicketWasGivenBackThatTheOfficeHadCalledBefore(t *testing.T) {
	s, _ := fresh(t)
	known, pool, _ := others(t, 1)
	take(t, s, known)
	must(t, second(s.Cancel(t.Context(), key(today), "A002", known.Slots[1].Ticket.Code)))
	want := booking.Record{Key: key(today), Slot: known.Slots[1], Promise: booking.PromiseTime, Waiting: 1}
	for sequence, state := range []booking.State{booking.Issued, booking.Arrived, booking.Called, booking.Served, booking.Absent, booking.Moved} {
		known.Revision.Sequence, known.Slots[1].State = uint64(sequence)+2, state
		take(t, s, known)
		if want.Slot.State = state; state <= booking.Arrived {
			want.Slot.State = booking.Cancelled
		}
		found(t, s, pool, want)
		sheets, _, err := s.Mine(t.Context())
		if err != nil || sheets[0].Slots[1].State != want.Slot.State {
			t.Errorf("a new ledger is told %v of a ticket that was %v, %v", sheets[0].Slots[1].State, state, err)
		}
	}
}

// A totem that does not know the time gives a number alone, and knows so afterwards; of another totem's ticket it cannot.
func TestARecordSaysWhetherATimeWasPromised(t *testing.T) {
	s, cfg := fresh(t)
	grant := sheet(today, 1, 2)
	take(t, s, grant)
	o := order(t, grant, 0)
	o.Slip.Lines = slices.DeleteFunc(o.Slip.Lines, func(l ticket.Line) bool { return l.Role == ticket.RoleDate })
	job := mustIssue(t, s, o)
	want := booking.Record{Key: key(today), Slot: given(o, booking.PaperUntold), Waiting: 1, Slip: true, Given: true, Promise: booking.PromiseNone}
	found(t, s, o.Code, want)
	ends(t, s, job, paper.Printed)
	s = reopen(t, s, cfg)
	want.Slot.Ticket.Paper, want.Waiting, want.Slip = booking.PaperPrinted, 2, false
	found(t, s, o.Code, want)
}

func TestATicketIsFoundOnWhateverDayAndQueueWhoseKeyIsHere(t *testing.T) {
	s, _ := fresh(t)
	code := newCode(t)
	next := sheet(tomorrow, 1, 3)
	next.Queue, next.Prefix = "tributi", "T"
	for i := range next.Slots {
		next.Slots[i].Number = booking.NewNumber("T", i+1)
	}
	next.Slots[2].State, next.Slots[2].Ticket.Code = booking.Issued, code.Hash(dayKey(tomorrow)) // of this totem's disk before
	if err := s.Take(t.Context(), wire.Pulled{Sheets: []booking.Sheet{sheet(today, 1, 3), next}, Keys: keys(today)}); err != nil {
		t.Fatal(err)
	}
	if r, ok, err := s.Find(t.Context(), code); ok || err != nil || r != (booking.Record{}) {
		t.Errorf("without the day's key: %+v, %v, %v", r, ok, err)
	}
	must(t, s.Take(t.Context(), wire.Pulled{Keys: keys(tomorrow)}))
	found(t, s, code, booking.Record{Key: next.SheetKey, Slot: next.Slots[2], Given: true})
	if _, ok, err := s.Find(t.Context(), newCode(t)); ok || err != nil {
		t.Errorf("any code is a ticket: %v, %v", ok, err)
	}
	must(t, s.CloseDays(t.Context(), tomorrow.AddDays(1)))
	if _, ok, err := s.Find(t.Context(), code); ok || err != nil {
		t.Errorf("a ticket of a closed day is found: %v, %v", ok, err)
	}
	if _, err := s.Arrive(t.Context(), next.SheetKey, "T003", next.Slots[2].Ticket.Code); err == nil {
		t.Error("a ticket of a closed day was checked in")
	}
}

// Digits that somebody has typed are nobody's ticket, and neither they nor what they hash to may be on the disk.
func TestNothingOfACodeThatWasTypedIsWritten(t *testing.T) {
	s, cfg := fresh(t)
	known, pool, _ := others(t, 1)
	take(t, s, known)
	before := files(t, cfg)
	typed := []booking.Code{pool}
	for range 50 {
		typed = append(typed, newCode(t))
	}
	for _, code := range typed {
		if _, ok, err := s.Find(t.Context(), code); ok != (code == pool) || err != nil {
			t.Fatal(ok, err)
		}
		for _, tell := range []teller{arrives(t), cancels(t)} {
			if _, err := tell(s, "A003", code); err == nil {
				t.Fatal("the code of another ticket was taken")
			}
		}
	}
	after := files(t, cfg)
	for name, content := range after {
		if !bytes.Equal(content, before[name]) && name != "totem.db-shm" { // locks of readers
			t.Errorf("%s has changed", name)
		}
		for _, code := range typed {
			hash := code.Hash(dayKey(today))
			if code != pool && (bytes.Contains(content, hash[:]) || bytes.Contains(content, []byte(hash.String()))) ||
				bytes.Contains(content, []byte(code)) || bytes.Contains(content, []byte(code.Grouped())) {
				t.Fatalf("%s holds what was typed", name)
			}
		}
	}
}

// files returns what the store's folder holds.
func files(t *testing.T, cfg store.Config) map[string][]byte {
	t.Helper()
	folder := filepath.Dir(cfg.Path)
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	all := make(map[string][]byte)
	for _, e := range entries {
		if all[e.Name()], err = os.ReadFile(filepath.Join(folder, e.Name())); err != nil {
			t.Fatal(err)
		}
	}
	return all
}
