package bootstate_test

import (
	"errors"
	"testing"

	"example.org/totem/bootstate"
)

const (
	none = bootstate.None
	a    = bootstate.A
	b    = bootstate.B
)

func slots(all ...bootstate.Slot) (set bootstate.Slots) {
	for _, s := range all {
		set = set.With(s)
	}
	return set
}

// as returns a state of a committed slot and one on trial.
func as(committed, trial bootstate.Slot, tries int, bad, failed bootstate.Slots) bootstate.State {
	return bootstate.State{Gen: bootstate.FirstGen, Committed: committed, Trial: trial, Tries: tries, Bad: bad, Failed: failed}
}

func TestAnUpdateIsTriedTwiceAndThenLeft(t *testing.T) {
	s := bootstate.Defaults()
	s, err := s.SetBad(b, a) // RAUC begins to write
	if err != nil || s.Next() != a || s.Good(b) {
		t.Fatalf("while B is written: %+v, %v", s, err)
	}
	s = s.SetPrimary(b) // RAUC has written
	if s.Next() != b || !s.Good(b) || s.Committed != a {
		t.Fatalf("before the trial: %+v", s)
	}
	var took []bootstate.Slot
	for range 4 {
		var slot bootstate.Slot
		slot, s = s.Start()
		took = append(took, slot)
	}
	if took[0] != b || took[1] != b || took[2] != a || took[3] != a {
		t.Errorf("it starts %v, want B twice, then A", took)
	}
	if s.Good(b) || s.Next() != a {
		t.Errorf("a trial that is used up is good: %+v", s)
	}
	if s = s.SetGood(a, a); !s.Same(as(a, none, 0, slots(b), 0)) {
		t.Errorf("A, found good, leaves %+v", s)
	}
}

func TestATrialThatProvesGoodIsCommitted(t *testing.T) {
	_, s := bootstate.Defaults().SetPrimary(b).Start()
	if s = s.SetGood(b, b); !s.Same(as(b, none, 0, 0, 0)) {
		t.Errorf("it is %+v", s)
	}
	if again := s.SetGood(b, b); !again.Same(s) {
		t.Errorf("told twice it is %+v", again)
	}
}

func TestGoodBeforeTheTrialBeganLeavesItAlone(t *testing.T) {
	s := bootstate.Defaults().SetPrimary(b)
	if after := s.SetGood(a, a); !after.Same(s) {
		t.Errorf("it is %+v, want %+v", after, s)
	}
}

func TestTheSlotThatATrialReturnsToIsNotMarkedBad(t *testing.T) {
	_, s := bootstate.Defaults().SetPrimary(b).Start()
	after, err := s.SetBad(a, b)
	if !errors.Is(err, bootstate.ErrReturn) || after != s {
		t.Errorf("it is %+v, %v", after, err)
	}
	if after, err := s.SetGood(b, b).SetBad(a, b); err != nil || !after.Same(as(b, none, 0, slots(a), 0)) {
		t.Errorf("once B is committed it is %+v, %v", after, err)
	}
}

