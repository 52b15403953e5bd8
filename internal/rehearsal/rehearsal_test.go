package rehearsal_test

import (
	"context"
	"os"
	"strconv"
	"testing"
	"testing/synctest"
	"time"
	_ "time/tzdata"

	"example.org/totem/booking"
	"example.org/totem/internal/rehearsal"
	"example.org/totem/locale"
	"example.org/totem/scheduler/agenda"
)

// office is open from 8 to 18 on every day, with two queues of 40 slots and two totems.
func office(t testing.TB) (agenda.Plan, *time.Location) {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		t.Fatal(err)
	}
	p := agenda.Plan{
		Office: booking.Office{ID: "rm001", Zone: "Europe/Rome", Name: locale.Text{"it": "Anagrafe"}, Languages: []locale.Lang{"it"}, Release: 30 * time.Minute},
		Zone:   zone, Totems: []booking.TotemID{"t1", "t2"}, WalkIn: 0.6,
	}
	hours := booking.Span{From: 8 * 60, To: 18 * 60}
	for day := range p.Office.Hours.Week {
		p.Office.Hours.Week[day] = []booking.Span{hours}
	}
	for i, id := range []booking.QueueID{"anagrafe", "tributi"} {
		queue := booking.Queue{ID: id, Prefix: "AT"[i : i+1], Length: 15 * time.Minute}
		plan := agenda.QueuePlan{Queue: queue, Horizon: 4}
		for day := range plan.Counters {
			plan.Counters[day] = []agenda.Counters{{Span: hours, Open: 1}}
		}
		p.Office.Queues, p.Queues = append(p.Office.Queues, queue), append(p.Queues, plan)
	}
	return p, zone
}

// folder is where databases are kept: in memory if the machine has such a place, for a power cut is not rehearsed here.
func folder(t testing.TB) string {
	t.Helper()
	if dir, err := os.MkdirTemp("/dev/shm", "rehearsal-"); err == nil {
		t.Cleanup(func() { os.RemoveAll(dir) })
		return dir
	}
	return t.TempDir()
}

// play plays one rehearsal from six in the morning of a day on.
func play(t *testing.T, day string, cfg rehearsal.Config) (report rehearsal.Report) {
	t.Helper()
	cfg.Plan, cfg.Zone = office(t)
	cfg.Folder = folder(t)
	synctest.Test(t, func(t *testing.T) {
		d, err := booking.ParseDay(day)
		if err != nil {
			t.Fatal(err)
		}
		<-time.After(time.Until(d.At(6*60, cfg.Zone))) // a bubble begins in the year 2000
		if report, err = rehearsal.Play(context.Background(), cfg); err != nil {
			t.Fatal(err)
		}
	})
	return report
}

// number reads how much is asked for by the environment.
func number(t testing.TB, name string, usual uint64) uint64 {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return usual
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}

func TestWhateverHappensNoSlotIsSoldTwiceAndNoTicketIsLost(t *testing.T) {
	first, runs := number(t, "TOTEM_REHEARSAL_SEED", 1), number(t, "TOTEM_REHEARSALS", 1)
	for seed := first; seed < first+runs; seed++ {
		for _, kind := range []struct {
			name string
			day  string
			cfg  rehearsal.Config
		}{
			{"a link that loses", "2026-11-23", rehearsal.Config{Days: 2, Loss: 0.08, Old: true}},
			{"the day of 25 hours", "2026-10-24", rehearsal.Config{Days: 3, Loss: 0.02}},
			{"set back and replaced", "2026-11-23", rehearsal.Config{Days: 2, Loss: 0.04, Fences: 2, SetBacks: 2}},
			{"two schedulers", "2026-11-23", rehearsal.Config{Days: 2, Loss: 0.04, Twins: true, Fences: 1, SetBacks: 2}},
		} {
			t.Run(kind.name, func(t *testing.T) {
				cfg := kind.cfg
				cfg.Seed = seed
				r := play(t, kind.day, cfg)
				t.Logf("seed %d: %d tickets at totems, %d in the web; %d checked in, %d given back; slots: %d passed on, %d released, %d asked for; %d edits",
					seed, r.Issued, r.Web, r.Came, r.Given, r.Passed, r.Back, r.Wanted, r.Edits)
				for _, wrong := range r.Wrong {
					t.Errorf("seed %d: %s", seed, wrong)
				}
				if r.Issued < 20 || r.Web < 5 || r.Came < 5 || r.Given < 3 {
					t.Errorf("seed %d: only %d and %d tickets, %d and %d shown again: nothing was rehearsed", seed, r.Issued, r.Web, r.Came, r.Given)
				}
			})
		}
	}
}

func TestABrokenPartIsNoticed(t *testing.T) {
	for name, broken := range map[string]rehearsal.Config{
		"facts known again by their bytes": {Broken: rehearsal.BytesForNumbers, Days: 2, Loss: 0.05},
		"a purge of everything":            {Broken: rehearsal.PurgeOfAll, Days: 2, Loss: 0.05},
		"an answer before the commit":      {Broken: rehearsal.AnswerBeforeCommit, Days: 1, Loss: 0.02},
		"a lease on grants":                {Broken: rehearsal.LeaseOfGrants, Days: 2, Loss: 0.02},
		"a sale of what was given back":    {Broken: rehearsal.SaleOfCancelled, Days: 1, Loss: 0.02},
		"the last word of a ticket":        {Broken: rehearsal.LastWordCounts, Days: 2, Loss: 0.08},
		"a gift before the commit":         {Broken: rehearsal.GiftBeforeCommit, Days: 1, Loss: 0.02},
		"limbo that is settled at once":    {Broken: rehearsal.SettleOfLimbo, Days: 1, Loss: 0.02, Fences: 9},
		"a sale before the merge":          {Broken: rehearsal.SaleBeforeMerge, Days: 1, Loss: 0.02, SetBacks: 9},
	} {
		t.Run(name, func(t *testing.T) {
			for seed := uint64(1); seed <= 80; seed++ { // goroutines take turns as they like: some need many tries
				broken.Seed = seed
				if r := play(t, "2026-11-23", broken); len(r.Wrong) > 0 {
					t.Logf("seed %d: %s", seed, r.Wrong[0])
					return
				}
			}
			t.Error("nobody noticed")
		})
	}
}
