package typeset

import (
	"slices"
)

// Lines breaks text into lines no wider than maxWidth pixels, at most maxLines of them, filling each as far as it
// goes. A line break in the text ends a line. fits is false when the text needed more lines, or a word had to be cut
// because it alone is wider than maxWidth: the lines then still hold to both limits, and the last one ends with "…" if
// words were left out. maxLines below 1 counts as 1. Empty text gives no lines and fits.
func (s *Setter) Lines(text string, style Style, maxWidth float64, maxLines int) (lines []Line, fits bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.wrap(setKey{text: text, style: style.tamed(), maxWidth: maxWidth, maxLines: max(maxLines, 1)})
}

// Balanced breaks text like Lines, into as many lines as Lines needs, but makes them of about the same length, so that
// no word stands alone on the last one.
func (s *Setter) Balanced(text string, style Style, maxWidth float64, maxLines int) (lines []Line, fits bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.wrap(setKey{text: text, style: style.tamed(), maxWidth: maxWidth, maxLines: max(maxLines, 1), balanced: true})
}

// wrap answers key with a slice of the caller's own.
func (s *Setter) wrap(key setKey) (lines []Line, fits bool) {
	a := s.answer(key, func() setText {
		set := s.fill
		if key.balanced {
			set = s.balance
		}
		lines, fits := set(key.text, key.style, key.maxWidth, key.maxLines)
		return setText{lines, fits}
	})
	return slices.Clone(a.lines), a.fits
}

func (s *Setter) balance(text string, style Style, maxWidth float64, maxLines int) ([]Line, bool) {
	best, fits := s.fill(text, style, maxWidth, maxLines)
	if !fits || len(best) < 2 {
		return best, fits
	}
	low, high := 0.0, maxWidth
	// Eight halvings come within half a hundredth of the width: finer than any eye.
	for range 8 {
		middle := (low + high) / 2
		tried, ok := s.fill(text, style, middle, len(best))
		if !ok {
			low = middle
			continue
		}
		high = middle
		best = tried
	}
	return best, true
}

func (s *Setter) fill(text string, style Style, maxWidth float64, maxLines int) ([]Line, bool) {
	fits := true
	var lines []Line
	for _, runes := range paragraphs(text) {
		for part := read(runes, style); part.len() > 0; {
			if len(lines) == maxLines {
				lines[maxLines-1] = s.ellipsis(lines[maxLines-1], maxWidth)
				return lines, false
			}
			line, rest, whole := s.first(part, style, maxWidth)
			fits = fits && whole
			lines = append(lines, line)
			part = rest
		}
	}
	return lines, fits
}

// first takes as many words of w as go into maxWidth, at least one cluster. whole is false when a word was cut.
func (s *Setter) first(w words, style Style, maxWidth float64) (line Line, rest words, whole bool) {
	ends := s.advances(w, style, maxWidth)
	near := w.runes[:min(len(ends)+1, w.len())]
	breaks := s.breaks(near)
	if len(ends) == w.len() {
		breaks = append(breaks, w.len())
	}
	for i := len(breaks) - 1; i >= 0; i-- {
		line = s.line(w.part(0, breaks[i]), style)
		if line.Width <= maxWidth {
			return line, w.part(breaks[i], w.len()).trim(), true
		}
	}
	cut := s.clusters(near)
	for i := len(cut) - 1; i > 0; i-- {
		line = s.line(w.part(0, cut[i]), style)
		if line.Width <= maxWidth {
			return line, w.part(cut[i], w.len()).trim(), false
		}
	}
	return s.line(w.part(0, cut[0]), style), w.part(cut[0], w.len()).trim(), false
}

// advances returns how far a line of each rune and all before it reaches, for as many runes as certainly hold what goes
// into maxWidth. Shaping differs a little at the end of a line, hence the em to spare.
func (s *Setter) advances(w words, style Style, maxWidth float64) []float64 {
	// No text is dense enough for a hundredth of an em a rune: what follows cannot be on this line.
	if limit := maxWidth/style.Size*100 + 64; limit < float64(w.len()) {
		w = w.part(0, max(int(limit), 1))
	}
	ends := make([]float64, w.len())
	for _, g := range s.shape(w, style) {
		ends[g.TextIndex()] += fromFixed(g.Advance) + style.Spacing
	}
	pen := 0.0
	for i := range ends {
		if pen > maxWidth+style.Size {
			return ends[:i]
		}
		pen += ends[i]
		ends[i] = pen
	}
	return ends
}

// breaks returns the offsets inside runes, in rising order, at which a line may end by UAX #14, without the very end.
func (s *Setter) breaks(runes []rune) []int {
	s.breaker.Init(runes)
	var breaks []int
	for lines := s.breaker.LineIterator(); lines.Next(); {
		if end := lines.Line().Offset + len(lines.Line().Text); end < len(runes) {
			breaks = append(breaks, end)
		}
	}
	return breaks
}

// clusters returns the ends of the user-perceived characters of runes, in rising order.
func (s *Setter) clusters(runes []rune) []int {
	s.breaker.Init(runes)
	var ends []int
	for g := s.breaker.GraphemeIterator(); g.Next(); {
		ends = append(ends, g.Grapheme().Offset+len(g.Grapheme().Text))
	}
	if len(ends) == 0 {
		ends = append(ends, len(runes))
	}
	return ends
}

// ellipsis shortens line until "…" goes after it.
func (s *Setter) ellipsis(line Line, maxWidth float64) Line {
	runes := []rune(line.Text)
	for {
		w := read(append(append([]rune{}, trim(runes)...), '…'), line.Style)
		if line.RightToLeft && w.base == 0 {
			w.base = 1
			w.levels = levels(w.runes, w.base)
		}
		cut := s.line(w, line.Style)
		if cut.Width <= maxWidth || len(runes) == 0 {
			return cut
		}
		ends := s.clusters(runes)
		runes = runes[:max(0, lastBefore(ends, len(runes)))]
	}
}

func lastBefore(ends []int, limit int) int {
	for i := len(ends) - 1; i >= 0; i-- {
		if ends[i] < limit {
			return ends[i]
		}
	}
	return 0
}
