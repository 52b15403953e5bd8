package booking_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"example.org/totem/booking"
)

// join sets the ledger back to its backup and has the totems report in the given order.
func (h *history) join(t *rapid.T, order []booking.TotemID) booking.Sheet {
	ledger := h.backup
	for _, id := range order {
		before, mine := ledger, h.totems[id].mine(id)
		var conflicts int
		ledger, conflicts = ledger.Join(mine, id)
		if conflicts != 0 {
			t.Fatalf("%d conflicts within one history, of %s:\n%s", conflicts, id, cmp.Diff(before, mine, sameDay))
		}
		if err := ledger.Check(); err != nil {
			t.Fatal(err)
		}
		again, _ := ledger.Join(mine, id)
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

// setBack has the ledger go on from its backup and the totems' reports. What the web sold since is forgotten.
func (h *history) setBack(t *rapid.T, order []booking.TotemID) {
	joined := h.join(t, order)
	for n := range h.web {
		if i, _ := joined.Find(n); joined.Slots[i].Ticket.Code != h.sold[n] {
			delete(h.sold, n)
			delete(h.web, n)
		}
	}
	for _, d := range h.totems {
		d.version = 0 // what it has is of the ledger before
	}
	h.write(t, joined)
}

// finish heals everything.
func (h *history) finish(t *rapid.T) {
	for range 3 {
		for _, id := range fleet {
			d := h.totems[id]
			if d.lost {
				continue
			}
			for d.told < len(d.facts) {
				h.tell(t, d)
			}
			h.pull(id)
		}
		h.settle(t)
	}
}

// lose is a person's word that a totem is lost, which ends it.
func (h *history) lose(t *rapid.T, id booking.TotemID) {
	d := h.totems[id]
	for d.told < len(d.facts) && rapid.Bool().Draw(t, "was told") {
		h.tell(t, d)
	}
	d.lost = true
	for n, slot := range d.tickets { // those that it had not told may be sold again: that is what a person risks
		if i, _ := h.now.Find(n); h.now.Slots[i].Ticket.Code != slot.Ticket.Code {
			delete(h.sold, n)
		}
	}
	h.write(t, h.now.Orphan(id))
}

// truth fails the test unless every ticket is in the ledger and nobody but the ledger's holder would sell a slot.
func (h *history) truth(t *rapid.T) {
	for n, code := range h.sold {
		if i, ok := h.now.Find(n); !ok || h.now.Slots[i].Ticket.Code != code {
			t.Fatalf("the ticket on %s is lost: %+v", n, h.now.Slots[i])
		}
	}
	for _, slot := range h.now.Slots {
		for _, id := range fleet {
			if d := h.totems[id]; !d.lost && d.sells(id, slot.Number) && (slot.Holder != booking.HeldBy(id) || slot.State != booking.Free) {
				t.Fatalf("%s would sell %s, which is %s of %s", id, slot.Number, slot.State, slot.Holder)
			}
		}
		if slot.Holder == booking.Limbo && slot.State == booking.Free {
			t.Fatalf("%s stays in limbo", slot.Number)
		}
	}
}

func TestHoweverSlotsChangeHandsNobodySellsOneTwice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := newHistory()
		h.live(t)
		h.finish(t)
		h.truth(t)
	})
}

func TestALedgerSetBackGoesOnSellingNothingTwice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := newHistory()
		h.live(t)
		h.setBack(t, rapid.Permutation(fleet).Draw(t, "order"))
		h.live(t)
		h.finish(t)
		h.truth(t)
	})
}

func TestWhatALostTotemHeldIsSoldAgainOnlyWhenNobodyCanHaveBeenPassedIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := newHistory()
		h.live(t)
		h.lose(t, rapid.SampledFrom(fleet).Draw(t, "lost"))
		h.live(t)
		h.finish(t)
		h.truth(t)
	})
}
