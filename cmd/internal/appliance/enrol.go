package appliance

import (
	"context"
	"fmt"
	"net/netip"
	"reflect"
	"time"

	"example.org/totem/internal/fault"
	"example.org/totem/ui/placard"
)

// Enrol makes a totem of a device that was prepared, and shows each step on the wall. What fails is tried again, after a pause
// that grows, until it succeeds or ctx ends: so it needs nobody at a keyboard. It may be killed at any moment and begun again;
// what is done stays done. A printer alone is not waited for: a totem works without.
//
// It returns nil when the device is enrolled, its token is blotted out on the card, and /ident/enrolled, which keeps it from being
// done again, is durable. The picture stays on the panel.
func Enrol(ctx context.Context, c Config) error {
	c = c.complete()
	e := &enroller{Config: c}
	var leave func() error
	e.wall, leave = c.wall()
	defer leave() // what was painted is seen; nothing is lost
	e.steps = e.list()
	e.show("One moment: this goes by itself.", nil)
	for {
		step, err := e.pass(ctx)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err == nil:
			return e.finish()
		}
		e.failed(step, err)
		if !e.wait(ctx.Done(), step.pause()) {
			return ctx.Err()
		}
	}
}

// step is one part of the enrolment.
type step struct {
	name    string
	doing   string        // what is being done, while it is
	most    time.Duration // between two tries
	watched bool          // it is quick, and looked at again before what comes after it is tried
	skipped int           // after so many tries it is left for later; 0: never
	run     func(ctx context.Context) (found finding, err error)

	state  placard.State
	detail string
	tries  int
	since  time.Duration // of the first try
}

// finding is how a step came out that did not fail.
type finding struct {
	detail string
	noted  bool // somebody should look at it
}

// firstPause is the pause after the first try; each one is half as long again as the one before.
const firstPause = 2 * time.Second

func (s *step) pause() time.Duration {
	d := firstPause
	for range min(s.tries-1, 20) {
		d = d * 3 / 2
	}
	return min(d, s.most).Round(time.Second)
}

type enroller struct {
	Config
	wall      Wall
	steps     []*step
	shown     placard.Page
	provided  provision
	addresses []netip.Addr
}

// pass does what is left to be done, in order, and looks again at what may have changed. It returns the step that failed.
func (e *enroller) pass(ctx context.Context) (*step, error) {
	for _, s := range e.steps {
		if s.state == placard.Done && !s.watched || s.state == placard.Noted {
			continue
		}
		if s.tries++; s.tries == 1 {
			s.since = e.Since()
		}
		if s.state == "" || s.state == placard.Waiting {
			s.state, s.detail = placard.Doing, s.doing
			e.show("One moment: this goes by itself.", nil)
		}
		found, err := s.run(ctx)
		switch {
		case ctx.Err() != nil:
			return s, ctx.Err()
		case err != nil && s.skipped > 0 && s.tries >= s.skipped:
			e.leaveForLater(ctx, s, err)
			continue
		case err != nil:
			return s, err
		}
		if s.state != placard.Done {
			e.Say(s.name + ": " + found.detail)
		}
		s.state, s.detail, s.tries = placard.Done, found.detail, 0
		if found.noted {
			s.state = placard.Noted
		}
	}
	return nil, nil
}

// failed shows what is wrong, what is done about it, and since when. What comes after it has not begun.
func (e *enroller) failed(failed *step, err error) {
	after := false
	for _, s := range e.steps {
		if after && s.state == placard.Doing {
			s.state, s.detail = placard.Waiting, ""
		}
		after = after || s == failed
	}
	failed.state = placard.Failed
	failed.detail = fmt.Sprintf("tried %s%s; again after %s", times(failed.tries), lasted(e.Since()-failed.since), span(failed.pause()))
	all, _ := troubles(err)
	e.Say(fmt.Sprintf("%s: %s: %v", failed.name, fault.Of(err).Code, err))
	e.show(failed.name+": see to this.", all)
}

// leaveForLater shows what is wrong with a step that the totem does not need, long enough to be read.
func (e *enroller) leaveForLater(ctx context.Context, s *step, err error) {
	all, _ := troubles(err)
	s.state, s.detail = placard.Noted, "the totem works without it, and looks for it again"
	e.Say(fmt.Sprintf("%s: %s: %v; the totem works without it", s.name, fault.Of(err).Code, err))
	e.show(s.name+": see to this.", all)
	e.wait(ctx.Done(), reading)
}

// reading is how long something stays that goes by itself.
const reading = 15 * time.Second

// show hangs the placard, unless it hangs there already, and writes it down. A panel that cannot be painted on hinders nobody:
// what is told is in the log too.
func (e *enroller) show(title string, trouble []placard.Trouble) {
	page := placard.Page{Office: setupTitle, Title: title, Trouble: trouble, Foot: e.foot(e.addresses)}
	if f := e.provided.file; f.Office != "" {
		page.Place = fmt.Sprintf("totem %s of office %s", f.Totem, f.Office)
	}
	for _, s := range e.steps {
		state := s.state
		if state == "" {
			state = placard.Waiting
		}
		page.Steps = append(page.Steps, placard.Step{Name: s.name, State: state, Detail: s.detail})
	}
	if reflect.DeepEqual(page, e.shown) {
		return
	}
	e.shown = page
	if err := e.keep(State{Page: page}); err != nil {
		e.Say(err.Error())
	}
	if err := e.wall.Hang(page); err != nil {
		e.Say(fmt.Sprintf("%s: %v", fault.Of(err).Code, err))
	}
}

// finish marks the enrolment as done.
func (e *enroller) finish() error {
	done := e.begun()
	if err := e.note(enrolledFile, done); err != nil {
		return e.unwritten(err)
	}
	e.show("This totem is set up. The start screen follows.", nil)
	return e.keep(State{Ready: true, Page: e.shown})
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

// lasted says for how long something has gone on; nothing where that is no time.
func lasted(d time.Duration) string {
	if d < time.Second {
		return ""
	}
	return " in " + span(d)
}

// span is a duration in words.
func span(d time.Duration) string {
	n, unit := int(d.Round(time.Second)/time.Second), "second"
	switch {
	case d >= 2*time.Hour:
		n, unit = int(d/time.Hour), "hour"
	case d >= 2*time.Minute:
		n, unit = int(d/time.Minute), "minute"
	}
	if n == 1 {
		return "1 " + unit
	}
	return fmt.Sprintf("%d %ss", n, unit)
}
