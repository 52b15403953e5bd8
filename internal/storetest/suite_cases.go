package storetest

import (
	"time"

	"github.com/google/go-cmp/cmp"

	"example.org/totem/booking"
)

func asksBack(b *bench) {
	s := sheet("t1", "t1", "t1", "t2")
	b.take(s)
	b.has("at first", "A001", "A002", "A003")
	b.take(s.Ask("A002", booking.AskBack).Ask("A003", booking.AskVoid))
	b.has("asked for two", "A001")
	b.tells(booking.FactReleased, 1, "A002", "A003")
	b.isGone(b.issue("A002", s))
}

func soldStays(b *bench) {
	s := sheet("t1", "t1")
	b.take(s)
	b.must(b.issue("A001", s))
	b.take(s.Ask("A001", booking.AskVoid))
	facts := b.facts()
	if len(facts) != 1 || facts[0].Kind != booking.FactIssued {
		b.Errorf("facts %+v", facts)
	}
	b.isGone(b.issue("A001", s))
}

func dueBack(b *bench) {
	s := sheet("t1", "t1", "t1", "t2")
	b.take(s)
	released, err := b.Store().ReleaseDue(b.ctx(), s.Slots[0].Start, s.Slots[2].Start)
	if err != nil || released != 1 {
		b.Errorf("released %d, %v", released, err)
	}
	b.has("then", "A001", "A003") // the first has started, the third is not due
	b.tells(booking.FactReleased, 1, "A002")
	if again, err := b.Store().ReleaseDue(b.ctx(), s.Slots[0].Start, s.Slots[2].Start); err != nil || again != 0 {
		b.Errorf("released again %d, %v", again, err)
	}
}

func staysBack(b *bench) {
	s := sheet("t1")
	b.take(s.Ask("A001", booking.AskBack))
	b.tells(booking.FactReleased, 1, "A001")
	b.take(s.Ask("A001", booking.AskNothing)) // a sheet that has not heard of it
	b.has("by an old sheet")
	known := s.Clone()
	known.Slots[0].Holder, known.Slots[0].Hands = booking.Reserve, 1
	b.take(known)
	b.has("when that is known")
	granted, err := known.Grant("A001", Me)
	b.must(err)
	b.take(granted)
	b.has("granted anew", "A001")
	if facts := b.facts(); len(facts) != 0 {
		b.Errorf("facts %+v", facts)
	}
}

func passesOn(b *bench) {
	s := sheet("t1", "t1", "t1", "t1", "t1")
	b.take(s)
	given := b.give(8)
	if len(given) != 2 || given[0].Slot != "A002" || given[1].Slot != "A004" || given[0].Hands != 1 || given[0].Store != Peer || given[0].Proof.IsZero() {
		b.Fatalf("given %+v", given)
	}
	b.has("then", "A001", "A003", "A005")
	b.isGone(b.issue("A002", s))
	b.take(s)
	b.has("by a sheet that has not heard of it", "A001", "A003", "A005")
	b.must(b.Restart())
	b.has("after a restart", "A001", "A003", "A005")
	b.tells(booking.FactTransferred, 1, "A002", "A004")
}

func tellsAgain(b *bench) {
	b.take(sheet("t1", "t1", "t1", "t1", "t1"))
	given := b.give(8)
	again := func(when string, want ...booking.Transfer) {
		b.Helper()
		got, err := b.Store().Given(b.ctx(), "t2", Peer, Queue, Day)
		b.must(err)
		if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b booking.Day) bool { return a == b })); diff != "" {
			b.Errorf("%s (-want +got):\n%s", when, diff)
		}
	}
	again("at first", given...)
	if other, err := b.Store().Given(b.ctx(), "t2", booking.Incarnation{3}, Queue, Day); err != nil || len(other) != 0 {
		b.Errorf("told another store %+v, %v", other, err)
	}
	b.must(b.Store().GotThrough(b.ctx(), "t2", Queue, Day, []booking.Number{given[0].Slot, "A001", "A009"}))
	again("when one has got there", given[1])
	known := sheet("t1", "t2", "t1", booking.Pool, "t1")
	known.Slots[1].Hands, known.Slots[3].Hands = 1, 2
	b.take(known)
	again("when the other one has gone on")
}

