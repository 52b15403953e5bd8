package webhook_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"example.org/totem/internal/postsim"
	"example.org/totem/privacy"
	"example.org/totem/scheduler/contacts"
	"example.org/totem/scheduler/webhook"
)

const canary = "+393331234567"

func message() contacts.Message {
	return contacts.Message{Channel: privacy.SMS, To: canary, Text: "Anagrafe: oggi alle 9:50 il suo numero A012. <&> 号", Key: "00ff00ff"}
}

func post(t *testing.T, cfg postsim.Config) *postsim.Post {
	t.Helper()
	p, err := postsim.Open(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

func notifier(t *testing.T, cfg webhook.Config) *webhook.Notifier {
	t.Helper()
	n, err := webhook.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestAGatewayIsToldAMessageOnceWhateverIsToldAgain(t *testing.T) {
	s := httptest.NewTLSServer(nil)
	defer s.Close()
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	p := post(t, postsim.Config{TLS: &tls.Config{Certificates: s.TLS.Certificates}, Token: "t0ken"})
	n := notifier(t, webhook.Config{URL: p.URL(), Token: "t0ken", Roots: roots})
	for range 2 {
		if err := n.Send(t.Context(), message()); err != nil {
			t.Fatal(err)
		}
	}
	m := message()
	want := postsim.Message{Channel: m.Channel, To: m.To, Text: m.Text, Key: m.Key}
	if got := p.Messages(); len(got) != 1 || got[0] != want || p.Tries() != 2 || !n.Once() {
		t.Errorf("got %+v in %d tries, want %+v", got, p.Tries(), want)
	}
	stranger := notifier(t, webhook.Config{URL: p.URL(), Token: "t0ken"})
	if err := stranger.Send(t.Context(), message()); err == nil || p.Tries() != 2 {
		t.Errorf("told a gateway for which nobody vouches: %v", err)
	}
}

// timeoutOf is a patience that a busy machine does not exhaust; with one who says nothing it must end.
func timeoutOf(fault postsim.Fault) time.Duration {
	if fault == postsim.Mute {
		return 2 * time.Second
	}
	return time.Minute
}

func TestWhatGoesWrongIsToldApartAndNeverWithTheNumber(t *testing.T) {
	for fault, refused := range map[postsim.Fault]bool{
		postsim.Refuse: true, postsim.Busy: false, postsim.Mute: false, postsim.Drop: false, postsim.Garble: false,
		postsim.Deny: false, postsim.Flooded: false,
	} {
		p := post(t, postsim.Config{})
		p.Fail(fault)
		n := notifier(t, webhook.Config{URL: p.URL() + "?secret=hidden", Timeout: timeoutOf(fault)})
		err := n.Send(t.Context(), message())
		if err == nil || errors.Is(err, contacts.ErrRefused) != refused || strings.Contains(err.Error(), canary[3:]) || strings.Contains(err.Error(), "hidden") {
			t.Errorf("fault %d: %v", fault, err)
		}
		if p.Tries() != 1 {
			t.Errorf("fault %d: brought %d times", fault, p.Tries())
		}
		if err := n.Send(t.Context(), message()); err != nil || len(p.Messages()) != 1 {
			t.Errorf("after fault %d: %v, %d taken", fault, err, len(p.Messages()))
		}
	}
}

func TestWhoeverStopsItIsNotKeptWaiting(t *testing.T) {
	p := post(t, postsim.Config{})
	p.Fail(postsim.Mute)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error)
	n := notifier(t, webhook.Config{URL: p.URL()})
	go func() { done <- n.Send(ctx, message()) }()
	if err := p.WaitTries(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	stop()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

func TestAConfigurationThatCannotWorkIsRefused(t *testing.T) {
	for name, cfg := range map[string]webhook.Config{
		"no URL":             {},
		"another scheme":     {URL: "ftp://gateway.example/"},
		"clear to others":    {URL: "http://gateway.example/"},
		"a password in it":   {URL: "https://u:p@gateway.example/"},
		"no such channel":    {URL: "https://gateway.example/", Channels: []privacy.Channel{"fax"}},
		"a line break in it": {URL: "https://gateway.example/", Token: "a\nb"},
		"a negative wait":    {URL: "https://gateway.example/", Timeout: -1},
	} {
		if _, err := webhook.New(cfg); err == nil {
			t.Error(name)
		}
	}
	if n := notifier(t, webhook.Config{URL: "https://gateway.example/x?y"}); len(n.Channels()) != 1 || n.Channels()[0] != privacy.SMS {
		t.Errorf("channels %v", n.Channels())
	}
}
