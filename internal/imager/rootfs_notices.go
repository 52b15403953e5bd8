package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// notices is where the licences lie of what our programs are built of: a folder for each Go module and one for the fonts. The licences
// of Debian's packages lie beside it, as Debian lays them.
const notices = "usr/share/doc/totem"

// noticeName fits the files by which a module says whose it is and what may be done with it.
var noticeName = regexp.MustCompile(`(?i)^(un)?(licen[cs]e|copying|copyright|notice|patents|ofl)(-[^.]*)?(\.(txt|md))?$`)

// elsewhere fits folders whose content is in no program: tests', and those of Go's own commands.
var elsewhere = regexp.MustCompile(`^(testdata|cmd|test|[_.].*)$`)

// layNotices copies the licences of all modules in the programs, of Go itself and of the fonts into the tree: those of the BSD, MIT,
// Apache and Open Font kinds ask that they go wherever the programs go.
func layNotices(ctx context.Context, config RootConfig, root Root) error {
	programs, err := ourPrograms(config, root)
	if err != nil {
		return err
	}
	modules, err := modulesHere(ctx, config.Repository, programs)
	if err != nil {
		return err
	}
	modules = append(modules, sourceModule{"fonts", "", filepath.Join(config.Repository, "typeset/fonts")})
	for _, m := range modules {
		n, err := copyNotices(m.Dir, noticeFolder(root.Tree, m.Path, m.Version), root.Time)
		if err == nil && n == 0 {
			err = errors.New("it has none")
		}
		if err != nil {
			return fmt.Errorf("licence of %s: %w", m.Path, err)
		}
	}
	return nil
}

// noticeFolder returns where the notices of a module lie, or of what has no version.
func noticeFolder(tree, module, version string) string {
	if version != "" {
		module += "@" + version
	}
	return filepath.Join(tree, notices, filepath.FromSlash(module))
}

// sourceModule is a Go module whose sources are on this machine.
type sourceModule struct{ Path, Version, Dir string }

// modulesHere returns where the sources lie of what the programs are built of, Go's own among them.
func modulesHere(ctx context.Context, repository string, programs []program) ([]sourceModule, error) {
	root, err := goTells(ctx, repository, "env", "GOROOT")
	if err != nil {
		return nil, err
	}
	all := []sourceModule{{"stdlib", strings.TrimPrefix(programs[0].Info.GoVersion, "go"), strings.TrimSpace(string(root))}}
	var want []string
	for _, p := range programs {
		for _, m := range modulesOf(p) {
			if one := m.Name + "@" + m.Version; m.Name != "stdlib" && !slices.Contains(want, one) {
				want = append(want, one)
			}
		}
	}
	if len(want) == 0 { // go takes none to mean all that go.mod names
		return all, nil
	}
	told, err := goTells(ctx, repository, append([]string{"mod", "download", "-json"}, want...)...)
	if err != nil {
		return nil, err
	}
	for d := json.NewDecoder(bytes.NewReader(told)); d.More(); {
		var m sourceModule
		if err := d.Decode(&m); err != nil {
			return nil, fmt.Errorf("read what go tells of its modules: %w", err)
		}
		all = append(all, m)
	}
	return all, nil
}

func goTells(ctx context.Context, dir string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = dir
	var wrong bytes.Buffer
	cmd.Stderr = &wrong
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go %s: %w: %s", strings.Join(args[:2], " "), err, bytes.TrimSpace(wrong.Bytes()))
	}
	return out, nil
}

// copyNotices copies the notices of a module, and of what lies in it, and returns how many there are. What is for its tests alone is left out.
func copyNotices(module, to string, at time.Time) (n int, err error) {
	err = filepath.WalkDir(module, func(path string, d fs.DirEntry, err error) error {
		inside, _ := filepath.Rel(module, path)
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != module && elsewhere.MatchString(d.Name()):
			return fs.SkipDir
		case !d.Type().IsRegular() || !noticeName.MatchString(d.Name()):
			return nil
		}
		target := filepath.Join(to, inside)
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			return err
		}
		n++
		return copyFile(path, target, 0o644, at)
	})
	return n, err
}