func receives(b *bench) {
	s := sheet("t2", "t1", booking.Pool)
	b.take(s)
	b.receive(1, passed(s, "A001", 1), booking.Transfer{Key: key, Slot: "A009", Start: Clock(), Hands: 1, From: "t2", To: Me, Store: Life, Proof: booking.Proof{9}})
	b.receive(1, passed(s, "A001", 1))
	b.has("then", "A001", "A002")
	b.take(s)
	b.has("by a sheet that has not heard of it", "A001", "A002")
	got, err := b.Store().Got(b.ctx(), "t2", Queue, Day)
	if diff := cmp.Diff([]booking.Number{"A001"}, got); diff != "" || err != nil {
		b.Errorf("got %v, %v", got, err)
	}
	b.must(b.issue("A001", s))
	facts := b.facts()
	if len(facts) != 2 || facts[0].Kind != booking.FactReceived || facts[0].Hands != 1 || facts[0].Peer != "t2" || facts[0].Proof.IsZero() || facts[1].Kind != booking.FactIssued {
		b.Errorf("facts %+v", facts)
	}
	b.receive(1, passed(s, "A001", 1)) // it has it, sold
	b.isGone(b.issue("A001", s))
}

func refusesOld(b *bench) {
	s := sheet("t1", "t2", booking.Pool)
	s.Slots[2].Hands = 2
	b.take(s.Ask("A001", booking.AskBack))
	b.tells(booking.FactReleased, 1, "A001")
	b.receive(0, passed(s, "A001", 1), passed(s, "A002", 0), passed(s, "A003", 2), passed(s, "A003", 1))
	for _, spoil := range []func(*booking.Transfer){
		func(t *booking.Transfer) { t.Store = Peer }, func(t *booking.Transfer) { t.To = "t3" },
		func(t *booking.Transfer) { t.From = Me }, func(t *booking.Transfer) { t.Proof = booking.Proof{} },
		func(t *booking.Transfer) { t.Start = t.Start.Add(time.Minute) }, func(t *booking.Transfer) { t.Hands = booking.MostHands + 1 },
		func(t *booking.Transfer) { t.Key.Office = "rm002" }, func(t *booking.Transfer) { t.Key.Day = Day.AddDays(1) },
	} {
		t := passed(s, "A002", 1)
		spoil(&t)
		b.receive(0, t)
	}
	b.has("then")
	b.take(s)
	b.receive(1, passed(s, "A001", 2)) // it has come round
	b.has("in the end", "A001")
}

func refusesLimbo(b *bench) {
	s := sheet(booking.Limbo)
	b.take(s)
	b.receive(0, passed(s, "A001", 1))
	b.has("then")
}

func receivesAsked(b *bench) {
	s := sheet("t2").Ask("A001", booking.AskVoid)
	b.take(s)
	b.receive(0, passed(s, "A001", 1))
	b.has("then")
	facts := b.facts()
	if len(facts) != 2 || facts[0].Kind != booking.FactReceived || facts[1].Kind != booking.FactReleased || facts[1].Hands != 2 {
		b.Errorf("facts %+v", facts)
	}
}

func survives(b *bench) {
	s := sheet("t1", "t1", "t1", "t2", "t1")
	b.take(s)
	b.must(b.issue("A001", s))
	given := b.give(1)
	b.receive(1, passed(s, "A004", 1))
	before, err := b.Store().Standing(b.ctx())
	b.must(err)
	b.must(b.Cut())
	b.must(b.Store().CaughtUp(b.ctx()))
	after, err := b.Store().Standing(b.ctx())
	if err != nil || after != before || after.ID.N != 3 {
		b.Errorf("stands at %+v, %v, before the cut at %+v", after, err, before)
	}
	b.isGone(b.issue("A001", s))
	b.isGone(b.issue(given[0].Slot, s))
	b.has("then", "A002", "A004", "A005")
	if facts := b.facts(); len(facts) != 3 {
		b.Errorf("facts %+v", facts)
	}
}

func leavesAlone(b *bench) {
	s := sheet("t1", "t1", "t1", "t1")
	b.take(s)
	b.must(b.Restart())
	b.has("after a restart", "A001", "A002", "A003", "A004")
	b.must(b.Cut())
	b.has("after a power cut", "A003", "A004")
	b.isGone(b.issue("A001", s))
	b.take(s.Ask("A001", booking.AskBack)) // what is set aside is not given back either
	if facts := b.facts(); len(facts) != 0 {
		b.Errorf("facts %+v", facts)
	}
	b.must(b.Store().CaughtUp(b.ctx()))
	b.has("when all is told", "A002", "A003", "A004")
	b.tells(booking.FactReleased, 1, "A001")
}

