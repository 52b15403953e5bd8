package main

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/pem"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.org/totem/bootstate"
	"example.org/totem/internal/disk"
	"example.org/totem/internal/disk/ext4"
)

// parts are what a small card of the tests is made of: the files of its root and its ESP, and what lies beside it.
type parts struct {
	root, esp, beside map[string]string
	links             map[string]string
	modes             map[string]os.FileMode
}

const units = "usr/lib/systemd/system/"

// goodParts make a card with which the checks below find nothing wrong.
func goodParts(t *testing.T) *parts {
	t.Helper()
	state := bootstate.Defaults().Encode()
	grub, err := os.ReadFile("../../images/esp/grub.cfg")
	if err != nil {
		t.Fatal(err)
	}
	return &parts{
		root: map[string]string{
			"boot/vmlinuz":                   "MZ" + strings.Repeat("\x00", 0x3A) + "\x40\x00\x00\x00PE\x00\x00\x64\xAA" + strings.Repeat("\x00", 64),
			"etc/passwd":                     "root:x:0:0:root:/root:/usr/sbin/nologin\ntotem:x:900:900::/:/usr/sbin/nologin\ntotem-display:x:901:901::/:/usr/sbin/nologin\n",
			"etc/shadow":                     "root:!*:20000::::::\ntotem:!*:20000::::::\ntotem-display:!*:20000::::::\n",
			"etc/gshadow":                    "root:!*::\n",
			"etc/machine-id":                 "",
			"etc/fstab":                      "PARTLABEL=totem-ident /ident ext4 rw,nodev,nosuid,noexec,data=journal,errors=remount-ro 0 2\nPARTLABEL=totem-data /data ext4 nodev,nosuid,noexec,data=ordered,errors=remount-ro,x-systemd.growfs 0 2\n",
			"etc/rauc/system.conf":           "[system]\ncompatible=totem-arm64\nbootloader=custom\n[keyring]\npath=/etc/rauc/keyring.pem\n",
			"etc/systemd/system/x.wants/.ok": "",
			"usr/bin/ls":                     "\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xB7\x00",
			"usr/lib/os-release":             "VARIANT_ID=product\n",
			units + "totem-kiosk.service":    "[Service]\nExecStart=/usr/bin/totem run\n",
			units + "debug-shell.service":    "[Service]\nExecStart=/bin/bash\n",
			"usr/lib/systemd/system-preset/00-totem.preset":   "enable totem-kiosk.service\ndisable *\n",
			"usr/lib/systemd/system.conf.d/50-totem.conf":     "[Manager]\nRuntimeWatchdogSec=14s\nRebootWatchdogSec=2min\nCtrlAltDelBurstAction=none\n",
			"usr/lib/systemd/journald.conf.d/50-totem.conf":   "[Journal]\nStorage=volatile\n",
			"usr/lib/sysctl.d/50-totem.conf":                  "kernel.sysrq = 0\nkernel.core_pattern=|/bin/false\n",
			"usr/share/doc/base-files/copyright":              "GPL\n",
			"usr/share/doc/totem/go.example/m@v1.0.0/LICENSE": "MIT\n",
			"usr/lib/totem/firewall.nft":                      "table inet t {\n chain i { type filter hook input priority filter; policy drop; }\n chain f { type filter hook forward priority filter; policy drop; }\n chain o { type filter hook output priority filter; policy drop; meta skuid { root, totem } accept; }\n}\n",
		},
		links:  map[string]string{"etc/systemd/system/debug-shell.service": "/dev/null", units + "multi-user.target.wants/totem-kiosk.service": "../totem-kiosk.service"},
		esp:    map[string]string{"EFI/BOOT/BOOTAA64.EFI": "MZ", pathGrub: string(grub), pathEnv1: string(state[:]), pathEnv2: string(state[:]), pathExample: "#", pathReadme: "read\r\n"},
		beside: map[string]string{".packages": "base-files 13.8\n", ".spdx.json": aBill("base-files", "13.8")},
		modes:  map[string]os.FileMode{},
	}
}

