package keypad_test

import (
	"context"
	"io"
	"io/fs"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"example.org/totem/hw/evdev"
	"example.org/totem/hw/touch/keypad"
)

// port is a keypad at the end of a pipe, which says of itself what it is told to.
type port struct {
	*evdev.Described
	wire *io.PipeWriter

	mu       sync.Mutex
	keys     evdev.Bits
	switches evdev.Bits
	grabbed  bool
	busy     bool
	closed   bool
}

func newPort() *port {
	r, w := io.Pipe()
	return &port{Described: evdev.Describe(r, evdev.Info{}, evdev.Wide), wire: w}
}

func (p *port) Keys() (evdev.Bits, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.keys, nil
}

func (p *port) Switches() (evdev.Bits, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.switches, nil
}

func (p *port) Grab() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.busy {
		return unix.EBUSY
	}
	p.grabbed = true
	return nil
}

func (p *port) Close() error {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	return p.Described.Close()
}

func (p *port) isClosed() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.closed
}

// pull is the device going away.
func (p *port) pull() { p.wire.CloseWithError(evdev.ErrGone) }

// send writes events to the pipe, in one piece.
func (p *port) send(t testing.TB, events ...evdev.Event) {
	t.Helper()
	var b []byte
	for _, e := range events {
		b = evdev.Wide.Append(b, e)
	}
	if _, err := p.wire.Write(b); err != nil {
		t.Fatal(err)
	}
}

// key is a key going down (1), being held (2) or going up (0), with the end of the moment.
func key(t testing.TB, at time.Duration, name string, value int32) []evdev.Event {
	t.Helper()
	in := input(t, name)
	return []evdev.Event{
		{At: at, Type: evdev.TypeMisc, Code: 4, Value: 0x70068},
		{At: at, Type: in.Type, Code: in.Code, Value: value},
		{At: at, Type: evdev.TypeSyn, Code: evdev.SynReport},
	}
}

// struck is a key that is struck and let go.
func struck(t testing.TB, at time.Duration, name string) []evdev.Event {
	t.Helper()
	return append(key(t, at, name, 1), key(t, at+40*time.Millisecond, name, 0)...)
}

func dropped(at time.Duration) []evdev.Event {
	return []evdev.Event{{At: at, Type: evdev.TypeSyn, Code: evdev.SynDropped}}
}

func report(at time.Duration) []evdev.Event {
	return []evdev.Event{{At: at, Type: evdev.TypeSyn, Code: evdev.SynReport}}
}

// table is where keypads are put down: what is at which path.
type table struct {
	mu    sync.Mutex
	ports map[string]*port
}

func (b *table) put(path string, p *port) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.ports == nil {
		b.ports = map[string]*port{}
	}
	b.ports[path] = p
}

func (b *table) open(path string) (evdev.Port, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	p := b.ports[path]
	if p == nil || p.isClosed() {
		return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
	}
	return p, nil
}

// told is all that a keypad told, as words.
type told struct {
	mu    sync.Mutex
	words []string
}

func (s *told) say(word string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.words = append(s.words, word)
}

// take returns what was told since it was asked last.
func (s *told) take() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	words := s.words
	s.words = nil
	return words
}

// run runs a keypad beside the test. What it tells is in the told.
func run(t *testing.T, cfg keypad.Config) (*told, context.CancelFunc) {
	t.Helper()
	said := &told{}
	cfg.Pressed = func(k keypad.Key) { said.say(k.String()) }
	cfg.Plugged = func(in bool) { said.say(map[bool]string{true: "plug in", false: "plug out"}[in]) }
	cfg.Changed = func(there bool) { said.say(map[bool]string{true: "there", false: "gone"}[there]) }
	pad, err := keypad.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		pad.Run(ctx)
	}()
	return said, func() {
		cancel()
		<-done
	}
}
