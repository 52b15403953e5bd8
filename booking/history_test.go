package booking_test

import (
	"errors"

	"pgregory.net/rapid"

	"example.org/totem/booking"
)

var fleet = []booking.TotemID{"t1", "t2", "t3"}

// history is a ledger and its totems as they live, with all that the wire may do: sheets come late or not at all, facts wait,
// and what one totem passes on to another arrives at any time, as often as it likes.
type history struct {
	now, backup booking.Sheet
	version     uint64                    // of now
	limbo       map[booking.Number]uint64 // the version of now in which a slot came there
	totems      map[booking.TotemID]*device
	air         []booking.Transfer // everything that was ever passed on
	sold        map[booking.Number]booking.CodeHash
	web         map[booking.Number]bool // of these, by the web
	codes       byte
}

// device is a totem: its cache, and what it did itself, which is committed in order and told in order.
type device struct {
	cached  booking.Sheet
	version uint64 // of the ledger, when it was pulled
	known   int    // facts that it had committed then
	hands   map[booking.Number]ownHand
	tickets map[booking.Number]booking.Slot
	shown   map[booking.Number]booking.Slot // tickets, its own and others', that it has moved on
	facts   []func(booking.Sheet) (booking.Sheet, error)
	told    int
	lost    bool
}

// ownHand is what a store did with a slot.
type ownHand struct {
	hands int
	to    booking.Holder // the totem itself if it was passed the slot
}

// acts are what may happen, the more often the more often they stand here.
var acts = []string{"grant", "grant", "grant", "pull", "pull", "pull", "give", "give", "deliver", "deliver", "tell", "tell", "release", "settle", "ask",
	"void", "web", "issue", "arrive", "cancel"}

func planned(booking.Number) booking.Holder { return booking.Reserve }

func newHistory() *history {
	h := &history{now: joinSheet(booking.Pool, booking.Reserve, booking.Reserve),
		limbo: map[booking.Number]uint64{}, totems: map[booking.TotemID]*device{}, sold: map[booking.Number]booking.CodeHash{}, web: map[booking.Number]bool{}}
	for _, id := range fleet {
		h.totems[id] = &device{cached: booking.Sheet{SheetKey: h.now.SheetKey, Prefix: "A"}, hands: map[booking.Number]ownHand{},
			tickets: map[booking.Number]booking.Slot{}, shown: map[booking.Number]booking.Slot{}}
	}
	h.backup = h.now
	return h
}

// live plays on for a while, and takes a backup somewhere in it.
func (h *history) live(t *rapid.T) {
	steps := rapid.IntRange(20, 80).Draw(t, "steps")
	backup := rapid.IntRange(0, steps).Draw(t, "backup")
	for step := range steps {
		if step == backup {
			h.backup = h.now
		}
		h.step(t)
	}
}

// write makes s what the ledger holds.
func (h *history) write(t *rapid.T, s booking.Sheet) {
	if err := s.Check(); err != nil {
		t.Fatal(err)
	}
	h.now = s
	h.version++
	for _, slot := range s.Slots {
		if slot.Holder != booking.Limbo || slot.State != booking.Free {
			delete(h.limbo, slot.Number)
		} else if _, known := h.limbo[slot.Number]; !known {
			h.limbo[slot.Number] = h.version
		}
	}
}

