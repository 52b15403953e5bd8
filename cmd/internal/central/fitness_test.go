package central_test

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	natsjs "github.com/nats-io/nats.go/jetstream"

	"example.org/totem/cmd/internal/central"
	"example.org/totem/internal/cluster"
	"example.org/totem/internal/fault"
	"example.org/totem/ledger/jetstream"
)

// startCluster starts a cluster of processes.
func startCluster(t *testing.T, cfg cluster.Config) *cluster.Cluster {
	t.Helper()
	cfg.Dir = t.TempDir()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	c, err := cluster.Start(ctx, cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

func connectTo(t *testing.T, url string, options ...nats.Option) *nats.Conn {
	t.Helper()
	nc, err := nats.Connect(url, append(options, nats.Timeout(30*time.Second))...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	return nc
}

// look returns what is found, and fails when it takes longer than it may.
func look(t *testing.T, c central.Cluster) central.Findings {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	findings := central.Fitness(ctx, c)
	for _, f := range findings {
		t.Logf("%s %s: %s (%s)", f.State, f.What, f.Cause, f.Remedy)
		if f.Cause == "" || f.State != central.Good && f.Remedy == "" {
			t.Errorf("%s %s says nothing", f.State, f.What)
		}
	}
	return findings
}

// settled looks again until what is found is right: a cluster that has just changed is seen in many states.
func settled(t *testing.T, c central.Cluster, right func(central.Findings) bool) central.Findings {
	t.Helper()
	for until := time.Now().Add(2 * time.Minute); ; {
		findings := look(t, c)
		if right(findings) || time.Now().After(until) {
			return findings
		}
	}
}

// has fails unless one of the findings is of the state and holds the words.
func has(t *testing.T, findings central.Findings, state central.Condition, what string, words ...string) {
	t.Helper()
	if !tells(findings, state, what, words...) {
		t.Errorf("nothing says %s of %s with %q", state, what, words)
	}
}

func tells(findings central.Findings, state central.Condition, what string, words ...string) bool {
	for _, f := range findings {
		if f.State != state || f.What != what {
			continue
		}
		all := true
		for _, word := range words {
			all = all && strings.Contains(f.Cause+" "+f.Remedy, word)
		}
		if all {
			return true
		}
	}
	return false
}

func makeLedger(t *testing.T, nc *nats.Conn, replicas int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	if _, err := jetstream.Open(ctx, jetstream.Config{Conn: nc, Replicas: replicas, Init: true, Epoch: 1}); err != nil {
		t.Fatal(err)
	}
}

func TestAFitClusterIsFoundFitAndOneThatLosesANodeIsSaidTo(t *testing.T) {
	c := startCluster(t, cluster.Config{})
	nc := connectTo(t, c.URL(0))
	makeLedger(t, nc, 3)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := c.AwaitCurrent(ctx, "META"); err != nil {
		t.Fatal(err)
	}
	good := []string{"JetStream", "version", "servers", "sync interval"}
	findings := settled(t, central.Cluster{Conn: nc, Replicas: 3}, func(all central.Findings) bool {
		return !slices.ContainsFunc(good, func(what string) bool { return !tells(all, central.Good, what) })
	})
	if err := findings.Faults(); err != nil {
		t.Error(err)
	}
	for _, what := range good {
		has(t, findings, central.Good, what)
	}
	findings = look(t, central.Cluster{Conn: nc, Replicas: 5})
	has(t, findings, central.Unfit, "servers", "5 copies", "3 servers")
	has(t, findings, central.Attention, "streams", "META", "fewer copies")

	leader, err := c.Leader(ctx, "META")
	if err != nil {
		t.Fatal(err)
	}
	lost := 1
	if leader == 1 {
		lost = 2
	}
	c.Stop(lost) // of one that dies in silence the servers take longer to learn
	findings = settled(t, central.Cluster{Conn: nc, Replicas: 3}, func(all central.Findings) bool {
		return tells(all, central.Attention, "copies", c.Name(lost)) && all.Faults() == nil
	})
	has(t, findings, central.Attention, "copies", c.Name(lost))
	if err := findings.Faults(); err != nil {
		t.Errorf("one lost of three is no fault: %v", err)
	}
}

func causes(findings central.Findings) string {
	var all strings.Builder
	for _, f := range findings {
		all.WriteString(f.Cause + "\n")
	}
	return all.String()
}

func TestAClusterThatSyncsLateIsUnfitIfThatCanBeSeen(t *testing.T) {
	c := startCluster(t, cluster.Config{Nodes: 1, Lazy: true, Blind: true})
	nc := connectTo(t, c.URL(0))
	blind := look(t, central.Cluster{Conn: nc})
	has(t, blind, central.Attention, "sync interval", "cannot be seen with these credentials", "sync_interval: always")
	if err := blind.Faults(); err != nil {
		t.Errorf("what cannot be seen is a fault: %v", err)
	}
	has(t, look(t, central.Cluster{Conn: nc, Replicas: 3}), central.Unfit, "servers", "3 copies", "1 server with")

	shown := look(t, central.Cluster{Conn: nc, System: connectTo(t, c.SystemURL(0))})
	has(t, shown, central.Unfit, "sync interval", c.Name(0), "2m0s", "set sync_interval: always")
	if f := fault.Of(shown.Faults()); f.Code != fault.CodeCentralNATS || !strings.Contains(f.Sentence, "sync interval") {
		t.Errorf("fault: %v", f)
	}
	var log bytes.Buffer
	shown.Log(slog.New(slog.NewTextHandler(&log, nil)))
	if !strings.Contains(log.String(), "scheduler.cluster-doubt") || !strings.Contains(log.String(), "scheduler.cluster-good") {
		t.Errorf("the log says: %s", &log)
	}
}

func TestAServerWithoutJetStreamIsUnfit(t *testing.T) {
	s := startPlain(t, &server.Options{})
	has(t, look(t, central.Cluster{Conn: connectTo(t, s.ClientURL())}), central.Unfit, "JetStream", "no JetStream")
}

func TestStreamsThatForgetAreUnfit(t *testing.T) {
	s := startPlain(t, &server.Options{JetStream: true, StoreDir: t.TempDir(), SyncAlways: true})
	nc := connectTo(t, s.ClientURL())
	js, err := natsjs.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	for _, cfg := range []natsjs.StreamConfig{
		{Name: "META", Subjects: []string{"meta"}, Storage: natsjs.MemoryStorage},
		{Name: "ROSTER", Subjects: []string{"ros"}, MaxAge: time.Hour},
		{Name: "FACTS", Subjects: []string{"up"}, MaxMsgs: 10},
		{Name: "COUNTS", Subjects: []string{"cnt"}, MaxMsgs: 10, Discard: natsjs.DiscardNew},
		{Name: "LEDGER-20261123", Subjects: []string{"led"}, PersistMode: natsjs.AsyncPersistMode},
		{Name: "OTHERS", Subjects: []string{"others"}, Storage: natsjs.MemoryStorage},
	} {
		if _, err := js.CreateStream(context.Background(), cfg); err != nil {
			t.Fatal(err)
		}
	}
	findings := look(t, central.Cluster{Conn: nc})
	has(t, findings, central.Unfit, "streams", "META:", "memory")
	has(t, findings, central.Unfit, "streams", "ROSTER:", "by age")
	has(t, findings, central.Unfit, "streams", "FACTS:", "oldest is thrown away")
	has(t, findings, central.Attention, "streams", "COUNTS:", "nothing is booked")
	has(t, findings, central.Unfit, "streams", "LEDGER-20261123:", "async")
	if strings.Contains(causes(findings), "OTHERS") {
		t.Error("it accuses a stream that is not the scheduler's")
	}
}

// startPlain starts a server in this process.
func startPlain(t *testing.T, opts *server.Options) *server.Server {
	t.Helper()
	opts.Host, opts.Port, opts.NoSigs, opts.NoLog = "127.0.0.1", server.RANDOM_PORT, true, true
	s, err := server.NewServer(opts)
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	if !s.ReadyForConnections(time.Minute) {
		t.Fatal("the server did not start")
	}
	return s
}

func TestMain(m *testing.M) {
	cluster.Serve()
	os.Exit(m.Run())
}
