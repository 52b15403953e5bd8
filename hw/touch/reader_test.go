package touch_test

import (
	"bytes"
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"example.org/totem/hw/evdev"
	"example.org/totem/hw/touch"
	"example.org/totem/hw/touch/contact"
)

// all reads what waits, and what was there at the start.
func (k *kernel) all(t interface{ Fatalf(string, ...any) }) []contact.Frame {
	k.gone = io.EOF
	frames, err := read(t, k)
	if err != io.EOF {
		t.Fatalf("%v", err)
	}
	return frames
}

func TestWhatIsOnTheGlassAtTheStartIsKnownWithoutAnEvent(t *testing.T) {
	k := newKernel(slotted())
	k.tell(frame(put(2, 7, 500, 250), put(3, 8, 100, 100))...)
	k.waiting = nil // told to whoever was there before
	r, err := touch.NewReader(k)
	if err != nil {
		t.Fatal(err)
	}
	var got []contact.Frame
	for range 2 {
		f, err := r.Read()
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, f)
		k.tell(at(time.Second, frame([]evdev.Event{abs(evdev.AbsMTPositionX, 200)}))...)
	}
	if err := r.Close(); err != nil || !k.grabbed || !k.closed {
		t.Errorf("%v; taken for us: %v, closed: %v", err, k.grabbed, k.closed)
	}
	want := []contact.Frame{
		{Contacts: []contact.Contact{{ID: 7, X: 0.5, Y: 0.5}, {ID: 8, X: 0.1, Y: 0.2}}},
		{At: time.Second, Contacts: []contact.Contact{{ID: 7, X: 0.5, Y: 0.5}, {ID: 8, X: 0.2, Y: 0.2}}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestPalmsAndWhatHoversAreMarked(t *testing.T) {
	k := newKernel(slotted())
	k.tell(frame(put(0, 1, 0, 0), []evdev.Event{abs(evdev.AbsMTDistance, 3)}, put(1, 2, 999, 499))...)
	k.tell(frame([]evdev.Event{abs(evdev.AbsMTToolType, evdev.ToolPalm), abs(evdev.AbsMTSlot, 0), abs(evdev.AbsMTDistance, 0)})...)
	k.tell(frame(lifted(0), lifted(1))...)
	want := []contact.Frame{
		{},
		{Contacts: []contact.Contact{{ID: 1, Hover: true}, {ID: 2, X: 0.999, Y: 0.998}}},
		{Contacts: []contact.Contact{{ID: 1}, {ID: 2, X: 0.999, Y: 0.998, Palm: true}}},
		{},
	}
	k.gone = io.EOF
	frames, _ := read(t, &unasked{k})
	if diff := cmp.Diff(want, frames); diff != "" {
		t.Error(diff)
	}
}

// unasked is a device on which nothing is at the start.
type unasked struct{ *kernel }

func (u *unasked) Slots(code uint16) ([]int32, error) {
	return newKernel(u.info).slots[code], nil
}

func (u *unasked) Axis(code uint16) (evdev.Axis, error) { return u.info.Axes[code], nil }

func (u *unasked) Keys() (evdev.Bits, error) { return nil, nil }

func TestPanelsOfOneTouchAndTabletsOfEmulatorsAreRead(t *testing.T) {
	here, there := []evdev.Event{abs(evdev.AbsX, 500), abs(evdev.AbsY, 250)}, []evdev.Event{abs(evdev.AbsX, 100)}
	down := func(x float64) []contact.Contact { return []contact.Contact{{X: x, Y: 0.5}} }
	near := func(x float64) []contact.Contact { return []contact.Contact{{X: x, Y: 0.5, Hover: true}} }
	for name, c := range map[string]struct {
		info evdev.Info
		told [][]evdev.Event
		want [][]contact.Contact
	}{
		"touched": {single(evdev.BtnTouch), [][]evdev.Event{
			{key(evdev.BtnTouch, 1)}, there, {key(evdev.BtnTouch, 0)},
		}, [][]contact.Contact{nil, down(0.5), down(0.1), nil}},
		"by pressure": {byPressure(), [][]evdev.Event{
			{abs(evdev.AbsPressure, 6)}, there, {abs(evdev.AbsPressure, 5)},
		}, [][]contact.Contact{nil, down(0.5), down(0.1), nil}},
		"by a pen": {single(evdev.BtnTouch, evdev.BtnToolPen), [][]evdev.Event{
			{key(evdev.BtnToolPen, 1)}, {key(evdev.BtnTouch, 1)}, there, {key(evdev.BtnTouch, 0)}, {key(evdev.BtnToolPen, 0)},
		}, [][]contact.Contact{nil, near(0.5), down(0.5), down(0.1), near(0.1), nil}},
		"a tablet": {single(evdev.BtnLeft, evdev.BtnRight), [][]evdev.Event{
			{key(evdev.BtnRight, 1)}, {key(evdev.BtnLeft, 1)}, there, {key(evdev.BtnLeft, 0)},
		}, [][]contact.Contact{near(0.5), down(0.5), down(0.1), near(0.1)}},
	} {
		k := newKernel(c.info)
		k.tell(frame(here)...)
		k.waiting = nil
		r, err := touch.NewReader(k)
		if err != nil {
			t.Fatal(name, err)
		}
		var got [][]contact.Contact
		next := func() {
			f, err := r.Read()
			if err != nil {
				t.Fatal(name, err)
			}
			got = append(got, slices.Clone(f.Contacts))
		}
		next()
		for _, events := range c.told {
			if k.tell(frame(events)...); events[0].Code != evdev.BtnRight {
				next()
			}
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Error(name, diff)
		}
	}
}

func TestWhatIsToldOfASlotThatThereIsNotIsLeftAside(t *testing.T) {
	var told []evdev.Event
	for _, slot := range []int32{-1, 5, math.MaxInt32, math.MinInt32} {
		told = append(told, frame(put(slot, 9, 1, 1), lifted(slot))...)
	}
	frames, _ := read(t, port(slotted(), append(told, frame(put(4, 1, 500, 250))...), evdev.Native))
	if diff := cmp.Diff([]contact.Frame{{}, {Contacts: []contact.Contact{{ID: 1, X: 0.5, Y: 0.5}}}}, frames); diff != "" {
		t.Error(diff)
	}
}

func TestAReportOfMoreContactsThanThereAreHandsIsBounded(t *testing.T) {
	var told []evdev.Event
	for range 10_000 {
		told = append(told, abs(evdev.AbsMTPositionX, 1), evdev.Event{Code: evdev.SynMTReport})
	}
	frames, _ := read(t, port(unslotted(slotted()), append(told, report()), evdev.Native))
	if len(frames) != 2 || len(frames[1].Contacts) > 32 {
		t.Errorf("%d frames, of %d contacts", len(frames), len(frames[1].Contacts))
	}
}

func TestTwoSlotsWithOneIDAreOneContact(t *testing.T) {
	frames, _ := read(t, port(slotted(), frame(put(0, 1, 500, 250), put(1, 1, 100, 100)), evdev.Native))
	if diff := cmp.Diff([]contact.Frame{{}, {Contacts: []contact.Contact{{ID: 1, X: 0.5, Y: 0.5}}}}, frames); diff != "" {
		t.Error(diff)
	}
}

func TestAPlaceOutsideTheRangeIsAtItsEdge(t *testing.T) {
	info := slotted()
	info.Axes[evdev.AbsMTPositionX] = evdev.Axis{Min: math.MinInt32, Max: math.MaxInt32}
	info.Axes[evdev.AbsMTPositionY] = evdev.Axis{Min: 100, Max: 299}
	k := newKernel(info)
	k.gone = io.EOF
	k.tell(frame(put(0, 1, math.MinInt32, 99))...)
	k.tell(frame(put(0, 1, 0, math.MaxInt32))...)
	k.tell(frame(put(0, 1, math.MaxInt32, 200))...)
	frames, _ := read(t, &unasked{k})
	var got [][2]float64
	for _, f := range frames[1:] {
		got = append(got, [2]float64{f.Contacts[0].X, f.Contacts[0].Y})
	}
	want := [][2]float64{{0, 0}, {0.5, 0.995}, {1 - 1./(1<<32), 0.5}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestWhatIsNoTouchPanelIsRefused(t *testing.T) {
	narrow := slotted()
	narrow.Axes[evdev.AbsMTPositionX] = evdev.Axis{Min: 5, Max: 5}
	deaf := single(evdev.BtnRight)
	for said, info := range map[string]evdev.Info{
		"from 5 to 5": narrow, "no places": {Keys: evdev.BitsOf(evdev.BtnTouch)}, "not whether it is touched": deaf,
	} {
		k := newKernel(info)
		if _, err := touch.NewReader(k); err == nil || !strings.Contains(err.Error(), said) || !k.closed {
			t.Errorf("%q: %v, closed: %v", said, err, k.closed)
		}
	}
	taken := newKernel(slotted())
	taken.noGrab = errors.New("busy")
	if _, err := touch.NewReader(taken); !errors.Is(err, taken.noGrab) || !taken.closed {
		t.Errorf("taken by another program: %v, closed: %v", err, taken.closed)
	}
}

func TestAPanelThatCannotBeAskedIsAnError(t *testing.T) {
	k := newKernel(slotted())
	r, err := touch.NewReader(k)
	if err != nil {
		t.Fatal(err)
	}
	k.tell(frame(put(0, 1, 1, 1))...)
	if _, err := r.Read(); err != nil {
		t.Fatal(err)
	}
	k.lose(frame(put(1, 2, 1, 1))...)
	k.vanish()
	_, err = r.Read() // the finger that came before the loss
	if err == nil {
		_, err = r.Read()
	}
	if !errors.Is(err, evdev.ErrGone) {
		t.Errorf("%v", err)
	}
}

// drawFrame changes some slots, as a panel may.
func drawFrame(t *rapid.T, next *int32) []evdev.Event {
	var parts [][]evdev.Event
	for range rapid.IntRange(1, 3).Draw(t, "changes") {
		slot := rapid.Int32Range(0, 4).Draw(t, "slot")
		switch rapid.IntRange(0, 3).Draw(t, "what") {
		case 0:
			parts = append(parts, lifted(slot))
		case 1:
			parts = append(parts, []evdev.Event{abs(evdev.AbsMTSlot, slot), abs(evdev.AbsMTPositionX, rapid.Int32Range(-5, 1005).Draw(t, "x"))})
		case 2:
			parts = append(parts, []evdev.Event{abs(evdev.AbsMTSlot, slot), abs(evdev.AbsMTToolType, rapid.Int32Range(0, 2).Draw(t, "tool"))})
		default:
			*next++
			parts = append(parts, put(slot, *next, rapid.Int32Range(0, 999).Draw(t, "x"), rapid.Int32Range(0, 499).Draw(t, "y")))
		}
	}
	return frame(parts...)
}

// TestAfterALossThePanelIsKnownAgain loses events anywhere, also within a frame, and asks a second reader, which was
// there when nothing was lost, what is on the glass.
func TestAfterALossThePanelIsKnownAgain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k, whole := newKernel(slotted()), newKernel(slotted())
		r, err := touch.NewReader(k)
		if err != nil {
			t.Fatalf("%v", err)
		}
		now, err := r.Read()
		if err != nil || now.Lost || len(now.Contacts) != 0 {
			t.Fatalf("at the start: %v %v", now, err)
		}
		next := int32(0)
		losses := 0
		for range rapid.IntRange(1, 30).Draw(t, "frames") {
			events := drawFrame(t, &next)
			whole.tell(events...)
			if rapid.IntRange(0, 3).Draw(t, "loss") > 0 {
				k.tell(events...)
				continue
			}
			losses++
			cut := rapid.IntRange(0, len(events)-1).Draw(t, "cut")
			k.tell(events[:cut]...)
			k.lose(events[cut:]...)
		}
		k.gone = io.EOF
		for lost := 0; ; {
			f, err := r.Read()
			if err != nil {
				if lost != losses {
					t.Fatalf("%d losses, %d told", losses, lost)
				}
				break
			}
			if now = f; now.Lost {
				lost++
			}
		}
		frames := whole.all(t)
		if diff := cmp.Diff(frames[len(frames)-1].Contacts, now.Contacts, cmp.Transformer("", byID)); diff != "" {
			t.Fatalf("as it is (-), as it was read (+)\n%s", diff)
		}
	})
}

func byID(all []contact.Contact) []contact.Contact {
	all = append([]contact.Contact{}, all...)
	slices.SortFunc(all, func(a, b contact.Contact) int { return int(a.ID) - int(b.ID) })
	return all
}

// sound fails the test when a frame is none that a panel can tell.
func sound(t interface{ Fatalf(string, ...any) }, frames []contact.Frame) {
	for _, f := range frames {
		seen := map[int32]bool{}
		for _, c := range f.Contacts {
			if seen[c.ID] || c.ID < 0 || !(c.X >= 0 && c.X < 1 && c.Y >= 0 && c.Y < 1) {
				t.Fatalf("a frame %v", f)
			}
			seen[c.ID] = true
		}
	}
}

func TestARecordingThatIsCutGivesTheFramesBeforeTheCut(t *testing.T) {
	for name, r := range recordings(t) {
		b, size := stream(r.Events, evdev.Native), evdev.Native.Size()
		whole, _ := read(t, port(r.Info, r.Events, evdev.Native))
		step := 1
		if len(b) > 4000 {
			step = 997 // no multiple of an event
		}
		want := 1 // the one of the start
		for cut, ended := 0, 0; cut < len(b); cut += step {
			for ; ended < cut/size; ended++ {
				e := r.Events[ended]
				if e.Type == evdev.TypeSyn && want < len(whole) && whole[want].At == e.At {
					want++
				}
			}
			frames, err := read(t, evdev.Describe(io.NopCloser(bytes.NewReader(b[:cut])), r.Info, evdev.Native))
			if err != io.EOF && err != io.ErrUnexpectedEOF {
				t.Fatal(name, cut, err)
			}
			if !slices.EqualFunc(frames, whole[:want], func(a, b contact.Frame) bool { return a.At == b.At && slices.Equal(a.Contacts, b.Contacts) }) {
				t.Fatalf("%s cut after %d bytes: not its first %d frames, but %v", name, cut, want, frames)
			}
		}
	}
}

func TestShuffledRecordingsGiveFramesThatAPanelCanTell(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, r := range recordings(t) {
		for range 20 {
			events := slices.Clone(r.Events)
			random.Shuffle(len(events), func(i, j int) { events[i], events[j] = events[j], events[i] })
			for _, info := range []evdev.Info{r.Info, unslotted(r.Info)} {
				frames, _ := read(t, port(info, events, evdev.Native))
				sound(t, frames)
			}
		}
	}
}

// unslotted is the panel as one of protocol A.
func unslotted(info evdev.Info) evdev.Info {
	info, _ = older(info, nil, false)
	return info
}

func panels() []evdev.Info {
	tracked, _ := older(slotted(), nil, true)
	return []evdev.Info{slotted(), tracked, unslotted(slotted()), single(evdev.BtnTouch, evdev.BtnToolPen), single(evdev.BtnLeft), byPressure()}
}

func FuzzReader(f *testing.F) {
	f.Add(stream(frame(put(0, 1, 10, 10)), evdev.Wide), uint8(0), false)
	f.Add(stream(slices.Concat(frame(put(0, 1, 10, 10)), []evdev.Event{{Code: evdev.SynDropped}}, frame(lifted(0))), evdev.Narrow), uint8(0), true)
	f.Add(stream([]evdev.Event{abs(evdev.AbsMTPositionX, 1), {Code: evdev.SynMTReport}, report()}, evdev.Narrow), uint8(2), true)
	f.Add(stream([]evdev.Event{key(evdev.BtnTouch, 1), report()}, evdev.Narrow), uint8(3), true)
	f.Fuzz(func(t *testing.T, b []byte, kind uint8, narrow bool) {
		format := evdev.Wide
		if narrow {
			format = evdev.Narrow
		}
		info := panels()[int(kind)%len(panels())]
		frames, err := read(t, evdev.Describe(io.NopCloser(bytes.NewReader(b)), info, format))
		if err != io.EOF && err != io.ErrUnexpectedEOF {
			t.Fatal(err)
		}
		sound(t, frames)
	})
}
