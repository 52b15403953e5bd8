// Package fat makes the small FAT16 file system of a totem's card inside an image file, by mkfs.fat of dosfstools and by
// mtools, without mounting anything. The same files make the same bytes, and each file lies in one piece.
package fat

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.org/totem/internal/disk/ext4"
)

// Spec is a file system to be made.
type Spec struct {
	Size   int64             // bytes; with clusters of 2 KiB, FAT16 holds 8 to 128 MiB
	Serial uint32            // of the volume
	Label  string            // at most 11 capitals
	Time   time.Time         // of every file
	Files  map[string][]byte // by path with slashes; folders are made as they are needed
}

const sector = 512

// Make makes the file system at offset in the image file, which must exist, be long enough, and be zero there.
func Make(ctx context.Context, image string, offset int64, s Spec) error {
	if s.Size < 8<<20 || s.Size > 128<<20 || offset%sector != 0 {
		return fmt.Errorf("make the FAT16 file system %s: %d bytes at %d cannot be used", s.Label, s.Size, offset)
	}
	args := []string{"-F", "16", "-S", "512", "-s", "4", "-f", "2", "-r", "512", "-h", strconv.FormatInt(offset/sector, 10), "--invariant",
		"-i", fmt.Sprintf("%08X", s.Serial), "-n", s.Label, "--offset", strconv.FormatInt(offset/sector, 10), image, strconv.FormatInt(s.Size/1024, 10)}
	if err := s.run(ctx, "mkfs.fat", args...); err != nil {
		return err
	}
	work, err := os.MkdirTemp("", "fat-")
	if err != nil {
		return fmt.Errorf("make the FAT16 file system %s: %w", s.Label, err)
	}
	return errors.Join(s.fill(ctx, fmt.Sprintf("%s@@%d", image, offset), work), os.RemoveAll(work))
}

// fill copies the files one after the other, so that none is written between two pieces of another.
func (s Spec) fill(ctx context.Context, drive, work string) error {
	names := slices.Sorted(maps.Keys(s.Files))
	for _, folder := range folders(names) {
		if err := s.run(ctx, "mmd", "-i", drive, "::/"+folder); err != nil {
			return err
		}
	}
	for i, name := range names {
		host := filepath.Join(work, strconv.Itoa(i))
		if err := os.WriteFile(host, s.Files[name], 0o644); err != nil {
			return fmt.Errorf("make the FAT16 file system %s: %w", s.Label, err)
		}
		if err := os.Chtimes(host, s.Time, s.Time); err != nil {
			return fmt.Errorf("make the FAT16 file system %s: %w", s.Label, err)
		}
		if err := s.run(ctx, "mcopy", "-m", "-i", drive, host, "::/"+name); err != nil {
			return err
		}
	}
	return nil
}

// folders returns every folder that the files lie in, each after the one it lies in.
func folders(names []string) []string {
	all := map[string]bool{}
	for _, name := range names {
		for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
			all[dir] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}

func (s Spec) run(ctx context.Context, name string, args ...string) error {
	program, err := ext4.Tool(name)
	if err != nil {
		return err
	}
	c := exec.CommandContext(ctx, program, args...)
	c.Env = append(os.Environ(), "LC_ALL=C", "TZ=UTC", "MTOOLSRC=/dev/null", "MTOOLS_SKIP_CHECK=1", "SOURCE_DATE_EPOCH="+strconv.FormatInt(s.Time.Unix(), 10))
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("%s for the FAT16 file system %s: %w: %s", name, s.Label, err, strings.TrimSpace(string(out)))
	}
	return nil
}
