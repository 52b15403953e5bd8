package natslink_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"example.org/totem/booking"
	"example.org/totem/internal/loopback"
	"example.org/totem/sync/natslink"
	"example.org/totem/sync/outbox"
	"example.org/totem/sync/wire"
)

const (
	office = booking.OfficeID("rm001")
	totem  = booking.TotemID("t1")
	// patience bounds what a test waits for; nothing takes nearly as long unless it is broken.
	patience = 2 * time.Minute
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

var today = booking.DayOf(time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC), time.UTC)

// freePort returns a port on which nobody listens.
func freePort(t *testing.T) int {
	t.Helper()
	address, err := loopback.Free()
	if err != nil {
		t.Fatal(err)
	}
	return portOf(t, "nats://"+address)
}

// start runs a NATS server with JetStream on a directory. port is -1 for any.
func start(t *testing.T, dir string, port int) *server.Server {
	t.Helper()
	if port == -1 {
		port = freePort(t)
	}
	s, err := server.NewServer(&server.Options{
		Host: "127.0.0.1", Port: port, JetStream: true, StoreDir: dir, NoSigs: true, NoLog: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	if !s.ReadyForConnections(patience) {
		t.Fatal("the NATS server does not start")
	}
	t.Cleanup(func() { stop(s) })
	return s
}

func stop(s *server.Server) {
	s.Shutdown()
	s.WaitForShutdown()
}

func connect(t *testing.T, url string) *nats.Conn {
	t.Helper()
	conn, err := nats.Connect(url, nats.MaxReconnects(-1), nats.ReconnectWait(10*time.Millisecond), nats.ReconnectJitter(time.Millisecond, time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	return conn
}

func serve(t *testing.T, url string, d *desk) *natslink.Central {
	t.Helper()
	c, err := natslink.Serve(t.Context(), natslink.ServeConfig{Conn: connect(t, url), Answerer: d, Retry: 10 * time.Millisecond, Patience: 4 * time.Second})
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

func dial(t *testing.T, url string, who booking.TotemID, options ...nats.Option) *natslink.Totem {
	t.Helper()
	l, err := natslink.Dial(t.Context(), natslink.Config{URL: url, Office: office, Totem: who, Spread: 20 * time.Millisecond, Options: options})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

// awaitUp waits until the link is up.
func awaitUp(t *testing.T, l *natslink.Totem) {
	t.Helper()
	for {
		select {
		case ev := <-l.Events():
			if ev.Up {
				return
			}
		case <-time.After(patience):
			t.Fatal("the link does not come up")
		}
	}
}

// awaitListening waits until the server knows what the totem listens to: whatever it answers came behind that.
func awaitListening(t *testing.T, l *natslink.Totem) {
	t.Helper()
	awaitUp(t, l)
	if _, err := l.Last(t.Context(), wire.Last{Incarnation: booking.Incarnation{7}}); !errors.Is(err, nats.ErrNoResponders) {
		t.Fatalf("nobody answers for the scheduler, and the request ended in %v", err)
	}
}

func fact(n uint64) booking.Fact {
	return booking.Fact{
		ID: booking.FactID{Incarnation: booking.Incarnation{7}, N: n}, Kind: booking.FactIssued, Day: today,
		At: time.Date(2026, 11, 21, 9, 20, 0, 0, time.UTC), Queue: "anagrafe", Slot: booking.NewNumber("A", int(n)), Code: booking.CodeHash{byte(n), 1},
	}
}

// another returns fact n of a totem that does all kinds of things.
func another(n uint64) booking.Fact {
	f := fact(n)
	switch n % 6 {
	case 0:
		f.Kind, f.Code, f.Paper = booking.FactPrinted, booking.CodeHash{}, booking.PaperUnknown
	case 1:
		f.Kind = booking.FactArrived
	case 2:
		f.Kind = booking.FactCancelled
	case 3:
		f.Kind = booking.FactArrived
		f = f.Counted()
	}
	return f
}

func send(t *testing.T, l *natslink.Totem, n, chain uint64) uint64 {
	t.Helper()
	sequence, err := l.Send(t.Context(), fact(n), chain)
	if err != nil {
		t.Fatalf("send fact %d: %v", n, err)
	}
	return sequence
}

func oneTo(n uint64) []uint64 {
	var all []uint64
	for i := range n {
		all = append(all, i+1)
	}
	return all
}

func TestAFactIsAcceptedOnlyAfterTheOneItFollows(t *testing.T) {
	url := start(t, t.TempDir(), -1).ClientURL()
	d := newDesk()
	serve(t, url, d)
	l := dial(t, url, totem)
	awaitUp(t, l)
	if last, err := l.Last(t.Context(), wire.Last{Incarnation: booking.Incarnation{7}}); err != nil || last != (wire.Accepted{}) {
		t.Fatalf("before anything: %v, %v", last, err)
	}
	first := send(t, l, 1, 0)
	send(t, dial(t, url, "t2"), 1, 0) // another totem's chain is its own
	second := send(t, l, 2, first)
	for _, chain := range []uint64{0, first, second + 1} {
		if _, err := l.Send(t.Context(), fact(3), chain); !errors.Is(err, outbox.ErrChain) {
			t.Errorf("after %d, where %d is last: %v", chain, second, err)
		}
	}
	last, err := l.Last(t.Context(), wire.Last{Incarnation: booking.Incarnation{7}})
	if want := (wire.Accepted{Sequence: second, Incarnation: booking.Incarnation{7}, N: 2, Digest: digestOf(t, fact(2))}); err != nil || last != want {
		t.Errorf("last %v, %v, want %v", last, err, want)
	}
	w, err := l.Hello(t.Context(), wire.Hello{Incarnation: booking.Incarnation{7}, N: 2, Speaks: []int{2, 1}})
	if err != nil || w.Accepted != last {
		t.Errorf("welcome %v, %v", w, err)
	}
	d.until(t, "both facts", func() bool { return slices.Equal(d.facts[totem], oneTo(2)) })
}

func TestRefusalsAndTroubleReachTheAsker(t *testing.T) {
	url := start(t, t.TempDir(), -1).ClientURL()
	serve(t, url, newDesk())
	var refusal *wire.Refusal
	_, err := dial(t, url, "stranger").Hello(t.Context(), wire.Hello{Incarnation: booking.Incarnation{7}, Speaks: []int{2, 1}})
	if !errors.As(err, &refusal) || refusal.Code != wire.RefusedUnknownTotem || refusal.Remedy != "add it" {
		t.Errorf("a stranger: %v", err)
	}
	_, err = dial(t, url, "unlucky").Pull(t.Context(), wire.Pull{Incarnation: booking.Incarnation{7}})
	if !errors.As(err, &refusal) || refusal.Code != wire.RefusedTrouble {
		t.Errorf("a scheduler in trouble: %v", err)
	}
	conn := connect(t, url)
	for data, want := range map[string]string{
		`{"version":9,"kind":"hello","body":{}}`: wire.RefusedVersion,
		`{"version":1,"kind":"pull","body":{}}`:  wire.RefusedMessage,
		`nonsense`:                               wire.RefusedMessage,
	} {
		reply, err := conn.Request(wire.RequestSubject(office, totem, wire.VerbHello), []byte(data), patience)
		if err != nil {
			t.Fatal(err)
		}
		if r, err := wire.Decode[wire.Refusal](reply.Data); err != nil || r.Code != want {
			t.Errorf("%s was answered with %s", data, reply.Data)
		}
	}
}

func TestNobodyThereIsAnUnknownOutcome(t *testing.T) {
	url := start(t, t.TempDir(), -1).ClientURL()
	l := dial(t, url, totem)
	awaitUp(t, l)
	if _, err := l.Send(t.Context(), fact(1), 0); err == nil || errors.Is(err, outbox.ErrChain) {
		t.Errorf("send: %v", err)
	}
	if _, err := l.Pull(t.Context(), wire.Pull{Incarnation: booking.Incarnation{7}}); err == nil {
		t.Error("pull was answered")
	}
}

func TestAnUnreadableFactIsParkedAndBlocksNobody(t *testing.T) {
	url := start(t, t.TempDir(), -1).ClientURL()
	d := newDesk()
	serve(t, url, d)
	conn := connect(t, url)
	publish := func(who booking.TotemID, data string) {
		t.Helper()
		if _, err := conn.Request(wire.FactsSubject(office, who), []byte(data), patience); err != nil {
			t.Fatal(err)
		}
	}
	publish(totem, `{"version":9,"kind":"fact","body":{"incarnation":"0700000000000000","n":1,"sung":true}}`)
	publish(totem, `{"version":1,"kind":"fact","body":{"incarnation":"0700000000000000","n":2,"kind":"sung"}}`)
	publish(totem, `{"version":1,"kind":"fact","body":{"incarnation":"0700000000000000","n":3,"kind":"arrived","at":"2026-11-21T09:20Z",`+
		`"day":"2026-11-21","queue":"anagrafe","slot":"A042","code":"AQIDBAUGBwg"}}`) // which version 1 does not know
	publish(totem, `nonsense`)
	publish("T-1", `nonsense`) // under no totem's name
	l := dial(t, url, totem)
	last, err := l.Last(t.Context(), wire.Last{Incarnation: booking.Incarnation{7}})
	if err != nil || last.Sequence == 0 || last.N != 0 {
		t.Fatalf("last %v, %v", last, err)
	}
	send(t, l, 4, last.Sequence)
	d.until(t, "the fact behind", func() bool { return slices.Equal(d.facts[totem], []uint64{4}) })
	if len(d.parked) != 4 {
		t.Fatalf("parked %v", d.parked)
	}
	var version wire.VersionError
	var kind wire.KindError
	if p := d.parked[0]; !errors.As(p.reason, &version) || p.id.N != 1 {
		t.Errorf("first %v", p)
	}
	if p := d.parked[1]; !errors.As(p.reason, &kind) || kind.Kind != "sung" || p.id.N != 2 {
		t.Errorf("second %v", p)
	}
	if p := d.parked[2]; !errors.As(p.reason, &kind) || kind.Kind != "arrived" || p.id.N != 3 {
		t.Errorf("third %v", p)
	}
	if p := d.parked[3]; p.id != (booking.FactID{}) || p.reason == nil {
		t.Errorf("fourth %v", p)
	}
}

func TestAnOversizedFactIsNotStored(t *testing.T) {
	url := start(t, t.TempDir(), -1).ClientURL()
	serve(t, url, newDesk())
	l := dial(t, url, totem)
	reply, err := connect(t, url).Request(wire.FactsSubject(office, totem), make([]byte, 20_000), patience)
	if err != nil {
		t.Fatal(err)
	}
	if last, err := l.Last(t.Context(), wire.Last{Incarnation: booking.Incarnation{7}}); err != nil || last.Sequence != 0 {
		t.Errorf("stored: %v, %v, %s", last, err, reply.Data)
	}
}

func TestAFactThatCannotBeFoldedComesAgainInItsPlace(t *testing.T) {
	url := start(t, t.TempDir(), -1).ClientURL()
	d := newDesk()
	failures := 0
	d.fail = func(f booking.Fact) error {
		if f.ID.N == 2 && failures < 3 {
			failures++
			return errors.New("the ledger does not answer")
		}
		return nil
	}
	serve(t, url, d)
	l := dial(t, url, totem)
	awaitUp(t, l)
	var chain uint64
	for n := range uint64(5) {
		chain = send(t, l, n+1, chain)
	}
	d.until(t, "five facts in order", func() bool { return slices.Equal(d.facts[totem], oneTo(5)) })
	if d.told[totem] != 8 {
		t.Errorf("folded %d times, want 8", d.told[totem])
	}
}

func TestAPurgeKeepsTheLastFactAndTheChain(t *testing.T) {
	url := start(t, t.TempDir(), -1).ClientURL()
	d := newDesk()
	c := serve(t, url, d)
	l := dial(t, url, totem)
	awaitUp(t, l)
	var chain uint64
	for n := range uint64(5) {
		chain = send(t, l, n+1, chain)
	}
	other := send(t, dial(t, url, "t2"), 1, 0)
	d.until(t, "the facts", func() bool { return len(d.facts[totem]) == 5 && len(d.facts["t2"]) == 1 })
	if err := c.Purge(t.Context(), office, totem, other+100); err != nil {
		t.Fatal(err)
	}
	if err := c.Purge(t.Context(), office, "t3", 100); err != nil {
		t.Fatalf("a totem without facts: %v", err)
	}
	js, err := jetstream.New(connect(t, url))
	if err != nil {
		t.Fatal(err)
	}
	stream, err := js.Stream(t.Context(), "FACTS")
	if err != nil {
		t.Fatal(err)
	}
	info, err := stream.Info(t.Context())
	if err != nil || info.State.Msgs != 2 {
		t.Errorf("%d facts left, %v; want one for each totem", info.State.Msgs, err)
	}
	send(t, l, 6, chain)
}
