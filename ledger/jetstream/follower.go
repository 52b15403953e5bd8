package jetstream

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// follower reads a stream as it grows: first the last message of every subject, then each new one. It begins anew when
// it may have missed one.
type follower struct {
	ledger  *Ledger
	stream  string
	filter  string
	take    func(subject string, msg stored) // from one goroutine
	inStep  atomic.Bool                      // all that was there at the beginning has been taken, and nothing was missed since
	arrived chan struct{}                    // closed when it was in step for the first time
	ended   chan struct{}                    // closed when run has ended
	reading struct {
		sync.Mutex
		stop context.CancelFunc // of the reading under way
	}
}

const (
	followAgain = time.Second     // after which a reading that failed begins anew
	heartbeat   = 2 * time.Second // of a stream in which nothing happens
	forgotten   = time.Minute     // after which the server drops the consumer of a process that is no more
	atOnce      = 2000            // messages on their way
	parting     = time.Second     // for the server to be told that the consumer is needed no more
)

func (l *Ledger) newFollower(stream, filter string, take func(string, stored)) *follower {
	return &follower{ledger: l, stream: stream, filter: filter, take: take, arrived: make(chan struct{}), ended: make(chan struct{})}
}

// run follows until ctx ends or the stream is not there.
func (f *follower) run(ctx context.Context) {
	defer close(f.ended)
	for {
		err := f.read(ctx)
		f.inStep.Store(false)
		if errors.Is(err, jetstream.ErrStreamNotFound) {
			return
		}
		select {
		case <-time.After(followAgain):
		case <-ctx.Done():
			return
		}
	}
}

// interrupt lets the reading under way begin anew.
func (f *follower) interrupt() {
	f.inStep.Store(false)
	f.reading.Lock()
	defer f.reading.Unlock()
	if f.reading.stop != nil {
		f.reading.stop()
	}
}

// read is one reading.
func (f *follower) read(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	f.reading.Lock()
	f.reading.stop = stop
	f.reading.Unlock()
	consumer, err := f.ledger.js.CreateConsumer(ctx, f.stream, jetstream.ConsumerConfig{
		FilterSubject: f.filter, DeliverPolicy: jetstream.DeliverLastPerSubjectPolicy, AckPolicy: jetstream.AckNonePolicy,
		InactiveThreshold: forgotten, MemoryStorage: true, Replicas: 1,
	})
	if err != nil {
		return err
	}
	defer f.part(ctx, consumer.CachedInfo().Name)
	messages, err := consumer.Messages(jetstream.PullMaxMessages(atOnce), jetstream.PullHeartbeat(heartbeat),
		jetstream.WithMessagesErrOnMissingHeartbeat(true))
	if err != nil {
		return err
	}
	defer messages.Stop()
	if consumer.CachedInfo().NumPending == 0 {
		f.arrive()
	}
	for n := uint64(1); ; n++ {
		msg, err := messages.Next(jetstream.NextContext(ctx))
		if err != nil {
			return err
		}
		pending, err := f.pass(msg, n)
		if err != nil {
			return err
		}
		if pending == 0 && ctx.Err() == nil {
			f.arrive()
		}
	}
}

// arrive is called by the one goroutine that reads.
func (f *follower) arrive() {
	f.inStep.Store(true)
	select {
	case <-f.arrived:
	default:
		close(f.arrived)
	}
}

var errMissed = errors.New("a message was missed")

// pass passes the n-th message on and returns how many follow it.
func (f *follower) pass(msg jetstream.Msg, n uint64) (pending uint64, err error) {
	meta, err := msg.Metadata()
	if err != nil {
		return 0, err
	}
	if meta.Sequence.Consumer != n {
		return 0, errMissed
	}
	f.take(msg.Subject(), storedAs(msg.Headers(), meta.Sequence.Stream, msg.Data()))
	return meta.NumPending, nil
}

// part deletes the consumer. If that fails, the server does it after a while.
func (f *follower) part(ctx context.Context, consumer string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), parting)
	defer cancel()
	_ = f.ledger.js.DeleteConsumer(ctx, f.stream, consumer)
}
