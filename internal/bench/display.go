package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"io"
	"net"
	"strconv"
	"strings"
)

// display is one screen of an X server, as somebody in front of it has it: dots to look at and a finger. It speaks the
// protocol itself, so that a look costs one question and nothing else. It serves one goroutine.
type display struct {
	conn  net.Conn
	root  uint32
	size  image.Point
	touch byte // the number of the server's extension for tests
}

// The requests that are made, by their numbers in the X protocol and in its extension XTEST.
const (
	warpPointer    = 41
	getImage       = 73
	queryExtension = 98
	fakeInput      = 2

	buttonPress   = 4
	buttonRelease = 5
)

// le is how both ends write numbers.
var le = binary.LittleEndian

// openDisplay connects to a display of this machine that asks for no password, ":3" or for its second screen ":3.1".
func openDisplay(name string) (*display, error) {
	server, screen, _ := strings.Cut(strings.TrimPrefix(name, ":"), ".")
	number, err := strconv.Atoi("0" + screen)
	if err != nil {
		return nil, fmt.Errorf("no display has the name %q", name)
	}
	conn, err := net.Dial("unix", "/tmp/.X11-unix/X"+server)
	if err != nil {
		return nil, fmt.Errorf("connect to the display: %w", err)
	}
	d := &display{conn: conn}
	if err := errors.Join(d.greet(number), d.findTouch()); err != nil {
		return nil, errors.Join(fmt.Errorf("connect to the display: %w", err), conn.Close())
	}
	return d, nil
}

func (d *display) close() error { return d.conn.Close() }

// greet says hello and finds the root window of a screen in the answer.
func (d *display) greet(screen int) error {
	if _, err := d.conn.Write([]byte{'l', 0, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0}); err != nil {
		return err
	}
	head := make([]byte, 8)
	if _, err := io.ReadFull(d.conn, head); err != nil {
		return err
	}
	about := make([]byte, 4*int(le.Uint16(head[6:])))
	if _, err := io.ReadFull(d.conn, about); err != nil {
		return err
	}
	if head[0] != 1 || len(about) < 32 {
		return fmt.Errorf("the server refuses: %q", about)
	}
	screens := int(about[20])
	if screen >= screens {
		return fmt.Errorf("there is no screen %d", screen)
	}
	at := 32 + padded(int(le.Uint16(about[16:]))) + 8*int(about[21])
	for range screen {
		at = afterScreen(about, at)
	}
	d.root = le.Uint32(about[at:])
	d.size = image.Pt(int(le.Uint16(about[at+20:])), int(le.Uint16(about[at+22:])))
	return nil
}

// afterScreen returns where the next screen begins in what a server says of itself.
func afterScreen(about []byte, at int) int {
	depths := int(about[at+39])
	at += 40
	for range depths {
		at += 8 + 24*int(le.Uint16(about[at+2:]))
	}
	return at
}

func padded(n int) int { return (n + 3) &^ 3 }

func (d *display) findTouch() error {
	const name = "XTEST"
	answer, _, err := d.ask(queryExtension, 0, append([]byte{byte(len(name)), 0, 0, 0}, name+"\x00\x00\x00"...))
	if err != nil {
		return err
	}
	if answer[8] == 0 {
		return errors.New("the server has no extension " + name)
	}
	d.touch = answer[9]
	return nil
}

// tell makes a request that has no answer; body fills whole words.
func (d *display) tell(request, detail byte, body []byte) error {
	b := append([]byte{request, detail, 0, 0}, body...)
	le.PutUint16(b[2:], uint16(len(b)/4))
	_, err := d.conn.Write(b)
	return err
}

// ask makes a request and returns its answer.
func (d *display) ask(request, detail byte, body []byte) (head, rest []byte, err error) {
	if err := d.tell(request, detail, body); err != nil {
		return nil, nil, err
	}
	head = make([]byte, 32)
	for {
		if _, err := io.ReadFull(d.conn, head); err != nil {
			return nil, nil, err
		}
		switch head[0] {
		case 0:
			return nil, nil, fmt.Errorf("the server refuses request %d with error %d", request, head[1])
		case 1:
			rest = make([]byte, 4*int(le.Uint32(head[4:])))
			_, err := io.ReadFull(d.conn, rest)
			return head, rest, err
		}
	}
}

// dots returns what is to be seen within r, four bytes a dot.
func (d *display) dots(r image.Rectangle) ([]byte, error) {
	body := le.AppendUint32(nil, d.root)
	for _, n := range []int{r.Min.X, r.Min.Y, r.Dx(), r.Dy()} {
		body = le.AppendUint16(body, uint16(n))
	}
	_, dots, err := d.ask(getImage, 2, le.AppendUint32(body, 0xFFFFFFFF))
	if err == nil && len(dots) < 4*r.Dx()*r.Dy() {
		err = errors.New("the display has not 24 bits a dot")
	}
	return dots, err
}

// point moves the pointer. It is moved by the core protocol, for XTEST knows only one screen.
func (d *display) point(at image.Point) error {
	body := le.AppendUint32(make([]byte, 4), d.root)
	body = append(body, make([]byte, 8)...) // from anywhere
	return d.tell(warpPointer, 0, le.AppendUint16(le.AppendUint16(body, uint16(at.X)), uint16(at.Y)))
}

// press and release are of the pointer's left button, where it is.
func (d *display) press() error   { return d.button(buttonPress) }
func (d *display) release() error { return d.button(buttonRelease) }

func (d *display) button(does byte) error {
	body := make([]byte, 32)
	body[0], body[1] = does, 1
	return d.tell(d.touch, fakeInput, body)
}

// differ reports whether two stretches of dots are not the same colours; the fourth byte of a dot says nothing.
func differ(a, b []byte) bool { return !bytes.Equal(a, b) && unlike(a, b) > 0 }

// unlike counts the dots that have another colour.
func unlike(a, b []byte) (n int) {
	for i := 0; i+3 < min(len(a), len(b)); i += 4 {
		if a[i] != b[i] || a[i+1] != b[i+1] || a[i+2] != b[i+2] {
			n++
		}
	}
	return n
}
