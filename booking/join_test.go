package booking_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"example.org/totem/booking"
)

var sameDay = cmp.Comparer(func(a, b booking.Day) bool { return a == b })

// joinSheet returns a sheet of free slots of the given holders.
func joinSheet(holders ...booking.Holder) booking.Sheet {
	day, _ := booking.ParseDay("2026-11-23")
	s := booking.Sheet{SheetKey: booking.SheetKey{Office: "rm001", Queue: "anagrafe", Day: day}, Prefix: "A"}
	for i, h := range holders {
		s.Slots = append(s.Slots, booking.Slot{
			Number: booking.NewNumber("A", i+1), Start: day.At(booking.Clock(540+10*i), time.UTC), Holder: h, State: booking.Free,
		})
	}
	return s
}

func ticketed(slot booking.Slot, h booking.Holder, code byte) booking.Slot {
	slot.Holder, slot.State, slot.Ticket = h, booking.Issued, booking.Ticket{Code: booking.CodeHash{code}}
	return slot
}

func TestASlotIsJoinedByWhoCanKnow(t *testing.T) {
	base := joinSheet(booking.Reserve).Slots[0]
	free := func(h booking.Holder) booking.Slot { s := base; s.Holder = h; return s }
	ticket := func(h booking.Holder, code byte) booking.Slot { return ticketed(base, h, code) }
	void := func(h booking.Holder) booking.Slot { s := free(h); s.State = booking.Void; return s }
	with := func(s booking.Slot, p booking.Paper, state booking.State) booking.Slot {
		s.Ticket.Paper, s.State = p, state
		return s
	}
	hands := func(h booking.Holder, n int) booking.Slot { s := free(h); s.Hands = n; return s }
	ask := func(s booking.Slot, a booking.Ask) booking.Slot { s.Ask = a; return s }
	gone := func(s booking.Slot) booking.Slot { s.State = booking.Void; return s }
	moved := func(s booking.Slot) booking.Slot { s.Ticket.Moved = true; return s }
	for name, c := range map[string]struct {
		known, told, want booking.Slot
		conflicts         int
	}{
		"its own of the reserve":                     {free(booking.Reserve), free("t1"), free("t1"), 0},
		"its own of the pool":                        {free(booking.Pool), free("t1"), free("t1"), 0},
		"its own, where the ledger says another":     {free("t2"), free("t1"), free("t1"), 1},
		"another's that the ledger knows of nobody":  {free(booking.Reserve), free("t2"), free(booking.Limbo), 0},
		"another's that the ledger knows of a third": {free("t3"), free("t2"), free("t3"), 0},
		"the ledger's claim for another":             {free("t2"), free(booking.Reserve), free("t2"), 0},
		"the ledger's claim for the reporter":        {free("t1"), free(booking.Pool), free("t1"), 0},
		"its own ticket":                             {free("t1"), ticket("t1", 1), ticket("t1", 1), 0},
		"its own ticket on the reserve":              {free(booking.Reserve), ticket("t1", 1), ticket("t1", 1), 0},
		"its own ticket on another's slot":           {free("t2"), ticket("t1", 1), ticket("t1", 1), 1},
		"its own ticket on a void slot":              {void("t1"), ticket("t1", 1), ticket("t1", 1), 1},
		"a ticket of the web":                        {free(booking.Pool), ticket(booking.Pool, 1), ticket(booking.Pool, 1), 0},
		"another totem's ticket":                     {free("t2"), ticket("t2", 1), ticket("t2", 1), 0},
		"a ticket that it has not heard of":          {ticket(booking.Pool, 1), free(booking.Pool), ticket(booking.Pool, 1), 0},
		"a ticket of its own that it has not":        {ticket("t1", 1), free("t1"), ticket("t1", 1), 1},
		"another code on its own slot":               {ticket("t1", 1), ticket("t1", 2), ticket("t1", 2), 1},
		"another code on the web's slot":             {ticket(booking.Pool, 1), ticket(booking.Pool, 2), ticket(booking.Pool, 1), 1},
		"another code on another's slot":             {ticket("t2", 1), ticket("t1", 2), ticket("t2", 1), 1},
		"void":                                       {free(booking.Pool), void(booking.Pool), void(booking.Pool), 0},
		"void no more":                               {void(booking.Pool), free(booking.Pool), void(booking.Pool), 0},
		"its own slip": {with(ticket("t1", 1), booking.PaperUnknown, booking.Issued), with(ticket("t1", 1), booking.PaperPrinted, booking.Issued),
			with(ticket("t1", 1), booking.PaperPrinted, booking.Issued), 0},
		"another's slip as it was": {with(ticket("t2", 1), booking.PaperPrinted, booking.Issued), with(ticket("t2", 1), booking.PaperUnknown, booking.Issued),
			with(ticket("t2", 1), booking.PaperPrinted, booking.Issued), 0},
		"checked in at the reporter":                    {with(ticket("t2", 1), 0, booking.Issued), with(ticket("t2", 1), 0, booking.Arrived), with(ticket("t2", 1), 0, booking.Arrived), 0},
		"given back at the reporter":                    {with(ticket("t2", 1), 0, booking.Arrived), with(ticket("t2", 1), 0, booking.Cancelled), with(ticket("t2", 1), 0, booking.Cancelled), 0},
		"given back elsewhere":                          {with(ticket("t1", 1), 0, booking.Cancelled), with(ticket("t1", 1), 0, booking.Arrived), with(ticket("t1", 1), 0, booking.Cancelled), 0},
		"given back, of which the ledger knows nothing": {free(booking.Pool), with(ticket(booking.Pool, 1), 0, booking.Cancelled), with(ticket(booking.Pool, 1), 0, booking.Cancelled), 0},
		"given back, where the reporter knows it free":  {with(ticket(booking.Pool, 1), 0, booking.Cancelled), free(booking.Pool), with(ticket(booking.Pool, 1), 0, booking.Cancelled), 0},
		"its own, passed on since to another":           {hands("t2", 2), hands("t1", 1), hands("t2", 2), 1},
		"its own, given back since":                     {hands(booking.Pool, 2), hands("t1", 1), hands(booking.Pool, 2), 1},
		"its own, that was another's":                   {hands("t2", 1), hands("t1", 2), hands("t1", 2), 0},
		"its own, that was given back before":           {hands(booking.Pool, 2), hands("t1", 3), hands("t1", 3), 0},
		"its own, that a third was seen to hold":        {hands(booking.Limbo, 3), hands("t1", 3), hands("t1", 3), 0},
		"its own, before it was lost":                   {hands(booking.Limbo, 3), hands("t1", 2), hands(booking.Limbo, 3), 1},
		"given back by the reporter":                    {hands("t1", 1), hands(booking.Pool, 2), hands(booking.Pool, 2), 0},
		"another's, later":                              {hands(booking.Pool, 2), hands("t2", 3), hands(booking.Limbo, 3), 0},
		"another's, later than the ledger's word":       {hands("t2", 1), hands("t2", 3), hands(booking.Limbo, 3), 0},
		"another's, as the ledger says":                 {hands("t2", 3), hands("t2", 3), hands("t2", 3), 0},
		"another's, earlier":                            {hands(booking.Pool, 2), hands("t2", 1), hands(booking.Pool, 2), 0},
		"what is asked back":                            {hands("t1", 1), ask(hands("t1", 1), booking.AskBack), ask(hands("t1", 1), booking.AskBack), 0},
		"what was asked back of an earlier holder":      {hands("t1", 3), ask(hands("t2", 1), booking.AskBack), hands("t1", 3), 0},
		"to be void, in the totem's hands":              {ask(hands("t1", 1), booking.AskVoid), hands("t1", 1), ask(hands("t1", 1), booking.AskVoid), 0},
		"to be void, passed on":                         {ask(hands("t2", 1), booking.AskVoid), hands("t1", 2), ask(hands("t1", 2), booking.AskVoid), 0},
		"to be void, and given back":                    {ask(hands("t1", 1), booking.AskVoid), hands(booking.Pool, 2), gone(hands(booking.Pool, 2)), 0},
		"given back, and to be void before":             {hands(booking.Pool, 2), ask(hands("t2", 1), booking.AskVoid), gone(hands(booking.Pool, 2)), 0},
		"to be void, and sold":                          {ask(hands("t1", 1), booking.AskVoid), ticketed(hands("t1", 1), "t1", 1), moved(ticketed(hands("t1", 1), "t1", 1)), 0},
		"sold, and to be void as the reporter heard":    {ticketed(hands("t2", 1), "t2", 1), ask(hands("t2", 1), booking.AskVoid), moved(ticketed(hands("t2", 1), "t2", 1)), 0},
		"moved, as the reporter heard":                  {ticket("t2", 1), moved(ticket("t2", 1)), moved(ticket("t2", 1)), 0},
		"sold by who was passed it":                     {hands("t2", 1), ticketed(hands("t1", 2), "t1", 1), ticketed(hands("t1", 2), "t1", 1), 0},
		"sold by who it was passed on to":               {ticketed(hands("t2", 2), "t2", 1), hands("t1", 1), ticketed(hands("t2", 2), "t2", 1), 0},
		"a state that is further on":                    {with(ticket("t1", 1), 0, booking.Called), ticket("t1", 1), with(ticket("t1", 1), 0, booking.Called), 0},
	} {
		known, told := joinSheet(booking.Reserve), joinSheet(booking.Reserve)
		known.Slots[0], told.Slots[0] = c.known, c.told
		joined, conflicts := known.Join(told, "t1")
		if diff := cmp.Diff(c.want, joined.Slots[0]); diff != "" || conflicts != c.conflicts {
			t.Errorf("%s: %d conflicts, want %d (-want +got):\n%s", name, conflicts, c.conflicts, diff)
		}
	}
}

