package xpt2046_test

import (
	"math"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"periph.io/x/conn/v3/conntest"
	"periph.io/x/conn/v3/spi/spitest"

	"example.org/totem/hw/touch/bare"
	"example.org/totem/hw/touch/contact"
	"example.org/totem/hw/touch/xpt2046"
	"example.org/totem/internal/fault"
)

// glass is what the panel measures at each of the sixteen conversions of an exchange.
type glass [16]int

// commands are those conversions: pressure, x, y, pressure, as the data sheet numbers its channels.
var commands = [16]byte{0xB0, 0xC0, 0xD0, 0xD0, 0xD0, 0xD0, 0xD0, 0xD0, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0xB0, 0xC0}

func (g glass) op() conntest.IO {
	io := conntest.IO{W: make([]byte, 48), R: make([]byte, 48)}
	for i, v := range g {
		io.W[3*i] = commands[i]
		io.R[3*i], io.R[3*i+1], io.R[3*i+2] = 0xAA, byte(v>>5), byte(v<<3)
	}
	return io
}

// free is a panel that nothing touches.
func free() glass {
	g := glass{0: 3, 1: 4090, 14: 2, 15: 4091}
	for i := range 12 {
		g[2+i] = 170 * i // the places float
	}
	return g
}

// under is a panel under a finger. Its first sample of each place has not settled.
func under(x, y, z1, z2 int) glass {
	g := glass{0: z1, 1: z2, 14: z1 + 3, 15: z2 - 3}
	for i := range 6 {
		g[2+i], g[8+i] = x, y
	}
	g[2], g[8] = 4095, 0
	return g
}

func play(all ...glass) *spitest.Playback {
	p := &spitest.Playback{Playback: conntest.Playback{DontPanic: true}}
	for _, g := range all {
		p.Ops = append(p.Ops, g.op())
	}
	return p
}

func at(x, y int) []contact.Contact {
	return []contact.Contact{{X: float64(x) / 4095, Y: float64(y) / 4095}}
}

func frames(t *testing.T, cfg xpt2046.Config, all []glass, want ...[]contact.Contact) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		source, err := xpt2046.New(play(append([]glass{free()}, all...)...), cfg, bare.Wiring{})
		if err != nil {
			t.Fatal(err)
		}
		for i, w := range want {
			if f, err := source.Read(); err != nil || !slices.Equal(f.Contacts, w) {
				t.Fatalf("frame %d: %+v, %v, want %v", i, f, err, w)
			}
		}
	})
}

func TestAFingerIsToldWhereItPresses(t *testing.T) {
	frames(t, xpt2046.Config{}, []glass{free(), free(), under(2048, 1024, 800, 2000), under(2100, 1024, 800, 2000), free()},
		nil, at(2048, 1024), at(2100, 1024), nil)
}

func TestOneWildSampleAtEitherEndIsNotBelieved(t *testing.T) {
	spiked := under(2048, 1024, 800, 2000)
	spiked[4], spiked[6], spiked[10], spiked[12] = 0, 4095, 4000, 12
	frames(t, xpt2046.Config{}, []glass{spiked, free()}, at(2048, 1024), nil)
}

func TestAFingerThatComesOrGoesOrSlidesFastIsMeasuredAgain(t *testing.T) {
	coming, going, sliding := under(2048, 1024, 800, 2000), under(300, 300, 800, 2000), under(2048, 1024, 800, 2000)
	coming[0], coming[1] = 2, 4090
	going[14], going[15] = 2, 4090
	for i := range 5 {
		sliding[9+i] = 1000 + 100*i
	}
	frames(t, xpt2046.Config{}, []glass{free(), coming, under(2048, 1024, 800, 2000), going, sliding, free()}, nil, at(2048, 1024), nil)
}

