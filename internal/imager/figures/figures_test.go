package figures_test

import (
	"os"
	"path/filepath"
	"testing"

	"example.org/totem/internal/imager/figures"
)

func TestFiguresOfDifferentMeasurersComeTogether(t *testing.T) {
	path := filepath.Join(t.TempDir(), "deep", "image.json")
	for _, rows := range [][]figures.Row{
		{figures.New("stop_s", "arm64", 5), figures.New("slot_mb", "arm64", 420)},
		{figures.New("slot_mb", "amd64", 400)},
		{figures.New("slot_mb", "arm64", 501)},
	} {
		if err := figures.Add(path, rows...); err != nil {
			t.Fatal(err)
		}
	}
	all, err := figures.Read(path)
	if err != nil || len(all) != 3 {
		t.Fatalf("%+v, %v", all, err)
	}
	for i, want := range []figures.Row{figures.New("slot_mb", "amd64", 400), figures.New("slot_mb", "arm64", 501), figures.New("stop_s", "arm64", 5)} {
		if all[i] != want {
			t.Errorf("row %d is %+v instead of %+v", i, all[i], want)
		}
	}
	if !all[0].Met() || all[1].Met() || !all[2].Met() || figures.New("power_cuts", "arm64", 199).Met() {
		t.Error("goals are not what they say")
	}
}

func TestADamagedFileIsNotWrittenOver(t *testing.T) {
	path := filepath.Join(t.TempDir(), "image.json")
	if err := os.WriteFile(path, []byte("{"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := figures.Add(path, figures.New("stop_s", "arm64", 5)); err == nil {
		t.Error("it was written over")
	}
}
