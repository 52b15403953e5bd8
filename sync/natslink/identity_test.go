package natslink_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nkeys"

	"example.org/totem/booking"
	"example.org/totem/internal/fault"
	"example.org/totem/sync/natslink"
	"example.org/totem/sync/wire"
)

func serveGuarded(t *testing.T, g *guarded, d *desk) {
	t.Helper()
	c, err := natslink.Serve(t.Context(), natslink.ServeConfig{Conn: g.conn, Answerer: d, Retry: 10 * time.Millisecond, Patience: 4 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
}

// waits is a model of time.After whose waits end when the test says so.
type waits struct{ asked chan wait }

type wait struct {
	d    time.Duration
	over chan time.Time
}

func newWaits() waits { return waits{make(chan wait, 16)} }

func (w waits) after(d time.Duration) <-chan time.Time {
	over := make(chan time.Time, 1)
	w.asked <- wait{d, over}
	return over
}

// next returns the next wait that is asked for.
func (w waits) next(t *testing.T) wait {
	t.Helper()
	select {
	case asked := <-w.asked:
		return asked
	case <-time.After(patience):
		t.Fatal("nothing is waited for")
		return wait{}
	}
}

func half(most time.Duration) time.Duration { return most / 2 }

func dialAs(t *testing.T, g *guarded, who booking.TotemID, c natslink.Config) *natslink.Totem {
	t.Helper()
	c.URL, c.Office, c.Totem, c.Spread = g.url, office, who, 20*time.Millisecond
	l, err := natslink.Dial(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

func renewer(t *testing.T, g *guarded, until time.Time) func(booking.TotemID, wire.Renew) (wire.Credentials, error) {
	return func(who booking.TotemID, r wire.Renew) (wire.Credentials, error) {
		return g.credentials(t, who, r.Key, until), nil
	}
}

func TestATotemIsLetInByItsKeyAndRenewsOnceADay(t *testing.T) {
	g, d, id, clock := startGuarded(t), newDesk(), newIdentity(t), newWaits()
	d.renew = renewer(t, g, time.Time{})
	serveGuarded(t, g, d)
	id.set(g.credentials(t, totem, id.public, time.Now().Add(time.Hour)), nil)
	l := dialAs(t, g, totem, natslink.Config{Identity: id, After: clock.after, Jitter: half})
	awaitUp(t, l)
	send(t, l, 1, 0)
	for _, after := range []time.Duration{15 * time.Minute, 24 * time.Hour} {
		w := clock.next(t)
		if w.d != after {
			t.Errorf("renews after %v, want %v", w.d, after)
		}
		w.over <- time.Now()
		<-id.kept
	}
}

func TestATotemHearsAndTellsNothingOfOthers(t *testing.T) {
	g, d, id := startGuarded(t), newDesk(), newIdentity(t)
	d.renew = renewer(t, g, time.Time{})
	serveGuarded(t, g, d)
	id.set(g.credentials(t, totem, id.public, time.Time{}), nil)
	for _, foreign := range []struct {
		office booking.OfficeID
		totem  booking.TotemID
	}{{"rm002", totem}, {office, "t2"}} {
		l, err := natslink.Dial(t.Context(), natslink.Config{URL: g.url, Office: foreign.office, Totem: foreign.totem, Identity: id, Spread: time.Millisecond})
		if err != nil {
			t.Fatal(err)
		}
		awaitUp(t, l)
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		if _, err := l.Last(ctx, wire.Last{}); err == nil {
			t.Errorf("%+v was answered", foreign)
		}
		if _, err := l.Send(ctx, fact(1), 0); err == nil {
			t.Errorf("a fact of %+v was accepted", foreign)
		}
		cancel()
		l.Close()
	}
}

func TestCredentialsThatExpiredInStorageAreRenewedAsAStranger(t *testing.T) {
	g, d, id, clock := startGuarded(t), newDesk(), newIdentity(t), newWaits()
	d.renew = renewer(t, g, time.Time{})
	serveGuarded(t, g, d)
	id.set(g.credentials(t, totem, id.public, time.Now().Add(-time.Hour)), nil)
	l := dialAs(t, g, totem, natslink.Config{Identity: id, After: clock.after, Jitter: half})
	<-id.kept
	awaitUp(t, l)
	if w := clock.next(t); w.d < time.Minute {
		t.Errorf("a stranger may ask again after %v", w.d)
	}
}

func TestARevokedTotemIsCutOffAndToldWhy(t *testing.T) {
	g, d, id, clock := startGuarded(t), newDesk(), newIdentity(t), newWaits()
	revoked := make(chan struct{})
	d.renew = func(who booking.TotemID, r wire.Renew) (wire.Credentials, error) {
		select {
		case <-revoked:
			return wire.Credentials{}, &wire.Refusal{Code: wire.RefusedKey, Sentence: "the key was revoked", Remedy: "enrol it anew"}
		default:
			return g.credentials(t, who, r.Key, time.Time{}), nil
		}
	}
	serveGuarded(t, g, d)
	id.set(g.credentials(t, totem, id.public, time.Time{}), nil)
	told := make(chan *wire.Refusal, 1)
	log := lines{make(chan struct{}, 100)}
	l := dialAs(t, g, totem, natslink.Config{Identity: id, After: clock.after, Jitter: half, Log: slog.New(slog.NewTextHandler(log, nil)),
		Refused: func(_ context.Context, r *wire.Refusal) { told <- r }})
	awaitUp(t, l)
	clock.next(t)
	close(revoked)
	g.revoke(t, id.public)
	for ev := range l.Events() {
		if ev.Down {
			break
		}
	}
	if r := <-told; r.Code != wire.RefusedKey {
		t.Errorf("told %v", r)
	}
	w := clock.next(t)
	if w.d < 10*time.Minute {
		t.Errorf("asks again after %v", w.d)
	}
	w.over <- time.Now()
	<-told // it goes on asking
}

func TestAnotherServersKeyIsNotTrusted(t *testing.T) {
	g, id := startGuarded(t), newIdentity(t)
	c := g.credentials(t, totem, id.public, time.Time{})
	_, c.Pins[0] = certificate(t)
	id.set(c, nil)
	err := natslink.Try(t.Context(), natslink.Config{URL: g.url, Office: office, Totem: totem, Identity: id})
	if fault.Of(err).Code != fault.CodeLinkServer || !strings.Contains(err.Error(), g.pin) {
		t.Errorf("tried: %v", err)
	}
	_, err = natslink.Enrol(t.Context(), natslink.StrangerConfig{URL: g.url, Pins: c.Pins, Office: office, Totem: totem}, wire.Enrol{Token: "x", Key: id.public})
	if fault.Of(err).Code != fault.CodeLinkServer {
		t.Errorf("enrolled: %v", err)
	}
}

func TestWhyThereIsNoConnectionIsTold(t *testing.T) {
	g, id := startGuarded(t), newIdentity(t)
	open := start(t, t.TempDir(), -1)
	for _, c := range []struct {
		what string
		url  string
		set  func()
		want fault.Code
	}{
		{"good credentials", g.url, func() { id.set(g.credentials(t, totem, id.public, time.Time{}), nil) }, ""},
		{"expired ones", g.url, func() { id.set(g.credentials(t, totem, id.public, time.Now().Add(-time.Hour)), nil) }, fault.CodeLinkKey},
		{"none", g.url, func() { id.set(wire.Credentials{}, fault.New(fault.CodeUnprovisioned, nil, "", "none")) }, fault.CodeUnprovisioned},
		{"nobody there", "tls://127.0.0.1:1", func() { id.set(g.credentials(t, totem, id.public, time.Time{}), nil) }, fault.CodeLinkSilent},
		{"a server without TLS", open.ClientURL(), func() {}, fault.CodeLinkSilent},
	} {
		c.set()
		err := natslink.Try(t.Context(), natslink.Config{URL: c.url, Office: office, Totem: totem, Identity: id})
		var got fault.Code
		if err != nil {
			got = fault.Of(err).Code
		}
		if got != c.want {
			t.Errorf("%s: %v", c.what, err)
		}
	}
}

func TestATotemThatIsNotProvisionedDialsNobodyUntilItIs(t *testing.T) {
	g, d, id := startGuarded(t), newDesk(), newIdentity(t)
	d.renew = renewer(t, g, time.Time{})
	serveGuarded(t, g, d)
	id.set(wire.Credentials{}, fault.New(fault.CodeUnprovisioned, nil, "provision it", "this totem is not provisioned"))
	log := lines{make(chan struct{}, 100)}
	l := dialAs(t, g, totem, natslink.Config{Identity: id, Log: slog.New(slog.NewTextHandler(log, nil))})
	<-log.seen // it says so
	if n := g.NumClients(); n != 1 {
		t.Errorf("%d connections, want the scheduler's alone", n)
	}
	id.set(g.credentials(t, totem, id.public, time.Time{}), nil)
	awaitUp(t, l)
}

func TestAStrangerIsEnrolledAndDoesNothingElse(t *testing.T) {
	g, d, id := startGuarded(t), newDesk(), newIdentity(t)
	d.enrol = func(who booking.TotemID, e wire.Enrol) (wire.Credentials, error) {
		if e.Token != "good" {
			return wire.Credentials{}, &wire.Refusal{Code: wire.RefusedToken, Sentence: "no such token", Remedy: "make one"}
		}
		return g.credentials(t, who, e.Key, time.Time{}), nil
	}
	ask := natslink.StrangerConfig{URL: g.url, Pins: []string{g.pin}, Office: office, Totem: totem}
	if _, err := natslink.Enrol(t.Context(), ask, wire.Enrol{Token: "good", Key: id.public}); fault.Of(err).Code != fault.CodeLinkSilent {
		t.Errorf("without a scheduler: %v", err)
	}
	serveGuarded(t, g, d)
	c, err := natslink.Enrol(t.Context(), ask, wire.Enrol{Token: "good", Key: id.public})
	if err != nil || !slices.Equal(c.Pins, ask.Pins) {
		t.Fatalf("%+v, %v", c, err)
	}
	var refusal *wire.Refusal
	if _, err := natslink.Enrol(t.Context(), ask, wire.Enrol{Token: "bad", Key: id.public}); !errors.As(err, &refusal) || refusal.Code != wire.RefusedToken {
		t.Errorf("with a bad token: %v", err)
	}
	for _, bad := range []natslink.StrangerConfig{{}, {URL: g.url, Office: office, Totem: totem}} {
		if _, err := natslink.Enrol(t.Context(), bad, wire.Enrol{Token: "good", Key: id.public}); fault.Of(err).Code != fault.CodeConfig {
			t.Errorf("%+v: %v", bad, err)
		}
	}
}

func TestOnlySignedTimeIsBelieved(t *testing.T) {
	g, d, id := startGuarded(t), newDesk(), newIdentity(t)
	d.renew = renewer(t, g, time.Time{})
	other, _ := pair(t, nkeys.CreateUser)
	now := time.Date(2026, 11, 21, 9, 20, 5, 42e6, time.UTC)
	sign := g.signing.time
	var said wire.Nonce // when not zero: instead of what was asked
	d.clock = func(c wire.Clock) (wire.Reading, error) {
		if said != (wire.Nonce{}) {
			c.Nonce = said
		}
		signature, err := sign.Sign(wire.SignedReading(c.Nonce, now))
		return wire.Reading{Nonce: c.Nonce, Time: now, Signature: signature}, err
	}
	serveGuarded(t, g, d)
	id.set(g.credentials(t, totem, id.public, time.Time{}), nil)
	l := dialAs(t, g, totem, natslink.Config{Identity: id})
	awaitUp(t, l)
	question := wire.Clock{Nonce: wire.Nonce{1, 2}}
	if r, err := l.Clock(t.Context(), question); err != nil || !r.Time.Equal(now) {
		t.Errorf("%+v, %v", r, err)
	}
	said = wire.Nonce{3}
	if r, err := l.Clock(t.Context(), question); err == nil {
		t.Errorf("an old answer was believed: %+v", r)
	}
	said, sign = wire.Nonce{}, other
	if r, err := l.Clock(t.Context(), question); err == nil {
		t.Errorf("another's signature was believed: %+v", r)
	}
}
