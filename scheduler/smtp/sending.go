package smtp

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/smtp"
	"net/textproto"
	"slices"
	"strings"

	"example.org/totem/scheduler/contacts"
)

// Send hands a message to the server; see contacts.Notifier. What the server says is never in an error, for it may say the
// address: only the number of its answer is.
//
// Refused for good is what it answers with 5xx to the address or to the mail. A refusal before that is not the message's
// fault, and may pass when somebody mends the configuration.
func (n *Notifier) Send(ctx context.Context, m contacts.Message) error {
	if !ascii(m.To) {
		return fmt.Errorf("send mail: the address has signs that mail does not carry: %w", contacts.ErrRefused)
	}
	data, err := n.compose(m)
	if err != nil {
		return fmt.Errorf("send mail: %w: %w", err, contacts.ErrRefused)
	}
	ctx, cancel := context.WithTimeout(ctx, n.cfg.Timeout)
	defer cancel()
	conn, err := n.dial(ctx)
	if err != nil {
		return fmt.Errorf("send mail: reach %s: %w", n.cfg.Server, err)
	}
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	defer conn.Close()
	err = n.talk(conn, m.To, data)
	if err != nil && ctx.Err() != nil { // that the connection was closed is no news
		return fmt.Errorf("send mail by %s: %w", n.cfg.Server, errors.Join(ctx.Err(), kind(err)))
	}
	if err != nil {
		return fmt.Errorf("send mail by %s: %w", n.cfg.Server, err)
	}
	return nil
}

// kind returns which of the errors of contacts err wraps, nil for none.
func kind(err error) error {
	for _, k := range []error{contacts.ErrRefused, contacts.ErrUnsure} {
		if errors.Is(err, k) {
			return k
		}
	}
	return nil
}

func (n *Notifier) dial(ctx context.Context) (net.Conn, error) {
	if n.cfg.TLS == Implicit {
		return (&tls.Dialer{Config: n.tls()}).DialContext(ctx, "tcp", n.cfg.Server)
	}
	return new(net.Dialer).DialContext(ctx, "tcp", n.cfg.Server)
}

func (n *Notifier) tls() *tls.Config {
	return &tls.Config{ServerName: n.host, RootCAs: n.cfg.Roots, MinVersion: tls.VersionTLS12}
}

// talk sends one mail over a connection.
func (n *Notifier) talk(conn net.Conn, to string, data []byte) error {
	client, err := smtp.NewClient(conn, n.host)
	if err != nil {
		return said("greeting", err)
	}
	if err := client.Hello(literal(conn.LocalAddr())); err != nil {
		return said("EHLO", err)
	}
	if n.cfg.TLS == StartTLS {
		if ok, _ := client.Extension("STARTTLS"); !ok {
			return errors.New("the server does not offer STARTTLS")
		}
		if err := client.StartTLS(n.tls()); err != nil {
			return said("STARTTLS", err)
		}
	}
	if n.cfg.User != "" {
		if err := client.Auth(n.auth(client)); err != nil {
			return said("AUTH", err)
		}
	}
	if err := client.Mail(n.from.Address); err != nil {
		return said("MAIL", err)
	}
	if err := client.Rcpt(to); err != nil {
		return refused("RCPT", err)
	}
	body, err := client.Data()
	if err != nil {
		return refused("DATA", err)
	}
	return n.deliver(client, body, data)
}

// auth returns how the password is shown: as the server wishes, by PLAIN rather than LOGIN.
func (n *Notifier) auth(client *smtp.Client) smtp.Auth {
	if _, ways := client.Extension("AUTH"); !slices.Contains(strings.Fields(strings.ToUpper(ways)), "PLAIN") {
		return login{n.cfg.User, n.cfg.Password}
	}
	return smtp.PlainAuth("", n.cfg.User, n.cfg.Password, n.host)
}

// login shows user and password one after the other, as some servers ask that do not take PLAIN. Over a line without TLS there
// is only this machine.
type login struct{ user, password string }

func (l login) Start(*smtp.ServerInfo) (string, []byte, error) { return "LOGIN", nil, nil }

func (l login) Next(question []byte, more bool) ([]byte, error) {
	switch ask := strings.ToLower(string(question)); {
	case !more:
		return nil, nil
	case strings.HasPrefix(ask, "user"):
		return []byte(l.user), nil
	case strings.HasPrefix(ask, "pass"):
		return []byte(l.password), nil
	}
	return nil, errors.New("the server asks for neither user nor password")
}

// deliver sends the mail itself. Once all of it is under way, only the server's answer tells whether it was taken.
func (n *Notifier) deliver(client *smtp.Client, body io.WriteCloser, data []byte) error {
	if _, err := body.Write(data); err != nil {
		return said("the mail", err)
	}
	if err := body.Close(); err != nil {
		if _, answered := errors.AsType[*textproto.Error](err); answered {
			return refused("the mail", err)
		}
		return fmt.Errorf("%w: %w", said("the mail", err), contacts.ErrUnsure)
	}
	_ = client.Quit() // it has the mail
	return nil
}

// said tells at which command something went wrong, and the number of the answer but not its words.
func said(command string, err error) error {
	if answer, ok := errors.AsType[*textproto.Error](err); ok {
		return fmt.Errorf("%s was answered %d", command, answer.Code)
	}
	if _, garbled := errors.AsType[textproto.ProtocolError](err); garbled {
		return fmt.Errorf("%s was answered by what is no SMTP", command)
	}
	return fmt.Errorf("%s: %w", command, err)
}

// refused is said, and for good where the answer says so.
func refused(command string, err error) error {
	if answer, ok := errors.AsType[*textproto.Error](err); ok && answer.Code >= 500 {
		return fmt.Errorf("%w: %w", said(command, err), contacts.ErrRefused)
	}
	return said(command, err)
}

// literal returns an address as one says hello by it (RFC 5321, 4.1.3): this machine need not have a name that others know.
func literal(addr net.Addr) string {
	tcp, ok := addr.(*net.TCPAddr)
	switch {
	case !ok:
		return "localhost"
	case tcp.IP.To4() == nil:
		return "[IPv6:" + tcp.IP.String() + "]"
	}
	return "[" + tcp.IP.String() + "]"
}
