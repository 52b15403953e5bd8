package wire

import (
	"errors"

	"example.org/totem/booking"
)

// mergeBody is one page of what a store holds.
//
//	member       form                 meaning
//	incarnation  16 hex digits        of the store
//	told         integer              the last fact that it knows to be accepted, 0 for none
//	sheets       [{sequence, sheet}]  as in pulled
//	keys         {date: key}          as in pulled
//	more         boolean              another page follows
type mergeBody struct {
	Incarnation booking.Incarnation             `json:"incarnation"`
	Told        *uint64                         `json:"told"`
	Sheets      []revisedSheet                  `json:"sheets"`
	Keys        map[booking.Day]*booking.DayKey `json:"keys"`
	More        *bool                           `json:"more"`
}

func mergeOf(m Merge) (mergeBody, error) {
	sheets, err := revisedOf(m.Sheets)
	return mergeBody{m.Incarnation, &m.Told, sheets, keysOf(m.Keys), &m.More}, err
}

func (b mergeBody) message() (Merge, error) {
	if b.Incarnation.IsZero() {
		return Merge{}, errors.New(`member "incarnation": none`)
	}
	sheets, err := revised(b.Sheets)
	if err != nil {
		return Merge{}, err
	}
	keys, err := keysFrom(b.Keys)
	if err != nil {
		return Merge{}, err
	}
	return Merge{b.Incarnation, *b.Told, sheets, keys, *b.More}, nil
}

type mergedBody struct {
	Epoch *uint64 `json:"epoch"`
}

func mergedOf(m Merged) (mergedBody, error) { return mergedBody{&m.Epoch}, nil }

func (b mergedBody) message() (Merged, error) { return Merged{*b.Epoch}, nil }
