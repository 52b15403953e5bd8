package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// writeRecipe writes the three files into a new folder.
func writeRecipe(t *testing.T, packages, modules, pruned string) string {
	t.Helper()
	folder := t.TempDir()
	for name, text := range map[string]string{"packages": packages, "modules": modules, "pruned": pruned} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

func TestARecipeIsReadForOneArchitecture(t *testing.T) {
	folder := writeRecipe(t, "# words\nlibc6  # the library\nkernel-a [arm64]\nkernel-b [amd64]\nboot grub\ndrop perl\nother dracut\n", "initrd i6300esb\nusblp [amd64]\n", "")
	r, err := readRecipe(folder, "arm64")
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"libc6", "kernel-a", "grub", "dracut-"}; !slices.Equal(r.install, want) {
		t.Errorf("to be installed are %v", r.install)
	}
	if r.boot != "grub" || !r.drop["grub"] || !r.drop["perl"] || len(r.drop) != 2 {
		t.Errorf("boot %q, drop %v", r.boot, r.drop)
	}
	if want := []modulePattern{{Pattern: "i6300esb", Initrd: true}}; !slices.Equal(r.modules, want) {
		t.Errorf("modules are %v", r.modules)
	}
}

func TestAWrongLineOfARecipeIsNamed(t *testing.T) {
	for _, wrong := range [][3]string{
		{"boot grub\nkeep libc6\n", "", ""}, {"boot grub\na b c\n", "", ""}, {"libc6\n", "", ""},
		{"boot grub\n", "late ext4\n", ""}, {"boot grub\n", "fs/[\n", ""}, {"boot grub\n", "", "a//b\n"}, {"boot grub\n", "", "hold a\n"},
	} {
		if _, err := readRecipe(writeRecipe(t, wrong[0], wrong[1], wrong[2]), "arm64"); err == nil {
			t.Errorf("%q was read", wrong)
		}
	}
}

func TestTheLastRuleThatFitsAPathDecides(t *testing.T) {
	r, err := readRecipe(writeRecipe(t, "boot grub\n", "", "usr/share/doc/*/*\nkeep usr/share/doc/*/copyright\nvar/*\n"), "arm64")
	if err != nil {
		t.Fatal(err)
	}
	for name, kept := range map[string]bool{
		"usr/share/doc": true, "usr/share/doc/dash": true, "usr/share/doc/dash/copyright": true, "usr/share/doc/dash/changelog.gz": false,
		"usr/share/doc/dash/examples/a": false, "var": true, "var/log": false, "var/log/a": false, "usr/share/docs/a/b": true,
	} {
		if r.keeps(name) != kept {
			t.Errorf("%s is kept: %v", name, !kept)
		}
	}
}

func TestTheRecipeOfTheRepositoryCanBeRead(t *testing.T) {
	for _, arch := range []string{"arm64", "amd64"} {
		r, err := readRecipe("../../images", arch)
		if err != nil {
			t.Fatal(err)
		}
		if !r.keeps("usr/bin/dash") || r.keeps("usr/share/man/man1/dash.1.gz") || !r.keeps("usr/share/doc/dash/copyright") {
			t.Errorf("%s: what is pruned is not what is meant", arch)
		}
	}
}
