package smtp_test

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
	"example.org/totem/scheduler/smtp"
)

const canary = "chiara.canary@posta.example"

func message() contacts.Message {
	return contacts.Message{Channel: privacy.Mail, To: canary, Subject: "Promemoria per il numero A012, già oggi",
		Text: "Anagrafe di Città: oggi alle 9:50 il suo numero A012.\n.\nপ্রশ্ন 号 …" + strings.Repeat(" e ancora", 40), Key: "00ff00ff00ff00ff00ff00ff00ff00ff"}
}

// certificate returns a certificate for 127.0.0.1 and who vouches for it.
func certificate(t *testing.T) (*tls.Config, *x509.CertPool) {
	t.Helper()
	s := httptest.NewTLSServer(nil)
	defer s.Close()
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	return &tls.Config{Certificates: s.TLS.Certificates}, roots
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

func notifier(t *testing.T, cfg smtp.Config) *smtp.Notifier {
	t.Helper()
	cfg.From = "Anagrafe di Città <promemoria@comune.example>"
	n, err := smtp.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestAMailArrivesAsItWasWritten(t *testing.T) {
	secured, roots := certificate(t)
	for name, c := range map[string]struct {
		post postsim.Config
		cfg  smtp.Config
	}{
		"clear, on this machine": {postsim.Config{}, smtp.Config{TLS: smtp.Clear}},
		"with a password":        {postsim.Config{User: "u", Password: "p w"}, smtp.Config{TLS: smtp.Clear, User: "u", Password: "p w"}},
		"by LOGIN alone":         {postsim.Config{User: "u", Password: "p w", NoPlain: true}, smtp.Config{TLS: smtp.Clear, User: "u", Password: "p w"}},
		"STARTTLS":               {postsim.Config{TLS: secured, User: "u", Password: "p"}, smtp.Config{Roots: roots, User: "u", Password: "p"}},
		"TLS from the start":     {postsim.Config{TLS: secured, Implicit: true}, smtp.Config{TLS: smtp.Implicit, Roots: roots}},
	} {
		t.Run(name, func(t *testing.T) {
			p := post(t, c.post)
			c.cfg.Server = p.SMTP()
			if err := notifier(t, c.cfg).Send(t.Context(), message()); err != nil {
				t.Fatal(err)
			}
			m := message()
			want := postsim.Message{Channel: m.Channel, To: m.To, Subject: m.Subject, Text: m.Text, Key: m.Key}
			if got := p.Messages(); len(got) != 1 || got[0] != want {
				t.Errorf("got %+v, want %+v", got, want)
			}
		})
	}
}

func TestNothingIsSentOverALineThatIsNotSecret(t *testing.T) {
	secured, _ := certificate(t)
	for name, p := range map[string]*postsim.Post{"no STARTTLS": post(t, postsim.Config{}), "nobody vouches for it": post(t, postsim.Config{TLS: secured})} {
		err := notifier(t, smtp.Config{Server: p.SMTP()}).Send(t.Context(), message())
		if err == nil || errors.Is(err, contacts.ErrRefused) || errors.Is(err, contacts.ErrUnsure) || p.Tries() != 0 {
			t.Errorf("%s: %v after %d tries", name, err, p.Tries())
		}
	}
}

// timeoutOf is a patience that a busy machine does not exhaust; with one who says nothing it must end.
func timeoutOf(fault postsim.Fault) time.Duration {
	if fault == postsim.Mute {
		return 2 * time.Second
	}
	return time.Minute
}

func TestWhatGoesWrongIsToldApartAndNeverWithTheAddress(t *testing.T) {
	for fault, want := range map[postsim.Fault]error{
		postsim.Refuse: contacts.ErrRefused, postsim.Busy: nil, postsim.Mute: nil, postsim.Drop: contacts.ErrUnsure,
		postsim.Garble: nil, postsim.Flooded: nil,
	} {
		p := post(t, postsim.Config{})
		p.Fail(fault)
		n := notifier(t, smtp.Config{Server: p.SMTP(), TLS: smtp.Clear, Timeout: timeoutOf(fault)})
		err := n.Send(t.Context(), message())
		for _, kind := range []error{contacts.ErrRefused, contacts.ErrUnsure} {
			if errors.Is(err, kind) != (kind == want) {
				t.Errorf("fault %d: %v", fault, err)
			}
		}
		if err == nil || strings.Contains(err.Error(), "canary") {
			t.Errorf("fault %d: %v", fault, err)
		}
		if err := n.Send(t.Context(), message()); err != nil {
			t.Errorf("after fault %d: %v", fault, err)
		}
	}
}

func TestAWrongPasswordIsNotTheMessagesFault(t *testing.T) {
	p := post(t, postsim.Config{User: "u", Password: "p"})
	err := notifier(t, smtp.Config{Server: p.SMTP(), TLS: smtp.Clear, User: "u", Password: "hidden"}).Send(t.Context(), message())
	if err == nil || errors.Is(err, contacts.ErrRefused) || strings.Contains(err.Error(), "hidden") || !strings.Contains(err.Error(), "535") {
		t.Errorf("%v", err)
	}
}

func TestWhoeverStopsItIsNotKeptWaiting(t *testing.T) {
	p := post(t, postsim.Config{})
	p.Fail(postsim.Mute)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- notifier(t, smtp.Config{Server: p.SMTP(), TLS: smtp.Clear}).Send(ctx, message()) }()
	if err := p.WaitTries(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	stop()
	if err := <-done; !errors.Is(err, context.Canceled) || errors.Is(err, contacts.ErrUnsure) {
		t.Errorf("%v", err)
	}
}

func TestAnAddressCannotWriteHeadersOrCommands(t *testing.T) {
	p := post(t, postsim.Config{})
	n := notifier(t, smtp.Config{Server: p.SMTP(), TLS: smtp.Clear})
	for _, to := range []string{canary + "\r\nBcc: x@y.example", canary + ">\r\nRCPT TO:<x@y.example", "a@b.example, canary@c.example", "<" + canary + ">",
		"Canary <" + canary + ">", "canary", "", "canarì@posta.example"} {
		m := message()
		m.To = to
		if err := n.Send(t.Context(), m); !errors.Is(err, contacts.ErrRefused) || strings.Contains(err.Error(), "canary") {
			t.Errorf("%q: %v", to, err)
		}
	}
	m := message()
	m.Subject = "x\r\nBcc: x@y.example"
	if err := n.Send(t.Context(), m); err == nil || p.Tries() != 0 {
		t.Errorf("%v, %d tries", err, p.Tries())
	}
}

func TestAConfigurationThatCannotWorkIsRefused(t *testing.T) {
	good := smtp.Config{Server: "mail.example:587", From: "a@b.example", User: "u", Password: "p"}
	for name, spoil := range map[string]func(*smtp.Config){
		"no port":          func(c *smtp.Config) { c.Server = "mail.example" },
		"no such port":     func(c *smtp.Config) { c.Server = "mail.example:99999" },
		"clear to others":  func(c *smtp.Config) { c.TLS = smtp.Clear },
		"no such way":      func(c *smtp.Config) { c.TLS = "ssl" },
		"no sender":        func(c *smtp.Config) { c.From = "" },
		"no such sender":   func(c *smtp.Config) { c.From = "Anagrafe" },
		"no password":      func(c *smtp.Config) { c.Password = "" },
		"a negative wait":  func(c *smtp.Config) { c.Timeout = -1 },
		"a sender in UTF8": func(c *smtp.Config) { c.From = "è@b.example" },
	} {
		cfg := good
		spoil(&cfg)
		if _, err := smtp.New(cfg); err == nil {
			t.Error(name)
		}
	}
	if _, err := smtp.New(good); err != nil {
		t.Error(err)
	}
}
