package wire

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"example.org/totem/booking"
	"example.org/totem/paper"
)

// Health is how a totem's parts are. It says nothing about citizens or clerks: no number of a ticket, no desk, and no
// moment finer than a minute.
type Health struct {
	Incarnation booking.Incarnation // of the store
	N           uint64              // from 1; of two messages of a store the one with the higher number is the newer

	Printer paper.Status
	Since   time.Time // UTC, whole minutes: the printer's status is what it is since then; zero if that is not known
	Profile string    // name of the printer's profile, an identifier
	Paper   PaperLeft
	Unsure  int // slips whose fate is unknown now
	Clock   Clockwork
	Touch   Part   // the touch panel
	Keypad  Part   // never PartStuck
	Scanner Part   // the code reader; never PartStuck
	Sound   Part   // what speaks the screen; never PartStuck
	Program string // the totem's release: ASCII letters, digits, spaces and any of . + _ -; "" for not told
	Address string // where the other totems of the office reach it, see CheckAddress; "": they do not
	Board   Board  // zero: nothing is told of it
}

// PaperLeft is what is left of a printer's roll. The zero PaperLeft is one of which nothing is known.
type PaperLeft struct {
	Known  bool
	LeftMM int // millimetres
	Slips  int // about how many slips that is
}

// Clockwork is how well a totem knows the time.
type Clockwork string

// The grades of a totem's clock: a closed set.
const (
	ClockSynced   Clockwork = "synced"   // somebody vouched for it less than an hour ago
	ClockHoldover Clockwork = "holdover" // it was vouched for, and has been carried on since
	ClockUnknown  Clockwork = "unknown"  // nobody vouches for it
)

// Noted answers Health.
type Noted struct {
	N    uint64 // the highest number that the scheduler has of this store; beyond it a newer message must be
	Kept bool   // the scheduler has what the message says; false: it has something newer
}

// Bounds of what a health message counts.
const (
	maxLeft   = 10_000_000 // millimetres: no roll is ten kilometres long
	maxUnsure = 1_000_000
	maxSlips  = 1_000_000
)

// healthBody is how a totem's parts are.
//
//	member       form                          meaning
//	incarnation  16 hex digits                 of the store
//	n            integer from 1                number of the message among the store's
//	printer      words of paper.Status         "ready", or conditions in the order of their list with "+" between them
//	since        UTC minute, may be left out   the printer's status holds since then
//	profile      identifier                    of the printer's profile
//	paper        object, may be left out       mm left, and about how many slips that is
//	unsure       integer                       slips whose fate is unknown now
//	clock        synced, holdover or unknown   how well the totem knows the time
//	touch        none, works, silent or stuck  how the touch panel is
//	keypad       none, works or silent         how the keypad is
//	scanner      none, works or silent         how the code reader is
//	sound        none, works or silent         how that is which speaks the screen
//	program      string                        the totem's release
//	address      string, may be left out       IP address and port at which other totems of the office reach it
//	board        words of Board, may be left out  "well", or what is wrong in the order of their list with "+" between them
type healthBody struct {
	Incarnation booking.Incarnation `json:"incarnation"`
	N           uint64              `json:"n"`
	Printer     string              `json:"printer"`
	Since       *minute             `json:"since,omitzero"`
	Profile     string              `json:"profile"`
	Paper       *leftBody           `json:"paper,omitzero"`
	Unsure      *int                `json:"unsure"`
	Clock       Clockwork           `json:"clock"`
	Touch       *Part               `json:"touch"`
	Keypad      *Part               `json:"keypad"`
	Scanner     *Part               `json:"scanner"`
	Sound       *Part               `json:"sound"`
	Program     *string             `json:"program"`
	Address     *string             `json:"address,omitzero"`
	Board       *Board              `json:"board,omitzero"`
}

// leftBody is what is left of a roll.
type leftBody struct {
	LeftMM *int `json:"mm"`
	Slips  *int `json:"slips"`
}

