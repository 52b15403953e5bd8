package cluster

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/nats-io/nats.go"

	"example.org/totem/booking"
	"example.org/totem/ledger"
	"example.org/totem/ledger/jetstream"
)

// Load is a load of bookings to be measured.
type Load struct {
	Replicas int // of the ledger: 1 or the cluster's size
	Writers  int // each on a connection and on sheets of its own: they do not race
	Bookings int // of each writer
	Slots    int // of a sheet; 0 means 24
}

// Measured is what a load came to.
type Measured struct {
	Bookings int
	Took     time.Duration // from the first booking's beginning to the last one's acknowledgement
}

// PerSecond returns durable bookings per second.
func (m Measured) PerSecond() float64 { return float64(m.Bookings) / m.Took.Seconds() }

// epochOfLoad is of the ledger that a load makes.
const epochOfLoad = 1

// Measure books on a cluster whose every node runs, each booking as a scheduler makes it: the sheet is read, changed,
// and written by compare-and-set, and counted when that is acknowledged. Each call needs a day of its own, because a
// day's copies are settled when it is made. What comes first, as sheets and connections, is not timed.
func (c *Cluster) Measure(ctx context.Context, day booking.Day, load Load) (m Measured, err error) {
	if load.Slots == 0 {
		load.Slots = 24
	}
	if load.Replicas < 1 || load.Writers < 1 || load.Bookings < 1 || load.Slots < 1 {
		return m, errors.New("measure bookings: no copies, no writers or nothing to book")
	}
	writers := make([]*loader, load.Writers)
	for i := range writers {
		if writers[i], err = c.newLoader(ctx, i, day, load); err != nil {
			return m, fmt.Errorf("measure bookings: %w", err)
		}
		defer writers[i].conn.Close()
	}
	begin := time.Now()
	var working sync.WaitGroup
	failed := make([]error, load.Writers)
	for i, w := range writers {
		working.Go(func() { failed[i] = w.run(ctx) })
	}
	working.Wait()
	m = Measured{Bookings: load.Writers * load.Bookings, Took: time.Since(begin)}
	if err := errors.Join(failed...); err != nil {
		return m, fmt.Errorf("measure bookings: %w", err)
	}
	return m, nil
}

// loader is one writer of a load.
type loader struct {
	conn     *nats.Conn
	ledger   *jetstream.Ledger
	sheets   []booking.Sheet
	bookings int
	number   int
}

func (c *Cluster) newLoader(ctx context.Context, number int, day booking.Day, load Load) (*loader, error) {
	conn, err := nats.Connect(c.URL(number % c.Size()))
	if err != nil {
		return nil, err
	}
	w := &loader{conn: conn, bookings: load.Bookings, number: number}
	w.ledger, err = jetstream.Open(ctx, jetstream.Config{Conn: conn, Replicas: load.Replicas, Init: true, Epoch: epochOfLoad})
	for n := 0; n*load.Slots < load.Bookings && err == nil; n++ {
		s := sheetOfLoad(booking.QueueID(fmt.Sprintf("q-%d-%d", number, n)), day, load.Slots)
		w.sheets = append(w.sheets, s)
		_, err = w.ledger.Put(ctx, s)
	}
	if err != nil {
		conn.Close()
		return nil, err
	}
	return w, nil
}

func sheetOfLoad(queue booking.QueueID, day booking.Day, slots int) booking.Sheet {
	const minutes = 5
	s := booking.Sheet{SheetKey: booking.SheetKey{Office: "bench", Queue: queue, Day: day}, Prefix: "A"}
	for i := range slots {
		s.Slots = append(s.Slots, booking.Slot{
			Number: booking.NewNumber("A", i+1), Start: day.At(8*60, time.UTC).Add(time.Duration(i) * minutes * time.Minute),
			Holder: booking.Pool, State: booking.Free,
		})
	}
	return s
}

func (w *loader) run(ctx context.Context) error {
	for n := range w.bookings {
		s := w.sheets[n/len(w.sheets[0].Slots)]
		code := booking.CodeHash{1, byte(w.number >> 8), byte(w.number), byte(n >> 8), byte(n)}
		want := ledger.Want{Number: s.Slots[n%len(s.Slots)].Number}
		if _, err := ledger.BookSlot(ctx, w.ledger, s.SheetKey, want, code); err != nil {
			return err
		}
	}
	return nil
}
