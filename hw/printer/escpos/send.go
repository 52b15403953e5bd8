package escpos

import (
	"context"
	"errors"
	"fmt"
	"time"

	"example.org/totem/internal/fault"
)

// send brings a slip to the printer and waits until it is known to be on paper. It fails as soon as that is not to be
// expected any more: see [Printer.trouble].
func (p *Printer) send(ctx context.Context, j *job) error {
	p.stale(ignore)
	p.unclean = true
	now := time.Now()
	j.begun, j.moved, j.offLine, j.onPaper = now, now, now, now
	j.watch.due = now.Add(between)
	for {
		if err := p.trouble(ctx, j); err != nil {
			return err
		}
		now := time.Now()
		wait := p.mayWrite(j, now)
		switch {
		case j.done():
			if p.sure(ctx, j) {
				return nil
			}
			j.doubted = true
		case p.mayAsk(j, now):
			if err := p.poke(ctx, j); err != nil {
				return err
			}
			continue
		case wait == 0:
			if err := p.put(ctx, j); err != nil {
				return err
			}
			continue
		}
		if err := p.listen(ctx, j, wait); err != nil {
			return err
		}
	}
}

// trouble reports what lets a slip on its way fail: the line went, the printer stopped or fell silent, nothing comes
// forward, or the confirmation is overdue.
func (p *Printer) trouble(ctx context.Context, j *job) error {
	now := time.Now()
	late := j.onPaper.Add(p.cfg.Limits.Slip + min(j.rested, time.Second))
	switch {
	case p.talk.gone():
		return p.lost(nil)
	case ctx.Err() != nil:
		return fmt.Errorf("print a slip: %w", ctx.Err())
	case j.echo:
		p.echoes = true
		return p.mute(nil)
	case j.printed:
		return nil
	case j.watch.known && stopped(j.watch.status):
		return p.refuses(j.watch.status)
	case !j.watch.asked.IsZero() && now.After(j.watch.asked.Add(p.cfg.Limits.Answer)):
		return p.mute(errors.New("print a slip: no answer to a status question"))
	case j.next < len(j.steps) && now.Sub(j.moved) > p.cfg.Limits.Stall && now.After(j.onPaper):
		return p.mute(errors.New("print a slip: the printer takes no bytes"))
	case j.next == len(j.steps) && (j.doubted || !j.done()) && now.After(late):
		return p.mute(errors.New("print a slip: no confirmation in time"))
	}
	return nil
}

// mayWrite returns how long to wait before the next step may be sent, 0 if it may be now.
func (p *Printer) mayWrite(j *job, now time.Time) time.Duration {
	if j.next == len(j.steps) || j.watch.alarm && j.part == 0 && !j.watch.asked.IsZero() {
		return between
	}
	n, err := p.talk.line.Unsent()
	if err == nil && n != j.left {
		if max(n, j.left) > 2*len(question(simple[:]...)) { // fewer may be questions, which say nothing of the slip
			j.moved = now
		}
		j.left = n
	}
	lead := p.onLine(ahead(p.cfg.Baud))
	if j.offLine.After(now.Add(lead)) {
		return j.offLine.Sub(now) - lead
	}
	size := len(j.steps[j.next].bytes)
	if n > ahead(p.cfg.Baud) || j.part == 0 && p.overfull(j, size) {
		return between / 8
	}
	return 0
}

// overfull reports whether so many bytes more could be too many for the printer's buffer, or come before it is known
// that it takes any.
func (p *Printer) overfull(j *job, more int) bool {
	if j.next == 1 && j.fences == 0 && j.asks > 0 && !p.cfg.Profile.Abilities.RealTime {
		return true // only this answer tells that the printer is there and has paper
	}
	return j.asks > 2 && j.unanswered() > 0 && j.unanswered()+more > p.buffer()
}

// put hands a step to the line, or what is left of it.
func (p *Printer) put(ctx context.Context, j *job) error {
	s := j.steps[j.next]
	turn, cancel := context.WithTimeout(ctx, between/4)
	n, err := p.talk.line.Write(turn, s.bytes[j.part:])
	cancel()
	now := time.Now()
	if n > 0 {
		j.moved = now
		j.part += n
		j.sent += n
		j.onTheWay(now, p.onLine(n))
	}
	if j.part == len(s.bytes) {
		j.next, j.part = j.next+1, 0
		j.prints(p.toPrint(s.dots) + time.Duration(s.cuts)*cutting)
		return nil
	}
	switch {
	case errors.Is(err, ErrLost):
		return p.lost(err)
	case err != nil && n == 0:
		p.hearAll(j)
	}
	return nil
}

