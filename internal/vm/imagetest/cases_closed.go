package imagetest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
)

func tryClosed(ctx context.Context, l *lab) error {
	return l.withStart(ctx, "closed", func(ctx context.Context, g *guest) error {
		return errors.Join(g.hearsNobody(ctx), g.isReadOnly(ctx), g.isAlone(ctx), g.isGuarded(ctx), g.takesUpdates(ctx))
	})
}

// hearsNobody looks at every socket. What systemd-networkd has open for DHCP takes answers from port 67 alone, by the firewall.
func (g *guest) hearsNobody(ctx context.Context) error {
	out, err := g.ask(ctx, "listening")
	if err != nil {
		return err
	}
	var wrong error
	for _, line := range strings.Split(strings.TrimSpace(out), "\n") {
		f := strings.Fields(line)
		if len(f) < 2 {
			continue
		}
		g.lab.say("open: %s", line)
		host, port, _ := strings.Cut(f[1], ":")
		loopback := strings.HasSuffix(host, "00007F") || strings.HasSuffix(host, "01000000") && len(host) == 32
		dhcp := port == "0044" || port == "0222" // 68, 546
		icmp := f[0] == "raw6" || f[0] == "raw"  // router advertisements
		if !loopback && !dhcp && !icmp {
			wrong = errors.Join(wrong, fmt.Errorf("somebody outside is listened to: %s", line))
		}
	}
	return wrong
}

// isReadOnly tries to write where nothing may be written, as root.
func (g *guest) isReadOnly(ctx context.Context) error {
	var wrong error
	for _, dir := range []string{"/", "/usr", "/usr/bin", "/usr/lib/systemd/system", "/etc", "/etc/systemd/system", "/boot", "/opt", "/home", "/root"} {
		_, err := g.ask(ctx, "write", path.Join(dir, "totem-image-test"))
		if err == nil || !strings.Contains(err.Error(), "read-only") && !strings.Contains(err.Error(), "no such file") {
			wrong = errors.Join(wrong, fmt.Errorf("root can write to %s: %v", dir, err))
		}
	}
	for _, file := range []string{"/usr/bin/totem", "/etc/passwd"} {
		if _, err := g.ask(ctx, "append", file); err == nil {
			wrong = errors.Join(wrong, fmt.Errorf("root can write to %s", file))
		}
	}
	for _, dir := range []string{"/data/totem", "/ident"} {
		if _, err := g.ask(ctx, "write", path.Join(dir, "totem-image-test")); err != nil {
			wrong = errors.Join(wrong, fmt.Errorf("%s cannot be written to: %w", dir, err))
		}
	}
	mounts, err := g.ask(ctx, "read", "/proc/mounts")
	if err != nil {
		return errors.Join(wrong, err)
	}
	for _, line := range strings.Split(mounts, "\n") {
		f := strings.Fields(line)
		if len(f) < 4 || !slices.Contains([]string{"/", "/data", "/ident", "/tmp", "/var"}, f[1]) {
			continue
		}
		options := strings.Split(f[3], ",")
		if f[1] == "/" && !slices.Contains(options, "ro") {
			wrong = errors.Join(wrong, fmt.Errorf("the root is not mounted read-only: %s", line))
		}
		if f[1] != "/" && !(slices.Contains(options, "nosuid") && slices.Contains(options, "nodev") && slices.Contains(options, "noexec")) {
			wrong = errors.Join(wrong, fmt.Errorf("%s is mounted with more than it needs: %s", f[1], f[3]))
		}
	}
	return wrong
}

