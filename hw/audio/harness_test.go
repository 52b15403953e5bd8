package audio_test

import (
	"context"
	"log/slog"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"example.org/totem/hw/audio"
)

// needEspeak fails the test where there is no espeak-ng.
func needEspeak(t testing.TB) {
	t.Helper()
	if _, err := exec.LookPath("espeak-ng"); err != nil {
		t.Fatal("espeak-ng is not installed: run scripts/setup test")
	}
}

// run runs a Voice until the test ends or stop is called.
func run(t testing.TB, cfg audio.Config) (v *audio.Voice, stop func()) {
	t.Helper()
	v, err := audio.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		v.Run(ctx)
	}()
	stop = sync.OnceFunc(func() { cancel(); <-done })
	t.Cleanup(stop)
	return v, stop
}

// diary keeps what a Voice tells.
type diary struct {
	mu     sync.Mutex
	log    strings.Builder
	states []audio.State
	told   chan struct{} // has a token when something was told
	ended  int
	heard  int
}

func newDiary() *diary { return &diary{told: make(chan struct{}, 1)} }

// keep returns cfg with the diary in all its callbacks.
func (d *diary) keep(cfg audio.Config) audio.Config {
	cfg.Log = slog.New(slog.NewTextHandler(d, nil))
	cfg.StateChanged = func(s audio.State) { d.note(func() { d.states = append(d.states, s) }) }
	cfg.Heard = func() { d.note(func() { d.heard++ }) }
	cfg.Ended = func() { d.note(func() { d.ended++ }) }
	return cfg
}

func (d *diary) Write(p []byte) (int, error) {
	d.note(func() { d.log.Write(p) })
	return len(p), nil
}

func (d *diary) note(what func()) {
	d.mu.Lock()
	what()
	d.mu.Unlock()
	select {
	case d.told <- struct{}{}:
	default:
	}
}

// read returns what is written so far.
func (d *diary) read() (log string, states []audio.State, heard, ended int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.log.String(), append([]audio.State(nil), d.states...), d.heard, d.ended
}

// await waits until is, which is looked at whenever something was told.
func (d *diary) await(t testing.TB, what string, is func() bool) {
	t.Helper()
	limit := patience()
	for !is() {
		select {
		case <-d.told:
		case <-limit:
			log, states, heard, ended := d.read()
			t.Fatalf("waited in vain until %s: states %v, %d heard, %d ended, log:\n%s", what, states, heard, ended, log)
		}
	}
}

func (d *diary) awaitEnds(t testing.TB, n int) {
	t.Helper()
	d.await(t, "it ended", func() bool { _, _, _, ended := d.read(); return ended >= n })
}
