package ext4_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"example.org/totem/internal/disk/ext4"
)

const (
	uuid   = "6b1d0c6e-6a0b-4b52-9f57-0e2f3d1f7a11"
	offset = 1 << 20
	size   = 16 << 20
)

func stamp() time.Time { return time.Unix(1_790_000_000, 0) }

// aTree lays a tree whose files have the time given and returns its folder.
func aTree(t *testing.T, at time.Time) string {
	t.Helper()
	root := t.TempDir()
	write := func(name, content string, mode os.FileMode) {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), mode); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
	}
	write("etc/os-release", "ID=debian\n", 0o644)
	write("etc/shadow", "root:!*:20000::::::\n", 0o640)
	write("usr/bin/totem", strings.Repeat("totem", 300_000), 0o755)
	for i := range 150 {
		write(fmt.Sprintf("usr/share/many/a-name-that-fills-folders-%03d", i), fmt.Sprint(i), 0o644)
	}
	for link, target := range map[string]string{"bin": "usr/bin", "etc/absolute": "/etc/os-release", "etc/loop": "loop",
		"etc/long": strings.Repeat("../etc/", 20) + "os-release"} {
		if err := os.Symlink(target, filepath.Join(root, link)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(root, "data"), 0o755); err != nil {
		t.Fatal(err)
	}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.Type()&fs.ModeSymlink != 0 {
			return err
		}
		return os.Chtimes(path, at, at)
	})
	if err != nil {
		t.Fatal(err)
	}
	return root
}

func spec() ext4.Spec {
	return ext4.Spec{Size: size, UUID: uuid, Label: "totem-test", Time: stamp()}
}

// an image is a file with one file system in it, after a megabyte of other things.
func anImage(t *testing.T, s ext4.Spec, tree ext4.Tree) string {
	t.Helper()
	if _, err := ext4.Tool("mke2fs"); err != nil {
		t.Skip(err)
	}
	image := filepath.Join(t.TempDir(), "image")
	f, err := os.Create(image)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Truncate(offset + s.Size + 1<<20); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if err := ext4.Make(t.Context(), image, offset, s, tree); err != nil {
		t.Fatal(err)
	}
	return image
}

func open(t *testing.T, image string) *ext4.FS {
	t.Helper()
	f, err := os.Open(image)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	opened, err := ext4.Open(io.NewSectionReader(f, offset, size))
	if err != nil {
		t.Fatal(err)
	}
	return opened
}

func fsck(t *testing.T, image string) {
	t.Helper()
	path, err := ext4.Tool("e2fsck")
	if err != nil {
		t.Skip(err)
	}
	out, err := exec.CommandContext(t.Context(), path, "-fn", fmt.Sprintf("%s?offset=%d", image, offset)).CombinedOutput()
	if err != nil {
		t.Fatalf("e2fsck: %v: %s", err, out)
	}
}

func TestTheSameTreeIsTheSameBytesWhoeverBuildsItWhen(t *testing.T) {
	own := map[string]ext4.Attributes{"data": {UID: 900, GID: 900, Mode: 0o700}}
	one := anImage(t, spec(), ext4.Tree{Folder: aTree(t, time.Unix(1_000_000_000, 0)), Own: own})
	other := aTree(t, time.Now())
	if err := os.Chown(filepath.Join(other, "etc", "shadow"), 4711, 4712); err != nil {
		t.Logf("not as root, so everything has one owner: %v", err)
	}
	two := anImage(t, spec(), ext4.Tree{Folder: other, Own: own})
	a, err := os.ReadFile(one)
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(two)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(a, b) {
		for i := range a {
			if a[i] != b[i] {
				t.Fatalf("the images differ, first at byte %#x of the file system", i-offset)
			}
		}
	}
	fsck(t, one)
}

