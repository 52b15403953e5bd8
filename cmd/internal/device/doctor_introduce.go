package device

import (
	"context"
	"fmt"

	"example.org/totem/hw/printer/escpos"
	"example.org/totem/internal/fault"
	"example.org/totem/paper"
)

// introduce asks the printer what it calls itself. It reports whether there is somebody to go on with. A model that
// answers nothing at once is not asked: to it the question may be letters.
func (x *examiner) introduce(ctx context.Context) bool {
	if !x.line.Profile.Abilities.RealTime {
		x.d.FlowHint = x.flowHint()
		return true
	}
	x.Say(fmt.Sprintf("asking at %s what it is, at %d bits a second", x.cfg.Path, x.cfg.Baud))
	x.heard = x.find(ctx, x.line.Flow, x.cfg.Baud)
	nothing := x.heard.Heard == escpos.HeardNothing || x.heard.Heard == escpos.HeardGarbage
	if nothing && !x.elsewhere(ctx) {
		return false
	}
	x.d.FlowHint = x.flowHint()
	switch x.heard.Heard {
	case escpos.HeardClosed:
		x.d.Verdict = broken("printer", x.heard.Err)
		return false
	case escpos.HeardEcho:
		x.silent("the line sends back what it is sent", "part the wires for sending and receiving: they touch, or an adapter repeats what it sends")
		return false
	}
	x.d.Maker, x.d.Name, x.d.Firmware = x.heard.Maker, x.heard.Model, x.heard.Firmware
	if x.heard.Profile != x.cfg.Profile {
		x.d.Suits = x.heard.Profile
	}
	return true
}

// elsewhere looks whether a printer that does not answer does at another speed, or without flow control. It reports
// whether it answers now as it should have before.
func (x *examiner) elsewhere(ctx context.Context) bool {
	x.Say("no answer; trying the usual speeds without flow control, a second each")
	found := x.find(ctx, escpos.FlowNone)
	answers := found.Heard == escpos.HeardAnswer
	switch {
	case answers && found.Baud != 0 && found.Baud != x.cfg.Baud:
		x.silent(fmt.Sprintf("it answers at %d bits a second, not at %d", found.Baud, x.cfg.Baud),
			fmt.Sprintf("set printer.baud = %d in totem.toml, or the printer to %d", found.Baud, x.cfg.Baud))
	case answers && x.line.Flow != escpos.FlowNone:
		x.silent(fmt.Sprintf("it answers without flow control, and not with %s", x.cfg.Flow),
			`connect its busy wire, or set the printer and printer.flow to the same; "none" is safe where the profile counts answers`)
	case answers:
		x.heard = found
		return true
	case x.heard.Heard == escpos.HeardGarbage || found.Heard == escpos.HeardGarbage:
		x.silent("what comes back is no answer of a printer, at none of the usual speeds", remedyFor(paper.Silent))
	default:
		x.silent("it does not answer", remedyFor(paper.Silent)+"; a model without a wire back needs a profile that says so, as write-only-80")
	}
	return false
}

func (x *examiner) silent(cause, remedy string) {
	x.d.Status, x.d.Conditions = paper.Silent.String(), conditions(paper.Silent)
	x.d.Verdict = Part{Name: "printer", State: Faulty, Cause: cause, Code: fault.CodePrinterMute, Remedy: remedy}
}

// find asks at the speeds given, or the usual ones.
func (x *examiner) find(ctx context.Context, flow escpos.Flow, speeds ...int) escpos.Found {
	dial := func(path string, baud int) (escpos.Line, error) { return escpos.Dial(path, baud, flow) }
	if x.Dial != nil {
		dial = func(_ string, baud int) (escpos.Line, error) { return x.Dial(baud, flow) }
	}
	all := escpos.Find(ctx, escpos.Search{Paths: []string{x.cfg.Path}, Speeds: speeds, Dial: dial})
	if len(all) == 0 {
		return escpos.Found{Heard: escpos.HeardClosed, Err: ctx.Err()}
	}
	return all[0]
}

// flowHint says what is to be known about flow control.
func (x *examiner) flowHint() string {
	profile := x.line.Profile
	switch {
	case x.heard.Flow == escpos.FlowXON && x.line.Flow != escpos.FlowXON:
		return `it sends XON and XOFF: set printer.flow = "xonxoff"`
	case x.line.Flow == escpos.FlowNone && profile.Flow != escpos.FlowNone && profile.Abilities.Slices:
		return fmt.Sprintf("as delivered it stops the line by %s; without flow control no more is sent than its buffer holds unanswered", profile.Flow)
	case x.line.Flow == escpos.FlowDTR || x.line.Flow == escpos.FlowRTS:
		return "its busy wire must be connected, or nothing is ever sent"
	}
	return ""
}
