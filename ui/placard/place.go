package placard

import (
	"image"
	"image/color"
	"math"
	"strings"

	"example.org/totem/locale"
	"example.org/totem/typeset"
	"example.org/totem/ui/layout"
	"example.org/totem/ui/look"
)

// measure is how roomily a page is set.
type measure struct {
	size    float64 // of letters, as a part of the drawn ones
	details bool    // of steps that are done
	lines   int     // that a cause, a remedy or a detail may have
}

// unlimited is more lines than a panel has.
const unlimited = 200

// measures are tried in this order until a page fits.
func measures() []measure {
	return []measure{
		{1.2, true, unlimited}, {1.1, true, unlimited}, {1, true, unlimited}, {0.92, true, unlimited}, {1, false, unlimited}, {0.92, false, unlimited}, {0.84, false, unlimited}, {0.76, false, unlimited},
		{0.67, false, unlimited}, {0.67, false, 4}, {0.67, false, 2}, {0.67, false, 1},
	}
}

// Place lays out a page on a panel that is known to be possible, in the colours of day. The plan has a misfit for each
// text that was shortened, and one for a page that does not fit however it is set.
func Place(set *typeset.Setter, panel look.Panel, page Page) *layout.Plan {
	var plan *layout.Plan
	for _, m := range measures() {
		p := &placer{set: set, panel: panel, scale: panel.Scale(), theme: look.Light(), m: m}
		if plan = p.place(page); len(plan.Misfits) == 0 || m.lines < unlimited && !p.over {
			break
		}
	}
	return plan
}

// placer sets one page by one measure.
type placer struct {
	set   *typeset.Setter
	panel look.Panel
	scale look.Scale
	theme look.Theme
	m     measure
	plan  layout.Plan
	over  bool // something reaches beyond its room
}

// piece is something of a known height that can be put anywhere.
type piece struct {
	high int
	put  func(left, top int)
}

func (p *placer) place(page Page) *layout.Plan {
	p.plan.Bounds = image.Rect(0, 0, p.panel.Width, p.panel.Height)
	p.block(p.plan.Bounds, layout.Shape{Fill: p.theme.Ground})
	room := p.plan.Bounds
	room.Min.Y = p.band(page)
	room.Max.Y = p.foot(page)
	margin := p.px(look.Margin)
	room = room.Inset(margin)
	room.Min.Y, room.Max.Y = room.Min.Y-margin/4, room.Max.Y+margin/4
	switch {
	case len(page.Sayings) > 0:
		p.service(page, room)
	case len(page.Steps) > 0 && len(page.Trouble) > 0 && p.panel.Landscape():
		p.beside(page, room)
	case len(page.Steps) > 0 || len(page.Trouble) > 0:
		p.report(page, room)
	default:
		p.plain(page, room)
	}
	return &p.plan
}

// report puts title, trouble and steps under each other. What is wrong stands above the steps, for it is what is to be done.
func (p *placer) report(page Page, room image.Rectangle) {
	width := room.Dx()
	pieces := []piece{p.heading(page, width, false)}
	if len(page.Trouble) > 0 {
		pieces = append(pieces, p.trouble(page.Trouble, width))
	}
	if len(page.Steps) > 0 {
		pieces = append(pieces, p.steps(page.Steps, width))
	}
	p.column(pieces, room, 0)
}

// beside puts title and trouble to the right of the steps: for a wide panel.
func (p *placer) beside(page Page, room image.Rectangle) {
	gap := p.px(look.Pad)
	left, right := room, room
	left.Max.X = room.Min.X + (room.Dx()-gap)*48/100
	right.Min.X = left.Max.X + gap
	p.column([]piece{p.steps(page.Steps, left.Dx())}, left, 0)
	p.column([]piece{p.heading(page, right.Dx(), false), p.trouble(page.Trouble, right.Dx())}, right, 0)
}

// plain puts mark and words into the middle.
func (p *placer) plain(page Page, room image.Rectangle) {
	pieces := []piece{p.heading(page, room.Dx(), true)}
	if page.Mark != "" {
		pieces = append([]piece{p.mark(page.Mark, room.Dx())}, pieces...)
	}
	p.column(pieces, room, 0.46)
}

