package cluster_test

import (
	"bytes"
	"context"
	"errors"
	"net"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"example.org/totem/booking"
	"example.org/totem/internal/cluster"
	"example.org/totem/ledger"
	"example.org/totem/ledger/ledgertest"
)

func TestAClusterLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	c, err := cluster.Start(within(t, 2*time.Minute), cluster.Config{Dir: t.TempDir(), Nodes: 1})
	if err != nil {
		t.Fatal(err)
	}
	nc := connect(t, c)
	server := nc.ConnectedServerName()
	if server != c.Name(0) {
		t.Errorf("connected to %q", server)
	}
	if err := errors.Join(c.Close(), c.Close()); err != nil {
		t.Fatal(err)
	}
	at, err := url.Parse(c.URL(0))
	if err != nil {
		t.Fatal(err)
	}
	if held, err := net.Dial("tcp", at.Host); err == nil {
		held.Close()
		t.Error("somebody still listens")
	}
}

func TestACutHoldsWhatIsSaidAndHealingLetsItPass(t *testing.T) {
	t.Parallel()
	c := whole(t)
	nc := connected(t, c.URL(0), nats.PingInterval(time.Minute)) // who gave the node up would lose what is held
	answers := make(chan *nats.Msg, 8)
	if _, err := nc.ChanSubscribe("word", answers); err != nil {
		t.Fatal(err)
	}
	if err := nc.FlushTimeout(time.Minute); err != nil {
		t.Fatal(err)
	}
	for _, w := range []cluster.Way{cluster.In, cluster.Out, cluster.Both} {
		c.CutClients(0, w)
		if err := nc.Publish("word", []byte{byte(w)}); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
		if err := nc.FlushWithContext(ctx); err == nil {
			t.Errorf("way %d: the node was heard", w)
		}
		cancel()
		c.CutClients(0, 0)
		select {
		case msg := <-answers:
			if msg.Data[0] != byte(w) {
				t.Errorf("way %d: heard %d", w, msg.Data[0])
			}
		case <-time.After(time.Minute):
			t.Fatalf("way %d: what was held never came", w)
		}
	}
}

func TestANodeThatMissedWritesIsNeededAndHasThemAll(t *testing.T) {
	t.Parallel()
	c, ctx := whole(t), within(t, 2*time.Minute)
	l := openLedger(t, ctx, connect(t, c))
	written := put(t, ctx, l, sheetOf("anagrafe", 12))
	leader := answer(t, ctx, func() (int, error) { return c.Leader(ctx, dayStream()) })
	away, other := (leader+1)%3, (leader+2)%3
	c.Kill9(away)
	for i := range 6 {
		number := booking.NewNumber("A", i+1)
		settle(t, ctx, l, written.SheetKey, number, ledgertest.Code(i))
	}
	if err := c.Start(away); err != nil {
		t.Fatal(err)
	}
	if err := c.AwaitCurrent(ctx, dayStream()); err != nil {
		t.Fatal(err)
	}
	// With another node dead, nothing is written without the one that was away.
	c.Kill9(other)
	number := booking.NewNumber("A", 7)
	settle(t, ctx, l, written.SheetKey, number, ledgertest.Code(6))
	got := sheet(t, ctx, l, written.SheetKey)
	for i, slot := range got.Slots {
		if i < 7 && slot.Ticket.Code != ledgertest.Code(i) || i >= 7 && slot.State != booking.Free {
			t.Errorf("slot %d: %v", i, slot)
		}
	}
}

// settle books a slot, again and again with the same code until the outcome is known.
func settle(t *testing.T, ctx context.Context, b ledger.Book, key booking.SheetKey, n booking.Number, code booking.CodeHash) {
	t.Helper()
	for {
		_, err := ledger.BookSlot(ctx, b, key, ledger.Want{Number: n}, code)
		switch {
		case err == nil:
			return
		case ctx.Err() != nil, errors.Is(err, booking.ErrTaken):
			t.Fatalf("book %s: %v", n, err)
		}
	}
}

func TestAWriteWhoseLeaderDiesUnheardIsWrittenOnce(t *testing.T) {
	t.Parallel()
	c, ctx := whole(t), within(t, 2*time.Minute)
	empty := put(t, ctx, openLedger(t, ctx, connect(t, c)), sheetOf("anagrafe", 3))
	if err := c.AwaitCurrent(ctx, dayStream()); err != nil {
		t.Fatal(err)
	}
	before := answer(t, ctx, func() (cluster.StreamState, error) { return c.Stream(ctx, dayStream()) })
	urls := urlsOf(c, before.Leader, (before.Leader+1)%3, (before.Leader+2)%3)
	nc, err := dial(urls, nats.SetCustomDialer(&deafDialer{word: []byte("HPUB led.v1.")}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	writer, code := openLedger(t, ctx, nc), ledgertest.Code(1)
	done := make(chan error, 1)
	go func() {
		booked, err := empty.Book("A001", booking.Pool, code)
		if err == nil {
			_, err = writer.Put(ctx, booked)
		}
		done <- err
	}()
	awaitLast(t, ctx, c, dayStream(), before.Last+1)
	c.Kill9(before.Leader)
	if err := <-done; err != nil {
		t.Logf("the writer was told: %v", err)
		settle(t, ctx, writer, empty.SheetKey, "A001", code)
	}
	if got := sheet(t, ctx, writer, empty.SheetKey); got.Slots[0].Ticket.Code != code {
		t.Errorf("the ledger holds %v", got.Slots)
	}
	answer(t, ctx, func() (int, error) { return c.Leader(ctx, dayStream(), before.Leader) })
	after := answer(t, ctx, func() (cluster.StreamState, error) { return c.Stream(ctx, dayStream()) })
	if after.Messages != before.Messages+1 {
		t.Errorf("%d messages after one booking on %d", after.Messages, before.Messages)
	}
}

// deafDialer makes connections. The first of them that says a word hears nothing any more.
type deafDialer struct {
	word []byte
	once sync.Once
}

// Dial connects.
func (d *deafDialer) Dial(network, address string) (net.Conn, error) {
	nc, err := net.Dial(network, address)
	return &deafConn{Conn: nc, dialer: d}, err
}

type deafConn struct {
	net.Conn
	dialer *deafDialer
	deaf   atomic.Bool
}

// Write says p.
func (c *deafConn) Write(p []byte) (int, error) {
	if bytes.Contains(p, c.dialer.word) {
		c.dialer.once.Do(func() { c.deaf.Store(true) })
	}
	return c.Conn.Write(p)
}

// Read hears something, until it is deaf: then only that the other end is gone.
func (c *deafConn) Read(p []byte) (int, error) {
	for {
		n, err := c.Conn.Read(p)
		if err != nil || !c.deaf.Load() {
			return n, err
		}
	}
}

// awaitLast waits until a stream holds a message of the sequence.
func awaitLast(t *testing.T, ctx context.Context, c *cluster.Cluster, stream string, sequence uint64) {
	t.Helper()
	for ctx.Err() == nil {
		if s, err := c.Stream(ctx, stream); err == nil && s.Last >= sequence {
			return
		}
	}
	t.Fatalf("%s never came to %d", stream, sequence)
}
