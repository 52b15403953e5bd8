package bootenv_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.org/totem/bootstate"
	"example.org/totem/cmd/internal/bootenv"
)

// parts is what a machine is made of.
type parts struct {
	arch     string
	image    string // a card whose two slots start the probe
	patience time.Duration
}

// bootParts makes them; it skips the test if nobody asked for it.
func bootParts(t *testing.T) parts {
	t.Helper()
	p := parts{arch: os.Getenv("TOTEM_BOOT_TEST"), patience: 4 * time.Minute}
	if p.arch == "" {
		t.Skip("set TOTEM_BOOT_TEST=amd64 or =arm64 to start machines")
	}
	if p.arch == "arm64" {
		p.patience = 8 * time.Minute
	}
	tree := debianTree(t, p.arch)
	work := t.TempDir()
	p.image = filepath.Join(work, "card.img")
	makeCard(t, p, tree, work)
	return p
}

// debianTree returns a folder that holds Debian's GRUB and kernel unpacked, kept between runs.
func debianTree(t *testing.T, arch string) string {
	t.Helper()
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	root := filepath.Join(cache, "totem-boot-test", arch)
	tree := filepath.Join(root, "tree")
	if _, err := os.Stat(tree); err == nil {
		return tree
	}
	fetch := exec.Command("sh", "testdata/fetch", root, arch)
	fetch.Stderr = os.Stderr
	if err := fetch.Run(); err != nil {
		t.Fatalf("fetch Debian's packages: %v", err)
	}
	return tree
}

const (
	mib      = 1 << 20
	cardSize = 16 // MiB of the small partition
	slotSize = 120
)

func makeCard(t *testing.T, p parts, tree, work string) {
	t.Helper()
	file := must(os.Create(p.image))(t)
	if err := file.Truncate((1 + cardSize + 2*slotSize + 1) * mib); err != nil {
		t.Fatal(err)
	}
	file.Close()
	command(t, "sgdisk", "-a", "2048",
		"-n", fmt.Sprintf("1:2048:+%dM", cardSize), "-c", "1:totem-esp", "-t", "1:ef00",
		"-n", fmt.Sprintf("2:0:+%dM", slotSize), "-c", "2:totem-root-a",
		"-n", fmt.Sprintf("3:0:+%dM", slotSize), "-c", "3:totem-root-b", p.image)
	makeESP(t, p, tree, work)
	initrd := makeInitrd(t, p, tree, work)
	for i, slot := range []string{"A", "B"} {
		root := filepath.Join(work, slot)
		for _, dir := range []string{"boot", "sbin", "dev", "proc", "sys"} {
			check(t, os.MkdirAll(filepath.Join(root, dir), 0o755))
		}
		kernel := must(filepath.Glob(filepath.Join(tree, "boot/vmlinuz-*")))(t)
		command(t, "cp", kernel[0], filepath.Join(root, "boot/vmlinuz"))
		command(t, "cp", initrd, filepath.Join(root, "boot/initrd"))
		check(t, os.WriteFile(filepath.Join(root, "slot"), []byte(slot+"\n"), 0o644))
		build(t, p.arch, filepath.Join(root, "sbin/init"), "./testdata/probe")
		command(t, "mke2fs", "-q", "-t", "ext4", "-O", "^has_journal", "-d", root,
			"-E", fmt.Sprintf("offset=%d", slotOffset(i)), p.image, fmt.Sprintf("%dM", slotSize))
		check(t, os.RemoveAll(root))
	}
}

func slotOffset(i int) int64 { return (1 + cardSize + int64(i)*slotSize) * mib }

func makeESP(t *testing.T, p parts, tree, work string) {
	t.Helper()
	at := p.image + "@@1M"
	command(t, "mformat", "-i", at, "-T", fmt.Sprint(cardSize*mib/512), "-c", "4", "-h", "2", "-s", "32", "::")
	efi := map[string]string{"amd64": "BOOTX64.EFI", "arm64": "BOOTAA64.EFI"}[p.arch]
	grub := must(filepath.Glob(filepath.Join(tree, "usr/lib/grub/*-efi/monolithic/grub[ax]*64.efi")))(t)
	command(t, "mmd", "-i", at, "::EFI", "::EFI/BOOT", "::EFI/debian", "::totem")
	command(t, "mcopy", "-i", at, grub[0], "::EFI/BOOT/"+efi)
	command(t, "mcopy", "-i", at, "../../../images/esp/grub.cfg", "::EFI/debian/grub.cfg")
	block := bootstate.Defaults().Encode()
	for _, name := range bootenv.Names() {
		from := filepath.Join(work, filepath.Base(name))
		check(t, os.WriteFile(from, block[:], 0o644))
		command(t, "mcopy", "-i", at, from, "::"+name)
	}
}

