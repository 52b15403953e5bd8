package esp

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// ErrVolume is the error of bytes that are no FAT file system, or a damaged one.
var ErrVolume = errors.New("no whole FAT file system")

// volume is a FAT file system on r, whose numbers have been checked.
type volume struct {
	r        io.ReaderAt
	sector   int64 // bytes
	cluster  int64 // bytes
	fat      int64 // offset of the first table
	bits     int   // of an entry of the table: 12, 16 or 32
	root     int64 // offset of the root folder; FAT12 and FAT16
	rootSize int64 // bytes
	rootAt   uint32
	data     int64  // offset of cluster 2
	clusters uint32 // how many there are
}

func readVolume(r io.ReaderAt) (*volume, error) {
	var b [512]byte
	if _, err := r.ReadAt(b[:], 0); err != nil {
		return nil, fmt.Errorf("%w: first sector: %w", ErrVolume, err)
	}
	two := func(at int) int64 { return int64(binary.LittleEndian.Uint16(b[at:])) }
	four := func(at int) int64 { return int64(binary.LittleEndian.Uint32(b[at:])) }
	v := &volume{r: r, sector: two(11), cluster: two(11) * int64(b[13])}
	power := func(n int64) bool { return n > 0 && n&(n-1) == 0 }
	reserved, tables, all, table := two(14), int64(b[16]), two(19), two(22)
	if all == 0 {
		all = four(32)
	}
	if table == 0 {
		v.bits, table, v.rootAt = 32, four(36), uint32(four(44))
	}
	if b[510] != 0x55 || b[511] != 0xAA || !power(v.sector) || v.sector < 512 || v.sector > 4096 || !power(v.cluster) ||
		reserved == 0 || tables == 0 || table == 0 {
		return nil, fmt.Errorf("%w: first sector", ErrVolume)
	}
	v.fat = reserved * v.sector
	v.root = v.fat + tables*table*v.sector
	v.rootSize = two(17) * 32
	v.data = v.root + (v.rootSize+v.sector-1)/v.sector*v.sector
	clusters := (all*v.sector - v.data) / v.cluster
	switch {
	case v.bits == 32:
	case clusters < 4085:
		v.bits = 12
	default:
		v.bits = 16
	}
	if clusters < 1 || clusters > 0x0FFFFFF5 || (clusters+2)*int64(v.bits) > table*v.sector*8 {
		return nil, fmt.Errorf("%w: %d clusters", ErrVolume, clusters)
	}
	v.clusters = uint32(clusters)
	return v, nil
}

// next returns the cluster that follows c; 0 after the last.
func (v *volume) next(c uint32) (uint32, error) {
	var b [4]byte
	width, at := v.bits/8, v.fat+int64(c)*int64(v.bits)/8
	if v.bits == 12 {
		width = 2
	}
	if _, err := v.r.ReadAt(b[:width], at); err != nil {
		return 0, fmt.Errorf("%w: table: %w", ErrVolume, err)
	}
	n := binary.LittleEndian.Uint32(b[:])
	end := uint32(0x0FFFFFF8)
	switch v.bits {
	case 12:
		if c%2 == 1 {
			n >>= 4
		}
		n, end = n&0xFFF, 0xFF8
	case 16:
		end = 0xFFF8
	case 32:
		n &= 0x0FFFFFFF
	}
	if n >= end {
		return 0, nil
	}
	return n, nil
}

// chain returns the clusters from first on, as extents of at most size bytes; all of them if size is negative.
func (v *volume) chain(first uint32, size int64) ([]Extent, error) {
	var all []Extent
	left := size
	for c, seen := first, uint32(0); left != 0 && (c != 0 || size > 0); seen++ {
		if c < 2 || c >= v.clusters+2 || seen >= v.clusters {
			return nil, fmt.Errorf("%w: chain of cluster %d", ErrVolume, first)
		}
		length := v.cluster
		if size >= 0 {
			length = min(length, left)
			left -= length
		}
		at := v.data + int64(c-2)*v.cluster
		if n := len(all); n > 0 && all[n-1].Offset+all[n-1].Length == at {
			all[n-1].Length += length
		} else {
			all = append(all, Extent{Offset: at, Length: length})
		}
		var err error
		if left != 0 {
			if c, err = v.next(c); err != nil {
				return nil, err
			}
		}
	}
	return all, nil
}

// read returns the bytes of extents, up to limit.
func (v *volume) read(extents []Extent, limit int64) ([]byte, error) {
	var all []byte
	for _, e := range extents {
		if int64(len(all))+e.Length > limit {
			return nil, fmt.Errorf("%w: more than %d bytes", ErrSize, limit)
		}
		part, err := io.ReadAll(io.NewSectionReader(v.r, e.Offset, e.Length))
		if err == nil && int64(len(part)) < e.Length {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return nil, fmt.Errorf("read %d bytes at %d: %w", e.Length, e.Offset, err)
		}
		all = append(all, part...)
	}
	return all, nil
}
