package natslink

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"example.org/totem/booking"
	"example.org/totem/internal/fault"
	"example.org/totem/sync/wire"
)

// Answerer is the scheduler as the link needs it. It is called from several goroutines at once; Fold and Park from
// one. A method must end soon after ctx does.
type Answerer interface {
	// Hello welcomes a totem's store. last is the last message that the stream holds under the totem's name, folded or
	// not: the welcome carries it.
	Hello(ctx context.Context, office booking.OfficeID, totem booking.TotemID, h wire.Hello, last wire.Accepted) (wire.Welcome, error)
	// PullRaw answers what has changed, with sheets that are encoded already.
	PullRaw(ctx context.Context, office booking.OfficeID, totem booking.TotemID, p wire.Pull) (wire.PulledRaw, error)
	// Merge writes into a ledger that began anew what a totem's store holds.
	Merge(ctx context.Context, office booking.OfficeID, totem booking.TotemID, m wire.Merge) (wire.Merged, error)
	// Enrol gives a device its first credentials, Renew fresh ones for a key that is enrolled.
	Enrol(ctx context.Context, office booking.OfficeID, totem booking.TotemID, e wire.Enrol) (wire.Credentials, error)
	Renew(ctx context.Context, office booking.OfficeID, totem booking.TotemID, r wire.Renew) (wire.Credentials, error)
	// Clock tells what the scheduler's clock shows, signed.
	Clock(ctx context.Context, office booking.OfficeID, totem booking.TotemID, c wire.Clock) (wire.Reading, error)
	// Health takes in how a totem's parts are.
	Health(ctx context.Context, office booking.OfficeID, totem booking.TotemID, h wire.Health) (wire.Noted, error)
	// Vacancy answers when a queue can be booked on the days after today, Want grants a slot of one of them.
	Vacancy(ctx context.Context, office booking.OfficeID, totem booking.TotemID, v wire.Vacancy) (wire.Vacant, error)
	Want(ctx context.Context, office booking.OfficeID, totem booking.TotemID, w wire.Want) (wire.Granted, error)
	// Contact keeps what a citizen consented to give, Reminder says what is held for a ticket, Withdraw erases it.
	Contact(ctx context.Context, office booking.OfficeID, totem booking.TotemID, c wire.Contact) (wire.Kept, error)
	Reminder(ctx context.Context, office booking.OfficeID, totem booking.TotemID, r wire.Reminder) (wire.Reminded, error)
	Withdraw(ctx context.Context, office booking.OfficeID, totem booking.TotemID, w wire.Withdraw) (wire.Withdrawn, error)
	// Errors of the methods above that are no *wire.Refusal are trouble that may pass.

	// Fold writes a fact to the ledger. The facts of a totem come in the order in which they were accepted. The same
	// fact may come again, and must then change nothing. After an error it comes again, before any other.
	Fold(ctx context.Context, office booking.OfficeID, totem booking.TotemID, sequence uint64, f booking.Fact) error
	// Park sets a fact aside that cannot be read, because of reason. id is zero if not even its number can be read.
	// The same may come again; after an error it comes again.
	Park(ctx context.Context, office booking.OfficeID, totem booking.TotemID, sequence uint64, id booking.FactID, reason error) error
}

// ServeConfig says what Serve works with.
type ServeConfig struct {
	Conn     *nats.Conn // to a server with JetStream. The caller's to close, after Close
	Answerer Answerer
	Log      *slog.Logger  // nil: silent
	Replicas int           // of the facts stream. 0: one
	Retry    time.Duration // before a fact that could not be folded is tried again; ten times as long at most. 0: 1 s
	Patience time.Duration // with one Fold or Park. Half as long again after a server died, the fact under way comes again. 0: 4 s
}

// The facts stream and its only consumer.
const (
	factsStream  = "FACTS"
	foldConsumer = "fold"
	answerGroup  = "scheduler" // the queue group of those who answer

	setUpWait  = 10 * time.Second // for stream and consumer to be made
	answerWait = 10 * time.Second // for a request to be answered
	foldWait   = 4 * time.Second
	maxFact    = 16 << 10 // bytes of a fact message
	maxAnswers = 64       // requests that are answered at the same time
	maxDoor    = 4        // of those that strangers may ask; anybody can, and must not keep totems waiting
	maxHealth  = 4        // of those that tell how a totem is: they are in no hurry, and come all at once after a break
	maxCounter = 16       // of those for which a citizen waits: not behind all that totems tell after a break
)

// Central is the scheduler's end of all links.
type Central struct {
	cfg    ServeConfig
	js     jetstream.JetStream
	stream jetstream.Stream
	asked  []*nats.Subscription

	folding jetstream.Consumer
	facts   jetstream.MessagesContext

	file struct {
		sync.Mutex
		first uint64 // everything before this sequence is in files that were ended since the last Scrub; 0: nothing
	}

	ctx    context.Context // of everything that is being answered
	gate   gate
	ending atomic.Bool // Close was called: the end of the facts is no fault
	closed func() error
}

