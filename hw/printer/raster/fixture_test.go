package raster_test

import (
	"os"
	"sync"
	"testing"
	"time"

	"github.com/pelletier/go-toml/v2"

	"example.org/totem/booking"
	"example.org/totem/hw/printer/raster"
	"example.org/totem/locale"
	"example.org/totem/ticket"
	"example.org/totem/typeset"
)

var (
	roll80   = raster.Format{Dots: 576, DPI: 203}
	roll58   = raster.Format{Dots: 384, DPI: 203}
	coarse80 = raster.Format{Dots: 512, DPI: 180}
)

// shared is the setter of most tests: opening the Chinese fonts takes a while.
var shared = sync.OnceValues(typeset.New)

func setter(t testing.TB) *typeset.Setter {
	t.Helper()
	set, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// officeFile is what a slip needs of an office's file.
type officeFile struct {
	Name, Place, Waiting locale.Text
	Languages            []locale.Lang
	Queue                []struct{ Label locale.Text }
}

func office(t testing.TB, id string) officeFile {
	t.Helper()
	b, err := os.ReadFile("../../../offices/" + id + ".toml")
	if err != nil {
		t.Fatal(err)
	}
	var o officeFile
	if err := toml.Unmarshal(b, &o); err != nil {
		t.Fatal(err)
	}
	return o
}

// plain is a slip of a service, neutral one whose label does not tell which of several services it is for.
func plain(t testing.TB, lang locale.Lang) ticket.Slip {
	return slip(t, lang, "valfiorita-anagrafe", 0)
}
func neutral(t testing.TB, lang locale.Lang) ticket.Slip {
	return slip(t, lang, "previdenza-monterovo", 1)
}

func slip(t testing.TB, lang locale.Lang, id string, queue int) ticket.Slip {
	t.Helper()
	o := office(t, id)
	day, err := booking.ParseDay("2026-11-21")
	if err != nil {
		t.Fatal(err)
	}
	s, err := ticket.Compose(ticket.Input{
		Office: booking.Office{ID: booking.OfficeID(id), Name: o.Name, Place: o.Place, Waiting: o.Waiting, Languages: o.Languages},
		Lang:   lang, Number: "A042", Start: day.At(9*60+50, time.FixedZone("", 3600)), Day: day,
		Label: o.Queue[queue].Label, Code: "482917305566",
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func drawn(t testing.TB, set *typeset.Setter, s ticket.Slip, f raster.Format) raster.Picture {
	t.Helper()
	p, err := raster.Slip(set, s, f)
	if err != nil {
		t.Fatal(err)
	}
	return p
}
