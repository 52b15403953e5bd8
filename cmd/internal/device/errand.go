package device

import (
	"context"
	"errors"
	"sync"
	"time"

	"example.org/totem/booking"
	"example.org/totem/kiosk"
	"example.org/totem/store"
	"example.org/totem/sync/wire"
)

// inquiry is the part of the link by which errands are run: each request blocks until answered, refused, or ctx ends. An
// error that is no *wire.Refusal says nothing of what the scheduler has done.
type inquiry interface {
	Vacancy(ctx context.Context, v wire.Vacancy) (wire.Vacant, error)
	Want(ctx context.Context, w wire.Want) (wire.Granted, error)
	Contact(ctx context.Context, c wire.Contact) (wire.Kept, error)
	Reminder(ctx context.Context, r wire.Reminder) (wire.Reminded, error)
	Withdraw(ctx context.Context, w wire.Withdraw) (wire.Withdrawn, error)
}

// errands are the questions of citizens that go over the link. They run beside the conversation, which never waits for a
// network, and what they bring comes back as news. Their methods are safe for concurrent use.
type errands struct {
	link  inquiry
	store *store.Store
	tell  func(context.Context, news)
	fail  func(error)
	left  func(int) // hears how many withdrawals wait

	waits chan struct{} // has a token when a withdrawal may wait, or may be told again
	turn  chan struct{} // holds one token: of a ticket's reminder one thing is said at a time, in order
	work  sync.WaitGroup

	mu    sync.Mutex
	ends  map[int]context.CancelFunc // of the errands under way
	count int
}

const (
	// errandPatience is how long the scheduler may take for its answer. A citizen stands there meanwhile.
	errandPatience = 8 * time.Second
	// tellAgain is how soon a withdrawal is told again that the scheduler did not hear.
	tellAgain = 30 * time.Second
)

func newErrands(d *Device) *errands {
	e := &errands{link: d.link, store: d.store, tell: d.tell, fail: d.fail, left: d.vitals.withdrawals,
		waits: make(chan struct{}, 1), turn: make(chan struct{}, 1), ends: make(map[int]context.CancelFunc)}
	e.turn <- struct{}{}
	e.waits <- struct{}{} // an earlier life of the process may have left some
	return e
}

// start runs an errand, and tells what it brings. It ends early, as without an answer, when the link is cut; ctx is that of
// who is told.
func (e *errands) start(ctx context.Context, errand func(context.Context) news) {
	asking, end := context.WithTimeout(ctx, errandPatience)
	e.mu.Lock()
	id := e.count
	e.count++
	e.ends[id] = end
	e.mu.Unlock()
	e.work.Go(func() {
		n := errand(asking)
		end()
		e.mu.Lock()
		delete(e.ends, id)
		e.mu.Unlock()
		e.tell(ctx, n)
	})
}

// cut ends the errands under way: an answer to what was asked on a connection does not come on another.
func (e *errands) cut() {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, end := range e.ends {
		end()
	}
}

// wait waits for the errands under way. None is started any more.
func (e *errands) wait() { e.work.Wait() }

// life is the store in whose name everything is asked.
func (e *errands) life() booking.Incarnation { return e.store.Incarnation() }

// takeTurn waits until nobody else speaks of reminders. The caller calls give if ok.
func (e *errands) takeTurn(ctx context.Context) (give func(), ok bool) {
	select {
	case <-e.turn:
		return func() { e.turn <- struct{}{} }, true
	case <-ctx.Done():
		return nil, false
	}
}

// refusedFor returns why the scheduler holds no contact.
func refusedFor(err error) kiosk.NotKept {
	var refusal *wire.Refusal
	if errors.As(err, &refusal) && refusal.Code != wire.RefusedTrouble && refusal.Code != wire.RefusedHello {
		return kiosk.NotKeptRefused
	}
	return kiosk.NotKeptLink
}
