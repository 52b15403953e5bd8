package golden_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"example.org/totem/internal/golden"
)

func TestDigestsAreReadAsTheyWereWritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "some", "it.txt")
	kept := golden.Digests{}
	kept.Put("start", "light", "00ff")
	kept.Put("start", "dark", "01ff")
	kept.Put("times", "light", "02ff")
	if err := kept.Write(path); err != nil {
		t.Fatal(err)
	}
	back, err := golden.ReadDigests(path)
	if err != nil || len(back.Differ(kept)) != 0 {
		t.Fatalf("%v, %v", back, err)
	}
	back.Put("start", "dark", "ffff")
	back.Put("take", "dark", "03ff")
	delete(back, "times")
	if got := back.Differ(kept); !slices.Equal(got, []string{"start dark", "take dark", "times light"}) {
		t.Errorf("differ in %q", got)
	}
	if err := os.WriteFile(path, []byte("start light\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := golden.ReadDigests(path); err == nil {
		t.Error("a line without digest is read")
	}
}
