package natslink

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"sync"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/nats-io/nats.go"

	"example.org/totem/booking"
	"example.org/totem/internal/event"
	"example.org/totem/internal/fault"
	"example.org/totem/sync/outbox"
	"example.org/totem/sync/wire"
)

// Config says where and as whom to connect.
type Config struct {
	URL    string // "nats://host:4222", or several separated by commas. Ignored if Server is set
	Office booking.OfficeID
	Totem  booking.TotemID
	Log    *slog.Logger // nil: silent
	// Server is a NATS server in this process, for tests and simulations. Nil: URL.
	Server nats.InProcessConnProvider
	// Spread is the longest random wait before the server is tried again, so that a fleet does not come back all at
	// once. The first attempt after a break is immediate. 0: 30 s, with TLS 120 s.
	Spread time.Duration
	// Options come after the ones that Dial chooses: credentials, TLS, a dialer.
	Options []nats.Option
}

func (c Config) check() error {
	err := errors.Join(booking.CheckID(string(c.Office)), booking.CheckTotemID(string(c.Totem)))
	if c.URL == "" && c.Server == nil {
		err = errors.Join(err, errors.New("no URL"))
	}
	if c.Spread < 0 {
		err = errors.Join(err, errors.New("a spread below zero"))
	}
	return err
}

const (
	spread       = 30 * time.Second
	spreadTLS    = 120 * time.Second
	retryWait    = 2 * time.Second // before the spread
	pingInterval = 25 * time.Second
	headerChain  = "Nats-Expected-Last-Subject-Sequence"
)

// Totem is a totem's connection. It is safe for concurrent use.
type Totem struct {
	cfg    Config
	conn   *nats.Conn
	news   *news
	closed chan struct{} // by NATS, when the connection is gone for good
	close  func()
}

var _ outbox.Link = (*Totem)(nil)

// Dial prepares a connection and returns at once: it is no error if nobody answers yet. The connection is made, and
// made again after every break, until Close; Events tells.
func Dial(ctx context.Context, c Config) (*Totem, error) {
	if err := errors.Join(c.check(), ctx.Err()); err != nil {
		return nil, fault.New(fault.CodeConfig, err, "correct the configuration", "the link to the scheduler cannot be set up")
	}
	t := &Totem{cfg: c, news: newNews(), closed: make(chan struct{})}
	conn, err := nats.Connect(c.URL, t.options()...)
	if err != nil {
		t.news.close()
		return nil, fault.New(fault.CodeConfig, err, "correct the address or the credentials", "the link to the scheduler cannot be set up")
	}
	t.conn = conn
	t.close = sync.OnceFunc(func() {
		conn.Close()
		<-t.closed
		t.news.close()
	})
	if _, err := conn.Subscribe(wire.PushesSubject(c.Office), t.pushed); err != nil {
		t.close()
		return nil, fmt.Errorf("listen for pushes: %w", err)
	}
	// Only now: a request of whoever hears that the link is up comes to the server behind the subscription.
	t.news.begin()
	return t, nil
}

func (t *Totem) options() []nats.Option {
	c := t.cfg
	plain, secure, wait := spread, spreadTLS, retryWait
	if c.Spread > 0 {
		plain, secure, wait = c.Spread, c.Spread, min(retryWait, c.Spread)
	}
	up := func(*nats.Conn) { t.news.add(outbox.Event{Up: true}) }
	options := []nats.Option{
		nats.Name(fmt.Sprintf("totem %s.%s", c.Office, c.Totem)),
		nats.MaxReconnects(-1),
		nats.RetryOnFailedConnect(true),
		nats.IgnoreAuthErrorAbort(),
		nats.ReconnectBufSize(-1), // the disk is the buffer: what is in memory is lost in a power cut
		nats.ReconnectWait(wait),
		nats.ReconnectJitter(plain, secure),
		nats.PingInterval(pingInterval),
		nats.CustomInboxPrefix(wire.InboxPrefix(c.Office, c.Totem)),
		nats.ConnectHandler(up),
		nats.ReconnectHandler(up),
		nats.DisconnectErrHandler(func(*nats.Conn, error) { t.news.add(outbox.Event{Down: true}) }),
		nats.ClosedHandler(func(*nats.Conn) { close(t.closed) }),
		nats.ErrorHandler(t.troubled),
	}
	if c.Server != nil {
		options = append(options, nats.InProcessServer(c.Server))
	}
	return append(options, c.Options...)
}

