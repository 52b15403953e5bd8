package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"regexp"
	"strings"

	"example.org/totem/internal/disk/ext4"
)

// firewallFile is where the rules lie that are loaded first.
const firewallFile = "usr/lib/totem/firewall.nft"

func firewallHolds(ctx context.Context, e *examination) (string, error) {
	text, err := fs.ReadFile(e.root, firewallFile)
	if err != nil {
		return "", err
	}
	rules := string(text)
	for _, hook := range []string{"input", "forward", "output"} {
		if !regexp.MustCompile(`type filter hook ` + hook + ` priority \S+; policy drop;`).MatchString(rules) {
			return "", fmt.Errorf("what comes to the hook %s is not dropped", hook)
		}
	}
	program, err := ext4.Tool("nft")
	if err != nil {
		return "not tried, for there is no nft here", nil
	}
	all, err := accounts(e.root)
	if err != nil {
		return "", err
	}
	f, err := os.CreateTemp("", "totem-*.nft")
	if err != nil {
		return "", err
	}
	defer os.Remove(f.Name())
	_, err = f.WriteString(withNumbers(rules, all))
	if err := errors.Join(err, f.Close()); err != nil {
		return "", err
	}
	// In a network of its own: the rules are looked at and not loaded, but even that takes a network's administrator.
	out, err := exec.CommandContext(ctx, "unshare", "--net", "--map-root-user", program, "-c", "-f", f.Name()).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("nft: %w: %s", err, strings.TrimSpace(string(out)))
	}
	return "", nil
}

// withNumbers puts the image's numbers in place of its users' names, which are not known here.
func withNumbers(rules string, all []account) string {
	numbers := map[string]string{}
	for _, a := range all {
		numbers[a.name] = a.uid
	}
	word := regexp.MustCompile(`[a-z][a-z0-9-]*`)
	return regexp.MustCompile(`skuid (\{[^}]*\}|\S+)`).ReplaceAllStringFunc(rules, func(match string) string {
		return "skuid " + word.ReplaceAllStringFunc(strings.TrimPrefix(match, "skuid "), func(name string) string {
			if number, ok := numbers[name]; ok {
				return number
			}
			return name
		})
	})
}

func settingsHold(_ context.Context, e *examination) (string, error) {
	for _, want := range []struct{ folder, setting string }{
		{"system.conf.d", "RuntimeWatchdogSec=14s"},
		{"system.conf.d", "RebootWatchdogSec=2min"},
		{"system.conf.d", "CtrlAltDelBurstAction=none"},
		{"journald.conf.d", "Storage=volatile"},
	} {
		files, err := fs.Glob(e.root, "usr/lib/systemd/"+want.folder+"/*.conf")
		if err != nil {
			return "", err
		}
		found := false
		for _, file := range files {
			text, err := fs.ReadFile(e.root, file)
			if err != nil {
				return "", err
			}
			for line := range strings.Lines(string(text)) {
				found = found || strings.TrimSpace(line) == want.setting
			}
		}
		if !found {
			return "", fmt.Errorf("no file in usr/lib/systemd/%s says %s", want.folder, want.setting)
		}
	}
	for _, pattern := range []string{"kernel.sysrq", "kernel.core_pattern"} {
		if err := e.sysctl(pattern); err != nil {
			return "", err
		}
	}
	return "", nil
}

// sysctl checks that a setting of the kernel is said in sysctl.d(5).
func (e *examination) sysctl(name string) error {
	files, err := fs.Glob(e.root, "usr/lib/sysctl.d/*.conf")
	if err != nil {
		return err
	}
	for _, file := range files {
		text, err := fs.ReadFile(e.root, file)
		if err != nil {
			return err
		}
		if regexp.MustCompile(`(?m)^\s*-?` + regexp.QuoteMeta(name) + `\s*=`).Match(text) {
			return nil
		}
	}
	return fmt.Errorf("no file in usr/lib/sysctl.d says %s", name)
}
