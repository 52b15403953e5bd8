package main

import (
	"os"
	"path/filepath"
	"runtime/debug"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestTheNoticesOfAModuleAreCopiedAndNothingElseOfIt(t *testing.T) {
	module, to, at := t.TempDir(), t.TempDir(), time.Unix(1_790_000_000, 0)
	for _, name := range []string{"LICENSE", "LICENSE-APACHE.txt", "copying.md", "NOTICE", "license.go", "licence_test.txt", "README.md",
		"inner/COPYING", "testdata/LICENSE", "cmd/go/LICENSE", ".github/LICENSE", "_examples/LICENSE"} {
		place(t, filepath.Join(module, name), name)
	}
	n, err := copyNotices(module, to, at)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	err = filepath.WalkDir(to, func(path string, d os.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			inside, _ := filepath.Rel(to, path)
			got = append(got, inside)
			if info, err := d.Info(); err != nil || !info.ModTime().Equal(at) || info.Mode() != 0o644 {
				t.Errorf("%s: %v, %v", inside, info, err)
			}
		}
		return err
	})
	if diff := cmp.Diff([]string{"LICENSE", "LICENSE-APACHE.txt", "NOTICE", "copying.md", "inner/COPYING"}, got); diff != "" || n != len(got) || err != nil {
		t.Error(diff, n, err)
	}
}

func TestTheSourcesOfWhatAProgramIsBuiltOfAreFoundWithTheirLicences(t *testing.T) {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		t.Fatal("the test knows nothing of how it was built")
	}
	modules, err := modulesHere(t.Context(), "../..", []program{{Name: "test", Info: info}, {Name: "again", Info: info}})
	if err != nil || len(modules) != len(info.Deps)+1 {
		t.Fatalf("of %d modules these were found: %+v, %v", len(info.Deps)+1, modules, err)
	}
	for _, m := range modules {
		if n, err := copyNotices(m.Dir, filepath.Join(t.TempDir(), m.Version), time.Unix(0, 0)); n == 0 || err != nil {
			t.Errorf("%s %s has %d licences, %v", m.Path, m.Version, n, err)
		}
	}
}
