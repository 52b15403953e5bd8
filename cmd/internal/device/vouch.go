package device

import (
	"errors"
	"fmt"
	"io/fs"
	"time"

	"example.org/totem/internal/fault"
)

// Knowledge is what a totem knows of the time, as a person is shown it. It is the same whether the totem runs or not.
type Knowledge struct {
	Grade  Grade     `json:"grade"`
	By     Voucher   `json:"by,omitempty"`    // who vouches; "" while unknown
	Time   time.Time `json:"time,omitzero"`   // the time; zero while unknown
	Most   string    `json:"most,omitempty"`  // how far off Time may be, "1.2s"; "" while unknown
	System time.Time `json:"system"`          // what the system's clock shows
	Ahead  string    `json:"ahead,omitempty"` // how far the system's clock is ahead of Time; "" while unknown
	Zone   string    `json:"zone"`            // of all times: the office's if the totem knows it, else the system's
	Seen   time.Time `json:"seen,omitzero"`   // the latest moment known to be right; zero for none
}

// Desk is where a person asks about the time and vouches for it. Its zero value with Data set is the machine's own.
type Desk struct {
	Data    string // the totem's data folder
	Now     func() time.Time
	Steady  func() time.Duration  // as Parts.Steady: the same counter as the totem's
	Machine Machine               // as Parts.Machine
	Set     func(time.Time) error // sets the clock; nil: the system's
}

func (d Desk) complete() Desk {
	d.Machine = d.Machine.complete(d.Now != nil)
	if d.Now == nil {
		d.Now = wallClock
	}
	if d.Steady == nil {
		d.Steady = sinceBoot
	}
	if d.Set == nil {
		d.Set = setClock
	}
	return d
}

// clock returns the clock as a totem that starts now would have it.
func (d Desk) clock() (*clock, memory) {
	left := remembered(d.Data, clockFile)
	c := &clock{now: d.Now, steady: d.Steady, machine: d.Machine}
	c.begin(left.Seen, left, remembered(d.Data, vouchFile))
	return c, left
}

// Zone returns the zone in which a person reads the office's clock.
func (d Desk) Zone() *time.Location {
	if zone, err := time.LoadLocation(remembered(d.Data, clockFile).Zone); err == nil && zone != time.UTC {
		return zone
	}
	return time.Local
}

// Ask returns what is known of the time.
func (d Desk) Ask() Knowledge {
	d = d.complete()
	c, left := d.clock()
	zone := d.Zone()
	s := c.standing()
	k := Knowledge{Grade: s.Grade, By: s.By, System: d.Now().In(zone).Truncate(time.Second), Zone: zone.String()}
	if !left.Seen.IsZero() {
		k.Seen = left.Seen.In(zone)
	}
	if !s.unknown() {
		ahead, _ := c.ahead()
		k.Time, k.Most, k.Ahead = s.Time.In(zone).Truncate(time.Second), s.Most.Round(time.Millisecond).String(), ahead.Round(time.Second).String()
	}
	return k
}

// typed is how far off a time may be that a person reads off a watch.
const typed = time.Minute

// Vouch notes durably that a person says that it is t, which is set on the system's clock first; with a zero t, that the
// system's clock is right. A running totem hears of it within seconds. A time before the latest moment known to be right
// is refused, unless back says that this was wrong.
func (d Desk) Vouch(t time.Time, back bool) error {
	d = d.complete()
	said := t
	if said.IsZero() {
		said = d.Now()
	}
	left := remembered(d.Data, clockFile)
	if said.Before(left.Seen.Add(-typed)) && !back {
		return fault.New(fault.CodeClock, nil, "check day, month and year; if that later time was wrong, say --back",
			"%s is before %s, which this totem knows to be past", said.In(d.Zone()).Format(shown), left.Seen.In(d.Zone()).Format(shown))
	}
	boot := d.Machine.Boot()
	if boot == "" {
		return fault.New(fault.CodeSystem, nil, "mount /proc", "the system does not name this boot, so that nobody can vouch for its clock")
	}
	if !t.IsZero() {
		if err := d.Set(t); err != nil {
			return notSet(err)
		}
	}
	return remember(d.Data, vouchFile, memory{Boot: boot, Zone: left.Zone,
		vouch: vouch{By: ByPerson, Time: said, Most: typed, At: d.Steady(), Wall: d.Now()}})
}

const shown = "2006-01-02 15:04"

func notSet(err error) error {
	if errors.Is(err, fs.ErrPermission) {
		return fault.New(fault.CodeSystem, err, "do it as root, as in: sudo totem vouch 2026-11-23T09:41", "only root may set the system's clock")
	}
	return fault.New(fault.CodeSystem, err, "set it with the system's own means, then confirm it with totem vouch", "the system's clock cannot be set")
}

// examineClock says how well the totem knows the time, and why.
func examineClock(desk Desk) Part {
	k := desk.Ask()
	p := Part{Name: "clock", State: Good}
	switch k.Grade {
	case ClockUnknown:
		return Part{Name: p.Name, State: Attention, Code: fault.CodeClock,
			Cause: "unknown: nobody has vouched for the time since the machine was started or its clock was set; numbers are given, without times",
			Remedy: "bring up the link to the scheduler or a time service, or confirm the time with totem vouch; " +
				"a board with a battery for its clock knows the time by itself"}
	case ClockHoldover:
		p.Cause = fmt.Sprintf("holdover: %s, more than an hour ago; off by %s at most", why(k.By), k.Most)
		if k.By == ByBattery {
			p.Cause = fmt.Sprintf("holdover: %s; off by %s at most", why(k.By), k.Most)
		}
	case ClockSynced:
		p.Cause = fmt.Sprintf("synced: %s, off by %s at most", why(k.By), k.Most)
	}
	if ahead, err := time.ParseDuration(k.Ahead); err == nil && ahead.Abs() > tolerance {
		p.State, p.Code = Attention, fault.CodeClock
		p.Cause += fmt.Sprintf("; the system's own clock is %s", offset(ahead))
		p.Remedy = "set the clock of the system, and check its battery and time service; the totem tells right times meanwhile"
	}
	return p
}

func why(by Voucher) string {
	switch by {
	case ByScheduler:
		return "the scheduler has signed the time"
	case ByKernel:
		return "a time service keeps the clock"
	case ByPerson:
		return "a person has vouched for the time"
	case ByBattery:
		return "the clock ran on its battery while the machine was off"
	}
	return "nobody vouches for the time"
}

func offset(ahead time.Duration) string {
	if ahead < 0 {
		return (-ahead).String() + " behind"
	}
	return ahead.String() + " ahead"
}
