package store_test

import (
	"context"
	"fmt"
	"slices"
	"time"

	"pgregory.net/rapid"

	"example.org/totem/booking"
	"example.org/totem/sync/wire"
)

// ownWord is what the store must remember of a slot that changed hands by it.
type ownWord struct {
	kind  booking.FactKind
	hands int
	epoch uint64
	fact  uint64 // the number of the fact that told it last
	known bool   // it got through
}

// cachedSlot returns a slot of the sheet that the store has cached now.
func (w *world) cachedSlot(name slotName) (slot booking.Slot, ok bool) {
	s, known := w.cached[name.day]
	i, ok := s.Find(name.number)
	if !known || !ok {
		return slot, false
	}
	return s.Slots[i], true
}

// holds reports whether the store is the one that holds a slot, and with how many hands.
func (w *world) holds(name slotName) (holds bool, hands int) {
	slot, ok := w.cachedSlot(name)
	own, passed := w.words[name]
	switch {
	case !ok:
		return false, 0
	case passed && own.hands >= slot.Hands:
		return own.kind == booking.FactReceived, own.hands
	}
	return slot.Holder == me, slot.Hands
}

// spare reports whether the store must be able to issue a slot.
func (w *world) spare(name slotName) bool {
	slot, _ := w.cachedSlot(name)
	holds, _ := w.holds(name)
	_, sold := w.sold[name]
	return holds && slot.State == booking.Free && !sold && !w.shown[name] && !w.aside[name]
}

// spares returns the names of a day's slots that the store must be able to issue, in calling order.
func (w *world) spares(day booking.Day) (names []slotName) {
	for _, slot := range w.cached[day].Slots {
		if name := (slotName{day, slot.Number}); w.spare(name) {
			names = append(names, name)
		}
	}
	return names
}

// speaks notes what the store does with a slot, and the fact that tells it.
func (w *world) speaks(name slotName, kind booking.FactKind, hands int) {
	w.last++
	w.words[name] = ownWord{kind: kind, hands: hands, epoch: w.cached[name.day].Revision.Epoch, fact: w.last}
}

// hears takes in that the store may have written a sheet: it tells again what a new ledger has forgotten, and gives back what is
// asked. A push must not have given it anything.
func (w *world) hears(s booking.Sheet, pushed bool) {
	have, err := w.store.Have(context.Background())
	w.must(err)
	i := slices.IndexFunc(have.Have, func(h wire.Have) bool { return h.Day == s.Day })
	if i < 0 || have.Have[i].Revision == w.cached[s.Day].Revision {
		return
	}
	if have.Have[i].Revision != s.Revision {
		w.t.Fatalf("the store has %v of %s", have.Have[i].Revision, s.Day)
	}
	before := w.spares(s.Day)
	w.cached[s.Day] = s
	for _, name := range w.spares(s.Day) {
		if pushed && !slices.Contains(before, name) {
			w.t.Fatalf("a push gave %v", name)
		}
	}
	for _, slot := range s.Slots {
		name := slotName{s.Day, slot.Number}
		own, passed := w.words[name]
		if passed && own.kind != booking.FactReceived && slot.Holder == me && slot.State == booking.Free && own.hands >= slot.Hands &&
			own.epoch < s.Revision.Epoch && own.fact <= w.told {
			w.speaks(name, own.kind, own.hands)
		}
	}
	w.givesBack(s.Day)
}

// givesBack notes that what the cached sheet of a day asks back is given back.
func (w *world) givesBack(day booking.Day) {
	for _, name := range w.spares(day) {
		slot, _ := w.cachedSlot(name)
		if _, hands := w.holds(name); slot.Ask != booking.AskNothing && hands < booking.MostHands {
			w.speaks(name, booking.FactReleased, hands+1)
		}
	}
}

// release gives back what starts soon.
func (w *world) release(t *rapid.T) {
	day := anyDay(t)
	starts := sheet(day, 1, slotsADay).Slots
	now := starts[rapid.IntRange(0, slotsADay-1).Draw(t, "now")].Start
	before := now.Add(time.Duration(rapid.IntRange(0, 20).Draw(t, "minutes")) * time.Minute)
	released, err := w.store.ReleaseDue(context.Background(), now, before)
	w.must(err)
	want := 0
	for _, name := range w.spares(day) {
		slot, _ := w.cachedSlot(name)
		if _, hands := w.holds(name); slot.Start.After(now) && slot.Start.Before(before) && hands < booking.MostHands {
			w.speaks(name, booking.FactReleased, hands+1)
			want++
		}
	}
	if released != want {
		t.Fatalf("%d are given back, want %d", released, want)
	}
}

