package device

import (
	"context"
	"fmt"
	"math"
	"time"

	"example.org/totem/hw/printer/thermalhead"
	"example.org/totem/internal/fault"
	"example.org/totem/locale"
	"example.org/totem/paper"
	"example.org/totem/ticket"
)

// openHead opens the lines of a bare head, which must be there.
func openHead(cfg Config) (*head, error) {
	found, err := (&Device{cfg: cfg}).findHead()
	if err != nil {
		return nil, err
	}
	h, ok := found.(*head)
	if !ok {
		return nil, fmt.Errorf("a head that is a %T", found)
	}
	if err := h.connect(); err != nil {
		return nil, err
	}
	return h, nil
}

// examineHead is examinePrinter for a bare head.
func examineHead(ctx context.Context, cfg Config) Part {
	h, err := openHead(cfg)
	if err != nil {
		return broken("printer", err)
	}
	p := printerPart(h.Status(ctx))
	if why := h.at.Report().RealTime; why != "" && p.State == Good {
		p.State, p.Cause, p.Remedy = Attention, "ready, without real-time rights: "+why, "give them as docs/hardware/thermal-head.md says"
	}
	if err := h.Close(); err != nil {
		return broken("printer", err)
	}
	return p
}

// diagnoseHead is the exam of a bare head, with a test strip in place of the slip.
func diagnoseHead(ctx context.Context, cfg Config, e Exam) (Diagnosis, error) {
	if e.Record != nil {
		return Diagnosis{}, fault.New(fault.CodeUsage, nil, "leave --record out", "a bare print head says nothing that could be recorded")
	}
	profile, err := thermalhead.LoadProfile(cfg.Printer.Profile)
	if err != nil {
		return Diagnosis{}, err
	}
	best := bestLevel(profile.Abilities)
	d := Diagnosis{Path: cfg.Printer.Path, Profile: profile.Name, Model: profile.Model, Abilities: abilities(profile.Abilities),
		Level: best.String(), LevelMeans: LevelMeans(best)}
	h, err := openHead(cfg)
	if err != nil {
		d.Verdict = broken("printer", err)
		return d, nil
	}
	e.Say("reading the sensors")
	status := h.Status(ctx)
	d.Status, d.Conditions, d.Verdict = status.String(), conditions(status), printerPart(status)
	if !e.NoSlip && status.Ready() {
		e.Say("printing a test strip")
		began := time.Now()
		r, err := h.Print(ctx, ticket.Strip(locale.Italian))
		d.Slip = &TestSlip{Outcome: r.Outcome.String(), Level: r.Level.String(), MM: r.Length, Seconds: math.Round(time.Since(began).Seconds()*10) / 10}
		d.Status, d.Conditions, d.Verdict = r.Status.String(), conditions(r.Status), printerPart(r.Status)
		switch {
		case err != nil:
			d.Verdict = broken("printer", err)
		case r.Outcome == paper.Printed:
			d.Slip.Look = []string{"the strip can be read; strokes are as dark at their end as at their beginning; nothing is scorched"}
		}
	}
	report := h.at.Report()
	d.Head = []string{fmt.Sprintf("%.0f °C, %.2f V", report.Celsius, report.Volts),
		fmt.Sprintf("%d dot lines, %d strobes dropped by the guard", report.Lines, report.Drops),
		"strobes late by: " + report.Strobes.String(), "steps late by: " + report.Steps.String()}
	for what, why := range map[string]string{"real-time rights": report.RealTime, "locked memory": report.Memory} {
		if why != "" {
			d.Head = append(d.Head, "no "+what+": "+why)
		}
	}
	return d, h.Close()
}