// Serve makes the facts stream if it is not there, answers requests, and feeds facts to the answerer until Close.
// Several may serve the same stream.
func Serve(ctx context.Context, c ServeConfig) (*Central, error) {
	if c.Conn == nil || c.Answerer == nil || c.Replicas < 0 || c.Retry < 0 || c.Patience < 0 {
		return nil, errors.New("serve totems: the config is not complete")
	}
	if c.Retry == 0 {
		c.Retry = time.Second
	}
	if c.Patience == 0 {
		c.Patience = foldWait
	}
	js, err := jetstream.New(c.Conn)
	if err != nil {
		return nil, natsFault(err)
	}
	running, cancel := context.WithCancel(context.WithoutCancel(ctx))
	s := &Central{cfg: c, js: js, ctx: running}
	s.closed = sync.OnceValue(func() error { return s.shut(cancel) })
	if err := s.open(ctx); err != nil {
		return nil, errors.Join(natsFault(err), s.Close())
	}
	return s, nil
}

func natsFault(err error) error {
	return fault.New(fault.CodeCentralNATS, err, "check the NATS server, its disk and that JetStream is enabled", "the facts of the totems cannot be received")
}

func (s *Central) open(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, setUpWait)
	defer cancel()
	var err error
	s.stream, err = s.js.CreateOrUpdateStream(ctx, jetstream.StreamConfig{
		Name:        factsStream,
		Description: "facts of the totems, until they are folded into the ledger",
		Subjects:    []string{wire.AllFacts, fillSubject},
		Storage:     jetstream.FileStorage,
		Replicas:    max(1, s.cfg.Replicas),
		MaxMsgSize:  maxFact,
		// No AllowDirect: a replica that is behind would tell a totem of a fork that is none.
	})
	if err != nil {
		return fmt.Errorf("make the stream %s: %w", factsStream, err)
	}
	s.folding, err = s.stream.CreateOrUpdateConsumer(ctx, jetstream.ConsumerConfig{
		Durable:       foldConsumer,
		FilterSubject: wire.AllFacts,
		AckPolicy:     jetstream.AckExplicitPolicy,
		AckWait:       s.cfg.Patience * 3 / 2,
		// One at a time: with more, facts that were under way when a scheduler died come again after newer ones of
		// the same totem.
		MaxAckPending: 1,
	})
	if err != nil {
		return fmt.Errorf("make the consumer %s: %w", foldConsumer, err)
	}
	if s.facts, err = s.folding.Messages(); err != nil {
		return fmt.Errorf("read the stream %s: %w", factsStream, err)
	}
	s.gate.enter()
	go func() {
		defer s.gate.leave()
		s.fold()
	}()
	if err := s.listen(); err != nil {
		return err
	}
	return s.cfg.Conn.FlushWithContext(ctx)
}

// listen subscribes to all requests.
func (s *Central) listen() error {
	inside, door := make(chan struct{}, maxAnswers), make(chan struct{}, maxDoor)
	ward, counter := make(chan struct{}, maxHealth), make(chan struct{}, maxCounter)
	for verb, answer := range s.answers() {
		slots := inside
		switch verb {
		case wire.VerbEnrol, wire.VerbRenew:
			slots = door
		case wire.VerbHealth:
			slots = ward
		case wire.VerbVacancy, wire.VerbWant, wire.VerbContact, wire.VerbReminder, wire.VerbWithdraw:
			slots = counter
		}
		sub, err := s.cfg.Conn.QueueSubscribe(wire.RequestsSubject(verb), answerGroup, s.asking(slots, answer))
		if err != nil {
			return fmt.Errorf("listen for %s: %w", verb, err)
		}
		s.asked = append(s.asked, sub)
	}
	return nil
}

// Purge erases a totem's facts whose link sequence is lower than before. The last one always stays, for the chain of
// the next goes on from it.
func (s *Central) Purge(ctx context.Context, office booking.OfficeID, totem booking.TotemID, before uint64) error {
	last, err := s.last(ctx, office, totem)
	if err != nil || last.Sequence == 0 {
		return err
	}
	// JetStream keeps the message at the sequence and all after it.
	err = s.stream.Purge(ctx, jetstream.WithPurgeSubject(wire.FactsSubject(office, totem)),
		jetstream.WithPurgeSequence(min(before, last.Sequence)))
	if err != nil {
		return fmt.Errorf("purge the facts of %s.%s: %w", office, totem, err)
	}
	return nil
}

// Close takes in no more requests and facts, and waits until nothing of it runs any more: what is under way is brought
// to its end, or given up after ServeConfig.Patience. It may be called again.
func (s *Central) Close() error { return s.closed() }

func (s *Central) shut(cancel context.CancelFunc) error {
	s.ending.Store(true)
	var errs []error
	for _, sub := range s.asked {
		if err := sub.Unsubscribe(); err != nil && !errors.Is(err, nats.ErrConnectionClosed) {
			errs = append(errs, err)
		}
	}
	switch {
	case s.facts == nil:
	case s.cfg.Conn.IsConnected():
		s.facts.Drain() // what it holds already is folded, or it would come again only after a wait
	default:
		s.facts.Stop()
	}
	impatient := time.AfterFunc(s.cfg.Patience, cancel)
	defer impatient.Stop()
	s.gate.shut()
	cancel()
	return errors.Join(errs...)
}

// gate counts who is inside and lets nobody in once it is shut. The zero gate is open.
type gate struct {
	mu     sync.Mutex
	closed bool
	inside sync.WaitGroup
}

func (g *gate) enter() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed {
		return false
	}
	g.inside.Add(1)
	return true
}

func (g *gate) leave() { g.inside.Done() }

// shut closes the gate and waits until everybody has left.
func (g *gate) shut() {
	g.mu.Lock()
	g.closed = true
	g.mu.Unlock()
	g.inside.Wait()
}
