package initrd

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf16"
)

// GUID is the name of a partition, in the order of its text: the first three groups are stored back to front.
type GUID [16]byte

// ParseGUID reads a GUID such as 0fc63daf-8483-4772-8e79-3d69d8477de4, in small or capital letters.
func ParseGUID(text string) (GUID, error) {
	var g GUID
	if len(text) != 36 || strings.Count(text, "-") != 4 {
		return g, fmt.Errorf("%q is no partition's GUID", text)
	}
	b, err := hex.DecodeString(strings.ReplaceAll(text, "-", ""))
	if err != nil || copy(g[:], b) != len(g) {
		return g, fmt.Errorf("%q is no partition's GUID", text)
	}
	return g, nil
}

// String returns the text, in small letters.
func (g GUID) String() string {
	return fmt.Sprintf("%x-%x-%x-%x-%x", g[:4], g[4:6], g[6:8], g[8:10], g[10:])
}

// GPTEntry is a partition of a partition table.
type GPTEntry struct {
	Number int // from 1
	ID     GUID
	Label  string
}

var errGPT = errors.New("no partition table")

const mostEntries = 128 * 128 // bytes: what UEFI asks of every table

// ReadGPT reads the first partition table of a disk, whose sectors have 512 or 4096 bytes (UEFI Specification 2.10,
// "GPT Disk Layout"):
//
//	header offset  bytes  what
//	0              8      "EFI PART"
//	72             8      sector of the entries
//	80             4      entries
//	84             4      bytes an entry
//
//	entry offset   bytes  what
//	0              16     type; zeros: none
//	16             16     the partition's GUID
//	56             72     label, UTF-16
func ReadGPT(disk io.ReaderAt) ([]GPTEntry, error) {
	for _, sector := range []int64{512, 4096} {
		var header [92]byte
		if _, err := disk.ReadAt(header[:], sector); err != nil {
			return nil, fmt.Errorf("%w: %w", errGPT, err)
		}
		if string(header[:8]) == "EFI PART" {
			return readEntries(disk, header[:], sector)
		}
	}
	return nil, errGPT
}

func readEntries(disk io.ReaderAt, header []byte, sector int64) ([]GPTEntry, error) {
	at := binary.LittleEndian.Uint64(header[72:])
	count, size := binary.LittleEndian.Uint32(header[80:]), binary.LittleEndian.Uint32(header[84:])
	if at > 1<<40 || size < 128 || size > 4096 {
		return nil, errGPT
	}
	table := make([]byte, min(int64(count)*int64(size), mostEntries))
	if n, err := disk.ReadAt(table, int64(at)*sector); n < len(table) {
		return nil, fmt.Errorf("%w: %w", errGPT, err)
	}
	var all []GPTEntry
	for i := 1; len(table) >= int(size); i, table = i+1, table[size:] {
		if bytes.Equal(table[:16], make([]byte, 16)) {
			continue
		}
		all = append(all, GPTEntry{Number: i, ID: guid(table[16:32]), Label: label(table[56:128])})
	}
	return all, nil
}

func guid(b []byte) GUID {
	var g GUID
	binary.BigEndian.PutUint32(g[0:], binary.LittleEndian.Uint32(b[0:]))
	binary.BigEndian.PutUint16(g[4:], binary.LittleEndian.Uint16(b[4:]))
	binary.BigEndian.PutUint16(g[6:], binary.LittleEndian.Uint16(b[6:]))
	copy(g[8:], b[8:16])
	return g
}

func label(b []byte) string {
	var letters []uint16
	for ; len(b) >= 2 && (b[0] != 0 || b[1] != 0); b = b[2:] {
		letters = append(letters, binary.LittleEndian.Uint16(b))
	}
	return string(utf16.Decode(letters))
}
