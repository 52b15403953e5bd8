package main

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// recipe is what images/packages, images/modules and images/pruned say for one architecture.
type recipe struct {
	install []string        // names to resolve, and "name-" for what must not be taken
	boot    string          // package of the firmware's loader
	drop    map[string]bool // names that are resolved and not laid
	modules []modulePattern
	pruned  []pathRule
}

// modulePattern is one line of images/modules.
type modulePattern struct {
	Pattern string // a module's name, or a path.Match pattern of its path below kernel/ if it holds a slash
	Initrd  bool
}

// pathRule is one line of images/pruned.
type pathRule struct {
	parts []string // patterns of path.Match, one for each name of the path
	keep  bool
}

// readRecipe reads the three files below folder, which is images/ of the repository.
func readRecipe(folder, arch string) (recipe, error) {
	r := recipe{drop: make(map[string]bool)}
	for name, take := range map[string]func(words []string) error{
		"packages": r.takePackage, "modules": r.takeModule, "pruned": r.takePath} {
		if err := readList(folder, name, arch, take); err != nil {
			return recipe{}, err
		}
	}
	if r.boot == "" {
		return recipe{}, fmt.Errorf("recipe packages: no package is marked boot for %s", arch)
	}
	return r, nil
}

// readList gives take the words of each line of a recipe's file that is meant for the architecture.
func readList(folder, name, arch string, take func(words []string) error) error {
	text, err := os.ReadFile(filepath.Join(folder, name))
	if err != nil {
		return fmt.Errorf("recipe: %w", err)
	}
	n := 0
	for line := range strings.Lines(string(text)) {
		n++
		words := wordsFor(line, arch)
		if len(words) == 0 {
			continue
		}
		if err := take(words); err != nil {
			return fmt.Errorf("recipe %s, line %d: %w", name, n, err)
		}
	}
	return nil
}

// wordsFor returns the words of a line of a recipe: none for a comment, and none if it is marked for other architectures.
func wordsFor(line, arch string) []string {
	line, _, _ = strings.Cut(line, "#")
	words := strings.Fields(line)
	if n := len(words); n > 0 && strings.HasPrefix(words[n-1], "[") {
		if words[n-1] != "["+arch+"]" {
			return nil
		}
		return words[:n-1]
	}
	return words
}

func (r *recipe) takePackage(words []string) error {
	if len(words) == 1 {
		r.install = append(r.install, words[0])
		return nil
	}
	if len(words) != 2 {
		return fmt.Errorf("%q is neither NAME nor WORD NAME", words)
	}
	switch name := words[1]; words[0] {
	case "boot":
		r.boot, r.drop[name] = name, true
		r.install = append(r.install, name)
	case "drop":
		r.drop[name] = true
	case "other":
		r.install = append(r.install, name+"-")
	default:
		return fmt.Errorf("%q is not known: boot, drop or other", words[0])
	}
	return nil
}

func (r *recipe) takeModule(words []string) error {
	pattern := modulePattern{Pattern: words[len(words)-1], Initrd: words[0] == "initrd"}
	if len(words) > 2 || len(words) == 2 && !pattern.Initrd {
		return fmt.Errorf("%q is neither PATTERN nor initrd PATTERN", words)
	}
	if _, err := path.Match(pattern.Pattern, ""); err != nil {
		return fmt.Errorf("pattern %q: %w", pattern.Pattern, err)
	}
	r.modules = append(r.modules, pattern)
	return nil
}

func (r *recipe) takePath(words []string) error {
	rule := pathRule{parts: strings.Split(words[len(words)-1], "/"), keep: words[0] == "keep" && len(words) == 2}
	if len(words) > 2 || len(words) == 2 && !rule.keep {
		return fmt.Errorf("%q is neither PATH nor keep PATH", words)
	}
	for _, part := range rule.parts {
		if _, err := path.Match(part, ""); err != nil || part == "" {
			return fmt.Errorf("path %q: each part must be a name or a pattern of one", strings.Join(rule.parts, "/"))
		}
	}
	r.pruned = append(r.pruned, rule)
	return nil
}

// keeps reports whether a path of a package is laid into the root.
func (r recipe) keeps(name string) bool {
	parts, kept := strings.Split(name, "/"), true
	for _, rule := range r.pruned {
		if rule.fits(parts) {
			kept = rule.keep
		}
	}
	return kept
}

// fits reports whether the rule names the path or a folder that it lies in.
func (r pathRule) fits(parts []string) bool {
	if len(parts) < len(r.parts) {
		return false
	}
	for i, pattern := range r.parts {
		if ok, _ := path.Match(pattern, parts[i]); !ok { // patterns were checked when they were read
			return false
		}
	}
	return true
}
