package allocation_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"example.org/totem/booking"
	"example.org/totem/scheduler/allocation"
)

func day(t testing.TB, s string) booking.Day {
	t.Helper()
	d, err := booking.ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// sheet returns a sheet with one slot for each holder, ten minutes apart.
func sheet(holders ...booking.Holder) booking.Sheet {
	s := booking.Sheet{Prefix: "A"}
	for i, h := range holders {
		s.Slots = append(s.Slots, slot(i, h))
	}
	return s
}

func slot(i int, h booking.Holder) booking.Slot {
	start := time.Date(2026, 11, 23, 7, 30, 0, 0, time.UTC).Add(time.Duration(i) * 10 * time.Minute)
	return booking.Slot{Number: booking.NewNumber("A", i+1), Start: start, Holder: h, State: booking.Free}
}

func holders(s booking.Sheet) string {
	var words []string
	for _, slot := range s.Slots {
		words = append(words, string(slot.Holder))
	}
	return strings.Join(words, " ")
}

func ExampleShare() {
	morning := sheet("reserve", "pool", "reserve", "reserve", "pool", "reserve", "reserve")
	fmt.Println(holders(allocation.Share(morning, []booking.TotemID{"ingresso", "atrio"})))
	// Output: ingresso pool atrio ingresso pool atrio ingresso
}

func TestATotemThatIsListedLaterCatchesUp(t *testing.T) {
	s := sheet("t1", "t1", "pool", "reserve", "reserve", "reserve", "reserve")
	if got, want := holders(allocation.Share(s, []booking.TotemID{"t1", "t2"})), "t1 t1 pool t2 t2 t1 t2"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestAVoidSlotIsNobodysShare(t *testing.T) {
	s := sheet("t1", "reserve", "reserve")
	s.Slots[0].State = booking.Void
	if got, want := holders(allocation.Share(s, []booking.TotemID{"t1", "t2"})), "t1 t1 t2"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestAWordThatIsNoTotemGetsNothing(t *testing.T) {
	s := sheet("reserve", "reserve")
	if got := holders(allocation.Share(s, []booking.TotemID{"pool", "", "reserve", "t1"})); got != "t1 t1" {
		t.Errorf("got %s", got)
	}
	if got := holders(allocation.Share(s, []booking.TotemID{"pool"})); got != "reserve reserve" {
		t.Errorf("got %s", got)
	}
}

func TestShareLeavesTheGivenSheetAlone(t *testing.T) {
	s := sheet("reserve", "reserve")
	allocation.Share(s, []booking.TotemID{"t1"})
	if got := holders(s); got != "reserve reserve" {
		t.Errorf("the sheet that was given became %s", got)
	}
}

func drawTotems(t *rapid.T) []booking.TotemID {
	return rapid.SliceOfNDistinct(rapid.SampledFrom([]booking.TotemID{"t1", "t2", "t3", "t4"}), 0, 4, rapid.ID[booking.TotemID]).Draw(t, "totems")
}

func drawSheet(t *rapid.T) booking.Sheet {
	s := sheet(rapid.SliceOfN(rapid.SampledFrom([]booking.Holder{"pool", "reserve", "reserve", "t1", "t2", "gone"}), 0, 60).Draw(t, "holders")...)
	for i := range s.Slots {
		s.Slots[i].State = rapid.SampledFrom([]booking.State{booking.Free, booking.Free, booking.Issued, booking.Void}).Draw(t, "state")
		if s.Slots[i].State.HasTicket() {
			s.Slots[i].Ticket.Code = booking.CodeHash{1, byte(i)}
		}
	}
	return s
}

func held(s booking.Sheet) map[booking.Holder]int {
	n := map[booking.Holder]int{}
	for _, slot := range s.Slots {
		if slot.State != booking.Void {
			n[slot.Holder]++
		}
	}
	return n
}

func TestOnlyFreeSlotsOfTheReserveChangeHands(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before, totems := drawSheet(t), drawTotems(t)
		after := allocation.Share(before, totems)
		if err := after.Check(); err != nil || len(after.Slots) != len(before.Slots) {
			t.Fatalf("%d slots became %d: %v", len(before.Slots), len(after.Slots), err)
		}
		for i, slot := range after.Slots {
			was := before.Slots[i]
			granted := was.State == booking.Free && was.Holder == booking.Reserve && len(totems) > 0
			if granted {
				if id, ok := slot.Holder.Totem(); !ok || !slices.Contains(totems, id) {
					t.Fatalf("%s went to %s", slot.Number, slot.Holder)
				}
				slot.Holder = was.Holder
			}
			if slot != was {
				t.Fatalf("%v became %v", was, slot)
			}
		}
		if again := allocation.Share(after, totems); !slices.Equal(again.Slots, after.Slots) {
			t.Fatal("told again, it changes something")
		}
	})
}

func TestNobodyIsGrantedMoreWhileAnotherHasLess(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before, totems := drawSheet(t), drawTotems(t)
		after := allocation.Share(before, totems)
		was, is := held(before), held(after)
		for _, a := range totems {
			for _, b := range totems {
				a, b := booking.HeldBy(a), booking.HeldBy(b)
				if is[a] > was[a] && is[a] > is[b]+1 {
					t.Fatalf("%s was granted up to %d slots, and %s has %d", a, is[a], b, is[b])
				}
			}
		}
	})
}

