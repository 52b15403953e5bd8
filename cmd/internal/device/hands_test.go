package device_test

import (
	"image"
	"io"
	"io/fs"
	"strings"
	"sync"
	"testing"
	"time"

	"example.org/totem/booking"
	"example.org/totem/cmd/internal/device"
	"example.org/totem/hw/evdev"
	"example.org/totem/hw/scanner"
	"example.org/totem/hw/touch"
	"example.org/totem/internal/handsim"
	"example.org/totem/internal/papersim"
	"example.org/totem/kiosk"
	"example.org/totem/locale"
	"example.org/totem/ui"
	"example.org/totem/ui/look"
	"example.org/totem/ui/speech"
)

// The names under which the devices of these tests are opened.
const panelName, keypadName, readerName = "panel", "keypad", "reader"

// hands are everything a person has to tell a totem with, and what the totem says.
type hands struct {
	panel, keypad, reader *handsim.Device

	mu   sync.Mutex
	said []speech.Sentence
}

func newHands(t testing.TB) *hands {
	t.Helper()
	h := &hands{}
	for _, one := range []struct {
		device **handsim.Device
		info   evdev.Info
	}{{&h.panel, handsim.Panel(1280, 768)}, {&h.keypad, evdev.Info{Name: keypadName}}, {&h.reader, evdev.Info{Name: readerName}}} {
		d, err := handsim.New(one.info)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { d.Close() })
		*one.device = d
	}
	return h
}

func (h *hands) input(path string) (evdev.Port, error) {
	switch path {
	case panelName:
		return h.panel.Open()
	case keypadName:
		return h.keypad.Open()
	}
	return nil, fs.ErrNotExist
}

func (h *hands) codes(string, int) (io.ReadCloser, error) {
	port, err := h.reader.Open()
	if err != nil {
		return nil, err
	}
	return scanner.Keyboard(port), nil
}

func (h *hands) hear(u speech.Utterance) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.said = append(h.said, u.Say...)
}

// heard reports whether words were said, and whether into the headset alone.
func (h *hands) heard(words string) (said, private bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, one := range h.said {
		if strings.Contains(one.Text, words) {
			return true, one.Private
		}
	}
	return false, false
}

// with makes a configuration one with panel, keypad, reader and a headset.
func with(cfg device.Config) device.Config {
	cfg.Panel.Touch, cfg.Panel.TouchPath = "evdev", panelName
	cfg.Keypad.Path, cfg.Scanner.Path = keypadName, readerName
	cfg.Keypad.Guard = 1 // keys are struck as fast as screens come
	return cfg
}

// startHands runs a totem with hands at it and a window that is laid out, and not shown on any display.
func startHands(t testing.TB, cfg device.Config, h *hands) (*totem, *ui.Window) {
	t.Helper()
	window, err := ui.New(ui.Config{Panel: look.Reference(), Guard: -1})
	if err != nil {
		t.Fatal(err)
	}
	phases := map[touch.Phase]ui.Phase{touch.Press: ui.Press, touch.Move: ui.Move, touch.Release: ui.Release, touch.Cancel: ui.Cancel}
	talk := cfg.Talk(window, true)
	talk.Sound = kiosk.SpeakerSound
	d := startLaid(t, cfg, window, device.Parts{Now: atOpening(t), Talk: talk, Input: h.input, Codes: h.codes, Spoken: h.hear,
		Finger: func(f touch.Finger) { window.TouchAt(f.X, f.Y, phases[f.Phase]) }})
	go d.passTaps(window)
	return d, window
}

// passTaps passes what the window's touches say on to the totem, until the test ends.
func (d *totem) passTaps(w *ui.Window) {
	for {
		select {
		case m := <-w.Taps():
			select {
			case d.taps <- m:
			case <-d.ctx.Done():
				return
			}
		case <-d.ctx.Done():
			return
		}
	}
}

// finger taps the middle of a control, by the bytes of a touch panel.
func finger(t testing.TB, h *hands, w *ui.Window, id string) {
	t.Helper()
	place, ok := w.Find(id)
	if !ok {
		t.Fatalf("nothing is painted for %q", id)
	}
	at, glass := place.Min.Add(place.Size().Div(2)), image.Pt(look.Reference().Width, look.Reference().Height)
	if err := h.panel.Tap(at.X*1280/glass.X, at.Y*768/glass.Y); err != nil {
		t.Fatal(err)
	}
}

