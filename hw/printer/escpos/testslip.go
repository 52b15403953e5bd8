package escpos

import (
	"fmt"
	"strings"

	"example.org/totem/hw/printer/raster"
	"example.org/totem/ticket"
)

// TestSlip returns the bytes of a slip for the technician, and how much paper it takes, in dots. It holds no ticket. From
// top to bottom: the profile and its measures; a ruler over the whole width, with a mark at the first and the last dot;
// grey steps of 0, 25, 50, 75 and 100 %; a digit in each column, which stay on one line if the profile is right; letters of each code page with its number; a QR by the printer itself, where it
// can, and one that is drawn, both saying [TestWords]; then the cut. A model without letters gets the pictures alone
// unless the encoder has a setter.
func (e Encoder) TestSlip() (data []byte, dots int, err error) {
	w := e.writer()
	w.say(ticket.RoleOffice, "TOTEM")
	w.say(ticket.RoleStrong, w.p.Name)
	a := w.p.Abilities
	w.say(ticket.RoleDate, fmt.Sprintf("%d dots, %d dpi, %.1f mm", a.Dots, a.DPI, float64(a.Dots)*25.4/float64(a.DPI)))
	w.picture(ruler(w.p.format()))
	w.feed(gap)
	w.picture(greys(w.p.format()))
	w.feed(gap)
	if len(w.p.pages) > 0 {
		w.row(w.p.pages[0], count(a.Columns))
	}
	for _, p := range w.p.pages {
		words, _, _ := p.spell(fmt.Sprintf("%s = %d: %s", p.name, p.number, p.sample()))
		for _, row := range balance(words, a.Columns) {
			w.row(p, row)
		}
	}
	w.feed(gap)
	if a.QR {
		if err := w.qr(TestWords); err != nil {
			return nil, 0, fmt.Errorf("encode a test slip: %w", err)
		}
		w.feed(gap)
	}
	if err := w.drawQR(TestWords); err != nil {
		return nil, 0, fmt.Errorf("encode a test slip: %w", err)
	}
	w.say(ticket.RoleDate, w.p.Model)
	return w.end()
}

// TestWords is what the QRs of a test slip say.
const TestWords = "TOTEM TEST"

const gap = 32 // dots between the parts of a test slip

// say sets a line if the model has letters for it, or the encoder a setter.
func (w *writer) say(role ticket.Role, text string) {
	if _, _, ok := w.p.spell(text, w.page); ok || w.set != nil {
		_ = w.text(ticket.Line{Role: role, Text: text}, ticket.Slip{}) // it fails only for want of a setter
	}
}

// row sets letters of a given page.
func (w *writer) row(p page, words []rune) {
	s := size{1, w.p.timesFor(capitalBody)}
	w.turnTo(p)
	w.alignTo(centre)
	w.embolden(false)
	w.resize(s)
	w.pitch(s.pitch())
	w.add(p.bytes(words)...)
	w.newline()
}

// count returns so many digits: 123456789012…
func count(columns int) []rune {
	digits := make([]rune, columns)
	for i := range digits {
		digits[i] = rune('0' + (i+1)%10)
	}
	return digits
}

// sample returns the letters of a page that languages of the slips need beyond the first page of ASCII.
func (p page) sample() string {
	const wanted = "àèéìòùÀÈ äöüßÄÖÜ âçêîôœ áíñóú¿ ăâîșțĂȘ жщыюя ґєії €"
	var words []string
	for word := range strings.FieldsSeq(wanted) {
		if _, exact, ok := p.spell(word); ok && (exact || strings.ContainsRune(word, 'ș')) {
			words = append(words, word)
		}
	}
	return strings.Join(words, " ")
}

// ruler draws millimetres, tall at fives and tens, hanging from a line; below it a tick every eight dots; and at both
// edges a bar of one dot over the whole height.
func ruler(f raster.Format) raster.Picture {
	const tall, dotTicks = 48, 8
	p := raster.New(f.Dots, tall+dotTicks+8)
	for x := range f.Dots {
		p.Blacken(x, 0)
		p.Blacken(x, 1)
	}
	for mm := 0; ; mm++ {
		x := int(float64(mm) * float64(f.DPI) / 25.4)
		if x >= f.Dots {
			break
		}
		high := tall / 3
		switch {
		case mm%10 == 0:
			high = tall
		case mm%5 == 0:
			high = tall / 3 * 2
		}
		for y := range high {
			p.Blacken(x, y)
		}
	}
	for x := 0; x < f.Dots; x += 8 {
		for y := range dotTicks {
			p.Blacken(x, tall+8+y)
		}
	}
	for y := range p.Height {
		p.Blacken(0, y)
		p.Blacken(f.Dots-1, y)
	}
	return p
}

// greys draws five fields from white to black, framed, dithered in squares of four dots.
func greys(f raster.Format) raster.Picture {
	const steps, high = 5, 64
	order := [4][4]int{{0, 8, 2, 10}, {12, 4, 14, 6}, {3, 11, 1, 9}, {15, 7, 13, 5}} // Bayer
	p := raster.New(f.Dots, high)
	for y := range high {
		for x := range f.Dots {
			step := x * steps / f.Dots
			edge := y == 0 || y == high-1 || x == f.Dots-1 || x == 0
			if edge || order[y%4][x%4] < step*16/(steps-1) {
				p.Blacken(x, y)
			}
		}
	}
	return p
}
