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
	"github.com/nats-io/nkeys"

	"example.org/totem/booking"
	"example.org/totem/internal/event"
	"example.org/totem/internal/fault"
	"example.org/totem/sync/outbox"
	"example.org/totem/sync/wire"
)

// Config says where and as whom to connect.
type Config struct {
	URL    string // "tls://host:4222", or several separated by commas. Ignored if Server is set
	Office booking.OfficeID
	Totem  booking.TotemID
	// Identity is who connects, over TLS alone. Nil: nobody, without TLS, which only a server in a test lets in; if it is
	// there already, the connection is made before Dial returns.
	Identity Identity
	Proxy    Proxy        // that leads to the servers; zero: there is none
	Log      *slog.Logger // nil: silent
	// Server is a NATS server in this process, for tests and simulations. Nil: URL.
	Server nats.InProcessConnProvider
	// Spread is the longest random wait before a server is tried again, before the first attempt after a break too, so
	// that a fleet does not come back all at once. 0: 30 s, with an Identity 120 s.
	Spread time.Duration
	// Refused is told when the scheduler itself says that the identity's key is not this totem's, or not any more: it was
	// revoked, or the totem fenced. It must return soon, or when ctx ends, which Close does. Nil: nobody is told.
	Refused func(ctx context.Context, r *wire.Refusal)
	// After is time.After, or a model of it, for the renewal of credentials. Nil: time.After.
	After func(time.Duration) <-chan time.Time
	// Jitter returns a random duration from 0 up to, and without, max. Nil: a good one.
	Jitter func(max time.Duration) time.Duration
	// Options come after the ones that Dial chooses: a dialer.
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
	cfg     Config
	conn    *nats.Conn
	news    *news
	renewal *renewal      // nil: without an identity there is nothing to renew
	closed  chan struct{} // by NATS, when the connection is gone for good
	close   func()
}

var _ outbox.Link = (*Totem)(nil)

