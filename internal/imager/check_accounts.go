package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"example.org/totem/internal/disk"
)

func accountChecks() []check {
	return []check{
		{"nobody has a shell or a password", accountsHold},
		{"our users have the numbers that own their files", usersHold},
	}
}

// account is a line of passwd(5).
type account struct{ name, uid, gid, shell string }

func accounts(root fs.FS) (all []account, err error) {
	rows, err := table(root, "etc/passwd", 7)
	for _, f := range rows {
		all = append(all, account{f[0], f[2], f[3], f[6]})
	}
	return all, err
}

// table returns the fields of a file's lines, which are set apart by colons; each line must have as many.
func table(root fs.FS, path string, fields int) (rows [][]string, err error) {
	text, err := fs.ReadFile(root, path)
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(string(text)) {
		f := strings.Split(strings.TrimSpace(line), ":")
		if len(f) != fields {
			return nil, fmt.Errorf("%s: a line has %d fields instead of %d", path, len(f), fields)
		}
		rows = append(rows, f)
	}
	return rows, nil
}

func accountsHold(_ context.Context, e *examination) (string, error) {
	all, err := accounts(e.root)
	if err != nil {
		return "", err
	}
	shadow, err := table(e.root, "etc/shadow", 9)
	if err != nil {
		return "", err
	}
	locked := map[string]bool{}
	for _, f := range shadow {
		locked[f[0]] = strings.HasPrefix(f[1], "!") || strings.HasPrefix(f[1], "*")
	}
	none := []string{"/usr/sbin/nologin", "/sbin/nologin", "/bin/false", "/usr/bin/false", "/bin/sync"} // each ends by itself
	for _, a := range all {
		if !slices.Contains(none, a.shell) {
			return "", fmt.Errorf("%s has the shell %q", a.name, a.shell)
		}
		if !locked[a.name] {
			return "", fmt.Errorf("the password of %s is not locked", a.name)
		}
	}
	groups, err := table(e.root, "etc/gshadow", 4)
	if err != nil {
		return "", err
	}
	for _, f := range groups {
		if !strings.HasPrefix(f[1], "!") && !strings.HasPrefix(f[1], "*") {
			return "", fmt.Errorf("the password of the group %s is not locked", f[0])
		}
	}
	return fmt.Sprintf("%d accounts", len(all)), nil
}

func usersHold(_ context.Context, e *examination) (string, error) {
	all, err := accounts(e.root)
	if err != nil {
		return "", err
	}
	for name, id := range map[string]string{"totem": fmt.Sprint(disk.UIDTotem), "totem-display": "901"} {
		i := slices.IndexFunc(all, func(a account) bool { return a.name == name })
		if i < 0 || all[i].uid != id || all[i].gid != id {
			return "", fmt.Errorf("the user %s is not there, or is not %s:%[2]s", name, id)
		}
	}
	numbers := map[string]bool{}
	for _, a := range all {
		if numbers[a.uid] {
			return "", errors.New("two accounts have the number " + a.uid)
		}
		numbers[a.uid] = true
	}
	return "", nil
}
