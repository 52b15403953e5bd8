package main

import (
	"example.org/totem/internal/postsim"
	"example.org/totem/privacy"
	"example.org/totem/scheduler/contacts"
	"example.org/totem/scheduler/smtp"
	"example.org/totem/scheduler/webhook"
)

// notifiers opens a post office on this machine and returns the ways to it.
func (w *world) notifiers() (all []contacts.Notifier, err error) {
	if w.post, err = postsim.Open(postsim.Config{}); err != nil {
		return nil, err
	}
	w.closeLater(w.post.Close)
	sms, err := webhook.New(webhook.Config{URL: w.post.URL(), Channels: []privacy.Channel{privacy.SMS}})
	if err != nil {
		return nil, err
	}
	mail, err := smtp.New(smtp.Config{Server: w.post.SMTP(), From: "totem@valfiorita.example", TLS: smtp.Clear, Now: w.clock.Now})
	if err != nil {
		return nil, err
	}
	return []contacts.Notifier{sms, mail}, nil
}
