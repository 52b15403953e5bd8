package cluster_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"example.org/totem/booking"
	"example.org/totem/internal/cluster"
	"example.org/totem/ledger"
	"example.org/totem/ledger/jetstream"
	"example.org/totem/ledger/ledgertest"
)

// schedulers opens the ledger once for each node, as that many schedulers would.
func schedulers(t *testing.T, ctx context.Context, c *cluster.Cluster) (all []*jetstream.Ledger) {
	t.Helper()
	for i := range c.Size() {
		nc := connect(t, c, i, (i+1)%c.Size(), (i+2)%c.Size())
		all = append(all, openLedger(t, ctx, nc))
	}
	return all
}

func TestWhatSchedulersWriteOfOneTotemIsAllThere(t *testing.T) {
	t.Parallel()
	c, ctx := whole(t), within(t, 2*time.Minute)
	const each = 12
	var working sync.WaitGroup
	var written atomic.Int32
	halfway := make(chan struct{})
	ledgers := schedulers(t, ctx, c)
	for w, l := range ledgers {
		working.Go(func() {
			for n := range each {
				if err := enter(ctx, l, booking.Incarnation{byte(w + 1), byte(n + 1)}); err != nil {
					t.Error(err)
					return
				}
				if written.Add(1) == int32(each*len(ledgers)/2) {
					close(halfway)
				}
			}
		})
	}
	select {
	case <-halfway:
	case <-ctx.Done():
		t.Fatal("the writers came to nothing")
	}
	leader, err := c.Leader(ctx, "ROSTER")
	if err != nil {
		t.Fatal(err)
	}
	c.Kill9(leader)
	working.Wait()
	if err := c.Start(leader); err != nil {
		t.Fatal(err)
	}
	got := answer(t, ctx, func() (ledger.Member, error) { return ledgers[0].Member(ctx, "rm001", "t1") })
	for w := range ledgers {
		for n := range each {
			mine := func(i booking.Incarnation) bool { return i == booking.Incarnation{byte(w + 1), byte(n + 1)} }
			if slices.IndexFunc(got.Fenced, mine) < 0 {
				t.Errorf("entry %d of scheduler %d is lost", n, w)
			}
		}
	}
	if len(got.Fenced) != each*len(ledgers) {
		t.Errorf("%d entries, want %d", len(got.Fenced), each*len(ledgers))
	}
}

// enter adds an entry to the totem's list, unless it is there, again and again until the outcome is known.
func enter(ctx context.Context, r ledger.Roster, entry booking.Incarnation) error {
	for {
		m, err := r.Member(ctx, "rm001", "t1")
		if err == nil && slices.Contains(m.Fenced, entry) {
			return nil
		}
		if err == nil {
			m.Fenced = append(m.Fenced, entry)
			_, err = r.PutMember(ctx, m)
		}
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return err
		}
	}
}

func TestNobodyBooksOnAClosedDayAndItDoesNotComeBack(t *testing.T) {
	t.Parallel()
	c, ctx := whole(t), within(t, 2*time.Minute)
	ledgers := schedulers(t, ctx, c)
	put(t, ctx, ledgers[0], sheetOf(queueOf(0), slotsOfSheet))
	var closed atomic.Bool // Close has returned
	var sold atomic.Int32
	begun := make(chan struct{})
	var working sync.WaitGroup
	for w, l := range ledgers {
		working.Go(func() {
			for n, refused := 0, 0; refused < 3 && ctx.Err() == nil; n++ {
				late := closed.Load()
				err := sell(ctx, l, n, ledgertest.Code(w<<16|n))
				switch {
				case late && err == nil:
					t.Error("a slot of a closed day was sold")
					return
				case errors.Is(err, ledger.ErrClosed):
					refused++
				case err == nil && sold.Add(1) == slotsOfSheet:
					close(begun)
				}
			}
		})
	}
	select {
	case <-begun:
	case <-ctx.Done():
		t.Fatal("the writers came to nothing")
	}
	leader, err := c.Leader(ctx, dayStream())
	if err != nil {
		t.Fatal(err)
	}
	c.Kill9(leader) // it misses the closing
	err = closeDay(ctx, ledgers[0])
	closed.Store(true)
	if err := errors.Join(err, c.Start(leader)); err != nil {
		t.Fatal(err)
	}
	working.Wait()
	if err := c.AwaitCurrent(ctx, "META"); err != nil {
		t.Fatal(err)
	}
	later := openLedger(t, ctx, connect(t, c, leader))
	refused := answer(t, ctx, func() (bool, error) {
		_, err := later.Sheet(ctx, sheetOf(queueOf(0), 0).SheetKey)
		if errors.Is(err, ledger.ErrClosed) {
			return true, nil
		}
		return false, err
	})
	if !refused {
		t.Error("a sheet of the closed day can be read")
	}
	if days := answer(t, ctx, func() ([]booking.Day, error) { return later.Days(ctx) }); len(days) > 0 {
		t.Errorf("the ledger holds %v", days)
	}
}

// closeDay closes the day, again and again until that is known to be done.
func closeDay(ctx context.Context, l *jetstream.Ledger) error {
	for {
		once, cancel := context.WithTimeout(ctx, attemptWait)
		err := l.Close(once, ledgertest.Day)
		cancel()
		if err == nil || ctx.Err() != nil {
			return err
		}
	}
}

// sell books any slot; sheets are made as they are needed.
func sell(ctx context.Context, l *jetstream.Ledger, n int, code booking.CodeHash) error {
	s := sheetOf(queueOf(n/slotsOfSheet), slotsOfSheet)
	_, err := ledger.BookSlot(ctx, l, s.SheetKey, ledger.Want{}, code)
	if errors.Is(err, ledger.ErrNoSheet) {
		if _, err = l.Put(ctx, s); err == nil {
			_, err = ledger.BookSlot(ctx, l, s.SheetKey, ledger.Want{}, code)
		}
	}
	return err
}
