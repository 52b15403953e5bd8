package scanner_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"example.org/totem/hw/evdev"
	"example.org/totem/hw/scanner"
)

// strokes are the events of a keyboard on which the keys are struck one after the other: names as in
// linux/input-event-codes.h without KEY_, "+" before one that only goes down, "-" before one that only comes up, "="
// before one that the system repeats.
func strokes(t testing.TB, names string) []byte {
	t.Helper()
	var b []byte
	for name := range strings.FieldsSeq(names) {
		values := []int32{1, 0}
		switch name[0] {
		case '+':
			values = []int32{1}
		case '-':
			values = []int32{0}
		case '=':
			values = []int32{2}
		}
		in, err := evdev.Parse("KEY_" + strings.TrimLeft(name, "+-="))
		if err != nil {
			t.Fatal(err)
		}
		for _, value := range values {
			b = evdev.Wide.Append(b, evdev.Event{Type: evdev.TypeMisc, Code: 4, Value: 0x7001e})
			b = evdev.Wide.Append(b, evdev.Event{Type: in.Type, Code: in.Code, Value: value})
			b = evdev.Wide.Append(b, evdev.Event{Type: evdev.TypeSyn})
		}
	}
	return b
}

// typing returns the strokes of a text of digits, and Enter at its end.
func typing(t testing.TB, digits string) []byte {
	t.Helper()
	var names []string
	for _, d := range digits {
		names = append(names, string(d))
	}
	return strokes(t, strings.Join(append(names, "ENTER"), " "))
}

// chopped gives a stream in pieces of at most n bytes.
type chopped struct {
	io.Reader
	n int
}

func (c chopped) Read(b []byte) (int, error) { return c.Reader.Read(b[:min(len(b), c.n)]) }

func keyboard(stream []byte, n int) io.ReadCloser {
	return scanner.Keyboard(evdev.Describe(io.NopCloser(chopped{bytes.NewReader(stream), n}), evdev.Info{}, evdev.Wide))
}

func TestAKeyboardTypesWhatLiesOnItsKeys(t *testing.T) {
	for names, want := range map[string]string{
		"1 2 3 4 5 6 7 8 9 0 ENTER":                      "1234567890\r",
		"KP1 KP2 KP3 KP4 KP5 KP6 KP7 KP8 KP9 KP0":        "1234567890",
		"KPENTER TAB KPSLASH KPMINUS":                    "\r\t/-",
		"RIGHTBRACE +LEFTSHIFT Q -LEFTSHIFT 1 A Z M DOT": "]Q1AZM.",
		"+LEFTSHIFT 4 -LEFTSHIFT +RIGHTSHIFT KP5":        "45", // however it is set, a digit is a digit
		"CAPSLOCK NUMLOCK 7":                             "7",
		"+5 =5 =5 =5 -5 -6":                              "5",
		"F1 UP HOME":                                     "\x00\x00\x00",
		"+LEFTALT KP4 KP9 -LEFTALT 1":                    "\x00\x001", // signs by number are none
		"+LEFTCTRL V -LEFTCTRL +RIGHTMETA R":             "\x00\x00",
		"SPACE KPASTERISK BACKSLASH":                     " *\\",
	} {
		for _, n := range []int{1, 7, 24, 1000} {
			got, err := io.ReadAll(keyboard(strokes(t, names), n))
			if err != nil || string(got) != want {
				t.Errorf("%s typed %q, %v; want %q", names, got, err, want)
			}
		}
	}
}

func TestACodeWithLostKeysIsNone(t *testing.T) {
	lost := evdev.Wide.Append(nil, evdev.Event{Type: evdev.TypeSyn, Code: evdev.SynDropped})
	got, err := io.ReadAll(keyboard(bytes.Join([][]byte{strokes(t, "1 2"), lost, strokes(t, "3 4")}, nil), 24))
	if want := "12\x004"; err != nil || string(got) != want { // the 3 went down in the moment that is not whole
		t.Errorf("%q, %v; want %q", got, err, want)
	}
}

func TestAKeyboardSaysTheSameHoweverItIsCut(t *testing.T) {
	names := rapid.SampledFrom([]string{"1", "KP2", "ENTER", "LEFTSHIFT", "LEFTALT", "A", "F5", "RIGHTBRACE"})
	rapid.Check(t, func(rt *rapid.T) {
		var b []byte
		for range rapid.IntRange(0, 40).Draw(rt, "events") {
			in, err := evdev.Parse("KEY_" + names.Draw(rt, "key"))
			if err != nil {
				rt.Fatal(err)
			}
			b = evdev.Wide.Append(b, evdev.Event{Type: in.Type, Code: in.Code, Value: int32(rapid.IntRange(0, 2).Draw(rt, "value"))})
			b = evdev.Wide.Append(b, evdev.Event{Code: uint16(rapid.SampledFrom([]int{0, 0, 0, 3}).Draw(rt, "syn"))})
		}
		whole, _ := io.ReadAll(keyboard(b, len(b)+1))
		cut, err := io.ReadAll(keyboard(b, rapid.IntRange(1, 60).Draw(rt, "piece")))
		if err != nil || !bytes.Equal(whole, cut) {
			rt.Errorf("whole %q, cut %q, %v", whole, cut, err)
		}
	})
}

func FuzzAnyBytesOfAKeyboardAreTyped(f *testing.F) {
	f.Add([]byte{}, uint8(1))
	f.Add(typing(f, one), uint8(24))
	f.Add(strokes(f, "+LEFTALT KP4 -LEFTALT F1 1"), uint8(5))
	f.Fuzz(func(t *testing.T, stream []byte, n uint8) {
		got, err := io.ReadAll(keyboard(stream, int(n)+1))
		if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Error(err)
		}
		strikes := 0
		for events := evdev.NewDecoder(bytes.NewReader(stream), evdev.Wide); ; strikes++ {
			if _, err := events.Next(); err != nil {
				break
			}
		}
		if len(got) > strikes {
			t.Errorf("%d signs of %d events", len(got), strikes)
		}
	})
}
