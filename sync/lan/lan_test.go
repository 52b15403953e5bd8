package lan_test

import (
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nkeys"

	"example.org/totem/booking"
	"example.org/totem/internal/fault"
	"example.org/totem/sync/lan"
	"example.org/totem/sync/wire"
)

// patience is how long a test waits for what must come; it is there to end a test that has failed.
const patience = 2 * time.Minute

// device is a totem by its key.
type device struct {
	name booking.TotemID
	key  ed25519.PrivateKey
}

func newDevice(t testing.TB, name booking.TotemID) device {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return device{name, key}
}

func (d device) config() lan.Config {
	return lan.Config{Key: func() (crypto.Signer, error) { return d.key, nil }}
}

// peer is the device as the scheduler tells of it.
func (d device) peer(t testing.TB, address string) wire.Peer {
	t.Helper()
	key, err := nkeys.Encode(nkeys.PrefixByteUser, d.key.Public().(ed25519.PublicKey))
	if err != nil {
		t.Fatal(err)
	}
	return wire.Peer{Totem: d.name, Key: string(key), Address: address}
}

func (d device) client(t testing.TB) *lan.Client {
	t.Helper()
	c, err := lan.NewClient(d.config())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// host is a totem that answers.
type host struct {
	device
	t       testing.TB
	address string
	clock   atomic.Int64  // what its steady clock shows, in nanoseconds
	strange chan struct{} // has a token for everybody who came and is no peer

	mu     sync.Mutex
	peers  []wire.Peer
	asked  []booking.TotemID
	answer func(context.Context, wire.Peer, wire.Need) (wire.Passed, error)
	stop   func() error
}

// newHost lets a totem answer until the test ends, with one slot for each question.
func newHost(t testing.TB, change func(*lan.ServerConfig), known ...device) *host {
	t.Helper()
	h := &host{device: newDevice(t, "t1"), t: t, strange: make(chan struct{}, 100)}
	h.answer = func(_ context.Context, from wire.Peer, n wire.Need) (wire.Passed, error) { return h.slot(from, n), nil }
	for _, k := range known {
		h.peers = append(h.peers, k.peer(t, "192.0.2.9:7411"))
	}
	c := lan.ServerConfig{Config: h.config(), Steady: func() time.Duration { return time.Duration(h.clock.Load()) },
		Peers: func(context.Context) ([]wire.Peer, error) { h.mu.Lock(); defer h.mu.Unlock(); return h.peers, nil },
		Answer: func(ctx context.Context, from wire.Peer, n wire.Need) (wire.Passed, error) {
			h.mu.Lock()
			h.asked = append(h.asked, from.Totem)
			answer := h.answer
			h.mu.Unlock()
			return answer(ctx, from, n)
		},
		Stranger: func() { h.strange <- struct{}{} }}
	if change != nil {
		change(&c)
	}
	s, err := lan.Listen("127.0.0.1:0", c)
	if err != nil {
		t.Fatal(err)
	}
	h.address = s.Addr().String()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx) }()
	h.stop = sync.OnceValue(func() error { cancel(); return <-ended })
	t.Cleanup(func() {
		if err := h.stop(); err != nil {
			t.Error(err)
		}
	})
	return h
}

func (h *host) slot(from wire.Peer, n wire.Need) wire.Passed {
	t := booking.Transfer{Key: booking.SheetKey{Office: "rm001", Queue: n.Queue, Day: n.Day}, Slot: "A042", Start: n.From, Hands: 2,
		From: h.name, To: from.Totem, Store: n.Incarnation}
	t.Proof = booking.Proof(ed25519.Sign(h.key, t.Signed()))
	return wire.Passed{Transfers: []booking.Transfer{t}}
}

func (h *host) self() wire.Peer { return h.peer(h.t, h.address) }

func (h *host) heard() []booking.TotemID {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]booking.TotemID(nil), h.asked...)
}

