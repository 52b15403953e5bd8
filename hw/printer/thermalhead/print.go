package thermalhead

import (
	"context"
	"errors"
	"fmt"
	"time"

	"example.org/totem/hw/printer/raster"
	"example.org/totem/internal/fault"
	"example.org/totem/paper"
	"example.org/totem/ticket"
)

// Print draws a slip, burns it line by line and feeds it to the tear-off edge. It ends Printed, by [paper.ByDrain], when every
// line was heated with the strobe's time kept, and with paper under a head that was down, before each. Nothing reads the dots
// back. It ends NotPrinted when it stopped before any dot was lit, else Unknown. Length counts the motor's steps.
//
// A part of a slip that hangs at the head after Unknown is fed out before the next slip begins.
//
// Whatever ends it, a panic too, strobes and motor are off when it returns. If they cannot be switched off the status is
// Unrecoverable until a later try succeeds, and the error says so, whatever the outcome.
func (h *Head) Print(ctx context.Context, s ticket.Slip) (paper.Result, error) {
	if err := h.take(ctx); err != nil {
		return paper.Result{Outcome: paper.NotPrinted, Status: paper.Silent}, lost("the print head is not to be had", err)
	}
	defer h.give()
	pic, err := h.draw(s)
	if err != nil {
		return paper.Result{Outcome: paper.NotPrinted, Status: h.look(ctx)}, err
	}
	return h.print(ctx, pic)
}

func (h *Head) draw(s ticket.Slip) (raster.Picture, error) {
	a := h.profile.Abilities
	pic, err := h.cfg.Draw(s, raster.Format{Dots: a.Dots, DPI: a.DPI})
	if err != nil {
		return raster.Picture{}, fmt.Errorf("draw a slip: %w", err)
	}
	if pic.Width != a.Dots || len(pic.Bits) != pic.Height*pic.Stride() {
		return raster.Picture{}, fmt.Errorf("draw a slip: it is %d dots wide, the head %d", pic.Width, a.Dots)
	}
	if count(pic.Bits) == 0 {
		return raster.Picture{}, errors.New("draw a slip: it is white")
	}
	return pic, nil
}

func (h *Head) print(ctx context.Context, pic raster.Picture) (res paper.Result, err error) {
	h.marked, h.motor.steps = false, 0
	leave, refused := hurry(h.cfg.Priority)
	defer leave()
	if h.report.RealTime = ""; refused != nil {
		h.report.RealTime = refused.Error()
	}
	defer func() { // runs on a panic too, which then goes on
		if off := h.off(); off != nil {
			err = errors.Join(err, lost("the print head could not be switched off: take its power away", off))
			res.Status |= h.broken()
		}
	}()
	status, err := h.slip(ctx, pic)
	res = paper.Result{Outcome: paper.Printed, Level: paper.ByDrain, Length: h.profile.millimetres(h.motor.steps)}
	switch {
	case err == nil:
		h.scrap = false
	case h.marked:
		h.scrap = true
		res.Outcome, res.Level = paper.Unknown, paper.NotConfirmed
	default:
		res.Outcome, res.Level = paper.NotPrinted, paper.NotConfirmed
	}
	res.Status = status | h.broken()
	return res, err
}

// slip feeds and burns. The status is what stopped it, or what the head is like at the end.
func (h *Head) slip(ctx context.Context, pic raster.Picture) (paper.Status, error) {
	if status, err := h.fit(ctx); err != nil {
		return status, err
	}
	if err := h.motor.start(); err != nil {
		return paper.Silent, lost("the motor cannot be driven", err)
	}
	lead := h.profile.linesFor(h.profile.lead)
	if h.scrap {
		lead += h.profile.linesFor(h.profile.tear)
	}
	if status, err := h.feed(ctx, lead, false); err != nil {
		return status, err
	}
	h.scrap = false
	for y := range pic.Height {
		if y%senseEvery == 0 {
			if status, err := h.warmOrWait(ctx); err != nil {
				return status, err
			}
		}
		if status, err := h.line(ctx, pic.Row(y)); err != nil {
			return status, err
		}
	}
	if status, err := h.steady(ctx); err != nil {
		return status, err
	}
	if status, err := h.feed(ctx, h.profile.linesFor(h.profile.tear), true); err != nil {
		return status, err
	}
	status := h.look(ctx)
	if status.Has(paper.VoltageFault) {
		return status, state("the supply failed while the slip was fed out", nil)
	}
	return status, nil
}

