package thermalhead_test

import (
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.org/totem/booking"
	"example.org/totem/hw/printer/raster"
	"example.org/totem/hw/printer/thermalhead"
	"example.org/totem/internal/headsim"
	"example.org/totem/locale"
	"example.org/totem/paper"
	"example.org/totem/ticket"
	"example.org/totem/typeset"
)

const code = "482917305566"

func slip(t *testing.T, lang locale.Lang) ticket.Slip {
	t.Helper()
	day, err := booking.ParseDay("2026-11-21")
	if err != nil {
		t.Fatal(err)
	}
	s, err := ticket.Compose(ticket.Input{
		Office: booking.Office{ID: "valfiorita-anagrafe", Name: locale.Text{"it": "Comune di Valfiorita"}, Languages: []locale.Lang{"it", "ar"}},
		Lang:   lang, Number: "A042", Start: day.At(9*60+50, time.FixedZone("", 3600)), Day: day,
		Label: locale.Text{"it": "Carta d'identità", "ar": "بطاقة الهوية"}, Code: code,
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestARealSlipIsOnThePaperAndItsQRIsRead(t *testing.T) {
	set, err := typeset.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, profile := range thermalhead.Profiles() {
		for _, lang := range []locale.Lang{"it", "ar"} {
			sim, cfg := around(t, profile), config(t, profile)
			m := headsim.New(sim)
			var pic raster.Picture
			cfg.Clock = m
			cfg.Draw = func(s ticket.Slip, f raster.Format) (raster.Picture, error) {
				p, err := raster.Slip(set, s, f)
				pic = p
				return p, err
			}
			head, err := thermalhead.New(parts(m, cfg.Profile, false), cfg)
			if err != nil {
				t.Fatal(err)
			}
			begun := m.Now()
			res, err := head.Print(t.Context(), slip(t, lang))
			if err != nil || res.Outcome != paper.Printed {
				t.Fatalf("%s, %s: %+v, %v", profile, lang, res, err)
			}
			if why := differs(m.Picture(), pic); why != "" || len(m.Notes()) > 0 || m.Hottest() > sim.Model.Burns {
				t.Errorf("%s, %s: %s, notes %q, hottest %.0f °C", profile, lang, why, m.Notes(), m.Hottest())
			}
			t.Logf("%s, %s: %d mm in %v, head at %.1f °C, hottest dot %.0f °C", profile, lang, res.Length, m.Now()-begun, m.Celsius(), m.Hottest())
			read(t, m.Picture())
		}
	}
}

// read has a program of others read the QR off the paper.
func read(t *testing.T, p raster.Picture) {
	t.Helper()
	zbarimg, err := exec.LookPath("zbarimg")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("zbarimg is missing")
		}
		t.Log("zbarimg is missing: nobody reads the QR")
		return
	}
	path := filepath.Join(t.TempDir(), "slip.png")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	framed := raster.New(p.Width+64, p.Height+64)
	for y := range p.Height {
		for x := range p.Width {
			if p.Black(x, y) {
				framed.Blacken(x+32, y+32)
			}
		}
	}
	if err := png.Encode(f, framed.Image()); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(zbarimg, "-q", "--raw", "-Sdisable", "-Sqrcode.enable", path).Output()
	if err != nil || strings.TrimSpace(string(out)) != code {
		t.Errorf("the QR reads %q, %v", out, err)
	}
}
