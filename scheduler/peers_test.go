package scheduler_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.org/totem/booking"
	"example.org/totem/ledger"
	"example.org/totem/sync/wire"
)

func TestATotemIsToldWhereTheOthersOfItsOfficeAreReached(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t, plan(t, "rm001", "Europe/Rome", "t1", "t2", "t3"))
	s := w.start()
	stores := map[booking.TotemID]booking.Incarnation{"t1": storeA, "t2": storeB, "t3": {0xc}}
	w.meet(s, stores)
	keys := make(map[booking.TotemID]string)
	for totem := range stores {
		_, keys[totem] = signer(t)
		w.enrol(totem, func(m *ledger.Member) { m.Key = keys[totem] })
	}
	if peers := w.pull(s, "t1", storeA, 0).Peers; len(peers) != 0 {
		t.Errorf("before they have told: %v", peers)
	}
	w.addressed(s, stores)
	must(t, s.Tend(ctx))
	want := []wire.Peer{{Totem: "t2", Key: keys["t2"], Address: "192.0.2.2:7411"}, {Totem: "t3", Key: keys["t3"], Address: "192.0.2.3:7411"}}
	if diff := cmp.Diff(want, w.pull(s, "t1", storeA, 0).Peers); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}

	// What a totem tells is known at once, and what is on the ward to a scheduler that starts anew, before its first round too: an
	// answer that tells of nobody would have the totem forget whom it knows.
	must(t, first(s.Health(ctx, "rm001", "t2", wire.Health{Incarnation: storeB, N: 2, Profile: "none", Clock: wire.ClockUnknown, Address: "192.0.2.9:7411"})))
	want[0].Address = "192.0.2.9:7411"
	if diff := cmp.Diff(want, w.pull(s, "t1", storeA, 0).Peers); diff != "" {
		t.Errorf("after t2 has moved (-want +got):\n%s", diff)
	}
	s = w.start()
	for range 2 {
		if diff := cmp.Diff(want, w.pull(s, "t1", storeA, 0).Peers); diff != "" {
			t.Errorf("after a restart (-want +got):\n%s", diff)
		}
		must(t, s.Tend(ctx))
	}

	must(t, first(s.Fence(ctx, "rm001", "t3")))
	must(t, s.Tend(ctx))
	if diff := cmp.Diff(want[:1], w.pull(s, "t1", storeA, 0).Peers); diff != "" {
		t.Errorf("after t3 was fenced (-want +got):\n%s", diff)
	}
	must(t, first(s.Health(ctx, "rm001", "t2", wire.Health{Incarnation: storeB, N: 3, Profile: "none", Clock: wire.ClockUnknown})))
	if peers := w.pull(s, "t1", storeA, 0).Peers; len(peers) != 0 {
		t.Errorf("t2 listens no more, and t1 is told of %v", peers)
	}
}

func TestNobodyIsToldOfOthersWhereOneDoesNotKnowHandOvers(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t, plan(t, "rm001", "Europe/Rome", "t1", "t2", "t3"))
	s := w.start()
	w.meet(s, bothStores())
	for totem := range bothStores() {
		_, key := signer(t)
		w.enrol(totem, func(m *ledger.Member) { m.Key = key })
	}
	w.addressed(s, bothStores())
	must(t, s.Tend(ctx))
	if peers := w.pull(s, "t1", storeA, 0).Peers; len(peers) != 1 {
		t.Fatalf("t1 is told of %v", peers)
	}
	old := hello(booking.Incarnation{0xc}, 0)
	old.Speaks = []int{1}
	must(t, first(w.hello(s, "rm001", "t3", old)))
	for range 2 {
		if peers := w.pull(s, "t1", storeA, 0).Peers; len(peers) != 0 {
			t.Errorf("t1 is told of %v", peers)
		}
		must(t, s.Tend(ctx))
	}
}
