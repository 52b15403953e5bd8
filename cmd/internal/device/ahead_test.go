package device_test

import (
	"strings"
	"testing"
	"time"

	"example.org/totem/booking"
	"example.org/totem/cmd/internal/central"
	"example.org/totem/internal/papersim"
	"example.org/totem/kiosk"
	"example.org/totem/privacy"
	"example.org/totem/scheduler/agenda"
)

// bookable makes a plan one of an office in which other days can be booked without any data, and of most times two places.
func bookable(p *agenda.Plan) { p.Office.Advance, p.WalkIn = privacy.AdvanceOpen, 0.2 }

// openPlanned starts a scheduler of the sample office, changed.
func openPlanned(t testing.TB, dir, listen string, now func() time.Time, change func(*agenda.Plan)) *central.Central {
	t.Helper()
	p := plan(t)
	change(&p)
	c, err := central.Open(waiting(t), central.Config{Plans: []agenda.Plan{p}, DataDir: dir, Init: true, Listen: listen, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// toDays goes from the start to the days on which the first service can be booked.
func (d *totem) toDays() kiosk.Screen {
	d.t.Helper()
	d.touch(d.must("start"), control(kiosk.RoleService), "times")
	times := d.sees(func(s kiosk.Screen) bool { return s.Name == "times" && canTap(s, named("other-day")) })
	return d.touch(times, named("other-day"), "days")
}

// toDay goes on to the last of the days that is shown first, which is beyond what totems are granted by themselves, and returns it.
func (d *totem) toDay() (kiosk.Screen, booking.Day) {
	d.t.Helper()
	days := d.toDays()
	last := lastDay(days)
	return d.touch(days, func(b kiosk.Box) bool { return b.Tap == kiosk.ChooseDay{Day: last} }, "day"), last
}

// lastDay returns the last of the days that a screen shows.
func lastDay(days kiosk.Screen) (last booking.Day) {
	days.Root.Find(func(b kiosk.Box) bool {
		if tap, ok := b.Tap.(kiosk.ChooseDay); ok {
			last = tap.Day
		}
		return false
	})
	return last
}

// held returns the slots of a day that are the totem's.
func held(t testing.TB, c *central.Central, day booking.Day) (all []booking.Slot) {
	t.Helper()
	p := plan(t)
	sheets, err := c.Sheets(waiting(t), p.Office.ID, day)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range sheets {
		for _, slot := range s.Slots {
			if slot.Holder == booking.HeldBy(p.Totems[0]) {
				all = append(all, slot)
			}
		}
	}
	return all
}

// twice returns a time of a day at which the pool has two free slots in the queue of the first service.
func twice(t testing.TB, c *central.Central, day booking.Day) time.Time {
	t.Helper()
	p := plan(t)
	sheets, err := c.Sheets(waiting(t), p.Office.ID, day)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range sheets {
		for i, slot := range s.Slots {
			if s.Queue == p.Office.Services[0].Queue && i > 0 && slot.Holder == booking.Pool && s.Slots[i-1].Holder == booking.Pool && slot.Start.Equal(s.Slots[i-1].Start) {
				return slot.Start
			}
		}
	}
	t.Fatal("there are no two places at one time")
	return time.Time{}
}

// chooses brings a time of another day to the front.
func (d *totem) chooses(s kiosk.Screen, start time.Time) kiosk.Screen {
	d.t.Helper()
	isIt := func(b kiosk.Box) bool {
		tap, ok := b.Tap.(kiosk.ChooseStart)
		return ok && tap.Start.Equal(start)
	}
	if !d.tap(d.ctx, s, isIt) {
		d.t.Fatalf("%v is not offered", start)
	}
	return d.sees(func(s kiosk.Screen) bool {
		_, ok := s.Root.Find(func(b kiosk.Box) bool { return isIt(b) && b.Chosen })
		return s.Name == "day" && ok
	})
}

// awaits polls until something is so.
func awaits(t testing.TB, what string, so func() bool) {
	t.Helper()
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for ctx := waiting(t); !so(); {
		select {
		case <-look.C:
		case <-ctx.Done():
			t.Fatalf("in vain waited until %s", what)
		}
	}
}

// The answer is lost on the way: the slot is the totem's, and nobody's ticket. Asked again, it is answered again.
func TestAnotherDayIsBookedFromGlassToLedgerAlsoAfterAnAnswerWasLost(t *testing.T) {
	now, address := atOpening(t), freeAddress(t)
	c := openPlanned(t, folder(t, "scheduler"), address, now, bookable)
	line, paper := lay(t, address), openPaper(t, papersim.Config{})
	d := startTotem(t, provisioned(t, c, config(t, folder(t, "totem"), paper.Path, "nats://"+line.Addr().String())), now)
	s, day := d.toDay()
	hour := twice(t, c, day)
	s = d.chooses(s, hour)
	line.deaf.Store(true)
	if !d.tap(d.ctx, s, named("take")) {
		t.Fatal("nothing to touch")
	}
	awaits(t, "the slot is granted", func() bool { return len(held(t, c, day)) == 1 })
	line.cut()
	d.must("not-given")
	line.deaf.Store(false)
	granted := held(t, c, day)[0]
	if granted.State != booking.Free {
		t.Errorf("the slot is %s though nobody was given it", granted.State)
	}
	d.say(kiosk.Finish{})

	s, again := d.toDay()
	s = d.touch(d.chooses(s, hour), named("take"), "take", "not-given", "paper-failed")
	number := text(s, kiosk.RoleNumber)
	if s.Name != "take" || again != day || number != string(granted.Number) {
		t.Fatalf("the screen is %q with %q on %s, want %s on %s", s.Name, number, again, granted.Number, day)
	}
	awaits(t, "the ledger has the ticket, printed", func() bool {
		slots := held(t, c, day)
		return len(slots) == 1 && slots[0].State == booking.Issued && slots[0].Ticket.Paper == booking.PaperPrinted
	})
	slip := paper.Slips()[0]
	if text := string(slip.Bytes); strings.Contains(text, "oggi") || strings.Contains(text, "stasera") {
		t.Errorf("the slip of another day speaks of today: %q", text)
	}
	d.touch(s, control(kiosk.RolePrimary), "start")
	if own := d.finds(codeOn(t, slip)); text(own, kiosk.RoleNumber) != number {
		t.Errorf("its code leads to %q", text(own, kiosk.RoleNumber))
	}
}
