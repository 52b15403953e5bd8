package papersim

// trouble is what is wrong with a printer.
type trouble struct {
	coverOpen, paperEnd       bool
	cutterBroken, cutterFault bool // the cutter is stuck; a cut has failed of it
	hot, sagging              bool // pass by themselves
	jam, ruined               bool
	off                       bool
	mute, echo                bool
}

// stops reports whether anything keeps the printer from working.
func (t trouble) stops() bool {
	return t.coverOpen || t.paperEnd || t.cutterFault || t.hot || t.sagging || t.jam || t.ruined || t.off
}

// failed reports an error in the words of DLE EOT 2.
func (t trouble) failed() bool { return t.cutterFault || t.hot || t.sagging || t.jam || t.ruined }

// OpenCover opens the cover; the printer goes offline.
func (p *Printer) OpenCover() { p.change(func() { p.is.coverOpen = true }) }

// CloseCover closes the cover; the printer goes on with what is in its buffer.
func (p *Printer) CloseCover() { p.change(func() { p.is.coverOpen = false }) }

// EndPaperAfter lets the paper end after so many more dots; with 0 or less it has ended.
func (p *Printer) EndPaperAfter(dots int) {
	p.change(func() {
		p.paper.endless, p.paper.left = false, max(dots, 0)
		p.is.paperEnd = dots <= 0
	})
}

// LoadPaper puts in a roll without end; the printer goes on with what is in its buffer. What hung out of the printer is
// torn off by the way: Scraps has it.
func (p *Printer) LoadPaper() { p.load(0, false) }

// LoadRoll puts in a roll of so many dots.
func (p *Printer) LoadRoll(dots int) { p.load(dots, false) }

// LoadPaperWrongWay puts in a roll without end with its coated side down: it feeds, and nothing shows on it.
func (p *Printer) LoadPaperWrongWay() { p.load(0, true) }

func (p *Printer) load(dots int, wrongWay bool) {
	p.change(func() {
		if p.paper.marked() {
			p.scraps = append(p.scraps, p.paper.piece(p.paper.strip, p.taken[:p.done]))
		}
		p.paper.renew()
		p.paper.endless, p.paper.left, p.paper.wrongWay, p.is.paperEnd = dots <= 0, dots, wrongWay, false
	})
}

// Tear is a person who tears off what hangs out, at the cutter or the tear bar. What lies between it and the head stays
// and comes out with the next slip. ok is false when nothing hangs out.
func (p *Printer) Tear() (s Slip, ok bool) {
	p.change(func() {
		if s, ok = p.paper.cut(p.taken[:p.done]); ok {
			p.slips = append(p.slips, s)
		}
	})
	return s, ok
}

// BreakCutter lets every cut fail from now on; MendCutter ends that.
func (p *Printer) BreakCutter() { p.change(func() { p.is.cutterBroken = true }) }

// MendCutter frees the cutter. A fault it caused lasts until the printer is told to recover.
func (p *Printer) MendCutter() { p.change(func() { p.is.cutterBroken = false }) }

// Mute lets the printer answer nothing from now on, or answer again.
func (p *Printer) Mute(on bool) { p.change(func() { p.is.mute = on }) }

// HeatHead makes the print head too hot, or lets it cool down. While it is hot the printer is offline and rests; then
// it goes on by itself.
func (p *Printer) HeatHead(on bool) { p.change(func() { p.is.hot = on }) }

// SagVoltage lets the supply fall below what the head needs, or recover. The printer rests meanwhile.
func (p *Printer) SagVoltage(on bool) { p.change(func() { p.is.sagging = on }) }

// JamPaper jams the paper; ClearJam is a person who takes the jam out.
func (p *Printer) JamPaper() { p.change(func() { p.is.jam = true }) }

// ClearJam takes a jam out; the printer goes on.
func (p *Printer) ClearJam() { p.change(func() { p.is.jam = false }) }

// Ruin breaks the printer for good: only PowerOff and PowerOn end it.
func (p *Printer) Ruin() { p.change(func() { p.is.ruined = true }) }

// PowerOff takes the power away: what is in the buffers and every setting is lost, the paper stays as it is. Off, the
// printer hears nothing and answers nothing.
func (p *Printer) PowerOff() {
	p.change(func() {
		p.clear()
		p.realTime, p.answers, p.asb, p.told = nil, nil, 0, nil
		p.is.off, p.is.ruined, p.is.cutterFault = true, false, false
	})
}

// PowerOn switches the printer on again.
func (p *Printer) PowerOn() { p.change(func() { p.is.off = false }) }

// Echo sends every byte back that arrives, as a line in half duplex does, or ends that.
func (p *Printer) Echo(on bool) { p.change(func() { p.is.echo = on }) }

// Noise puts bytes on the line as if the printer had sent them.
func (p *Printer) Noise(b ...byte) { p.change(func() { p.answers = append(p.answers, b...) }) }
