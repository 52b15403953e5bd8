package audio_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"example.org/totem/hw/audio"
	"example.org/totem/locale"
)

func TestLevelsAreFiveDecibelsApart(t *testing.T) {
	needEspeak(t)
	t.Parallel()
	sound, err := audio.Render(t.Context(), "Prenda il biglietto.", locale.Italian, 100)
	if err != nil {
		t.Fatal(err)
	}
	at := func(fullScale float64, level int) float64 {
		o := audio.Output{Player: []string{"p"}, FullScale: fullScale}
		return decibels(audio.Level(sound, func(int) float64 { return o.Gain(level) }))
	}
	for level := -9; level <= 7; level++ {
		fullScale := 100.0
		if level > 0 {
			fullScale = 125 // so that no peak is limited
		}
		if off := at(fullScale, level) - at(fullScale, 0) - 5*float64(level); math.Abs(off) > 0.2 {
			t.Errorf("level %d is %.2f dB off", level, off)
		}
	}
	if at(100, -12) != at(100, -9) || at(100, 9) != at(100, 7) {
		t.Error("a level out of range is not the last one in it")
	}
}

// active returns the level of speech without its pauses: of those 20 ms pieces that are at most 30 dB softer than the loudest.
func active(sound []float64, gain float64) float64 {
	const piece = audio.SampleRate / 50
	var powers []float64
	loudest := 0.0
	for at := 0; at+piece <= len(sound); at += piece {
		power := gain * gain * dot(sound[at:at+piece], sound[at:at+piece]) / piece
		powers, loudest = append(powers, power), max(loudest, power)
	}
	sum, n := 0.0, 0
	for _, power := range powers {
		if power > loudest/1000 {
			sum, n = sum+power, n+1
		}
	}
	return 10 * math.Log10(sum/float64(n)/32768/32768)
}

func TestUsualSpeechIsAsLoudAsTheOutputSaysInEveryLanguage(t *testing.T) {
	needEspeak(t)
	t.Parallel()
	o := audio.Output{Player: []string{"p"}, FullScale: 105, Usual: 62}
	for _, l := range locale.Languages() {
		sound, err := audio.Render(t.Context(), locale.Say(l, locale.HelpSteps), l, 100)
		if err != nil {
			t.Fatal(err)
		}
		// A sine of full scale, which is as loud as FullScale says, has 3.01 dB less than a square wave.
		if heard := o.FullScale + 3.01 + active(sound, o.Gain(0)); math.Abs(heard-o.Usual) > 2 {
			t.Errorf("%s: %.1f dB, not %.0f", l, heard, o.Usual)
		}
	}
}

func TestNothingClipsAndWhatIsSoftIsLeftAsItIs(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		heights := rapid.SliceOfN(rapid.Float64Range(0, 32767), 1, 30).Draw(t, "heights")
		gain := rapid.Float64Range(0, 30).Draw(t, "gain")
		period := rapid.IntRange(10, 400).Draw(t, "period")
		var sound []float64
		soft := true
		for _, height := range heights {
			for i := range period {
				s := height * math.Sin(2*math.Pi*float64(i)/float64(period))
				sound, soft = append(sound, s), soft && math.Abs(s*gain) < 32000
			}
		}
		got := audio.Level(sound, func(int) float64 { return gain })
		for i, s := range sound {
			if got[i] > 32000 || got[i] < -32000 || math.Abs(float64(got[i])) > math.Abs(s*gain)+1 {
				t.Fatalf("sample %d, %f, became %d", i, s*gain, got[i])
			}
			if soft && math.Abs(float64(got[i])-s*gain) > 0.51 {
				t.Fatalf("sample %d, %f, became %d without need", i, s*gain, got[i])
			}
		}
	})
}

func TestALimitedSoundKeepsItsShape(t *testing.T) {
	t.Parallel()
	sound := make([]float64, audio.SampleRate)
	for i := range sound {
		sound[i] = 30000 * math.Sin(2*math.Pi*440*float64(i)/audio.SampleRate)
	}
	got := audio.Level(sound, func(int) float64 { return 8 })
	for i := audio.SampleRate / 4; i < len(sound); i++ { // it has settled
		if want := 32000.0 / 30000 * sound[i]; math.Abs(float64(got[i])-want) > 700 { // two in a hundred
			t.Fatalf("sample %d is %d, not %.0f: the sine is bent", i, got[i], want)
		}
	}
}

func TestAChangeOfLevelIsNoClick(t *testing.T) {
	t.Parallel()
	sound := make([]float64, audio.SampleRate/2)
	for i := range sound {
		sound[i] = 1000
	}
	got := audio.Level(sound, func(at int) float64 {
		if at < len(sound)/2 {
			return 1
		}
		return 10
	})
	for i := 1; i < len(sound); i++ {
		if step := int(got[i]) - int(got[i-1]); step > 60 || step < -60 {
			t.Fatalf("a jump of %d", step)
		}
	}
}

func TestAnOutputThatCannotBeIsRefused(t *testing.T) {
	good := []string{"aplay"}
	for _, o := range []audio.Output{{Player: []string{""}}, {FullScale: 90}, {Usual: 65}, {Player: good, FullScale: 20}, {Player: good, FullScale: 200},
		{Player: good, Usual: 20}, {Player: good, Usual: 100}, {Player: good, FullScale: math.NaN()}, {Player: good, Usual: math.Inf(1)}} {
		for _, cfg := range []audio.Config{{Headset: o}, {Speaker: o}} {
			if _, err := audio.New(cfg); err == nil {
				t.Errorf("%+v was taken", o)
			}
		}
	}
	if _, err := audio.New(audio.Config{Retry: -1}); err == nil {
		t.Error("a negative time to try again was taken")
	}
	if _, err := audio.New(audio.Config{Headset: audio.Output{Player: audio.Aplay("default")}}); err != nil {
		t.Error(err)
	}
}
