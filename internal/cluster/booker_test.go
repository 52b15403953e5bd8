package cluster_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"example.org/totem/booking"
	"example.org/totem/ledger"
	"example.org/totem/ledger/ledgertest"
)

// recorder writes a history, an operation a line.
type recorder struct {
	lines struct {
		sync.Mutex
		io.Writer
	}
}

func newRecorder(w io.Writer) *recorder {
	r := new(recorder)
	r.lines.Writer = w
	return r
}

// note writes a line in one piece: of a process that is killed it is there or not.
func (r *recorder) note(o operation) {
	line, err := json.Marshal(o)
	if err != nil {
		panic(err) // there is nothing in it that cannot be marshalled
	}
	r.lines.Lock()
	defer r.lines.Unlock()
	if _, err := r.lines.Write(append(line, '\n')); err != nil {
		panic(fmt.Errorf("nobody hears the history any more: %w", err))
	}
}

// now is the machine's monotonic clock.
func now() int64 {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_MONOTONIC, &t); err != nil {
		panic(err)
	}
	return t.Nano()
}

// booker is a client: it books slots of one sheet after the other until it is told to stop.
type booker struct {
	client int
	book   *recordedBook
	record *recorder
	random *rand.Rand
	// anotherKey makes it forget its key whenever an answer is lost: a mistake.
	anotherKey bool

	codes int // drawn
}

// adopted is what a booker begins with: the intent of one that was killed, which has to be told again with its key.
type adopted struct {
	Sheet, Slot, Code, Intent int
}

// run books from a sheet on until stop is closed or, with last, until that sheet is full; what a booker before it left
// unanswered comes first.
func (b *booker) run(ctx context.Context, from, last int, heritage []adopted, stop <-chan struct{}) {
	for _, a := range heritage {
		b.intend(ctx, a, stop)
	}
	for sheet := from; sheet <= last; sheet++ {
		for ended := false; !ended; {
			select {
			case <-stop:
				return
			default:
			}
			a := adopted{Sheet: sheet, Code: b.draw()}
			a.Intent = a.Code
			if b.random.IntN(3) > 0 {
				a.Slot = 1 + b.random.IntN(slotsOfSheet)
			}
			ended = b.intend(ctx, a, stop) == full
		}
	}
}

// draw returns a code that nobody else draws.
func (b *booker) draw() int {
	b.codes++
	return b.client<<16 | b.codes
}

// intend books one slot, again and again with the same key until the outcome is known.
func (b *booker) intend(ctx context.Context, a adopted, stop <-chan struct{}) outcome {
	o := operation{
		ID: fmt.Sprintf("%d-%d-%d", b.client, a.Code, b.random.Uint64()), Client: b.client,
		Sheet: a.Sheet, Slot: a.Slot, Code: a.Code, Intent: a.Intent, Call: now(),
	}
	b.record.note(o)
	for o.Outcome == unknown {
		o.Slot, o.Outcome = b.attempt(ctx, a)
		if o.Outcome == unknown && b.anotherKey {
			a.Code = b.draw()
			b.intend(ctx, a, stop)
			return unknown
		}
		select {
		case <-stop:
			if o.Outcome == unknown {
				return unknown
			}
		default:
		}
	}
	o.Return = now()
	b.record.note(o)
	return o.Outcome
}

// attemptWait bounds one attempt.
const attemptWait = 4 * time.Second

func (b *booker) attempt(ctx context.Context, a adopted) (slot int, _ outcome) {
	ctx, cancel := context.WithTimeout(ctx, attemptWait)
	defer cancel()
	b.book.sheet = a.Sheet
	empty := sheetOf(queueOf(a.Sheet), slotsOfSheet)
	var want ledger.Want
	if a.Slot > 0 {
		want.Number = empty.Slots[a.Slot-1].Number
	}
	got, err := ledger.BookSlot(ctx, b.book, empty.SheetKey, want, ledgertest.Code(a.Code))
	if errors.Is(err, ledger.ErrNoSheet) {
		if _, err = b.book.Put(ctx, empty); err == nil || errors.Is(err, ledger.ErrConflict) {
			got, err = ledger.BookSlot(ctx, b.book, empty.SheetKey, want, ledgertest.Code(a.Code))
		}
	}
	switch {
	case err == nil:
		i, _ := empty.Find(got.Number)
		return i + 1, booked
	case errors.Is(err, booking.ErrTaken):
		return a.Slot, taken
	case errors.Is(err, ledger.ErrFull):
		return 0, full
	}
	return a.Slot, unknown
}

func queueOf(sheet int) booking.QueueID { return booking.QueueID(fmt.Sprintf("q-%d", sheet)) }

// recordedBook notes every put. It belongs to one booker.
type recordedBook struct {
	ledger.Book
	client int
	record *recorder
	sheet  int     // that is worked on
	read   content // what was read last
	puts   int
}

// Sheet reads a sheet.
func (b *recordedBook) Sheet(ctx context.Context, key booking.SheetKey) (booking.Sheet, error) {
	s, err := b.Book.Sheet(ctx, key)
	b.read = contentOf(s)
	return s, err
}

// Put puts a sheet upon the one that was read last.
func (b *recordedBook) Put(ctx context.Context, s booking.Sheet) (booking.Revision, error) {
	b.puts++
	o := operation{
		ID: fmt.Sprintf("%d-put-%d", b.client, b.puts), Client: b.client, Sheet: b.sheet, Call: now(),
		Put: true, Created: s.Revision == booking.Revision{}, Before: b.read, After: contentOf(s),
	}
	if o.Created {
		o.Before = content{}
	}
	b.record.note(o)
	revision, err := b.Book.Put(ctx, s)
	switch {
	case err == nil:
		o.Outcome = written
	case errors.Is(err, ledger.ErrConflict):
		o.Outcome = conflict
	}
	if o.Outcome != unknown {
		o.Return = now()
		b.record.note(o)
	}
	return revision, err
}
