package raster

import (
	"image"
	"math"

	"example.org/totem/locale"
	"example.org/totem/ticket"
	"example.org/totem/typeset"
)

// Text draws one line of a slip in its role's size and weight, wrapped to f.Dots: in the middle, or, for sentences, at
// the side where lang begins to read. A word that is too long is broken; nothing is left out. The picture is f.Dots
// wide and as high as its rows of text, without white above or below them. A rule, a QR and a paper that is none give
// an empty picture.
func Text(set *typeset.Setter, line ticket.Line, lang locale.Lang, f Format) Picture {
	if !f.usable() || line.Role == ticket.RoleRule || line.Role == ticket.RoleQR {
		return Picture{}
	}
	b := lookOf(line.Role).block(set, line.Text, lang, f, f.Dots)
	p := New(f.Dots, b.height)
	b.draw(&p, 0, 0)
	return p
}

// block is a piece of a slip that is set and waits for its place. Text has rows, a rule and a QR a picture.
type block struct {
	above, below  int // white that it wants around itself
	width, height int
	rows          []row
	picture       Picture
}

// row is a line of text: its ink, as seen from the block's top left corner.
type row struct {
	ink *image.Alpha
	at  image.Point // where the line's left end and its baseline are
}

// block sets a text for a column of width dots.
func (l look) block(set *typeset.Setter, text string, lang locale.Lang, f Format, width int) block {
	lines := l.lines(set, text, lang, f, width)
	b := block{above: f.dots(l.above), below: f.dots(l.below), width: width}
	if len(lines) == 0 {
		return b
	}
	inks := make([]*image.Alpha, len(lines))
	em := lines[0].Style.Size
	// Room for what Latin letters have above and below the line; taller scripts take more.
	up, down := int(0.98*em), int(0.28*em)
	if l.tight {
		up, down = 0, 0
	}
	for i, line := range lines {
		inks[i] = set.Dots(line)
		up, down = max(up, 1-inks[i].Rect.Min.Y), max(down, inks[i].Rect.Max.Y+1)
	}
	for i, line := range lines {
		x := 0
		switch space := float64(width) - line.Width; {
		case !l.begin:
			x = int(space / 2)
		case lang.RightToLeft():
			x = int(space)
		}
		// Letters may reach a little out of their line, but never off the paper.
		x = max(min(x, width-inks[i].Rect.Max.X), -inks[i].Rect.Min.X)
		b.rows = append(b.rows, row{inks[i], image.Pt(x, b.height+up)})
		b.height += up + down
	}
	return b
}

// lines sets text in the largest of the look's sizes in which it is one line, or else wraps it in the smallest. Only in
// the smallest does text in the middle come near the edges.
func (l look) lines(set *typeset.Setter, text string, lang locale.Lang, f Format, width int) []typeset.Line {
	style := typeset.Style{Weight: l.weight, Lang: lang}
	if l.own {
		style.Lang = ""
	}
	capital := set.Measure("H", typeset.Style{Size: 1000, Weight: l.weight}).Capital / 1000
	for i, mm := range l.sizes {
		style.Size = math.Ceil(float64(f.dots(mm)) / capital)
		room := width
		if !l.begin && i+1 < len(l.sizes) {
			room -= 2 * f.dots(marginMM-edgeMM)
		}
		if line := set.Measure(text, style); line.Width <= float64(room) {
			return []typeset.Line{line}
		}
	}
	lines, _ := set.Balanced(text, style, float64(width), len(text)+1)
	return lines
}

// draw blackens the block's dots in p, its top left corner at x, y.
func (b block) draw(p *Picture, x, y int) {
	for _, r := range b.rows {
		ink := r.ink.Rect
		for top := ink.Min.Y; top < ink.Max.Y; top++ {
			line := r.ink.Pix[r.ink.PixOffset(ink.Min.X, top):][:ink.Dx()]
			for i, v := range line {
				if v != 0 {
					p.Blacken(x+r.at.X+ink.Min.X+i, y+r.at.Y+top)
				}
			}
		}
	}
	for top := range b.picture.Height {
		for left := range b.picture.Width {
			if b.picture.Black(left, top) {
				p.Blacken(x+left, y+top)
			}
		}
	}
}
