package lan_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"errors"
	"io"
	"math/big"
	"net"
	"sync"
	"testing"
	"time"

	"example.org/totem/booking"
	"example.org/totem/sync/lan"
	"example.org/totem/sync/wire"
)

// soon is how long a connection may take where a test waits for its end.
const soon = 2 * time.Second

func impatient(c *lan.ServerConfig) { c.Patience = soon }

// dial connects to a host by TLS, with a certificate of any kind or none.
func dial(t testing.TB, h *host, cfg *tls.Config) (*tls.Conn, error) {
	t.Helper()
	cfg.InsecureSkipVerify = true
	raw, err := net.Dial("tcp", h.address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { raw.Close() })
	raw.SetDeadline(time.Now().Add(patience))
	conn := tls.Client(raw, cfg)
	return conn, conn.HandshakeContext(waiting(t))
}

// as is a TLS configuration of a device.
func as(t testing.TB, d device) *tls.Config {
	t.Helper()
	template := &x509.Certificate{SerialNumber: big.NewInt(2)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, d.key.Public(), d.key)
	if err != nil {
		t.Fatal(err)
	}
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: d.key}}}
}

// ended reports whether the other side ends the connection without a word.
func ended(c net.Conn) bool {
	n, err := c.Read(make([]byte, 1))
	return n == 0 && err != nil && !isTimeout(err)
}

func isTimeout(err error) bool {
	var t net.Error
	return errors.As(err, &t) && t.Timeout()
}

func frame(data []byte) []byte {
	return append(binary.BigEndian.AppendUint32(nil, uint32(len(data))), data...)
}

func spelt(t testing.TB) []byte {
	t.Helper()
	data, err := wire.Encode(wire.Newest, need(t))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestNoOtherCertificateOrProtocolGetsIn(t *testing.T) {
	asker := newDevice(t, "t2")
	h := newHost(t, nil, asker)
	other, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(2)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, other.Public(), other)
	if err != nil {
		t.Fatal(err)
	}
	stolen := as(t, asker) // the certificate of a peer, and another key
	stolen.Certificates[0].PrivateKey = newDevice(t, "t2").key
	old := as(t, asker)
	old.MaxVersion = tls.VersionTLS12
	for name, cfg := range map[string]*tls.Config{
		"no certificate":      {},
		"another kind of key": {Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: other}}},
		"a stolen one":        stolen,
		"TLS 1.2":             old,
	} {
		t.Run(name, func(t *testing.T) {
			conn, err := dial(t, h, cfg)
			if err != nil {
				return
			}
			_, _ = conn.Write(frame(spelt(t)))
			if !ended(conn) {
				t.Error("it was let in")
			}
		})
	}
	if heard := h.heard(); len(heard) > 0 {
		t.Errorf("it was asked by %v", heard)
	}
	if conn, err := dial(t, h, as(t, asker)); err != nil {
		t.Errorf("a peer was not let in: %v", err)
	} else if _, err := conn.Write(frame(spelt(t))); err != nil || ended(conn) {
		t.Errorf("a peer was not answered: %v", err)
	}
}

func TestWhatIsNoFrameIsNotAnswered(t *testing.T) {
	asker := newDevice(t, "t2")
	long := append(spelt(t), make([]byte, wire.MaxPeerMessage)...)
	for name, sent := range map[string][]byte{
		"nothing":               {},
		"no length":             {0, 0, 0},
		"of no length":          {0, 0, 0, 0},
		"of a huge length":      {0xff, 0xff, 0xff, 0xff, '{'},
		"one byte too long":     frame(long[:wire.MaxPeerMessage+1]),
		"cut off":               frame(spelt(t))[:40],
		"no JSON":               frame([]byte("GET / HTTP/1.1\r\n\r\n")),
		"another message":       frame([]byte(`{"version":2,"kind":"hello","body":{}}`)),
		"spaces of full length": frame(bytesOf(' ', wire.MaxPeerMessage)),
	} {
		t.Run(name, func(t *testing.T) {
			h := newHost(t, nil, asker)
			conn, err := dial(t, h, as(t, asker))
			if err != nil {
				t.Fatal(err)
			}
			_, _ = conn.Write(sent)
			_ = conn.CloseWrite()
			if !ended(conn) || len(h.heard()) > 0 {
				t.Error("it was answered")
			}
		})
	}
}

func bytesOf(b byte, n int) []byte {
	all := make([]byte, n)
	for i := range all {
		all[i] = b
	}
	return all
}

