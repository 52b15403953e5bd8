package scheduler_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.org/totem/booking"
	"example.org/totem/ledger"
	"example.org/totem/scheduler"
	"example.org/totem/sync/wire"
)

// teller is a totem's store as far as merges go.
type teller struct {
	totem booking.TotemID
	store booking.Incarnation
	n     uint64 // facts committed
	told  uint64 // and acknowledged
	epoch uint64
	cache map[booking.SheetKey]booking.Sheet
	keys  map[booking.Day]booking.DayKey
}

func newTeller(totem booking.TotemID, store booking.Incarnation) *teller {
	return &teller{totem: totem, store: store, cache: make(map[booking.SheetKey]booking.Sheet), keys: make(map[booking.Day]booking.DayKey)}
}

func (d *teller) hello(w *world, s *scheduler.Service) (wire.Welcome, error) {
	h := hello(d.store, d.n)
	h.Told, h.Epoch = d.told, d.epoch
	return w.hello(s, "rm001", d.totem, h)
}

// merge tells what the store holds, two sheets a page.
func (d *teller) merge(s *scheduler.Service) error {
	var pages []wire.Merge
	page := wire.Merge{Incarnation: d.store, Told: d.told, Keys: d.keys}
	for _, sheet := range d.cache {
		if page.Sheets = append(page.Sheets, sheet); len(page.Sheets) == 2 {
			pages, page.Sheets = append(pages, page), nil
		}
	}
	for _, page := range append(pages, page) {
		page.More = len(pages) > 0 && page.Sheets != nil
		answer, err := s.Merge(context.Background(), "rm001", d.totem, page)
		if err != nil {
			return err
		}
		if !page.More {
			d.epoch = answer.Epoch
		}
	}
	return nil
}

// sync introduces itself, tells what it holds if it is asked to, and pulls.
func (d *teller) sync(w *world, s *scheduler.Service) {
	w.t.Helper()
	welcome, err := d.hello(w, s)
	must(w.t, err)
	if welcome.Merge {
		must(w.t, d.merge(s))
	}
	d.epoch = welcome.Epoch
	d.pull(w, s)
}

func (d *teller) pull(w *world, s *scheduler.Service) {
	w.t.Helper()
	ask := wire.Pull{Incarnation: d.store}
	for key, sheet := range d.cache {
		ask.Have = append(ask.Have, wire.Have{Queue: key.Queue, Day: key.Day, Revision: sheet.Revision})
	}
	pulled, err := s.Pull(context.Background(), "rm001", d.totem, ask)
	must(w.t, err)
	for _, sheet := range pulled.Sheets {
		d.cache[sheet.SheetKey] = sheet
	}
	for day, key := range pulled.Keys {
		d.keys[day] = key
	}
}

// issue gives the first free slot of its own and returns it with the fact of it.
func (d *teller) issue(t testing.TB) booking.Fact {
	t.Helper()
	key := booking.SheetKey{Office: "rm001", Queue: queueA, Day: monday}
	n := held(d.cache[key], booking.HeldBy(d.totem))[0]
	d.n++
	f := issued(d.store, d.n, monday, n)
	f.Code[7] = d.store[0]
	sheet, err := d.cache[key].Book(n, booking.HeldBy(d.totem), f.Code)
	must(t, err)
	d.cache[key] = sheet
	return f
}

// setBack gives the world a ledger as it was when its copy was taken.
func (w *world) setBack(to *ledger.Memory) { w.memory, w.book, w.roster, w.tallies = to, to, to, to }

// copyOf returns a ledger with what another holds, without its revisions.
func copyOf(t testing.TB, m *ledger.Memory, office booking.OfficeID) *ledger.Memory {
	t.Helper()
	ctx, c := context.Background(), ledger.NewMemory()
	days, err := m.Days(ctx)
	must(t, err)
	epoch, err := m.Epoch(ctx)
	must(t, err)
	_, err = c.Raise(ctx, epoch-1)
	must(t, err)
	for _, day := range days {
		sheets, err := m.Sheets(ctx, office, day)
		must(t, err)
		for _, sheet := range sheets {
			sheet.Revision = booking.Revision{}
			must(t, first(c.Put(ctx, sheet)))
		}
	}
	members, err := m.Members(ctx, office)
	must(t, err)
	for _, member := range members {
		member.Revision = 0
		must(t, first(c.PutMember(ctx, member)))
	}
	return c
}

