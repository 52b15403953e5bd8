package papersim

import "time"

// The makes of presenter. They catch the slip that is cut:
//
//	custom   1D 65 03 m  shows it m steps far; 1D 65 05 drops it in front; 1D 65 02 swallows it; 1D 65 06 asks
//	citizen  shows it at the cut; 1D 52 30 swallows it; 1D 52 31 n swallows it n seconds from now
//	zebra    1B 0C n shows n mm of it; 05, 19 00 drop it in front; 19 n swallows it; 1E cuts and drops
//
// A slip that is held when the next one comes is pushed out in front of the printer.
const (
	presenterCustom  = "custom"
	presenterCitizen = "citizen"
	presenterZebra   = "zebra"
)

// presenter holds at most one slip.
type presenter struct {
	slip  *Slip
	shown bool // it stands in the mouth
}

// catch takes the slip that was cut. Without a presenter it is in front of the printer at once.
func (p *Printer) catch(s Slip) {
	if p.model.Presenter == "" {
		p.slips = append(p.slips, s)
		return
	}
	p.presenter = presenter{slip: &s, shown: p.model.Presenter == presenterCitizen}
}

// push is the next slip coming: it drives the one that is held out.
func (p *Printer) push() {
	if p.presenter.slip != nil {
		p.eject()
	}
}

func (p *Printer) show() { p.presenter.shown = p.presenter.slip != nil }

func (p *Printer) eject() {
	if s := p.presenter.slip; s != nil {
		p.slips = append(p.slips, *s)
	}
	p.presenter = presenter{}
}

func (p *Printer) swallow() {
	if s := p.presenter.slip; s != nil {
		p.swallowed = append(p.swallowed, *s)
	}
	p.presenter = presenter{}
}

func (p *Printer) doPresent(c command) bool {
	kind := p.model.Presenter
	n := byte(0)
	if len(c.params) > 0 {
		n = c.params[0]
	}
	switch {
	case c.name == "GS e" && kind == presenterCustom:
		p.custom(n)
	case c.name == "GS R" && kind == presenterCitizen && (n == 0x30 || n == 0):
		p.then(p.swallow)
	case c.name == "GS R" && kind == presenterCitizen && (n == 0x31 || n == 1):
		p.swallowAfter(time.Duration(c.params[1]) * time.Second)
	case c.name == "RS" && kind == presenterZebra:
		p.cutHere(0)
		p.then(p.eject)
	case c.name == "ESC FF" && kind == presenterZebra:
		p.then(p.show)
	case c.name == "ENQ" && kind == presenterZebra, c.name == "EM" && kind == presenterZebra && n == 0:
		p.then(p.eject)
	case c.name == "EM" && kind == presenterZebra:
		p.then(p.swallow)
	default:
		return false
	}
	return true
}

func (p *Printer) custom(n byte) {
	switch n {
	case 2:
		p.then(p.swallow)
	case 3:
		p.then(p.show)
	case 5:
		p.then(p.eject)
	case 6:
		p.then(func() {
			p.answer(bit(2, !p.is.paperEnd) | bit(3, p.presenter.shown) | bit(6, p.is.failed()) | bit(7, p.is.jam))
		})
	}
}

// then does something when the mechanism has come to it.
func (p *Printer) then(do func()) { p.give(task{then: do, barrier: true}) }

// swallowAfter lets a slip that still stands in the mouth after d be swallowed.
func (p *Printer) swallowAfter(d time.Duration) {
	p.then(func() {
		if p.retracting != nil && p.retracting.Stop() {
			p.clocks.Done()
		}
		held := p.presenter.slip
		if held == nil || p.closed {
			return
		}
		p.retracting = p.after(d, func() {
			if p.presenter.slip == held && !p.is.off {
				p.swallow()
			}
		})
	})
}

// InMouth reports whether a slip stands in the mouth and waits to be taken.
func (p *Printer) InMouth() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.presenter.shown
}

// TakeSlip is a person who takes the slip out of the mouth. ok is false when there is none.
func (p *Printer) TakeSlip() (s Slip, ok bool) {
	p.change(func() {
		if p.presenter.shown {
			s, ok = *p.presenter.slip, true
			p.eject()
		}
	})
	return s, ok
}

// Swallowed returns the slips that the presenter pulled back: nobody has them.
func (p *Printer) Swallowed() []Slip {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]Slip(nil), p.swallowed...)
}
