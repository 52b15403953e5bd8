package escpos

import "example.org/totem/paper"

const (
	dle = 0x10
	eot = 0x04

	fullStatus = 20 // DLE EOT 20, Custom's full status
)

// simple are the questions of Epson's form. A printer answers them in order, one byte each.
var simple = [...]byte{1, 2, 3, 4}

// question returns the bytes that ask DLE EOT n for each n.
func question(ns ...byte) []byte {
	var b []byte
	for _, n := range ns {
		b = append(b, dle, eot, n)
	}
	return b
}

// fine is the answer of a printer with nothing to report.
const fine = 0x12

// bits are those of an answer's byte that tell a condition, by any of them.
type bits struct {
	at        int // of the byte, from 0
	mask      byte
	condition paper.Status
}

// conditions returns what the bits of an answer tell.
func conditions(answer [4]byte, all ...bits) paper.Status {
	var s paper.Status
	for _, b := range all {
		if answer[b.at]&b.mask != 0 {
			s |= b.condition
		}
	}
	return s
}

// statusOf reads the answers to DLE EOT 1 to 4. A printer that leaves one of them out has [fine] there.
//
//	n  bit 2         bit 3          bit 5              bit 6
//	1  drawer pin    offline        waits to recover   FEED pressed
//	2  cover open    fed by button  paper end          error
//	3  jam           cutter         unrecoverable      recovers by itself: head hot, supply
//	4  bits 2 and 3: near end       bits 5 and 6: paper end
//
// Epson's form does not tell a hot head from a weak supply; it is called a hot head. Clones set bit 3 (1A), bit 5 (32)
// or bits 5 and 6 (72) in any of the answers when the cover is open: that reads as offline or paper end, and either way
// as a printer that is not ready.
func statusOf(answers [4]byte) paper.Status {
	s := conditions(answers,
		bits{0, 1<<3 | 1<<5, paper.Offline},
		bits{1, 1 << 2, paper.CoverOpen},
		bits{1, 1 << 5, paper.PaperEnd},
		bits{2, 1 << 2, paper.Jam},
		bits{2, 1 << 3, paper.CutterFault},
		bits{2, 1 << 5, paper.Unrecoverable},
		bits{2, 1 << 6, paper.HeadHot},
		bits{3, 3 << 2, paper.NearEnd},
		bits{3, 3 << 5, paper.PaperEnd},
	)
	if answers[1]&(1<<6) != 0 && s.Ready() {
		s |= paper.Offline // an error of no known cause
	}
	return s
}

// fullStatusOf reads the answer to DLE EOT 20.
//
//	p paper          bit 0 none, 2 near end, 5 a ticket in the output, 6 end by count
//	u user           bit 0 head up, 1 cover open, 3 motor on, 5 LF pressed, 6 FF pressed
//	r recoverable    bit 0 head temperature, 1 line error, 3 supply voltage, 5 bad command, 6 jam, 7 notch not found
//	n unrecoverable  bit 0 cutter, any other: memory and the like
func fullStatusOf(answer [4]byte) paper.Status {
	s := conditions(answer,
		bits{0, 1 << 0, paper.PaperEnd},
		bits{0, 1<<2 | 1<<6, paper.NearEnd},
		bits{0, 1 << 5, paper.TicketInMouth},
		bits{1, 1<<0 | 1<<1, paper.CoverOpen},
		bits{2, 1 << 0, paper.HeadHot},
		bits{2, 1 << 3, paper.VoltageFault},
		bits{2, 1<<6 | 1<<7, paper.Jam},
		bits{3, 1 << 0, paper.CutterFault},
		bits{3, 0xff &^ (1 << 0), paper.Unrecoverable},
	)
	if !s.Ready() {
		s |= paper.Offline
	}
	return s
}

// automaticOf reads the four bytes of the automatic status.
//
//	1  bit 2 drawer pin, 3 offline, 5 cover open, 6 FEED pressed
//	2  bit 0 waits to recover, 2 jam, 3 cutter, 5 unrecoverable, 6 recovers by itself
//	3  bits 0 and 1 near end, 2 and 3 paper end
func automaticOf(b [4]byte) paper.Status {
	return conditions(b,
		bits{0, 1 << 3, paper.Offline},
		bits{0, 1 << 5, paper.CoverOpen},
		bits{1, 1 << 0, paper.Offline},
		bits{1, 1 << 2, paper.Jam},
		bits{1, 1 << 3, paper.CutterFault},
		bits{1, 1 << 5, paper.Unrecoverable},
		bits{1, 1 << 6, paper.HeadHot},
		bits{2, 3 << 0, paper.NearEnd},
		bits{2, 3 << 2, paper.PaperEnd},
	)
}

// stopped reports a condition that a slip on its way does not survive. A hot head or a weak supply passes.
func stopped(s paper.Status) bool {
	if s&(paper.HeadHot|paper.VoltageFault) != 0 {
		s &^= paper.HeadHot | paper.VoltageFault | paper.Offline
	}
	return !s.Ready()
}