func TestWhatWasMadeIsReadBack(t *testing.T) {
	tree := aTree(t, time.Now())
	late := stamp().Add(time.Hour)
	if err := os.Chtimes(filepath.Join(tree, "etc", "os-release"), time.Now(), late); err != nil {
		t.Fatal(err)
	}
	image := anImage(t, spec(), ext4.Tree{Folder: tree, KeepTimes: true, Own: map[string]ext4.Attributes{"data": {UID: 900, GID: 70_000, Mode: 0o700}}})
	f := open(t, image)
	if err := fstest.TestFS(f, "etc/os-release", "usr/bin/totem", "bin/totem", "usr/share/many/a-name-that-fills-folders-149"); err != nil &&
		!strings.Contains(err.Error(), "too many symbolic links") {
		t.Error(err)
	}
	for _, name := range []string{"etc/os-release", "usr/bin/totem"} {
		got, err := fs.ReadFile(f, name)
		want, _ := os.ReadFile(filepath.Join(tree, name))
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: %d bytes of %d, %v", name, len(got), len(want), err)
		}
	}
	for name, want := range map[string]string{"etc/absolute": "ID=debian\n", "etc/long": "ID=debian\n"} {
		if got, err := fs.ReadFile(f, name); err != nil || string(got) != want {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	if _, err := f.Open("etc/loop"); err == nil {
		t.Error("a link to itself was opened")
	}
	data, err := f.Stat("data")
	if err != nil {
		t.Fatal(err)
	}
	if i := data.Sys().(ext4.Inode); i.UID != 900 || i.GID != 70_000 || data.Mode() != fs.ModeDir|0o700 {
		t.Errorf("data: %d:%d, %v", i.UID, i.GID, data.Mode())
	}
	release, err := f.Stat("etc/os-release")
	if err != nil || !release.ModTime().Equal(late) || release.Sys().(ext4.Inode).UID != 0 {
		t.Errorf("etc/os-release: %v, %v", release, err)
	}
	fsck(t, image)
}

func TestAFileSystemIsWhatItsSpecSays(t *testing.T) {
	s := spec()
	s.Journal, s.JournalAll, s.RemountReadOnly, s.GrowTo = 4, true, true, 1<<40
	image := anImage(t, s, ext4.Tree{Folder: aTree(t, time.Now())})
	f := open(t, image)
	if !f.JournalsData() || !f.RemountsReadOnly() || f.Reserved() != 0 || f.UUID() != uuid || f.Label() != "totem-test" || f.Size() != size {
		t.Errorf("journals %v, remounts %v, reserved %d, %s %q %d", f.JournalsData(), f.RemountsReadOnly(), f.Reserved(), f.UUID(), f.Label(), f.Size())
	}
	has := strings.Join(f.Features(), " ")
	if !strings.Contains(has, "has_journal") || strings.Contains(has, "metadata_csum_seed") || strings.Contains(has, "orphan_file") {
		t.Errorf("features: %s", has)
	}
	fsck(t, image)
	if plain := open(t, anImage(t, spec(), ext4.Tree{})); plain.JournalsData() || strings.Contains(strings.Join(plain.Features(), " "), "journal") {
		t.Error("a file system without a journal has one")
	}
}

func TestAnOwnerForAFileThatIsNotThereIsAMistake(t *testing.T) {
	image := anImage(t, spec(), ext4.Tree{})
	s := spec()
	err := ext4.Make(t.Context(), image, offset, s, ext4.Tree{Own: map[string]ext4.Attributes{"nowhere": {UID: 1}}})
	if err == nil || !strings.Contains(err.Error(), "nowhere") {
		t.Errorf("made: %v", err)
	}
}

func FuzzOpenedFileSystemsNeverHangOrPanic(f *testing.F) {
	if _, err := ext4.Tool("mke2fs"); err != nil {
		f.Skip(err)
	}
	small := spec()
	small.Size = 1 << 20
	dir := f.TempDir()
	image := filepath.Join(dir, "image")
	if err := errors.Join(os.MkdirAll(filepath.Join(dir, "tree", "a", "b"), 0o755), os.WriteFile(filepath.Join(dir, "tree", "a", "x"), make([]byte, 9000), 0o644),
		os.WriteFile(image, make([]byte, small.Size), 0o644), ext4.Make(f.Context(), image, 0, small, ext4.Tree{Folder: filepath.Join(dir, "tree")})); err != nil {
		f.Fatal(err)
	}
	whole, err := os.ReadFile(image)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(uint32(0), []byte{})
	f.Add(uint32(1024+0x28), []byte{0xFF})
	f.Fuzz(func(t *testing.T, at uint32, change []byte) {
		b := bytes.Clone(whole)
		copy(b[int(at)%len(b):], change)
		opened, err := ext4.Open(bytes.NewReader(b))
		if err != nil {
			return
		}
		seen := 0
		_ = fs.WalkDir(opened, ".", func(path string, d fs.DirEntry, err error) error {
			if seen++; err != nil || seen > 200 {
				return fs.SkipAll
			}
			_, _ = fs.ReadFile(opened, path)
			return nil
		})
	})
}