func aBill(name, version string) string {
	b := map[string]any{"spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT", "name": "totem", "documentNamespace": "urn:uuid:1",
		"creationInfo": map[string]any{"created": "2026-01-01T00:00:00Z", "creators": []string{"Tool: imager"}},
		"packages": []map[string]any{{"name": name, "SPDXID": "SPDXRef-1", "versionInfo": version, "downloadLocation": "NOASSERTION"},
			{"name": "go.example/m", "SPDXID": "SPDXRef-go-m", "versionInfo": "v1.0.0", "downloadLocation": "NOASSERTION"}}}
	text, _ := json.Marshal(b)
	return string(text)
}

// keyring returns a development authority's certificate.
func keyring(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	if err := makeAuthority(folder, time.Unix(1_790_000_000, 0)); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(folder, authorityCertificate))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// examine makes a card of the parts and opens it.
func (p *parts) examine(t *testing.T) *examination {
	t.Helper()
	for _, name := range []string{"mke2fs", "e2fsck", "mkfs.fat", "mcopy"} {
		if _, err := ext4.Tool(name); err != nil {
			t.Skip(err)
		}
	}
	tree, image := t.TempDir(), filepath.Join(t.TempDir(), "totem-arm64.img")
	for name, content := range p.root {
		place(t, filepath.Join(tree, name), content)
	}
	for name, target := range p.links {
		path := filepath.Join(tree, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(target, path); err != nil {
			t.Fatal(err)
		}
	}
	for name, mode := range p.modes {
		if err := os.Chmod(filepath.Join(tree, name), mode); err != nil {
			t.Fatal(err)
		}
	}
	files := map[string][]byte{}
	for name, content := range p.esp {
		files[name] = []byte(content)
	}
	if err := disk.Write(t.Context(), image, disk.Content{Arch: "arm64", Root: tree, ESP: files, Time: time.Unix(1_790_000_000, 0)}, nil); err != nil {
		t.Fatal(err)
	}
	for ending, content := range p.beside {
		place(t, strings.TrimSuffix(image, ".img")+ending, content)
	}
	opened, err := openCard(image)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = opened.Close() })
	return &examination{checking{repository: "../.."}, opened}
}

