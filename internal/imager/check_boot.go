package main

import (
	"bytes"
	"context"
	"debug/elf"
	"debug/pe"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"example.org/totem/bootstate"
)

func bootChecks() []check {
	return []check{
		{"the boot partition holds its files and no others", bootFilesHold},
		{"both copies of the boot state are whole, lie in one piece each, and say slot A", bootStateHolds},
		{"the boot loader's rules offer no menu, no prompt and no serial line, and are those of the sources", grubHolds},
		{"loader and kernel are for this machine", loadersHold},
		{"the initrd has a program of ours, and every module that a root may need", initrdHolds},
	}
}

func bootFilesHold(_ context.Context, e *examination) (string, error) {
	want := []string{pathLoader(e.arch), pathGrub, pathEnv1, pathEnv2, pathExample, pathReadme}
	has, err := filesOf(e.card, "")
	if err != nil {
		return "", err
	}
	for i := range has {
		has[i] = strings.ToLower(has[i])
	}
	for _, name := range want {
		if !slices.Contains(has, strings.ToLower(name)) {
			return "", fmt.Errorf("%s is missing", name)
		}
	}
	if len(has) != len(want) {
		return "", fmt.Errorf("there are %d files and should be %d: %s", len(has), len(want), strings.Join(has, ", "))
	}
	return "", nil
}

func bootStateHolds(_ context.Context, e *examination) (string, error) {
	var copies [2][]byte
	for i, name := range []string{pathEnv1, pathEnv2} {
		b, err := e.esp.ReadFile(name)
		if err != nil {
			return "", err
		}
		if _, err := bootstate.Parse(b); err != nil {
			return "", fmt.Errorf("%s: %w", name, err)
		}
		where, err := e.esp.Extents(name)
		if err != nil {
			return "", err
		}
		if len(where) != 1 || where[0].Length != bootstate.Size {
			return "", fmt.Errorf("%s lies in %d pieces: %v", name, len(where), where)
		}
		copies[i] = b
	}
	state, _, err := bootstate.Newest(copies[0], copies[1])
	if err != nil {
		return "", err
	}
	if !state.Same(bootstate.Defaults()) {
		return "", fmt.Errorf("a new card says slot %v, trial %v, bad %v", state.Committed, state.Trial, state.Bad.Names())
	}
	return "", nil
}

func grubHolds(_ context.Context, e *examination) (string, error) {
	b, err := e.esp.ReadFile(pathGrub)
	if err != nil {
		return "", err
	}
	var lines []string // without what is said of them
	for line := range strings.Lines(string(b)) {
		if line = strings.TrimSpace(line); !strings.HasPrefix(line, "#") {
			lines = append(lines, line)
		}
	}
	text := strings.Join(lines, "\n")
	for _, word := range []string{"menuentry", "serial", "ttyS", "ttyAMA", "debug", "init=", "rd.", "single", "terminal_"} {
		if strings.Contains(text, word) {
			return "", fmt.Errorf("they hold %q", word)
		}
	}
	for _, word := range []string{"superusers=", "panic=10", "sysctl.kernel.sysrq=0", " ro "} {
		if !strings.Contains(text, word) {
			return "", fmt.Errorf("they lack %q", strings.TrimSpace(word))
		}
	}
	source, err := os.ReadFile(filepath.Join(e.repository, "images", "esp", "grub.cfg"))
	if err != nil {
		return "", fmt.Errorf("the sources cannot be compared; name their folder by --repository: %w", err)
	}
	if !bytes.Equal(b, source) {
		return "", errors.New("they are not those of images/esp/grub.cfg; build the image anew")
	}
	return "", nil
}

func loadersHold(_ context.Context, e *examination) (string, error) {
	loader, err := e.esp.ReadFile(pathLoader(e.arch))
	if err != nil {
		return "", err
	}
	kernel, err := fs.ReadFile(e.root, "boot/vmlinuz")
	if err != nil {
		return "", err
	}
	want := map[string]uint16{"arm64": pe.IMAGE_FILE_MACHINE_ARM64, "amd64": pe.IMAGE_FILE_MACHINE_AMD64}[e.arch]
	for name, b := range map[string][]byte{"the loader": loader, "the kernel": kernel} {
		machine, err := machineOf(b)
		if err != nil {
			return "", fmt.Errorf("%s: %w", name, err)
		}
		if machine != want {
			return "", fmt.Errorf("%s is for the machine %#x, not %#x", name, machine, want)
		}
	}
	return fmt.Sprintf("kernel of %.1f MB", megabytes(int64(len(kernel)))), nil
}

