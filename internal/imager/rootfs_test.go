package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// lay writes files below folder; a text that begins with "->" is a symbolic link.
func lay(t *testing.T, folder string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		p := filepath.Join(folder, name)
		err := os.MkdirAll(filepath.Dir(p), 0o755)
		if target, link := strings.CutPrefix(text, "->"); err == nil && link {
			err = os.Symlink(target, p)
		} else if err == nil {
			err = os.WriteFile(p, []byte(text), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// read returns the text of a file of a tree.
func read(t *testing.T, parts ...string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(parts...))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestATreeThatWasCopiedAndSettledTellsNothingOfToday(t *testing.T) {
	from, to := t.TempDir(), t.TempDir()
	lay(t, from, map[string]string{"etc/a": "a", "etc/old": "o", "link": "->etc/a"})
	old, base, ours := time.Unix(1500000000, 0), time.Unix(1600000000, 0), time.Unix(1700000000, 0)
	if err := os.Chtimes(filepath.Join(from, "etc/old"), old, old); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(copyTree(from, to, time.Time{}), settle(to, base, ours)); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]time.Time{".": base, "etc": base, "link": base, "etc/old": old, "etc/a": ours} {
		info, err := os.Lstat(filepath.Join(to, name))
		if err != nil || !info.ModTime().Equal(want) {
			t.Errorf("%s is of %v, not of %v (%v)", name, info.ModTime(), want, err)
		}
	}
	if text := read(t, to, "link"); text != "a" {
		t.Errorf("the link leads to %q", text)
	}
}

func TestWhatIsCopiedOverATreeTakesThePlaceOfFilesAndLinks(t *testing.T) {
	from, to := t.TempDir(), t.TempDir()
	at := time.Unix(1700000000, 0)
	lay(t, from, map[string]string{"a": "new", "b": "->nowhere", "dir/c": "c"})
	lay(t, to, map[string]string{"a": "->dir/kept", "b": "old", "dir/kept": "kept"})
	if err := copyTree(from, to, at); err != nil {
		t.Fatal(err)
	}
	if read(t, to, "a") != "new" || read(t, to, "dir/kept") != "kept" || read(t, to, "dir/c") != "c" {
		t.Error("something was written through a link, or is missing")
	}
	if target, err := os.Readlink(filepath.Join(to, "b")); err != nil || target != "nowhere" {
		t.Errorf("b leads to %q, %v", target, err)
	}
	if info, err := os.Stat(filepath.Join(to, "a")); err != nil || !info.ModTime().Equal(at) {
		t.Errorf("a is of %v, %v", info.ModTime(), err)
	}
}

func TestAFolderOfTheCacheHasItsNameOnlyWhenItIsWhole(t *testing.T) {
	folder := t.TempDir()
	cache, err := openCache(t.Context(), folder, func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	broken := errors.New("broken")
	_, err = cache.whole("base-", "base-1", func(f string) error { lay(t, f, map[string]string{"x": ""}); return broken })
	if !errors.Is(err, broken) || !isEmpty(t, folder) {
		t.Errorf("a build that failed left something: %v", err)
	}
	for _, name := range []string{"base-1", "base-1", "base-2"} {
		made := 0
		got, err := cache.whole("base-", name, func(f string) error { made++; lay(t, f, map[string]string{"x": name}); return nil })
		if err != nil || read(t, got, "x") != name {
			t.Errorf("%s: %q, %v, made %d times", name, got, err, made)
		}
	}
	if _, err := os.Stat(filepath.Join(folder, "base-1")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("what nobody needs is still there: %v", err)
	}
}

func TestWhatAnEndedBuildLeftIsRemovedByTheNext(t *testing.T) {
	folder := t.TempDir()
	lay(t, folder, map[string]string{"base-1.partial/a/b": "half"})
	if err := os.Chmod(filepath.Join(folder, "base-1.partial/a"), 0o500); err != nil {
		t.Fatal(err)
	}
	cache, err := openCache(t.Context(), folder, func(string) {})
	if err != nil || !isEmpty(t, folder) {
		t.Fatalf("it is still there: %v", err)
	}
	if err := errors.Join(cache.Close(), cache.Close()); err != nil {
		t.Errorf("closing twice: %v", err)
	}
}

func TestTwoBuildsDoNotUseTheCacheAtOnce(t *testing.T) {
	folder := t.TempDir()
	if _, err := openCache(t.Context(), folder, func(string) {}); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	_, err := openCache(ctx, folder, func(string) { cancel() })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("the second build was let in: %v", err)
	}
}

// isEmpty reports whether the cache holds nothing but its lock.
func isEmpty(t *testing.T, folder string) bool {
	t.Helper()
	there, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	return len(there) == 1 && there[0].Name() == "lock"
}

// bareTree lays what the accounts are made of, and the users of sysusers.d.
func bareTree(t *testing.T) Root {
	t.Helper()
	root := Root{Tree: t.TempDir(), Arch: "arm64", Version: "v1", Commit: "abc", Time: time.Unix(1700000000, 0), Development: true}
	lay(t, root.Tree, map[string]string{
		"lib":                                    "->usr/lib",
		"usr/share/base-passwd/group.master":     "root:*:0:\ntty:*:5:\nvideo:*:44:\n",
		"usr/lib/sysusers.d/totem.conf":          "u totem 900 \"The kiosk\" /run/totem\nm totem video\n",
		"usr/lib/udev/hwdb.d/60-a.hwdb":          "evdev:name:a:*\n A=1\n",
		"usr/lib/systemd/system/a.service":       "[Service]\nExecStart=/usr/bin/a\n[Install]\nWantedBy=multi-user.target\n",
		"usr/lib/systemd/system/b.service":       "[Service]\nExecStart=/usr/bin/b\n[Install]\nWantedBy=multi-user.target\n",
		"usr/lib/systemd/system-preset/1.preset": "enable a.service\ndisable *\n",
	})
	if err := os.MkdirAll(filepath.Join(root.Tree, "etc"), 0o755); err != nil {
		t.Fatal(err)
	}
	return root
}

func TestUsersUnitsAndHardwareAreConfiguredWithoutRunningAnythingOfTheTree(t *testing.T) {
	for _, tool := range []string{"systemd-sysusers", "systemctl", "systemd-hwdb"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skip(tool + " is not here")
		}
	}
	root := bareTree(t)
	if err := errors.Join(layFiles(root, time.Unix(1600000000, 0)), configure(t.Context(), root)); err != nil {
		t.Fatal(err)
	}
	want := "root:x:0:0:root:/root:/usr/sbin/nologin\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\ntotem:x:900:900:The kiosk:/run/totem:/usr/sbin/nologin\n"
	if got := read(t, root.Tree, "etc/passwd"); got != want {
		t.Errorf("passwd is\n%s", got)
	}
	if got := read(t, root.Tree, "etc/group"); !strings.Contains(got, "video:x:44:totem\n") || !strings.Contains(got, "totem:x:900:\n") {
		t.Errorf("group is\n%s", got)
	}
	for line := range strings.Lines(read(t, root.Tree, "etc/shadow")) {
		if field := strings.Split(line, ":"); field[1] != "!*" {
			t.Errorf("%s is not locked: %q", field[0], field[1])
		}
	}
	if got := read(t, root.Tree, "etc/shadow"); !strings.Contains(got, "totem:!*:19675:") {
		t.Errorf("an account was made today, not at the commit:\n%s", got)
	}
	wants, err := os.ReadDir(filepath.Join(root.Tree, "etc/systemd/system/multi-user.target.wants"))
	if err != nil || len(wants) != 1 || wants[0].Name() != "a.service" {
		t.Errorf("wanted are %v, %v", wants, err)
	}
	if read(t, root.Tree, "etc/machine-id") != "" || !strings.Contains(read(t, root.Tree, "usr/lib/os-release"), "VARIANT_ID=development\n") {
		t.Error("the machine has an identity, or the image does not say that it is a development image")
	}
	if _, err := os.Stat(filepath.Join(root.Tree, "usr/lib/udev/hwdb.bin")); err != nil {
		t.Error(err)
	}
	for _, left := range []string{"etc/.pwd.lock", "etc/passwd-", "usr/lib/udev/hwdb.d", "usr/share/base-passwd"} {
		if _, err := os.Lstat(filepath.Join(root.Tree, left)); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s was left: %v", left, err)
		}
	}
}

