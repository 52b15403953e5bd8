package wire

import (
	"fmt"

	"example.org/totem/booking"
)

// pulledBody is the answer to a pull.
//
//	member  form                 meaning
//	sheets  [{sequence, sheet}]  sheets that changed, each as in a sheet message
//	keys    {date: 43 base64url} the key of every day that the totem is granted slots of
//	office  office               as in an office message; left out when the asker's digest fits
//	digest  string               of the office that the scheduler has now
//	more    boolean              ask again: this was not all
//	peers   [peer]               the other totems of the office, by totem, each once; since version 2, left out for none
type pulledBody struct {
	Sheets []revisedSheet                  `json:"sheets"`
	Keys   map[booking.Day]*booking.DayKey `json:"keys"`
	Office *officeBody                     `json:"office,omitzero"`
	Digest *string                         `json:"digest"`
	More   *bool                           `json:"more"`
	Peers  []peerBody                      `json:"peers,omitzero" since:"2,optional"`
}

func pulledOf(p Pulled) (pulledBody, error) {
	sheets, err := revisedOf(p.Sheets)
	if err != nil {
		return pulledBody{}, err
	}
	b := pulledBody{Sheets: sheets, Keys: keysOf(p.Keys), Digest: &p.Digest, More: &p.More, Peers: peersOf(p.Peers)}
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
	err := checkDigest(p.Digest)
	if err != nil {
		return Pulled{}, fmt.Errorf(`member "digest": %w`, err)
	}
	if p.Sheets, err = revised(b.Sheets); err != nil {
		return Pulled{}, err
	}
	if p.Keys, err = keysFrom(b.Keys); err != nil {
		return Pulled{}, err
	}
	if p.Peers, err = peersFrom(b.Peers); err != nil {
		return Pulled{}, err
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

// revisedSheet is a sheet with all of its revision.
type revisedSheet struct {
	Sequence *uint64    `json:"sequence"`
	Sheet    *sheetBody `json:"sheet"`
}

func revisedOf(sheets []booking.Sheet) ([]revisedSheet, error) {
	entries := make([]revisedSheet, 0, len(sheets))
	for _, s := range sheets {
		sheet, err := sheetOf(s)
		if err != nil {
			return nil, err
		}
		entries = append(entries, revisedSheet{&s.Revision.Sequence, &sheet})
	}
	return entries, nil
}

func revised(entries []revisedSheet) ([]booking.Sheet, error) {
	var sheets []booking.Sheet
	for i, entry := range entries {
		s, err := entry.Sheet.message()
		if err != nil {
			return nil, fmt.Errorf(`member "sheets/%d": %w`, i, err)
		}
		s.Revision.Sequence = *entry.Sequence
		sheets = append(sheets, s)
	}
	return sheets, nil
}

func keysOf(keys map[booking.Day]booking.DayKey) map[booking.Day]*booking.DayKey {
	body := make(map[booking.Day]*booking.DayKey, len(keys))
	for day, key := range keys {
		body[day] = &key
	}
	return body
}

func keysFrom(body map[booking.Day]*booking.DayKey) (map[booking.Day]booking.DayKey, error) {
	var keys map[booking.Day]booking.DayKey
	for day, key := range body {
		if err := checkDay(day); err != nil || key.IsZero() {
			return nil, fmt.Errorf(`member "keys/%s": no day or no key`, day)
		}
		if keys == nil {
			keys = make(map[booking.Day]booking.DayKey, len(body))
		}
		keys[day] = *key
	}
	return keys, nil
}
