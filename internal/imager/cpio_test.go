package main

import (
	"bytes"
	"encoding/hex"
	"io/fs"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

func someEntries() []cpioEntry {
	return []cpioEntry{{Name: "lib", Mode: fs.ModeDir | 0o755}, {Name: "lib/a.ko", Mode: 0o644, Content: []byte("abcde")}, {Name: "init", Mode: 0o755, Content: []byte("x")}}
}

func TestAnArchiveOfOneFileHasTheBytesOfTheFormat(t *testing.T) {
	var b bytes.Buffer
	if err := writeCPIO(&b, []cpioEntry{{Name: "init", Mode: 0o755, Content: []byte("x")}}, time.Unix(0x6000, 0)); err != nil {
		t.Fatal(err)
	}
	want := "070701" + "00000001" + "000081ed" + "00000000" + "00000000" + "00000001" + "00006000" + "00000001" + strings.Repeat("0", 32) + "00000005" + "00000000" +
		"init\x00\x00" + "x\x00\x00\x00" +
		"070701" + strings.Repeat("0", 32) + "00000001" + strings.Repeat("0", 48) + "0000000b" + "00000000" + "TRAILER!!!\x00\x00\x00\x00"
	if b.String() != want {
		t.Errorf("got\n%s", hex.Dump(b.Bytes()))
	}
}

func TestTheArchiveIsReadByCpio(t *testing.T) {
	if _, err := exec.LookPath("cpio"); err != nil {
		t.Skip("cpio is not here")
	}
	var b bytes.Buffer
	if err := writeCPIO(&b, someEntries(), time.Unix(1700000000, 0)); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "cpio", "-t", "--quiet")
	cmd.Stdin = &b
	out, err := cmd.Output()
	if err != nil || string(out) != "lib\nlib/a.ko\ninit\n" {
		t.Errorf("cpio says %q, %v", out, err)
	}
}

func TestAnInitrdHoldsItsModulesInTheirOrderAndIsTheSameTwice(t *testing.T) {
	folder := t.TempDir()
	for name, text := range map[string]string{"init": "program", "modules": "b.ko\na.ko\n", "a.ko": "A", "b.ko": "B"} {
		if err := os.WriteFile(folder+"/"+name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var packed [2][]byte
	for i := range packed {
		if err := packInitrd(folder+"/out", folder+"/init", folder, time.Unix(1700000000, 0)); err != nil {
			t.Fatal(err)
		}
		packed[i], _ = os.ReadFile(folder + "/out")
	}
	if !bytes.Equal(packed[0], packed[1]) {
		t.Error("two packings differ")
	}
	out, err := exec.CommandContext(t.Context(), "sh", "-c", "gzip -dc "+folder+"/out | cpio -t --quiet").Output()
	if want := "dev\ninit\nlib\nlib/modules\nlib/modules/b.ko\nlib/modules/a.ko\nmodules\nproc\nroot\nsys\n"; err != nil || string(out) != want {
		t.Errorf("it holds %q, %v", out, err)
	}
}
