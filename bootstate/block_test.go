package bootstate_test

import (
	"bytes"
	"errors"
	"iter"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"example.org/totem/bootstate"
)

const textEnd = 99 // of a block, where its padding begins

func TestABlockIsWrittenAsItIsDescribed(t *testing.T) {
	block := as(b, a, 1, slots(b), slots(a, b)).Encode()
	want := "# GRUB Environment Block\nGEN=1000000000\nCOMMITTED=B\nTRIAL=A\nTRIES=1\nBAD=.B\nFAILED=AB\nOK=1000000000\n"
	if got := string(block[:len(want)]); got != want {
		t.Errorf("it begins %q, want %q", got, want)
	}
	if rest := block[len(want):]; !bytes.Equal(rest, bytes.Repeat([]byte("#"), bootstate.Size-len(want))) {
		t.Errorf("it ends %q", rest)
	}
}

func TestWhatIsWrittenIsReadAndNothingElse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := states().Draw(t, "state")
		block := s.Encode()
		if got, err := bootstate.Parse(block[:]); err != nil || got != s {
			t.Fatalf("read back it is %+v, %v", got, err)
		}
		at := rapid.IntRange(0, textEnd-1).Draw(t, "at")
		block[at] ^= byte(rapid.IntRange(1, 255).Draw(t, "change"))
		if got, err := bootstate.Parse(block[:]); err == nil && !single(s, got) {
			t.Fatalf("with byte %d changed it is %+v", at, got)
		}
	})
}

// single reports whether t is what one other letter or digit makes of s: another state, which a torn write cannot make.
func single(s, t bootstate.State) bool { return s.Gen == t.Gen && s != t }

func TestWhatIsNoBlockIsRefused(t *testing.T) {
	whole := bootstate.Defaults().Encode()
	for name, block := range map[string][]byte{
		"nothing": nil, "a short file": whole[:511], "zeros": make([]byte, bootstate.Size),
		"another program's":   []byte("# GRUB Environment Block\nsaved_entry=0\n" + strings.Repeat("#", 985)),
		"two generations":     bytes.Replace(whole[:], []byte("OK=1000000000"), []byte("OK=1000000001"), 1),
		"a low generation":    bytes.ReplaceAll(whole[:], []byte("1000000000"), []byte("0000000001")),
		"a trial of itself":   bytes.Replace(whole[:], []byte("TRIAL=."), []byte("TRIAL=A"), 1),
		"nothing committed":   bytes.Replace(whole[:], []byte("COMMITTED=A"), []byte("COMMITTED=."), 1),
		"a third slot":        bytes.Replace(whole[:], []byte("TRIAL=."), []byte("TRIAL=C"), 1),
		"letters as tries":    bytes.Replace(whole[:], []byte("TRIES=0"), []byte("TRIES=x"), 1),
		"letters in no order": bytes.Replace(whole[:], []byte("BAD=.."), []byte("BAD=BA"), 1),
	} {
		if s, err := bootstate.Parse(block); !errors.Is(err, bootstate.ErrBlock) {
			t.Errorf("%s is %+v, %v", name, s, err)
		}
	}
	s, _, err := bootstate.Newest(nil, make([]byte, bootstate.Size))
	if !errors.Is(err, bootstate.ErrBlock) || s != bootstate.Defaults() {
		t.Errorf("without a whole copy it is %+v, %v", s, err)
	}
}

func TestATornWriteLeavesTheOldStateOrTheNew(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		older := states().Draw(t, "older")
		old := older.Succeed(states().Draw(t, "old"))
		was, stays := older.Encode(), old.Encode()
		next := old.Succeed(states().Draw(t, "new"))
		if next.Gen != old.Gen+1 {
			t.Fatalf("the generation goes from %d to %d", old.Gen, next.Gen)
		}
		for cut, torn := range tears(next.Encode(), was) {
			got, _, err := bootstate.Newest(stays[:], torn)
			if err != nil || got != old && got != next {
				t.Fatalf("cut at %d it is %+v, %v", cut, got, err)
			}
			if slot := grub(stays[:], torn).slot; slot != got.Next().String() {
				t.Fatalf("cut at %d GRUB starts %s of %+v", cut, slot, got)
			}
			if swapped, _, _ := bootstate.Newest(torn, stays[:]); swapped != got {
				t.Fatalf("cut at %d it is %+v with the copies the other way round, not %+v", cut, swapped, got)
			}
		}
	})
}

