package appliance_test

import (
	"context"
	"errors"
	"image"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"example.org/totem/cmd/internal/appliance"
	"example.org/totem/hw/framebuffer"
	"example.org/totem/internal/fault"
	"example.org/totem/ui/placard"
)

// panel is a framebuffer in memory, 800×480.
type panel struct{ bytes []byte }

func (p *panel) Layout() (framebuffer.Layout, error) {
	return framebuffer.Layout{Width: 800, Height: 480, Stride: 3200, Bits: 32, Length: len(p.bytes),
		Red: framebuffer.Field{Offset: 16, Bits: 8}, Green: framebuffer.Field{Offset: 8, Bits: 8}, Blue: framebuffer.Field{Bits: 8}}, nil
}

func (p *panel) Map(int) ([]byte, error) { return p.bytes, nil }
func (p *panel) Close() error            { return nil }

// brand counts the dots in the colour of the band within a rectangle.
func (p *panel) brand(r image.Rectangle) (dots int) {
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			if at := y*3200 + x*4; p.bytes[at] == 0x94 && p.bytes[at+1] == 0x4A && p.bytes[at+2] == 0x00 {
				dots++
			}
		}
	}
	return dots
}

func TestThePageOfStartingStandsUprightOnAPanelThatHangsTurned(t *testing.T) {
	m := newMachine(t)
	m.card(good) // turned by 90 degrees
	if err := appliance.Prepare(m.config(nil)); err != nil {
		t.Fatal(err)
	}
	p := &panel{make([]byte, 3200*480)}
	c := m.config(nil)
	c.Framebuffer = framebuffer.Config{Terminal: "none", Open: func(string) (framebuffer.Device, error) { return p, nil }}
	if err := appliance.Starting(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	// The band along the picture's top lies along the device's right side.
	if band, rest := p.brand(image.Rect(760, 0, 800, 480)), p.brand(image.Rect(0, 0, 600, 480)); band < 40*480*3/4 || rest > 0 {
		t.Errorf("%d dots of the band at the right, %d elsewhere", band, rest)
	}
}

func TestTheServiceScreenHasACitizensSentencesAndATechniciansCause(t *testing.T) {
	m := newMachine(t)
	m.file("ident/enrolled", "{}")
	ctx, cancel := context.WithCancel(t.Context())
	w := &wall{hung: func(placard.Page) { cancel() }}
	err := appliance.Service(ctx, m.config(w), appliance.Complaint{Unit: "totem-kiosk.service", Code: fault.CodeStoreDamaged, Cause: "page 17"}, 0)
	if !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	p := w.pages[0]
	if len(p.Sayings) != 5 || p.Sayings[0].Title != "Ora il totem non dà biglietti." || p.Sayings[1].Lead != "Please ask at the desk." {
		t.Errorf("%+v", p.Sayings)
	}
	if len(p.Trouble) != 1 || p.Trouble[0].Code != "T201" || p.Trouble[0].Where != "totem-kiosk.service" || p.Trouble[0].Cause != "page 17" || p.Trouble[0].Remedy == "" {
		t.Errorf("%+v", p.Trouble)
	}
}

func TestAServiceScreenThatIsShownForAWhileEndsWell(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		if err := appliance.Service(t.Context(), appliance.Config{Root: t.TempDir(), Wall: &wall{}}, appliance.Complaint{}, 10*time.Minute); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); took != 10*time.Minute {
			t.Errorf("it stayed %v", took)
		}
	})
}

func TestAPanelThatComesUpLaterIsWaitedForAndOneThatNeverDoesIsAFault(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := appliance.Config{Root: t.TempDir(), Framebuffer: framebuffer.Config{Path: t.TempDir() + "/fb0", Terminal: "none"}}
		began := time.Now()
		err := appliance.Farewell(t.Context(), c, false)
		if f := fault.Of(err); f.Code != fault.CodeFramebuffer || time.Since(began) < 5*time.Second {
			t.Errorf("%v after %v", err, time.Since(began))
		}
	})
}

func TestAFarewellSaysWhetherTheTotemStartsAgain(t *testing.T) {
	m := newMachine(t)
	w := &wall{}
	if err := errors.Join(appliance.Farewell(t.Context(), m.config(w), false), appliance.Farewell(t.Context(), m.config(w), true)); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(w.pages[0].Title, "safe to unplug") || !strings.Contains(w.pages[1].Title, "starts again") {
		t.Errorf("%+v", w.pages)
	}
}
