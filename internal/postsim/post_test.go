package postsim_test

import (
	"context"
	"errors"
	"testing"

	"example.org/totem/internal/postsim"
	"example.org/totem/privacy"
	"example.org/totem/scheduler/contacts"
	"example.org/totem/scheduler/smtp"
	"example.org/totem/scheduler/webhook"
)

func TestAPostOfficeShowsWhatItTakesAndFailsAsItIsTold(t *testing.T) {
	p, err := postsim.Open(postsim.Config{})
	if err != nil {
		t.Fatal(err)
	}
	mail, bad := smtp.New(smtp.Config{Server: p.SMTP(), From: "a@b.example", TLS: smtp.Clear})
	sms, worse := webhook.New(webhook.Config{URL: p.URL()})
	if err := errors.Join(bad, worse); err != nil {
		t.Fatal(err)
	}
	p.Fail(postsim.Busy, 0)
	p.FailAlways(postsim.Refuse)
	letter := contacts.Message{Channel: privacy.Mail, To: "c@d.example", Subject: "s", Text: "t", Key: "k1"}
	short := contacts.Message{Channel: privacy.SMS, To: "+393330000000", Text: "t", Key: "k2"}
	if err := mail.Send(t.Context(), letter); err == nil || errors.Is(err, contacts.ErrRefused) {
		t.Errorf("busy: %v", err)
	}
	if err := sms.Send(t.Context(), short); err != nil {
		t.Error(err)
	}
	if err := mail.Send(t.Context(), letter); !errors.Is(err, contacts.ErrRefused) {
		t.Errorf("refused: %v", err)
	}
	p.FailAlways(0)
	if err := mail.Send(t.Context(), letter); err != nil {
		t.Error(err)
	}
	got, err := p.Wait(t.Context(), 2)
	if err != nil || len(got) != 2 || got[0].Key != "k2" || got[1] != (postsim.Message{Channel: privacy.Mail, To: letter.To, Subject: "s", Text: "t", Key: "k1"}) {
		t.Errorf("%+v, %v", got, err)
	}
	if p.Tries() != 4 {
		t.Errorf("%d tries", p.Tries())
	}
	impatient, stop := context.WithCancel(t.Context())
	stop()
	if _, err := p.Wait(impatient, 3); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	if err := sms.Send(t.Context(), short); err == nil {
		t.Error("a closed post office took a message")
	}
}
