package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/nats-io/nats.go"

	"example.org/totem/booking"
	"example.org/totem/internal/cluster"
	"example.org/totem/ledger"
	"example.org/totem/ledger/jetstream"
)

const (
	manyWriters = 64 // at the same time
	loadBlocks  = 5
)

// loads are durable bookings per second: one writer and many, on one server and on three.
type loads struct{ alone, crowded, aloneThrice, crowdedThrice measured }

// load is one of them; bookings are of each writer, and fill whole sheets.
type load struct{ servers, writers, bookings int }

// measureLoads lets the four work in turn. Servers that have nothing to do at the moment are idle.
func measureLoads(ctx context.Context, l *lab) (found loads, err error) {
	if err := onDisk(l.dir); err != nil {
		return found, err
	}
	all := []load{{1, 1, 240}, {1, manyWriters, 24}, {3, 1, 240}, {3, manyWriters, 24}}
	var sides []side
	for _, servers := range []int{1, 3} {
		b, err := l.openBooker(ctx, servers)
		if err != nil {
			return found, err
		}
		defer func() { err = errors.Join(err, b.close()) }()
		for _, o := range all {
			if o.servers == servers {
				sides = append(sides, b.book(o))
			}
		}
	}
	medians, err := l.interleave(ctx, loadBlocks, sides...)
	if err != nil {
		return found, err
	}
	for i, m := range []*measured{&found.alone, &found.crowded, &found.aloneThrice, &found.crowdedThrice} {
		*m = measured{value: medians[i], n: loadBlocks * all[i].writers * all[i].bookings, note: all[i].note()}
	}
	return found, nil
}

// booker is a scheduler's books on servers of their own.
type booker struct {
	servers *cluster.Cluster
	conn    *nats.Conn
	ledger  *jetstream.Ledger
	mirror  *jetstream.Mirror
	laid    int // sheets
}

func (l *lab) openBooker(ctx context.Context, servers int) (b *booker, err error) {
	dir := l.path(fmt.Sprintf("servers-%d", servers))
	if err := os.Mkdir(dir, 0o755); err != nil {
		return nil, err
	}
	b = &booker{}
	if b.servers, err = cluster.Start(ctx, cluster.Config{Dir: dir, Nodes: servers}); err != nil {
		return nil, err
	}
	if b.conn, err = nats.Connect(b.servers.URL(0)); err == nil {
		b.ledger, err = jetstream.Open(ctx, jetstream.Config{Conn: b.conn, Replicas: servers, Init: true, Epoch: epoch})
	}
	if err != nil {
		return nil, errors.Join(err, b.close())
	}
	b.mirror = b.ledger.Mirror()
	return b, nil
}

func (b *booker) close() (err error) {
	if b.mirror != nil {
		err = b.mirror.Close()
	}
	if b.conn != nil {
		b.conn.Close()
	}
	return errors.Join(err, b.servers.Close())
}

// book lets every writer book on sheets of its own. Laying them is not timed.
func (b *booker) book(o load) side {
	return func(ctx context.Context, _ int) (float64, error) {
		sheets := make([]booking.Sheet, o.writers*o.bookings/slotsOfSheet)
		for i := range sheets {
			sheets[i] = sheet("bench", booking.QueueID(fmt.Sprintf("q-%d", b.laid)), today(), slotsOfSheet, booking.Pool)
			b.laid++
		}
		if err := putAll(ctx, b.ledger, sheets); err != nil {
			return 0, err
		}
		begin := time.Now()
		if err := b.write(ctx, o, sheets); err != nil {
			return 0, err
		}
		return float64(o.writers*o.bookings) / time.Since(begin).Seconds(), nil
	}
}

func (b *booker) write(ctx context.Context, o load, sheets []booking.Sheet) error {
	var working sync.WaitGroup
	failed := make([]error, o.writers)
	each := len(sheets) / o.writers
	for w := range o.writers {
		working.Go(func() {
			for _, s := range sheets[w*each : (w+1)*each] {
				for _, slot := range s.Slots {
					if _, failed[w] = ledger.BookSlot(ctx, b.ledger, s.SheetKey, ledger.Want{Number: slot.Number}, randomHash()); failed[w] != nil {
						return
					}
				}
			}
		})
	}
	working.Wait()
	return errors.Join(failed...)
}

func (o load) note() string {
	where, who := "one server in a process of its own", "one writer"
	if o.servers > 1 {
		where = fmt.Sprintf("%d servers in processes of their own, on one disk", o.servers)
	}
	if o.writers > 1 {
		who = fmt.Sprintf("%d writers on sheets of their own", o.writers)
	}
	return fmt.Sprintf("%s; %s, reached through a relay, R%d, every write synced; one connection, and the sheets at hand, as a scheduler has them", who, where, o.servers)
}
