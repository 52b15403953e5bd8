package scheduler_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"example.org/totem/booking"
	"example.org/totem/ledger"
	"example.org/totem/paper"
	"example.org/totem/scheduler"
	"example.org/totem/sync/wire"
)

func TestTroubleAndItsEndAreToldOnce(t *testing.T) {
	w, s := ward(t)
	says := func(what string, troubles, wells int) {
		t.Helper()
		if got := [2]int{w.events("scheduler.totem-trouble"), w.events("scheduler.totem-well")}; got != [2]int{troubles, wells} {
			t.Fatalf("%s: told of trouble and its end %v times, want %d and %d\n%s", what, got, troubles, wells, w.log)
		}
	}
	n := uint64(0)
	tells := func(s2 paper.Status, edits ...func(*wire.Health)) {
		t.Helper()
		n++
		h := health(storeA, n, s2)
		for _, edit := range edits {
			edit(&h)
		}
		w.tells(s, h)
	}
	left := func(slips int) func(*wire.Health) {
		return func(h *wire.Health) { h.Paper = wire.PaperLeft{Known: true, LeftMM: 150 * slips, Slips: slips} }
	}
	w.passes(s, 3)
	says("nothing is heard yet", 0, 0)
	tells(0)
	w.passes(s, 14)
	says("all is well", 0, 0)
	tells(paper.CoverOpen)
	w.passes(s, 4)
	says("somebody puts paper in", 0, 0)
	tells(paper.CoverOpen | paper.PaperEnd)
	w.passes(s, 1)
	says("five minutes without a printer", 1, 0)
	if !strings.Contains(w.log.String(), "totem=rm001/t1 trouble=printer printer=cover-open+paper-end") {
		t.Error(w.log)
	}
	tells(paper.PaperEnd)
	w.passes(s, 10)
	says("still", 1, 0)
	tells(0, left(2000))
	w.passes(s, 1)
	says("a new roll", 1, 1)
	tells(paper.NearEnd, left(90))
	w.passes(s, 5)
	says("the end is near, and far enough", 1, 1)
	tells(paper.NearEnd, left(25))
	w.passes(s, 1)
	says("the paper runs low", 2, 1)
	tells(paper.NearEnd)
	w.passes(s, 5)
	says("still", 2, 1)
	tells(paper.TicketInMouth, left(26))
	w.passes(s, 1)
	says("a citizen takes his time", 2, 2)
	w.passes(s, 28)
	says("half an hour less a minute", 2, 2)
	w.passes(s, 1)
	says("half an hour without a word", 3, 2)
	tells(0)
	w.passes(s, 1)
	says("it is heard again", 3, 3)
	must(t, first(fencing(w).Fence(context.Background(), "rm001", "t1")))
	w.passes(s, 60)
	says("a fenced totem", 3, 3)
	for _, secret := range []string{"A0", "code", "citizen"} {
		if strings.Contains(w.log.String(), secret) {
			t.Errorf("the log says %s", secret)
		}
	}
}

func TestAScreenThatNobodyCanTouchOrHearIsTroubleAfterAWhileAndTheWorstIsNamed(t *testing.T) {
	w, s := ward(t)
	n := uint64(0)
	tells := func(touch, keypad, sound wire.Part, printer paper.Status) ledger.Health {
		t.Helper()
		n++
		h := health(storeA, n, printer)
		h.Touch, h.Keypad, h.Sound, h.Scanner = touch, keypad, sound, wire.PartSilent
		_, kept := w.tells(s, h)
		return kept
	}
	told := func(what string, want ...string) {
		t.Helper()
		for _, text := range want {
			if !strings.Contains(w.log.String(), text) {
				t.Errorf("%s: the log does not say %q: %s", what, text, w.log)
			}
		}
		if troubles, wells := w.events("scheduler.totem-trouble"), w.events("scheduler.totem-well"); len(want) != troubles+wells {
			t.Errorf("%s: told of trouble %d times, of its end %d times: %s", what, troubles, wells, w.log)
		}
		w.log.Reset()
	}
	tells(wire.PartWorks, wire.PartNone, wire.PartNone, 0)
	w.passes(s, 6)
	told("a code reader alone is silent, and there is no keypad")
	first := tells(wire.PartStuck, wire.PartWorks, wire.PartWorks, 0)
	w.passes(s, 4)
	told("somebody leans on the glass")
	if again := tells(wire.PartSilent, wire.PartWorks, wire.PartWorks, 0); again.Down != (ledger.Down{Touch: first.Heard}) {
		t.Errorf("stuck, and then silent: kept %+v", again)
	}
	w.passes(s, 1)
	told("five minutes without touch", "trouble=touch printer=ready touch=silent keypad=works sound=works")
	tells(wire.PartWorks, wire.PartSilent, wire.PartSilent, paper.Jam)
	w.passes(s, 1)
	told("it is touched again", "scheduler.totem-well")
	w.passes(s, 4)
	told("no printer, no keys and no voice", "trouble=printer printer=jam touch=works keypad=silent sound=silent")
	tells(wire.PartWorks, wire.PartSilent, wire.PartSilent, 0)
	w.passes(s, 1)
	told("the printer is ready", "trouble=keypad")
	tells(wire.PartWorks, wire.PartWorks, wire.PartSilent, paper.NearEnd)
	w.passes(s, 1)
	told("the keypad works", "trouble=sound")
	if kept := tells(wire.PartWorks, wire.PartWorks, wire.PartNone, 0); kept.Down != (ledger.Down{}) {
		t.Errorf("the sound was taken away: kept %+v", kept)
	}
	w.passes(s, 1)
	told("all is well", "scheduler.totem-well")
}

