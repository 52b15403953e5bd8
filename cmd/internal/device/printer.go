package device

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"example.org/totem/hw/printer"
	"example.org/totem/hw/printer/escpos"
	"example.org/totem/hw/printer/thermalhead"
	"example.org/totem/internal/event"
	"example.org/totem/internal/fault"
	"example.org/totem/kiosk"
	"example.org/totem/paper"
	"example.org/totem/typeset"
)

// speeds are those of a serial line that printers and code readers use.
var speeds = [...]int{1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200, 230400, 460800, 921600}

// flows are the words for flow control.
var flows = [...]string{noFlow, string(escpos.FlowXON), string(escpos.FlowRTS), string(escpos.FlowDTR)}

// noFlow is the word for none, which a profile writes as nothing.
const noFlow = "none"

const (
	defaultProfile = "generic-80"
	defaultBaud    = 19200
	defaultCollect = 60 // seconds
)

// complete returns p with its defaults, which are the profile's where that is known.
func (p Printer) complete() Printer {
	p.Profile = cmp.Or(p.Profile, defaultProfile)
	roll, baud := 0, 0
	if profile, err := escpos.LoadProfile(p.Profile); err == nil {
		roll, baud = profile.Roll, profile.Baud
	} else if head, err := thermalhead.LoadProfile(p.Profile); err == nil {
		roll = head.Roll
	} // else the check says so
	p.Baud = cmp.Or(p.Baud, baud, defaultBaud)
	p.Flow = cmp.Or(p.Flow, noFlow) // not the profile's: a wire that is not there would stop the line for good
	p.RollM = cmp.Or(p.RollM, roll/millimetres)
	p.Collect = cmp.Or(p.Collect, defaultCollect)
	return p
}

const millimetres = 1000 // in a metre

func (p Printer) check(m *mistakes) {
	m.AddIf(p.Path == "", "printer.path", missing, "write the printer's name in /dev/serial/by-id, or /dev/usb/lp0; totem doctor printer --find looks for it")
	profiles := append(escpos.Profiles(), thermalhead.Profiles()...)
	m.AddIf(!slices.Contains(profiles, p.Profile), "printer.profile", fmt.Sprintf("there is no profile %q", p.Profile),
		"write one of "+strings.Join(profiles, ", "))
	m.AddIf(!slices.Contains(speeds[:], p.Baud), "printer.baud", fmt.Sprintf("a serial line has no speed %d", p.Baud),
		"write the speed set on the printer, one of "+strings.Trim(fmt.Sprint(speeds), "[]"))
	m.AddIf(!slices.Contains(flows[:], p.Flow), "printer.flow", fmt.Sprintf("there is no flow control %q", p.Flow),
		`write "none", "xonxoff", "rtscts" or "dtrdsr", as it is set on the printer`)
	m.AddIf(p.RollM < 0 || p.RollM > 1000, "printer.roll_m", fmt.Sprintf("%d metres are out of range", p.RollM),
		"write the length of a new roll as its label says, 1 to 1000, or leave the field out")
	m.AddIf(p.Collect < 5 || p.Collect > 3600, "printer.collect_s", fmt.Sprintf("%d seconds are out of range", p.Collect),
		"write 5 to 3600, or leave the field out")
}

// collect is how long a slip waits in the mouth.
func (p Printer) collect() time.Duration { return time.Duration(p.Collect) * time.Second }

// appliance is a printer of any kind.
type appliance interface {
	printer.Device
	Close() error
}

// driverConfig is how slips are brought to their ends. What the driver tells comes while it runs, and the conversation
// and the outbox listen until then.
func (d *Device) driverConfig(ctx context.Context) printer.Config {
	tell := func(m kiosk.Msg) { d.tell(ctx, news{msg: m}) }
	return printer.Config{
		Journal: d.store, Device: d.sensed(), Wake: d.printed, Strips: d.strips.next, Log: d.parts.Log,
		Roll: d.cfg.Printer.roll(), Collect: d.cfg.Printer.collect(),
		Report: func(job int64, r paper.Result) {
			wake(d.told)
			tell(kiosk.SlipEnded{Job: kiosk.JobID(job), Result: r})
			d.count(ctx)
		},
		StatusChanged: func(s paper.Status) { d.vitals.printer(s); tell(kiosk.PrinterChanged{Status: s}) },
		Stripped: func(r paper.Result) {
			if d.strips.ended() {
				tell(kiosk.PaperChecked{Result: r})
			}
		},
		Supply: d.vitals.paper,
	}
}

// roll is a new roll of this printer.
func (p Printer) roll() paper.Roll {
	r := paper.Roll{Length: p.RollM * millimetres}
	if profile, err := escpos.LoadProfile(p.Profile); err == nil {
		r.Reserve = profile.Reserve
	}
	return r
}

// findPrinter opens the line to the printer. One that is not there is told at once, and opened when it is.
func (d *Device) findPrinter(ctx context.Context) (appliance, error) {
	if d.cfg.Printer.isHead() {
		return d.findHead()
	}
	cfg, err := printerConfig(d.cfg.Printer)
	if err != nil {
		return nil, err
	}
	cfg.Limits = d.parts.PrinterLimits
	if cfg.Scrap, err = d.leftScrap(ctx); err != nil {
		return nil, err
	}
	p, err := escpos.Open(cfg)
	if err != nil && fault.Of(err).Code == fault.CodePrinterOpen {
		event.Log(d.parts.Log, event.PrinterAbsent, fault.Attrs(err)...)
		p, err = escpos.New(cfg)
	}
	if err != nil {
		return nil, err
	}
	return p, nil
}

// leftScrap reports whether an earlier life of the totem may have left part of a slip at the cutter.
func (d *Device) leftScrap(ctx context.Context) (bool, error) {
	jobs, err := d.store.Jobs(ctx)
	return slices.ContainsFunc(jobs, unsureOf), err
}

// openPrinter opens the line to the printer, which must be there.
func openPrinter(p Printer) (*escpos.Printer, error) {
	cfg, err := printerConfig(p)
	if err != nil {
		return nil, err
	}
	return escpos.Open(cfg)
}

func printerConfig(p Printer) (escpos.Config, error) {
	profile, err := escpos.LoadProfile(p.Profile)
	if err != nil {
		return escpos.Config{}, fault.New(fault.CodeConfig, err, "give printer.profile the name of a profile, as generic-80", "the printer's profile cannot be used")
	}
	flow := escpos.Flow(p.Flow)
	if p.Flow == noFlow {
		flow = escpos.FlowNone
	}
	set, err := typeset.New()
	if err != nil {
		return escpos.Config{}, noFonts(err)
	}
	return escpos.Config{Path: p.Path, Baud: p.Baud, Profile: profile, Flow: flow, Setter: set}, nil
}

func noFonts(err error) error {
	return fault.New(fault.CodeInternal, err, "install the program again", "the fonts of the slips cannot be opened")
}
