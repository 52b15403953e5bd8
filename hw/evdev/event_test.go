package evdev_test

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"example.org/totem/hw/evdev"
)

func formats() []evdev.Format { return []evdev.Format{evdev.Native, evdev.Wide, evdev.Narrow} }

func decode(r io.Reader, f evdev.Format) (events []evdev.Event, err error) {
	for d := evdev.NewDecoder(r, f); ; {
		e, err := d.Next()
		if err != nil {
			return events, err
		}
		events = append(events, e)
	}
}

func TestTheBytesOfAnEventAreThoseOfTheKernel(t *testing.T) {
	e := evdev.Event{At: 2*time.Second + 130995*time.Microsecond, Type: evdev.TypeAbs, Code: evdev.AbsMTTrackingID, Value: -1}
	for f, want := range map[evdev.Format][]byte{ // of a little-endian machine
		evdev.Wide:   {2, 0, 0, 0, 0, 0, 0, 0, 0xb3, 0xff, 1, 0, 0, 0, 0, 0, 3, 0, 0x39, 0, 0xff, 0xff, 0xff, 0xff},
		evdev.Narrow: {2, 0, 0, 0, 0xb3, 0xff, 1, 0, 3, 0, 0x39, 0, 0xff, 0xff, 0xff, 0xff},
	} {
		if got := f.Append(nil, e); !bytes.Equal(got, want) {
			t.Errorf("format %d: % x, want % x", f, got, want)
		}
		got, err := decode(bytes.NewReader(want), f)
		if diff := cmp.Diff([]evdev.Event{e}, got); diff != "" || err != io.EOF {
			t.Errorf("format %d: %v %s", f, err, diff)
		}
	}
}

func drawEvent(t *rapid.T) evdev.Event {
	return evdev.Event{
		At:   time.Duration(rapid.Int64Range(0, 1<<32*1_000_000-1).Draw(t, "µs")) * time.Microsecond,
		Type: rapid.Uint16().Draw(t, "type"), Code: rapid.Uint16().Draw(t, "code"), Value: rapid.Int32().Draw(t, "value"),
	}
}

// pieces reads a few bytes at once, and never whole events.
type pieces struct{ io.Reader }

func (p pieces) Read(b []byte) (int, error) { return p.Reader.Read(b[:min(31, len(b))]) }

func TestEventsComeOutAsTheyWentInHoweverTheStreamIsTorn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := rapid.SampledFrom(formats()).Draw(t, "format")
		events := rapid.SliceOfN(rapid.Custom(drawEvent), 0, 200).Draw(t, "events")
		var b []byte
		for _, e := range events {
			b = f.Append(b, e)
		}
		if len(b) != len(events)*f.Size() {
			t.Fatalf("%d events are %d bytes", len(events), len(b))
		}
		torn := rapid.SampledFrom([]func(io.Reader) io.Reader{
			func(r io.Reader) io.Reader { return r }, iotest.OneByteReader, iotest.HalfReader, iotest.DataErrReader,
			func(r io.Reader) io.Reader { return pieces{r} },
		}).Draw(t, "torn")
		got, err := decode(torn(bytes.NewReader(b)), f)
		if diff := cmp.Diff(events, got, cmp.Transformer("", func(e []evdev.Event) []evdev.Event { return append([]evdev.Event{}, e...) })); diff != "" || err != io.EOF {
			t.Fatalf("%v %s", err, diff)
		}
	})
}

func TestAStreamThatEndsWithinAnEventSaysSo(t *testing.T) {
	for _, f := range formats() {
		whole := f.Append(f.Append(nil, evdev.Event{Code: 1}), evdev.Event{Code: 2})
		for cut := range whole {
			got, err := decode(bytes.NewReader(whole[:cut]), f)
			want := io.ErrUnexpectedEOF
			if cut%f.Size() == 0 {
				want = io.EOF
			}
			if len(got) != cut/f.Size() || err != want {
				t.Errorf("cut at %d: %d events, %v", cut, len(got), err)
			}
		}
	}
}

func TestTheReadersErrorComesAfterTheEventsThatCameBeforeIt(t *testing.T) {
	broken := errors.New("broken")
	b := evdev.Wide.Append(nil, evdev.Event{Code: 7})
	got, err := decode(io.MultiReader(bytes.NewReader(b), iotest.ErrReader(broken)), evdev.Wide)
	if len(got) != 1 || !errors.Is(err, broken) {
		t.Errorf("%d events, %v", len(got), err)
	}
}

type idle struct{}

func (idle) Read([]byte) (int, error) { return 0, nil }

func TestAReaderThatGivesNothingAndNoErrorIsNotAskedForEver(t *testing.T) {
	if _, err := decode(idle{}, evdev.Wide); !errors.Is(err, io.ErrNoProgress) {
		t.Errorf("%v", err)
	}
}

func FuzzDecoder(f *testing.F) {
	f.Add([]byte{}, true)
	f.Add(evdev.Wide.Append(nil, evdev.Event{At: time.Second, Type: 3, Code: 0x39, Value: -1}), false)
	f.Fuzz(func(t *testing.T, b []byte, narrow bool) {
		format := evdev.Wide
		if narrow {
			format = evdev.Narrow
		}
		got, err := decode(bytes.NewReader(b), format)
		if len(got) != len(b)/format.Size() || err == nil {
			t.Fatalf("%d bytes: %d events, %v", len(b), len(got), err)
		}
	})
}