func place(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

type holds func(context.Context, *examination) (string, error)

func TestAGoodCardPassesItsChecks(t *testing.T) {
	p := goodParts(t)
	p.root[keyringInTree] = keyring(t)
	e := p.examine(t)
	for name, hold := range map[string]holds{"table": tableHolds, "file systems": fileSystemsHold, "twins": slotsAreTwins, "features": featuresHold, "sizes": sizesHold,
		"boot files": bootFilesHold, "boot state": bootStateHolds, "grub": grubHolds, "programs": programsHold, "modes": modesHold, "secrets": secretsHold,
		"mounts": mountsHold, "accounts": accountsHold, "users": usersHold, "logins": loginsHold, "doors": doorsHold, "enabled": enabledHolds, "units' users": unitUsersHold,
		"settings": settingsHold, "updates": updatesHold, "bill": billHolds, "notices": noticesHold, "firewall": firewallHolds} {
		if detail, err := hold(t.Context(), e); err != nil {
			t.Errorf("%s: %s, %v", name, detail, err)
		}
	}
	e.release = true
	if _, err := updatesHold(t.Context(), e); err == nil || !strings.Contains(err.Error(), "development") {
		t.Errorf("a development keyring is taken for an office: %v", err)
	}
}

func TestEachCheckFindsWhatItIsFor(t *testing.T) {
	root := func(name, content string) func(*parts) { return func(p *parts) { p.root[name] = content } }
	esp := func(name, content string) func(*parts) { return func(p *parts) { p.esp[name] = content } }
	mode := func(name string, m os.FileMode) func(*parts) { return func(p *parts) { p.modes[name] = m } }
	beside := func(name, content string) func(*parts) { return func(p *parts) { p.beside[name] = content } }
	for _, c := range []struct {
		hold   holds
		change func(*parts)
		want   string
	}{
		{bootFilesHold, func(p *parts) { delete(p.esp, pathReadme) }, "README.txt is missing"},
		{bootFilesHold, esp("totem/provision.toml", "token"), "there are 7 files and should be 6"},
		{bootStateHolds, esp(pathEnv2, strings.Repeat("#", 1024)), pathEnv2},
		{grubHolds, esp(pathGrub, "superusers=x\nlinux x ro panic=10 console=ttyS0\n"), "ttyS"},
		{grubHolds, esp(pathGrub, "superusers=x\nlinux x ro panic=10\n"), `lack "sysctl.kernel.sysrq=0"`},
		{grubHolds, esp(pathGrub, "superusers=x\nlinux x ro panic=10 sysctl.kernel.sysrq=0\n"), "not those of images/esp"},
		{loadersHold, esp("EFI/BOOT/BOOTAA64.EFI", "MZ"), "no EFI program"},
		{programsHold, root("usr/bin/foreign", "\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\x3E\x00"), "usr/bin/foreign is for EM_X86_64"},
		{modesHold, mode("usr/bin/ls", 0o755|os.ModeSetuid), "usr/bin/ls runs as its owner"},
		{modesHold, mode("etc/fstab", 0o666), "etc/fstab may be written"},
		{secretsHold, root("etc/machine-id", "0123456789abcdef0123456789abcdef\n"), "machine-id"},
		{secretsHold, root("root/.ssh/authorized_keys", "ssh-ed25519"), "authorized_keys is there"},
		{secretsHold, root("etc/ssh/ssh_host_ed25519_key", ""), "ssh_host"},
		{secretsHold, root("usr/share/x", "-----BEGIN "+"PRIVATE KEY-----"), "usr/share/x holds a private key"},
		{mountsHold, root("etc/fstab", "/dev/sda1 / ext4 rw 0 0\n"), "may be written"},
		{mountsHold, root("etc/fstab", ""), "nothing is mounted at"},
		{accountsHold, root("etc/passwd", "root:x:0:0:root:/root:/bin/bash\n"), "the shell"},
		{accountsHold, root("etc/shadow", "root::20000::::::\ntotem:!:1::::::\ntotem-display:!:1::::::\n"), "password of root"},
		{usersHold, root("etc/passwd", "totem:x:901:901::/:/usr/sbin/nologin\n"), "the user totem"},
		{loginsHold, func(p *parts) { delete(p.links, "etc/systemd/system/debug-shell.service") }, "debug-shell.service starts /bin/bash"},
		{loginsHold, root(units+"x.service", "[Service]\nExecStart=-/sbin/agetty tty1\n"), "agetty"},
		{loginsHold, root("usr/lib/systemd/system-generators/systemd-getty-generator", "x"), "getty-generator"},
		{doorsHold, root("usr/sbin/sshd", "x"), "sshd is there"},
		{unitUsersHold, root(units+"x.service", "[Service]\nUser=systemd-network\n"), "runs as systemd-network"},
		{enabledHolds, func(p *parts) { delete(p.links, units+"multi-user.target.wants/totem-kiosk.service") }, "no target wants it"},
		{settingsHold, root("usr/lib/systemd/journald.conf.d/50-totem.conf", ""), "Storage=volatile"},
		{firewallHolds, root(firewallFile, "table inet t {}\n"), "is not dropped"},
		{updatesHold, root("etc/rauc/system.conf", "[system]\ncompatible=totem-amd64\nbootloader=custom\npath=/etc/rauc/keyring.pem\n"), "other machines"},
		{updatesHold, root(keyringInTree, string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY"}))), "holds a PRIVATE KEY"},
		{packagesHold, beside(".packages", "other 1\n"), "is installed, and not in the list"},
		{billHolds, beside(".spdx.json", aBill("base-files", "1")), `"13.8" in the list`},
		{billHolds, beside(".spdx.json", "{}"), "lacks a field"},
		{noticesHold, func(p *parts) { delete(p.root, "usr/share/doc/totem/go.example/m@v1.0.0/LICENSE") }, "no licence of go.example/m"},
	} {
		p := goodParts(t)
		c.change(p)
		if detail, err := c.hold(t.Context(), p.examine(t)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("wanted %q: %s, %v", c.want, detail, err)
		}
	}
}

func TestDamagedSlotsAreFound(t *testing.T) {
	e := goodParts(t).examine(t)
	f, err := os.OpenFile(e.path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	at := e.table.Partitions[disk.RootB-1].Offset
	if _, err := f.WriteAt([]byte{0xFF, 0xFF, 0xFF}, at+1024+0x18); err != nil {
		t.Fatal(err)
	}
	if _, err := slotsAreTwins(t.Context(), e); err == nil || !strings.Contains(err.Error(), "byte 1048") {
		t.Errorf("twins: %v", err)
	}
	if _, err := fileSystemsHold(t.Context(), e); err == nil || !strings.Contains(err.Error(), disk.LabelRootB) {
		t.Errorf("file systems: %v", err)
	}
}

func TestAnInitrdIsReadAsItWasPacked(t *testing.T) {
	want := map[string][]byte{"init": []byte("program"), "modules": []byte("ext4.ko\n"), "lib/modules/ext4.ko": bytes.Repeat([]byte{7}, 1001)}
	var packed bytes.Buffer
	var entries []cpioEntry
	for name, content := range want {
		entries = append(entries, cpioEntry{Name: name, Mode: 0o644, Content: content})
	}
	if err := writeCPIO(&packed, entries, time.Unix(0, 0)); err != nil {
		t.Fatal(err)
	}
	got, err := cpioFiles(packed.Bytes())
	if err != nil || !maps.EqualFunc(got, want, bytes.Equal) {
		t.Errorf("%v, %v", got, err)
	}
	for n := range packed.Len() {
		_, _ = cpioFiles(packed.Bytes()[:n]) // and no panic
	}
}

func FuzzInitrdsNeverPanic(f *testing.F) {
	var packed bytes.Buffer
	if err := writeCPIO(&packed, []cpioEntry{{Name: "init", Mode: 0o755, Content: []byte("x")}}, time.Unix(0, 0)); err != nil {
		f.Fatal(err)
	}
	f.Add(packed.Bytes())
	f.Fuzz(func(_ *testing.T, b []byte) { _, _ = cpioFiles(b); _, _ = machineOf(b) })
}

func TestLimitsOfExposureAreReadAndNothingElse(t *testing.T) {
	file := filepath.Join(t.TempDir(), "exposure")
	place(t, file, "# words\n* 2.0\ntotem-x.service 3.5 # for a reason\n")
	if got, err := exposureLimits(file); err != nil || got["*"] != 2 || got["totem-x.service"] != 3.5 || len(got) != 2 {
		t.Errorf("%v, %v", got, err)
	}
	for _, text := range []string{"totem-x.service 1\n", "* two\n", "* 2 3\n"} {
		place(t, file, text)
		if got, err := exposureLimits(file); err == nil {
			t.Errorf("%q: %v", text, got)
		}
	}
	if _, err := exposureLimits("../../images/exposure"); err != nil {
		t.Error(err)
	}
}

func TestTheCommandLineIsChecked(t *testing.T) {
	for _, args := range [][]string{{"build", "--arch", "armhf"}, {"build", "x"}, {"check"}, {"list"}, {"list", "a", "b"}, {"build", "--wrong"}} {
		var out, progress bytes.Buffer
		if status := run(args, &out, &progress); status != exitUsage || !strings.Contains(progress.String(), "what to do") {
			t.Errorf("%q: %d, %s", args, status, progress.String())
		}
	}
	var out, progress bytes.Buffer
	if status := run([]string{"check", "/dev/null"}, &out, &progress); status != exitFailed || !strings.Contains(progress.String(), "is no image") {
		t.Errorf("/dev/null: %d, %s", status, progress.String())
	}
}
