package touch_test

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.org/totem/hw/evdev"
	"example.org/totem/hw/touch"
	"example.org/totem/hw/touch/contact"
	"example.org/totem/internal/evemu"
)

// recorded is where the recordings of real panels lie.
const recorded = "../../../shared/data/touch"

// recording is a panel that was recorded.
type recording struct {
	evemu.Recording
	desc, events string // paths
}

// recordings returns all recordings by name. One without a description has that of its panel.
func recordings(t *testing.T) map[string]recording {
	t.Helper()
	paths, _ := filepath.Glob(recorded + "/*.events")
	if len(paths) == 0 {
		t.Skip("there are no recordings of real panels in", recorded)
	}
	all := map[string]recording{}
	for _, path := range paths {
		r, err := evemu.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimSuffix(filepath.Base(path), ".events")
		one := recording{r, path, path}
		if r.Info.Name == "" {
			panel, _, _ := strings.Cut(name, ".")
			one.desc = filepath.Join(recorded, panel+".desc")
			described, err := evemu.Open(one.desc)
			if err != nil {
				t.Fatal(err)
			}
			one.Info = described.Info
		}
		all[name] = one
	}
	return all
}

// port returns a port that gives the events in the format and then ends.
func port(info evdev.Info, events []evdev.Event, f evdev.Format) *evdev.Described {
	return evdev.Describe(io.NopCloser(bytes.NewReader(stream(events, f))), info, f)
}

func stream(events []evdev.Event, f evdev.Format) []byte {
	var b []byte
	for _, e := range events {
		b = f.Append(b, e)
	}
	return b
}

// read returns all frames of a port.
func read(t interface{ Fatalf(string, ...any) }, p evdev.Port) ([]contact.Frame, error) {
	r, err := touch.NewReader(p)
	if err != nil {
		t.Fatalf("%v", err)
	}
	defer r.Close()
	var frames []contact.Frame
	for {
		frame, err := r.Read()
		if err != nil {
			return frames, err
		}
		frame.Contacts = slices.Clone(frame.Contacts)
		frames = append(frames, frame)
	}
}

// spot is a contact in the panel's own units.
type spot struct{ id, x, y int32 }

// moment is what is on the glass at a time, by rising IDs.
type moment struct {
	at    time.Duration
	spots []spot
}

// moments brings frames to the panel's units.
func moments(info evdev.Info, frames []contact.Frame) []moment {
	x, y := info.Axes[evdev.AbsMTPositionX], info.Axes[evdev.AbsMTPositionY]
	units := func(part float64, a evdev.Axis) int32 { return a.Min + int32(part*float64(a.Max-a.Min+1)+0.5) }
	var all []moment
	for _, f := range frames {
		m := moment{at: f.At}
		for _, c := range f.Contacts {
			m.spots = append(m.spots, spot{c.ID, units(c.X, x), units(c.Y, y)})
		}
		all = append(all, m.sorted())
	}
	return all
}

func (m moment) sorted() moment {
	slices.SortFunc(m.spots, func(a, b spot) int { return int(a.id) - int(b.id) })
	return m
}

// changes leaves out the moments that are like the one before. Before the first nothing is there.
func changes(all []moment) []moment {
	var kept []moment
	var last []spot
	for _, m := range all {
		if !slices.Equal(m.spots, last) {
			kept = append(kept, m)
		}
		last = m.spots
	}
	return kept
}

// plain reads a recording of protocol B straight from its text, one line after the other: what each slot holds, and at
// each report all slots.
func plain(t *testing.T, path string) []moment {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	held := map[int]spot{}
	live := map[int]bool{}
	slot := 0
	var all []moment
	for line := range strings.Lines(string(text)) {
		var sec, micro, value int
		var kind string
		if n, _ := fmt.Sscanf(line, "E: %d.%d %9s", &sec, &micro, &kind); n != 3 {
			continue
		}
		fields := strings.Fields(line)
		fmt.Sscanf(fields[4], "%d", &value)
		s := held[slot]
		switch fields[2] + fields[3] {
		case "0003002f":
			slot = value
			continue
		case "00030039":
			live[slot] = value != -1
			s.id = int32(value)
		case "00030035":
			s.x = int32(value)
		case "00030036":
			s.y = int32(value)
		case "00000000":
			m := moment{at: time.Duration(sec)*time.Second + time.Duration(micro)*time.Microsecond}
			for n, spot := range held {
				if live[n] {
					m.spots = append(m.spots, spot)
				}
			}
			all = append(all, m.sorted())
		}
		held[slot] = s
	}
	return all
}

var plainly = cmp.AllowUnexported(moment{}, spot{})

