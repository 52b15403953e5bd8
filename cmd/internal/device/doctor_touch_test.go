package device_test

import (
	"context"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"example.org/totem/cmd/internal/device"
	"example.org/totem/hw/touch/calibration"
	"example.org/totem/hw/touch/contact"
	"example.org/totem/internal/fault"
	"example.org/totem/store"
	"example.org/totem/ui/layout"
)

// technician sees aims and touches a panel.
type technician struct {
	panel  calibration.Matrix // how it is built in
	touch  func(n int, aim layout.Aim, t *technician)
	aims   chan layout.Aim
	frames chan []contact.Contact
	end    chan struct{}
	gone   bool
	said   []string
	seen   []layout.Aim // all of them
}

func newTechnician(text string, touch func(n int, aim layout.Aim, t *technician)) *technician {
	panel, err := calibration.Parse(text)
	if err != nil {
		panic(err)
	}
	return &technician{panel: panel, touch: touch}
}

// arrive is called in the bubble in which the technician works.
func (t *technician) arrive() {
	t.aims, t.frames, t.end = make(chan layout.Aim, 1000), make(chan []contact.Contact), make(chan struct{})
}

func (t *technician) Aim(a layout.Aim) { t.seen = append(t.seen, a); t.aims <- a }

func (t *technician) Read() (contact.Frame, error) {
	select {
	case c := <-t.frames:
		return contact.Frame{Contacts: c}, nil
	case <-t.end:
		return contact.Frame{}, io.ErrClosedPipe
	}
}

func (t *technician) Close() error {
	if !t.gone {
		close(t.end)
	}
	t.gone = true
	return nil
}

// put lays fingers on the glass, at places of it.
func (t *technician) put(fingers ...calibration.Point) {
	var all []contact.Contact
	for i, f := range fingers {
		x, y, _ := t.panel.Invert(f.X, f.Y)
		all = append(all, contact.Contact{ID: int32(i), X: x, Y: y})
	}
	select {
	case t.frames <- all:
	case <-t.end:
	}
}

// work touches each aim that is shown, and one that is still there after two seconds again.
func (t *technician) work() {
	var aim layout.Aim
	for n := 0; ; n++ {
		select {
		case aim = <-t.aims:
		case <-time.After(2 * time.Second):
		case <-t.end:
			return
		}
		time.Sleep(300 * time.Millisecond)
		t.touch(n, aim, t)
		time.Sleep(time.Millisecond)
		for len(t.aims) > 0 {
			<-t.aims
		}
		t.put()
	}
}

// hold presses at a place for a second.
func (t *technician) hold(x, y float64) {
	t.put(calibration.Point{X: x + 0.01, Y: y}) // it rolls while it lands
	time.Sleep(50 * time.Millisecond)
	for _, by := range []float64{0, 0.001, -0.001} {
		t.put(calibration.Point{X: x + by, Y: y - by})
		time.Sleep(300 * time.Millisecond)
	}
}

func exactly(_ int, aim layout.Aim, t *technician) { t.hold(aim.X, aim.Y) }

// calibrate has a technician at work on the reference panel.
func calibrate(t *testing.T, tech *technician) (c device.Calibration, err error) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		tech.arrive()
		x, failed := device.ExamineTouch(t.Context(), device.Config{}, device.TouchExam{Aims: tech,
			Say:  func(s string) { tech.said = append(tech.said, s) },
			Open: func() (contact.Source, error) { return tech, nil }})
		if failed != nil {
			t.Fatal(failed)
		}
		var work sync.WaitGroup
		work.Go(tech.work)
		c, err = x.Calibrate(t.Context())
		if err := x.Close(); err != nil {
			t.Error(err)
		}
		work.Wait()
	})
	return c, err
}

