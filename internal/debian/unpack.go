package debian

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"strings"
)

// Unpack lays the files of the .deb file at deb into root, which should hold the aliases of base-files first: what a package has
// below /bin, /sbin, /lib and /lib64 goes to /usr. keep says of each path ("usr/bin/dash", of a folder too) whether it is laid. Files get the package's
// times and modes less set-user-id, set-group-id and sticky bits of files; owners are not taken over. What is there already is replaced.
// Folders have the time at which they were filled.
func Unpack(ctx context.Context, root *os.Root, deb string, keep func(name string) bool) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	cmd := exec.CommandContext(ctx, "dpkg-deb", "--fsys-tarfile", deb)
	out, err := cmd.StdoutPipe()
	if err != nil {
		return fmt.Errorf("unpack %s: %w", path.Base(deb), err)
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("unpack %s: %w", path.Base(deb), err)
	}
	err = untar(root, out, keep)
	if err == nil {
		_, err = io.Copy(io.Discard, out) // dpkg-deb writes padding after the last entry
	} else {
		cancel()
	}
	if waited := cmd.Wait(); err == nil {
		err = waited
	}
	if err != nil {
		return fmt.Errorf("unpack %s: %w", path.Base(deb), err)
	}
	return nil
}

func untar(root *os.Root, r io.Reader, keep func(string) bool) error {
	for archive := tar.NewReader(r); ; {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		name := InUsr(header.Name)
		if name == "." || !keep(name) {
			continue
		}
		if err := lay(root, name, header, archive); err != nil {
			return fmt.Errorf("%s: %w", header.Name, err)
		}
	}
}

// InUsr returns a path of a package, which may begin with "./" or "/", as a path of a tree whose /bin, /sbin, /lib and /lib64 are
// aliases of those in /usr. The aliases themselves keep their names.
func InUsr(name string) string {
	name = path.Clean(strings.TrimPrefix(path.Clean("/"+name), "/"))
	if name == "" {
		return "."
	}
	for _, alias := range []string{"bin/", "sbin/", "lib/", "lib64/"} {
		if strings.HasPrefix(name, alias) {
			return "usr/" + name
		}
	}
	return name
}

func lay(root *os.Root, name string, header *tar.Header, content io.Reader) error {
	mode := fs.FileMode(header.Mode).Perm()
	if header.Typeflag == tar.TypeDir {
		if info, err := root.Stat(name); err == nil && info.IsDir() {
			return nil // an alias may stand for it
		}
		if err := root.MkdirAll(name, 0o755); err != nil {
			return err
		}
		return root.Chmod(name, mode)
	}
	if err := root.MkdirAll(path.Dir(name), 0o755); err != nil {
		return err
	}
	if err := root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	switch header.Typeflag {
	case tar.TypeReg:
		f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return err
		}
		_, err = io.Copy(f, content)
		if err := errors.Join(err, f.Chmod(mode), f.Close()); err != nil {
			return err
		}
		return root.Chtimes(name, header.ModTime, header.ModTime)
	case tar.TypeSymlink:
		return root.Symlink(header.Linkname, name)
	case tar.TypeLink:
		return root.Link(InUsr(header.Linkname), name)
	}
	return fmt.Errorf("an entry of the type %q has no place in a root file system", header.Typeflag)
}
