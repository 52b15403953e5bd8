package look_test

import (
	"image/color"
	"testing"

	"example.org/totem/ui/look"
)

func TestTextStandsOutSevenToOneOnEveryGround(t *testing.T) {
	for name, th := range map[string]look.Theme{
		"light": look.Light(), "light pressed": look.Light().Pressed(),
		"contrast": look.HighContrast(), "contrast pressed": look.HighContrast().Pressed(),
	} {
		for _, ground := range []color.RGBA{th.Ground, th.Paper, th.Tint} {
			for _, text := range []color.RGBA{th.Ink, th.Soft, th.Brand} {
				if got := look.Contrast(text, ground); got < 7 {
					t.Errorf("%s: %v on %v is %.2f:1", name, text, ground, got)
				}
			}
			if got := look.Contrast(th.Line, ground); got < 3 {
				t.Errorf("%s: border %v on %v is %.2f:1", name, th.Line, ground, got)
			}
		}
		for _, pair := range [][2]color.RGBA{{th.OnBrand, th.Brand}, {th.OnBand, th.Band}, {th.BandMark, th.Band}, {th.CautionInk, th.Caution}} {
			if got := look.Contrast(pair[0], pair[1]); got < 7 {
				t.Errorf("%s: %v on %v is %.2f:1", name, pair[0], pair[1], got)
			}
		}
	}
}

func TestHighContrastUsesNothingButBlackWhiteAndYellow(t *testing.T) {
	if got := look.Contrast(look.HighContrast().Ink, look.HighContrast().Ground); got < 20 {
		t.Errorf("%.1f:1, want 20:1", got)
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