// column puts pieces under each other; part of the free height stays above them.
func (p *placer) column(pieces []piece, room image.Rectangle, part float64) {
	gap := p.px(look.ButtonGap)
	high := -gap
	for _, one := range pieces {
		high += one.high + gap
	}
	free := room.Dy() - high
	if free < 0 {
		p.misfit("", "the page is higher than the panel")
		p.over = true
	}
	top := room.Min.Y + int(part*float64(max(free, 0)))
	for _, one := range pieces {
		one.put(room.Min.X, top)
		top += one.high + gap
	}
}

// px is a design measure that does not shrink with the letters.
func (p *placer) px(design float64) int { return p.scale.Px(design) }

func (p *placer) misfit(text, why string) {
	p.plan.Misfits = append(p.plan.Misfits, layout.Misfit{Text: text, Why: why})
}

func (p *placer) block(rect image.Rectangle, s layout.Shape) {
	s.Kind, s.Rect = layout.Block, rect
	p.plan.Shapes = append(p.plan.Shapes, s)
}

// words is how a text is set.
type words struct {
	size   float64 // in design pixels
	weight typeset.Weight
	ink    color.RGBA
	lines  int     // at most; 0 is as many as it takes
	height float64 // of a line, as a part of the size; 0 is that of running text
	middle bool    // in the middle of its width
	right  bool    // at the right end of its width
	even   bool    // lines of about the same length
	lang   locale.Lang
}

func (p *placer) style(w words) typeset.Style {
	return typeset.Style{Size: p.scale.Size(w.size) * p.m.size, Weight: w.weight, Lang: w.lang}
}

// longText is from how many bytes on nobody sees whether lines are of one length, and finding out takes long.
const longText = 240

// softBreaks lets long addresses and paths end a line after these signs.
func softBreaks(text string) string {
	return strings.NewReplacer("/", "/\u200b", "=", "=\u200b", "_", "_\u200b").Replace(text)
}

// text sets words within a width.
func (p *placer) text(text string, width int, w words) piece {
	style, limit := p.style(w), w.lines
	if limit == 0 {
		limit = p.m.lines
	}
	breakLines := p.set.Lines
	if (w.middle || w.even) && len(text) < longText {
		breakLines = p.set.Balanced
	}
	lines, fits := breakLines(text, style, float64(width), limit)
	if !fits {
		if lines, fits = breakLines(softBreaks(text), style, float64(width), limit); !fits {
			p.misfit(text, "the words do not fit")
			p.over = p.over || w.lines == 1
		}
	}
	if w.height == 0 {
		w.height = look.LooseLine
	}
	high := int(math.Round(style.Size * w.height))
	return piece{len(lines) * high, func(left, top int) {
		for i, line := range lines {
			free := float64(high) - line.Ascent - line.Descent
			p.line(line, image.Rect(left, 0, left+width, 0), top+i*high+int(math.Round(free/2+line.Ascent)), w)
		}
	}}
}

// line puts a line on its baseline.
func (p *placer) line(line typeset.Line, span image.Rectangle, base int, w words) {
	width := int(math.Ceil(line.Width))
	x := span.Min.X
	switch {
	case w.middle:
		x += (span.Dx() - width) / 2
	case w.right || line.RightToLeft:
		x = span.Max.X - width
	}
	over := 2 + int(line.Style.Size/12) // letters reach a little beyond their advances
	p.plan.Shapes = append(p.plan.Shapes, layout.Shape{
		Kind: layout.Text, Fill: w.ink, Words: line.Text, Style: line.Style, At: image.Pt(x, base), Over: over,
		Rect: image.Rect(x-over, base-int(math.Ceil(line.Ascent)), x+width+over, base+int(math.Ceil(line.Descent))),
	})
}

// stack puts pieces directly under each other, with a gap between.
func stack(gap int, pieces ...piece) piece {
	whole := piece{high: -gap}
	for _, one := range pieces {
		if one.high > 0 {
			whole.high += one.high + gap
		}
	}
	whole.high = max(whole.high, 0)
	whole.put = func(left, top int) {
		for _, one := range pieces {
			if one.high > 0 {
				one.put(left, top)
				top += one.high + gap
			}
		}
	}
	return whole
}
