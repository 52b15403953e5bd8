package kiosk

// Look is how a citizen wants to see the screens. It belongs to one conversation and is forgotten with it. The zero Look
// is the one that every conversation begins with.
type Look struct {
	Theme Theme `json:"theme,omitempty"`
	Text  Text  `json:"text,omitempty"`
	Low   bool  `json:"low,omitempty"` // every control lies where a seated person reaches it
}

// Theme names the colours.
type Theme string

// The themes.
const (
	Light        Theme = ""
	HighContrast Theme = "contrast" // black, white and one yellow
	Dark         Theme = "dark"
	LowContrast  Theme = "soft" // for eyes that bright light hurts
)

// Themes returns all themes in the order in which the key leads through them: what helps most people who need another
// one comes after one touch.
func Themes() []Theme { return []Theme{Light, HighContrast, Dark, LowContrast} }

// Text is the size of text in per cent of what is drawn for most people. Zero counts as 100.
type Text int

// Texts returns the sizes of text in the order in which the key leads through them.
func Texts() []Text { return []Text{100, 125, 150, 200} }

// Percent returns t in per cent, at least 100.
func (t Text) Percent() int { return max(int(t), 100) }

// Large reports whether lists and words make room for the letters: short titles, fewer things on a screen.
func (t Text) Large() bool { return t >= 150 }

// Room tells what a panel holds. It answers the same for equal screens and is quick: View asks it several times.
type Room interface {
	// Fits reports whether everything on the screen has its place on the panel, whole.
	Fits(Screen) bool
}

// next returns what follows now in all, after the last the first. What is not there counts as the first.
func next[T comparable](all []T, now T) T {
	for i, each := range all {
		if each == now {
			return all[(i+1)%len(all)]
		}
	}
	return all[min(1, len(all)-1)]
}
