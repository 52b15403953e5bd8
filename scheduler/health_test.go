package scheduler_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"example.org/totem/booking"
	"example.org/totem/ledger"
	"example.org/totem/paper"
	"example.org/totem/scheduler"
	"example.org/totem/sync/wire"
)

// health is a totem whose printer is as given.
func health(store booking.Incarnation, n uint64, s paper.Status) wire.Health {
	return wire.Health{Incarnation: store, N: n, Printer: s, Profile: "generic-80", Clock: wire.ClockSynced, Program: "totem 1.0"}
}

// ward is a world with one totem whose store has introduced itself.
func ward(t *testing.T) (*world, *scheduler.Service) {
	w := newWorld(t, plan(t, "rm001", "Europe/Rome", "t1", "t2"))
	s := w.start()
	must(t, first(w.hello(s, "rm001", "t1", hello(storeA, 0))))
	return w, s
}

// tells has a totem tell how it is, and returns what the scheduler has of it then.
func (w *world) tells(s *scheduler.Service, h wire.Health) (noted uint64, kept ledger.Health) {
	w.t.Helper()
	n, err := s.Health(context.Background(), "rm001", "t1", h)
	must(w.t, err)
	return n.N, w.kept()
}

func (w *world) kept() ledger.Health {
	w.t.Helper()
	kept, err := w.memory.Health(context.Background(), "rm001", "t1")
	must(w.t, err)
	return kept
}

// passes lets time go by, a round a minute.
func (w *world) passes(s *scheduler.Service, minutes int) {
	w.t.Helper()
	for range minutes {
		w.now, w.ran = w.now.Add(time.Minute), w.ran+time.Minute
		must(w.t, s.Tend(context.Background()))
	}
}

func TestTheNewestHealthOfAStoreIsKeptWithTheMinuteInWhichItWasHeard(t *testing.T) {
	w, s := ward(t)
	w.now = w.now.Add(42 * time.Second)
	n, kept := w.tells(s, health(storeA, 7, paper.CoverOpen))
	if minute := w.now.UTC().Truncate(time.Minute); n != 7 || kept.Told != health(storeA, 7, paper.CoverOpen) || kept.Heard != minute || kept.Unready != minute {
		t.Errorf("noted %d, kept %+v", n, kept)
	}
	for _, late := range []uint64{1, 6, 7} {
		if n, kept = w.tells(s, health(storeA, late, paper.Jam)); n != 7 || kept.Told.Printer != paper.CoverOpen {
			t.Errorf("message %d after 7: noted %d, kept %+v", late, n, kept)
		}
	}
	if noted, err := s.Health(context.Background(), "rm001", "t1", health(storeA, 7, paper.CoverOpen)); err != nil || noted != (wire.Noted{N: 7, Kept: true}) {
		t.Errorf("the same message again: %+v, %v", noted, err)
	}
	if noted, err := s.Health(context.Background(), "rm001", "t1", health(storeA, 7, paper.Jam)); err != nil || noted != (wire.Noted{N: 7}) {
		t.Errorf("another with its number: %+v, %v", noted, err)
	}
	if n, kept = w.tells(s, health(storeA, 9, 0)); n != 9 || kept.Told.Printer != 0 || !kept.Unready.IsZero() {
		t.Errorf("noted %d, kept %+v", n, kept)
	}
}

func TestWhatATotemTellsAgainIsNotWrittenAgainWhileItIsFresh(t *testing.T) {
	w, s := ward(t)
	_, first := w.tells(s, health(storeA, 1, paper.NearEnd))
	for n := uint64(2); n < 10; n++ {
		w.now = w.now.Add(time.Minute)
		if noted, kept := w.tells(s, health(storeA, n, paper.NearEnd)); kept != first || noted != n {
			t.Fatalf("message %d: noted %d, kept %+v", n, noted, kept)
		}
	}
	w.now = w.now.Add(5 * time.Minute)
	_, second := w.tells(s, health(storeA, 10, paper.NearEnd))
	if second.Revision == first.Revision || !second.Heard.After(first.Heard) {
		t.Errorf("kept %+v", second)
	}
	w.now = w.now.Add(-time.Hour) // the clock was set
	if _, third := w.tells(s, health(storeA, 11, paper.NearEnd)); third.Revision == second.Revision {
		t.Errorf("kept %+v", third)
	}
}

