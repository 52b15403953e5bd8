package main

import (
	"context"
	"debug/buildinfo"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// RootConfig says of what the root tree is built.
type RootConfig struct {
	Repository  string            // folder of the module, where images/ lies; "" is the working directory
	Arch        string            // "arm64" or "amd64", Debian's words, which are Go's too
	Work        string            // folder that is emptied and filled: root/, grub.efi; must not be "" and must be this build's alone
	Cache       string            // folder of what is kept between builds; "" is ${XDG_CACHE_HOME:-~/.cache}/totem-image
	Keyring     string            // PEM file of the certificates that RAUC trusts; "" makes and uses a development authority, and the image says so
	Development string            // folder where that authority is kept; "" is build/image/development of the repository
	Say         func(line string) // gets a line for each step; nil says nothing
}

// Root is a finished root tree and what belongs to it. Every file in the tree is to be owned by 0:0, whoever owns it here: run
// what copies it as root or under fakeroot. No file is set-user-id.
type Root struct {
	Tree   string // folder of the tree
	Kernel string // path of the kernel, in the tree: boot/vmlinuz
	Initrd string // path of the initrd, in the tree: boot/initrd
	Grub   string // path of GRUB's EFI file, beside the tree

	Arch        string
	Version     string    // as `git describe` says it: IMAGE_VERSION of os-release
	Commit      string    // full hash; ends in "+" if the work tree held changes
	Time        time.Time // of the commit: SOURCE_DATE_EPOCH; no file of the tree is later
	Development bool      // the keyring is a development authority's

	Packages []byte // "name version\n" for each Debian package, sorted by name
	SBOM     []byte // SPDX 2.3 JSON
	Used     int64  // bytes of all files of the tree, each rounded up to 4096
}

// BuildRoot lays the root tree into config.Work. It downloads what the cache does not hold and takes minutes then. It needs no
// privilege, and calls apt, dpkg-deb, depmod, xz, systemd-sysusers, systemd-hwdb, systemctl, git, go and a C compiler of the architecture.
func BuildRoot(ctx context.Context, config RootConfig) (Root, error) {
	if err := config.complete(); err != nil {
		return Root{}, err
	}
	if err := needTools(config.Arch); err != nil {
		return Root{}, err
	}
	stamp, err := readStamp(ctx, config.Repository)
	if err != nil {
		return Root{}, err
	}
	cache, err := openCache(ctx, config.Cache, config.Say)
	if err != nil {
		return Root{}, err
	}
	defer cache.Close() // again, where layRoot did not come so far
	base, err := makeBase(ctx, cache, filepath.Join(config.Repository, "images"), config.Arch, config.Say)
	if err != nil {
		return Root{}, fmt.Errorf("base tree: %w", err)
	}
	root := Root{
		Tree: filepath.Join(config.Work, "root"), Grub: filepath.Join(config.Work, "grub.efi"),
		Arch: config.Arch, Version: stamp.version, Commit: stamp.commit, Time: stamp.time, Development: config.Keyring == "",
	}
	root.Kernel, root.Initrd = filepath.Join(root.Tree, "boot/vmlinuz"), filepath.Join(root.Tree, "boot/initrd")
	if err := layRoot(ctx, config, cache, base, root); err != nil {
		return Root{}, fmt.Errorf("root tree: %w", err)
	}
	return describe(config, base, root)
}

func (c *RootConfig) complete() error {
	if c.Arch != "arm64" && c.Arch != "amd64" {
		return fmt.Errorf("architecture %q: it must be arm64 or amd64", c.Arch)
	}
	if c.Work == "" {
		return errors.New("the folder of the build is not set")
	}
	if c.Repository == "" {
		c.Repository = "."
	}
	if c.Development == "" {
		c.Development = filepath.Join(c.Repository, "build/image/development")
	}
	if c.Say == nil {
		c.Say = func(string) {}
	}
	return nil
}

// layRoot makes the tree: the packages, then what their scripts would have done, then ours, which has the last word.
func layRoot(ctx context.Context, config RootConfig, cache *cacheFolder, base baseTree, root Root) error {
	config.Say("laying the root tree")
	if err := errors.Join(removeTree(config.Work), os.MkdirAll(root.Tree, 0o755)); err != nil {
		return err
	}
	if err := copyTree(filepath.Join(base.folder, "tree"), root.Tree, time.Time{}); err != nil {
		return err
	}
	if err := copyFile(filepath.Join(base.folder, "grub.efi"), root.Grub, 0o644, root.Time); err != nil {
		return err
	}
	if err := copyTree(filepath.Join(base.folder, "initrd"), filepath.Join(config.Work, "initrd"), time.Time{}); err != nil {
		return err
	}
	if err := cache.Close(); err != nil { // what follows takes nothing more from it, and other builds wait
		return err
	}
	if err := layFiles(root, base.newest); err != nil {
		return err
	}
	if err := layKeyring(config, root); err != nil {
		return err
	}
	if err := copyTree(filepath.Join(config.Repository, "images/root"), root.Tree, root.Time); err != nil {
		return err
	}
	if err := layLinks(filepath.Join(config.Repository, "images"), root); err != nil {
		return err
	}
	if err := layCompatible(root); err != nil {
		return err
	}
	config.Say("building totem and the initrd")
	if err := layBinaries(ctx, config, root); err != nil {
		return err
	}
	if err := layNotices(ctx, config, root); err != nil {
		return err
	}
	config.Say("users, units, hardware")
	if err := configure(ctx, root); err != nil {
		return err
	}
	if err := checkPrograms(root.Tree, root.Arch); err != nil {
		return err
	}
	return settle(root.Tree, base.newest, root.Time)
}

// describe fills in what is said about the finished tree.
func describe(config RootConfig, base baseTree, root Root) (Root, error) {
	for _, p := range base.packages {
		root.Packages = fmt.Appendf(root.Packages, "%s %s\n", p.Name, p.Version)
	}
	programs, err := ourPrograms(config, root)
	if err != nil {
		return Root{}, err
	}
	if programs[0].Fonts, err = fontsIn(filepath.Join(config.Repository, "typeset/fonts")); err != nil {
		return Root{}, err
	}
	if root.SBOM, err = billOfMaterials(root, base.packages, programs); err != nil {
		return Root{}, err
	}
	if root.Used, err = used(root.Tree); err != nil {
		return Root{}, err
	}
	config.Say(fmt.Sprintf("root tree: %d packages, %.0f MB", len(base.packages), float64(root.Used)/1e6))
	return root, nil
}

// ourPrograms returns what Go says of totem and of the initrd's program, in this order.
func ourPrograms(config RootConfig, root Root) (programs []program, err error) {
	for _, p := range [][2]string{{"totem", filepath.Join(root.Tree, "usr/bin/totem")}, {"initrd", filepath.Join(config.Work, "init")}} {
		info, err := buildinfo.ReadFile(p[1])
		if err != nil {
			return nil, fmt.Errorf("inspect our programs: %w", err)
		}
		programs = append(programs, program{Name: p[0], Info: info})
	}
	return programs, nil
}
