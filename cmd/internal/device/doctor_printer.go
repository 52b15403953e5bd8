package device

import (
	"context"
	"fmt"

	"example.org/totem/internal/fault"
	"example.org/totem/paper"
)

// printerAtWork is the printer as the totem that uses it sees it: two who ask one printer mix up its answers.
func printerAtWork(_ context.Context, cfg Config) Part {
	h, ok := readHealth(cfg.Data)
	if !ok {
		return Part{Name: "printer", State: Attention, Cause: "in use by the running totem, which has left nothing about it",
			Remedy: "stop the totem to have the printer asked"}
	}
	status, err := paper.ParseStatus(h.Printer)
	if err != nil {
		return broken("printer", err)
	}
	p := printerPart(status)
	p.Cause += " (as the running totem sees it"
	if !h.Since.IsZero() {
		p.Cause += ", since " + h.Since.Local().Format("15:04")
	}
	p.Cause += ")" + paperLeft(h)
	return p
}

// paperLeft says how much paper is left, nothing where nobody knows.
func paperLeft(h Health) string {
	if h.PaperMM == nil {
		return ""
	}
	return fmt.Sprintf("; about %d m of paper left, %d slips", *h.PaperMM/millimetres, h.Slips)
}

func examinePrinter(ctx context.Context, cfg Config) Part {
	if cfg.Printer.isHead() {
		return examineHead(ctx, cfg)
	}
	p, err := openPrinter(cfg.Printer)
	if err != nil {
		return broken("printer", err)
	}
	status := p.Status(ctx)
	if err := p.Close(); err != nil {
		return broken("printer", err)
	}
	return printerPart(status)
}

func printerPart(status paper.Status) Part {
	switch {
	case status.Has(paper.Silent):
		return Part{Name: "printer", State: Faulty, Cause: "it does not answer", Code: fault.CodePrinterMute,
			Remedy: remedyFor(status) + "; some models never answer"}
	case !status.Ready():
		return Part{Name: "printer", State: Faulty, Cause: "it cannot print: " + status.String(), Code: fault.CodePrinterState, Remedy: remedyFor(status)}
	case status != 0:
		return Part{Name: "printer", State: Attention, Cause: "ready: " + status.String(), Remedy: remedyFor(status)}
	}
	return Part{Name: "printer", State: Good, Cause: "ready"}
}
