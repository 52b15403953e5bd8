package touch_test

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
	"unsafe"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"

	"example.org/totem/hw/evdev"
	"example.org/totem/hw/touch"
)

// uinput is a device that the kernel has for a test: what is written into it is told by an event device. See
// linux/uinput.h. It takes the module uinput and the rights of root; a virtual machine has both.
type uinput struct {
	*os.File
	path string
}

func newUinput(t *testing.T, info evdev.Info) *uinput {
	t.Helper()
	if os.Getenv("TOTEM_UINPUT") == "" {
		t.Skip("touches of a device that the kernel makes reach whoever sits before this machine: set TOTEM_UINPUT=1 where nobody does")
	}
	f, err := os.OpenFile("/dev/uinput", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("the kernel makes no devices for tests here:", err)
	}
	t.Cleanup(func() { f.Close() })
	do := func(number, size uintptr, arg uintptr) {
		direction := uintptr(1) // to the kernel
		if number < 3 {
			direction = 0
		}
		if _, _, errno := unix.Syscall(unix.SYS_IOCTL, f.Fd(), direction<<30|size<<16|'U'<<8|number, arg); errno != 0 {
			t.Fatalf("uinput request %d: %v", number, errno)
		}
	}
	const devCreate, devSetup, absSetup, setEvent, setKey, setAbs, setSwitch, setProp = 1, 3, 4, 100, 101, 103, 109, 110
	for kind, set := range map[uint16]struct {
		number uintptr
		codes  []uint16
	}{
		evdev.TypeKey: {setKey, info.Keys.Codes()}, evdev.TypeAbs: {setAbs, nil}, evdev.TypeSwitch: {setSwitch, info.Switches.Codes()},
	} {
		do(setEvent, 4, uintptr(kind))
		for _, code := range set.codes {
			do(set.number, 4, uintptr(code))
		}
	}
	for _, prop := range info.Props.Codes() {
		do(setProp, 4, uintptr(prop))
	}
	for code, a := range info.Axes {
		do(setAbs, 4, uintptr(code))
		b := binary.NativeEndian.AppendUint32(nil, uint32(code)) // and two bytes of nothing
		for _, v := range []int32{a.Value, a.Min, a.Max, a.Fuzz, a.Flat, a.Resolution} {
			b = binary.NativeEndian.AppendUint32(b, uint32(v))
		}
		do(absSetup, uintptr(len(b)), uintptr(unsafe.Pointer(&b[0])))
	}
	setup := make([]byte, 92) // id, name of 80 bytes, effects
	for i, v := range []uint16{info.ID.Bus, info.ID.Vendor, info.ID.Product, info.ID.Version} {
		binary.NativeEndian.PutUint16(setup[2*i:], v)
	}
	copy(setup[8:87], info.Name)
	do(devSetup, uintptr(len(setup)), uintptr(unsafe.Pointer(&setup[0])))
	before, _ := filepath.Glob("/dev/input/event*")
	do(devCreate, 0, 0)
	for range 5000 { // until the system has made its file
		now, _ := filepath.Glob("/dev/input/event*")
		for _, path := range now {
			if !slices.Contains(before, path) {
				return &uinput{f, path}
			}
		}
	}
	t.Fatal("no event device came")
	return nil
}

func (u *uinput) tell(t *testing.T, events ...evdev.Event) {
	t.Helper()
	if _, err := u.Write(stream(events, evdev.Native)); err != nil {
		t.Fatal(err)
	}
}

func TestRecordingsComeOutOfTheKernelAsTheyWentIn(t *testing.T) {
	for name, r := range recordings(t) {
		t.Run(name, func(t *testing.T) {
			u := newUinput(t, r.Info)
			s, err := touch.Open(u.path)
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			if f, err := s.Read(); err != nil || len(f.Contacts) != 0 {
				t.Errorf("at the start: %v, %v", f, err)
			}
			want, _ := read(t, port(r.Info, r.Events, evdev.Native))
			want, begun := want[1:], 0
			for i, e := range r.Events {
				if e.Type != evdev.TypeSyn {
					continue
				}
				u.tell(t, r.Events[begun:i+1]...)
				begun = i + 1
				if len(want) == 0 || want[0].At != e.At {
					continue // it changes nothing
				}
				got, err := s.Read()
				if err != nil || got.Lost || !slices.Equal(got.Contacts, want[0].Contacts) {
					t.Fatalf("%v, %v, want %v", got, err, want[0])
				}
				want = want[1:]
			}
			if len(want) != 0 {
				t.Errorf("%d moments did not come", len(want))
			}
		})
	}
}