func healthOf(h Health) (healthBody, error) {
	b := healthBody{
		Incarnation: h.Incarnation, N: h.N, Printer: h.Printer.String(), Profile: h.Profile, Unsure: &h.Unsure, Clock: h.Clock,
		Touch: &h.Touch, Keypad: &h.Keypad, Scanner: &h.Scanner, Sound: &h.Sound, Program: &h.Program,
		Address: unlessZero(h.Address), Board: unlessZero(h.Board),
	}
	if !h.Since.IsZero() {
		b.Since = present(minute(h.Since.UTC()))
	}
	if h.Paper.Known {
		b.Paper = &leftBody{&h.Paper.LeftMM, &h.Paper.Slips}
	} else if h.Paper != (PaperLeft{}) {
		return b, errors.New(`member "paper": not known, and told all the same`)
	}
	return b, nil
}

func (b healthBody) message() (Health, error) {
	h := Health{Incarnation: b.Incarnation, N: b.N, Profile: b.Profile, Unsure: orZero(b.Unsure), Clock: b.Clock,
		Touch: orZero(b.Touch), Keypad: orZero(b.Keypad), Scanner: orZero(b.Scanner), Sound: orZero(b.Sound), Program: orZero(b.Program),
		Address: orZero(b.Address), Board: orZero(b.Board)}
	if b.Since != nil {
		h.Since = time.Time(*b.Since)
	}
	if b.Paper != nil {
		h.Paper = PaperLeft{Known: true, LeftMM: orZero(b.Paper.LeftMM), Slips: orZero(b.Paper.Slips)}
	}
	var err error
	if h.Printer, err = paper.ParseStatus(b.Printer); err != nil {
		return Health{}, fmt.Errorf(`member "printer": %w`, err)
	}
	if err := checkHealth(h); err != nil {
		return Health{}, err
	}
	return h, nil
}

// checkHealth reports what no totem may tell.
func checkHealth(h Health) error {
	switch {
	case h.Incarnation.IsZero():
		return errors.New(`member "incarnation": none`)
	case h.N == 0:
		return errors.New(`member "n": none`)
	case booking.CheckID(h.Profile) != nil:
		return errors.New(`member "profile": no identifier`)
	case h.Paper.LeftMM < 0 || h.Paper.LeftMM > maxLeft || h.Paper.Slips < 0 || h.Paper.Slips > maxSlips:
		return errors.New(`member "paper": no roll has that`)
	case h.Unsure < 0 || h.Unsure > maxUnsure:
		return errors.New(`member "unsure": out of range`)
	case h.Clock != ClockSynced && h.Clock != ClockHoldover && h.Clock != ClockUnknown:
		return errors.New(`member "clock": no grade of a clock`)
	case h.Keypad == PartStuck:
		return errors.New(`member "keypad": only a touch panel is stuck`)
	case h.Scanner == PartStuck:
		return errors.New(`member "scanner": only a touch panel is stuck`)
	case h.Sound == PartStuck:
		return errors.New(`member "sound": only a touch panel is stuck`)
	case len(h.Program) > maxProgram || strings.IndexFunc(h.Program, foreign) >= 0:
		return fmt.Errorf(`member "program": want at most %d letters, digits, spaces and any of . + _ -`, maxProgram)
	case h.Address != "":
		return CheckAddress(h.Address)
	}
	return nil
}

// foreign reports whether r is no letter of a release's name.
func foreign(r rune) bool {
	return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune(" .+_-", r))
}

type notedBody struct {
	N    uint64 `json:"n"`
	Kept *bool  `json:"kept"`
}

func notedOf(n Noted) (notedBody, error) { return notedBody{n.N, &n.Kept}, nil }

func (b notedBody) message() (Noted, error) {
	if b.N == 0 {
		return Noted{}, errors.New(`member "n": none`)
	}
	return Noted{b.N, orZero(b.Kept)}, nil
}