func (t *Totem) troubled(_ *nats.Conn, _ *nats.Subscription, err error) {
	event.Log(t.cfg.Log, event.LinkTrouble, slog.String("error", err.Error()))
	if errors.Is(err, nats.ErrSlowConsumer) {
		t.news.add(outbox.Event{Gap: true})
	}
}

// Close ends the connection and the channel of Events. It may be called again.
func (t *Totem) Close() error {
	t.close()
	return nil
}

// Events implements [outbox.Link].
func (t *Totem) Events() <-chan outbox.Event { return t.news.out }

// Hello implements [outbox.Link].
func (t *Totem) Hello(ctx context.Context, h wire.Hello) (wire.Welcome, error) {
	return request[wire.Hello, wire.Welcome](ctx, t, wire.VerbHello, h)
}

// Last implements [outbox.Link].
func (t *Totem) Last(ctx context.Context, l wire.Last) (wire.Accepted, error) {
	return request[wire.Last, wire.Accepted](ctx, t, wire.VerbLast, l)
}

// Pull implements [outbox.Link].
func (t *Totem) Pull(ctx context.Context, p wire.Pull) (wire.Pulled, error) {
	return request[wire.Pull, wire.Pulled](ctx, t, wire.VerbPull, p)
}

func request[Q, A wire.Message](ctx context.Context, t *Totem, verb wire.Verb, question Q) (A, error) {
	var none A
	data, err := wire.Encode(question)
	if err != nil {
		return none, err
	}
	reply, err := t.conn.RequestWithContext(ctx, wire.RequestSubject(t.cfg.Office, t.cfg.Totem, verb), data)
	if err != nil {
		return none, fmt.Errorf("ask the scheduler for %s: %w", verb, err)
	}
	answer, err := wire.Decode[A](reply.Data)
	var refusal *wire.Refusal
	if err != nil && !errors.As(err, &refusal) {
		return none, fault.New(fault.CodeLinkVersion, err, "update the older of totem and scheduler", "the scheduler's answer to %s is not understood", verb)
	}
	return answer, err
}

// pubAck is JetStream's answer to a publish (ADR-1, ADR-7). It is the server's own form, which may grow.
type pubAck struct {
	Stream   string `json:"stream"`
	Sequence uint64 `json:"seq"`
	Error    *struct {
		Code        int    `json:"err_code"`
		Description string `json:"description"`
	} `json:"error"`
}

// JetStream's words for "the last sequence of the subject is another".
const (
	wrongLastSequence         = 10071
	wrongLastSequenceConstant = 10164
)

// Send implements [outbox.Link].
func (t *Totem) Send(ctx context.Context, f booking.Fact, chain uint64) (uint64, error) {
	data, err := wire.EncodeFact(f)
	if err != nil {
		return 0, err
	}
	m := nats.NewMsg(wire.FactsSubject(t.cfg.Office, t.cfg.Totem))
	m.Header.Set(headerChain, strconv.FormatUint(chain, 10))
	m.Data = data
	reply, err := t.conn.RequestMsgWithContext(ctx, m)
	if err != nil {
		return 0, fmt.Errorf("publish a fact: %w", err)
	}
	var ack pubAck
	if err := json.Unmarshal(reply.Data, &ack); err != nil {
		return 0, fmt.Errorf("publish a fact: read the acknowledgement: %w", err)
	}
	switch {
	case ack.Error != nil && (ack.Error.Code == wrongLastSequence || ack.Error.Code == wrongLastSequenceConstant):
		return 0, outbox.ErrChain
	case ack.Error != nil:
		return 0, fmt.Errorf("publish a fact: NATS error %d: %s", ack.Error.Code, ack.Error.Description)
	case ack.Stream == "" || ack.Sequence == 0:
		return 0, errors.New("publish a fact: the acknowledgement names no sequence")
	}
	return ack.Sequence, nil
}