func TestATroubleThatBeganWithoutALinkCountsFromItsBeginning(t *testing.T) {
	w, s := ward(t)
	h := health(storeA, 1, paper.Jam)
	h.Since = w.now.UTC().Truncate(time.Minute).Add(-time.Hour)
	if _, kept := w.tells(s, h); kept.Unready != h.Since {
		t.Errorf("kept %+v", kept)
	}
	w.passes(s, 1)
	if w.events("scheduler.totem-trouble") != 1 {
		t.Error("not told")
	}
	h.N, h.Since, h.Printer = 2, w.now.UTC().Truncate(time.Minute), paper.Jam|paper.CoverOpen
	if _, kept := w.tells(s, h); kept.Unready.After(h.Since.Add(-time.Hour)) {
		t.Errorf("another condition of a printer that is not ready: %+v", kept)
	}
	for n, edit := range []func(*wire.Health){
		func(h *wire.Health) { h.Clock = wire.ClockUnknown },
		func(h *wire.Health) { h.Since = time.Time{} },
		func(h *wire.Health) { h.Since = w.now.UTC().Add(48 * time.Hour).Truncate(time.Minute) },
	} {
		w.tells(s, health(storeA, uint64(10*n+3), 0))
		h := health(storeA, uint64(10*n+4), paper.Jam)
		h.Since = w.now.UTC().Truncate(time.Minute).Add(-time.Hour)
		edit(&h)
		if _, kept := w.tells(s, h); kept.Unready != w.now.UTC().Truncate(time.Minute) {
			t.Errorf("%d: not ready since %s", n, kept.Unready)
		}
	}
}

func TestARestartedSchedulerWaitsBeforeItCallsATotemSilentAndTellsOfTroubleAgain(t *testing.T) {
	w, s := ward(t)
	must(t, first(w.hello(s, "rm001", "t2", hello(storeB, 0)))) // which never tells how it is
	w.tells(s, health(storeA, 1, paper.Jam))
	w.passes(s, 6)
	w.now = w.now.Add(10 * time.Hour) // the machine was off
	w.ran = 0
	w.log.Reset()
	s = w.start()
	w.passes(s, 1)
	if w.events("scheduler.totem-trouble") != 1 || !strings.Contains(w.log.String(), "trouble=printer") {
		t.Errorf("after a restart: %s", w.log)
	}
	w.passes(s, 28)
	if w.events("scheduler.totem-trouble") != 1 {
		t.Errorf("half an hour is not over: %s", w.log)
	}
	w.passes(s, 2)
	if n := strings.Count(w.log.String(), "trouble=silent"); n != 2 {
		t.Errorf("%d are silent: %s", n, w.log)
	}
}

func TestTwoSchedulersThatShareTheMessagesSeeNoTroubleWhereThereIsNone(t *testing.T) {
	w, a := ward(t)
	b := w.start()
	for n := uint64(1); n < 40; n++ {
		w.tells([]*scheduler.Service{a, b, b, b}[n%4], health(storeA, n, paper.Status(n%2)*paper.CoverOpen))
		for range 3 {
			w.passes(a, 1)
			must(t, b.Tend(context.Background()))
		}
	}
	if n := w.events("scheduler.totem-trouble"); n != 0 {
		t.Errorf("told of trouble %d times: %s", n, w.log)
	}
}

func TestATroubleThatAnotherSchedulerHeardOfIsToldThoughThatOneIsGone(t *testing.T) {
	w, a := ward(t)
	w.tells(a, health(storeA, 1, 0))
	w.passes(a, 1)
	w.tells(w.start(), health(storeA, 2, paper.Jam))
	w.passes(a, 20)
	if n := w.events("scheduler.totem-trouble"); n != 1 || !strings.Contains(w.log.String(), "trouble=printer") {
		t.Errorf("told of trouble %d times: %s", n, w.log)
	}
}

