package booking_test

import (
	"fmt"
	"slices"
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
	for name, c := range map[string]struct {
		known, told, want booking.Slot
		conflicts         int
	}{
		"its own of the reserve":                      {free(booking.Reserve), free("t1"), free("t1"), 0},
		"its own of the pool":                         {free(booking.Pool), free("t1"), free("t1"), 0},
		"its own, where an older ledger says another": {free("t2"), free("t1"), free("t1"), 1},
		"another's that the ledger knows of nobody":   {free(booking.Reserve), free("t2"), free("t2"), 0},
		"another's that the ledger knows of a third":  {free("t3"), free("t2"), free("t3"), 0},
		"the ledger's claim for another":              {free("t2"), free(booking.Reserve), free("t2"), 0},
		"the ledger's claim for the reporter":         {free("t1"), free(booking.Pool), free("t1"), 0},
		"its own ticket":                              {free("t1"), ticket("t1", 1), ticket("t1", 1), 0},
		"its own ticket on the reserve":               {free(booking.Reserve), ticket("t1", 1), ticket("t1", 1), 0},
		"its own ticket on another's slot":            {free("t2"), ticket("t1", 1), ticket("t1", 1), 1},
		"its own ticket on a void slot":               {void("t1"), ticket("t1", 1), ticket("t1", 1), 1},
		"a ticket of the web":                         {free(booking.Pool), ticket(booking.Pool, 1), ticket(booking.Pool, 1), 0},
		"another totem's ticket":                      {free("t2"), ticket("t2", 1), ticket("t2", 1), 0},
		"a ticket that it has not heard of":           {ticket(booking.Pool, 1), free(booking.Pool), ticket(booking.Pool, 1), 0},
		"a ticket of its own that it has not":         {ticket("t1", 1), free("t1"), ticket("t1", 1), 1},
		"another code on its own slot":                {ticket("t1", 1), ticket("t1", 2), ticket("t1", 2), 1},
		"another code on the web's slot":              {ticket(booking.Pool, 1), ticket(booking.Pool, 2), ticket(booking.Pool, 1), 1},
		"another code on another's slot":              {ticket("t2", 1), ticket("t1", 2), ticket("t2", 1), 1},
		"void":                                        {free(booking.Pool), void(booking.Pool), void(booking.Pool), 0},
		"void no more":                                {void(booking.Pool), free(booking.Pool), void(booking.Pool), 0},
		"its own slip": {with(ticket("t1", 1), booking.PaperUnknown, booking.Issued), with(ticket("t1", 1), booking.PaperPrinted, booking.Issued),
			with(ticket("t1", 1), booking.PaperPrinted, booking.Issued), 0},
		"another's slip as it was": {with(ticket("t2", 1), booking.PaperPrinted, booking.Issued), with(ticket("t2", 1), booking.PaperUnknown, booking.Issued),
			with(ticket("t2", 1), booking.PaperPrinted, booking.Issued), 0},
		"checked in at the reporter":                    {with(ticket("t2", 1), 0, booking.Issued), with(ticket("t2", 1), 0, booking.Arrived), with(ticket("t2", 1), 0, booking.Arrived), 0},
		"given back at the reporter":                    {with(ticket("t2", 1), 0, booking.Arrived), with(ticket("t2", 1), 0, booking.Cancelled), with(ticket("t2", 1), 0, booking.Cancelled), 0},
		"given back elsewhere":                          {with(ticket("t1", 1), 0, booking.Cancelled), with(ticket("t1", 1), 0, booking.Arrived), with(ticket("t1", 1), 0, booking.Cancelled), 0},
		"given back, of which the ledger knows nothing": {free(booking.Pool), with(ticket(booking.Pool, 1), 0, booking.Cancelled), with(ticket(booking.Pool, 1), 0, booking.Cancelled), 0},
		"given back, where the reporter knows it free":  {with(ticket(booking.Pool, 1), 0, booking.Cancelled), free(booking.Pool), with(ticket(booking.Pool, 1), 0, booking.Cancelled), 0},
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
	if diff := cmp.Diff(report, joined, sameDay); diff != "" || conflicts != 0 {
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

// history is a ledger and its totems as they live: what was backed up at some moment, and what each totem has cached and
// given by the end.
type history struct {
	now    booking.Sheet
	backup booking.Sheet
	cached map[booking.TotemID]booking.Sheet                   // as it was pulled last
	own    map[booking.TotemID]map[booking.Number]booking.Slot // tickets that it gave
	untold map[booking.TotemID]map[booking.Number]booking.Slot // and has not told
	shown  map[booking.TotemID]map[booking.Number]booking.Slot // tickets, its own and others', that it has moved on
	codes  byte
}

var fleet = []booking.TotemID{"t1", "t2", "t3"}

func live(t *rapid.T) *history {
	h := &history{now: joinSheet(booking.Pool, booking.Reserve, booking.Reserve, booking.Pool, booking.Reserve, booking.Reserve)}
	h.cached, h.own, h.untold = make(map[booking.TotemID]booking.Sheet), make(map[booking.TotemID]map[booking.Number]booking.Slot), make(map[booking.TotemID]map[booking.Number]booking.Slot)
	h.shown = make(map[booking.TotemID]map[booking.Number]booking.Slot)
	for _, id := range fleet {
		h.shown[id] = make(map[booking.Number]booking.Slot)
		h.own[id], h.untold[id] = make(map[booking.Number]booking.Slot), make(map[booking.Number]booking.Slot)
		h.cached[id] = booking.Sheet{SheetKey: h.now.SheetKey, Prefix: "A"}
	}
	steps := rapid.IntRange(0, 40).Draw(t, "steps")
	backup := rapid.IntRange(0, steps).Draw(t, "backup")
	h.backup = h.now
	for step := range steps {
		if step == backup {
			h.backup = h.now
		}
		h.step(t)
	}
	return h
}

func (h *history) step(t *rapid.T) {
	id := rapid.SampledFrom(fleet).Draw(t, "totem")
	i := rapid.IntRange(0, len(h.now.Slots)-1).Draw(t, "slot")
	n := h.now.Slots[i].Number
	h.codes++
	switch rapid.SampledFrom([]string{"grant", "web", "pull", "issue", "tell", "arrive", "cancel"}).Draw(t, "step") {
	case "grant":
		if s, err := h.now.Grant(n, id); err == nil {
			h.now = s
		}
	case "web":
		if s, err := h.now.Book(n, booking.Pool, booking.CodeHash{h.codes}); err == nil {
			h.now = s
		}
	case "pull":
		h.cached[id] = h.now
	case "issue":
		at, ok := h.cached[id].Find(n)
		if _, given := h.own[id][n]; !ok || given || h.cached[id].Slots[at].Holder != booking.HeldBy(id) {
			return
		}
		h.own[id][n] = ticketed(h.cached[id].Slots[at], booking.HeldBy(id), h.codes)
		h.untold[id][n] = h.own[id][n]
	case "tell":
		if slot, ok := h.untold[id][n]; ok {
			delete(h.untold[id], n)
			s, err := h.now.Book(n, booking.HeldBy(id), slot.Ticket.Code)
			if err != nil {
				t.Fatal(err)
			}
			h.now = s
		}
	case "arrive":
		h.move(t, id, n, booking.Slot.Arrive, booking.Sheet.Arrive)
	case "cancel":
		h.move(t, id, n, booking.Slot.Cancel, booking.Sheet.Cancel)
	}
}

// move has the bearer of a ticket show it to a totem that knows it, which may tell the ledger at once or not at all.
func (h *history) move(t *rapid.T, id booking.TotemID, n booking.Number, slot func(booking.Slot, booking.CodeHash) (booking.Slot, error),
	sheet func(booking.Sheet, booking.Number, booking.CodeHash) (booking.Sheet, error)) {
	mine := h.mine(id)
	i, ok := mine.Find(n)
	if !ok || !mine.Slots[i].State.HasTicket() {
		return
	}
	moved, err := slot(mine.Slots[i], mine.Slots[i].Ticket.Code)
	if err != nil {
		return
	}
	h.shown[id][n] = moved
	if rapid.Bool().Draw(t, "told") {
		if s, err := sheet(h.now, n, moved.Ticket.Code); err == nil {
			h.now = s
		}
	}
}

// mine is what a totem reports: its cache with its own tickets on it, and as far as it knows that tickets have gone.
func (h *history) mine(id booking.TotemID) booking.Sheet {
	s := h.cached[id].Clone()
	for i, slot := range s.Slots {
		if own, ok := h.own[id][slot.Number]; ok {
			s.Slots[i] = own
		}
		if moved, ok := h.shown[id][slot.Number]; ok && moved.Ticket.Code == s.Slots[i].Ticket.Code {
			s.Slots[i].State = max(s.Slots[i].State, moved.State)
		}
	}
	return s
}

func (h *history) join(t *rapid.T, order []booking.TotemID) booking.Sheet {
	ledger := h.backup
	for _, id := range order {
		before := ledger
		var conflicts int
		ledger, conflicts = ledger.Join(h.mine(id), id)
		if conflicts != 0 {
			t.Fatalf("%d conflicts within one history, of %s:\n%s", conflicts, id, cmp.Diff(before, h.mine(id), sameDay))
		}
		if err := ledger.Check(); err != nil {
			t.Fatal(err)
		}
		again, _ := ledger.Join(h.mine(id), id)
		if diff := cmp.Diff(ledger, again, sameDay); diff != "" {
			t.Fatalf("told again it changes something:\n%s", diff)
		}
		for _, slot := range before.Slots {
			i, ok := ledger.Find(slot.Number)
			if !ok || slot.State.HasTicket() && ledger.Slots[i].Ticket.Code != slot.Ticket.Code || ledger.Slots[i].State < slot.State {
				t.Fatalf("%s was unsold or freed: %+v", slot.Number, ledger.Slots[i])
			}
		}
	}
	return ledger
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
		h := live(t)
		order := rapid.Permutation(fleet).Draw(t, "order")
		joined := h.join(t, order)
		if diff := cmp.Diff(sold(h.join(t, fleet)), sold(joined)); diff != "" {
			t.Fatalf("in another order (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(states(h.join(t, fleet)), states(joined)); diff != "" {
			t.Fatalf("in another order they have gone elsewhere (-want +got):\n%s", diff)
		}
		for _, id := range fleet {
			for _, told := range h.mine(id).Slots {
				i, ok := joined.Find(told.Number)
				if !ok {
					t.Fatalf("%s of %s is gone", told.Number, id)
				}
				got := joined.Slots[i]
				switch own := told.Holder == booking.HeldBy(id); {
				case told.State.HasTicket() && got.Ticket.Code != told.Ticket.Code:
					t.Fatalf("the ticket %s of %s is lost: %+v", told.Number, id, got)
				case told.State.HasTicket() && got.State < told.State:
					t.Fatalf("the ticket %s, which %s knows to be %s, is %s", told.Number, id, told.State, got.State)
				case own && got.Holder != told.Holder:
					t.Fatalf("%s, which %s may sell, is held by %s", told.Number, id, got.Holder)
				}
			}
		}
		// What only the lost ledger knew is lost; but nothing is sold that it had not sold, and nothing twice.
		var untold []string
		for _, id := range fleet {
			for _, slot := range h.untold[id] {
				untold = append(untold, ticketOf(slot))
			}
		}
		for _, ticket := range sold(joined) {
			if !slices.Contains(sold(h.now), ticket) && !slices.Contains(untold, ticket) {
				t.Fatalf("%s was never sold", ticket)
			}
		}
	})
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