// twoTotems returns a world with two totems that are in step and have their grants.
func twoTotems(t testing.TB) (w *world, s *scheduler.Service, a, b *teller) {
	w = newWorld(t, plan(t, "rm001", "Europe/Rome", "t1", "t2"))
	s = w.start()
	w.meet(s, map[booking.TotemID]booking.Incarnation{"t1": storeA, "t2": storeB})
	a, b = newTeller("t1", storeA), newTeller("t2", storeB)
	for _, d := range []*teller{a, b} {
		d.sync(w, s)
	}
	a.pull(w, s)
	return w, s, a, b
}

func TestALedgerThatBeganAnewSellsNothingBeforeItsTotemsHaveToldWhatTheyHold(t *testing.T) {
	ctx := context.Background()
	w, s, a, b := twoTotems(t)
	backup := copyOf(t, w.memory, "rm001")
	told := a.issue(t)
	must(t, s.Fold(ctx, "rm001", "t1", 1, told))
	a.told = 1
	web, err := s.Book(ctx, "rm001", queueA, monday, ledger.Want{}, "482917305560")
	must(t, err)
	b.pull(w, s) // t2 has seen both
	untold := b.issue(t)

	_, err = backup.Raise(ctx, 1)
	must(t, err)
	w.setBack(backup)
	key := w.keys.keys[officeDay{"rm001", monday}]
	clear(w.keys.keys)
	s = w.start()
	must(t, s.Tend(ctx))
	wantNothing := func(when string) {
		t.Helper()
		if _, err := s.Book(ctx, "rm001", queueA, monday, ledger.Want{}, "111111111111"); !errors.Is(err, scheduler.ErrNotWhole) {
			t.Errorf("%s: the pool sells: %v", when, err)
		}
		if _, err := s.DayKey(ctx, "rm001", monday.AddDays(3)); err == nil {
			t.Errorf("%s: a key was drawn that a totem may have", when)
		}
		if len(w.keys.names()) != 0 && w.keys.keys[officeDay{"rm001", monday}] != key {
			t.Errorf("%s: another key was drawn", when)
		}
		if waits, err := scheduler.Waits(ctx, w.memory, w.memory, "rm001"); err != nil || len(waits) == 0 {
			t.Errorf("%s: waits for %v, %v", when, waits, err)
		}
	}
	wantNothing("before anybody told")
	_, err = s.Pull(ctx, "rm001", "t1", wire.Pull{Incarnation: storeA})
	if got := refusal(t, err); got != wire.RefusedHello {
		t.Errorf("a pull before the merge is refused as %s", got)
	}
	a.sync(w, s)
	wantNothing("when one has told")
	if m, err := w.memory.Member(ctx, "rm001", "t1"); err != nil || m.Folded != 1 || m.Merged != 2 {
		t.Errorf("the member that has told: %+v, %v", m, err)
	}
	if n := w.events("scheduler.office-whole"); n != 0 {
		t.Error("the office is called whole too early")
	}
	b.sync(w, s)
	if got := w.slot(told.Slot); got.Ticket.Code != told.Code {
		t.Errorf("the ticket that was told after the backup: %+v", got)
	}
	if got := w.slot(web.Number); got.State != booking.Issued || got.Holder != booking.Pool || got.Ticket != web.Ticket {
		t.Errorf("the web's ticket after the backup: %+v", got)
	}
	if got := w.slot(untold.Slot); got.Ticket.Code != untold.Code {
		t.Errorf("the ticket that was not told yet: %+v", got)
	}
	must(t, s.Fold(ctx, "rm001", "t2", 1, untold)) // and comes as a fact all the same
	must(t, s.Fold(ctx, "rm001", "t1", 2, a.issue(t)))
	next, err := s.Book(ctx, "rm001", queueA, monday, ledger.Want{}, "111111111111")
	if err != nil || next.Number == web.Number || w.keys.keys[officeDay{"rm001", monday}] != key {
		t.Errorf("the next booking: %v, %v", next, err)
	}
	if m, err := w.memory.Member(ctx, "rm001", "t1"); err != nil || m.Folded != 2 {
		t.Errorf("member %+v, %v", m, err)
	}
	for _, id := range []string{"merge-conflict", "key-conflict", "fact-conflict", "fact-parked", "fault"} {
		if n := w.events("scheduler." + id); n != 0 {
			t.Errorf("%d times %s:\n%s", n, id, w.log)
		}
	}
	if waits, whole := w.events("scheduler.office-waits"), w.events("scheduler.office-whole"); waits < 1 || whole != 1 {
		t.Errorf("told %d times that the office waits, %d times that it is whole", waits, whole)
	}
}