// Messages come in any order, any of them twice, at either of two schedulers, which are restarted now and then.
func TestInWhateverOrderMessagesComeTheNewestWins(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w, s := ward(t)
		services := []*scheduler.Service{s, w.start()}
		states := []paper.Status{0, paper.NearEnd, paper.CoverOpen}
		said := rapid.SliceOfN(rapid.SampledFrom(states), 1, 8).Draw(rt, "said")
		order := rapid.Permutation(append(seq(len(said)), seq(len(said))...)).Draw(rt, "order")
		highest := 0
		for _, i := range order {
			at := rapid.IntRange(0, 1).Draw(rt, "at")
			if rapid.IntRange(0, 9).Draw(rt, "restart") == 0 {
				services[at] = w.start()
			}
			w.now = w.now.Add(time.Duration(rapid.IntRange(0, 240).Draw(rt, "seconds")) * time.Second)
			highest = max(highest, i)
			n, err := services[at].Health(context.Background(), "rm001", "t1", health(storeA, uint64(i+1), said[i]))
			if err != nil {
				rt.Fatal(err)
			}
			if kept := w.kept().Told.Printer; kept != said[highest] || n.N > uint64(highest+1) || n.N < uint64(i+1) || !n.Kept && i == highest ||
				n.Kept && said[i] != said[highest] {
				rt.Fatalf("after message %d the printer is %s and not %s, noted %d", i+1, kept, said[highest], n.N)
			}
		}
	})
}

func seq(n int) (all []int) {
	for i := range n {
		all = append(all, i)
	}
	return all
}

func TestOnlyTheStoreThatTheNameIsBoundToTellsHowTheTotemIs(t *testing.T) {
	ctx := context.Background()
	w, s := ward(t)
	for what, c := range map[string]struct {
		office booking.OfficeID
		totem  booking.TotemID
		store  booking.Incarnation
		code   string
	}{
		"another store":            {"rm001", "t1", storeB, wire.RefusedOtherStore},
		"a store before its hello": {"rm001", "t2", storeB, wire.RefusedHello},
		"a totem of no file":       {"rm001", "t9", storeB, wire.RefusedUnknownTotem},
		"an office of no file":     {"rm009", "t1", storeA, wire.RefusedUnknownTotem},
	} {
		_, err := s.Health(ctx, c.office, c.totem, health(c.store, 1, paper.Jam))
		if got := refusal(t, err); got != c.code {
			t.Errorf("%s: %s, want %s", what, got, c.code)
		}
	}
	if all, err := w.memory.Healths(ctx, ""); err != nil || len(all) != 0 {
		t.Errorf("kept %v, %v", all, err)
	}
	w.ward = nil
	_, err := w.start().Health(ctx, "rm001", "t1", health(storeA, 1, 0))
	if got := refusal(t, err); got != wire.RefusedMessage {
		t.Errorf("without a ward: %s", got)
	}
}

func TestAFenceForgetsHowTheTotemWas(t *testing.T) {
	ctx := context.Background()
	w, s := ward(t)
	w.tells(s, health(storeA, 5, paper.Jam))
	must(t, first(fencing(w).Fence(ctx, "rm001", "t1")))
	if kept := w.kept(); kept.Revision != 0 {
		t.Errorf("kept %+v", kept)
	}
	_, err := s.Health(ctx, "rm001", "t1", health(storeA, 6, paper.Jam))
	if got := refusal(t, err); got != wire.RefusedOtherStore {
		t.Errorf("the fenced store: %s", got)
	}
	must(t, first(w.hello(s, "rm001", "t1", hello(storeB, 0))))
	next := health(storeB, 1, 0)
	next.Touch = wire.PartSilent
	if n, kept := w.tells(s, next); n != 1 || kept.Told.Incarnation != storeB || kept.Down.Touch != kept.Heard {
		t.Errorf("noted %d, kept %+v", n, kept)
	}
}

