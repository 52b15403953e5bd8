package main

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"example.org/totem/booking"
	"example.org/totem/cmd/internal/central"
	"example.org/totem/scheduler/agenda"
)

// show tells a person what a change does.
type show struct {
	out   io.Writer
	plan  agenda.Plan
	heard map[booking.TotemID]time.Time
	now   time.Time
}

func newShow(c *cobra.Command, books *central.Books, p agenda.Plan) (show, error) {
	at, err := heard(c, books, p.Office.ID)
	return show{c.OutOrStdout(), p, at, time.Now()}, err
}

// line writes one line of a sheet's entry.
func (s show) line(format string, args ...any) { fmt.Fprintf(s.out, "  "+format+"\n", args...) }

// all tells of every sheet that is touched; past says that it is done.
func (s show) all(sheets []touched, past bool) {
	for _, t := range sheets {
		if t.IsZero() && len(t.tickets) == 0 {
			continue
		}
		day := t.sheet.Day
		fmt.Fprintf(s.out, "%s, %s %s:\n", t.sheet.Queue, day.Weekday(), day)
		s.tickets(t)
		s.starts(t)
		if t.Void > 0 {
			s.line("%s %s taken out of sale", count(t.Void, "free slot"), are(t.Void, past))
		}
		for _, one := range t.Totems {
			if one.Asked > 0 {
				s.line("%s %s asked back from totem %s%s", count(one.Asked, "free slot"), are(one.Asked, past), one.Totem, s.distance(one.Totem))
			}
		}
		if t.Limbo > 0 {
			s.line("%s in limbo %s asked back from whoever has %s", count(t.Limbo, "free slot"), are(t.Limbo, past), them(t.Limbo))
		}
		s.moved(t, past)
		if t.Added > 0 {
			s.line("%s %s added", count(t.Added, "new slot"), are(t.Added, past))
		}
	}
}

// tickets tells of tickets that the office cancels.
func (s show) tickets(t touched) {
	var gone, stay []string
	for state := booking.Issued; state <= booking.Moved; state++ {
		n := t.tickets[state]
		if n == 0 {
			continue
		}
		word := fmt.Sprintf("%d %s", n, stateWord(state))
		if state <= booking.Arrived {
			gone = append(gone, word)
		} else {
			stay = append(stay, word)
		}
	}
	if n := t.tickets[booking.Issued] + t.tickets[booking.Arrived]; n > 0 {
		s.line("%s to cancel: %s%s", count(n, "ticket"), strings.Join(gone, ", "), s.byTotem(t, func(o agenda.TouchedTotem) int { return o.Annulled }))
	}
	if len(stay) > 0 {
		s.line("as they are: %s", strings.Join(stay, ", "))
	}
}

func stateWord(s booking.State) string {
	switch s {
	case booking.Issued:
		return "waiting"
	case booking.Arrived:
		return "checked in"
	case booking.Cancelled:
		return "cancelled before"
	}
	return s.String()
}

// starts tells how many slots there are when, a line for those that change alike one after another.
func (s show) starts(t touched) {
	q, _ := s.plan.Queue(t.sheet.Queue)
	clock := func(at time.Time) string { return at.In(s.plan.Zone).Format("15:04") }
	for i := 0; i < len(t.Starts); {
		first, last := t.Starts[i], t.Starts[i]
		for i++; i < len(t.Starts); i++ {
			next := t.Starts[i]
			if next.Before != first.Before || next.After != first.After || next.Start.Sub(last.Start) > q.Length {
				break
			}
			last = next
		}
		when := clock(first.Start)
		if last != first {
			when += " to " + clock(last.Start)
		}
		s.line("%s: %d instead of %d at a time", when, first.After, first.Before)
	}
}

