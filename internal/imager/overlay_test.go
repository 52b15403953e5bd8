package main

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"example.org/totem/internal/disk"
)

// overlay is what is laid over Debian's packages.
const overlay = "../../images/root"

func readOverlay(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(overlay, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// ourUnits returns the names of all units of ours: services, timers and targets, not what is added to Debian's.
func ourUnits(t *testing.T) []string {
	t.Helper()
	var names []string
	for _, pattern := range []string{"totem-*.service", "totem-*.timer"} {
		files, err := filepath.Glob(filepath.Join(overlay, units, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			names = append(names, filepath.Base(f))
		}
	}
	if len(names) < 10 {
		t.Fatalf("there are %d units of ours: %v", len(names), names)
	}
	return names
}

// settings returns all values of a key in a unit's text, of all lines that give it.
func settings(text, key string) []string {
	var values []string
	for line := range strings.Lines(text) {
		if k, v, ok := strings.Cut(strings.TrimSpace(line), "="); ok && k == key {
			values = append(values, strings.Fields(v)...)
		}
	}
	return values
}

// unitRoot is the overlay with a program where a unit starts one.
func unitRoot(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	if err := os.CopyFS(filepath.Join(root, "usr"), os.DirFS(filepath.Join(overlay, "usr"))); err != nil {
		t.Fatal(err)
	}
	for _, program := range []string{"usr/bin/totem", "usr/sbin/nft", "usr/lib/xorg/Xorg"} {
		file := filepath.Join(root, program)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte("#!/bin/sh\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func TestSystemdUnderstandsEveryLineOfOurUnits(t *testing.T) {
	if _, err := exec.LookPath("systemd-analyze"); err != nil {
		t.Skip("there is no systemd-analyze here")
	}
	root := unitRoot(t)
	for _, unit := range ourUnits(t) {
		out, err := exec.Command("systemd-analyze", "verify", "--man=no", "--recursive-errors=no", "--root="+root, unit).CombinedOutput()
		older := false
		for line := range strings.Lines(string(out)) {
			if strings.Contains(line, "ignoring: disconnected") || strings.Contains(line, "'RestartMode'") { // words of systemd 257
				older = true
				continue
			}
			t.Errorf("%s: %s", unit, strings.TrimSpace(line))
		}
		if err != nil && !older {
			t.Errorf("%s: %v", unit, err)
		}
	}
}

func TestNoUnitOfOursIsMoreExposedThanItMay(t *testing.T) {
	if _, err := exec.LookPath("systemd-analyze"); err != nil {
		t.Skip("there is no systemd-analyze here")
	}
	limits, err := exposureLimits("../../images/exposure")
	if err != nil {
		t.Fatal(err)
	}
	root := unitRoot(t)
	for _, unit := range ourUnits(t) {
		if !strings.HasSuffix(unit, ".service") {
			continue
		}
		limit, named := limits[unit]
		if !named {
			limit = limits["*"]
		}
		score, err := exposure(context.Background(), root, unit)
		if err != nil || score > limit {
			t.Errorf("%s is exposed by %.1f and may be by %.1f (%v)", unit, score, limit, err)
		}
		t.Logf("%-26s %.1f of 10", unit, score)
	}
}

func TestWhatIsEnabledIsThere(t *testing.T) {
	preset := readOverlay(t, "usr/lib/systemd/system-preset/00-totem.preset")
	if !strings.HasSuffix(strings.TrimSpace(preset), "disable *") {
		t.Error("the preset does not end by disabling all else")
	}
	ours := ourUnits(t)
	enabled := 0
	for line := range strings.Lines(preset) {
		f := strings.Fields(line)
		if len(f) != 2 || f[0] != "enable" || !strings.HasPrefix(f[1], "totem-") {
			continue
		}
		enabled++
		if !slices.Contains(ours, f[1]) || len(settings(readOverlay(t, units+f[1]), "WantedBy")) == 0 {
			t.Errorf("%s is enabled, and is not there or nothing would want it", f[1])
		}
	}
	if enabled == 0 {
		t.Error("nothing of ours is enabled")
	}
}

func TestUnitsNameOnlyUnitsOfOursThatAreThere(t *testing.T) {
	ours := ourUnits(t)
	for _, unit := range ours {
		text := readOverlay(t, units+unit)
		for _, key := range []string{"After", "Before", "BindsTo", "Conflicts", "OnFailure", "OnSuccess", "Requires", "Requisite", "Unit", "Wants"} {
			for _, other := range settings(text, key) {
				if strings.HasPrefix(other, "totem-") && !slices.Contains(ours, template(other)) {
					t.Errorf("%s: %s=%s, which is not there", unit, key, other)
				}
			}
		}
	}
}

// template returns the unit's file of an instance, and any other unit's name as it is.
func template(unit string) string {
	name, rest, ok := strings.Cut(unit, "@")
	if !ok {
		return unit
	}
	return name + "@" + filepath.Ext(rest)
}

// debianGroups are those of the packages' own sysusers.d files and of base-passwd, as far as we use them.
func debianGroups() []string {
	return []string{"root", "audio", "dialout", "input", "lp", "render", "tty", "video"}
}

func TestUsersAndGroupsAreThoseOfTheImage(t *testing.T) {
	users, groups := map[string]string{"root": "0"}, debianGroups()
	for line := range strings.Lines(readOverlay(t, "usr/lib/sysusers.d/totem.conf")) {
		f := strings.Fields(line)
		switch {
		case len(f) < 3 || f[0] == "#":
		case f[0] == "u":
			users[f[1]], _, _ = strings.Cut(f[2], ":")
		case f[0] == "g":
			groups = append(groups, f[1])
		}
	}
	if users["totem"] != strconv.Itoa(disk.UIDTotem) || users["totem-display"] != "901" {
		t.Errorf("the kiosk and the display have the numbers %s and %s", users["totem"], users["totem-display"])
	}
	for _, unit := range ourUnits(t) {
		text := readOverlay(t, units+unit)
		for _, user := range settings(text, "User") {
			if users[user] == "" {
				t.Errorf("%s runs as %s, who is not there", unit, user)
			}
		}
		for _, group := range append(settings(text, "SupplementaryGroups"), settings(text, "Group")...) {
			if !slices.Contains(groups, group) {
				t.Errorf("%s is of the group %s, which is not there", unit, group)
			}
		}
	}
	for file, text := range rules(t) {
		for _, m := range regexp.MustCompile(`GROUP="([^"]+)"`).FindAllStringSubmatch(text, -1) {
			if !slices.Contains(groups, m[1]) {
				t.Errorf("%s: the group %s is not there", file, m[1])
			}
		}
	}
	for _, m := range regexp.MustCompile(`skuid ([a-z-]+)`).FindAllStringSubmatch(readOverlay(t, firewallFile), -1) {
		if users[m[1]] == "" {
			t.Errorf("the firewall knows the user %s, who is not there", m[1])
		}
	}
}

// rules returns our rules of udev by their files' names; links that switch off Debian's are left out.
func rules(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(overlay, "usr/lib/udev/rules.d/*.rules"))
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no rules of udev: %v", err)
	}
	all := map[string]string{}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all[filepath.Base(file)] = string(b)
	}
	return all
}

// Keys of udev(7) that our rules may use. One that udev does not know takes its whole line away, which once cut off all of USB.
const ruleKeys = `ACTION|KERNEL|SUBSYSTEM|DRIVER|TEST|GROUP|OWNER|MODE|TAG|LABEL|GOTO|SYMLINK|ATTRS?\{[^}]+\}|ENV\{[^}]+\}|RUN\{(?:program|builtin)\}`

func TestRulesOfUdevAreOfKeysThatItKnows(t *testing.T) {
	part := regexp.MustCompile(`^(?:` + ruleKeys + `)(?:==|!=|=|\+=|:=|-=)"[^"]*"$`)
	for file, text := range rules(t) {
		labels := regexp.MustCompile(`LABEL="([^"]+)"`).FindAllStringSubmatch(text, -1)
		number := 0
		for line := range strings.Lines(text) {
			number++
			line = strings.TrimSpace(line)
			if line == "" || strings.HasPrefix(line, "#") {
				continue
			}
			for _, one := range strings.Split(regexp.MustCompile(`, *([A-Z])`).ReplaceAllString(line, "\n$1"), "\n") {
				if !part.MatchString(one) {
					t.Errorf("%s:%d: %q is nothing that udev knows", file, number, one)
				}
			}
			if m := regexp.MustCompile(`GOTO="([^"]+)"`).FindStringSubmatch(line); m != nil && !slices.ContainsFunc(labels, func(l []string) bool { return l[1] == m[1] }) {
				t.Errorf("%s:%d: there is no label %s", file, number, m[1])
			}
		}
	}
}

func TestWhatWouldOfferALoginIsMasked(t *testing.T) {
	links, err := readLinks("../../images", "arm64")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{
		"system/getty.target", "system/getty@.service", "system/serial-getty@.service", "system/autovt@.service", "system/console-getty.service",
		"system/container-getty@.service", "system/debug-shell.service", "system/rescue.service", "system/emergency.service", "system/ctrl-alt-del.target",
		"system/user@.service", "system-generators/systemd-debug-generator", "system-generators/systemd-getty-generator",
		"system-generators/systemd-run-generator", "system-generators/systemd-ssh-generator", "system-generators/systemd-sysv-generator",
	} {
		if target := links["etc/systemd/"+name]; target != nowhere {
			t.Errorf("%s is not masked: %q", name, target)
		}
	}
	for _, target := range []string{"emergency.target", "rescue.target"} {
		if !slices.Equal(settings(readOverlay(t, "etc/systemd/system/"+target), "Requires"), []string{"totem-emergency.service"}) {
			t.Errorf("%s leads elsewhere than to the service screen", target)
		}
	}
}

func TestLinksAreNamedInTheListAndNotInTheOverlay(t *testing.T) {
	links, err := readLinks("../../images", "amd64")
	if err != nil {
		t.Fatal(err)
	}
	err = filepath.WalkDir(overlay, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		below, err := filepath.Rel(overlay, name)
		if _, twice := links[below]; twice || d.Type()&fs.ModeSymlink != 0 {
			t.Errorf("%s is in images/root, and is a link or is to be one", below)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	for _, wrong := range []string{"mask", "mask a b", "link a", "hide a", "mask /a", "mask a/../../b", "mask a\nlink a b"} {
		folder := t.TempDir()
		if err := os.WriteFile(filepath.Join(folder, "links"), []byte(wrong), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := readLinks(folder, "arm64"); err == nil {
			t.Errorf("%q was read", wrong)
		}
	}
}

func TestNothingOfTheOverlayMayBeChangedOrHoldsASecret(t *testing.T) {
	err := filepath.WalkDir(overlay, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Type()&fs.ModeSymlink != 0 {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		if mode := info.Mode().Perm(); mode&0o111 != 0 && filepath.Base(name) != "bootstate" || info.Mode()&(fs.ModeSetuid|fs.ModeSetgid) != 0 {
			return fmt.Errorf("%s has the mode %v", name, info.Mode())
		}
		b, err := os.ReadFile(name)
		if strings.Contains(string(b), "PRIVATE KEY") {
			return fmt.Errorf("%s holds a private key", name)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
