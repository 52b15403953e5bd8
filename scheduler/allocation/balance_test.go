package allocation_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"example.org/totem/booking"
	"example.org/totem/scheduler/allocation"
)

func ExampleBalance() {
	s, q := officeDay()
	q.Totems[2].Reachable = false
	s = allocation.Balance(s, q)
	for _, h := range []booking.Holder{booking.Pool, booking.Reserve, "atrio", "ingresso", "scala"} {
		fmt.Println(h, tally(s)[h])
	}
	// Output:
	// pool 90
	// reserve 2
	// atrio 26
	// ingresso 26
	// scala 0
}

// tally counts the free slots by who holds them.
func tally(s booking.Sheet) map[booking.Holder]int {
	n := map[booking.Holder]int{}
	for _, slot := range s.Slots {
		if slot.State == booking.Free {
			n[slot.Holder]++
		}
	}
	return n
}

// keeps counts the free slots that are not asked back, by who holds them.
func keeps(s booking.Sheet) map[booking.Holder]int {
	n := map[booking.Holder]int{}
	for _, slot := range s.Slots {
		if slot.State == booking.Free && slot.Ask == booking.AskNothing {
			n[slot.Holder]++
		}
	}
	return n
}

// drawDay draws a day in any state that it can be in, and a question about it.
func drawDay(t *rapid.T) (booking.Sheet, allocation.Question) {
	s, q := officeDay()
	s.Slots = s.Slots[:rapid.SampledFrom([]int{0, 9, 36}).Draw(t, "slots")]
	kinds := rapid.SliceOfN(rapid.IntRange(0, 9*5*4*4-1), len(s.Slots), len(s.Slots)).Draw(t, "slots")
	for i := range s.Slots {
		slot, kind := &s.Slots[i], kinds[i]
		if h := []booking.Holder{"", "", "", booking.Pool, "atrio", "ingresso", "scala", "gone", booking.Limbo}[kind%9]; h != "" {
			slot.Holder = h
		}
		slot.State = []booking.State{booking.Free, booking.Free, booking.Free, booking.Issued, booking.Void}[kind/9%5]
		if slot.State.HasTicket() {
			slot.Ticket.Code = booking.CodeHash{1, byte(i)}
		}
		slot.Hands = []int{0, 2, 49, 50}[kind/45%4]
		if _, held := slot.Holder.Totem(); held && slot.State == booking.Free {
			slot.Ask = []booking.Ask{0, 0, booking.AskBack, booking.AskVoid}[kind/180%4]
		}
	}
	q.Now = morning.Add(time.Duration(rapid.IntRange(-24*60, 10*60).Draw(t, "minute")) * time.Minute)
	q.Lead = time.Duration(rapid.IntRange(0, 60).Draw(t, "lead")) * time.Minute
	q.Release = time.Duration(rapid.SampledFrom([]int{0, 30}).Draw(t, "release")) * time.Minute
	q.Policy = allocation.Policy{
		Survive: time.Duration(rapid.IntRange(0, 8).Draw(t, "hours")) * time.Hour,
		Sure:    rapid.SampledFrom([]float64{0, 0.5, 0.99}).Draw(t, "sure"),
		Most:    rapid.SampledFrom([]float64{0, 0.1, 0.6, 1}).Draw(t, "most"),
	}
	for i := range q.Totems {
		q.Totems[i].Reachable = rapid.IntRange(0, 3).Draw(t, "reachable") > 0
		share := rapid.Float64Range(0, 3).Draw(t, "demand")
		for h := range q.Totems[i].Demand {
			q.Totems[i].Demand[h] *= share
		}
	}
	return s, q
}

func reachable(q allocation.Question, h booking.Holder) bool {
	return slices.ContainsFunc(q.Totems, func(t allocation.Totem) bool { return booking.HeldBy(t.ID) == h && t.Reachable })
}

