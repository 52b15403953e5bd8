package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"runtime/debug"
	"testing"
	"time"

	"example.org/totem/internal/debian"
)

var update = flag.Bool("update", false, "write the golden files afresh")

func someBill(t *testing.T) []byte {
	t.Helper()
	root := Root{Arch: "arm64", Version: "v1-3-gabc", Commit: "abc", Time: time.Unix(1700000000, 0)}
	packages := []basePackage{
		{Package: debian.Package{Name: "libssl3t64", Version: "3.5.7-1~deb13u3", Arch: "arm64", Source: "openssl", SourceVersion: "3.5.7-1~deb13u3", SHA256: "12"}, Licence: "Apache-2.0 AND LicenseRef-debian-odd"},
		{Package: debian.Package{Name: "libstdc++6", Version: "14.2.0-19", Arch: "arm64", Source: "gcc-14", SourceVersion: "14.2.0-19", SHA256: "34"}},
	}
	info := &debug.BuildInfo{GoVersion: "go1.26.8", Deps: []*debug.Module{{Path: "example.org/b", Version: "v1.0.0", Sum: "h1:x="}, {Path: "example.org/a", Version: "v2.0.0+incompatible"}}}
	bill, err := billOfMaterials(root, packages, []program{{"totem", info, []fontFile{{"NotoSans-Bold.ttf", "56"}}}, {"initrd", &debug.BuildInfo{GoVersion: "go1.26.8"}, nil}})
	if err != nil {
		t.Fatal(err)
	}
	return bill
}

func TestTheBillOfMaterialsNamesEveryPackageAndEveryGoModule(t *testing.T) {
	const file = "testdata/bill.spdx.json"
	if *update {
		if err := errors.Join(os.MkdirAll("testdata", 0o755), os.WriteFile(file, someBill(t), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil || !bytes.Equal(someBill(t), want) {
		t.Errorf("it is not that of %s (%v); look at the difference, then run go test -update", file, err)
	}
}

func TestTheFontsOfTheSourcesAreFoundAndNothingElse(t *testing.T) {
	fonts, err := fontsIn("../../typeset/fonts")
	if err != nil || len(fonts) != 9 || fonts[0].Name != "NotoSans-Bold.ttf" || len(fonts[0].SHA256) != 64 {
		t.Errorf("%v, %+v", err, fonts)
	}
	if _, err := fontsIn("testdata"); err == nil {
		t.Error("a folder without fonts is taken for one with fonts")
	}
}

func TestTheBillOfMaterialsIsTheSameTwice(t *testing.T) {
	if !bytes.Equal(someBill(t), someBill(t)) {
		t.Error("it differs")
	}
}

func TestEveryRelationshipOfTheBillNamesSomethingInIt(t *testing.T) {
	var d spdxDocument
	if err := json.Unmarshal(someBill(t), &d); err != nil {
		t.Fatal(err)
	}
	known := map[string]int{"SPDXRef-DOCUMENT": 1}
	for _, p := range d.Packages {
		known[p.ID]++
	}
	for id, n := range known {
		if n != 1 {
			t.Errorf("%s is there %d times", id, n)
		}
	}
	for _, r := range d.Relationships {
		if known[r.From] == 0 || known[r.To] == 0 {
			t.Errorf("%+v names what is not there", r)
		}
	}
	if len(d.Licences) != 1 || d.Licences[0].ID != "LicenseRef-debian-odd" {
		t.Errorf("own licences are %+v", d.Licences)
	}
}
