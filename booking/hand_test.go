package booking_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"example.org/totem/booking"
)

func TestHandsToldInAnyOrderEndWithTheLastHolder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := joinSheet("t1")
		holders := []booking.Holder{booking.Pool, booking.Reserve, "t1", "t2", "t3"}
		var chain []booking.Hand
		for i := range rapid.IntRange(1, 8).Draw(t, "hands") {
			chain = append(chain, booking.Hand{Number: "A001", To: rapid.SampledFrom(holders).Draw(t, "to"), Hands: i + 1})
		}
		heard := rapid.SliceOfN(rapid.SampledFrom(chain), 1, 20).Draw(t, "heard") // doubled, lost, in any order
		last := slices.MaxFunc(heard, func(a, b booking.Hand) int { return a.Hands - b.Hands })
		for _, hand := range heard {
			var err error
			if s, err = s.PassOn(hand); err != nil {
				t.Fatal(err)
			}
			if err := s.Check(); err != nil {
				t.Fatal(err)
			}
		}
		if got := s.Slots[0]; got.Holder != last.To || got.Hands != last.Hands || got.State != booking.Free {
			t.Fatalf("%+v, want it with %s after %d hands", got, last.To, last.Hands)
		}
	})
}

func TestAHandOverThatCannotBeIsRefused(t *testing.T) {
	s := joinSheet("t1", "t1")
	s.Slots[1] = ticketed(s.Slots[1], "t1", 1)
	for name, tt := range map[string]struct {
		hand booking.Hand
		want error
	}{
		"of no slot":                   {booking.Hand{Number: "A009", To: "t2", Hands: 1}, booking.ErrNoSlot},
		"beyond all hands":             {booking.Hand{Number: "A001", To: "t2", Hands: booking.MostHands + 1}, booking.ErrWorn},
		"of a slot that is sold":       {booking.Hand{Number: "A002", To: "t2", Hands: 1}, booking.ErrTaken},
		"that is known of a sold slot": {booking.Hand{Number: "A002", To: "t2", Hands: 0}, nil},
		"at the last hand":             {booking.Hand{Number: "A001", To: "t2", Hands: booking.MostHands}, nil},
	} {
		if after, err := s.PassOn(tt.hand); !errors.Is(err, tt.want) || err != nil && !slices.Equal(after.Slots, s.Slots) {
			t.Errorf("%s: %v, want %v", name, err, tt.want)
		}
	}
}

func TestWhatIsAskedGoesWithTheSlotUntilItComesBack(t *testing.T) {
	for _, tt := range []struct {
		ask   booking.Ask
		to    booking.Holder
		state booking.State
		left  booking.Ask
	}{
		{booking.AskBack, "t2", booking.Free, booking.AskBack},
		{booking.AskBack, booking.Limbo, booking.Free, booking.AskBack},
		{booking.AskBack, booking.Pool, booking.Free, booking.AskNothing},
		{booking.AskVoid, "t2", booking.Free, booking.AskVoid},
		{booking.AskVoid, booking.Limbo, booking.Free, booking.AskVoid},
		{booking.AskVoid, booking.Pool, booking.Void, booking.AskNothing},
		{booking.AskVoid, booking.Reserve, booking.Void, booking.AskNothing},
	} {
		s, err := joinSheet("t1").Ask("A001", tt.ask).PassOn(booking.Hand{Number: "A001", To: tt.to, Hands: 1})
		if got := s.Slots[0]; err != nil || got.State != tt.state || got.Ask != tt.left || got.Holder != tt.to || s.Check() != nil {
			t.Errorf("ask %d, to %s: %+v, %v, %v", tt.ask, tt.to, got, err, s.Check())
		}
	}
}