func need(t testing.TB) wire.Need {
	t.Helper()
	day, err := booking.ParseDay("2026-11-24")
	if err != nil {
		t.Fatal(err)
	}
	return wire.Need{Incarnation: booking.Incarnation{7}, Queue: "anagrafe", Day: day, From: time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC), Free: 1, Most: 9}
}

func waiting(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return ctx
}

func TestAPeerIsAnsweredAndKnownByItsKeyAlone(t *testing.T) {
	asker := newDevice(t, "t2")
	h := newHost(t, nil, newDevice(t, "t3"), asker)
	passed, err := asker.client(t).Ask(waiting(t), h.self(), need(t))
	if err != nil {
		t.Fatal(err)
	}
	if len(passed.Transfers) != 1 || passed.Transfers[0] != h.slot(wire.Peer{Totem: "t2"}, need(t)).Transfers[0] {
		t.Errorf("was passed %v", passed)
	}
	if heard := h.heard(); len(heard) != 1 || heard[0] != "t2" {
		t.Errorf("it was asked by %v", heard)
	}
	if err := asker.client(t).Try(waiting(t), h.self()); err != nil || len(h.heard()) != 1 {
		t.Errorf("tried: %v, and it was asked by %v", err, h.heard())
	}
}

func TestWhoAnswersWithAnotherKeyIsNotAsked(t *testing.T) {
	asker := newDevice(t, "t2")
	h := newHost(t, nil, asker)
	other := newDevice(t, "t1").peer(t, h.address)
	if _, err := asker.client(t).Ask(waiting(t), other, need(t)); !errors.Is(err, lan.ErrOther) {
		t.Errorf("asked: %v", err)
	}
	if err := asker.client(t).Try(waiting(t), other); !errors.Is(err, lan.ErrOther) {
		t.Errorf("tried: %v", err)
	}
	if heard := h.heard(); len(heard) > 0 {
		t.Errorf("it was asked by %v", heard)
	}
}

func TestAStrangerIsNotAnswered(t *testing.T) {
	h := newHost(t, nil, newDevice(t, "t2"))
	stranger := newDevice(t, "t2") // of the same name
	if _, err := stranger.client(t).Ask(waiting(t), h.self(), need(t)); err == nil {
		t.Error("a stranger was answered")
	}
	if err := stranger.client(t).Try(waiting(t), h.self()); !errors.Is(err, lan.ErrUnknown) {
		t.Errorf("tried: %v", err)
	}
	for range 2 {
		select {
		case <-h.strange:
		case <-waiting(t).Done():
			t.Fatal("nobody is told of strangers")
		}
	}
	if heard := h.heard(); len(heard) > 0 || len(h.strange) > 0 {
		t.Errorf("it was asked by %v, and met %d strangers more", heard, len(h.strange))
	}
}

func TestAKeyThatIsReplacedIsKnownFromTheNextConnectionOn(t *testing.T) {
	before, after := newDevice(t, "t2"), newDevice(t, "t2")
	h := newHost(t, nil, before)
	if err := before.client(t).Try(waiting(t), h.self()); err != nil {
		t.Fatal(err)
	}
	h.mu.Lock()
	h.peers = []wire.Peer{after.peer(t, "192.0.2.9:7411")}
	h.mu.Unlock()
	if err := before.client(t).Try(waiting(t), h.self()); !errors.Is(err, lan.ErrUnknown) {
		t.Errorf("the key before: %v", err)
	}
	if err := after.client(t).Try(waiting(t), h.self()); err != nil {
		t.Errorf("the key after: %v", err)
	}
}