func TestOnlyThePoolAndTheReserveGiveAndWhatATotemHoldsStays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before, q := drawDay(t)
		given := before.Clone()
		after := allocation.Balance(before, q)
		if !slices.Equal(before.Slots, given.Slots) {
			t.Fatal("the sheet that was given was changed")
		}
		if err := after.Check(); err != nil || len(after.Slots) != len(before.Slots) {
			t.Fatalf("the sheet is not in order: %v", err)
		}
		for i, slot := range after.Slots {
			was := before.Slots[i]
			if slot == was {
				continue
			}
			granted, asked := was, was
			granted.Holder, granted.Hands = slot.Holder, was.Hands+1
			asked.Ask = slot.Ask
			switch {
			case was.State != booking.Free || was.Ask == booking.AskVoid || slot.Ask == booking.AskVoid:
				t.Fatalf("%+v became %+v", was, slot)
			case !reachable(q, slot.Holder):
				t.Fatalf("%s, which is not heard, was granted or asked for %s", slot.Holder, slot.Number)
			case slot == granted && (was.Holder == booking.Pool || was.Holder == booking.Reserve):
				if slot.Start.Before(q.Now.Add(max(q.Lead, q.Release))) {
					t.Fatalf("a slot of %s was granted at %s", slot.Start, q.Now)
				}
			case slot != asked:
				t.Fatalf("%+v became %+v", was, slot)
			}
		}
	})
}

func TestToldAgainABalanceChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, q := drawDay(t)
		once := allocation.Balance(s, q)
		if again := allocation.Balance(once, q); !slices.Equal(again.Slots, once.Slots) {
			t.Fatalf("it changes %v to %v", keeps(once), keeps(again))
		}
	})
}

func TestTotemsTogetherAreGrantedNoMoreThanTheirPart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before, q := drawDay(t)
		after := allocation.Balance(before, q)
		free, reserve, others, held, was, drawn := 0, 0, 0, 0, 0, 0
		for i, slot := range after.Slots {
			if slot.State != booking.Free || slot.Ask == booking.AskVoid || slot.Holder == booking.Limbo || slot.Start.Before(q.Now.Add(max(q.Lead, q.Release))) {
				continue
			}
			free++
			_, is := slot.Holder.Totem()
			_, heldBefore := before.Slots[i].Holder.Totem()
			if is {
				held++
			}
			if heldBefore {
				was++
			}
			if is && before.Slots[i].Holder == booking.Pool {
				drawn++
			}
			switch {
			case is && !reachable(q, slot.Holder):
				others++
			case q.Planned(slot.Number) == booking.Reserve:
				reserve++
			}
		}
		most := q.Policy.Most
		if most == 0 {
			most = 1
			if booking.DayOf(q.Now, q.Zone) != after.Day {
				most = 0.6
			}
		}
		if limit := max(int(most*float64(free)+1e-9), others+reserve, was); drawn > len(q.Totems) && held > limit { // each may have one in any case
			t.Fatalf("of %d free slots, %d of the reserve, totems held %d and hold %d, %d of them others, and drew %d of the pool", free, reserve, was, held, others, drawn)
		}
	})
}

func TestEveryTotemThatIsHeardHasASlotWhileThereIsOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, q := officeDay()
		q.Now = morning.Add(time.Duration(rapid.IntRange(0, 7*60).Draw(t, "minute")) * time.Minute)
		for i := range q.Totems {
			q.Totems[i].Demand = allocation.Demand{}
		}
		s = allocation.Balance(s, q)
		for _, totem := range q.Totems {
			if keeps(s)[booking.HeldBy(totem.ID)] == 0 {
				t.Fatalf("at %s %s has none: %v", q.Now, totem.ID, keeps(s))
			}
		}
	})
}

func TestTheReserveIsGrantedWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, q := officeDay()
		q.Policy.Most = rapid.SampledFrom([]float64{0, 0.001, 0.6}).Draw(t, "most")
		share := rapid.Float64Range(0, 2).Draw(t, "demand")
		for i := range q.Totems {
			for h := range q.Totems[i].Demand {
				q.Totems[i].Demand[h] *= share
			}
		}
		q.Release = 0
		q.Lead = 0
		if left := tally(allocation.Balance(s, q))[booking.Reserve]; left > 0 {
			t.Fatalf("%d slots that only walk-ins can have are with no totem", left)
		}
	})
}

func TestASmallDifferenceMovesNothing(t *testing.T) {
	s, q := officeDay()
	s = allocation.Balance(s, q)
	n := slices.IndexFunc(s.Slots, func(slot booking.Slot) bool {
		return slot.Holder == "atrio" && q.Planned(slot.Number) == booking.Pool
	})
	one := s.Clone()
	one.Slots[n].Holder = booking.Pool // it was released
	if after := allocation.Balance(one, q); !slices.Equal(after.Slots, one.Slots) {
		t.Errorf("for one slot less, %v became %v", keeps(one), keeps(after))
	}
	second := n + 1 + slices.IndexFunc(s.Slots[n+1:], func(slot booking.Slot) bool {
		return slot.Holder == "atrio" && q.Planned(slot.Number) == booking.Pool
	})
	two := one.Clone()
	two.Slots[second].Holder = booking.Pool
	if after := allocation.Balance(two, q); keeps(after)["atrio"] != keeps(s)["atrio"] {
		t.Errorf("for two slots less, %v became %v", keeps(two), keeps(after))
	}
}

func TestWhatIsOverIsAskedBackAndTheAskIsTakenBack(t *testing.T) {
	s, q := officeDay()
	s = allocation.Balance(s, q)
	held := keeps(s)["atrio"]
	quiet := q
	quiet.Totems = slices.Clone(q.Totems)
	quiet.Totems[0].Demand = allocation.Demand{}
	asked := allocation.Balance(s, quiet)
	if keeps(asked)["atrio"] >= held || tally(asked)["atrio"] != held {
		t.Fatalf("it holds %d and is left with %d, where it had %d", tally(asked)["atrio"], keeps(asked)["atrio"], held)
	}
	if again := allocation.Balance(asked, q); keeps(again)["atrio"] != held {
		t.Errorf("when it needs them, it is left with %d of %d", keeps(again)["atrio"], held)
	}
}

func TestWhereThereIsNotEnoughEachGetsItsPart(t *testing.T) {
	s, q := officeDay()
	q.Policy.Most = 0.5
	for h := range q.Totems[0].Demand {
		q.Totems[0].Demand[h] *= 6
		q.Totems[1].Demand[h] *= 3
		q.Totems[2].Demand[h] *= 3
	}
	n := keeps(allocation.Balance(s, q))
	if total := n["atrio"] + n["ingresso"] + n["scala"]; total < 65 || total > 72 {
		t.Errorf("of 144 slots they hold %d: %v", total, n)
	}
	if n["atrio"] < 3*n["ingresso"]/2 || n["ingresso"]-n["scala"] > 1 || n["scala"] > n["ingresso"] {
		t.Errorf("the parts are %v", n)
	}
}

func TestTheWebFindsASlotOfWhatIsLeft(t *testing.T) {
	s, q := officeDay()
	for i := range q.Totems {
		for h := range q.Totems[i].Demand {
			q.Totems[i].Demand[h] *= 9
		}
	}
	for range 60 {
		s = allocation.Balance(s, q)
		for _, slot := range s.Slots { // the totems do as they are asked
			if slot.Ask == booking.AskBack {
				s, _ = s.PassOn(booking.Hand{Number: slot.Number, To: q.Planned(slot.Number), Hands: slot.Hands + 1})
			}
		}
		i := slices.IndexFunc(s.Slots, func(slot booking.Slot) bool {
			return slot.Holder == booking.Pool && slot.State == booking.Free && !slot.Start.Before(q.Now.Add(30*time.Minute))
		})
		if i < 0 {
			t.Fatalf("nothing is left for the web: %v", keeps(s))
		}
		s, _ = s.Book(s.Slots[i].Number, booking.Pool, booking.CodeHash{7, byte(i)})
	}
}

