package main

import (
	"testing"
	"time"

	"example.org/totem/booking"
	"example.org/totem/internal/fault"
)

func TestTheSimulatorStartsWhileTheOfficeIsOpen(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		t.Fatal(err)
	}
	var long, short booking.Hours
	for d := range long.Week {
		long.Week[d] = []booking.Span{{From: 8*60 + 30, To: 12*60 + 30}}
		short.Week[d] = []booking.Span{{From: 8*60 + 30, To: 9 * 60}}
	}
	for name, hours := range map[string]booking.Hours{"a morning": long, "half an hour": short} {
		start, err := opening("", hours, zone)
		if err != nil {
			t.Fatal(err)
		}
		if !hours.OpenAt(start, zone) || start.Before(time.Now()) {
			t.Errorf("%s: the clock starts at %s", name, start)
		}
	}
}

func TestTheSimulatorStartsWhenItIsTold(t *testing.T) {
	zone := time.FixedZone("there", 3600)
	start, err := opening("2026-11-24T15:10", booking.Hours{}, zone)
	if err != nil || !start.Equal(time.Date(2026, 11, 24, 14, 10, 0, 0, time.UTC)) {
		t.Errorf("opening = %s, %v", start, err)
	}
	for _, bad := range []string{"15:10", "tomorrow", "2026-11-24"} {
		if _, err := opening(bad, booking.Hours{}, zone); fault.Of(err).Code != fault.CodeUsage {
			t.Errorf("opening(%q) = %v, want a fault of the command line", bad, err)
		}
	}
	if _, err := opening("", booking.Hours{}, zone); fault.Of(err).Code != fault.CodeOffice {
		t.Errorf("an office that never opens: %v", err)
	}
}

func TestAPanelIsWrittenAsWidthTimesHeight(t *testing.T) {
	if w, h, err := panelSize("1920x1080"); err != nil || w != 1920 || h != 1080 {
		t.Errorf("panelSize = %d, %d, %v", w, h, err)
	}
	for _, bad := range []string{"", "1920", "1920x", "x1080", "1920x1080x2", "1920 x 1080", "-1x5"} {
		if w, h, err := panelSize(bad); err == nil {
			t.Errorf("panelSize(%q) = %d, %d", bad, w, h)
		}
	}
}
