package policies_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"testing"

	"example.org/totem/internal/policies"
)

var update = flag.Bool("update", false, "write the golden files anew")

// small is a study that a test has time for.
func small(t testing.TB, workers int) (policies.Study, []policies.Cell) {
	t.Helper()
	s := policies.Study{Days: 1, Seed: 7, Past: 1, Workers: workers}
	cells, err := s.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return s, cells
}

func TestTheSameSeedMakesTheSamePageAndTotemSellsNothingTwice(t *testing.T) {
	s, cells := small(t, 2)
	meet(t, cells)
	files := map[string][]byte{"policies.md": policies.Page(s, cells, "simulator policies --days 1 --seed 7", "pictures/policies")}
	for _, p := range policies.Pictures(cells) {
		files[p.Name+".svg"] = p.SVG
	}
	for name, got := range files {
		golden := filepath.Join("testdata", name)
		if *update {
			if err := os.WriteFile(golden, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s is not as it was; if that is meant: go test ./internal/policies -update", name)
		}
		if filepath.Ext(name) == ".svg" {
			wellFormed(t, name, got)
		}
	}
}

func wellFormed(t *testing.T, name string, svg []byte) {
	t.Helper()
	for d := xml.NewDecoder(bytes.NewReader(svg)); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Errorf("%s: %v", name, err)
			return
		}
	}
}

// meet reports what is wrong where every policy should have met the same people, and Totem should have sold nothing twice.
func meet(t *testing.T, cells []policies.Cell) {
	t.Helper()
	came := map[string]int{}
	for _, c := range cells {
		at := c.Load.Name + ", " + c.Outage.Name
		if n, ok := came[at]; ok && n != c.WalkIns*10000+c.Web {
			t.Errorf("%s: %s met other people", at, c.Policy)
		}
		came[at] = c.WalkIns*10000 + c.Web
		switch {
		case c.Policy == "stop" && c.CutTurned != c.Cut:
			t.Errorf("%s: who stops offline served %d", at, c.Cut-c.CutTurned)
		case c.Policy != "naive" && c.Policy != "lease" && c.Doubled > 0:
			t.Errorf("%s: %s sold %d twice", at, c.Policy, c.Doubled)
		}
	}
	if len(came) != len(policies.Loads())*len(policies.Outages()) {
		t.Errorf("%d combinations were played", len(came))
	}
}

func TestAStudyWithoutDaysIsRefused(t *testing.T) {
	if _, err := (policies.Study{}).Run(t.Context()); err == nil {
		t.Error("it was played")
	}
}