func TestTwoTreesInTwoPlacesAreConfiguredAlike(t *testing.T) {
	if _, err := exec.LookPath("systemd-hwdb"); err != nil {
		t.Skip("systemd-hwdb is not here")
	}
	var trees [2]string
	for i := range trees {
		root := bareTree(t)
		if i == 1 { // a longer way to it
			longer := filepath.Join(t.TempDir(), "longer", "tree")
			if err := errors.Join(os.Mkdir(filepath.Dir(longer), 0o755), os.Rename(root.Tree, longer)); err != nil {
				t.Fatal(err)
			}
			root.Tree = longer
		}
		if err := errors.Join(layFiles(root, time.Unix(1600000000, 0)), configure(t.Context(), root), settle(root.Tree, time.Unix(1600000000, 0), root.Time)); err != nil {
			t.Fatal(err)
		}
		out, err := exec.CommandContext(t.Context(), "tar", "-C", root.Tree, "--sort=name", "-cf", "-", ".").Output()
		if err != nil {
			t.Fatal(err)
		}
		trees[i] = string(out)
	}
	if trees[0] != trees[1] {
		t.Error("they differ")
	}
}

func TestAProgramWhoseLibraryOrInterpreterWasPrunedIsFound(t *testing.T) {
	tree := t.TempDir()
	lay(t, tree, map[string]string{"usr/bin/script": "#!/bin/bash -e\n", "usr/bin/sh": "", "usr/bin/good": "#!/usr/bin/sh\n", "usr/share/x": "#!/bin/zsh\n"})
	for _, name := range []string{"script", "good"} {
		if err := os.Chmod(filepath.Join(tree, "usr/bin", name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := copyFile(self, filepath.Join(tree, "usr/bin/foreign"), 0o755, time.Unix(0, 0)); err != nil {
		t.Fatal(err)
	}
	other := map[string]string{"amd64": "arm64", "arm64": "amd64"}[runtime.GOARCH]
	err = checkPrograms(tree, other)
	if err == nil || !strings.Contains(err.Error(), "usr/bin/script needs bash") || !strings.Contains(err.Error(), "usr/bin/foreign: it cannot run here") ||
		strings.Contains(err.Error(), "good") || strings.Contains(err.Error(), "zsh") {
		t.Errorf("got %v", err)
	}
}

func TestAKeyringMustHoldACertificate(t *testing.T) {
	root, folder := Root{Tree: t.TempDir(), Time: time.Unix(1700000000, 0)}, t.TempDir()
	lay(t, root.Tree, map[string]string{"etc/rauc/x": ""})
	lay(t, folder, map[string]string{"wrong.pem": "words"})
	config := RootConfig{Keyring: filepath.Join(folder, "wrong.pem"), Say: func(string) {}}
	if err := layKeyring(config, root); err == nil {
		t.Error("words were taken for a certificate")
	}
	config.Keyring, config.Development = "", filepath.Join(folder, "development")
	if err := layKeyring(config, root); err != nil {
		t.Fatal(err)
	}
	first := read(t, root.Tree, keyringInTree)
	if err := layKeyring(config, root); err != nil || read(t, root.Tree, keyringInTree) != first {
		t.Errorf("the second build has another authority: %v", err)
	}
	if info, err := os.Stat(filepath.Join(config.Development, authorityKey)); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the authority's key: %v, %v", info, err)
	}
}