// moved tells of tickets that are expected at another time.
func (s show) moved(t touched, past bool) {
	if t.Moved > 0 {
		s.line("%s %s moved to the next free time%s", count(t.Moved, "ticket"), are(t.Moved, past),
			s.byTotem(t, func(o agenda.TouchedTotem) int { return o.Moved }))
	}
	if t.Untimed > 0 {
		s.line("%s %s moved, and no time is free for %s%s", count(t.Untimed, "ticket"), are(t.Untimed, past), them(t.Untimed),
			s.byTotem(t, func(o agenda.TouchedTotem) int { return o.Untimed }))
		s.line("  whoever has one is told to ask at the desk; a time is looked for every minute")
	}
}

// byTotem says who gave tickets; nothing where no totem did.
func (s show) byTotem(t touched, of func(agenda.TouchedTotem) int) string {
	var words []string
	for _, one := range t.Totems {
		if n := of(one); n > 0 {
			words = append(words, fmt.Sprintf("%d by %s", n, one.Totem))
		}
	}
	if len(words) == 0 {
		return ""
	}
	return " (given: " + strings.Join(words, ", ") + ")"
}

// farAway is after how long of silence a totem that is asked for slots cannot be counted on to hear it.
const farAway = 3 * time.Minute

// distance says that a totem was not heard for a while, and what that means.
func (s show) distance(t booking.TotemID) string {
	at, known := s.heard[t]
	switch {
	case !known || at.IsZero():
		return ", which tells nothing of itself; what it sells until it hears of this is moved"
	case s.now.Sub(at) > farAway:
		return fmt.Sprintf(", last heard %s ago; what it sells until it hears of this is moved", since(at, s.now))
	}
	return ""
}

func are(n int, past bool) string {
	switch {
	case past && n == 1:
		return "was"
	case past:
		return "were"
	case n == 1:
		return "is"
	}
	return "are"
}

func them(n int) string {
	if n == 1 {
		return "it"
	}
	return "them"
}

// readLine reads one line, without the spaces around it.
func readLine(r io.Reader) string {
	line, _ := bufio.NewReader(r).ReadString('\n')
	return strings.TrimSpace(line)
}

// changeView is a change for machines.
type changeView struct {
	Office booking.OfficeID `json:"office"`
	Done   bool             `json:"done"` // false: this is what would be done
	Sheets []touchedView    `json:"sheets"`
}

type touchedView struct {
	Queue    booking.QueueID `json:"queue"`
	Day      booking.Day     `json:"day"`
	Tickets  map[string]int  `json:"tickets,omitempty"` // selected ones by state
	Void     int             `json:"void"`
	Asked    int             `json:"asked"`
	Limbo    int             `json:"limbo"`
	Moved    int             `json:"moved"`
	Untimed  int             `json:"untimed"`
	Annulled int             `json:"cancelled"`
	Added    int             `json:"added"`
	Totems   []totemTouched  `json:"totems"`
	Starts   []startTouched  `json:"starts"`
}

type totemTouched struct {
	Totem    booking.TotemID `json:"totem"`
	Asked    int             `json:"asked"`
	Moved    int             `json:"moved"`
	Untimed  int             `json:"untimed"`
	Annulled int             `json:"cancelled"`
}

type startTouched struct {
	Start  time.Time `json:"start"`
	Before int       `json:"before"`
	After  int       `json:"after"`
}

func viewsOf(sheets []touched) []touchedView {
	all := []touchedView{}
	for _, t := range sheets {
		v := touchedView{Queue: t.sheet.Queue, Day: t.sheet.Day, Void: t.Void, Asked: t.Asked, Limbo: t.Limbo, Moved: t.Moved,
			Untimed: t.Untimed, Annulled: t.Annulled, Added: t.Added, Totems: []totemTouched{}, Starts: []startTouched{}}
		for state, n := range t.tickets {
			if v.Tickets == nil {
				v.Tickets = make(map[string]int)
			}
			v.Tickets[state.String()] = n
		}
		for _, o := range t.Totems {
			v.Totems = append(v.Totems, totemTouched(o))
		}
		for _, s := range t.Starts {
			v.Starts = append(v.Starts, startTouched(s))
		}
		all = append(all, v)
	}
	return all
}
