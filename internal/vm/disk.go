package vm

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"

	"example.org/totem/internal/disk"
)

// Copy makes a sparse copy of a disk's image and lengthens it to size bytes, as if it were written to a larger card; 0 means as
// long as it is.
func Copy(ctx context.Context, from, to string, size int64) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		return err
	}
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	err = errors.Join(out.Truncate(max(size, info.Size())), copyStored(ctx, out, in, 0, info.Size()))
	if err = errors.Join(err, out.Close()); err != nil {
		return fmt.Errorf("copy %s: %w", from, err)
	}
	return nil
}

// CopyPart copies bytes from offset on out of a disk's image into a sparse file of that size.
func CopyPart(ctx context.Context, from *os.File, offset, size int64, to string) error {
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	err = errors.Join(out.Truncate(size), copyStored(ctx, out, from, offset, size))
	return errors.Join(err, out.Close())
}

func copyStored(ctx context.Context, out *os.File, in *os.File, offset, size int64) error {
	runs, err := disk.Stored(in, offset, offset+size)
	if err != nil {
		return err
	}
	for _, run := range runs {
		if err := ctx.Err(); err != nil {
			return err
		}
		if _, err := out.Seek(run.Offset-offset, io.SeekStart); err != nil {
			return err
		}
		if _, err := io.Copy(out, io.NewSectionReader(in, run.Offset, run.Size)); err != nil {
			return err
		}
	}
	return nil
}

// Edit changes the files in an image of a disk before a machine starts from it. It needs debugfs (e2fsprogs) and mtools, and no
// rights.
type Edit struct {
	Image string
	Dir   string // for files in between
}

// WriteExt4 puts files and links into the ext4 file system that begins at a byte of the image. Names begin with "/"; folders that
// are not there are made; what was there under the name is replaced.
func (e Edit) WriteExt4(ctx context.Context, offset int64, files ...File) error {
	var commands bytes.Buffer
	for i, f := range files {
		for _, dir := range parents(f.Name) {
			fmt.Fprintf(&commands, "mkdir %q\n", dir)
		}
		fmt.Fprintf(&commands, "rm %q\n", f.Name)
		switch {
		case f.Gone:
		case f.Link != "":
			fmt.Fprintf(&commands, "symlink %q %q\n", f.Name, f.Link)
		default:
			source := filepath.Join(e.Dir, fmt.Sprintf("edit-%d", i))
			if err := os.WriteFile(source, f.Content, 0o644); err != nil {
				return err
			}
			defer os.Remove(source)
			fmt.Fprintf(&commands, "write %q %q\nset_inode_field %q mode 0%o\nset_inode_field %q uid 0\nset_inode_field %q gid 0\n",
				source, f.Name, f.Name, 0o100000|f.Mode, f.Name, f.Name)
		}
	}
	if err := e.debugfs(ctx, offset, &commands); err != nil {
		return err
	}
	return e.verify(ctx, offset, files)
}

// verify reads back what was written: debugfs tells no failure by its status.
func (e Edit) verify(ctx context.Context, offset int64, files []File) error {
	for _, f := range files {
		if f.Gone || f.Link != "" {
			continue
		}
		got, err := e.ReadExt4(ctx, offset, f.Name)
		if err != nil || !bytes.Equal(got, f.Content) {
			return fmt.Errorf("%s was not written to the image: %w", f.Name, err)
		}
	}
	return nil
}

// File is one to be written: a link where Link is set, nothing where Gone is.
type File struct {
	Name    string
	Content []byte
	Mode    uint32 // the rights; 0 is none
	Link    string
	Gone    bool
}

// parents are the folders that a name lies in, the outermost first.
func parents(name string) (dirs []string) {
	for dir := path.Dir(name); dir != "/"; dir = path.Dir(dir) {
		dirs = append([]string{dir}, dirs...)
	}
	return dirs
}

func (e Edit) at(offset int64) string { return fmt.Sprintf("%s?offset=%d", e.Image, offset) }

func (e Edit) debugfs(ctx context.Context, offset int64, commands io.Reader) error {
	c := exec.CommandContext(ctx, tool("debugfs"), "-w", "-f", "-", e.at(offset))
	c.Stdin = commands
	if said, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("edit %s: %w: %s", e.Image, err, said)
	}
	return nil
}

// ReadExt4 reads a file of the ext4 file system that begins at a byte of the image.
func (e Edit) ReadExt4(ctx context.Context, offset int64, name string) ([]byte, error) {
	target := filepath.Join(e.Dir, "edit-read")
	defer os.Remove(target)
	c := exec.CommandContext(ctx, tool("debugfs"), "-R", fmt.Sprintf("dump %q %q", name, target), e.at(offset))
	if said, err := c.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("read %s: %w: %s", name, err, said)
	}
	return os.ReadFile(target)
}

// WriteFAT puts a file into the FAT file system that begins at a byte of the image; its folder must be there.
func (e Edit) WriteFAT(ctx context.Context, offset int64, name string, content []byte) error {
	c := exec.CommandContext(ctx, "mcopy", "-o", "-i", fmt.Sprintf("%s@@%d", e.Image, offset), "-", "::"+name)
	c.Stdin = bytes.NewReader(content)
	return e.mtools(c, "write "+name)
}

// ReadFAT reads a file of it.
func (e Edit) ReadFAT(ctx context.Context, offset int64, name string) ([]byte, error) {
	c := exec.CommandContext(ctx, "mcopy", "-i", fmt.Sprintf("%s@@%d", e.Image, offset), "::"+name, "-")
	var said strings.Builder
	c.Stderr = &said
	out, err := c.Output()
	if err != nil {
		return nil, fmt.Errorf("read %s of the image: %w: %s", name, err, said.String())
	}
	return out, nil
}

func (e Edit) mtools(c *exec.Cmd, what string) error {
	c.Env = append(os.Environ(), "MTOOLS_SKIP_CHECK=1")
	if said, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("%s into the image: %w: %s", what, err, said)
	}
	return nil
}

// tool finds a program that may lie where the PATH of a user does not lead.
func tool(name string) string {
	if found, err := exec.LookPath(name); err == nil {
		return found
	}
	return "/usr/sbin/" + name
}
