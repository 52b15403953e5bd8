package main

import (
	"bytes"
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// The bill of materials is a document of SPDX 2.3 in JSON: https://spdx.github.io/spdx-spec/v2.3/. Only the fields that we fill in are here.
type (
	spdxDocument struct {
		Version       string             `json:"spdxVersion"`
		ID            string             `json:"SPDXID"`
		DataLicence   string             `json:"dataLicense"`
		Name          string             `json:"name"`
		Namespace     string             `json:"documentNamespace"`
		Creation      spdxCreation       `json:"creationInfo"`
		Packages      []spdxPackage      `json:"packages"`
		Licences      []spdxLicence      `json:"hasExtractedLicensingInfos,omitempty"`
		Relationships []spdxRelationship `json:"relationships"`
	}
	spdxCreation struct {
		Created  string   `json:"created"`
		Creators []string `json:"creators"`
	}
	spdxPackage struct {
		ID         string          `json:"SPDXID"`
		Name       string          `json:"name"`
		Version    string          `json:"versionInfo"`
		Supplier   string          `json:"supplier,omitempty"`
		Download   string          `json:"downloadLocation"`
		Analyzed   bool            `json:"filesAnalyzed"`
		Checksums  []spdxChecksum  `json:"checksums,omitempty"`
		SourceInfo string          `json:"sourceInfo,omitempty"`
		Concluded  string          `json:"licenseConcluded"`
		Declared   string          `json:"licenseDeclared"`
		Copyright  string          `json:"copyrightText"`
		References []spdxReference `json:"externalRefs,omitempty"`
		Purpose    string          `json:"primaryPackagePurpose,omitempty"`
	}
	spdxChecksum struct {
		Algorithm string `json:"algorithm"`
		Value     string `json:"checksumValue"`
	}
	spdxReference struct {
		Category string `json:"referenceCategory"`
		Type     string `json:"referenceType"`
		Locator  string `json:"referenceLocator"`
	}
	spdxLicence struct {
		ID   string `json:"licenseId"`
		Text string `json:"extractedText"`
		Name string `json:"name"`
	}
	spdxRelationship struct {
		From string `json:"spdxElementId"`
		Type string `json:"relationshipType"`
		To   string `json:"relatedSpdxElement"`
	}
)

const spdxUnknown = "NOASSERTION"

// program is one of ours, with what Go says it was built of.
type program struct {
	Name  string // "totem"
	Info  *buildinfo.BuildInfo
	Fonts []fontFile // that lie in it
}

// fontFile is a font that a program carries.
type fontFile struct {
	Name   string // of the file
	SHA256 string // of the file, in hexadecimal
}

// fontsIn returns the fonts of a folder, by name.
func fontsIn(dir string) ([]fontFile, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("list fonts: %w", err)
	}
	var fonts []fontFile
	for _, e := range entries {
		switch filepath.Ext(e.Name()) {
		case ".ttf", ".woff":
			data, err := os.ReadFile(filepath.Join(dir, e.Name()))
			if err != nil {
				return nil, fmt.Errorf("list fonts: %w", err)
			}
			fonts = append(fonts, fontFile{e.Name(), fmt.Sprintf("%x", sha256.Sum256(data))})
		}
	}
	if len(fonts) == 0 {
		return nil, fmt.Errorf("list fonts: there is none in %s", dir)
	}
	return fonts, nil
}

// billOfMaterials returns the SPDX document of a root: equal arguments give equal bytes.
func billOfMaterials(root Root, packages []basePackage, programs []program) ([]byte, error) {
	image := "SPDXRef-image"
	d := spdxDocument{
		Version: "SPDX-2.3", ID: "SPDXRef-DOCUMENT", DataLicence: "CC0-1.0", Name: "totem-" + root.Arch + "-" + root.Version,
		Creation:      spdxCreation{Created: root.Time.UTC().Format(time.RFC3339), Creators: []string{"Tool: totem-imager"}},
		Packages:      []spdxPackage{ofImage(image, root)},
		Relationships: []spdxRelationship{{"SPDXRef-DOCUMENT", "DESCRIBES", image}},
	}
	for _, p := range packages {
		one := ofDebian(p)
		d.Packages = append(d.Packages, one)
		d.Relationships = append(d.Relationships, spdxRelationship{image, "CONTAINS", one.ID})
	}
	known := make(map[string]bool)
	for _, p := range programs {
		own := ofProgram(p, root)
		d.Packages = append(d.Packages, own)
		d.Relationships = append(d.Relationships, spdxRelationship{image, "CONTAINS", own.ID})
		for _, f := range p.Fonts {
			one := ofFont(f)
			d.Packages = append(d.Packages, one)
			d.Relationships = append(d.Relationships, spdxRelationship{own.ID, "CONTAINS", one.ID})
		}
		for _, m := range modulesOf(p) {
			d.Relationships = append(d.Relationships, spdxRelationship{own.ID, "STATIC_LINK", m.ID})
			if !known[m.ID] {
				known[m.ID] = true
				d.Packages = append(d.Packages, m)
			}
		}
	}
	d.Licences = extracted(packages)
	text, err := json.Marshal(d)
	if err != nil {
		return nil, fmt.Errorf("bill of materials: %w", err)
	}
	d.Namespace = fmt.Sprintf("https://example.org/totem/spdx/%s-%x", url.PathEscape(d.Name), sha256.Sum256(text))
	var written bytes.Buffer
	writer := json.NewEncoder(&written)
	writer.SetEscapeHTML(false)
	writer.SetIndent("", " ")
	if err := writer.Encode(d); err != nil {
		return nil, fmt.Errorf("bill of materials: %w", err)
	}
	return written.Bytes(), nil
}

