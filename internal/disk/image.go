package disk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"example.org/totem/internal/disk/ext4"
	"example.org/totem/internal/disk/fat"
	"example.org/totem/internal/disk/gpt"
)

// The users of the image who own files of the writable partitions; images/ makes them with these numbers.
const (
	UIDTotem = 900
	GIDTotem = 900
)

// Content is what an image is made of. The same content makes the same bytes.
type Content struct {
	Arch string            // arm64 or amd64
	Root string            // folder of the root tree; its bytes, permission bits and times of change are taken, and everything becomes 0:0
	ESP  map[string][]byte // files of the ESP by path
	Time time.Time         // of the file systems, and of all files but the root's
}

// Write writes an image to path in place of what was there. What nothing is in takes no room on the disk. say gets a
// line for each step; nil says nothing.
func Write(ctx context.Context, path string, c Content, say func(string)) error {
	if say == nil {
		say = func(string) {}
	}
	table, err := Layout(c.Arch)
	if err != nil {
		return err
	}
	if err := blank(path, table); err != nil {
		return err
	}
	steps := []struct {
		number int
		what   string
		do     func(gpt.Partition) error
	}{
		{ESP, "boot files", func(p gpt.Partition) error {
			return fat.Make(ctx, path, p.Offset, fat.Spec{Size: p.Size, Serial: SerialESP, Label: VolumeESP, Time: c.Time, Files: c.ESP})
		}},
		{RootA, "root file system", func(p gpt.Partition) error {
			return ext4.Make(ctx, path, p.Offset, rootSpec(p, c.Time), ext4.Tree{Folder: c.Root, KeepTimes: true})
		}},
		{RootB, "the same again", func(p gpt.Partition) error { return again(ctx, path, table.Partitions[RootA-1], p) }},
		{Ident, "partition of the identity", func(p gpt.Partition) error { return identity(ctx, path, p, c.Time) }},
		{Data, "partition of the data", func(p gpt.Partition) error { return data(ctx, path, p, c.Time) }},
	}
	for _, s := range steps {
		p := table.Partitions[s.number-1]
		say(fmt.Sprintf("%s: %s", p.Label, s.what))
		if err := s.do(p); err != nil {
			return fmt.Errorf("make the partition %s: %w", p.Label, err)
		}
	}
	return nil
}

// blank makes a sparse file with nothing but the partition table.
func blank(path string, table gpt.Table) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("make the image file: %w", err)
	}
	f, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("make the image file: %w", err)
	}
	return errors.Join(f.Truncate(table.Size), table.Write(f), f.Close())
}

func rootSpec(p gpt.Partition, at time.Time) ext4.Spec {
	return ext4.Spec{Size: p.Size, UUID: uuidRoot, Label: "totem-root", Inodes: 40 << 10, RemountReadOnly: true, Time: at}
}

func identity(ctx context.Context, path string, p gpt.Partition, at time.Time) error {
	spec := ext4.Spec{Size: p.Size, UUID: uuidIdent, Label: LabelIdent, Inodes: 512, Journal: 4, JournalAll: true, RemountReadOnly: true, Time: at}
	return filled(ctx, path, p, spec, map[string]ext4.Attributes{"identity": {UID: UIDTotem, GID: GIDTotem, Mode: 0o700}})
}

// GrowTo is up to which size the data partition grows in one step; Linux goes on beyond it in another way.
const GrowTo = 1 << 40

func data(ctx context.Context, path string, p gpt.Partition, at time.Time) error {
	spec := ext4.Spec{Size: p.Size, UUID: uuidData, Label: LabelData, Inodes: 4096, Journal: 16, RemountReadOnly: true, GrowTo: GrowTo, Time: at}
	return filled(ctx, path, p, spec, map[string]ext4.Attributes{
		"totem": {UID: UIDTotem, GID: GIDTotem, Mode: 0o700},
		"rauc":  {Mode: 0o700},
	})
}

// filled makes a file system of empty folders.
func filled(ctx context.Context, path string, p gpt.Partition, spec ext4.Spec, folders map[string]ext4.Attributes) error {
	tree, err := os.MkdirTemp("", "totem-folders-")
	if err != nil {
		return err
	}
	err = os.Chmod(tree, 0o755)
	for name := range folders {
		err = errors.Join(err, os.Mkdir(filepath.Join(tree, name), 0o700))
	}
	if err == nil {
		err = ext4.Make(ctx, path, p.Offset, spec, ext4.Tree{Folder: tree, Own: folders})
	}
	return errors.Join(err, os.RemoveAll(tree))
}

// again copies one partition over another of its size.
func again(ctx context.Context, path string, from, to gpt.Partition) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(duplicate(ctx, f, from.Offset, to.Offset, from.Size), f.Close())
}

// Section returns one partition of an open image.
func Section(image io.ReaderAt, p gpt.Partition) *io.SectionReader {
	return io.NewSectionReader(image, p.Offset, p.Size)
}
