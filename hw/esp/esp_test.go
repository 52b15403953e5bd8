package esp_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"example.org/totem/hw/esp"
)

const offset = 1 << 20 // of the partition in every image

// kind is a file system as mtools makes it.
type kind struct {
	name    string
	sectors int
	many    int // files in a folder that are more than a cluster of it
	flags   []string
}

func kinds() []kind {
	return []kind{
		{"FAT12", 2880, 10, []string{"-h", "2", "-s", "18"}},
		{"FAT16", 32768, 30, []string{"-h", "2", "-s", "32", "-c", "4"}},
		{"FAT32", 140000, 10, []string{"-h", "2", "-s", "32", "-c", "1", "-F"}},
	}
}

// disk is an image with a partition in it.
type disk struct {
	t    *testing.T
	path string
}

func newDisk(t *testing.T, k kind) disk {
	t.Helper()
	d := disk{t, filepath.Join(t.TempDir(), "disk.img")}
	if err := os.WriteFile(d.path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(d.path, offset+int64(k.sectors)*512+512); err != nil {
		t.Fatal(err)
	}
	d.mtools(append([]string{"mformat", "-T", fmt.Sprint(k.sectors)}, append(k.flags, "::")...)...)
	return d
}

// mtools runs one of the mtools on the partition.
func (d disk) mtools(args ...string) {
	d.t.Helper()
	args = slices.Insert(args, 1, "-i", fmt.Sprintf("%s@@%d", d.path, offset))
	if out, err := exec.Command(args[0], args[1:]...).CombinedOutput(); err != nil {
		d.t.Fatalf("%v: %v\n%s", args, err, out)
	}
}

func (d disk) put(name string, content []byte) {
	d.t.Helper()
	from := filepath.Join(d.t.TempDir(), "from")
	if err := os.WriteFile(from, content, 0o600); err != nil {
		d.t.Fatal(err)
	}
	d.mtools("mcopy", "-o", from, "::"+name)
}

func (d disk) open() *esp.Partition {
	d.t.Helper()
	p, err := esp.OpenAt(d.path, offset)
	if err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() { p.Close() })
	return p
}

// forgetFree erases where the next free cluster of a FAT32 is thought to be, so that holes are filled.
func (d disk) forgetFree() {
	d.t.Helper()
	f, err := os.OpenFile(d.path, os.O_RDWR, 0)
	if err != nil {
		d.t.Fatal(err)
	}
	_, err = f.WriteAt([]byte{0xFF, 0xFF, 0xFF, 0xFF}, offset+512+492)
	if err := errors.Join(err, f.Close()); err != nil {
		d.t.Fatal(err)
	}
}

// content returns bytes that differ at each place.
func content(size int) []byte {
	var b bytes.Buffer
	for i := 0; b.Len() < size; i++ {
		fmt.Fprintf(&b, "%d ", i)
	}
	return b.Bytes()[:size]
}

func TestFilesAreReadFromEveryKindOfFAT(t *testing.T) {
	for _, k := range kinds() {
		t.Run(k.name, func(t *testing.T) {
			d := newDisk(t, k)
			d.mtools("mmd", "::EFI", "::EFI/debian", "::totem")
			want := map[string][]byte{
				"EFI/debian/grub.cfg": content(3000), "totem/env1": content(1024), "totem/empty": nil, "root": content(70000),
				"totem/A very long name, longer than any short one.provision.toml.example": content(513),
				"totem/città à 東京.txt": content(5),
			}
			for i := range k.many { // so that a folder takes more than a cluster
				want[fmt.Sprintf("totem/file with the number %d.txt", i)] = []byte{byte(i)}
			}
			for name, b := range want {
				d.put(name, b)
			}
			p := d.open()
			for name, b := range want {
				if got, err := p.ReadFile(name); err != nil || !bytes.Equal(got, b) {
					t.Errorf("%s has %d bytes, want %d; %v", name, len(got), len(b), err)
				}
			}
			if got, err := p.ReadFile("/efi//DEBIAN/Grub.CFG"); err != nil || len(got) != 3000 {
				t.Errorf("in other letters it has %d bytes, %v", len(got), err)
			}
			names, err := p.Names("totem")
			if err != nil || len(names) != 4+k.many || !slices.Contains(names, "città à 東京.txt") || !slices.Contains(names, "env1") {
				t.Errorf("the folder holds %d: %q, %v", len(names), names, err)
			}
		})
	}
}

func TestAFileInPiecesIsReadAndWrittenOver(t *testing.T) {
	for _, k := range kinds() {
		t.Run(k.name, func(t *testing.T) {
			d := newDisk(t, k)
			for i := range 20 {
				d.put(fmt.Sprintf("hole%d", i), content(2048))
			}
			for i := 0; i < 20; i += 2 {
				d.mtools("mdel", fmt.Sprintf("::hole%d", i))
			}
			if k.name == "FAT32" {
				d.forgetFree()
			}
			want := content(60000)
			d.put("pieces", want)
			p := d.open()
			extents, err := p.Extents("pieces")
			if err != nil || len(extents) < 3 {
				t.Fatalf("it lies in %v, %v", extents, err)
			}
			if got, err := p.ReadFile("pieces"); err != nil || !bytes.Equal(got, want) {
				t.Fatalf("it is not read back: %v", err)
			}
			before := d.bytes()
			change := bytes.Repeat([]byte("x"), 9000)
			if err := p.Overwrite("pieces", 700, change); err != nil {
				t.Fatal(err)
			}
			copy(want[700:], change)
			if got, err := p.ReadFile("pieces"); err != nil || !bytes.Equal(got, want) {
				t.Errorf("it is not what was written: %v", err)
			}
			d.onlyWithin(before, extents)
		})
	}
}

