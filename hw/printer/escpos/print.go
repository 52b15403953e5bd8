package escpos

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"example.org/totem/internal/fault"
	"example.org/totem/paper"
	"example.org/totem/ticket"
)

// Print sends a slip and finds out what became of it:
//
//   - paper.Printed, by the best means the model has: its process id; a question queued behind the cut was answered,
//     and the status was clean; the line drained, the time to print passed, and the status was clean;
//   - paper.NotPrinted, when nothing that prints was sent, or when the printer stopped before the first queued command,
//     was told to forget the rest, and still answers;
//   - paper.Unknown otherwise.
//
// After a failure it tells the printer to forget what it has not printed, or a new roll would bring it out.
func (p *Printer) Print(ctx context.Context, s ticket.Slip) (paper.Result, error) {
	data, dots, err := encode(p.cfg.Profile, s)
	if err != nil {
		return paper.Result{Outcome: paper.NotPrinted}, err
	}
	if err := p.connect(); err != nil {
		return paper.Result{Outcome: paper.NotPrinted, Status: paper.Silent}, err
	}
	if status, err := p.makeReady(ctx); err != nil {
		return paper.Result{Outcome: paper.NotPrinted, Status: status}, err
	}
	j := p.newJob(data, dots)
	if err := p.send(ctx, &j); err != nil {
		return p.settle(ctx, &j, err)
	}
	return p.confirm(ctx, &j)
}

// fresh is how long a printer that was seen ready is not asked again: the driver asks before it hands a slip over.
const fresh = time.Second

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
	case status.Ready():
		return status, nil
	case p.talk.gone():
		return status, p.lost(nil)
	case status.Has(paper.Silent):
		return status, p.mute(nil)
	}
	return status, p.refuses(status)
}

// job is a slip on its way.
type job struct {
	bytes    []byte
	harmless int           // so many of bytes print nothing
	length   time.Duration // from the first byte to the cut
	begun    time.Time     // when its first byte was sent
	due      time.Time     // when its last byte is off the line, as far as can be told
	unsent   int           // as it was last counted
	id       [4]byte
	sent     int  // of bytes, handed to the line
	fences   int  // queued questions answered: one before the slip, one behind it
	printed  bool // its process id was answered
}

// gsR1 is GS r 1, the queued question.
var gsR1 = [...]byte{gs, 'r', 1}

// newJob puts the questions around a slip: a fence before it and behind it, and the process id.
//
//	1D 28 48 06 00 30 30 d1 d2 d3 d4    answered when everything before it is on paper
func (p *Printer) newJob(data []byte, dots int) job {
	a := p.cfg.Profile.Abilities
	j := job{id: p.nextID()}
	if a.Fence {
		j.bytes = append(j.bytes, gsR1[:]...)
	}
	if p.scrap && a.Cut {
		j.bytes = append(j.bytes, p.cfg.Profile.cut...)
	}
	j.harmless = len(j.bytes) + max(bytes.IndexByte(data, lf), 0)
	j.bytes = append(j.bytes, data...)
	if a.ProcessID {
		j.bytes = append(j.bytes, gs, '(', 'H', 6, 0, '0', '0', j.id[0], j.id[1], j.id[2], j.id[3])
	}
	if a.Fence {
		j.bytes = append(j.bytes, gsR1[:]...)
	}
	const cutTime = time.Second
	mm := float64(dots) * 25.4 / float64(a.DPI)
	j.length = p.onLine(len(j.bytes)) +
		time.Duration(mm/float64(p.cfg.Profile.feed)*float64(time.Second)) + cutTime
	return j
}

// nextID returns a process id that was not used lately, also not before a restart: four characters from 20 to 7E.
func (p *Printer) nextID() (id [4]byte) {
	const base = 0x7e - 0x20 + 1
	n := uint32(time.Now().UnixMilli() % (base * base * base * base))
	if n == p.lastID {
		n++
	}
	p.lastID = n
	for i := range id {
		id[i] = byte(0x20 + n%base)
		n /= base
	}
	return id
}