func TestFiveTouchesCalibrateAPanelHoweverItIsBuiltIn(t *testing.T) {
	for _, built := range []string{"identity", "rotate-90", "rotate-180", "mirror-rotate-270", "1.12 0.01 -0.06 -0.005 1.1 -0.04", "0 -2.3 1.4 1.2 0 -0.1"} {
		c, err := calibrate(t, newTechnician(built, exactly))
		if err != nil {
			t.Errorf("%s: %v", built, err)
			continue
		}
		got, err := calibration.Parse(c.Matrix)
		want, _ := calibration.Parse(built)
		for i := range want {
			if math.Abs(got[i]-want[i]) > 0.005 || err != nil {
				t.Errorf("%s was found as %s (%v)", built, c.Matrix, err)
				break
			}
		}
		if len(c.Beside) != 5 || len(c.Checked) != 2 || slices.Max(c.Beside) > 0.5 || slices.Max(c.Checked) > 0.5 {
			t.Errorf("%s: %v mm, %v mm beside", built, c.Beside, c.Checked)
		}
		if c.TOML() != `touch_matrix = "`+c.Matrix+`"` {
			t.Errorf("the line is %s", c.TOML())
		}
	}
}

func TestTheGlassShowsTheAimThenThatItIsHeldAndInTheCheckTheFinger(t *testing.T) {
	tech := newTechnician("rotate-90", exactly)
	if _, err := calibrate(t, tech); err != nil {
		t.Fatal(err)
	}
	held, followed := 0, 0
	for _, a := range tech.seen {
		if a.Held {
			held++
		}
		if a.Touched {
			if followed++; a.Of != 2 || math.Abs(a.FoundX-a.X) > 0.02 || math.Abs(a.FoundY-a.Y) > 0.02 {
				t.Errorf("the finger of %+v", a)
			}
		}
		if a.Text == "" || a.Number < 1 || a.Number > a.Of {
			t.Errorf("%+v", a)
		}
	}
	if held != 7 || followed < 6 {
		t.Errorf("%d aims held, a finger was followed %d times", held, followed)
	}
}

func TestATouchThatIsNoGoodIsAskedForAgain(t *testing.T) {
	for name, tt := range map[string]struct {
		first func(aim layout.Aim, t *technician)
		said  string
	}{
		"lifted too early": {func(aim layout.Aim, t *technician) {
			t.put(calibration.Point{X: aim.X, Y: aim.Y})
			time.Sleep(400 * time.Millisecond)
		}, "lifted too early"},
		"two fingers": {func(aim layout.Aim, t *technician) {
			t.put(calibration.Point{X: aim.X, Y: aim.Y}, calibration.Point{X: 0.6, Y: 0.6})
			time.Sleep(time.Second)
		}, "more than one finger"},
		"sliding": {func(aim layout.Aim, t *technician) {
			for i := range 10 {
				t.put(calibration.Point{X: aim.X + float64(i)/100, Y: aim.Y})
				time.Sleep(100 * time.Millisecond)
			}
		}, "moved"},
	} {
		tech := newTechnician("identity", func(n int, aim layout.Aim, t *technician) {
			if n == 2 {
				tt.first(aim, t)
				return
			}
			t.hold(aim.X, aim.Y)
		})
		c, err := calibrate(t, tech)
		if said := strings.Join(tech.said, "\n"); err != nil || c.Matrix == "" || !strings.Contains(said, tt.said) {
			t.Errorf("%s: %+v, %v\n%s", name, c, err, said)
		}
	}
}

func TestATouchThatContradictsTheOthersIsAskedForAloneAgain(t *testing.T) {
	var numbers []int
	tech := newTechnician("rotate-180", func(n int, aim layout.Aim, t *technician) {
		numbers = append(numbers, aim.Number)
		if n == 4 { // the middle
			t.hold(aim.X+0.1, aim.Y)
			return
		}
		t.hold(aim.X, aim.Y)
	})
	_, err := calibrate(t, tech)
	if want := []int{1, 2, 3, 4, 5, 5, 1, 2}; err != nil || !slices.Equal(numbers, want) {
		t.Errorf("aims %v were shown, want %v: %v", numbers, want, err)
	}
}