func TestALostTotemThatIsFencedKeepsAnOfficeWaitingNoMore(t *testing.T) {
	ctx := context.Background()
	w, _, a, _ := twoTotems(t)
	backup := copyOf(t, w.memory, "rm001")
	must(t, first(backup.Raise(ctx, 1)))
	w.setBack(backup)
	s := w.start()
	a.sync(w, s)
	must(t, first(s.Fence(ctx, "rm001", "t2")))
	must(t, s.Tend(ctx))
	if _, err := s.Book(ctx, "rm001", queueA, monday, ledger.Want{}, "482917305560"); err != nil {
		t.Errorf("after the fence: %v", err)
	}
}

func TestAMergeThatIsToldAgainChangesNothing(t *testing.T) {
	ctx := context.Background()
	w, _, a, b := twoTotems(t)
	backup := copyOf(t, w.memory, "rm001")
	fact := a.issue(t)
	must(t, first(backup.Raise(ctx, 1)))
	w.setBack(backup)
	s := w.start()
	welcome, err := a.hello(w, s)
	if err != nil || !welcome.Merge || welcome.Epoch != 2 {
		t.Fatalf("welcome %+v, %v", welcome, err)
	}
	must(t, a.merge(s))
	before := w.sheet("rm001", queueA, monday)
	a.epoch = 1 // its last answer was lost
	if welcome, err = a.hello(w, s); err != nil || welcome.Merge {
		t.Fatalf("welcome %+v, %v: it has told already", welcome, err)
	}
	must(t, a.merge(s))
	if diff := cmp.Diff(before, w.sheet("rm001", queueA, monday), cmp.Comparer(func(a, b booking.Day) bool { return a == b })); diff != "" {
		t.Errorf("told again (-before +after):\n%s", diff)
	}
	if got := w.slot(fact.Slot); got.Ticket.Code != fact.Code {
		t.Errorf("slot %+v", got)
	}
	_, err = s.Merge(ctx, "rm001", "t2", wire.Merge{Incarnation: storeA})
	if got := refusal(t, err); got != wire.RefusedOtherStore {
		t.Errorf("another's merge: refused as %s", got)
	}
	foreign := booking.Sheet{SheetKey: booking.SheetKey{Office: "rm002", Queue: queueA, Day: monday}, Prefix: "A"}
	_, err = s.Merge(ctx, "rm001", "t2", wire.Merge{Incarnation: b.store, Sheets: []booking.Sheet{foreign}})
	if got := refusal(t, err); got != wire.RefusedMessage {
		t.Errorf("a sheet of another office: refused as %s", got)
	}
}

func TestALedgerThatWasSetBackBehindItsBackIsFoundOut(t *testing.T) {
	ctx := context.Background()
	for name, c := range map[string]struct {
		after func(w *world, s *scheduler.Service, a *teller) // the copy was taken
		early bool                                            // the copy is older than the totem's first hello
	}{
		"a store was in step that the ledger does not know": {func(*world, *scheduler.Service, *teller) {}, true},
		"a fact that was accepted is gone": {func(w *world, s *scheduler.Service, a *teller) {
			must(t, s.Fold(ctx, "rm001", "t1", 1, a.issue(t)))
			a.told = 1
		}, false},
		"a totem has a later sheet": {func(w *world, s *scheduler.Service, a *teller) {
			for range 40 {
				key := booking.SheetKey{Office: "rm001", Queue: queueA, Day: monday}
				sheet, err := w.memory.Sheet(ctx, key)
				must(t, err)
				must(t, first(w.memory.Put(ctx, sheet)))
			}
			a.pull(w, s)
		}, false},
		"a totem knows a later epoch": {func(w *world, s *scheduler.Service, a *teller) {
			must(t, first(w.memory.Raise(ctx, 6)))
			a.sync(w, s)
		}, false},
	} {
		w := newWorld(t, plan(t, "rm001", "Europe/Rome", "t1"))
		s := w.start()
		must(t, s.Tend(ctx))
		early := copyOf(t, w.memory, "rm001")
		a := newTeller("t1", storeA)
		a.sync(w, s)
		backup := copyOf(t, w.memory, "rm001")
		if c.early {
			backup = early
		}
		c.after(w, s, a)
		was, err := w.memory.Epoch(ctx)
		must(t, err)
		w.setBack(backup)
		s = w.start()
		welcome, err := a.hello(w, s)
		must(t, err)
		if !welcome.Merge { // then its pull shows it
			ask := wire.Pull{Incarnation: storeA}
			for key, sheet := range a.cache {
				ask.Have = append(ask.Have, wire.Have{Queue: key.Queue, Day: key.Day, Revision: sheet.Revision})
			}
			_, err := s.Pull(ctx, "rm001", "t1", ask)
			if got := refusal(t, err); got != wire.RefusedHello {
				t.Errorf("%s: the pull is refused as %s", name, got)
			}
			welcome, err = a.hello(w, s)
			must(t, err)
		}
		if !welcome.Merge || welcome.Epoch <= was || w.events("scheduler.ledger-set-back") != 1 {
			t.Errorf("%s: welcome %+v after epoch %d, %d alarms:\n%s", name, welcome, was, w.events("scheduler.ledger-set-back"), w.log)
		}
		must(t, a.merge(s))
		a.sync(w, s) // and that was that
		if n := w.events("scheduler.ledger-set-back"); n != 1 {
			t.Errorf("%s: %d alarms in the end", name, n)
		}
	}
}

