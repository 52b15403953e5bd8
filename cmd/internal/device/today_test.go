package device_test

import (
	"strings"
	"testing"
	"time"

	"example.org/totem/booking"
	"example.org/totem/cmd/internal/device"
	"example.org/totem/internal/papersim"
	"example.org/totem/internal/simclock"
	"example.org/totem/kiosk"
	"example.org/totem/locale"
	"example.org/totem/scheduler/agenda"
)

// granting waits for a screen of times of which one can only be had from the office, and returns that one.
func (d *totem) granting() (s kiosk.Screen, start time.Time) {
	d.t.Helper()
	d.touch(d.must("start"), control(kiosk.RoleService), "times")
	s = d.sees(func(s kiosk.Screen) bool {
		_, ok := s.Root.Find(opens)
		return ok
	})
	box, _ := s.Root.Find(opens)
	return s, box.Tap.(kiosk.ChooseStart).Start
}

func opens(b kiosk.Box) bool { _, ok := b.Tap.(kiosk.ChooseStart); return ok }

func TestATimeOfTodayThatTheTotemDoesNotHoldIsGrantedAndPrinted(t *testing.T) {
	now := atOpening(t)
	c := openCentral(t, folder(t, "scheduler"), "127.0.0.1:0", now)
	paper := openPaper(t, papersim.Config{})
	d := startTotem(t, provisioned(t, c, config(t, folder(t, "totem"), paper.Path, c.URL())), now)
	s, start := d.granting()
	if !d.tap(d.ctx, s, func(b kiosk.Box) bool { return b.Tap == kiosk.ChooseStart{Start: start} }) {
		t.Fatal("nothing to touch")
	}
	s = d.sees(func(s kiosk.Screen) bool {
		_, ok := s.Root.Find(func(b kiosk.Box) bool { return b.Tap == kiosk.TakeStart{Start: start} })
		return ok
	})
	s = d.touch(s, named("take"), "take", "not-given", "paper-failed", "unclear")
	number := booking.Number(text(s, kiosk.RoleNumber))
	if s.Name != "take" || !strings.Contains(text(s, kiosk.RoleWhen), "oggi") {
		t.Fatalf("the screen is %q: %q", s.Name, text(s, kiosk.RoleWhen))
	}
	if slot := booked(t, c, number, booking.PaperPrinted); !slot.Start.Equal(start) {
		t.Errorf("%s starts at %v, and %v was chosen", number, slot.Start, start)
	}
}

func TestAtTheTurnOfAMinuteATotemWithALinkGivesBackWhatStartsSoonAndOffersItAgain(t *testing.T) {
	clock := simclock.New(atOpening(t)())
	c := openCentral(t, folder(t, "scheduler"), "127.0.0.1:0", clock.Now)
	cfg := provisioned(t, c, config(t, folder(t, "totem"), openPaper(t, papersim.Config{}).Path, c.URL()))
	d := startWith(t, cfg, device.Parts{Now: clock.Now, Steady: clock.Steady})
	due := func(at time.Time) (n int) {
		for _, slot := range held(t, c, theTuesday(t)) {
			if slot.State == booking.Free && slot.Start.After(at) && slot.Start.Before(at.Add(plan(t).Office.Release)) {
				n++
			}
		}
		return n
	}
	turn := clock.Now().Truncate(time.Minute).Add(40 * time.Minute)
	awaits(t, "the totem holds what starts soon at the next turn", func() bool { return due(turn) > 0 })
	d.must("start")
	clock.Forward(turn.Add(-200 * time.Millisecond).Sub(clock.Now()))
	d.nudge()
	awaits(t, "the ledger has it back", func() bool { return due(turn) == 0 })

	d.touch(d.must("start"), control(kiosk.RoleService), "times")
	s := d.sees(func(s kiosk.Screen) bool {
		_, ok := s.Root.Find(func(b kiosk.Box) bool {
			tap, ok := b.Tap.(kiosk.TakeStart)
			return ok && tap.Start.Before(turn.Add(plan(t).Office.Release))
		})
		return ok
	})
	if s = d.touch(s, named("take"), "take", "not-given", "unclear"); s.Name != "take" {
		t.Fatalf("the screen is %q", s.Name)
	}
	booked(t, c, booking.Number(text(s, kiosk.RoleNumber)), booking.PaperPrinted)
}

func TestWhoeverTakesTicketAfterTicketIsAskedToWait(t *testing.T) {
	now := atOpening(t)
	steady := func() time.Duration { return now().Sub(time.Unix(0, 0)) }
	c := openPlanned(t, folder(t, "scheduler"), "127.0.0.1:0", now, func(p *agenda.Plan) {
		for i := range p.Queues {
			p.Queues[i].Pace = booking.Pace{Tickets: 2, Within: 3 * time.Minute}
			p.Office.Queues[i].Pace = p.Queues[i].Pace
		}
	})
	cfg := provisioned(t, c, config(t, folder(t, "totem"), openPaper(t, papersim.Config{}).Path, c.URL()))
	d := startWith(t, cfg, device.Parts{Now: now, Steady: steady})
	for range 2 {
		s := d.take()
		if s.Name != "take" {
			t.Fatalf("the screen is %q", s.Name)
		}
		d.touch(s, control(kiosk.RolePrimary), "start")
	}
	s := d.touch(d.must("start"), control(kiosk.RoleService), "paced")
	if !mentions(s, locale.Say(locale.Italian, locale.PacedTitle)) || !mentions(s, "fra 3 minuti") && !mentions(s, "fra 2 minuti") {
		t.Fatalf("it says %q", text(s, kiosk.RoleLead))
	}
	d.touch(s, named("back"), "start")
}
