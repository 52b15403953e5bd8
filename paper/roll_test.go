package paper_test

import (
	"encoding/json"
	"testing"

	"pgregory.net/rapid"

	"example.org/totem/paper"
)

const (
	rollMM    = 80_000
	reserveMM = 4_000
	slipMM    = 200
)

// fitted is a roll in a printer whose sensor and paper are known, seen once and not near its end.
func fitted() paper.Roll { return paper.Roll{}.Fit(rollMM, reserveMM).See(0) }

// whole is a roll that was seen put in.
func whole() paper.Roll { return watch(fitted(), paper.NearEnd, paper.CoverOpen|paper.PaperEnd, 0) }

func watch(r paper.Roll, looks ...paper.Status) paper.Roll {
	for _, s := range looks {
		r = r.See(s)
	}
	return r
}

// runsOut is r after a slip during which so much paper was used, and no more was there.
func runsOut(r paper.Roll, mm int) paper.Roll {
	return r.After(paper.Result{Outcome: paper.Unknown, Length: mm, Status: paper.PaperEnd}).See(paper.PaperEnd)
}

func wantLeft(t *testing.T, r paper.Roll, mm int, known bool) {
	t.Helper()
	if left, ok := r.Left(); left != mm || ok != known {
		t.Errorf("%d mm left, known %v; want %d, %v: %+v", left, ok, mm, known, r)
	}
}

func TestOfARollThatWasNotSeenPutInNothingIsClaimed(t *testing.T) {
	wantLeft(t, paper.Roll{}, 0, false)
	wantLeft(t, fitted().Print(slipMM), 0, false)
	wantLeft(t, paper.Roll{}.Fit(rollMM, reserveMM).See(paper.NearEnd), 0, false) // it may be at its very end
	wantLeft(t, paper.Roll{}.Fit(0, 0).See(0).See(paper.NearEnd), 0, false)       // nobody knows what the sensor leaves
}

func TestTheSensorTellsWhatItLeaves(t *testing.T) {
	r := fitted().Print(5000).See(paper.NearEnd)
	wantLeft(t, r, reserveMM, true)
	wantLeft(t, r.Print(slipMM).See(0).See(paper.NearEnd).Print(slipMM), reserveMM-2*slipMM, true) // it flickers
	wantLeft(t, r.Print(2*reserveMM), 0, true)
}

func TestANewRollCounts(t *testing.T) {
	used := fitted().Print(7000)
	out := runsOut(used, 10)
	for name, r := range map[string]paper.Roll{
		"its end was near, the cover was open":           watch(used, paper.NearEnd, paper.CoverOpen|paper.PaperEnd, paper.CoverOpen, 0),
		"nobody saw the paper out":                       watch(used, paper.NearEnd, paper.CoverOpen, 0),
		"changed while the printer was off":              watch(used, paper.NearEnd, paper.Silent, 0),
		"it ran out":                                     watch(runsOut(used.See(paper.NearEnd), 10), paper.PaperEnd|paper.CoverOpen, paper.CoverOpen, 0),
		"it ran out where no sensor sees the end coming": watch(out, paper.PaperEnd|paper.CoverOpen, 0),
		"it ran out and was tried without paper":         watch(out, paper.CoverOpen|paper.PaperEnd, paper.PaperEnd, paper.CoverOpen, 0),
		"its end came before the cover was open":         watch(used, paper.NearEnd, paper.PaperEnd|paper.NearEnd|paper.Offline, 0),
	} {
		if left, known := r.Left(); left != rollMM || !known || r.Used != 0 {
			t.Errorf("%s: %d mm left, known %v", name, left, known)
		}
		if left, _ := r.Print(slipMM).Left(); left != rollMM-slipMM {
			t.Errorf("%s: %d mm left after a slip", name, left)
		}
	}
}

func TestTheSameRollIsNoNewOne(t *testing.T) {
	near := whole().Print(rollMM - 3000).See(paper.NearEnd)
	for name, c := range map[string]struct {
		roll  paper.Roll
		looks []paper.Status
	}{
		"its end is as near as before":       {near, []paper.Status{paper.CoverOpen | paper.PaperEnd, paper.CoverOpen, paper.NearEnd}},
		"the paper was never out":            {whole().Print(9000), []paper.Status{paper.CoverOpen, paper.CoverOpen | paper.NearEnd, 0}},
		"the sensor flickers":                {near, []paper.Status{0, paper.NearEnd, 0}},
		"the printer was silent":             {whole().Print(9000), []paper.Status{paper.Silent, 0}},
		"silent, and its end near as before": {near, []paper.Status{paper.Silent, paper.NearEnd}},
		"a jam was cleared":                  {whole().Print(9000), []paper.Status{paper.Jam, paper.Jam | paper.CoverOpen, 0}},
	} {
		left, known := c.roll.Left()
		t.Run(name, func(t *testing.T) { wantLeft(t, watch(c.roll, c.looks...), left, known) })
	}
}