func TestAPeerIsAnsweredOnceInAWhile(t *testing.T) {
	asker, other := newDevice(t, "t2"), newDevice(t, "t3")
	h := newHost(t, func(c *lan.ServerConfig) { c.Every = 5 * time.Second }, asker, other)
	ask := func(d device) error {
		_, err := d.client(t).Ask(waiting(t), h.self(), need(t))
		return err
	}
	if err := ask(asker); err != nil {
		t.Fatal(err)
	}
	h.clock.Store(int64(5*time.Second - 1))
	if err := ask(asker); err == nil {
		t.Error("answered at once again")
	}
	if err := ask(other); err != nil {
		t.Errorf("another one must wait: %v", err)
	}
	h.clock.Store(int64(5 * time.Second)) // a refusal does not lengthen the wait
	if err := ask(asker); err != nil {
		t.Error(err)
	}
}

func TestWhoCannotAnswerSaysNothing(t *testing.T) {
	asker := newDevice(t, "t2")
	h := newHost(t, nil, asker)
	h.mu.Lock()
	h.answer = func(context.Context, wire.Peer, wire.Need) (wire.Passed, error) {
		return wire.Passed{}, errors.New("the disk is full")
	}
	h.mu.Unlock()
	if p, err := asker.client(t).Ask(waiting(t), h.self(), need(t)); err == nil {
		t.Errorf("answered %v", p)
	}
}

func TestADeviceWithoutAKeyNeitherAsksNorAnswers(t *testing.T) {
	none := fault.New(fault.CodeUnprovisioned, nil, "provision it", "no key")
	bare := lan.Config{Key: func() (crypto.Signer, error) { return nil, none }}
	asker := newDevice(t, "t2")
	h := newHost(t, func(c *lan.ServerConfig) { c.Config = bare }, asker)
	if err := asker.client(t).Try(waiting(t), h.self()); err == nil {
		t.Error("answered without a key")
	}
	c, err := lan.NewClient(bare)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Ask(waiting(t), h.self(), need(t)); !errors.Is(err, none) {
		t.Errorf("asked without a key: %v", err)
	}
	if len(h.strange) > 0 {
		t.Error("somebody was taken for a stranger by a totem without a key")
	}
}

func TestAnAddressThatIsTakenIsAFault(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	c := lan.ServerConfig{Config: newDevice(t, "t1").config(), Steady: func() time.Duration { return 0 },
		Peers:  func(context.Context) ([]wire.Peer, error) { return nil, nil },
		Answer: func(context.Context, wire.Peer, wire.Need) (wire.Passed, error) { return wire.Passed{}, nil }}
	_, err = lan.Listen(taken.Addr().String(), c)
	if f := fault.Of(err); f.Code != fault.CodePeersListen || f.Remedy == "" {
		t.Errorf("got %v", err)
	}
	s, err := lan.Listen("127.0.0.1:0", c)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if _, err := lan.Listen("127.0.0.1:0", lan.ServerConfig{}); err == nil {
		t.Error("listens with nothing")
	}
	if _, err := lan.NewClient(lan.Config{}); err == nil {
		t.Error("asks with nothing")
	}
}

func TestAServerThatEndsLeavesNothingBehind(t *testing.T) {
	asker := newDevice(t, "t2")
	h := newHost(t, nil, asker)
	begun := make(chan struct{})
	h.mu.Lock()
	h.answer = func(ctx context.Context, _ wire.Peer, _ wire.Need) (wire.Passed, error) {
		close(begun)
		<-ctx.Done()
		return wire.Passed{}, ctx.Err()
	}
	h.mu.Unlock()
	idle, err := net.Dial("tcp", h.address)
	if err != nil {
		t.Fatal(err)
	}
	defer idle.Close()
	asked := make(chan error)
	go func() {
		_, err := asker.client(t).Ask(waiting(t), h.self(), need(t))
		asked <- err
	}()
	<-begun
	if err := h.stop(); err != nil {
		t.Error(err)
	}
	if err := <-asked; err == nil {
		t.Error("answered by a server that ended")
	}
	if c, err := net.Dial("tcp", h.address); err == nil {
		c.Close()
		t.Error("somebody still listens")
	}
}
