package device

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"example.org/totem/hw/printer/escpos"
)

// Place is what was heard at a path at which a printer may be.
type Place struct {
	Path     string `json:"path"`
	Heard    string `json:"heard"` // as escpos.Heard says it, or "in-use": by the totem that runs
	Baud     int    `json:"baud,omitempty"`
	Flow     string `json:"flow,omitempty"` // as it is delivered, or as it was heard
	Maker    string `json:"maker,omitempty"`
	Model    string `json:"model,omitempty"`
	Firmware string `json:"firmware,omitempty"`
	Profile  string `json:"profile,omitempty"` // that its name fits
	Cause    string `json:"cause,omitempty"`
}

// heardInUse stands for a line that was not touched.
const heardInUse = "in-use"

// FindPrinters listens at each of paths (none: all that the system names) at each of speeds (none: the usual ones), and
// returns what it heard, and the most promising place, nil if no printer answered. A path takes some seconds at most.
// The line of a totem that runs by cfg is left alone. say is told each path before it is tried; nil: nobody is.
func FindPrinters(ctx context.Context, cfg Config, paths []string, speeds []int, say func(step string)) (all []Place, best *Place) {
	if len(paths) == 0 {
		paths = escpos.Places()
	}
	held, running := hold(ctx, cfg)
	if held != nil {
		defer held.Close()
	}
	var found []escpos.Found
	for _, path := range paths {
		if ctx.Err() != nil {
			break
		}
		if running && sameDevice(path, cfg.Printer.Path) {
			all = append(all, Place{Path: path, Heard: heardInUse, Cause: "the running totem prints there"})
			continue
		}
		if say != nil {
			say("listening at " + path)
		}
		for _, f := range escpos.Find(ctx, escpos.Search{Paths: []string{path}, Speeds: speeds}) {
			found, all = append(found, f), append(all, placeOf(f))
		}
	}
	if f, ok := escpos.Best(found); ok {
		p := placeOf(f)
		best = &p
	}
	return all, best
}

func placeOf(f escpos.Found) Place {
	p := Place{Path: f.Path, Heard: string(f.Heard), Baud: f.Baud, Flow: string(f.Flow), Maker: f.Maker, Model: f.Model, Firmware: f.Firmware, Profile: f.Profile}
	if f.Heard == escpos.HeardClosed && f.Err != nil {
		p.Cause = f.Err.Error()
	}
	return p
}

// sameDevice reports whether two paths lead to one device.
func sameDevice(a, b string) bool {
	one, err := filepath.EvalSymlinks(a)
	other, err2 := filepath.EvalSymlinks(b)
	return err == nil && err2 == nil && one == other
}

// TOML returns the lines for totem.toml.
func (p Place) TOML() string {
	var b strings.Builder
	fmt.Fprintf(&b, "[printer]\npath = %q\n", p.Path)
	fmt.Fprintf(&b, "profile = %q", cmp.Or(p.Profile, defaultProfile))
	if p.Profile == "" {
		b.WriteString(" # a guess: no profile knows it; docs/hardware/README.md helps to choose")
	}
	b.WriteString("\n")
	if p.Baud != 0 {
		fmt.Fprintf(&b, "baud = %d\n", p.Baud)
	}
	switch escpos.Flow(p.Flow) {
	case escpos.FlowXON:
		fmt.Fprintf(&b, "flow = %q\n", p.Flow)
	case escpos.FlowNone:
		fmt.Fprintf(&b, "flow = %q\n", noFlow)
	default:
		fmt.Fprintf(&b, "flow = %q # as delivered it is %q: write that if its busy wire is connected\n", noFlow, p.Flow)
	}
	return b.String()
}
