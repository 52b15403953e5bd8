package board_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"periph.io/x/conn/v3/gpio"

	"example.org/totem/hw/board"
)

// pins are lines that a test moves.
type pins struct {
	mu     sync.Mutex
	by     map[string]*pin
	broken bool
	drove  []string // what an output was set to, with the second in which it was
	begin  time.Time
}

func newPins(names ...string) *pins {
	p := &pins{by: map[string]*pin{}, begin: time.Now()}
	for _, name := range names {
		p.by[name] = &pin{level: gpio.High, edges: make(chan struct{}, 100)}
	}
	return p
}

func (p *pins) In(name string) (board.In, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.by[name] == nil || p.broken {
		return nil, errors.New("the board has no such line")
	}
	return p.by[name], nil
}

func (p *pins) Out(_ string, level gpio.Level) (board.Out, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.broken {
		return nil, errors.New("the board has no such line")
	}
	o := output{p}
	p.mu.Unlock()
	err := o.Out(level)
	p.mu.Lock()
	return o, err
}

// levels returns how an output was driven.
func (p *pins) levels() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := p.drove
	p.drove = nil
	return all
}

// pin is a line that is pulled up.
type pin struct {
	edges chan struct{}

	mu    sync.Mutex
	level gpio.Level
}

// move sets the level; where an edge is lost nobody is told.
func (p *pin) move(l gpio.Level, lost bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.level = l
	if !lost {
		p.edges <- struct{}{}
	}
}

func (p *pin) Read() gpio.Level {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.level
}

// WaitForEdge is as on the kernel's lines: 0 is for ever, less is not at all (periph/host#78).
func (p *pin) WaitForEdge(timeout time.Duration) bool {
	if timeout < 0 {
		return false
	}
	var late <-chan time.Time
	if timeout > 0 {
		late = time.After(timeout)
	}
	select {
	case <-p.edges:
		return true
	case <-late:
		return false
	}
}

func (*pin) Close() {}

type output struct{ *pins }

func (o output) Out(l gpio.Level) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.drove = append(o.drove, fmt.Sprintf("%v %v", time.Since(o.begin), l))
	return nil
}

func (output) Close() {}

// run runs a board until the test ends, or until stop, in the time of a bubble.
func run(t *testing.T, cfg board.Config) (b *board.Board, log func() string, stop func()) {
	t.Helper()
	var mu sync.Mutex
	var written strings.Builder
	cfg.Log = slog.New(slog.NewTextHandler(writer(func(p []byte) { mu.Lock(); defer mu.Unlock(); written.Write(p) }), nil))
	if cfg.Root == nil {
		cfg.Root = tree("")
	}
	b, err := board.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { b.Run(ctx) })
	stop = sync.OnceFunc(func() { cancel(); running.Wait() })
	t.Cleanup(stop)
	log = func() string {
		mu.Lock()
		defer mu.Unlock()
		text := written.String()
		written.Reset()
		var events []string
		for line := range strings.Lines(text) {
			_, rest, _ := strings.Cut(line, "event=")
			events = append(events, strings.Fields(rest)[0])
		}
		return strings.Join(events, " ")
	}
	return b, log, stop
}

type writer func([]byte)

func (w writer) Write(p []byte) (int, error) { w(p); return len(p), nil }

func TestADoorIsWhatItsContactSaysOnceThatLasts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPins("door")
		changes := 0
		b, _, stop := run(t, board.Config{Door: board.Input{Line: "door"}, Lines: p, Changed: func() { changes++ }})
		at := func(d time.Duration, want board.Contact) {
			t.Helper()
			time.Sleep(d)
			synctest.Wait()
			if got := b.State().Door; got != want {
				t.Fatalf("the door is %d, want %d", got, want)
			}
		}
		at(time.Second, board.Tells) // nothing pulls the line down: open, or its wire is broken
		p.by["door"].move(gpio.Low, false)
		at(40*time.Millisecond, board.Tells)
		at(200*time.Millisecond, board.Quiet)
		changes = 0
		for n := range 20 { // it chatters as it opens
			p.by["door"].move(gpio.Level(n%2 == 0), false)
			time.Sleep(3 * time.Millisecond)
		}
		at(time.Second, board.Quiet)
		p.by["door"].move(gpio.High, false)
		at(time.Second, board.Tells)
		if changes != 1 {
			t.Errorf("told %d times", changes)
		}
		p.by["door"].move(gpio.Low, true)
		at(time.Second, board.Quiet)
		stop()
	})
}

func TestTheLogTellsOfTheDoorAtTheTurnOfAMinuteAndNeverHowOften(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPins("door")
		b, log, _ := run(t, board.Config{Door: board.Input{Line: "door", Low: true}, Lines: p})
		move := func(open bool) {
			p.by["door"].move(gpio.Level(!open), false)
			time.Sleep(time.Second)
		}
		time.Sleep(10 * time.Second)
		for range 5 {
			move(true)
			move(false)
		}
		if told := log(); told != "" {
			t.Fatalf("within the minute: %s", told)
		}
		time.Sleep(time.Minute)
		if told := log(); told != "board.door-opened" {
			t.Errorf("at its turn: %s", told)
		}
		time.Sleep(time.Minute)
		if told := log(); told != "board.door-shut" {
			t.Errorf("at the next: %s", told)
		}
		move(true)
		time.Sleep(5 * time.Minute)
		if told := log(); told != "board.door-opened" || b.State().Wrong != 0 {
			t.Errorf("it stands open for five minutes: %s, %b", told, b.State().Wrong)
		}
		time.Sleep(2 * time.Minute)
		if told := log(); told != "board.door-left-open" || b.State().Wrong != board.DoorLeft {
			t.Errorf("and for seven: %s, %b", told, b.State().Wrong)
		}
		move(false)
		time.Sleep(2 * time.Minute)
		if told := log(); told != "board.well board.door-shut" || b.State().Wrong != 0 {
			t.Errorf("shut: %s, %b", told, b.State().Wrong)
		}
	})
}

