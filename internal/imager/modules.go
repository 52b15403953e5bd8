package main

import (
	"bufio"
	"bytes"
	"fmt"
	"path"
	"slices"
	"strings"
)

// moduleIndex knows a kernel's modules and what each needs: modules.dep(5) and modules.builtin.
type moduleIndex struct {
	needs   map[string][]string // path below the kernel's folder, "kernel/fs/ext4/ext4.ko.xz", to the paths of all it needs, loaded last to first
	paths   map[string]string   // name, with "_" for "-", to path
	builtin map[string]bool     // names that are part of the kernel
	order   []string            // all paths, sorted
}

// moduleName returns the name by which the kernel knows the module at a path: "kernel/fs/fat/vfat.ko.xz" is "vfat".
func moduleName(file string) string {
	name, _, _ := strings.Cut(path.Base(file), ".")
	return strings.ReplaceAll(name, "-", "_")
}

// readModuleIndex reads the text of modules.dep ("path: path path…") and modules.builtin (a path a line).
func readModuleIndex(dep, builtin []byte) (moduleIndex, error) {
	index := moduleIndex{needs: make(map[string][]string), paths: make(map[string]string), builtin: make(map[string]bool)}
	for lines := bufio.NewScanner(bytes.NewReader(dep)); lines.Scan(); {
		file, needs, found := strings.Cut(lines.Text(), ":")
		if !found {
			return moduleIndex{}, fmt.Errorf("modules.dep: cannot read %q", lines.Text())
		}
		index.needs[file] = strings.Fields(needs)
		index.paths[moduleName(file)] = file
		index.order = append(index.order, file)
	}
	for line := range strings.Lines(string(builtin)) {
		index.builtin[moduleName(strings.TrimSpace(line))] = true
	}
	slices.Sort(index.order)
	return index, nil
}

// choose returns the paths of the modules that fit the patterns and of all that they need, each after what it needs and otherwise
// in the patterns' order.
func (x moduleIndex) choose(patterns []modulePattern) ([]string, error) {
	var chosen []string
	seen := make(map[string]bool)
	add := func(file string) {
		needs := slices.Clone(x.needs[file])
		slices.Reverse(needs) // depmod names last what must be there first
		for _, f := range append(needs, file) {
			if !seen[f] {
				seen[f] = true
				chosen = append(chosen, f)
			}
		}
	}
	for _, p := range patterns {
		if strings.Contains(p.Pattern, "/") {
			for _, file := range x.order {
				if ok, _ := path.Match("kernel/"+p.Pattern, trimModule(file)); ok {
					add(file)
				}
			}
			continue
		}
		name := moduleName(p.Pattern)
		switch file, found := x.paths[name]; {
		case found:
			add(file)
		case !x.builtin[name]:
			return nil, fmt.Errorf("the kernel has no module %q", p.Pattern)
		}
	}
	return chosen, nil
}

// trimModule takes ".ko" and what follows from a path.
func trimModule(file string) string {
	folder, name := path.Split(file)
	name, _, _ = strings.Cut(name, ".ko")
	return folder + name
}
