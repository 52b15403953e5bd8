package store_test

import (
	"bytes"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.org/totem/booking"
	"example.org/totem/store"
	"example.org/totem/sync/wire"
)

func TestEverySecondSlotIsPassedOnSoThatBothHaveEarlyOnes(t *testing.T) {
	for _, c := range []struct {
		most int
		want []int
	}{{-1, nil}, {0, nil}, {1, []int{3}}, {2, []int{3, 7}}, {9, []int{3, 7}}} {
		s, _ := fresh(t)
		grant := sheet(today, 1, 8)
		grant.Slots[4].Holder = booking.Pool
		take(t, s, grant)
		mustIssue(t, s, order(t, grant, 5)) // free and not before: 2, 3, 4, 7, 8
		g := giving(c.most)
		g.NotBefore = grant.Slots[0].Start.Add(time.Second)
		given, err := s.Give(t.Context(), g)
		must(t, err)
		var got []booking.Number
		for _, slot := range given {
			got = append(got, slot.Slot)
			want := booking.Transfer{Key: key(today), Slot: slot.Slot, Start: slot.Start, Hands: 1, From: totem, To: otherTotem, Store: otherStore}
			if want.Proof, _ = proofOf(want.Signed()); slot != want {
				t.Errorf("given %+v, want %+v", slot, want)
			}
		}
		wantNumbers(t, "given", got, c.want...)
	}
}

func TestWhatWasPassedOnIsNeverIssuedGivenBackOrPassedOnAgain(t *testing.T) {
	s, cfg := fresh(t)
	grant := sheet(today, 1, 4)
	take(t, s, grant)
	given := give(t, s, 9)
	if len(given) != 2 {
		t.Fatalf("given %v", given)
	}
	s = reopen(t, s, cfg)
	asks := sheet(today, 2, 4)
	asks.Slots[1].Ask = booking.AskBack
	take(t, s, asks)
	wantNumbers(t, "on offer", offered(t, s), 1, 3)
	if again := give(t, s, 9); len(again) != 1 || again[0].Slot != "A003" {
		t.Errorf("given again: %v", again)
	}
	if n, err := s.ReleaseDue(t.Context(), today.Start(rome), today.End(rome)); n != 1 || err != nil {
		t.Errorf("%d are given back, %v", n, err)
	}
	wantNumbers(t, "issued", issued(t, s, grant))
	wantFacts(t, s, handFact(booking.FactTransferred, 2, 1), handFact(booking.FactTransferred, 4, 1), handFact(booking.FactTransferred, 3, 1),
		handFact(booking.FactReleased, 1, 1))
}

func TestNothingIsPassedOnWithoutASignatureOrToNobody(t *testing.T) {
	s, _ := fresh(t)
	grant := sheet(today, 1, 4)
	grant.Slots[1].Hands = booking.MostHands // and one that has changed hands too often stays
	take(t, s, grant)
	broken := errors.New("no key")
	for name, change := range map[string]func(*store.Giving){
		"to itself":        func(g *store.Giving) { g.To = totem },
		"to its own store": func(g *store.Giving) { g.Store = s.Incarnation() },
		"to the pool":      func(g *store.Giving) { g.To = booking.TotemID(booking.Pool) },
		"to no store":      func(g *store.Giving) { g.Store = booking.Incarnation{} },
		"without a key":    func(g *store.Giving) { g.Sign = nil },
		"not signed":       func(g *store.Giving) { g.Sign = func([]byte) (booking.Proof, error) { return booking.Proof{}, broken } },
	} {
		g := giving(9)
		change(&g)
		if given, err := s.Give(t.Context(), g); err == nil || len(given) > 0 {
			t.Errorf("%s: %v, %v", name, given, err)
		}
	}
	wantFacts(t, s)
	if given := give(t, s, 9); len(given) != 1 || given[0].Slot != "A004" {
		t.Errorf("given %v", given)
	}
}

