package escpos_test

import (
	"context"
	"os"
	"sync"
	"testing"
	"time"

	"example.org/totem/booking"
	"example.org/totem/hw/printer/escpos"
	"example.org/totem/internal/papersim"
	"example.org/totem/locale"
	"example.org/totem/ticket"
)

const testCode = booking.Code("482917305566")

func slip(t testing.TB, lang locale.Lang) ticket.Slip {
	t.Helper()
	return compose(t, lang, locale.Text{"it": "Carta d'identità", "en": "Identity card"})
}

func compose(t testing.TB, lang locale.Lang, label locale.Text) ticket.Slip {
	t.Helper()
	return composed(t, input(t, lang, label))
}

func input(t testing.TB, lang locale.Lang, label locale.Text) ticket.Input {
	t.Helper()
	day, err := booking.ParseDay("2026-11-21")
	if err != nil {
		t.Fatal(err)
	}
	return ticket.Input{
		Office: booking.Office{
			ID:      "valfiorita",
			Name:    locale.Text{"it": "Anagrafe · Valfiorita", "en": "Registry · Valfiorita"},
			Place:   locale.Text{"it": "piazza del Municipio 1, piano terra", "en": "piazza del Municipio 1, ground floor"},
			Waiting: locale.Text{"it": "Sala d'attesa al piano terra", "en": "Waiting room, ground floor"},
		},
		Lang: lang, Number: "A012", Start: day.At(9*60+50, time.FixedZone("", 3600)), Day: day, Label: label, Code: testCode,
	}
}

func composed(t testing.TB, in ticket.Input) ticket.Slip {
	t.Helper()
	s, err := ticket.Compose(in)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// timeless is the slip of a totem that does not know the time.
func timeless(t testing.TB) ticket.Slip {
	t.Helper()
	in := input(t, "it", locale.Text{"it": "Carta d'identità"})
	in.Start, in.Day = time.Time{}, booking.Day{}
	return composed(t, in)
}

// ahead is the slip of a ticket for another day than that on which it is printed.
func ahead(t testing.TB) ticket.Slip {
	t.Helper()
	in := input(t, "it", locale.Text{"it": "Carta d'identità"})
	in.Today = in.Day.AddDays(-9)
	return composed(t, in)
}

func profile(t testing.TB, name string) escpos.Profile {
	t.Helper()
	p, err := escpos.LoadProfile(name)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func encode(t testing.TB, p escpos.Profile, s ticket.Slip) []byte {
	t.Helper()
	b, _, err := escpos.NewEncoder(p, nil).Slip(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// wire is a line in memory to a simulated printer. It is lost after so many bytes, unless that is negative.
type wire struct {
	sim     *papersim.Printer
	answers chan []byte
	gone    chan struct{}
	once    sync.Once
	lost    bool
	left    int
	stopped bool // takes nothing but what is urgent
	overrun int  // of a slip only so many bytes reach the printer, and nobody notices; 0: all
}

func newWire(cfg papersim.Config, bytes int) *wire {
	w := &wire{answers: make(chan []byte, 1024), gone: make(chan struct{}), left: bytes}
	cfg.Reply = func(b []byte) { w.answers <- b }
	w.sim = papersim.New(cfg)
	return w
}

func (w *wire) Read(b []byte) (int, error) {
	select {
	case answer := <-w.answers:
		return copy(b, answer), nil
	case <-w.gone:
		return 0, escpos.ErrLost
	}
}

func (w *wire) Write(ctx context.Context, b []byte) (int, error) {
	if w.stopped {
		<-ctx.Done()
		return 0, ctx.Err()
	}
	n := len(b)
	if w.left >= 0 {
		n = min(n, w.left)
		w.left -= n
	}
	arrives := n
	if w.overrun > 0 && n > 100 { // shorter ones are questions
		arrives = w.overrun
	}
	w.sim.Feed(b[:arrives])
	if n < len(b) {
		w.lost = true
		w.Close()
		return n, escpos.ErrLost
	}
	return n, nil
}

func (w *wire) Urge(ctx context.Context, b []byte) error {
	was := w.stopped
	w.stopped = false
	_, err := w.Write(ctx, b)
	w.stopped = was
	return err
}

func (w *wire) Unsent() (int, error) { return 0, nil }

func (w *wire) Close() error {
	w.once.Do(func() { close(w.gone) })
	return nil
}

func open(t testing.TB, p escpos.Profile, w *wire) *escpos.Printer {
	t.Helper()
	printer, err := escpos.Open(escpos.Config{Profile: p, Dial: func() (escpos.Line, error) {
		if w.lost {
			return nil, os.ErrNotExist
		}
		return w, nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	return printer
}
