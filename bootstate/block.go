package bootstate

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
)

const (
	// Size is the length of a block in bytes.
	Size = 1024
	// Sector is how much of a block ever changes, and is written: its first bytes.
	Sector = 512
	// FirstGen is the generation of a new card.
	FirstGen = 1_000_000_000
	// LastGen is the last generation that has ten digits; a card is worn out long before.
	LastGen = 9_999_999_999

	header = "# GRUB Environment Block\n"
)

// ErrBlock is the error of bytes that are no whole block: never written, torn, or of another program.
var ErrBlock = errors.New("no whole boot state")

// Encode returns the block of s.
func (s State) Encode() [Size]byte { return padded(string(s.text())) }

func padded(text string) (b [Size]byte) {
	for i := copy(b[:], text); i < Size; i++ {
		b[i] = '#'
	}
	return b
}

func (s State) text() []byte {
	return fmt.Appendf([]byte(header), "GEN=%d\nCOMMITTED=%c\nTRIAL=%c\nTRIES=%d\nBAD=%s\nFAILED=%s\nOK=%d\n",
		s.Gen, letter(s.Committed), letter(s.Trial), s.Tries, s.Bad.letters(), s.Failed.letters(), s.Gen)
}

func letter(s Slot) byte {
	if s == None {
		return '.'
	}
	return byte(s)
}

func (set Slots) letters() string {
	text := []byte("..")
	for i, slot := range []Slot{A, B} {
		if set.Has(slot) {
			text[i] = byte(slot)
		}
	}
	return string(text)
}

// Parse reads a block, of which only what stands before the padding is looked at. It fails with [ErrBlock] unless that is
// exactly what [State.Encode] writes.
func Parse(block []byte) (State, error) {
	if len(block) < Sector {
		return State{}, fmt.Errorf("%w: %d bytes", ErrBlock, len(block))
	}
	values := variables(block[:Sector])
	var s State
	var err error
	if s.Gen, err = strconv.ParseUint(values["GEN"], 10, 64); err != nil || s.Gen < FirstGen || s.Gen > LastGen {
		return State{}, fmt.Errorf("%w: generation %q", ErrBlock, values["GEN"])
	}
	if s.Tries, err = strconv.Atoi(values["TRIES"]); err != nil || s.Tries < 0 || s.Tries > 9 {
		return State{}, fmt.Errorf("%w: tries %q", ErrBlock, values["TRIES"])
	}
	if s.Committed, err = ParseSlot(values["COMMITTED"]); err != nil {
		return State{}, fmt.Errorf("%w: committed: %w", ErrBlock, err)
	}
	s.Trial, _ = ParseSlot(values["TRIAL"])
	for _, slot := range []Slot{A, B} {
		s.Bad |= among(values["BAD"], slot)
		s.Failed |= among(values["FAILED"], slot)
	}
	// Any other byte than these values have is found by writing them again.
	if !bytes.HasPrefix(block, s.text()) {
		return State{}, fmt.Errorf("%w: torn, or not as it is written", ErrBlock)
	}
	if s.Trial == s.Committed {
		return State{}, fmt.Errorf("%w: slot %s is committed and on trial", ErrBlock, s.Trial)
	}
	return s, nil
}

// variables returns what the boot loader finds in a block: any line with an equals sign.
func variables(block []byte) map[string]string {
	values := map[string]string{}
	for line := range bytes.Lines(block) {
		if name, value, ok := bytes.Cut(bytes.TrimSuffix(line, []byte("\n")), []byte("=")); ok {
			values[string(name)] = string(value)
		}
	}
	return values
}

func among(letters string, slot Slot) Slots {
	if bytes.IndexByte([]byte(letters), byte(slot)) < 0 {
		return 0
	}
	return slot.bit()
}

// Newest returns the state of the two copies that counts, and which copy holds it: 0 for a, 1 for b. A copy that cannot be
// read may be nil. If neither is whole, it fails with [ErrBlock], and returns [Defaults].
func Newest(a, b []byte) (s State, which int, err error) {
	first, errA := Parse(a)
	second, errB := Parse(b)
	switch {
	case errA != nil && errB != nil:
		return Defaults(), 0, fmt.Errorf("first copy: %w; second copy: %w", errA, errB)
	case errA != nil || errB == nil && second.Gen > first.Gen:
		return second, 1, nil
	}
	return first, 0, nil
}
