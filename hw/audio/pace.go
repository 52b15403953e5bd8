package audio

import "example.org/totem/locale"

// voice is how espeak-ng speaks a language.
type voice struct {
	name  string  // of espeak-ng's voices
	level float64 // of its speech in dB below a square wave of full scale, pauses left out, at amplitude
	paces [7]pace // for rates
}

// pace is how espeak-ng is asked for a pace: its nominal words a minute, of which it takes 80 or more, and a gap after each
// word for what is slower than that, in its own units of about 10 ms. Neither changes the pitch.
type pace struct{ speed, gap int }

// amplitude is espeak-ng's own volume; at its default of 100 some peaks are clipped.
const amplitude = "80"

func rates() [7]int { return [7]int{50, 75, 100, 125, 150, 175, 200} }

// voices says how each language is spoken.
//
// The paces are measured on the sound of espeak-ng 1.51: the sentences of testdata/pace, each a line, from the first sound to the
// last with all pauses, at 122.5 words a minute for 100 per cent. Words are what stands between spaces; eight Chinese characters
// count as five words: the voice is cmn-latn-pinyin, for cmn alone takes characters for English there. What came out, in words a minute, is in the table; TestPace measures it again.
//
//	       50 %   75 %  100 %  125 %  150 %  175 %  200 %
//	it     61.2   91.6  122.7  153.1  183.9  213.7  244.4
//	en     61.2   92.0  122.8  153.6  183.7  213.6  244.2
//	de     61.2   92.0  122.6  153.2  183.3  214.7  244.8
//	fr     61.3   91.6  122.1  152.8  183.2  213.4  244.7
//	es     61.4   91.6  122.5  152.9  183.6  213.6  244.9
//	ro     61.2   91.6  123.0  153.4  183.0  214.8  244.2
//	uk     61.3   92.2  122.7  152.9  183.8  214.8  245.8
//	ar     61.1   92.0  122.6  153.4  184.4  214.0  244.9
//	bn     61.2   91.7  122.2  152.7  183.6  214.7  245.2
//	zh     61.2   91.7  122.4  152.2  183.5  214.6  246.4
func voices() map[locale.Lang]voice {
	return map[locale.Lang]voice{
		locale.Italian:   {"it", -22.7, [7]pace{{85, 9}, {90, 0}, {120, 0}, {149, 0}, {178, 0}, {208, 0}, {236, 0}}},
		locale.English:   {"en-gb", -21.9, [7]pace{{80, 10}, {92, 1}, {108, 0}, {134, 0}, {159, 0}, {184, 0}, {208, 0}}},
		locale.German:    {"de", -22.1, [7]pace{{86, 9}, {93, 0}, {125, 0}, {157, 0}, {187, 0}, {218, 0}, {253, 0}}},
		locale.French:    {"fr-fr", -23.3, [7]pace{{86, 12}, {85, 1}, {103, 0}, {127, 0}, {150, 0}, {173, 0}, {196, 0}}},
		locale.Spanish:   {"es", -22.3, [7]pace{{80, 9}, {87, 0}, {115, 0}, {142, 0}, {169, 0}, {197, 0}, {226, 0}}},
		locale.Romanian:  {"ro", -22.1, [7]pace{{87, 4}, {110, 0}, {144, 0}, {177, 0}, {208, 0}, {239, 0}, {271, 0}}},
		locale.Ukrainian: {"uk", -21.8, [7]pace{{80, 7}, {98, 0}, {131, 0}, {166, 0}, {201, 0}, {237, 0}, {280, 0}}},
		locale.Arabic:    {"ar", -22.5, [7]pace{{100, 0}, {150, 0}, {200, 0}, {250, 0}, {297, 0}, {339, 0}, {381, 0}}},
		locale.Bengali:   {"bn", -20.2, [7]pace{{84, 0}, {123, 0}, {159, 0}, {193, 0}, {226, 0}, {258, 0}, {302, 0}}},
		locale.Chinese:   {"cmn-latn-pinyin", -19.6, [7]pace{{90, 0}, {129, 0}, {166, 0}, {199, 0}, {230, 0}, {260, 0}, {290, 0}}},
	}
}

// at returns the pace of the step nearest to percent, which counts as 100 if it is 0.
func (v voice) at(percent int) pace {
	if percent == 0 {
		percent = 100
	}
	steps, best := rates(), 0
	for i, step := range steps {
		if max(step-percent, percent-step) < max(steps[best]-percent, percent-steps[best]) {
			best = i
		}
	}
	return v.paces[best]
}
