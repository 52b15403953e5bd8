package consents_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.org/totem/privacy"
	"example.org/totem/scheduler/consents"
)

// steps is a small day, one commitment a step.
func steps(t *testing.T, s *consents.Store, done func(committed int)) {
	a, b, c := consent(t, 1), consent(t, 2), consent(t, 3)
	for i, step := range []func(){
		func() { give(t, s, a) },
		func() { give(t, s, b) },
		func() { end(t, s, a, privacy.ConsentWithdrawn, clock(9, 1)) },
		func() { end(t, s, b, privacy.ConsentFulfilled, clock(9, 2)) },
		func() { give(t, s, c) },
		func() { end(t, s, c, privacy.ConsentExpired, clock(9, 3)) },
	} {
		step()
		done(i + 1)
	}
}

// standing says how the three consents of steps stand.
func standing(t *testing.T, s *consents.Store) (all [3]privacy.ConsentState) {
	for i := range all {
		all[i] = s.State(office, consent(t, byte(i+1)).Receipt)
	}
	return all
}

// After each step the file that it wrote is cut in what it added: the power went in the middle of the write.
// The store opens, knows all that was committed before and nothing of the rest, and goes on.
func TestACutAtAnyByteLosesNothingThatWasCommitted(t *testing.T) {
	dir := memory(t)
	before, known := disk(t, dir), [3]privacy.ConsentState{}
	s := open(t, dir, nil)
	steps(t, s, func(committed int) {
		after := disk(t, dir)
		now := standing(t, s)
		for name, whole := range after {
			if strings.HasPrefix(name, "notice.") || whole == before[name] {
				continue
			}
			for size := len(before[name]); size <= len(whole); size++ {
				// A long line is cut at every byte near its ends, and now and then between.
				if from, to := size-len(before[name]), len(whole)-size; from > 40 && to > 5 && from%41 > 0 {
					continue
				}
				torn := memory(t)
				for other, content := range after {
					if other == name {
						content = whole[:size]
					}
					if err := os.WriteFile(filepath.Join(torn, other), []byte(content), 0o600); err != nil {
						t.Fatal(err)
					}
				}
				var log bytes.Buffer
				again := open(t, torn, &log)
				want, left := known, before[name]
				if size == len(whole) {
					want, left = now, whole
				}
				if got := disk(t, torn)[name]; got != left {
					t.Fatalf("step %d, %s cut at %d of %d: %d bytes are left, want %d", committed, name, size, len(whole), len(got), len(left))
				}
				if got := standing(t, again); got != want {
					t.Fatalf("step %d, %s cut at %d of %d: %v, want %v", committed, name, size, len(whole), got, want)
				}
				if told := strings.Contains(log.String(), "consents.mended"); told != (size > len(before[name]) && size < len(whole)) {
					t.Errorf("step %d, %s cut at %d: told %v: %s", committed, name, size, told, log.String())
				}
				if strings.Contains(log.String(), "consents.damaged") {
					t.Errorf("step %d, %s cut at %d: %s", committed, name, size, log.String())
				}
				if size%61 == 0 { // told again, it is all there, and whole
					steps(t, again, func(int) {})
					if f := found(t, torn); len(f.Records) != 3 || len(f.Problems)+len(f.Torn) > 0 {
						t.Errorf("step %d, %s cut at %d, told again: %d records, %v %v", committed, name, size, len(f.Records), f.Problems, f.Torn)
					}
				}
			}
		}
		before, known = after, now
	})
}

func TestEveryChangeOfARecordIsNoticed(t *testing.T) {
	dir := memory(t)
	s := open(t, dir, nil)
	steps(t, s, func(int) {})
	for name, content := range disk(t, dir) {
		for at := 0; at < len(content); at += 61 {
			spoiled := []byte(content)
			spoiled[at] ^= 1
			put(t, dir, name, spoiled)
			if f := found(t, dir); len(f.Problems)+len(f.Torn) == 0 {
				t.Fatalf("%s, byte %d was changed, and nobody noticed", name, at)
			}
		}
		put(t, dir, name, []byte(content))
	}
	if f := found(t, dir); len(f.Problems) > 0 {
		t.Errorf("as it was: %v", f.Problems)
	}
}

