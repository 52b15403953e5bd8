package papersim

// State is how a printer looks from outside, for a panel.
type State struct {
	On, Online          bool
	CoverOpen, PaperEnd bool
	NearEnd             bool
	WrongWay            bool // the paper lies with its coated side down
	CutterStuck         bool
	CutterFault         bool // a cut has failed
	HeadHot, VoltageLow bool
	Jammed, Ruined      bool
	InMouth             bool // a slip stands in the mouth
	Printing            bool // the mechanism moves
	PaperLeft           int  // millimetres; negative: without end
	Waiting             int  // bytes in the receive buffer
}

// State returns how the printer is now.
func (p *Printer) State() State {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := State{
		On: !p.is.off, Online: !p.offline(), CoverOpen: p.is.coverOpen, PaperEnd: p.is.paperEnd, NearEnd: p.nearEnd(),
		WrongWay: p.paper.wrongWay, CutterStuck: p.is.cutterBroken, CutterFault: p.is.cutterFault, HeadHot: p.is.hot,
		VoltageLow: p.is.sagging, Jammed: p.is.jam, Ruined: p.is.ruined, InMouth: p.presenter.shown,
		Printing: len(p.tasks) > 0 && !p.offline(), PaperLeft: -1, Waiting: len(p.rx),
	}
	if !p.paper.endless {
		s.PaperLeft = int(float64(p.paper.left) * 25.4 / float64(p.model.DPI))
	}
	return s
}
