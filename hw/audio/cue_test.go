package audio_test

import (
	"math"
	"slices"
	"testing"
	"time"

	"example.org/totem/hw/audio"
)

func TestCuesAreShortSoftAndWithoutAClick(t *testing.T) {
	for _, c := range []audio.Cue{audio.Click, audio.Warning} {
		sound := c.Samples()
		if long := time.Duration(len(sound)) * time.Second / audio.SampleRate; long == 0 || long > 300*time.Millisecond {
			t.Errorf("cue %d is %v long", c, long)
		}
		peak := 0.0
		for _, s := range sound {
			peak = max(peak, math.Abs(s))
		}
		if peak < 500 || peak > 3000 || math.Abs(sound[0]) > 1 || math.Abs(sound[len(sound)-1]) > 10 {
			t.Errorf("cue %d begins with %f, reaches %f and ends with %f", c, sound[0], peak, sound[len(sound)-1])
		}
	}
	if len(audio.Cue(77).Samples()) != 0 {
		t.Error("a cue that there is not sounds")
	}
}

func TestACueIsHeardWhereOneListensAndMoreAtOnceAreOne(t *testing.T) {
	t.Parallel()
	h := newHall()
	v, _ := run(t, audio.Config{Espeak: "/nowhere", Headset: h.output(t, "headset", 4), Speaker: h.output(t, "speaker", 4)})
	for range 50 {
		v.Cue(audio.Warning)
	}
	h.await(t, "it is heard", func() bool { return len(h.sounded("speaker")) > 0 })
	h.await(t, "it is quiet", h.quiet)
	if got := loud(slices.Concat(h.sounded("speaker")...)); got > audio.SampleRate*3/10 {
		t.Errorf("%d samples of warning at the speaker", got)
	}
	v.Headset(true)
	v.Cue(audio.Click)
	h.await(t, "it is heard", func() bool { return len(h.sounded("headset")) > 0 })
	h.await(t, "it is quiet", h.quiet)
	v.Cue(audio.Warning) // less than a second after the last
	v.Cue(audio.Click)
	h.await(t, "it is heard", func() bool { return len(h.sounded("headset")) > 1 })
	h.await(t, "it is quiet", h.quiet)
	if len(h.sounded("speaker")) != 1 {
		t.Error("a cue sounded at the speaker although a headset is in")
	}
}
