package natslink_test

import (
	"context"
	"log/slog"
	"net"
	"net/url"
	"strings"
	"testing"
	"time"

	"example.org/totem/booking"
	"example.org/totem/internal/fault"
	"example.org/totem/internal/proxysim"
	"example.org/totem/sync/natslink"
	"example.org/totem/sync/wire"
)

func startProxy(t *testing.T, m proxysim.Manner) *proxysim.Proxy {
	t.Helper()
	p, err := proxysim.Start(m)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

func by(p *proxysim.Proxy) natslink.Proxy { return natslink.Proxy{Address: p.Address()} }

// named is the scheduler's address by a name that only the proxy knows.
func named(t *testing.T, g *guarded) string {
	t.Helper()
	_, port, err := net.SplitHostPort(g.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return "tls://scheduler.comune.invalid:" + port
}

func TestATotemReachesItsSchedulerByAProxyThatKnowsItsName(t *testing.T) {
	g, d, id, clock := startGuarded(t), newDesk(), newIdentity(t), newWaits()
	d.renew = renewer(t, g, time.Time{})
	serveGuarded(t, g, d)
	proxy := startProxy(t, proxysim.Manner{To: g.Addr().String(), Allowed: "Basic dG90ZW06c2VncmV0bzph"}) // totem:segreto:a
	at := by(proxy)
	at.User, at.Password = "totem", "segreto:a"
	id.set(g.credentials(t, totem, id.public, time.Now().Add(time.Hour)), nil)
	l, err := natslink.Dial(t.Context(), natslink.Config{URL: named(t, g), Office: office, Totem: totem, Identity: id, Proxy: at,
		Spread: 20 * time.Millisecond, After: clock.after, Jitter: half})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	awaitUp(t, l)
	first := send(t, l, 1, 0)
	proxy.Cut()
	awaitUp(t, l) // it comes back the same way
	send(t, l, 2, first)
	for range 2 {
		if asked, want := <-proxy.Asked(), "CONNECT "+strings.TrimPrefix(named(t, g), "tls://"); asked != want {
			t.Errorf("the proxy was asked for %q, want %q", asked, want)
		}
	}
}

func TestAStrangerEnrolsByAProxyAndThePinIsLookedAtAllTheSame(t *testing.T) {
	g, d, id := startGuarded(t), newDesk(), newIdentity(t)
	d.enrol = renewedEnrol(t, g)
	serveGuarded(t, g, d)
	proxy := startProxy(t, proxysim.Manner{To: g.Addr().String()})
	ask := natslink.StrangerConfig{URL: named(t, g), Proxy: by(proxy), Pins: []string{g.pin}, Office: office, Totem: totem}
	if _, err := natslink.Enrol(t.Context(), ask, wire.Enrol{Token: "good", Key: id.public}); err != nil {
		t.Fatal(err)
	}
	other := startGuarded(t) // the proxy leads to somebody else
	ask.Proxy = by(startProxy(t, proxysim.Manner{To: other.Addr().String()}))
	if _, err := natslink.Enrol(t.Context(), ask, wire.Enrol{Token: "good", Key: id.public}); fault.Of(err).Code != fault.CodeLinkServer {
		t.Errorf("to another server: %v", err)
	}
}

func TestCredentialsThatExpiredInStorageAreRenewedThroughTheProxyToo(t *testing.T) {
	g, d, id, clock := startGuarded(t), newDesk(), newIdentity(t), newWaits()
	d.renew = renewer(t, g, time.Time{})
	serveGuarded(t, g, d)
	proxy := startProxy(t, proxysim.Manner{To: g.Addr().String()})
	id.set(g.credentials(t, totem, id.public, time.Now().Add(-time.Hour)), nil)
	l, err := natslink.Dial(t.Context(), natslink.Config{URL: named(t, g), Office: office, Totem: totem, Identity: id, Proxy: by(proxy),
		Spread: 20 * time.Millisecond, After: clock.after, Jitter: half})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	select {
	case <-id.kept:
	case <-time.After(patience):
		t.Fatal("nothing was renewed")
	}
	awaitUp(t, l)
}

func TestAServerThatSpeaksFirstIsHeardThroughAProxy(t *testing.T) {
	open := start(t, t.TempDir(), -1) // without TLS a NATS server greets whoever comes
	proxy := startProxy(t, proxysim.Manner{To: open.Addr().String()})
	u, err := url.Parse("nats://" + open.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	for range 20 { // its greeting may come with the proxy's answer, or after it
		if err := natslink.Try(t.Context(), natslink.Config{URL: u.String(), Office: office, Totem: totem, Proxy: by(proxy)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := natslink.Reach(t.Context(), []*url.URL{u}, by(proxy)); err != nil {
		t.Error(err)
	}
}

func TestWhyAProxyDoesNotLeadToTheSchedulerIsTold(t *testing.T) {
	g, id := startGuarded(t), newIdentity(t)
	id.set(g.credentials(t, totem, id.public, time.Time{}), nil)
	gone := startProxy(t, proxysim.Manner{})
	gone.Close()
	answering := func(answer string) *proxysim.Proxy { return startProxy(t, proxysim.Manner{Answer: answer}) }
	guardedProxy := startProxy(t, proxysim.Manner{To: g.Addr().String(), Allowed: "Basic dTpw"})
	mute := startProxy(t, proxysim.Manner{Mute: true})
	for name, c := range map[string]struct {
		proxy    *proxysim.Proxy
		user     string
		code     fault.Code
		sentence string
	}{
		"nobody there":              {gone, "", fault.CodeProxySilent, "nobody answers at the proxy ADDRESS: connection refused"},
		"nobody speaks":             {mute, "", fault.CodeProxySilent, "the proxy ADDRESS does not answer"},
		"it hangs up":               {answering("\r\n"), "", fault.CodeProxySilent, "what listens at ADDRESS is no HTTP proxy"},
		"another protocol":          {answering("220 mail.example ESMTP\r\n"), "", fault.CodeProxySilent, "what listens at ADDRESS is no HTTP proxy"},
		"an endless answer":         {answering("HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", 100_000)), "", fault.CodeProxySilent, "what listens at ADDRESS is no HTTP proxy"},
		"it asks for a password":    {guardedProxy, "", fault.CodeProxyRefused, "the proxy ADDRESS asks for a user and a password"},
		"it does not accept it":     {guardedProxy, "other", fault.CodeProxyRefused, "the proxy ADDRESS does not accept the user and the password"},
		"it refuses":                {answering("HTTP/1.1 403 Verboten\r\nContent-Length: 0\r\n\r\n"), "", fault.CodeProxyRefused, "the proxy ADDRESS refuses to lead to SERVER (403 Forbidden)"},
		"it knows no CONNECT":       {answering("HTTP/1.1 405 x\r\n\r\n"), "", fault.CodeProxyRefused, "the proxy ADDRESS refuses to lead to SERVER (405 Method Not Allowed)"},
		"it does not reach it":      {answering("HTTP/1.1 504 x\r\n\r\n"), "", fault.CodeLinkSilent, "the proxy ADDRESS is there and does not reach SERVER (504 Gateway Timeout)"},
		"it does not know its name": {answering("HTTP/1.1 502 x\r\n\r\n"), "", fault.CodeLinkSilent, "the proxy ADDRESS is there and does not reach SERVER (502 Bad Gateway)"},
	} {
		t.Run(name, func(t *testing.T) {
			ctx := t.Context()
			if c.proxy == mute {
				var cancel context.CancelFunc
				ctx, cancel = context.WithTimeout(ctx, 2*time.Second)
				defer cancel()
			}
			at := by(c.proxy)
			at.User, at.Password = c.user, "geheim-77"
			err := natslink.Try(ctx, natslink.Config{URL: named(t, g), Office: office, Totem: totem, Identity: id, Proxy: at})
			want := strings.NewReplacer("ADDRESS", at.Address, "SERVER", strings.TrimPrefix(named(t, g), "tls://")).Replace(c.sentence)
			if f := fault.Of(err); err == nil || f.Code != c.code || f.Error() != want || f.Remedy == "" || strings.Contains(err.Error(), at.Password) {
				t.Errorf("got %v, want %s: %s", err, c.code, want)
			}
		})
	}
}

func TestAProxyThatRefusesIsLoggedOnce(t *testing.T) {
	g, id := startGuarded(t), newIdentity(t)
	id.set(g.credentials(t, totem, id.public, time.Time{}), nil)
	proxy := startProxy(t, proxysim.Manner{Answer: "HTTP/1.1 403 x\r\n\r\n"})
	log := lines{make(chan struct{}, 100)}
	dialAs(t, g, totem, natslink.Config{Identity: id, Proxy: by(proxy), Log: slog.New(slog.NewTextHandler(log, nil))})
	<-log.seen
	for range 5 { // it goes on asking
		<-proxy.Asked()
	}
	if n := len(log.seen); n > 0 {
		t.Errorf("%d more lines", n)
	}
}

// renewedEnrol enrols every key.
func renewedEnrol(t *testing.T, g *guarded) func(booking.TotemID, wire.Enrol) (wire.Credentials, error) {
	return func(who booking.TotemID, e wire.Enrol) (wire.Credentials, error) {
		return g.credentials(t, who, e.Key, time.Time{}), nil
	}
}
