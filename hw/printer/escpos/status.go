package escpos

import "example.org/totem/paper"

// questions asks DLE EOT 1 to 4 at once: a printer answers them in order, one byte each.
//
//	n  bit 2         bit 3          bit 5              bit 6
//	1  drawer pin    offline        waits to recover   FEED pressed
//	2  cover open    fed by button  paper end          error
//	3  jam           cutter         unrecoverable      recovers by itself: head hot, supply
//	4  bits 2 and 3: near end       bits 5 and 6: paper end
var questions = [...]byte{
	dle, eot, 1,
	dle, eot, 2,
	dle, eot, 3,
	dle, eot, 4,
}

const (
	dle = 0x10
	eot = 0x04
)

// statusOf reads the four answers.
func statusOf(answers [4]byte) paper.Status {
	var s paper.Status
	on := func(n int, bits byte, condition paper.Status) {
		if answers[n-1]&bits != 0 {
			s |= condition
		}
	}
	on(1, 1<<3, paper.Offline)
	on(2, 1<<2, paper.CoverOpen)
	on(2, 1<<5, paper.PaperEnd)
	on(3, 1<<2, paper.Jam)
	on(3, 1<<3, paper.CutterFault)
	on(3, 1<<5, paper.Unrecoverable)
	on(3, 1<<6, paper.HeadHot)
	on(4, 3<<2, paper.NearEnd)
	on(4, 3<<5, paper.PaperEnd)
	if answers[1]&(1<<6) != 0 && s.Ready() {
		s |= paper.Offline // an error of no known cause
	}
	return s
}
