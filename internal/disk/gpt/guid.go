package gpt

import (
	"encoding/hex"
	"fmt"
	"strings"
)

// GUID is an identifier as it lies on the disk: its first three groups with the low byte first.
type GUID [16]byte

// order is where each byte of the written form lies on the disk.
func order() [16]int { return [16]int{3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15} }

// ParseGUID reads the written form, as C12A7328-F81F-11D2-BA4B-00A0C93EC93B, in either case.
func ParseGUID(s string) (GUID, error) {
	raw, err := hex.DecodeString(strings.ReplaceAll(s, "-", ""))
	if err != nil || len(raw) != 16 || len(s) != 36 {
		return GUID{}, fmt.Errorf("%q is no GUID", s)
	}
	var g GUID
	for i, at := range order() {
		g[at] = raw[i]
	}
	return g, nil
}

// String returns the written form in lower case, as Linux shows it as PARTUUID.
func (g GUID) String() string {
	var raw [16]byte
	for i, at := range order() {
		raw[i] = g[at]
	}
	s := hex.EncodeToString(raw[:])
	return s[:8] + "-" + s[8:12] + "-" + s[12:16] + "-" + s[16:20] + "-" + s[20:]
}