func TestALineThatCannotBeUsedIsToldOnceAndTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPins("door")
		p.broken = true
		b, log, _ := run(t, board.Config{Door: board.Input{Line: "door"}, Lamp: board.Output{Line: "lamp"}, Lines: p})
		time.Sleep(10 * time.Minute)
		if told := log(); told != "board.absent board.absent" || b.State().Door != board.Absent || b.State().Lamp {
			t.Errorf("%s: %+v", told, b.State())
		}
		p.mu.Lock()
		p.broken = false
		p.mu.Unlock()
		time.Sleep(time.Minute)
		if told := log(); strings.Count(told, "board.back") != 2 || b.State().Door != board.Tells || !b.State().Lamp {
			t.Errorf("%s: %+v", told, b.State())
		}
	})
}

func TestTheLampSaysWhetherThereAreTicketsAndIsDarkAtTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPins()
		b, _, stop := run(t, board.Config{Lamp: board.Output{Line: "lamp"}, Lines: p})
		synctest.Wait()
		p.levels()
		for _, c := range []struct {
			signal board.Signal
			want   int // changes within ten seconds, the first included
		}{{board.GivesTickets, 1}, {board.WithoutPaper, 10}, {board.OutOfService, 40}, {board.GivesTickets, 1}} {
			b.Show(c.signal)
			b.Show(c.signal)
			time.Sleep(10*time.Second - time.Millisecond)
			all := p.levels()
			if len(all) < c.want || len(all) > c.want+1 || !strings.HasSuffix(all[0], "High") {
				t.Errorf("signal %d: driven %d times in ten seconds, want %d: %v", c.signal, len(all), c.want, all)
			}
			time.Sleep(time.Millisecond)
			p.levels()
		}
		stop()
		if all := p.levels(); !slices.ContainsFunc(all[len(all)-1:], func(s string) bool { return strings.HasSuffix(s, "Low") }) {
			t.Errorf("at the end it was driven %v", all)
		}
	})
}

func TestNoSignalFlashesMoreThanThreeTimesInASecond(t *testing.T) {
	for _, s := range []board.Signal{board.Dark, board.GivesTickets, board.WithoutPaper, board.OutOfService} {
		flashes, lit := 0, false
		for at := time.Duration(0); at < 10*time.Second; at += time.Millisecond {
			if now := s.Lit(at); now && !lit {
				flashes++
			}
			lit = s.Lit(at)
		}
		if flashes > 25 || s == board.Dark && flashes > 0 {
			t.Errorf("signal %d flashes %d times in ten seconds", s, flashes)
		}
	}
}

func TestTheBacklightFollowsWhetherThePanelIsToBeSeenAndIsAsInTheDayAtTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var wrote []string
		fails := false
		write := func(path, content string) error {
			mu.Lock()
			defer mu.Unlock()
			if fails {
				return errors.New("read-only file system")
			}
			wrote = append(wrote, path+"="+content)
			return nil
		}
		b, log, stop := run(t, board.Config{Backlight: board.Backlight{Path: board.Auto, Day: 80, Night: 1}, Write: write,
			Root: tree("sys/class/backlight/10-0045/max_brightness: 31")})
		for _, seen := range []bool{false, false, true} {
			b.Light(seen)
			time.Sleep(time.Second)
		}
		mu.Lock()
		fails = true
		mu.Unlock()
		b.Light(false)
		time.Sleep(time.Second)
		if told := log(); told != "board.absent" {
			t.Errorf("it could not be set: %s", told)
		}
		mu.Lock()
		fails = false
		mu.Unlock()
		time.Sleep(time.Minute)
		stop()
		at := "/sys/class/backlight/10-0045/brightness="
		if want := []string{at + "24", at + "1", at + "24", at + "1", at + "24"}; !slices.Equal(slices.Compact(wrote), want) {
			t.Errorf("wrote %v", wrote)
		}
	})
}

func TestWhatCannotBeIsRefusedBeforeAnyHardwareIsTouched(t *testing.T) {
	for what, c := range map[string]board.Config{
		"one line for two":           {Door: board.Input{Line: "GPIO4"}, Lamp: board.Output{Line: "GPIO4"}},
		"a line without a chip":      {Door: board.Input{Line: ":4"}},
		"an offset that is none":     {PaperOut: board.Input{Line: "pinctrl:four"}},
		"more than the brightest":    {Backlight: board.Backlight{Path: board.Auto, Day: 101}},
		"a backlight somewhere else": {Backlight: board.Backlight{Path: "/etc/passwd"}},
		"data that lies nowhere":     {Data: "totem"},
		"a heat that melts":          {Hot: 400},
	} {
		c.Lines = newPins()
		if _, err := board.New(c); err == nil {
			t.Errorf("%s is taken", what)
		}
	}
}
