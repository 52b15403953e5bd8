package main

import (
	"bytes"
	"debug/elf"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// checkPrograms reports every program or library of the tree that was built for another machine, or that needs a library that the tree
// does not hold, and every script whose interpreter is missing: what was pruned too much is found before anything boots.
func checkPrograms(tree, arch string) error {
	machine := map[string]elf.Machine{"arm64": elf.EM_AARCH64, "amd64": elf.EM_X86_64}[arch]
	names := make(map[string]bool)
	needs := make(map[string][]string)
	var wrong []error
	err := filepath.WalkDir(tree, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		names[d.Name()] = true
		name, err := filepath.Rel(tree, p)
		if err != nil || !d.Type().IsRegular() || strings.HasPrefix(name, "usr/share/") || strings.HasPrefix(name, "usr/lib/modules/") {
			return err
		}
		found, err := inspect(p, machine)
		if errors.Is(err, errWrongProgram) {
			wrong = append(wrong, fmt.Errorf("%s: %w", name, err))
			return nil
		}
		needs[name] = found
		return err
	})
	if err != nil {
		return fmt.Errorf("inspect programs: %w", err)
	}
	for name, libraries := range needs {
		for _, library := range libraries {
			if !names[library] {
				wrong = append(wrong, fmt.Errorf("%s needs %s, which is not in the tree", name, library))
			}
		}
	}
	slices.SortFunc(wrong, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return errors.Join(wrong...)
}

var errWrongProgram = errors.New("it cannot run here")

// inspect returns the names of what a program needs: libraries and its loader; for a script, its interpreter; for any other file nothing.
func inspect(path string, machine elf.Machine) ([]string, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	head := make([]byte, 128)
	n, err := file.ReadAt(head, 0)
	head = head[:n]
	if info, statErr := file.Stat(); statErr == nil && bytes.HasPrefix(head, []byte("#!")) && info.Mode()&0o111 != 0 {
		line, _, _ := bytes.Cut(head[2:], []byte("\n"))
		if words := strings.Fields(string(line)); len(words) > 0 {
			return []string{filepath.Base(words[0])}, nil
		}
	}
	if !bytes.HasPrefix(head, []byte(elf.ELFMAG)) {
		return nil, nil // also where err says that the file is shorter than head
	}
	if err != nil {
		return nil, err
	}
	program, err := elf.NewFile(file)
	if err != nil {
		return nil, err
	}
	if program.Machine != machine {
		return nil, fmt.Errorf("%w: it is of the machine %v", errWrongProgram, program.Machine)
	}
	libraries, err := program.ImportedLibraries()
	if err != nil {
		return nil, err
	}
	if loader := program.Section(".interp"); loader != nil {
		text, err := loader.Data()
		if err != nil {
			return nil, err
		}
		libraries = append(libraries, filepath.Base(strings.TrimRight(string(text), "\x00")))
	}
	return libraries, nil
}
