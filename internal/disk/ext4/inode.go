package ext4

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"time"
)

// The root folder's inode, and the first that is no special one's.
const (
	rootInode  = 2
	firstInode = 11
)

// Inode is what a file system knows of a file besides its name. It is what Sys returns of this package's fs.FileInfo.
type Inode struct {
	Number   uint32
	UID, GID uint32
	Links    uint16
	Extra    bool // it has extended attributes: capabilities, access lists
	Device   bool // a device, a socket or a pipe

	mode  uint16
	size  int64
	mtime int64
	flags uint32
	raw   []byte
}

// Fields of an inode.
//
//	0x00 mode       0x02 uid, low    0x04 size, low   0x08 atime  0x0C ctime  0x10 mtime   0x18 gid, low  0x1A links
//	0x20 flags      0x28 blocks, 60  0x64 generation  0x68 attributes' block  0x6C size, high             0x76 its high part
//	0x78 uid, high  0x7A gid, high   0x7C checksum    0x80 size of what follows, 0x82 checksum, high
//	0x84 ctime, 0x88 mtime, 0x8C atime: fractions     0x90 crtime             0x94 its fraction
const (
	flagIndexed = 0x1000
	flagExtents = 0x80000
	flagInline  = 0x10000000
)

func (f *FS) offsetOf(n uint32) (int64, error) {
	group := (n - 1) / f.perGroup
	if n == 0 || int(group) >= len(f.tables) {
		return 0, fmt.Errorf("there is no inode %d", n)
	}
	return f.tables[group] + int64((n-1)%f.perGroup)*f.inodeSize, nil
}

func (f *FS) inode(n uint32) (Inode, error) {
	at, err := f.offsetOf(n)
	if err != nil {
		return Inode{}, err
	}
	b, le := make([]byte, f.inodeSize), binary.LittleEndian
	if _, err := f.r.ReadAt(b, at); err != nil {
		return Inode{}, fmt.Errorf("read inode %d: %w", n, err)
	}
	i := Inode{Number: n, mode: le.Uint16(b), raw: b, flags: le.Uint32(b[0x20:]), Links: le.Uint16(b[0x1A:])}
	i.UID = uint32(le.Uint16(b[2:])) | uint32(le.Uint16(b[0x78:]))<<16
	i.GID = uint32(le.Uint16(b[0x18:])) | uint32(le.Uint16(b[0x7A:]))<<16
	i.size = int64(le.Uint32(b[4:])) | int64(le.Uint32(b[0x6C:]))<<32
	i.mtime = int64(int32(le.Uint32(b[0x10:])))
	extra := 0x80 + int(le.Uint16(b[0x80:]))
	i.Extra = le.Uint32(b[0x68:]) != 0 || extra+4 <= len(b) && le.Uint32(b[extra:]) == 0xEA020000
	switch i.mode >> 12 {
	case 0x1, 0x2, 0x6, 0xC:
		i.Device = true
	}
	if i.size < 0 {
		return Inode{}, fmt.Errorf("inode %d has an impossible size", n)
	}
	return i, nil
}

// checksum returns the checksum of an inode's bytes, in which its own two fields count as zero.
func (f *FS) checksum(n uint32, raw []byte) uint32 {
	b := append([]byte(nil), raw...)
	b[0x7C], b[0x7D], b[0x82], b[0x83] = 0, 0, 0, 0
	seed := crc(f.seed, binary.LittleEndian.AppendUint32(nil, n))
	return crc(crc(seed, b[0x64:0x68]), b)
}

// fileMode is the kernel's mode in Go's words.
func (i Inode) fileMode() fs.FileMode {
	m := fs.FileMode(i.mode & 0o777)
	for bit, as := range map[uint16]fs.FileMode{0o4000: fs.ModeSetuid, 0o2000: fs.ModeSetgid, 0o1000: fs.ModeSticky} {
		if i.mode&bit != 0 {
			m |= as
		}
	}
	switch i.mode >> 12 {
	case 0x4:
		m |= fs.ModeDir
	case 0xA:
		m |= fs.ModeSymlink
	case 0x1:
		m |= fs.ModeNamedPipe
	case 0x2:
		m |= fs.ModeDevice | fs.ModeCharDevice
	case 0x6:
		m |= fs.ModeDevice
	case 0xC:
		m |= fs.ModeSocket
	}
	return m
}

// maxDepth of an extent tree, as the kernel's.
const maxDepth = 5

var errExtents = errors.New("the map of a file's blocks is damaged")

// extent is a run of a file's blocks: where in the file, where on the disk, how many. Runs that were never written read as
// zeros and are left out.
type extent struct{ logical, physical, length int64 }

// extents returns the runs of a file in their order.
//
//	head:  0 magic F30A   2 entries   6 depth
//	leaf:  0 first block  4 length, over 32768 for one that was never written   6 place, high   8 place, low
//	node:  0 first block  4 place, low   8 place, high
func (f *FS) extents(node []byte, depth int) (all []extent, err error) {
	le := binary.LittleEndian
	if len(node) < 12 || le.Uint16(node) != 0xF30A || depth > maxDepth {
		return nil, errExtents
	}
	count, level := int(le.Uint16(node[2:])), le.Uint16(node[6:])
	if 12+12*count > len(node) {
		return nil, errExtents
	}
	for e := node[12 : 12+12*count]; len(e) > 0; e = e[12:] {
		if level == 0 {
			length := int64(le.Uint16(e[4:]))
			if length <= 32768 {
				all = append(all, extent{int64(le.Uint32(e)), int64(le.Uint16(e[6:]))<<32 | int64(le.Uint32(e[8:])), length})
			}
			continue
		}
		child := make([]byte, f.block)
		if _, err := f.r.ReadAt(child, (int64(le.Uint32(e[4:]))|int64(le.Uint16(e[8:]))<<32)*f.block); err != nil {
			return nil, fmt.Errorf("read the map of a file's blocks: %w", err)
		}
		below, err := f.extents(child, depth+1)
		if err != nil {
			return nil, err
		}
		all = append(all, below...)
	}
	return all, nil
}

// info is a file's name and inode.
type info struct {
	name  string
	inode Inode
}

func (i info) Name() string       { return i.name }
func (i info) Size() int64        { return i.inode.size }
func (i info) Mode() fs.FileMode  { return i.inode.fileMode() }
func (i info) ModTime() time.Time { return time.Unix(i.inode.mtime, 0).UTC() }
func (i info) IsDir() bool        { return i.Mode().IsDir() }
func (i info) Sys() any           { return i.inode }
