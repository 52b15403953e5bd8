package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"example.org/totem/booking"
	"example.org/totem/ledger"
)

const (
	writers        = 16
	sheetsOfWriter = 2 // a block
	slotsOfSheet   = 24
)

// bookingsPerSecond is what one ledger without replicas takes from writers who do not meet on a sheet.
func bookingsPerSecond(ctx context.Context, l *lab) (m measured, err error) {
	c, err := l.openBooks(ctx)
	if err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, c.close()) }()
	const n = writers * sheetsOfWriter * slotsOfSheet
	medians, err := l.interleave(ctx, blocks, func(ctx context.Context, block int) (float64, error) {
		sheets, err := c.freshSheets(ctx, block)
		if err != nil {
			return 0, err
		}
		begin := time.Now()
		if err := c.bookAll(ctx, sheets); err != nil {
			return 0, err
		}
		return n / time.Since(begin).Seconds(), nil
	})
	if err != nil {
		return m, err
	}
	note := fmt.Sprintf("%d writers, each on its own sheets of %d slots; one server in this process, R1, every write synced; the sheets at hand, as a scheduler has them", writers, slotsOfSheet)
	return measured{value: medians[0], n: blocks * n, note: note}, nil
}

// freshSheets puts the sheets of a block, those of each writer together.
func (c *centre) freshSheets(ctx context.Context, block int) ([][]booking.Sheet, error) {
	all := make([][]booking.Sheet, writers)
	for w := range all {
		for i := range sheetsOfWriter {
			s := sheet("bench", booking.QueueID(fmt.Sprintf("q-%d-%d-%d", block, w, i)), today(), slotsOfSheet, booking.Pool)
			s.Revision = booking.Revision{}
			if _, err := c.ledger.Put(ctx, s); err != nil {
				return nil, err
			}
			all[w] = append(all[w], s)
		}
	}
	return all, nil
}

func (c *centre) bookAll(ctx context.Context, sheets [][]booking.Sheet) error {
	var working sync.WaitGroup
	failed := make([]error, len(sheets))
	for w := range sheets {
		working.Go(func() {
			for _, s := range sheets[w] {
				for _, slot := range s.Slots {
					hash := randomHash()
					_, err := ledger.Change(ctx, c.ledger, s.SheetKey, func(s booking.Sheet) (booking.Sheet, error) { return s.Book(slot.Number, booking.Pool, hash) })
					if err != nil {
						failed[w] = err
						return
					}
				}
			}
		})
	}
	working.Wait()
	return errors.Join(failed...)
}
