package evdev_test

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"example.org/totem/hw/evdev"
)

func TestWhatIsNoInputDeviceIsRefused(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := unix.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]error{os.DevNull: evdev.ErrKind, pipe: evdev.ErrKind, "/nowhere/event0": fs.ErrNotExist} {
		for _, open := range []func(string) error{
			func(path string) error { _, err := evdev.Open(path); return err },
			func(path string) error {
				port, err := evdev.Find(path, func(evdev.Info) bool { return true })
				if port != nil {
					t.Errorf("%s: a port", path)
				}
				return err
			},
		} {
			if err := open(path); !errors.Is(err, want) || !strings.Contains(err.Error(), path) {
				t.Errorf("%s: %v", path, err)
			}
		}
	}
}

func TestWhereNoDeviceFitsThatIsSaid(t *testing.T) {
	if _, err := evdev.Find("", func(evdev.Info) bool { return false }); !errors.Is(err, evdev.ErrNone) {
		t.Errorf("%v", err)
	}
	for _, found := range evdev.All() {
		if !strings.HasPrefix(found.Path, "/dev/input/event") {
			t.Errorf("%+v", found)
		}
	}
}

func TestAPipeActsAsADevice(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	info := evdev.Info{Name: "a panel", Axes: map[uint16]evdev.Axis{evdev.AbsMTSlot: {Value: 1, Max: 2}, evdev.AbsMTPositionX: {Max: 9}}}
	var p evdev.Port = evdev.Describe(r, info, evdev.Narrow)
	ids, _ := p.Slots(evdev.AbsMTTrackingID)
	places, _ := p.Slots(evdev.AbsMTPositionX)
	slot, _ := p.Axis(evdev.AbsMTSlot)
	if !slices.Equal(ids, []int32{-1, -1, -1}) || !slices.Equal(places, []int32{0, 0, 0}) || slot.Value != 1 || p.Info().Name != "a panel" {
		t.Errorf("ids %v, places %v, slot %v", ids, places, slot)
	}
	if _, err := p.Axis(evdev.AbsY); err == nil {
		t.Error("an axis that it does not have")
	}
	d := evdev.NewDecoder(p, p.Format())
	want := evdev.Event{At: time.Second, Type: evdev.TypeKey, Code: 183, Value: 1}
	if _, err := w.Write(evdev.Narrow.Append(nil, want)); err != nil {
		t.Fatal(err)
	}
	if got, err := d.Next(); err != nil || got != want {
		t.Errorf("%v, %v", got, err)
	}
	ended := make(chan error)
	go func() {
		_, err := d.Next()
		ended <- err
	}()
	if err := errors.Join(p.Grab(), p.Close()); err != nil {
		t.Error(err)
	}
	if err := <-ended; err == nil || errors.Is(err, io.EOF) {
		t.Errorf("a read of a closed pipe: %v", err)
	}
}
