package natslink

import (
	"bufio"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"syscall"
	"time"

	"example.org/totem/internal/fault"
)

// Proxy is an HTTP proxy that leads to the servers by CONNECT (RFC 9110, 9.3.6). It is told the server's name and port and
// looks the name up by itself; what it passes on is TLS between totem and server, whose pin is looked at as ever.
type Proxy struct {
	Address  string // "host:port"; "": there is none
	User     string // by Basic authentication (RFC 7617), which a network may read; "": none is told
	Password string
}

// maxAnswer bounds what is read of a proxy's answer, bytes.
const maxAnswer = 32 << 10

// dial returns a connection to address by way of the proxy. The error is a *fault.Fault: of CodeProxySilent if the proxy
// is not there or is none, of CodeProxyRefused if it does not let the totem through, of CodeLinkSilent if the proxy does
// not reach the server.
func (p Proxy) dial(ctx context.Context, address string) (net.Conn, error) {
	conn, err := (&net.Dialer{Timeout: dialWait}).DialContext(ctx, "tcp", p.Address)
	if err != nil {
		return nil, fault.New(fault.CodeProxySilent, bare(err), "check the network and proxy.address", "nobody answers at the proxy %s", p.Address)
	}
	undo := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) }) // a closed one has nothing to wait for
	through, err := p.connect(conn, address)
	if undo() && err == nil {
		err = conn.SetDeadline(time.Time{})
	} else if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		_ = conn.Close() // it is of no use any more
		return nil, err
	}
	return through, nil
}

// connect asks the proxy to lead conn to address.
func (p Proxy) connect(conn net.Conn, address string) (net.Conn, error) {
	if err := conn.SetDeadline(time.Now().Add(dialWait)); err != nil {
		return nil, p.none(err)
	}
	request := "CONNECT " + address + " HTTP/1.1\r\nHost: " + address + "\r\n"
	if p.User != "" {
		request += "Proxy-Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(p.User+":"+p.Password)) + "\r\n"
	}
	if _, err := io.WriteString(conn, request+"\r\n"); err != nil {
		return nil, p.none(err)
	}
	read := bufio.NewReader(&io.LimitedReader{R: conn, N: maxAnswer})
	answer, err := http.ReadResponse(read, &http.Request{Method: http.MethodConnect})
	if err != nil {
		return nil, p.none(err)
	}
	if err := p.refusal(address, answer.StatusCode); err != nil {
		return nil, err
	}
	early, err := read.Peek(read.Buffered()) // a server may speak first
	if err != nil {
		return nil, p.none(err)
	}
	return &led{Conn: conn, early: early}, nil
}

// none says why what listens at the proxy's address does not answer as one.
func (p Proxy) none(err error) error {
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return fault.New(fault.CodeProxySilent, nil, "check that it is the proxy's address and port, and that it works", "the proxy %s does not answer", p.Address)
	}
	return fault.New(fault.CodeProxySilent, nil, "check that it is the proxy's address and port; it must speak HTTP, not HTTPS or SOCKS",
		"what listens at %s is no HTTP proxy", p.Address)
}

// refusal returns what a status means unless it is a success. Of the proxy's own words none is passed on.
func (p Proxy) refusal(address string, status int) error {
	said := fmt.Sprintf("%d %s", status, http.StatusText(status))
	switch {
	case status >= 200 && status < 300:
		return nil
	case status == http.StatusProxyAuthRequired && p.User == "":
		return fault.New(fault.CodeProxyRefused, nil, "write proxy.user and proxy.password, or have the proxy let this device through without; it must take Basic authentication",
			"the proxy %s asks for a user and a password", p.Address)
	case status == http.StatusProxyAuthRequired:
		return fault.New(fault.CodeProxyRefused, nil, "correct proxy.user and proxy.password; the proxy must take Basic authentication",
			"the proxy %s does not accept the user and the password", p.Address)
	case status == http.StatusBadGateway || status == http.StatusServiceUnavailable || status == http.StatusGatewayTimeout:
		return fault.New(fault.CodeLinkSilent, nil, "check the scheduler's address, and that the proxy reaches it and knows its name",
			"the proxy %s is there and does not reach %s (%s)", p.Address, address, said)
	}
	return fault.New(fault.CodeProxyRefused, nil, "have whoever runs the proxy allow CONNECT to that address and port",
		"the proxy %s refuses to lead to %s (%s)", p.Address, address, said)
}

// led is a connection whose far end has already said something.
type led struct {
	net.Conn
	early []byte
}

// Read implements [net.Conn].
func (l *led) Read(b []byte) (int, error) {
	if len(l.early) > 0 {
		n := copy(b, l.early)
		l.early = l.early[n:]
		return n, nil
	}
	return l.Conn.Read(b)
}

// bare returns what the system says of a dial, without the address that a sentence names already.
func bare(err error) error {
	var number syscall.Errno
	var name *net.DNSError
	switch {
	case errors.As(err, &name):
		return fmt.Errorf("the name %s cannot be resolved", name.Name)
	case errors.As(err, &number):
		return number
	case errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded):
		return errors.New("no answer")
	}
	return err
}

// Reach tries whether anybody listens at one of the servers of urls, by way of the proxy if there is
// one, and closes the connection again. The error is that of the last one tried: of a proxy, a *fault.Fault.
func Reach(ctx context.Context, urls []*url.URL, p Proxy) (err error) {
	d := &dialer{ctx: ctx, proxy: p}
	for _, u := range urls {
		var conn net.Conn
		if conn, err = d.Dial("tcp", hostPort(u)); err == nil {
			return conn.Close()
		}
	}
	return err
}

func hostPort(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = "4222" // as the client has it
	}
	return net.JoinHostPort(u.Hostname(), port)
}
