package gt911_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"periph.io/x/conn/v3/i2c/i2ctest"

	"example.org/totem/hw/touch/bare"
	"example.org/totem/hw/touch/contact"
	"example.org/totem/hw/touch/gt911"
	"example.org/totem/internal/fault"
)

// What goes over the bus, by the programming guide's registers.
func op(address uint16, w, r []byte) i2ctest.IO { return i2ctest.IO{Addr: address, W: w, R: r} }

func id(name string) i2ctest.IO {
	return op(0x5D, []byte{0x81, 0x40}, append([]byte(name), make([]byte, 4-len(name))...))
}

func size(r ...byte) i2ctest.IO { return op(0x5D, []byte{0x80, 0x48}, r) }

func status(b byte) i2ctest.IO { return op(0x5D, []byte{0x81, 0x4E}, []byte{b}) }

func points(r ...byte) i2ctest.IO { return op(0x5D, []byte{0x81, 0x4F}, r) }

func acknowledged() i2ctest.IO { return op(0x5D, []byte{0x81, 0x4E, 0}, nil) }

// chip is one of 800 by 480 places.
func chip() []i2ctest.IO { return []i2ctest.IO{id("911"), size(0x20, 0x03, 0xE0, 0x01)} }

func play(ops ...i2ctest.IO) *i2ctest.Playback {
	return &i2ctest.Playback{Ops: append(chip(), ops...), DontPanic: true}
}

func TestFingersAreToldInPartsOfThePanel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bus := play(
			status(0x00),
			status(0x81), points(0x00, 0x90, 0x01, 0xF0, 0x00, 0x20, 0x00, 0), acknowledged(), // 400, 240
			status(0x00),
			status(0x82), points(0x00, 0x91, 0x01, 0xF0, 0x00, 0x20, 0x00, 0, 0x83, 0x20, 0x03, 0x00, 0x00, 1, 0, 0), acknowledged(),
			status(0xC1), points(0x03, 0x00, 0x00, 0xE0, 0x01, 0xFF, 0x00, 0), acknowledged(), // a hand
			status(0x80), acknowledged(),
		)
		source, err := gt911.New(bus, gt911.Config{}, bare.Wiring{})
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range [][]contact.Contact{
			nil,
			{{ID: 0, X: 0.5, Y: 0.5}},
			{{ID: 0, X: 401. / 800, Y: 0.5}, {ID: 3, X: 1, Y: 0}},
			{{ID: 3, X: 0, Y: 1, Palm: true}},
			nil,
		} {
			if f, err := source.Read(); err != nil || !slices.Equal(f.Contacts, want) {
				t.Fatalf("frame %d: %+v, %v, want %v", i, f, err, want)
			}
		}
		if err := bus.Close(); err != nil {
			t.Error(err)
		}
	})
}

func TestAReportWithoutSenseIsAcknowledgedAndNotBelieved(t *testing.T) {
	for name, ops := range map[string][]i2ctest.IO{
		"more fingers than hands have": {status(0x8F), acknowledged()},
		"a place beside the panel":     {status(0x81), points(0, 0x21, 0x03, 0, 0, 0, 0, 0), acknowledged()},
		"a place far below":            {status(0x81), points(0, 0, 0, 0xFF, 0xFF, 0, 0, 0), acknowledged()},
		"the same finger twice":        {status(0x82), points(make([]byte, 16)...), acknowledged()},
	} {
		synctest.Test(t, func(t *testing.T) {
			ops := append(slices.Clone(ops), status(0x81), points(1, 0, 0, 0, 0, 0, 0, 0), acknowledged())
			source, err := gt911.New(play(ops...), gt911.Config{}, bare.Wiring{})
			if err != nil {
				t.Fatal(err)
			}
			if f, err := source.Read(); err != nil || !slices.Equal(f.Contacts, []contact.Contact{{ID: 1}}) {
				t.Errorf("%s: %+v, %v", name, f, err)
			}
		})
	}
}

// torn is a bus that fails at some of its exchanges.
type torn struct {
	*i2ctest.Playback
	fails []int // which, from 0
	n     int
}

