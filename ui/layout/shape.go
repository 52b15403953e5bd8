package layout

import (
	"cmp"
	"image"
	"image/color"
	"math"
	"strings"

	"example.org/totem/kiosk"
	"example.org/totem/locale"
	"example.org/totem/typeset"
	"example.org/totem/ui/look"
)

// block is how a rectangle looks.
type block struct {
	fill, stroke color.RGBA
	width        float64 // of the border, in design pixels
	radius       float64 // in design pixels
	dash         bool
	edge         float64 // in design pixels
	edgeInk      color.RGBA
}

// draw adds a shape to the plan.
func (p *placer) draw(s Shape) {
	if !p.dry {
		p.plan.Shapes = append(p.plan.Shapes, s)
	}
}

func (p *placer) block(rect image.Rectangle, b block) {
	s := Shape{
		Kind: Block, Rect: rect, Fill: b.fill, Radius: p.scale.Px(b.radius), Dash: b.dash,
		Edge: p.scale.Px(b.edge), EdgeInk: b.edgeInk,
	}
	if b.stroke.A != 0 && b.width > 0 {
		s.Stroke = b.stroke
		s.Width = max(1, p.scale.Px(b.width))
	}
	p.draw(s)
}

// align says at which part of a line's width its place is.
type align uint8

const (
	left align = iota
	middle
	right
)

// words is how a text is set.
type words struct {
	size   float64 // in design pixels
	weight typeset.Weight
	ink    color.RGBA
	align  align
	lines  int     // at most
	height float64 // of a line, as a part of the size
	space  float64 // after every letter, in design pixels
	struck bool
	fixed  bool        // stands around every screen, and grows no more than eyes need
	even   bool        // lines of about the same length, as they always are but from the left
	lang   locale.Lang // zero: the screen's
}

func (p *placer) style(w words) typeset.Style {
	return typeset.Style{Size: p.typeSize(w), Weight: w.weight, Spacing: p.scale.Size(w.space), Lang: cmp.Or(w.lang, p.lang)}
}

// typeSize is the size of words in pixels, as the citizen wants it.
func (p *placer) typeSize(w words) float64 {
	if w.fixed {
		return p.scale.Fixed(w.size, p.percent)
	}
	return p.scale.Type(w.size, p.percent)
}

// lineHeight is the height of a line of words; running text is set closer where it is tight.
func (p *placer) lineHeight(w words) int {
	if p.tight >= 3 {
		w.height = min(w.height, look.TightLine)
	}
	return int(math.Round(p.typeSize(w) * w.height))
}

// text sets words below top, in the width of span, and returns their height. Without lines to set it is 0.
func (p *placer) text(b kiosk.Box, text string, span image.Rectangle, top int, w words) int {
	w.lang = b.Lang
	lines, fits := p.broken(text, span.Dx(), w)
	if !fits {
		p.misfit(b, text, "the words do not fit their width")
	}
	height := p.lineHeight(w)
	for i, line := range lines {
		// The middle of the letters, ascenders and descenders alike, is the middle of the line.
		free := float64(height) - line.Ascent - line.Descent
		base := top + i*height + int(math.Round(free/2+line.Ascent))
		p.line(line, span, base, w)
	}
	return len(lines) * height
}

// factDot stands between two facts on one line.
const factDot = " · "

// broken breaks words into lines, running text so that each is full. Facts that do not go on one line get a line each,
// and where they are too long for that no line begins with their dot. Larger text may take more lines.
func (p *placer) broken(text string, width int, w words) ([]typeset.Line, bool) {
	if w.lines > 1 && !w.fixed {
		w.lines = (w.lines*p.percent + 99) / 100
	}
	if strings.Contains(text, factDot) && p.width(text, w) > width {
		if lines, ok := p.facts(strings.Split(text, factDot), width, w); ok {
			return lines, true
		}
	}
	text = strings.ReplaceAll(text, factDot, "\u00a0· ")
	set := p.filled
	if w.align != left || w.even {
		set = func(text string, width int, w words) ([]typeset.Line, bool) {
			return p.set.Balanced(text, p.style(w), float64(width), w.lines)
		}
	}
	lines, fits := set(text, width, w)
	if !fits && strings.Contains(text, "@") { // an address that is wider than its room is parted before its host
		return set(strings.ReplaceAll(text, "@", breakHere+"@"), width, w)
	}
	return lines, fits
}