func tellsAnew(b *bench) {
	s := sheet("t1", "t1", "t1", "t2", "t1")
	b.take(s)
	b.must(b.issue("A001", s))
	given := b.give(1) // of what is left, every second one
	b.receive(1, passed(s, "A004", 1))
	if _, err := b.Store().ReleaseDue(b.ctx(), Clock(), s.Slots[2].Start); err != nil {
		b.Fatal(err)
	}
	b.facts()
	mine, keys, err := b.Store().Mine(b.ctx())
	b.must(err)
	if len(mine) != 1 || keys[Day] != dayKey {
		b.Fatalf("mine %+v, %v", mine, keys)
	}
	known, conflicts := s.Join(mine[0], Me)
	if conflicts != 0 {
		b.Errorf("%d conflicts", conflicts)
	}
	for n, want := range map[booking.Number]booking.Holder{"A001": "t1", "A002": booking.Reserve, "A004": "t1", "A005": "t1", given[0].Slot: booking.Limbo} {
		if i, _ := known.Find(n); known.Slots[i].Holder != want {
			b.Errorf("%s is %+v, want it with %s", n, known.Slots[i], want)
		}
	}
	// A ledger that knows nothing of it all the same is told once more of what was given away.
	s.Revision.Epoch = 2
	b.take(s)
	again := b.facts()
	if len(again) != 2 || again[0].Slot != "A002" && again[1].Slot != "A002" {
		b.Errorf("told again %+v", again)
	}
	b.take(s)
	if more := b.facts(); len(more) != 0 {
		b.Errorf("and again %+v", more)
	}
}

func numbers(b *bench) {
	s := sheet("t1", "t1")
	b.take(s)
	b.must(b.issue("A001", s))
	b.must(b.issue("A002", s))
	first, chain, ok, err := b.Store().Next(b.ctx())
	if err != nil || !ok || chain != 0 || first.ID != (booking.FactID{Incarnation: Life, N: 1}) || !first.At.Equal(Clock()) {
		b.Fatalf("next %+v at %d, %v, %v", first, chain, ok, err)
	}
	b.must(b.Store().Accepted(b.ctx(), first.ID, 41))
	second, chain, ok, err := b.Store().Next(b.ctx())
	if err != nil || !ok || chain != 41 || second.ID.N != 2 {
		b.Fatalf("next %+v at %d, %v, %v", second, chain, ok, err)
	}
	b.must(b.Store().Accepted(b.ctx(), first.ID, 40)) // told twice
	if at, err := b.Store().Standing(b.ctx()); err != nil || at.Told != 1 || at.ID.N != 2 {
		b.Errorf("stands at %+v, %v", at, err)
	}
	if err := b.Store().Accepted(b.ctx(), booking.FactID{Incarnation: Life, N: 9}, 50); err == nil {
		b.Error("a fact that was never committed was accepted")
	}
	if err := b.Store().Accepted(b.ctx(), booking.FactID{Incarnation: Peer, N: 2}, 50); err == nil {
		b.Error("another store's fact was accepted")
	}
	have, err := b.Store().Have(b.ctx())
	if err != nil || have.N != 2 || have.Incarnation != Life || len(have.Have) != 1 || have.Have[0].Revision.Sequence != b.sequence {
		b.Errorf("has %+v, %v", have, err)
	}
}

func closes(b *bench) {
	s := sheet("t1", "t1", "t1")
	b.take(s)
	b.must(b.issue("A001", s))
	b.give(1)
	b.must(b.Store().CloseDays(b.ctx(), Day.AddDays(1)))
	b.has("then")
	b.take(s)
	b.has("by a late sheet")
	facts := b.facts()
	kinds := make([]booking.FactKind, 0, 3)
	for _, f := range facts {
		kinds = append(kinds, f.Kind)
	}
	if diff := cmp.Diff([]booking.FactKind{booking.FactCounted, booking.FactCounted, booking.FactClosed}, kinds); diff != "" {
		b.Errorf("facts (-want +got):\n%s", diff)
	}
	b.receive(0, passed(s, "A002", 3))
}
