package typeset

import (
	"sync"

	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/segmenter"
	"github.com/go-text/typesetting/shaping"

	"example.org/totem/locale"
)

// Weight is how bold the letters are.
type Weight uint8

// The weights. The zero value is Regular.
const (
	Regular  Weight = iota // 400
	SemiBold               // 600
	Bold                   // 700
	weights
)

// Style is how text looks.
type Style struct {
	Size    float64 // height of the em in pixels; below 1 counts as 1, above 4096 as 4096
	Weight  Weight  // an unknown one counts as Regular
	Spacing float64 // pixels added after every cluster, for digits to be copied by hand; 0: none

	// Lang is the language of the text: whether its lines run from right to left, and how letters look that are
	// written differently from language to language. "": the first letter with a direction decides.
	Lang locale.Lang
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
	faces   [families][weights]*font.Face // nil: not opened yet
	shaper  shaping.HarfbuzzShaper
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
	for w := range weights {
		face, err := openFace(faceOf{latin, w})
		if err != nil {
			return nil, err
		}
		s.faces[latin][w] = face
	}
	return s, nil
}
