package fat_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"example.org/totem/internal/disk/ext4"
	"example.org/totem/internal/disk/fat"
)

const offset = 1 << 20

func make1(t *testing.T, files map[string][]byte) (path string, whole []byte) {
	t.Helper()
	for _, tool := range []string{"mkfs.fat", "mcopy"} {
		if _, err := ext4.Tool(tool); err != nil {
			t.Skip(err)
		}
	}
	path = filepath.Join(t.TempDir(), "image")
	if err := os.WriteFile(path, make([]byte, offset+16<<20+offset), 0o644); err != nil {
		t.Fatal(err)
	}
	s := fat.Spec{Size: 16 << 20, Serial: 0x7074E301, Label: "TOTEM", Time: time.Unix(1_790_000_000, 0), Files: files}
	if err := fat.Make(t.Context(), path, offset, s); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return path, whole
}

// wantDate is 21 September 2026, the day of the Spec's time, as FAT has it: years since 1980, month, day.
const wantDate = (2026-1980)<<9 | 9<<5 | 21

// rootFolder returns where the root folder of a FAT16 file system lies, after its reserved sectors and tables.
func rootFolder(b []byte) int {
	return (int(b[14]) + int(b[16])*(int(b[22])|int(b[23])<<8)) * 512
}

func TestTheSameFilesAreTheSameBytesAndLieInOnePiece(t *testing.T) {
	big := bytes.Repeat([]byte("0123456789abcdef"), 50_000)
	files := map[string][]byte{"EFI/BOOT/BOOTAA64.EFI": big, "EFI/debian/grub.cfg": []byte("set timeout=0\n"), "totem/env1": make([]byte, 1024),
		"totem/provision.toml.example": []byte("office = \"\"\n"), "totem/README.txt": []byte("read\r\n")}
	path, one := make1(t, files)
	if _, two := make1(t, files); !bytes.Equal(one, two) {
		t.Error("the same files made other bytes")
	}
	if !bytes.Contains(one[offset:], big) {
		t.Error("a file is torn")
	}
	drive := fmt.Sprintf("%s@@%d", path, offset)
	for name, want := range files {
		c := exec.CommandContext(t.Context(), "mtype", "-i", drive, "::/"+name)
		c.Env = append(os.Environ(), "MTOOLSRC=/dev/null", "MTOOLS_SKIP_CHECK=1")
		got, err := c.Output()
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: %d bytes of %d, %v", name, len(got), len(want), err)
		}
	}
	inFolder := bytes.Index(one, []byte("README  TXT"))
	for _, at := range []int{ // the folders EFI and totem, which come after the label, and a file
		rootFolder(one[offset:]) + offset + 32, rootFolder(one[offset:]) + offset + 64, inFolder} {
		entry := one[at : at+32]
		for _, field := range []int{16, 18, 24} { // made, read, written
			if date := int(entry[field]) | int(entry[field+1])<<8; date != 0 && date != wantDate {
				t.Errorf("%q has the date %#x, and should have %#x", entry[:11], date, wantDate)
			}
		}
	}
	if bytes.Count(one[:offset], []byte{0}) != offset {
		t.Error("something was written before the file system")
	}
}

func TestASizeThatFAT16CannotHaveIsRefused(t *testing.T) {
	if err := fat.Make(t.Context(), "nowhere", 0, fat.Spec{Size: 1 << 20}); err == nil {
		t.Error("a file system of 1 MiB was made")
	}
}