func TestTwoTornWritesInOnePlaceDoNotMakeAWholeOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		older := states().Draw(t, "older")
		old := older.Succeed(states().Draw(t, "old"))
		was, stays := older.Encode(), old.Encode()
		lost := old.Succeed(states().Draw(t, "lost")).Encode()
		cut := rapid.IntRange(30, textEnd-1).Draw(t, "cut")
		spoiled := tear(lost, was, cut)
		if rapid.Bool().Draw(t, "from behind") {
			spoiled = tear(was, lost, cut)
		}
		if _, err := bootstate.Parse(spoiled); err == nil {
			return // the cut came too late to spoil anything
		}
		next, blank := old.Succeed(states().Draw(t, "new")), bootstate.Blank()
		for cut, torn := range tears(blank, [bootstate.Size]byte(spoiled)) {
			if got, which, err := bootstate.Newest(stays[:], torn); err != nil || got != old || which != 0 {
				t.Fatalf("blanked until %d it is %+v of copy %d, %v", cut, got, which, err)
			}
			if slot := grub(stays[:], torn).slot; slot != old.Next().String() {
				t.Fatalf("blanked until %d GRUB starts %s", cut, slot)
			}
		}
		for cut, torn := range tears(next.Encode(), blank) {
			if got, _, err := bootstate.Newest(stays[:], torn); err != nil || got != old && got != next {
				t.Fatalf("cut at %d it is %+v, %v", cut, got, err)
			}
		}
	})
}

func TestATornCountLeavesTheOldCountOrTheNew(t *testing.T) {
	for tries := range bootstate.MostTries {
		old := as(a, b, tries, slots(b), slots(a))
		slot, next := old.Start()
		if slot != b {
			t.Fatalf("%+v starts %s", old, slot)
		}
		for cut, torn := range tears(next.Encode(), old.Encode()) {
			if got, err := bootstate.Parse(torn); err != nil || got != old && got != next {
				t.Fatalf("cut at %d it is %+v, %v", cut, got, err)
			}
		}
	}
}

// tears yields what a write of one over another leaves when it is cut: all that begin with one, or end with it. Behind the
// text every block holds the same, but for what was never a state.
func tears(one, another [bootstate.Size]byte) iter.Seq2[int, []byte] {
	return func(yield func(int, []byte) bool) {
		for cut := range 120 {
			if !yield(cut, tear(one, another, cut)) || !yield(cut, tear(another, one, cut)) {
				return
			}
		}
	}
}

// tear returns a block whose first cut bytes are one's and whose others are another's.
func tear(one, another [bootstate.Size]byte, cut int) []byte {
	return append(bytes.Clone(one[:cut]), another[cut:]...)
}

func states() *rapid.Generator[bootstate.State] {
	return rapid.Custom(func(t *rapid.T) bootstate.State {
		s := bootstate.State{
			Gen:       rapid.Uint64Range(bootstate.FirstGen, bootstate.LastGen-10).Draw(t, "generation"),
			Committed: rapid.SampledFrom([]bootstate.Slot{a, b}).Draw(t, "committed"),
			Bad:       bootstate.Slots(rapid.IntRange(0, 3).Draw(t, "bad")),
			Failed:    bootstate.Slots(rapid.IntRange(0, 3).Draw(t, "failed")),
		}
		if rapid.Bool().Draw(t, "trial") {
			s.Trial, s.Tries = s.Committed.Other(), rapid.IntRange(0, 3).Draw(t, "tries")
		}
		return s
	})
}

// choice is what GRUB makes of two copies, by images/esp/grub.cfg.
type choice struct {
	slot  string
	copy  int    // that counted; of no meaning if none was whole
	count string // the value of TRIES that it saves there; "" if it saves nothing
}

// grub does with two blocks what load_env and images/esp/grub.cfg do.
func grub(one, two []byte) choice {
	first, second := loadEnv(one), loadEnv(two)
	c, env := choice{copy: 1}, second
	switch {
	case first == nil && second == nil:
		return choice{slot: "A"}
	case second == nil, first != nil && second["GEN"] <= first["GEN"]: // as numbers of one width
		c, env = choice{copy: 0}, first
	}
	c.slot = env["COMMITTED"]
	if trial := env["TRIAL"]; trial == "A" || trial == "B" {
		if count := map[string]string{"0": "1", "1": "2"}[env["TRIES"]]; count != "" {
			c.slot, c.count = trial, count
		}
	}
	return c
}

// loadEnv reads a block as GRUB does: any line with an equals sign is a variable. It returns nil for one that the
// configuration does not take.
func loadEnv(block []byte) map[string]string {
	lines, ok := strings.CutPrefix(string(block), "# GRUB Environment Block\n")
	if !ok {
		return nil
	}
	env := map[string]string{}
	for line := range strings.SplitSeq(lines, "\n") {
		if name, value, ok := strings.Cut(line, "="); ok && !strings.HasPrefix(line, "#") {
			env[name] = value
		}
	}
	if env["GEN"] == "" || env["GEN"] != env["OK"] || env["COMMITTED"] != "A" && env["COMMITTED"] != "B" {
		return nil
	}
	return env
}

func FuzzParse(f *testing.F) {
	whole := bootstate.Defaults().Encode()
	f.Add(whole[:])
	f.Add([]byte("# GRUB Environment Block\nGEN=1\n"))
	f.Fuzz(func(t *testing.T, block []byte) {
		s, err := bootstate.Parse(block)
		if err != nil {
			return
		}
		if again := s.Encode(); !bytes.Equal(again[:textEnd], block[:textEnd]) {
			t.Errorf("%q is read, and written as %q", block, again)
		}
	})
}
