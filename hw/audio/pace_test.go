package audio_test

import (
	"flag"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode"

	"example.org/totem/hw/audio"
	"example.org/totem/locale"
)

var everyPace = flag.Bool("paces", false, "measure every pace of every language, and print the table")

// usual is the pace at 100 per cent, in words a minute.
const usual = 122.5

// renderText returns the sound of testdata/pace/<l>.txt, a line after the other, as a Voice plays it.
func renderText(t *testing.T, l locale.Lang, percent int) (sound []float64, words float64) {
	t.Helper()
	text, err := os.ReadFile("testdata/pace/" + string(l) + ".txt")
	if err != nil {
		t.Fatal(err)
	}
	sound = make([]float64, 0, 90*audio.SampleRate)
	for line := range strings.Lines(string(text)) {
		samples, err := audio.Render(t.Context(), line, l, percent)
		if err != nil {
			t.Fatal(err)
		}
		sound = append(sound, samples...)
	}
	return sound, countWords(string(text), l)
}

// countWords counts what stands between spaces and has a letter; in Chinese it takes eight characters for five words.
func countWords(text string, l locale.Lang) (n float64) {
	if l == locale.Chinese {
		for _, r := range text {
			if unicode.Is(unicode.Han, r) {
				n += 5.0 / 8
			}
		}
		return n
	}
	for _, field := range strings.Fields(text) {
		if strings.ContainsFunc(field, unicode.IsLetter) {
			n++
		}
	}
	return n
}

// minutes returns how long sound is between the first and the last that can be heard.
func minutes(sound []float64) float64 {
	can := func(s float64) bool { return math.Abs(s) > 100 }
	first, last := slices.IndexFunc(sound, can), len(sound)-1
	for last > first && !can(sound[last]) {
		last--
	}
	return float64(last-first) / audio.SampleRate / 60
}

// checkPace measures a pace and returns it with the sound.
func checkPace(t *testing.T, l locale.Lang, percent int) (pace float64, sound []float64) {
	t.Helper()
	sound, words := renderText(t, l, percent)
	pace = words / minutes(sound)
	if want := usual * float64(percent) / 100; math.Abs(pace/want-1) > 0.02 {
		t.Errorf("%d per cent are %.1f words a minute, not %.1f", percent, pace, want)
	}
	return pace, sound
}

func TestTheUsualPaceIsAsPromisedInEveryLanguage(t *testing.T) {
	needEspeak(t)
	for _, l := range locale.Languages() {
		t.Run(string(l), func(t *testing.T) {
			t.Parallel()
			if pace, _ := checkPace(t, l, 100); pace < 120 || pace > 125 {
				t.Errorf("the usual pace is %.1f words a minute, not 120 to 125", pace)
			}
			if !*everyPace {
				return
			}
			row := string(l)
			for _, percent := range audio.Rates() {
				pace, _ := checkPace(t, l, percent)
				row += fmt.Sprintf("  %5.1f", pace)
			}
			fmt.Println(row)
		})
	}
}

func TestThePitchStaysAtEveryPace(t *testing.T) {
	needEspeak(t)
	t.Parallel()
	var pitches []float64
	for _, percent := range audio.Rates() {
		_, sound := checkPace(t, locale.Italian, percent)
		pitches = append(pitches, pitch(sound))
	}
	normal := pitches[2]
	if normal < 70 || normal > 200 {
		t.Errorf("a pitch of %.0f Hz: that is no voice", normal)
	}
	for i, got := range pitches {
		if math.Abs(got/normal-1) > 0.05 {
			t.Errorf("%d per cent: %.1f Hz, at the usual pace %.1f Hz", audio.Rates()[i], got, normal)
		}
	}
}

// pitch returns the middle pitch of voiced speech in hertz: the best shift of every third 40 ms of it, between 60 and 250 Hz. It
// looks at every fourth sample, for a pitch has no more in it.
func pitch(sound []float64) float64 {
	const rate = audio.SampleRate / 4 // 5512 Hz
	const window, least, most = rate / 25, rate / 250, rate / 60
	var thin, found []float64
	for at := 0; at < len(sound); at += 4 {
		thin = append(thin, sound[at])
	}
	for at := 0; at+window+most < len(thin); at += 3 * window {
		piece := thin[at : at+window+most]
		energy := dot(piece[:window], piece[:window])
		if energy/float64(window) < 500*500 {
			continue
		}
		best, shift := 0.0, 0
		for lag := least; lag < most; lag++ {
			shifted := piece[lag : lag+window]
			if r := dot(piece[:window], shifted) / math.Sqrt(energy*dot(shifted, shifted)+1); r > best+0.02 {
				best, shift = r, lag
			}
		}
		if best > 0.85 {
			found = append(found, float64(rate)/float64(shift))
		}
	}
	slices.Sort(found)
	return found[len(found)/2]
}

func dot(a, b []float64) (sum float64) {
	for i := range a {
		sum += a[i] * b[i]
	}
	return sum
}
