package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/nats-io/nats.go"

	"example.org/totem/booking"
	"example.org/totem/ledger"
	"example.org/totem/sync/natslink"
	"example.org/totem/sync/outbox"
	"example.org/totem/sync/wire"
)

const (
	fleet   = 64 // offices that are caught up at the same time
	stretch = time.Second
)

// catchUp lets a fleet of offices, each on its own connection, pull what has changed: one sheet of each queue.
func catchUp(ctx context.Context, l *lab) (m measured, err error) {
	c, err := l.openCentre(ctx, fleet)
	if err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, c.close()) }()
	var links []*natslink.Totem
	defer func() {
		for _, link := range links {
			err = errors.Join(err, link.Close())
		}
	}()
	questions := make([]wire.Pull, fleet)
	var asked, answered int
	for i := range fleet {
		link, err := c.meet(ctx, i)
		if err != nil {
			return m, err
		}
		links = append(links, link)
		all, err := link.Pull(ctx, wire.Pull{Incarnation: incarnation()})
		if err != nil {
			return m, err
		}
		questions[i] = behind(all, func(h wire.Have) bool { return h.Day == today() })
		if asked, answered, err = sizes(ctx, link, questions[i], queues); err != nil {
			return m, err
		}
	}
	bare, err := c.openEcho(asked, answered)
	if err != nil {
		return m, err
	}
	defer bare.close()
	pulls := perSecond(func(ctx context.Context, i int) error {
		p, err := links[i].Pull(ctx, questions[i])
		if err == nil && len(p.Sheets) != queues {
			err = fmt.Errorf("%d sheets came, want %d", len(p.Sheets), queues)
		}
		return err
	})
	medians, err := l.interleave(ctx, blocks, pulls, perSecond(bare.ask))
	if err != nil {
		return m, err
	}
	return measured{medians[0], medians[1], int(medians[0] * blocks * stretch.Seconds()),
		fmt.Sprintf("%d offices at once, %d sheets each, %d bytes asked and %d answered; at least: more is better", fleet, queues, asked, answered)}, nil
}

// meet introduces the totem of the n-th office.
func (c *centre) meet(ctx context.Context, n int) (*natslink.Totem, error) {
	link, err := c.dial(ctx, c.plans[n])
	if err != nil {
		return nil, err
	}
	for ev := range link.Events() {
		if ev.Up {
			break
		}
	}
	_, err = link.Hello(ctx, greeting())
	if err != nil {
		return nil, errors.Join(err, link.Close())
	}
	return link, nil
}

func greeting() wire.Hello {
	return wire.Hello{Incarnation: incarnation(), Speaks: []int{wire.Newest, wire.Oldest}}
}

// incarnation is of the one store that every totem of these figures has.
func incarnation() booking.Incarnation { return booking.Incarnation{1} }

// behind returns the pull of a totem that holds all, the sheets that changed in the revision before.
func behind(all wire.Pulled, changed func(wire.Have) bool) wire.Pull {
	p := wire.Pull{Incarnation: incarnation(), Office: all.Digest}
	for _, s := range all.Sheets {
		h := wire.Have{Queue: s.Queue, Day: s.Day, Revision: s.Revision}
		if changed(h) {
			h.Revision.Sequence--
		}
		p.Have = append(p.Have, h)
	}
	return p
}

// sizes returns how long a pull and its answer are on the wire, if it brings as many sheets as it should.
func sizes(ctx context.Context, link *natslink.Totem, question wire.Pull, sheets int) (asked, answered int, err error) {
	answer, err := link.Pull(ctx, question)
	if err != nil {
		return 0, 0, err
	}
	if len(answer.Sheets) != sheets {
		return 0, 0, fmt.Errorf("%d sheets came, want %d", len(answer.Sheets), sheets)
	}
	q, err := wire.Encode(wire.Newest, question)
	if err != nil {
		return 0, 0, err
	}
	a, err := wire.Encode(wire.Newest, answer)
	return len(q), len(a), err
}

