package scheduler_test

import (
	"context"
	"errors"
	"testing"

	"example.org/totem/booking"
	"example.org/totem/ledger"
	"example.org/totem/scheduler"
	"example.org/totem/sync/wire"
)

func TestAStrangerIsRefusedWithARemedy(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t, plan(t, "rm001", "Europe/Rome", "t1"))
	s := w.start()
	for _, c := range []struct {
		office booking.OfficeID
		totem  booking.TotemID
		speaks int
		want   string
	}{
		{"rm002", "t1", wire.Newest, wire.RefusedUnknownTotem},
		{"rm001", "t9", wire.Newest, wire.RefusedUnknownTotem},
		{"rm001", "t1", wire.Newest + 1, wire.RefusedVersion},
	} {
		h := hello(storeA, 0)
		h.Speaks = []int{c.speaks}
		_, err := w.hello(s, c.office, c.totem, h)
		if got := refusal(t, err); got != c.want {
			t.Errorf("hello from %s/%s: refused as %s, want %s", c.office, c.totem, got, c.want)
		}
	}
	_, err := s.Pull(ctx, "rm001", "t1", wire.Pull{Incarnation: storeA})
	if got := refusal(t, err); got != wire.RefusedOtherStore {
		t.Errorf("pull before hello: refused as %s", got)
	}
	if len(w.keys.names()) != 0 {
		t.Error("a stranger's pull made a key")
	}
}

func TestTheFirstStoreIsAdoptedAndASecondWithItsNameRefused(t *testing.T) {
	w := newWorld(t, plan(t, "rm001", "Europe/Rome", "t1"))
	s := w.start()
	welcome, err := w.hello(s, "rm001", "t1", hello(storeA, 0))
	must(t, err)
	if welcome.Accepted != (wire.Accepted{}) || !welcome.Time.Equal(w.now) {
		t.Errorf("welcome %+v at %s", welcome, w.now)
	}
	_, err = w.hello(s, "rm001", "t1", hello(storeB, 0))
	if got := refusal(t, err); got != wire.RefusedOtherStore {
		t.Errorf("a second store: refused as %s", got)
	}
	if _, err = w.hello(w.start(), "rm001", "t1", hello(storeA, 7)); err != nil {
		t.Errorf("the first store after a restart: %v", err)
	}
}

func TestAWelcomeNamesTheLastFactThatIsInTheLedger(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t, plan(t, "rm001", "Europe/Rome", "t1"))
	s := w.start()
	_, err := w.hello(s, "rm001", "t1", hello(storeA, 0))
	must(t, err)
	must(t, s.Fold(ctx, "rm001", "t1", 41, issued(storeA, 1, monday, held(w.sheet("rm001", queueA, monday), "t1")[0])))
	welcome, err := w.hello(s, "rm001", "t1", hello(storeA, 1))
	must(t, err)
	if want := (wire.Accepted{Sequence: 41, Incarnation: storeA, N: 1}); welcome.Accepted != want {
		t.Errorf("accepted %+v, want %+v", welcome.Accepted, want)
	}
}

func TestAStoreThatWasRestoredFromACopyIsRefused(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t, plan(t, "rm001", "Europe/Rome", "t1"))
	s := w.start()
	_, err := w.hello(s, "rm001", "t1", hello(storeA, 0))
	must(t, err)
	for i, slot := range held(w.sheet("rm001", queueA, monday), "t1")[:2] {
		must(t, s.Fold(ctx, "rm001", "t1", uint64(i+1), issued(storeA, uint64(i+1), monday, slot)))
	}
	_, err = w.hello(s, "rm001", "t1", hello(storeA, 1))
	if got := refusal(t, err); got != wire.RefusedOtherStore {
		t.Errorf("refused as %s", got)
	}
}

func TestAPullBringsWhatIsNewerOfTheDaysToCover(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t, plan(t, "rm001", "Europe/Rome", "t1"))
	s := w.start()
	must(t, s.Tend(ctx))
	_, err := w.hello(s, "rm001", "t1", hello(storeA, 0))
	must(t, err)
	first, err := s.Pull(ctx, "rm001", "t1", wire.Pull{Incarnation: storeA})
	must(t, err)
	if len(first.Sheets) != 6 || len(first.Keys) != 3 || first.Office == nil || first.Digest == "" || first.More {
		t.Fatalf("first pull: %d sheets, %d keys, office %v, digest %q, more %v", len(first.Sheets), len(first.Keys), first.Office != nil, first.Digest, first.More)
	}
	ask := wire.Pull{Incarnation: storeA, Office: first.Digest}
	for _, sheet := range first.Sheets {
		if got := len(held(sheet, "t1")); got < 6 {
			t.Errorf("%s: granted %d, want the reserve at least", sheet.SheetKey, got)
		}
		ask.Have = append(ask.Have, wire.Have{Queue: sheet.Queue, Day: sheet.Day, Revision: sheet.Revision})
	}
	second, err := s.Pull(ctx, "rm001", "t1", ask)
	must(t, err)
	if len(second.Sheets) != 0 || second.Office != nil || len(second.Keys) != 3 {
		t.Errorf("second pull: %d sheets, office %v, %d keys", len(second.Sheets), second.Office != nil, len(second.Keys))
	}
	for day, key := range first.Keys {
		if second.Keys[day] != key || key.IsZero() {
			t.Errorf("%s: not the same key", day)
		}
	}
	must(t, s.Fold(ctx, "rm001", "t1", 1, issued(storeA, 1, monday, held(first.Sheets[0], "t1")[0])))
	third, err := s.Pull(ctx, "rm001", "t1", ask)
	must(t, err)
	if len(third.Sheets) != 1 || third.Sheets[0].SheetKey != first.Sheets[0].SheetKey {
		t.Errorf("third pull: %d sheets", len(third.Sheets))
	}
}

