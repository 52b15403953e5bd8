package layout

import (
	"image"
	"unicode"
	"unicode/utf8"

	"example.org/totem/kiosk"
	"example.org/totem/typeset"
	"example.org/totem/ui/look"
)

// typedPlace stands in what was typed for a sign to come.
const typedPlace = '·'

// The sizes of what is typed, in design pixels.
const (
	typedSize = 88.0 // a sign that was typed
	padSize   = 60.0 // a sign on a key
)

// padColumns and padRows are the least of every keypad: letters take no less room than digits, so that nothing moves
// where they give place to each other.
const (
	padColumns = 3
	padRows    = 4
)

// typed paints what was typed so far: a field for each group, with a place of its own for every sign, so that nothing
// moves while signs come and go. The place of the next sign has a thick line, the others to come a thin one. Three groups
// stand over the three columns of keys.
func (p *placer) typed(b kiosk.Box, slot image.Rectangle) (height int) {
	p.leftToRight(slot, func() { height = p.groups(b, slot) })
	return height
}

func (p *placer) groups(b kiosk.Box, slot image.Rectangle) int {
	groups := len(b.Children)
	if groups == 0 {
		return 0
	}
	gap := p.padGap()
	width := (slot.Dx() - (max(groups, padColumns)-1)*gap) / max(groups, padColumns)
	cell, w := p.typedCells(b, width)
	height := p.lineHeight(w) + 2*p.scale.Px([]float64{20, 16, 12, 8, 4}[p.tight])
	x := slot.Min.X + (slot.Dx()-groups*width-(groups-1)*gap)/2
	next := true // the first place to come is the next
	for _, g := range b.Children {
		field := image.Rect(x, slot.Min.Y, x+width, slot.Min.Y+height)
		p.block(field, block{fill: p.theme.Paper, stroke: p.theme.Line, width: p.theme.Border, radius: look.HourRadius})
		at := x + (width-utf8.RuneCountInString(g.Text)*cell)/2
		for _, sign := range g.Text {
			place := image.Rect(at, field.Min.Y, at+cell, field.Max.Y)
			if sign == typedPlace {
				p.toCome(place, w, next)
				next = false
			} else {
				p.centre(g, string(sign), image.Rect(place.Min.X-cell/4, place.Min.Y, place.Max.X+cell/4, place.Max.Y), w)
			}
			at += cell
		}
		x = field.Max.X + gap
	}
	return height
}

// typedCells returns how wide the place of a sign is in groups of this width.
func (p *placer) typedCells(b kiosk.Box, width int) (cell int, w words) {
	w = words{size: typedSize, weight: typeset.Bold, ink: p.theme.Ink, align: middle, lines: 1, height: look.TightLine}
	longest := 1
	for _, g := range b.Children {
		longest = max(longest, utf8.RuneCountInString(g.Text))
	}
	most := (width - 2*p.scale.Px(12)) / longest
	for cell = p.typedCell(w); cell > most && w.size > look.KeySize; cell = p.typedCell(w) {
		w.size -= 2
	}
	return cell, w
}

func (p *placer) typedCell(w words) int { return p.width("0", w) * 4 / 3 }

// toCome paints the place of a sign that is not typed yet: a line where the sign will stand.
func (p *placer) toCome(place image.Rectangle, w words, next bool) {
	thick, ink := max(2, p.scale.Px(4)), p.theme.Line
	if next {
		thick, ink = max(5, p.scale.Px(10)), p.theme.Brand
	}
	capital := int(p.set.Measure("", p.style(w)).Capital)
	foot := (place.Min.Y+place.Max.Y+capital)/2 + p.scale.Px(4)
	side := place.Dx() / 8
	p.block(image.Rect(place.Min.X+side, foot-thick, place.Max.X-side, foot), block{fill: ink})
}

// pads are the keys of a keypad by their kind.
type pads struct {
	letters, digits, words []kiosk.Box
}

