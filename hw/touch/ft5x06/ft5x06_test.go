package ft5x06_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"periph.io/x/conn/v3/i2c/i2ctest"

	"example.org/totem/hw/touch/bare"
	"example.org/totem/hw/touch/contact"
	"example.org/totem/hw/touch/ft5x06"
	"example.org/totem/internal/fault"
)

func identity(b byte) i2ctest.IO {
	return i2ctest.IO{Addr: 0x38, W: []byte{0xA3}, R: []byte{b}}
}

// report is what the registers from 0x02 on hold: the count, then points, the rest as the chip leaves it.
func report(count byte, points ...[6]byte) i2ctest.IO {
	r := slices.Repeat([]byte{0xFF}, 31)
	r[0] = count
	for i, p := range points {
		copy(r[1+6*i:], p[:])
	}
	return i2ctest.IO{Addr: 0x38, W: []byte{0x02}, R: r}
}

func play(ops ...i2ctest.IO) *i2ctest.Playback {
	return &i2ctest.Playback{Ops: append([]i2ctest.IO{identity(0x55)}, ops...), DontPanic: true}
}

var panel = ft5x06.Config{Width: 800, Height: 480}

func TestFingersAreToldInPartsOfThePanel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first, second := [6]byte{0x81, 0x90, 0x00, 0xF0, 9, 9}, [6]byte{0x03, 0x20, 0x11, 0xE0}
		bus := play(
			report(0),
			report(1, first), report(1, first),
			report(2, first, second),
			report(2, [6]byte{0x41, 0x90, 0x00, 0xF0}, second), // the first is lifted
			report(7, second, [6]byte{0xC0}, [6]byte{0xC0}, [6]byte{0xC0}, [6]byte{0x80, 0, 0x20, 0}), // a sister of ten fingers
			report(0, second), // what is left there is of old
		)
		source, err := ft5x06.New(bus, panel, bare.Wiring{})
		if err != nil {
			t.Fatal(err)
		}
		a, b := contact.Contact{ID: 0, X: 0.5, Y: 0.5}, contact.Contact{ID: 1, X: 1, Y: 1}
		for i, want := range [][]contact.Contact{nil, {a}, {a, b}, {b}, {b, {ID: 2}}, nil} {
			if f, err := source.Read(); err != nil || !slices.Equal(f.Contacts, want) {
				t.Fatalf("frame %d: %+v, %v, want %v", i, f, err, want)
			}
		}
		if err := bus.Close(); err != nil {
			t.Error(err)
		}
	})
}

// torn is a bus that fails at one of its exchanges.
type torn struct {
	*i2ctest.Playback
	fails, n int
}

func (b *torn) Tx(address uint16, w, r []byte) error {
	b.n++
	if b.n-1 == b.fails {
		return errors.New("no acknowledge")
	}
	return b.Playback.Tx(address, w, r)
}

func TestAReportWithoutSenseIsNotBelieved(t *testing.T) {
	good := report(1, [6]byte{0x80, 0, 0x40, 0})
	for name, ops := range map[string][]i2ctest.IO{
		"a chip that starts":       {report(0xFF)},
		"eleven fingers":           {report(11)},
		"a place beside the panel": {report(1, [6]byte{0x83, 0x21, 0, 0})},
		"a place below it":         {report(1, [6]byte{0x80, 0, 0x01, 0xE1})},
		"a finger without number":  {report(1, [6]byte{0x80, 0, 0xF0, 0})},
		"the same finger twice":    {report(2, [6]byte{0x80, 0, 0x10, 0}, [6]byte{0x80, 1, 0x10, 0})},
		"a torn report":            nil,
	} {
		synctest.Test(t, func(t *testing.T) {
			bus := &torn{Playback: play(append(slices.Clone(ops), good)...), fails: -1}
			if ops == nil {
				bus.fails = 1
			}
			source, err := ft5x06.New(bus, panel, bare.Wiring{})
			if err != nil {
				t.Fatal(err)
			}
			if f, err := source.Read(); err != nil || !slices.Equal(f.Contacts, []contact.Contact{{ID: 4}}) {
				t.Errorf("%s: %+v, %v", name, f, err)
			}
		})
	}
}

func TestABusThatHangsIsToldAfterASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source, err := ft5x06.New(play(), panel, bare.Wiring{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := source.Read(); fault.Of(err).Code != fault.CodeTouchOpen || !strings.Contains(err.Error(), "FT5x06") {
			t.Errorf("%v", err)
		}
	})
}

func TestWhatIsNoFT5x06IsRefused(t *testing.T) {
	for name, tt := range map[string]struct {
		cfg  ft5x06.Config
		ops  []i2ctest.IO
		want string
	}{
		"a panel of no size":  {ft5x06.Config{}, nil, "0 by 0"},
		"a panel too fine":    {ft5x06.Config{Width: 5000, Height: 480}, nil, "5000"},
		"nothing there":       {panel, nil, "no FT5x06 answers"},
		"another chip":        {panel, []i2ctest.IO{identity(0x58)}, "0x58"},
		"a line that is high": {panel, []i2ctest.IO{identity(0xFF)}, "0xFF"},
		"a line that is low":  {panel, []i2ctest.IO{identity(0)}, "0x00"},
	} {
		_, err := ft5x06.New(&i2ctest.Playback{Ops: tt.ops, DontPanic: true}, tt.cfg, bare.Wiring{})
		if f := fault.Of(err); f.Code != fault.CodeTouchOpen || !strings.Contains(f.Error(), tt.want) || f.Remedy == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, cfg := range []ft5x06.Config{{}, {Bus: "nowhere", Width: 800, Height: 480}} {
		if _, err := ft5x06.Open(cfg); fault.Of(err).Code != fault.CodeTouchOpen {
			t.Errorf("%+v: %v", cfg, err)
		}
	}
}
