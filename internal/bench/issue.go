package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"example.org/totem/booking"
	"example.org/totem/store"
)

// till is a store that gives tickets from one sheet, whose slots are replaced when they are taken.
type till struct {
	*store.Store
	office  booking.Office
	refills uint64
	numbers int // given out so far
}

func (l *lab) openTill(ctx context.Context, name string) (*till, error) {
	if err := onDisk(l.dir); err != nil {
		return nil, err
	}
	plan, err := newPlan(0)
	if err != nil {
		return nil, err
	}
	s, err := store.Open(ctx, store.Config{Path: l.path(name), Office: plan.Office.ID, Totem: totemID, Now: now})
	return &till{Store: s, office: plan.Office}, err
}

// refill gives the till's sheet n new slots in place of those before, and returns an order for each.
func (t *till) refill(ctx context.Context, n int) ([]store.Order, error) {
	s := sheet(t.office.ID, t.office.Services[0].Queue, today(), n, booking.HeldBy(totemID))
	t.refills++
	s.Revision.Sequence = t.refills
	for i := range s.Slots {
		t.numbers++
		s.Slots[i].Number = booking.NewNumber(s.Prefix, t.numbers)
	}
	if err := t.Take(ctx, pulled(s)); err != nil {
		return nil, err
	}
	orders := make([]store.Order, n)
	for i := range orders {
		var err error
		if orders[i], err = order(t.office, s, i); err != nil {
			return nil, err
		}
	}
	return orders, nil
}

// issueBlock is a block of n tickets, its value the median time of one. As a totem does when nobody is there, it moves
// the log into the database beforehand.
func (t *till) issueBlock(n int) side {
	return func(ctx context.Context, _ int) (float64, error) {
		orders, err := t.refill(ctx, n)
		if err = errors.Join(err, t.Checkpoint(ctx)); err != nil {
			return 0, err
		}
		return median50(n, func(i int) error {
			_, err := t.Issue(ctx, orders[i])
			return err
		})
	}
}

// Many short blocks: a neighbour's work on the disk then meets both sides.
const (
	issueBlocks   = 30
	issuesInBlock = 60
)

func issueAgainstAppend(ctx context.Context, l *lab) (m measured, err error) {
	t, err := l.openTill(ctx, "totem.db")
	if err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, t.Close()) }()
	bare, err := newAppender(l.path("append"))
	if err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, bare.close()) }()
	appends := func(context.Context, int) (float64, error) {
		return median50(issuesInBlock, func(int) error { return bare.append() })
	}
	medians, err := l.interleave(ctx, issueBlocks, t.issueBlock(issuesInBlock), appends)
	if err != nil {
		return m, err
	}
	return measured{medians[0], medians[1], issueBlocks * issuesInBlock, "slot, outbox and print job in one commit, p50, against 4 KiB appended and fdatasync"}, nil
}

func issueAtScale(ctx context.Context, l *lab) (m measured, err error) {
	small, err := l.openTill(ctx, "small.db")
	if err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, small.Close()) }()
	large, err := l.openTill(ctx, "large.db")
	if err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, large.Close()) }()
	const slots = 1_000_000
	begin := time.Now()
	if err := large.fill(ctx, slots); err != nil {
		return m, err
	}
	fmt.Fprintf(l.progress, "  %s: %d slots cached in %s\n", l.id, slots, time.Since(begin).Round(time.Second))
	medians, err := l.interleave(ctx, issueBlocks, large.issueBlock(issuesInBlock), small.issueBlock(issuesInBlock))
	if err != nil {
		return m, err
	}
	return measured{medians[0], medians[1], issueBlocks * issuesInBlock, "1,000,000 slots in the cache, p50, against 100"}, nil
}

// fill caches n slots of 60 other days.
func (t *till) fill(ctx context.Context, n int) error {
	const slots, together = 400, 25 // of a sheet; sheets in one commit
	var sheets []booking.Sheet
	for i := range n / slots {
		queue := booking.QueueID(fmt.Sprintf("other-%d", i))
		sheets = append(sheets, sheet(t.office.ID, queue, today().AddDays(1+i%60), slots, booking.HeldBy(totemID)))
		if len(sheets) < together && i < n/slots-1 {
			continue
		}
		if err := t.Take(ctx, pulled(sheets...)); err != nil {
			return err
		}
		sheets = nil
	}
	return nil
}

func issuesPerSecond(ctx context.Context, l *lab) (m measured, err error) {
	t, err := l.openTill(ctx, "totem.db")
	if err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, t.Close()) }()
	const n = 400
	medians, err := l.interleave(ctx, blocks, func(ctx context.Context, _ int) (float64, error) {
		orders, err := t.refill(ctx, n)
		if err != nil {
			return 0, err
		}
		begin := time.Now()
		for _, o := range orders {
			if _, err := t.Issue(ctx, o); err != nil {
				return 0, err
			}
		}
		return n / time.Since(begin).Seconds(), nil
	})
	if err != nil {
		return m, err
	}
	return measured{value: medians[0], n: blocks * n, note: "one after the other, checkpoints included"}, nil
}
