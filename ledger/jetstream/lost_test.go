package jetstream_test

import (
	"bytes"
	"context"
	"errors"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"

	"example.org/totem/booking"
	"example.org/totem/ledger"
	"example.org/totem/ledger/jetstream"
	"example.org/totem/ledger/ledgertest"
)

// lossy is a way to the server on which acknowledgements of writes to the ledger get lost.
type lossy struct {
	*server.Server
	lose atomic.Int32 // the next so many
	lost atomic.Int32
}

func (l *lossy) InProcessConn() (net.Conn, error) {
	c, err := l.Server.InProcessConn()
	return lossyConn{c, l}, err
}

type lossyConn struct {
	net.Conn
	way *lossy
}

// Read leaves out an acknowledgement: with one request at a time, the server sends it in one piece.
func (c lossyConn) Read(b []byte) (int, error) {
	for {
		n, err := c.Conn.Read(b)
		if err != nil || !bytes.Contains(b[:n], []byte(`{"stream":"LEDGER-`)) || c.way.lose.Load() == 0 {
			return n, err
		}
		c.way.lose.Add(-1)
		c.way.lost.Add(1)
	}
}

// openLossy returns a ledger at the end of a lossy way, and another one on the same server with a good one.
func openLossy(t *testing.T) (l *jetstream.Ledger, way *lossy, other *jetstream.Ledger) {
	t.Helper()
	s, stop := startServer(t, t.TempDir())
	t.Cleanup(stop)
	other = open(t, connect(t, s)) // makes the streams, which takes a busy machine longer than is waited for below
	way = &lossy{Server: s}
	nc, err := nats.Connect("", nats.InProcessServer(way))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	if l, err = jetstream.Open(context.Background(), jetstream.Config{Conn: nc, Patience: 3 * time.Second, Init: true, Epoch: 1}); err != nil {
		t.Fatal(err)
	}
	return l, way, other
}

func TestAWriteWhoseAnswerWasLostIsFoundAgain(t *testing.T) {
	ctx := context.Background()
	l, way, _ := openLossy(t)
	sheet := ledgertest.Sheet("rm001", "anagrafe", ledgertest.Day, 3)
	for i := range 3 {
		way.lose.Store(int32(i % 2))
		revision, err := l.Put(ctx, sheet)
		if err != nil {
			t.Fatalf("put %d: %v", i, err)
		}
		got, err := l.Sheet(ctx, sheet.SheetKey)
		if err != nil || got.Revision != revision || revision.Sequence != uint64(i+1) {
			t.Fatalf("put %d said %v, the ledger holds %v, %v", i, revision, got.Revision, err)
		}
		sheet = got
		sheet.Slots[i].State = booking.Void
	}
	if n := way.lost.Load(); n != 1 {
		t.Errorf("%d answers lost, want 1", n)
	}
}

func TestAWriteThatLostItsAnswerAndWasOvertakenIsNotCalledAConflict(t *testing.T) {
	ctx := context.Background()
	l, way, other := openLossy(t)
	sheet := ledgertest.Sheet("rm001", "anagrafe", ledgertest.Day, 3)
	var err error
	if sheet.Revision, err = l.Put(ctx, sheet); err != nil {
		t.Fatal(err)
	}
	way.lose.Store(1)
	done := make(chan error, 1)
	mine, err := sheet.Book("A001", booking.Reserve, ledgertest.Code(1))
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		_, err := l.Put(ctx, mine)
		done <- err
	}()
	// Another writer builds upon the write before its own writer knows that it is there.
	for n := 0; n < 3; {
		theirs, err := other.Sheet(ctx, sheet.SheetKey)
		if err != nil {
			t.Fatal(err)
		}
		if theirs.Slots[0].State != booking.Issued {
			continue
		}
		theirs.Slots[2].Ticket.Returns = 0
		theirs.Slots[2].Holder = booking.HeldBy(booking.TotemID([]string{"t1", "t2", "t3"}[n]))
		if _, err = other.Put(ctx, theirs); err != nil {
			t.Fatal(err)
		}
		n++
	}
	if err := <-done; err != nil {
		t.Errorf("put: %v, want the truth: it was written", err)
	}
}

func TestAWriterIsNeverToldAnUntruthWhenAnswersGetLost(t *testing.T) {
	ctx := context.Background()
	l, way, other := openLossy(t)
	sheet := ledgertest.Sheet("rm001", "anagrafe", ledgertest.Day, 12)
	if _, err := l.Put(ctx, sheet); err != nil {
		t.Fatal(err)
	}
	for i := range 12 {
		way.lose.Store(int32(i % 3 / 2))
		number, mine := booking.NewNumber("A", i+1), ledgertest.Code(2*i)
		won := make(chan bool, 1)
		go func() {
			_, err := ledger.Change(ctx, other, sheet.SheetKey, func(s booking.Sheet) (booking.Sheet, error) {
				return s.Book(number, booking.Reserve, ledgertest.Code(2*i+1))
			})
			won <- err == nil
		}()
		_, err := ledger.Change(ctx, l, sheet.SheetKey, func(s booking.Sheet) (booking.Sheet, error) {
			return s.Book(number, booking.Reserve, mine)
		})
		if err != nil && !errors.Is(err, booking.ErrTaken) {
			t.Fatal(err)
		}
		theirs := <-won
		got, err2 := l.Sheet(ctx, sheet.SheetKey)
		if err2 != nil {
			t.Fatal(err2)
		}
		if holds := got.Slots[i].Ticket.Code == mine; holds != (err == nil) || theirs == (err == nil) {
			t.Errorf("slot %d: told %v and %v, the ledger holds mine: %v", i, err == nil, theirs, holds)
		}
	}
}
