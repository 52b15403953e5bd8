package touch_test

import (
	"bytes"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.org/totem/hw/evdev"
)

// libevdev compiles the program that says what libevdev makes of a recording.
func libevdev(t *testing.T) string {
	t.Helper()
	flags, err := exec.Command("pkg-config", "--cflags", "--libs", "libevdev").Output()
	if err != nil {
		t.Skip("libevdev (Debian's libevdev-dev and pkg-config) is not installed:", err)
	}
	program := filepath.Join(t.TempDir(), "libevdev")
	args := append([]string{"-o", program, "testdata/libevdev.c"}, strings.Fields(string(flags))...)
	if out, err := exec.Command("gcc", args...).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return program
}

func TestRecordingsAreReadAsLibevdevReadsThem(t *testing.T) {
	all := recordings(t)
	program := libevdev(t)
	for name, r := range all {
		t.Run(name, func(t *testing.T) {
			out, err := exec.Command(program, r.desc, r.events).Output()
			if err != nil {
				t.Fatal(err)
			}
			var want []moment
			for line := range bytes.Lines(out) {
				var n []int64
				for _, field := range strings.Fields(string(line)) {
					v, err := strconv.ParseInt(field, 10, 64)
					if err != nil {
						t.Fatal(err)
					}
					n = append(n, v)
				}
				m := moment{at: time.Duration(n[0]) * time.Microsecond}
				for n = n[1:]; len(n) >= 3; n = n[3:] {
					m.spots = append(m.spots, spot{int32(n[0]), int32(n[1]), int32(n[2])})
				}
				want = append(want, m.sorted())
			}
			frames, _ := read(t, port(r.Info, r.Events, evdev.Native))
			if diff := cmp.Diff(changes(want), moments(r.Info, frames[1:]), plainly); diff != "" {
				t.Errorf("libevdev (-), reader (+)\n%s", diff)
			}
			if len(want) < 10 {
				t.Errorf("libevdev tells %d moments", len(want))
			}
		})
	}
}
