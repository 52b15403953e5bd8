// Package postsim is a mail server and an SMS gateway on this machine, for tests and simulations: what was sent to them can be
// looked at and waited for, and they can be made to fail in the ways that such servers fail.
package postsim

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"sync"

	"example.org/totem/privacy"
)

// Message is what a citizen would see.
type Message struct {
	Channel privacy.Channel
	To      string
	Subject string // of mail
	Text    string // lines end in "\n", the last one does not
	Key     string // of the gateway, or the part of the mail's Message-ID before "@"
}

// Fault is a way to fail. The zero value is none.
type Fault uint8

// The faults.
const (
	Refuse  Fault = iota + 1 // for good: 550, or status 400
	Busy                     // for now: 451, or status 503
	Mute                     // nothing is taken and nothing answered, until the other side hangs up
	Drop                     // the message is taken, and the line cut before that is said
	Garble                   // nothing is taken, and the answer is no SMTP, or a redirection
	Deny                     // user or token are not accepted: 535, or status 401
	Flooded                  // nothing is taken, and the answer does not end
)

// Config is what a post office is made of. Its zero is good.
type Config struct {
	TLS      *tls.Config // with a certificate: STARTTLS is offered, and the gateway speaks HTTPS. nil: no TLS
	Implicit bool        // with TLS: mail is taken over TLS from the first byte
	User     string      // that mail must be sent as; "" for nobody in particular
	Password string
	NoPlain  bool   // the password is taken by LOGIN alone
	Token    string // that the gateway must be shown; "" for none
}

// Post is a post office at work. Its methods may be called from anywhere.
type Post struct {
	cfg  Config
	mail net.Listener
	sms  net.Listener
	http *http.Server
	work sync.WaitGroup
	over chan struct{}

	mu      sync.Mutex
	taken   []Message
	keys    map[string]bool // of messages that the gateway has taken
	tries   int
	faults  []Fault
	always  Fault
	changed chan struct{} // closed when a message is taken or tried
	lines   map[net.Conn]bool
}

// Open opens a post office on the loopback interface.
func Open(cfg Config) (*Post, error) {
	p := &Post{cfg: cfg, over: make(chan struct{}), keys: make(map[string]bool), changed: make(chan struct{}), lines: make(map[net.Conn]bool)}
	var err error
	if p.mail, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return nil, fmt.Errorf("open a post office: %w", err)
	}
	if p.sms, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return nil, errors.Join(fmt.Errorf("open a post office: %w", err), p.mail.Close())
	}
	p.http = &http.Server{Handler: http.HandlerFunc(p.gateway), TLSConfig: cfg.TLS.Clone(), ErrorLog: silent()}
	p.work.Go(p.takeMail)
	p.work.Go(func() {
		if cfg.TLS != nil {
			_ = p.http.ServeTLS(p.sms, "", "")
			return
		}
		_ = p.http.Serve(p.sms)
	})
	return p, nil
}

// SMTP returns where mail is taken, host:port.
func (p *Post) SMTP() string { return p.mail.Addr().String() }

// URL returns where the gateway is told messages.
func (p *Post) URL() string {
	if p.cfg.TLS != nil {
		return "https://" + p.sms.Addr().String() + "/messages"
	}
	return "http://" + p.sms.Addr().String() + "/messages"
}

// Messages returns what was taken, in order. The gateway takes one of each key; mail is taken as often as it comes.
func (p *Post) Messages() []Message {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.taken)
}

// Tries returns how many messages were brought, whatever became of them.
func (p *Post) Tries() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.tries
}

// Wait waits until n messages were taken, and returns them all.
func (p *Post) Wait(ctx context.Context, n int) ([]Message, error) {
	return p.wait(ctx, func() bool { return len(p.taken) >= n })
}

// WaitTries waits until n messages were brought.
func (p *Post) WaitTries(ctx context.Context, n int) error {
	_, err := p.wait(ctx, func() bool { return p.tries >= n })
	return err
}

func (p *Post) wait(ctx context.Context, until func() bool) ([]Message, error) {
	for {
		p.mu.Lock()
		ok, changed, taken := until(), p.changed, slices.Clone(p.taken)
		p.mu.Unlock()
		if ok {
			return taken, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return taken, fmt.Errorf("wait for messages: %d came: %w", len(taken), ctx.Err())
		}
	}
}

// Fail has the next messages fail, each in its way; 0 lets one pass.
func (p *Post) Fail(next ...Fault) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.faults = append(p.faults, next...)
}

// FailAlways has all messages fail that Fail says nothing of; 0 lets them pass again.
func (p *Post) FailAlways(f Fault) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.always = f
}

// brought notes that a message was brought, and returns how it fails.
func (p *Post) brought() Fault {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.tries++
	p.tell()
	if len(p.faults) == 0 {
		return p.always
	}
	f := p.faults[0]
	p.faults = p.faults[1:]
	return f
}

// take keeps a message.
func (p *Post) take(m Message) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.taken = append(p.taken, m)
	p.tell()
}

// tell wakes who waits. The caller holds mu.
func (p *Post) tell() {
	close(p.changed)
	p.changed = make(chan struct{})
}

// Close closes the post office and waits until nobody works in it.
func (p *Post) Close() error {
	close(p.over)
	err := errors.Join(p.mail.Close(), p.http.Shutdown(context.Background()))
	p.mu.Lock()
	for line := range p.lines {
		_ = line.Close()
	}
	p.mu.Unlock()
	p.work.Wait()
	return err
}
