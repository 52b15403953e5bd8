package scanner_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"example.org/totem/booking"
	"example.org/totem/hw/scanner"
	"example.org/totem/internal/fault"
)

// These tests run the real line: tarm/serial and the control descriptor on a pseudo-terminal. Time is real here, so they
// are few; what must hold anywhere is tested in memory.

// terminal opens a pseudo-terminal and puts a link to it at path. What is written to the file comes in there.
func terminal(t *testing.T, path string) *os.File {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { master.Close() })
	fd := int(master.Fd())
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetUint32(fd, unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	fresh := path + ".new"
	if err := os.Symlink(fmt.Sprintf("/dev/pts/%d", n), fresh); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(fresh, path); err != nil {
		t.Fatal(err)
	}
	return master
}

func TestASerialReaderComesGoesAndComesBack(t *testing.T) {
	path := filepath.Join(t.TempDir(), "reader")
	codes, changes := make(chan booking.Code, 10), make(chan bool, 10)
	r, err := scanner.New(scanner.Config{Path: path, Retry: 10 * time.Millisecond, Prefix: "QR:",
		Told: func(code booking.Code) { codes <- code }, Changed: func(there bool) { changes <- there }})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		r.Run(ctx)
	}()
	if there := <-changes; there {
		t.Fatal("it is there before it is")
	}
	for _, c := range []struct {
		sent string
		want booking.Code
	}{{"https://example.org/", ""}, {"QR:]Q1" + one + "\r\n", one}} {
		master := terminal(t, path)
		if there := <-changes; !there {
			t.Fatal("it is not there")
		}
		if _, err := master.WriteString(c.sent); err != nil {
			t.Fatal(err)
		}
		if code := <-codes; code != c.want {
			t.Errorf("%q is %q", c.sent, code)
		}
		if err := unix.SetNonblock(int(master.Fd()), true); err != nil {
			t.Fatal(err)
		}
		if n, err := unix.Read(int(master.Fd()), make([]byte, 10)); !errors.Is(err, unix.EAGAIN) {
			t.Errorf("%d bytes went back to the reader, %v", n, err)
		}
		if err := master.Close(); err != nil {
			t.Fatal(err)
		}
		if there := <-changes; there {
			t.Fatal("it is still there")
		}
	}
	terminal(t, path)
	<-changes
	cancel() // while it waits for bytes
	<-done
}

func TestALineIsGivenBackWhoeverWaitsForIt(t *testing.T) {
	path := filepath.Join(t.TempDir(), "reader")
	terminal(t, path)
	for range 3 {
		line, err := scanner.Dial(path, 9600)
		if err != nil {
			t.Fatal(err)
		}
		read := make(chan error)
		go func() {
			_, err := line.Read(make([]byte, 100))
			read <- err
		}()
		if err := errors.Join(line.Close(), line.Close()); err != nil {
			t.Error(err)
		}
		if err := <-read; !errors.Is(err, os.ErrClosed) {
			t.Error(err)
		}
	}
}

func TestWhatLayOnALineBeforeItWasOpenedIsNobodys(t *testing.T) {
	path := filepath.Join(t.TempDir(), "reader")
	master := terminal(t, path)
	before, err := unix.Open(path, unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(before)
	if _, err := master.WriteString(one + "\n"); err != nil {
		t.Fatal(err)
	}
	arrived := []unix.PollFd{{Fd: int32(before), Events: unix.POLLIN}}
	for arrived[0].Revents == 0 {
		if _, err := unix.Poll(arrived, -1); err != nil && !errors.Is(err, unix.EINTR) {
			t.Fatal(err)
		}
	}
	line, err := scanner.Dial(path, 9600)
	if err != nil {
		t.Fatal(err)
	}
	defer line.Close()
	if _, err := master.WriteString(two + "\r"); err != nil {
		t.Fatal(err)
	}
	var got []byte
	for room := make([]byte, 100); !bytes.HasSuffix(got, []byte("\r")); {
		n, err := line.Read(room)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, room[:n]...)
	}
	if string(got) != two+"\r" {
		t.Errorf("read %q", got)
	}
}

func TestWhatIsNoReaderIsAFault(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	master := terminal(t, filepath.Join(dir, "reader"))
	defer master.Close()
	for path, want := range map[string]error{
		filepath.Join(dir, "none"): fs.ErrNotExist, file: unix.ENOTTY, "/dev/null": unix.ENOTTY, "/dev/input/event999": fs.ErrNotExist,
	} {
		line, err := scanner.Dial(path, 9600)
		if f := fault.Of(err); line != nil || f.Code != fault.CodeScanner || !errors.Is(err, want) || f.Remedy == "" {
			t.Errorf("%s: %v, %v, remedy %q", path, line, err, f.Remedy)
		}
	}
	if line, err := scanner.Dial(filepath.Join(dir, "reader"), 12345); line != nil || fault.Of(err).Code != fault.CodeScanner {
		t.Errorf("a speed that there is not: %v", err)
	}
}
