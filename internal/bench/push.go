package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/nats-io/nats.go"
	natsjs "github.com/nats-io/nats.go/jetstream"

	"example.org/totem/booking"
	"example.org/totem/ledger"
	"example.org/totem/store"
	"example.org/totem/sync/outbox"
	"example.org/totem/sync/wire"
)

const (
	pushBlocks      = 16
	bookingsInBlock = 24
)

// push is what lies between a booking at the centre and the same booking on a totem's disk.
func push(ctx context.Context, l *lab) (m measured, err error) {
	c, err := l.openCentre(ctx, 1)
	if err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, c.close()) }()
	f, err := l.openFollower(ctx, c)
	if err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, f.close()) }()
	slots, size, err := c.poolSlots(ctx)
	if err != nil {
		return m, err
	}
	bare, err := l.openRepublished(ctx, c, size)
	if err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, bare.close()) }()

	booked := 0
	books := func(ctx context.Context, _ int) (float64, error) {
		return median50(bookingsInBlock, func(int) error {
			if booked == len(slots) {
				return errors.New("all slots are booked")
			}
			at := slots[booked]
			booked++
			hash := randomHash()
			_, err := ledger.Change(ctx, c.ledger, at.key, func(s booking.Sheet) (booking.Sheet, error) { return s.Book(at.number, booking.Pool, hash) })
			if err != nil {
				return err
			}
			return f.taken(ctx)
		})
	}
	publishes := func(ctx context.Context, _ int) (float64, error) {
		return median50(bookingsInBlock, func(int) error { return bare.publish(ctx) })
	}
	medians, err := l.interleave(ctx, pushBlocks, books, publishes)
	if err != nil {
		return m, err
	}
	note := fmt.Sprintf("from ledger.Change (there is no HTTP channel yet) to the totem's commit, p50, against a bare publish of %d bytes → republished message → fdatasync", size)
	return measured{medians[0], medians[1], pushBlocks * bookingsInBlock, note}, nil
}

// place is a slot that the pool holds.
type place struct {
	key    booking.SheetKey
	number booking.Number
}

// poolSlots returns the pool's slots of the first office on the days that its totem follows, and how many bytes a
// sheet has on the wire.
func (c *centre) poolSlots(ctx context.Context) (all []place, size int, err error) {
	for ahead := range 3 {
		sheets, err := c.ledger.Sheets(ctx, c.plans[0].Office.ID, today().AddDays(ahead))
		if err != nil {
			return nil, 0, err
		}
		for _, s := range sheets {
			data, err := wire.EncodeSheet(wire.Oldest, s)
			if err != nil {
				return nil, 0, err
			}
			size = max(size, len(data))
			for _, slot := range s.Slots {
				if slot.Holder == booking.Pool {
					all = append(all, place{s.SheetKey, slot.Number})
				}
			}
		}
	}
	rand.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all, size, nil
}

// follower is a totem's store, link and outbox at work.
type follower struct {
	reports chan outbox.Report
	close   func() error
}

func (l *lab) openFollower(ctx context.Context, c *centre) (*follower, error) {
	s, err := store.Open(ctx, store.Config{Path: l.path("totem.db"), Office: c.plans[0].Office.ID, Totem: totemID, Now: now})
	if err != nil {
		return nil, err
	}
	link, err := c.dial(ctx, c.plans[0])
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	f := &follower{reports: make(chan outbox.Report, 1024)}
	running, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() {
		ended <- outbox.Run(running, outbox.Config{Store: s, Link: link, After: time.After,
			Jitter: func(most time.Duration) time.Duration { return rand.N(max(most, 1)) }, Report: func(r outbox.Report) { f.reports <- r }})
	}()
	f.close = func() error {
		stop()
		return errors.Join(<-ended, link.Close(), s.Close())
	}
	if err := f.taken(ctx); err != nil { // the first pull
		return nil, errors.Join(err, f.close())
	}
	return f, nil
}

const takenLimit = 20 * time.Second

// taken waits until the totem has written news to its disk.
func (f *follower) taken(ctx context.Context) error {
	limit := time.NewTimer(takenLimit)
	defer limit.Stop()
	for {
		select {
		case r := <-f.reports:
			switch r := r.(type) {
			case outbox.Taken:
				return nil
			case outbox.Connected:
			default:
				return fmt.Errorf("the totem reports %T %+v", r, r)
			}
		case <-limit.C:
			return errors.New("nothing reached the totem")
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// republished is the least that a push can cost: a publish that names the sequence it expects, the message republished
// to another connection, and one fdatasync there.
type republished struct {
	js     natsjs.JetStream
	body   []byte
	last   uint64
	synced chan error
	close  func() error
}

func (l *lab) openRepublished(ctx context.Context, c *centre, size int) (*republished, error) {
	js, err := natsjs.New(c.conn)
	if err != nil {
		return nil, err
	}
	_, err = js.CreateStream(ctx, natsjs.StreamConfig{Name: "BARE", Subjects: []string{"bare.in.>"}, MaxMsgsPerSubject: 16, Storage: natsjs.FileStorage,
		AllowDirect: true, RePublish: &natsjs.RePublish{Source: "bare.in.>", Destination: "bare.out.>"}})
	if err != nil {
		return nil, err
	}
	file, err := newAppender(l.path("append"))
	if err != nil {
		return nil, err
	}
	other, err := nats.Connect(c.server.ClientURL())
	if err != nil {
		return nil, errors.Join(err, file.close())
	}
	r := &republished{js: js, body: make([]byte, size), synced: make(chan error, 1)}
	r.close = func() error {
		other.Close()
		return file.close()
	}
	if _, err := other.Subscribe("bare.out.>", func(*nats.Msg) { r.synced <- file.append() }); err != nil {
		return nil, errors.Join(err, r.close())
	}
	return r, other.Flush()
}

func (r *republished) publish(ctx context.Context) error {
	ack, err := r.js.PublishMsg(ctx, &nats.Msg{Subject: "bare.in.office.queue", Data: r.body}, natsjs.WithExpectLastSequencePerSubject(r.last))
	if err != nil {
		return err
	}
	r.last = ack.Sequence
	select {
	case err := <-r.synced:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}