func TestOnlyWhoHoldsASlotIsAsked(t *testing.T) {
	s := joinSheet("t1", booking.Pool, booking.Reserve, booking.Limbo, "t1")
	s.Slots[4] = ticketed(s.Slots[4], "t1", 1)
	for n := range s.Slots {
		for _, ask := range []booking.Ask{booking.AskBack, booking.AskVoid} {
			after := s.Ask(s.Slots[n].Number, ask)
			want := booking.AskNothing
			if n == 0 || n == 3 && ask == booking.AskVoid {
				want = ask
			}
			if after.Slots[n].Ask != want || after.Check() != nil {
				t.Errorf("%s, %s: asked %d, want %d; %v", s.Slots[n].Holder, s.Slots[n].State, after.Slots[n].Ask, want, after.Check())
			}
		}
	}
	void := s.Ask("A001", booking.AskVoid)
	for _, ask := range []booking.Ask{booking.AskNothing, booking.AskBack} {
		if after := void.Ask("A001", ask); after.Slots[0].Ask != booking.AskVoid {
			t.Errorf("asked to be void, then %d: %d", ask, after.Slots[0].Ask)
		}
	}
	if after := s.Ask("A001", booking.AskBack).Ask("A001", booking.AskNothing); after.Slots[0].Ask != booking.AskNothing {
		t.Error("a recall cannot be taken back")
	}
	if s.Slots[0].Ask != booking.AskNothing {
		t.Error("the sheet that was read has changed")
	}
}

func TestASlotSoldInSpiteOfBeingAskedToBeVoidIsMoved(t *testing.T) {
	s, err := joinSheet("t1").Ask("A001", booking.AskVoid).Book("A001", "t1", booking.CodeHash{1})
	if err != nil || !s.Slots[0].Ticket.Moved || s.Slots[0].Ask != booking.AskNothing || s.Check() != nil {
		t.Errorf("%+v, %v, %v", s.Slots[0], err, s.Check())
	}
}

func TestALostTotemsSlotsWaitInLimboAndComeBackAsPlanned(t *testing.T) {
	s := joinSheet("t1", "t1", "t2", "t1", booking.Pool)
	s.Slots[1] = ticketed(s.Slots[1], "t1", 1)
	s = s.Ask("A004", booking.AskVoid)
	lost := s.Orphan("t1")
	for i, want := range []booking.Holder{booking.Limbo, "t1", "t2", booking.Limbo, booking.Pool} {
		if got := lost.Slots[i]; got.Holder != want || got.Hands != s.Slots[i].Hands || got.State != s.Slots[i].State {
			t.Errorf("%s: %+v, want it with %s", got.Number, got, want)
		}
	}
	if _, err := lost.Grant("A001", "t2"); !errors.Is(err, booking.ErrNotHeld) {
		t.Errorf("granted out of limbo: %v", err)
	}
	told, err := lost.PassOn(booking.Hand{Number: "A001", To: "t2", Hands: 1}) // it had been passed on
	if err != nil || told.Slots[0].Holder != "t2" {
		t.Errorf("told by who has it: %+v, %v", told.Slots[0], err)
	}
	back := lost.Settle(func(booking.Number) booking.Holder { return booking.Reserve })
	if got := back.Slots[0]; got.Holder != booking.Reserve || got.Hands != 1 || got.State != booking.Free {
		t.Errorf("settled: %+v", got)
	}
	if got := back.Slots[3]; got.State != booking.Void || back.Check() != nil {
		t.Errorf("settled, and to be void: %+v, %v", got, back.Check())
	}
	if late, err := back.PassOn(booking.Hand{Number: "A001", To: "t2", Hands: 1}); err != nil || late.Slots[0].Holder != booking.Reserve {
		t.Errorf("told when it is settled: %+v, %v", late.Slots[0], err)
	}
	if again := back.Settle(planned); &again.Slots[0] != &back.Slots[0] {
		t.Error("settled again, it is another sheet")
	}
}