func TestPaperThatWasTakenOutMayBeAnyRoll(t *testing.T) {
	r := watch(whole().Print(9000), paper.CoverOpen|paper.PaperEnd, paper.CoverOpen, 0)
	wantLeft(t, r, 0, false)
	wantLeft(t, r.Print(slipMM).See(paper.NearEnd), reserveMM, true) // until the sensor tells
	wantLeft(t, watch(whole(), paper.CoverOpen|paper.PaperEnd, paper.NearEnd), 0, false)
	wantLeft(t, watch(whole().Print(9000), paper.PaperEnd, 0), 0, false)                 // nobody saw who took it
	wantLeft(t, watch(runsOut(whole().See(paper.NearEnd), 10), paper.NearEnd), 0, false) // one remnant after another
}

func TestARollThatReallyEndedTeachesWhatTheSensorLeaves(t *testing.T) {
	ends := func(r paper.Roll, left int) paper.Roll {
		return watch(runsOut(watch(r.Print(6000), paper.NearEnd), left), paper.CoverOpen|paper.PaperEnd, 0)
	}
	r := ends(fitted(), 2600)
	wantLeft(t, r.See(paper.NearEnd), 2600, true)
	wantLeft(t, ends(r, 2000).See(paper.NearEnd), 2000, true) // less counts at once
	wantLeft(t, ends(r, 3600).See(paper.NearEnd), 3100, true) // more by half
	if again := r.Fit(rollMM, 9000); again.Reserve != 2600 {
		t.Errorf("the model's reserve, %d, is believed more than a roll", again.Reserve)
	}

	wantLeft(t, ends(paper.Roll{}.Fit(rollMM, 1000).See(0), 2600).See(paper.NearEnd), 2600, true) // a model's figure is no roll

	pulled := watch(fitted().Print(6000), paper.NearEnd).Print(100)
	pulled = watch(pulled, paper.PaperEnd, paper.CoverOpen|paper.PaperEnd, paper.CoverOpen, 0)
	wantLeft(t, pulled.See(paper.NearEnd), reserveMM, true) // a person took it out: it did not end
	for name, last := range map[string]paper.Roll{
		"the cover was opened during the slip": near(100).After(paper.Result{Length: 10, Status: paper.PaperEnd | paper.CoverOpen}),
		"the cover was open before":            near(100).See(paper.CoverOpen).After(paper.Result{Length: 10, Status: paper.PaperEnd}),
		"it was out before":                    near(100).See(paper.PaperEnd).After(paper.Result{Length: 10, Status: paper.PaperEnd}),
		"no slip came out":                     near(100).After(paper.Result{Outcome: paper.NotPrinted, Status: paper.PaperEnd}),
	} {
		t.Run(name, func(t *testing.T) {
			wantLeft(t, watch(last, paper.PaperEnd, paper.CoverOpen|paper.PaperEnd, 0, paper.NearEnd), reserveMM, true)
		})
	}
}

// near is a roll that has used so much since its sensor tripped.
func near(mm int) paper.Roll { return fitted().Print(6000).See(paper.NearEnd).Print(mm) }

func TestOfTwoEstimatesTheLowerOneCounts(t *testing.T) {
	wantLeft(t, whole().Print(rollMM-1000).See(paper.NearEnd), 1000, true)
	wantLeft(t, whole().Print(rollMM-9000).See(paper.NearEnd), reserveMM, true)
	// Where nobody saw the sensor trip only the length counts.
	wantLeft(t, watch(whole().Print(rollMM-9000), paper.CoverOpen, paper.NearEnd), 9000, true)
}

func TestASupplyIsCountedInSlips(t *testing.T) {
	r := whole()
	if s := r.Supply(); !s.Known || s.LeftMM != rollMM || s.Slips != rollMM/180 {
		t.Errorf("%+v before the first slip", s)
	}
	for range 10 {
		r = r.Print(250)
	}
	if s := r.Feed(5000).Supply(); s.LeftMM != rollMM-7500 || s.Slips != (rollMM-7500)/250 {
		t.Errorf("%+v, a slip %d mm", s, r.Slip)
	}
	for range 40 {
		r = r.Print(150)
	}
	if r.Slip < 145 || r.Slip > 160 {
		t.Errorf("a slip is %d mm after many of 150", r.Slip)
	}
	for s, low := range map[paper.Supply]bool{{}: false, {Near: true}: true, {Known: true, Slips: 25}: true,
		{Known: true, Slips: 26}: false, {Known: true, Slips: 26, Near: true}: false} {
		if s.Low(25) != low {
			t.Errorf("%+v is low: %v", s, !low)
		}
	}
}

func TestASlipOfUnknownFateHasUsedAsMuchAsAnyOther(t *testing.T) {
	r := whole().After(paper.Result{Outcome: paper.Printed, Length: 210})
	for result, used := range map[paper.Result]int{
		{Outcome: paper.Unknown}:                420,
		{Outcome: paper.Unknown, Length: 30}:    240,
		{Outcome: paper.NotPrinted}:             210,
		{Outcome: paper.NotPrinted, Length: 12}: 222,
		{Outcome: paper.Printed}:                210,
		{Outcome: paper.Printed, Length: -5}:    210,
	} {
		if after := r.After(result); after.Used != used || after.Slip != r.Slip {
			t.Errorf("%+v: %d mm used, a slip %d; want %d", result, after.Used, after.Slip, used)
		}
	}
}