// isAlone looks whether anything runs that lets somebody in, and who runs what.
func (g *guest) isAlone(ctx context.Context) error {
	out, err := g.ask(ctx, "processes")
	if err != nil {
		return err
	}
	err = os.WriteFile(g.lab.path("closed-processes.txt"), []byte(out), 0o644)
	for _, line := range strings.Split(strings.TrimSpace(out), "\n") {
		f := strings.Fields(line)
		if len(f) < 4 {
			continue
		}
		name := strings.Join(f[3:], " ")
		for _, forbidden := range []string{"agetty", "getty", "login", "sshd", "sh", "bash", "dash", "cron", "sulogin", "busybox"} {
			if name == forbidden {
				err = errors.Join(err, fmt.Errorf("there runs a %s", name))
			}
		}
		if uid := f[1]; (name == "totem run" || name == "totem display" || name == "Xorg") && uid == "0" {
			err = errors.Join(err, fmt.Errorf("%s runs as root", name))
		}
	}
	return err
}

// isGuarded looks at what the kernel was told.
func (g *guest) isGuarded(ctx context.Context) error {
	var wrong error
	for file, want := range map[string]string{
		"/proc/sys/kernel/sysrq": "0", "/proc/sys/kernel/core_pattern": "", "/proc/sys/net/ipv4/ip_forward": "0",
		"/sys/class/watchdog/watchdog0/state": "active", "/sys/class/watchdog/watchdog0/timeout": "14",
	} {
		out, err := g.ask(ctx, "read", file)
		if err != nil {
			wrong = errors.Join(wrong, err)
			continue
		}
		is := strings.TrimSpace(out)
		g.lab.say("%s is %q", file, is)
		if want != "" && is != want {
			wrong = errors.Join(wrong, fmt.Errorf("%s is %q, want %q", file, is, want))
		}
	}
	rules, err := g.ask(ctx, "run", "/usr/sbin/nft", "list", "ruleset")
	if err != nil {
		return errors.Join(wrong, err)
	}
	wrong = errors.Join(wrong, os.WriteFile(g.lab.path("closed-firewall.txt"), []byte(rules), 0o644))
	if strings.Count(rules, "policy drop") < 3 {
		wrong = errors.Join(wrong, errors.New("the firewall does not drop what it does not name, on all three ways"))
	}
	failed, err := g.ask(ctx, "run", "/usr/bin/systemctl", "list-units", "--failed", "--no-legend", "--plain", "--no-pager")
	if strings.TrimSpace(failed) != "" || err != nil {
		wrong = errors.Join(wrong, fmt.Errorf("units have failed: %s: %w", strings.TrimSpace(failed), err))
	}
	return wrong
}

// takesUpdates asks RAUC what it knows of the card: it starts when it is asked, and has the boot state by our own backend.
func (g *guest) takesUpdates(ctx context.Context) error {
	out, err := g.ask(ctx, "run", "/usr/bin/rauc", "status", "--output-format=json")
	if err != nil {
		return fmt.Errorf("ask RAUC: %w: %s", err, out)
	}
	type slot struct {
		Bootname string `json:"bootname"`
		State    string `json:"state"`
		Boot     string `json:"boot_status"`
	}
	var status struct {
		Compatible string            `json:"compatible"`
		Booted     string            `json:"booted"`
		Primary    string            `json:"boot_primary"`
		Slots      []map[string]slot `json:"slots"`
	}
	if err := json.Unmarshal([]byte(out), &status); err != nil {
		return fmt.Errorf("RAUC says %q: %w", out, err)
	}
	slots := map[string]slot{}
	for _, one := range status.Slots {
		maps.Copy(slots, one)
	}
	g.lab.say("RAUC: %s, runs from %s, next %s, %v", status.Compatible, status.Booted, status.Primary, slots)
	want := map[string]slot{"rootfs.0": {"A", "booted", "good"}, "rootfs.1": {"B", "inactive", "good"}}
	if status.Compatible != "totem-"+string(g.lab.opt.Arch) || status.Booted != "A" || status.Primary != "rootfs.0" || !maps.Equal(slots, want) {
		return fmt.Errorf("RAUC takes the card for another one than it is: %s", out)
	}
	return nil
}