// pass passes slots on to the other totem.
func (w *world) pass(t *rapid.T) {
	g := giving(rapid.IntRange(0, 3).Draw(t, "most"))
	g.Day = anyDay(t)
	g.NotBefore = sheet(g.Day, 1, slotsADay).Slots[rapid.IntRange(0, 2).Draw(t, "from")].Start
	var names []slotName
	for _, name := range w.spares(g.Day) {
		if slot, _ := w.cachedSlot(name); !slot.Start.Before(g.NotBefore) {
			names = append(names, name)
		}
	}
	given, err := w.store.Give(context.Background(), g)
	w.must(err)
	var want []string
	for i := 1; i < len(names) && len(want) < g.Most; i += 2 {
		if _, hands := w.holds(names[i]); hands < booking.MostHands {
			w.speaks(names[i], booking.FactTransferred, hands+1)
			want = append(want, fmt.Sprint(names[i].number, hands+1))
		}
	}
	if got := passes(given); !slices.Equal(got, want) {
		t.Fatalf("given %v, want %v", got, want)
	}
}

func passes(all []booking.Transfer) (words []string) {
	for _, slot := range all {
		words = append(words, fmt.Sprint(slot.Slot, slot.Hands))
	}
	return words
}

// resend asks for what is to be sent again, and perhaps hears that some of it got through.
func (w *world) resend(t *rapid.T) {
	day := anyDay(t)
	given, err := w.store.Given(context.Background(), otherTotem, otherStore, queueA, day)
	w.must(err)
	var want []string
	for _, slot := range w.cached[day].Slots {
		own := w.words[slotName{day, slot.Number}]
		if own.kind == booking.FactTransferred && !own.known && own.hands >= slot.Hands {
			want = append(want, fmt.Sprint(slot.Number, own.hands))
		}
	}
	if got := passes(given); !slices.Equal(got, want) {
		t.Fatalf("sent again %v, want %v", got, want)
	}
	for _, slot := range given {
		if rapid.Bool().Draw(t, "got through") {
			name := slotName{day, slot.Slot}
			own := w.words[name]
			own.known = true
			w.words[name] = own
			w.must(w.store.GotThrough(context.Background(), otherTotem, queueA, day, []booking.Number{slot.Slot}))
		}
	}
}

// receive has another totem pass on any slot.
func (w *world) receive(t *rapid.T) {
	day, i := anyDay(t), rapid.IntRange(0, slotsADay-1).Draw(t, "slot")
	slot := passed(w.store, sheet(day, 1, slotsADay), i, rapid.SampledFrom([]int{1, 2, 3, 4, 5, 6, booking.MostHands}).Draw(t, "hands"))
	name := slotName{day, slot.Slot}
	cached, known := w.cachedSlot(name)
	own := w.words[name]
	_, sold := w.sold[name]
	holds, _ := w.holds(name)
	if known && !holds && cached.State == booking.Free && cached.Holder != booking.Limbo && slot.Hands > own.hands && slot.Hands > cached.Hands &&
		!sold && !w.shown[name] {
		w.speaks(name, booking.FactReceived, slot.Hands)
		holds = true
		if cached.Ask != booking.AskNothing && slot.Hands < booking.MostHands {
			w.speaks(name, booking.FactReleased, slot.Hands+1)
			holds = false
		}
	}
	want := 0
	if holds {
		want = 1
	}
	if taken, err := w.store.Receive(context.Background(), []booking.Transfer{slot}); taken != want || err != nil {
		t.Fatalf("%v with %d hands is taken: %d, %v; want %d", name, slot.Hands, taken, err, want)
	}
}

// cut opens what a power cut leaves.
func (w *world) cut(t *rapid.T) {
	w.boots++
	cfg := cutPower(t, w.cfg, w.dir, fmt.Sprint("boot-", w.boots))
	w.restartAs(cfg)
	for day := today; day.Compare(today.AddDays(3)) <= 0; day = day.AddDays(1) {
		if len(w.cached[day].Slots) > 0 {
			for _, name := range w.spares(day)[:min(2, len(w.spares(day)))] {
				w.aside[name] = true
			}
			return
		}
	}
}

// catchUp puts back what was set aside.
func (w *world) catchUp(*rapid.T) {
	w.must(w.store.CaughtUp(context.Background()))
	asides := w.aside
	w.aside = make(map[slotName]bool)
	for day := today; day.Compare(today.AddDays(3)) <= 0; day = day.AddDays(1) {
		for name := range asides {
			if name.day == day {
				w.givesBack(day)
				break
			}
		}
	}
}

// checkOffers compares what is on offer of a day with what must be.
func (w *world) checkOffers(t *rapid.T) {
	day := anyDay(t)
	starts, err := w.store.Offers(context.Background(), day, time.Time{})
	w.must(err)
	free, err := w.store.Free(context.Background(), day, time.Time{})
	w.must(err)
	var got []slotName
	for _, start := range starts {
		if start.Number != "" {
			got = append(got, slotName{day, start.Number})
		}
	}
	if want := w.spares(day); !slices.Equal(got, want) || free[queueA] != len(want) {
		t.Fatalf("on offer %v, free %d, want %v", got, free[queueA], want)
	}
}
