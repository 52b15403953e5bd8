package escpos

import (
	"fmt"
	"slices"

	"example.org/totem/hw/printer/raster"
	"example.org/totem/locale"
	"example.org/totem/ticket"
)

const (
	maxRows       = 128  // rows of one raster command; a status question may stand behind each
	carefulBuffer = 2048 // bytes of a buffer whose size is not known
	inset         = 16   // white beside lines that stand at one side, dots
)

func (p Profile) format() raster.Format {
	return raster.Format{Dots: p.Abilities.Dots, DPI: p.Abilities.DPI}
}

// drawLine sends one line of a slip as dots.
func (w *writer) drawLine(line ticket.Line, lang locale.Lang) error {
	if w.set == nil {
		return fmt.Errorf("a line %s: %w", line.Role, errNoSetter)
	}
	f := w.p.format()
	f.Dots -= 2 * inset
	w.picture(centred(raster.Text(w.set, line, lang, f), w.p.Abilities.Dots))
	w.feed(below(line.Role))
	return nil
}

// drawSlip sends a whole slip as dots, to a model that has no letters.
func (w *writer) drawSlip(s ticket.Slip) error {
	if w.set == nil {
		return errNoSetter
	}
	p, err := raster.Slip(w.set, s, w.p.format())
	if err != nil {
		return err
	}
	w.picture(p)
	return nil
}

// centred returns p in the middle of a wider picture.
func centred(p raster.Picture, wide int) raster.Picture {
	out := raster.New(wide, p.Height)
	from := (wide - p.Width) / 2
	for y := range p.Height {
		for x := range p.Width {
			if p.Black(x, y) {
				out.Blacken(from+x, y)
			}
		}
	}
	return out
}

// picture sends black dots only: white rows are fed, white edges are left out.
func (w *writer) picture(p raster.Picture) {
	const least = 6 // white rows that are worth the bytes of a feed and a new command
	white := 0
	for y := 0; y < p.Height; {
		if blank(p.Row(y)) {
			white++
			y++
			continue
		}
		w.feed(white)
		white = 0
		end := y + 1
		for next := end; next < p.Height && next-end < least; next++ {
			if !blank(p.Row(next)) {
				end = next + 1
			}
		}
		w.band(p, y, end)
		y = end
	}
	w.feed(white)
}

func blank(row []byte) bool {
	for _, b := range row {
		if b != 0 {
			return false
		}
	}
	return true
}

// band sends the rows from y to end in slices, without the white at the sides.
func (w *writer) band(p raster.Picture, y, end int) {
	if len(w.p.dotRow) > 0 {
		w.rows(p, y, end)
		return
	}
	first, last := inked(p, y, end)
	var from, to int
	side := centre
	if before, after := first, p.Stride()-1-last; before+after > 2*min(before, after)+2 {
		// It stands at one side: cut the white of the other only.
		from, to, side = 0, last+1, left
		if before > after {
			from, to, side = first, p.Stride(), right
		}
	} else {
		from, to = min(before, after), p.Stride()-min(before, after)
	}
	w.alignTo(side)
	for ; y < end; y += w.p.sliceRows(to - from) {
		w.raster(p, y, min(end, y+w.p.sliceRows(to-from)), from, to)
	}
}

// inked returns the first and the last byte of the rows with a black dot.
func inked(p raster.Picture, y, end int) (first, last int) {
	first = p.Stride()
	for ; y < end; y++ {
		for i, b := range p.Row(y) {
			if b != 0 {
				first, last = min(first, i), max(last, i)
			}
		}
	}
	return first, last
}

// sliceRows returns how many rows of so many bytes go into one command: no more than half of the printer's buffer.
func (p Profile) sliceRows(wide int) int {
	buffer := p.buffer
	if buffer == 0 {
		buffer = carefulBuffer
	}
	const head = 8
	return max(1, min(maxRows, (buffer/2-head)/wide))
}

// raster sends the bytes from to to of the rows y to end.
//
//	1D 76 30 00 xL xH yL yH data        GS v 0: x in bytes, y in dots; 8 dots a byte, the leftmost in the highest bit
func (w *writer) raster(p raster.Picture, y, end, from, to int) {
	wide, high := to-from, end-y
	w.add(gs, 'v', '0', 0)
	w.numbers(wide, high)
	for ; y < end; y++ {
		w.add(calm(p.Row(y)[from:to])...)
	}
	w.dots += high
}

// rows sends dot rows one by one, as models do that have no GS v 0.
//
//	<dotRow> n data        n bytes
func (w *writer) rows(p raster.Picture, y, end int) {
	for ; y < end; y++ {
		_, last := inked(p, y, y+1)
		if blank(p.Row(y)) {
			last = 0
		}
		if last+1 == dle {
			last = min(last+1, p.Stride()-1) // the number of bytes would begin a real-time command
		}
		w.add(w.p.dotRow...)
		w.add(byte(last + 1))
		w.add(calm(p.Row(y)[:last+1])...)
		w.dots++
	}
}

// calm returns a row without real-time commands. A byte 10 is a single dot with white at both sides; with another beside it
// nobody sees a difference. A row's last byte 10 goes too: the next row, or a question, may stand behind it.
func calm(row []byte) []byte {
	row = slices.Clone(row)
	for i, b := range row {
		if b == dle && (i == len(row)-1 || row[i+1] == eot || row[i+1] == enq || row[i+1] == dc4) {
			row[i] = dle | dle<<1
		}
	}
	return row
}
