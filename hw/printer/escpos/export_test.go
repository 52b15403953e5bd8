package escpos

// NewDevice puts a descriptor that does not block in the place of a character device that is no serial line.
var NewDevice = newDevice

// LPStatus reads the bits of LPGETSTATUS.
var LPStatus = lpStatus

// Commands returns where the commands of a slip end.
func Commands(p Profile, slip []byte) (ends []int, dots int) {
	at := 0
	for _, c := range p.commands(slip) {
		at += c.size
		dots += c.dots
		ends = append(ends, at)
	}
	return ends, dots
}
