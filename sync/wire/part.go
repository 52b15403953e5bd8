package wire

import (
	"fmt"
	"slices"
)

// Part is how a part of a totem is that citizens use: touch panel, keypad, code reader, sound. The zero Part is one that the
// totem does not have.
type Part uint8

// The states of a part: a closed set.
const (
	PartNone   Part = iota // the totem has none, or is told to use none
	PartWorks              // as far as the totem knows: of a part that nobody uses it hears nothing
	PartSilent             // it cannot be opened, does not answer or went away
	PartStuck              // of a touch panel alone: it tells of a touch that does not end
)

// partWords are the words of the states.
func partWords() []string { return []string{"none", "works", "silent", "stuck"} }

// String returns the state in a word: "none", "works", "silent" or "stuck".
func (p Part) String() string {
	if words := partWords(); int(p) < len(words) {
		return words[p]
	}
	return fmt.Sprintf("Part(%d)", uint8(p))
}

// Down reports whether the totem has the part, and nobody can use it.
func (p Part) Down() bool { return p == PartSilent || p == PartStuck }

// MarshalText returns the word. What is no state cannot be written.
func (p Part) MarshalText() ([]byte, error) {
	if int(p) >= len(partWords()) {
		return nil, fmt.Errorf("%v is no state of a part", p)
	}
	return []byte(p.String()), nil
}

// UnmarshalText reads the word, in small letters.
func (p *Part) UnmarshalText(text []byte) error {
	i := slices.Index(partWords(), string(text))
	if i < 0 {
		return fmt.Errorf("%q is no state of a part", text)
	}
	*p = Part(i)
	return nil
}
