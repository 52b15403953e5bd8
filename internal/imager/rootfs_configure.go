package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
)

// configure does with systemd's own tools, which take a tree of any architecture, what packages ask for in data: accounts of sysusers.d(5),
// units of systemd.preset(5), hwdb(7).
func configure(ctx context.Context, root Root) error {
	tree, err := os.Open(root.Tree)
	if err != nil {
		return err
	}
	defer tree.Close()
	for _, step := range [][]string{
		{"systemd-sysusers", "--root=" + root.Tree},
		{"systemctl", "--root=" + root.Tree, "preset-all"},
		{"systemd-hwdb", "--root=/proc/self/fd/3", "--usr", "update"}, // it writes the names of its sources into what it makes: they must be the same everywhere
	} {
		cmd := exec.CommandContext(ctx, step[0], step[1:]...)
		cmd.ExtraFiles = []*os.File{tree}
		cmd.Env = append(os.Environ(), fmt.Sprintf("SOURCE_DATE_EPOCH=%d", root.Time.Unix()))
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w: %s", step[0], err, bytes.TrimSpace(out))
		}
	}
	for _, left := range []string{"etc/.pwd.lock", "etc/passwd-", "etc/group-", "etc/shadow-", "etc/gshadow-", "usr/lib/udev/hwdb.d"} {
		err = errors.Join(err, removeTree(filepath.Join(root.Tree, left)))
	}
	for name, mode := range map[string]fs.FileMode{
		"etc/passwd": 0o644, "etc/group": 0o644, "etc/shadow": 0o600, "etc/gshadow": 0o600, "etc/machine-id": 0o644, "root": 0o700, "tmp": 0o777 | fs.ModeSticky} {
		err = errors.Join(err, os.Chmod(filepath.Join(root.Tree, name), mode))
	}
	return err
}
