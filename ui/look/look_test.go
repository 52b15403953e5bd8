package look_test

import (
	"image/color"
	"math"
	"testing"

	"example.org/totem/kiosk"
	"example.org/totem/ui/look"
)

// themes are all themes by name, with the contrast that text must have, and that the main ink must have on page and paper.
func themes() map[string]struct {
	look.Theme
	text, main float64
} {
	type asked = struct {
		look.Theme
		text, main float64
	}
	return map[string]asked{
		"light": {look.Of(kiosk.Light), 7, 10}, "dark": {look.Of(kiosk.Dark), 7, 10},
		"high contrast": {look.Of(kiosk.HighContrast), 7, 20}, "low contrast": {look.Of(kiosk.LowContrast), 4.5, 4.5},
	}
}

func TestTextStandsOutFromEveryGroundThatItIsUsedOn(t *testing.T) {
	for name, th := range themes() {
		for state, colours := range map[string]look.Theme{"at rest": th.Theme, "pressed": th.Pressed()} {
			pairs := [][2]color.RGBA{
				{colours.OnBrand, colours.Brand}, {colours.OnBand, colours.Band}, {colours.BandMark, colours.Band},
				{colours.CautionInk, colours.Caution},
			}
			for _, ground := range []color.RGBA{colours.Ground, colours.Paper, colours.Tint} {
				for _, ink := range []color.RGBA{colours.Ink, colours.Soft, colours.Brand} {
					pairs = append(pairs, [2]color.RGBA{ink, ground})
				}
			}
			for _, pair := range pairs {
				if got := look.Contrast(pair[0], pair[1]); got < th.text {
					t.Errorf("%s, %s: %v on %v is %.2f:1, want %v", name, state, pair[0], pair[1], got, th.text)
				}
			}
		}
		for _, ground := range []color.RGBA{th.Ground, th.Paper} {
			if got := look.Contrast(th.Ink, ground); got < th.main {
				t.Errorf("%s: the main ink on %v is %.2f:1, want %v", name, ground, got, th.main)
			}
		}
	}
}

func TestTheBorderThatShowsAControlStandsOutThreeToOne(t *testing.T) {
	for name, th := range themes() {
		for _, ground := range []color.RGBA{th.Ground, th.Paper} {
			for what, line := range map[string]color.RGBA{"line": th.Line, "brand": th.Brand} {
				if got := look.Contrast(line, ground); got < 3 {
					t.Errorf("%s: %s on %v is %.2f:1", name, what, ground, got)
				}
			}
		}
		if got := look.Contrast(th.CautionEdge, th.Caution); got < 3 {
			t.Errorf("%s: the edge of trouble is %.2f:1", name, got)
		}
	}
}

func TestLowContrastIsCalm(t *testing.T) {
	th := look.LowContrast()
	for _, ground := range []color.RGBA{th.Ground, th.Paper} {
		if got := look.Contrast(th.Ink, ground); got > 7.5 {
			t.Errorf("the main ink on %v is %.2f:1", ground, got)
		}
		if got := look.Contrast(ground, color.RGBA{A: 255}); got > 16 {
			t.Errorf("%v is as bright as paper in the sun: %.1f:1 with black", ground, got)
		}
	}
}

func TestHighContrastUsesNothingButBlackWhiteAndYellow(t *testing.T) {
	th := look.HighContrast()
	allowed := map[color.RGBA]bool{
		{}: true, {A: 255}: true, {R: 255, G: 255, B: 255, A: 255}: true, {R: 255, G: 230, A: 255}: true,
	}
	for _, c := range []color.RGBA{
		th.Ground, th.Paper, th.Line, th.Ink, th.Soft, th.Brand, th.OnBrand, th.Band, th.OnBand, th.BandMark, th.BandRule,
		th.Tint, th.TintLine, th.Caution, th.CautionInk, th.CautionEdge, th.CautionLine,
	} {
		if !allowed[c] {
			t.Errorf("%v", c)
		}
	}
}

func TestAnUnknownThemeIsTheLightOne(t *testing.T) {
	if look.Of("sepia") != look.Light() {
		t.Error("it is not")
	}
}

