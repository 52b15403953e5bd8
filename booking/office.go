package booking

import (
	"slices"
	"time"

	"example.org/totem/locale"
	"example.org/totem/privacy"
)

// Office is what a citizen and a totem need to know of one place. How its days are planned is the scheduler's.
type Office struct {
	ID         OfficeID
	Zone       string        // IANA time zone, "Europe/Rome"
	Name       locale.Text   // "Anagrafe di Valfiorita"
	Place      locale.Text   // "piazza del Municipio 1, piano terra"
	Waiting    locale.Text   // where to wait: "Sala d'attesa al piano terra"
	Emblem     string        // two letters shown where there is no logo
	Languages  []locale.Lang // offered on screen, the office's own first
	Controller privacy.Controller
	Privacy    privacy.Facts     // what else citizens are told of the data
	Reminders  privacy.Reminders // how they can be reminded; the scheduler sets what its notifiers can do
	Advance    privacy.Advance   // whether another day can be booked here
	Hours      Hours
	Lead       time.Duration // a walk-in can take a slot that starts at least this much later
	Release    time.Duration // a totem that has a link gives back what is unsold this long before its start; 0: it keeps it
	Queues     []Queue
	Services   []Service // in the order in which they are shown
}

// Queue is the pool of slots that serves one or more services.
type Queue struct {
	ID      QueueID
	Prefix  string        // one capital letter
	Label   locale.Text   // the neutral words for the queue on slips and calls
	Length  time.Duration // of a slot
	Prepare bool          // the office wants to know the picked service, to prepare its desk
	WalkIn  int           // thousandths of its slots that are kept for who comes in person, from the moment they are planned
	Pace    Pace
}

// Pace is how many tickets of a queue one totem gives in a while, so that nobody takes them all. The zero Pace is no limit.
type Pace struct {
	Tickets int
	Within  time.Duration // whole minutes
}

// Service is what a citizen picks.
type Service struct {
	ID        ServiceID
	Queue     QueueID
	Name      locale.Text
	Detail    locale.Text // one line more, may be empty
	Bring     locale.Text // what to bring, may be empty
	Sensitive bool        // which service was picked is never written or sent
}

// Queue returns the queue with the given id, ok false if there is none.
func (o Office) Queue(id QueueID) (q Queue, ok bool) {
	i := slices.IndexFunc(o.Queues, func(q Queue) bool { return q.ID == id })
	if i < 0 {
		return Queue{}, false
	}
	return o.Queues[i], true
}

// Service returns the service with the given id, ok false if there is none.
func (o Office) Service(id ServiceID) (s Service, ok bool) {
	i := slices.IndexFunc(o.Services, func(s Service) bool { return s.ID == id })
	if i < 0 {
		return Service{}, false
	}
	return o.Services[i], true
}

// Neutral reports whether the queue serves a sensitive service. Such a queue prints and calls all its services under
// its own label and tells nobody which was picked: if only the sensitive ones were silent, silence would tell.
func (o Office) Neutral(id QueueID) bool {
	return slices.ContainsFunc(o.Services, func(s Service) bool { return s.Queue == id && s.Sensitive })
}

// SlipLabel returns the words under which service s stands on paper, on the last screen and in a call.
func (o Office) SlipLabel(s Service) locale.Text {
	if q, ok := o.Queue(s.Queue); ok && o.Neutral(s.Queue) {
		return q.Label
	}
	return s.Name
}

// Tells returns the service as an issued fact may carry it: empty for a neutral queue and for an office that does
// not prepare its desk.
func (o Office) Tells(s Service) ServiceID {
	if q, ok := o.Queue(s.Queue); ok && q.Prepare && !o.Neutral(s.Queue) {
		return s.ID
	}
	return ""
}

// Span is a stretch of an opening day by the wall clock, from From up to To.
type Span struct {
	From Clock `json:"from"`
	To   Clock `json:"to"`
}

// Hours are an office's opening hours: the same every week, but for the days on which it is closed.
type Hours struct {
	Week   [7][]Span // indexed by time.Weekday; spans in order, not overlapping
	Closed []Day     // in order
}

// On returns the opening spans of d, nil when the office is closed all day.
func (h Hours) On(d Day) []Span {
	if slices.Contains(h.Closed, d) {
		return nil
	}
	return h.Week[d.Weekday()]
}

// Next returns the first opening after t: the day and the instant. ok is false if none comes within a year.
func (h Hours) Next(t time.Time, loc *time.Location) (day Day, opens time.Time, ok bool) {
	day = DayOf(t, loc)
	for range 366 {
		for _, span := range h.On(day) {
			if opens = day.At(span.From, loc); opens.After(t) {
				return day, opens, true
			}
		}
		day = day.AddDays(1)
	}
	return Day{}, time.Time{}, false
}

// OpenAt reports whether the office is open at t.
func (h Hours) OpenAt(t time.Time, loc *time.Location) bool {
	day := DayOf(t, loc)
	return slices.ContainsFunc(h.On(day), func(s Span) bool {
		return !t.Before(day.At(s.From, loc)) && t.Before(day.At(s.To, loc))
	})
}
