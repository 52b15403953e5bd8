package provisioning

import (
	"example.org/totem/internal/fault"
)

// Step is what is to be done for a file that lies on the card.
type Step int

// The steps.
const (
	// Keep: it says nothing new, or other settings for the same totem. They are derived and in force; key and data stay.
	Keep Step = iota
	// Enrol: it holds a token that was not used. The device is enrolled with it, by a new key if the one it has is in force;
	// the data stays.
	Enrol
	// Anew: as Enrol, but the key and all data of before are erased first, durably: what was to be told to the scheduler of
	// the place before is lost by that.
	Anew
)

// After says what is to be done for f, the file on the card, where before is the one that was accepted last; nil: none was. A
// file for another place is refused, unless it says replace and has a token that was not used: the error is a *fault.Fault
// of CodeOtherPlace. A device without an accepted file needs a token: CodeSpent.
func (f File) After(before *File) (Step, error) {
	switch {
	case before == nil && !f.HasToken():
		return Keep, fault.New(fault.CodeSpent, nil, "have a new token made by scheduler enrol, and write it into the file",
			"this device was never set up, and the provisioning file for totem %s of office %s %s", f.Totem, f.Office, f.without())
	case f.HasToken() && f.Replace:
		return Anew, nil
	case before != nil && (before.Office != f.Office || before.Totem != f.Totem):
		return Keep, fault.New(fault.CodeOtherPlace, nil,
			"put this device's own card in; if it is really to take the other place, see in docs/provisioning.md what is erased, and write replace = true and a new token",
			"this device is totem %s of office %s, and the provisioning file is for totem %s of office %s", before.Totem, before.Office, f.Totem, f.Office)
	case f.HasToken():
		return Enrol, nil
	}
	return Keep, nil
}

// without says why there is no token.
func (f File) without() string {
	if f.Spent() {
		return "has a token that was used already"
	}
	return "has no token"
}
