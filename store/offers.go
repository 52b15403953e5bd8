package store

import (
	"context"
	"fmt"
	"time"

	"example.org/totem/booking"
)

// Start is one time at which a queue has slots.
type Start struct {
	Key    booking.SheetKey
	Start  time.Time
	Number booking.Number // the lowest slot that this totem can issue; "" when there is none
	Places int            // how many it can issue at this start
	Open   int            // how many more the pool and the reserve have, which only the scheduler can grant
}

// Offers returns every start of a day from notBefore on at which a queue has slots, in order of queue and start; for the
// zero time every start of the day, which is what a totem asks for that does not know the time.
// Slots taken out of sale do not count; a start whose slots are all others' or booked has no Number. It takes time by
// the slots of the day, whatever else is in the cache.
func (s *Store) Offers(ctx context.Context, day booking.Day, notBefore time.Time) ([]Start, error) {
	starts, err := s.offers(ctx, day, minuteFrom(notBefore))
	return starts, faultOf("read the offers", err)
}

// What the query of the offers says of a slot, if anybody can have it.
const (
	offerMine = 1 // this totem can issue it
	offerOpen = 2 // the scheduler can grant it
)

func (s *Store) offers(ctx context.Context, day booking.Day, from int64) ([]Start, error) {
	rows, err := s.read.rows(ctx, "offers", day.String(), from, string(s.me()), int64(booking.Free), int64(booking.Void),
		string(booking.Pool), string(booking.Reserve), int64(booking.AskVoid))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var starts []Start
	for rows.Next() {
		var queue booking.QueueID
		var start, offer int64
		var number booking.Number
		if err := rows.Scan(&queue, &start, &number, &offer); err != nil {
			return nil, err
		}
		key := booking.SheetKey{Office: s.office, Queue: queue, Day: day}
		if n := len(starts); n == 0 || starts[n-1].Key.Queue != queue || minuteOf(starts[n-1].Start) != start {
			starts = append(starts, Start{Key: key, Start: minuteTime(start)})
		}
		switch last := &starts[len(starts)-1]; offer {
		case offerMine:
			last.add(number)
		case offerOpen:
			last.Open++
		}
	}
	return starts, rows.Err()
}

// add counts a slot that this totem can issue.
func (s *Start) add(number booking.Number) {
	s.Places++
	if s.Number == "" || lower(number, s.Number) {
		s.Number = number
	}
}

// lower compares two numbers of one queue: "A999" is lower than "A1000".
func lower(a, b booking.Number) bool {
	if len(a) != len(b) {
		return len(a) < len(b)
	}
	return a < b
}

// AsOf returns the minute in which the cache was last told how things stand, by [Store.Take] or [Store.Push]; the zero
// time if it never was.
func (s *Store) AsOf(ctx context.Context) (time.Time, error) {
	var minute *int64
	if err := s.read.row(ctx, "taken").Scan(&minute); err != nil {
		return time.Time{}, faultOf("read the age of the cache", err)
	}
	if minute == nil {
		return time.Time{}, nil
	}
	return minuteTime(*minute), nil
}

// Office returns the cached office, ok false if none was taken yet.
func (s *Store) Office(ctx context.Context) (office booking.Office, ok bool, err error) {
	_, office, ok, err = s.cachedOffice(ctx)
	if err != nil {
		return booking.Office{}, false, faultOf("read the office", err)
	}
	return office, ok, nil
}

func (s *Store) cachedOffice(ctx context.Context) (digest string, office booking.Office, ok bool, err error) {
	var body string
	switch err := s.read.row(ctx, "office").Scan(&digest, &body); {
	case noRow(err):
		return "", booking.Office{}, false, nil
	case err != nil:
		return "", booking.Office{}, false, err
	}
	if err := unmarshal(body, &office); err != nil {
		return "", booking.Office{}, false, fmt.Errorf("decode the office: %w", err)
	}
	return digest, office, true, nil
}