func anyStatus(t *rapid.T) paper.Status {
	return rapid.SampledFrom([]paper.Status{0, 0, paper.NearEnd, paper.NearEnd, paper.PaperEnd, paper.PaperEnd | paper.NearEnd,
		paper.CoverOpen, paper.CoverOpen | paper.PaperEnd, paper.Silent, paper.Offline, paper.Jam | paper.NearEnd,
		paper.HeadHot, paper.TicketInMouth}).Draw(t, "status")
}

func TestWhateverIsSeenARollIsNeverNegativeAndKeepsItsForm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := paper.Roll{}.Fit(rapid.IntRange(-1, rollMM).Draw(t, "length"), rapid.IntRange(-1, reserveMM).Draw(t, "reserve"))
		for range rapid.IntRange(0, 60).Draw(t, "events") {
			before := r
			if rapid.Bool().Draw(t, "print") {
				r = r.After(paper.Result{Outcome: paper.Outcome(rapid.IntRange(0, 2).Draw(t, "outcome")), Length: rapid.IntRange(-10, 3000).Draw(t, "mm")})
				left, known := r.Left()
				if was, wasKnown := before.Left(); known != wasKnown || left > was {
					t.Fatalf("%d mm, %v after %d mm, %v", left, known, was, wasKnown)
				}
			} else {
				s := anyStatus(t)
				r = r.See(s)
				if r.See(s) != r {
					t.Fatalf("a second look at %s changes it", s)
				}
			}
			if s := r.Supply(); s.LeftMM < 0 || s.Slips < 0 || !s.Known && s.LeftMM != 0 || r.Used < 0 {
				t.Fatalf("%+v of %+v", s, r)
			}
			body, err := json.Marshal(r)
			var back paper.Roll
			if err != nil || json.Unmarshal(body, &back) != nil || back != r {
				t.Fatalf("%s, %v", body, err)
			}
		}
	})
}

// machine is a printer with a roll in it, and a clerk. Its sensors are right while it is closed.
type machine struct {
	left    int // millimetres on the roll
	reserve int
	open    bool
	inside  bool // there is a roll in it
}

func (m *machine) status(t *rapid.T) paper.Status {
	var s paper.Status
	switch {
	case m.open:
		s = paper.CoverOpen | rapid.SampledFrom([]paper.Status{0, paper.NearEnd}).Draw(t, "sensor of an open printer")
	case m.inside && m.left > 0 && m.left <= m.reserve:
		s = paper.NearEnd
	}
	if !m.inside || m.left == 0 {
		s |= paper.PaperEnd
	}
	return s
}

// Whatever a clerk does with whole rolls, whatever is missed of it: what is claimed is there, but for the slip during
// which the sensor tripped, and does not grow while the roll is the same.
func TestNothingIsClaimedThatIsNotOnTheRoll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := &machine{left: rapid.IntRange(0, rollMM).Draw(t, "remnant"), reserve: reserveMM, inside: true}
		r := paper.Roll{}.Fit(rollMM, reserveMM)
		fresh := false // another roll was put in since the last look at it
		claimed, bounded := 0, false
		look := func(t *rapid.T) {
			r = r.See(m.status(t))
			left, known := r.Left()
			if closed := !m.open && m.inside && m.left > 0; closed && known {
				if left > m.left+slipMM {
					t.Fatalf("%d mm are claimed, %d are there: %+v", left, m.left, r)
				}
				if !fresh && bounded && left > claimed {
					t.Fatalf("%d mm are claimed of the same roll after %d: %+v", left, claimed, r)
				}
				claimed, bounded, fresh = left, true, false
			}
		}
		t.Repeat(map[string]func(*rapid.T){
			"look": look,
			"print": func(t *rapid.T) {
				if m.open || !m.inside || m.left == 0 {
					t.Skip("not ready")
				}
				mm := min(m.left, slipMM)
				m.left -= mm
				r = r.After(paper.Result{Outcome: paper.Printed, Length: mm, Status: m.status(t)})
				look(t)
			},
			"print much": func(t *rapid.T) {
				for range rapid.IntRange(1, 100).Draw(t, "slips") {
					if m.open || !m.inside || m.left < slipMM {
						t.Skip("not ready")
					}
					m.left -= slipMM
					r = r.Print(slipMM)
					look(t)
				}
			},
			"open": func(*rapid.T) { m.open = true },
			"shut": func(*rapid.T) { m.open = false },
			"take out": func(t *rapid.T) {
				if !m.open {
					t.Skip("closed")
				}
				m.inside = false
			},
			"put back": func(t *rapid.T) {
				if !m.open {
					t.Skip("closed")
				}
				m.inside = true
			},
			"new roll": func(t *rapid.T) {
				if !m.open || m.inside && m.left > 0 {
					t.Skip("closed, or there is a roll in it")
				}
				m.inside, m.left, fresh = true, rollMM, true
			},
			"off and on": func(*rapid.T) { r = r.See(paper.Silent) },
		})
	})
}
