package main

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

func listChecks() []check {
	return []check{
		{"updates are taken only as signed bundles for this machine, trusted by the keyring", updatesHold},
		{"the list of packages agrees with what is installed", packagesHold},
		{"the bill of materials is SPDX 2.3 and names every package", billHolds},
		{"what our programs are built of has its licences beside them", noticesHold},
	}
}

// developmentName is who signs the keyring of an image that is built without one.
const developmentName = "Totem development authority"

func updatesHold(_ context.Context, e *examination) (string, error) {
	conf, err := fs.ReadFile(e.root, "etc/rauc/system.conf")
	if err != nil {
		return "", err
	}
	for _, want := range []string{"compatible=", "bootloader=custom", "path=" + "/" + "etc/rauc/keyring.pem"} {
		if !strings.Contains(strings.ReplaceAll(string(conf), "path=keyring.pem", "path=/etc/rauc/keyring.pem"), want) {
			return "", fmt.Errorf("etc/rauc/system.conf lacks %s", want)
		}
	}
	if !strings.Contains(string(conf), e.arch) {
		return "", fmt.Errorf("etc/rauc/system.conf takes bundles for other machines than %s", e.arch)
	}
	text, err := fs.ReadFile(e.root, keyringInTree)
	if err != nil {
		return "", err
	}
	var names []string
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		if block.Type != "CERTIFICATE" {
			return "", fmt.Errorf("the keyring holds a %s", block.Type)
		}
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return "", fmt.Errorf("the keyring: %w", err)
		}
		names = append(names, certificate.Subject.CommonName)
	}
	if len(names) == 0 {
		return "", errors.New("the keyring is empty")
	}
	return "trusted: " + strings.Join(names, ", "), e.fit(names)
}

// fit returns why an image with these certificates is not fit for an office, where that is asked.
func (e *examination) fit(names []string) error {
	release, err := readRelease(e.card)
	if err != nil || !e.release {
		return err
	}
	for _, name := range names {
		if name == developmentName {
			return errors.New("the keyring is a development authority's; build with --keyring")
		}
	}
	if release["VARIANT_ID"] != "product" {
		return fmt.Errorf("os-release says that it is for %q; build with --keyring", release["VARIANT_ID"])
	}
	return nil
}

// packages returns the versions of .packages by name.
func (e *examination) packages() (map[string]string, error) {
	text, err := os.ReadFile(e.beside(".packages"))
	if err != nil {
		return nil, err
	}
	all := map[string]string{}
	for line := range strings.Lines(string(text)) {
		name, version, ok := strings.Cut(strings.TrimSpace(line), " ")
		if !ok || version == "" || strings.Contains(version, " ") {
			return nil, fmt.Errorf("%s: %q is no name and version", e.beside(".packages"), strings.TrimSpace(line))
		}
		all[name] = version
	}
	if len(all) == 0 {
		return nil, errors.New("the list of packages is empty")
	}
	return all, nil
}

func packagesHold(_ context.Context, e *examination) (string, error) {
	all, err := e.packages()
	if err != nil {
		return "", err
	}
	docs, err := e.root.ReadDir("usr/share/doc")
	if err != nil {
		return "", err
	}
	recipe, err := readRecipe(filepath.Join(e.repository, "images"), e.arch)
	if err != nil {
		return "", err
	}
	installed := map[string]bool{recipe.boot: true} // of which only the loader was taken
	for _, d := range docs {
		if _, ok := all[d.Name()]; !ok && e.ofPackage(d.Name()) {
			return "", fmt.Errorf("%s is installed, and not in the list", d.Name())
		}
		installed[d.Name()] = true
	}
	for name := range all {
		if !installed[name] {
			return "", fmt.Errorf("%s is in the list, and not installed, or its licence is missing", name)
		}
	}
	return fmt.Sprintf("%d packages", len(all)), nil
}

// ofPackage reports whether a folder of usr/share/doc is a package's: it holds its licence.
func (e *examination) ofPackage(name string) bool {
	_, err := e.root.Stat("usr/share/doc/" + name + "/copyright")
	return err == nil
}

// bill is what is read of an SPDX document, 2.3.
type bill struct {
	Version   string `json:"spdxVersion"`
	Licence   string `json:"dataLicense"`
	ID        string `json:"SPDXID"`
	Name      string `json:"name"`
	Namespace string `json:"documentNamespace"`
	Creation  struct {
		Created  string   `json:"created"`
		Creators []string `json:"creators"`
	} `json:"creationInfo"`
	Packages []struct {
		Name     string `json:"name"`
		ID       string `json:"SPDXID"`
		Version  string `json:"versionInfo"`
		Download string `json:"downloadLocation"`
	} `json:"packages"`
	Relationships []struct {
		From string `json:"spdxElementId"`
		Kind string `json:"relationshipType"`
		To   string `json:"relatedSpdxElement"`
	} `json:"relationships"`
}

func (e *examination) bill() (b bill, err error) {
	text, err := os.ReadFile(e.beside(".spdx.json"))
	if err == nil {
		err = json.Unmarshal(text, &b)
	}
	return b, err
}

func billHolds(_ context.Context, e *examination) (string, error) {
	b, err := e.bill()
	if err != nil {
		return "", err
	}
	if b.Version != "SPDX-2.3" || b.Licence != "CC0-1.0" || b.ID != "SPDXRef-DOCUMENT" || b.Name == "" || b.Namespace == "" ||
		b.Creation.Created == "" || len(b.Creation.Creators) == 0 {
		return "", errors.New("its head lacks a field that SPDX demands")
	}
	ids, has := map[string]bool{b.ID: true}, map[string]string{}
	for _, p := range b.Packages {
		if p.Name == "" || !strings.HasPrefix(p.ID, "SPDXRef-") || p.Download == "" || ids[p.ID] {
			return "", fmt.Errorf("its package %q lacks a field that SPDX demands, or has another one's identifier", p.Name)
		}
		ids[p.ID], has[p.Name] = true, p.Version
	}
	for _, r := range b.Relationships {
		if !ids[r.From] || !ids[r.To] {
			return "", fmt.Errorf("it relates %s to %s, and one of them is not in it", r.From, r.To)
		}
	}
	all, err := e.packages()
	if err != nil {
		return "", err
	}
	for name, version := range all {
		if has[name] != version {
			return "", fmt.Errorf("%s is %q in the bill, and %q in the list of packages", name, has[name], version)
		}
	}
	return fmt.Sprintf("%d parts", len(b.Packages)), nil
}

func noticesHold(_ context.Context, e *examination) (string, error) {
	b, err := e.bill()
	if err != nil {
		return "", err
	}
	count := 0
	for _, p := range b.Packages {
		if !strings.HasPrefix(p.ID, "SPDXRef-go-") {
			continue
		}
		count++
		found, err := e.root.ReadDir(noticeFolder(".", p.Name, p.Version))
		if err != nil || len(found) == 0 {
			return "", fmt.Errorf("there is no licence of %s %s in the image", p.Name, p.Version)
		}
	}
	return fmt.Sprintf("%d modules", count), nil
}