// machineOf returns for which machine an EFI program is.
//
//	0x00 "MZ"   0x3C place of the header: "PE\0\0", then the machine
func machineOf(b []byte) (uint16, error) {
	if len(b) < 0x40 || string(b[:2]) != "MZ" {
		return 0, errors.New("it is no EFI program")
	}
	at := int(b[0x3C]) | int(b[0x3D])<<8 | int(b[0x3E])<<16
	if at+6 > len(b) || string(b[at:at+4]) != "PE\x00\x00" {
		return 0, errors.New("it is no EFI program")
	}
	return uint16(b[at+4]) | uint16(b[at+5])<<8, nil
}

func initrdHolds(_ context.Context, e *examination) (string, error) {
	files, err := readInitrd(e.root)
	if err != nil {
		return "", err
	}
	program, err := elf.NewFile(bytes.NewReader(files["init"]))
	if err != nil {
		return "", fmt.Errorf("its program: %w", err)
	}
	if libraries, _ := program.ImportedLibraries(); program.Machine != elfMachine(e.arch) || len(libraries) > 0 {
		return "", fmt.Errorf("its program is for %v and needs %v; it should be for this machine and need nothing", program.Machine, libraries)
	}
	listed := strings.Fields(string(files["modules"]))
	for _, name := range listed {
		if files["lib/modules/"+name] == nil {
			return "", fmt.Errorf("the module %s is in the list and not in the initrd", name)
		}
	}
	missing, err := missingModules(e, listed)
	if err != nil {
		return "", err
	}
	if len(missing) > 0 {
		return "", fmt.Errorf("it lacks %s", strings.Join(missing, ", "))
	}
	return fmt.Sprintf("%d modules", len(listed)), nil
}

// missingModules returns what images/modules wants in the initrd and is neither there nor built into the kernel.
func missingModules(e *examination, listed []string) (missing []string, err error) {
	recipe, err := readRecipe(filepath.Join(e.repository, "images"), e.arch)
	if err != nil {
		return nil, err
	}
	has := map[string]bool{}
	for _, name := range listed {
		has[moduleName(name)] = true
	}
	builtin, err := fs.Glob(e.root, "usr/lib/modules/*/modules.builtin")
	if err != nil {
		return nil, err
	}
	for _, path := range builtin {
		text, err := fs.ReadFile(e.root, path)
		if err != nil {
			return nil, err
		}
		for line := range strings.Lines(string(text)) {
			has[moduleName(strings.TrimSpace(line))] = true
		}
	}
	for _, m := range recipe.modules {
		if m.Initrd && !strings.Contains(m.Pattern, "/") && !has[moduleName(m.Pattern)] {
			missing = append(missing, m.Pattern)
		}
	}
	return missing, nil
}

// readInitrd returns the files of the initrd by their paths.
func readInitrd(root fs.FS) (map[string][]byte, error) {
	f, err := root.Open("boot/initrd")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	unpacked, err := unpackedInitrd(f)
	if err != nil {
		return nil, fmt.Errorf("the initrd: %w", err)
	}
	return cpioFiles(unpacked)
}

// cpioFiles returns the plain files of a newc archive: cpio(5).
//
//	0 "070701"   54 size of the file   94 size of the name, with its 0   110 name; each in eight hexadecimal digits
func cpioFiles(b []byte) (map[string][]byte, error) {
	files := map[string][]byte{}
	for at := 0; ; {
		if at+110 > len(b) || string(b[at:at+6]) != "070701" {
			return nil, errors.New("the initrd is no cpio archive, or is cut off")
		}
		var size, name int
		if _, err := fmt.Sscanf(string(b[at+54:at+62])+" "+string(b[at+94:at+102]), "%x %x", &size, &name); err != nil {
			return nil, fmt.Errorf("the initrd at byte %d: %w", at, err)
		}
		begin := (at + 110 + name + 3) &^ 3
		if name < 1 || begin+size > len(b) || begin < at {
			return nil, errors.New("the initrd is cut off")
		}
		path := string(b[at+110 : at+110+name-1])
		if path == "TRAILER!!!" {
			return files, nil
		}
		files[path] = b[begin : begin+size]
		at = (begin + size + 3) &^ 3
	}
}

// mostInitrd is the largest initrd that is read, unpacked.
const mostInitrd = 256 << 20

func elfMachine(arch string) elf.Machine {
	if arch == "amd64" {
		return elf.EM_X86_64
	}
	return elf.EM_AARCH64
}

func sizeOf(path string) (int64, error) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

func readLimited(r io.Reader, most int64) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(r, most+1))
	if err == nil && int64(len(b)) > most {
		err = fmt.Errorf("it is larger than %d bytes", most)
	}
	return b, err
}
