package central_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"example.org/totem/cmd/internal/central"
	"example.org/totem/scheduler/authority"
	"example.org/totem/sync/natslink"
	"example.org/totem/sync/wire"
)

func TestCredentialsThatAreNotTheDevicesOwnAreRefused(t *testing.T) {
	p := plan(t)
	dir := t.TempDir()
	c := open(t, central.Config{DataDir: dir})
	d := enrolled(t, c, p.Office.ID, p.Totems[0])
	thief := newDevice(t, p.Office.ID, p.Totems[0])
	foreign := open(t, central.Config{DataDir: t.TempDir()})
	before, err := authority.Open(central.IdentityDir(dir), func() time.Time { return time.Now().Add(-authority.Life - time.Minute) })
	if err != nil {
		t.Fatal(err)
	}
	old, err := before.Credentials(d.office, d.totem, d.Key())
	if err != nil {
		t.Fatal(err)
	}
	jwt := func(token string) func() (string, error) { return func() (string, error) { return token, nil } }
	altered := strings.Split(d.held().JWT, ".")
	altered[1] = strings.Split(old.JWT, ".")[1]
	for name, option := range map[string]nats.Option{
		"another's, by a device with a key of its own": nats.UserJWT(d.JWT, thief.Sign),
		"its own, with a signature of nothing":         nats.UserJWT(d.JWT, func([]byte) ([]byte, error) { return d.Sign(nil) }),
		"its own, with an empty signature":             nats.UserJWT(d.JWT, func([]byte) ([]byte, error) { return nil, nil }),
		"another operator's":                           nats.UserJWT(enrolled(t, foreign, d.office, d.totem).JWT, d.Sign),
		"expired":                                      nats.UserJWT(jwt(old.JWT), d.Sign),
	} {
		if _, _, err := reach(t, c, option); !errors.Is(err, nats.ErrAuthorization) && !errors.Is(err, nats.ErrAuthExpired) {
			t.Errorf("%s: %v", name, err)
		}
	}
	// What is no JWT at all is nothing, and makes a stranger.
	nc, refused, err := reach(t, c, nats.UserJWT(jwt(strings.Join(altered, ".")), d.Sign))
	if err != nil {
		t.Fatal(err)
	}
	tries{t, nc, refused}.publish("rq.v1.valfiorita-anagrafe.ingresso.pull")
}

func TestATotemThatWasLongInStorageGetsFreshCredentialsAsAStranger(t *testing.T) {
	p, dir := plan(t), t.TempDir()
	c := open(t, central.Config{DataDir: dir})
	d := enrolled(t, c, p.Office.ID, p.Totems[0])
	early, err := authority.Open(central.IdentityDir(dir), func() time.Time { return time.Now().Add(4*time.Second - authority.Life) })
	if err != nil {
		t.Fatal(err)
	}
	var refused chan error
	var cut chan struct{}
	for range 5 { // on a busy machine they may have expired before they are shown
		if d.credentials, err = early.Credentials(d.office, d.totem, d.Key()); err != nil {
			t.Fatal(err)
		}
		closed := make(chan struct{})
		cut = closed
		_, refused, err = reach(t, c, append(d.as(), nats.ClosedHandler(func(*nats.Conn) { close(closed) }))...)
		if err == nil {
			break
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	select {
	case <-cut:
		if err := <-refused; !errors.Is(err, nats.ErrAuthExpired) {
			t.Errorf("cut off by %v", err)
		}
	case <-time.After(time.Minute):
		t.Fatal("connected on although its credentials have expired")
	}
	// Their last second counts in full, and the server cuts off at its beginning.
	for until := time.Now().Add(time.Minute); ; {
		if _, _, err := reach(t, c, d.as()...); err != nil {
			break
		}
		if time.Now().After(until) {
			t.Fatal("expired credentials are taken")
		}
	}
	if d.credentials, err = natslink.Renew(context.Background(), d.asks(c), wire.Renew{Key: d.Key()}); err != nil {
		t.Fatal(err)
	}
	grant(t, connected(t, c, d), p)
}

func TestARevokedTotemIsCutOffAtOnceAndForGood(t *testing.T) {
	ctx, p, dir := context.Background(), plan(t), t.TempDir()
	cfg := central.Config{DataDir: dir, OfficeFiles: []string{officeFile, otherOfficeFile}}
	c := open(t, cfg)
	d, other := enrolled(t, c, p.Office.ID, p.Totems[0]), enrolled(t, c, "previdenza-monterovo", "ingresso")
	cut := make(chan struct{})
	if _, _, err := reach(t, c, append(d.as(), nats.ClosedHandler(func(*nats.Conn) { close(cut) }))...); err != nil {
		t.Fatal(err)
	}
	bystander, _, err := reach(t, c, other.as()...)
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	if err := c.Revoke(ctx, d.office, d.totem); err != nil {
		t.Fatal(err)
	}
	select {
	case <-cut:
		t.Logf("cut off after %s", time.Since(began))
	case <-time.After(30 * time.Second):
		t.Fatal("still connected after half a minute")
	}
	shut := func() {
		t.Helper()
		if _, _, err := reach(t, c, d.as()...); err == nil {
			t.Error("revoked credentials are taken")
		}
		_, err := natslink.Renew(ctx, d.asks(c), wire.Renew{Key: d.Key()})
		if r, ok := errors.AsType[*wire.Refusal](err); !ok || r.Code != wire.RefusedKey {
			t.Errorf("asked for fresh ones: %v", err)
		}
	}
	shut()
	if bystander.Status() != nats.CONNECTED || bystander.Flush() != nil {
		t.Error("another totem was cut off too")
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	c = open(t, cfg)
	shut()
	if _, _, err := reach(t, c, other.as()...); err != nil {
		t.Errorf("another totem after a restart: %v", err)
	}
}
