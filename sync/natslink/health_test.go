package natslink_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.org/totem/booking"
	"example.org/totem/paper"
	"example.org/totem/sync/wire"
)

func sick(n uint64) wire.Health {
	return wire.Health{Incarnation: booking.Incarnation{7}, N: n, Printer: paper.Jam, Since: time.Date(2026, 11, 21, 9, 20, 0, 0, time.UTC),
		Profile: "generic-80", Clock: wire.ClockSynced, Program: "totem 1.0"}
}

func TestHealthReachesTheSchedulerAndRefusalsTheTotem(t *testing.T) {
	d := newDesk()
	var heard wire.Health
	d.health = func(h wire.Health) (wire.Noted, error) {
		heard = h
		switch h.N {
		case 2:
			return wire.Noted{}, &wire.Refusal{Code: wire.RefusedOtherStore, Sentence: "another store", Remedy: "fence it"}
		case 3:
			return wire.Noted{}, errors.New("the ward does not answer")
		}
		return wire.Noted{N: h.N + 1}, nil
	}
	s := start(t, t.TempDir(), -1)
	serve(t, s.ClientURL(), d)
	l := dial(t, s.ClientURL(), totem)
	awaitUp(t, l)
	if n, err := l.Health(t.Context(), sick(1)); err != nil || n.N != 2 || !cmp.Equal(heard, sick(1)) {
		t.Errorf("%v, %v of %+v", n, err, heard)
	}
	for n, code := range map[uint64]string{2: wire.RefusedOtherStore, 3: wire.RefusedTrouble} {
		_, err := l.Health(t.Context(), sick(n))
		if refusal, ok := errors.AsType[*wire.Refusal](err); !ok || refusal.Code != code {
			t.Errorf("%v, want %s", err, code)
		}
	}
	if _, err := l.Health(t.Context(), wire.Health{}); err == nil {
		t.Error("nothing was told, and taken")
	}
}

func TestHealthThatIsSlowHoldsUpNothingElse(t *testing.T) {
	d := newDesk()
	var stuck atomic.Int32
	open := make(chan struct{})
	all := make(chan struct{})
	d.health = func(h wire.Health) (wire.Noted, error) {
		if stuck.Add(1) == 4 {
			close(all) // as many as are answered at a time
		}
		<-open
		return wire.Noted{N: h.N}, nil
	}
	s := start(t, t.TempDir(), -1)
	serve(t, s.ClientURL(), d)
	l := dial(t, s.ClientURL(), totem)
	awaitUp(t, l)
	const many = 80 // more than there are answers at a time, of whatever kind
	ended := make(chan error, many)
	for n := range uint64(many) {
		go func() {
			_, err := l.Health(context.Background(), sick(n+1))
			ended <- err
		}()
	}
	select {
	case <-all:
	case <-time.After(patience):
		t.Fatal("nobody answers")
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience/2)
	defer cancel()
	if _, err := l.Hello(ctx, wire.Hello{Incarnation: booking.Incarnation{7}, Speaks: []int{2, 1}}); err != nil {
		t.Errorf("hello: %v", err)
	}
	if _, err := l.Pull(ctx, wire.Pull{Incarnation: booking.Incarnation{7}}); err != nil {
		t.Errorf("pull: %v", err)
	}
	send(t, l, 1, 0)
	if n := stuck.Load(); n != 4 {
		t.Errorf("%d are answered at a time", n)
	}
	close(open)
	for range many {
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
}
