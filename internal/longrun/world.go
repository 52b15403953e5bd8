package longrun

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"math/rand/v2"
	"time"

	"example.org/totem/booking"
	"example.org/totem/ledger"
	"example.org/totem/scheduler/agenda"
	"example.org/totem/sync/wire"
)

// world is everything that is there.
type world struct {
	queue
	ctx     context.Context
	cfg     Config
	zone    *time.Location
	start   time.Time
	plans   []agenda.Plan
	offices []*place
	totems  []*totem
	at      map[string]*totem // by address
	centre  *central
	saved   *snapshot
	judge   *judge
	rng     *rand.Rand
	random  *rand.ChaCha8 // for codes and keys
	calm    bool          // nothing goes wrong any more
	folding bool          // facts are to be folded soon
	report  Report
	played  int // wrongs by the end of the play
}

// place is one office with its totems.
type place struct {
	plan   agenda.Plan
	totems []*totem
	cuts   map[[2]*totem]bool // of its network: between which
}

// Play plays it. The error is trouble of the run itself.
func Play(ctx context.Context, cfg Config) (Report, error) {
	if err := cfg.check(); err != nil {
		return Report{}, err
	}
	zone, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		return Report{}, err
	}
	var seed [32]byte
	copy(seed[:], fmt.Sprintf("longrun %d", cfg.Seed))
	w := &world{ctx: ctx, cfg: cfg, zone: zone, start: time.Date(2026, 11, 23, 5, 30, 0, 0, time.UTC), at: make(map[string]*totem),
		rng: rand.New(rand.NewPCG(cfg.Seed, 8)), random: rand.NewChaCha8(seed), report: Report{Seed: cfg.Seed}}
	w.judge = newJudge(w)
	for i := range cfg.Offices {
		w.plans = append(w.plans, planOf(i+1, cfg.Totems, zone))
	}
	if err := w.begin(ledger.NewMemory(), &keyring{w.random, make(map[officeDay]booking.DayKey)}, newStream()); err != nil {
		return Report{}, err
	}
	for _, plan := range w.plans {
		w.open(plan)
	}
	w.perform()
	end := booking.DayOf(w.start, zone).AddDays(cfg.Days-1).At(15*60, zone).Sub(w.start)
	w.until(end)
	w.played = len(w.judge.wrongs)
	if len(w.judge.wrongs) == 0 {
		w.heal()
	}
	w.report.Wrong, w.report.Digest = w.judge.wrongs, w.judge.digest
	return w.report, ctx.Err()
}

// until plays events until a moment, or until something is wrong.
func (w *world) until(end time.Duration) {
	for len(w.judge.wrongs) == 0 && w.ctx.Err() == nil && w.next(end) {
		w.report.Steps++
	}
}

func (w *world) open(plan agenda.Plan) {
	p := &place{plan: plan, cuts: make(map[[2]*totem]bool)}
	for _, id := range plan.Totems {
		t := &totem{world: w, place: p, name: who{plan.Office.ID, id}, address: fmt.Sprintf("192.0.2.%d:%d", len(p.totems)+1, 7000+len(w.offices))}
		w.at[t.address] = t
		p.totems, w.totems = append(p.totems, t), append(w.totems, t)
		t.newDisk()
		t.enrol()
		t.boot()
	}
	w.offices = append(w.offices, p)
}

func (w *world) time() time.Time { return w.start.Add(w.now) }

func (w *world) today() booking.Day { return booking.DayOf(w.time(), w.zone) }

func (w *world) chance(p float64) bool { return w.rng.Float64() < p && !w.calm }

// between draws a duration.
func (w *world) between(least, most time.Duration) time.Duration {
	return least + time.Duration(w.rng.Int64N(int64(most-least)+1))
}

// about draws a duration of a given mean, as between events that do not know of each other.
func (w *world) about(mean time.Duration) time.Duration {
	return time.Duration(w.rng.ExpFloat64() * float64(mean))
}

// travel is how long a message is under way: mostly moments, sometimes long.
func (w *world) travel() time.Duration {
	d := w.between(5*time.Millisecond, 300*time.Millisecond)
	if w.chance(0.02) {
		d += w.between(0, 20*time.Second)
	}
	return d
}

func (w *world) newKey() ed25519.PrivateKey {
	var seed [ed25519.SeedSize]byte
	w.random.Read(seed[:])
	return ed25519.NewKeyFromSeed(seed[:])
}

// push tells every totem of the office what was written.
func (w *world) push(s booking.Sheet, previous uint64) {
	var data []byte
	for _, t := range w.totems {
		if t.name.office != s.Office || !t.up {
			continue
		}
		if data == nil {
			var err error
			if data, err = wire.EncodeSheet(wire.Newest, s); err != nil {
				w.judge.wrong(slotKey{}, "a sheet cannot be written: %v", err)
				return
			}
		}
		for range w.copies() {
			w.after(w.travel(), func() { t.pushed(data, s.Revision.Sequence, previous) })
		}
	}
}

// copies is how often a message arrives.
func (w *world) copies() int {
	switch {
	case w.chance(0.02):
		w.report.Lost++
		return 0
	case w.chance(0.02):
		w.report.Doubled++
		return 2
	}
	return 1
}