func TestAFencedTotemsSlotsGoBackAndANewStoreMayCome(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t, plan(t, "rm001", "Europe/Rome", "t1", "t2"))
	s := w.start()
	w.meet(s, map[booking.TotemID]booking.Incarnation{"t1": storeA, "t2": storeB})
	slots := held(w.sheet("rm001", queueA, monday), "t1")
	must(t, s.Fold(ctx, "rm001", "t1", 5, issued(storeA, 1, monday, slots[0])))
	all := w.unsold("t1")
	fenced, err := s.Fence(ctx, "rm001", "t1")
	must(t, err)
	if want := (scheduler.Fenced{Returned: all}); fenced != want || all < 2*3*2 {
		t.Errorf("%+v, want %+v", fenced, want)
	}
	must(t, s.Tend(ctx))
	sheet := w.sheet("rm001", queueA, monday)
	if a, b, r := held(sheet, "t1"), held(sheet, "t2"), held(sheet, booking.Reserve); len(a) != 0 || len(b) < 5 || len(b)+len(r) < 5 {
		t.Errorf("t1 holds %v, t2 %v, the reserve %v", a, b, r)
	}
	if i, _ := sheet.Find(slots[0]); sheet.Slots[i].State != booking.Issued {
		t.Errorf("the sold slot is %s", sheet.Slots[i].State)
	}
	_, err = w.hello(s, "rm001", "t1", hello(storeA, 1))
	if got := refusal(t, err); got != wire.RefusedOtherStore {
		t.Errorf("the fenced store: refused as %s", got)
	}
	_, err = s.Pull(ctx, "rm001", "t1", wire.Pull{Incarnation: storeA})
	refusal(t, err)
	welcome, err := w.hello(s, "rm001", "t1", hello(booking.Incarnation{0xc}, 0))
	must(t, err)
	if want := (wire.Accepted{Sequence: 5}); welcome.Accepted != want {
		t.Errorf("the new store's chain begins at %+v, want %+v", welcome.Accepted, want)
	}
	if got := held(w.sheet("rm001", queueA, monday), "t1"); len(got) == 0 {
		t.Errorf("the new store was granted %v", got)
	}
	if _, err := s.Fence(ctx, "rm001", "t7"); err == nil {
		t.Error("a totem that nobody knows was fenced")
	}
}

func TestAPullIsAnsweredToTheStoreThatTheNameIsBoundToAndNoOther(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t, plan(t, "rm001", "Europe/Rome", "t1"))
	s := w.start()
	pull := func(store booking.Incarnation) (wire.Pulled, error) {
		return s.Pull(ctx, "rm001", "t1", wire.Pull{Incarnation: store})
	}
	refused := func(what string, store booking.Incarnation) string {
		t.Helper()
		_, err := pull(store)
		if got := refusal(t, err); got != wire.RefusedOtherStore {
			t.Errorf("%s: refused as %s", what, got)
		}
		r, _ := errors.AsType[*wire.Refusal](err)
		return r.Sentence + r.Remedy
	}
	_, err := w.hello(s, "rm001", "t1", hello(storeA, 0))
	must(t, err)
	_, err = pull(storeA)
	must(t, err)
	sentences := map[string]bool{refused("a second store", storeB): true}
	_, err = s.Fence(ctx, "rm001", "t1")
	must(t, err)
	sentences[refused("a fenced store", storeA)] = true
	sentences[refused("a store that has not said hello", storeB)] = true
	if len(sentences) != 3 {
		t.Errorf("three refusals, told in %d ways: %v", len(sentences), sentences)
	}
	_, err = w.hello(s, "rm001", "t1", hello(storeB, 0))
	must(t, err)
	_, err = pull(storeB)
	must(t, err)
	refused("the fenced store beside the new one", storeA)
}

// meddled is a book in which something happens before its sheets are read.
type meddled struct {
	ledger.Book
	before func()
}

func (m *meddled) Sheets(ctx context.Context, office booking.OfficeID, day booking.Day) ([]booking.Sheet, error) {
	if before := m.before; before != nil {
		m.before = nil
		before()
	}
	return m.Book.Sheets(ctx, office, day)
}

func TestAStoreThatIsFencedInTheMiddleOfItsPullIsGivenNothing(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t, plan(t, "rm001", "Europe/Rome", "t1"))
	book := &meddled{Book: w.book}
	w.book = book
	s := w.start()
	_, err := w.hello(s, "rm001", "t1", hello(storeA, 0))
	must(t, err)
	book.before = func() {
		_, err := s.Fence(ctx, "rm001", "t1")
		must(t, err)
		_, err = w.hello(s, "rm001", "t1", hello(storeB, 0))
		must(t, err)
	}
	answer, err := s.Pull(ctx, "rm001", "t1", wire.Pull{Incarnation: storeA})
	if got := refusal(t, err); got != wire.RefusedOtherStore || len(answer.Sheets) != 0 {
		t.Errorf("refused as %s, with %d sheets", got, len(answer.Sheets))
	}
}
