package look

import (
	"image/color"
	"math"

	"example.org/totem/kiosk"
)

// Theme is the colours by what they are for. Every text colour stands at 7:1 or better on each ground it is used on.
type Theme struct {
	Ground color.RGBA // the page
	Paper  color.RGBA // cards, bars
	Line   color.RGBA // borders
	Ink    color.RGBA // text on ground, paper and tint
	Soft   color.RGBA // secondary text on ground, paper and tint

	Brand   color.RGBA // the primary action, numbers and times on ground, paper and tint
	OnBrand color.RGBA // text on brand

	Band     color.RGBA // the header
	OnBand   color.RGBA // text on it
	BandMark color.RGBA // emblem and clock on it
	BandRule color.RGBA // a line under it; transparent for none

	Tint     color.RGBA // letter badges, the promise
	TintLine color.RGBA // their border; transparent for none

	Caution     color.RGBA // the ground of trouble
	CautionInk  color.RGBA // text on it
	CautionEdge color.RGBA // its thick edge
	CautionLine color.RGBA // its border; transparent for none

	Focus     color.RGBA // the ring around the control that the keys are at
	FocusEdge color.RGBA // along both its sides, so that it stands out from whatever is there

	Border float64 // width of borders, in design pixels
	Frame  float64 // width of the border of an outlined button, in design pixels
}

// Light returns the theme that a conversation starts with.
func Light() Theme {
	ink, brand := rgb(0x17324D), rgb(0x004A94)
	return Theme{
		Ground: rgb(0xF2F5F9), Paper: rgb(0xFFFFFF), Line: rgb(0x7A8A9B), Ink: ink, Soft: rgb(0x3F5163),
		Brand: brand, OnBrand: rgb(0xFFFFFF),
		Band: brand, OnBand: rgb(0xFFFFFF), BandMark: rgb(0xFFFFFF),
		Tint:    rgb(0xE6F0FA),
		Caution: rgb(0xFFF4E0), CautionInk: ink, CautionEdge: rgb(0x7A4200),
		Focus: ink, FocusEdge: rgb(0xFFFFFF),
		Border: 2, Frame: 3,
	}
}

// HighContrast returns the theme of pure black, white and one yellow.
func HighContrast() Theme {
	black, white, yellow := rgb(0x000000), rgb(0xFFFFFF), rgb(0xFFE600)
	return Theme{
		Ground: black, Paper: black, Line: white, Ink: white, Soft: white,
		Brand: yellow, OnBrand: black,
		Band: black, OnBand: white, BandMark: yellow, BandRule: yellow,
		Tint: black, TintLine: yellow,
		Caution: black, CautionInk: white, CautionEdge: white, CautionLine: white,
		Focus: white, FocusEdge: black,
		Border: 4, Frame: 4,
	}
}

// Dark returns the light theme turned round, at the same contrasts.
func Dark() Theme {
	ink, brand, paper := rgb(0xE9F0F7), rgb(0x8CC8FF), rgb(0x12263A)
	return Theme{
		Ground: rgb(0x0B1A2A), Paper: paper, Line: rgb(0x7A93AB), Ink: ink, Soft: rgb(0xBFCEDC),
		Brand: brand, OnBrand: rgb(0x0B1A2A),
		Band: paper, OnBand: ink, BandMark: brand, BandRule: rgb(0x2E4A66),
		Tint: rgb(0x1B354E), TintLine: rgb(0x3D5F80),
		Caution: rgb(0x33270F), CautionInk: rgb(0xFFEBC8), CautionEdge: rgb(0xFFB84D),
		Focus: rgb(0xFFFFFF), FocusEdge: rgb(0x0B1A2A),
		Border: 2, Frame: 3,
	}
}

// LowContrast returns a theme for eyes that bright light and sharp edges hurt: warm greys, and every text still at 4.5:1 or
// better.
func LowContrast() Theme {
	ink, brand, paper := rgb(0x48443D), rgb(0x3A5068), rgb(0xDDD7CB)
	return Theme{
		Ground: rgb(0xD3CCBE), Paper: paper, Line: rgb(0x746C60), Ink: ink, Soft: rgb(0x514C44),
		Brand: brand, OnBrand: rgb(0xE6E1D7),
		Band: rgb(0x4E5C69), OnBand: rgb(0xEEEAE2), BandMark: rgb(0xEEEAE2),
		Tint:    rgb(0xC9CDCD),
		Caution: rgb(0xE0CFAE), CautionInk: ink, CautionEdge: rgb(0x7B5417),
		Focus: ink, FocusEdge: paper,
		Border: 2, Frame: 3,
	}
}

// Of returns the theme of a name; an unknown one is Light.
func Of(name kiosk.Theme) Theme {
	switch name {
	case kiosk.HighContrast:
		return HighContrast()
	case kiosk.Dark:
		return Dark()
	case kiosk.LowContrast:
		return LowContrast()
	case kiosk.Light:
	}
	return Light()
}

// Pressed returns t as it looks under a finger: what was paper is filled with the brand, what was brand becomes
// paper. Both themes keep their contrasts, and nobody needs to see a colour to see the change.
func (t Theme) Pressed() Theme {
	p := t
	p.Ground, p.Paper, p.Tint = t.Brand, t.Brand, t.Brand
	p.Ink, p.Soft, p.Brand, p.Line = t.OnBrand, t.OnBrand, t.OnBrand, t.OnBrand
	p.OnBrand = t.Brand
	p.TintLine = t.OnBrand
	return p
}

func rgb(v uint32) color.RGBA {
	return color.RGBA{R: uint8(v >> 16), G: uint8(v >> 8), B: uint8(v), A: 0xFF}
}

// Contrast returns the contrast ratio of two opaque colours by WCAG 2.2, from 1 to 21.
func Contrast(a, b color.RGBA) float64 {
	la, lb := luminance(a), luminance(b)
	return (math.Max(la, lb) + 0.05) / (math.Min(la, lb) + 0.05)
}

func luminance(c color.RGBA) float64 {
	linear := func(v uint8) float64 {
		s := float64(v) / 255
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(c.R) + 0.7152*linear(c.G) + 0.0722*linear(c.B)
}
