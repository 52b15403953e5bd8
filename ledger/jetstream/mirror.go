package jetstream

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/nats-io/nats.go"

	"example.org/totem/booking"
	"example.org/totem/sync/wire"
)

// Mirror keeps in memory the sheets of the days that [Ledger.Raw] is asked for, so that Raw, [Ledger.Glance] and
// [Ledger.Epoch] answer without asking the server. A day comes into it with the first such question and leaves it when it
// is closed; until it is complete, and whenever the connection is lost, the server answers.
//
// What it shows may be behind other schedulers by the time that a message takes, and is never behind writes of its own
// ledger. It shows only what has been stored for good, and a totem's record is what the leader says: the mirror keeps the
// roster too, but asks the leader each time whether that is the newest. So whoever reads sheets first and the record then
// never has a sheet that is newer than the record.
//
// A sheet costs the bytes of its message and less than 100 more: 690 for one of 24 slots, half of them booked.
type Mirror struct {
	ledger *Ledger
	epoch  *follower
	roll   *roll
	cancel context.CancelFunc
	ctx    context.Context // of the followers: they end with the mirror
	work   sync.WaitGroup
	state  struct {
		sync.RWMutex
		days map[booking.Day]*mirrorDay // nil when closed
	}
}

// Mirror begins to keep sheets in memory. A ledger has one mirror, which must be closed before its connection.
func (l *Ledger) Mirror() *Mirror {
	m := &Mirror{ledger: l}
	m.ctx, m.cancel = context.WithCancel(context.Background())
	m.state.days = make(map[booking.Day]*mirrorDay)
	m.epoch = l.newFollower(metaStream, epochSubject, func(_ string, msg stored) {
		if msg.foreign == nil {
			l.learn(parseEpoch(msg.data))
		}
	})
	m.roll = newRoll(l, m.ctx.Done())
	m.work.Go(func() { m.epoch.run(m.ctx) })
	m.work.Go(func() { m.roll.run(m.ctx) })
	m.work.Go(func() { m.roll.serve(m.ctx) })
	m.work.Go(m.watch)
	l.mirror.Store(m)
	return m
}

// Close ends the mirror and waits until it has ended; the ledger asks the server from then on. It may be called twice.
func (m *Mirror) Close() error {
	m.ledger.mirror.CompareAndSwap(m, nil)
	m.state.Lock()
	m.state.days = nil
	m.state.Unlock()
	m.cancel()
	m.work.Wait()
	return nil
}

// watch lets everything be read anew when the connection comes or goes.
func (m *Mirror) watch() {
	changes := m.ledger.conn.StatusChanged(nats.CONNECTED, nats.RECONNECTING, nats.DISCONNECTED, nats.CLOSED)
	defer m.ledger.conn.RemoveStatusListener(changes)
	for {
		select {
		case <-changes:
		case <-m.ctx.Done():
			return
		}
		m.epoch.interrupt()
		m.roll.interrupt()
		m.state.RLock()
		for _, d := range m.state.days {
			d.interrupt()
		}
		m.state.RUnlock()
	}
}

// day returns a day that is complete, nil for none. A nil mirror has none.
func (m *Mirror) day(day booking.Day) *mirrorDay {
	if m == nil {
		return nil
	}
	m.state.RLock()
	defer m.state.RUnlock()
	if d := m.state.days[day]; d != nil && d.inStep.Load() {
		return d
	}
	return nil
}

// Await takes a day in, and waits until it is complete, or there is no such day, or ctx or the mirror ends. Nobody must
// wait for it: a day that is asked for comes in by itself.
func (m *Mirror) Await(ctx context.Context, day booking.Day) error {
	d := m.follow(day)
	if d == nil {
		return nil
	}
	select {
	case <-d.arrived:
	case <-d.ended:
	case <-ctx.Done():
		return fmt.Errorf("mirror %s: %w", day, ctx.Err())
	}
	return nil
}

// follow takes a day in, unless it is in already, and returns it; nil without a mirror, or with one that was closed.
func (m *Mirror) follow(day booking.Day) *mirrorDay {
	if m == nil {
		return nil
	}
	m.state.Lock()
	defer m.state.Unlock()
	if m.state.days == nil || m.state.days[day] != nil {
		return m.state.days[day]
	}
	d := &mirrorDay{offices: make(map[booking.OfficeID][]leaf), words: make(map[string]string)}
	d.follower = m.ledger.newFollower(dayStream(day), wire.LedgerDaySubject(day), d.take)
	m.state.days[day] = d
	m.work.Go(func() {
		d.run(m.ctx)
		m.state.Lock()
		defer m.state.Unlock()
		if m.state.days[day] == d {
			delete(m.state.days, day)
		}
	})
	return d
}

