// Package ext4 makes, stamps and reads ext4 file systems that lie inside an image file, without mounting anything and
// without rights: making is mke2fs's work, stamping puts the owners and times right that mke2fs takes from the builder's
// disk, and reading serves those who check what was made. The format is the kernel's: Documentation/filesystems/ext4.
package ext4

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Spec is a file system to be made. The same Spec and tree make the same bytes.
type Spec struct {
	Size            int64     // bytes, a whole number of 4 KiB blocks
	UUID            string    // written form; also begins the hash of names in folders
	Label           string    // at most 16 bytes
	Inodes          int       // how many files it can hold; 0 leaves it to mke2fs: one for each 16 KiB
	Journal         int       // MiB of the journal; 0 for a file system without one
	JournalAll      bool      // data go through the journal too, as the default of whoever mounts it
	GrowTo          int64     // bytes up to which it can grow while it is mounted without moving anything; 0 for none
	RemountReadOnly bool      // an error makes it read-only; false lets the kernel go on
	Time            time.Time // of the file system, and of its files if the tree's are not kept; whole seconds
}

// Attributes are what a file in the image has that its original in the tree may not have.
type Attributes struct {
	UID, GID uint32
	Mode     uint16 // permission bits; 0 leaves those of the tree
}

// Tree is what the file system is filled with.
type Tree struct {
	Folder    string                // its files' names, bytes and permission bits are taken; "" for an empty file system
	Own       map[string]Attributes // by path without a leading slash; "." is the root; what is not named is 0:0
	KeepTimes bool                  // each file's time of change is that of the tree, whole seconds, and its other times are the same; false takes Spec's
}

// Features of every file system of ours: what the kernel of Debian 13, GRUB 2.12 and e2fsprogs 1.47 all know. Neither
// metadata_csum_seed, so that the UUID can vouch for the checksums, nor orphan_file, which older tools refuse.
const features = "none,ext_attr,dir_index,filetype,extent,64bit,flex_bg,sparse_super,large_file,huge_file,dir_nlink,extra_isize,metadata_csum"

const blockSize = 4096

// Make makes a file system at offset in the image file, which must exist and be long enough, and zero there. It runs
// mke2fs of e2fsprogs 1.47 or later.
func Make(ctx context.Context, image string, offset int64, spec Spec, tree Tree) error {
	if spec.Size <= 0 || spec.Size%blockSize != 0 || spec.UUID == "" || spec.Time.IsZero() {
		return fmt.Errorf("make a file system: size %d, UUID %q and time %v cannot be used", spec.Size, spec.UUID, spec.Time)
	}
	conf, err := writeConf(spec)
	if err != nil {
		return err
	}
	defer os.Remove(conf)
	args := spec.args(offset, tree.Folder)
	args = append(args, image, strconv.FormatInt(spec.Size/blockSize, 10))
	if err := run(ctx, spec, conf, "mke2fs", args...); err != nil {
		return err
	}
	f, err := os.OpenFile(image, os.O_RDWR, 0)
	if err != nil {
		return fmt.Errorf("stamp the file system: %w", err)
	}
	if err := errors.Join(stamp(f, offset, spec, tree), f.Close()); err != nil {
		return fmt.Errorf("stamp the file system %s: %w", spec.Label, err)
	}
	return nil
}

func (s Spec) args(offset int64, folder string) []string {
	feature := features
	extended := []string{"lazy_itable_init=0", "lazy_journal_init=0", "root_owner=0:0", "nodiscard", "no_copy_xattrs",
		"hash_seed=" + s.UUID, "offset=" + strconv.FormatInt(offset, 10)}
	if s.GrowTo > 0 {
		feature += ",resize_inode"
		extended = append(extended, "resize="+strconv.FormatInt(s.GrowTo/blockSize, 10))
	}
	args := []string{"-q", "-F", "-b", strconv.Itoa(blockSize), "-I", "256", "-m", "0", "-U", s.UUID, "-L", s.Label}
	if s.Journal > 0 {
		feature += ",has_journal"
		args = append(args, "-J", "size="+strconv.Itoa(s.Journal))
	}
	if s.Inodes > 0 {
		args = append(args, "-N", strconv.Itoa(s.Inodes))
	}
	if s.RemountReadOnly {
		args = append(args, "-e", "remount-ro")
	}
	if folder != "" {
		args = append(args, "-d", folder)
	}
	return append(args, "-O", feature, "-E", strings.Join(extended, ","))
}

// writeConf writes a configuration of mke2fs's own kind, so that the builder's /etc/mke2fs.conf decides nothing.
func writeConf(s Spec) (string, error) {
	options := "acl,user_xattr"
	if s.JournalAll {
		options += ",journal_data"
	}
	f, err := os.CreateTemp("", "mke2fs-*.conf")
	if err != nil {
		return "", fmt.Errorf("write a configuration for mke2fs: %w", err)
	}
	text := "[defaults]\n\tbase_features = none\n\tdefault_mntopts = " + options + "\n\tinode_ratio = 16384\n\tenable_periodic_fsck = 0\n"
	_, err = f.WriteString(text)
	if err := errors.Join(err, f.Close()); err != nil {
		return "", fmt.Errorf("write a configuration for mke2fs: %w", err)
	}
	return f.Name(), nil
}

func run(ctx context.Context, s Spec, conf, name string, args ...string) error {
	path, err := Tool(name)
	if err != nil {
		return err
	}
	c := exec.CommandContext(ctx, path, args...)
	stamp := strconv.FormatInt(s.Time.Unix(), 10)
	c.Env = append(os.Environ(), "LC_ALL=C", "TZ=UTC", "MKE2FS_CONFIG="+conf, "E2FSPROGS_FAKE_TIME="+stamp, "SOURCE_DATE_EPOCH="+stamp)
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("%s for the file system %s: %w: %s", name, s.Label, err, strings.TrimSpace(string(out)))
	}
	return nil
}

// Tool returns the path of a program that may lie where only root's PATH looks.
func Tool(name string) (string, error) {
	if path, err := exec.LookPath(name); err == nil {
		return path, nil
	}
	for _, dir := range []string{"/usr/sbin", "/sbin"} {
		if path := filepath.Join(dir, name); executable(path) {
			return path, nil
		}
	}
	return "", fmt.Errorf("the program %s is not installed", name)
}

func executable(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0
}