// Dial prepares a connection and returns at once: it is no error if nobody answers yet, nor if the totem is not
// provisioned. The connection is made, and made again after every break, until Close; Events tells. The identity's
// credentials are renewed meanwhile.
func Dial(ctx context.Context, c Config) (*Totem, error) {
	if err := errors.Join(c.check(), ctx.Err()); err != nil {
		return nil, fault.New(fault.CodeConfig, err, "correct the configuration", "the link to the scheduler cannot be set up")
	}
	if c.After == nil {
		c.After = time.After
	}
	if c.Jitter == nil {
		c.Jitter = random
	}
	t := &Totem{cfg: c, news: newNews(), closed: make(chan struct{})}
	if c.Identity != nil {
		t.renewal = newRenewal(t)
	}
	living, end := context.WithCancel(context.WithoutCancel(ctx))
	conn, err := nats.Connect(c.URL, t.options(living)...)
	if err != nil {
		end()
		t.news.close()
		return nil, fault.New(fault.CodeConfig, err, "correct the address or the credentials", "the link to the scheduler cannot be set up")
	}
	t.conn = conn
	if t.renewal != nil {
		go t.renewal.run(living)
	}
	t.close = sync.OnceFunc(func() {
		end()
		if t.renewal != nil {
			<-t.renewal.done
		}
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

func (t *Totem) options(living context.Context) []nats.Option {
	c := t.cfg
	r := &returning{wait: retryWait, spread: c.Spread, jitter: c.Jitter, again: t.missed}
	switch {
	case c.Spread > 0:
		r.wait = min(retryWait, c.Spread)
	case c.Identity != nil:
		r.spread = spreadTLS
	default:
		r.spread = spread
	}
	options := []nats.Option{
		nats.Name(fmt.Sprintf("totem %s.%s", c.Office, c.Totem)),
		nats.MaxReconnects(-1),
		nats.RetryOnFailedConnect(true),
		nats.IgnoreAuthErrorAbort(),
		nats.ReconnectBufSize(-1), // the disk is the buffer: what is in memory is lost in a power cut
		nats.ReconnectToServer(r.next),
		nats.IgnoreDiscoveredServers(), // the list is the one that the totem was given
		nats.PingInterval(pingInterval),
		nats.Timeout(connectWait),
		nats.CustomInboxPrefix(wire.InboxPrefix(c.Office, c.Totem)),
		nats.ConnectHandler(t.up),
		nats.ReconnectHandler(t.up),
		nats.DisconnectErrHandler(func(*nats.Conn, error) { t.news.add(outbox.Event{Down: true}) }),
		nats.ReconnectErrHandler(t.unreached),
		nats.ClosedHandler(func(*nats.Conn) { close(t.closed) }),
		nats.ErrorHandler(t.troubled),
	}
	if c.Server != nil {
		options = append(options, nats.InProcessServer(c.Server))
	} else {
		d := &dialer{ctx: living, identity: c.Identity, proxy: c.Proxy}
		if c.Identity != nil {
			d.ready = r.begun.Load
		} else {
			r.begun.Store(true) // a test's connection is there when Dial returns
		}
		options = append(options, nats.SkipHostLookup(), nats.SetCustomDialer(d))
	}
	return append(append(options, c.identified()...), c.Options...)
}

func (t *Totem) up(*nats.Conn) {
	t.news.add(outbox.Event{Up: true})
	if t.renewal != nil {
		wake(t.renewal.connected)
	}
}

// missed hears that an attempt will be made, so the one before has failed, or the connection did. It must not ask the
// connection why: it is locked.
func (t *Totem) missed() {
	if t.renewal != nil {
		wake(t.renewal.missed)
	}
}

// unreached hears that a server was not reached, and why.
func (t *Totem) unreached(_ *nats.Conn, err error) {
	if t.renewal == nil {
		return
	}
	select {
	case t.renewal.unreached <- err:
	default: // it has one to tell already
	}
}

func wake(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default: // it is already awake
	}
}

func (t *Totem) troubled(_ *nats.Conn, _ *nats.Subscription, err error) {
	event.Log(t.cfg.Log, event.LinkTrouble, slog.String("error", err.Error()))
	if t.renewal != nil && isRefused(err) {
		wake(t.renewal.refused)
	}
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

// Merge implements [outbox.Link].
func (t *Totem) Merge(ctx context.Context, m wire.Merge) (wire.Merged, error) {
	return request[wire.Merge, wire.Merged](ctx, t, wire.VerbMerge, m)
}

// Clock implements [outbox.Link].
func (t *Totem) Clock(ctx context.Context, c wire.Clock) (wire.Reading, error) {
	r, err := request[wire.Clock, wire.Reading](ctx, t, wire.VerbClock, c)
	if err != nil {
		return wire.Reading{}, err
	}
	if err := t.checkReading(c, r); err != nil {
		return wire.Reading{}, fmt.Errorf("ask the scheduler for %s: %w", wire.VerbClock, err)
	}
	return r, nil
}

// Health implements [outbox.Link].
func (t *Totem) Health(ctx context.Context, h wire.Health) (wire.Noted, error) {
	return request[wire.Health, wire.Noted](ctx, t, wire.VerbHealth, h)
}

// checkReading reports a reading that was not made for c by who signs the time. Without an identity there is no signer
// to be known.
func (t *Totem) checkReading(c wire.Clock, r wire.Reading) error {
	if r.Nonce != c.Nonce {
		return errors.New("the answer is to another question")
	}
	if t.cfg.Identity == nil {
		return nil
	}
	signer, err := nkeys.FromPublicKey(t.cfg.Identity.Signer())
	if err != nil {
		return fmt.Errorf("read who signs the time: %w", err)
	}
	if err := signer.Verify(wire.SignedReading(r.Nonce, r.Time), r.Signature); err != nil {
		return fmt.Errorf("the time is not signed by who signs it: %w", err)
	}
	return nil
}

func request[Q, A wire.Message](ctx context.Context, t *Totem, verb wire.Verb, question Q) (A, error) {
	var none A
	data, err := wire.Encode(wire.Newest, question)
	if err != nil {
		return none, err
	}
	reply, err := t.conn.RequestWithContext(ctx, wire.RequestSubject(t.cfg.Office, t.cfg.Totem, verb), data)
	if err != nil {
		return none, fmt.Errorf("ask the scheduler for %s: %w", verb, err)
	}
	return understood[A](verb, reply.Data)
}

// understood reads the answer to a request.
func understood[A wire.Message](verb wire.Verb, data []byte) (A, error) {
	answer, err := wire.Decode[A](data)
	var refusal *wire.Refusal
	if err != nil && !errors.As(err, &refusal) {
		return answer, fault.New(fault.CodeLinkVersion, err, "update the older of totem and scheduler", "the scheduler's answer to %s is not understood", verb)
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