// makeInitrd packs the product's init with the few drivers that QEMU's machine needs.
func makeInitrd(t *testing.T, p parts, tree, work string) string {
	t.Helper()
	root := filepath.Join(work, "initrd")
	check(t, os.MkdirAll(filepath.Join(root, "lib/modules"), 0o755))
	build(t, p.arch, filepath.Join(root, "init"), "../../initrd")
	versions := must(filepath.Glob(filepath.Join(tree, "usr/lib/modules/*")))(t)
	var list bytes.Buffer
	for _, module := range []string{"i6300esb", "virtio_blk", "crc32c_generic", "ext4"} {
		out := command(t, "modprobe", "-d", filepath.Join(tree, "usr"), "-S", filepath.Base(versions[0]), "--show-depends", module)
		for line := range strings.Lines(string(out)) {
			words := strings.Fields(line)
			if len(words) < 2 || words[0] != "insmod" {
				continue
			}
			name := strings.TrimSuffix(filepath.Base(words[1]), ".xz")
			raw := command(t, "xz", "-dc", words[1])
			check(t, os.WriteFile(filepath.Join(root, "lib/modules", name), raw, 0o644))
			if !strings.Contains("\n"+list.String(), "\n"+name+"\n") {
				list.WriteString(name + "\n")
			}
		}
	}
	check(t, os.WriteFile(filepath.Join(root, "modules"), list.Bytes(), 0o644))
	packed := filepath.Join(work, "initrd.cpio.gz")
	command(t, "sh", "-c", fmt.Sprintf("cd %s && find . | cpio --quiet -o -H newc | gzip -1 > %s", root, packed))
	return packed
}

func (p parts) command(t *testing.T, image string, readonly bool) []string {
	t.Helper()
	vars := filepath.Join(t.TempDir(), "vars.fd")
	path := vars
	image, vars = strings.ReplaceAll(image, ",", ",,"), strings.ReplaceAll(vars, ",", ",,") // as QEMU wants its commas
	if readonly {
		image += ",readonly=on"
	}
	common := []string{"-m", "512", "-nographic", "-nodefaults", "-serial", "stdio", "-no-user-config",
		"-drive", "if=none,id=card,format=raw,cache=writeback,file=" + image, "-device", "virtio-blk-pci,drive=card,bootindex=0",
		"-device", "i6300esb,id=dog", "-action", "watchdog=reset"}
	if p.arch == "arm64" {
		command(t, "cp", "/usr/share/AAVMF/AAVMF_VARS.fd", path)
		return append([]string{"qemu-system-aarch64", "-M", "virt", "-cpu", "cortex-a72", "-smp", "2",
			"-drive", "if=pflash,format=raw,readonly=on,file=/usr/share/AAVMF/AAVMF_CODE.fd",
			"-drive", "if=pflash,format=raw,file=" + vars}, common...)
	}
	command(t, "cp", "/usr/share/OVMF/OVMF_VARS_4M.fd", path)
	return append([]string{"qemu-system-x86_64", "-M", "q35,accel=tcg", "-cpu", "max",
		"-drive", "if=pflash,format=raw,readonly=on,file=/usr/share/OVMF/OVMF_CODE_4M.fd",
		"-drive", "if=pflash,format=raw,file=" + vars}, common...)
}

// tell writes what the slots are to do.
func (p parts) tell(t *testing.T, image, what string) {
	t.Helper()
	from := filepath.Join(t.TempDir(), "probe")
	check(t, os.WriteFile(from, []byte(what), 0o644))
	command(t, "mcopy", "-o", "-i", image+"@@1M", from, "::totem/probe")
}

// What can be broken of a card.

func both(all ...func(*testing.T, string)) func(*testing.T, string) {
	return func(t *testing.T, image string) {
		for _, one := range all {
			one(t, image)
		}
	}
}

func zero(i int) func(*testing.T, string) {
	return func(t *testing.T, image string) {
		check(t, openCard(t, image).Overwrite(bootenv.Names()[i], 0, make([]byte, bootstate.Size)))
	}
}

// torn leaves of the second copy its first 60 bytes, and what was there before.
func torn(t *testing.T, image string) {
	p := openCard(t, image)
	older := bootstate.Defaults().Encode()
	check(t, p.Overwrite(bootenv.Names()[1], 60, older[60:]))
}

func gone(name string) func(*testing.T, string) {
	return func(t *testing.T, image string) { command(t, "mdel", "-i", image+"@@1M", "::totem/"+name) }
}

func empty(name string) func(*testing.T, string) {
	return func(t *testing.T, image string) {
		command(t, "mcopy", "-o", "-i", image+"@@1M", "/dev/null", "::totem/"+name)
	}
}

func remove(slot, name string) func(*testing.T, string) {
	return func(t *testing.T, image string) {
		command(t, "debugfs", "-w", "-R", "rm "+filepath.Join("/boot", name), slotOf(image, slot))
	}
}

// spoil puts other bytes into the place of a kernel.
func spoil(slot string) func(*testing.T, string) {
	return func(t *testing.T, image string) {
		from := filepath.Join(t.TempDir(), "kernel")
		check(t, os.WriteFile(from, bytes.Repeat([]byte("no kernel "), 10000), 0o644))
		remove(slot, "vmlinuz")(t, image)
		command(t, "debugfs", "-w", "-R", "write "+from+" /boot/vmlinuz", slotOf(image, slot))
	}
}

func slotOf(image, slot string) string {
	return fmt.Sprintf("%s?offset=%d", image, slotOffset(int(slot[0]-'A')))
}

func command(t *testing.T, name string, args ...string) []byte {
	t.Helper()
	cmd := exec.Command(name, args...)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %v: %v\n%s%s", name, args, err, out, errs.Bytes())
	}
	return out
}

func build(t *testing.T, arch, to, pkg string) {
	t.Helper()
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", to, pkg)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+arch)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build %s: %v\n%s", pkg, err, out)
	}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func must[V any](v V, err error) func(*testing.T) V {
	return func(t *testing.T) V {
		t.Helper()
		check(t, err)
		return v
	}
}
