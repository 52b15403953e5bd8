package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"example.org/totem/internal/cluster"
)

// manyWriters is how many book at the same time where many do.
const manyWriters = 64

// loads are durable bookings per second: one writer and many, on one server and on three.
type loads struct{ alone, crowded, aloneThrice, crowdedThrice measured }

// load is one of them.
type load struct{ replicas, writers, bookings int }

// measureLoads lets the four work in turn. Servers that have nothing to do at the moment are idle.
func measureLoads(ctx context.Context, l *lab) (found loads, err error) {
	if err := onDisk(l.dir); err != nil {
		return found, err
	}
	clusters := make(map[int]*cluster.Cluster) // :: replicas → servers
	for _, nodes := range []int{1, 3} {
		dir := l.path(fmt.Sprintf("servers-%d", nodes))
		if err := os.Mkdir(dir, 0o755); err != nil {
			return found, err
		}
		c, err := cluster.Start(ctx, cluster.Config{Dir: dir, Nodes: nodes})
		if err != nil {
			return found, err
		}
		defer func() { err = errors.Join(err, c.Close()) }()
		clusters[nodes] = c
	}
	all := []load{{1, 1, 384}, {1, manyWriters, 24}, {3, 1, 384}, {3, manyWriters, 24}}
	var sides []side
	for i, o := range all {
		sides = append(sides, o.book(clusters[o.replicas], i*(blocks+1)))
	}
	medians, err := l.interleave(ctx, blocks, sides...)
	if err != nil {
		return found, err
	}
	for i, m := range []*measured{&found.alone, &found.crowded, &found.aloneThrice, &found.crowdedThrice} {
		*m = measured{value: medians[i], n: blocks * all[i].writers * all[i].bookings, note: all[i].note()}
	}
	return found, nil
}

// book books on days from the given one on, a block each: a day is a stream, and may be made with its copies only once.
func (o load) book(c *cluster.Cluster, days int) side {
	return func(ctx context.Context, block int) (float64, error) {
		m, err := c.Measure(ctx, today().AddDays(days+block), cluster.Load{Replicas: o.replicas, Writers: o.writers, Bookings: o.bookings, Slots: slotsOfSheet})
		if err != nil {
			return 0, err
		}
		return m.PerSecond(), nil
	}
}

func (o load) note() string {
	where, who := "one server", "one writer"
	if o.replicas > 1 {
		where = fmt.Sprintf("%d servers on one disk", o.replicas)
	}
	if o.writers > 1 {
		who = fmt.Sprintf("%d writers on sheets of their own", o.writers)
	}
	return fmt.Sprintf("%s; %s in processes of their own, R%d, every write synced; each booking reads the sheet first", who, where, o.replicas)
}
