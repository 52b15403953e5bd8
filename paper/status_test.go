package paper_test

import (
	"strings"
	"testing"

	"example.org/totem/paper"
)

func TestEveryStatusIsReadBackFromItsWordsAndFromNoOthers(t *testing.T) {
	for s := paper.Status(0); s < paper.Silent<<1; s++ {
		if back, err := paper.ParseStatus(s.String()); err != nil || back != s {
			t.Fatalf("%s was read as %s, %v", s, back, err)
		}
	}
	for _, wrong := range []string{"", "+", "ready+", "ready+silent", "Silent", " silent", "silent+", "silent+silent", "silent+offline", "fine", "offline+fine"} {
		if s, err := paper.ParseStatus(wrong); err == nil || s != 0 {
			t.Errorf("%q was read as %s", wrong, s)
		}
	}
	if words := strings.Split((paper.Silent<<1 - 1).String(), "+"); len(words) != 11 {
		t.Errorf("the words are %v", words)
	}
}
