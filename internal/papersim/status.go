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

var clearSequence = []byte{dle, dc4, 8, 1, 3, 20, 1, 6, 2, 8}

func (p *Printer) listenDC4(cmd []byte) {
	switch {
	case len(cmd) == 2:
	case cmd[2] == 7:
		if len(cmd) == 4 {
			p.realTime = nil
			p.answer(p.automatic()...)
		}
	case !bytes.HasPrefix(clearSequence, cmd):
		p.realTime = nil
	case len(cmd) == len(clearSequence):
		p.realTime = nil
		p.cutterFault = p.cutterBroken && p.cutterFault
		p.clear()
		p.answer(0x37, 0x25, 0)
	}
}

func (p *Printer) recover(n byte) {
	switch n {
	case 1:
		p.cutterFault = false
	case 2:
		p.cutterFault = false
		p.clear()
	}
}

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
		p.answer(always | bit(2, p.coverOpen) | bit(5, p.paperEnd) | bit(6, p.cutterFault))
	case 3:
		p.answer(always | bit(3, p.cutterFault))
	case 4:
		near := p.nearEnd()
		p.answer(always | bit(2, near) | bit(3, near) | bit(5, p.paperEnd) | bit(6, p.paperEnd))
	}
}

func (p *Printer) nearEnd() bool { return !p.paper.endless && p.paper.left < nearEndDots }

// automatic is the four-byte status of GS a.
func (p *Printer) automatic() []byte {
	near := p.nearEnd()
	return []byte{
		0x10 | bit(3, p.offline()) | bit(5, p.coverOpen),
		bit(3, p.cutterFault),
		bit(0, near) | bit(1, near) | bit(2, p.paperEnd) | bit(3, p.paperEnd),
		0,
	}
}

func (p *Printer) tellStatus() {
	if p.asb == 0 {
		return
	}
	if now := p.automatic(); !bytes.Equal(now, p.told) {
		p.told = now
		p.answer(now...)
	}
}

// queuedStatus answers GS r n.
func (p *Printer) queuedStatus(n byte) {
	if p.cfg.NoFence {
		return
	}
	near := p.nearEnd()
	if n == 1 || n == '1' {
		p.answer(bit(0, near) | bit(1, near))
		return
	}
	p.answer(0)
}

// identity answers GS I n: a byte, or a text between 5F and NUL.
func (p *Printer) identity(n byte) {
	if n >= 65 && n <= 69 {
		p.answer(append([]byte{0x5f}, "papersim\x00"...)...)
		return
	}
	p.answer(0x02)
}
