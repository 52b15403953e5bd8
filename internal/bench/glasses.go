package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"example.org/totem/internal/xvfb"
)

const (
	usesBlocks     = 5 // of a start, touches and a look at the memory each
	touchesInBlock = 20
	idleBlocks     = 3 // of a minute each
	idleBlock      = time.Minute
	aroundTheTurn  = 4 * time.Second // of a minute, in which no block may begin: the clock is redrawn once in each
	mebi           = 1 << 20
)

// uses is what was found of the kiosk and of the browser while somebody is there.
type uses struct{ start, touch, memory measured }

// pair is the two that are compared, the kiosk first. Each has a screen of its own of one X server, so that both can be
// left alone in the same minutes.
type pair [2]*glass

// withPair has kiosk and browser ready, neither running, while it does a work, and notes which browser that was.
func withPair[T any](ctx context.Context, l *lab, work func(pair, context.Context, *lab) (T, error)) (found T, err error) {
	if err := hasPrograms(l); err != nil {
		return found, err
	}
	b, err := findBrowser(ctx, l)
	if err != nil {
		return found, err
	}
	server, stop, err := xvfb.StartScreens(ctx, 2, 1080, 1920)
	if errors.Is(err, xvfb.ErrMissing) {
		return found, cannot{err.Error()}
	}
	if err != nil {
		return found, err
	}
	defer stop()
	k, err := startTotem(ctx, l)
	if err != nil {
		return found, err
	}
	defer func() { err = errors.Join(err, k.close()) }()
	both := pair{{name: "the kiosk", display: server + ".0", command: k.command}, {name: b.version, display: server + ".1", command: b.command}}
	defer func() { err = errors.Join(err, both[0].close(), both[1].close()) }()
	for _, g := range both {
		if err := g.open(); err != nil {
			return found, err
		}
		if err := errors.Join(g.explore(ctx), g.stop()); err != nil {
			return found, err
		}
	}
	return work(both, ctx, l)
}

func measureUses(ctx context.Context, l *lab) (uses, error) { return withPair(ctx, l, pair.use) }
func measureIdle(ctx context.Context, l *lab) (measured, error) {
	return withPair(ctx, l, pair.leave)
}

// use starts the two in turn, touches them, and lets them be for a moment before their memory is looked at.
func (p pair) use(ctx context.Context, l *lab) (found uses, err error) {
	var touched, kept [2][]float64
	var turns []side
	for i, g := range p {
		turns = append(turns, func(ctx context.Context, block int) (float64, error) {
			took, answers, weight, err := g.visit(ctx)
			if block > 0 && err == nil {
				touched[i], kept[i] = append(touched[i], quantile(answers, 0.95)), append(kept[i], weight/mebi)
			}
			return millis(took), err
		})
	}
	started, err := l.interleave(ctx, usesBlocks, turns...)
	if err != nil {
		return found, err
	}
	against := "; against " + p[1].name
	found.start = measured{started[0], started[1], usesBlocks, "process start → the start screen is there and answers a finger; what it keeps on disk is there already" + against}
	found.touch = measured{quantile(touched[0], 0.5), quantile(touched[1], 0.5), usesBlocks * touchesInBlock, "p95 of press → the dot under the finger changed, looked at every 0.3 ms" + against}
	found.memory = measured{quantile(kept[0], 0.5), quantile(kept[1], 0.5), usesBlocks, fmt.Sprintf("PSS of all processes after a start and %d touches", touchesInBlock) + against}
	return found, nil
}

// visit starts the program, touches it and stops it again.
func (g *glass) visit(ctx context.Context) (start time.Duration, touches []float64, memory float64, err error) {
	defer func() { err = errors.Join(err, g.stop()) }()
	if start, err = g.arrive(ctx); err != nil {
		return start, nil, 0, err
	}
	if touches, err = g.touches(ctx, touchesInBlock); err != nil {
		return start, nil, 0, err
	}
	if err = pause(ctx, calm); err == nil {
		memory, err = kinMemory(g.running.Process.Pid)
	}
	return start, touches, memory, err
}

// leave leaves both alone, minute after minute, and returns the part of one processor that each used, in per cent.
func (p pair) leave(ctx context.Context, l *lab) (idle measured, err error) {
	for _, g := range p {
		if _, err := g.arrive(ctx); err != nil {
			return idle, err
		}
	}
	if err := pause(ctx, idleBlock/6); err != nil { // what a start leaves to be done
		return idle, err
	}
	var used [2][]float64
	for block := range idleBlocks {
		now := time.Now()
		if next := now.Truncate(time.Minute).Add(time.Minute); next.Sub(now) < aroundTheTurn || now.Sub(now.Truncate(time.Minute)) < aroundTheTurn {
			if err := pause(ctx, 2*aroundTheTurn); err != nil {
				return idle, err
			}
		}
		part, err := p.minute(ctx)
		if err != nil {
			return idle, err
		}
		for i := range p {
			used[i] = append(used[i], part[i])
		}
		fmt.Fprintf(l.progress, "  %s: minute %d of %d: %.3f %%, %.3f %%\n", l.id, block+1, idleBlocks, part[0], part[1])
	}
	note := "processor time of all processes in a minute with one turn of the clock, both at the same time on two screens of one X server; "
	var memory [2]float64
	for i, g := range p {
		if memory[i], err = kinMemory(g.running.Process.Pid); err != nil {
			return idle, err
		}
	}
	note += fmt.Sprintf("memory was then %.0f and %.0f MiB; against %s", memory[0]/mebi, memory[1]/mebi, p[1].name)
	return measured{quantile(used[0], 0.5), quantile(used[1], 0.5), idleBlocks, note}, nil
}

// minute returns what each used of a processor in a minute, in per cent. Both must have redrawn their clock in it.
func (p pair) minute(ctx context.Context) (part [2]float64, err error) {
	var before [2][]byte
	var from [2]time.Duration
	begin := time.Now()
	for i, g := range p {
		if before[i], err = g.eyes.dots(g.whole()); err != nil {
			return part, err
		}
		if from[i], err = kinTime(g.running.Process.Pid); err != nil {
			return part, err
		}
	}
	if err := pause(ctx, idleBlock); err != nil {
		return part, err
	}
	for i, g := range p {
		to, err := kinTime(g.running.Process.Pid)
		if err != nil {
			return part, err
		}
		part[i] = 100 * float64(to-from[i]) / float64(time.Since(begin))
		after, err := g.eyes.dots(g.whole())
		if err != nil {
			return part, err
		}
		if !differ(before[i], after) {
			return part, fmt.Errorf("%s did not redraw its clock", g.name)
		}
	}
	return part, nil
}
