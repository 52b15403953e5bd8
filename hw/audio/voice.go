package audio

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"example.org/totem/locale"
)

// Config is what a Voice works with.
type Config struct {
	Espeak  string // the command of espeak-ng, looked up in PATH; "": "espeak-ng"
	Headset Output // zero: no socket for a headset, so that nothing private is ever spoken
	Speaker Output // zero: no speaker

	// Heard is told that a sentence was played to its end, Ended that the last one of a Say, and of what was added, was: somebody listened until now.
	// Neither is told of what was replaced, hushed or could not be played. They must not block. nil: nobody is told.
	Heard, Ended func()
	// StateChanged is told the state once it is known and at each change. It must not block. nil: nobody is.
	StateChanged func(State)
	// Retry is how often what does not work is looked at again, besides whenever it is needed. 0: 30 s.
	Retry time.Duration

	Log *slog.Logger // nil: silent
}

const defaultRetry = 30 * time.Second

// Line is one thing to say, a sentence or a few. What of it espeak-ng would take for orders is left out, and control signs, what is
// no UTF-8, and what is longer than LongestLine.
type Line struct {
	Text    string
	Lang    locale.Lang // one without a voice is not spoken; the log says at the start which these are
	Private bool        // into the headset alone
}

// What one Say takes; the rest is left out.
const (
	MostLines   = 500
	LongestLine = 4000 // runes
)

// Manner is how is spoken. The zero Manner is the usual one.
type Manner struct {
	Rate  int // per cent of the usual pace, from 50 to 200 in steps of 25; 0: 100. It holds from the next sentence on
	Level int // louder than usual in steps of 5 dB, from -9 to 7; it holds at once, for cues too
}

// Voice says what is to be heard. Its methods may be called from any goroutine, before, during and after Run, and return at
// once; what they ask for happens while Run runs.
type Voice struct {
	cfg    Config
	espeak espeak
	health health
	wake   chan struct{} // has a token when wish has changed

	mu   sync.Mutex
	wish wish
}

// New returns a Voice that is not running yet. It fails on an Output that cannot be; whether it works shows when Run runs.
func New(cfg Config) (*Voice, error) {
	var errs [2]error
	cfg.Headset, errs[0] = cfg.Headset.checked(partHeadset)
	cfg.Speaker, errs[1] = cfg.Speaker.checked(partSpeaker)
	if err := errors.Join(errs[:]...); err != nil {
		return nil, err
	}
	if cfg.Retry < 0 {
		return nil, errors.New("audio: a negative time to try again")
	}
	if cfg.Retry == 0 {
		cfg.Retry = defaultRetry
	}
	if cfg.Espeak == "" {
		cfg.Espeak = defaultEspeak
	}
	return &Voice{cfg: cfg, espeak: espeak{cfg.Espeak}, wake: make(chan struct{}, 1),
		wish: wish{to: part(false)}, health: health{log: cfg.Log, changed: cfg.StateChanged, failed: map[string]bool{}}}, nil
}

// Run makes what is asked for heard until ctx is done. It owns every process and goroutine, and none is left when it returns. It is
// called once. First it has each player play a moment of nothing, so that what does not work is known before it is needed.
func (v *Voice) Run(ctx context.Context) {
	var scout sync.WaitGroup
	scout.Go(func() { v.scout(ctx) })
	defer scout.Wait()
	f := feeder{v: v, ctx: ctx}
	defer f.close()
	f.run()
}

// scout looks for espeak-ng and its voices, at the start and while it does not work.
func (v *Voice) scout(ctx context.Context) {
	if v.cfg.Headset.absent() && v.cfg.Speaker.absent() {
		return
	}
	retry := time.NewTicker(v.cfg.Retry)
	defer retry.Stop()
	for first := true; ctx.Err() == nil; first = false {
		if first || v.health.bad(partVoice) {
			lacking, err := v.espeak.lacking(ctx)
			if ctx.Err() != nil {
				return
			}
			if err == nil {
				v.health.lack(lacking)
			}
			v.health.set(partVoice, err)
		}
		select {
		case <-ctx.Done():
		case <-retry.C:
		}
	}
}

func (v *Voice) output(part string) Output {
	switch part {
	case partHeadset:
		return v.cfg.Headset
	case partSpeaker:
		return v.cfg.Speaker
	}
	return Output{}
}
