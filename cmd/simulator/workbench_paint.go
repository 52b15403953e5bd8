package main

import (
	"fmt"
	"image"
	"image/color"
	"strings"

	"example.org/totem/internal/papersim"
	"example.org/totem/typeset"
	"example.org/totem/ui/canvas"
	"example.org/totem/ui/look"
)

// Measures of the workbench, in panel pixels.
const (
	benchMargin = 40
	keyHeight   = 80
	keyGap      = 16
	bodyHeight  = 150 // the printer's own
	paperWidth  = 420
)

// place is where the i-th key lies: some abreast, from the foot upwards so that the first stand highest.
func (b *workbench) place(i int) image.Rectangle {
	const most = 16
	rows := (most + b.abreast - 1) / b.abreast
	wide := (b.width - 2*benchMargin - (b.abreast-1)*keyGap) / b.abreast
	x := benchMargin + i%b.abreast*(wide+keyGap)
	y := b.height - benchMargin - (rows-i/b.abreast)*(keyHeight+keyGap) + keyGap
	return image.Rect(x, y, x+wide, y+keyHeight)
}

// Paint implements ui.Beside.
func (b *workbench) Paint(set *typeset.Setter, dst *image.RGBA) {
	b.mu.Lock()
	defer b.mu.Unlock()
	theme := look.Light()
	canvas.Fill(dst, dst.Rect, color.RGBA{0xdd, 0xe3, 0xea, 0xff})
	canvas.Fill(dst, image.Rect(0, 0, 3, b.height), theme.Line)
	words := func(text string, style typeset.Style, x, y int, ink color.RGBA) {
		set.Draw(dst, float64(x), y, set.Measure(text, style), ink)
	}
	words("The printer", typeset.Style{Size: 40, Weight: typeset.Bold}, benchMargin, 74, theme.Ink)
	words("is simulated; the totem does not know", typeset.Style{Size: 24}, benchMargin, 110, theme.Soft)
	slot := b.place(0).Min.Y - bodyHeight - 110
	b.paintPaper(dst, image.Rect(0, 140, b.width, slot))
	b.paintBody(dst, slot, theme)
	b.paintMessage(set, dst, theme)
	for i, line := range b.told() {
		style, ink := typeset.Style{Size: 26}, theme.Soft
		if i == 0 {
			style, ink = typeset.Style{Size: 28, Weight: typeset.SemiBold}, theme.Ink
		}
		words(line, style, benchMargin, slot+bodyHeight+36+i*36, ink)
	}
	for i, k := range b.keys(b.seen.state) {
		b.paintKey(set, dst, b.place(i), k, theme)
	}
}

// paintMessage paints the last message as its citizen sees it, over the paper.
func (b *workbench) paintMessage(set *typeset.Setter, dst *image.RGBA, theme look.Theme) {
	m := b.seen.message
	if b.seen.letters == 0 {
		return
	}
	const line, edge = 34, 24
	style := typeset.Style{Size: 26}
	width := b.width - 2*benchMargin - 2*edge
	lines, _ := set.Balanced(strings.ReplaceAll(m.Text, "\n", " "), style, float64(width), 8)
	height := (len(lines)+1)*line + 2*edge
	at := image.Rect(benchMargin, 140, b.width-benchMargin, 140+height)
	canvas.Draw(dst, canvas.Box{Rect: at, Radius: 28, Fill: theme.Paper, Stroke: theme.Line, Width: 2})
	y := at.Min.Y + edge + 26
	head := typeset.Style{Size: 24, Weight: typeset.SemiBold}
	set.Draw(dst, float64(at.Min.X+edge), y, set.Measure(fmt.Sprintf("Message %d, to %s", b.seen.letters, m.To), head), theme.Brand)
	for i, words := range lines {
		set.Draw(dst, float64(at.Min.X+edge), y+(i+1)*line, words, theme.Ink)
	}
}

func (b *workbench) paintKey(set *typeset.Setter, dst *image.RGBA, at image.Rectangle, k key, theme look.Theme) {
	box := canvas.Box{Rect: at, Radius: 16, Fill: theme.Paper, Stroke: theme.Brand, Width: 3}
	ink := theme.Brand
	if k.on {
		box.Fill, box.Stroke, ink = theme.Caution, theme.CautionEdge, theme.CautionInk
	}
	if b.pressed == k.word {
		box.Fill, ink = theme.Brand, theme.OnBrand
	}
	canvas.Draw(dst, box)
	style := typeset.Style{Size: 25, Weight: typeset.SemiBold}
	lines, _ := set.Balanced(k.word, style, float64(at.Dx()-20), 2)
	top := at.Min.Y + at.Dy()/2 - 16*(len(lines)-1) + 9
	for i, line := range lines {
		set.Draw(dst, float64(at.Min.X)+(float64(at.Dx())-line.Width)/2, top+i*32, line, ink)
	}
}

