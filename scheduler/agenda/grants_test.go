package agenda_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"example.org/totem/booking"
	"example.org/totem/scheduler/agenda"
	"example.org/totem/scheduler/allocation"
)

// changed reads the office file of the tests with some of its text replaced.
func changed(t *testing.T, oldnew ...string) agenda.Plan {
	t.Helper()
	plan, err := agenda.Read("prova.toml", []byte(strings.NewReplacer(oldnew...).Replace(office)))
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

func TestAnOfficeSaysHowManySlotsItsTotemsHold(t *testing.T) {
	p := changed(t, "[hours]\n", "[grants]\nsurvive_hours = 4\nmost = 0.45\nrelease_minutes = 0\n\n[hours]\n")
	if p.Grants != (allocation.Policy{Survive: 4 * time.Hour, Most: 0.45}) || p.Office.Release != 0 {
		t.Errorf("got %+v, release %s", p.Grants, p.Office.Release)
	}
	p = changed(t)
	if p.Grants != (allocation.Policy{}) || p.Office.Release != 30*time.Minute {
		t.Errorf("by default %+v, release %s", p.Grants, p.Office.Release)
	}
}

func TestAQueueHasItsOwnPaceOrThatOfTheOffice(t *testing.T) {
	of := func(p agenda.Plan) [2]booking.Pace {
		if p.Queues[0].Pace != p.Office.Queues[0].Pace {
			t.Error("the office knows another pace than its plan")
		}
		return [2]booking.Pace{p.Queues[0].Pace, p.Queues[1].Pace}
	}
	usual := booking.Pace{Tickets: 12, Within: 3 * time.Minute}
	for _, c := range []struct {
		name, office, queue string
		want                [2]booking.Pace
	}{
		{"neither says anything", "", "", [2]booking.Pace{usual, usual}},
		{"the office", "pace_tickets = 5\npace_minutes = 10\n", "", [2]booking.Pace{{Tickets: 5, Within: 10 * time.Minute}, {Tickets: 5, Within: 10 * time.Minute}}},
		{"the queue", "", "pace_tickets = 40\n", [2]booking.Pace{{Tickets: 40, Within: 3 * time.Minute}, usual}},
		{"no limit", "pace_tickets = 0\n", "", [2]booking.Pace{}},
		{"a queue alone has one", "pace_tickets = 0\n", "pace_tickets = 2\n", [2]booking.Pace{{Tickets: 2, Within: 3 * time.Minute}, {}}},
		{"a queue alone has none", "", "pace_tickets = 0\npace_minutes = 1\n", [2]booking.Pace{{}, usual}},
	} {
		if got := of(changed(t, "lead_minutes = 10\n", c.office, "horizon_days = 7\n", c.queue)); got != c.want {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}

func TestAQueueHasItsOwnShareOrThatOfTheOffice(t *testing.T) {
	p := changed(t, "horizon_days = 7\n", "walk_in_share = 0.25\n")
	if a, b := p.Office.Queues[0].WalkIn, p.Office.Queues[1].WalkIn; a != 250 || b != 500 {
		t.Errorf("thousandths %d and %d", a, b)
	}
	if got := p.Office.Privacy.Reserve; got != 25 {
		t.Errorf("the notice promises %d per cent, and a queue keeps only 25", got)
	}
	d := day(t, "2026-11-23")
	for queue, want := range map[booking.QueueID]int{"uno": 5, "due": 3} { // of 20 and of 6
		sheet, _ := agenda.PlanDay(p, queue, d)
		reserve := 0
		for _, slot := range sheet.Slots {
			if slot.Holder == booking.Reserve {
				reserve++
			}
			if planned := p.HolderOf(slot.Number); planned != slot.Holder {
				t.Errorf("%s was planned for %s, and belongs to %s", slot.Number, slot.Holder, planned)
			}
		}
		if reserve != want {
			t.Errorf("%s keeps %d of %d slots, want %d", queue, reserve, len(sheet.Slots), want)
		}
	}
	if none := changed(t, "horizon_days = 7\n", "walk_in_share = 0\n"); none.HolderOf("A001") != booking.Pool || none.HolderOf("B001") != booking.Reserve {
		t.Error("a share of nothing is not the queue's own")
	}
	if p.HolderOf("Z001") != booking.Pool || p.HolderOf("nonsense") != booking.Pool {
		t.Error("a number of no queue is kept for walk-ins")
	}
}

func TestTheReserveIsAlwaysRoundedUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		share, n := rapid.IntRange(0, 1000).Draw(t, "thousandths"), rapid.IntRange(1, 400).Draw(t, "slots")
		p := agenda.Plan{WalkIn: float64(share) / 1000, Queues: []agenda.QueuePlan{{Queue: booking.Queue{ID: "uno", Prefix: "A"}}}}
		if rapid.Bool().Draw(t, "own share") {
			p.Queues[0].OwnShare, p.Queues[0].WalkIn, p.WalkIn = true, share, 0.333
		}
		reserve := 0
		for i := range n {
			if p.HolderOf(booking.NewNumber("A", i+1)) == booking.Reserve {
				reserve++
			}
		}
		if want := (n*share + 999) / 1000; reserve != want {
			t.Fatalf("%d of %d slots are kept, want %d", reserve, n, want)
		}
	})
}
