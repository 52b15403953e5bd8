package appliance

import (
	"context"
	"log/slog"
	"sync"

	"example.org/totem/internal/event"
	"example.org/totem/internal/fault"
	"example.org/totem/kiosk"
)

// blind is the glass of a totem that nobody looks at.
type blind struct{}

// Show shows nobody anything.
func (blind) Show(kiosk.Screen) {}

// Taps brings nothing.
func (blind) Taps() <-chan kiosk.Msg { return nil }

// ear hears what a totem logs while it pulls its office's data: that they came, or why they do not.
type ear struct {
	enough func() // is called when they came, or were refused

	mu   sync.Mutex
	last *fault.Fault
}

func (e *ear) logger() *slog.Logger { return slog.New(e) }

// Enabled implements [slog.Handler].
func (e *ear) Enabled(context.Context, slog.Level) bool { return true }

// Handle implements [slog.Handler].
func (e *ear) Handle(_ context.Context, r slog.Record) error {
	told := map[string]string{}
	r.Attrs(func(a slog.Attr) bool {
		told[a.Key] = a.Value.String()
		return true
	})
	switch told["event"] {
	case event.SheetsTaken.ID, event.LinkRefused.ID, event.LinkIdentity.ID:
		defer e.enough()
	}
	if r.Level < slog.LevelError || told["remedy"] == "" {
		return nil
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.last = fault.New(fault.Code(or(told["code"], string(fault.CodeLinkRefused))), nil, told["remedy"], "%s", or(told["sentence"], or(told["error"], r.Message)))
	return nil
}

// fault returns the last error that was logged with a remedy, nil for none.
func (e *ear) fault() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.last == nil {
		return nil
	}
	return e.last
}

// WithAttrs implements [slog.Handler].
func (e *ear) WithAttrs([]slog.Attr) slog.Handler { return e }

// WithGroup implements [slog.Handler].
func (e *ear) WithGroup(string) slog.Handler { return e }