// paintBody paints the printer with its slot and, when it is open, its cover.
func (b *workbench) paintBody(dst *image.RGBA, slot int, theme look.Theme) {
	left := (b.width - paperWidth) / 2
	body := image.Rect(left-50, slot, b.width-left+50, slot+bodyHeight-40)
	dark := color.RGBA{0x2b, 0x36, 0x42, 0xff}
	if b.seen.state.CoverOpen {
		canvas.Draw(dst, canvas.Box{Rect: image.Rect(body.Max.X-26, slot-150, body.Max.X, slot+20), Radius: 12, Fill: dark})
	}
	canvas.Draw(dst, canvas.Box{Rect: body, Radius: 22, Fill: dark})
	canvas.Draw(dst, canvas.Box{Rect: image.Rect(left-12, slot+6, b.width-left+12, slot+20), Radius: 7, Fill: color.RGBA{0x10, 0x16, 0x1c, 0xff}})
	lamp := color.RGBA{0x3c, 0xc4, 0x7c, 0xff}
	switch s := b.seen.state; {
	case !s.On:
		lamp = color.RGBA{0x55, 0x5f, 0x6a, 0xff}
	case !s.Online:
		lamp = color.RGBA{0xff, 0xb0, 0x20, 0xff}
	}
	canvas.Draw(dst, canvas.Box{Rect: image.Rect(body.Min.X+30, slot+60, body.Min.X+50, slot+80), Radius: 10, Fill: lamp})
	if b.seen.state.Jammed || b.seen.state.CutterStuck {
		canvas.Draw(dst, canvas.Box{Rect: image.Rect(body.Max.X-60, slot+60, body.Max.X-30, slot+80), Radius: 4, Fill: theme.CautionEdge})
	}
}

// paintPaper paints what hangs from the slot at the lower edge of room, or the last slip a little above it.
func (b *workbench) paintPaper(dst *image.RGBA, room image.Rectangle) {
	slip, gap := b.seen.hanging, 0
	if !b.seen.hangs {
		slip, gap = b.seen.last, 26
	}
	if slip.Image == nil {
		return
	}
	wide := slip.Image.Rect.Dx()
	width := paperWidth * wide / papersim.Width
	height := slip.Image.Rect.Dy() * width / wide
	left := (b.width - width) / 2
	foot := room.Max.Y - gap
	top := max(foot-height, room.Min.Y)
	paper := image.Rect(left-14, top, left+width+14, foot)
	canvas.Fill(dst, paper.Add(image.Pt(5, 5)).Intersect(room), color.RGBA{0xb9, 0xc2, 0xcc, 0xff})
	canvas.Fill(dst, paper, color.RGBA{0xff, 0xff, 0xff, 0xff})
	for y := top; y < foot; y++ {
		for x := range width {
			if n := blacks(slip, x, y-foot+height, wide, width); n > 0 {
				shade := uint8(255 - 255*n/4)
				dst.SetRGBA(left+x, y, color.RGBA{shade, shade, shade, 0xff})
			}
		}
	}
}

// blacks returns how many of four places within a pixel of the shrunk slip are black.
func blacks(slip papersim.Slip, x, y, wide, width int) (n int) {
	for _, part := range [...][2]int{{1, 1}, {3, 1}, {1, 3}, {3, 3}} {
		if slip.Black((4*x+part[0])*wide/(4*width), (4*y+part[1])*wide/(4*width)) {
			n++
		}
	}
	return n
}

// told says how the printer is, in words.
func (b *workbench) told() []string {
	s := b.seen.state
	var is []string
	for _, c := range []struct {
		holds bool
		word  string
	}{
		{s.CoverOpen, "cover open"}, {s.PaperEnd, "no paper"}, {s.NearEnd && !s.PaperEnd, "roll nearly used up"}, {s.WrongWay, "paper the wrong way round"},
		{s.CutterFault, "cutter stuck"}, {s.Jammed, "paper jam"}, {s.HeadHot, "head hot"}, {s.VoltageLow, "supply weak"}, {s.InMouth, "slip in the mouth"},
	} {
		if c.holds {
			is = append(is, c.word)
		}
	}
	first := strings.Join(is, ", ")
	switch {
	case !s.On:
		first = "switched off"
	case first == "" && s.Printing:
		first = "printing"
	case first == "":
		first = "ready"
	}
	second := fmt.Sprintf("%d slips came out", b.seen.slips)
	if b.seen.slips == 1 {
		second = "1 slip came out"
	}
	if b.seen.gone > 0 {
		second += fmt.Sprintf(", %d pulled back", b.seen.gone)
	}
	if s.PaperLeft >= 0 {
		second += fmt.Sprintf("; %.1f m of paper left", float64(s.PaperLeft)/1000)
	}
	return []string{first, second}
}