func ofImage(id string, root Root) spdxPackage {
	return spdxPackage{ID: id, Name: "totem-" + root.Arch, Version: root.Version, Download: spdxUnknown, Purpose: "OPERATING-SYSTEM",
		SourceInfo: "built from commit " + root.Commit, Concluded: spdxUnknown, Declared: spdxUnknown, Copyright: spdxUnknown}
}

func ofDebian(p basePackage) spdxPackage {
	declared := p.Licence
	if declared == "" {
		declared = spdxUnknown
	}
	return spdxPackage{
		ID: spdxID("deb", p.Name), Name: p.Name, Version: p.Version, Supplier: "Organization: Debian", Download: spdxUnknown,
		Checksums:  []spdxChecksum{{"SHA256", p.SHA256}},
		SourceInfo: "built from the Debian source package " + p.Source + " " + p.SourceVersion,
		Concluded:  spdxUnknown, Declared: declared, Copyright: spdxUnknown,
		References: []spdxReference{{"PACKAGE-MANAGER", "purl", p.URL(release)}},
	}
}

func ofProgram(p program, root Root) spdxPackage {
	return spdxPackage{ID: spdxID("program", p.Name), Name: p.Name, Version: root.Version, Download: spdxUnknown, Purpose: "APPLICATION",
		SourceInfo: "built from commit " + root.Commit + " by " + p.Info.GoVersion,
		Concluded:  spdxUnknown, Declared: spdxUnknown, Copyright: spdxUnknown}
}

// ofFont describes a font; typeset/fonts/README.md says where each is from and whose it is.
func ofFont(f fontFile) spdxPackage {
	return spdxPackage{ID: spdxID("font", f.Name), Name: f.Name, Version: spdxUnknown, Download: spdxUnknown, Purpose: "FILE",
		Checksums: []spdxChecksum{{"SHA256", f.SHA256}}, SourceInfo: "typeset/fonts of the commit",
		Concluded: spdxUnknown, Declared: "OFL-1.1", Copyright: spdxUnknown}
}

// modulesOf returns the Go modules that a program is built of, Go's own library among them, sorted by path.
func modulesOf(p program) []spdxPackage {
	modules := []spdxPackage{ofGo("stdlib", strings.TrimPrefix(p.Info.GoVersion, "go"), "")}
	for _, m := range p.Info.Deps {
		if m.Replace != nil {
			m = m.Replace
		}
		modules = append(modules, ofGo(m.Path, m.Version, m.Sum))
	}
	slices.SortFunc(modules, func(a, b spdxPackage) int { return strings.Compare(a.Name, b.Name) })
	return modules
}

func ofGo(path, version, sum string) spdxPackage {
	p := spdxPackage{ID: spdxID("go", path+"-"+version), Name: path, Version: version, Download: spdxUnknown,
		Concluded: spdxUnknown, Declared: spdxUnknown, Copyright: spdxUnknown,
		References: []spdxReference{{"PACKAGE-MANAGER", "purl", "pkg:golang/" + path + "@" + url.PathEscape(version)}}}
	if sum != "" {
		p.SourceInfo = "go.sum: " + sum
	}
	return p
}

// extracted lists the licences that SPDX has no identifier for, with where their text is.
func extracted(packages []basePackage) []spdxLicence {
	var all []spdxLicence
	seen := make(map[string]bool)
	for _, p := range packages {
		for _, id := range regexp.MustCompile(`LicenseRef-debian-[A-Za-z0-9.-]+`).FindAllString(p.Licence, -1) {
			if !seen[id] {
				seen[id] = true
				all = append(all, spdxLicence{ID: id, Name: strings.TrimPrefix(id, "LicenseRef-debian-"),
					Text: "See /usr/share/doc/" + p.Name + "/copyright in the image."})
			}
		}
	}
	slices.SortFunc(all, func(a, b spdxLicence) int { return strings.Compare(a.ID, b.ID) })
	return all
}

// spdxID makes an identifier of letters, digits, dots and hyphens; names that differ only in other signs are told apart by a hash.
func spdxID(kind, name string) string {
	clean := regexp.MustCompile(`[^A-Za-z0-9.]+`).ReplaceAllString(name, "-")
	if clean != name {
		sum := sha256.Sum256([]byte(name))
		clean += fmt.Sprintf("-%x", sum[:4])
	}
	return "SPDXRef-" + kind + "-" + clean
}
