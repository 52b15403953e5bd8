package escpos_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.org/totem/hw/printer/escpos"
)

func sorted(stream []byte) []escpos.Reply {
	var r escpos.Replies
	var all []escpos.Reply
	for _, b := range stream {
		all = append(all, r.Next(b)...)
	}
	return all
}

func TestRepliesAreSorted(t *testing.T) {
	one := func(k escpos.Kind, b ...byte) escpos.Reply {
		r := escpos.Reply{Kind: k}
		copy(r.Bytes[:], b)
		return r
	}
	for name, c := range map[string]struct {
		stream []byte
		want   []escpos.Reply
	}{
		"a status answer":              {[]byte{0x12, 0x1a}, []escpos.Reply{one(escpos.RealTime, 0x12), one(escpos.RealTime, 0x1a)}},
		"a queued answer":              {[]byte{0x00, 0x0c}, []escpos.Reply{one(escpos.Queued, 0), one(escpos.Queued, 0x0c)}},
		"automatic status":             {[]byte{0x18, 0, 0x0c, 0x0f}, []escpos.Reply{one(escpos.Automatic, 0x18, 0, 0x0c, 0x0f)}},
		"automatic status with XOFF":   {[]byte{0x18, 0, 0x13, 0x0c, 0x0f}, []escpos.Reply{one(escpos.Automatic, 0x18, 0, 0x0c, 0x0f)}},
		"a process id":                 {[]byte{0x37, 0x22, 'a', 'b', 0x20, 0x7e, 0}, []escpos.Reply{one(escpos.Process, 'a', 'b', 0x20, 0x7e)}},
		"buffers cleared":              {[]byte{0x37, 0x25, 0}, []escpos.Reply{one(escpos.Cleared)}},
		"an identity":                  {append([]byte{0x5f}, "EPSON\x00"...), []escpos.Reply{{Kind: escpos.Identity, Text: "EPSON"}}},
		"XON and XOFF":                 {[]byte{0x11, 0x13, 0x11}, nil},
		"an id broken off by a status": {[]byte{0x37, 0x22, 'a', 0x12}, []escpos.Reply{one(escpos.Noise), one(escpos.RealTime, 0x12)}},
		"an echo of a question":        {[]byte{0x10, 4, 1, 0x10, 4, 2, 0x12}, []escpos.Reply{one(escpos.Echo), one(escpos.Echo), one(escpos.RealTime, 0x12)}},
		"an echo of a queued question": {[]byte{0x1d}, []escpos.Reply{one(escpos.Noise, 0x1d)}},
		"line noise":                   {[]byte{0xff, 0x12}, []escpos.Reply{one(escpos.Noise, 0xff), one(escpos.RealTime, 0x12)}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, sorted(c.stream)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func FuzzReplies(f *testing.F) {
	f.Add([]byte{0x12, 0x37, 0x22, 1, 2, 3, 4, 0, 0x5f, 'E', 0, 0x18, 0, 0, 0})
	f.Add([]byte{0x37, 0x37, 0x22, 'a', 'b', 'c', 'd', 0})
	f.Fuzz(func(t *testing.T, stream []byte) {
		heard := sorted(stream)
		if len(heard) > 2*len(stream) {
			t.Fatalf("%d replies of %d bytes", len(heard), len(stream))
		}
		// Whatever came before, a printer that goes on speaking is understood again: no reply is longer than 83 bytes.
		after := sorted(append(append([]byte(nil), stream...), make([]byte, 100)...))
		if last := after[len(after)-1]; last.Kind != escpos.Queued {
			t.Fatalf("after 100 queued answers the last is %v", last)
		}
	})
}
