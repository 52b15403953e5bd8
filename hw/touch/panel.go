package touch

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"slices"
	"time"

	"example.org/totem/hw/touch/calibration"
	"example.org/totem/hw/touch/contact"
	"example.org/totem/internal/event"
	"example.org/totem/internal/fault"
)

// Config is what a panel works with.
type Config struct {
	// Open opens the panel: at the start, and again after it vanished. It must come back soon whether there is a panel or
	// not. Its error should be a *fault.Fault. The source is the panel's, which closes it. Needed.
	Open func() (contact.Source, error)
	// Matrix turns places of the panel into places of the glass. Zero: they are the same.
	Matrix calibration.Matrix
	// Rest is how long a contact is taken for a finger when another one comes; see [Panel]. 0: 2 s.
	Rest time.Duration
	// Still is how long a touch may last. A contact that does not go after that is stuck. 0: 30 s: nobody means a touch of
	// that length, and it is over before the next person comes.
	Still time.Duration

	// Touch is told what the finger does, from one goroutine and in order. It must not block. Needed.
	Touch func(Finger)
	// Changed is told how the panel is, at the start and at each change, with the reason when it does not work, a
	// *fault.Fault. From the same goroutine as Touch; it must not block. nil: nobody is.
	Changed func(State, error)

	Now   func() time.Time                     // the time; nil: time.Now
	After func(time.Duration) <-chan time.Time // waiting; nil: time.After
	Log   *slog.Logger                         // nil: silent
}

// State is how a panel is.
type State uint8

// The states of a panel.
const (
	Works  State = iota + 1
	Silent       // it cannot be opened, or does not answer any more
	Stuck        // something on the glass does not go; another finger is followed, where the panel can tell it from that
)

// How long a panel that is not there is left alone: at first, twice as long each time, and at most.
const (
	firstRetry = 250 * time.Millisecond
	lastRetry  = 4 * time.Second
)

// Panel follows one finger on a touch panel: the first to come. What comes while it is there is left out, as are palms and
// what hovers. A contact that has been there for Rest when another comes, and one that stays for Still, is no finger: it is
// cancelled and left out until it is lifted, so that neither a resting hand nor a stuck spot keeps people from touching.
type Panel struct {
	cfg   Config
	state State
	one   follower
}

// New returns a panel that is not opened yet. It fails when something it needs is missing or wrong.
func New(cfg Config) (*Panel, error) {
	switch {
	case cfg.Open == nil:
		return nil, errors.New("touch panel: nothing opens it")
	case cfg.Touch == nil:
		return nil, errors.New("touch panel: nobody is told of touches")
	case cfg.Rest < 0 || cfg.Still < 0:
		return nil, errors.New("touch panel: a time is below zero")
	}
	if cfg.Matrix != (calibration.Matrix{}) {
		if err := cfg.Matrix.Check(); err != nil {
			return nil, fmt.Errorf("touch panel: %w", err)
		}
	}
	if cfg.Rest == 0 {
		cfg.Rest = 2 * time.Second
	}
	if cfg.Still == 0 {
		cfg.Still = 30 * time.Second
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.After == nil {
		cfg.After = time.After
	}
	return &Panel{cfg: cfg}, nil
}

// Run opens the panel and reads it until ctx ends, and opens it again whenever it vanishes. When it returns the panel is
// closed, no touch is left open, and nothing of it runs any more. It may be called once.
func (p *Panel) Run(ctx context.Context) {
	wait := firstRetry
	for ctx.Err() == nil {
		began := p.cfg.Now()
		source, err := p.cfg.Open()
		if err == nil {
			err = p.watch(ctx, source)
		}
		if ctx.Err() != nil {
			return
		}
		p.set(Silent, err)
		if p.cfg.Now().Sub(began) > lastRetry { // it worked
			wait = firstRetry
		}
		select {
		case <-ctx.Done():
		case <-p.cfg.After(wait):
		}
		wait = min(2*wait, lastRetry)
	}
}

// watch follows the finger until the source fails or ctx ends. The source is closed afterwards.
func (p *Panel) watch(ctx context.Context, source contact.Source) (err error) {
	frames, stop, ended := make(chan contact.Frame), make(chan struct{}), make(chan error, 1)
	go func() { ended <- deliver(source, frames, stop) }()
	p.one = follower{rest: p.cfg.Rest, still: p.cfg.Still}
	defer func() {
		p.one.cancel(p.tell)
		close(stop)
		if e := source.Close(); err == nil {
			err = e
		}
		if ended != nil {
			<-ended
		}
	}()
	first := true
	for {
		var late <-chan time.Time
		if wait, ok := p.one.next(p.cfg.Now()); ok {
			late = p.cfg.After(wait)
		}
		select {
		case <-ctx.Done():
			return nil
		case err := <-ended:
			ended = nil
			return fault.New(fault.CodeTouchState, err, remedyGone, "the touch panel does not answer any more")
		case frame := <-frames:
			frame.Lost = frame.Lost || first
			first = false
			p.one.step(frame, p.cfg.Now(), p.tell)
		case <-late:
			p.one.expire(p.cfg.Now(), p.tell)
		}
		p.judge()
	}
}

const remedyGone = "check the panel's cable and power; it is looked for again"

// deliver reads frames until the source fails or stop is closed.
func deliver(source contact.Source, frames chan<- contact.Frame, stop <-chan struct{}) error {
	for {
		frame, err := source.Read()
		if err != nil {
			return err
		}
		frame.Contacts = slices.Clone(frame.Contacts)
		select {
		case frames <- frame:
		case <-stop:
			return nil
		}
	}
}

// judge says how a panel is that answers.
func (p *Panel) judge() {
	if p.one.stuck(p.cfg.Now()) {
		p.set(Stuck, fault.New(fault.CodeTouchState, nil, "clean and dry the glass, and look for what presses on it or on its frame",
			"the touch panel tells of a touch that does not end"))
		return
	}
	p.set(Works, nil)
}

// set notes and tells a change.
func (p *Panel) set(now State, why error) {
	was := p.state
	if p.state = now; was == now {
		return
	}
	switch {
	case now == Silent:
		event.Log(p.cfg.Log, event.TouchAbsent, fault.Attrs(why)...)
	case now == Stuck:
		event.Log(p.cfg.Log, event.TouchStuck, fault.Attrs(why)...)
	case was != 0:
		event.Log(p.cfg.Log, event.TouchBack)
	}
	if p.cfg.Changed != nil {
		p.cfg.Changed(now, why)
	}
}

// tell passes on what the finger does, on the glass.
func (p *Panel) tell(f Finger) {
	f.X, f.Y = p.cfg.Matrix.Apply(f.X, f.Y)
	f.X, f.Y = within(f.X), within(f.Y)
	p.cfg.Touch(f)
}

// within brings a place that lies beside the glass to its edge.
func within(v float64) float64 {
	if math.IsNaN(v) {
		return 0
	}
	return min(max(v, 0), math.Nextafter(1, 0))
}
