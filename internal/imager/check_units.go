package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

func unitChecks() []check {
	return []check{
		{"no unit offers a login or a shell, and none can make one", loginsHold},
		{"no program that lets people in is there", doorsHold},
		{"the units that make a totem are started", enabledHolds},
		{"every user that a unit runs as is there", unitUsersHold},
		{"the exposure of our units is within images/exposure", exposureHolds},
		{"the firewall's rules are understood by nft, and drop what they do not name", firewallHolds},
		{"the watchdog is fed, logs stay in memory, and cores are not kept", settingsHold},
	}
}

// The folders of units, the stronger first: systemd.unit(5).
func unitFolders() []string { return []string{"etc/systemd/system", "usr/lib/systemd/system"} }

// units returns the text of every unit that could be started by its name; masked ones are left out.
func (e *examination) units() (map[string]string, error) {
	all, masked := map[string]string{}, map[string]bool{}
	for _, folder := range unitFolders() {
		entries, err := e.root.ReadDir(folder)
		if err != nil {
			return nil, err
		}
		for _, entry := range entries {
			name := entry.Name()
			if _, known := all[name]; known || masked[name] || entry.IsDir() {
				continue
			}
			text, err := fs.ReadFile(e.root, path.Join(folder, name))
			if target, linkErr := e.root.ReadLink(path.Join(folder, name)); linkErr == nil && target == nowhere || err == nil && len(text) == 0 {
				masked[name] = true
				continue
			}
			if err != nil {
				return nil, fmt.Errorf("the unit %s: %w", name, err)
			}
			if !strings.Contains(string(text), "[") {
				return nil, fmt.Errorf("the unit %s is neither masked nor a unit: it says %.40q", name, text)
			}
			all[name] = string(text)
		}
	}
	return all, nil
}

// doors are programs by whose start somebody would be let in.
func doors() []string {
	return []string{"agetty", "getty", "login", "sulogin", "sshd", "dropbear", "telnetd", "systemd-sulogin-shell", "su", "sudo", "doas", "pkexec", "machinectl",
		"screen", "tmux", "xterm"}
}

func loginsHold(_ context.Context, e *examination) (string, error) {
	all, err := e.units()
	if err != nil {
		return "", err
	}
	for name, text := range all {
		for line := range strings.Lines(text) {
			key, command, _ := strings.Cut(strings.TrimSpace(line), "=")
			if !strings.HasPrefix(key, "Exec") {
				continue
			}
			words := strings.Fields(strings.TrimLeft(command, "-@:+!|"))
			if len(words) == 0 {
				continue
			}
			program := path.Base(words[0])
			if slices.Contains(doors(), program) || shell(program) && len(words) == 1 || program == "${DEBUG_SHELL}" {
				return "", fmt.Errorf("the unit %s starts %s", name, command)
			}
		}
	}
	for _, generator := range []string{"systemd-getty-generator", "systemd-debug-generator", "systemd-ssh-generator"} {
		if e.generates(generator) {
			return "", fmt.Errorf("%s could make a unit for a login", generator)
		}
	}
	return fmt.Sprintf("%d units", len(all)), nil
}

func shell(program string) bool {
	return slices.Contains([]string{"sh", "dash", "bash", "busybox", "zsh"}, program)
}

// generates reports whether a generator would run: systemd.generator(7).
func (e *examination) generates(name string) bool {
	if target, err := e.root.ReadLink("etc/systemd/system-generators/" + name); err == nil && target == nowhere {
		return false
	}
	_, err := e.root.Lstat("usr/lib/systemd/system-generators/" + name)
	return err == nil
}

func doorsHold(_ context.Context, e *examination) (string, error) {
	for _, folder := range []string{"usr/bin", "usr/sbin", "usr/lib/systemd", "usr/local/bin"} {
		for _, name := range doors() {
			if _, err := e.root.Lstat(path.Join(folder, name)); err == nil {
				return "", fmt.Errorf("%s/%s is there", folder, name)
			}
		}
	}
	return "", nil
}

func enabledHolds(_ context.Context, e *examination) (string, error) {
	text, err := fs.ReadFile(e.root, "usr/lib/systemd/system-preset/00-totem.preset")
	if err != nil {
		return "", err
	}
	wanted := map[string]bool{}
	for _, folder := range unitFolders() {
		links, err := fs.Glob(e.root, folder+"/*.wants/*")
		if err != nil {
			return "", err
		}
		for _, link := range links {
			if _, err := e.root.Stat(link); err != nil {
				return "", fmt.Errorf("%s leads nowhere: %w", link, err)
			}
			wanted[path.Base(link)] = true
		}
	}
	count := 0
	for line := range strings.Lines(string(text)) {
		f := strings.Fields(line)
		if len(f) != 2 || f[0] != "enable" {
			continue
		}
		if count++; !wanted[f[1]] {
			return "", fmt.Errorf("%s is to be enabled, and no target wants it", f[1])
		}
	}
	return fmt.Sprintf("%d of them", count), nil
}