func TestLinesThatAreLeftOutMovedOrOfAnotherFileAreNoticed(t *testing.T) {
	dir := memory(t)
	s := open(t, dir, nil)
	steps(t, s, func(int) {})
	const acts, ends = "rm001.2026-11-24.acts", "rm001.2026-11-24.ends"
	whole := disk(t, dir)
	lines := strings.SplitAfter(whole[acts], "\n")
	for what, spoiled := range map[string]string{
		"the first left out": strings.Join(lines[1:], ""),
		"one left out":       lines[0] + strings.Join(lines[2:], ""),
		"two change places":  lines[1] + lines[0] + strings.Join(lines[2:], ""),
		"one stands twice":   lines[0] + strings.Join(lines, ""),
		"the other file":     whole[ends],
	} {
		put(t, dir, acts, []byte(spoiled))
		if f := found(t, dir); len(f.Problems) == 0 {
			t.Errorf("%s: nobody noticed", what)
		}
		var log bytes.Buffer
		if open(t, dir, &log); !strings.Contains(log.String(), "consents.damaged") {
			t.Errorf("%s: the log says nothing", what)
		}
	}
	put(t, dir, acts, []byte(whole[acts]))
	if err := os.Rename(filepath.Join(dir, acts), filepath.Join(dir, "rm001.2026-11-23.acts")); err != nil {
		t.Fatal(err)
	}
	if f := found(t, dir); len(f.Problems) == 0 {
		t.Error("a file of another day: nobody noticed")
	}
}

func TestALineThatIsLeftOutIsToldOnceAndNotForEveryLineAfterIt(t *testing.T) {
	dir := memory(t)
	const acts = "rm001.2026-11-24.acts"
	s := open(t, dir, nil)
	for n := range byte(6) {
		give(t, s, consent(t, n+1))
	}
	lines := strings.SplitAfter(disk(t, dir)[acts], "\n")
	put(t, dir, acts, []byte(lines[0]+strings.Join(lines[2:], "")))
	if f := found(t, dir); len(f.Problems) != 1 || f.Problems[0].Line != 2 || len(f.Records) != 5 {
		t.Errorf("%d records, problems %v", len(f.Records), f.Problems)
	}
	give(t, open(t, dir, nil), consent(t, 9))
	if f := found(t, dir); len(f.Problems) != 1 || len(f.Records) != 6 {
		t.Errorf("after another consent: %d records, problems %v", len(f.Records), f.Problems)
	}
}

// The same scheduler signed it, in the same place of another file.
func TestALineOfElsewhereIsNoticed(t *testing.T) {
	const acts = "rm001.2026-11-24.acts"
	var lines [2][]string
	dirs := [2]string{memory(t), memory(t)}
	for i, dir := range dirs {
		give(t, open(t, dir, nil), consent(t, byte(2*i+1)), consent(t, byte(2*i+2)))
		lines[i] = strings.SplitAfter(disk(t, dir)[acts], "\n")
	}
	put(t, dirs[0], acts, []byte(lines[0][0]+lines[1][1]))
	if f := found(t, dirs[0]); len(f.Problems) != 1 || len(f.Records) != 2 {
		t.Errorf("%d records, problems %v", len(f.Records), f.Problems)
	}
}

func TestRecordsOfAnotherSignerAreNoticed(t *testing.T) {
	dir := memory(t)
	forged, err := consents.Open(consents.Config{Dir: dir, Signer: newSigner(t, 2)})
	if err != nil {
		t.Fatal(err)
	}
	give(t, forged, consent(t, 1))
	if f := found(t, dir); len(f.Problems) != 1 || len(f.Signers) != 1 {
		t.Errorf("problems %v, signers %v", f.Problems, f.Signers)
	}
}

// A damaged file ends nothing: what comes next is recorded and stays readable.
func TestAConsentIsRecordedBehindADamagedLine(t *testing.T) {
	dir := memory(t)
	s := open(t, dir, nil)
	give(t, s, consent(t, 1), consent(t, 2))
	const acts = "rm001.2026-11-24.acts"
	spoiled := []byte(disk(t, dir)[acts])
	spoiled[100] ^= 1
	put(t, dir, acts, spoiled)
	s = open(t, dir, nil)
	give(t, s, consent(t, 3))
	end(t, s, consent(t, 2), privacy.ConsentWithdrawn, clock(9, 0))
	s = open(t, dir, nil)
	if s.State(office, consent(t, 3).Receipt) != privacy.ConsentGiven || s.State(office, consent(t, 2).Receipt) != privacy.ConsentWithdrawn {
		t.Error("what was recorded behind it is not there")
	}
}

func put(t *testing.T, dir, name string, content []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
		t.Fatal(err)
	}
}

func FuzzNothingButWhatWasWrittenIsReadWithoutAProblem(f *testing.F) {
	dir := memory(f)
	s := open(f, dir, nil)
	give(f, s, consent(f, 1))
	end(f, s, consent(f, 1), privacy.ConsentFulfilled, clock(9, 0))
	written := disk(f, dir)
	for _, content := range written {
		f.Add([]byte(content))
	}
	const acts, ends = "rm001.2026-11-24.acts", "rm001.2026-11-24.ends"
	f.Fuzz(func(t *testing.T, content []byte) {
		for _, name := range []string{acts, ends} {
			lines, problems, torn := consents.Scan(name, content, newSigner(t, 1).Signer())
			whole := string(content) == "" || string(content) == written[name]
			if torn == 0 && len(problems) == 0 && !whole {
				t.Errorf("%s: %d lines without a problem", name, lines)
			}
		}
	})
}
