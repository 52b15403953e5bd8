package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"sync"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"golang.org/x/sys/unix"

	"example.org/totem/booking"
	"example.org/totem/ledger"
)

// serving is the part that serves: a NATS server with the scheduler in it, as the scheduler's program has them.
type serving struct {
	c      *centre
	sheets []booking.Sheet
	booked int // slots
}

func (s *serving) duties() duties {
	return duties{"open": duty(s.open), "weigh": duty(s.weigh), "lay": duty(s.lay), "book": duty(s.book)}
}

func (s *serving) close() error {
	if s.c == nil {
		return nil
	}
	return s.c.close()
}

// open opens the scheduler of the crowd in dir and answers where it listens.
func (s *serving) open(ctx context.Context, dir string) (url string, err error) {
	if s.c, err = openGuarded(ctx, dir); err != nil {
		return "", err
	}
	return "tls://" + s.c.server.Addr().String(), nil
}

// weight is what a process has cost so far, and for whom.
type weight struct {
	Before, After time.Duration // processor time before it was weighed and after: weighing collects all garbage
	Memory        float64       // bytes of RAM that are its own
	// Clients are the server's connections, with how many subscriptions each has. What the server itself subscribes to, and
	// when, is its own affair.
	Clients map[uint64]int
}

// newcomers returns how many clients came since before, and how many subscriptions they have.
func (w weight) newcomers(before weight) (connections, subscriptions int) {
	for id, n := range w.Clients {
		if _, known := before.Clients[id]; !known {
			connections, subscriptions = connections+1, subscriptions+n
		}
	}
	return connections, subscriptions
}

func (s *serving) weigh(context.Context, nothing) (w weight, err error) {
	if w.Before, err = processorTime(); err != nil {
		return w, err
	}
	all, err := s.c.server.Connz(&server.ConnzOptions{Limit: s.c.server.NumClients() + 1})
	if err != nil {
		return w, err
	}
	w.Clients = make(map[uint64]int, len(all.Conns))
	for _, c := range all.Conns {
		w.Clients[c.Cid] = int(c.NumSubs)
	}
	debug.FreeOSMemory()
	if w.Memory, err = ownMemory(); err != nil {
		return w, err
	}
	w.After, err = processorTime()
	return w, err
}

// processorTime returns how long the threads of this process have run, in the kernel too.
func processorTime() (time.Duration, error) {
	var used unix.Rusage
	err := unix.Getrusage(unix.RUSAGE_SELF, &used)
	return time.Duration(used.Utime.Nano() + used.Stime.Nano()), err
}

// ownMemory returns how many bytes of RAM this process has for itself: heap, stacks and what the runtime keeps, but not
// the pages of the program's file, of which more are touched the longer it runs.
func ownMemory() (float64, error) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, err
	}
	lines := bufio.NewScanner(bytes.NewReader(status))
	for lines.Scan() {
		var kib float64
		if _, err := fmt.Sscanf(lines.Text(), "RssAnon: %f kB", &kib); err == nil {
			return kib * 1024, nil
		}
	}
	return 0, errors.New("the kernel does not tell how much memory is this process' own")
}

// lay puts a sheet of so many slots into the ledger for every office.
func (s *serving) lay(ctx context.Context, slots int) (nothing, error) {
	for _, p := range s.c.plans {
		s.sheets = append(s.sheets, sheet(p.Office.ID, queueID(0), today(), slots, booking.Pool))
	}
	return nothing{}, putAll(ctx, s.c.ledger, s.sheets)
}

// putAll puts fresh sheets of one day: the first alone, for the day is made with it.
func putAll(ctx context.Context, book ledger.Book, sheets []booking.Sheet) error {
	put := func(s booking.Sheet) error {
		s.Revision = booking.Revision{}
		_, err := book.Put(ctx, s)
		return err
	}
	if err := put(sheets[0]); err != nil {
		return err
	}
	return together(len(sheets)-1, func(i int) error { return put(sheets[i+1]) })
}

// pace is how many bookings are made, one every so often, whether or not those before are done.
type pace struct {
	Count int
	Every time.Duration
}

// moment is when something happened to a revision of a sheet. The sheets of one day share their sequences.
type moment struct {
	Sequence uint64
	At       time.Duration // on a clock that all processes of a machine share
}

// book books slots at a steady pace, in office after office. It answers when each booking was due: one that waits for
// those before it is late.
func (s *serving) book(ctx context.Context, p pace) ([]moment, error) {
	begin, err := monotonic()
	if err != nil {
		return nil, err
	}
	due, failed := make([]moment, p.Count), make([]error, p.Count)
	var working sync.WaitGroup
	for i := range due {
		due[i].At = begin + time.Duration(i+1)*p.Every
		if err := until(due[i].At); err != nil {
			return nil, err
		}
		at, slot := s.sheets[s.booked%len(s.sheets)], s.booked/len(s.sheets)
		s.booked++
		if slot >= len(at.Slots) {
			return nil, errors.New("all slots are booked")
		}
		working.Go(func() {
			var after booking.Sheet
			hash := randomHash()
			after, failed[i] = ledger.Change(ctx, s.c.ledger, at.SheetKey,
				func(b booking.Sheet) (booking.Sheet, error) { return b.Book(at.Slots[slot].Number, booking.Pool, hash) })
			due[i].Sequence = after.Revision.Sequence
		})
	}
	working.Wait()
	return due, errors.Join(failed...)
}

// until waits for a moment, which may be over.
func until(at time.Duration) error {
	now, err := monotonic()
	if err == nil && at > now {
		<-time.After(at - now)
	}
	return err
}

// monotonic returns the time of a clock that all processes of this machine share and nobody sets.
func monotonic() (time.Duration, error) {
	var now unix.Timespec
	err := unix.ClockGettime(unix.CLOCK_MONOTONIC, &now)
	return time.Duration(now.Nano()), err
}

// crew is how many work at the same time on what is to be done for everybody: enough to keep two cores busy, and so few
// that nobody waits long for an answer.
const crew = 8

// together does a work for each of n, some at a time, until one fails.
func together(n int, work func(i int) error) error {
	var working sync.WaitGroup
	failed := make([]error, crew)
	for w := range crew {
		working.Go(func() {
			for i := w; i < n && failed[w] == nil; i += crew {
				failed[w] = work(i)
			}
		})
	}
	working.Wait()
	return errors.Join(failed...)
}