func TestSlotsThatTheLedgerLacksAreAddedInTheirOrder(t *testing.T) {
	report := joinSheet("t1", booking.Pool, "t2", booking.Reserve)
	known := report.Clone()
	known.Slots = known.Slots[1:2]
	joined, conflicts := known.Join(report, "t1")
	want := report.Clone()
	want.Slots[2].Holder = booking.Limbo // until t2 says so itself
	if diff := cmp.Diff(want, joined, sameDay); diff != "" || conflicts != 0 {
		t.Errorf("%d conflicts (-want +got):\n%s", conflicts, diff)
	}
	other := report.Clone()
	other.Queue = "protocollo"
	if joined, _ := known.Join(other, "t1"); len(joined.Slots) != 1 {
		t.Error("a report of another sheet was joined")
	}
	foreign := report.Clone()
	foreign.Prefix = "P"
	if joined, conflicts := known.Join(foreign, "t1"); len(joined.Slots) != 1 || conflicts != 4 || joined.Check() != nil {
		t.Errorf("slots under another letter: %d slots, %d conflicts, %v", len(joined.Slots), conflicts, joined.Check())
	}
}

func sold(s booking.Sheet) (tickets []string) {
	for _, slot := range s.Slots {
		if slot.State.HasTicket() {
			tickets = append(tickets, ticketOf(slot))
		}
	}
	return tickets
}

