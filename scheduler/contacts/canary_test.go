package contacts_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"example.org/totem/scheduler/contacts"
)

// forms are all in which a contact could lie in a file.
func forms(contact string) [][]byte {
	units := utf16.Encode([]rune(contact))
	little, big := make([]byte, 0, 2*len(units)), make([]byte, 0, 2*len(units))
	for _, u := range units {
		little, big = binary.LittleEndian.AppendUint16(little, u), binary.BigEndian.AppendUint16(big, u)
	}
	sum := sha256.Sum256([]byte(contact))
	all := [][]byte{[]byte(contact), little, big, sum[:]}
	for _, raw := range [][]byte{[]byte(contact), sum[:]} {
		all = append(all, []byte(hex.EncodeToString(raw)), []byte(strings.ToUpper(hex.EncodeToString(raw))),
			[]byte(base64.RawStdEncoding.EncodeToString(raw)), []byte(base64.RawURLEncoding.EncodeToString(raw)))
	}
	// Within something longer that is base64, a contact begins at any of three places.
	for shift := 1; shift < 3; shift++ {
		text := base64.RawStdEncoding.EncodeToString(append(make([]byte, shift), contact...))
		all = append(all, []byte(text[4:len(text)-4]))
	}
	return all
}

// scan returns how many contacts are in any file of the directory, in any form, beside one that is there for certain.
func scan(t *testing.T, dir string, all []contacts.Entry) (hits int) {
	t.Helper()
	var everything []byte
	err := filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		everything = append(append(everything, path...), 0)
		if err != nil || e.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		everything = append(everything, data...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	// All forms begin with eight bytes that are looked up while the files are gone through once.
	wanted := make(map[[8]byte][][]byte)
	var begins [1 << 16]bool // by their first two bytes, for speed
	for _, e := range all {
		for _, form := range forms(e.Contact) {
			wanted[[8]byte(form)] = append(wanted[[8]byte(form)], form)
			begins[binary.LittleEndian.Uint16(form)] = true
		}
	}
	for i := 0; i+8 <= len(everything); i++ {
		if !begins[uint16(everything[i])|uint16(everything[i+1])<<8] {
			continue
		}
		for _, form := range wanted[[8]byte(everything[i:i+8])] {
			if bytes.HasPrefix(everything[i:], form) {
				hits++
			}
		}
	}
	return hits
}

func TestNoFileHoldsAContactInAnyForm(t *testing.T) {
	const n = 1000
	h := open(t, memory(t), newRecords())
	var all []contacts.Entry
	for i := range n {
		all = append(all, entry(i, at950))
		h.put(all[i])
	}
	sizes := make(map[int64]int)
	for _, name := range files(t, h.dir) {
		info, err := os.Stat(filepath.Join(h.dir, name))
		if err != nil {
			t.Fatal(err)
		}
		sizes[info.Size()]++
	}
	if len(sizes) != 2 || sizes[32] != n || sizes[4096] != n {
		t.Errorf("sizes of the files: %v", sizes)
	}
	if hits := scan(t, h.dir, all); hits != 0 {
		t.Errorf("%d hits while they are kept", hits)
	}
	// Other names for the same blocks show what is left in them.
	witness := filepath.Join(h.dir, "witness")
	if err := os.Mkdir(witness, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range without(files(t, h.dir), "witness") {
		if err := os.Link(filepath.Join(h.dir, name), filepath.Join(witness, name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := h.EraseDay(context.Background(), office, dayOf(t, "2026-11-24")); err != nil {
		t.Fatal(err)
	}
	if left := without(files(t, h.dir), "witness"); len(left) != 0 {
		t.Errorf("%d files left", len(left))
	}
	if hits := scan(t, h.dir, all); hits != 0 { // also in the witness
		t.Errorf("%d hits after the erasure", hits)
	}
	for _, name := range files(t, witness) {
		if key, err := os.ReadFile(filepath.Join(witness, name)); strings.HasSuffix(name, ".key") && (err != nil || !bytes.Equal(key, make([]byte, 32))) {
			t.Errorf("the bytes of a key are still there, %v", err)
		}
	}
	// The scan finds what is there.
	if err := os.WriteFile(filepath.Join(h.dir, "leak"), []byte("x"+base64.StdEncoding.EncodeToString([]byte("{\"to\":\""+all[7].Contact+"\"}"))), 0o600); err != nil {
		t.Fatal(err)
	}
	if scan(t, h.dir, all) == 0 {
		t.Error("the scan is blind")
	}
}
