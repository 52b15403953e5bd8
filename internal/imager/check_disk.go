package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"example.org/totem/internal/disk"
	"example.org/totem/internal/disk/ext4"
	"example.org/totem/internal/imager/figures"
)

func diskChecks() []check {
	return []check{
		{"both copies of the partition table are whole, and the partitions are where they belong", tableHolds},
		{"e2fsck finds nothing wrong with any file system", fileSystemsHold},
		{"both slots hold the same bytes", slotsAreTwins},
		{"the file systems have the features that every reader knows", featuresHold},
		{"sizes are within their goals", sizesHold},
	}
}

func tableHolds(_ context.Context, e *examination) (string, error) {
	want, err := disk.Layout(e.arch)
	if err != nil {
		return "", err
	}
	if e.table.Size != want.Size || e.table.Disk != want.Disk {
		return "", fmt.Errorf("the image has %d bytes and the GUID %s; it should have %d and %s", e.table.Size, e.table.Disk, want.Size, want.Disk)
	}
	for i, p := range e.table.Partitions {
		if w := want.Partitions[i]; p != w {
			return "", fmt.Errorf("partition %d is %s, %d bytes at %d; it should be %s, %d bytes at %d, with the layout's GUIDs",
				i+1, p.Label, p.Size, p.Offset, w.Label, w.Size, w.Offset)
		}
	}
	return fmt.Sprintf("%d partitions, a card of %d MiB is enough", len(want.Partitions), want.Size/disk.MiB), nil
}

func fileSystemsHold(ctx context.Context, e *examination) (string, error) {
	program, err := ext4.Tool("e2fsck")
	if err != nil {
		return "", err
	}
	for _, n := range []int{disk.RootA, disk.RootB, disk.Ident, disk.Data} {
		p := e.table.Partitions[n-1]
		at := fmt.Sprintf("%s?offset=%d", e.path, p.Offset)
		if out, err := exec.CommandContext(ctx, program, "-fn", at).CombinedOutput(); err != nil {
			return "", fmt.Errorf("%s: e2fsck: %w: %s", p.Label, err, strings.TrimSpace(string(out)))
		}
	}
	return "", nil
}

func slotsAreTwins(ctx context.Context, e *examination) (string, error) {
	a, b := e.table.Partitions[disk.RootA-1], e.table.Partitions[disk.RootB-1]
	at, err := disk.Differ(ctx, e.file, a.Offset, b.Offset, a.Size)
	if err != nil {
		return "", err
	}
	if at >= 0 {
		return "", fmt.Errorf("they differ from byte %d on", at)
	}
	return "", nil
}

func featuresHold(_ context.Context, e *examination) (string, error) {
	forbidden := []string{"metadata_csum_seed", "orphan_file", "inline_data", "encrypt", "casefold", "needs_recovery"}
	for _, one := range []struct {
		label   string
		fs      *ext4.FS
		journal bool
		all     bool
	}{{disk.LabelRootA, e.root, false, false}, {disk.LabelIdent, e.ident, true, true}, {disk.LabelData, e.data, true, false}} {
		has := one.fs.Features()
		for _, name := range forbidden {
			if slices.Contains(has, name) {
				return "", fmt.Errorf("%s has %s", one.label, name)
			}
		}
		switch {
		case slices.Contains(has, "has_journal") != one.journal:
			return "", fmt.Errorf("%s: it has a journal, or lacks one, against the plan", one.label)
		case one.fs.JournalsData() != one.all:
			return "", fmt.Errorf("%s: its data go through the journal, or do not, against the plan", one.label)
		case one.fs.Reserved() != 0 || !slices.Contains(has, "metadata_csum") || !one.fs.RemountsReadOnly():
			return "", fmt.Errorf("%s: it reserves blocks, lacks checksums, or goes on after errors", one.label)
		}
	}
	return "", ownFolders(e)
}

// ownFolders checks the folders of the two writable partitions.
func ownFolders(e *examination) error {
	for _, one := range []struct {
		fs   *ext4.FS
		path string
		uid  uint32
	}{{e.ident, "identity", disk.UIDTotem}, {e.data, "totem", disk.UIDTotem}, {e.data, "rauc", 0}} {
		info, err := one.fs.Stat(one.path)
		if err != nil {
			return err
		}
		if i := info.Sys().(ext4.Inode); !info.IsDir() || info.Mode().Perm() != 0o700 || i.UID != one.uid {
			return fmt.Errorf("the folder %s belongs to %d and has the mode %v", one.path, i.UID, info.Mode())
		}
		names, err := one.fs.ReadDir(one.path)
		if err := errors.Join(err, empty(one.path, len(names))); err != nil {
			return err
		}
	}
	return nil
}

func empty(path string, names int) error {
	if names > 0 {
		return fmt.Errorf("the folder %s of a new card is not empty", path)
	}
	return nil
}

func sizesHold(_ context.Context, e *examination) (string, error) {
	rows := []figures.Row{figures.New("slot_mb", e.arch, megabytes(e.root.Size()-e.root.Free()))}
	if packed, err := filepath.Glob(e.beside(".img.zst")); err == nil && len(packed) == 1 {
		size, err := sizeOf(packed[0])
		if err != nil {
			return "", err
		}
		rows = append(rows, figures.New("image_mb", e.arch, megabytes(size)))
	}
	var told []string
	for _, r := range rows {
		told = append(told, fmt.Sprintf("%s %.1f (%s)", r.ID, r.Value, r.Goal))
		if !r.Met() {
			return "", fmt.Errorf("%s is %.1f, and should be %s", r.ID, r.Value, r.Goal)
		}
	}
	return strings.Join(told, ", "), nil
}

// contains reports whether a stream holds a run of bytes, without keeping it all.
func contains(r io.Reader, what []byte) (bool, error) {
	b := make([]byte, 1<<20)
	kept := 0
	for {
		n, err := r.Read(b[kept:])
		if bytes.Contains(b[:kept+n], what) {
			return true, nil
		}
		if err == io.EOF {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		end := kept + n
		kept = min(len(what)-1, end)
		copy(b, b[end-kept:end])
	}
}
