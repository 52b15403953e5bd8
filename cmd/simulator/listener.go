package main

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"example.org/totem/ui/speech"
)

// listener hears what the totem says and writes it down. What is private it hears, for it has the headset on.
type listener struct {
	now func() time.Time

	mu    sync.Mutex
	book  strings.Builder
	last  []string      // sentences since the last that was done
	heard chan struct{} // closed when something is said; then replaced
}

func newListener(now func() time.Time) *listener {
	return &listener{now: now, heard: make(chan struct{})}
}

// hear is told what is said.
func (l *listener) hear(u speech.Utterance) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if u.Warn {
		fmt.Fprintf(&l.book, "%s      a soft sound\n", l.now().Format("15:04:05"))
	}
	for _, one := range u.Say {
		private := ""
		if one.Private {
			private = "  (headset alone)"
		}
		fmt.Fprintf(&l.book, "%s  [%s]  %s%s\n", l.now().Format("15:04:05"), one.Lang, one.Text, private)
		l.last = append(l.last, one.Text)
	}
	close(l.heard)
	l.heard = make(chan struct{})
}

// does writes down what the listener does, and forgets what was said before.
func (l *listener) does(what string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	fmt.Fprintf(&l.book, "%s  — %s\n", l.now().Format("15:04:05"), what)
	l.last = nil
}

// await returns what has been said since the listener did something, as soon as it has the words.
func (l *listener) await(ctx context.Context, words string) (string, error) {
	for {
		l.mu.Lock()
		said, heard := strings.Join(l.last, " "), l.heard
		l.mu.Unlock()
		if said != "" && strings.Contains(said, words) {
			return said, nil
		}
		select {
		case <-heard:
		case <-ctx.Done():
			return said, fmt.Errorf("%q was not heard, but %q: %w", words, said, ctx.Err())
		}
	}
}

// transcript is everything that was said and done so far.
func (l *listener) transcript() []byte {
	l.mu.Lock()
	defer l.mu.Unlock()
	return []byte(l.book.String())
}