func TestGrantsSufficeFromEveryHalfHourOn(t *testing.T) {
	s, q := officeDay()
	q.Totems, q.Planned = q.Totems[:1], nil
	q.Release, q.Lead = 0, 0
	for i := range s.Slots {
		s.Slots[i].Holder = booking.Pool
	}
	s = allocation.Balance(s, q)
	for h := 16; h < 32; h++ {
		left, held := 0.0, 0
		for later := h; later < 32; later++ {
			left += q.Totems[0].Demand[later]
		}
		for _, slot := range s.Slots {
			if slot.Holder == "atrio" && allocation.Half(slot.Start, q.Zone) >= h {
				held++
			}
		}
		if want := allocation.Quantile(left, 0.95); held < want {
			t.Errorf("from %d:%02d on it holds %d, and may need %d", h/2, h%2*30, held, want)
		}
	}
}

func TestWhatIsAskedBackIsGrantedToAnotherWhenItIsBack(t *testing.T) {
	s, q := officeDay()
	q.Policy.Most = 0.3
	for i := range q.Totems {
		q.Totems[i].Demand[20] = 0
	}
	s = allocation.Balance(s, q)
	moved := q
	moved.Totems = slices.Clone(q.Totems)
	moved.Totems[0].Demand = allocation.Demand{}
	asked := allocation.Balance(s, moved)
	for _, id := range []booking.Holder{"ingresso", "scala"} {
		if tally(asked)[id] != tally(s)[id] {
			t.Errorf("%s was granted %d before they were back", id, tally(asked)[id]-tally(s)[id])
		}
	}
	back := asked
	for _, slot := range asked.Slots {
		if slot.Ask == booking.AskBack {
			back, _ = back.PassOn(booking.Hand{Number: slot.Number, To: q.Planned(slot.Number), Hands: slot.Hands + 1})
		}
	}
	if after := allocation.Balance(back, moved); tally(after)["ingresso"] <= tally(s)["ingresso"] {
		t.Errorf("%v became %v", tally(s), tally(after))
	}
}

func TestWhoHasATicketDoesNotComeAgain(t *testing.T) {
	s, q := officeDay()
	q.Policy.Most = 1
	for i := range s.Slots {
		s.Slots[i].Holder = booking.Pool
	}
	q.Planned = nil
	sold := s.Clone()
	for i := 60; i < 75; i++ {
		sold.Slots[i].Holder, sold.Slots[i].State, sold.Slots[i].Ticket.Code = "atrio", booking.Issued, booking.CodeHash{1, byte(i)}
	}
	none, some := keeps(allocation.Balance(s, q)), keeps(allocation.Balance(sold, q))
	if some["atrio"] >= none["atrio"] || some["scala"] < none["scala"] {
		t.Errorf("with tickets for the early afternoon %v, without %v", some, none)
	}
}

func TestASlotOfTheReserveThatIsAskedBackNoMoreCostsThePoolNothing(t *testing.T) {
	s, q := officeDay()
	s.Slots, q.Totems = s.Slots[:36], q.Totems[:1]
	q.Policy.Most = 1
	for h := range q.Totems[0].Demand {
		q.Totems[0].Demand[h] *= 100
	}
	for _, i := range []int{32, 33} { // one planned for the reserve, one for the pool
		s.Slots[i].Holder, s.Slots[i].Hands, s.Slots[i].Ask = "atrio", 1, booking.AskBack
	}
	q.Now = morning.Add(-24 * time.Hour)
	if got, want := keeps(allocation.Balance(s, q)), (map[booking.Holder]int{"atrio": 35, booking.Pool: 1}); !maps.Equal(got, want) {
		t.Errorf("of a totem that wants all there are %v, want %v", got, want)
	}
}
