package booking_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"example.org/totem/booking"
)

// drawShared returns a sheet of slots in pairs of one start each, of all holders, some with tickets.
func drawShared(t *rapid.T) booking.Sheet {
	s := booking.Sheet{SheetKey: booking.SheetKey{Office: "of", Queue: "qu"}, Prefix: "A"}
	for i := range rapid.IntRange(0, 12).Draw(t, "slots") {
		slot := booking.Slot{
			Number: booking.NewNumber("A", i+1), Start: at(i / 2),
			Holder: rapid.SampledFrom([]booking.Holder{booking.Pool, booking.Pool, booking.Reserve, "ingresso", "atrio"}).Draw(t, "holder"),
			State:  rapid.SampledFrom([]booking.State{booking.Free, booking.Free, booking.Issued, booking.Cancelled, booking.Void}).Draw(t, "state"),
		}
		if slot.Holder == "ingresso" && isWalkIn(slot) {
			slot.State = booking.Free // on a day to come it gives tickets only for what it was granted
		}
		if slot.State.HasTicket() {
			slot.Ticket.Code = booking.CodeHash{1, byte(i)}
		}
		s.Slots = append(s.Slots, slot)
	}
	return s
}

func at(i int) time.Time { return time.Unix(int64(i)*600, 0).UTC() }

// isWalkIn keeps every third slot for who comes in person.
func isWalkIn(slot booking.Slot) bool {
	_, n, _ := slot.Number.Split()
	return n%3 == 0
}

func TestAGrantMovesOneFreeSlotOfThePoolAndNothingElse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before := drawShared(t)
		kept := before.Clone()
		g := booking.PoolGrant{Start: at(rapid.IntRange(0, 6).Draw(t, "start")), Totem: "ingresso", Most: rapid.IntRange(0, 3).Draw(t, "most")}
		if rapid.Bool().Draw(t, "walk-ins") {
			g.WalkIn = isWalkIn
		}
		after, err := before.GrantPool(g)
		if !slices.Equal(before.Slots, kept.Slots) {
			t.Fatal("the sheet that was read has changed")
		}
		moved := 0
		for i, slot := range after.Slots {
			was := before.Slots[i]
			if slot == was {
				continue
			}
			moved++
			if was.State != booking.Free || was.Holder != booking.Pool || !was.Start.Equal(g.Start) || slot.Holder != "ingresso" {
				t.Fatalf("%+v became %+v", was, slot)
			}
			if earlier := slices.IndexFunc(before.Slots, func(s booking.Slot) bool {
				return s.State == booking.Free && s.Holder == booking.Pool && s.Start.Equal(g.Start) && (g.WalkIn == nil || !isWalkIn(s))
			}); earlier != i {
				t.Fatalf("%s was granted before %s", slot.Number, before.Slots[earlier].Number)
			}
		}
		if moved > 1 || err != nil && moved > 0 {
			t.Fatalf("%d slots moved, %v", moved, err)
		}
		if err != nil {
			return
		}
		if !slices.ContainsFunc(after.Slots, func(s booking.Slot) bool {
			return s.State == booking.Free && s.Holder == "ingresso" && s.Start.Equal(g.Start)
		}) {
			t.Fatal("granted, and the totem holds no free slot there")
		}
		if again, err := after.GrantPool(g); err != nil || !slices.Equal(again.Slots, after.Slots) {
			t.Fatalf("told again: %v, another sheet", err)
		}
	})
}

// However often a totem asks for another day and gives tickets for what it was granted, whichever of its slots it gives:
// as many as are planned for walk-ins stay to be given on the day itself.
func TestNoTicketForAnotherDayTakesAPlaceFromWalkIns(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := booking.Sheet{SheetKey: booking.SheetKey{Office: "of", Queue: "qu"}, Prefix: "A"}
		walkIns := 0
		for i := range 18 {
			slot := booking.Slot{Number: booking.NewNumber("A", i+1), Start: at(i / 3), Holder: booking.Pool, State: booking.Free}
			if isWalkIn(slot) {
				slot.Holder = rapid.SampledFrom([]booking.Holder{booking.Reserve, "ingresso", "atrio"}).Draw(t, "walk-in")
			}
			if slot.Holder == "ingresso" {
				walkIns++
			}
			s.Slots = append(s.Slots, slot)
		}
		tickets, pool := 0, 12
		for range 20 {
			start := at(rapid.IntRange(0, 6).Draw(t, "start"))
			after, err := s.GrantPool(booking.PoolGrant{Start: start, Totem: "ingresso", WalkIn: isWalkIn})
			if errors.Is(err, booking.ErrNoneFree) {
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			s = after
			if rapid.IntRange(0, 3).Draw(t, "answer") == 0 {
				continue // it was lost
			}
			var own []booking.Number
			for _, slot := range s.Slots {
				if slot.State == booking.Free && slot.Holder == "ingresso" && slot.Start.Equal(start) {
					own = append(own, slot.Number)
				}
			}
			tickets++
			if s, err = s.Book(rapid.SampledFrom(own).Draw(t, "number"), "ingresso", booking.CodeHash{1, byte(tickets)}); err != nil {
				t.Fatal(err)
			}
		}
		free, left := 0, 0
		for _, slot := range s.Slots {
			if slot.State != booking.Free {
				continue
			}
			switch slot.Holder {
			case "ingresso":
				free++
			case booking.Pool:
				left++
			}
		}
		if granted := pool - left; free != walkIns+granted-tickets || free < walkIns {
			t.Fatalf("%d free slots, of %d for walk-ins and %d granted for %d tickets", free, walkIns, granted, tickets)
		}
	})
}

