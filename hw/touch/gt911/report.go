package gt911

import (
	"bytes"
	"fmt"

	"example.org/totem/hw/touch/contact"
)

// most is how many fingers the chips of this family tell apart; a GT911 itself tells five.
const most = 10

// status is register 0x814E:
//
//	bit 7     the report is ready
//	bit 6     something large lies on the glass: a hand, not fingers
//	bit 5     something is near the glass (not used)
//	bit 4     a key beside the glass (not used)
//	bits 3–0  how many points the report has
type status struct {
	ready, large bool
	count        int
}

func parseStatus(b byte) status {
	return status{ready: b&0x80 != 0, large: b&0x40 != 0, count: int(b & 0x0F)}
}

// pointSize is the length of a point in bytes, from register 0x814F on:
//
//	0     bit 7: a pen; bits 3–0: the finger's number
//	1, 2  x, the lower byte first
//	3, 4  y, the lower byte first
//	5, 6  how large it is (not used)
//	7     reserved
const pointSize = 8

// parsePoints appends the contacts of a report's points. An error is that of a point that cannot be; then nothing of the
// report is to be believed.
func parsePoints(to []contact.Contact, points []byte, width, height int, large bool) ([]contact.Contact, error) {
	seen := 0
	for ; len(points) >= pointSize; points = points[pointSize:] {
		id := int(points[0] & 0x0F)
		x, y := int(points[1])|int(points[2])<<8, int(points[3])|int(points[4])<<8
		switch {
		case x > width || y > height:
			return to, fmt.Errorf("the chip tells of a finger at %d, %d of %d by %d", x, y, width, height)
		case seen&(1<<id) != 0:
			return to, fmt.Errorf("the chip tells of finger %d twice", id)
		}
		seen |= 1 << id
		to = append(to, contact.Contact{ID: int32(id), X: float64(x) / float64(width), Y: float64(y) / float64(height), Palm: large})
	}
	return to, nil
}

// parseID returns the chip's name from the four bytes of its register, which are filled with zeros.
func parseID(id [4]byte) string { return string(bytes.TrimRight(id[:], "\x00")) }