func TestWhatIsNotKnownToHaveGotThroughIsSentAgainToThatStoreAlone(t *testing.T) {
	s, cfg := fresh(t)
	take(t, s, sheet(today, 1, 8))
	given := give(t, s, 9)
	wantGiven := func(store booking.Incarnation, want ...booking.Transfer) {
		t.Helper()
		got, err := s.Given(t.Context(), otherTotem, store, queueA, today)
		if diff := cmp.Diff(want, got, sameDay); diff != "" || err != nil {
			t.Errorf("given %v (-want +got):\n%s", err, diff)
		}
	}
	s = reopen(t, s, cfg)
	wantGiven(otherStore, given...)
	wantGiven(booking.Incarnation{9})
	must(t, s.GotThrough(t.Context(), "totem-3", queueA, today, numbers(2, 4)))
	must(t, s.GotThrough(t.Context(), otherTotem, queueA, today, numbers(1, 2, 9)))
	wantGiven(otherStore, given[1:]...)
	told := sheet(today, 2, 8)
	told.Slots[3].Holder, told.Slots[3].Hands = booking.HeldBy(otherTotem), 1
	told.Slots[5].Holder, told.Slots[5].Hands = booking.Pool, 2 // the taker has given it back since
	take(t, s, told)
	wantGiven(otherStore, given[1], given[3])
	if all, err := s.Given(t.Context(), otherTotem, otherStore, queueA, tomorrow); len(all) > 0 || err != nil {
		t.Errorf("tomorrow: %v, %v", all, err)
	}
}

func TestASlotThatIsPassedOnIsTakenOnceAndSoldOnce(t *testing.T) {
	s, cfg := fresh(t)
	grant := theirs(1, 3)
	take(t, s, grant)
	slots := []booking.Transfer{passed(s, grant, 0, 1), passed(s, grant, 2, 1)}
	receive(t, s, 2, slots...)
	receive(t, s, 2, slots...)
	s = reopen(t, s, cfg)
	receive(t, s, 2, slots...)
	wantNumbers(t, "on offer", offered(t, s), 1, 3)
	if free, err := s.Free(t.Context(), today, grant.Slots[1].Start); free[queueA] != 1 || err != nil {
		t.Errorf("free %v, %v", free, err)
	}
	mustIssue(t, s, order(t, grant, 0))
	receive(t, s, 2, slots...)
	wantNumbers(t, "issued", issued(t, s, grant), 3)
	for _, from := range []booking.TotemID{otherTotem, "totem-3"} {
		got, err := s.Got(t.Context(), from, queueA, today)
		must(t, err)
		if from == otherTotem {
			wantNumbers(t, "got", got, 1, 3)
		} else {
			wantNumbers(t, "got", got)
		}
	}
	want := handFact(booking.FactReceived, 1, 1)
	want.Peer, want.Proof = otherTotem, slots[0].Proof
	facts := outboxOf(t, s)
	want.ID, want.At = facts[0].ID, facts[0].At
	if len(facts) != 4 || facts[0] != want || facts[1].Kind != booking.FactReceived {
		t.Errorf("facts %+v", facts)
	}
}

