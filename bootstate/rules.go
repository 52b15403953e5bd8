package bootstate

import "errors"

// ErrReturn is why a slot must not be marked bad: it is the one to which the running trial would return.
var ErrReturn = errors.New("the running slot is still on trial, and this is the one to return to")

// SetPrimary returns the state after which slot is started next, as RAUC's set-primary wants it. The committed slot is
// started as ever, which ends a trial; the other one begins a trial. Whatever was known against slot is forgotten, for
// RAUC says this of a slot that it has just written.
func (s State) SetPrimary(slot Slot) State {
	s.Bad, s.Failed = s.Bad.Without(slot), s.Failed.Without(slot)
	s.Trial, s.Tries = slot, 0
	return s.normal()
}

// SetGood returns the state after slot was found good, by whoever runs in running (none: not known). Of the running
// slot it is proof: a trial is committed, and a trial of the other slot that was begun and has not come up is over, and
// that slot bad. Of the other slot it only takes back what was known against it.
//
// A slot that runs without being committed or on trial, because the boot loader could not load the committed one or
// because somebody has just chosen the other, stays what it is.
func (s State) SetGood(slot, running Slot) State {
	switch {
	case slot != running:
		s.Bad, s.Failed = s.Bad.Without(slot), s.Failed.Without(slot)
		if s.Trial == slot && s.Tries >= MostTries {
			s.Trial = None
		}
	case slot == s.Trial:
		s.Committed, s.Trial = slot, None
		s.Bad, s.Failed = s.Bad.Without(slot), s.Failed.Without(slot)
	case slot == s.Committed:
		s = s.settle(running)
		s.Failed = s.Failed.Without(slot)
		if s.Trial == None || !s.Bad.Has(slot) { // a slot that was condemned stays so while its successor waits
			s.Bad = s.Bad.Without(slot)
		}
	}
	return s.normal()
}

// SetBad returns the state after slot was found bad, or is about to be written, by whoever runs in running (none: not
// known; slot itself: it could not come up). A trial of it is over. If it was the committed one, the other takes its
// place, unless that is bad too and does not run.
//
// It fails with [ErrReturn] if a trial runs that would return to slot: commit the trial first.
func (s State) SetBad(slot, running Slot) (State, error) {
	other := slot.Other()
	if slot == s.Committed && running == other && s.Trial == running {
		return s, ErrReturn
	}
	s.Bad = s.Bad.With(slot)
	if slot == s.Committed && running == other {
		s.Committed = other // whatever is known against it, it runs; slot may soon be half a system
	}
	return s.normal(), nil
}

// SetFailed returns the state after the kiosk has failed again and again in the running slot, and whether the totem
// is to start again, because another slot will be taken. It changes slots once in a run of failures: a slot that has
// failed is not taken again for another's failure before it has proved good or was written anew. A trial that fails
// returns to the committed slot at once. Otherwise it stays, and somebody must be told.
func (s State) SetFailed(running Slot) (next State, restart bool) {
	if running == None {
		return s, false
	}
	s = s.settle(running)
	other, known := running.Other(), s.Failed.Has(running)
	better := !known && !s.Bad.Has(other) && !s.Failed.Has(other)
	s.Failed = s.Failed.With(running)
	switch {
	case s.Trial == other: // it waits for its first start
		return s.normal(), true
	case s.Trial == running:
		s.Trial = None
		if s.Bad.Has(other) {
			s.Committed = running
		} else if better {
			s.Bad = s.Bad.With(running)
		}
	case s.Committed == running && better:
		s.Trial, s.Tries = other, 0
	}
	return s.normal(), better
}

// settle ends a trial that was begun and is not what runs: it did not come up.
func (s State) settle(running Slot) State {
	if s.Trial != None && s.Trial == running.Other() && s.Tries > 0 {
		s.Bad = s.Bad.With(s.Trial)
		s.Trial, s.Tries = None, 0
	}
	return s
}
