package allocation_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.org/totem/booking"
	"example.org/totem/scheduler/allocation"
)

func day(t testing.TB, s string) booking.Day {
	t.Helper()
	d, err := booking.ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestCoverIsTodayAndTheNextTwoOpeningDays(t *testing.T) {
	var hours booking.Hours
	for d := time.Monday; d <= time.Friday; d++ {
		hours.Week[d] = []booking.Span{{From: 8 * 60, To: 12 * 60}}
	}
	hours.Closed = []booking.Day{day(t, "2026-12-25"), day(t, "2026-12-28")}
	for today, want := range map[string][]string{
		"2026-11-23": {"2026-11-23", "2026-11-24", "2026-11-25"},
		"2026-11-20": {"2026-11-20", "2026-11-23", "2026-11-24"}, // over the weekend
		"2026-11-21": {"2026-11-21", "2026-11-23", "2026-11-24"}, // closed today
		"2026-12-24": {"2026-12-24", "2026-12-29", "2026-12-30"}, // over a holiday
	} {
		var got []string
		for _, d := range allocation.Cover(hours, day(t, today)) {
			got = append(got, d.String())
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("from %s (-want +got):\n%s", today, diff)
		}
	}
}

func TestAnOfficeThatNeverOpensIsCoveredToday(t *testing.T) {
	if got := allocation.Cover(booking.Hours{}, day(t, "2026-11-23")); len(got) != 1 {
		t.Errorf("got %v", got)
	}
}