// breakHere is where a line may end within a word: a space without width.
const breakHere = "\u200b"

// facts sets each fact on its own line, ok false where one is too long or there are too many.
func (p *placer) facts(facts []string, width int, w words) (lines []typeset.Line, ok bool) {
	for _, fact := range facts {
		line := p.set.Measure(fact, p.style(w))
		if line.Width > float64(width) || len(lines) == w.lines {
			return nil, false
		}
		lines = append(lines, line)
	}
	return lines, true
}

// filled fills each line, but leaves no word alone on the last one if the line before can give it company.
func (p *placer) filled(text string, width int, w words) ([]typeset.Line, bool) {
	lines, fits := p.set.Lines(text, p.style(w), float64(width), w.lines)
	last := len(lines) - 1
	if !fits || last < 1 || strings.Contains(lines[last].Text, " ") {
		return lines, fits
	}
	company, fit := p.set.Lines(text, p.style(w), lines[last-1].Width-1, w.lines)
	if !fit || len(company) != len(lines) {
		return p.set.Balanced(text, p.style(w), float64(width), w.lines)
	}
	return company, true
}

// centre sets words so that the capitals of one line, or the block of several, stand in the middle of box's height.
func (p *placer) centre(b kiosk.Box, text string, box image.Rectangle, w words) {
	w.lang = b.Lang
	lines, fits := p.broken(text, box.Dx(), w)
	if !fits {
		p.misfit(b, text, "the words do not fit their width")
	}
	if len(lines) == 0 {
		return
	}
	height := p.lineHeight(w)
	capital := lines[0].Capital
	span := float64((len(lines)-1)*height) + capital
	first := float64(box.Min.Y+box.Max.Y)/2 - span/2 + capital
	for i, line := range lines {
		p.line(line, box, int(math.Round(first))+i*height, w)
	}
	if len(lines)*height > box.Dy() {
		p.misfit(b, text, "the words do not fit their height")
	}
}

func (p *placer) line(line typeset.Line, span image.Rectangle, base int, w words) {
	if p.dry {
		return
	}
	width := int(math.Ceil(line.Width))
	x := span.Min.X
	switch w.align {
	case middle:
		x += (span.Dx() - width) / 2
	case right:
		x = span.Max.X - width
	}
	// Letters reach a little beyond their advances.
	over := 2 + int(line.Style.Size/12)
	shape := Shape{
		Kind: Text, Fill: w.ink, Words: strings.ReplaceAll(line.Text, breakHere, ""), Style: line.Style, At: image.Pt(x, base), Over: over,
		Rect: image.Rect(x-over, base-int(math.Ceil(line.Ascent)), x+width+over, base+int(math.Ceil(line.Descent))),
	}
	if w.struck {
		shape.Width = max(2, p.scale.Px(3))
	}
	p.draw(shape)
}

// width returns how wide a text is on one line.
func (p *placer) width(text string, w words) int {
	return int(math.Ceil(p.set.Measure(text, p.style(w)).Width))
}

func (p *placer) icon(name string, rect image.Rectangle, ink color.RGBA, width float64) {
	p.draw(Shape{
		Kind: Icon, Rect: rect, Fill: ink, Words: name, Width: max(2, p.scale.Px(width)),
	})
}

// card is the frame of something that can be touched, or that is struck off.
func (p *placer) card(b kiosk.Box, rect image.Rectangle, radius float64) {
	look := block{fill: p.theme.Paper, stroke: p.theme.Line, width: p.theme.Border, radius: radius}
	if b.Off {
		look.fill, look.dash = color.RGBA{}, true
	}
	p.block(rect, look)
}

// find returns the first child of a role.
func find(b kiosk.Box, role kiosk.Role) (kiosk.Box, bool) {
	for _, c := range b.Children {
		if c.Role == role {
			return c, true
		}
	}
	return kiosk.Box{}, false
}

func label(size float64, ink color.RGBA) words {
	return words{size: size, weight: typeset.Bold, ink: ink, align: middle, lines: 2, height: look.TightLine}
}