func TestFactsThatAreNumberedAnewOnTheLinkAreNotTakenForFolded(t *testing.T) {
	ctx := context.Background()
	w, s, a, _ := twoTotems(t)
	must(t, s.Fold(ctx, "rm001", "t1", 41, a.issue(t)))
	a.told = 1
	h := hello(storeA, 1)
	h.Told, h.Epoch = 1, a.epoch
	_, err := s.Hello(ctx, "rm001", "t1", h, wire.Accepted{}) // the uplink's stream is new
	if got := refusal(t, err); got != wire.RefusedHello {
		t.Errorf("once is no proof: refused as %s", got)
	}
	must(t, first(s.Hello(ctx, "rm001", "t1", h, wire.Accepted{})))
	if m, err := w.memory.Member(ctx, "rm001", "t1"); err != nil || m.Sequence != 0 || m.Folded != 1 {
		t.Errorf("member %+v, %v", m, err)
	}
}

func TestATotemThatOnlyAnotherHasSeenIsWaitedForUntilItTellsOrIsFenced(t *testing.T) {
	ctx := context.Background()
	w, _, a, b := twoTotems(t)
	empty := ledger.NewMemory()
	must(t, first(empty.Raise(ctx, 1)))
	w.setBack(empty)
	s := w.start()
	a.sync(w, s)
	if waits, err := scheduler.Waits(ctx, w.memory, w.memory, "rm001"); err != nil || len(waits) != 1 || waits[0] != "t2" {
		t.Errorf("waits for %v, %v", waits, err)
	}
	_, err := w.hello(s, "rm001", "t2", hello(booking.Incarnation{0xc}, 0))
	if got := refusal(t, err); got != wire.RefusedOtherStore {
		t.Errorf("a new store in its place: refused as %s", got)
	}
	fenced := copyOf(t, w.memory, "rm001")
	b.sync(w, s)
	if waits, err := scheduler.Waits(ctx, w.memory, w.memory, "rm001"); err != nil || len(waits) != 0 {
		t.Errorf("waits for %v, %v", waits, err)
	}
	w.setBack(fenced) // the other way: it is lost
	s = w.start()
	b.epoch = 1
	must(t, first(s.Fence(ctx, "rm001", "t2")))
	_, err = b.hello(w, s)
	if got := refusal(t, err); got != wire.RefusedOtherStore {
		t.Errorf("the store that nobody knew, after the fence: refused as %s", got)
	}
	must(t, first(w.hello(s, "rm001", "t2", hello(booking.Incarnation{0xc}, 0))))
}

func TestAKeyThatTicketsWereGivenByStays(t *testing.T) {
	ctx := context.Background()
	w, _, a, b := twoTotems(t)
	empty := ledger.NewMemory()
	must(t, first(empty.Raise(ctx, 1)))
	w.setBack(empty)
	clear(w.keys.keys)
	w.keys.keys[officeDay{"rm001", monday}] = booking.DayKey{9} // drawn, and no ticket given by it
	a.issue(t)
	s := w.start()
	a.sync(w, s)
	if got := w.keys.keys[officeDay{"rm001", monday}]; got != a.keys[monday] {
		t.Error("the key of the totem's tickets was not kept")
	}
	b.keys[monday] = booking.DayKey{8}
	b.sync(w, s)
	if got := w.keys.keys[officeDay{"rm001", monday}]; got != a.keys[monday] {
		t.Error("the key was replaced though tickets were given by it")
	}
	if n := w.events("scheduler.key-conflict"); n < 2 {
		t.Errorf("%d alarms, want one of each totem at least", n)
	}
}

func TestAnOldTotemOfALedgerThatBeganAnewIsToldToBeUpdated(t *testing.T) {
	ctx := context.Background()
	w, _, _, _ := twoTotems(t)
	backup := copyOf(t, w.memory, "rm001")
	must(t, first(backup.Raise(ctx, 1)))
	w.setBack(backup)
	h := hello(storeA, 3)
	h.Speaks = []int{1}
	_, err := w.hello(w.start(), "rm001", "t1", h)
	if got := refusal(t, err); got != wire.RefusedVersion {
		t.Errorf("refused as %s", got)
	}
}