func TestAFreshDayIsSharedEvenlyFromItsFirstSlotOn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		fresh := sheet(rapid.SliceOfN(rapid.SampledFrom([]booking.Holder{"pool", "reserve"}), 0, 60).Draw(t, "holders")...)
		totems := drawTotems(t)
		after := allocation.Share(fresh, totems)
		for n := range after.Slots {
			after := booking.Sheet{Slots: after.Slots[:n+1]}
			var counts []int
			for _, id := range totems {
				counts = append(counts, held(after)[booking.HeldBy(id)])
			}
			if len(counts) > 0 && slices.Max(counts)-slices.Min(counts) > 1 {
				t.Fatalf("after %d slots the totems hold %v", n+1, counts)
			}
		}
	})
}

func TestSlotsThatAreAddedLaterAreSharedInTheSameWay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		totems := drawTotems(t)
		first := allocation.Share(drawSheet(t), totems)
		longer := first.Clone()
		for range rapid.IntRange(1, 20).Draw(t, "added") {
			longer.Slots = append(longer.Slots, slot(len(longer.Slots), booking.Reserve))
		}
		after := allocation.Share(longer, totems)
		if !slices.Equal(after.Slots[:len(first.Slots)], first.Slots) {
			t.Fatal("an earlier grant was moved")
		}
		if len(totems) > 0 && slices.ContainsFunc(after.Slots[len(first.Slots):], func(s booking.Slot) bool { return s.Holder == booking.Reserve }) {
			t.Fatal("an added slot was not granted")
		}
	})
}

func TestCoverIsTodayAndTheNextTwoOpeningDays(t *testing.T) {
	var hours booking.Hours
	for d := time.Monday; d <= time.Friday; d++ {
		hours.Week[d] = []booking.Span{{From: 8 * 60, To: 12 * 60}}
	}
	hours.Closed = []booking.Day{day(t, "2026-12-25"), day(t, "2026-12-28")}
	for today, want := range map[string][]string{
		"2026-11-23": {"2026-11-23", "2026-11-24", "2026-11-25"},
		"2026-11-20": {"2026-11-20", "2026-11-23", "2026-11-24"}, // over the weekend
		"2026-11-21": {"2026-11-21", "2026-11-23", "2026-11-24"}, // closed today
		"2026-12-24": {"2026-12-24", "2026-12-29", "2026-12-30"}, // over a holiday
	} {
		var got []string
		for _, d := range allocation.Cover(hours, day(t, today)) {
			got = append(got, d.String())
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("from %s (-want +got):\n%s", today, diff)
		}
	}
}

func TestAnOfficeThatNeverOpensIsCoveredToday(t *testing.T) {
	if got := allocation.Cover(booking.Hours{}, day(t, "2026-11-23")); len(got) != 1 {
		t.Errorf("got %v", got)
	}
}
