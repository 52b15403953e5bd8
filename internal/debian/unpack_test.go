package debian

import (
	"archive/tar"
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// packed returns a tar archive of the entries; a regular file holds its own name.
func packed(t *testing.T, entries ...tar.Header) *bytes.Buffer {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, e := range entries {
		if e.Typeflag == tar.TypeReg {
			e.Size = int64(len(e.Name))
		}
		if err := w.WriteHeader(&e); err != nil {
			t.Fatal(err)
		}
		if e.Typeflag == tar.TypeReg {
			if _, err := w.Write([]byte(e.Name)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return &b
}

func openTree(t *testing.T) (*os.Root, string) {
	t.Helper()
	folder := t.TempDir()
	if err := os.MkdirAll(filepath.Join(folder, "usr/bin"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("usr/bin", filepath.Join(folder, "bin")); err != nil {
		t.Fatal(err)
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { root.Close() })
	return root, folder
}

func all(string) bool { return true }

func TestWhatAPackageHasInBinGoesToUsrWithItsTimeAndWithoutSetUserID(t *testing.T) {
	root, folder := openTree(t)
	at := time.Unix(1700000000, 0)
	err := untar(root, packed(t, tar.Header{Name: "./", Typeflag: tar.TypeDir, Mode: 0o755}, tar.Header{Name: "./bin/", Typeflag: tar.TypeDir, Mode: 0o755},
		tar.Header{Name: "./bin/su", Typeflag: tar.TypeReg, Mode: 0o4755, ModTime: at},
		tar.Header{Name: "./usr/bin/other", Typeflag: tar.TypeLink, Linkname: "./bin/su"},
		tar.Header{Name: "./etc/link", Typeflag: tar.TypeSymlink, Linkname: "/nowhere"}), all)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(filepath.Join(folder, "usr/bin/su"))
	if err != nil || info.Mode() != 0o755 || !info.ModTime().Equal(at) {
		t.Errorf("usr/bin/su: %v, %v", info, err)
	}
	if text, err := os.ReadFile(filepath.Join(folder, "usr/bin/other")); err != nil || string(text) != "./bin/su" {
		t.Errorf("the hard link holds %q, %v", text, err)
	}
	if target, err := os.Readlink(filepath.Join(folder, "etc/link")); err != nil || target != "/nowhere" {
		t.Errorf("the link leads to %q, %v", target, err)
	}
	if info, err := os.Lstat(filepath.Join(folder, "bin")); err != nil || info.Mode()&fs.ModeSymlink == 0 {
		t.Errorf("the alias was replaced: %v, %v", info, err)
	}
}

func TestWhatIsNotKeptIsNotLaid(t *testing.T) {
	root, folder := openTree(t)
	err := untar(root, packed(t, tar.Header{Name: "./usr/share/man/a", Typeflag: tar.TypeReg, Mode: 0o644}, tar.Header{Name: "./usr/share/b", Typeflag: tar.TypeReg, Mode: 0o644}),
		func(name string) bool { return !strings.HasPrefix(name, "usr/share/man") })
	if err != nil {
		t.Fatal(err)
	}
	there, err := os.ReadDir(filepath.Join(folder, "usr/share"))
	if err != nil || len(there) != 1 || there[0].Name() != "b" {
		t.Errorf("there is %v, %v", there, err)
	}
}

func TestAPackageCannotReachOutOfItsTree(t *testing.T) {
	root, folder := openTree(t)
	outside := filepath.Join(filepath.Dir(folder), "outside")
	for _, way := range [][]tar.Header{
		{{Name: "./a", Typeflag: tar.TypeSymlink, Linkname: ".."}, {Name: "./a/outside", Typeflag: tar.TypeReg, Mode: 0o644}},
		{{Name: "./b", Typeflag: tar.TypeSymlink, Linkname: filepath.Dir(folder)}, {Name: "./b/outside", Typeflag: tar.TypeReg, Mode: 0o644}},
	} {
		if err := untar(root, packed(t, way...), all); err == nil {
			t.Errorf("%s was laid", way[1].Name)
		}
	}
	if _, err := os.Lstat(outside); err == nil {
		t.Error("a file was laid outside")
	}
	if got := InUsr("../../etc/passwd"); got != "etc/passwd" {
		t.Errorf("a path upwards became %q", got)
	}
}

func TestADeviceIsRefused(t *testing.T) {
	root, _ := openTree(t)
	if err := untar(root, packed(t, tar.Header{Name: "./dev/null", Typeflag: tar.TypeChar, Mode: 0o666}), all); err == nil {
		t.Error("it was laid")
	}
}
