// Package bootenv keeps the boot state on the card: it puts the rules of bootstate and the files of the small partition
// together, for the totem's commands and for its initrd.
package bootenv

import (
	"errors"
	"fmt"

	"example.org/totem/bootstate"
)

// Names returns the two files of the small partition that hold the state.
func Names() [2]string { return [2]string{"totem/env1", "totem/env2"} }

// Card is the small partition, as hw/esp gives it.
type Card interface {
	ReadFile(name string) ([]byte, error)
	Overwrite(name string, offset int64, b []byte) error
}

// Env is what a card holds.
type Env struct {
	State  bootstate.State
	Which  int      // the copy that counts, 0 or 1; of no meaning if neither is whole
	Copies [2]error // nil of a whole copy; else why it is none: bootstate.ErrBlock, or what reading it met
	blocks [2][]byte
}

// Read reads both copies. If neither is whole the state is bootstate.Defaults, which is how the boot loader takes it, and
// Copies tells why. It fails only if no file is there that could be written.
func Read(card Card) (Env, error) {
	var e Env
	for i, name := range Names() {
		if e.blocks[i], e.Copies[i] = card.ReadFile(name); e.Copies[i] == nil {
			_, e.Copies[i] = bootstate.Parse(e.blocks[i])
		}
	}
	e.State, e.Which, _ = bootstate.Newest(e.blocks[0], e.blocks[1])
	if !e.there(0) && !e.there(1) {
		return e, errors.Join(e.Copies[0], e.Copies[1])
	}
	return e, nil
}

// Whole reports whether copy i can be read, and is what was written.
func (e Env) Whole(i int) bool { return e.Copies[i] == nil }

func (e Env) there(i int) bool {
	return e.Copies[i] == nil || errors.Is(e.Copies[i], bootstate.ErrBlock)
}

// Change makes next the card's state and reports whether that took a write. It takes none if the card says so already
// and both copies are whole. What is written goes over the copy that does not count; over both if neither is whole, and
// over the one that is left if the other file is gone.
func (e Env) Change(card Card, next bootstate.State) (written bool, err error) {
	if next.Same(e.State) && e.Whole(0) && e.Whole(1) {
		return false, nil
	}
	targets := []int{1 - e.Which}
	if !e.Whole(0) && !e.Whole(1) {
		targets = []int{0, 1}
	} else if !e.there(targets[0]) {
		if next.Same(e.State) {
			return false, nil
		}
		targets[0] = e.Which
	}
	for _, i := range targets {
		if !e.there(i) {
			continue
		}
		if err := e.overwrite(card, i, e.State.Succeed(next)); err != nil {
			return written, fmt.Errorf("write the boot state: %w", err)
		}
		written = true
	}
	return written, nil
}

// overwrite puts s into copy i, which is blanked first if it is not whole.
func (e Env) overwrite(card Card, i int, s bootstate.State) error {
	blocks := [][bootstate.Size]byte{bootstate.Blank(), s.Encode()}
	if e.Whole(i) {
		blocks = blocks[1:]
	}
	for _, block := range blocks {
		if err := card.Overwrite(Names()[i], 0, block[:bootstate.Sector]); err != nil {
			return err
		}
	}
	return nil
}
