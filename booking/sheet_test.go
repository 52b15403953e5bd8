package booking_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"example.org/totem/booking"
)

func sheetOf(t testing.TB, n int, holder booking.Holder) booking.Sheet {
	t.Helper()
	s := booking.Sheet{SheetKey: booking.SheetKey{Office: "valfiorita", Queue: "identity", Day: day(t, "2026-11-23")}, Prefix: "A"}
	start := time.Date(2026, 11, 23, 7, 30, 0, 0, time.UTC)
	for i := range n {
		s.Slots = append(s.Slots, booking.Slot{Number: booking.NewNumber("A", i+1), Start: start.Add(time.Duration(i/2) * 10 * time.Minute),
			Holder: holder, State: booking.Free})
	}
	return s
}

func TestABookingToldTwiceIsOneBooking(t *testing.T) {
	s := sheetOf(t, 4, "ingresso")
	once, err := s.Book("A002", "ingresso", booking.CodeHash{1})
	if err != nil {
		t.Fatal(err)
	}
	twice, err := once.Book("A002", "ingresso", booking.CodeHash{1})
	if err != nil {
		t.Errorf("told again: %v", err)
	}
	if twice.Slots[1] != once.Slots[1] {
		t.Errorf("told again, the slot became %+v", twice.Slots[1])
	}
	if s.Slots[1].State != booking.Free {
		t.Error("the sheet that was read has changed")
	}
}

func TestASlotIsRefusedToWhoeverMayNotBookIt(t *testing.T) {
	s, err := sheetOf(t, 4, "ingresso").Book("A001", "ingresso", booking.CodeHash{1})
	if err != nil {
		t.Fatal(err)
	}
	s.Slots[2].State = booking.Void
	tests := []struct {
		name string
		n    booking.Number
		by   booking.Holder
		want error
	}{
		{"another ticket is on it", "A001", "ingresso", booking.ErrTaken},
		{"somebody else holds it", "A002", "atrio", booking.ErrNotHeld},
		{"the pool does not hold it", "A002", booking.Pool, booking.ErrNotHeld},
		{"it is void", "A003", "ingresso", booking.ErrVoid},
		{"it is not there", "A009", "ingresso", booking.ErrNoSlot},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := s.Book(tt.n, tt.by, booking.CodeHash{2}); !errors.Is(err, tt.want) {
				t.Errorf("Book = %v, want %v", err, tt.want)
			}
		})
	}
}

func TestATicketGoesForwardOnlyForWhoeverKnowsItsCode(t *testing.T) {
	own, foreign := booking.CodeHash{1}, booking.CodeHash{2}
	arrive := func(s booking.Sheet, code booking.CodeHash) (booking.Sheet, error) { return s.Arrive("A001", code) }
	cancel := func(s booking.Sheet, code booking.CodeHash) (booking.Sheet, error) { return s.Cancel("A001", code) }
	for state := booking.Free; state <= booking.Void; state++ {
		for _, c := range []struct {
			name string
			move func(booking.Sheet, booking.CodeHash) (booking.Sheet, error)
			to   booking.State
			from []booking.State
		}{
			{"arrive", arrive, booking.Arrived, []booking.State{booking.Issued, booking.Arrived}},
			{"cancel", cancel, booking.Cancelled, []booking.State{booking.Issued, booking.Arrived, booking.Cancelled}},
		} {
			t.Run(c.name+" when "+state.String(), func(t *testing.T) {
				before := sheetOf(t, 2, booking.Pool)
				before.Slots[0].State = state
				want, wrong := booking.ErrPassed, booking.ErrTaken
				if state.HasTicket() {
					before.Slots[0].Ticket = booking.Ticket{Code: own, Returns: 2, Paper: booking.PaperPrinted}
				} else {
					want, wrong = booking.ErrNoTicket, booking.ErrNoTicket
				}
				after, err := c.move(before, own)
				expected := before.Clone()
				if slices.Contains(c.from, state) {
					expected.Slots[0].State, want = c.to, nil
				}
				if !errors.Is(err, want) || !slices.Equal(after.Slots, expected.Slots) {
					t.Errorf("%v, %+v; want %v, %+v", err, after.Slots[0], want, expected.Slots[0])
				}
				if after, err := c.move(before, foreign); !errors.Is(err, wrong) || !slices.Equal(after.Slots, before.Slots) {
					t.Errorf("with another code: %v, %+v", err, after.Slots[0])
				}
				if again, err := c.move(after, own); !errors.Is(err, want) || !slices.Equal(again.Slots, after.Slots) {
					t.Errorf("again: %v, %+v", err, again.Slots[0])
				}
				if before.Slots[0].State != state {
					t.Error("the sheet that was read has changed")
				}
			})
		}
	}
	if _, err := sheetOf(t, 2, booking.Pool).Arrive("A009", own); !errors.Is(err, booking.ErrNoSlot) {
		t.Errorf("no slot: %v", err)
	}
}