var errNAK = errors.New("no acknowledge")

func (b *torn) Tx(address uint16, w, r []byte) error {
	b.n++
	if slices.Contains(b.fails, b.n-1) {
		return errNAK
	}
	return b.Playback.Tx(address, w, r)
}

// TestAReportThatIsTornIsReadAgain has the bus fail at each exchange of a report. The chip keeps the report until it is
// acknowledged.
func TestAReportThatIsTornIsReadAgain(t *testing.T) {
	report := []i2ctest.IO{status(0x81), points(2, 0, 0, 0, 0, 0, 0, 0), acknowledged()}
	for cut := range report {
		synctest.Test(t, func(t *testing.T) {
			ops := append(slices.Clone(report[:cut]), report...)
			bus := &torn{Playback: play(ops...), fails: []int{2 + cut}}
			source, err := gt911.New(bus, gt911.Config{}, bare.Wiring{})
			if err != nil {
				t.Fatal(err)
			}
			if f, err := source.Read(); err != nil || !slices.Equal(f.Contacts, []contact.Contact{{ID: 2}}) {
				t.Errorf("cut at %d: %+v, %v", cut, f, err)
			}
		})
	}
}

func TestABusThatHangsIsToldAfterASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source, err := gt911.New(play(), gt911.Config{}, bare.Wiring{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := source.Read(); fault.Of(err).Code != fault.CodeTouchOpen || !strings.Contains(err.Error(), "GT911") {
			t.Errorf("%v", err)
		}
	})
}

func TestWhatIsNoConfiguredGT911IsRefused(t *testing.T) {
	for name, tt := range map[string]struct {
		cfg  gt911.Config
		ops  []i2ctest.IO
		want string
	}{
		"an address that it cannot have": {gt911.Config{Address: 0x38}, nil, "0x38"},
		"nothing there":                  {gt911.Config{}, nil, "no GT911 answers"},
		"another chip":                   {gt911.Config{}, []i2ctest.IO{id("1158")}, `"1158"`},
		"a bus that is held low":         {gt911.Config{}, []i2ctest.IO{op(0x5D, []byte{0x81, 0x40}, make([]byte, 4))}, `""`},
		"gone at once":                   {gt911.Config{}, []i2ctest.IO{id("928")}, "does not say"},
		"never configured":               {gt911.Config{Address: 0x5D}, []i2ctest.IO{id("911"), size(0, 0, 0, 0)}, "0 by 0"},
		"configured with garbage":        {gt911.Config{}, []i2ctest.IO{id("911"), size(0xFF, 0xFF, 0xFF, 0xFF)}, "65535"},
	} {
		_, err := gt911.New(&i2ctest.Playback{Ops: tt.ops, DontPanic: true}, tt.cfg, bare.Wiring{})
		if f := fault.Of(err); f.Code != fault.CodeTouchOpen || !strings.Contains(f.Error(), tt.want) || f.Remedy == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTheChipIsFoundAtEitherAddress(t *testing.T) {
	high := func(w, r []byte) i2ctest.IO { return op(0x14, w, r) }
	ops := []i2ctest.IO{high([]byte{0x81, 0x40}, []byte("9271")), high([]byte{0x80, 0x48}, []byte{0, 4, 0, 4})}
	bus := &torn{Playback: &i2ctest.Playback{Ops: ops, DontPanic: true}, fails: []int{0}}
	if _, err := gt911.New(bus, gt911.Config{}, bare.Wiring{}); err != nil {
		t.Error(err)
	}
	bus = &torn{Playback: &i2ctest.Playback{Ops: ops, DontPanic: true}}
	if _, err := gt911.New(bus, gt911.Config{Address: 0x14}, bare.Wiring{}); err != nil {
		t.Error(err)
	}
}

func TestOpenNamesTheBusThatIsNotThere(t *testing.T) {
	for _, cfg := range []gt911.Config{{Bus: "nowhere"}, {Bus: "nowhere", Address: 1}} {
		if _, err := gt911.Open(cfg); fault.Of(err).Code != fault.CodeTouchOpen {
			t.Errorf("%+v: %v", cfg, err)
		}
	}
}
