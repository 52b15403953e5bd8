package typeset

import (
	"bufio"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	gotext "github.com/go-text/typesetting/bidi"
	"pgregory.net/rapid"
)

// A line of testdata/bidi.txt: runes in hex; direction wanted (0, 1, or 2 for that of the first strong letter); the
// paragraph's level; levels, x for removed; the visual order.
func TestLettersRunAsUnicodeSays(t *testing.T) {
	path := "testdata/bidi.txt"
	if whole := os.Getenv("BIDI_CHARACTER_TEST"); whole != "" {
		path = whole // the whole BidiCharacterTest.txt, of which the sample is taken
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	cases := 0
	for lines := bufio.NewScanner(f); lines.Scan(); {
		fields := strings.Split(lines.Text(), ";")
		if len(fields) != 5 || strings.Contains(fields[0], "2029") {
			continue // a comment; paragraphs are split before
		}
		cases++
		var runes []rune
		for _, hex := range strings.Fields(fields[0]) {
			r, err := strconv.ParseUint(hex, 16, 32)
			if err != nil {
				t.Fatal(err)
			}
			runes = append(runes, rune(r))
		}
		base := uint8(fields[1][0] - '0')
		if base == 2 {
			base = firstStrong(classesOf(runes), 0)
		}
		got := levels(runes, base)
		if got == nil {
			got = make([]uint8, len(runes))
		}
		ending(runes, got, base)
		if want := strings.Fields(fields[3]); !levelsAre(got, want) || fields[2] != strconv.Itoa(int(base)) {
			t.Errorf("%s, base %d: levels %v, want %s, base %s", fields[0], base, got, fields[3], fields[2])
		}
		var order []string
		for _, i := range visual(got) {
			if strings.Fields(fields[3])[i] != "x" {
				order = append(order, strconv.Itoa(i))
			}
		}
		if got := strings.Join(order, " "); got != fields[4] {
			t.Errorf("%s, base %d: order %s, want %s", fields[0], base, got, fields[4])
		}
	}
	if cases < 500 {
		t.Errorf("only %d cases were read", cases)
	}
}

func levelsAre(got []uint8, want []string) bool {
	return slices.EqualFunc(got, want, func(level uint8, word string) bool {
		return word == "x" || word == strconv.Itoa(int(level))
	})
}

// TestAnotherLibraryAgreesWhichWayLettersRun compares with a library that tells only the way, not the depth.
func TestAnotherLibraryAgreesWhichWayLettersRun(t *testing.T) {
	alphabet := []rune("abc ABC 123 ,.:+-%€/()[]{}«»…\u0301אבגدهوىي٠١٢۳\u064b\u200e\u200f\u200d\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069中ব্য")
	var other gotext.Paragraph
	rapid.Check(t, func(rt *rapid.T) {
		runes := rapid.SliceOfN(rapid.SampledFrom(alphabet), 1, 40).Draw(rt, "runes")
		base := rapid.Uint8Range(0, 1).Draw(rt, "base")
		got := levels(runes, base)
		if got == nil {
			got = make([]uint8, len(runes))
		}
		ending(runes, got, base)
		way := gotext.LeftToRight
		if base == 1 {
			way = gotext.RightToLeft
		}
		runs := other.Segment(runes, way)
		for n := range runs.NumRuns() {
			run := runs.Run(n)
			for i := run.Start; i < run.End; i++ {
				if c := classOf(runes[i]); got[i]%2 != uint8(run.Level)%2 && !removed(c) {
					rt.Fatalf("%q base %d: rune %d has level %d, want that of %d", string(runes), base, i, got[i], run.Level)
				}
			}
		}
	})
}
