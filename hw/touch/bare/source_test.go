package bare_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"periph.io/x/conn/v3/gpio"

	"example.org/totem/hw/touch/bare"
	"example.org/totem/hw/touch/contact"
	"example.org/totem/internal/fault"
)

// script is a chip that gives each answer once, and the last one ever after.
type script struct {
	answers []answer
	asked   []time.Time
}

type answer struct {
	contacts []contact.Contact
	stale    bool
	err      error
}

func (s *script) Ask() ([]contact.Contact, bool, error) {
	s.asked = append(s.asked, time.Now())
	a := s.answers[0]
	if len(s.answers) > 1 {
		s.answers = s.answers[1:]
	}
	return a.contacts, !a.stale, a.err
}

// pauses are the times between the questions.
func (s *script) pauses() (d []time.Duration) {
	for i, at := range s.asked[1:] {
		d = append(d, at.Sub(s.asked[i]))
	}
	return d
}

var (
	errNAK = errors.New("no acknowledge")
	here   = []contact.Contact{{ID: 1, X: 0.25, Y: 0.5}}
	there  = []contact.Contact{{ID: 1, X: 0.5, Y: 0.5}}
)

func open(t *testing.T, s *script, w bare.Wiring) *bare.Source {
	t.Helper()
	source, err := bare.New("chip", s, w)
	if err != nil {
		t.Fatal(err)
	}
	return source
}

func read(t *testing.T, s *bare.Source) contact.Frame {
	t.Helper()
	f, err := s.Read()
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestASourceTellsWhatIsThereAtTheStartAndThenWhatChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{answers: []answer{{}, {}, {stale: true}, {contacts: here}, {contacts: here}, {stale: true}, {contacts: there}, {}}}
		source := open(t, s, bare.Wiring{})
		var at time.Duration
		for i, want := range [][]contact.Contact{nil, here, there, nil} {
			f := read(t, source)
			if !slices.Equal(f.Contacts, want) || f.At < at {
				t.Fatalf("frame %d: %+v, want %v", i, f, want)
			}
			at = f.At
		}
	})
}

func TestAChipThatHasNothingToTellAtTheStartIsAnEmptyGlass(t *testing.T) {
	source := open(t, &script{answers: []answer{{stale: true}}}, bare.Wiring{})
	if f := read(t, source); len(f.Contacts) != 0 {
		t.Errorf("%+v", f)
	}
}

func TestAChipIsAskedFasterWhileAFingerIsThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{answers: []answer{{}, {}, {contacts: here}, {contacts: there}, {}, {contacts: here}}}
		source := open(t, s, bare.Wiring{})
		for range 5 {
			read(t, source)
		}
		const ms = time.Millisecond
		if want := []time.Duration{25 * ms, 25 * ms, 10 * ms, 10 * ms, 25 * ms}; !slices.Equal(s.pauses(), want) {
			t.Errorf("asked after %v, want %v", s.pauses(), want)
		}
	})
}

func TestAnEdgeHasTheChipAskedAtOnceAndForAWhileAtFullPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const ms = time.Millisecond
		line := &pin{name: "INT", edges: make(chan gpio.Level, 1)}
		s := &script{answers: []answer{{}, {stale: true}, {stale: true}, {stale: true}, {contacts: here}}}
		source := open(t, s, bare.Wiring{Interrupt: line})
		read(t, source)
		go func() { // an edge 170 ms later, in the second wait
			time.Sleep(170 * ms)
			line.edges <- gpio.Low
		}()
		if f := read(t, source); !slices.Equal(f.Contacts, here) {
			t.Errorf("%+v", f)
		}
		if want := []time.Duration{100 * ms, 70 * ms, 10 * ms, 10 * ms}; !slices.Equal(s.pauses(), want) {
			t.Errorf("asked after %v, want %v", s.pauses(), want)
		}
	})
}

// pin is a line whose edges come from a channel; nil: it has none. Without a timeout it waits for ever, as periph's do in one
// way or the other.
type pin struct {
	name  string
	edges chan gpio.Level
}

func (p *pin) String() string       { return p.name }
func (p *pin) Name() string         { return p.name }
func (*pin) Halt() error            { return nil }
func (*pin) Number() int            { return 4 }
func (*pin) Function() string       { return "In" }
func (*pin) Read() gpio.Level       { return gpio.High }
func (*pin) Pull() gpio.Pull        { return gpio.PullNoChange }
func (*pin) DefaultPull() gpio.Pull { return gpio.PullNoChange }
func (p *pin) In(_ gpio.Pull, edge gpio.Edge) error {
	if edge != gpio.BothEdges || p.edges == nil {
		return errors.New("it has no edges")
	}
	return nil
}

