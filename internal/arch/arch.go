// Package arch keeps the house in order: it reads the sources of the module and says which imports break the layers
// of ARCHITECTURE.md. It reads files, not the build's list of packages, so that a cached test result never hides a
// new file.
package arch

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"sort"
	"strconv"
	"strings"
)

// Module is the module path that all our import paths begin with.
const Module = "example.org/totem"

// Package is one package of ours: where it lies and what of ours it imports, tests left out.
type Package struct {
	Dir     string   // slash-separated, relative to the module; "" for the root
	Imports []string // directories of ours, sorted
	Foreign []string // all other import paths, sorted
}

// Read returns the packages below root that hold at least one .go file that is no test.
func Read(root fs.FS) ([]Package, error) {
	found := map[string]*Package{}
	err := fs.WalkDir(root, ".", func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testdata" || p != "." && strings.HasPrefix(d.Name(), ".") || p == "build" || p == "out"):
			return fs.SkipDir
		case d.IsDir() || !strings.HasSuffix(p, ".go") || strings.HasSuffix(p, "_test.go"):
			return nil
		}
		dir := path.Dir(p)
		if dir == "." {
			dir = ""
		}
		if found[dir] == nil {
			found[dir] = &Package{Dir: dir}
		}
		return found[dir].read(root, p)
	})
	if err != nil {
		return nil, fmt.Errorf("read the sources: %w", err)
	}
	var all []Package
	for _, p := range found {
		sort.Strings(p.Imports)
		sort.Strings(p.Foreign)
		p.Imports, p.Foreign = slices.Compact(p.Imports), slices.Compact(p.Foreign)
		all = append(all, *p)
	}
	sort.Slice(all, func(i, j int) bool { return all[i].Dir < all[j].Dir })
	return all, nil
}

func (p *Package) read(root fs.FS, file string) error {
	src, err := fs.ReadFile(root, file)
	if err != nil {
		return err
	}
	parsed, err := parser.ParseFile(token.NewFileSet(), file, src, parser.ImportsOnly)
	if err != nil {
		return err
	}
	for _, spec := range parsed.Imports {
		name, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return err
		}
		if own, ok := strings.CutPrefix(name, Module+"/"); ok {
			p.Imports = append(p.Imports, own)
		} else {
			p.Foreign = append(p.Foreign, name)
		}
	}
	return nil
}

// ring is how far from the ground a package lies.
type ring int

const (
	ground ring = iota
	words
	rules
	edge
	assembly
	outside // not part of what is shipped: may be imported only by its like and by cmd/simulator
	beside  // the fault codes and the event list: below every edge, and import nothing of ours
)

// rings gives each package, by the longest prefix of its directory, its place in the picture of ARCHITECTURE.md.
func rings() map[string]ring {
	return map[string]ring{
		"booking": ground, "privacy": ground, "paper": ground, "locale": ground,
		"ticket": words, "typeset": words, "sync/wire": words, "sync/sealed": words, "hw/evdev": words, "bootstate": words, "form": words,
		"kiosk": rules, "provisioning": rules, "sync/outbox": rules, "sync/pooling": rules, "ledger": rules, "scheduler/allocation": rules,
		"ledger/ledgertest": outside,
		"ledger/jetstream":  edge, "store": edge, "hw": edge, "ui": edge, "sync/natslink": edge, "sync/lan": edge, "sync/identity": edge, "scheduler": edge,
		"cmd":            assembly,
		"cmd/simulator":  outside,
		"internal":       outside,
		"internal/fault": beside, "internal/event": beside,
	}
}

// groundOrder lists the only imports between packages of the ground.
func groundOrder() map[string][]string {
	return map[string][]string{"booking": {"locale", "paper", "privacy"}, "privacy": {"locale"}}
}

// noDirect lists folders that are no packages.
func noDirect() []string { return []string{"hw", "sync", "cmd", "internal", ""} }