func (j *job) hear(r Reply) {
	switch r.Kind {
	case Queued:
		j.fences++
	case Process:
		j.printed = j.printed || r.Bytes == j.id
	}
}

// send hands the slip to the line. It fails when the line is gone, or takes nothing for the stall limit.
func (p *Printer) send(ctx context.Context, j *job) error {
	p.stale(ignore)
	p.unclean = true
	j.begun = time.Now()
	j.due = j.begun.Add(p.onLine(len(j.bytes)))
	for j.sent < len(j.bytes) {
		turn, cancel := context.WithTimeout(ctx, p.cfg.Limits.Stall)
		n, err := p.talk.line.Write(turn, j.bytes[j.sent:])
		cancel()
		j.sent += n
		switch {
		case errors.Is(err, ErrLost):
			return p.lost(err)
		case ctx.Err() != nil:
			return fmt.Errorf("print a slip: %w", ctx.Err())
		case err != nil && n == 0:
			return p.mute(fmt.Errorf("print a slip: the printer takes no bytes: %w", err))
		}
	}
	return nil
}

// confirm waits until it is known what became of a slip that was sent whole.
func (p *Printer) confirm(ctx context.Context, j *job) (paper.Result, error) {
	a := p.cfg.Profile.Abilities
	if !a.RealTime && !a.Fence && !a.ProcessID {
		p.unclean = false // nothing can be done about it, and nobody will ever know
		return paper.Result{}, fault.New(fault.CodePrinterMute, nil, "look at the printer; a model that answers needs its own profile",
			"a printer of the profile %s confirms nothing", p.cfg.Profile.Name)
	}
	limit, cancel := context.WithTimeout(ctx, j.length+p.cfg.Limits.Slip)
	defer cancel()
	if !a.Fence && !a.ProcessID {
		return p.confirmByDrain(limit, j)
	}
	for {
		if done, result := p.known(limit, j); done {
			return result, nil
		}
		err := p.listen(limit, j)
		switch {
		case errors.Is(err, ErrLost):
			return p.settle(ctx, j, p.lost(err))
		case limit.Err() != nil:
			return p.settle(ctx, j, p.mute(fmt.Errorf("print a slip: no confirmation within %s", j.length+p.cfg.Limits.Slip)))
		case err == nil || !a.RealTime || !p.offLine(j):
			continue
		}
		status := p.ask(limit, j.hear)
		if status.Has(paper.Silent) && time.Since(j.begun) < j.length {
			continue // its answer may be held up behind the slip
		}
		if stopped(status) && !j.printed {
			return p.settle(ctx, j, p.refuses(status))
		}
	}
}

// inFlight is how many bytes a serial adapter may hold that the system counts as sent.
const inFlight = 128

// offLine reports whether the slip has left the line, or stands still on it: a question asked before would wait behind
// it, and its silence would tell nothing.
func (p *Printer) offLine(j *job) bool {
	now := time.Now()
	if n, err := p.talk.line.Unsent(); err == nil && n > 0 && n != j.unsent {
		j.unsent = n
		if rest := now.Add(p.onLine(n + inFlight)); rest.After(j.due) {
			j.due = rest
		}
	}
	return !now.Before(j.due)
}

// between is how often a printer is asked how it is while its confirmation is awaited.
const between = 500 * time.Millisecond

// listen hears one reply. It ends with an error when there is none for a while.
func (p *Printer) listen(ctx context.Context, j *job) error {
	ctx, cancel := context.WithTimeout(ctx, between)
	defer cancel()
	r, err := p.talk.next(ctx)
	if err == nil {
		j.hear(r)
	}
	return err
}

// stopped reports a condition that a slip on its way does not survive. A hot head or a weak supply passes.
func stopped(s paper.Status) bool {
	if s&(paper.HeadHot|paper.VoltageFault) != 0 {
		s &^= paper.HeadHot | paper.VoltageFault | paper.Offline
	}
	return !s.Ready()
}

