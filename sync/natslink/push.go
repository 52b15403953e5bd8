package natslink

import (
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"sync"

	"github.com/nats-io/nats.go"

	"example.org/totem/booking"
	"example.org/totem/internal/event"
	"example.org/totem/sync/outbox"
	"example.org/totem/sync/wire"
)

const (
	headerSequence = "Nats-Sequence"
	headerPrevious = "Nats-Last-Sequence"
)

// pushed takes a republished sheet in. One that cannot be read is a gap: a pull will tell what it said, or why not.
func (t *Totem) pushed(m *nats.Msg) {
	p, err := readPush(m)
	if err != nil {
		event.Log(t.cfg.Log, event.MessageUnknown, slog.String("subject", m.Subject), slog.String("error", reason(err).Error()))
		t.news.add(outbox.Event{Gap: true})
		return
	}
	t.news.add(outbox.Event{Pushed: &p})
}

func readPush(m *nats.Msg) (outbox.Pushed, error) {
	key, err := wire.ParsePushSubject(m.Subject)
	if err != nil {
		return outbox.Pushed{}, err
	}
	s, err := wire.DecodeSheet(m.Data)
	if err != nil {
		return outbox.Pushed{}, err
	}
	if s.SheetKey != key {
		return outbox.Pushed{}, fmt.Errorf("sheet %s on the subject %s", s.SheetKey, m.Subject)
	}
	sequence, err := strconv.ParseUint(m.Header.Get(headerSequence), 10, 64)
	if err != nil {
		return outbox.Pushed{}, fmt.Errorf("header %s: %w", headerSequence, err)
	}
	previous, err := strconv.ParseUint(m.Header.Get(headerPrevious), 10, 64)
	if err != nil {
		return outbox.Pushed{}, fmt.Errorf("header %s: %w", headerPrevious, err)
	}
	s.Revision = booking.Revision{Epoch: s.Revision.Epoch, Sequence: sequence}
	return outbox.Pushed{Sheet: s, Previous: previous}, nil
}

// reason returns what may be logged of a message that was not understood: no word of the message itself.
func reason(err error) error {
	var (
		version wire.VersionError
		kind    wire.KindError
	)
	switch {
	case errors.As(err, &version):
		return version
	case errors.As(err, &kind):
		return kind
	}
	return fmt.Errorf("the message is malformed for version %d", wire.Newest)
}

// maxNews bounds the pushes that wait to be heard. A pull costs less than reading more of them.
const maxNews = 256

// news brings events from NATS, whose callbacks must not block, to whoever listens.
type news struct {
	out   chan outbox.Event
	start chan struct{}
	stop  chan struct{}
	done  chan struct{}
	more  chan struct{}

	waiting struct {
		sync.Mutex
		events []outbox.Event
	}
}

func newNews() *news {
	n := &news{
		out: make(chan outbox.Event), start: make(chan struct{}), stop: make(chan struct{}), done: make(chan struct{}),
		more: make(chan struct{}, 1),
	}
	go n.deliver()
	return n
}

func (n *news) add(ev outbox.Event) {
	n.waiting.Lock()
	if last := len(n.waiting.events) - 1; ev.Gap && last >= 0 && n.waiting.events[last].Gap {
		n.waiting.Unlock()
		return // a second gap says no more than the first
	}
	if len(n.waiting.events) >= maxNews && (ev.Pushed != nil || ev.Gap) {
		n.forgetPushes()
		ev = outbox.Event{Gap: true}
	}
	n.waiting.events = append(n.waiting.events, ev)
	n.waiting.Unlock()
	select {
	case n.more <- struct{}{}:
	default: // deliver will look anyway
	}
}

// forgetPushes keeps only the ups and downs.
func (n *news) forgetPushes() {
	kept := n.waiting.events[:0]
	for _, ev := range n.waiting.events {
		if ev.Up || ev.Down {
			kept = append(kept, ev)
		}
	}
	n.waiting.events = kept
}

func (n *news) next() (ev outbox.Event, ok bool) {
	n.waiting.Lock()
	defer n.waiting.Unlock()
	if len(n.waiting.events) == 0 {
		return outbox.Event{}, false
	}
	ev, n.waiting.events = n.waiting.events[0], n.waiting.events[1:]
	return ev, true
}

// begin lets events out.
func (n *news) begin() { close(n.start) }

// close ends the delivery and waits for it. Events that come later are dropped.
func (n *news) close() {
	close(n.stop)
	<-n.done
}

func (n *news) deliver() {
	defer close(n.done)
	defer close(n.out)
	select {
	case <-n.start:
	case <-n.stop:
		return
	}
	for {
		ev, ok := n.next()
		if !ok {
			select {
			case <-n.more:
				continue
			case <-n.stop:
				return
			}
		}
		select {
		case n.out <- ev:
		case <-n.stop:
			return
		}
	}
}