func TestOnlyWhatCanBeThisTotemsIsTaken(t *testing.T) {
	s, _ := fresh(t)
	grant := theirs(1, 9)
	grant.Slots[1].State, grant.Slots[1].Ticket.Code = booking.Issued, booking.CodeHash{4}
	grant.Slots[2].Hands = 5
	grant.Slots[3].Holder = booking.Limbo
	grant.Slots[4].Holder = me
	grant.Slots[5].State = booking.Void
	take(t, s, grant)
	keyless := theirs(1, 2)
	keyless.Day = tomorrow
	for i := range keyless.Slots {
		keyless.Slots[i].Start = keyless.Slots[i].Start.Add(24 * time.Hour)
	}
	must(t, s.Take(t.Context(), wire.Pulled{Sheets: []booking.Sheet{keyless}}))
	mustIssue(t, s, order(t, grant, 4))
	for name, slot := range map[string]booking.Transfer{
		"sold":                         passed(s, grant, 1, 1),
		"of a hand-over long ago":      passed(s, grant, 2, 5),
		"in limbo":                     passed(s, grant, 3, 1),
		"void":                         passed(s, grant, 5, 1),
		"of a day without a key":       passed(s, keyless, 0, 1),
		"changed hands too often":      passed(s, grant, 6, booking.MostHands+1),
		"never handed over":            passed(s, grant, 6, 0),
		"of another office":            func() booking.Transfer { p := passed(s, grant, 6, 1); p.Key.Office = "altrove"; return p }(),
		"of another queue":             func() booking.Transfer { p := passed(s, grant, 6, 1); p.Key.Queue = "tributi"; return p }(),
		"for another totem":            func() booking.Transfer { p := passed(s, grant, 6, 1); p.To = otherTotem; return p }(),
		"for another store":            func() booking.Transfer { p := passed(s, grant, 6, 1); p.Store = otherStore; return p }(),
		"at another time":              func() booking.Transfer { p := passed(s, grant, 6, 1); p.Start = p.Start.Add(time.Minute); return p }(),
		"at no whole minute":           func() booking.Transfer { p := passed(s, grant, 6, 1); p.Start = p.Start.Add(time.Second); return p }(),
		"of no such number":            func() booking.Transfer { p := passed(s, grant, 6, 1); p.Slot = "A099"; return p }(),
		"from itself":                  func() booking.Transfer { p := passed(s, grant, 6, 1); p.From = totem; return p }(),
		"from the pool":                func() booking.Transfer { p := passed(s, grant, 6, 1); p.From = booking.TotemID(booking.Pool); return p }(),
		"without a proof":              func() booking.Transfer { p := passed(s, grant, 6, 1); p.Proof = booking.Proof{}; return p }(),
		"of a day that is not planned": func() booking.Transfer { p := passed(s, grant, 6, 1); p.Key.Day = today.AddDays(9); return p }(),
	} {
		t.Run(name, func(t *testing.T) { receive(t, s, 0, slot) })
	}
	receive(t, s, 1, passed(s, grant, 4, 3)) // its own already
	wantNumbers(t, "issued", issued(t, s, grant))
	receive(t, s, 1, passed(s, grant, 6, 1), passed(s, grant, 3, 2)) // and one bad one keeps no good one out
	must(t, s.CloseDays(t.Context(), tomorrow))
	receive(t, s, 0, passed(s, grant, 6, 1), passed(s, grant, 7, 1))
}

func TestWhatIsAskedOfTheGiverIsAskedOfTheTaker(t *testing.T) {
	s, _ := fresh(t)
	grant := theirs(1, 2)
	grant.Slots[0].Ask = booking.AskVoid
	take(t, s, grant)
	receive(t, s, 1, passed(s, grant, 0, 1), passed(s, grant, 1, 1))
	receive(t, s, 1, passed(s, grant, 0, 1), passed(s, grant, 1, 1))
	wantNumbers(t, "on offer", offered(t, s), 2)
	facts := outboxOf(t, s)
	if len(facts) != 3 || facts[1].Kind != booking.FactReleased || facts[1].Hands != 2 {
		t.Errorf("facts %+v", facts)
	}
	if got := offersOf(t, s, today)[0]; got.Open != 0 {
		t.Errorf("what is void can be had: %+v", got)
	}
	asks := theirs(2, 2)
	asks.Slots[1].Ask = booking.AskBack // of who had it, as far as the ledger knows
	take(t, s, asks)
	wantFacts(t, s, handFact(booking.FactReleased, 2, 2))
	wantNumbers(t, "on offer", offered(t, s))
}

