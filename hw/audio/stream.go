package audio

import "context"

// stream has espeak-ng speak the lines of one Say, each while the one before is heard.
type stream struct {
	tape
	to    string // the part it is for
	whole bool   // all of it could be spoken; holds when the tape is over
	stop  context.CancelFunc
	done  chan struct{} // closed when its last process is gone
}

const (
	// stored is how many pieces of 20 ms may wait for the player: so much of the next sentence is ready when one ends.
	stored = 100
	// hopeless is how many sentences in a row espeak-ng may fail at before the rest is given up.
	hopeless = 3
)

// startStream begins to speak lines once the stream before is gone. The caller stops it, and waits for done.
func (v *Voice) startStream(ctx context.Context, lines []Line, to string, before <-chan struct{}) *stream {
	ctx, stop := context.WithCancel(ctx)
	pieces := make(chan piece, stored)
	s := &stream{tape: tape{pieces: pieces}, to: to, stop: stop, done: make(chan struct{})}
	go func() {
		defer close(s.done)
		if before != nil {
			<-before
		}
		s.whole = v.speak(ctx, lines, to, pieces)
		close(pieces)
	}()
	return s
}

// speak reports whether all lines could be spoken.
func (v *Voice) speak(ctx context.Context, lines []Line, to string, pieces chan<- piece) bool {
	failed, inRow := 0, 0
	for _, l := range lines {
		if l.Private && to != partHeadset {
			continue
		}
		err := v.line(ctx, l, pieces)
		if ctx.Err() != nil {
			return false
		}
		inRow++
		if err == nil {
			inRow = 0
			continue
		}
		if failed++; inRow == hopeless {
			return false
		}
	}
	return failed == 0
}

// line speaks one line, if there is anything in it and somebody to speak it.
func (v *Voice) line(ctx context.Context, l Line, pieces chan<- piece) error {
	send := func(p piece) error {
		select {
		case pieces <- p:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	how, known := voices()[l.Lang]
	text := clean(l.Text)
	if !known || !hasWords(text) || v.health.unspoken(l.Lang) {
		return nil
	}
	err := v.espeak.speak(ctx, text, how, how.at(v.wanted().manner.Rate), func(samples []float64) error {
		return send(piece{samples: samples, private: l.Private})
	})
	if ctx.Err() != nil {
		return ctx.Err()
	}
	v.health.set(partVoice, err)
	if err != nil {
		return err
	}
	return send(piece{private: l.Private, end: true})
}