func TestWhoHasSaidAllMayCloseItsHalfAndIsAnswered(t *testing.T) {
	asker := newDevice(t, "t2")
	h := newHost(t, nil, asker)
	conn, err := dial(t, h, as(t, asker))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Write(frame(spelt(t))); err != nil {
		t.Fatal(err)
	}
	if err := conn.CloseWrite(); err != nil {
		t.Fatal(err)
	}
	if answer, err := io.ReadAll(conn); err != nil || len(answer) < 5 {
		t.Errorf("read %d bytes: %v", len(answer), err)
	}
}

func TestASecondQuestionOnAConnectionIsNotRead(t *testing.T) {
	asker := newDevice(t, "t2")
	h := newHost(t, nil, asker)
	conn, err := dial(t, h, as(t, asker))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Write(append(frame(spelt(t)), frame(spelt(t))...)); err != nil {
		t.Fatal(err)
	}
	_, _ = io.ReadAll(conn)
	if heard := h.heard(); len(heard) != 1 {
		t.Errorf("it was asked by %v", heard)
	}
}

func TestWhoIsSlowIsCutOff(t *testing.T) {
	asker := newDevice(t, "t2")
	h := newHost(t, impatient, asker)
	silent, err := net.Dial("tcp", h.address) // not even TLS
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	silent.SetDeadline(time.Now().Add(patience))
	slow, err := dial(t, h, as(t, asker))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := slow.Write(frame(spelt(t))[:9]); err != nil {
		t.Fatal(err)
	}
	if !ended(silent) || !ended(slow) {
		t.Error("a connection that says nothing is kept")
	}
	if len(h.heard()) > 0 {
		t.Error("a half of a question was answered")
	}
}

func TestAFloodFromOneHostIsBoundedAndEndsByItself(t *testing.T) {
	asker := newDevice(t, "t2")
	h := newHost(t, impatient, asker)
	var flood sync.WaitGroup
	for range 40 {
		flood.Go(func() {
			c, err := net.Dial("tcp", h.address)
			if err != nil {
				return
			}
			defer c.Close()
			c.SetDeadline(time.Now().Add(patience))
			if !ended(c) {
				t.Error("a connection that says nothing is kept")
			}
		})
	}
	flood.Wait()
	if err := asker.client(t).Try(waiting(t), h.self()); err != nil {
		t.Errorf("nobody is answered after a flood: %v", err)
	}
}

func TestWhoAsksIsNotHeldUpByOneThatDoesNotAnswer(t *testing.T) {
	deaf, err := net.Listen("tcp", "127.0.0.1:0") // takes connections, and says nothing
	if err != nil {
		t.Fatal(err)
	}
	defer deaf.Close()
	asker := newDevice(t, "t2")
	peer := newDevice(t, "t1").peer(t, deaf.Addr().String())
	cfg := asker.config()
	cfg.Patience = soon
	c, err := lan.NewClient(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Ask(waiting(t), peer, need(t)); err == nil {
		t.Error("answered by nobody")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := asker.client(t).Ask(ctx, peer, need(t)); !errors.Is(err, context.Canceled) {
		t.Errorf("asked though nobody wants to know: %v", err)
	}
}

func TestAnAnswerThatIsNoneIsNotBelieved(t *testing.T) {
	asker := newDevice(t, "t2")
	for name, answer := range map[string][]byte{
		"nothing":         {},
		"cut off":         frame([]byte(`{"version":2,"kind":"passed","body":{"transfers":[]}}`))[:20],
		"a huge length":   {0x7f, 0xff, 0xff, 0xff},
		"another message": frame(spelt(t)),
	} {
		t.Run(name, func(t *testing.T) {
			liar := newDevice(t, "t1")
			l, err := tls.Listen("tcp", "127.0.0.1:0", as(t, liar))
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close()
			var answering sync.WaitGroup
			answering.Go(func() {
				c, err := l.Accept()
				if err != nil {
					return
				}
				defer c.Close()
				_, _ = io.ReadFull(c, make([]byte, 4+len(spelt(t))))
				_, _ = c.Write(answer)
			})
			if p, err := asker.client(t).Ask(waiting(t), liar.peer(t, l.Addr().String()), need(t)); err == nil {
				t.Errorf("believed %v", p)
			}
			answering.Wait()
		})
	}
}

func TestManyPeersAreAnsweredAtOnce(t *testing.T) {
	var known []device
	for _, name := range []booking.TotemID{"t2", "t3", "t4", "t5"} {
		known = append(known, newDevice(t, name))
	}
	h := newHost(t, nil, known...)
	var asking sync.WaitGroup
	for _, d := range known {
		asking.Go(func() {
			for { // two connections of a host at a time; here all are of one
				if _, err := d.client(t).Ask(waiting(t), h.self(), need(t)); err == nil || t.Context().Err() != nil {
					return
				}
			}
		})
	}
	asking.Wait()
	if heard := h.heard(); len(heard) != 4 {
		t.Errorf("it was asked by %v", heard)
	}
}
