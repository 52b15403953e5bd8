package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"example.org/totem/booking"
	"example.org/totem/hw/printer/escpos"
	"example.org/totem/paper"
	"example.org/totem/ticket"
)

// model is the printer of the measurements.
const model = "epson-tm-t20"

// sample returns a slip in Italian, and its bytes.
func sample() (ticket.Slip, escpos.Profile, []byte, error) {
	profile, err := escpos.LoadProfile(model)
	if err != nil {
		return ticket.Slip{}, profile, nil, err
	}
	plan, err := newPlan(0)
	if err != nil {
		return ticket.Slip{}, profile, nil, err
	}
	o, err := order(plan.Office, sheet(plan.Office.ID, "queue", today(), 1, booking.Pool), 0)
	if err != nil {
		return ticket.Slip{}, profile, nil, err
	}
	data, _, err := escpos.NewEncoder(profile, nil).Slip(o.Slip)
	return o.Slip, profile, data, err
}

const (
	slipsInBlock = 2
	lineSpeed    = 19200
)

// slipTime prints on a line whose far end takes bytes no faster than a serial line would.
func slipTime(ctx context.Context, l *lab) (m measured, err error) {
	slip, profile, data, err := sample()
	if err != nil {
		return m, err
	}
	far, err := openFarEnd(lineSpeed)
	if err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, far.close()) }()
	p, err := escpos.Open(escpos.Config{Profile: profile, Path: far.path, Baud: lineSpeed})
	if err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	medians, err := l.interleave(ctx, blocks, func(ctx context.Context, _ int) (float64, error) {
		var times []float64
		for range slipsInBlock {
			far.forget()
			if r, err := p.Print(ctx, slip); r.Outcome != paper.Printed {
				return 0, fmt.Errorf("the slip is %s: %w", r.Outcome, err)
			}
			first, last, ok := far.find(data)
			if !ok {
				return 0, errors.New("the slip did not arrive as it was sent")
			}
			times = append(times, millis(last.Sub(first)))
		}
		return quantile(times, 0.5), nil
	})
	if err != nil {
		return m, err
	}
	return measured{medians[0], millis(lineTime(len(data), lineSpeed)), blocks * slipsInBlock,
		fmt.Sprintf("%d bytes at %d baud through a pseudo-terminal; the baseline is bytes × 10 ÷ baud", len(data), lineSpeed)}, nil
}

// slipRate prints slip after slip on a line of a speed and counts how many come out in a
// minute. The baseline is what the line alone would carry: the bytes of a slip and of the questions around it, without a
// pause. The far end takes no time for paper; a real one prints about one slip a second.
func slipRate(baud int) func(context.Context, *lab) (measured, error) {
	return func(ctx context.Context, l *lab) (m measured, err error) {
		slip, profile, data, err := sample()
		if err != nil {
			return m, err
		}
		far, err := openFarEnd(baud)
		if err != nil {
			return m, err
		}
		defer func() { err = errors.Join(err, far.close()) }()
		p, err := escpos.Open(escpos.Config{Profile: profile, Path: far.path, Baud: baud})
		if err != nil {
			return m, err
		}
		defer func() { err = errors.Join(err, p.Close()) }()
		each := max(2, int(blockTime/lineTime(len(data), baud)))
		medians, err := l.interleave(ctx, blocks, func(ctx context.Context, _ int) (float64, error) {
			begin := time.Now()
			for range each {
				if r, err := p.Print(ctx, slip); r.Outcome != paper.Printed {
					return 0, fmt.Errorf("a slip is %s: %w", r.Outcome, err)
				}
			}
			return float64(each) / time.Since(begin).Minutes(), nil
		})
		if err != nil {
			return m, err
		}
		return measured{medians[0], float64(time.Minute) / float64(lineTime(len(data), baud)), blocks * each,
			fmt.Sprintf("slips of %d bytes one after the other, each confirmed before the next; the baseline is a line that never rests", len(data))}, nil
	}
}

// blockTime is about how long a block of slips is on the line.
const blockTime = time.Second

// general is the other encoder, and generalScript the program that writes a slip with it.
const general = "@point-of-sale/receipt-printer-encoder@3.0.3"

//go:embed general.mjs
var generalScript []byte

func slipBytes(ctx context.Context, l *lab) (measured, error) {
	slip, _, data, err := sample()
	if err != nil {
		return measured{}, err
	}
	theirs, err := l.generalBytes(ctx, slip)
	if err != nil {
		return measured{}, err
	}
	return measured{float64(len(data)), float64(theirs), 1, "the same lines, sizes, weights, rules and QR by " + general + "; a count, the same in every run"}, nil
}

const installLimit = time.Minute

// generalBytes returns how many bytes the other encoder needs for a slip. It is installed into the folder of all
// figures, where the next run finds it.
func (l *lab) generalBytes(ctx context.Context, slip ticket.Slip) (int, error) {
	for _, program := range []string{"npm", "node"} {
		if _, err := exec.LookPath(program); err != nil {
			return 0, cannot{"the other encoder needs " + program + ", which is not installed"}
		}
	}
	dir, err := filepath.Abs(filepath.Join(l.folder, "general-encoder"))
	if err != nil {
		return 0, err
	}
	script := filepath.Join(dir, "general.mjs")
	if err := errors.Join(os.MkdirAll(dir, 0o755), os.WriteFile(filepath.Join(dir, "package.json"), []byte("{\"private\": true}\n"), 0o644),
		os.WriteFile(script, generalScript, 0o644)); err != nil {
		return 0, err
	}
	ctx, cancel := context.WithTimeout(ctx, installLimit)
	defer cancel()
	install := exec.CommandContext(ctx, "npm", "install", "--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts", general)
	install.Dir = dir
	if out, err := install.CombinedOutput(); err != nil {
		lines := strings.Split(strings.TrimSpace(string(out)), "\n")
		return 0, cannot{fmt.Sprintf("npm cannot install %s: %v: %s", general, err, lines[len(lines)-1])}
	}
	lines, err := json.Marshal(slip.Lines)
	if err != nil {
		return 0, err
	}
	encode := exec.CommandContext(ctx, "node", script)
	encode.Dir, encode.Stdin = dir, strings.NewReader(string(lines))
	out, err := encode.Output()
	if err != nil {
		return 0, fmt.Errorf("encode with %s: %w", general, err)
	}
	return strconv.Atoi(strings.TrimSpace(string(out)))
}