// known reports whether what was heard proves the slip. A model with process ids is given a moment between the answer
// of the fence and that of the id; one that keeps silent there does not know them.
func (p *Printer) known(ctx context.Context, j *job) (bool, paper.Result) {
	a := p.cfg.Profile.Abilities
	fenced := a.Fence && j.fences >= 2
	if fenced && a.ProcessID && !j.printed {
		for p.listen(ctx, j) == nil && !j.printed {
		}
	}
	switch {
	case j.printed:
		if j.fences == 1 {
			_ = p.listen(ctx, j) // the answer of the last fence, or the next slip would count it as its own
		}
		return true, p.printed(j, paper.ByProcessID, p.ask(ctx, ignore))
	case !fenced:
		return false, paper.Result{}
	}
	status := p.ask(ctx, ignore)
	if !status.Ready() {
		return false, paper.Result{}
	}
	return true, p.printed(j, paper.ByFence, status)
}

func (p *Printer) printed(j *job, level paper.Level, status paper.Status) paper.Result {
	p.fenced = p.fenced || j.fences > 0
	p.unclean, p.scrap = false, false
	return paper.Result{Outcome: paper.Printed, Level: level, Status: status}
}

// confirmByDrain waits until the line is empty and the time to print has passed, and asks how the printer is.
func (p *Printer) confirmByDrain(ctx context.Context, j *job) (paper.Result, error) {
	due := time.NewTimer(j.length)
	defer due.Stop()
	for passed := false; !passed; {
		select {
		case <-due.C:
			passed = true
		case <-p.talk.news:
			if p.talk.gone() {
				return p.settle(ctx, j, p.lost(nil))
			}
		case <-ctx.Done():
			return p.settle(ctx, j, fmt.Errorf("print a slip: %w", ctx.Err()))
		}
	}
	if n, err := p.talk.line.Unsent(); err != nil || n > 0 {
		return p.settle(ctx, j, fmt.Errorf("print a slip: %d bytes were not sent in time", n))
	}
	status := p.ask(ctx, j.hear)
	if !status.Ready() {
		return p.settle(ctx, j, p.refuses(status))
	}
	return p.printed(j, paper.ByDrain, status), nil
}

// settle says what is known of a slip that failed for the reason given, and makes the printer forget the rest of it.
func (p *Printer) settle(ctx context.Context, j *job, reason error) (paper.Result, error) {
	p.readyAt = time.Time{}
	if j.sent <= j.harmless {
		// Not a whole line arrived. What did waits for the next slip's first command, which drops it.
		status := p.wipe(ctx, j.hear)
		return paper.Result{Outcome: paper.NotPrinted, Status: status}, reason
	}
	p.scrap = true
	status := p.wipe(ctx, j.hear)
	switch {
	case j.printed:
		return p.printed(j, paper.ByProcessID, status), nil
	case p.unclean || !p.fenced || j.fences > 0 || status.Ready():
		return paper.Result{Outcome: paper.Unknown, Status: status}, reason
	}
	p.scrap = false
	return paper.Result{Outcome: paper.NotPrinted, Status: status}, reason
}

// wipe tells the printer to forget what it has not printed. It is clean when the printer answers afterwards.
func (p *Printer) wipe(ctx context.Context, other func(Reply)) paper.Status {
	forget := p.cfg.Profile.clear
	if p.talk.gone() {
		return paper.Silent
	}
	if len(forget) == 0 {
		p.unclean = false // there is no way
		return p.ask(ctx, other)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*p.cfg.Limits.Answer)
	defer cancel()
	if err := p.talk.line.Urge(ctx, forget); err != nil {
		return paper.Silent
	}
	status := p.ask(ctx, other)
	p.unclean = status.Has(paper.Silent)
	return status
}

func (p *Printer) lost(cause error) error {
	p.talk.tell(nil, ErrLost)
	return fault.New(fault.CodePrinterLost, cause, "check the printer's cable and power",
		"the line to the printer %s is gone", p.cfg.Path)
}

func (p *Printer) mute(cause error) error {
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
