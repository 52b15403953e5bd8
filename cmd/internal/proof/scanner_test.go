package proof_test

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
)

// scanner knows byte strings that must be nowhere, and finds them in files in one pass, however many there are.
type scanner struct {
	needles []needle
	starts  map[uint64][]int // needles by their first eight bytes
	sieve   []uint64         // one bit for what starts may hold
}

// needle is one form of a canary.
type needle struct {
	what  string
	bytes []byte
}

// shortest is how many bytes a needle has at the least.
const shortest = 8

func newScanner() *scanner {
	return &scanner{starts: make(map[uint64][]int), sieve: make([]uint64, 1<<16)}
}

func bitOf(start uint64) (word, bit uint64) {
	h := start * 0x9e3779b97f4a7c15 >> 42
	return h >> 6, h & 63
}

func (s *scanner) add(what string, b []byte) {
	if len(b) < shortest {
		panic(what + ": a needle that is too short would be found everywhere")
	}
	start := binary.LittleEndian.Uint64(b)
	for _, i := range s.starts[start] {
		if slices.Equal(s.needles[i].bytes, b) {
			return
		}
	}
	s.starts[start] = append(s.starts[start], len(s.needles))
	word, bit := bitOf(start)
	s.sieve[word] |= 1 << bit
	s.needles = append(s.needles, needle{what, b})
}

// secret adds a canary in every form.
func (s *scanner) secret(what string, b []byte) {
	for name, form := range formsOf(b) {
		s.add(what+", "+name, form)
	}
}

// contact adds a contact as it may be typed and as it is sent, in every form.
func (s *scanner) contact(typed string) {
	if local, _, mail := strings.Cut(typed, "@"); mail {
		for _, way := range []string{typed, local, strings.ToUpper(typed), strings.ToUpper(local), "mailto:" + typed} {
			s.secret(way, []byte(way))
		}
		return
	}
	national := strings.TrimPrefix(typed, "+39")
	for _, way := range []string{national, "39" + national, "+39" + national, "0039" + national, "tel:+39" + national} {
		s.secret(way, []byte(way))
	}
}

// formsOf returns how bytes can stand in a file.
func formsOf(b []byte) map[string][]byte {
	forms := encodings("", b)
	little, big := make([]byte, 0, 2*len(b)), make([]byte, 0, 2*len(b))
	for _, unit := range utf16.Encode([]rune(string(b))) {
		little, big = binary.LittleEndian.AppendUint16(little, unit), binary.BigEndian.AppendUint16(big, unit)
	}
	forms["in UTF-16"], forms["in UTF-16, big end first"] = little, big
	back := slices.Clone(b)
	slices.Reverse(back)
	forms["backwards"] = back
	md, sha, sha256, sha512 := md5.Sum(b), sha1.Sum(b), sha256.Sum256(b), sha512.Sum512(b)
	for name, sum := range map[string][]byte{"MD5": md[:], "SHA-1": sha[:], "SHA-256": sha256[:], "SHA-512": sha512[:]} {
		for form, bytes := range encodings(name+" ", sum) {
			forms[form] = bytes
		}
	}
	return forms
}

// encodings returns bytes raw and as text of other letters.
func encodings(name string, b []byte) map[string][]byte {
	low := hex.EncodeToString(b)
	forms := map[string][]byte{name + "raw": b, name + "in hex": []byte(low), name + "in capital hex": []byte(strings.ToUpper(low))}
	for shift := range 3 { // wherever in a longer text it begins
		long := append(make([]byte, shift), b...)
		for letters, text := range map[string]string{"": base64.RawStdEncoding.EncodeToString(long), " for URLs": base64.RawURLEncoding.EncodeToString(long)} {
			forms[fmt.Sprintf("%sin base64%s, %d", name, letters, shift)] = []byte(text[(8*shift+5)/6 : len(long)*8/6])
		}
	}
	return forms
}

