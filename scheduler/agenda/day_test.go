package agenda_test

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"example.org/totem/booking"
	"example.org/totem/scheduler/agenda"
)

func rome(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// everyDay is a plan with one queue, the same hours on all days, and one counter.
func everyDay(t testing.TB, length time.Duration, spans ...booking.Span) agenda.Plan {
	p := agenda.Plan{Zone: rome(t), WalkIn: 0.6, Office: booking.Office{ID: "prova", Zone: "Europe/Rome"}}
	q := agenda.QueuePlan{Queue: booking.Queue{ID: "uno", Prefix: "A", Length: length}, Horizon: 7}
	for d := range p.Office.Hours.Week {
		p.Office.Hours.Week[d] = spans
		for _, s := range spans {
			q.Counters[d] = append(q.Counters[d], agenda.Counters{Span: s, Open: 1})
		}
	}
	p.Queues = []agenda.QueuePlan{q}
	return p
}

// starts lists the starts of a day with their offset from UTC.
func starts(p agenda.Plan, d booking.Day) (list []string) {
	sheet, _ := agenda.PlanDay(p, "uno", d)
	for _, slot := range sheet.Slots {
		list = append(list, slot.Start.In(p.Zone).Format("15:04 -07"))
	}
	return list
}

func TestANightOfficeWorksTheRealHoursOfTheChange(t *testing.T) {
	night := everyDay(t, 30*time.Minute, booking.Span{From: 60, To: 4 * 60})
	for date, want := range map[string][]string{
		"2026-10-24": {"01:00 +02", "01:30 +02", "02:00 +02", "02:30 +02", "03:00 +02", "03:30 +02"},
		"2026-10-25": {"01:00 +02", "01:30 +02", "02:00 +02", "02:30 +02", "02:00 +01", "02:30 +01", "03:00 +01", "03:30 +01"},
		"2027-03-28": {"01:00 +01", "01:30 +01", "03:00 +02", "03:30 +02"},
	} {
		if diff := cmp.Diff(want, starts(night, day(t, date))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", date, diff)
		}
	}
}

func TestAnOfficeThatNeverSleepsHasDaysOf23And25Hours(t *testing.T) {
	always := everyDay(t, 20*time.Minute, booking.Span{From: 0, To: 24 * 60})
	for date, hours := range map[string]int{"2026-10-25": 25, "2026-11-23": 24, "2027-03-28": 23} {
		sheet, ok := agenda.PlanDay(always, "uno", day(t, date))
		if !ok || len(sheet.Slots) != hours*3 {
			t.Errorf("%s has %d slots, want %d", date, len(sheet.Slots), hours*3)
		}
		if err := sheet.Check(); err != nil {
			t.Error(err)
		}
	}
}

func TestTheChangeOfClocksDoesNotTouchTheMorning(t *testing.T) {
	morning := everyDay(t, time.Hour, booking.Span{From: 8*60 + 30, To: 12*60 + 30})
	for date, zone := range map[string]string{"2026-10-24": "+02", "2026-10-25": "+01", "2027-03-27": "+01", "2027-03-28": "+02"} {
		want := []string{"08:30 " + zone, "09:30 " + zone, "10:30 " + zone, "11:30 " + zone}
		if diff := cmp.Diff(want, starts(morning, day(t, date))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", date, diff)
		}
	}
}

func TestAHourThatIsLeftOutHasNoSlots(t *testing.T) {
	hour := everyDay(t, 30*time.Minute, booking.Span{From: 2 * 60, To: 3 * 60})
	if got := starts(hour, day(t, "2027-03-28")); got != nil {
		t.Errorf("got %v", got)
	}
	if got := starts(hour, day(t, "2026-10-25")); len(got) != 4 {
		t.Errorf("the doubled hour has %d slots, want 4: %v", len(got), got)
	}
}

func TestEachStartHasAsManySlotsAsCountersAreOpen(t *testing.T) {
	p := everyDay(t, 30*time.Minute, booking.Span{From: 9 * 60, To: 11*60 + 10})
	for d := range p.Queues[0].Counters {
		p.Queues[0].Counters[d] = []agenda.Counters{
			{Span: booking.Span{From: 9 * 60, To: 10 * 60}, Open: 3},
			{Span: booking.Span{From: 10*60 + 30, To: 11 * 60}, Open: 2},
		}
	}
	sheet, _ := agenda.PlanDay(p, "uno", day(t, "2026-11-23"))
	var got []string
	for _, s := range sheet.Slots {
		got = append(got, fmt.Sprint(s.Number, s.Start.In(p.Zone).Format(" 15:04 "), s.Holder, " ", s.State))
	}
	want := []string{
		"A001 09:00 reserve free", "A002 09:00 reserve free", "A003 09:00 pool free",
		"A004 09:30 reserve free", "A005 09:30 pool free", "A006 09:30 reserve free",
		"A007 10:30 reserve free", "A008 10:30 pool free",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAClosedDayHasNoSheet(t *testing.T) {
	p := everyDay(t, time.Hour, booking.Span{From: 9 * 60, To: 12 * 60})
	closed := day(t, "2026-12-25")
	p.Office.Hours.Closed = []booking.Day{closed}
	p.Office.Hours.Week[time.Sunday] = nil
	for _, d := range []booking.Day{closed, day(t, "2026-11-22")} {
		if sheet, ok := agenda.PlanDay(p, "uno", d); ok || len(sheet.Slots) > 0 {
			t.Errorf("%s has %d slots", d, len(sheet.Slots))
		}
	}
	if _, ok := agenda.PlanDay(p, "none", day(t, "2026-11-23")); ok {
		t.Error("a queue that is not there has a sheet")
	}
}

func TestDaysReachToEachHorizonAndCoverTheNextOpeningDays(t *testing.T) {
	p := everyDay(t, time.Hour, booking.Span{From: 9 * 60, To: 10 * 60})
	p.Office.Hours.Week[time.Saturday], p.Office.Hours.Week[time.Sunday] = nil, nil
	p.Queues[0].Horizon = 4
	second := p.Queues[0]
	second.ID, second.Prefix, second.Horizon = "due", "B", 1
	p.Queues = append(p.Queues, second)
	var got []string
	for _, key := range agenda.Days(p, day(t, "2026-11-20")) { // a Friday
		got = append(got, key.String())
	}
	want := []string{
		"prova/uno/2026-11-20", "prova/due/2026-11-20",
		"prova/uno/2026-11-23", "prova/due/2026-11-23",
		"prova/uno/2026-11-24", "prova/due/2026-11-24",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	p.Queues[0].Horizon = 5
	if keys := agenda.Days(p, day(t, "2026-11-20")); len(keys) != 7 || keys[6].Queue != "uno" {
		t.Errorf("got %v", keys)
	}
}

// drawPlan draws a plan of one queue whose counters lie within the opening spans.
func drawPlan(t *rapid.T, zone *time.Location) agenda.Plan {
	p := agenda.Plan{Zone: zone, Office: booking.Office{ID: "prova", Zone: zone.String()}}
	p.WalkIn = float64(rapid.IntRange(0, 1000).Draw(t, "thousandths")) / 1000
	q := agenda.QueuePlan{Horizon: 3, Queue: booking.Queue{ID: "uno", Prefix: "A"}}
	q.Length = time.Duration(rapid.IntRange(5, 90).Draw(t, "minutes")) * time.Minute
	for d := range p.Office.Hours.Week {
		edges := rapid.SliceOfNDistinct(rapid.IntRange(0, 24*60), 8, 8, rapid.ID[int]).Draw(t, "edges")
		slices.Sort(edges)
		for i := 0; i < len(edges); i += 4 {
			clock := func(n int) booking.Clock { return booking.Clock(edges[i+n]) }
			p.Office.Hours.Week[d] = append(p.Office.Hours.Week[d], booking.Span{From: clock(0), To: clock(3)})
			open := rapid.IntRange(0, 3).Draw(t, "open")
			q.Counters[d] = append(q.Counters[d], agenda.Counters{Span: booking.Span{From: clock(1), To: clock(2)}, Open: open})
		}
	}
	p.Queues = []agenda.QueuePlan{q}
	return p
}

func TestAnyPlannedDayKeepsItsPromises(t *testing.T) {
	zone := rome(t)
	ordinary := day(t, "2026-11-20")
	rapid.Check(t, func(t *rapid.T) {
		p := drawPlan(t, zone)
		q := p.Queues[0]
		d := ordinary.AddDays(rapid.IntRange(0, 6).Draw(t, "day"))
		if change := rapid.SampledFrom([]string{"", "2026-10-25", "2027-03-28"}).Draw(t, "change"); change != "" {
			d, _ = booking.ParseDay(change)
		}
		sheet, ok := agenda.PlanDay(p, "uno", d)
		if ok != (len(sheet.Slots) > 0) {
			t.Fatalf("ok is %v with %d slots", ok, len(sheet.Slots))
		}
		if err := sheet.Check(); err != nil {
			t.Fatal(err)
		}
		if again, _ := agenda.PlanDay(p, "uno", d); !slices.Equal(again.Slots, sheet.Slots) {
			t.Fatal("planned twice, the day differs")
		}
		at := map[time.Time]int{}
		for i, slot := range sheet.Slots {
			if slot.State != booking.Free || slot.Number != booking.NewNumber("A", i+1) {
				t.Fatalf("slot %d is %s, %s", i, slot.Number, slot.State)
			}
			if hours := p.Office.Hours; !hours.OpenAt(slot.Start, zone) || !hours.OpenAt(slot.Start.Add(q.Length-time.Minute), zone) {
				t.Fatalf("%s at %s is not within the opening hours", slot.Number, slot.Start.In(zone))
			}
			at[slot.Start]++
		}
		if want := count(p, d); want != len(sheet.Slots) {
			t.Fatalf("%d slots, want %d", len(sheet.Slots), want)
		}
		for start, n := range at {
			if want := openAt(q, d, start, zone); n != want {
				t.Fatalf("%d slots at %s, and %d counters are open", n, start.In(zone), want)
			}
		}
	})
}

// openAt and count say it again in another way: minute by minute of real time.
func openAt(q agenda.QueuePlan, d booking.Day, t time.Time, zone *time.Location) (open int) {
	for _, c := range q.Counters[d.Weekday()] {
		if from, to := d.At(c.From, zone), d.At(c.To, zone); !t.Before(from) && t.Before(to) {
			open += c.Open
		}
	}
	return open
}

func count(p agenda.Plan, d booking.Day) (n int) {
	q := p.Queues[0]
	for _, span := range p.Office.Hours.On(d) {
		opens, closes := d.At(span.From, p.Zone), d.At(span.To, p.Zone)
		for t := d.Start(p.Zone); t.Before(d.End(p.Zone)); t = t.Add(time.Minute) {
			if since := t.Sub(opens); since >= 0 && since%q.Length == 0 && closes.Sub(t) >= q.Length {
				n += openAt(q, d, t, p.Zone)
			}
		}
	}
	return n
}

func TestTheWalkInShareHoldsInEveryPartOfTheDay(t *testing.T) {
	zone := rome(t)
	monday := day(t, "2026-11-23")
	rapid.Check(t, func(t *rapid.T) {
		p := drawPlan(t, zone)
		sheet, _ := agenda.PlanDay(p, "uno", monday)
		reserve := 0
		for i, slot := range sheet.Slots {
			if slot.Holder == booking.Reserve {
				reserve++
			} else if slot.Holder != booking.Pool {
				t.Fatalf("%s is held by %s", slot.Number, slot.Holder)
			}
			if asked := p.WalkIn * float64(i+1); math.Abs(float64(reserve)-asked) >= 1 {
				t.Fatalf("of the first %d slots %d are kept for walk-ins, asked were %.3f", i+1, reserve, asked)
			}
		}
		if len(sheet.Slots) > 0 && p.WalkIn > 0 && reserve == 0 {
			t.Fatal("no slot is kept for walk-ins")
		}
	})
}
