package device

import (
	"context"
	"os"
	"slices"

	"example.org/totem/hw/printer/raster"
	"example.org/totem/hw/printer/thermalhead"
	"example.org/totem/internal/event"
	"example.org/totem/internal/fault"
	"example.org/totem/paper"
	"example.org/totem/ticket"
	"example.org/totem/typeset"
)

// isHead reports whether the printer is a bare head on lines of the board.
func (p Printer) isHead() bool { return slices.Contains(thermalhead.Profiles(), p.Profile) }

// headPriority is that of the thread that heats, above everything of the system that is not real-time itself.
const headPriority = 50

// head is a bare print head that is opened when its lines are there.
type head struct {
	open func() (*thermalhead.Head, error)
	at   *thermalhead.Head // nil while its lines are not open
}

// findHead opens the lines of a bare head. Lines that are not there are told at once, and opened when they are; a
// wiring that cannot be is refused.
func (d *Device) findHead() (appliance, error) {
	p := d.cfg.Printer
	profile, err := thermalhead.LoadProfile(p.Profile)
	if err != nil {
		return nil, fault.New(fault.CodeConfig, err, "give printer.profile the name of a profile", "the profile of the print head cannot be used")
	}
	file, err := os.ReadFile(p.Path)
	if err != nil {
		return nil, fault.New(fault.CodeConfig, fault.Reason(err), "give printer.path the file with the head's wiring; docs/hardware/thermal-head.md has an example",
			"the wiring %s cannot be read", p.Path)
	}
	board, err := thermalhead.ParseBoard(file)
	if err != nil {
		return nil, fault.New(fault.CodeConfig, err, "mend the file; docs/hardware/thermal-head.md describes every field", "the wiring %s has a mistake", p.Path)
	}
	set, err := typeset.New()
	if err != nil {
		return nil, noFonts(err)
	}
	cfg := thermalhead.Config{Profile: profile, Priority: headPriority, LockMemory: true,
		Draw: func(s ticket.Slip, f raster.Format) (raster.Picture, error) { return raster.Slip(set, s, f) }}
	h := &head{open: func() (*thermalhead.Head, error) { return thermalhead.Open(board, cfg) }}
	if err := h.connect(); err != nil {
		if fault.Of(err).Code != fault.CodePrinterOpen {
			return nil, fault.New(fault.CodeConfig, err, "mend the wiring file; docs/hardware/thermal-head.md describes every field", "the wiring %s cannot be", p.Path)
		}
		event.Log(d.parts.Log, event.PrinterAbsent, fault.Attrs(err)...)
	}
	return h, nil
}

func (h *head) connect() (err error) {
	if h.at == nil {
		h.at, err = h.open()
	}
	return err
}

// Status implements printer.Device.
func (h *head) Status(ctx context.Context) paper.Status {
	if h.connect() != nil {
		return paper.Silent
	}
	return h.at.Status(ctx)
}

// Print implements printer.Device.
func (h *head) Print(ctx context.Context, s ticket.Slip) (paper.Result, error) {
	if err := h.connect(); err != nil {
		return paper.Result{Outcome: paper.NotPrinted, Status: paper.Silent}, err
	}
	return h.at.Print(ctx, s)
}

// Close switches everything off.
func (h *head) Close() error {
	if h.at == nil {
		return nil
	}
	return h.at.Close()
}
