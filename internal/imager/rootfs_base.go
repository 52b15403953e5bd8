package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"example.org/totem/internal/debian"
)

// release is the Debian release that totems run.
const release = "trixie"

// baseFormat is raised whenever the same packages and the same recipe would make another base tree.
const baseFormat = 2

// basePackage is a package that was laid into the base tree.
type basePackage struct {
	debian.Package
	Licence string // SPDX expression, or "" if its copyright file does not say it in machine-readable words
}

// baseTree is a folder of unpacked packages, in the cache:
//
//	tree/           root file system: packages and kernel, nothing of ours
//	initrd/         modules and the list "modules"
//	grub.efi        the firmware's loader
//	packages.json   []basePackage, sorted by name
type baseTree struct {
	folder   string
	packages []basePackage
	newest   time.Time // of the packages' files: when the tree, without us, was changed last
}

// makeBase resolves the recipe's packages and returns their tree, out of the cache if it is there.
func makeBase(ctx context.Context, cache *cacheFolder, images, arch string, say func(string)) (baseTree, error) {
	r, err := readRecipe(images, arch)
	if err != nil {
		return baseTree{}, err
	}
	mirrors, err := debian.HostMirrors(ctx)
	if err != nil {
		return baseTree{}, err
	}
	apt, err := debian.Open(ctx, debian.Config{Folder: cache.path("apt-" + arch), Arch: arch, Release: release, Mirrors: mirrors})
	if err != nil {
		return baseTree{}, err
	}
	say("reading the lists of " + release + " for " + arch)
	if err := apt.Update(ctx); err != nil {
		return baseTree{}, err
	}
	all, err := apt.Resolve(ctx, r.install)
	if err != nil {
		return baseTree{}, err
	}
	var packages []debian.Package
	for _, p := range all {
		if !r.drop[p.Name] || p.Name == r.boot {
			packages = append(packages, p)
		}
	}
	key, err := baseKey(packages, images, arch)
	if err != nil {
		return baseTree{}, err
	}
	family := "base-" + arch + "-"
	folder, err := cache.whole(family, family+key, func(partial string) error {
		if err := download(ctx, apt, packages, say); err != nil {
			return err
		}
		return fillBase(ctx, partial, apt, packages, r, say)
	})
	if err != nil {
		return baseTree{}, err
	}
	return readBase(folder)
}

// baseKey is a hash of all that a base tree is made of.
func baseKey(packages []debian.Package, images, arch string) (string, error) {
	hash := sha256.New()
	fmt.Fprintln(hash, baseFormat, arch)
	for _, p := range packages {
		fmt.Fprintln(hash, p.Name, p.Version, p.SHA256)
	}
	for _, name := range []string{"packages", "modules", "pruned"} {
		text, err := os.ReadFile(filepath.Join(images, name))
		if err != nil {
			return "", fmt.Errorf("recipe: %w", err)
		}
		fmt.Fprintf(hash, "%s %d\n%s", name, len(text), text)
	}
	return fmt.Sprintf("%.16x", hash.Sum(nil)), nil
}

func download(ctx context.Context, apt *debian.Apt, packages []debian.Package, say func(string)) error {
	var size int64
	for _, p := range packages {
		size += p.Size
	}
	say(fmt.Sprintf("downloading what is missing of %d packages, %d MB", len(packages), size/1e6))
	next := 10.0
	err := apt.Download(ctx, packages, func(percent float64) {
		if percent >= next {
			say(fmt.Sprintf("downloading: %.0f %%", percent))
			next = percent - float64(int(percent)%10) + 10
		}
	})
	return errors.Join(err, apt.Forget(packages))
}

// fillBase unpacks the packages into folder.
func fillBase(ctx context.Context, folder string, apt *debian.Apt, packages []debian.Package, r recipe, say func(string)) error {
	if err := os.Mkdir(filepath.Join(folder, "tree"), 0o755); err != nil {
		return err
	}
	tree, err := os.OpenRoot(filepath.Join(folder, "tree"))
	if err != nil {
		return err
	}
	defer tree.Close()
	if err := layAliases(tree, packages[0].Arch == "amd64"); err != nil {
		return err
	}
	laid := make([]basePackage, 0, len(packages))
	for i, p := range packages {
		if i%25 == 0 {
			say(fmt.Sprintf("unpacking: %d of %d packages", i, len(packages)))
		}
		switch {
		case p.Name == r.boot:
			err = layLoader(ctx, folder, apt.Path(p))
		case strings.HasPrefix(p.Name, "linux-image-"):
			_, err = layKernel(ctx, folder, apt.Path(p), r.modules)
		}
		if err == nil && p.Name != r.boot {
			err = debian.Unpack(ctx, tree, apt.Path(p), r.keeps)
		}
		var licence string
		if err == nil {
			licence, err = licenceOf(tree, p.Name)
		}
		if err != nil {
			return err
		}
		laid = append(laid, basePackage{Package: p, Licence: licence})
	}
	text, err := json.MarshalIndent(laid, "", "\t")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, "packages.json"), text, 0o644)
}

// layAliases makes the links by which /bin and its like are those of /usr.
func layAliases(root *os.Root, lib64 bool) error {
	names := []string{"bin", "sbin", "lib"}
	if lib64 {
		names = append(names, "lib64")
	}
	for _, name := range names {
		if err := errors.Join(root.MkdirAll("usr/"+name, 0o755), root.Symlink("usr/"+name, name)); err != nil {
			return fmt.Errorf("aliases of /usr: %w", err)
		}
	}
	return nil
}

// layLoader takes GRUB's EFI file, which holds all its modules and reads EFI/debian/grub.cfg, out of its package.
func layLoader(ctx context.Context, folder, deb string) error {
	whole := filepath.Join(folder, "loader")
	if err := os.Mkdir(whole, 0o755); err != nil {
		return err
	}
	root, err := os.OpenRoot(whole)
	if err != nil {
		return err
	}
	defer root.Close()
	if err := debian.Unpack(ctx, root, deb, func(name string) bool { return !strings.HasPrefix(name, "usr/share") }); err != nil {
		return err
	}
	found, err := filepath.Glob(filepath.Join(whole, "usr/lib/grub/*/monolithic/grub???*.efi"))
	if err != nil {
		return err
	}
	for _, file := range found {
		switch filepath.Base(file) {
		case "grubaa64.efi", "grubx64.efi":
			info, err := os.Stat(file)
			if err != nil {
				return err
			}
			return errors.Join(copyFile(file, filepath.Join(folder, "grub.efi"), 0o644, info.ModTime()), removeTree(whole))
		}
	}
	return fmt.Errorf("%s holds no monolithic GRUB", filepath.Base(deb))
}

func readBase(folder string) (baseTree, error) {
	b := baseTree{folder: folder}
	text, err := os.ReadFile(filepath.Join(folder, "packages.json"))
	if err == nil {
		err = json.Unmarshal(text, &b.packages)
	}
	if err != nil {
		return baseTree{}, fmt.Errorf("cache %s: %w", folder, err)
	}
	err = filepath.WalkDir(filepath.Join(folder, "tree"), func(p string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		info, err := d.Info()
		if err == nil && info.ModTime().After(b.newest) {
			b.newest = info.ModTime()
		}
		return err
	})
	return b, err
}