func TestOnlyTheSectorsOfTheBytesChange(t *testing.T) {
	d := newDisk(t, kinds()[1])
	d.put("env1", content(1024))
	d.put("env2", content(1024))
	p := d.open()
	extents, err := p.Extents("env1")
	if err != nil || len(extents) != 1 || extents[0].Length != 1024 {
		t.Fatalf("it lies in %v, %v", extents, err)
	}
	before := d.bytes()
	if err := p.Overwrite("env1", 0, bytes.Repeat([]byte("#"), 512)); err != nil {
		t.Fatal(err)
	}
	d.onlyWithin(before, []esp.Extent{{Offset: extents[0].Offset, Length: 512}})
	if got, err := p.ReadFile("env1"); err != nil || !bytes.Equal(got[:512], bytes.Repeat([]byte("#"), 512)) || !bytes.Equal(got[512:], content(1024)[512:]) {
		t.Errorf("it is %q, %v", got, err)
	}
}

func TestWhatIsThereAlreadyIsNotWritten(t *testing.T) {
	d := newDisk(t, kinds()[1])
	d.put("env1", content(1024))
	info, err := os.Stat(d.path)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.open().Overwrite("env1", 10, content(1024)[10:600]); err != nil {
		t.Fatal(err)
	}
	if after, err := os.Stat(d.path); err != nil || !after.ModTime().Equal(info.ModTime()) {
		t.Errorf("it was written: %v, %v", after.ModTime(), err)
	}
}

func TestWhatCannotBeDoneIsRefusedAndChangesNothing(t *testing.T) {
	d := newDisk(t, kinds()[1])
	d.mtools("mmd", "::totem")
	d.put("totem/env1", content(1024))
	p := d.open()
	before := d.bytes()
	for _, c := range []struct {
		name string
		err  error
		want error
	}{
		{"a longer file", p.Overwrite("totem/env1", 1000, make([]byte, 25)), esp.ErrSize},
		{"before the file", p.Overwrite("totem/env1", -1, make([]byte, 1)), esp.ErrSize},
		{"no file", p.Overwrite("totem/env3", 0, make([]byte, 1)), fs.ErrNotExist},
		{"a folder", p.Overwrite("totem", 0, nil), esp.ErrFolder},
		{"a file as a folder", p.Overwrite("totem/env1/x", 0, nil), fs.ErrNotExist},
		{"names of no folder", second(p.Names("totem/env1")), fs.ErrNotExist},
		{"content of no file", second(p.ReadFile("env1")), fs.ErrNotExist},
	} {
		if !errors.Is(c.err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, c.err, c.want)
		}
	}
	if err := second(p.ReadFile("totem/env9")); !strings.HasPrefix(err.Error(), "read totem/env9 of ") {
		t.Errorf("it says %q", err)
	}
	if !bytes.Equal(before, d.bytes()) {
		t.Error("something was written")
	}
	if _, err := esp.OpenAt(d.path, 0); !errors.Is(err, esp.ErrVolume) {
		t.Errorf("where no partition begins: %v", err)
	}
}

func TestALockIsHeldUntilThePartitionIsClosed(t *testing.T) {
	d := newDisk(t, kinds()[0])
	one, err := esp.OpenAt(d.path, offset)
	if err != nil {
		t.Fatal(err)
	}
	other := d.open()
	if err := one.Lock(); err != nil {
		t.Fatal(err)
	}
	locked := make(chan error)
	go func() { locked <- other.Lock() }()
	select {
	case err := <-locked:
		t.Fatalf("two hold it: %v", err)
	default:
	}
	if err := one.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-locked; err != nil {
		t.Fatal(err)
	}
}

func second[V any](_ V, err error) error { return err }

func (d disk) bytes() []byte {
	d.t.Helper()
	b, err := os.ReadFile(d.path)
	if err != nil {
		d.t.Fatal(err)
	}
	return b
}

// onlyWithin fails unless all that differs from before lies within extents.
func (d disk) onlyWithin(before []byte, extents []esp.Extent) {
	d.t.Helper()
	after := d.bytes()
	for _, e := range extents {
		copy(after[offset+e.Offset:][:e.Length], before[offset+e.Offset:][:e.Length])
	}
	if !bytes.Equal(before, after) {
		d.t.Error("other bytes of the disk have changed")
	}
}

func FuzzRead(f *testing.F) {
	path := filepath.Join(f.TempDir(), "disk.img")
	at := path + "@@0"
	from := filepath.Join(f.TempDir(), "a file with a long name.txt")
	if err := errors.Join(os.WriteFile(path, make([]byte, 64*512), 0o600), os.WriteFile(from, content(2000), 0o600)); err != nil {
		f.Fatal(err)
	}
	for _, args := range [][]string{{"mformat", "-i", at, "-T", "64", "-h", "1", "-s", "1", "-r", "2", "::"}, {"mmd", "-i", at, "::folder"}, {"mcopy", "-i", at, from, "::folder/"}} {
		if out, err := exec.Command(args[0], args[1:]...).CombinedOutput(); err != nil {
			f.Fatalf("%v: %v\n%s", args, err, out)
		}
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	if esp.ReadAll(bytes.NewReader(whole)) != 1 {
		f.Fatal("the seed cannot be read")
	}
	f.Add(whole)
	f.Add(whole[:512])
	large := bytes.Clone(whole)
	copy(large[22:], []byte{0, 0})                   // FAT32
	copy(large[32:], []byte{0xFF, 0xFF, 0xFF, 0x7F}) // of a terabyte
	f.Add(large)
	f.Fuzz(func(_ *testing.T, volume []byte) { esp.ReadAll(bytes.NewReader(volume)) })
}
