package nation

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"time"

	"example.org/totem/booking"
	"example.org/totem/ledger"
	"example.org/totem/scheduler"
	"example.org/totem/scheduler/agenda"
)

// Config says what is played.
type Config struct {
	Offices int // at least 1
	Totems  int // shared out among the offices, at least one each
	Seed    uint64

	// Book, Roster and Tallies are the ledger, empty of these offices; Keys keeps the days' keys.
	Book    ledger.Book
	Roster  ledger.Roster
	Tallies ledger.Tallies
	Keys    scheduler.Keys

	Day     booking.Day   // that is played; zero: 2026-11-24, a Tuesday
	Round   time.Duration // of simulated time between two rounds of the scheduler; 0: 10 minutes
	Compare time.Duration // of simulated time between two pulls of a totem; 0: 10 minutes
	Outages float64       // the share of totems that lose their link once that day; 0: 0.1, negative: none
	Workers int           // schedulers that work at the same time; 0: as many as there are processors

	Clock    func() time.Time // for the latencies; nil: time.Now
	Progress func(Progress)   // hears how far it is, after each simulated hour; nil: nobody does
}

// Progress is how far a day has come.
type Progress struct {
	Stage   string // "planning", "the day", "closing"
	Time    time.Time
	Done    float64 // 0 to 1
	Tickets int
}

const (
	opens, closes = 8 * time.Hour, 18 * time.Hour // of the offices' day
	dawn          = 7 * time.Hour
)

// Play plays the day and returns what was seen. The error is trouble of the run itself, a broken promise is in the report.
func Play(ctx context.Context, cfg Config) (Report, error) {
	cfg, err := cfg.complete()
	if err != nil {
		return Report{}, err
	}
	n, err := found(cfg)
	if err != nil {
		return Report{}, err
	}
	began := cfg.Clock()
	if err := n.plan(ctx); err != nil {
		return Report{}, fmt.Errorf("plan the nation's day: %w", err)
	}
	n.took.Planning = cfg.Clock().Sub(began)
	began = cfg.Clock()
	if err := n.live(ctx); err != nil {
		return Report{}, fmt.Errorf("play the nation's day: %w", err)
	}
	n.took.Day = cfg.Clock().Sub(began)
	began = cfg.Clock()
	if err := n.end(ctx); err != nil {
		return Report{}, fmt.Errorf("close the nation's day: %w", err)
	}
	n.took.Closing = cfg.Clock().Sub(began)
	return n.report(), nil
}

func (cfg Config) complete() (Config, error) {
	switch {
	case cfg.Offices < 1 || cfg.Totems < cfg.Offices:
		return cfg, errors.New("play a nation's day: want offices, and a totem for each at least")
	case cfg.Book == nil || cfg.Roster == nil || cfg.Tallies == nil || cfg.Keys == nil:
		return cfg, errors.New("play a nation's day: want a ledger and keys")
	case cfg.Round < 0 || cfg.Compare < 0 || cfg.Outages > 1:
		return cfg, errors.New("play a nation's day: a time or a share that cannot be")
	}
	if cfg.Day.IsZero() {
		cfg.Day, _ = booking.ParseDay("2026-11-24")
	}
	if cfg.Round == 0 {
		cfg.Round = 10 * time.Minute
	}
	if cfg.Compare == 0 {
		cfg.Compare = 10 * time.Minute
	}
	if cfg.Outages == 0 {
		cfg.Outages = 0.1
	}
	if cfg.Workers <= 0 {
		cfg.Workers = runtime.GOMAXPROCS(0)
	}
	cfg.Workers = min(cfg.Workers, cfg.Offices)
	if cfg.Clock == nil {
		cfg.Clock = time.Now
	}
	if cfg.Progress == nil {
		cfg.Progress = func(Progress) {}
	}
	return cfg, nil
}

// nation is the day as it is played.
type nation struct {
	cfg     Config
	zone    *time.Location
	now     time.Time // simulated; the workers read it while the day stands still
	workers []*worker
	took    Took
}

// worker is a scheduler and the offices that it serves.
type worker struct {
	nation  *nation
	service *scheduler.Service
	offices []*office
	measure measure
}