// unitUsersHold looks only at units that say a name; numbers and specifiers need no account, and dynamic users have none.
func unitUsersHold(_ context.Context, e *examination) (string, error) {
	all, err := e.units()
	if err != nil {
		return "", err
	}
	known, err := accounts(e.root)
	if err != nil {
		return "", err
	}
	for unit, text := range all {
		for line := range strings.Lines(text) {
			name, ok := strings.CutPrefix(strings.TrimSpace(line), "User=")
			if !ok || name == "" || strings.Contains(name, "%") || strings.Contains(text, "DynamicUser=yes") {
				continue
			}
			if !slices.ContainsFunc(known, func(a account) bool { return a.name == name }) {
				return "", fmt.Errorf("the unit %s runs as %s, whom etc/passwd does not know", unit, name)
			}
		}
	}
	return "", nil
}

// errNoScore is what becomes of a version of systemd-analyze that ends in other words.
var errNoScore = errors.New("systemd-analyze tells no overall exposure")

func exposureHolds(ctx context.Context, e *examination) (string, error) {
	limits, err := exposureLimits(filepath.Join(e.repository, "images", "exposure"))
	if err != nil {
		return "", err
	}
	folder, err := e.unitTree()
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(folder)
	units, err := fs.Glob(e.root, "usr/lib/systemd/system/totem-*.service")
	if err != nil || len(units) == 0 {
		return "", errors.Join(err, errors.New("there is no unit of ours"))
	}
	worst, worstUnit := -1.0, ""
	var over []string
	for _, unit := range units {
		name := path.Base(unit)
		limit, ok := limits[name]
		if !ok {
			limit = limits["*"]
		}
		score, err := exposure(ctx, folder, name)
		if err != nil {
			return "", fmt.Errorf("%s: %w", name, err)
		}
		if score > limit {
			over = append(over, fmt.Sprintf("%s has %.1f, and may have %.1f", name, score, limit))
		}
		if score > worst {
			worst, worstUnit = score, name
		}
	}
	if len(over) > 0 {
		return "", errors.New(strings.Join(over, "; "))
	}
	return fmt.Sprintf("%d units, the highest is %.1f of 10 (%s)", len(units), worst, worstUnit), nil
}

func exposure(ctx context.Context, root, unit string) (float64, error) {
	c := exec.CommandContext(ctx, "systemd-analyze", "security", "--offline=yes", "--no-pager", "--root="+root, unit)
	c.Env = append(os.Environ(), "LC_ALL=C.UTF-8", "SYSTEMD_COLORS=0")
	out, err := c.CombinedOutput()
	if err != nil {
		return 0, fmt.Errorf("systemd-analyze: %w: %s", err, strings.TrimSpace(string(out)))
	}
	m := regexp.MustCompile(`Overall exposure level for \S+: ([0-9.]+)`).FindSubmatch(out)
	if m == nil {
		return 0, errNoScore
	}
	return strconv.ParseFloat(string(m[1]), 64)
}

// exposureLimits reads images/exposure: a unit and its limit a line, "*" for all that are not named.
func exposureLimits(file string) (map[string]float64, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	limits := map[string]float64{}
	for line := range strings.Lines(string(text)) {
		line, _, _ = strings.Cut(line, "#")
		f := strings.Fields(line)
		if len(f) == 0 {
			continue
		}
		if len(f) != 2 {
			return nil, fmt.Errorf("%s: %q is no unit and number", file, strings.TrimSpace(line))
		}
		if limits[f[0]], err = strconv.ParseFloat(f[1], 64); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
	}
	if _, ok := limits["*"]; !ok {
		return nil, fmt.Errorf("%s says nothing of units that it does not name", file)
	}
	return limits, nil
}

// unitTree copies what tools of the host need of the root to judge its units, and returns the folder.
func (e *examination) unitTree() (string, error) {
	folder, err := os.MkdirTemp("", "totem-units-")
	if err != nil {
		return "", err
	}
	for _, from := range []string{"etc/systemd", "usr/lib/systemd/system", "etc/passwd", "etc/group", "usr/lib/os-release"} {
		err := fs.WalkDir(e.root, from, func(name string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			to := filepath.Join(folder, name)
			switch {
			case d.IsDir():
				return os.MkdirAll(to, 0o755)
			case d.Type()&fs.ModeSymlink != 0:
				target, err := e.root.ReadLink(name)
				return errors.Join(err, os.Symlink(target, to))
			}
			b, err := fs.ReadFile(e.root, name)
			return errors.Join(err, os.MkdirAll(filepath.Dir(to), 0o755), os.WriteFile(to, b, 0o644))
		})
		if err != nil {
			return "", errors.Join(err, os.RemoveAll(folder))
		}
	}
	return folder, nil
}