func TestEachVerb(t *testing.T) {
	for _, c := range []struct {
		name       string
		from, want bootstate.State
		do         func(bootstate.State) bootstate.State
	}{
		{"the committed slot, made primary, ends a trial", as(a, b, 1, 0, 0), as(a, none, 0, 0, 0), primary(a)},
		{"a slot made primary is neither bad nor failed", as(a, none, 0, slots(b), slots(b)), as(a, b, 0, 0, 0), primary(b)},
		{"a used trial is made primary again", as(a, b, 2, 0, 0), as(a, b, 0, 0, 0), primary(b)},
		{"the running committed slot is marked bad", as(a, none, 0, 0, 0), as(b, none, 0, slots(a), 0), bad(t, a, a)},
		{"and stays bad while the other waits for its trial", as(a, b, 0, slots(a), 0), as(a, b, 0, slots(a), 0), good(a, a)},
		{"it is marked bad, and the other is bad too", as(a, none, 0, slots(b), 0), as(a, none, 0, slots(a, b), 0), bad(t, a, a)},
		{"a slot is written over that cannot be loaded, while the other runs", as(a, none, 0, slots(b), 0), as(b, none, 0, slots(a, b), 0), bad(t, a, b)},
		{"the slot on trial cannot come up", as(a, b, 1, 0, 0), as(a, none, 0, slots(b), 0), bad(t, b, b)},
		{"the other slot is found good", as(a, none, 0, slots(b), slots(b)), as(a, none, 0, 0, 0), good(b, a)},
		{"the other slot, its trial used up, is found good", as(a, b, 2, 0, 0), as(a, none, 0, 0, 0), good(b, a)},
		{"the only good slot becomes the committed one", as(a, none, 0, slots(a, b), 0), as(b, none, 0, slots(a), 0), good(b, a)},
		{"a slot that nobody chose proves nothing", as(a, none, 0, 0, 0), as(a, none, 0, 0, 0), good(b, b)},
		{"a trial that could not be loaded is over", as(a, b, 1, 0, 0), as(a, none, 0, slots(b), 0), good(a, a)},
		{"a slot that had failed proves good", as(a, none, 0, 0, slots(a, b)), as(a, none, 0, 0, slots(b)), good(a, a)},
		{"it is not known which slot runs", as(a, b, 1, 0, 0), as(a, b, 1, 0, 0), good(b, none)},
	} {
		if got := c.do(c.from); !got.Same(c.want) {
			t.Errorf("%s: %+v becomes %+v, want %+v", c.name, c.from, got, c.want)
		}
	}
}

func primary(slot bootstate.Slot) func(bootstate.State) bootstate.State {
	return func(s bootstate.State) bootstate.State { return s.SetPrimary(slot) }
}

func good(slot, running bootstate.Slot) func(bootstate.State) bootstate.State {
	return func(s bootstate.State) bootstate.State { return s.SetGood(slot, running) }
}

func bad(t *testing.T, slot, running bootstate.Slot) func(bootstate.State) bootstate.State {
	return func(s bootstate.State) bootstate.State {
		next, err := s.SetBad(slot, running)
		if err != nil {
			t.Error(err)
		}
		return next
	}
}

func TestARunOfFailuresChangesSlotsOnce(t *testing.T) {
	for _, c := range []struct {
		name    string
		from    bootstate.State
		running bootstate.Slot
		restart bool
		want    bootstate.State
	}{
		{"the kiosk fails in A", as(a, none, 0, 0, 0), a, true, as(a, b, 0, 0, slots(a))},
		{"asked again before it has restarted", as(a, b, 0, 0, slots(a)), a, true, as(a, b, 0, 0, slots(a))},
		{"then it fails in B too", as(a, b, 1, 0, slots(a)), b, false, as(a, none, 0, 0, slots(a, b))},
		{"and in A again", as(a, none, 0, 0, slots(a, b)), a, false, as(a, none, 0, 0, slots(a, b))},
		{"B hung twice, and A fails again", as(a, b, 2, 0, slots(a)), a, false, as(a, none, 0, slots(b), slots(a))},
		{"B proved good, and fails later", as(b, none, 0, 0, slots(a)), b, false, as(b, none, 0, 0, slots(a, b))},
		{"the other slot is bad", as(a, none, 0, slots(b), 0), a, false, as(a, none, 0, slots(b), slots(a))},
		{"an update fails in its trial", as(a, b, 1, 0, 0), b, true, as(a, none, 0, slots(b), slots(b))},
		{"an update fails, and what it would return to is bad", as(a, b, 1, slots(a), 0), b, false, as(b, none, 0, slots(a), slots(b))},
		{"an update waits for its first start", as(a, b, 0, 0, 0), a, true, as(a, b, 0, 0, slots(a))},
		{"the boot loader could not load A, and it fails in B", as(a, none, 0, 0, 0), b, true, as(a, none, 0, 0, slots(b))},
		{"which happens again", as(a, none, 0, 0, slots(b)), b, false, as(a, none, 0, 0, slots(b))},
		{"nobody knows what runs", as(a, none, 0, 0, 0), none, false, as(a, none, 0, 0, 0)},
	} {
		got, restart := c.from.SetFailed(c.running)
		if restart != c.restart || !got.Same(c.want) {
			t.Errorf("%s: %+v, restart %v; want %+v, %v", c.name, got, restart, c.want, c.restart)
		}
	}
}
