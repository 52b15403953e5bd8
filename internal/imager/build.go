package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"example.org/totem/internal/disk"
	"example.org/totem/internal/disk/ext4"
	"example.org/totem/internal/disk/gpt"
	"example.org/totem/internal/fault"
	"example.org/totem/internal/imager/figures"
)

// building is what the command line of build says.
type building struct {
	root    RootConfig
	out     string // folder
	figures string // file
	raw     bool   // no compressed image
}

func newBuild() *cobra.Command {
	var b building
	c := &cobra.Command{
		Use:   "build",
		Short: "Build the image of a card",
		Long: `Build the image of a card from Debian packages and the programs of this repository, into totem-ARCH.img, and beside it: .img.zst, the
same compressed, with its .sha256; .packages, what is installed; .spdx.json, the bill of materials. The figures go to build/image.json.`,
		Example: `  imager build --arch arm64
  imager build --arch amd64 --raw                        # for trying it at once: not compressed
  imager build --arch arm64 --keyring updates.pem        # for use: updates are trusted by these certificates`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := knownArch(c, b.root.Arch); err != nil {
				return err
			}
			return b.run(c.Context(), newDiary(c.ErrOrStderr()))
		},
	}
	f := c.Flags()
	f.StringVar(&b.root.Arch, "arch", "arm64", "`machine`: arm64 or amd64")
	f.StringVar(&b.out, "out", filepath.Join("build", "image"), "`folder` for the image")
	f.StringVar(&b.figures, "figures", filepath.Join("build", "image.json"), "`file` of the figures")
	f.StringVar(&b.root.Repository, "repository", ".", "`folder` of the sources")
	f.StringVar(&b.root.Cache, "cache", "", "`folder` of packages kept between builds (default: totem-image in the user's cache folder)")
	f.StringVar(&b.root.Keyring, "keyring", "", "PEM `file` of the certificates that updates are trusted by (default: a development authority, made where there is none)")
	f.BoolVar(&b.raw, "raw", false, "leave the image uncompressed")
	return c
}

// path returns where a file of this build lies.
func (b building) path(ending string) string {
	return filepath.Join(b.out, "totem-"+b.root.Arch+ending)
}

func (b building) run(ctx context.Context, d *diary) error {
	for _, name := range []string{"mke2fs", "mkfs.fat", "mcopy", "zstd"} {
		if _, err := ext4.Tool(name); err != nil {
			return fault.New(fault.CodeSystem, err, "run scripts/setup build image", "a program for building images is missing")
		}
	}
	cold := b.cold()
	b.root.Work, b.root.Say = b.path(".work"), d.say
	root, err := BuildRoot(ctx, b.root)
	if err != nil {
		return fmt.Errorf("build the root file system: %w", err)
	}
	if err := b.image(ctx, root, d); err != nil {
		return err
	}
	slot, err := slotUse(b.path(".img"))
	if err != nil {
		return err
	}
	rows := []figures.Row{figures.New("slot_mb", b.root.Arch, slot)}
	if !b.raw {
		size, err := b.pack(ctx, d)
		if err != nil {
			return err
		}
		rows = append(rows, figures.New("image_mb", b.root.Arch, size), figures.New(duration(cold), b.root.Arch, math.Round(d.seconds())))
	}
	if err := figures.Add(b.figures, rows...); err != nil {
		return err
	}
	if root.Development {
		d.say("updates of this image are trusted by a development authority: fit for trying, not for an office")
	}
	d.say(fmt.Sprintf("done: %s, %s", b.path(".img"), root.Version))
	return nil
}

func duration(cold bool) string {
	if cold {
		return "build_cold_s"
	}
	return "build_warm_s"
}

// cold reports whether nothing is kept of an earlier build.
func (b building) cold() bool {
	folder := b.root.Cache
	if folder == "" {
		caches, err := os.UserCacheDir()
		if err != nil {
			return true
		}
		folder = filepath.Join(caches, "totem-image")
	}
	bases, _ := filepath.Glob(filepath.Join(folder, "base-"+b.root.Arch+"-*"))
	return len(bases) == 0
}

// image writes the image and the lists beside it. Each comes to its name when it is whole.
func (b building) image(ctx context.Context, root Root, d *diary) error {
	files, err := bootFiles(b.root.Repository, root)
	if err != nil {
		return err
	}
	next := b.path(".img.next")
	content := disk.Content{Arch: b.root.Arch, Root: root.Tree, ESP: files, Time: root.Time}
	if err := disk.Write(ctx, next, content, d.say); err != nil {
		return err
	}
	for ending, data := range map[string][]byte{".packages": root.Packages, ".spdx.json": root.SBOM} {
		if err := os.WriteFile(b.path(ending), data, 0o644); err != nil {
			return fmt.Errorf("write what is in the image: %w", err)
		}
	}
	return os.Rename(next, b.path(".img"))
}

// pack compresses the image and returns its size in MB.
func (b building) pack(ctx context.Context, d *diary) (float64, error) {
	path := b.path(".img.zst")
	size, err := compress(ctx, b.path(".img"), path, d)
	if err != nil {
		return 0, err
	}
	sum, err := hashOf(path)
	if err != nil {
		return 0, err
	}
	line := sum + "  " + filepath.Base(path) + "\n"
	if err := os.WriteFile(path+".sha256", []byte(line), 0o644); err != nil {
		return 0, fmt.Errorf("write the sum of the compressed image: %w", err)
	}
	return megabytes(size), nil
}

func hashOf(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	h := sha256.New()
	_, err = io.Copy(h, f)
	return hex.EncodeToString(h.Sum(nil)), errors.Join(err, f.Close())
}

// slotUse returns how many MB one slot takes, its tables with it.
func slotUse(path string) (float64, error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	table, err := gpt.Read(f, disk.Size)
	if err != nil {
		return 0, err
	}
	opened, err := ext4.Open(disk.Section(f, table.Partitions[disk.RootA-1]))
	if err != nil {
		return 0, err
	}
	return megabytes(opened.Size() - opened.Free()), nil
}

// megabytes are of a million bytes, with one decimal.
func megabytes(bytes int64) float64 { return math.Round(float64(bytes)/1e5) / 10 }