func TestRecordingsAreReadAsTheirLinesSay(t *testing.T) {
	for name, r := range recordings(t) {
		t.Run(name, func(t *testing.T) {
			want := changes(plain(t, r.events))
			for _, f := range []evdev.Format{evdev.Native, evdev.Wide, evdev.Narrow} {
				frames, err := read(t, port(r.Info, r.Events, f))
				if err != io.EOF {
					t.Fatal(err)
				}
				if frames[0].Contacts != nil {
					t.Errorf("at the start there is %v", frames[0].Contacts)
				}
				if diff := cmp.Diff(want, moments(r.Info, frames[1:]), plainly); diff != "" {
					t.Errorf("format %d: lines (-), reader (+)\n%s", f, diff)
				}
			}
			if len(want) < 10 || len(want[len(want)-1].spots) != 0 {
				t.Errorf("%d moments, and at the end %v is on the glass", len(want), want[len(want)-1].spots)
			}
		})
	}
}

func TestDescriptionsOfRealPanelsGiveTheirRangesAndSlots(t *testing.T) {
	for name, want := range map[string]struct {
		slots int
		x, y  int32
		id    evdev.ID
	}{
		"Atmel_maXTouch_Touchscreen":                                      {10, 799, 479, evdev.ID{Bus: 0x18}},
		"Beijing_IRTOUCHSYSTEMS_Co.,LtD_IRTOUCH_InfraRed_USB_TouchScreen": {2, 32767, 32767, evdev.ID{Bus: 3, Vendor: 0x6615, Product: 0x70, Version: 0x111}},
		"ELAN_CANDO_Windows7":                                             {10, 3008, 1856, evdev.ID{Bus: 3, Vendor: 0x4f3, Product: 0x732}},
		"ELAN_Touchscreen":                                                {10, 3312, 1872, evdev.ID{Bus: 3, Vendor: 0x4f3, Product: 0x10c, Version: 0x110}},
		"EP0430M09":                                                       {5, 1279, 767, evdev.ID{Bus: 0x18}},
	} {
		r, err := evemu.Open(filepath.Join(recorded, name+".desc"))
		if os.IsNotExist(err) {
			t.Skip("there are no recordings of real panels in", recorded)
		}
		i := r.Info
		if err != nil || i.ID != want.id || i.Slots() != want.slots || i.Axes[evdev.AbsMTPositionX].Max != want.x || i.Axes[evdev.AbsMTPositionY].Max != want.y {
			t.Errorf("%s: %v %+v", name, err, i)
		}
		if !i.Props.Has(evdev.PropDirect) || i.Name == "" {
			t.Errorf("%s is no panel on a screen: %+v", name, i)
		}
		if _, err := touch.NewReader(port(i, nil, evdev.Native)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// older tells what a recording of protocol B tells by protocol A: each report all contacts, one after the other. Without
// IDs, as the oldest panels do, when tracked is false.
func older(info evdev.Info, all []moment, tracked bool) (evdev.Info, []evdev.Event) {
	axes := map[uint16]evdev.Axis{}
	for code, axis := range info.Axes {
		if code != evdev.AbsMTSlot && (tracked || code != evdev.AbsMTTrackingID) {
			axes[code] = axis
		}
	}
	info.Axes = axes
	var events []evdev.Event
	for _, m := range all {
		add := func(kind, code uint16, value int32) {
			events = append(events, evdev.Event{At: m.at, Type: kind, Code: code, Value: value})
		}
		for _, s := range m.spots {
			if tracked {
				add(evdev.TypeAbs, evdev.AbsMTTrackingID, s.id)
			}
			add(evdev.TypeAbs, evdev.AbsMTPositionX, s.x)
			add(evdev.TypeAbs, evdev.AbsMTPositionY, s.y)
			add(evdev.TypeSyn, evdev.SynMTReport, 0)
		}
		if len(m.spots) == 0 {
			add(evdev.TypeSyn, evdev.SynMTReport, 0)
		}
		add(evdev.TypeSyn, evdev.SynReport, 0)
	}
	return info, events
}

func TestRecordingsToldByProtocolAAreReadAlike(t *testing.T) {
	for name, r := range recordings(t) {
		t.Run(name, func(t *testing.T) {
			want := changes(plain(t, r.events))
			info, events := older(r.Info, want, true)
			frames, _ := read(t, port(info, events, evdev.Native))
			if diff := cmp.Diff(want, moments(info, frames[1:]), plainly); diff != "" {
				t.Errorf("lines (-), reader (+)\n%s", diff)
			}
			info, events = older(r.Info, want, false)
			frames, _ = read(t, port(info, events, evdev.Native))
			if diff := cmp.Diff(renamed(want), renamed(moments(info, frames[1:])), plainly); diff != "" {
				t.Errorf("without IDs: lines (-), reader (+)\n%s", diff)
			}
		})
	}
}

// renamed numbers contacts by the order in which they came, and of those that came together by place.
func renamed(all []moment) []moment {
	names := map[int32]int32{}
	var out []moment
	next := int32(0)
	for _, m := range all {
		there := map[int32]int32{}
		byPlace := slices.Clone(m.spots)
		slices.SortFunc(byPlace, func(a, b spot) int { return int(a.x) - int(b.x) })
		n := moment{at: m.at}
		for _, s := range byPlace {
			name, ok := names[s.id]
			if !ok {
				next++
				name = next
			}
			there[s.id] = name
			n.spots = append(n.spots, spot{name, s.x, s.y})
		}
		names = there
		out = append(out, n.sorted())
	}
	return out
}
