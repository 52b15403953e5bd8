package agenda

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2/unstable"

	"example.org/totem/booking"
)

// hours reads the [hours] table.
func (f form) hours() booking.Hours {
	var hours booking.Hours
	h, ok := f.form("hours")
	if !ok {
		return hours
	}
	for day := range hours.Week {
		name := strings.ToLower(time.Weekday(day).String())
		hours.Week[day] = h.spans(name)
	}
	hours.Closed = h.closed()
	if neverOpen(hours) {
		f.refuse("hours", "the office is never open", "give at least one weekday its hours, for example monday = [\"8:30-12:30\"]")
	}
	return hours
}

func neverOpen(hours booking.Hours) bool {
	return !slices.ContainsFunc(hours.Week[:], func(spans []booking.Span) bool { return len(spans) > 0 })
}

// spans reads the opening hours of one weekday, and returns them in order.
func (f form) spans(name string) []booking.Span {
	var spans []booking.Span
	for _, item := range f.list(name, false, name+` = ["8:30-12:30"]`, unstable.String) {
		span, wrong := parseSpan(item.text)
		if wrong != "" {
			f.add(item.line, join(f.table, name), wrong, `write it as "8:30-12:30"`)
			continue
		}
		if i := slices.IndexFunc(spans, func(s booking.Span) bool { return overlap(s, span) }); i >= 0 {
			f.add(item.line, join(f.table, name), fmt.Sprintf("%s overlaps %s", spanWord(span), spanWord(spans[i])),
				"let one end where the other begins, or join them")
			continue
		}
		spans = append(spans, span)
	}
	slices.SortFunc(spans, func(a, b booking.Span) int { return int(a.From - b.From) })
	return spans
}

func (f form) closed() []booking.Day {
	lines := map[booking.Day]int{}
	var days []booking.Day
	for _, item := range f.list("closed", false, "closed = [2026-12-25, 2026-12-26], without quotes", unstable.LocalDate) {
		day, err := booking.ParseDay(item.text)
		switch line, twice := lines[day]; {
		case err != nil:
			f.add(item.line, join(f.table, "closed"), err.Error(), "write it as 2026-12-25")
		case twice:
			f.add(item.line, join(f.table, "closed"), fmt.Sprintf("%s is already closed by line %d", day, line), "keep one of the two")
		default:
			lines[day] = item.line
			days = append(days, day)
		}
	}
	slices.SortFunc(days, booking.Day.Compare)
	return days
}

// span reads a field that is one span of hours.
func (f form) span(name string) (span booking.Span, ok bool) {
	s, ok := f.text(name, true, "8:30-12:30")
	if !ok {
		return span, false
	}
	span, wrong := parseSpan(s)
	if wrong != "" {
		f.refuse(name, wrong, `write it as "8:30-12:30"`)
	}
	return span, wrong == ""
}

// parseSpan reads "8:30-12:30"; wrong says what is wrong with it.
func parseSpan(s string) (span booking.Span, wrong string) {
	from, to, ok := strings.Cut(s, "-")
	if !ok {
		return span, fmt.Sprintf("%q is not a span of hours", s)
	}
	var err error
	if span.From, err = booking.ParseClock(strings.TrimSpace(from)); err != nil {
		return span, err.Error()
	}
	if span.To, err = booking.ParseClock(strings.TrimSpace(to)); err != nil {
		return span, err.Error()
	}
	if span.To <= span.From {
		return span, fmt.Sprintf("the span %s ends before it begins", spanWord(span))
	}
	return span, ""
}

func spanWord(s booking.Span) string { return s.From.String() + "-" + s.To.String() }

func overlap(a, b booking.Span) bool { return a.From < b.To && b.From < a.To }

func within(inner, outer booking.Span) bool { return inner.From >= outer.From && inner.To <= outer.To }

// parseWeekdays reads "mon-fri", "tue,thu" or "saturday"; bad is the first word that is no weekday.
func parseWeekdays(s string) (days []time.Weekday, bad string) {
	for part := range strings.SplitSeq(s, ",") {
		from, to, isRange := strings.Cut(part, "-")
		if !isRange {
			to = from
		}
		first, ok := parseWeekday(from)
		if !ok {
			return nil, strings.TrimSpace(from)
		}
		last, ok := parseWeekday(to)
		if !ok {
			return nil, strings.TrimSpace(to)
		}
		for d := first; ; d = (d + 1) % 7 {
			if !slices.Contains(days, d) {
				days = append(days, d)
			}
			if d == last {
				break
			}
		}
	}
	return days, ""
}

func parseWeekday(s string) (d time.Weekday, ok bool) {
	s = strings.TrimSpace(s)
	for d := time.Sunday; d <= time.Saturday; d++ {
		if name := strings.ToLower(d.String()); s == name || s == name[:3] {
			return d, true
		}
	}
	return 0, false
}