// perSecond is a block in which every office asks again and again; its value is how many are answered in a second.
func perSecond(ask func(ctx context.Context, office int) error) side {
	return func(ctx context.Context, _ int) (float64, error) {
		var asking sync.WaitGroup
		counts, failed := make([]int, fleet), make([]error, fleet)
		begin := time.Now()
		for i := range fleet {
			asking.Go(func() {
				for failed[i] == nil && time.Since(begin) < stretch {
					failed[i] = ask(ctx, i)
					counts[i]++
				}
			})
		}
		asking.Wait()
		took, total := time.Since(begin), 0
		for _, n := range counts {
			total += n
		}
		return float64(total) / took.Seconds(), errors.Join(failed...)
	}
}

// echo answers with so many bytes whatever is asked, over connections like those of the totems.
type echo struct {
	conns    []*nats.Conn
	question []byte
	sub      *nats.Subscription
}

func (c *centre) openEcho(asked, answered int) (*echo, error) {
	answer := make([]byte, answered)
	e := &echo{question: make([]byte, asked)}
	var err error
	if e.sub, err = c.conn.Subscribe("echo.*", func(m *nats.Msg) { _ = m.Respond(answer) }); err != nil {
		return nil, err
	}
	for range fleet {
		conn, err := nats.Connect(c.server.ClientURL())
		if err != nil {
			e.close()
			return nil, err
		}
		e.conns = append(e.conns, conn)
	}
	return e, c.conn.Flush()
}

func (e *echo) ask(ctx context.Context, i int) error {
	_, err := e.conns[i].RequestWithContext(ctx, "echo.office", e.question)
	return err
}

func (e *echo) close() {
	_ = e.sub.Unsubscribe() // the connection ends soon
	for _, c := range e.conns {
		c.Close()
	}
}

const (
	catchUpsInBlock = 20
	weekOfChanges   = 50 // of each sheet; a minute has one
)

// outageCost sets a catch-up after a week against one after a minute. Both bring every sheet of the three days that a
// totem follows. After a week the totem holds as many sheets of days that are over, and every sheet has changed often.
func outageCost(ctx context.Context, l *lab) (m measured, err error) {
	c, err := l.openCentre(ctx, 2)
	if err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, c.close()) }()
	catchUps := make([]side, 2)
	var sheets int
	for office, changes := range []int{weekOfChanges, 1} {
		link, err := c.meet(ctx, office)
		if err != nil {
			return m, err
		}
		defer func() { err = errors.Join(err, link.Close()) }()
		all, err := link.Pull(ctx, wire.Pull{Incarnation: incarnation()})
		if err != nil {
			return m, err
		}
		sheets = len(all.Sheets)
		if err := c.change(ctx, all.Sheets, changes); err != nil {
			return m, err
		}
		question := behind(all, func(wire.Have) bool { return false })
		if office == 0 {
			for i := range question.Have {
				question.Have[i].Day = question.Have[i].Day.AddDays(-7)
			}
		}
		catchUps[office] = catchingUp(link, question, sheets)
	}
	medians, err := l.interleave(ctx, 2*blocks, catchUps...)
	if err != nil {
		return m, err
	}
	return measured{medians[0], medians[1], 2 * blocks * catchUpsInBlock,
		fmt.Sprintf("hello and pull, decoded, p50; %d changed sheets, each changed %d times in a week and once in a minute", sheets, weekOfChanges)}, nil
}

func catchingUp(link outbox.Link, question wire.Pull, sheets int) side {
	return func(ctx context.Context, _ int) (float64, error) {
		return median50(catchUpsInBlock, func(int) error {
			if _, err := link.Hello(ctx, greeting()); err != nil {
				return err
			}
			p, err := link.Pull(ctx, question)
			if err == nil && len(p.Sheets) != sheets {
				err = fmt.Errorf("%d sheets came, want %d", len(p.Sheets), sheets)
			}
			return err
		})
	}
}

// change books a slot of every sheet and then tells of its slip, now this and now that, so that every sheet changes n
// times.
func (c *centre) change(ctx context.Context, sheets []booking.Sheet, n int) error {
	hash := randomHash()
	for _, s := range sheets {
		var slot booking.Slot
		for _, slot = range s.Slots {
			if slot.Holder == booking.Pool {
				break
			}
		}
		for i := range n {
			_, err := ledger.Change(ctx, c.ledger, s.SheetKey, func(s booking.Sheet) (booking.Sheet, error) {
				if i == 0 {
					return s.Book(slot.Number, booking.Pool, hash)
				}
				return s.Printed(slot.Number, booking.Pool, booking.Paper(1+i%2))
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}