func padsOf(b kiosk.Box) (all pads) {
	for _, pad := range b.Children {
		sign, size := utf8.DecodeRuneInString(pad.Text)
		switch {
		case size != len(pad.Text) || size == 0:
			all.words = append(all.words, pad)
		case sign >= '0' && sign <= '9':
			all.digits = append(all.digits, pad)
		default:
			all.letters = append(all.letters, pad)
		}
	}
	return all
}

// besideLast reports whether a sign that is no letter has its place between the last digit and the word.
func (all pads) besideLast(wide int) bool {
	if len(all.letters) != 1 || wide > 1 || len(all.digits) != padColumns*(padRows-1)+1 {
		return false
	}
	sign, _ := utf8.DecodeRuneInString(all.letters[0].Text)
	return !unicode.IsLetter(sign)
}

// grid is where the keys of a keypad lie.
type grid struct {
	slot          image.Rectangle
	columns       int
	width, height int // of a key
	gap           int
}

// at is the place of a key, counted from the top left, and so many columns wide.
func (g grid) at(i, wide int) image.Rectangle {
	x := g.slot.Min.X + i%g.columns*(g.width+g.gap)
	y := g.slot.Min.Y + i/g.columns*(g.height+g.gap)
	return image.Rect(x, y, x+wide*g.width+(wide-1)*g.gap, y+g.height)
}

func (p *placer) gridOf(slot image.Rectangle, columns int) grid {
	gap := p.padGap()
	return grid{slot: slot, columns: columns, width: (slot.Dx() - (columns-1)*gap) / columns, height: p.padHeight(), gap: gap}
}

// keypad paints keys as on a telephone: digits three abreast, the last one in the middle, the word beside it. Letters come
// above digits, or have their places; one sign more stands in the last row.
func (p *placer) keypad(b kiosk.Box, slot image.Rectangle) (height int) {
	p.leftToRight(slot, func() { height = p.pads(b, slot) })
	return height
}

func (p *placer) pads(b kiosk.Box, slot image.Rectangle) int {
	all := padsOf(b)
	start := slot.Min.Y
	g := p.gridOf(slot, padColumns)
	wide := 1
	if !p.wordsFit(all.words, image.Pt(g.width, g.height)) {
		wide = 2
	}
	beside := all.besideLast(wide)
	rows := padRows - 1
	switch {
	case len(all.digits) == 0:
		rows = max(rows, p.letterPads(all.letters, slot, rows))
	case beside:
		p.padKey(all.letters[0], g.at(padColumns*rows+1, 1))
	case len(all.letters) > 0:
		slot.Min.Y += p.letterPads(all.letters, slot, 1) * (g.height + g.gap)
		g.slot = slot
	}
	for i, digit := range all.digits {
		if i == padColumns*rows && wide == 1 && !beside {
			i++ // the last digit stands in the middle
		}
		p.padKey(digit, g.at(i, 1))
	}
	for i, word := range all.words { // the last word ends the last row
		p.padKey(word, g.at(padColumns*(rows+1)-wide*(len(all.words)-i), wide))
	}
	return slot.Min.Y - start + (rows+1)*(g.height+g.gap) - g.gap
}

// letterPads paints letters side by side, in no more rows than most if fingers allow that, and returns their rows.
func (p *placer) letterPads(letters []kiosk.Box, slot image.Rectangle, most int) (rows int) {
	abreast := max(padColumns, (len(letters)+most-1)/most)
	for abreast > padColumns && p.gridOf(slot, abreast).width < p.scale.MM(look.MainTarget) {
		abreast--
	}
	rows = (len(letters) + abreast - 1) / abreast
	if most == 1 {
		abreast = max((len(letters)+rows-1)/rows, padColumns) // rows of about one length
	}
	g := p.gridOf(slot, abreast)
	for i, letter := range letters {
		p.padKey(letter, g.at(i, 1))
	}
	return rows
}