func (h *history) step(t *rapid.T) {
	id := rapid.SampledFrom(fleet).Draw(t, "totem")
	d := h.totems[id]
	i := rapid.IntRange(0, len(h.now.Slots)-1).Draw(t, "slot")
	n := h.now.Slots[i].Number
	act := rapid.SampledFrom(acts).Draw(t, "step")
	if d.lost && act != "web" && act != "settle" && act != "deliver" {
		return
	}
	switch act {
	case "grant":
		if s, err := h.now.Grant(n, id); err == nil {
			h.write(t, s)
		}
	case "ask":
		h.write(t, h.now.Ask(n, rapid.SampledFrom([]booking.Ask{booking.AskNothing, booking.AskBack, booking.AskVoid}).Draw(t, "ask")))
	case "void":
		if s, err := h.now.Withdraw(n); err == nil && rapid.IntRange(0, 4).Draw(t, "withdraw") == 0 {
			h.write(t, s)
		}
	case "web":
		if rapid.IntRange(0, 2).Draw(t, "sale") > 0 {
			return
		}
		code := h.code()
		if s, err := h.now.Book(n, booking.Pool, code); err == nil {
			h.sell(t, n, code)
			h.web[n] = true
			h.write(t, s)
		}
	case "settle":
		h.settle(t)
	case "pull":
		h.pull(id)
	case "issue":
		h.issue(t, id, n)
	case "tell":
		h.tell(t, d)
	case "arrive":
		h.move(t, d, id, n, booking.Slot.Arrive, booking.Sheet.Arrive)
	case "cancel":
		h.move(t, d, id, n, booking.Slot.Cancel, booking.Sheet.Cancel)
	case "release":
		if d.sells(id, n) && d.handsOf(n) < booking.MostHands {
			d.passOn(n, planned(n))
		}
	case "give":
		h.give(t, id, n)
	case "deliver":
		if len(h.air) > 0 {
			h.deliver(rapid.SampledFrom(h.air).Draw(t, "transfer"))
		}
	}
}

func (h *history) code() booking.CodeHash {
	h.codes++
	return booking.CodeHash{h.codes}
}

// sell notes who was promised a slot: a second one may not be.
func (h *history) sell(t *rapid.T, n booking.Number, code booking.CodeHash) {
	if other, twice := h.sold[n]; twice {
		t.Fatalf("%s is sold twice, under %x and %x", n, other[0], code[0])
	}
	h.sold[n] = code
}

// sells reports whether the totem may give a ticket for slot n, as far as it knows.
func (d *device) sells(id booking.TotemID, n booking.Number) bool {
	i, ok := d.cached.Find(n)
	_, given := d.tickets[n]
	if !ok || given || d.cached.Slots[i].State != booking.Free {
		return false
	}
	if own, ok := d.hands[n]; ok && own.hands >= d.cached.Slots[i].Hands {
		return own.to == booking.HeldBy(id)
	}
	return d.cached.Slots[i].Holder == booking.HeldBy(id)
}

// handsOf is how often the slot has changed hands, as the totem knows.
func (d *device) handsOf(n booking.Number) int {
	hands := d.hands[n].hands
	if i, ok := d.cached.Find(n); ok {
		hands = max(hands, d.cached.Slots[i].Hands)
	}
	return hands
}

// passOn commits that the totem gives a slot away, and the fact that tells it.
func (d *device) passOn(n booking.Number, to booking.Holder) {
	hand := booking.Hand{Number: n, To: to, Hands: d.handsOf(n) + 1}
	d.hands[n] = ownHand{hand.Hands, to}
	d.facts = append(d.facts, func(s booking.Sheet) (booking.Sheet, error) { return s.PassOn(hand) })
}

// pull brings the ledger's sheet, and gives back in the same moment what is asked for.
func (h *history) pull(id booking.TotemID) {
	d := h.totems[id]
	d.cached, d.version, d.known = h.now, h.version, len(d.facts)
	for _, slot := range d.cached.Slots {
		if slot.Ask != booking.AskNothing && d.sells(id, slot.Number) {
			d.passOn(slot.Number, planned(slot.Number))
		}
	}
}

func (h *history) issue(t *rapid.T, id booking.TotemID, n booking.Number) {
	d := h.totems[id]
	if !d.sells(id, n) || rapid.IntRange(0, 2).Draw(t, "sale") > 0 {
		return
	}
	code := h.code()
	h.sell(t, n, code)
	i, _ := d.cached.Find(n)
	slot := ticketed(d.cached.Slots[i], booking.HeldBy(id), code[0])
	slot.Hands, slot.Ask = d.handsOf(n), booking.AskNothing
	d.tickets[n] = slot
	d.facts = append(d.facts, func(s booking.Sheet) (booking.Sheet, error) { return s.Book(n, booking.HeldBy(id), code) })
}

