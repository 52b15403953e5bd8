package debian

import (
	"errors"
	"strings"
	"testing"
)

const format = "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n"

func TestTheLicencesOfAPackageBecomeOneExpression(t *testing.T) {
	for text, want := range map[string]string{
		"Files: *\nLicense: Expat\n":                                                      "MIT",
		"Files: *\nLicense: GPL-2+\n\nFiles: a\nLicense: GPL-2+\n":                        "GPL-2.0-or-later",
		"Files: *\nLicense: LGPL-2.1\n\nFiles: a b\n c\nLicense: BSD-3-clause or GPL-2\n": "(BSD-3-Clause OR GPL-2.0-only) AND LGPL-2.1-only",
		"Files: *\nLicense: GPL-2+ or AFL-2.1, and Expat\n":                               "(GPL-2.0-or-later OR AFL-2.1) AND MIT",
		"Files: *\nLicense: Artistic or GPL-1+ and ISC\n":                                 "Artistic-1.0-Perl OR (GPL-1.0-or-later AND ISC)",
		"Files: *\nLicense: GPL-3+ with Autoconf exception\n":                             "LicenseRef-debian-GPL-3-plus-with-Autoconf-exception",
		"Files: *\nLicense: ISC\n\nLicense: GPL-2\n its words: and more\n":                "ISC",
	} {
		if got, err := Licence(strings.NewReader(format + "\n" + text)); err != nil || got != want {
			t.Errorf("%q: got %q, %v; want %q", text, got, err, want)
		}
	}
}

func TestACopyrightFileInFreeWordsHasNoExpression(t *testing.T) {
	for _, text := range []string{"", "This package was made by its maker.\n\nFiles: x\nLicense: MIT\n", format + "\nLicense: MIT\n"} {
		if got, err := Licence(strings.NewReader(text)); !errors.Is(err, ErrNoLicence) {
			t.Errorf("%q: got %q, %v", text, got, err)
		}
	}
}

func FuzzAnExpressionHoldsOnlyWhatSPDXAllows(f *testing.F) {
	f.Add("GPL-2+ or AFL-2.1, and Expat and (weird")
	f.Add(", and , or ")
	f.Fuzz(func(t *testing.T, names string) {
		for _, r := range expression(names) {
			if !strings.ContainsRune(" ()-.", r) && !(r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z') {
				t.Fatalf("%q became %q", names, expression(names))
			}
		}
	})
}