func TestASoftTouchIsNoneAndAFingerThatLetsUpALittleIsStillThere(t *testing.T) {
	// 400 ohms of plate, half of it: 200 times z2/z1 - 1.
	soft, firm, letting, gone := under(2048, 9, 250, 3250), under(2048, 9, 800, 2000), under(2060, 9, 250, 3250), under(2048, 9, 200, 3900)
	frames(t, xpt2046.Config{}, []glass{free(), soft, firm, letting, gone}, nil, at(2048, 9), at(2060, 9), nil)
	frames(t, xpt2046.Config{Press: 5000}, []glass{soft}, at(2048, 9))
	frames(t, xpt2046.Config{Plate: 4000}, []glass{free(), firm, under(2048, 9, 1800, 2400)}, nil, at(2048, 9))
}

func TestWhatIsNoChipWithAPanelIsRefused(t *testing.T) {
	low, crossed, unplugged := glass{}, under(1, 1, 3000, 300), free()
	unplugged[1] = 0
	high := conntest.IO{W: low.op().W, R: slices.Repeat([]byte{0xFF}, 48)}
	for name, tt := range map[string]struct {
		op   conntest.IO
		want string
	}{
		"a line that is low":             {low.op(), "nothing answers"},
		"a line that is high":            {high, "nothing answers"},
		"wires that are crossed":         {crossed.op(), "four wires"},
		"a panel that is not plugged in": {unplugged.op(), "four wires"},
		"a port that fails":              {conntest.IO{W: []byte{1}}, "measure the panel"},
	} {
		port := &spitest.Playback{Playback: conntest.Playback{Ops: []conntest.IO{tt.op}, DontPanic: true}}
		_, err := xpt2046.New(port, xpt2046.Config{}, bare.Wiring{})
		if f := fault.Of(err); f.Code != fault.CodeTouchOpen || !strings.Contains(f.Error(), tt.want) || f.Remedy == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	used := play(free())
	used.Initialized = true
	for name, open := range map[string]func() (*bare.Source, error){
		"a port in use":    func() (*bare.Source, error) { return xpt2046.New(used, xpt2046.Config{}, bare.Wiring{}) },
		"no such port":     func() (*bare.Source, error) { return xpt2046.Open(xpt2046.Config{Port: "nowhere"}) },
		"no such plate":    func() (*bare.Source, error) { return xpt2046.Open(xpt2046.Config{Plate: 1}) },
		"no such pressure": func() (*bare.Source, error) { return xpt2046.New(used, xpt2046.Config{Press: -1}, bare.Wiring{}) },
	} {
		if _, err := open(); fault.Of(err).Code != fault.CodeTouchOpen {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAChipThatIsUnpluggedIsToldAfterASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source, err := xpt2046.New(play(free(), under(2048, 1024, 800, 2000)), xpt2046.Config{}, bare.Wiring{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := source.Read(); err != nil {
			t.Fatal(err)
		}
		if _, err := source.Read(); fault.Of(err).Code != fault.CodeTouchOpen || !strings.Contains(err.Error(), "XPT2046") {
			t.Errorf("%v", err)
		}
	})
}

func FuzzWhateverTheLineSaysIsAPlaceOnThePanelOrAnError(f *testing.F) {
	for _, g := range []glass{free(), under(2048, 1024, 800, 2000), {}} {
		f.Add(g.op().R)
	}
	f.Fuzz(func(t *testing.T, bytes []byte) {
		op := free().op()
		copy(op.R, bytes)
		synctest.Test(t, func(t *testing.T) {
			port := &spitest.Playback{Playback: conntest.Playback{Ops: []conntest.IO{free().op(), op, free().op()}, DontPanic: true}}
			source, err := xpt2046.New(port, xpt2046.Config{}, bare.Wiring{})
			if err != nil {
				t.Fatal(err)
			}
			frame, err := source.Read()
			if err != nil || len(frame.Contacts) > 1 {
				t.Fatalf("%+v, %v", frame, err)
			}
			for _, c := range frame.Contacts {
				if !(c.X >= 0 && c.X <= 1 && c.Y >= 0 && c.Y <= 1) || math.IsNaN(c.X+c.Y) {
					t.Fatalf("%+v", c)
				}
			}
		})
	})
}
