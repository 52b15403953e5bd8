package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"example.org/totem/internal/papersim"
	"example.org/totem/internal/xvfb"
)

// patience is how long a test waits for something that must come; it is there to end a test that has failed.
const patience = time.Minute

// beat is how often the program of these tests is to say that it is alive: a third of what it is told.
const beat = 100 * time.Millisecond

// manager is a service manager: the socket that a program tells it things by.
type manager struct {
	*net.UnixConn
	path string
}

func newManager(t *testing.T) manager {
	t.Helper()
	dir, err := os.MkdirTemp("", "totem") // a socket's path must be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	path := filepath.Join(dir, "notify")
	conn, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return manager{conn, path}
}

// hears returns what comes next within a time, "" for nothing.
func (m manager) hears(within time.Duration) string {
	buffer := make([]byte, 4096)
	m.SetReadDeadline(time.Now().Add(within))
	n, err := m.Read(buffer)
	if err != nil {
		return ""
	}
	return string(buffer[:n])
}

// awaits waits until something is told and returns it.
func (m manager) awaits(t *testing.T, what string) string {
	t.Helper()
	for begin := time.Now(); time.Since(begin) < patience; {
		if said := m.hears(time.Second); strings.Contains(said, what) {
			return said
		}
	}
	t.Fatalf("%s is never told", what)
	return ""
}

// fallsSilent waits until nothing has been told for ten beats.
func (m manager) fallsSilent(t *testing.T) {
	t.Helper()
	for begin := time.Now(); time.Since(begin) < patience; {
		if m.hears(10*beat) == "" {
			return
		}
	}
	t.Fatal("it goes on telling")
}

// serverOf returns the process of an X server: the one that listens at its socket.
func serverOf(t *testing.T, display string) *os.Process {
	t.Helper()
	conn, err := net.Dial("unix", "/tmp/.X11-unix/X"+strings.TrimPrefix(display, ":"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	raw, err := conn.(*net.UnixConn).SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	pid := 0
	err = raw.Control(func(fd uintptr) {
		if peer, err := unix.GetsockoptUcred(int(fd), unix.SOL_SOCKET, unix.SO_PEERCRED); err == nil {
			pid = int(peer.Pid)
		}
	})
	if err != nil || pid == 0 {
		t.Fatalf("nobody listens at the display: %v", err)
	}
	p, err := os.FindProcess(pid)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestATotemIsReadyWhenItsScreenWasShownBeatsWhileTheDisplayAnswersAndStopsInOrder(t *testing.T) {
	display, stop, err := xvfb.Start(t.Context(), 1080, 1920)
	if errors.Is(err, xvfb.ErrMissing) && os.Getenv("CI") != "true" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	sheet, err := papersim.OnPTY(papersim.Config{}, papersim.Line{})
	if err != nil {
		t.Fatal(err)
	}
	defer sheet.Close()
	dir := t.TempDir()
	config := fmt.Sprintf("office = \"valfiorita-anagrafe\"\ntotem = \"ingresso\"\nscheduler = \"tls://127.0.0.1:1\"\ndata = %q\nprinter.path = %q\nprinter.profile = \"epson-tm-t20\"\npanel.fullscreen = true\n",
		dir, sheet.Path)
	file := filepath.Join(dir, "totem.toml")
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	m := newManager(t)
	ctx, cancel := context.WithTimeout(t.Context(), 3*patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, "totem", "run", "--config", file)
	var log strings.Builder
	cmd.Stderr = &log
	cmd.Env = append(os.Environ(), "DISPLAY="+display, "NOTIFY_SOCKET="+m.path, fmt.Sprintf("WATCHDOG_USEC=%d", 3*beat.Microseconds()))
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if said := m.hears(patience); !strings.HasPrefix(said, "READY=1\nWATCHDOG=1\nSTATUS=gives tickets") {
		t.Errorf("first of all it tells %q", said)
	}
	for range 3 {
		m.awaits(t, "WATCHDOG=1")
	}
	server := serverOf(t, display)
	server.Signal(syscall.SIGSTOP)
	m.fallsSilent(t)
	server.Signal(syscall.SIGCONT)
	m.awaits(t, "WATCHDOG=1")
	asked := time.Now()
	cmd.Process.Signal(syscall.SIGTERM)
	m.awaits(t, "STOPPING=1")
	if err := cmd.Wait(); err != nil {
		t.Errorf("%v\n%s", err, log.String())
	}
	took := time.Since(asked)
	if t.Logf("it stopped within %v", took.Round(time.Millisecond)); took > time.Minute { // the image's figures hold it to eight seconds
		t.Errorf("it took %v to stop", took)
	}
	if said := m.hears(10 * beat); said != "" {
		t.Errorf("after its end %q is told", said)
	}
	if !strings.HasSuffix(strings.TrimSpace(log.String()), "event=totem.stopped") {
		t.Errorf("the log does not end with that:\n%s", log.String())
	}
	if left, err := filepath.Glob(filepath.Join(dir, "health.json*")); err != nil || left != nil {
		t.Errorf("it leaves %v: %v", left, err)
	}
}
