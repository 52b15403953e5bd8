package bootstate_test

import (
	"testing"

	"pgregory.net/rapid"

	"example.org/totem/bootstate"
)

// machine is a totem with its card, which is switched off at any moment.
type machine struct {
	copies   [2][bootstate.Size]byte
	ill      map[bootstate.Slot]string // what is wrong with a slot: "", "kernel", "root", "hang"
	running  bootstate.Slot            // none: off
	restarts int                       // that failures led to, since something else was last done
}

func (m *machine) state(t *rapid.T) (bootstate.State, int) {
	s, which, err := bootstate.Newest(m.copies[0][:], m.copies[1][:])
	if err != nil {
		t.Fatalf("neither copy is whole: %v", err)
	}
	return s, which
}

// write puts a state on the card, of which a power cut may leave a part.
func (m *machine) write(t *rapid.T, next bootstate.State) {
	s, which := m.state(t)
	if next.Same(s) {
		return
	}
	if _, err := bootstate.Parse(m.copies[1-which][:]); err != nil {
		if m.put(t, 1-which, bootstate.Blank()); m.running == none {
			return
		}
	}
	m.put(t, 1-which, s.Succeed(next).Encode())
	if after, _ := m.state(t); m.running == none && !after.Same(s) && !after.Same(next) {
		t.Fatalf("a cut leaves %+v of %+v and %+v", after, s, next)
	}
}

// put writes a block over a copy, whole or torn.
func (m *machine) put(t *rapid.T, which int, block [bootstate.Size]byte) {
	cut := bootstate.Size
	if rapid.IntRange(0, 3).Draw(t, "cut?") == 0 {
		cut = rapid.IntRange(0, 100).Draw(t, "cut")
	}
	torn := tear(block, m.copies[which], cut)
	if rapid.Bool().Draw(t, "from behind") && cut < bootstate.Size {
		torn = tear(m.copies[which], block, cut)
	}
	copy(m.copies[which][:], torn)
	if cut < bootstate.Size {
		m.running = none
	}
}

// start switches it on, and does what firmware, GRUB and initrd do.
func (m *machine) start(t *rapid.T) {
	s, _ := m.state(t)
	for _, slot := range []bootstate.Slot{a, b} {
		if slot == s.Next() && s.Bad.Has(slot) && s.Good(slot.Other()) {
			t.Fatalf("%+v starts the bad slot", s)
		}
	}
	c := grub(m.copies[0][:], m.copies[1][:])
	if c.slot != s.Next().String() {
		t.Fatalf("GRUB takes %s of %+v", c.slot, s)
	}
	m.running = s.Next()
	if c.count != "" {
		_, counted := s.Start()
		m.put(t, c.copy, counted.Encode())
		if m.running == none {
			return
		}
	}
	if m.ill[m.running] == "kernel" {
		m.running = m.running.Other()
	}
	switch m.ill[m.running] {
	case "kernel", "hang":
		m.running = none
	case "root":
		running := m.running
		m.running = none
		s, _ = m.state(t)
		next, err := s.SetBad(running, running)
		if err != nil {
			t.Fatal(err)
		}
		m.write(t, next)
	}
}

// verb does what runs in the slot: RAUC, the kiosk's timer, the rescue unit.
func (m *machine) verb(t *rapid.T) {
	s, _ := m.state(t)
	running, other := m.running, m.running.Other()
	next, again := s, false
	switch rapid.SampledFrom([]string{"good", "failed", "failed", "install", "primary", "bad"}).Draw(t, "verb") {
	case "good":
		next, m.restarts = s.SetGood(running, running), 0
	case "failed":
		next, again = s.SetFailed(running)
	case "install":
		m.restarts = 0
		bad, err := s.SetBad(other, running)
		if err != nil {
			return // it is refused, and nothing is written
		}
		m.write(t, bad)
		m.ill[other] = "hang" // half of a system
		if m.running == none {
			return
		}
		m.ill[other] = rapid.SampledFrom([]string{"", "kernel", "root", "hang"}).Draw(t, "new system")
		s, _ = m.state(t)
		next = s.SetPrimary(other)
	case "primary":
		next, m.restarts = s.SetPrimary(rapid.SampledFrom([]bootstate.Slot{a, b}).Draw(t, "slot")), 0
	case "bad":
		next, _ = s.SetBad(rapid.SampledFrom([]bootstate.Slot{a, b}).Draw(t, "slot"), running)
		m.restarts = 0
	}
	m.write(t, next)
	if again && m.running != none {
		m.running = none
		if m.restarts++; m.restarts > 1 {
			t.Fatalf("a second change of slots in a run of failures, from %+v", s)
		}
	}
}

func TestWhateverHappensThereIsASlotToStart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := &machine{ill: map[bootstate.Slot]string{}}
		m.copies[0] = bootstate.Defaults().Encode()
		m.copies[1] = m.copies[0]
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			if m.running == none || rapid.IntRange(0, 4).Draw(t, "cut") == 0 {
				m.running = none
				m.start(t)
			} else {
				m.verb(t)
			}
			returns(t, m)
			if m.ill[a] != "" && m.ill[b] != "" {
				return // there is nothing to start: not what this is about
			}
		}
		// Left alone, it comes up.
		for range 2 * (bootstate.MostTries + 2) {
			if m.running != none {
				return
			}
			m.start(t)
		}
		if s, _ := m.state(t); m.ill[s.Committed] == "" && m.running == none {
			t.Fatalf("it does not come up: %+v, %v", s, m.ill)
		}
	})
}

// returns fails unless the committed slot is taken again after MostTries starts of the trial.
func returns(t *rapid.T, m *machine) {
	s, _ := m.state(t)
	for range bootstate.MostTries {
		_, s = s.Start()
	}
	if s.Next() != s.Committed || s.Committed == none {
		t.Fatalf("%+v does not return to the committed slot", s)
	}
}

func TestANormalStartChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := states().Draw(t, "state")
		if s.Trial != none && s.Tries < bootstate.MostTries {
			s.Trial, s.Tries = none, 0
		}
		slot, after := s.Start()
		if after != s || slot != s.Committed {
			t.Fatalf("%+v becomes %+v", s, after)
		}
		settled := s.SetGood(slot, slot)
		if again := settled.SetGood(slot, slot); again != settled {
			t.Fatalf("%+v, found good once more, becomes %+v", settled, again)
		}
	})
}
