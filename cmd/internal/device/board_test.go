package device_test

import (
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"periph.io/x/conn/v3/gpio"

	"example.org/totem/cmd/internal/device"
	"example.org/totem/hw/board"
	"example.org/totem/internal/papersim"
	"example.org/totem/sync/wire"
)

// wires are the lines of a board that a test moves. A line that was never set is low: nothing tells.
type wires struct {
	mu    sync.Mutex
	at    map[string]gpio.Level
	edges map[string]chan struct{}
	lamp  []gpio.Level
}

func newWires() *wires {
	return &wires{at: map[string]gpio.Level{}, edges: map[string]chan struct{}{"door": make(chan struct{}, 1), "out": make(chan struct{}, 1), "near": make(chan struct{}, 1)}}
}

func (w *wires) set(line string, level gpio.Level) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.at[line] = level
	select {
	case w.edges[line] <- struct{}{}:
	default:
	}
}

func (w *wires) lit() gpio.Level {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.lamp) > 0 && w.lamp[len(w.lamp)-1]
}

func (w *wires) In(name string) (board.In, error) {
	if w.edges[name] == nil {
		return nil, errors.New("the board has no such line")
	}
	return wireIn{w, name}, nil
}

func (w *wires) Out(_ string, level gpio.Level) (board.Out, error) {
	return wireOut{w}, wireOut{w}.Out(level)
}

type wireIn struct {
	*wires
	name string
}

func (w wireIn) Read() gpio.Level {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.at[w.name]
}

func (w wireIn) WaitForEdge(timeout time.Duration) bool {
	select {
	case <-w.edges[w.name]:
		return true
	case <-time.After(timeout):
		return false
	}
}

func (wireIn) Close() {}

type wireOut struct{ *wires }

func (w wireOut) Out(l gpio.Level) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.lamp = append(w.lamp, l)
	return nil
}

func (wireOut) Close() {}

// worn is a system whose chip nears its end.
func worn() fstest.MapFS {
	return fstest.MapFS{
		"proc/self/mountinfo":                   {Data: []byte("41 22 179:5 / / rw - ext4 /dev/mmcblk0p5 rw\n")},
		"sys/block/mmcblk0/mmcblk0p5/size":      {Data: []byte("60000000\n")},
		"sys/block/mmcblk0/device/type":         {Data: []byte("MMC\n")},
		"sys/block/mmcblk0/device/name":         {Data: []byte("DG4032\n")},
		"sys/block/mmcblk0/device/life_time":    {Data: []byte("0x0a 0x01\n")},
		"sys/class/watchdog/watchdog0/identity": {Data: []byte("i6300ESB timer\n")},
	}
}

// wired is a configuration of a board with everything, and what stands in for it.
func wired(cfg device.Config, w *wires) (device.Config, func(*board.Config)) {
	cfg.Board.Door, cfg.Board.Lamp, cfg.Board.PaperOut, cfg.Board.PaperNear = "door", "lamp", "out", "near"
	return cfg.Complete(), func(c *board.Config) { c.Lines, c.Root = w, worn() }
}

func TestTheSensorOfTheBoardSaysForAPrinterThatCannotTellThatThereIsNoPaperAndTheLampSaysSoToo(t *testing.T) {
	now := atOpening(t)
	c := openCentral(t, folder(t, "scheduler"), "127.0.0.1:0", now)
	sheet := openPaper(t, papersim.Config{})
	cfg := provisioned(t, c, config(t, folder(t, "totem"), sheet.Path, c.URL()))
	w := newWires()
	cfg, stands := wired(cfg, w)
	log := new(record)
	d := startWith(t, cfg, device.Parts{Now: now, Board: stands, Log: slog.New(slog.NewTextHandler(log, nil))})
	w.comesTo(t, "lit", func() bool { return bool(w.lit()) })
	var h wire.Health
	awaits(t, "the board is told", func() bool { h = heard(t, c, cfg.Office, 0); return h.Board&wire.BoardTold != 0 })
	if h.Board != wire.BoardTold|wire.BoardCardWorn {
		t.Errorf("the scheduler has heard %q of the board", h.Board)
	}
	w.set("out", gpio.High)
	left(t, cfg.Data, "paper-end")
	if s := d.take(); s.Name != "paper-failed" {
		t.Errorf("without paper a ticket ends on %q", s.Name)
	}
	if left := left(t, cfg.Data, "paper-end"); left.Board == nil || *left.Board != (device.Surroundings{Door: "shut", PaperNear: "far", PaperOut: "out", Lamp: "works"}) {
		t.Errorf("the totem has left %+v", left.Board)
	}
	w.comesTo(t, "dark, as it blinks", func() bool { return !bool(w.lit()) })
	w.set("out", gpio.Low)
	w.set("near", gpio.High)
	left(t, cfg.Data, "near-end")
	if err := d.stop(); err != nil {
		t.Fatal(err)
	}
	if w.lit() {
		t.Error("the lamp of a totem that has stopped is lit")
	}
	if n := log.count("board.card-worn"); n != 1 {
		t.Errorf("the log tells %d times of the worn card", n)
	}
}

// comesTo waits until the board has come to something.
func (w *wires) comesTo(t *testing.T, what string, there func() bool) {
	t.Helper()
	ctx := waiting(t)
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for !there() {
		select {
		case <-look.C:
		case <-ctx.Done():
			t.Fatalf("the lamp is never %s", what)
		}
	}
}

func TestTheDoctorTellsHowTheBoardIs(t *testing.T) {
	w := newWires()
	cfg, stands := wired(config(t, folder(t, "totem"), "/dev/null", "tls://"+freeAddress(t)), w)
	w.set("door", gpio.High)
	p := device.ExamineBoard(cfg, stands)
	for _, words := range []string{"the door is open", "there is paper", "the lamp can be driven", "nears its end", "90 to 100 % of its life", "i6300ESB timer, not in use", "MiB free for data"} {
		if !strings.Contains(p.Cause, words) {
			t.Errorf("it does not say %q: %+v", words, p)
		}
	}
	if p.State != device.Attention || p.Remedy == "" || p.Code != "" {
		t.Errorf("%+v", p)
	}
	cfg.Board.Door = "door2"
	if p := device.ExamineBoard(cfg, stands); p.State != device.Faulty || !strings.Contains(p.Cause, "no such line") {
		t.Errorf("%+v", p)
	}
}

func TestABoardThatCannotBeIsRefusedWithItsLine(t *testing.T) {
	_, err := device.ParseConfig("totem.toml", []byte(`office = "valfiorita"
totem = "ingresso"
scheduler = "tls://10.20.0.5:4222"
data = "/data/totem"
printer.path = "/dev/null"
[board]
door = "pinctrl-bcm2711:x"
door_open = "up"
lamp = "GPIO4"
paper_out = "GPIO4"
backlight = "/etc/passwd"
backlight_hours = "7-20"
backlight_night = 101
hot_c = 20
`))
	for _, words := range []string{"totem.toml:7: board.door:", "totem.toml:8: board.door_open:", "totem.toml:10: board.paper_out: it is the line of board.lamp too",
		"totem.toml:11: board.backlight:", "totem.toml:12: board.backlight_hours:", "totem.toml:13: board.backlight_night:", "totem.toml:14: board.hot_c:"} {
		if err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("it does not say %q:\n%v", words, err)
		}
	}
}
