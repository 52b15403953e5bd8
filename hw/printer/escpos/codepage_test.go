package escpos_test

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/pelletier/go-toml/v2"

	"example.org/totem/hw/printer/escpos"
	"example.org/totem/ticket"
)

// TestCodePagesAreTheSystemsOwn asks iconv, which knows nothing of our tables, what every byte stands for that a profile's
// page can send.
func TestCodePagesAreTheSystemsOwn(t *testing.T) {
	iconv, err := exec.LookPath("iconv")
	if err != nil {
		t.Skip("iconv is missing: nobody judges the code pages")
	}
	for _, page := range []string{"cp437", "cp850", "cp852", "cp858", "cp866", "cp1250", "cp1251", "cp1252"} {
		p := single(t, page)
		for b, letter := range letters(t, iconv, strings.ToUpper(page)) {
			s := ticket.Slip{Lines: []ticket.Line{{Role: ticket.RolePlace, Text: letter}}}
			if s.Check() != nil || letter == "\u00a0" || letter == "\u00ad" {
				continue // no byte, a control, or a space or hyphen that is not sent as itself
			}
			stream, _, err := escpos.NewEncoder(p, nil).Slip(s)
			if err != nil {
				t.Errorf("%s: %q, byte %02x: %v", page, letter, b, err)
				continue
			}
			if i := bytes.IndexByte(stream, '\n'); i < 1 || stream[i-1] != b {
				t.Errorf("%s: %q is byte % x, want %02x", page, letter, stream[max(i-1, 0):i], b)
			}
		}
	}
}

// letters is what iconv makes of each byte from 20 on; "" where the page has none.
func letters(t *testing.T, iconv, page string) map[byte]string {
	t.Helper()
	var all []byte
	for b := 0x20; b < 0x100; b++ {
		all = append(all, byte(b), '\n')
	}
	cmd := exec.Command(iconv, "-c", "-f", page, "-t", "UTF-8")
	cmd.Stdin = bytes.NewReader(all)
	said, _ := cmd.Output() // it fails when it left something out
	lines := strings.Split(strings.TrimSuffix(string(said), "\n"), "\n")
	if len(lines) != 0x100-0x20 {
		t.Fatalf("iconv says %d lines for %s", len(lines), page)
	}
	found := map[byte]string{}
	for i, letter := range lines {
		found[byte(0x20+i)] = letter
	}
	return found
}

// single is a profile with one code page.
func single(t *testing.T, page string) escpos.Profile {
	t.Helper()
	p, err := escpos.ParseProfile("mine", edited(t, func(file map[string]any) {
		file["text"].(map[string]any)["pages"] = []map[string]any{{"name": page, "number": 1}}
	}))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// edited is the file of generic-80 after a change.
func edited(t *testing.T, change func(map[string]any)) []byte {
	t.Helper()
	b, err := os.ReadFile("profiles/generic-80.toml")
	if err != nil {
		t.Fatal(err)
	}
	file := map[string]any{}
	if err := toml.Unmarshal(b, &file); err != nil {
		t.Fatal(err)
	}
	change(file)
	b, err = toml.Marshal(file)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
