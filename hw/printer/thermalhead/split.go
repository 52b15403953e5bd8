package thermalhead

import "math/bits"

// splitter cuts a dot line into parts that the supply can light together.
type splitter struct {
	most  int // dots of a part
	parts [][]byte
}

func newSplitter(dots, most int) splitter {
	s := splitter{most: most, parts: make([][]byte, (dots+most-1)/most)}
	for i := range s.parts {
		s.parts[i] = make([]byte, dots/8)
	}
	return s
}

// split returns the parts of row from the left, as few as the number of its black dots allows, and as equal as can be, so
// that the supply sags alike under each. They hold until the next split.
func (s *splitter) split(row []byte) [][]byte {
	black := count(row)
	n := (black + s.most - 1) / s.most
	part, room := -1, 0
	for i, b := range row {
		for j := range n {
			s.parts[j][i] = 0
		}
		for b != 0 {
			top := byte(1) << (bits.Len8(b) - 1)
			if room == 0 {
				part++
				room = (black + n - 1 - part) / n
			}
			s.parts[part][i] |= top
			b &^= top
			room--
		}
	}
	return s.parts[:n]
}

func count(row []byte) (black int) {
	for _, b := range row {
		black += bits.OnesCount8(b)
	}
	return black
}