func (p *pin) WaitForEdge(timeout time.Duration) bool {
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

// lost is a line that can no longer be waited for.
type lost struct{ pin }

func (*lost) WaitForEdge(time.Duration) bool { return false }

// floating is a line that gives edges without end.
type floating struct{ pin }

func (*floating) WaitForEdge(time.Duration) bool { return true }

func TestABrokenInterruptLineIsNoBusyLoop(t *testing.T) {
	edges := make(chan gpio.Level)
	for name, line := range map[string]gpio.PinIn{"lost": &lost{pin{edges: edges}}, "floating": &floating{pin{edges: edges}}} {
		synctest.Test(t, func(t *testing.T) {
			s := &script{answers: slices.Concat([]answer{{}}, slices.Repeat([]answer{{stale: true}}, 100), []answer{{contacts: here}})}
			source := open(t, s, bare.Wiring{Interrupt: line})
			read(t, source)
			start := time.Now()
			read(t, source)
			if took := time.Since(start); took < 200*time.Millisecond {
				t.Errorf("%s: asked 100 times within %v", name, took)
			}
		})
	}
}

func TestAChipMayFailForAMoment(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		failures := slices.Repeat([]answer{{err: errNAK}}, 90) // 900 ms of them
		source := open(t, &script{answers: slices.Concat(failures, []answer{{contacts: here}}, failures, []answer{{}})}, bare.Wiring{})
		if f := read(t, source); !slices.Equal(f.Contacts, here) {
			t.Errorf("%+v", f)
		}
		if f := read(t, source); len(f.Contacts) != 0 {
			t.Errorf("%+v", f)
		}
	})
}

func TestAChipThatFailsForASecondIsGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		source := open(t, &script{answers: []answer{{contacts: here}, {err: errNAK}}}, bare.Wiring{})
		read(t, source)
		start := time.Now()
		_, err := source.Read()
		if f := fault.Of(err); f.Code != fault.CodeTouchOpen || !errors.Is(err, errNAK) || !strings.Contains(f.Sentence, "chip") {
			t.Errorf("%v", err)
		}
		if took := time.Since(start); took < time.Second || took > 1100*time.Millisecond {
			t.Errorf("after %v", took)
		}
	})
}

func TestCloseEndsAReadThatWaits(t *testing.T) {
	for _, wired := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			var wiring bare.Wiring
			if wired {
				wiring.Interrupt = &pin{edges: make(chan gpio.Level)}
			}
			given := 0
			wiring.Close = func() error { given++; return errNAK }
			source := open(t, &script{answers: []answer{{stale: true}}}, wiring)
			read(t, source)
			ended := make(chan error)
			go func() { _, err := source.Read(); ended <- err }()
			synctest.Wait()
			for range 2 {
				if err := source.Close(); !errors.Is(err, errNAK) {
					t.Errorf("closed with %v", err)
				}
			}
			if err := <-ended; !errors.Is(err, bare.ErrClosed) {
				t.Errorf("Read ended with %v", err)
			}
			if _, err := source.Read(); !errors.Is(err, bare.ErrClosed) || given != 1 {
				t.Errorf("after that %v; given back %d times", err, given)
			}
		})
	}
}

func TestWhatCannotBeWiredIsRefused(t *testing.T) {
	if _, err := bare.New("chip", &script{}, bare.Wiring{Every: -1}); err == nil {
		t.Error("a negative pace was taken")
	}
	_, err := bare.New("chip", &script{}, bare.Wiring{Interrupt: &pin{name: "GPIO4"}}) // it has no edges
	if f := fault.Of(err); f.Code != fault.CodeTouchOpen || !strings.Contains(f.Error(), "GPIO4") {
		t.Errorf("a line without edges: %v", err)
	}
}

func TestABusOrALineThatIsNotThereIsAFaultWithItsName(t *testing.T) {
	for name, open := range map[string]func(string) error{
		"i2c":  func(s string) error { _, err := bare.OpenI2C(s); return err },
		"spi":  func(s string) error { _, err := bare.OpenSPI(s); return err },
		"line": func(s string) error { _, err := bare.OpenLine(s); return err },
	} {
		for _, which := range []string{"nowhere", "nochip:4", "nochip:-1", "nochip:x"} {
			f := fault.Of(open(which))
			if f.Code != fault.CodeTouchOpen || !strings.Contains(f.Sentence, which) || f.Remedy == "" {
				t.Errorf("%s %s: %v", name, which, f)
			}
		}
	}
	if _, err := bare.OpenI2C(""); err == nil {
		t.Error("a bus without a name was opened")
	}
	if line, err := bare.OpenLine(""); line != nil || err != nil {
		t.Errorf("no line is %v, %v", line, err)
	}
}
