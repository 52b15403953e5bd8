package agenda

import (
	"time"

	"example.org/totem/booking"
	"example.org/totem/scheduler/allocation"
)

// What holds where an office file says nothing.
const (
	usualShare   = 0.2 // of every queue's slots are kept for walk-ins
	usualRelease = 30  // minutes before its start a totem gives an unsold slot back
	usualTickets = 12  // of a queue a totem gives
	usualMinutes = 3   // within these
)

// grants reads the table [grants].
func (f form) grants() (policy allocation.Policy, release time.Duration) {
	sub := form{f.report, "grants", newTable(f.at.line)}
	if f.has("grants") {
		if given, ok := f.form("grants"); ok {
			sub = given
		}
	}
	hours, _ := sub.number("survive_hours", 0, 0, 24)
	minutes, _ := sub.number("release_minutes", usualRelease, 0, 240)
	policy.Survive = time.Duration(hours) * time.Hour
	if sub.has("most") { // else allocation knows
		policy.Most = sub.share("most", 0.6, 0.001)
	}
	return policy, time.Duration(minutes) * time.Minute
}

// pace is how many tickets of a queue one totem gives within how many minutes, as it is written: 0 tickets is no limit.
type pace struct{ tickets, minutes int }

// pace reads both fields; what is left out is as in otherwise.
func (f form) pace(otherwise pace) (p pace) {
	p.tickets, _ = f.number("pace_tickets", otherwise.tickets, 0, 999)
	p.minutes, _ = f.number("pace_minutes", otherwise.minutes, 1, 60)
	return p
}

func (p pace) limit() booking.Pace {
	if p.tickets == 0 {
		return booking.Pace{}
	}
	return booking.Pace{Tickets: p.tickets, Within: time.Duration(p.minutes) * time.Minute}
}
