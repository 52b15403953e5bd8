package golden

import (
	"bufio"
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Digests are digests by name, kept in a file of lines: a name, then "key=digest" for each of its variants.
type Digests map[string]map[string]string

// Put adds a digest.
func (d Digests) Put(name, variant, digest string) {
	if d[name] == nil {
		d[name] = map[string]string{}
	}
	d[name][variant] = digest
}

// ReadDigests reads a file that Write wrote.
func ReadDigests(path string) (Digests, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	all := Digests{}
	lines := bufio.NewScanner(bytes.NewReader(b))
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		if len(words) == 0 {
			continue
		}
		for _, word := range words[1:] {
			variant, digest, ok := strings.Cut(word, "=")
			if !ok {
				return nil, fmt.Errorf("%s: %q is no digest", path, word)
			}
			all.Put(words[0], variant, digest)
		}
	}
	return all, lines.Err()
}

// Write writes the file, in the order of names and variants.
func (d Digests) Write(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	var out bytes.Buffer
	for _, name := range slices.Sorted(maps.Keys(d)) {
		out.WriteString(name)
		for _, variant := range slices.Sorted(maps.Keys(d[name])) {
			fmt.Fprintf(&out, " %s=%s", variant, d[name][variant])
		}
		out.WriteByte('\n')
	}
	return os.WriteFile(path, out.Bytes(), 0o644)
}

// Differ returns what got and want do not have alike, as "name variant", in order.
func (d Digests) Differ(want Digests) []string {
	var all []string
	for name, variants := range d {
		for variant, digest := range variants {
			if want[name][variant] != digest {
				all = append(all, name+" "+variant)
			}
		}
	}
	for name, variants := range want {
		for variant := range variants {
			if _, ok := d[name][variant]; !ok {
				all = append(all, name+" "+variant)
			}
		}
	}
	slices.Sort(all)
	return all
}
