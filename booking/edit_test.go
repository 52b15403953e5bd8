package booking_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"example.org/totem/booking"
)

func TestOnlyAFreeSlotOfPoolOrReserveIsWithdrawn(t *testing.T) {
	s := joinSheet(booking.Pool, booking.Reserve, "t1", booking.Limbo, booking.Pool)
	s.Slots[4] = ticketed(s.Slots[4], booking.Pool, 1)
	for i, want := range []error{nil, nil, booking.ErrNotHeld, booking.ErrNotHeld, booking.ErrTaken} {
		n := s.Slots[i].Number
		after, err := s.Withdraw(n)
		if !errors.Is(err, want) || want == nil && (after.Slots[i].State != booking.Void || after.Check() != nil) {
			t.Errorf("%s: %v, %+v", n, err, after.Slots[i])
		}
		if again, err := after.Withdraw(n); want == nil && (err != nil || &again.Slots[0] != &after.Slots[0]) {
			t.Errorf("%s, told again: %v", n, err)
		}
	}
	if _, err := s.Withdraw("A009"); !errors.Is(err, booking.ErrNoSlot) {
		t.Errorf("no slot: %v", err)
	}
	if s.Slots[0].State != booking.Free {
		t.Error("the sheet that was read has changed")
	}
}

func TestAddedSlotsHaveNewNumbersAndStandInCallingOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawShared(t)
		before := s.Clone()
		start, n := at(rapid.IntRange(-1, 7).Draw(t, "start")), rapid.IntRange(-1, 4).Draw(t, "n")
		after := s.Add(start, n, func(n booking.Number) booking.Holder {
			if n > "A010" {
				return booking.Reserve
			}
			return ""
		})
		if err := after.Check(); err != nil || len(after.Slots) != len(s.Slots)+max(n, 0) || !slices.Equal(s.Slots, before.Slots) {
			t.Fatalf("%d slots after %d and %d, %v", len(after.Slots), len(s.Slots), n, err)
		}
		for _, slot := range after.Slots {
			want := booking.Slot{Number: slot.Number, Start: start, Holder: booking.Pool, State: booking.Free}
			if slot.Number > "A010" {
				want.Holder = booking.Reserve
			}
			if i, was := before.Find(slot.Number); was && before.Slots[i] != slot || !was && slot != want {
				t.Fatalf("%+v", slot)
			}
		}
	})
}

func TestATicketIsMovedOrAnnulledWhileItsBearerMayStillCome(t *testing.T) {
	for state := booking.Free; state <= booking.Void; state++ {
		s := joinSheet(booking.Pool)
		s.Slots[0].State = state
		if state.HasTicket() {
			s.Slots[0].Ticket = booking.Ticket{Code: booking.CodeHash{1}, Returns: 1, Paper: booking.PaperPrinted}
		}
		waits := state == booking.Issued || state == booking.Arrived
		want := booking.ErrPassed
		if !state.HasTicket() {
			want = booking.ErrNoTicket
		}
		moved, err := s.MarkMoved("A001")
		if waits && (err != nil || !moved.Slots[0].Ticket.Moved || moved.Slots[0].State != state) || !waits && !errors.Is(err, want) {
			t.Errorf("%s moved: %v, %+v", state, err, moved.Slots[0])
		}
		if again, err := moved.MarkMoved("A001"); waits && (err != nil || &again.Slots[0] != &moved.Slots[0]) {
			t.Errorf("%s moved again: %v", state, err)
		}
		annulled, err := s.Annul("A001")
		waits = waits || state == booking.Cancelled
		if waits && (err != nil || annulled.Slots[0].State != booking.Cancelled || annulled.Slots[0].Ticket != s.Slots[0].Ticket) || !waits && !errors.Is(err, want) {
			t.Errorf("%s annulled: %v, %+v", state, err, annulled.Slots[0])
		}
		if again, err := annulled.Annul("A001"); waits && (err != nil || &again.Slots[0] != &annulled.Slots[0]) {
			t.Errorf("%s annulled again: %v", state, err)
		}
	}
	s := joinSheet(booking.Pool)
	for _, act := range []func(booking.Number) (booking.Sheet, error){s.MarkMoved, s.Annul} {
		if _, err := act("A009"); !errors.Is(err, booking.ErrNoSlot) {
			t.Errorf("no slot: %v", err)
		}
	}
}

func TestMovedTicketsTakeTheFirstFreeSlotsAndEachOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := booking.Sheet{SheetKey: booking.SheetKey{Office: "of", Queue: "qu"}, Prefix: "A"}
		for i := range rapid.IntRange(0, 12).Draw(t, "slots") {
			slot := booking.Slot{Number: booking.NewNumber("A", i+1), Start: at(i / 2), State: booking.Free,
				Holder: rapid.SampledFrom([]booking.Holder{booking.Pool, booking.Reserve, booking.Limbo, "t1"}).Draw(t, "holder")}
			switch rapid.IntRange(0, 6).Draw(t, "kind") {
			case 0, 1:
				slot = ticketed(slot, slot.Holder, byte(i+1))
				slot.Ticket.Moved = true
				slot.State = rapid.SampledFrom([]booking.State{booking.Issued, booking.Arrived, booking.Called, booking.Cancelled}).Draw(t, "state")
			case 2:
				slot = ticketed(slot, slot.Holder, byte(i+1))
				slot.Ticket.Moved, slot.Ticket.Expected = true, at(9)
			case 3:
				slot = ticketed(slot, slot.Holder, byte(i+1))
			case 4:
				slot.State = booking.Void
			}
			s.Slots = append(s.Slots, slot)
		}
		before, earliest := s.Clone(), at(rapid.IntRange(0, 6).Draw(t, "earliest"))
		after, left := s.Rehouse(earliest)
		want, wantLeft := rehoused(before.Clone(), earliest)
		if !slices.Equal(after.Slots, want.Slots) || left != wantLeft || after.Check() != nil || !slices.Equal(s.Slots, before.Slots) {
			t.Fatalf("%d left of %+v, want %d of %+v; %v", left, after.Slots, wantLeft, want.Slots, after.Check())
		}
		if again, still := after.Rehouse(earliest); still != left || !slices.Equal(again.Slots, after.Slots) {
			t.Fatalf("told again, %d are left, want %d", still, left)
		}
	})
}

// rehoused is Rehouse, without care for time.
func rehoused(s booking.Sheet, earliest time.Time) (booking.Sheet, int) {
	left := 0
	for i, slot := range s.Slots {
		if slot.State != booking.Issued && slot.State != booking.Arrived || !slot.Ticket.Moved || !slot.Ticket.Expected.IsZero() {
			continue
		}
		room := slices.IndexFunc(s.Slots, func(r booking.Slot) bool {
			return r.State == booking.Free && (r.Holder == booking.Pool || r.Holder == booking.Reserve) && !r.Start.Before(slot.Start) && !r.Start.Before(earliest)
		})
		if room < 0 {
			left++
			continue
		}
		s.Slots[i].Ticket.Expected, s.Slots[room].State = s.Slots[room].Start, booking.Void
	}
	return s, left
}
