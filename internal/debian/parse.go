package debian

import (
	"bufio"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"
)

// parseURIs reads what `apt-get --print-uris` writes, one package a line:
//
//	'URI' NAME_VERSION_ARCH.deb SIZE HASH
//
// VERSION has its colon as "%3a". Source and SHA256 stay empty.
func parseURIs(out string) ([]Package, error) {
	var packages []Package
	for line := range strings.Lines(out) {
		field := strings.Fields(line)
		if len(field) == 0 {
			continue
		}
		if len(field) < 3 {
			return nil, fmt.Errorf("apt's list of packages: cannot read %q", strings.TrimSpace(line))
		}
		part := strings.Split(strings.TrimSuffix(field[1], ".deb"), "_")
		size, err := strconv.ParseInt(field[2], 10, 64)
		if len(part) != 3 || err != nil || size <= 0 {
			return nil, fmt.Errorf("apt's list of packages: cannot read %q", strings.TrimSpace(line))
		}
		version, err := url.PathUnescape(part[1])
		if err != nil {
			return nil, fmt.Errorf("apt's list of packages: version %q: %w", part[1], err)
		}
		packages = append(packages, Package{Name: part[0], Version: version, Arch: part[2], Size: size})
	}
	return packages, nil
}

// parseStanzas reads control stanzas as `apt-cache show` writes them: deb-control(5). Fields that Package does not hold and the lines
// that go on from one before are passed over.
func parseStanzas(r io.Reader) ([]Package, error) {
	var packages []Package
	var p Package
	end := func() error {
		if p == (Package{}) {
			return nil
		}
		if p.Name == "" || p.Version == "" || p.Size <= 0 || len(p.SHA256) != 64 {
			return fmt.Errorf("apt's description of the package %q lacks its name, version, size or SHA256", p.Name)
		}
		p.Source, p.SourceVersion = first(p.Source, p.Name), first(p.SourceVersion, p.Version)
		packages, p = append(packages, p), Package{}
		return nil
	}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20) // some packages break hundreds of others, on one line
	for lines.Scan() {
		line := lines.Text()
		if line == "" {
			if err := end(); err != nil {
				return nil, err
			}
			continue
		}
		name, value, found := strings.Cut(line, ": ")
		if !found || line[0] == ' ' {
			continue
		}
		p.set(name, value)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("apt's description of packages: %w", err)
	}
	return packages, end()
}

func (p *Package) set(field, value string) {
	switch field {
	case "Package":
		p.Name = value
	case "Version":
		p.Version = value
	case "Architecture":
		p.Arch = value
	case "SHA256":
		p.SHA256 = value
	case "Size":
		p.Size, _ = strconv.ParseInt(value, 10, 64) // 0 is refused at the stanza's end
	case "Source": // "glibc", or "openssl (3.5.7-1)"
		source, version, _ := strings.Cut(value, " ")
		p.Source, p.SourceVersion = source, strings.Trim(version, "()")
	}
}
