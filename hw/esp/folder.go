package esp

import (
	"bytes"
	"encoding/binary"
	"io/fs"
	"slices"
	"strings"
	"unicode/utf16"
)

// mostFolder is how many bytes of a folder are looked at: FAT allows 65536 entries.
const mostFolder = 65536 * 32

// entry is a file or a folder in a folder.
type entry struct {
	name   string // the long one if there is one
	short  string
	folder bool
	first  uint32 // cluster; 0 of an empty file
	size   int64
}

// rootEntry stands for the root folder, which has no entry.
func rootEntry() entry { return entry{folder: true} }

// list returns what lies in a folder, without the entries for itself and its parent.
func (v *volume) list(folder entry) ([]entry, error) {
	var extents []Extent
	var err error
	switch {
	case folder.first != 0:
		extents, err = v.chain(folder.first, -1)
	case v.bits == 32:
		extents, err = v.chain(v.rootAt, -1)
	default:
		extents = []Extent{{Offset: v.root, Length: v.rootSize}}
	}
	if err != nil {
		return nil, err
	}
	raw, err := v.read(extents, mostFolder)
	if err != nil {
		return nil, err
	}
	return entries(raw), nil
}

// entries decodes the entries of a folder.
func entries(raw []byte) []entry {
	var all []entry
	var long longName
	for ; len(raw) >= 32 && raw[0] != 0; raw = raw[32:] {
		e := raw[:32]
		switch attributes := e[11]; {
		case e[0] == 0xE5:
			long = longName{}
			continue
		case attributes&0x3F == 0x0F:
			long.add(e)
			continue
		case attributes&0x08 != 0 || e[0] == '.':
			long = longName{}
			continue
		}
		one := entry{
			short: shortName(e), folder: e[11]&0x10 != 0, size: int64(binary.LittleEndian.Uint32(e[28:])),
			first: uint32(binary.LittleEndian.Uint16(e[26:])) | uint32(binary.LittleEndian.Uint16(e[20:]))<<16,
		}
		if one.name = long.of(e[:11]); one.name == "" {
			one.name = one.short
		}
		all, long = append(all, one), longName{}
	}
	return all
}

// longName gathers the parts of a long name.
type longName struct {
	parts [][]byte // the last one first, as they lie on the disk
	next  byte     // number of the part that is to follow; 0: none
	sum   byte
}

func (l *longName) add(e []byte) {
	switch number := e[0]; {
	case number&0x40 != 0:
		*l = longName{sum: e[13], next: number &^ 0x40}
	case number == 0 || number != l.next || e[13] != l.sum:
		*l = longName{}
		return
	}
	if l.next == 0 || l.next > 20 {
		*l = longName{}
		return
	}
	l.parts = append(l.parts, slices.Concat(e[1:11], e[14:26], e[28:32]))
	l.next--
}

// of returns the name if it is whole and belongs to the short one.
func (l *longName) of(short []byte) string {
	var sum byte
	for _, c := range short {
		sum = sum>>1 + sum<<7 + c
	}
	if len(l.parts) == 0 || l.next != 0 || sum != l.sum {
		return ""
	}
	var letters []uint16
	for _, part := range slices.Backward(l.parts) {
		for ; len(part) >= 2; part = part[2:] {
			letters = append(letters, binary.LittleEndian.Uint16(part))
		}
	}
	if end := slices.Index(letters, 0); end >= 0 {
		letters = letters[:end]
	}
	return string(utf16.Decode(letters))
}

func shortName(e []byte) string {
	name, extension := plain(e[:8]), plain(e[8:11])
	if e[0] == 0x05 {
		name = "?" + name[1:]
	}
	if e[12]&0x08 != 0 {
		name = strings.ToLower(name)
	}
	if e[12]&0x10 != 0 {
		extension = strings.ToLower(extension)
	}
	if extension != "" {
		return name + "." + extension
	}
	return name
}

// plain returns a padded name; whatever is not ASCII, which depends on a code page, as question marks.
func plain(b []byte) string {
	b = bytes.Map(func(r rune) rune {
		if r < 0x20 || r > 0x7E {
			return '?'
		}
		return r
	}, b)
	return strings.TrimRight(string(b), " ")
}

// find returns the file or folder of a slash-separated name, in which small and capital letters are the same.
func (v *volume) find(name string) (entry, error) {
	at := rootEntry()
	for part := range strings.SplitSeq(name, "/") {
		if part == "" || part == "." {
			continue
		}
		if !at.folder {
			return entry{}, fs.ErrNotExist
		}
		all, err := v.list(at)
		if err != nil {
			return entry{}, err
		}
		i := slices.IndexFunc(all, func(e entry) bool { return strings.EqualFold(e.name, part) || strings.EqualFold(e.short, part) })
		if i < 0 {
			return entry{}, fs.ErrNotExist
		}
		at = all[i]
	}
	return at, nil
}

// file returns the entry and the extents of a file.
func (v *volume) file(name string) (entry, []Extent, error) {
	e, err := v.find(name)
	if err != nil {
		return entry{}, nil, err
	}
	if e.folder {
		return entry{}, nil, ErrFolder
	}
	extents, err := v.chain(e.first, e.size)
	return e, extents, err
}
