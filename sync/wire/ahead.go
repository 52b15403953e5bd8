package wire

import (
	"errors"
	"fmt"
	"time"

	"example.org/totem/booking"
)

// Bounds of what a vacant message says: the days are those of the planning horizon.
const (
	maxVacantDays   = 62
	maxVacantStarts = 1440 // of one day: one a minute
)

// vacancyBody asks when a queue can be booked.
//
//	member       form           meaning
//	incarnation  16 hex digits  of the store that asks
//	queue        identifier
type vacancyBody struct {
	Incarnation booking.Incarnation `json:"incarnation"`
	Queue       booking.QueueID     `json:"queue"`
}

func vacancyOf(v Vacancy) (vacancyBody, error) { return vacancyBody(v), nil }

func (b vacancyBody) message() (Vacancy, error) {
	return Vacancy(b), errors.Join(checkStore(b.Incarnation), checkQueue(b.Queue))
}

func checkStore(i booking.Incarnation) error {
	if i.IsZero() {
		return errors.New(`member "incarnation": none`)
	}
	return nil
}

func checkQueue(q booking.QueueID) error {
	if booking.CheckID(string(q)) != nil {
		return errors.New(`member "queue": no identifier`)
	}
	return nil
}

// vacantBody answers.
//
//	member  form             meaning
//	days    [{day, starts}]  at most 62, in order, each once
//	day     date             the office's calendar day
//	starts  [UTC minute]     1 to 1440, in order, each once
type vacantBody struct {
	Days []vacantDayBody `json:"days"`
}

type vacantDayBody struct {
	Day    booking.Day `json:"day"`
	Starts []minute    `json:"starts"`
}

func vacantOf(v Vacant) (vacantBody, error) {
	b := vacantBody{Days: []vacantDayBody{}}
	for _, d := range v.Days {
		day := vacantDayBody{Day: d.Day, Starts: []minute{}}
		for _, s := range d.Starts {
			day.Starts = append(day.Starts, minute(s.UTC()))
		}
		b.Days = append(b.Days, day)
	}
	return b, nil
}

func (b vacantBody) message() (Vacant, error) {
	if len(b.Days) > maxVacantDays {
		return Vacant{}, fmt.Errorf(`member "days": %d, more than %d`, len(b.Days), maxVacantDays)
	}
	var v Vacant
	for i, d := range b.Days {
		if err := checkDay(d.Day); err != nil || i > 0 && d.Day.Compare(b.Days[i-1].Day) <= 0 {
			return Vacant{}, fmt.Errorf(`member "days/%d/day": no day, or out of order`, i)
		}
		if n := len(d.Starts); n == 0 || n > maxVacantStarts {
			return Vacant{}, fmt.Errorf(`member "days/%d/starts": %d, want 1 to %d`, i, n, maxVacantStarts)
		}
		day := VacantDay{Day: d.Day, Starts: make([]time.Time, 0, len(d.Starts))}
		for j, s := range d.Starts {
			if j > 0 && !time.Time(s).After(day.Starts[j-1]) {
				return Vacant{}, fmt.Errorf(`member "days/%d/starts/%d": out of order`, i, j)
			}
			day.Starts = append(day.Starts, time.Time(s))
		}
		v.Days = append(v.Days, day)
	}
	return v, nil
}

// wantBody asks for a slot.
//
//	member       form           meaning
//	incarnation  16 hex digits  of the store that asks
//	queue        identifier
//	day          date           the office's calendar day
//	start        UTC minute     of the slot
type wantBody struct {
	Incarnation booking.Incarnation `json:"incarnation"`
	Queue       booking.QueueID     `json:"queue"`
	Day         booking.Day         `json:"day"`
	Start       minute              `json:"start"`
}

func wantOf(w Want) (wantBody, error) {
	return wantBody{w.Incarnation, w.Queue, w.Day, minute(w.Start.UTC())}, nil
}

func (b wantBody) message() (Want, error) {
	if err := errors.Join(checkStore(b.Incarnation), checkQueue(b.Queue)); err != nil {
		return Want{}, err
	}
	if checkDay(b.Day) != nil {
		return Want{}, errors.New(`member "day": no day`)
	}
	return Want{b.Incarnation, b.Queue, b.Day, time.Time(b.Start)}, nil
}

// grantedBody answers.
//
//	member    form             meaning
//	sequence  integer          of the sheet's revision
//	sheet     sheet            as in a sheet message
//	key       43 of base64url  the key of its day
type grantedBody struct {
	Sequence *uint64         `json:"sequence"`
	Sheet    *sheetBody      `json:"sheet"`
	Key      *booking.DayKey `json:"key"`
}

func grantedOf(g Granted) (grantedBody, error) {
	sheet, err := sheetOf(g.Sheet)
	return grantedBody{&g.Sheet.Revision.Sequence, &sheet, &g.Key}, err
}

func (b grantedBody) message() (Granted, error) {
	sheet, err := b.Sheet.message()
	if err != nil {
		return Granted{}, fmt.Errorf(`member "sheet": %w`, err)
	}
	if b.Key.IsZero() {
		return Granted{}, errors.New(`member "key": none`)
	}
	sheet.Revision.Sequence = *b.Sequence
	return Granted{sheet, *b.Key}, nil
}
