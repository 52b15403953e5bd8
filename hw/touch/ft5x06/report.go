package ft5x06

import (
	"errors"
	"fmt"

	"example.org/totem/hw/touch/contact"
)

// A report, from register 0x02 on:
//
//	0       bits 3–0: how many points there are; sisters of ten fingers tell up to 10
//	1 + 6n  point n, for five points:
//	        0  bits 7–6: 0 it was laid down, 1 it was lifted, 2 it stays, 3 no point; bits 3–0: x, bits 11–8
//	        1  x, bits 7–0
//	        2  bits 7–4: the finger's number, 15 for none; bits 3–0: y, bits 11–8
//	        3  y, bits 7–0
//	        4  how heavy it is (not used)
//	        5  how large it is (not used)
const (
	points     = 5 // that are read: one finger is all that a totem needs
	mostPoints = 10
	pointSize  = 6
	reportSize = 1 + points*pointSize
)

// The events of a point that is not on the glass.
const (
	lifted = 1
	none   = 3
)

var errNumber = errors.New("the chip tells of a finger without a number")

// parseReport appends the contacts of a report. An error is that of a report that cannot be; then nothing of it is to be
// believed.
func parseReport(to []contact.Contact, report [reportSize]byte, width, height int) ([]contact.Contact, error) {
	count := int(report[0] & 0x0F)
	if count > mostPoints {
		return to, fmt.Errorf("the chip tells of %d fingers", count)
	}
	seen := 0
	for n := range min(count, points) {
		p := report[1+pointSize*n:][:pointSize]
		event, id := p[0]>>6, int(p[2]>>4)
		x, y := int(p[0]&0x0F)<<8|int(p[1]), int(p[2]&0x0F)<<8|int(p[3])
		switch {
		case event == lifted || event == none:
			continue
		case id == 15:
			return to, errNumber
		case x > width || y > height:
			return to, fmt.Errorf("the chip tells of a finger at %d, %d of %d by %d", x, y, width, height)
		case seen&(1<<id) != 0:
			return to, fmt.Errorf("the chip tells of finger %d twice", id)
		}
		seen |= 1 << id
		to = append(to, contact.Contact{ID: int32(id), X: float64(x) / float64(width), Y: float64(y) / float64(height)})
	}
	return to, nil
}