func TestAGrantIsRefusedWithItsReason(t *testing.T) {
	s := sheetOf(t, 8, booking.Pool)
	s.Slots[0].State, s.Slots[1].Holder = booking.Void, booking.Reserve
	start := func(i int) time.Time { return s.Slots[i].Start }
	for name, tt := range map[string]struct {
		grant booking.PoolGrant
		want  error
	}{
		"nothing free at that time":         {booking.PoolGrant{Start: start(0), Totem: "ingresso"}, booking.ErrNoneFree},
		"nothing starts then":               {booking.PoolGrant{Start: start(2).Add(time.Minute), Totem: "ingresso"}, booking.ErrNoneFree},
		"the pool is no totem":              {booking.PoolGrant{Start: start(2), Totem: "pool"}, booking.ErrNotHeld},
		"the reserve is no totem":           {booking.PoolGrant{Start: start(2), Totem: "reserve"}, booking.ErrNotHeld},
		"nobody is no totem":                {booking.PoolGrant{Start: start(2)}, booking.ErrNotHeld},
		"a slot, for there is room":         {booking.PoolGrant{Start: start(2), Totem: "ingresso", Most: 1}, nil},
		"a slot, without a bound":           {booking.PoolGrant{Start: start(2), Totem: "ingresso"}, nil},
		"a second one, in spite of a bound": {booking.PoolGrant{Start: start(4), Totem: "atrio", Most: 1}, booking.ErrEnough},
	} {
		t.Run(name, func(t *testing.T) {
			held, err := s.GrantPool(booking.PoolGrant{Start: start(6), Totem: "atrio"})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := held.GrantPool(tt.grant); !errors.Is(err, tt.want) {
				t.Errorf("%v, want %v", err, tt.want)
			}
		})
	}
}

func TestTheStartsOnOfferAreThoseThatAreGranted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawShared(t)
		g := booking.PoolGrant{Totem: "ingresso", WalkIn: isWalkIn}
		var want []time.Time
		for i := range 7 {
			g.Start = at(i)
			if _, err := s.GrantPool(g); err == nil {
				want = append(want, g.Start)
			}
		}
		if got := s.PoolStarts(g); !slices.EqualFunc(got, want, time.Time.Equal) {
			t.Fatalf("on offer %v, granted %v", got, want)
		}
	})
}

// Who stands there gets what is kept for who comes in person, after what anybody could have had.
func TestAGrantForWhoStandsThereTakesThePoolAndThenTheReserve(t *testing.T) {
	s := sheetOf(t, 6, booking.Reserve)
	s.Slots[1].Holder = booking.Pool
	start := s.Slots[0].Start // of the first two
	g := booking.PoolGrant{Start: start, Totem: "ingresso", Reserve: true}
	for i, want := range []booking.Number{"A002", "A001"} {
		granted, err := s.GrantPool(g)
		if err != nil {
			t.Fatal(err)
		}
		at, _ := granted.Find(want)
		if granted.Slots[at].Holder != "ingresso" || granted.Slots[at].Hands != 1 {
			t.Errorf("grant %d: %+v", i+1, granted.Slots[:2])
		}
		if s, err = granted.Book(want, "ingresso", booking.CodeHash{byte(i + 1)}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.GrantPool(g); !errors.Is(err, booking.ErrNoneFree) {
		t.Errorf("a third one: %v", err)
	}
	g.Start, g.Reserve = s.Slots[2].Start, false
	if _, err := s.GrantPool(g); !errors.Is(err, booking.ErrNoneFree) {
		t.Errorf("of the reserve, and not asked for: %v", err)
	}
}

func TestASlotThatIsWantedIsNotAskedBackAndOneThatIsToBeVoidIsNone(t *testing.T) {
	s := sheetOf(t, 2, "ingresso")
	g := booking.PoolGrant{Start: s.Slots[0].Start, Totem: "ingresso"}
	asked := s.Ask("A001", booking.AskBack).Ask("A002", booking.AskBack)
	kept, err := asked.GrantPool(g)
	if err != nil || kept.Slots[0].Ask != booking.AskNothing || kept.Slots[1].Ask != booking.AskBack || kept.Slots[0].Hands != 0 {
		t.Errorf("%+v, %v", kept.Slots, err)
	}
	if again, err := kept.GrantPool(g); err != nil || &again.Slots[0] != &kept.Slots[0] {
		t.Errorf("told again: %+v, %v", again.Slots, err)
	}
	void := s.Ask("A001", booking.AskVoid).Ask("A002", booking.AskVoid)
	if _, err := void.GrantPool(g); !errors.Is(err, booking.ErrNoneFree) {
		t.Errorf("all are to be void: %v", err)
	}
	if got := void.PoolStarts(g); len(got) != 0 {
		t.Errorf("on offer %v", got)
	}
}
