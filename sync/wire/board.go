package wire

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Board is what is wrong with a totem's board: door, disk, card, heat, supply. The zero Board is one of which nothing is told, as
// by totems of earlier releases.
type Board uint8

// What a board can tell: a closed set. All but BoardTold go with it.
const (
	BoardTold       Board = 1 << iota // something is told; alone: nothing is wrong
	BoardDoorOpen                     // the door has stood open for some minutes
	BoardDiskLow                      // little room is left for what the totem keeps
	BoardDiskFull                     // hardly any is
	BoardDiskErrors                   // its file system has counted errors
	BoardCardWorn                     // the card says that it nears its end
	BoardHot                          // it is too warm, or slowed down for that
	BoardPowerLow                     // its supply was too low
)

// wellWord is that of a board with which nothing is wrong.
const wellWord = "well"

// boardWords are those of what can be wrong, in the order of their bits from BoardDoorOpen on.
func boardWords() []string {
	return []string{"door-open", "disk-low", "disk-full", "disk-errors", "card-worn", "hot", "power-low"}
}

// Has reports whether all of other is told.
func (b Board) Has(other Board) bool { return b&other == other }

// String lists what is wrong with "+" between, "well" for nothing, "" where nothing is told.
func (b Board) String() string {
	if b&BoardTold == 0 {
		return ""
	}
	var words []string
	for i, word := range boardWords() {
		if b&(BoardDoorOpen<<i) != 0 {
			words = append(words, word)
		}
	}
	if words == nil {
		return wellWord
	}
	return strings.Join(words, "+")
}

// MarshalText returns String. What is wrong with a board of which nothing is told cannot be written.
func (b Board) MarshalText() ([]byte, error) {
	if b&BoardTold == 0 {
		return nil, errors.New("a board of which nothing is told")
	}
	return []byte(b.String()), nil
}

// UnmarshalText reads what MarshalText wrote. Another order, a word twice and an unknown one are errors.
func (b *Board) UnmarshalText(text []byte) error {
	found := BoardTold
	for word := range strings.SplitSeq(string(text), "+") {
		if i := slices.Index(boardWords(), word); i >= 0 {
			found |= BoardDoorOpen << i
		}
	}
	if found.String() != string(text) {
		return fmt.Errorf("%q is no state of a board", text)
	}
	*b = found
	return nil
}
