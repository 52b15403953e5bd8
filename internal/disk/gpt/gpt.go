// Package gpt writes and reads the partition table of a disk image: a GUID partition table as chapter 5 of the UEFI
// specification has it, in sectors of 512 bytes, with the protective MBR before it and the second copy at the disk's end.
// Everything in it comes from the caller, so the same table is the same bytes.
package gpt

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"unicode/utf16"
)

// Sector is the size of a sector in bytes.
const Sector = 512

// Align is what partitions begin and end on, in bytes.
const Align = 1 << 20

// Table is what a disk is divided into.
type Table struct {
	Disk       GUID
	Size       int64 // of the whole disk in bytes; the second copy lies at its end
	Partitions []Partition
}

// Partition is one part of the disk. Partitions are numbered from 1 in their order in the table.
type Partition struct {
	Label  string // at most 36 UTF-16 units
	Type   GUID
	GUID   GUID
	Offset int64 // in bytes, from the disk's beginning
	Size   int64 // in bytes
}

// The form of both copies. The first lies in the sectors 1 to 33, the second in the last 33, its header at the very end.
const (
	entries    = 128
	entrySize  = 128
	headerSize = 92
	arraySize  = entries * entrySize
	arrayLen   = arraySize / Sector
)

// Check returns what is wrong with the table: partitions off the alignment, outside the disk, over one another, without a
// label, or two of one GUID.
func (t Table) Check() error {
	if t.Size%Sector != 0 || t.Size < Align {
		return fmt.Errorf("a disk of %d bytes is no whole number of sectors, or too small", t.Size)
	}
	if len(t.Partitions) > entries {
		return fmt.Errorf("%d partitions are more than the table's %d", len(t.Partitions), entries)
	}
	end, seen := int64(Align), map[GUID]bool{}
	for i, p := range t.Partitions {
		switch {
		case p.Offset%Align != 0 || p.Size%Align != 0 || p.Size <= 0:
			return fmt.Errorf("partition %d (%s) is not aligned to 1 MiB", i+1, p.Label)
		case p.Offset < end:
			return fmt.Errorf("partition %d (%s) begins at %d, before %d where it may", i+1, p.Label, p.Offset, end)
		case p.Label == "" || len(utf16.Encode([]rune(p.Label))) > 36:
			return fmt.Errorf("partition %d has no label, or one of more than 36 letters: %q", i+1, p.Label)
		case p.GUID == GUID{} || p.Type == GUID{} || seen[p.GUID]:
			return fmt.Errorf("partition %d (%s) has no GUID or type, or another one's GUID", i+1, p.Label)
		}
		end, seen[p.GUID] = p.Offset+p.Size, true
	}
	if last := t.Size - (arrayLen+1)*Sector; end > last {
		return fmt.Errorf("the partitions end at %d, over the table's second copy at %d", end, last)
	}
	return nil
}

// Write writes the protective MBR and both copies of the table; the partitions themselves are left alone.
func (t Table) Write(w io.WriterAt) error {
	if err := t.Check(); err != nil {
		return fmt.Errorf("write the partition table: %w", err)
	}
	last := t.Size/Sector - 1
	array := t.array()
	for _, part := range []struct {
		sector int64
		data   []byte
	}{
		{0, protective(last)},
		{2, array},
		{1, t.header(array, 1, last, 2)},
		{last - arrayLen, array},
		{last, t.header(array, last, 1, last-arrayLen)},
	} {
		if _, err := w.WriteAt(part.data, part.sector*Sector); err != nil {
			return fmt.Errorf("write the partition table at sector %d: %w", part.sector, err)
		}
	}
	return nil
}

// protective returns the MBR that shows the disk as full to whoever knows no GPT.
//
//	0x1BE  status 0, first CHS 00 02 00, type EE, last CHS FF FF FF, first sector 1, number of sectors
//	0x1FE  55 AA
func protective(last int64) []byte {
	b := make([]byte, Sector)
	copy(b[0x1BE:], []byte{0, 0, 2, 0, 0xEE, 0xFF, 0xFF, 0xFF})
	binary.LittleEndian.PutUint32(b[0x1C6:], 1)
	binary.LittleEndian.PutUint32(b[0x1CA:], uint32(min(last, 0xFFFFFFFF)))
	b[0x1FE], b[0x1FF] = 0x55, 0xAA
	return b
}

// array returns the entries.
//
//	0  type   16 GUID   32 first sector   40 last sector   48 attributes   56 label, UTF-16, 72 bytes
func (t Table) array() []byte {
	b := make([]byte, arraySize)
	for i, p := range t.Partitions {
		e := b[i*entrySize:]
		copy(e, p.Type[:])
		copy(e[16:], p.GUID[:])
		binary.LittleEndian.PutUint64(e[32:], uint64(p.Offset/Sector))
		binary.LittleEndian.PutUint64(e[40:], uint64((p.Offset+p.Size)/Sector-1))
		for j, unit := range utf16.Encode([]rune(p.Label)) {
			binary.LittleEndian.PutUint16(e[56+2*j:], unit)
		}
	}
	return b
}

