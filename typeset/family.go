package typeset

import (
	"bytes"
	"embed"
	"fmt"
	"unicode"

	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/language"
)

//go:embed fonts/*.ttf fonts/*.woff
var files embed.FS

// family is a set of fonts for some scripts, one for each weight.
type family uint8

// The families, in the order in which they are asked for a rune.
const (
	latin   family = iota // with Greek and Cyrillic, digits and signs of all
	arabic                // and Persian, Urdu
	bengali               // and Assamese
	han                   // Chinese, simplified
	families
)

// faceOf names one font of the setter.
type faceOf struct {
	family family
	weight Weight
}

// file returns where a font lies. Only the Latin one has a weight of its own for SemiBold.
func (f faceOf) file() string {
	name := [...]string{Regular: "Regular", SemiBold: "SemiBold", Bold: "Bold"}[f.weight]
	if f.family != latin && f.weight == SemiBold {
		name = "Bold"
	}
	return "fonts/" + fmt.Sprintf([...]string{
		latin: "NotoSans-%s.ttf", arabic: "NotoSansArabic-%s.ttf",
		bengali: "NotoSansBengali-%s.ttf", han: "NotoSansSC-%s.woff",
	}[f.family], name)
}

// joins reports whether letters of the family touch each other: a hair between them would be a fault.
func (f family) joins() bool { return f == arabic || f == bengali }

// familyOf returns the family made for a script.
func familyOf(script language.Script) family {
	switch script {
	case language.Arabic:
		return arabic
	case language.Bengali:
		return bengali
	case language.Han, language.Hiragana, language.Katakana, language.Bopomofo:
		return han
	}
	return latin
}

func openFace(f faceOf) (*font.Face, error) {
	data, err := files.ReadFile(f.file())
	if err != nil {
		return nil, fmt.Errorf("open font %s: %w", f.file(), err)
	}
	face, err := font.ParseTTF(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("parse font %s: %w", f.file(), err)
	}
	return face, nil
}

// face returns a font. Fonts beside the Latin ones are opened when they are first needed, for the Chinese one takes a
// while. One that cannot be read is a defect of the build, which tests find, so it panics.
func (s *Setter) face(f faceOf) *font.Face {
	if face := s.faces[f.family][f.weight]; face != nil {
		return face
	}
	face, err := openFace(f)
	if err != nil {
		panic(err)
	}
	s.faces[f.family][f.weight] = face
	return face
}

// has reports whether a family can draw r. Its regular weight answers for all.
func (s *Setter) has(f family, r rune) bool {
	_, ok := s.face(faceOf{f, Regular}).NominalGlyph(r)
	return ok
}

// choose returns the family that draws r among letters of a script, after a rune drawn by before. ASCII is always
// Latin: a number must look on every slip as it does on the screens.
func (s *Setter) choose(r rune, script language.Script, before family) family {
	switch {
	case r <= unicode.MaxASCII && r != ' ':
		return latin
	case unicode.In(r, unicode.Zs, unicode.Cf, unicode.Cc), unicode.In(r, unicode.M) && s.has(before, r):
		return before
	}
	if own := familyOf(script); s.has(own, r) {
		return own
	}
	for f := range families {
		if s.has(f, r) {
			return f
		}
	}
	return latin
}

// Missing returns the runes of text that the fonts cannot draw, in order, each once. White space and control
// characters are not among them.
func (s *Setter) Missing(text string) []rune {
	s.mu.Lock()
	defer s.mu.Unlock()
	var missing []rune
	seen := map[rune]bool{}
	for _, r := range text {
		if seen[r] || isBlank(r) {
			continue
		}
		seen[r] = true
		if f := s.choose(r, language.LookupScript(r), latin); !s.has(f, r) {
			missing = append(missing, r)
		}
	}
	return missing
}
