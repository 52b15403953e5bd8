// Package debian takes packages from a Debian archive without touching the system it runs on: a private apt root
// resolves names into versions, downloads them and checks them against the archive's signatures, and what they hold is laid into a
// folder. No package is configured and no maintainer script runs, so packages of every architecture are taken in the same way.
//
// It calls apt-get, apt-cache, apt-config and dpkg-deb; see apt.conf(5), sources.list(5) and deb(5).
package debian

import (
	"fmt"
	"net/url"
	"os/exec"
	"strings"
)

// Package is one binary package in one version.
type Package struct {
	Name          string // "libc6"
	Version       string // with epoch and revision: "2:1.8.12-1"
	Arch          string // "arm64", "amd64" or "all"
	Source        string // name of the source package
	SourceVersion string // its version, which differs from Version where a binary was built again
	Size          int64  // of the .deb, in bytes
	SHA256        string // of the .deb, 64 hexadecimal digits, from the signed index
}

// File returns the name under which apt keeps the package: the colon of an epoch becomes "%3a".
func (p Package) File() string {
	return fmt.Sprintf("%s_%s_%s.deb", p.Name, strings.ReplaceAll(p.Version, ":", "%3a"), p.Arch)
}

// URL returns the package's purl, as the package-url specification gives it for the type deb.
func (p Package) URL(release string) string {
	return fmt.Sprintf("pkg:deb/debian/%s@%s?arch=%s&distro=%s", url.PathEscape(p.Name), url.QueryEscape(p.Version), p.Arch, release)
}

// need returns an error that names the Debian package to install where a program is missing.
func need(program, from string) error {
	if _, err := exec.LookPath(program); err != nil {
		return fmt.Errorf("%s is missing: install the Debian package %s: %w", program, from, err)
	}
	return nil
}
