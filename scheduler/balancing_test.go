package scheduler_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"example.org/totem/booking"
	"example.org/totem/ledger"
	"example.org/totem/scheduler/agenda"
	"example.org/totem/sync/wire"
)

// bothStores are those of a totem t1 and a totem t2.
func bothStores() map[booking.TotemID]booking.Incarnation {
	return map[booking.TotemID]booking.Incarnation{"t1": storeA, "t2": storeB}
}

// long is an office that is open from 8 to 18, with a fifth of 100 slots a queue for walk-ins.
func long(t testing.TB, totems ...booking.TotemID) agenda.Plan {
	p := plan(t, "rm001", "Europe/Rome", totems...)
	p.WalkIn = 0.2
	for i := range p.Queues {
		for day := range p.Queues[i].Counters {
			p.Queues[i].Counters[day][0].Span = booking.Span{From: 480, To: 1080}
		}
	}
	for day := range p.Office.Hours.Week {
		p.Office.Hours.Week[day] = []booking.Span{{From: 480, To: 1080}}
	}
	return p
}

func TestATotemIsGrantedWhatItsWeekdayWasLike(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t, long(t, "t1", "t2"))
	for weeks := 1; weeks <= 8; weeks++ {
		_, err := w.tallies.PutTally(ctx, ledger.Tally{Office: "rm001", Day: monday.AddDays(-7 * weeks), Queues: map[booking.QueueID]ledger.Count{
			queueA: {Slots: 100, Walk: 24, Taken: []ledger.Taken{{Totem: "t1", Half: 18, N: 10}, {Totem: "t1", Half: 28, N: 10}, {Totem: "t2", Half: 20, N: 4}}},
			queueP: {Slots: 100},
		}})
		must(t, err)
	}
	s := w.start()
	w.meet(s, bothStores())
	sheet := w.sheet("rm001", queueA, monday)
	one, two := held(sheet, "t1"), held(sheet, "t2")
	if len(one) < 20 || len(one) > 34 || len(two) < 5 || len(two) > 14 {
		t.Errorf("t1, who gave 20, was granted %d, and t2, who gave 4, %d", len(one), len(two))
	}
	if other := w.sheet("rm001", queueP, monday); len(held(other, "t1")) == 0 || len(held(other, "t1")) > 14 {
		t.Errorf("where nobody came, t1 was granted %d", len(held(other, "t1")))
	}
	afternoon := monday.At(13*60, w.plans[0].Zone)
	late := slices.DeleteFunc(slices.Clone(one), func(n booking.Number) bool { i, _ := sheet.Find(n); return sheet.Slots[i].Start.Before(afternoon) })
	if len(late) < 8 {
		t.Errorf("%d of its %d slots are in the afternoon", len(late), len(one))
	}
	// A day that is like no other has no past: each is presumed to have half of what walk-ins take.
	if a, b := len(held(w.sheet("rm001", queueA, monday.AddDays(1)), "t1")), len(held(w.sheet("rm001", queueA, monday.AddDays(1)), "t2")); a != b || a < 20 {
		t.Errorf("tomorrow t1 has %d and t2 %d", a, b)
	}
}

func TestATotemThatIsAwayIsAskedNothingAndKeepsAll(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t, plan(t, "rm001", "Europe/Rome", "t1", "t2"))
	s := w.start()
	must(t, first(w.hello(s, "rm001", "t1", hello(storeA, 0))))
	before := held(w.sheet("rm001", queueA, monday), "t1")
	w.ran += 3 * time.Minute // t1 is not heard any more
	must(t, first(w.hello(s, "rm001", "t2", hello(storeB, 0))))
	must(t, s.Tend(ctx))
	sheet := w.sheet("rm001", queueA, monday)
	if now := held(sheet, "t1"); !slices.Equal(before, now) || len(askedBack(sheet, "t1")) != 0 {
		t.Errorf("it holds %v of %v, and is asked for %v", now, before, askedBack(sheet, "t1"))
	}
	w.pull(s, "t1", storeA, 0)
	must(t, s.Tend(ctx))
	sheet = w.sheet("rm001", queueA, monday)
	if now := held(sheet, "t1"); !slices.Equal(before, now) || len(askedBack(sheet, "t1")) == 0 {
		t.Errorf("when it is back it holds %v of %v, and is asked for %v", now, before, askedBack(sheet, "t1"))
	}
	if w.events("scheduler.sheet-asked") == 0 {
		t.Error("nobody was told that slots are asked back")
	}
}

func TestATotemOfTheFirstVersionIsAskedNothing(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t, plan(t, "rm001", "Europe/Rome", "t1", "t2"))
	s := w.start()
	must(t, first(w.hello(s, "rm001", "t1", hello(storeA, 0))))
	old := hello(storeB, 0)
	old.Speaks = []int{1}
	must(t, first(w.hello(s, "rm001", "t2", old)))
	must(t, s.Tend(ctx))
	for i := range 3 {
		sheet := w.sheet("rm001", queueA, monday.AddDays(i))
		if asked := askedBack(sheet, "t1"); len(asked) != 0 || len(held(sheet, "t2")) == 0 {
			t.Errorf("t1 is asked for %v, and t2 has %v", asked, held(sheet, "t2"))
		}
	}
}

