package evdev

import (
	"fmt"
	"os"
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Requests of linux/input.h, without direction and size; see request.
const (
	getID       = 0x02 // struct input_id: bus, vendor, product, version, 16 bits each
	getName     = 0x06 // text, ended by a zero
	getProps    = 0x09 // bits
	getSlots    = 0x0a // struct input_mt_request_layout: code, then a value for each slot, 32 bits each
	getKeys     = 0x18 // bits: which keys are down
	getSwitches = 0x1b // bits: which switches are on
	getBits     = 0x20 // + type; bits: which codes there are. Type 0: which types
	getAbs      = 0x40 // + axis; struct input_absinfo: value, min, max, fuzz, flat, resolution, 32 bits each
	setGrab     = 0x90 // 1: take, given by value
	setClock    = 0xa0 // a clock's id, 32 bits
)

// The directions of a request, as on every architecture that Totem is built for (asm-generic/ioctl.h).
const (
	toKernel   = 1
	fromKernel = 2
)

// request is _IOC(direction, 'E', number, size).
func request(direction, number, size uintptr) uintptr {
	return direction<<30 | size<<16 | 'E'<<8 | number
}

// ask fills b with what the device says and returns how many bytes that were, where the driver tells.
func ask(f *os.File, number uintptr, b []byte) (int, error) {
	return control(f, request(fromKernel, number, uintptr(len(b))), b)
}

func control(f *os.File, req uintptr, b []byte) (n int, err error) {
	conn, err := f.SyscallConn()
	if err != nil {
		return 0, err
	}
	err2 := conn.Control(func(fd uintptr) {
		r, _, errno := unix.Syscall(unix.SYS_IOCTL, fd, req, uintptr(unsafe.Pointer(unsafe.SliceData(b))))
		runtime.KeepAlive(b)
		if n = int(r); errno != 0 {
			n, err = 0, fmt.Errorf("ask the device (request %#x): %w", req&0xff, errno)
		}
	})
	if err2 != nil {
		return 0, err2
	}
	return n, err
}

// grab is the one request whose argument is a value.
func grab(f *os.File) (err error) {
	conn, err := f.SyscallConn()
	if err != nil {
		return err
	}
	err2 := conn.Control(func(fd uintptr) {
		if _, _, errno := unix.Syscall(unix.SYS_IOCTL, fd, request(toKernel, setGrab, 4), 1); errno != 0 {
			err = errno
		}
	})
	if err2 != nil {
		return err2
	}
	return err
}
