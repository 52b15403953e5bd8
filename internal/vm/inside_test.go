package vm

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"
)

// TestEveryPixelIsTouchedInItsMiddle takes the value of an axis back as QEMU and the kernel do, whatever the size of the screen.
func TestEveryPixelIsTouchedInItsMiddle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.IntRange(320, 7680).Draw(t, "size")
		pixel := rapid.IntRange(0, size-1).Draw(t, "pixel")
		value := scaled(pixel, size)
		if value < 0 || value > tabletRange || value*size/(tabletRange+1) != pixel {
			t.Fatalf("pixel %d of %d is %d, which is pixel %d", pixel, size, value, value*size/(tabletRange+1))
		}
	})
}

func TestALineIsKeptWithoutWhatMovesTheCursorAndWithItsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var told []string
		tr := newTranscript(time.Now(), func(line string) { told = append(told, line) })
		tr.Write([]byte("\x1b[2J\x1b[01;01HBdsDxe: sta"))
		time.Sleep(1500 * time.Millisecond)
		tr.Write([]byte("rting\r\n\x1b[=3h[    1.2] kernel\npart"))
		if got := strings.Join(told, "|"); got != "BdsDxe: starting|[    1.2] kernel" {
			t.Errorf("lines %q", got)
		}
		if l, ok := tr.Find(0, "starting"); !ok || l.After != 1500*time.Millisecond {
			t.Errorf("found %t, %v", ok, l)
		}
		if _, ok := tr.Find(1, "starting"); ok {
			t.Error("it was found behind itself")
		}
	})
}

func TestALineThatDoesNotEndIsBroken(t *testing.T) {
	tr := newTranscript(time.Now(), nil)
	tr.Write([]byte(strings.Repeat("x", 3*longestLine)))
	if n := tr.Len(); n != 2 {
		t.Errorf("%d lines, want 2", n)
	}
}

func TestAConfigIsRefusedBeforeAnythingStarts(t *testing.T) {
	good := Config{Arch: AMD64, Disk: "disk.img", Dir: "dir"}
	if _, err := good.filled(); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*Config){
		"kind": func(c *Config) { c.Arch = "mips" }, "disk": func(c *Config) { c.Disk = "" }, "folder": func(c *Config) { c.Dir = "" },
		"memory": func(c *Config) { c.MemoryMB = 8 }, "screen": func(c *Config) { c.Width, c.Height = 10, 10 },
		"relay": func(c *Config) { c.Forward = "127.0.0.1:1" }, "firmware": func(c *Config) { c.Arch, c.BIOS = ARM64, true },
	} {
		c := good
		if change(&c); true {
			if _, err := c.filled(); err == nil {
				t.Errorf("a wrong %s is taken", name)
			}
		}
	}
}

func TestTheGuestReachesTheSchedulerAndNothingElse(t *testing.T) {
	c, err := Config{Arch: ARM64, Disk: "d", Dir: "dir", Forward: "127.0.0.1:4222", Relay: []string{"/bin/relay"}}.filled()
	if err != nil {
		t.Fatal(err)
	}
	line := strings.Join(c.args(), " ")
	if !strings.Contains(line, "restrict=on") || !strings.Contains(line, "guestfwd=tcp:"+SchedulerAddress+"-cmd:/bin/relay 127.0.0.1:4222") {
		t.Errorf("command line %s", line)
	}
	if c.NoNet = true; strings.Contains(strings.Join(c.args(), " "), "netdev") {
		t.Error("there is a network card where none should be")
	}
}
