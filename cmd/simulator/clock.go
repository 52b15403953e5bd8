package main

import (
	"fmt"
	"time"

	"example.org/totem/booking"
	"example.org/totem/internal/fault"
)

// opening returns where the simulator's clock starts: as asked, or some way into the office's next opening.
func opening(asked string, hours booking.Hours, zone *time.Location) (time.Time, error) {
	if asked != "" {
		t, err := time.ParseInLocation("2006-01-02T15:04", asked, zone)
		if err != nil {
			return time.Time{}, fault.New(fault.CodeUsage, nil, "write the office's local time as 2026-11-24T15:10", "--now %q is not understood", asked)
		}
		return t, nil
	}
	day, opens, ok := hours.Next(time.Now(), zone)
	if !ok {
		return time.Time{}, fault.New(fault.CodeOffice, nil, "give the office opening hours", "the office never opens")
	}
	const settled = 71 * time.Minute // the first citizens have come and gone
	for _, span := range hours.On(day) {
		if day.At(span.From, zone).Equal(opens) && opens.Add(2*settled).Before(day.At(span.To, zone)) {
			return opens.Add(settled), nil
		}
	}
	return opens, nil
}

// panelSize reads a size as "1080x1920". Whether a panel can be so small or large is the window's to say.
func panelSize(s string) (width, height int, err error) {
	n, _ := fmt.Sscanf(s, "%dx%d", &width, &height)
	if n != 2 || width < 1 || height < 1 || fmt.Sprintf("%dx%d", width, height) != s {
		return 0, 0, fault.New(fault.CodeUsage, nil, "write it as 1080x1920 or 1920x1080", "--size %q is not understood", s)
	}
	return width, height, nil
}
