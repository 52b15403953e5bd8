package papersim

import "bytes"

// listen takes one received byte and acts on a real-time command as soon as it is complete.
//
//	10 04 n                           status n at once
//	10 05 n                           recover: 1 go on, 2 clear the buffers
//	10 14 07 n                        automatic status at once
//	10 14 08 01 03 14 01 06 02 08     clear the buffers
func (p *Printer) listen(c byte) {
	p.realTime = append(p.realTime, c)
	cmd := p.realTime
	whole := func(n int) bool { return len(cmd) == n }
	switch {
	case cmd[0] != dle:
		p.realTime = nil
	case whole(1):
	case cmd[1] == eot:
		if whole(3) {
			p.realTime = nil
			p.status(cmd[2])
		}
	case cmd[1] == enq:
		if whole(3) {
			p.realTime = nil
			p.recover(cmd[2])
		}
	case cmd[1] == dc4:
		p.listenDC4(cmd)
	default:
		p.realTime = nil
		if c == dle {
			p.realTime = []byte{dle}
		}
	}
}

var clearSequence = [...]byte{dle, dc4, 8, 1, 3, 20, 1, 6, 2, 8}

func (p *Printer) listenDC4(cmd []byte) {
	switch {
	case len(cmd) == 2:
	case cmd[2] == 7:
		if len(cmd) == 4 {
			p.realTime = nil
			p.answer(p.automatic()...)
		}
	case !bytes.HasPrefix(clearSequence[:], cmd):
		p.realTime = nil
	case len(cmd) == len(clearSequence):
		p.realTime = nil
		p.is.cutterFault = p.is.cutterBroken && p.is.cutterFault
		p.clear()
		p.answer(0x37, 0x25, 0)
	}
}

func (p *Printer) recover(n byte) {
	switch n {
	case 1:
		p.is.cutterFault = false
	case 2:
		p.is.cutterFault = false
		p.clear()
	}
}

// nearEndDots is where the near-end sensor of the zero Model trips.
const nearEndDots = 800

func bit(n int, on bool) byte {
	if on {
		return 1 << n
	}
	return 0
}

// status answers DLE EOT n. Bits 1 and 4 are always set.
func (p *Printer) status(n byte) {
	const always = 0x12
	switch n {
	case 1:
		p.answer(always | bit(3, p.offline()))
	case 2:
		p.answer(always | bit(2, p.is.coverOpen) | bit(5, p.is.paperEnd) | bit(6, p.is.failed()))
	case 3:
		p.answer(always | bit(2, p.is.jam) | bit(3, p.is.cutterFault) | bit(5, p.is.ruined) | bit(6, p.is.hot || p.is.sagging))
	case 4:
		near := p.nearEnd()
		p.answer(always | bit(2, near) | bit(3, near) | bit(5, p.is.paperEnd) | bit(6, p.is.paperEnd))
	case 20:
		if p.model.Status == statusCustom {
			p.answer(p.full20()...)
		}
	}
}

// statusCustom is the Model.Status of printers that also answer DLE EOT 20.
const statusCustom = "custom"

// full20 is Custom's answer to DLE EOT 20.
//
//	10 0F p u r n
//	p paper          bit 0 none, 2 near end, 5 slip in the mouth
//	u user           bit 1 cover open, 3 motor on
//	r recoverable    bit 0 head temperature, 3 supply, 6 jam
//	n unrecoverable  bit 0 cutter, 2 memory
func (p *Printer) full20() []byte {
	return []byte{
		dle, 0x0f,
		bit(0, p.is.paperEnd) | bit(2, p.nearEnd()) | bit(5, p.presenter.shown),
		bit(1, p.is.coverOpen) | bit(3, len(p.tasks) > 0 && !p.offline()),
		bit(0, p.is.hot) | bit(3, p.is.sagging) | bit(6, p.is.jam),
		bit(0, p.is.cutterFault) | bit(2, p.is.ruined),
	}
}

func (p *Printer) nearEnd() bool {
	return !p.paper.endless && !p.model.NoNearEnd && p.paper.left < p.model.NearEnd
}

// automatic is the four-byte status of GS a.
func (p *Printer) automatic() []byte {
	near := p.nearEnd()
	return []byte{
		0x10 | bit(3, p.offline()) | bit(5, p.is.coverOpen),
		bit(2, p.is.jam) | bit(3, p.is.cutterFault) | bit(5, p.is.ruined) | bit(6, p.is.hot || p.is.sagging),
		bit(0, near) | bit(1, near) | bit(2, p.is.paperEnd) | bit(3, p.is.paperEnd),
		0,
	}
}

func (p *Printer) tellStatus() {
	if p.asb == 0 || p.is.off {
		return
	}
	now := p.automatic()
	if bytes.Equal(now, p.told) {
		return
	}
	p.told = bytes.Clone(now)
	if p.cfg.XOFFWithStatus {
		now = []byte{now[0], xoff, now[1], now[2], now[3], xon}
	}
	p.answer(now...)
}

// queuedStatus answers GS r n, and ESC v and ESC u, which ask the same.
func (p *Printer) queuedStatus(n byte) {
	near := p.nearEnd()
	if n == 1 || n == '1' {
		p.answer(bit(0, near) | bit(1, near))
		return
	}
	p.answer(0)
}

// identity answers GS I n: a byte, or a text between 5F and NUL. 66 asks for the maker, the rest for the model.
func (p *Printer) identity(n byte) {
	switch {
	case n == 66:
		p.answer(append([]byte{0x5f}, p.model.Maker+"\x00"...)...)
	case n >= 65 && n <= 69:
		p.answer(append([]byte{0x5f}, p.model.Name+"\x00"...)...)
	default:
		p.answer(0x02)
	}
}
