package escpos

import (
	"context"
	"errors"
	"time"

	"example.org/totem/internal/fault"
	"example.org/totem/paper"
)

// settle says what is known of a slip that failed for the reason given, and makes the printer forget the rest of it.
func (p *Printer) settle(ctx context.Context, j *job, reason error) (paper.Result, error) {
	p.readyAt = time.Time{}
	whole := j.next == len(j.steps)
	p.filler = j.longest()
	status := p.wipe(ctx, j.hear)
	if j.printed && !j.echo {
		j.watch.status = status
		return p.confirmed(j)
	}
	p.fenced = p.fenced || j.fences > 0
	p.loose = p.unclean || len(p.cfg.Profile.clear) == 0
	if !status.Has(paper.Silent) && !status.Ready() && fault.Of(reason).Code == fault.CodePrinterMute {
		reason = p.refuses(status)
	}
	r := paper.Result{Status: status}
	switch {
	case j.sent <= j.harmless && !whole:
		// Not a whole line arrived. What did waits for the next slip's first command, which drops it.
		r.Outcome = paper.NotPrinted
		return r, reason
	case p.neverBegan(j, status):
		r.Outcome = paper.NotPrinted
		return r, reason
	}
	p.scrap = true
	r.Length = p.millimetres(j.fed())
	return r, reason
}

// neverBegan reports whether the printer stopped before it came to the question in front of the slip: it is known to
// answer that, did not, has forgotten it by now, and says why it stopped.
func (p *Printer) neverBegan(j *job, status paper.Status) bool {
	waited := j.asks > 0 && p.fenced && j.fences == 0 && j.single.at.IsZero() && !j.dirty
	return waited && !p.unclean && !status.Has(paper.Silent) && stopped(status) && len(p.cfg.Profile.clear) > 0
}

// longest returns the bytes of the longest step.
func (j *job) longest() int {
	n := 0
	for _, s := range j.steps {
		n = max(n, len(s.bytes))
	}
	return n
}

// wipe tells the printer to forget what it has not printed, and asks how it is. It is clean when the printer answers
// afterwards.
func (p *Printer) wipe(ctx context.Context, other func(said)) paper.Status {
	if p.talk.gone() {
		return paper.Silent
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*p.cfg.Limits.Answer)
	defer cancel()
	forget := p.cfg.Profile.clear
	if len(forget) == 0 {
		return p.rinse(ctx, other)
	}
	if err := p.talk.line.Urge(ctx, forget); err != nil {
		if errors.Is(err, ErrLost) {
			p.talk.tell(nil, err)
		}
		return p.seen(paper.Silent)
	}
	status := p.ask(ctx, other)
	if p.unclean = status.Has(paper.Silent); !p.unclean {
		p.filler, p.loose = 0, false
		p.tellChanges(ctx, status)
	}
	return status
}

// rinse is for a model that cannot be told to forget. Enough zeros end any command that was broken off, be it a raster,
// which they make white; what waits in the line is dropped. What the printer still prints when it can is cut off before
// the next slip.
func (p *Printer) rinse(ctx context.Context, other func(said)) paper.Status {
	status := p.ask(ctx, other)
	if status.Has(paper.Silent) {
		return status
	}
	if p.filler > 0 && status.Ready() {
		end := append(make([]byte, p.filler), esc, '@')
		if _, err := p.talk.line.Write(ctx, end); err != nil {
			return status
		}
		p.filler = 0
	}
	p.unclean = p.filler > 0
	return status
}

// tellChanges has the printer tell changes of its status by itself from now on.
func (p *Printer) tellChanges(ctx context.Context, status paper.Status) {
	if !p.cfg.Profile.Abilities.Automatic || p.telling || !status.Ready() {
		return
	}
	if _, err := p.talk.line.Write(ctx, tellAll[:]); err == nil {
		p.telling = true
	}
}

func (p *Printer) mute(cause error) error {
	if p.echoes {
		return fault.New(fault.CodePrinterMute, cause, "part the wires for sending and receiving: they touch, or an adapter repeats what it sends",
			"the line to the printer %s sends back what it is sent", p.cfg.Path)
	}
	return fault.New(fault.CodePrinterMute, cause,
		"check the printer's power, the baud rate and flow control set on it, and its profile",
		"the printer %s does not answer", p.cfg.Path)
}

// refuses is the fault of a printer that is not ready.
func (p *Printer) refuses(status paper.Status) error {
	if status.Has(paper.Silent) {
		return p.mute(nil)
	}
	return fault.New(fault.CodePrinterState, nil, "act on the conditions named: put in a roll, close the cover, clear the cutter",
		"the printer cannot print: it is %s", status)
}
