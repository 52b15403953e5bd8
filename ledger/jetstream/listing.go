package jetstream

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"example.org/totem/booking"
)

// Offices returns every office that the ledger holds anything of, in order.
func (l *Ledger) Offices(ctx context.Context) ([]booking.OfficeID, error) {
	found := make(map[booking.OfficeID]bool)
	note := func(stream, filter string, token int) error {
		info, err := l.info(ctx, stream, filter)
		if errors.Is(err, errNoStream) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("list the offices in %s: %w", stream, err)
		}
		for subject := range info.State.Subjects {
			found[booking.OfficeID(strings.Split(subject, ".")[token])] = true
		}
		return nil
	}
	days, err := l.Days(ctx)
	if err == nil {
		err = errors.Join(note(rosterStream, memberSubject("*", "*"), 2), note(countsStream, tallySubject("*", "*"), 2))
	}
	for i := 0; err == nil && i < len(days); i++ {
		err = note(dayStream(days[i]), "led.v1."+compact(days[i])+".*.*", 3)
	}
	return slices.Sorted(maps.Keys(found)), err
}

// Closed returns the days that were closed, in order.
func (l *Ledger) Closed(ctx context.Context) ([]booking.Day, error) {
	info, err := l.info(ctx, metaStream, "meta.v1.closed.*")
	if err != nil {
		return nil, fmt.Errorf("list the closed days: %w", err)
	}
	var days []booking.Day
	for subject := range info.State.Subjects {
		if day, ok := parseDay(subject[strings.LastIndexByte(subject, '.')+1:]); ok {
			days = append(days, day)
		}
	}
	slices.SortFunc(days, booking.Day.Compare)
	return days, nil
}