// give passes a slot on to another totem, which may hear of it at any time.
func (h *history) give(t *rapid.T, id booking.TotemID, n booking.Number) {
	d := h.totems[id]
	to := rapid.SampledFrom(fleet).Draw(t, "to")
	if to == id || !d.sells(id, n) || d.handsOf(n)+1 >= booking.MostHands {
		return
	}
	holder := booking.HeldBy(to)
	d.passOn(n, holder)
	hand := booking.Hand{Number: n, To: holder, Hands: d.handsOf(n)}
	d.facts[len(d.facts)-1] = func(s booking.Sheet) (booking.Sheet, error) {
		if h.totems[to].lost {
			hand.To = booking.Limbo
		}
		return s.PassOn(hand)
	}
	h.air = append(h.air, booking.Transfer{Key: h.now.SheetKey, Slot: n, Hands: hand.Hands, From: id, To: to})
}

func (h *history) deliver(tr booking.Transfer) {
	d := h.totems[tr.To]
	i, ok := d.cached.Find(tr.Slot)
	if !ok || d.lost || tr.Hands <= d.handsOf(tr.Slot) || d.cached.Slots[i].Holder == booking.Limbo {
		return
	}
	hand := booking.Hand{Number: tr.Slot, To: booking.HeldBy(tr.To), Hands: tr.Hands}
	d.hands[tr.Slot] = ownHand{hand.Hands, hand.To}
	d.facts = append(d.facts, func(s booking.Sheet) (booking.Sheet, error) { return s.PassOn(hand) })
}

// tell folds a totem's next fact, now and then an earlier one again.
func (h *history) tell(t *rapid.T, d *device) {
	next := d.told
	if d.told > 0 && rapid.IntRange(0, 3).Draw(t, "again") == 0 {
		next = rapid.IntRange(0, d.told-1).Draw(t, "fact")
	}
	if next == len(d.facts) {
		return
	}
	s, err := d.facts[next](h.now)
	if err != nil && (next == d.told || !errors.Is(err, booking.ErrTaken)) { // of what was sold since, an old hand-over is no news
		t.Fatalf("fact %d of %d: %v", next, d.told, err)
	}
	d.told = max(d.told, next+1)
	h.write(t, s)
}

// settle brings back what is in limbo, if every totem has it on its sheet and had told by then what it was passed.
func (h *history) settle(t *rapid.T) {
	for _, since := range h.limbo {
		for _, d := range h.totems {
			if !d.lost && (d.version < since || d.told < d.known) {
				return
			}
		}
	}
	h.write(t, h.now.Settle(planned))
}

// move has the bearer of a ticket show it to a totem that knows it, which may tell the ledger at once or not at all.
func (h *history) move(t *rapid.T, d *device, id booking.TotemID, n booking.Number, slot func(booking.Slot, booking.CodeHash) (booking.Slot, error),
	sheet func(booking.Sheet, booking.Number, booking.CodeHash) (booking.Sheet, error)) {
	mine := d.mine(id)
	i, ok := mine.Find(n)
	if !ok || !mine.Slots[i].State.HasTicket() {
		return
	}
	moved, err := slot(mine.Slots[i], mine.Slots[i].Ticket.Code)
	if err != nil {
		return
	}
	d.shown[n] = moved
	if rapid.Bool().Draw(t, "told") {
		if s, err := sheet(h.now, n, moved.Ticket.Code); err == nil {
			h.write(t, s)
		}
	}
}

// mine is what a totem reports: its cache with what it did itself on it, and as far as it knows that tickets have gone.
func (d *device) mine(id booking.TotemID) booking.Sheet {
	s := d.cached.Clone()
	for i, slot := range s.Slots {
		if own, ok := d.hands[slot.Number]; ok && own.hands >= slot.Hands && slot.State == booking.Free {
			s.Slots[i].Holder, s.Slots[i].Hands = own.to, own.hands
			if own.to == booking.Pool || own.to == booking.Reserve {
				s.Slots[i].Ask = booking.AskNothing
			}
		}
		if ticket, ok := d.tickets[slot.Number]; ok {
			s.Slots[i] = ticket
		}
		if moved, ok := d.shown[slot.Number]; ok && moved.Ticket.Code == s.Slots[i].Ticket.Code {
			s.Slots[i].State = max(s.Slots[i].State, moved.State)
		}
	}
	return s
}