// What a reporter saw another totem hold is in limbo with the very hands with which that totem was passed it.
func TestASlotInLimboIsTheTotemsThatSaysSoWithAsManyHands(t *testing.T) {
	s := joinSheet(booking.Limbo)
	s.Slots[0].Hands = 2
	hand := booking.Hand{Number: "A001", To: "t2", Hands: 2}
	if s.Slots[0].Knows(hand) {
		t.Error("it says that it knows")
	}
	found, err := s.PassOn(hand)
	if err != nil || found.Slots[0].Holder != "t2" || found.Slots[0].Hands != 2 {
		t.Fatalf("%+v, %v", found.Slots[0], err)
	}
	for _, h := range []booking.Hand{hand, {Number: "A001", To: "t1", Hands: 2}, {Number: "A001", To: booking.Pool, Hands: 2}, {Number: "A001", To: "t1", Hands: 1}} {
		if again, err := found.PassOn(h); err != nil || !found.Slots[0].Knows(h) || &again.Slots[0] != &found.Slots[0] {
			t.Errorf("%+v: %+v, %v", h, again.Slots[0], err)
		}
	}
	for _, h := range []booking.Hand{{Number: "A001", To: booking.Pool, Hands: 2}, {Number: "A001", To: booking.Limbo, Hands: 2}, {Number: "A001", To: "t1", Hands: 1}} {
		if again, err := s.PassOn(h); err != nil || &again.Slots[0] != &s.Slots[0] {
			t.Errorf("%+v: %+v, %v", h, again.Slots[0], err)
		}
	}
}

func TestASlotThatIsWornIsGrantedNoMoreAndCanStillComeBack(t *testing.T) {
	s := joinSheet(booking.Pool)
	for s.Slots[0].Hands < booking.MostHands {
		granted, err := s.Grant("A001", "t1")
		if errors.Is(err, booking.ErrWorn) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if s, err = granted.PassOn(booking.Hand{Number: "A001", To: booking.Pool, Hands: granted.Slots[0].Hands + 1}); err != nil {
			t.Fatal(err)
		}
	}
	if got := s.Slots[0]; got.Holder != booking.Pool || got.Hands < 40 || got.Hands > booking.MostHands-10 {
		t.Errorf("worn at %+v", got)
	}
	if _, err := s.GrantPool(booking.PoolGrant{Start: s.Slots[0].Start, Totem: "t1"}); !errors.Is(err, booking.ErrNoneFree) {
		t.Errorf("a worn slot on request: %v", err)
	}
	if _, err := s.Book("A001", booking.Pool, booking.CodeHash{1}); err != nil {
		t.Errorf("a worn slot is sold by the web all the same: %v", err)
	}
}

func TestTheProofOfATransferCoversAllOfIt(t *testing.T) {
	transfer := func() booking.Transfer {
		return booking.Transfer{Key: booking.SheetKey{Office: "rm001", Queue: "anagrafe", Day: day(t, "2026-11-23")}, Slot: "A042",
			Start: time.Date(2026, 11, 23, 9, 20, 0, 0, time.UTC), Hands: 3, From: "t1", To: "t2", Store: booking.Incarnation{7}}
	}
	want := "totem.transfer.v1\nrm001\nanagrafe\n2026-11-23\nA042\n29923760\n3\nt1\nt2\n0700000000000000\n"
	if got := string(transfer().Signed()); got != want {
		t.Errorf("signed %q, want %q", got, want)
	}
	seen := map[string]string{want: "the transfer"}
	for name, change := range map[string]func(*booking.Transfer){
		"office": func(tr *booking.Transfer) { tr.Key.Office = "rm002" }, "queue": func(tr *booking.Transfer) { tr.Key.Queue = "tributi" },
		"day": func(tr *booking.Transfer) { tr.Key.Day = day(t, "2026-11-24") }, "slot": func(tr *booking.Transfer) { tr.Slot = "A043" },
		"start": func(tr *booking.Transfer) { tr.Start = tr.Start.Add(time.Minute) }, "hands": func(tr *booking.Transfer) { tr.Hands = 4 },
		"from": func(tr *booking.Transfer) { tr.From = "t3" }, "to": func(tr *booking.Transfer) { tr.To = "t3" },
		"store": func(tr *booking.Transfer) { tr.Store = booking.Incarnation{8} },
	} {
		tr := transfer()
		change(&tr)
		signed := string(tr.Signed())
		if other, ok := seen[signed]; ok || !strings.HasSuffix(signed, "\n") {
			t.Errorf("with another %s it is signed as %s", name, other)
		}
		seen[signed] = name
	}
}