// found makes offices, totems and schedulers, and touches no ledger yet.
func found(cfg Config) (*nation, error) {
	zone, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		return nil, err
	}
	n := &nation{cfg: cfg, zone: zone, now: cfg.Day.At(0, zone).Add(dawn)}
	n.workers = make([]*worker, cfg.Workers)
	for i := range n.workers {
		n.workers[i] = &worker{nation: n}
	}
	for i := range cfg.Offices {
		totems := cfg.Totems / cfg.Offices
		if i < cfg.Totems%cfg.Offices {
			totems++
		}
		w := n.workers[i%cfg.Workers]
		w.offices = append(w.offices, w.newOffice(i, totems))
	}
	began := n.now
	for _, w := range n.workers {
		plans := make([]agenda.Plan, len(w.offices))
		for i, o := range w.offices {
			plans[i] = o.plan
		}
		w.service, err = scheduler.New(scheduler.Config{
			Plans: plans, Book: cfg.Book, Roster: cfg.Roster, Tallies: cfg.Tallies, Keys: cfg.Keys,
			Now: n.clock, Running: func() time.Duration { return n.clock().Sub(began) },
		})
		if err != nil {
			return nil, err
		}
	}
	return n, nil
}

func (n *nation) clock() time.Time { return n.now }

// each has every worker do its part at the same time, and waits for all of them.
func (n *nation) each(do func(*worker) error) error {
	errs := make([]error, len(n.workers))
	var work sync.WaitGroup
	for i, w := range n.workers {
		work.Go(func() { errs[i] = do(w) })
	}
	work.Wait()
	return errors.Join(errs...)
}

// plan has the sheets planned, the totems introduce themselves, and what was booked before today booked.
func (n *nation) plan(ctx context.Context) error {
	n.tell("planning", 0)
	if err := n.each(func(w *worker) error { return w.tend(ctx) }); err != nil {
		return err
	}
	n.tell("planning", 0.3)
	err := n.each(func(w *worker) error {
		for _, o := range w.offices {
			if err := errors.Join(o.prebook(ctx), o.introduce(ctx)); err != nil {
				return err
			}
		}
		return nil
	})
	n.tell("planning", 1)
	return err
}

// live plays the day, minute by minute.
func (n *nation) live(ctx context.Context) error {
	first := n.cfg.Day.At(0, n.zone).Add(opens - 10*time.Minute)
	last := n.cfg.Day.At(0, n.zone).Add(closes)
	for n.now = first; n.now.Before(last); n.now = n.now.Add(time.Minute) {
		since := n.now.Sub(first)
		err := n.each(func(w *worker) error {
			if since%n.cfg.Round == 0 {
				if err := w.tend(ctx); err != nil {
					return err
				}
			}
			for _, o := range w.offices {
				if err := o.minute(ctx); err != nil {
					return err
				}
			}
			return ctx.Err()
		})
		if err != nil {
			return err
		}
		if since%time.Hour == 0 {
			n.tell("the day", float64(since)/float64(last.Sub(first)))
		}
	}
	return nil
}

// end has all totems tell what they have not told, compares, and closes the day.
func (n *nation) end(ctx context.Context) error {
	n.tell("closing", 0)
	err := n.each(func(w *worker) error {
		for _, o := range w.offices {
			if err := o.heal(ctx); err != nil {
				return err
			}
			if err := o.compare(ctx); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	n.tell("closing", 0.4)
	n.now = n.cfg.Day.AddDays(1).At(0, n.zone).Add(time.Minute)
	for range 2 { // a day is closed once it has been seen to be over for a while
		if err := n.each(func(w *worker) error { return w.service.Tend(ctx) }); err != nil {
			return err
		}
		n.now = n.now.Add(20 * time.Minute)
	}
	n.tell("closing", 0.8)
	return n.each(func(w *worker) error {
		for _, o := range w.offices {
			if err := o.recount(ctx); err != nil {
				return err
			}
		}
		return nil
	})
}

func (w *worker) tend(ctx context.Context) error {
	began := w.nation.cfg.Clock()
	err := w.service.Tend(ctx)
	w.measure.rounds = append(w.measure.rounds, w.nation.cfg.Clock().Sub(began))
	return err
}

func (n *nation) tell(stage string, done float64) {
	p := Progress{Stage: stage, Time: n.now.In(n.zone), Done: done}
	for _, w := range n.workers {
		p.Tickets += w.measure.Walk + w.measure.Web
	}
	n.cfg.Progress(p)
}