func (j *job) onTheWay(now time.Time, d time.Duration) {
	if j.offLine.Before(now) {
		j.offLine = now
	}
	j.offLine = j.offLine.Add(d)
}

// prints notes that a step takes so long to print, once it is off the line and the paper is free.
func (j *job) prints(d time.Duration) {
	if j.onPaper.Before(j.offLine) {
		j.onPaper = j.offLine
	}
	j.onPaper = j.onPaper.Add(d)
}

// toPrint is how long the model takes for so many dots of paper, with a fourth to spare.
func (p *Printer) toPrint(dots int) time.Duration {
	mm := float64(dots) * 25.4 / float64(p.cfg.Profile.Abilities.DPI)
	return time.Duration(1.25 * mm / float64(p.cfg.Profile.feed) * float64(time.Second))
}

// mayAsk reports whether the printer is to be asked how it is, here between two steps.
func (p *Printer) mayAsk(j *job, now time.Time) bool {
	return p.cfg.Profile.Abilities.RealTime && j.part == 0 && j.watch.asked.IsZero() && !now.Before(j.watch.due)
}

// poke asks how the printer is, and does not wait for the answers.
func (p *Printer) poke(ctx context.Context, j *job) error {
	ns := p.questions()
	b := question(ns...)
	turn, cancel := context.WithTimeout(ctx, between/2)
	defer cancel()
	n, err := p.talk.line.Write(turn, b)
	now := time.Now()
	j.watch.due = now.Add(between)
	unsent, countErr := p.talk.line.Unsent()
	switch {
	case errors.Is(err, ErrLost):
		return p.lost(err)
	case err == nil:
	case n == 0 && countErr == nil && unsent == 0:
		// The printer has stopped the line, and nothing waits on our side that urging would lose.
		if err := p.talk.line.Urge(ctx, b); err != nil {
			return p.mute(fmt.Errorf("print a slip: %w", err))
		}
	case n > 0:
		return p.mute(errors.New("print a slip: the printer takes no bytes"))
	default:
		return nil // later
	}
	p.owed += len(ns)
	j.onTheWay(now, p.onLine(len(b)))
	j.watch.asked, j.watch.ns, j.watch.heard = j.offLine.Add(p.onLine(max(unsent, 0))), ns, nil
	return nil
}

// listen hears one reply, or waits so long for one.
func (p *Printer) listen(ctx context.Context, j *job, wait time.Duration) error {
	turn, cancel := context.WithTimeout(ctx, max(min(wait, between/4), time.Millisecond))
	defer cancel()
	r, err := p.talk.next(turn)
	switch {
	case err == nil:
		p.hear(j, r)
	case turn.Err() == nil:
		return p.lost(err)
	}
	return nil
}

// hearAll hears what was said meanwhile.
func (p *Printer) hearAll(j *job) {
	for _, r := range p.talk.take() {
		p.hear(j, r)
	}
}

// hear takes one reply to the job, its status questions, or as an alarm.
func (p *Printer) hear(j *job, r said) {
	w := &j.watch
	switch {
	case p.isAnswer(r) && w.asked.IsZero():
		j.dirty = j.dirty || p.owed == 0
		p.owed = max(p.owed-1, 0)
	case p.isAnswer(r):
		p.owed--
		if w.heard = append(w.heard, r.Reply); len(w.heard) == len(w.ns) {
			w.known, w.status, w.at = true, p.read(w.ns, w.heard), r.at
			w.asked, w.alarm = time.Time{}, false
			if !w.status.Ready() {
				j.rested += 2 * between
			}
		}
	case r.Kind == Automatic && stopped(automaticOf(r.Bytes)):
		w.due, w.alarm = r.at, true // ask at once: one may be damaged, the other agrees
	default:
		j.hear(r)
	}
}

// lost is the fault of a line that is gone.
func (p *Printer) lost(cause error) error {
	p.talk.tell(nil, ErrLost)
	return fault.New(fault.CodePrinterLost, cause, "check the printer's cable and power",
		"the line to the printer %s is gone", p.cfg.Path)
}
