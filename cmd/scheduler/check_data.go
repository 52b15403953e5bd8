package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"example.org/totem/privacy"
	"example.org/totem/scheduler/agenda"
)

// dataSummary is what check says of what citizens are told and asked.
type dataSummary struct {
	Mode    string          `json:"mode"`
	Missing []string        `json:"missing"` // fields, for an office in production
	Advance privacy.Advance `json:"advance"`
	// Reminders are the channels by which citizens can be reminded, as far as a notifier serves them.
	Reminders []privacy.Channel `json:"reminders"`
	Before    int               `json:"before_minutes"`
	DayBefore int               `json:"day_before_hours"`

	why string // there are no reminders
}

func summariseData(p agenda.Plan) dataSummary {
	s := dataSummary{
		Mode: "trial", Missing: append([]string{}, p.Missing()...), Advance: p.Office.Advance, Reminders: []privacy.Channel{},
		Before: int(p.Office.Reminders.Before / time.Minute), DayBefore: int(p.Office.Reminders.DayBefore / time.Hour),
	}
	if p.Office.Privacy.Production {
		s.Mode = "production"
	}
	switch {
	case len(p.Channels()) == 0:
		s.why = "no processor carries messages"
	case !p.Office.Notice(p.Office.Languages[0]).Complete():
		s.why = "the notice is not complete"
	default:
		s.Reminders = p.Channels()
	}
	return s
}

func (s dataSummary) print(w io.Writer) {
	fmt.Fprintf(w, "  mode %s", s.Mode)
	if len(s.Missing) > 0 {
		fmt.Fprintf(w, "; missing for production: %s", strings.Join(s.Missing, ", "))
	}
	fmt.Fprintf(w, "\n  another day: %s\n  reminders: %s\n", s.otherDay(), s.reminders())
}

func (s dataSummary) otherDay() string {
	switch {
	case s.Advance == privacy.AdvanceOpen:
		return "open, without any data"
	case s.Advance == privacy.AdvanceConsent && len(s.Reminders) > 0:
		return "for a contact that the citizen consents to give, with a notifier"
	case s.Advance == privacy.AdvanceConsent:
		return "off, for nobody can be asked for a contact"
	}
	return "off"
}

func (s dataSummary) reminders() string {
	if len(s.Reminders) == 0 {
		return "none, for " + s.why
	}
	channels := make([]string, len(s.Reminders))
	for i, c := range s.Reminders {
		channels[i] = string(c)
	}
	return fmt.Sprintf("by %s, %d minutes before, for another day %d hours before; with a notifier",
		strings.Join(channels, " or "), s.Before, s.DayBefore)
}
