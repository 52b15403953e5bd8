package debian

import (
	"bufio"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"
)

// ErrNoLicence says that a copyright file is not machine-readable.
var ErrNoLicence = errors.New("the copyright file does not say its licences in machine-readable words")

// Licence reads the copyright file of a package (the machine-readable format 1.0 of Debian's policy) and returns the licences of its
// Files paragraphs as one SPDX expression: all of them, joined by AND, each once, sorted. A name that SPDX's list does not have becomes
// "LicenseRef-debian-<name>"; its text is in the file. A file in another format gives ErrNoLicence.
func Licence(copyright io.Reader) (string, error) {
	var terms []string
	lines := bufio.NewScanner(copyright)
	lines.Buffer(nil, 1<<20)
	formatted, files, first := false, false, true
	for lines.Scan() {
		line := strings.TrimRight(lines.Text(), " \t\r")
		if line == "" {
			files = false
			continue
		}
		name, value, found := strings.Cut(line, ":")
		if !found || line[0] == ' ' || line[0] == '\t' || line[0] == '#' {
			continue
		}
		switch value = strings.TrimSpace(value); strings.ToLower(name) {
		case "format":
			formatted = formatted || first && strings.Contains(value, "copyright-format")
		case "files":
			files = true
		case "license":
			if term := expression(value); files && term != "" {
				terms = append(terms, term)
			}
		}
		first = false
	}
	if err := lines.Err(); err != nil {
		return "", err
	}
	if !formatted || len(terms) == 0 {
		return "", ErrNoLicence
	}
	slices.Sort(terms)
	terms = slices.Compact(terms)
	if len(terms) > 1 {
		for i, term := range terms {
			if strings.Contains(term, " ") {
				terms[i] = "(" + term + ")"
			}
		}
	}
	return strings.Join(terms, " AND "), nil
}

// expression turns a short name, or several joined by "and", "or" and commas, into an SPDX expression. "and" binds more strongly than
// "or", and a comma before either turns that round.
func expression(names string) string {
	for _, joint := range [][2]string{{", and ", " AND "}, {", or ", " OR "}, {" or ", " OR "}, {" and ", " AND "}} {
		parts := splitFold(names, joint[0])
		if len(parts) < 2 {
			continue
		}
		for i, part := range parts {
			parts[i] = expression(part)
			if strings.Contains(parts[i], " ") {
				parts[i] = "(" + parts[i] + ")"
			}
		}
		return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), joint[1])
	}
	return identifier(strings.Trim(names, " ,"))
}

// splitFold splits s at every by, in capital letters or small ones. A letter's other case may take another number of bytes, so the
// places are looked for in s itself.
func splitFold(s, by string) []string {
	return regexp.MustCompile("(?i)"+regexp.QuoteMeta(by)).Split(s, -1)
}

// identifier returns the SPDX identifier of one short name of Debian's.
func identifier(name string) string {
	if name == "" {
		return ""
	}
	if id, found := identifiers()[strings.ToLower(name)]; found {
		return id
	}
	if m := regexp.MustCompile(`^(?i)(l?gpl|agpl|gfdl)-?v?([123])(?:\.(\d))?(?:\.\d)?(\+?)(-only|-or-later)?$`).FindStringSubmatch(name); m != nil {
		minor := m[3]
		if minor == "" {
			minor = "0"
		}
		ending := "-only"
		if m[4] == "+" || m[5] == "-or-later" {
			ending = "-or-later"
		}
		return strings.ToUpper(m[1]) + "-" + m[2] + "." + minor + ending
	}
	return "LicenseRef-debian-" + strings.Trim(regexp.MustCompile(`[^A-Za-z0-9.]+`).ReplaceAllString(strings.ReplaceAll(name, "+", "-plus"), "-"), "-")
}

// identifiers are the short names of Debian's copyright files, in small letters, that mean just what an identifier of SPDX's list means.
func identifiers() map[string]string {
	return map[string]string{
		"expat": "MIT", "mit": "MIT", "isc": "ISC", "x11": "X11", "zlib": "Zlib", "curl": "curl", "ftl": "FTL", "0bsd": "0BSD",
		"apache-2.0": "Apache-2.0", "apache-2": "Apache-2.0", "bsd-2-clause": "BSD-2-Clause", "bsd-3-clause": "BSD-3-Clause",
		"bsd-4-clause": "BSD-4-Clause", "bsd-4-clause-uc": "BSD-4-Clause-UC", "bsd-1-clause": "BSD-1-Clause", "bsl-1.0": "BSL-1.0",
		"cc0-1.0": "CC0-1.0", "cc0": "CC0-1.0", "cc-by-sa-4.0": "CC-BY-SA-4.0", "cc-by-4.0": "CC-BY-4.0", "mpl-2.0": "MPL-2.0", "mpl-1.1": "MPL-1.1",
		"openldap-2.8": "OLDAP-2.8", "oldap-2.8": "OLDAP-2.8", "fsfap": "FSFAP", "fsful": "FSFUL", "fsfullr": "FSFULLR", "fsfullrwd": "FSFULLRWD",
		"artistic": "Artistic-1.0-Perl", "artistic-2.0": "Artistic-2.0", "beerware": "Beerware", "sleepycat": "Sleepycat", "afl-2.1": "AFL-2.1",
		"bzip2-1.0.6": "bzip2-1.0.6", "unicode-dfs-2016": "Unicode-DFS-2016", "bsd-3-clause-attribution": "BSD-3-Clause-Attribution",
		"mit-cmu": "MIT-CMU", "ntp": "NTP", "libpng": "Libpng", "gpl-1+": "GPL-1.0-or-later", "latex2e": "Latex2e",
	}
}
