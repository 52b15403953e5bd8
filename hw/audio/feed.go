package audio

import "time"

// feed brings the player up to date: it is started when there is something to be heard, fed while there is, and let go.
func (f *feeder) feed() {
	f.settle()
	if f.player == nil && !f.start() {
		return
	}
	for !f.player.draining && f.player.broken == nil && f.player.waiting() < ahead {
		samples, more := f.next()
		if !more {
			break
		}
		f.player.write(f.level.next(samples, f.player.out.gain(f.wish.manner.Level)))
	}
}

// settle looks after players that end, as they were asked to or not.
func (f *feeder) settle() {
	if f.going != nil && f.going.ended() {
		f.going = nil
	}
	p := f.player
	if p == nil {
		return
	}
	p.waiting()
	if err := p.failure(); err != nil {
		f.fail(p.to, err)
		return
	}
	if p.proven() {
		f.v.health.set(p.to, nil)
	}
	if !p.ended() {
		return
	}
	f.player = nil
	if f.stream != nil && p.speech && f.stream.tape.done() {
		ended := f.stream.whole
		f.stream = nil
		if ended && len(f.wish.lines) == 0 {
			tell(f.v.cfg.Ended)
		}
	}
}

func tell(somebody func()) {
	if somebody != nil {
		somebody()
	}
}

// start starts a player where there is something to be heard and the one before is gone.
func (f *feeder) start() bool {
	if f.going != nil || time.Now().Before(f.rest) {
		return false
	}
	if !f.talking() && len(f.cue) == 0 && len(f.probes) > 0 {
		f.sound(probe, f.probes[0])
		f.probes = f.probes[1:]
	}
	to := f.cueTo
	switch {
	case f.talking():
		to = f.stream.to
	case len(f.cue) == 0:
		return false
	}
	p, err := startPlayer(f.ctx, to, f.v.output(to))
	if err != nil {
		f.fail(to, err)
		return false
	}
	f.player = p
	return true
}

// next returns the next chunk to be heard; false if there is none now.
func (f *feeder) next() (samples []float64, more bool) {
	f.forget()
	if !f.talking() && len(f.cue) == 0 {
		if !f.player.speech && f.player.young() {
			return make([]float64, chunk), true
		}
		f.finish()
		return nil, false
	}
	var speech []float64
	if f.talking() && f.stream.to == f.player.to {
		speech = f.speech()
	}
	if len(speech) == 0 && len(f.cue) == 0 && (f.player.written == 0 || f.player.waiting() > ahead/3) {
		return nil, false // espeak-ng may still be in time; silence would only delay it
	}
	samples = make([]float64, chunk)
	copy(samples, speech)
	n := min(chunk, len(f.cue))
	for i, s := range f.cue[:n] {
		samples[i] += s
	}
	f.cue = f.cue[n:]
	return samples, true
}

// speech returns the next chunk of speech, or nothing while there is none.
func (f *feeder) speech() []float64 {
	if !f.player.speech && !f.stream.ready(2*ahead) {
		return nil // a start that would falter
	}
	samples, ends := f.stream.next(chunk)
	if f.stream.secret && f.player.to != partHeadset {
		f.drop() // cannot be: Say and the stream have left it out already
		return nil
	}
	f.player.speech = f.player.speech || len(samples) > 0
	for range ends {
		tell(f.v.cfg.Heard)
	}
	return samples
}

// forget lets go of a stream that had nothing to say.
func (f *feeder) forget() {
	if f.stream != nil && f.stream.tape.done() && !f.stream.begun {
		f.drop()
	}
}

// finish has the player play to the end what it was given.
func (f *feeder) finish() {
	if f.player.written == 0 {
		f.level.next(make([]float64, chunk), 1) // there were no words in it; a player of nothing may complain
	}
	f.player.write(f.level.next(make([]float64, chunk), f.level.gain))
	f.level = leveller{}
	if f.player.broken == nil {
		f.player.finish()
	}
}