func ticketOf(slot booking.Slot) string {
	return fmt.Sprint(slot.Number, slot.Holder, slot.Ticket.Code)
}

// states are how far the tickets of a sheet have gone.
func states(s booking.Sheet) (all []string) {
	for _, slot := range s.Slots {
		all = append(all, fmt.Sprint(slot.Number, slot.State))
	}
	return all
}

func TestWhateverTheOrderOfTheReportsTheSameSlotsAreSoldAndNobodysSlotIsForAnother(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := newHistory()
		h.live(t)
		order := rapid.Permutation(fleet).Draw(t, "order")
		joined := h.join(t, order)
		if diff := cmp.Diff(sold(h.join(t, fleet)), sold(joined)); diff != "" {
			t.Fatalf("in another order (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(states(h.join(t, fleet)), states(joined)); diff != "" {
			t.Fatalf("in another order they have gone elsewhere (-want +got):\n%s", diff)
		}
		for _, id := range fleet {
			h.isKept(t, id, joined)
		}
		// What only the lost ledger knew is lost; but nothing is sold that nobody had sold.
		for _, slot := range joined.Slots {
			if slot.State.HasTicket() && h.sold[slot.Number] != slot.Ticket.Code {
				t.Fatalf("%s was never sold by %s", slot.Number, slot.Holder)
			}
		}
	})
}

// isKept fails the test unless the joined sheet has every ticket that a totem knows of, and every slot that it may sell as its own.
func (h *history) isKept(t *rapid.T, id booking.TotemID, joined booking.Sheet) {
	for _, told := range h.totems[id].mine(id).Slots {
		i, ok := joined.Find(told.Number)
		if !ok {
			t.Fatalf("%s of %s is gone", told.Number, id)
		}
		got := joined.Slots[i]
		switch {
		case told.State.HasTicket() && got.Ticket.Code != told.Ticket.Code:
			t.Fatalf("the ticket %s of %s is lost: %+v", told.Number, id, got)
		case told.State.HasTicket() && got.State < told.State:
			t.Fatalf("the ticket %s, which %s knows to be %s, is %s", told.Number, id, told.State, got.State)
		case h.totems[id].sells(id, told.Number) && (got.Holder != told.Holder || got.State != booking.Free):
			t.Fatalf("%s, which %s may sell, is %s and held by %s", told.Number, id, got.State, got.Holder)
		}
	}
}

func FuzzJoinKeepsASheetInOrder(f *testing.F) {
	f.Add([]byte{1, 2, 3, 4, 5, 6, 7, 8, 9})
	f.Fuzz(func(t *testing.T, noise []byte) {
		holders := []booking.Holder{booking.Pool, booking.Reserve, "t1", "t2"}
		draw := func(at int) booking.Sheet {
			s := joinSheet(booking.Pool, booking.Pool, booking.Pool)
			for i := range s.Slots {
				b := byte(at + i)
				if len(noise) > 0 {
					b = noise[(at+i)%len(noise)]
				}
				s.Slots[i].Holder = holders[b%4]
				s.Slots[i].State = booking.Free + booking.State(b/4)%9
				if s.Slots[i].State.HasTicket() {
					s.Slots[i].Ticket = booking.Ticket{Code: booking.CodeHash{1 + b%3}, Paper: booking.Paper(b % 4)}
				}
				s.Slots[i].Start = s.Slots[i].Start.Add(time.Duration(b%3) * time.Minute)
			}
			s.Slots = s.Slots[:1+at%3]
			return s
		}
		known, told := draw(0), draw(len(noise)/2)
		joined, _ := known.Join(told, "t1")
		if err := joined.Check(); err != nil {
			t.Fatal(err)
		}
		for _, slot := range known.Slots {
			i, ok := joined.Find(slot.Number)
			if !ok || slot.State.HasTicket() && !joined.Slots[i].State.HasTicket() || slot.State != booking.Free && joined.Slots[i].State == booking.Free {
				t.Fatalf("%s was unsold or freed", slot.Number)
			}
		}
	})
}