func TestASlotIsNeverOnTwoTickets(t *testing.T) {
	holders := []booking.Holder{booking.Pool, booking.Reserve, "ingresso", "atrio"}
	rapid.Check(t, func(t *rapid.T) {
		s := booking.Sheet{SheetKey: booking.SheetKey{Office: "of", Queue: "qu"}, Prefix: "A"}
		for i := range 6 {
			s.Slots = append(s.Slots, booking.Slot{Number: booking.NewNumber("A", i+1), Start: time.Unix(int64(i)*600, 0).UTC(),
				Holder: rapid.SampledFrom(holders).Draw(t, "holder"), State: booking.Free})
		}
		sold := map[booking.Number]booking.CodeHash{}
		for range 30 {
			n := booking.NewNumber("A", rapid.IntRange(1, 6).Draw(t, "n"))
			by := rapid.SampledFrom(holders).Draw(t, "by")
			code := booking.CodeHash{byte(rapid.IntRange(1, 5).Draw(t, "code"))}
			switch rapid.IntRange(0, 4).Draw(t, "act") {
			case 0:
				after, err := s.Book(n, by, code)
				if old, was := sold[n]; err == nil && was && old != code {
					t.Fatalf("%s was sold to %v and to %v", n, old, code)
				}
				if err == nil {
					sold[n], s = code, after
				}
			case 1:
				if after, err := s.Grant(n, "ingresso"); err == nil {
					s = after
				}
			case 2:
				s = s.Orphan("ingresso").Settle(func(booking.Number) booking.Holder { return booking.Reserve })
			case 3:
				s, _ = s.Arrive(n, code)
			case 4:
				after, err := s.Cancel(n, code)
				if i, _ := s.Find(n); err == nil && s.Slots[i].Ticket.Code != code {
					t.Fatalf("%s was cancelled by %v", n, code)
				}
				s = after
			}
			if err := s.Check(); err != nil {
				t.Fatal(err)
			}
		}
		for n, code := range sold {
			if i, _ := s.Find(n); s.Slots[i].Ticket.Code != code {
				t.Fatalf("the ticket on %s is gone", n)
			}
		}
	})
}

func TestASheetInDisorderIsSeen(t *testing.T) {
	breaks := map[string]func(*booking.Sheet){
		"a number twice":            func(s *booking.Sheet) { s.Slots[1].Number = s.Slots[0].Number },
		"a foreign prefix":          func(s *booking.Sheet) { s.Slots[1].Number = "B002" },
		"a start out of order":      func(s *booking.Sheet) { s.Slots[3].Start = s.Slots[0].Start.Add(-time.Minute) },
		"half a minute":             func(s *booking.Sheet) { s.Slots[3].Start = s.Slots[3].Start.Add(time.Second) },
		"no holder":                 func(s *booking.Sheet) { s.Slots[0].Holder = "" },
		"a free slot with a ticket": func(s *booking.Sheet) { s.Slots[0].Ticket.Code = booking.CodeHash{1} },
		"a ticket without a code":   func(s *booking.Sheet) { s.Slots[0].State = booking.Issued },
		"no state":                  func(s *booking.Sheet) { s.Slots[0].State = 0 },
		"too many hands":            func(s *booking.Sheet) { s.Slots[0].Hands = booking.MostHands + 1 },
		"hands below zero":          func(s *booking.Sheet) { s.Slots[0].Hands = -1 },
		"a recall of the reserve's": func(s *booking.Sheet) { s.Slots[0].Ask = booking.AskBack },
		"a recall of a void slot": func(s *booking.Sheet) {
			s.Slots[0].Holder, s.Slots[0].State, s.Slots[0].Ask = "ingresso", booking.Void, booking.AskVoid
		},
		"an unknown recall":      func(s *booking.Sheet) { s.Slots[0].Holder, s.Slots[0].Ask = "ingresso", booking.AskVoid+1 },
		"a free slot that moved": func(s *booking.Sheet) { s.Slots[0].Ticket.Moved = true },
		"expected, though not moved": func(s *booking.Sheet) {
			s.Slots[0].State, s.Slots[0].Ticket = booking.Issued, booking.Ticket{Code: booking.CodeHash{1}, Expected: s.Slots[1].Start}
		},
		"expected within a minute": func(s *booking.Sheet) {
			s.Slots[0].State, s.Slots[0].Ticket = booking.Issued, booking.Ticket{Code: booking.CodeHash{1}, Moved: true, Expected: s.Slots[1].Start.Add(time.Second)}
		},
	}
	for name, spoil := range breaks {
		t.Run(name, func(t *testing.T) {
			s := sheetOf(t, 4, booking.Reserve)
			spoil(&s)
			if err := s.Check(); err == nil {
				t.Error("the sheet passed")
			}
		})
	}
	if err := sheetOf(t, 4, booking.Reserve).Check(); err != nil {
		t.Errorf("a good sheet: %v", err)
	}
}

func TestAnEpochOutweighsASequence(t *testing.T) {
	old, restored := booking.Revision{Epoch: 1, Sequence: 900}, booking.Revision{Epoch: 2, Sequence: 3}
	if !restored.Newer(old) || old.Newer(restored) || old.Newer(old) {
		t.Error("revisions are not ordered by epoch, then sequence")
	}
}