func TestASlotGoesOnFromTotemToTotemAndBack(t *testing.T) {
	s, cfg := fresh(t)
	grant := theirs(1, 2)
	take(t, s, grant)
	receive(t, s, 2, passed(s, grant, 0, 1), passed(s, grant, 1, 1))
	if given := give(t, s, 1); len(given) != 1 || given[0].Slot != "A002" || given[0].Hands != 2 {
		t.Errorf("given %v", given)
	}
	receive(t, s, 0, passed(s, grant, 1, 1), passed(s, grant, 1, 2)) // late
	if got, err := s.Got(t.Context(), otherTotem, queueA, today); err != nil || len(got) != 1 {
		t.Errorf("got %v, %v", got, err)
	}
	receive(t, s, 1, passed(s, grant, 1, 3))
	s = reopen(t, s, cfg)
	wantGiven := func(want ...booking.Transfer) {
		t.Helper()
		got, err := s.Given(t.Context(), otherTotem, otherStore, queueA, today)
		if diff := cmp.Diff(want, got, sameDay); diff != "" || err != nil {
			t.Errorf("given %v (-want +got):\n%s", err, diff)
		}
	}
	wantGiven() // for it is back
	again := give(t, s, 1)
	wantGiven(again...)
	must(t, s.GotThrough(t.Context(), otherTotem, queueA, today, numbers(2)))
	receive(t, s, 1, passed(s, grant, 1, 5))
	wantGiven()
	wantGiven(give(t, s, 1)...) // that an earlier one got through says nothing of this one
	receive(t, s, 1, passed(s, grant, 1, 7))
	wantNumbers(t, "issued", issued(t, s, grant), 1, 2)
}

// The ledger does not know yet that this totem was passed the slot: that contradicts no ticket. That another totem sold it does.
func TestATicketOnASlotThatWasPassedOnContradictsNoSheet(t *testing.T) {
	for name, c := range map[string]struct {
		slot  func(*booking.Slot)
		wants bool
	}{
		"the giver's":           {func(slot *booking.Slot) { slot.Ask = booking.AskBack }, false},
		"limbo":                 {func(slot *booking.Slot) { slot.Holder = booking.Limbo }, false},
		"with as many hands":    {func(slot *booking.Slot) { slot.Hands = 2 }, false},
		"gone on":               {func(slot *booking.Slot) { slot.Holder, slot.Hands = booking.Pool, 3 }, true},
		"sold by another totem": {func(slot *booking.Slot) { slot.State, slot.Ticket.Code = booking.Issued, booking.CodeHash{5} }, true},
	} {
		t.Run(name, func(t *testing.T) {
			var log bytes.Buffer
			cfg := config(filepath.Join(t.TempDir(), "totem.db"))
			cfg.Log = slog.New(slog.NewJSONHandler(&log, nil))
			s := open(t, cfg)
			grant := theirs(1, 2)
			take(t, s, grant)
			receive(t, s, 1, passed(s, grant, 0, 2))
			o := order(t, grant, 0)
			mustIssue(t, s, o)
			told := theirs(2, 2)
			c.slot(&told.Slots[0])
			take(t, s, told)
			if got := strings.Contains(log.String(), "conflict"); got != c.wants {
				t.Errorf("a conflict is logged: %v\n%s", got, &log)
			}
			if slot := mine(t, s, today).Slots[0]; slot.Holder != me || slot.Ticket.Code != o.Code.Hash(dayKey(today)) {
				t.Errorf("told %+v", slot)
			}
		})
	}
}

func TestPeersAreThoseOfTheLastAnswerAlsoAfterARestart(t *testing.T) {
	s, cfg := fresh(t)
	a, b := wire.Peer{Totem: "totem-2", Key: "UA", Address: "192.0.2.7:7411"}, wire.Peer{Totem: "totem-3", Key: "UB", Address: "[2001:db8::7]:7411"}
	moved := a
	moved.Address = "192.0.2.9:7411"
	for _, peers := range [][]wire.Peer{nil, {a, b}, {a, b}, {moved}, nil} {
		must(t, s.Take(t.Context(), wire.Pulled{Peers: peers}))
		s = reopen(t, s, cfg)
		got, err := s.Peers(t.Context())
		if diff := cmp.Diff(peers, got); diff != "" || err != nil {
			t.Errorf("peers %v (-want +got):\n%s", err, diff)
		}
	}
}
