package typeset

import (
	"image"
	"slices"
)

// halfCovered is the coverage from which on a dot is black.
const halfCovered = 128

// Dots draws line for paper: every dot is black (255) or white (0), black where letters cover at least half of it. The
// picture's coordinates count from the line's left end and its baseline, so that ink above the baseline has negative
// ones; its bounds are the smallest rectangle around all ink. It is empty for a line without ink.
//
// A letter looks the same wherever it stands: letters begin on whole dots, but for scripts whose letters join.
func (s *Setter) Dots(line Line) *image.Alpha {
	s.mu.Lock()
	defer s.mu.Unlock()
	type put struct {
		mask
		corner image.Point
	}
	puts := make([]put, 0, len(line.glyphs))
	size := toFixed(line.Style.Size)
	var box image.Rectangle
	for _, g := range line.glyphs {
		at := g.x + 64/steps/2
		if !g.face.family.joins() {
			at = (g.x + 32) &^ 63
		}
		m := s.mask(maskKey{g.face, g.id, size, uint8(at & 63 / (64 / steps))})
		if m.dots == nil {
			continue
		}
		corner := m.at.Add(image.Pt(int(at>>6), -(int(g.y+32) >> 6)))
		puts = append(puts, put{m, corner})
		box = box.Union(m.dots.Rect.Add(corner))
	}
	sheet := image.NewAlpha(box)
	for _, p := range puts {
		cover(sheet, p.dots, p.corner)
	}
	for i, v := range sheet.Pix {
		sheet.Pix[i] = 0
		if v >= halfCovered {
			sheet.Pix[i] = 255
		}
	}
	return crop(sheet)
}

// cover lays a mask over what is there. Coverages add up, so that two letters which share a dot join without a gap.
func cover(sheet, dots *image.Alpha, corner image.Point) {
	for y := range dots.Rect.Dy() {
		to := sheet.Pix[sheet.PixOffset(corner.X, corner.Y+y):]
		for x, v := range dots.Pix[y*dots.Stride : y*dots.Stride+dots.Rect.Dx()] {
			to[x] = uint8(min(int(to[x])+int(v), 255))
		}
	}
}

// crop returns the part of the sheet that has ink.
func crop(sheet *image.Alpha) *image.Alpha {
	black := func(v uint8) bool { return v != 0 }
	var ink image.Rectangle
	b := sheet.Rect
	for y := b.Min.Y; y < b.Max.Y; y++ {
		row := sheet.Pix[sheet.PixOffset(b.Min.X, y):][:b.Dx()]
		first := slices.IndexFunc(row, black)
		if first < 0 {
			continue
		}
		last := len(row) - 1
		for !black(row[last]) {
			last--
		}
		ink = ink.Union(image.Rect(b.Min.X+first, y, b.Min.X+last+1, y+1))
	}
	return sheet.SubImage(ink).(*image.Alpha)
}