func TestWhatWasWrongWithAnotherStoreIsNotCarriedOn(t *testing.T) {
	w, s := ward(t)
	long := w.now.UTC().Truncate(time.Minute).Add(-time.Hour)
	before := ledger.Health{Office: "rm001", Totem: "t1", Told: health(storeB, 9, paper.Jam), Heard: long, Unready: long, Down: ledger.Down{Touch: long, Sound: long}}
	must(t, first(w.memory.PutHealth(context.Background(), before)))
	next := health(storeA, 1, paper.Jam)
	next.Touch, next.Sound = wire.PartStuck, wire.PartSilent
	if _, kept := w.tells(s, next); kept.Told != next || kept.Unready != kept.Heard || kept.Down != (ledger.Down{Touch: kept.Heard, Sound: kept.Heard}) {
		t.Errorf("kept %+v", kept)
	}
}

// fencer fences the totem while its health is being written.
type fencer struct {
	ledger.Ward
	fence func()
}

func (f *fencer) PutHealth(ctx context.Context, h ledger.Health) (ledger.Health, error) {
	f.fence()
	return f.Ward.PutHealth(ctx, h)
}

func TestAHealthThatRacesAFenceLeavesNothing(t *testing.T) {
	ctx := context.Background()
	w, _ := ward(t)
	w.ward = &fencer{w.memory, func() { must(t, first(fencing(w).Fence(ctx, "rm001", "t1"))) }}
	_, err := w.start().Health(ctx, "rm001", "t1", health(storeA, 1, paper.Jam))
	if got := refusal(t, err); got != wire.RefusedOtherStore {
		t.Errorf("the fenced store: %s", got)
	}
	if kept := w.kept(); kept.Revision != 0 {
		t.Errorf("kept %+v", kept)
	}
}

func TestATotemThatNoFileNamesAnyMoreIsForgotten(t *testing.T) {
	ctx := context.Background()
	w, s := ward(t)
	must(t, first(w.hello(s, "rm001", "t2", hello(storeB, 0))))
	w.tells(s, health(storeA, 1, 0))
	must(t, first(s.Health(ctx, "rm001", "t2", health(storeB, 1, 0))))
	foreign := ledger.Health{Office: "rm002", Totem: "t1", Told: health(storeB, 1, 0)} // another scheduler's
	must(t, first(w.memory.PutHealth(ctx, foreign)))
	w.plans[0].Totems = []booking.TotemID{"t1"}
	must(t, w.start().Tend(ctx))
	all, err := w.memory.Healths(ctx, "")
	if err != nil || len(all) != 2 || all[0].Totem != "t1" || all[1].Office != "rm002" {
		t.Errorf("kept %v, %v", all, err)
	}
}

// brokenWard is a ward that does not answer.
type brokenWard struct{ ledger.Ward }

func (brokenWard) Health(context.Context, booking.OfficeID, booking.TotemID) (ledger.Health, error) {
	return ledger.Health{}, fmt.Errorf("the ward does not answer")
}

func (brokenWard) Healths(context.Context, booking.OfficeID) ([]ledger.Health, error) {
	return nil, fmt.Errorf("the ward does not answer")
}

func TestAWardThatDoesNotAnswerHoldsUpNothingElse(t *testing.T) {
	ctx := context.Background()
	w, _ := ward(t)
	w.ward = brokenWard{w.memory}
	s := w.start()
	if err := s.Tend(ctx); err == nil {
		t.Error("it was not told")
	}
	if len(held(w.sheet("rm001", queueA, monday), "t1")) == 0 {
		t.Error("nothing was granted")
	}
	must(t, s.Fold(ctx, "rm001", "t1", 1, issued(storeA, 1, monday, held(w.sheet("rm001", queueA, monday), "t1")[0])))
	if _, err := s.Health(ctx, "rm001", "t1", health(storeA, 1, 0)); err == nil {
		t.Error("a health that is not kept was noted")
	}
}
