package papersim_test

import (
	"bytes"
	"os"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"example.org/totem/internal/papersim"
)

// Time is real here, for a terminal is: the tests are few and short.

func terminal(t *testing.T, cfg papersim.Config, line papersim.Line) (*papersim.PTY, *os.File) {
	t.Helper()
	p, err := papersim.OnPTY(cfg, line)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	f, err := os.OpenFile(p.Path, os.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return p, f
}

// settings changes the settings of a terminal.
func settings(t *testing.T, f *os.File, change func(*unix.Termios)) {
	t.Helper()
	mode, err := unix.IoctlGetTermios(int(f.Fd()), unix.TCGETS2)
	if err != nil {
		t.Fatal(err)
	}
	change(mode)
	if err := unix.IoctlSetTermios(int(f.Fd()), unix.TCSETS2, mode); err != nil {
		t.Fatal(err)
	}
	if err := unix.SetNonblock(int(f.Fd()), true); err != nil { // Fd made it block
		t.Fatal(err)
	}
}

func speed(baud uint32) func(*unix.Termios) {
	return func(m *unix.Termios) {
		m.Cflag = m.Cflag&^uint32(unix.CBAUD) | unix.BOTHER
		m.Ispeed, m.Ospeed = baud, baud
	}
}

// answer returns what the printer says within a while.
func answer(t *testing.T, f *os.File, question string) string {
	t.Helper()
	if _, err := f.WriteString(question); err != nil {
		t.Fatal(err)
	}
	if err := f.SetReadDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	var b [64]byte
	n, err := f.Read(b[:])
	if err != nil {
		t.Fatal(err)
	}
	return string(b[:n])
}

func TestAStrictTerminalAnswersAtTheRightSpeedOnly(t *testing.T) {
	p, f := terminal(t, papersim.Config{}, papersim.Line{Baud: 19200, Strict: true})
	settings(t, f, speed(19200))
	if got := answer(t, f, "\x10\x04\x01"); got != "\x12" {
		t.Errorf("at the right speed: % x", got)
	}
	settings(t, f, speed(9600))
	before := len(p.Received())
	if _, err := f.WriteString("\x10\x04\x01"); err != nil {
		t.Fatal(err)
	}
	tick, late := time.NewTicker(time.Millisecond), time.After(time.Minute)
	defer tick.Stop()
	for len(p.Received()) == before {
		select {
		case <-tick.C:
		case <-late:
			t.Fatal("the printer heard nothing")
		}
	}
	if got := p.Received()[before:]; len(got) == 0 || bytes.Equal(got, []byte("\x10\x04\x01")) {
		t.Errorf("at another speed the printer heard % x", got)
	}
	settings(t, f, speed(19200))
	p.Noise(0x55)
	if got := answer(t, f, "\x10\x04\x02"); got != "\x55\x12" && got != "\x55" {
		t.Errorf("back at the right speed: % x", got)
	}
}

func TestAStrictTerminalNeedsASpeed(t *testing.T) {
	if _, err := papersim.OnPTY(papersim.Config{}, papersim.Line{Strict: true}); err == nil {
		t.Error("accepted")
	}
}

func TestThePrintersWireHoldsATerminal(t *testing.T) {
	p, f := terminal(t, papersim.Config{Flow: papersim.FlowDTR, BusyOffline: true}, papersim.Line{Flow: papersim.FlowDTR})
	if got := answer(t, f, "\x10\x04\x01"); got != "\x12" {
		t.Fatalf("% x", got)
	}
	p.OpenCover()
	if _, err := f.WriteString("\x10\x04\x01"); err != nil {
		t.Fatal(err)
	}
	if err := f.SetReadDeadline(time.Now().Add(50 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	var b [8]byte
	if n, _ := f.Read(b[:]); n > 0 {
		t.Errorf("the printer was sent bytes while it was busy: % x", b[:n])
	}
	p.CloseCover()
	if got := answer(t, f, "\x10\x04\x02"); got[0] != 0x12 {
		t.Errorf("% x", got)
	}
}

func TestAPulledTerminalHangsUpAndThePrinterGoesOn(t *testing.T) {
	p, f := terminal(t, papersim.Config{}, papersim.Line{})
	p.PullCable()
	p.PullCable()
	var b [1]byte
	if n, err := f.Read(b[:]); n != 0 || err == nil {
		t.Errorf("read %d, %v", n, err)
	}
	p.Feed([]byte("words\n\x1dVB\x00"))
	if len(p.Slips()) != 1 {
		t.Error("the printer stopped")
	}
}

func TestATerminalIsClosedTwiceWithoutHarm(t *testing.T) {
	p, err := papersim.OnPTY(papersim.Config{}, papersim.Line{})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	}
	p.Feed([]byte("\x10\x04\x01")) // an answer that nobody hears
}

func TestAClosedTerminalsPrinterRests(t *testing.T) {
	p, err := papersim.OnPTY(papersim.Config{Model: papersim.Model{Speed: 10}}, papersim.Line{})
	if err != nil {
		t.Fatal(err)
	}
	p.Feed([]byte("\x1bJ\xff\x1bJ\xff\x1bJ\xff"))
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	left := p.State()
	p.Feed([]byte("\x1bJ\xff"))
	if p.State() != left {
		t.Error("it works on when it is closed")
	}
}