func TestBytesOfATouchPanelTakeATicketAndACodeReaderChecksItIn(t *testing.T) {
	c := openCentral(t, folder(t, "scheduler"), "127.0.0.1:0", atOpening(t))
	paper, h := openPaper(t, papersim.Config{}), newHands(t)
	d, window := startHands(t, with(provisioned(t, c, config(t, folder(t, "totem"), paper.Path, c.URL()))), h)

	service, _ := d.must("start").Root.Find(control(kiosk.RoleService))
	finger(t, h, window, service.ID)
	primary, _ := d.must("times").Root.Find(control(kiosk.RolePrimary))
	finger(t, h, window, primary.ID)
	s := d.must("take")
	number := booking.Number(text(s, kiosk.RoleNumber))
	booked(t, c, number, booking.PaperPrinted)
	done, _ := s.Root.Find(control(kiosk.RolePrimary))
	finger(t, h, window, done.ID)
	d.must("start")

	if err := h.reader.Scan("123456789012"); err != nil { // no code of ours: nothing opens that it could be typed into
		t.Fatal(err)
	}
	if err := h.reader.Scan(string(codeOn(t, paper.Slips()[0]))); err != nil {
		t.Fatal(err)
	}
	own := d.must("own")
	if text(own, kiosk.RoleNumber) != string(number) {
		t.Errorf("the screen shows the ticket %s, want %s", text(own, kiosk.RoleNumber), number)
	}
	finger(t, h, window, "check-in")
	d.must("arrived")
	stands(t, c, number, booking.Arrived)
}

func TestFiveKeysTakeATicketAndWhatIsPrivateIsSaidToAHeadsetAlone(t *testing.T) {
	c := openCentral(t, folder(t, "scheduler"), "127.0.0.1:0", atOpening(t))
	paper, h := openPaper(t, papersim.Config{}), newHands(t)
	cfg := with(provisioned(t, c, config(t, folder(t, "totem"), paper.Path, c.URL())))
	cfg.Sound.Sensed, cfg.Sound.Headset = true, "none"
	d, _ := startHands(t, cfg, h)
	d.must("start")
	if err := h.keypad.Switch("SW_HEADPHONE_INSERT", true); err != nil {
		t.Fatal(err)
	}
	d.sees(func(s kiosk.Screen) bool { return s.Voice.On && s.Voice.Headset && s.Focus != "" })
	if err := h.keypad.Strike("KEY_ENTER"); err != nil {
		t.Fatal(err)
	}
	d.must("times")
	if err := h.keypad.Strike("KEY_ENTER"); err != nil {
		t.Fatal(err)
	}
	d.must("take")
	said, private := h.heard(locale.Say(locale.Italian, locale.TakeTitle))
	for look := time.NewTicker(5 * time.Millisecond); !said && d.ctx.Err() == nil; { // a screen is shown, and then said
		<-look.C
		said, private = h.heard(locale.Say(locale.Italian, locale.TakeTitle))
	}
	if !said || private {
		t.Errorf("that the slip is there: said %v, to the headset alone %v", said, private)
	}
	if err := h.keypad.Switch("SW_HEADPHONE_INSERT", false); err != nil {
		t.Fatal(err)
	}
	d.sees(func(s kiosk.Screen) bool { return !s.Voice.On })
	if err := h.keypad.Strike("KEY_ENTER"); err != nil {
		t.Fatal(err)
	}
	d.must("start")
	h.mu.Lock()
	defer h.mu.Unlock()
	number := 0
	for _, one := range h.said {
		if one.Private {
			number++
		}
	}
	if number == 0 {
		t.Error("nothing of the ticket was said")
	}
}

func TestAPanelThatGoesAwayIsSaidOnTheScreenAndToTheScheduler(t *testing.T) {
	c := openCentral(t, folder(t, "scheduler"), "127.0.0.1:0", atOpening(t))
	paper, h := openPaper(t, papersim.Config{}), newHands(t)
	d, _ := startHands(t, with(provisioned(t, c, config(t, folder(t, "totem"), paper.Path, c.URL()))), h)
	d.must("start")
	if err := h.panel.Unplug(); err != nil {
		t.Fatal(err)
	}
	d.must("touch-silent")
	if err := h.keypad.Strike("KEY_DOWN"); err != nil { // keys lead on
		t.Fatal(err)
	}
	d.must("start")
	if err := h.panel.Plug(); err != nil {
		t.Fatal(err)
	}
	d.sees(func(s kiosk.Screen) bool { return s.Name == "start" })
}