// in returns what is found in bytes, each once.
func (s *scanner) in(data []byte) (found []string) {
	for i := 0; i+shortest <= len(data); i++ {
		start := binary.LittleEndian.Uint64(data[i:])
		if word, bit := bitOf(start); s.sieve[word]&(1<<bit) == 0 {
			continue
		}
		for _, n := range s.starts[start] {
			if b := s.needles[n].bytes; len(data)-i >= len(b) && string(data[i:i+len(b)]) == string(b) && !slices.Contains(found, s.needles[n].what) {
				found = append(found, s.needles[n].what)
			}
		}
	}
	return found
}

// below returns what is found in files below folders, and in their names, and how many bytes there were.
func (s *scanner) below(t testing.TB, folders ...string) (found []string, size int) {
	t.Helper()
	for _, dir := range folders {
		err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
			if errors.Is(err, fs.ErrNotExist) || err == nil && !e.Type().IsRegular() { // files go while they are looked at
				return nil
			}
			if err != nil {
				return err
			}
			content, err := os.ReadFile(path)
			if errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			size += len(content)
			for _, what := range append(s.in(content), s.in([]byte(path))...) {
				found = append(found, path+" holds "+what)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return found, size
}

func TestTheScannerFindsAContactInEveryFormAndNowhereElse(t *testing.T) {
	for _, contact := range []string{"3471234567", "kq7d2m9x4tza@b.example"} {
		dir := t.TempDir()
		s := newScanner()
		s.contact("3480000001")
		s.contact("zzzz99999999@b.example")
		s.contact(contact)
		planted := map[string][]byte{
			"itself":                     []byte(contact),
			"in JSON":                    fmt.Appendf(nil, `{"contact":%q}`, contact),
			"with its country":           []byte("+39" + contact),
			"in UTF-16":                  {},
			"in UTF-16, other end first": {},
			"in hex":                     fmt.Appendf(nil, "%x", contact),
			"in capital hex":             fmt.Appendf(nil, "%X", contact),
			"hashed":                     fmt.Appendf(nil, "%x", sha256.Sum256([]byte(contact))),
			"hashed, in capitals":        fmt.Appendf(nil, "%X", sha1.Sum([]byte(contact))),
			"hashed, with capitals":      fmt.Appendf(nil, "%x", md5.Sum([]byte(strings.ToUpper(contact)))),
			"backwards":                  []byte(backwards(contact)),
		}
		for _, r := range contact {
			planted["in UTF-16"] = append(planted["in UTF-16"], byte(r), 0)
			planted["in UTF-16, other end first"] = append(planted["in UTF-16, other end first"], 0, byte(r))
		}
		sum := sha512.Sum512([]byte(contact))
		planted["hashed, raw"] = sum[:]
		for before := range 7 {
			text := strings.Repeat("x", before) + contact + "yz"
			planted[fmt.Sprint("in base64, after ", before)] = []byte(base64.StdEncoding.EncodeToString([]byte(text)))
			planted[fmt.Sprint("in base64 for URLs, after ", before)] = []byte(base64.URLEncoding.EncodeToString([]byte(text)))
			planted[fmt.Sprint("hashed, in base64, after ", before)] = []byte(base64.StdEncoding.EncodeToString(append([]byte(text[:before]), sum[:]...)))
		}
		for what, bytes := range planted {
			for _, before := range []int{0, 4095} {
				content := append(make([]byte, before), bytes...)
				if err := os.WriteFile(filepath.Join(dir, "file"), content, 0o600); err != nil {
					t.Fatal(err)
				}
				if found, size := s.below(t, dir); len(found) == 0 || size != len(content) {
					t.Errorf("%s is not found %s after %d bytes", contact, what, before)
				}
				if found := s.in(content[:len(content)-len(bytes)*2/3]); len(found) != 0 {
					t.Errorf("a third of %s is taken for %q", contact, found)
				}
			}
		}
		named := filepath.Join(t.TempDir(), contact)
		if err := os.WriteFile(named, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if found, _ := s.below(t, filepath.Dir(named)); len(found) == 0 {
			t.Error("a file's name is not looked at")
		}
	}
}

func backwards(text string) string {
	b := []byte(text)
	slices.Reverse(b)
	return string(b)
}
