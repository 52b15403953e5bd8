package escpos

import (
	"bytes"
	"context"
	"errors"
	"time"

	"example.org/totem/paper"
)

func ignore(said) {}

// ask asks the real-time questions, one call of [Printer.ask] after the other. Everything else that is heard meanwhile
// goes to other.
//
// A clone may leave out some of the four questions of Epson's form. When a part of the answers is missing the questions
// are asked one by one, and those that stay without an answer are not asked again on this line: such a printer is
// judged by the rest, of which the first, offline, tells most.
func (p *Printer) ask(ctx context.Context, other func(said)) paper.Status {
	if a := p.cfg.Profile.Abilities; !a.RealTime {
		if a.Fence || a.Slices {
			return p.askQueued(ctx, other)
		}
		return p.known()
	}
	ctx, cancel := context.WithTimeout(ctx, p.cfg.Limits.Answer)
	defer cancel()
	p.catchUp(ctx, other)
	ns := p.questions()
	heard, err := p.answers(ctx, ns, other)
	switch {
	case p.echoes || p.talk.gone() || len(heard) == 0:
		return p.seen(paper.Silent)
	case len(heard) == len(ns):
	case err != nil:
		return p.seen(paper.Silent)
	default:
		if ns, heard = p.oneByOne(ns, other); len(ns) == 0 {
			return p.seen(paper.Silent)
		}
		p.asks = ns
	}
	return p.seen(p.read(ns, heard))
}

// teller is a line that knows something of its printer by itself.
type teller interface {
	conditions() (s paper.Status, ok bool)
}

// known is what is known of a printer that answers no status questions: what its line tells, if anything.
func (p *Printer) known() paper.Status {
	if t, ok := p.talk.line.(teller); ok {
		s, _ := t.conditions()
		return p.seen(s)
	}
	return 0
}

// askQueued asks a printer that knows no real-time questions: one that is stopped does not answer. What it answers to
// GS r 1 tells of paper.
//
//	bits 0 and 1 near end, 2 and 3 paper end
func (p *Printer) askQueued(ctx context.Context, other func(said)) paper.Status {
	ctx, cancel := context.WithTimeout(ctx, p.cfg.Limits.Answer)
	defer cancel()
	p.stale(other)
	q := p.queued()
	if _, err := p.talk.line.Write(ctx, q); err != nil {
		return p.seen(paper.Silent)
	}
	for heard := 0; ; {
		r, err := p.talk.next(ctx)
		if err != nil || p.echoes {
			p.loose = true
			return p.seen(paper.Silent)
		}
		if r.Kind != Queued {
			p.note(r, other)
			continue
		}
		if heard++; heard < 2 {
			continue
		}
		s := p.known() &^ paper.Silent
		if bytes.HasPrefix(q, []byte{gs, 'r', 1}) && r.Bytes[0]&(3<<2) != 0 {
			s |= paper.PaperEnd | paper.Offline
		}
		if bytes.HasPrefix(q, []byte{gs, 'r', 1}) && r.Bytes[0]&3 != 0 {
			s |= paper.NearEnd
		}
		return p.seen(s)
	}
}

// questions returns the n of the status questions that this printer is asked.
func (p *Printer) questions() []byte {
	switch {
	case p.cfg.Profile.status == formCustom:
		return []byte{fullStatus}
	case p.asks == nil:
		return simple[:]
	}
	return p.asks
}

// read says what the answers to the questions ns mean.
func (p *Printer) read(ns []byte, heard []Reply) paper.Status {
	if p.cfg.Profile.status == formCustom {
		return fullStatusOf(heard[0].Bytes)
	}
	answers := [4]byte{fine, fine, fine, fine}
	for i, n := range ns {
		answers[n-1] = heard[i].Bytes[0]
	}
	return statusOf(answers)
}

// answers sends questions and collects their answers. It ends without an error when a part of them came and then no
// more for a while.
func (p *Printer) answers(ctx context.Context, ns []byte, other func(said)) ([]Reply, error) {
	if err := p.question(ctx, question(ns...)); err != nil {
		return nil, err
	}
	p.owed += len(ns)
	var heard []Reply
	for len(heard) < len(ns) {
		turn, cancel := ctx, context.CancelFunc(func() {})
		if len(heard) > 0 {
			turn, cancel = context.WithTimeout(ctx, pause+p.onLine(8))
		}
		r, err := p.talk.next(turn)
		cancel()
		switch {
		case err != nil && len(heard) > 0 && ctx.Err() == nil && !p.talk.gone():
			return heard, nil
		case err != nil:
			return heard, err
		case p.isAnswer(r):
			p.owed--
			heard = append(heard, r.Reply)
		default:
			p.note(r, other)
		}
	}
	return heard, nil
}

// pause is how long a printer may think between two answers.
const pause = 150 * time.Millisecond

// oneByOne asks each question alone, and returns those that were answered.
func (p *Printer) oneByOne(ns []byte, other func(said)) (answered []byte, heard []Reply) {
	p.owed = 0
	for _, n := range ns {
		ctx, cancel := context.WithTimeout(context.Background(), pause+p.onLine(8))
		got, err := p.answers(ctx, []byte{n}, other)
		cancel()
		if err == nil {
			answered, heard = append(answered, n), append(heard, got[0])
		}
		p.owed = 0
	}
	return answered, heard
}

// isAnswer reports whether r answers a status question of the profile's form.
func (p *Printer) isAnswer(r said) bool {
	if p.cfg.Profile.status == formCustom {
		return r.Kind == Full
	}
	return r.Kind == RealTime
}

// note passes on what is no answer, and notes an echo.
func (p *Printer) note(r said, other func(said)) {
	p.echoes = p.echoes || r.Kind == Echo
	other(r)
}

// catchUp lets the answers to questions that were given up come in: they would be taken for the next one's.
func (p *Printer) catchUp(ctx context.Context, other func(said)) {
	p.stale(other)
	p.echoes = false // if the wires still touch, the next question shows it
	ctx, cancel := context.WithTimeout(ctx, p.cfg.Limits.Answer/4)
	defer cancel()
	for p.owed > 0 {
		r, err := p.talk.next(ctx)
		if err != nil {
			break
		}
		p.sift(r, other)
	}
	p.owed = 0
}

// stale drops answers that nobody waits for.
func (p *Printer) stale(other func(said)) {
	for _, r := range p.talk.take() {
		p.sift(r, other)
	}
}

func (p *Printer) sift(r said, other func(said)) {
	if p.isAnswer(r) {
		p.owed = max(p.owed-1, 0)
		return
	}
	p.note(r, other)
}

// question sends questions, past a line that the printer has stopped if it must.
func (p *Printer) question(ctx context.Context, b []byte) error {
	first, cancel := context.WithTimeout(ctx, p.cfg.Limits.Answer/3)
	defer cancel()
	_, err := p.talk.line.Write(first, b)
	if err != nil && !errors.Is(err, ErrLost) {
		err = p.talk.line.Urge(ctx, b)
	}
	if errors.Is(err, ErrLost) {
		p.talk.tell(nil, err)
	}
	return err
}