// pure lists the packages that have no clock, no randomness and no input or output of their own, with the standard
// library's packages that would give them one.
func pure() (dirs, forbidden []string) {
	return []string{"booking", "privacy", "paper", "locale", "ticket", "kiosk", "sync/wire", "sync/outbox", "sync/pooling", "scheduler/allocation",
			"ui/speech", "bootstate", "provisioning", "form"},
		[]string{"os", "os/exec", "net", "net/http", "crypto/rand", "math/rand", "math/rand/v2", "database/sql", "syscall",
			"golang.org/x/sys/unix", "log", "log/slog"}
}

// Check returns every breach of the layers, one sentence each.
func Check(packages []Package) []string {
	var breaches []string
	say := func(format string, args ...any) { breaches = append(breaches, fmt.Sprintf(format, args...)) }
	for _, p := range packages {
		for _, dir := range noDirect() {
			if p.Dir == dir {
				say("%q is a folder, not a package: move its .go files into a package", dir)
			}
		}
		from, ok := place(p.Dir)
		if !ok {
			say("%s has no place in the picture: give it one in ARCHITECTURE.md and in internal/arch", p.Dir)
			continue
		}
		for _, imported := range p.Imports {
			if why := allowed(p.Dir, from, imported); why != "" {
				say("%s imports %s: %s", p.Dir, imported, why)
			}
		}
		for _, name := range impure(p) {
			say("%s imports %s: it has no clock, no randomness and no input or output of its own", p.Dir, name)
		}
	}
	return breaches
}

func impure(p Package) (names []string) {
	dirs, forbidden := pure()
	for _, dir := range dirs {
		for _, name := range forbidden {
			if p.Dir == dir && slices.Contains(p.Foreign, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// allowed returns why dir, of ring from, must not import other; "" if it may.
func allowed(dir string, from ring, other string) string {
	to, ok := place(other)
	switch {
	case !ok:
		return "that package has no place in the picture"
	case to == outside && from != outside:
		return "simulators, test helpers and fakes are linked into no shipped program"
	case from == outside:
		return ""
	case from == beside:
		return "the fault codes and the event list import nothing of ours"
	case to == beside:
		if from < rules {
			return "the ground knows no fault codes and no log"
		}
		return ""
	case from == ground && to == ground:
		if slices.Contains(groundOrder()[dir], other) {
			return ""
		}
		return "packages of the ground import each other only in the order that internal/arch lists"
	case from == assembly && to == assembly:
		if strings.HasPrefix(other, "cmd/internal/") {
			return ""
		}
		return "a program is no library"
	case from == edge && to == edge:
		return betweenEdges(dir, other)
	case to >= from:
		return "imports point downwards only"
	}
	return ""
}

// houses lists the edges that have rooms: packages below the edge's own, which it assembles.
func houses() []string { return []string{"scheduler", "ui", "hw/printer", "hw/touch"} }

// betweenEdges returns why dir must not import other, both being edges. Rooms of one house may use each other and the
// house its rooms; no room may use its house, and nobody another's.
func betweenEdges(dir, other string) string {
	for _, house := range houses() {
		inside := func(d string) bool { return strings.HasPrefix(d, house+"/") }
		if inside(other) && (inside(dir) || dir == house) {
			return ""
		}
	}
	return "edges never import each other"
}

// place returns the ring of a directory by its longest listed prefix.
func place(dir string) (r ring, ok bool) {
	longest := -1
	for prefix, candidate := range rings() {
		if (dir == prefix || strings.HasPrefix(dir, prefix+"/")) && len(prefix) > longest {
			longest, r, ok = len(prefix), candidate, true
		}
	}
	return r, ok
}

// Reach returns every package of ours that dir imports, directly or through others, itself left out.
func Reach(packages []Package, dir string) []string {
	byDir := map[string]Package{}
	for _, p := range packages {
		byDir[p.Dir] = p
	}
	seen := map[string]bool{}
	var visit func(string)
	visit = func(d string) {
		for _, next := range byDir[d].Imports {
			if !seen[next] {
				seen[next] = true
				visit(next)
			}
		}
	}
	visit(dir)
	var all []string
	for d := range seen {
		all = append(all, d)
	}
	sort.Strings(all)
	return all
}
