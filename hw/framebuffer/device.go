package framebuffer

import (
	"errors"
	"fmt"
	"os"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Requests of linux/fb.h.
const (
	getVariable = 0x4600 // FBIOGET_VSCREENINFO
	getFixed    = 0x4602 // FBIOGET_FSCREENINFO
	setBlank    = 0x4611 // FBIOBLANK, given by value; 0 lights the panel
)

// fixed is struct fb_fix_screeninfo of linux/fb.h. The addresses are as long as the processor's: the structure has 80 bytes
// where they have eight, 68 where they have four.
//
//	| field        | type              | what it is                     |
//	|--------------|-------------------|--------------------------------|
//	| id           | 16 bytes          | name of the driver             |
//	| smem_start   | address           | –                              |
//	| smem_len     | u32               | bytes of memory                |
//	| type         | u32               | 0: packed pixels               |
//	| type_aux     | u32               | –                              |
//	| visual       | u32               | 2: true colour                 |
//	| xpanstep     | u16, and two more | –                              |
//	| line_length  | u32               | bytes from one row to the next |
//	| mmio_start   | address           | –                              |
//	| mmio_len     | u32               | –                              |
//	| accel        | u32               | –                              |
//	| capabilities | u16               | –                              |
//	| reserved     | 2 × u16           | –                              |
type fixed struct {
	_      [16]byte
	_      uintptr
	length uint32
	kind   uint32
	_      uint32
	visual uint32
	_      [3]uint16
	stride uint32
	_      uintptr
	_      [2]uint32
	_      [3]uint16
}

// variable is struct fb_var_screeninfo of linux/fb.h: 40 numbers of 32 bits.
//
//	| number  | field          | what it is                                   |
//	|---------|----------------|----------------------------------------------|
//	| 0, 1    | xres, yres     | dots that are seen                           |
//	| 2, 3    | …_virtual      | –                                            |
//	| 4, 5    | xoffset, yoffset | where the seen part begins                 |
//	| 6       | bits_per_pixel | –                                            |
//	| 7       | grayscale      | 0: colour                                    |
//	| 8, 9    | red            | offset and length in bits; 10: msb_right     |
//	| 11, 12  | green          | likewise                                     |
//	| 14, 15  | blue           | likewise                                     |
//	| 17–39   | transp and others | –                                         |
type variable [40]uint32

// The kinds of memory that pictures are written into as they are: FB_TYPE_PACKED_PIXELS with FB_VISUAL_TRUECOLOR, or with
// FB_VISUAL_DIRECTCOLOR, whose tables a driver begins with straight.
const (
	packedPixels = 0
	trueColour   = 2
	directColour = 4
)

// layoutOf puts together what the two structures say.
func layoutOf(f fixed, v variable) (Layout, error) {
	if f.kind != packedPixels || f.visual != trueColour && f.visual != directColour || v[7] != 0 {
		return Layout{}, fmt.Errorf("memory of type %d, visual %d, greyscale %d is not understood", f.kind, f.visual, v[7])
	}
	for _, n := range []uint32{v[0], v[1], v[4], v[5], v[6], f.stride} {
		if n > 1<<24 {
			return Layout{}, fmt.Errorf("the device tells of %d dots or bytes", n)
		}
	}
	l := Layout{
		Width: int(v[0]), Height: int(v[1]), X: int(v[4]), Y: int(v[5]), Stride: int(f.stride), Bits: int(v[6]),
		Red: Field{v[8], v[9]}, Green: Field{v[11], v[12]}, Blue: Field{v[14], v[15]}, Length: int(min(f.length, 1<<30)),
	}
	return l, nil
}

// linux is a framebuffer device of the kernel.
type linux struct {
	file   *os.File
	memory []byte
}

func openDevice(path string) (Device, error) {
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	d := &linux{file: file}
	_ = d.ask(setBlank, 0) // a driver that cannot is lit already
	return d, nil
}

func (d *linux) ask(request, argument uintptr) (err error) {
	conn, err := d.file.SyscallConn()
	if err != nil {
		return err
	}
	errControl := conn.Control(func(fd uintptr) {
		if _, _, errno := unix.Syscall(unix.SYS_IOCTL, fd, request, argument); errno != 0 {
			err = fmt.Errorf("ask the device (request %#x): %w", request, errno)
		}
	})
	return errors.Join(errControl, err)
}

// Layout asks the driver.
func (d *linux) Layout() (Layout, error) {
	var f fixed
	var v variable
	if err := d.control(getFixed, unsafe.Pointer(&f)); err != nil {
		return Layout{}, err
	}
	if err := d.control(getVariable, unsafe.Pointer(&v)); err != nil {
		return Layout{}, err
	}
	return layoutOf(f, v)
}

// control is a request that fills what argument points to.
func (d *linux) control(request uintptr, argument unsafe.Pointer) error {
	conn, err := d.file.SyscallConn()
	if err != nil {
		return err
	}
	var errno unix.Errno
	errControl := conn.Control(func(fd uintptr) { _, _, errno = unix.Syscall(unix.SYS_IOCTL, fd, request, uintptr(argument)) })
	if errno != 0 {
		return fmt.Errorf("ask the device (request %#x): %w", request, errno)
	}
	return errControl
}

// Map maps the memory.
func (d *linux) Map(length int) (memory []byte, err error) {
	conn, err := d.file.SyscallConn()
	if err != nil {
		return nil, err
	}
	errControl := conn.Control(func(fd uintptr) {
		memory, err = unix.Mmap(int(fd), 0, length, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	})
	d.memory = memory
	return memory, errors.Join(errControl, err)
}

// Close unmaps the memory and closes the file.
func (d *linux) Close() error {
	var err error
	if d.memory != nil {
		err = unix.Munmap(d.memory)
		d.memory = nil
	}
	return errors.Join(err, d.file.Close())
}
