package gpt_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"example.org/totem/internal/disk/ext4"
	"example.org/totem/internal/disk/gpt"
)

// memory is a disk that reads as zeros where nothing was written.
type memory map[int64]byte

func (m memory) WriteAt(b []byte, at int64) (int, error) {
	for i, c := range b {
		m[at+int64(i)] = c
	}
	return len(b), nil
}

func (m memory) ReadAt(b []byte, at int64) (int, error) {
	for i := range b {
		b[i] = m[at+int64(i)]
	}
	return len(b), nil
}

func aTable(t *rapid.T) gpt.Table {
	table := gpt.Table{Disk: gpt.GUID(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "disk"))}
	at := int64(gpt.Align)
	for i := range rapid.IntRange(0, 6).Draw(t, "partitions") {
		at += rapid.Int64Range(0, 3).Draw(t, "gap") * gpt.Align
		p := gpt.Partition{Label: rapid.StringMatching(`[a-zà-ü-]{1,30}`).Draw(t, "label"), Offset: at,
			Size: rapid.Int64Range(1, 900).Draw(t, "size") * gpt.Align, Type: gpt.GUID{1, byte(i)}, GUID: gpt.GUID{2, byte(i)}}
		at += p.Size
		table.Partitions = append(table.Partitions, p)
	}
	table.Size = at + gpt.Align
	return table
}

func TestATableIsReadAsItWasWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		table, disk := aTable(t), memory{}
		if err := table.Write(disk); err != nil {
			t.Fatal(err)
		}
		got, err := gpt.Read(disk, table.Size)
		if err != nil || !reflect.DeepEqual(got, table) {
			t.Fatalf("%+v, %v; written was %+v", got, err, table)
		}
	})
}

func TestAnyChangedByteOfEitherCopyIsFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		table, disk := aTable(t), memory{}
		if err := table.Write(disk); err != nil {
			t.Fatal(err)
		}
		at := gpt.Sector + rapid.Int64Range(0, 91).Draw(t, "byte of the header")
		if rapid.Bool().Draw(t, "entries") {
			at = 2*gpt.Sector + rapid.Int64Range(0, 128*128-1).Draw(t, "byte of the entries")
		}
		if rapid.Bool().Draw(t, "second") {
			if at < 2*gpt.Sector {
				at += table.Size - 2*gpt.Sector
			} else {
				at += table.Size - 35*gpt.Sector
			}
		}
		disk[at] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		if got, err := gpt.Read(disk, table.Size); err == nil {
			t.Fatalf("with byte %d changed it reads as %+v", at, got)
		}
	})
}

func TestSgdiskFindsNothingWrong(t *testing.T) {
	program, err := ext4.Tool("sgdisk")
	if err != nil {
		t.Skip(err)
	}
	path := filepath.Join(t.TempDir(), "disk")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	guid, err := gpt.ParseGUID("0FC63DAF-8483-4772-8E79-3D69D8477DE4")
	if err != nil {
		t.Fatal(err)
	}
	table := gpt.Table{Disk: gpt.GUID{7}, Size: 70 * gpt.Align, Partitions: []gpt.Partition{{Label: "totem-data", Type: guid, GUID: gpt.GUID{9}, Offset: gpt.Align, Size: 68 * gpt.Align}}}
	if err := f.Truncate(table.Size); err != nil {
		t.Fatal(err)
	}
	if err := table.Write(f); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), program, "--verify", "--print", path).CombinedOutput()
	if err != nil || !strings.Contains(string(out), "No problems found") || !strings.Contains(string(out), "8300  totem-data") {
		t.Errorf("%v: %s", err, out)
	}
}

func TestTablesThatCannotBeAreRefused(t *testing.T) {
	good := gpt.Partition{Label: "a", Type: gpt.GUID{1}, GUID: gpt.GUID{2}, Offset: gpt.Align, Size: gpt.Align}
	for why, change := range map[string]func(p *gpt.Partition){
		"aligned": func(p *gpt.Partition) { p.Offset++ },
		"begins":  func(p *gpt.Partition) { p.Offset = 0 },
		"label":   func(p *gpt.Partition) { p.Label = strings.Repeat("a", 37) },
		"GUID":    func(p *gpt.Partition) { p.GUID = gpt.GUID{} },
		"end at":  func(p *gpt.Partition) { p.Size = 9 * gpt.Align },
	} {
		p := good
		change(&p)
		err := gpt.Table{Size: 10 * gpt.Align, Partitions: []gpt.Partition{p}}.Check()
		if err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%s: %v", why, err)
		}
	}
}

func FuzzReadNeverPanics(f *testing.F) {
	disk := memory{}
	table := gpt.Table{Disk: gpt.GUID{7}, Size: 3 * gpt.Align, Partitions: []gpt.Partition{{Label: "a", Type: gpt.GUID{1}, GUID: gpt.GUID{9}, Offset: gpt.Align, Size: gpt.Align}}}
	if err := table.Write(disk); err != nil {
		f.Fatal(err)
	}
	whole := make([]byte, table.Size)
	if _, err := disk.ReadAt(whole, 0); err != nil {
		f.Fatal(err)
	}
	f.Add(uint32(512+72), []byte{0xFF})
	f.Fuzz(func(t *testing.T, at uint32, change []byte) {
		b := memory{}
		_, _ = b.WriteAt(whole[:40*512], 0)
		_, _ = b.WriteAt(whole[len(whole)-40*512:], table.Size-40*512)
		_, _ = b.WriteAt(change, int64(at)%table.Size)
		_, _ = gpt.Read(b, table.Size)
	})
}
