package escpos_test

import (
	"strings"
	"testing"

	"example.org/totem/hw/printer/escpos"
	"example.org/totem/internal/papersim"
)

func TestEveryProfileHasAMachineAndTellsTheTruthAboutIt(t *testing.T) {
	for _, name := range escpos.Profiles() {
		p := profile(t, name)
		m, ok := papersim.ModelOf(name)
		if !ok {
			t.Errorf("%s: no machine", name)
			continue
		}
		a := p.Abilities
		if dots := max(m.Dots, 0); dots != 0 && dots != a.Dots || dots == 0 && a.Dots != papersim.Width {
			t.Errorf("%s: %d dots, the machine has %d", name, a.Dots, m.Dots)
		}
		for what, wrong := range map[string]bool{
			"cuts": a.Cut && m.NoCutter, "draws a QR": a.QR && m.NoQR, "has page mode": a.PageMode && m.NoPageMode,
			"tells process ids": a.ProcessID && m.NoProcessID, "answers GS r": (a.Fence || a.Slices) && m.NoFence,
			"answers at once": a.RealTime && m.NoRealTime, "speaks up": a.Automatic && m.NoAutomatic,
			"sees the end near": a.NearEnd && m.NoNearEnd, "presents": a.Present && m.Presenter == "",
		} {
			if wrong {
				t.Errorf("%s: the profile says that it %s, the machine does not", name, what)
			}
		}
	}
}

func TestAProfileThatCannotBeIsRefused(t *testing.T) {
	if _, err := escpos.ParseProfile("mine", edited(t, func(map[string]any) {})); err != nil {
		t.Fatal(err)
	}
	in := func(section, key string, value any) func(map[string]any) {
		return func(file map[string]any) { file[section].(map[string]any)[key] = value }
	}
	for what, change := range map[string]func(map[string]any){
		"a word unknown":         func(file map[string]any) { file["colour"] = true },
		"a page unknown":         in("text", "pages", []map[string]any{{"name": "cp999", "number": 1}}),
		"half a byte":            in("bytes", "init", "1B 4"),
		"no init":                in("bytes", "init", ""),
		"no columns":             in("abilities", "columns", 0),
		"a width of no bytes":    in("abilities", "dots", 577),
		"a flow unknown":         in("line", "flow", "by hand"),
		"a status unknown":       in("line", "status", "smoke"),
		"a buffer of a line":     in("line", "buffer", 16),
		"a fence unasked":        in("bytes", "question", ""),
		"retracting by no bytes": in("abilities", "retract", true),
	} {
		if _, err := escpos.ParseProfile("mine", edited(t, change)); err == nil {
			t.Errorf("%s: taken", what)
		} else if !strings.Contains(err.Error(), `"mine"`) {
			t.Errorf("%s: %v", what, err)
		}
	}
}