// header returns the sector of a copy's header.
//
//	 0  "EFI PART"        8  revision 1.0      12  size 92           16  CRC of the header with this field 0
//	24  this sector      32  the other one     40  first usable      48  last usable
//	56  GUID of the disk 72  first of entries  80  number of entries 84  size of one  88  CRC of the entries
func (t Table) header(array []byte, own, other, first int64) []byte {
	b, le := make([]byte, Sector), binary.LittleEndian
	copy(b, "EFI PART")
	le.PutUint32(b[8:], 0x10000)
	le.PutUint32(b[12:], headerSize)
	le.PutUint64(b[24:], uint64(own))
	le.PutUint64(b[32:], uint64(other))
	le.PutUint64(b[40:], 2+arrayLen)
	le.PutUint64(b[48:], uint64(t.Size/Sector-arrayLen-2))
	copy(b[56:], t.Disk[:])
	le.PutUint64(b[72:], uint64(first))
	le.PutUint32(b[80:], entries)
	le.PutUint32(b[84:], entrySize)
	le.PutUint32(b[88:], crc32.ChecksumIEEE(array))
	le.PutUint32(b[16:], crc32.ChecksumIEEE(b[:headerSize]))
	return b
}

// errDiffer is a second copy that says other things than the first.
var errDiffer = errors.New("the two copies of the table differ")

// Read reads the table of a disk of size bytes. Both copies must be whole and say the same; the second must lie at the
// disk's end.
func Read(r io.ReaderAt, size int64) (Table, error) {
	mbr := make([]byte, Sector)
	if _, err := r.ReadAt(mbr, 0); err != nil {
		return Table{}, fmt.Errorf("read the disk's first sector: %w", err)
	}
	if mbr[0x1FE] != 0x55 || mbr[0x1FF] != 0xAA || mbr[0x1C2] != 0xEE {
		return Table{}, errors.New("the disk's first sector is no protective MBR")
	}
	last := size/Sector - 1
	first, err := readCopy(r, 1, last)
	if err != nil {
		return Table{}, fmt.Errorf("first copy of the partition table: %w", err)
	}
	second, err := readCopy(r, last, 1)
	if err != nil {
		return Table{}, fmt.Errorf("second copy of the partition table, at the disk's end: %w", err)
	}
	if first.Disk != second.Disk || len(first.Partitions) != len(second.Partitions) {
		return Table{}, errDiffer
	}
	for i := range first.Partitions {
		if first.Partitions[i] != second.Partitions[i] {
			return Table{}, errDiffer
		}
	}
	first.Size = size
	return first, nil
}

func readCopy(r io.ReaderAt, at, other int64) (Table, error) {
	b, le := make([]byte, Sector), binary.LittleEndian
	if _, err := r.ReadAt(b, at*Sector); err != nil {
		return Table{}, err
	}
	sum := le.Uint32(b[16:])
	le.PutUint32(b[16:], 0)
	switch {
	case string(b[:8]) != "EFI PART":
		return Table{}, errors.New("it does not begin with EFI PART")
	case le.Uint32(b[12:]) != headerSize || sum != crc32.ChecksumIEEE(b[:headerSize]):
		return Table{}, errors.New("its header's checksum is wrong")
	case le.Uint64(b[24:]) != uint64(at) || le.Uint64(b[32:]) != uint64(other):
		return Table{}, errors.New("it does not lie where it says, or names another place for the other copy")
	case le.Uint32(b[80:]) != entries || le.Uint32(b[84:]) != entrySize:
		return Table{}, errors.New("it has not 128 entries of 128 bytes")
	}
	array := make([]byte, arraySize)
	if _, err := r.ReadAt(array, int64(le.Uint64(b[72:]))*Sector); err != nil {
		return Table{}, err
	}
	if le.Uint32(b[88:]) != crc32.ChecksumIEEE(array) {
		return Table{}, errors.New("the checksum of its entries is wrong")
	}
	return Table{Disk: GUID(b[56:72]), Partitions: readArray(array)}, nil
}

func readArray(array []byte) (all []Partition) {
	le := binary.LittleEndian
	for ; len(array) >= entrySize; array = array[entrySize:] {
		e := array[:entrySize]
		if (GUID(e[:16]) == GUID{}) {
			continue
		}
		var units []uint16
		for at := 56; at < entrySize && (e[at] != 0 || e[at+1] != 0); at += 2 {
			units = append(units, le.Uint16(e[at:]))
		}
		first, last := int64(le.Uint64(e[32:])), int64(le.Uint64(e[40:]))
		all = append(all, Partition{Label: string(utf16.Decode(units)), Type: GUID(e[:16]), GUID: GUID(e[16:32]),
			Offset: first * Sector, Size: (last - first + 1) * Sector})
	}
	return all
}
