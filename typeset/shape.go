package typeset

import (
	"github.com/go-text/typesetting/di"
	"github.com/go-text/typesetting/font/opentype"
	"github.com/go-text/typesetting/language"
	"github.com/go-text/typesetting/shaping"

	"example.org/totem/locale"
)

// run is a stretch of a line, in the order of reading, that is shaped in one go.
type run struct {
	start, end int
	level      uint8
	script     language.Script
	family     family
}

// glyph is a shaped glyph and the font that it is of.
type glyph struct {
	shaping.Glyph
	face faceOf
}

// shape returns the glyphs of w from left to right as they stand on a line of its own. The slice belongs to the caller.
func (s *Setter) shape(w words, style Style) []glyph {
	if w.len() == 0 {
		return nil
	}
	runs := s.split(w)
	levels := make([]uint8, len(runs))
	for i, r := range runs {
		levels[i] = r.level
	}
	var glyphs []glyph
	for _, i := range visual(levels) {
		face := faceOf{runs[i].family, style.Weight}
		for _, g := range s.shapeRun(w.runes, runs[i], style) {
			glyphs = append(glyphs, glyph{g, face})
		}
	}
	return glyphs
}

func (s *Setter) shapeRun(runes []rune, r run, style Style) []shaping.Glyph {
	way := di.DirectionLTR
	if r.level%2 == 1 {
		way = di.DirectionRTL
	}
	return s.shaper.ShapeNoExtents(shaping.Input{
		Text: runes, RunStart: r.start, RunEnd: r.end, Direction: way, Script: r.script,
		Face: s.face(faceOf{r.family, style.Weight}), Size: toFixed(style.Size),
		Language: spelling(r.script, style.Lang),
		// Times and codes stand in columns: every digit must be as wide as every other.
		FontFeatures: []shaping.FontFeature{{Tag: opentype.MustNewTag("tnum"), Value: 1}},
	}).Glyphs
}

// spelling returns the language whose manner of writing a script is followed.
func spelling(script language.Script, lang locale.Lang) language.Language {
	switch script {
	case language.Arabic:
		return "ar"
	case language.Bengali:
		return "bn"
	case language.Han:
		return "zh"
	case language.Cyrillic:
		return "ru"
	}
	if lang == "" {
		lang = locale.Italian
	}
	return language.NewLanguage(string(lang))
}

// split cuts a line where the level, the script or the font changes.
func (s *Setter) split(w words) []run {
	levels, scripts := w.lined(), scriptsOf(w.runes)
	level := func(i int) uint8 {
		if levels == nil {
			return 0
		}
		return levels[i]
	}
	var runs []run
	chosen := latin
	for i, r := range w.runes {
		chosen = s.choose(r, scripts[i], chosen)
		next := run{i, i + 1, level(i), scripts[i], chosen}
		if n := len(runs) - 1; n >= 0 && runs[n].level == next.level && runs[n].script == next.script && runs[n].family == next.family {
			runs[n].end = i + 1
			continue
		}
		runs = append(runs, next)
	}
	return runs
}

// scriptsOf returns the script of every rune; one that belongs to every script has that of what stands before it, or
// else of what follows.
func scriptsOf(runes []rune) []language.Script {
	scripts := make([]language.Script, len(runes))
	current, first := language.Common, -1
	for i, r := range runes {
		if own := language.LookupScript(r); own.Strong() {
			current = own
			if first < 0 {
				first = i
			}
		}
		scripts[i] = current
	}
	for i := range max(first, 0) {
		scripts[i] = scripts[first]
	}
	return scripts
}
