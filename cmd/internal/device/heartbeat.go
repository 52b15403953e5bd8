package device

import (
	"context"
	"time"
)

// Beat asks a totem whether it is alive. The conversation says how the totem is and hands the beat on to the glass, which answers
// when it works: an answer has been through the loops of both.
type Beat struct {
	answer chan<- string // has room for the answer, which is how the totem is
}

// Pulse is a [Glass] that can tell whether it works. One that cannot is taken to.
type Pulse interface {
	// Beat has answer called once the glass's own loop has come round, and a frame was really shown within the last minute. It
	// must not block. answer may be called on any goroutine, at any time, or never; it does not block.
	Beat(answer func())
}

// HeartConfig says how a totem tells a service manager that it is alive.
type HeartConfig struct {
	// Every is the time from one beat to the next: a third of what the service manager waits for. 0: only one beat, at the start.
	Every time.Duration
	// Tell tells the service manager something: lines as sd_notify(3) has them, "READY=1". nil: nobody listens, and there are no beats.
	Tell func(state string) error
}

// Heart tells a service manager, in the words of sd_notify(3), when a totem is ready, whether it is alive, how it is, and that it
// ends:
//
//	READY=1     the first beat was answered: the first screen was really shown
//	WATCHDOG=1  a beat was answered
//	STATUS=…    how the totem is, in one line for a technician, when that has changed
//	STOPPING=1  it was asked to stop
//
// While one beat is not answered there is no other one, and nothing is told: whatever hangs, the service manager's patience runs
// out. What it cannot be told is told by the next beat.
type Heart struct {
	cfg   HeartConfig
	beats chan Beat
}

// NewHeart returns a heart that does not beat yet.
func NewHeart(cfg HeartConfig) *Heart { return &Heart{cfg: cfg, beats: make(chan Beat)} }

// Beats is where a totem takes its beats, for [Parts]. It is always the same channel, and never closed.
func (h *Heart) Beats() <-chan Beat { return h.beats }

// Run beats until ctx ends. It begins at once.
func (h *Heart) Run(ctx context.Context) {
	if h.cfg.Tell == nil {
		return
	}
	var next <-chan time.Time // nil: never
	if h.cfg.Every > 0 {
		ticker := time.NewTicker(h.cfg.Every)
		defer ticker.Stop()
		next = ticker.C
	}
	said, ready := "", false
	for {
		how, ok := h.beat(ctx)
		if !ok {
			break
		}
		state := ""
		if !ready {
			state += "READY=1\n"
		}
		if h.cfg.Every > 0 {
			state += "WATCHDOG=1\n"
		}
		if how != said {
			state += "STATUS=" + how + "\n"
		}
		if state != "" && h.cfg.Tell(state) == nil {
			said, ready = how, true
		}
		select {
		case <-next:
			continue
		case <-ctx.Done():
		}
		break
	}
	_ = h.cfg.Tell("STOPPING=1\nSTATUS=stopping\n") // nobody is left to be told of it
}

// beat gives one beat to the totem and waits for its answer, ok false where ctx ended first.
func (h *Heart) beat(ctx context.Context) (how string, ok bool) {
	answer := make(chan string, 1)
	select {
	case h.beats <- Beat{answer}:
	case <-ctx.Done():
		return "", false
	}
	select {
	case how = <-answer:
		return how, true
	case <-ctx.Done():
		return "", false
	}
}

// pass hands b on to the glass, by which it is answered that the totem is so.
func (b Beat) pass(glass Glass, how string) {
	if b.answer == nil {
		return
	}
	answer := func() {
		select {
		case b.answer <- how:
		default: // it was answered
		}
	}
	if pulse, ok := glass.(Pulse); ok {
		pulse.Beat(answer)
		return
	}
	answer()
}
