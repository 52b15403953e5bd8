package outbox

import (
	"context"
	"errors"
	"time"

	"example.org/totem/booking"
	"example.org/totem/sync/wire"
)

// How often the scheduler is told how the totem is.
const (
	healthRest = 10 * time.Second // between two messages, at least; doubled while none is answered
	signOfLife = 15 * time.Minute // between two messages that are answered, at most, and the longest rest
	healthLeap = 16               // beyond the number that the scheduler has: what an earlier run left on its way is older
)

// herald tells the scheduler how the totem's parts are, beside all else that is said: neither a fact nor a pull ever
// waits for it. A nil herald tells nothing.
type herald struct {
	Config
	welcomes chan booking.Incarnation // holds the store that was welcomed last; zero: nobody listens any more

	store booking.Incarnation // who tells; zero while nobody listens
	n     uint64              // of the last message
	noted wire.Health         // the last that the scheduler has, without number; zero for none on this connection
	due   bool                // a message, whether there is news or not
	leapt bool                // over the numbers of an earlier run, on this connection
	pause time.Duration       // of the next rest, if the message is not answered
	rest  <-chan time.Time    // ends when the next message may go; nil: it may
	life  <-chan time.Time    // ends when a sign of life is due; nil: when something else happens first

	under struct { // way: one message
		said   wire.Health
		giveUp context.CancelFunc
		late   <-chan time.Time
		ended  chan heard // nil: none is
	}
}

// heard is what came of a message.
type heard struct {
	wire.Noted
	err error
}

// beginHerald starts the herald if there is anything to tell. end stops it and waits for it.
func (e *engine) beginHerald(ctx context.Context) (end func()) {
	if e.Health == nil {
		return func() {}
	}
	h := &herald{Config: e.Config, welcomes: make(chan booking.Incarnation, 1), pause: healthRest}
	e.herald = h
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		h.run(ctx)
	}()
	return func() {
		cancel()
		<-ended
	}
}

// welcomed says that the scheduler listens to a store, parted that it does not any more. Neither waits for the herald: it
// hears the last word only. Both are called from one goroutine.
func (h *herald) welcomed(store booking.Incarnation) {
	if h == nil {
		return
	}
	select {
	case <-h.welcomes:
	default:
	}
	h.welcomes <- store
}

func (h *herald) parted() { h.welcomed(booking.Incarnation{}) }

// run tells until ctx ends.
func (h *herald) run(ctx context.Context) {
	defer h.giveUp()
	for {
		if !h.store.IsZero() && h.rest == nil && h.under.ended == nil {
			h.tell(ctx)
		}
		select {
		case <-ctx.Done():
			return
		case store := <-h.welcomes:
			h.turnTo(store)
		case _, ok := <-h.HealthChanged: // tell looks what is new
			if !ok {
				h.HealthChanged = nil
			}
		case <-h.rest:
			h.rest = nil
		case <-h.life:
			h.life, h.due = nil, true
		case <-h.under.late:
			h.under.late = nil
			h.under.giveUp() // and that is what comes of it
		case answer := <-h.under.ended:
			h.hear(answer)
		}
	}
}

// turnTo begins to tell of a store, or ends it. Whoever begins to listen is told, whatever was told before.
func (h *herald) turnTo(store booking.Incarnation) {
	h.giveUp()
	h.store, h.noted, h.due, h.leapt, h.life = store, wire.Health{}, true, false, nil
	if h.pause > healthRest {
		h.pause, h.rest = healthRest, h.After(healthRest)
	}
}

// tell sends how the totem is, if that is news or due.
func (h *herald) tell(ctx context.Context) {
	now := h.Health()
	now.Incarnation, now.N, now.Since = h.store, 0, now.Since.UTC().Truncate(time.Minute)
	if now == h.noted && !h.due {
		return
	}
	h.n++
	message := now
	message.N = h.n
	ctx, giveUp := context.WithCancel(ctx)
	ended := make(chan heard, 1)
	h.due, h.rest = false, h.After(healthRest)
	h.under.said, h.under.giveUp, h.under.late, h.under.ended = now, giveUp, h.After(answerWait), ended
	go func() {
		n, err := h.Link.Health(ctx, message)
		ended <- heard{n, err}
	}()
}

// hear takes in what came of the message under way. No answer is no trouble, and a scheduler that refuses is left in
// peace until it welcomes the store again: one of an earlier release knows no such request.
func (h *herald) hear(answer heard) {
	said := h.under.said
	h.under.giveUp()
	h.under.ended, h.under.late = nil, nil
	refusal, refused := errors.AsType[*wire.Refusal](answer.err)
	switch {
	case refused && refusal.Code != wire.RefusedTrouble:
		h.store = booking.Incarnation{}
	case answer.err != nil:
		h.due, h.rest = true, h.After(h.pause)
		h.pause = min(2*h.pause, signOfLife)
	case !answer.Kept: // an earlier run of this program has counted further
		h.n, h.due = max(h.n, answer.N)+healthLeap, true
		if !h.leapt {
			h.leapt, h.rest = true, nil
		}
	default:
		h.noted, h.pause, h.life = said, healthRest, h.After(signOfLife)
	}
}

// giveUp gives up the message under way, if there is one, and waits until nothing of it runs.
func (h *herald) giveUp() {
	if h.under.ended == nil {
		return
	}
	h.under.giveUp()
	<-h.under.ended
	h.under.ended, h.under.late = nil, nil
}
