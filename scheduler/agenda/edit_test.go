package agenda_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.org/totem/booking"
	"example.org/totem/scheduler/agenda"
)

func clock(t testing.TB, s string) booking.Clock {
	t.Helper()
	c, err := booking.ParseClock(s)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// hours reads "9:00-10:00 14:00-15:00".
func hours(t testing.TB, s string) (spans []booking.Span) {
	t.Helper()
	for _, word := range strings.Fields(s) {
		from, to, _ := strings.Cut(word, "-")
		spans = append(spans, booking.Span{From: clock(t, from), To: clock(t, to)})
	}
	return spans
}

const monday = "2026-11-23"

// morning is a plan with slots of half an hour from 9:00 to 12:00, two at a time, and its Monday.
func morning(t testing.TB) (agenda.Plan, booking.Sheet) {
	t.Helper()
	p := everyDay(t, 30*time.Minute, hours(t, "9:00-12:00")...)
	p.WalkIn = 0
	for d := range p.Queues[0].Counters {
		p.Queues[0].Counters[d][0].Open = 2
	}
	sheet, _ := agenda.PlanDay(p, "uno", day(t, monday))
	return p, sheet
}

func at(t testing.TB, p agenda.Plan, s string) time.Time {
	return day(t, monday).At(clock(t, s), p.Zone).UTC()
}

func apply(t testing.TB, p agenda.Plan, s booking.Sheet, now string, e agenda.Edit) (booking.Sheet, agenda.Touched) {
	t.Helper()
	e.Queue, e.Day = "uno", s.Day
	after, touched, err := e.Apply(p, s, at(t, p, now))
	if err != nil {
		t.Fatal(err)
	}
	if err := after.Check(); err != nil {
		t.Fatal(err)
	}
	return after, touched
}

// loads lists what somebody is to be served for: "09:00 2, 09:30 2".
func loads(p agenda.Plan, s booking.Sheet) string {
	var words []string
	for start, n := range agenda.Loads(s) {
		words = append(words, fmt.Sprintf("%s %d", start.In(p.Zone).Format("15:04"), n))
	}
	slices.Sort(words)
	return strings.Join(words, ", ")
}

func sold(t testing.TB, s booking.Sheet, numbers ...booking.Number) booking.Sheet {
	t.Helper()
	for i, n := range numbers {
		at, _ := s.Find(n)
		var err error
		if s, err = s.Book(n, s.Slots[at].Holder, booking.CodeHash{byte(i + 1), 1}); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func granted(t testing.TB, s booking.Sheet, totem booking.TotemID, numbers ...booking.Number) booking.Sheet {
	t.Helper()
	for _, n := range numbers {
		var err error
		if s, err = s.Grant(n, totem); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// words tells what there is to tell of a slot after an edit.
func words(p agenda.Plan, s booking.Sheet, n booking.Number) string {
	i, ok := s.Find(n)
	if !ok {
		return "gone"
	}
	slot := s.Slots[i]
	w := fmt.Sprintf("%s %s", slot.State, slot.Holder)
	if slot.Ask == booking.AskVoid {
		w += " asked"
	}
	if slot.Ticket.Moved {
		w += " moved"
		if !slot.Ticket.Expected.IsZero() {
			w += " to " + slot.Ticket.Expected.In(p.Zone).Format("15:04")
		}
	}
	return w
}

func TestWhenACounterClosesFreeSlotsGoFirstThenTotemsAreAskedThenTicketsAreMoved(t *testing.T) {
	p, s := morning(t) // A001 A002 at 9:00, A003 A004 at 9:30, and so on to A012
	s = granted(t, s, "ingresso", "A003", "A005", "A006", "A007")
	s = sold(t, s, "A003", "A004", "A005", "A007", "A008")
	after, touched := apply(t, p, s, "9:10", agenda.Edit{Kind: agenda.CounterCloses, Open: 1, Span: hours(t, "9:00-11:00")[0]})
	for n, want := range map[booking.Number]string{
		"A001": "free pool",                  // 9:00 is over
		"A003": "issued ingresso",            // the lower number stays
		"A004": "issued pool moved to 11:00", // nothing is free before: A009 is given up for it
		"A005": "issued ingresso",
		"A006": "free ingresso asked",
		"A007": "issued ingresso",
		"A008": "issued pool moved to 11:00",
		"A009": "void pool", "A010": "void pool", "A011": "free pool",
	} {
		if got := words(p, after, n); got != want {
			t.Errorf("%s is %q, want %q", n, got, want)
		}
	}
	if got, want := loads(p, after), "09:00 2, 09:30 1, 10:00 1, 10:30 1, 11:00 2, 11:30 2"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	want := agenda.Touched{Asked: 1, Moved: 2, Totems: []agenda.TouchedTotem{{Totem: "ingresso", Asked: 1}},
		Starts: []agenda.TouchedStart{{at(t, p, "9:30"), 2, 1}, {at(t, p, "10:00"), 2, 1}, {at(t, p, "10:30"), 2, 1}}}
	if diff := cmp.Diff(want, touched); diff != "" {
		t.Error(diff)
	}
}

func TestAStoppedQueueLosesNobody(t *testing.T) {
	p, s := morning(t)
	s = granted(t, s, "ingresso", "A011", "A012")
	s = sold(t, s, "A009", "A010", "A011")
	stop := agenda.Edit{Kind: agenda.QueueStops, Span: hours(t, "10:30-24:00")[0]}
	after, touched := apply(t, p, s, "8:00", stop)
	if got, want := loads(p, after), "09:00 2, 09:30 2, 10:00 2"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if touched.Void != 2 || touched.Untimed != 3 || touched.Asked != 1 || touched.Moved != 0 ||
		!slices.Equal(touched.Totems, []agenda.TouchedTotem{{Totem: "ingresso", Asked: 1, Untimed: 1}}) {
		t.Errorf("got %+v", touched)
	}
	// The totem had not heard of it yet: what it sells is moved as well.
	late, err := after.Book("A012", "ingresso", booking.CodeHash{9})
	if err != nil {
		t.Fatal(err)
	}
	again, touched := apply(t, p, late, "8:00", stop)
	if !slices.Equal(late.Slots, again.Slots) || !touched.IsZero() {
		t.Errorf("told twice, %+v is touched", touched)
	}
	// Going on, there is room for those that had none.
	on, touched := apply(t, p, late, "8:00", agenda.Edit{Kind: agenda.QueueResumes, Span: hours(t, "11:00-24:00")[0]})
	if touched.Added != 4 || touched.Moved != 4 || touched.Void != 0 {
		t.Errorf("got %+v", touched)
	}
	for n, want := range map[booking.Number]string{"A009": "issued pool moved to 11:00", "A010": "issued pool moved to 11:00",
		"A011": "issued ingresso moved to 11:30", "A012": "issued ingresso moved to 11:30", "A013": "void pool"} {
		if got := words(p, on, n); got != want {
			t.Errorf("%s is %q, want %q", n, got, want)
		}
	}
}

func TestATicketThatWasMovedIsMovedOnWhenItsNewTimeGoesToo(t *testing.T) {
	p, s := morning(t)
	s = sold(t, s, "A001", "A002", "A003", "A004")
	s, _ = apply(t, p, s, "8:00", agenda.Edit{Kind: agenda.QueueStops, Span: hours(t, "9:00-9:30")[0]})
	if got := words(p, s, "A001"); got != "issued pool moved to 10:00" {
		t.Fatalf("A001 is %q", got)
	}
	s, touched := apply(t, p, s, "8:00", agenda.Edit{Kind: agenda.QueueStops, Span: hours(t, "10:00-10:30")[0]})
	for _, n := range []booking.Number{"A001", "A002"} {
		if got := words(p, s, n); got != "issued pool moved to 10:30" {
			t.Errorf("%s is %q", n, got)
		}
	}
	if touched.Moved != 2 || touched.Void != 0 {
		t.Errorf("got %+v", touched)
	}
}

func TestWhoWasCalledIsNotMoved(t *testing.T) {
	p, s := morning(t)
	s = sold(t, s, "A003", "A004")
	i, _ := s.Find("A003")
	s.Slots[i].State = booking.Called
	s, _ = apply(t, p, s, "9:20", agenda.Edit{Kind: agenda.QueueStops, Span: hours(t, "9:30-10:00")[0]})
	if a, b := words(p, s, "A003"), words(p, s, "A004"); a != "called pool" || b != "issued pool moved to 10:00" {
		t.Errorf("A003 is %q, A004 %q", a, b)
	}
}

func TestSlotsInLimboAreAskedOfWhoeverHasThem(t *testing.T) {
	p, s := morning(t)
	s = granted(t, s, "ingresso", "A001").Orphan("ingresso")
	s, touched := apply(t, p, s, "8:00", agenda.Edit{Kind: agenda.QueueStops, Span: hours(t, "9:00-9:30")[0]})
	if touched.Limbo != 1 || touched.Asked != 0 || touched.Void != 1 || touched.Totems != nil {
		t.Errorf("got %+v", touched)
	}
	if got := words(p, s.Settle(p.HolderOf), "A001"); got != "void pool" {
		t.Errorf("once it is known that nobody has it, it is %q", got)
	}
}

func TestAQueueGrowsAlsoOutsideItsCounters(t *testing.T) {
	p, s := morning(t)
	grow := agenda.Edit{Kind: agenda.QueueGrows, Open: 3, Span: hours(t, "11:15-13:10")[0]}
	after, touched := apply(t, p, s, "8:00", grow)
	if got, want := loads(p, after), "09:00 2, 09:30 2, 10:00 2, 10:30 2, 11:00 2, 11:30 3, 12:00 3, 12:30 3"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if touched.Added != 7 || after.Slots[len(after.Slots)-1].Number != "A019" {
		t.Errorf("got %+v", touched)
	}
	if again, touched := apply(t, p, after, "8:00", grow); !touched.IsZero() || len(again.Slots) != len(after.Slots) {
		t.Errorf("told twice, %+v", touched)
	}
}

func TestAClosedDayCanBeOpened(t *testing.T) {
	p, s := morning(t)
	s.Slots = nil
	after, _ := apply(t, p, s, "8:00", agenda.Edit{Kind: agenda.QueueGrows, Open: 1, Span: hours(t, "15:00-16:10")[0]})
	if got, want := loads(p, after), "15:00 1, 15:30 1"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestHoursBecomeShorterAndLonger(t *testing.T) {
	p, s := morning(t)
	for d := range p.Queues[0].Counters { // one counter in the last half-hour
		p.Queues[0].Counters[d] = []agenda.Counters{{Span: hours(t, "9:00-11:30")[0], Open: 2}, {Span: hours(t, "11:30-12:00")[0], Open: 1}}
	}
	s, _ = agenda.PlanDay(p, "uno", s.Day)
	whole := "09:00 2, 09:30 2, 10:00 2, 10:30 2, 11:00 2, 11:30 1"
	for _, c := range []struct{ hours, want string }{
		{"9:00-12:00", whole},
		{"9:30-12:00", "09:30 2, 10:00 2, 10:30 2, 11:00 2, 11:30 1"},
		{"9:00-11:20", "09:00 2, 09:30 2, 10:00 2, 10:30 2"}, // the slot at 11:00 does not end in time
		{"8:00-13:00", "08:00 2, 08:30 2, " + whole + ", 12:00 1, 12:30 1"},
		{"8:15-12:20", "08:15 2, " + whole}, // no whole slot fits after 12:00
		{"10:00-10:30", "10:00 2"},
		{"9:00-10:00 11:00-12:30", "09:00 2, 09:30 2, 11:00 2, 11:30 1, 12:00 1"},
		{"", ""},
	} {
		after, _ := apply(t, p, s, "7:00", agenda.Edit{Kind: agenda.HoursChange, Hours: hours(t, c.hours)})
		if got := loads(p, after); got != c.want {
			t.Errorf("open %q: got %s, want %s", c.hours, got, c.want)
		}
	}
}

func TestAQueueThatDoesNotWorkAtTheEndOfTheDayDoesNotWorkLongerEither(t *testing.T) {
	p, s := morning(t)
	for d := range p.Queues[0].Counters {
		p.Queues[0].Counters[d] = []agenda.Counters{{Span: hours(t, "9:30-11:00")[0], Open: 2}}
	}
	s, _ = agenda.PlanDay(p, "uno", s.Day)
	after, touched := apply(t, p, s, "7:00", agenda.Edit{Kind: agenda.HoursChange, Hours: hours(t, "8:00-14:00")})
	if !touched.IsZero() {
		t.Errorf("got %+v: %s", touched, loads(p, after))
	}
}

func TestAnEditThatMeansNothingIsRefused(t *testing.T) {
	p, s := morning(t)
	span := hours(t, "9:00-10:00")[0]
	for want, e := range map[string]agenda.Edit{
		`the office has no queue "due"`:          {Kind: agenda.QueueStops, Queue: "due", Span: span},
		`there is no edit "close"`:               {Kind: "close", Queue: "uno", Span: span},
		"the span 10:00-9:00 is none":            {Kind: agenda.QueueStops, Queue: "uno", Span: booking.Span{From: 600, To: 540}},
		"100 counters are not 0 to 99":           {Kind: agenda.QueueGrows, Queue: "uno", Span: span, Open: 100},
		"nothing is planned next to 14:00-15:00": {Kind: agenda.HoursChange, Queue: "uno", Hours: hours(t, "9:00-12:00 14:00-15:00")},
		"9:00-12:00 and 11:00-13:00 overlap":     {Kind: agenda.HoursChange, Queue: "uno", Hours: hours(t, "9:00-12:00 11:00-13:00")},
		"the span 9:00-24:01 is none":            {Kind: agenda.HoursChange, Queue: "uno", Hours: []booking.Span{{From: 540, To: 1441}}},
		agenda.ErrCrowded.Error():                {Kind: agenda.QueueGrows, Queue: "uno", Open: 99, Span: hours(t, "9:00-24:00")[0]},
	} {
		e.Day = s.Day
		after, touched, err := e.Apply(p, s, at(t, p, "8:00"))
		if err == nil || !strings.Contains(err.Error(), want) || !touched.IsZero() || !slices.Equal(after.Slots, s.Slots) {
			t.Errorf("got %v, want %s", err, want)
		}
		if crowded := errors.Is(err, agenda.ErrCrowded); crowded != (want == agenda.ErrCrowded.Error()) {
			t.Errorf("%v: crowded is %v", err, crowded)
		}
	}
}
