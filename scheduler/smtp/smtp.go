// Package smtp sends messages by a mail server: a notifier for the channel e-mail, over SMTP (RFC 5321) with TLS.
package smtp

import (
	"cmp"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"strconv"
	"strings"
	"time"

	"example.org/totem/privacy"
)

// Security is how the line to the server is kept secret.
type Security string

// The ways. The zero value is StartTLS.
const (
	StartTLS Security = "starttls" // RFC 3207; a server that does not offer it is sent nothing
	Implicit Security = "implicit" // TLS from the first byte (RFC 8314)
	Clear    Security = "none"     // no TLS, to a server on this machine only
)

// Config is how mail is sent.
type Config struct {
	Server   string         // host:port
	From     string         // an address, or "Name <address>"
	User     string         // "" to show no password
	Password string         // of User
	TLS      Security       // "" means StartTLS
	Roots    *x509.CertPool // who vouches for the server; nil means whom the system trusts
	Timeout  time.Duration  // for one message; 0 means 30 s

	Now func() time.Time // for the date of a mail; nil means time.Now
}

// Notifier sends mail. It holds no connection between two messages. It is a contacts.Notifier.
type Notifier struct {
	cfg  Config
	host string
	from mail.Address
}

// New checks the configuration; it touches nothing yet.
func New(cfg Config) (*Notifier, error) {
	cfg.TLS = cmp.Or(cfg.TLS, StartTLS)
	cfg.Timeout = cmp.Or(cfg.Timeout, 30*time.Second)
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	host, err := cfg.check()
	if err != nil {
		return nil, err
	}
	from, err := mail.ParseAddress(cfg.From)
	if err != nil || !ascii(from.Address) {
		return nil, errors.New("the sender is no mail address")
	}
	return &Notifier{cfg: cfg, host: host, from: *from}, nil
}

func (c Config) check() (host string, err error) {
	host, port, err := net.SplitHostPort(c.Server)
	n, bad := strconv.Atoi(port)
	switch {
	case err != nil || bad != nil || host == "" || n < 1 || n > 65535:
		return "", errors.New("the server is not named as host:port")
	case c.TLS != StartTLS && c.TLS != Implicit && c.TLS != Clear:
		return "", fmt.Errorf("there is no way %q to keep the line secret", c.TLS)
	case c.TLS == Clear && !local(host):
		return "", errors.New("contacts are sent without TLS only to a server on this machine")
	case (c.User == "") != (c.Password == ""):
		return "", errors.New("a user and a password belong together")
	case c.Timeout < 0:
		return "", errors.New("a negative time for one message")
	}
	return host, nil
}

// local reports whether a host is this machine by its very name.
func local(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func ascii(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r >= 0x7f })
}

// Channels returns e-mail.
func (n *Notifier) Channels() []privacy.Channel { return []privacy.Channel{privacy.Mail} }

// Once is false: a mail server that is told a message twice sends it twice.
func (n *Notifier) Once() bool { return false }
