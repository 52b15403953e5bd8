package scanner_test

import (
	"bytes"
	"context"
	"io"
	"io/fs"
	"os"
	"strings"
	"sync"
	"testing"

	"example.org/totem/booking"
	"example.org/totem/hw/scanner"
)

// device is a reader in memory: what is sent to it is read from it. It looks that the room it was given is written over.
type device struct {
	bytes chan []byte
	gone  chan struct{} // closed: it went away
	end   chan struct{} // closed: Close was called
	once  sync.Once

	mu   sync.Mutex
	room []byte // of the Read before
	kept bool   // there were bytes in it when the next came, or in the end
}

func newDevice() *device {
	return &device{bytes: make(chan []byte), gone: make(chan struct{}), end: make(chan struct{})}
}

func (d *device) Read(b []byte) (int, error) {
	d.look()
	d.mu.Lock()
	d.room = b
	d.mu.Unlock()
	select {
	case piece := <-d.bytes:
		return copy(b, piece), nil
	case <-d.gone:
		return 0, io.ErrUnexpectedEOF
	case <-d.end:
		return 0, os.ErrClosed
	}
}

// look notes whether the room holds anything.
func (d *device) look() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.kept = d.kept || len(bytes.Trim(d.room, "\x00")) > 0
}

func (d *device) Close() error {
	d.once.Do(func() { close(d.end) })
	return nil
}

func (d *device) send(pieces ...string) {
	for _, p := range pieces {
		d.bytes <- []byte(p)
	}
}

// desk is where readers stand: what is at the one path there is.
type desk struct {
	mu     sync.Mutex
	device io.ReadCloser
}

func (d *desk) put(device io.ReadCloser) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.device = device
}

func (d *desk) open(path string, _ int) (io.ReadCloser, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	device := d.device
	d.device = nil // it is opened once
	if device == nil {
		return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
	}
	return device, nil
}

// told is all that a reader told, as words.
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
func (s *told) take() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	words := s.words
	s.words = nil
	return strings.Join(words, " ")
}

// run runs a reader beside the test. What it tells is in the told.
func run(t testing.TB, cfg scanner.Config) (*told, context.CancelFunc) {
	t.Helper()
	said := &told{}
	cfg.Told = func(code booking.Code) { said.say(written([]booking.Code{code})) }
	cfg.Changed = func(there bool) { said.say(map[bool]string{true: "there", false: "gone"}[there]) }
	r, err := scanner.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		r.Run(ctx)
	}()
	return said, func() {
		cancel()
		<-done
	}
}
