package ext4

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
)

// Where the superblock lies, and its fields that are read here.
//
//	0x00 inodes          0x04 blocks, low     0x18 log2(block size)-10  0x20 blocks in a group  0x28 inodes in a group
//	0x38 magic EF53      0x58 size of inode   0x5C compat  0x60 incompat  0x64 ro_compat        0x68 UUID
//	0x78 label           0xFE size of a group's descriptor               0x100 default mount options
//	0x0C free blocks     0x08 reserved blocks 0x0C free, low              0x3FC checksum
const (
	superOffset = 1024
	superSize   = 1024
)

// The feature bits, by the names that tune2fs gives them.
func featureNames() (compat, incompat, roCompat map[uint32]string) {
	return map[uint32]string{0x4: "has_journal", 0x8: "ext_attr", 0x10: "resize_inode", 0x20: "dir_index", 0x200: "sparse_super2", 0x400: "fast_commit", 0x1000: "orphan_file"},
		map[uint32]string{0x2: "filetype", 0x4: "needs_recovery", 0x10: "meta_bg", 0x40: "extent", 0x80: "64bit", 0x100: "mmp", 0x200: "flex_bg", 0x400: "ea_inode", 0x2000: "metadata_csum_seed", 0x8000: "inline_data", 0x10000: "encrypt", 0x20000: "casefold"},
		map[uint32]string{0x1: "sparse_super", 0x2: "large_file", 0x8: "huge_file", 0x10: "uninit_bg", 0x20: "dir_nlink", 0x40: "extra_isize", 0x400: "metadata_csum", 0x8000: "verity", 0x10000: "orphan_present"}
}

// FS is a file system, opened for reading. It implements fs.FS, fs.ReadDirFS, fs.StatFS and fs.ReadLinkFS; symbolic links
// that begin with a slash lead to its own root. Values of one FS may be used by several goroutines.
type FS struct {
	r         io.ReaderAt
	super     []byte
	block     int64
	inodeSize int64
	perGroup  uint32
	seed      uint32  // of all checksums
	tables    []int64 // where each group's inodes begin, in bytes
}

// Open opens the file system that begins at r's beginning.
func Open(r io.ReaderAt) (*FS, error) {
	b, le := make([]byte, superSize), binary.LittleEndian
	if _, err := r.ReadAt(b, superOffset); err != nil {
		return nil, fmt.Errorf("read the superblock: %w", err)
	}
	if le.Uint16(b[0x38:]) != 0xEF53 {
		return nil, errors.New("there is no ext4 file system")
	}
	if le.Uint32(b[0x3FC:]) != crc(^uint32(0), b[:0x3FC]) {
		return nil, errors.New("the superblock's checksum is wrong")
	}
	f := &FS{r: r, super: b, inodeSize: int64(le.Uint16(b[0x58:])), perGroup: le.Uint32(b[0x28:]), seed: crc(^uint32(0), b[0x68:0x78])}
	if le.Uint32(b[0x18:]) > 6 || f.perGroup == 0 || f.inodeSize < 256 || f.inodeSize > 4096 || le.Uint32(b[0x20:]) == 0 {
		return nil, errors.New("the superblock's sizes are impossible")
	}
	f.block = 1024 << le.Uint32(b[0x18:])
	return f, f.readGroups()
}

func (f *FS) readGroups() error {
	le := binary.LittleEndian
	blocks, perGroup := le.Uint32(f.super[4:]), le.Uint32(f.super[0x20:])
	groups := (int64(blocks) + int64(perGroup) - 1) / int64(perGroup)
	size := int64(32)
	if le.Uint32(f.super[0x60:])&0x80 != 0 {
		size = int64(le.Uint16(f.super[0xFE:]))
	}
	if groups > 1<<16 || size < 32 || size > 1024 {
		return errors.New("the superblock's groups are impossible")
	}
	b := make([]byte, groups*size)
	if _, err := f.r.ReadAt(b, max(f.block, superOffset+superSize)); err != nil {
		return fmt.Errorf("read the groups: %w", err)
	}
	for ; len(b) > 0; b = b[size:] {
		table := uint64(le.Uint32(b[8:]))
		if size >= 64 {
			table |= uint64(le.Uint32(b[0x28:])) << 32
		}
		f.tables = append(f.tables, int64(table)*f.block)
	}
	return nil
}

// Features returns the names of the features it has, as tune2fs calls them; those it does not know as "compat-0x40".
func (f *FS) Features() (names []string) {
	compat, incompat, roCompat := featureNames()
	for _, word := range []struct {
		at    int
		known map[uint32]string
		name  string
	}{{0x5C, compat, "compat"}, {0x60, incompat, "incompat"}, {0x64, roCompat, "ro-compat"}} {
		value := binary.LittleEndian.Uint32(f.super[word.at:])
		for bit := uint32(1); bit != 0; bit <<= 1 {
			name, ok := word.known[bit]
			if value&bit != 0 && !ok {
				name = fmt.Sprintf("%s-%#x", word.name, bit)
			}
			if value&bit != 0 {
				names = append(names, name)
			}
		}
	}
	return names
}

// Label returns the volume's name.
func (f *FS) Label() string { return text(f.super[0x78:0x88]) }

// UUID returns the identifier in its written form.
func (f *FS) UUID() string {
	s := hex.EncodeToString(f.super[0x68:0x78])
	return s[:8] + "-" + s[8:12] + "-" + s[12:16] + "-" + s[16:20] + "-" + s[20:]
}

// Size returns the bytes it takes.
func (f *FS) Size() int64 { return int64(binary.LittleEndian.Uint32(f.super[4:])) * f.block }

// Reserved returns the bytes that only root may fill.
func (f *FS) Reserved() int64 { return int64(binary.LittleEndian.Uint32(f.super[8:])) * f.block }

// Free returns the bytes that are free.
func (f *FS) Free() int64 { return int64(binary.LittleEndian.Uint32(f.super[0xC:])) * f.block }

// JournalsData reports whether data go through the journal where the mount says nothing else.
func (f *FS) JournalsData() bool { return binary.LittleEndian.Uint32(f.super[0x100:])&0x60 == 0x20 }

// RemountsReadOnly reports whether an error makes the kernel take it as read-only.
func (f *FS) RemountsReadOnly() bool { return binary.LittleEndian.Uint16(f.super[0x3C:]) == 2 }

// crc is CRC-32C without the inversions at both ends, as ext4 uses it.
func crc(seed uint32, b []byte) uint32 {
	return ^crc32.Update(^seed, crc32.MakeTable(crc32.Castagnoli), b)
}

func text(b []byte) string {
	for i, c := range b {
		if c == 0 {
			return string(b[:i])
		}
	}
	return string(b)
}