func TestBesideATotemOfTheFirstVersionNothingIsGrantedThatTotemsGiveBack(t *testing.T) {
	ctx := context.Background()
	p := plan(t, "rm001", "Europe/Rome", "t1", "t2")
	p.Office.Release = 30 * time.Minute
	w := newWorld(t, p)
	s := w.start()
	must(t, s.Tend(ctx))
	for totem, m := range map[booking.TotemID]ledger.Member{"t1": {Incarnation: storeA, Speaks: wire.Newest}, "t2": {Incarnation: storeB, Speaks: wire.Oldest}} {
		m.Office, m.Totem, m.Merged = "rm001", totem, 1
		must(t, first(w.memory.PutMember(ctx, m)))
	}
	all := w.sheet("rm001", queueA, monday)
	w.now = all.Slots[0].Start.Add(-25 * time.Minute)
	wants := func(start time.Time) error {
		return first(s.Want(ctx, "rm001", "t1", wire.Want{Incarnation: storeA, Queue: queueA, Day: monday, Start: start}))
	}
	if err := wants(all.Slots[0].Start); refusal(t, err) != wire.RefusedGone {
		t.Errorf("what totems have given back by now: %v", err)
	}
	if now := w.sheet("rm001", queueA, monday); len(held(now, "t1")) != 0 {
		t.Errorf("it holds %v", held(now, "t1"))
	}
	must(t, wants(all.Slots[len(all.Slots)-1].Start))
}

func TestATotemWithALinkIsGrantedWhatIsFreeToday(t *testing.T) {
	ctx := context.Background()
	p := plan(t, "rm001", "Europe/Rome", "t1") // where no other day can be booked
	p.Office.Lead = 5 * time.Minute
	w := newWorld(t, p)
	s := w.start()
	must(t, s.Tend(ctx))
	_, err := w.memory.PutMember(ctx, ledger.Member{Office: "rm001", Totem: "t1", Incarnation: storeA, Merged: 1, Speaks: wire.Newest})
	must(t, err)
	wants := func(start time.Time) (booking.Sheet, error) {
		granted, err := s.Want(ctx, "rm001", "t1", wire.Want{Incarnation: storeA, Queue: queueA, Day: monday, Start: start})
		return granted.Sheet, err
	}
	all := w.sheet("rm001", queueA, monday)
	w.now = all.Slots[0].Start.Add(-6 * time.Minute)
	n := uint64(0)
	var order []booking.Holder
	for _, slot := range all.Slots[:2] { // both start at the same time
		before := w.sheet("rm001", queueA, monday)
		sheet, err := wants(slot.Start)
		must(t, err)
		got := held(sheet, "t1")
		i, _ := before.Find(got[0])
		order = append(order, before.Slots[i].Holder)
		n++
		must(t, s.Fold(ctx, "rm001", "t1", n, issued(storeA, n, monday, got[0])))
	}
	if want := []booking.Holder{booking.Pool, booking.Reserve}; len(order) != 2 || order[0] != want[0] && all.Slots[0].Holder != all.Slots[1].Holder {
		t.Errorf("it was granted slots of %v, want the pool's first", order)
	}
	if _, err := wants(all.Slots[0].Start); refusal(t, err) != wire.RefusedGone {
		t.Errorf("a third one at that time: %v", err)
	}
	w.now = w.now.Add(14 * time.Minute) // the next starts in four minutes
	if _, err := wants(all.Slots[2].Start); refusal(t, err) != wire.RefusedGone {
		t.Errorf("one that starts too soon: %v", err)
	}
}

func TestATotemMayAskForMoreThanItWasGrantedButNotForEverythingAtOnce(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t, long(t, "t1", "t2"))
	s := w.start()
	w.meet(s, bothStores())
	sheet := w.sheet("rm001", queueA, monday)
	for _, slot := range sheet.Slots { // the web has nothing against it
		if slot.Holder == "t1" && slot.Start.Before(monday.At(12*60, w.plans[0].Zone)) {
			_, err := ledger.Change(ctx, w.memory, sheet.SheetKey, func(s booking.Sheet) (booking.Sheet, error) {
				return s.PassOn(booking.Hand{Number: slot.Number, To: booking.Pool, Hands: slot.Hands + 1})
			})
			must(t, err)
		}
	}
	sheet = w.sheet("rm001", queueA, monday)
	before, refused := len(held(sheet, "t1")), 0
	for _, slot := range sheet.Slots {
		if i := slices.IndexFunc(sheet.Slots, func(own booking.Slot) bool { return own.Holder == "t1" && own.Start.Equal(slot.Start) }); i >= 0 {
			continue
		}
		if _, err := s.Want(ctx, "rm001", "t1", wire.Want{Incarnation: storeA, Queue: queueA, Day: monday, Start: slot.Start}); err != nil {
			refused++
		}
	}
	if after := len(held(w.sheet("rm001", queueA, monday), "t1")); before < 9 || after == before || after > before+8 || refused == 0 {
		t.Errorf("beside %d slots that it was granted %d came by its own asking, and %d were refused", before, after-before, refused)
	}
	must(t, s.Tend(ctx))
	start := w.sheet("rm001", queueA, monday)
	free := held(start, booking.Pool)
	if len(free) == 0 || len(askedBack(start, "t1")) > 8 {
		t.Fatalf("the pool has %d slots, and %d are asked back: nothing can be wanted", len(free), len(askedBack(start, "t1")))
	}
	i, _ := start.Find(free[0])
	must(t, first(s.Want(ctx, "rm001", "t1", wire.Want{Incarnation: storeA, Queue: queueA, Day: monday, Start: start.Slots[i].Start})))
}
