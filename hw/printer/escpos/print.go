package escpos

import (
	"context"
	"time"

	"example.org/totem/internal/fault"
	"example.org/totem/paper"
	"example.org/totem/ticket"
)

// Print sends a slip and finds out what became of it:
//
//   - paper.Printed, by the best means the model has: its process id; a question queued behind the cut was answered,
//     and no trouble was told; a question after each slice was; the line drained, the time to print passed, and the
//     status was clean;
//   - paper.NotPrinted, when nothing that prints was sent, or when the printer stopped before the first queued command,
//     was told to forget the rest, and still answers;
//   - paper.Unknown otherwise.
//
// While it prints the printer is asked between the commands, so that trouble is known soon after it began (see
// [Limits]). After a failure it tells the printer to forget what it has not printed, or a new roll would bring it out.
// It prints nothing itself a second time. A slip of a model that confirms nothing is always paper.Unknown.
func (p *Printer) Print(ctx context.Context, s ticket.Slip) (paper.Result, error) {
	data, dots, err := NewEncoder(p.cfg.Profile, p.cfg.Setter).Slip(s)
	if err != nil {
		return paper.Result{Outcome: paper.NotPrinted}, err
	}
	return p.bring(ctx, data, dots)
}

// PrintTest is Print for the technician's test slip: see [Encoder.TestSlip].
func (p *Printer) PrintTest(ctx context.Context) (paper.Result, error) {
	data, dots, err := NewEncoder(p.cfg.Profile, p.cfg.Setter).TestSlip()
	if err != nil {
		return paper.Result{Outcome: paper.NotPrinted}, err
	}
	return p.bring(ctx, data, dots)
}

// bring brings the bytes of a slip to paper.
func (p *Printer) bring(ctx context.Context, data []byte, dots int) (paper.Result, error) {
	if err := p.connect(); err != nil {
		return paper.Result{Outcome: paper.NotPrinted, Status: paper.Silent}, err
	}
	if status, err := p.makeReady(ctx); err != nil {
		return paper.Result{Outcome: paper.NotPrinted, Status: status}, err
	}
	j := p.newJob(data, dots)
	if err := p.send(ctx, j); err != nil {
		return p.settle(ctx, j, err)
	}
	return p.confirmed(j)
}

// makeReady sees to it that a slip sent now can come out, alone. Nothing that prints is sent.
func (p *Printer) makeReady(ctx context.Context) (paper.Status, error) {
	var status paper.Status
	switch {
	case p.unclean:
		status = p.wipe(ctx, ignore)
	case time.Since(p.readyAt) > fresh:
		status = p.ask(ctx, ignore)
	}
	switch {
	case p.talk.gone():
		return paper.Silent, p.lost(nil)
	case status.Has(paper.Silent):
		return status, p.mute(nil)
	case !status.Ready():
		return status, p.refuses(status)
	}
	if p.loose && !p.cfg.Profile.Abilities.ProcessID {
		p.resync(ctx)
	}
	return status, nil
}

// resync lets answers to old queued questions come in before new ones are counted: it asks once more, and waits until
// the printer has said all.
func (p *Printer) resync(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, p.cfg.Limits.Answer)
	defer cancel()
	if _, err := p.talk.line.Write(ctx, p.queued()); err != nil {
		return
	}
	answered := false
	for {
		turn, cancel := context.WithTimeout(ctx, twins+p.onLine(len(p.queued())+2))
		r, err := p.talk.next(turn)
		cancel()
		if err != nil {
			p.loose = p.loose && (!answered || ctx.Err() != nil)
			return
		}
		answered = answered || r.Kind == Queued
	}
}

// done reports whether all that a slip's confirmation rests on has come, but for the last look at the printer.
func (j *job) done() bool {
	now := time.Now()
	idle := j.watch.asked.IsZero()
	switch {
	case j.next < len(j.steps) || !j.printed && !idle:
		return false
	case j.printed:
		// The answers of the fences too, or the next slip would count them as its own.
		return j.fences >= j.asks || now.Sub(j.moved) > between
	case j.drains:
		return !now.Before(j.onPaper.Add(j.rested + between/2))
	case now.Before(j.onPaper) || j.named && now.Before(j.onPaper.Add(between)):
		return false // so soon it may be noise that looks like an answer; the true one would be one too many
	}
	return j.fences == j.asks && !j.dirty && j.single.at.IsZero() && (!j.named || now.Sub(j.fenced) > between)
}

// cutting is how long a cut takes.
const cutting = 500 * time.Millisecond

// sure takes a last look at the printer. It reports false when what it sees forbids to call the slip printed.
func (p *Printer) sure(ctx context.Context, j *job) bool {
	if !p.cfg.Profile.Abilities.RealTime && j.asks == 0 {
		return true
	}
	status := p.ask(ctx, j.hear)
	j.watch.known, j.watch.status, j.watch.at = true, status, time.Now()
	j.watch.due = j.watch.at.Add(between)
	switch {
	case j.printed:
		return true
	case j.drains:
		n, err := p.talk.line.Unsent()
		return err == nil && n == 0 && status.Ready()
	}
	return !stopped(status) && !j.dirty
}

// confirmed is the result of a slip that was sent and waited for with success.
func (p *Printer) confirmed(j *job) (paper.Result, error) {
	a := p.cfg.Profile.Abilities
	p.loose = j.fences < j.asks
	p.unclean, p.scrap = false, false
	p.fenced = p.fenced || j.fences > 0
	r := paper.Result{Outcome: paper.Printed, Status: j.watch.status, Length: p.millimetres(j.dots)}
	switch {
	case j.printed:
		r.Level = paper.ByProcessID
	case j.asks > 0 && a.Fence:
		r.Level = paper.ByFence
	case j.asks > 0:
		r.Level = paper.BySlices
	case a.RealTime:
		r.Level = paper.ByDrain
	default: // nothing can be done about it, and nobody will ever know
		r.Outcome = paper.Unknown
		return r, fault.New(fault.CodePrinterMute, nil, "look at the printer; a model that answers needs its own profile",
			"a printer of the profile %s confirms nothing", p.cfg.Profile.Name)
	}
	return r, nil
}

func (p *Printer) millimetres(dots int) int {
	return int(float64(dots)*25.4/float64(p.cfg.Profile.Abilities.DPI) + 0.5)
}
