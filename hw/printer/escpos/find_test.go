package escpos_test

import (
	"context"
	"errors"
	"os"
	"testing"
	"testing/synctest"

	"example.org/totem/hw/printer/escpos"
	"example.org/totem/internal/papersim"
)

// onWires returns a search over simulated lines, one a path.
func onWires(t *testing.T, speeds []int, wires map[string]func(baud int) (*papersim.Wire, error)) (escpos.Search, *[]*papersim.Wire) {
	t.Helper()
	var opened []*papersim.Wire
	return escpos.Search{Speeds: speeds, Dial: func(path string, baud int) (escpos.Line, error) {
		w, err := wires[path](baud)
		if err != nil {
			return nil, err
		}
		opened = append(opened, w)
		return w, nil
	}}, &opened
}

// at is a printer whose line has that speed.
func at(speed int, cfg papersim.Config) func(int) (*papersim.Wire, error) {
	return func(baud int) (*papersim.Wire, error) {
		return papersim.NewWire(cfg, papersim.Line{Baud: speed, Garble: baud, Lost: escpos.ErrLost}), nil
	}
}

func TestAPrinterIsFoundWithItsSpeedAndModelAndNothingIsPrinted(t *testing.T) {
	model, _ := papersim.ModelOf("epson-tm-t20")
	clone, _ := papersim.ModelOf("generic-80")
	custom, _ := papersim.ModelOf("custom-vkp80iii")
	echoing := func(int) (*papersim.Wire, error) {
		w := papersim.NewWire(papersim.Config{Mute: true}, papersim.Line{Baud: 9600, Lost: escpos.ErrLost})
		w.Echo(true)
		return w, nil
	}
	for name, c := range map[string]struct {
		dial func(int) (*papersim.Wire, error)
		want escpos.Found
	}{
		"a known model":      {at(38400, papersim.Config{Model: model}), escpos.Found{Heard: escpos.HeardAnswer, Baud: 38400, Profile: "epson-tm-t20", Flow: escpos.FlowDTR}},
		"a clone":            {at(9600, papersim.Config{Model: clone}), escpos.Found{Heard: escpos.HeardAnswer, Baud: 9600}},
		"a kiosk printer":    {at(115200, papersim.Config{Model: custom}), escpos.Found{Heard: escpos.HeardAnswer, Baud: 115200, Profile: "custom-vkp80iii"}},
		"a mute printer":     {at(9600, papersim.Config{Mute: true}), escpos.Found{Heard: escpos.HeardNothing}},
		"wires that touch":   {echoing, escpos.Found{Heard: escpos.HeardEcho}},
		"a device of others": {func(int) (*papersim.Wire, error) { return nil, os.ErrPermission }, escpos.Found{Heard: escpos.HeardClosed}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				search, opened := onWires(t, []int{19200, 9600, 115200, 38400}, map[string]func(int) (*papersim.Wire, error){"p": c.dial})
				search.Paths = []string{"p"}
				all := escpos.Find(t.Context(), search)
				if len(all) != 1 {
					t.Fatalf("%+v", all)
				}
				got := all[0]
				if got.Heard != c.want.Heard || got.Baud != c.want.Baud || got.Profile != c.want.Profile || got.Flow != c.want.Flow {
					t.Errorf("%+v, want %+v", got, c.want)
				}
				if _, ok := escpos.Best(all); ok != (c.want.Heard == escpos.HeardAnswer) {
					t.Error("the best of it")
				}
				if (got.Heard == escpos.HeardClosed) != errors.Is(got.Err, os.ErrPermission) {
					t.Error(got.Err)
				}
				for _, w := range *opened {
					if _, some := w.Hanging(); some || len(w.Slips()) > 0 {
						t.Error("something was printed")
					}
				}
			})
		})
	}
}

func TestASearchEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		search, _ := onWires(t, nil, nil)
		search.Paths = []string{"p"}
		if all := escpos.Find(ctx, search); len(all) != 0 {
			t.Error(all)
		}
	})
}

func TestASearchHearsARealLine(t *testing.T) {
	sim := onPTY(t, papersim.Config{}, papersim.Line{Baud: 9600, Strict: true})
	all := escpos.Find(t.Context(), escpos.Search{Paths: []string{sim.Path, t.TempDir()}, Speeds: []int{115200, 9600}})
	if len(all) != 2 || all[0].Heard != escpos.HeardAnswer || all[0].Baud != 9600 || all[1].Heard != escpos.HeardClosed {
		t.Errorf("%+v", all)
	}
}
