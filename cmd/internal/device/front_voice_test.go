package device_test

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"example.org/totem/booking"
	"example.org/totem/cmd/internal/device"
	"example.org/totem/internal/papersim"
	"example.org/totem/kiosk"
)

// sound is what comes out of a totem: the headset is a pipe, which plays as fast as the test reads it, the speaker a file.
type sound struct {
	headset *os.File
	speaker string
	asked   string // a file with all arguments and the environment of each espeak-ng
}

func newSound(t testing.TB) *sound {
	t.Helper()
	real, err := exec.LookPath("espeak-ng")
	if err != nil {
		t.Fatal("espeak-ng is not installed: run scripts/setup test")
	}
	dir := t.TempDir()
	s := &sound{speaker: filepath.Join(dir, "speaker"), asked: filepath.Join(dir, "asked")}
	program := fmt.Sprintf("#!/bin/sh\n{ echo \"$@\"; env; } >>%s\nexec %s \"$@\"\n", s.asked, real)
	if err := os.WriteFile(filepath.Join(dir, "espeak-ng"), []byte(program), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	pipe := filepath.Join(dir, "headset")
	if err := unix.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	if s.headset, err = os.OpenFile(pipe, os.O_RDWR, 0); err != nil { // so that it has no end
		t.Fatal(err)
	}
	t.Cleanup(func() { s.headset.Close() })
	return s
}

func (s *sound) player(device string) []string {
	return []string{"sh", "-c", `exec cat >>"$0"`, filepath.Join(filepath.Dir(s.speaker), device)}
}

// listen hears the headset until something sounds there.
func (s *sound) listen(t testing.TB) {
	t.Helper()
	for piece := make([]byte, 4096); !loud(piece); {
		if _, err := io.ReadFull(s.headset, piece); err != nil {
			t.Fatal(err)
		}
	}
}

// loud reports whether something in samples can be heard.
func loud(samples []byte) bool {
	return slices.ContainsFunc(samples, func(b byte) bool { return b != 0 })
}

// children returns the command lines of the processes that this one has started.
func children() (all []string) {
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range stats {
		stat, _ := os.ReadFile(path) // it may be gone meanwhile
		_, rest, _ := strings.Cut(string(stat), ") ")
		if fields := strings.Fields(rest); len(fields) > 1 && fields[1] == fmt.Sprint(os.Getpid()) {
			line, _ := os.ReadFile(filepath.Join(filepath.Dir(path), "cmdline"))
			all = append(all, string(line))
		}
	}
	return all
}

func TestAHeadsetThatIsPulledOutSilencesWhatIsPrivateAndNothingSpokenIsLeft(t *testing.T) {
	c := openCentral(t, folder(t, "scheduler"), "127.0.0.1:0", atOpening(t))
	paper, out := openPaper(t, papersim.Config{}), newSound(t)
	cfg := with(provisioned(t, c, config(t, folder(t, "totem"), paper.Path, c.URL())))
	cfg.Sound.Headset, cfg.Sound.Speaker, cfg.Sound.Sensed = "headset", "speaker", true
	f := serveFront(t, cfg.Complete(), newHands(t), func(p *device.Parts) { p.Player = out.player })
	f.must("start")
	f.eventually("the keypad is there", func() bool { return f.hands.keypad.Taken() })
	f.plug(true)
	f.sees(func(s kiosk.Screen) bool { return s.Voice.Headset && s.Focus != "" })
	out.listen(t)
	f.strike("KEY_ENTER")
	f.must("times")
	f.strike("KEY_ENTER")
	number := booking.Number(text(f.must("take"), kiosk.RoleNumber))
	code := codeOn(t, paper.Slips()[0])
	spoken := strings.Join(strings.Split(string(number[1:]), ""), " ")
	f.eventually("the number is said", func() bool { said, private := f.hands.heard(spoken); return said && private })
	out.listen(t)
	f.plug(false) // in the middle of a sentence
	f.sees(func(s kiosk.Screen) bool { return !s.Voice.On })
	f.hands.mu.Lock()
	f.hands.said = nil
	f.hands.mu.Unlock()
	if sounded, err := os.ReadFile(out.speaker); err != nil && !errors.Is(err, fs.ErrNotExist) || loud(sounded) {
		t.Errorf("the speaker gave %d bytes, %v", len(sounded), err)
	}
	f.strike("KEY_HELP") // from the speaker now
	f.sees(func(s kiosk.Screen) bool { return s.Voice.On && !s.Voice.Headset })
	f.eventually("the speaker sounds", func() bool { sounded, _ := os.ReadFile(out.speaker); return loud(sounded) })
	f.hands.mu.Lock()
	for _, one := range f.hands.said {
		if one.Private || strings.Contains(one.Text, spoken) {
			t.Errorf("the hall is told %+v", one)
		}
	}
	f.hands.mu.Unlock()
	if err := f.stop(); err != nil {
		t.Error(err)
	}
	if left := children(); len(left) > 0 {
		t.Errorf("processes are left: %q", left)
	}
	asked, err := os.ReadFile(out.asked)
	if err != nil || !strings.Contains(string(asked), "--stdin") {
		t.Fatalf("espeak-ng was asked %q: %v", asked, err)
	}
	f.log.mu.Lock()
	defer f.log.mu.Unlock()
	for name, held := range map[string]string{"what espeak-ng is told by arguments and environment": string(asked), "the log": f.log.text.String()} {
		for _, secret := range []string{string(number), spoken, string(code), code.Grouped(), "KEY_", "headset=true"} {
			if strings.Contains(held, secret) {
				t.Errorf("%s holds %q", name, secret)
			}
		}
	}
}

func TestAFloodFromBrokenHandsKeepsNobodyFromATicket(t *testing.T) {
	c := openCentral(t, folder(t, "scheduler"), "127.0.0.1:0", atOpening(t))
	f := serveFront(t, with(provisioned(t, c, config(t, folder(t, "totem"), openPaper(t, papersim.Config{}).Path, c.URL()))), newHands(t), nil)
	f.must("start")
	f.eventually("all are there", func() bool {
		return f.hands.keypad.Taken() && f.hands.panel.Taken() && f.hands.reader.Taken()
	})
	floods := []func() error{
		func() error { return f.hands.flood(500) },
		func() error {
			for range 20 {
				if err := f.hands.reader.Scan("123456789012"); err != nil {
					return err
				}
			}
			return nil
		},
		func() error {
			for range 200 {
				if err := f.hands.panel.Tap(640, 1); err != nil {
					return err
				}
			}
			return nil
		},
	}
	ended := make(chan error, len(floods))
	for _, flood := range floods {
		go func() { ended <- flood() }()
	}
	number := booking.Number(text(f.take(), kiosk.RoleNumber))
	for range floods {
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
	booked(t, c, number, booking.PaperPrinted)
	if n := f.log.count("screen.touch-lost"); n > 100 {
		t.Errorf("the log tells %d times that something was lost", n)
	}
	if err := f.stop(); err != nil {
		t.Error(err)
	}
}
