package audio

import (
	"context"
	"io"

	"example.org/totem/locale"
)

// What tests measure by itself, without a player's time.

func Render(ctx context.Context, text string, l locale.Lang, percent int) (samples []float64, err error) {
	v := voices()[l]
	samples = make([]float64, 0, 30*SampleRate)
	err = espeak{defaultEspeak}.speak(ctx, clean(text), v, v.at(percent), func(piece []float64) error {
		samples = append(samples, piece...)
		return nil
	})
	return samples, err
}

func ReadHeader(r io.Reader) error { return readHeader(r) }

func Clean(text string) string { return clean(text) }

func Rates() [7]int { return rates() }

func (c Cue) Samples() []float64 { return c.samples() }

// Gain is what samples are multiplied by at a level, limiter left out.
func (o Output) Gain(level int) float64 {
	o, _ = o.checked("output")
	return o.gain(level)
}

// Level returns samples as they are played at one gain after the other, each for as many samples as it is given.
func Level(samples []float64, gains func(at int) float64) (out []int16) {
	var l leveller
	for at := 0; at < len(samples); at += chunk {
		piece := make([]float64, chunk)
		copy(piece, samples[at:])
		out = append(out, l.next(piece, gains(at))...)
	}
	return append(out, l.next(make([]float64, chunk), l.gain)...)
}

// VoiceOf is what espeak-ng calls the voice of a language.
func VoiceOf(l locale.Lang) string { return voices()[l].name }
