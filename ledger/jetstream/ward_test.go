package jetstream_test

import (
	"context"
	"errors"
	"testing"
	"time"

	natsjs "github.com/nats-io/nats.go/jetstream"

	"example.org/totem/booking"
	"example.org/totem/ledger"
	"example.org/totem/sync/wire"
)

func told(totem booking.TotemID) ledger.Health {
	return ledger.Health{Office: "rm001", Totem: totem, Heard: time.Date(2026, 11, 23, 9, 20, 0, 0, time.UTC),
		Told: wire.Health{Incarnation: booking.Incarnation{1}, N: 1, Profile: "generic-80", Clock: wire.ClockSynced}}
}

func TestAHealthThatCannotBeReadIsLeftOutAndGivesWayToTheNext(t *testing.T) {
	ctx := context.Background()
	l, nc := fresh(t)
	for _, totem := range []booking.TotemID{"t1", "t2"} {
		if _, err := l.PutHealth(ctx, told(totem)); err != nil {
			t.Fatal(err)
		}
	}
	for _, garbage := range []string{"x", "{}", `{"heard":"2026-11-23T09:20:00Z","told":{"version":9}}`, `{"heard":"2026-11-23T09:20:00Z","told":{},"more":1}`} {
		before, err := l.Health(ctx, "rm001", "t1")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := nc.Request("hea.v1.rm001.t1", []byte(garbage), 30*time.Second); err != nil {
			t.Fatal(err)
		}
		h, err := l.Health(ctx, "rm001", "t1")
		if !errors.Is(err, ledger.ErrUnreadable) || h.Totem != "t1" || h.Revision <= before.Revision {
			t.Fatalf("%s: %+v, %v", garbage, h, err)
		}
		if all, err := l.Healths(ctx, ""); !errors.Is(err, ledger.ErrUnreadable) || len(all) != 1 || all[0].Totem != "t2" {
			t.Errorf("%s: %+v, %v", garbage, all, err)
		}
		next := told("t1")
		next.Revision = h.Revision
		if _, err := l.PutHealth(ctx, next); err != nil {
			t.Errorf("%s: %v", garbage, err)
		}
	}
}

// What a ledger of the release before does not have, and what anybody may lose, is made anew.
func TestAWardThatIsNotThereIsMadeAndNothingIsSaidToBeLost(t *testing.T) {
	ctx := context.Background()
	l, nc := fresh(t)
	lived(t, l, 1)
	if _, err := l.PutHealth(ctx, told("t1")); err != nil {
		t.Fatal(err)
	}
	js, err := natsjs.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	if err := js.DeleteStream(ctx, "HEALTH"); err != nil {
		t.Fatal(err)
	}
	if h, err := l.Health(ctx, "rm001", "t1"); err == nil {
		t.Errorf("of a ward that is gone: %+v", h)
	}
	again, err := found(nc)
	if err != nil {
		t.Fatal(err)
	}
	if h, err := again.Health(ctx, "rm001", "t1"); err != nil || h.Revision != 0 {
		t.Errorf("%+v, %v", h, err)
	}
	if _, err := again.PutHealth(ctx, told("t1")); err != nil {
		t.Error(err)
	}
}