func (p *placer) padGap() int {
	return max(p.scale.Px(look.Gap*[]float64{1, 0.9, 0.8, 0.8, 0.8}[p.tight]), p.scale.MM(look.TargetGap))
}

func (p *placer) padHeight() int {
	height := p.scale.AtLeast([]float64{140, 124, 108, 94, 82}[p.tight], look.MainTarget)
	return max(height, p.lineHeight(p.padWords())+p.scale.Px(12))
}

func (p *placer) padWords() words {
	w := label(padSize, p.theme.Ink)
	w.lines = 1
	w.fixed = p.tight == tightest && p.percent >= 150 // they are large as they are drawn
	return w
}

// padKey paints one key: a sign, or a word after its drawing.
func (p *placer) padKey(b kiosk.Box, cell image.Rectangle) {
	p.control(b, cell, func() {
		p.card(b, cell, look.HourRadius)
		w := p.padWords()
		if b.Off {
			w.ink = p.theme.Soft
		}
		if utf8.RuneCountInString(b.Text) == 1 {
			p.centre(b, b.Text, cell, w)
			return
		}
		p.wordPad(b, cell)
	})
}

// wordPad sets a word into the middle of a key, after the drawing of what it does if it erases: in the direction of the
// language, but the drawing points to the sign that goes, which is the one at the left.
func (p *placer) wordPad(b kiosk.Box, cell image.Rectangle) {
	w, side, gap := p.wordPadWords(b, cell.Size())
	wide := p.width(b.Text, w) + side + gap
	x := cell.Min.X + (cell.Dx()-wide)/2
	y := cell.Min.Y + (cell.Dy()-side)/2
	p.leftToRight(cell, func() { // turned round once more, as the words of the language are
		if side > 0 {
			p.mark(p.eraser(), image.Rect(x, y, x+side, y+side), w.ink)
		}
		cell.Min.X, cell.Max.X = x+side+gap, x+wide+1
		w.align = left
		p.centre(b, b.Text, cell, w)
	})
}

// eraser is the drawing that points to the left when all is turned round.
func (p *placer) eraser() string {
	if p.lang.RightToLeft() {
		return turned("erase")
	}
	return "erase"
}

// wordPadWords returns how the word of a key is set, a step smaller where that keeps it inside the key, and the side of its
// drawing and the space after it; both are 0 for a word that erases nothing. What fits no key grows no more than eyes need.
func (p *placer) wordPadWords(b kiosk.Box, key image.Point) (w words, side, gap int) {
	_, erases := b.Tap.(kiosk.Erase)
	for _, size := range []float64{look.ButtonSize, look.TabSize, look.KeySize, 0} {
		w = label(size, p.theme.Ink)
		w.lines = 1
		if w.size == 0 {
			w.size, w.fixed = look.TabSize, true
		}
		if b.Off {
			w.ink = p.theme.Soft
		}
		if erases {
			side, gap = p.lineHeight(w)*9/8, p.scale.Px(12)
		}
		if p.wordFits(b, key, w, side+gap) {
			return w, side, gap
		}
	}
	if p.wordFits(b, key, w, 0) { // the word alone says it too
		return w, 0, 0
	}
	return w, side, gap
}

// wordFits reports whether a word fits a key beside so many pixels of a drawing.
func (p *placer) wordFits(b kiosk.Box, key image.Point, w words, drawing int) bool {
	return p.width(b.Text, w)+drawing <= key.X-2*p.scale.Px(16) && p.lineHeight(w) <= key.Y
}

// wordsFit reports whether there is one word, and it goes into a key of this size.
func (p *placer) wordsFit(all []kiosk.Box, key image.Point) bool {
	if len(all) != 1 {
		return true
	}
	w, side, gap := p.wordPadWords(all[0], key)
	return p.wordFits(all[0], key, w, side+gap)
}
