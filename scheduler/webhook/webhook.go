// Package webhook hands messages to a gateway over HTTPS, for example one that sends SMS. docs/notifier-file.md says what a
// gateway must do.
package webhook

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"example.org/totem/privacy"
	"example.org/totem/scheduler/contacts"
)

// Config is how the gateway is reached.
type Config struct {
	URL      string            // https; http only to this machine
	Token    string            // shown as "Authorization: Bearer"; "" for none
	Channels []privacy.Channel // that it serves; none means SMS
	Roots    *x509.CertPool    // who vouches for the server; nil means whom the system trusts
	Timeout  time.Duration     // for one message; 0 means 30 s
}

// Notifier hands messages to a gateway. It is a contacts.Notifier.
type Notifier struct {
	cfg    Config
	host   string
	client *http.Client
}

// New checks the configuration; it touches nothing yet.
func New(cfg Config) (*Notifier, error) {
	if len(cfg.Channels) == 0 {
		cfg.Channels = []privacy.Channel{privacy.SMS}
	}
	cfg.Timeout = cmp.Or(cfg.Timeout, 30*time.Second)
	host, err := cfg.check()
	if err != nil {
		return nil, err
	}
	return &Notifier{cfg, host, &http.Client{
		Transport: &http.Transport{
			Proxy:             http.ProxyFromEnvironment,
			TLSClientConfig:   &tls.Config{RootCAs: cfg.Roots, MinVersion: tls.VersionTLS12},
			DisableKeepAlives: true, // messages are few, and one that is lost on an idle connection would be unsure
			ForceAttemptHTTP2: true,
		},
		// A contact is told to nobody but whom the notifier file names.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

func (c Config) check() (host string, err error) {
	u, err := url.Parse(c.URL)
	switch {
	case err != nil || u.Host == "" || u.User != nil || u.Fragment != "":
		return "", errors.New("the URL is not understood")
	case u.Scheme != "https" && !(u.Scheme == "http" && local(u.Hostname())):
		return "", errors.New("contacts are sent by https only, or by http to this machine")
	case strings.ContainsFunc(c.Token, func(r rune) bool { return r <= ' ' || r >= 0x7f }):
		return "", errors.New("the token has signs that HTTP does not carry")
	case c.Timeout < 0:
		return "", errors.New("a negative time for one message")
	}
	for i, channel := range c.Channels {
		if channel != privacy.SMS && channel != privacy.Mail {
			return "", fmt.Errorf("there is no channel %q", channel)
		}
		if slices.Contains(c.Channels[:i], channel) {
			return "", fmt.Errorf("the channel %q is there twice", channel)
		}
	}
	return u.Host, nil
}

// local reports whether a host is this machine by its very name.
func local(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Channels returns what the gateway serves.
func (n *Notifier) Channels() []privacy.Channel { return slices.Clone(n.cfg.Channels) }

// Once is true: a gateway sends a message once for each key.
func (n *Notifier) Once() bool { return true }

// message is what a gateway is told.
type message struct {
	Key     string          `json:"key"`
	Channel privacy.Channel `json:"channel"`
	To      string          `json:"to"`
	Subject string          `json:"subject,omitempty"`
	Text    string          `json:"text"`
}

// Send hands a message to the gateway; see contacts.Notifier. What the gateway says beside its status is not looked at.
func (n *Notifier) Send(ctx context.Context, m contacts.Message) error {
	ctx, cancel := context.WithTimeout(ctx, n.cfg.Timeout)
	defer cancel()
	data, err := json.Marshal(message{m.Key, m.Channel, m.To, m.Subject, m.Text})
	if err != nil {
		return fmt.Errorf("tell a gateway: %w", contacts.ErrRefused) // the cause may quote it
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, n.cfg.URL, bytes.NewReader(data))
	if err != nil {
		return fmt.Errorf("tell the gateway %s: the URL is not understood", n.host)
	}
	req.GetBody = nil // else the transport might send it twice by itself
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "totem-scheduler")
	if n.cfg.Token != "" {
		req.Header.Set("Authorization", "Bearer "+n.cfg.Token)
	}
	answer, err := n.client.Do(req)
	if err != nil {
		if u, ok := errors.AsType[*url.Error](err); ok {
			err = u.Err // the URL may hold a secret
		}
		return fmt.Errorf("tell the gateway %s: %w", n.host, err)
	}
	defer answer.Body.Close()
	_, _ = io.CopyN(io.Discard, answer.Body, 4<<10) // of an answer nobody reads more than that
	return n.judge(answer.StatusCode)
}

// judge says what an HTTP status means for the message.
func (n *Notifier) judge(status int) error {
	switch {
	case status >= 200 && status < 300:
		return nil
	case status == http.StatusRequestTimeout || status == http.StatusTooManyRequests:
	case status == http.StatusUnauthorized || status == http.StatusForbidden || status == http.StatusNotFound:
		// The configuration's fault, not the message's: somebody may mend it.
	case status >= 400 && status < 500:
		return fmt.Errorf("tell the gateway %s: it answers %d: %w", n.host, status, contacts.ErrRefused)
	}
	return fmt.Errorf("tell the gateway %s: it answers %d", n.host, status)
}
