package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"example.org/totem/internal/debian"
)

// layKernel takes the kernel and the recipe's modules out of the kernel's package. It leaves in base
//
//	tree/boot/vmlinuz
//	tree/usr/lib/modules/<release>/   modules as the package holds them, with depmod's indexes
//	initrd/modules                    names of the files in initrd/, in the order in which they are loaded
//	initrd/*.ko                       decompressed
//
// and returns the kernel's release.
func layKernel(ctx context.Context, base, deb string, patterns []modulePattern) (string, error) {
	whole := filepath.Join(base, "kernel")
	if err := os.MkdirAll(whole, 0o755); err != nil {
		return "", err
	}
	root, err := os.OpenRoot(whole)
	if err != nil {
		return "", err
	}
	defer root.Close()
	if err := layAliases(root, false); err != nil {
		return "", err
	}
	if err := debian.Unpack(ctx, root, deb, func(name string) bool { return !strings.HasPrefix(name, "usr/share") }); err != nil {
		return "", err
	}
	releases, err := os.ReadDir(filepath.Join(whole, "usr/lib/modules"))
	if err != nil || len(releases) != 1 {
		return "", errors.Join(fmt.Errorf("the kernel's package holds the modules of %d kernels, not of one", len(releases)), err)
	}
	release := releases[0].Name()
	if err := depmod(ctx, whole, release); err != nil {
		return "", err
	}
	if err := layModules(ctx, base, whole, release, patterns); err != nil {
		return "", err
	}
	from := filepath.Join(whole, "boot/vmlinuz-"+release)
	info, err := os.Stat(from)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(filepath.Join(base, "tree/boot"), 0o755); err != nil {
		return "", err
	}
	return release, errors.Join(copyFile(from, filepath.Join(base, "tree/boot/vmlinuz"), 0o644, info.ModTime()), removeTree(whole))
}

func layModules(ctx context.Context, base, whole, release string, patterns []modulePattern) error {
	from, to := filepath.Join(whole, "usr/lib/modules", release), filepath.Join(base, "tree/usr/lib/modules", release)
	dep, err := os.ReadFile(filepath.Join(from, "modules.dep"))
	if err != nil {
		return err
	}
	builtin, err := os.ReadFile(filepath.Join(from, "modules.builtin"))
	if err != nil {
		return err
	}
	index, err := readModuleIndex(dep, builtin)
	if err != nil {
		return err
	}
	chosen, err := index.choose(patterns)
	if err != nil {
		return err
	}
	for _, file := range append(chosen, "modules.order", "modules.builtin", "modules.builtin.modinfo") {
		info, err := os.Stat(filepath.Join(from, file))
		if err != nil {
			return err
		}
		if err := os.MkdirAll(filepath.Dir(filepath.Join(to, file)), 0o755); err != nil {
			return err
		}
		if err := copyFile(filepath.Join(from, file), filepath.Join(to, file), 0o644, info.ModTime()); err != nil {
			return err
		}
	}
	if err := depmod(ctx, filepath.Join(base, "tree"), release); err != nil {
		return err
	}
	indexes, err := filepath.Glob(filepath.Join(to, "modules.*"))
	if err != nil {
		return err
	}
	order, err := os.Stat(filepath.Join(from, "modules.order"))
	if err != nil {
		return err
	}
	for _, name := range indexes { // made just now, and to be of the kernel's time
		if err := os.Chtimes(name, order.ModTime(), order.ModTime()); err != nil {
			return err
		}
	}
	for _, unread := range []string{"modules.symbols", "modules.symbols.bin", "modules.alias"} { // modprobe reads the .bin of the others
		if err := os.Remove(filepath.Join(to, unread)); err != nil {
			return err
		}
	}
	patterns = slices.DeleteFunc(slices.Clone(patterns), func(p modulePattern) bool { return !p.Initrd })
	early, err := index.choose(patterns)
	if err != nil {
		return err
	}
	return layEarly(ctx, filepath.Join(base, "initrd"), from, early)
}

// layEarly decompresses the initrd's modules into folder, with the list of their names.
func layEarly(ctx context.Context, folder, from string, files []string) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	var list bytes.Buffer
	for _, file := range files {
		content, err := os.ReadFile(filepath.Join(from, file))
		if err != nil {
			return err
		}
		if strings.HasSuffix(file, ".xz") {
			cmd := exec.CommandContext(ctx, "xz", "--decompress", "--stdout")
			cmd.Stdin = bytes.NewReader(content)
			if content, err = cmd.Output(); err != nil {
				return fmt.Errorf("decompress %s: %w", file, err)
			}
		}
		name := filepath.Base(trimModule(file)) + ".ko"
		fmt.Fprintln(&list, name)
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o644); err != nil {
			return err
		}
	}
	return os.WriteFile(filepath.Join(folder, "modules"), list.Bytes(), 0o644)
}

func depmod(ctx context.Context, tree, release string) error {
	if out, err := exec.CommandContext(ctx, "depmod", "-b", tree, release).CombinedOutput(); err != nil {
		return fmt.Errorf("depmod: %w: %s", err, bytes.TrimSpace(out))
	}
	return nil
}