func TestARealDeviceAnswersAsItsPortPromises(t *testing.T) {
	info := slotted()
	info.Name, info.ID = "a panel of the tests", evdev.ID{Bus: 3, Vendor: 1, Product: 2, Version: 3}
	info.Switches = evdev.BitsOf(evdev.SwHeadphoneInsert)
	x := info.Axes[evdev.AbsMTPositionX]
	x.Resolution, x.Fuzz, x.Flat = 10, 0, 3
	info.Axes[evdev.AbsMTPositionX] = x
	u := newUinput(t, info)
	u.tell(t, frame(put(0, 1, 10, 10), put(2, 5, 500, 250), []evdev.Event{key(evdev.BtnTouch, 1)},
		[]evdev.Event{{Type: evdev.TypeSwitch, Code: evdev.SwHeadphoneInsert, Value: 1}})...)
	p, err := evdev.Open(u.path)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	got := p.Info()
	for code, a := range got.Axes {
		a.Value = 0
		got.Axes[code] = a
	}
	if diff := cmp.Diff(info, got); diff != "" {
		t.Error(diff)
	}
	ids, err1 := p.Slots(evdev.AbsMTTrackingID)
	xs, err2 := p.Slots(evdev.AbsMTPositionX)
	keys, err3 := p.Keys()
	switches, err4 := p.Switches()
	slot, err5 := p.Axis(evdev.AbsMTSlot)
	if err := errors.Join(err1, err2, err3, err4, err5); err != nil {
		t.Fatal(err)
	}
	state := fmt.Sprint(ids, xs, keys.Codes(), switches.Codes(), slot.Value)
	if want := "[1 -1 5 -1 -1] [10 0 500 0 0] [330] [2] 2"; state != want {
		t.Errorf("%s, want %s", state, want)
	}

	s, err := touch.Open(u.path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if f, err := s.Read(); err != nil || len(f.Contacts) != 2 || f.Lost {
		t.Errorf("at the start: %v, %v", f, err)
	}
	if err := p.Grab(); !errors.Is(err, unix.EBUSY) {
		t.Errorf("a device that is taken: %v", err)
	}
	var now unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_MONOTONIC, &now); err != nil {
		t.Fatal(err)
	}
	u.tell(t, frame(lifted(0))...)
	if f, err := s.Read(); err != nil || len(f.Contacts) != 1 || f.At < time.Duration(now.Nano()) || f.At > time.Duration(now.Nano())+time.Minute {
		t.Errorf("%v, %v, and it is %v", f, err, time.Duration(now.Nano()))
	}

	for i := range int32(5000) { // more than the kernel keeps
		u.tell(t, frame(put(1, 100+i, i%1000, 7))...)
	}
	lost := false
	for {
		f, err := s.Read()
		if err != nil {
			t.Fatal(err)
		}
		if lost = lost || f.Lost; lost && f.Contacts[0].ID == 5099 {
			if len(f.Contacts) != 2 || f.Contacts[0].X != 0.999 || f.Contacts[1].ID != 5 {
				t.Errorf("after the loss: %v", f)
			}
			break
		}
	}

	ended := make(chan error)
	go func() {
		var err error
		for err == nil {
			_, err = s.Read()
		}
		ended <- err
	}()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if err := <-ended; err == nil || errors.Is(err, evdev.ErrGone) {
		t.Errorf("a read that was ended: %v", err)
	}
	if s, err = touch.Open(u.path); err != nil {
		t.Fatal("taken once more:", err)
	}
	if _, err := s.Read(); err != nil {
		t.Error(err)
	}
	go func() {
		var err error
		for err == nil {
			_, err = s.Read()
		}
		ended <- err
	}()
	u.Close()
	if err := <-ended; !errors.Is(err, evdev.ErrGone) {
		t.Errorf("a device that vanished: %v", err)
	}
	if _, err := p.Slots(evdev.AbsMTTrackingID); !errors.Is(err, evdev.ErrGone) {
		t.Errorf("asked after it vanished: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}