// wrote takes in what its ledger has written itself.
func (m *Mirror) wrote(key booking.SheetKey, r booking.Revision, message []byte) {
	if m == nil {
		return
	}
	m.state.RLock()
	d := m.state.days[key.Day]
	m.state.RUnlock()
	if d != nil {
		d.put(key.Office, leaf{queue: key.Queue, revision: r, message: message})
	}
}

// closed drops a day.
func (m *Mirror) closed(day booking.Day) {
	if m == nil {
		return
	}
	m.state.RLock()
	defer m.state.RUnlock()
	if d := m.state.days[day]; d != nil {
		d.interrupt() // it finds no stream and ends
	}
}

// mirrorDay is the sheets of one day.
type mirrorDay struct {
	*follower
	mu      sync.RWMutex
	offices map[booking.OfficeID][]leaf // in order of queue
	words   map[string]string           // each id once, however many sheets have it
}

// leaf is one sheet. Its message is never changed.
type leaf struct {
	queue    booking.QueueID
	revision booking.Revision // without epoch if the message cannot be read
	message  []byte           // nil for what no ledger wrote
}

func leafOf(key booking.SheetKey, msg stored) leaf {
	l := leaf{queue: key.Queue, revision: booking.Revision{Sequence: msg.sequence}}
	if msg.foreign == nil {
		l.message = msg.data
	}
	if s, err := sheetOf(msg, key); err == nil {
		l.revision = s.Revision
	}
	return l
}

// take takes in a message of the stream.
func (d *mirrorDay) take(subject string, msg stored) {
	key, err := wire.ParseLedgerSubject(subject)
	if err != nil {
		return // the server holds it, and nobody can ask for it
	}
	msg.data = bytes.Clone(msg.data) // the rest of what came with it is not to be kept
	d.put(key.Office, leafOf(key, msg))
}

// put puts a leaf in its place unless a newer one is there.
func (d *mirrorDay) put(office booking.OfficeID, entry leaf) {
	d.mu.Lock()
	defer d.mu.Unlock()
	leaves := d.offices[office]
	i, found := find(leaves, entry.queue)
	if found {
		if entry.revision.Sequence >= leaves[i].revision.Sequence {
			entry.queue = leaves[i].queue
			leaves[i] = entry
		}
		return
	}
	entry.queue = booking.QueueID(d.word(string(entry.queue)))
	d.offices[booking.OfficeID(d.word(string(office)))] = slices.Insert(leaves, i, entry)
}

func (d *mirrorDay) word(s string) string {
	if w, ok := d.words[s]; ok {
		return w
	}
	s = strings.Clone(s)
	d.words[s] = s
	return s
}

func find(leaves []leaf, queue booking.QueueID) (int, bool) {
	return slices.BinarySearchFunc(leaves, queue, func(l leaf, q booking.QueueID) int { return strings.Compare(string(l.queue), string(q)) })
}

// leaf returns a sheet's leaf, ok false if there is none. A nil day has none.
func (d *mirrorDay) leaf(key booking.SheetKey) (l leaf, ok bool) {
	if d == nil {
		return leaf{}, false
	}
	d.mu.RLock()
	defer d.mu.RUnlock()
	leaves := d.offices[key.Office]
	i, found := find(leaves, key.Queue)
	if !found {
		return leaf{}, false
	}
	return leaves[i], true
}

// leaves returns an office's leaves, in order of queue.
func (d *mirrorDay) leaves(office booking.OfficeID) []leaf {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return slices.Clone(d.offices[office])
}

// sheet decodes a leaf.
func (l leaf) sheet(key booking.SheetKey) (booking.Sheet, error) {
	msg := stored{sequence: l.revision.Sequence, data: l.message}
	if l.message == nil {
		msg.foreign = errForeign
	}
	return sheetOf(msg, key)
}

// sheetOf returns the sheet of a message, or ledger.ErrUnreadable.
func sheetOf(msg stored, key booking.SheetKey) (booking.Sheet, error) {
	if _, err := known(msg, nil); err != nil {
		return booking.Sheet{}, err
	}
	s, err := wire.DecodeSheet(msg.data)
	if err == nil && s.SheetKey != key {
		err = errors.New("sheet " + s.SheetKey.String() + " is in its place")
	}
	if err != nil {
		return booking.Sheet{}, unreadable(msg.sequence, err)
	}
	s.Revision.Sequence = msg.sequence
	return s, nil
}
