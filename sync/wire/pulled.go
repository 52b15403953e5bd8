package wire

import (
	"errors"
	"fmt"

	"example.org/totem/booking"
)

// pulledBody is the answer to a pull.
//
//	member  form                 meaning
//	sheets  [{sequence, sheet}]  sheets that changed; sheet is as in a sheet message
//	keys    {date: 43 base64url} the key of every day that the totem is granted slots of
//	office  office               as in an office message; left out when the asker's digest fits
//	digest  string               of the office that the scheduler has now
//	more    boolean              ask again: this was not all
type pulledBody struct {
	Sheets []pulledSheet                   `json:"sheets"`
	Keys   map[booking.Day]*booking.DayKey `json:"keys"`
	Office *officeBody                     `json:"office,omitzero"`
	Digest *string                         `json:"digest"`
	More   *bool                           `json:"more"`
}

type pulledSheet struct {
	Sequence *uint64    `json:"sequence"`
	Sheet    *sheetBody `json:"sheet"`
}

func pulledOf(p Pulled) (pulledBody, error) {
	b := pulledBody{
		Sheets: make([]pulledSheet, 0, len(p.Sheets)),
		Keys:   make(map[booking.Day]*booking.DayKey, len(p.Keys)),
		Digest: &p.Digest, More: &p.More,
	}
	for _, s := range p.Sheets {
		sheet, err := sheetOf(s)
		if err != nil {
			return pulledBody{}, err
		}
		b.Sheets = append(b.Sheets, pulledSheet{&s.Revision.Sequence, &sheet})
	}
	for day, key := range p.Keys {
		b.Keys[day] = &key
	}
	if p.Office != nil {
		office, err := officeOf(*p.Office)
		if err != nil {
			return pulledBody{}, err
		}
		b.Office = &office
	}
	return b, nil
}

func (b pulledBody) message() (Pulled, error) {
	p := Pulled{Digest: *b.Digest, More: *b.More}
	if len(p.Digest) > maxProgram || !plain(p.Digest) {
		return Pulled{}, errors.New(`member "digest": not a digest`)
	}
	for i, entry := range b.Sheets {
		s, err := entry.Sheet.message()
		if err != nil {
			return Pulled{}, fmt.Errorf(`member "sheets/%d": %w`, i, err)
		}
		s.Revision.Sequence = *entry.Sequence
		p.Sheets = append(p.Sheets, s)
	}
	for day, key := range b.Keys {
		if err := checkDay(day); err != nil || key.IsZero() {
			return Pulled{}, fmt.Errorf(`member "keys/%s": no day or no key`, day)
		}
		if p.Keys == nil {
			p.Keys = make(map[booking.Day]booking.DayKey, len(b.Keys))
		}
		p.Keys[day] = *key
	}
	if b.Office != nil {
		office, err := b.Office.message()
		if err != nil {
			return Pulled{}, fmt.Errorf(`member "office": %w`, err)
		}
		p.Office = &office
	}
	return p, nil
}
