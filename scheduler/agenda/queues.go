package agenda

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2/unstable"

	"example.org/totem/booking"
	"example.org/totem/locale"
)

// mostSlots is how many slots a sheet may hold: a message of the protocol must carry it, and numbers must keep three
// digits however often it is edited.
const mostSlots = 400

// queueEntry is a queue and the table that it was read from.
type queueEntry struct {
	form
	plan QueuePlan
}

// common is what the office says for all its queues.
type common struct {
	hours  booking.Hours
	first  locale.Lang
	walkIn float64
	pace   pace
}

func (f form) queues(of common) []queueEntry {
	var all []queueEntry
	for _, q := range f.forms("queue", true, "[[queue]]") {
		entry := queueEntry{q, q.queue(of)}
		for _, before := range all {
			if id := entry.plan.ID; id != "" && id == before.plan.ID {
				q.refuse("id", fmt.Sprintf("the queue of line %d has the id %q too", before.at.line, id), "give each queue its own id")
			}
			if prefix := entry.plan.Prefix; prefix != "" && prefix == before.plan.Prefix {
				q.refuse("prefix", fmt.Sprintf("the queue of line %d has the prefix %s too", before.at.line, prefix),
					"give each queue its own letter, or the same number would be called twice")
			}
		}
		all = append(all, entry)
	}
	if n := f.at.fields["queue"]; n != nil && n.kind == unstable.Array && len(n.items) == 0 {
		f.refuse("queue", "the list is empty", "add a [[queue]]")
	}
	return all
}

func (f form) queue(of common) QueuePlan {
	id, ok := f.text("id", true, "identita")
	f.checkID("id", id, ok, booking.CheckID)
	prefix, ok := f.text("prefix", true, "A")
	if err := booking.CheckPrefix(prefix); ok && err != nil {
		f.refuse("prefix", err.Error(), "choose one capital letter, which begins every number of the queue")
		prefix = ""
	}
	f.need("slot_minutes", "slot_minutes = 10")
	minutes, sized := f.number("slot_minutes", 0, 1, 480)
	horizon, _ := f.number("horizon_days", 30, 1, 60)
	q := QueuePlan{
		Queue: booking.Queue{
			ID:      booking.QueueID(id),
			Prefix:  prefix,
			Label:   f.speech("label", true, longestLabel, of.first),
			Length:  time.Duration(minutes) * time.Minute,
			Prepare: f.flag("prepare"),
			WalkIn:  thousandths(f.share("walk_in_share", of.walkIn, 0)),
			Pace:    f.pace(of.pace).limit(),
		},
		OwnShare: f.has("walk_in_share"),
		Horizon:  horizon,
	}
	before := len(f.found)
	rows := f.counters(of.hours)
	if len(f.found) == before && sized && minutes > 0 && !neverOpen(of.hours) { // otherwise one mistake would be told twice
		f.checkSlots(of.hours, rows, booking.Clock(minutes))
	}
	q.Counters = byWeekday(rows)
	return q
}

func byWeekday(rows []row) (week [7][]Counters) {
	for _, r := range rows {
		week[r.day] = append(week[r.day], r.Counters)
	}
	for _, day := range week {
		slices.SortFunc(day, func(a, b Counters) int { return int(a.From - b.From) })
	}
	return week
}

// row is a line of counters on one weekday.
type row struct {
	Counters
	day  time.Weekday
	line int
}

// counters reads the field in either of its forms: a number, for all opening hours, or a list of rows.
func (f form) counters(hours booking.Hours) []row {
	const example = `counters = 2, or counters = [{ days = "mon-fri", hours = "8:30-12:30", open = 2 }]`
	n, ok := f.value("counters", true, example, unstable.Integer, unstable.Array)
	if !ok || neverOpen(hours) { // which was reported with the hours
		return nil
	}
	var rows []row
	if n.kind == unstable.Integer {
		open, _ := f.number("counters", 1, 1, 99)
		for day, spans := range hours.Week {
			for _, span := range spans {
				rows = append(rows, row{Counters{span, open}, time.Weekday(day), n.line})
			}
		}
		return rows
	}
	for _, r := range f.forms("counters", true, example) {
		for _, added := range r.rows(hours) {
			if i := slices.IndexFunc(rows, func(r row) bool { return r.day == added.day && overlap(r.Span, added.Span) }); i >= 0 {
				f.add(added.line, r.table, fmt.Sprintf("%s %s overlaps the counters of line %d", added.day, spanWord(added.Span), rows[i].line),
					"let each hour of a day stand in one row only, with all its open counters")
				continue
			}
			rows = append(rows, added)
		}
	}
	return rows
}

// rows returns what one row of counters means on each of its days.
func (f form) rows(hours booking.Hours) []row {
	f.need("open", "open = 2")
	open, _ := f.number("open", 0, 0, 99)
	list, ok := f.text("days", true, "mon-fri")
	if !ok {
		return nil
	}
	days, bad := parseWeekdays(list)
	if len(days) == 0 {
		f.refuse("days", fmt.Sprintf("%q is no weekday", bad), `write days as "mon-fri" or "tue,thu"`)
		return nil
	}
	span, limited := booking.Span{}, f.has("hours")
	if limited {
		if span, ok = f.span("hours"); !ok {
			return nil
		}
	}
	var rows []row
	var closed []string
	for _, day := range days {
		spans := hours.Week[day]
		if limited && slices.ContainsFunc(spans, func(s booking.Span) bool { return within(span, s) }) {
			spans = []booking.Span{span}
		} else if limited || len(spans) == 0 {
			spans, closed = nil, append(closed, day.String())
		}
		for _, s := range spans {
			rows = append(rows, row{Counters{s, open}, day, f.at.line})
		}
	}
	switch {
	case len(closed) > 0 && limited:
		f.refuse("hours", fmt.Sprintf("the office is not open throughout %s on %s", spanWord(span), strings.Join(closed, ", ")),
			"stay within one span of the opening hours, or change these in [hours]")
	case len(closed) > 0:
		f.refuse("days", "the office is closed on "+strings.Join(closed, ", "), "leave the day out, or give it opening hours in [hours]")
	}
	return rows
}

// checkSlots reports counters that serve no slot and days that have too many.
func (f form) checkSlots(hours booking.Hours, rows []row, minutes booking.Clock) {
	var slots [7]int        // by weekday
	starts := map[int]int{} // by the line of a row, on all its days
	for _, r := range rows {
		starts[r.line] += 0
		for _, s := range hours.Week[r.day] {
			for at := s.From; at+minutes <= s.To; at += minutes {
				if at >= r.From && at < r.To {
					starts[r.line]++
					slots[r.day] += r.Open
				}
			}
		}
	}
	idle := false
	for line, n := range starts {
		if n == 0 {
			idle = true
			f.add(line, join(f.table, "counters"), fmt.Sprintf("no slot of %d minutes begins in these hours", minutes),
				"make the slots shorter or the hours longer; slots follow one another from the opening of the office")
		}
	}
	if slots == [7]int{} && !idle {
		f.refuse("counters", "no counter is ever open", "open at least one on one day")
	}
	for day, n := range slots {
		if n > mostSlots {
			f.refuse("counters", fmt.Sprintf("%s would have %d slots, and a queue can have %d a day", time.Weekday(day), n, mostSlots),
				"make the slots longer, or divide the queue in two")
		}
	}
}