// steady tells whether the last lines were burnt with the heat and the voltage that were reckoned with. A head that has just
// become too hot did its work.
func (h *Head) steady(ctx context.Context) (paper.Status, error) {
	status, err := h.sense(ctx)
	if err == nil && status&^paper.HeadHot != 0 {
		err = state("the last lines may be too light: "+status.String(), nil)
	}
	return status, err
}

// senseEvery is after how many lines heat and voltage are read again: a millimetre.
const senseEvery = 8

// feed moves the paper by white lines, and if it is the last of the slip slows down at its end.
func (h *Head) feed(ctx context.Context, lines int, last bool) (paper.Status, error) {
	for n := range lines {
		if status, err := h.mayGoOn(ctx); err != nil {
			return status, err
		}
		for i := range h.profile.motor.halfSteps {
			slowest := time.Duration(0)
			if last {
				slowest = h.motor.slowing((lines-n)*h.profile.motor.halfSteps - i - 1)
			}
			if err := h.motor.step(slowest); err != nil {
				return paper.Silent, lost("the motor cannot be driven", err)
			}
		}
		h.report.Lines++
	}
	return 0, nil
}

// line makes the first half-step of a dot line, burns it where it then lies, and makes the others.
func (h *Head) line(ctx context.Context, row []byte) (paper.Status, error) {
	for i := range h.profile.motor.halfSteps {
		if err := h.motor.step(0); err != nil {
			return paper.Silent, lost("the motor cannot be driven", err)
		}
		if i > 0 {
			continue
		}
		if status, err := h.mayGoOn(ctx); err != nil {
			return status, err
		}
		if status, err := h.burn(row); err != nil {
			return status, err
		}
	}
	h.report.Lines++
	return 0, nil
}

// mayGoOn looks before each line whether anybody wants it to stop, and whether paper lies under a head that is down.
func (h *Head) mayGoOn(ctx context.Context) (paper.Status, error) {
	switch {
	case h.closing.Load():
		return paper.Silent, lost("printing was stopped", errClosed)
	case ctx.Err() != nil:
		return 0, fault.New(fault.CodeStopped, ctx.Err(), "print again", "printing was stopped")
	}
	status, err := h.sensors()
	if err == nil && status != 0 {
		err = state("the print head stopped: "+status.String(), nil)
	}
	return status, err
}

// fit tells whether a slip can begin.
func (h *Head) fit(ctx context.Context) (paper.Status, error) {
	if h.stuck {
		return paper.Unrecoverable, state("the print head could not be switched off", nil)
	}
	status, err := h.mayGoOn(ctx)
	if err != nil {
		return status, err
	}
	status, err = h.sense(ctx)
	if err == nil && status != 0 {
		err = state("the print head cannot print: "+status.String(), nil)
	}
	if err == nil { // the law holds within the limits only
		h.warm.head(h.celsius)
	}
	return status, err
}

// warmOrWait reads heat and voltage, and waits with the motor off for a head that became too hot.
func (h *Head) warmOrWait(ctx context.Context) (paper.Status, error) {
	begun, waited := h.clock.Now(), false
	for {
		status, err := h.sense(ctx)
		switch {
		case err != nil:
			return status, err
		case status == paper.HeadHot && h.clock.Now()-begun < h.cfg.Cooling:
		case status != 0:
			return status, state("the print head stopped: "+status.String(), nil)
		default:
			h.warm.head(h.celsius)
			if !waited {
				return 0, nil
			}
			return h.again()
		}
		if !waited {
			waited = true
			if err := h.motor.off(); err != nil {
				return paper.Silent, lost("the motor cannot be driven", err)
			}
		}
		h.clock.Until(h.clock.Now() + coolingStep)
		if status, err := h.mayGoOn(ctx); err != nil {
			return status | paper.HeadHot, err
		}
	}
}

// coolingStep is how often a hot head is looked at.
const coolingStep = 100 * time.Millisecond

func (h *Head) again() (paper.Status, error) {
	if err := h.motor.start(); err != nil {
		return paper.Silent, lost("the motor cannot be driven", err)
	}
	return 0, nil
}