func TestATotemThatCannotTellIsInNoTrouble(t *testing.T) {
	now := w2026
	m := ledger.Member{Office: "rm001", Totem: "t1", Incarnation: storeA, Speaks: 2}
	h := ledger.Health{Office: "rm001", Totem: "t1", Heard: now, Told: health(storeA, 1, paper.NearEnd)}
	for i, c := range []struct {
		edit func(*ledger.Member, *ledger.Health, *scheduler.Patience)
		want scheduler.Trouble
	}{
		{func(m *ledger.Member, h *ledger.Health, p *scheduler.Patience) {}, scheduler.TroublePaper},
		{func(m *ledger.Member, h *ledger.Health, p *scheduler.Patience) { m.Speaks = 1 }, ""},
		{func(m *ledger.Member, h *ledger.Health, p *scheduler.Patience) { h.Told.Board = wire.BoardTold }, scheduler.TroublePaper},
		{func(m *ledger.Member, h *ledger.Health, p *scheduler.Patience) {
			h.Told.Board = wire.BoardTold | wire.BoardDiskErrors
		}, scheduler.TroubleDisk},
		{func(m *ledger.Member, h *ledger.Health, p *scheduler.Patience) {
			h.Told.Board = wire.BoardTold | wire.BoardHot | wire.BoardDoorOpen | wire.BoardCardWorn
		}, scheduler.TroublePaper},
		{func(m *ledger.Member, h *ledger.Health, p *scheduler.Patience) {
			h.Told.Printer, h.Told.Board = 0, wire.BoardTold|wire.BoardDoorOpen|wire.BoardPowerLow
		}, scheduler.TroublePower},
		{func(m *ledger.Member, h *ledger.Health, p *scheduler.Patience) {
			h.Told.Printer, h.Told.Board = 0, wire.BoardTold|wire.BoardDoorOpen|wire.BoardCardWorn
		}, scheduler.TroubleDoor},
		{func(m *ledger.Member, h *ledger.Health, p *scheduler.Patience) {
			h.Told.Printer, h.Told.Board = 0, wire.BoardTold|wire.BoardCardWorn
		}, scheduler.TroubleCard},
		{func(m *ledger.Member, h *ledger.Health, p *scheduler.Patience) { m.Incarnation = booking.Incarnation{} }, ""},
		{func(m *ledger.Member, h *ledger.Health, p *scheduler.Patience) { m.Incarnation = storeB }, scheduler.TroubleSilent},
		{func(m *ledger.Member, h *ledger.Health, p *scheduler.Patience) { h.Heard = now.Add(-30 * time.Minute) }, scheduler.TroubleSilent},
		{func(m *ledger.Member, h *ledger.Health, p *scheduler.Patience) {
			h.Heard, p.Silent = now.Add(-30*time.Minute), time.Hour
		}, scheduler.TroublePaper},
		{func(m *ledger.Member, h *ledger.Health, p *scheduler.Patience) { h.Unready = now.Add(-5 * time.Minute) }, scheduler.TroublePrinter},
		{func(m *ledger.Member, h *ledger.Health, p *scheduler.Patience) {
			h.Unready, p.Unready = now.Add(-5*time.Minute), 6*time.Minute
		}, scheduler.TroublePaper},
		{func(m *ledger.Member, h *ledger.Health, p *scheduler.Patience) {
			h.Unready, h.Down.Touch = now.Add(-time.Hour), now.Add(-5*time.Minute)
		}, scheduler.TroubleTouch},
		{func(m *ledger.Member, h *ledger.Health, p *scheduler.Patience) {
			h.Down.Touch, m.Incarnation = now.Add(-time.Hour), storeB
		}, scheduler.TroubleSilent},
		{func(m *ledger.Member, h *ledger.Health, p *scheduler.Patience) {
			h.Down.Touch, p.Unready = now.Add(-5*time.Minute), 6*time.Minute
		}, scheduler.TroublePaper},
		{func(m *ledger.Member, h *ledger.Health, p *scheduler.Patience) {
			h.Told.Paper = wire.PaperLeft{Known: true, LeftMM: 9000, Slips: 60}
		}, ""},
		{func(m *ledger.Member, h *ledger.Health, p *scheduler.Patience) {
			h.Told.Paper, p.Slips = wire.PaperLeft{Known: true, LeftMM: 9000, Slips: 60}, 60
		}, scheduler.TroublePaper},
	} {
		m, h, p := m, h, scheduler.Patience{}
		c.edit(&m, &h, &p)
		if got := p.Trouble(m, h, now); got != c.want {
			t.Errorf("%d: %q, want %q", i, got, c.want)
		}
	}
}

var w2026 = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
