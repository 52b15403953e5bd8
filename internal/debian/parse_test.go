package debian

import (
	"strings"
	"testing"
)

const uris = `'http://mirror.example/pool/main/g/glibc/libc6_2.41-12%2bdeb13u4_arm64.deb' libc6_2.41-12+deb13u4_arm64.deb 2483572 MD5Sum:52dfbf15cfc7959c048a3a01d8742c48
'http://mirror.example/pool/main/libx/libx11/libx11-6_1.8.12-1_arm64.deb' libx11-6_2%3a1.8.12-1_arm64.deb 794952 SHA256:00
`

func TestAPackagesNameVersionAndSizeAreReadOutOfAptsList(t *testing.T) {
	packages, err := parseURIs(uris)
	if err != nil {
		t.Fatal(err)
	}
	want := []Package{{Name: "libc6", Version: "2.41-12+deb13u4", Arch: "arm64", Size: 2483572}, {Name: "libx11-6", Version: "2:1.8.12-1", Arch: "arm64", Size: 794952}}
	if len(packages) != 2 || packages[0] != want[0] || packages[1] != want[1] {
		t.Errorf("got %+v", packages)
	}
	if file := packages[1].File(); file != "libx11-6_2%3a1.8.12-1_arm64.deb" {
		t.Errorf("the file is called %s", file)
	}
}

func TestALineOfAptsListThatCannotBeReadIsAnError(t *testing.T) {
	for _, line := range []string{"'uri' libc6_2_arm64.deb", "'uri' libc6_arm64.deb 12 X:1", "'uri' libc6_2_arm64.deb 0 X:1", "'uri' libc6_%zz_arm64.deb 12 X:1"} {
		if _, err := parseURIs(line); err == nil {
			t.Errorf("%q was read", line)
		}
	}
}

func stanza(source string) string {
	return "Package: libssl3t64\n" + source + "Version: 3.5.7-1~deb13u3\nArchitecture: arm64\nDescription: one line\n more: of it\nSize: 12\nSHA256: " +
		strings.Repeat("ab", 32) + "\n"
}

func TestADescribedPackageNamesItsSource(t *testing.T) {
	for source, want := range map[string][2]string{
		"":                               {"libssl3t64", "3.5.7-1~deb13u3"},
		"Source: openssl\n":              {"openssl", "3.5.7-1~deb13u3"},
		"Source: openssl (3.5.7-1~13)\n": {"openssl", "3.5.7-1~13"},
	} {
		packages, err := parseStanzas(strings.NewReader(stanza(source) + "\n" + stanza("")))
		if err != nil || len(packages) != 2 {
			t.Fatalf("%q: %v, %d packages", source, err, len(packages))
		}
		if p := packages[0]; p.Source != want[0] || p.SourceVersion != want[1] || p.Size != 12 {
			t.Errorf("%q: %+v", source, p)
		}
	}
}

func TestAPackageWithoutAHashIsRefused(t *testing.T) {
	if _, err := parseStanzas(strings.NewReader("Package: a\nVersion: 1\nSize: 3\n")); err == nil {
		t.Error("it was taken")
	}
}

func TestTheMirrorsAreThoseOfDebianAlone(t *testing.T) {
	const lines = `Packages|Somebody|/other.gpg|stable|https://other.example/
Translations|Debian||bookworm|http://wrong.example/debian/
Packages|Debian||bookworm-updates|http://updates.example/debian/
Packages|Debian||bookworm|http://mirror.example/debian/
Packages||/usr/share/keyrings/debian-archive-keyring.gpg|bookworm-security|http://security.example/debian-security/
Packages|Debian||bookworm|http://second.example/debian/
`
	m, err := parseMirrors(lines)
	if want := (Mirrors{Main: "http://mirror.example/debian/", Security: "http://security.example/debian-security/"}); err != nil || m != want {
		t.Errorf("got %+v, %v", m, err)
	}
	if _, err := parseMirrors("Packages|Debian||bookworm|http://mirror.example/debian/\n"); err == nil {
		t.Error("a host without security updates was taken")
	}
}

func TestAptsProgressIsToldInPercent(t *testing.T) {
	var heard []float64
	follow(strings.NewReader("dlstatus:1:0.0000:Retrieving file 1 of 2\npmstatus:x:3:y\ndlstatus:2:12.9667:Retrieving\ndlstatus:3:x:y\n"),
		func(percent float64) { heard = append(heard, percent) })
	if len(heard) != 2 || heard[1] != 12.9667 {
		t.Errorf("heard %v", heard)
	}
}

func FuzzWhatAptWritesNeverPanics(f *testing.F) {
	f.Add(uris)
	f.Add(stanza("Source: a (1)\n"))
	f.Fuzz(func(t *testing.T, text string) {
		if packages, err := parseURIs(text); err == nil {
			for _, p := range packages {
				if p.Size <= 0 {
					t.Errorf("a package without a size: %+v", p)
				}
			}
		}
		if packages, err := parseStanzas(strings.NewReader(text)); err == nil {
			for _, p := range packages {
				if p.Source == "" || p.SourceVersion == "" || len(p.SHA256) != 64 {
					t.Errorf("a package that is not whole: %+v", p)
				}
			}
		}
		_, _ = parseMirrors(text)
	})
}
