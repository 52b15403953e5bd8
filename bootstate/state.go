package bootstate

// MostTries is how often the boot loader starts a slot on trial before it takes the committed one again.
const MostTries = 2

// State is what the card says of its slots. It is a value: each method returns the state that follows, and leaves the
// generation to [State.Succeed]. Make one by [Defaults] or [Newest]; the zero value is not a state.
type State struct {
	Gen       uint64 // FirstGen … LastGen; of two copies the higher one counts
	Committed Slot   // A or B: what has proved good
	Trial     Slot   // the other one, while it is on trial; none otherwise
	Tries     int    // starts of the trial so far, 0 … 9; 0 without a trial
	Bad       Slots  // known not to start, or being written
	Failed    Slots  // in which the kiosk failed again and again, and has not proved good since
}

// Defaults returns the state of a new card, on which both slots hold the same system.
func Defaults() State { return State{Gen: FirstGen, Committed: A} }

// Same reports whether s and t say the same, whatever their generations.
func (s State) Same(t State) bool {
	s.Gen = t.Gen
	return s == t
}

// Next returns the slot that the boot loader takes at the next start.
func (s State) Next() Slot {
	if s.Trial != None && s.Tries < MostTries {
		return s.Trial
	}
	return s.Committed
}

// Start returns what the boot loader does with s: the slot that it takes, and the state that it leaves. The generation
// stays; the state differs only during a trial.
func (s State) Start() (Slot, State) {
	slot := s.Next()
	if slot == s.Trial {
		s.Tries++
	}
	return slot, s
}

// Good reports whether slot may be started, as RAUC asks by get-state: it is not marked bad, and has not used up its
// trial.
func (s State) Good(slot Slot) bool {
	return !s.Bad.Has(slot) && (s.Trial != slot || s.Tries < MostTries)
}

// normal keeps what holds between the fields: no trial of the committed slot or of a bad one, no tries without a trial,
// and a bad slot is committed only if there is nothing better.
func (s State) normal() State {
	if s.Bad.Has(s.Trial) {
		s.Trial = None
	}
	if other := s.Committed.Other(); s.Bad.Has(s.Committed) && !s.Bad.Has(other) && s.Trial != other {
		s.Committed = other
	}
	if s.Trial == s.Committed {
		s.Trial = None
	}
	if s.Trial == None {
		s.Tries = 0
	}
	return s
}
