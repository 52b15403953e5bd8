package papersim

// resample returns what a serial port set to heard bits a second makes of bytes sent at another speed: it takes the
// first low level for a start bit and looks at the line in the middle of each of its own bits.
func resample(b []byte, sent, heard int) []byte {
	// Time in units of half a bit of both: a sender's bit is 2×heard long, a receiver's 2×sent.
	high := func(t int) bool {
		n := t / (2 * heard)
		if n >= 10*len(b) {
			return true // idle
		}
		switch k := n % 10; k {
		case 0:
			return false // start
		case 9:
			return true // stop
		default:
			return b[n/10]>>(k-1)&1 == 1
		}
	}
	var out []byte
	for t := 0; t < 10*len(b)*2*heard; {
		if high(t) {
			t = (t/(2*heard) + 1) * 2 * heard
			continue
		}
		var c byte
		for k := range 8 {
			if high(t + sent*(2*k+3)) {
				c |= 1 << k
			}
		}
		out = append(out, c)
		t += sent * 19
	}
	return out
}
