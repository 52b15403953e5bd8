package disk_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"example.org/totem/internal/disk"
	"example.org/totem/internal/disk/ext4"
	"example.org/totem/internal/disk/gpt"
)

func tools(t *testing.T) {
	t.Helper()
	for _, name := range []string{"mke2fs", "e2fsck", "mkfs.fat", "mcopy"} {
		if _, err := ext4.Tool(name); err != nil {
			t.Skip(err)
		}
	}
}

func write(t *testing.T) string { return writeFor(t, "arm64") }

func writeFor(t *testing.T, arch string) string {
	t.Helper()
	root := t.TempDir()
	for name, content := range map[string]string{"usr/lib/os-release": "ID=debian\n", "boot/vmlinuz": strings.Repeat("kernel", 100_000)} {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	err := filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
		return errors.Join(err, os.Chtimes(path, time.Now(), time.Unix(1_780_000_000, 0)))
	})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "deep", "totem.img")
	err = disk.Write(t.Context(), path, disk.Content{Arch: arch, Root: root, Time: time.Unix(1_767_225_600, 0),
		ESP: map[string][]byte{"EFI/debian/grub.cfg": []byte("set timeout=0\n"), "totem/env1": make([]byte, 1024)}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// sum is a hash of what lies in a run of the file, and where; pieces of zeros and holes are the same.
func sum(t *testing.T, f *os.File, from, size int64) string {
	t.Helper()
	runs, err := disk.Stored(f, from, from+size)
	if err != nil {
		t.Fatal(err)
	}
	h, b := sha256.New(), make([]byte, 4096)
	for _, run := range runs {
		for at := run.Offset; at < run.Offset+run.Size; at += int64(len(b)) {
			n, err := f.ReadAt(b, at)
			if err != nil && err != io.EOF {
				t.Fatal(err)
			}
			if bytes.Trim(b[:n], "\x00") != nil {
				fmt.Fprintf(h, "%d %x\n", at-from, b[:n])
			}
		}
	}
	return fmt.Sprintf("%x", h.Sum(nil))
}

func TestAnImageIsWholeSparseAndTheSameEachTime(t *testing.T) {
	tools(t)
	path := write(t)
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	if used := info.Sys().(*syscall.Stat_t).Blocks * 512; info.Size() != disk.Size || used > 100*disk.MiB {
		t.Errorf("%d bytes, of which %d are on the disk", info.Size(), used)
	}
	table, err := gpt.Read(f, info.Size())
	if err != nil {
		t.Fatal(err)
	}
	a, b := table.Partitions[disk.RootA-1], table.Partitions[disk.RootB-1]
	if sum(t, f, a.Offset, a.Size) != sum(t, f, b.Offset, b.Size) {
		t.Error("the slots differ")
	}
	fsck, _ := ext4.Tool("e2fsck")
	for _, n := range []int{disk.RootA, disk.RootB, disk.Ident, disk.Data} {
		at := fmt.Sprintf("%s?offset=%d", path, table.Partitions[n-1].Offset)
		if out, err := exec.CommandContext(t.Context(), fsck, "-fn", at).CombinedOutput(); err != nil {
			t.Errorf("partition %d: %v: %s", n, err, out)
		}
	}
	other, err := os.Open(write(t))
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if sum(t, f, 0, info.Size()) != sum(t, other, 0, info.Size()) {
		t.Error("the same content made another image")
	}
}

func TestWritablePartitionsHoldTheirOwnersFolders(t *testing.T) {
	tools(t)
	f, err := os.Open(write(t))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	table, err := disk.Layout("arm64")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []struct {
		partition int
		folder    string
		uid       uint32
		all       bool
	}{{disk.Ident, "identity", disk.UIDTotem, true}, {disk.Data, "totem", disk.UIDTotem, false}, {disk.Data, "rauc", 0, false}} {
		opened, err := ext4.Open(disk.Section(f, table.Partitions[want.partition-1]))
		if err != nil {
			t.Fatal(err)
		}
		info, err := opened.Stat(want.folder)
		if err != nil {
			t.Fatal(err)
		}
		if i := info.Sys().(ext4.Inode); i.UID != want.uid || i.GID != want.uid || info.Mode() != fs.ModeDir|0o700 || opened.JournalsData() != want.all {
			t.Errorf("%s: %d:%d %v, all journalled %v", want.folder, i.UID, i.GID, info.Mode(), opened.JournalsData())
		}
	}
}

func TestThereIsNoLayoutForOtherMachines(t *testing.T) {
	if _, err := disk.Layout("armhf"); err == nil || !strings.Contains(err.Error(), "armhf") {
		t.Errorf("a layout for armhf: %v", err)
	}
}

func TestSystemdRepartGrowsTheDataOnALargerCard(t *testing.T) {
	tools(t)
	repart, err := ext4.Tool("systemd-repart")
	if err != nil {
		t.Skip(err)
	}
	if runtime.GOARCH != "arm64" && runtime.GOARCH != "amd64" {
		t.Skip("repart.d says root partitions of this machine's kind")
	}
	path := writeFor(t, runtime.GOARCH)
	const card = 4_000_000_000 / 512 * 512
	if err := os.Truncate(path, card); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), repart, "--dry-run=no", "--definitions=../../images/root/usr/lib/repart.d", path).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	table, err := gpt.Read(f, card)
	if err != nil {
		t.Fatal(err)
	}
	before, err := disk.Layout(runtime.GOARCH)
	if err != nil {
		t.Fatal(err)
	}
	if len(table.Partitions) != len(before.Partitions) {
		t.Fatalf("there are %d partitions: %s", len(table.Partitions), out)
	}
	for i, p := range table.Partitions {
		want := before.Partitions[i]
		if i+1 == disk.Data && p.Size > want.Size {
			want.Size = p.Size
		}
		if p != want {
			t.Errorf("%s is %+v and was %+v", want.Label, p, want)
		}
	}
	if data := table.Partitions[disk.Data-1]; data.Offset+data.Size < card-2*disk.MiB {
		t.Errorf("the data ends at %d of %d", data.Offset+data.Size, card)
	}
}
