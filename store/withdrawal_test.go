package store_test

import (
	"errors"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.org/totem/booking"
	"example.org/totem/store"
)

// withdrawn returns the withdrawal of the ticket that an order made.
func withdrawn(o store.Order) store.Withdrawal {
	return store.Withdrawal{Key: o.Key, Number: o.Number, Code: o.Code.Hash(dayKey(o.Key.Day))}
}

func wantWithdrawals(t *testing.T, s *store.Store, want ...store.Withdrawal) {
	t.Helper()
	all, err := s.Withdrawals(t.Context())
	if diff := cmp.Diff(want, all, sameDay); diff != "" || err != nil {
		t.Errorf("withdrawals (-want +got): %v\n%s", err, diff)
	}
}

func TestAWithdrawalWaitsThroughEverythingUntilItIsTold(t *testing.T) {
	s, cfg := fresh(t)
	grant, next := sheet(today, 1, 3), sheet(tomorrow, 1, 3)
	take(t, s, grant, next)
	later, own := order(t, next, 0), order(t, grant, 1)
	mustIssue(t, s, own)
	mustIssue(t, s, later)
	told := sheet(today, 2, 3) // another's ticket, as the cache has it
	others := order(t, grant, 0)
	told.Slots[0].Holder, told.Slots[0].State, told.Slots[0].Ticket.Code = booking.Pool, booking.Issued, others.Code.Hash(dayKey(today))
	take(t, s, told)
	for _, o := range []store.Order{later, own, others, own} {
		must(t, s.AddWithdrawal(t.Context(), withdrawn(o)))
	}
	s = reopen(t, s, cfg)
	wantWithdrawals(t, s, withdrawn(others), withdrawn(own), withdrawn(later))
	must(t, s.WithdrawalTold(t.Context(), withdrawn(own)))
	must(t, s.WithdrawalTold(t.Context(), withdrawn(own)))
	s = reopen(t, s, cfg)
	wantWithdrawals(t, s, withdrawn(others), withdrawn(later))
	must(t, s.CloseDays(t.Context(), tomorrow))
	wantWithdrawals(t, s, withdrawn(later))
	if err := s.AddWithdrawal(t.Context(), withdrawn(own)); !errors.Is(err, store.ErrGone) {
		t.Errorf("on a closed day: %v", err)
	}
}

func TestNoWithdrawalIsNotedOfWhatIsNoTicketHere(t *testing.T) {
	s, _ := fresh(t)
	grant := sheet(today, 1, 2)
	take(t, s, grant)
	o, free := order(t, grant, 0), order(t, grant, 1)
	mustIssue(t, s, o)
	elsewhere, wrong := withdrawn(o), withdrawn(o)
	elsewhere.Key.Office = "altrove"
	wrong.Code[0]++
	for name, w := range map[string]store.Withdrawal{"a free slot": withdrawn(free), "another office": elsewhere, "another code": wrong} {
		if err := s.AddWithdrawal(t.Context(), w); !errors.Is(err, store.ErrGone) {
			t.Errorf("%s: %v", name, err)
		}
	}
	wantWithdrawals(t, s)
}

func TestTheCodeOfAnOwnTicketIsKnownUntilItsDayCloses(t *testing.T) {
	s, _ := fresh(t)
	grant := sheet(today, 1, 2)
	take(t, s, grant)
	o := order(t, grant, 0)
	mustIssue(t, s, o)
	if hash, ok, err := s.CodeOf(t.Context(), o.Key, o.Number); !ok || err != nil || hash != o.Code.Hash(dayKey(today)) {
		t.Errorf("%v, %v, %v", hash, ok, err)
	}
	must(t, s.CloseDays(t.Context(), tomorrow))
	elsewhere := o.Key
	elsewhere.Office = "altrove"
	for _, key := range []booking.SheetKey{o.Key, elsewhere} {
		if hash, ok, err := s.CodeOf(t.Context(), key, o.Number); ok || err != nil || !hash.IsZero() {
			t.Errorf("%s: %v, %v, %v", key, hash, ok, err)
		}
	}
}

// That a reminder was withdrawn must not stay in a file once the scheduler knows. The hash stands alone here: the ticket is
// another totem's, and its sheet has lost it since.
func TestAToldWithdrawalIsGoneFromTheFilesAtTheNextIdleMoment(t *testing.T) {
	s, cfg := fresh(t)
	const tickets = 40
	shown, lost := sheet(today, 1, tickets), sheet(today, 2, tickets)
	var all []store.Withdrawal
	var traced [][]byte
	for i := range shown.Slots {
		w := withdrawn(order(t, shown, i))
		shown.Slots[i].Holder, lost.Slots[i].Holder = booking.Pool, booking.Pool
		shown.Slots[i].State, shown.Slots[i].Ticket.Code = booking.Issued, w.Code
		all, traced = append(all, w), append(traced, w.Code[:])
	}
	take(t, s, shown)
	for _, w := range all {
		must(t, s.AddWithdrawal(t.Context(), w))
	}
	take(t, s, lost)
	for i := range all {
		i = i * 7 % tickets
		if traces(t, filepath.Dir(cfg.Path), [][]byte{traced[i]}) == 0 {
			t.Fatal("the hash was never there: this test is blind")
		}
		must(t, s.WithdrawalTold(t.Context(), all[i]))
		must(t, s.Checkpoint(t.Context()))
		if n := traces(t, filepath.Dir(cfg.Path), [][]byte{traced[i]}); n > 0 {
			t.Fatalf("%d traces of a withdrawal that was told are left", n)
		}
	}
}