func TestWildTouchesEndInARefusalInPlainWords(t *testing.T) {
	tech := newTechnician("identity", func(_ int, _ layout.Aim, t *technician) { t.hold(0.3, 0.3) })
	c, err := calibrate(t, tech)
	if f := fault.Of(err); f.Code != fault.CodeCalibration || !strings.Contains(err.Error(), "same place") || f.Remedy == "" || c.Matrix != "" {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestACalibrationThatTheCheckContradictsIsNone(t *testing.T) {
	tech := newTechnician("identity", func(n int, aim layout.Aim, t *technician) {
		if n == 6 {
			aim.X += 0.05 // 13 mm of 268
		}
		t.hold(aim.X, aim.Y)
	})
	_, err := calibrate(t, tech)
	if f := fault.Of(err); f.Code != fault.CodeCalibration || !strings.Contains(f.Sentence, "13.4 mm") {
		t.Errorf("%v", err)
	}
}

func TestNobodyAtThePanelAndAPanelThatIsStuckAreFaultsAfterAMinute(t *testing.T) {
	for name, tt := range map[string]struct {
		touch func(int, layout.Aim, *technician)
		want  string
	}{
		"nobody": {func(_ int, _ layout.Aim, t *technician) { <-t.end }, "no touch"},
		"stuck":  {func(_ int, aim layout.Aim, t *technician) { t.hold(aim.X, aim.Y); <-t.end }, "does not end"},
	} {
		_, err := calibrate(t, newTechnician("identity", tt.touch))
		if f := fault.Of(err); f.Code != fault.CodeTouchState || !strings.Contains(f.Sentence, tt.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAPanelThatGoesAwayIsAFault(t *testing.T) {
	_, err := calibrate(t, newTechnician("identity", func(_ int, _ layout.Aim, t *technician) { t.gone = true; close(t.end) }))
	if fault.Of(err).Code != fault.CodeTouchOpen || !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("%v", err)
	}
}

func TestWatchingTellsPartsAndMillimetresOfTheGlass(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tech := newTechnician("rotate-90", nil)
		tech.arrive()
		cfg := device.Config{Panel: device.Panel{Width: 1080, Height: 1920, WidthMM: 270, Matrix: "rotate-90"}}
		x, err := device.ExamineTouch(t.Context(), cfg, device.TouchExam{Open: func() (contact.Source, error) { return tech, nil }})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			tech.put(calibration.Point{X: 0.25, Y: 0.5}, calibration.Point{X: 1, Y: 0})
			tech.put()
		}()
		var seen []device.Sighting
		err = x.Watch(ctx, func(s device.Sighting) error {
			if seen = append(seen, s); len(s.Contacts) == 0 {
				cancel()
			}
			return nil
		})
		want := []device.SeenContact{{ID: 0, X: 0.25, Y: 0.5, XMM: 67.5, YMM: 240}, {ID: 1, X: 1, Y: 0, XMM: 270, YMM: 0}}
		if err != nil || len(seen) != 2 || !slices.Equal(seen[0].Contacts, want) {
			t.Errorf("%+v, %v", seen, err)
		}
		if err := x.Close(); err != nil {
			t.Error(err)
		}
	})
}

func TestThePanelOfARunningTotemIsLeftAlone(t *testing.T) {
	cfg := device.Config{Office: "roma-01", Totem: "t1", Data: t.TempDir()}
	s, err := store.Open(t.Context(), store.Config{Path: filepath.Join(cfg.Data, "totem.db"), Office: cfg.Office, Totem: cfg.Totem})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	opened := false
	_, err = device.ExamineTouch(t.Context(), cfg, device.TouchExam{Open: func() (contact.Source, error) { opened = true; return nil, io.EOF }})
	if f := fault.Of(err); f.Code != fault.CodeStoreLocked || opened || !strings.Contains(f.Remedy, "stop the totem") {
		t.Errorf("%v, opened %v", err, opened)
	}
	if _, err := device.ExamineTouch(t.Context(), device.Config{}, device.TouchExam{}); fault.Of(err).Code != fault.CodeConfig {
		t.Errorf("touches of the window: %v", err)
	}
}

const head = "office = \"roma-01\" # ours\ntotem = \"t1\"\nscheduler = \"nats://127.0.0.1:4222\"\ndata = \"/tmp\"\n\n[printer]\npath = \"/dev/usb/lp0\"\n\n"

func TestWritingACalibrationChangesOneLineAndNothingElse(t *testing.T) {
	const matrix = "0 -1 1 1 0 0"
	for name, tt := range map[string]struct{ before, after string }{
		"a value that is there": {head + "[panel]\n touch_matrix =  \"1 0 0 0 1 0\"   # by hand\nwidth = 1080\nheight = 1920\n",
			head + "[panel]\n touch_matrix =  \"0 -1 1 1 0 0\"   # by hand\nwidth = 1080\nheight = 1920\n"},
		"a literal text":             {head + "[panel]\ntouch_matrix='rotate-90'", head + "[panel]\ntouch_matrix=\"0 -1 1 1 0 0\""},
		"none":                       {head + "[panel] # the glass\nwidth_mm = 268\n", head + "[panel] # the glass\ntouch_matrix = \"0 -1 1 1 0 0\"\nwidth_mm = 268\n"},
		"none, before another table": {"[panel]\n" + "# nothing yet\n[sound]\n" + "click = true\n", ""},
		"an empty table at the end":  {head + "[panel]", head + "[panel]\ntouch_matrix = \"0 -1 1 1 0 0\"\n"},
		"lines of another system":    {strings.ReplaceAll(head, "\n", "\r\n") + "[panel]\r\nwidth_mm = 268\r\n", strings.ReplaceAll(head, "\n", "\r\n") + "[panel]\r\ntouch_matrix = \"0 -1 1 1 0 0\"\r\nwidth_mm = 268\r\n"},
		"a name with dots":           {"panel.touch_matrix = \"\"\n" + head, "panel.touch_matrix = \"0 -1 1 1 0 0\"\n" + head},
		"no table":                   {head, ""},
		"a table in braces":          {"panel = { width_mm = 268 }\n" + head, ""},
		"a file with a mistake":      {head + "[panel]\nwidth_mm = 1\n", ""},
	} {
		path := filepath.Join(t.TempDir(), "totem.toml")
		if err := os.WriteFile(path, []byte(tt.before), 0o640); err != nil {
			t.Fatal(err)
		}
		link := filepath.Join(t.TempDir(), "link.toml")
		if err := os.Symlink(path, link); err != nil {
			t.Fatal(err)
		}
		err := device.WriteMatrix(link, matrix)
		want := tt.after
		if want == "" {
			want = tt.before
			if f := fault.Of(err); f.Code != fault.CodeConfig || !strings.Contains(f.Remedy, matrix) {
				t.Errorf("%s: %v", name, err)
			}
		} else if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		got, err := os.ReadFile(path)
		info, errInfo := os.Stat(path)
		if err != nil || errInfo != nil || string(got) != want || info.Mode().Perm() != 0o640 {
			t.Errorf("%s: %v %v %v\n%s", name, err, errInfo, info.Mode(), got)
		}
		if left, err := os.ReadDir(filepath.Dir(path)); err != nil || len(left) != 1 {
			t.Errorf("%s: left behind %v, %v", name, left, err)
		}
	}
	if err := device.WriteMatrix(filepath.Join(t.TempDir(), "none.toml"), matrix); fault.Of(err).Code != fault.CodeConfig {
		t.Errorf("a file that is not there: %v", err)
	}
}
