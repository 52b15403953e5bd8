package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// layFiles writes what no package holds and maintainer scripts would have written, with the time at: mount points, accounts.
func layFiles(root Root, at time.Time) error {
	for _, folder := range []string{"boot", "data", "dev", "ident", "proc", "run", "sys", "tmp", "var", "root", "etc/rauc"} {
		if err := os.MkdirAll(filepath.Join(root.Tree, folder), 0o755); err != nil {
			return err
		}
	}
	if err := layAccounts(root.Tree, at); err != nil {
		return err
	}
	for name, text := range map[string]string{
		"etc/machine-id":    "",
		"etc/hostname":      "totem\n",
		"etc/hosts":         "127.0.0.1 localhost\n::1 localhost\n",
		"etc/shells":        "",
		"etc/nsswitch.conf": nsswitch,
		"etc/locale.conf":   "LANG=C.UTF-8\n",
	} {
		if err := replace(filepath.Join(root.Tree, name), text, 0o644); err != nil {
			return err
		}
	}
	return layRelease(root)
}

// nsswitch is nsswitch.conf(5): accounts from files alone, names from systemd-resolved at its local address.
const nsswitch = `passwd:    files
group:     files
shadow:    files
gshadow:   files
hosts:     files dns
networks:  files
protocols: files
services:  files
`

// layRelease writes os-release(5).
func layRelease(root Root) error {
	variant, words := "VARIANT_ID=product\n", ""
	if root.Development {
		variant, words = "VARIANT=\"development: takes updates signed by the builder's own key\"\nVARIANT_ID=development\n", " (development)"
	}
	text := fmt.Sprintf(`PRETTY_NAME="Totem %s%s"
NAME=Totem
ID=totem
ID_LIKE=debian
VERSION_CODENAME=%s
IMAGE_ID=totem-%s
IMAGE_VERSION=%s
BUILD_ID=%s
%s`, root.Version, words, release, root.Arch, root.Version, root.Commit, variant)
	return replace(filepath.Join(root.Tree, "usr/lib/os-release"), text, 0o644)
}

// layAccounts writes passwd(5), group(5), shadow(5) and gshadow(5) with what base-passwd gives every Debian system; systemd-sysusers adds to
// them. Nobody has a password or a shell.
func layAccounts(tree string, at time.Time) error {
	master, err := os.ReadFile(filepath.Join(tree, "usr/share/base-passwd/group.master"))
	if err != nil {
		return err
	}
	var groups, shadows strings.Builder
	for line := range strings.Lines(string(master)) {
		field := strings.Split(strings.TrimSpace(line), ":")
		if len(field) != 4 {
			return fmt.Errorf("group.master: cannot read %q", line)
		}
		fmt.Fprintf(&groups, "%s:x:%s:\n", field[0], field[2])
		fmt.Fprintf(&shadows, "%s:!*::\n", field[0])
	}
	const users = "root:x:0:0:root:/root:/usr/sbin/nologin\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n"
	day := at.Unix() / (24 * 60 * 60)
	return errors.Join(
		replace(filepath.Join(tree, "etc/group"), groups.String(), 0o644),
		replace(filepath.Join(tree, "etc/gshadow"), shadows.String(), 0o600),
		replace(filepath.Join(tree, "etc/passwd"), users, 0o644),
		replace(filepath.Join(tree, "etc/shadow"), fmt.Sprintf("root:!*:%d::::::\nnobody:!*:%[1]d::::::\n", day), 0o600),
		removeTree(filepath.Join(tree, "usr/share/base-passwd")),
	)
}

// replace writes a file in place of whatever was at path, a link too.
func replace(path, text string, mode fs.FileMode) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		return err
	}
	return os.Chmod(path, mode)
}