func TestCapitalsHaveTheirLeastHeightOnEveryPanel(t *testing.T) {
	for _, panel := range []look.Panel{
		look.Reference(), {Width: 1920, Height: 1080, PixelsPerMM: 4.03}, {Width: 1280, Height: 800, PixelsPerMM: 3.87},
		{Width: 800, Height: 1280, PixelsPerMM: 5.88}, {Width: 540, Height: 960}, {Width: 2160, Height: 3840, PixelsPerMM: 8.06},
	} {
		scale := panel.Scale()
		for percent, least := range map[int]float64{100: 4.8, 125: 4.8, 150: 4.8, 200: 7.33} {
			for design := look.KeySize; design <= look.NumberSize; design += 2 {
				for what, size := range map[string]float64{"type": scale.Type(design, percent), "fixed": scale.Fixed(design, percent)} {
					if got := scale.CapitalMM(size); got < least-1e-9 {
						t.Errorf("%v at %d %%, %s of %v: capitals of %.2f mm, want %v", panel, percent, what, design, got, least)
					}
				}
			}
		}
	}
}

func TestTextGrowsByAllThatIsAskedForAndWhatIsHugeStays(t *testing.T) {
	scale := look.Reference().Scale()
	for percent := 100; percent <= 200; percent += 25 {
		by := float64(percent) / 100
		before := 0.0
		for design := look.KeySize; design <= look.NumberSize; design++ {
			got, drawn := scale.Type(design, percent), scale.Type(design, 100)
			switch {
			case design <= look.OfficeSize && got < drawn*by-1e-9:
				t.Errorf("%v at %d %% is %.1f, want %.1f", design, percent, got, drawn*by)
			case got < drawn:
				t.Errorf("%v at %d %% is %.1f, smaller than drawn", design, percent, got)
			case design >= look.TimeSize && got > drawn:
				t.Errorf("%v at %d %% is %.1f: it is huge already", design, percent, got)
			case got < before:
				t.Errorf("%v at %d %% is smaller than a smaller one", design, percent)
			}
			before = got
		}
	}
	if got := scale.Type(look.TitleSize, 200); got < 92 || got > 102 {
		t.Errorf("a title at 200 %% is %.1f, want about 96", got)
	}
}

func TestTheReachIsWhatHangsInTheBand(t *testing.T) {
	for name, want := range map[string]struct {
		panel    look.Panel
		from, to float64 // millimetres above the floor
		ok       bool
	}{
		"upright":       {look.Panel{Width: 1080, Height: 1920, PixelsPerMM: 4.03, Bottom: 760}, 1100, 800, true},
		"hangs high":    {look.Panel{Width: 1080, Height: 1920, PixelsPerMM: 4.03, Bottom: 900}, 1100, 900, true},
		"all of it":     {look.Panel{Width: 1280, Height: 800, PixelsPerMM: 3.87, Bottom: 850}, 0, 0, false},
		"too little":    {look.Panel{Width: 1080, Height: 1920, PixelsPerMM: 4.03, Bottom: 1000}, 0, 0, false},
		"nobody knows":  {look.Reference(), 0, 0, false},
		"over the head": {look.Panel{Width: 1080, Height: 1920, PixelsPerMM: 4.03, Bottom: 1500}, 0, 0, false},
	} {
		from, to, ok := want.panel.Reach()
		if ok != want.ok {
			t.Errorf("%s: rows %d to %d, %t", name, from, to, ok)
			continue
		}
		if !ok {
			continue
		}
		scale := want.panel.Scale()
		for row, height := range map[int]float64{from: want.from, to: want.to} {
			if got := want.panel.Bottom + scale.Millimetres(want.panel.Height-row); got > height+0.001 && row == from || math.Abs(got-height) > 0.5 {
				t.Errorf("%s: row %d hangs at %.1f mm, want %.1f", name, row, got, height)
			}
		}
	}
}

func TestMillimetresFollowThePanel(t *testing.T) {
	if got := look.Reference().Scale().MM(look.MainTarget); got != 81 {
		t.Errorf("20 mm on the reference panel are %d pixels, want 81", got)
	}
	dense := look.Panel{Width: 800, Height: 1280, PixelsPerMM: 5.88}.Scale()
	if got := dense.AtLeast(100, look.MainTarget); got != 118 {
		t.Errorf("20 mm on a dense panel are %d pixels, want 118", got)
	}
	unknown := look.Panel{Width: 540, Height: 960}.Scale()
	if got := unknown.MM(look.MainTarget); got != 41 || unknown.Px(100) != 50 {
		t.Errorf("a half-size panel: 20 mm are %d pixels, 100 are %d", got, unknown.Px(100))
	}
}

func TestAPanelThatCannotBeIsRefused(t *testing.T) {
	for _, p := range []look.Panel{{}, {Width: 1080}, {Width: 1080, Height: 1920, PixelsPerMM: -1}, {Width: 1, Height: 1 << 20}} {
		if p.Validate() == nil {
			t.Errorf("%+v was accepted", p)
		}
	}
	if err := look.Reference().Validate(); err != nil {
		t.Error(err)
	}
}
