package typeset

import (
	"bytes"
	"embed"
	"fmt"
	"sync"

	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/segmenter"
	"github.com/go-text/typesetting/shaping"
)

//go:embed fonts/*.ttf
var files embed.FS

// Weight is how bold the letters are.
type Weight uint8

// The weights. The zero value is Regular.
const (
	Regular  Weight = iota // 400
	SemiBold               // 600
	Bold                   // 700
	weights
)

func (w Weight) file() string {
	switch w {
	case Regular:
		return "NotoSans-Regular.ttf"
	case SemiBold:
		return "NotoSans-SemiBold.ttf"
	case Bold:
		return "NotoSans-Bold.ttf"
	}
	return ""
}

// Style is how text looks.
type Style struct {
	Size    float64 // height of the em in pixels; below 1 counts as 1, above 4096 as 4096
	Weight  Weight  // an unknown one counts as Regular
	Spacing float64 // pixels added after every cluster, for digits to be copied by hand; 0: none
}

const (
	minSize = 1
	maxSize = 4096
)

func (s Style) tamed() Style {
	// Written so that a NaN falls to the minimum too.
	if !(s.Size >= minSize) {
		s.Size = minSize
	}
	s.Size = min(s.Size, maxSize)
	if !(s.Spacing >= 0) {
		s.Spacing = 0
	}
	s.Spacing = min(s.Spacing, maxSize)
	if s.Weight >= weights {
		s.Weight = Regular
	}
	return s
}

// Setter sets text. It may be used from several goroutines; they take turns.
type Setter struct {
	mu      sync.Mutex
	faces   [weights]*font.Face
	shaper  shaping.HarfbuzzShaper
	runs    shaping.Segmenter
	breaker segmenter.Segmenter
	masks   masks
	set     map[setKey]setText
}

// setKey is a request that was answered before; a Measure asks for one line of any width.
type setKey struct {
	text     string
	style    Style
	maxWidth float64
	maxLines int // 0 for Measure
	balanced bool
}

type setText struct {
	lines []Line
	fits  bool
}

// A screen is set several times, ever tighter, and the next one shares most of its words: answers are kept until there
// are too many, then all forgotten. A text longer than maxKept is not kept.
const (
	maxAnswers = 4096
	maxKept    = 1024
)

// answer returns what is known under key, or asks set and keeps its answer.
func (s *Setter) answer(key setKey, set func() setText) setText {
	if a, ok := s.set[key]; ok {
		return a
	}
	a := set()
	if len(key.text) > maxKept {
		return a
	}
	if len(s.set) >= maxAnswers {
		clear(s.set)
	}
	s.set[key] = a
	return a
}

// New opens the embedded fonts. It fails only when the program was built with damaged ones.
func New() (*Setter, error) {
	s := &Setter{masks: masks{kept: map[maskKey]mask{}}, set: map[setKey]setText{}}
	for w := Regular; w < weights; w++ {
		data, err := files.ReadFile("fonts/" + w.file())
		if err != nil {
			return nil, fmt.Errorf("open font %s: %w", w.file(), err)
		}
		face, err := font.ParseTTF(bytes.NewReader(data))
		if err != nil {
			return nil, fmt.Errorf("parse font %s: %w", w.file(), err)
		}
		s.faces[w] = face
	}
	return s, nil
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
		if _, ok := s.faces[Regular].NominalGlyph(r); !ok {
			missing = append(missing, r)
		}
	}
	return missing
}
