package cluster_test

import (
	"context"
	"flag"
	"os"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"example.org/totem/booking"
	"example.org/totem/internal/cluster"
	"example.org/totem/ledger/jetstream"
	"example.org/totem/ledger/ledgertest"
)

func TestMain(m *testing.M) {
	cluster.Serve()
	serveWorker()
	flag.Parse()
	if err := flag.Set("test.parallel", "4"); err != nil { // these tests wait for elections, not for a processor
		panic(err)
	}
	os.Exit(m.Run())
}

// whole returns a cluster of three nodes, which ends with t.
func whole(t *testing.T) *cluster.Cluster {
	t.Helper()
	c, err := cluster.Start(within(t, 2*time.Minute), cluster.Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
		if !t.Failed() {
			return
		}
		t.Logf("the nodes' last words:\n%s", c.Words(30))
		if err := c.Keep(t.ArtifactDir()); err != nil {
			t.Error(err)
		}
	})
	return c
}

// within returns a context that ends with the test, at the latest after d.
func within(t *testing.T, d time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), d)
	t.Cleanup(cancel)
	return ctx
}

// connect connects to the nodes named, one of which must be alive, to all for none; the first is preferred. A node that is silent is
// left within a second.
func connect(t testing.TB, c *cluster.Cluster, nodes ...int) *nats.Conn {
	t.Helper()
	return connected(t, urlsOf(c, nodes...))
}

func connected(t testing.TB, urls string, more ...nats.Option) *nats.Conn {
	t.Helper()
	nc, err := dial(urls, more...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	look, late := time.NewTicker(5*time.Millisecond), time.After(time.Minute)
	defer look.Stop()
	for !nc.IsConnected() {
		select {
		case <-look.C:
		case <-late:
			t.Fatalf("no connection to %s: %v", urls, nc.LastError())
		}
	}
	return nc
}

// answer asks, again and again until the cluster answers: after a node's death a single question may meet an election.
func answer[A any](t testing.TB, ctx context.Context, ask func() (A, error)) A {
	t.Helper()
	for {
		a, err := ask()
		if err == nil {
			return a
		}
		if ctx.Err() != nil {
			t.Fatal(err)
		}
	}
}

// sheet reads a sheet, again and again until the cluster answers.
func sheet(t testing.TB, ctx context.Context, l *jetstream.Ledger, key booking.SheetKey) booking.Sheet {
	t.Helper()
	return answer(t, ctx, func() (booking.Sheet, error) { return l.Sheet(ctx, key) })
}

func urlsOf(c *cluster.Cluster, nodes ...int) string {
	if len(nodes) == 0 {
		return c.URLs()
	}
	urls := ""
	for _, i := range nodes {
		urls += "," + c.URL(i)
	}
	return urls[1:]
}

func dial(urls string, more ...nats.Option) (*nats.Conn, error) {
	return nats.Connect(urls, append([]nats.Option{nats.Timeout(time.Second), nats.MaxReconnects(-1), nats.DontRandomize(),
		nats.RetryOnFailedConnect(true), nats.ReconnectWait(50 * time.Millisecond), nats.PingInterval(500 * time.Millisecond),
		nats.MaxPingsOutstanding(2)}, more...)...)
}

// patience of a ledger with one request: less than an election takes.
const patience = time.Second

// openWait bounds one attempt to open the ledger: what is asked during an election is never answered.
const openWait = 5 * time.Second

// open opens the ledger, which it makes if it is not there, again and again until the cluster lets it.
func open(ctx context.Context, nc *nats.Conn) (*jetstream.Ledger, error) {
	for {
		once, cancel := context.WithTimeout(ctx, openWait)
		l, err := jetstream.Open(once, jetstream.Config{Conn: nc, Replicas: 3, Patience: patience, Init: true, Epoch: 1})
		cancel()
		if err == nil || ctx.Err() != nil {
			return l, err
		}
	}
}

func openLedger(t *testing.T, ctx context.Context, nc *nats.Conn) *jetstream.Ledger {
	t.Helper()
	l, err := open(ctx, nc)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// put puts a sheet, again and again until the cluster takes it.
func put(t *testing.T, ctx context.Context, l *jetstream.Ledger, s booking.Sheet) booking.Sheet {
	t.Helper()
	for {
		_, err := l.Put(ctx, s)
		got, wrong := l.Sheet(ctx, s.SheetKey)
		switch {
		case wrong == nil:
			return got
		case ctx.Err() != nil:
			t.Fatalf("put %s: %v, %v", s.SheetKey, err, wrong)
		}
	}
}

// sheetOf returns a sheet whose slots are all in the pool.
func sheetOf(queue booking.QueueID, slots int) booking.Sheet {
	s := ledgertest.Sheet("rm001", queue, ledgertest.Day, slots)
	for i := range s.Slots {
		s.Slots[i].Holder = booking.Pool
	}
	return s
}

// dayStream is the stream of the tests' day.
func dayStream() string { return "LEDGER-" + ledgertest.Day.Start(time.UTC).Format("20060102") }
