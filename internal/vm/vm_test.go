package vm_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/color"
	"net"
	"strings"
	"testing"
	"time"

	"example.org/totem/internal/vm"
)

// fakeQEMU greets and then answers each command by say.
func fakeQEMU(t *testing.T, say func(command string) []string) net.Conn {
	t.Helper()
	ours, theirs := net.Pipe()
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer theirs.Close()
		fmt.Fprintln(theirs, `{"QMP": {"version": {"qemu": {"micro": 22, "minor": 2, "major": 7}}, "capabilities": ["oob"]}}`)
		lines := bufio.NewScanner(theirs)
		for lines.Scan() {
			var c struct {
				Execute string `json:"execute"`
			}
			if json.Unmarshal(lines.Bytes(), &c) != nil {
				return
			}
			for _, line := range say(c.Execute) {
				if _, err := fmt.Fprintln(theirs, line); err != nil {
					return
				}
			}
		}
	}()
	t.Cleanup(func() { ours.Close(); <-done })
	return ours
}

func TestAnAnswerIsFoundAmongEvents(t *testing.T) {
	var heard []string
	conn := fakeQEMU(t, func(command string) []string {
		if command != "query-status" {
			return []string{`{"return": {}}`}
		}
		return []string{`{"event": "RESET", "data": {"guest": true}, "timestamp": {"seconds": 1, "microseconds": 2}}`, `{"return": {"running": true, "status": "running"}}`,
			`{"event": "WATCHDOG", "data": {"action": "reset"}, "timestamp": {"seconds": 1, "microseconds": 3}}`}
	})
	m, err := vm.NewMonitor(t.Context(), conn, func(e vm.Event) { heard = append(heard, e.Name) })
	if err != nil {
		t.Fatal(err)
	}
	var status struct{ Running bool }
	if err := m.Do(t.Context(), "query-status", nil, &status); err != nil || !status.Running {
		t.Errorf("running %t, %v", status.Running, err)
	}
	if err := m.Do(t.Context(), "stop", nil, nil); err != nil {
		t.Error(err)
	}
	m.Close()
	if got := strings.Join(heard, " "); got != "RESET WATCHDOG" {
		t.Errorf("heard %q", got)
	}
}

func TestARefusalIsToldInQEMUsWords(t *testing.T) {
	conn := fakeQEMU(t, func(command string) []string {
		if command == "qmp_capabilities" {
			return []string{`{"return": {}}`}
		}
		return []string{`{"error": {"class": "GenericError", "desc": "Device 'card' not found"}}`}
	})
	m, err := vm.NewMonitor(t.Context(), conn, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	if err := m.Do(t.Context(), "set_link", map[string]any{"name": "card"}, nil); err == nil || !strings.Contains(err.Error(), "Device 'card' not found") {
		t.Errorf("error %v", err)
	}
}

func TestACommandEndsWhenQEMUDoesOrNobodyWaitsAnyMore(t *testing.T) {
	conn := fakeQEMU(t, func(command string) []string {
		if command == "qmp_capabilities" {
			return []string{`{"return": {}}`}
		}
		return nil
	})
	m, err := vm.NewMonitor(t.Context(), conn, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := m.Do(ctx, "screendump", nil, nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v", err)
	}
	if err := m.Do(t.Context(), "stop", nil, nil); !errors.Is(err, vm.ErrMonitorEnded) {
		t.Errorf("afterwards: %v", err)
	}
}

func TestWhatDoesNotGreetIsNotQEMU(t *testing.T) {
	ours, theirs := net.Pipe()
	go func() { fmt.Fprintln(theirs, `{"return": {}}`); theirs.Close() }()
	if m, err := vm.NewMonitor(t.Context(), ours, nil); err == nil {
		m.Close()
		t.Error("it was taken for QEMU")
	}
}

func TestAPixmapIsReadDotByDot(t *testing.T) {
	p, err := vm.DecodePPM(strings.NewReader("P6\n2 1\n255\n\x01\x02\x03\xff\x00\x80"))
	if err != nil {
		t.Fatal(err)
	}
	if p.Rect != image.Rect(0, 0, 2, 1) || p.RGBAAt(0, 0) != (color.RGBA{1, 2, 3, 255}) || p.RGBAAt(1, 0) != (color.RGBA{255, 0, 128, 255}) {
		t.Errorf("%v %v", p.Rect, p.Pix)
	}
}

func TestPixmapsThatAreCutShortOrTooLargeAreRefused(t *testing.T) {
	for _, text := range []string{"", "P5\n2 1\n255\nxxxxxx", "P6\n2 1\n255\n12345", "P6\n2 1\n65535\n123456", "P6\n0 1\n255\n", "P6\n999999 999999\n255\n", "P6\n-1 2\n255\n"} {
		if _, err := vm.DecodePPM(strings.NewReader(text)); err == nil {
			t.Errorf("%q was taken", text)
		}
	}
}

func FuzzPixmapsAreReadOrRefused(f *testing.F) {
	f.Add([]byte("P6\n2 1\n255\n123456"))
	f.Add([]byte("P6\n1000000 60\n255\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if p, err := vm.DecodePPM(bytes.NewReader(b)); err == nil && len(p.Pix) != 4*p.Rect.Dx()*p.Rect.Dy() {
			t.Errorf("%v with %d bytes", p.Rect, len(p.Pix))
		}
	})
}

func TestAScreenOfOneColourIsDark(t *testing.T) {
	p := image.NewRGBA(image.Rect(0, 0, 100, 100))
	for x := range 10 { // a cursor
		p.SetRGBA(x, 0, color.RGBA{255, 255, 255, 255})
	}
	if !vm.Dark(p) {
		t.Error("a black screen with a cursor is not dark")
	}
	for i := range 1000 {
		p.SetRGBA(i%100, i/100, color.RGBA{255, 255, 255, 255})
	}
	if vm.Dark(p) {
		t.Error("a screen with words is dark")
	}
}
