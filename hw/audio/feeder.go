package audio

import (
	"context"
	"time"
)

// feeder keeps the player fed. It is one goroutine, the one of Run.
type feeder struct {
	v    *Voice
	ctx  context.Context
	wish wish // as it was last looked at

	stream *stream         // nil: nothing is to be said
	before <-chan struct{} // of the last stream, closed when it is gone
	cue    []float64       // what is left of it to be heard
	cueTo  string
	cueOf  Cue
	warned time.Time
	probes []string // parts to be tried

	player *player // nil: none
	going  *player // one that was killed; the next one may want the same sound card
	level  leveller

	failed int // players in a row
	rest   time.Time
}

const (
	beat = 5 * time.Millisecond
	// linger is how long a player is kept that has played a cue alone: often words follow.
	linger = 250 * time.Millisecond
	// breath is how long a player that failed is left alone, tries how often one is started for the same words.
	breath = 250 * time.Millisecond
	tries  = 3
)

func (f *feeder) run() {
	retry := time.NewTicker(f.v.cfg.Retry)
	defer retry.Stop()
	beats := time.NewTicker(beat)
	defer beats.Stop()
	f.probe(func(string) bool { return true })
	for f.ctx.Err() == nil {
		f.look()
		f.feed()
		var next <-chan time.Time
		if f.busy() {
			next = beats.C
		}
		select {
		case <-f.ctx.Done():
		case <-f.v.wake:
		case <-next:
		case <-retry.C:
			f.probe(f.v.health.bad)
		}
	}
}

func (f *feeder) close() {
	f.drop()
	f.interrupt()
	if f.going != nil {
		<-f.going.done
	}
	if f.before != nil {
		<-f.before
	}
}

// probe has those parts tried that are there and meant.
func (f *feeder) probe(meant func(string) bool) {
	f.probes = nil
	for _, part := range []string{partHeadset, partSpeaker} {
		if !f.v.output(part).absent() && meant(part) {
			f.probes = append(f.probes, part)
		}
	}
}

func (f *feeder) busy() bool {
	return f.player != nil || f.going != nil || f.talking() || f.pending() || len(f.cue) > 0 || len(f.probes) > 0
}

// pending reports whether something was added that can be begun now.
func (f *feeder) pending() bool { return f.stream == nil && len(f.wish.lines) > 0 }

func (f *feeder) talking() bool { return f.stream != nil && !f.wish.paused && !f.stream.tape.done() }

// look takes over what was asked for since.
func (f *feeder) look() {
	old := f.wish
	f.wish = f.v.wanted()
	if f.wish.hushed != old.hushed {
		f.drop()
		f.cue = nil
		f.interrupt()
	}
	if f.wish.said != old.said {
		f.replace()
	}
	if f.pending() {
		f.begin()
	}
	if f.wish.cued != old.cued {
		f.sound(f.wish.cue, part(f.wish.headset))
	}
	if f.wish.paused && !old.paused && f.player != nil && f.player.speech {
		f.interrupt()
	}
}

// replace ends what is being said: something else is wished.
func (f *feeder) replace() {
	f.drop()
	if f.player != nil && f.player.speech {
		f.interrupt()
	}
	f.failed, f.rest = 0, time.Time{}
}

// begin begins to say what waits.
func (f *feeder) begin() {
	lines := f.v.take(f.wish.said)
	if f.wish.lines = nil; len(lines) == 0 {
		return // there is a new wish already
	}
	if f.player != nil && f.player.to != f.wish.to {
		f.interrupt()
	}
	f.stream = f.v.startStream(f.ctx, lines, f.wish.to, f.before)
	f.before = f.stream.done
}

// drop forgets what was to be said.
func (f *feeder) drop() {
	if f.stream != nil {
		f.stream.stop()
		f.stream = nil
	}
}

// sound begins a cue, unless one sounds.
func (f *feeder) sound(c Cue, to string) {
	late := c == Warning && time.Since(f.warned) < betweenWarnings
	if len(f.cue) > 0 && f.cueOf != probe || late || f.v.output(to).absent() {
		return
	}
	if f.player != nil && f.player.to != to {
		f.interrupt()
	}
	if c == Warning {
		f.warned = time.Now()
	}
	f.cue, f.cueOf, f.cueTo = c.samples(), c, to
}

// interrupt silences the player at once. Speech goes back to what was certainly heard.
func (f *feeder) interrupt() {
	if f.player == nil {
		return
	}
	unheard := f.player.waiting() + held + 2*chunk
	f.player.silence()
	if f.stream != nil {
		f.stream.back(unheard)
	}
	f.level = leveller{}
	f.going, f.player = f.player, nil
}

// fail gives up a player that does not work, and after some tries what it was to play.
func (f *feeder) fail(part string, err error) {
	if f.ctx.Err() != nil {
		return // it was ended
	}
	f.v.health.set(part, err)
	f.interrupt()
	f.failed, f.rest = f.failed+1, time.Now().Add(breath)
	if f.cueOf == probe || f.failed == tries {
		f.cue = nil
	}
	if f.failed == tries {
		f.drop()
		f.failed = 0
	}
}
