// Package evemu reads recordings of input devices as evemu-record and evemu-describe write them, for tests. Lines:
//
//	N: EP0430M09                      the device's name
//	I: 0018 0000 0000 0000            bus, vendor, product, version: hexadecimal
//	P: 02 00 00 00 00 00 00 00        properties, 8 bytes of a bitmap
//	B: 01 00 00 00 00 00 00 04 00     a type of events, and the next 8 bytes of the bitmap of its codes
//	A: 35 0 1279 0 0 0                an axis (hexadecimal): min, max, fuzz, flat, resolution; the last may be missing
//	E: 0.014310 0003 0035 0606        an event: seconds, type and code (hexadecimal), value
//	# …                               a comment, also behind any of these
package evemu

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"example.org/totem/hw/evdev"
)

// Recording is a device and what it told.
type Recording struct {
	Info   evdev.Info // zero where only events were recorded
	Events []evdev.Event
}

// Open reads the recording in a file.
func Open(path string) (Recording, error) {
	f, err := os.Open(path)
	if err != nil {
		return Recording{}, err
	}
	defer f.Close()
	r, err := Read(f)
	if err != nil {
		return r, fmt.Errorf("%s: %w", path, err)
	}
	return r, nil
}

// Read reads a recording.
func Read(from io.Reader) (Recording, error) {
	r := Recording{Info: evdev.Info{Axes: map[uint16]evdev.Axis{}}}
	lines := bufio.NewScanner(from)
	for n := 1; lines.Scan(); n++ {
		line, _, _ := strings.Cut(lines.Text(), "#")
		kind, rest, ok := strings.Cut(strings.TrimSpace(line), ": ")
		if !ok {
			continue
		}
		if kind == "N" {
			r.Info.Name = rest
			continue
		}
		if err := r.line(kind, strings.Fields(rest)); err != nil {
			return r, fmt.Errorf("line %d: %w", n, err)
		}
	}
	return r, lines.Err()
}

func (r *Recording) line(kind string, fields []string) error {
	switch {
	case kind == "I" && len(fields) == 4:
		n, err := numbers(fields, 16)
		r.Info.ID = evdev.ID{Bus: uint16(n[0]), Vendor: uint16(n[1]), Product: uint16(n[2]), Version: uint16(n[3])}
		return err
	case kind == "P":
		return add(&r.Info.Props, fields)
	case kind == "B" && fields[0] == "01":
		return add(&r.Info.Keys, fields[1:])
	case kind == "B" && fields[0] == "05":
		return add(&r.Info.Switches, fields[1:])
	case kind == "A" && len(fields) >= 5:
		code, err := numbers(fields[:1], 16)
		if err != nil {
			return err
		}
		n, err := numbers(append(fields[1:], "0")[:5], 10)
		r.Info.Axes[uint16(code[0])] = evdev.Axis{
			Min: int32(n[0]), Max: int32(n[1]), Fuzz: int32(n[2]), Flat: int32(n[3]), Resolution: int32(n[4]),
		}
		return err
	case kind == "E" && len(fields) == 4:
		return r.event(fields)
	case kind == "A", kind == "E", kind == "I":
		return fmt.Errorf("a line %q of %d fields", kind, len(fields))
	}
	return nil
}

func (r *Recording) event(fields []string) error {
	sec, micro, _ := strings.Cut(fields[0], ".")
	at, err := numbers([]string{sec, micro}, 10)
	if err != nil {
		return err
	}
	codes, err := numbers(fields[1:3], 16)
	if err != nil {
		return err
	}
	value, err := numbers(fields[3:], 10)
	r.Events = append(r.Events, evdev.Event{
		At:   time.Duration(at[0])*time.Second + time.Duration(at[1])*time.Microsecond,
		Type: uint16(codes[0]), Code: uint16(codes[1]), Value: int32(value[0]),
	})
	return err
}

func add(to *evdev.Bits, fields []string) error {
	n, err := numbers(fields, 16)
	for _, b := range n {
		*to = append(*to, byte(b))
	}
	return err
}

func numbers(fields []string, base int) ([]int64, error) {
	all := make([]int64, len(fields))
	var err error
	for i, field := range fields {
		var e error
		if all[i], e = strconv.ParseInt(field, base, 64); e != nil {
			err = e
		}
	}
	return all, err
}
