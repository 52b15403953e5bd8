package cluster_test

import (
	"bytes"
	"context"
	crypto "crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	natsjs "github.com/nats-io/nats.go/jetstream"

	"example.org/totem/booking"
	"example.org/totem/internal/cluster"
	"example.org/totem/sync/wire"
)

const (
	// seedVariable repeats the choices of an earlier run. What the cluster makes of them depends on its own timing too.
	seedVariable = "TOTEM_CLUSTER_SEED"
	// timeVariable is for how long nodes and workers are killed and cut off; without it, defaultTime.
	timeVariable = "TOTEM_CLUSTER_TIME"
	defaultTime  = 10 * time.Second
)

func newSeed(t *testing.T) uint64 {
	t.Helper()
	var b [4]byte
	crypto.Read(b[:])
	seed := uint64(binary.LittleEndian.Uint32(b[:]))
	if text := os.Getenv(seedVariable); text != "" {
		var err error
		if seed, err = strconv.ParseUint(text, 10, 64); err != nil {
			t.Fatalf("%s: %v", seedVariable, err)
		}
	}
	t.Logf("%s=%d", seedVariable, seed)
	return seed
}

func duration(t *testing.T) time.Duration {
	t.Helper()
	text := os.Getenv(timeVariable)
	if text == "" {
		return defaultTime
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		t.Fatalf("%s: %v", timeVariable, err)
	}
	return d
}

func TestRacingWritersSellEverySlotOnceWhateverIsKilledOrCutOff(t *testing.T) {
	t.Parallel()
	c, length := whole(t), duration(t)
	ctx := within(t, length+2*time.Minute)
	r := &riot{t: t, cluster: c, random: rand.New(rand.NewPCG(newSeed(t), 1))}
	for range workers {
		r.hire(nil, 0)
	}
	t.Cleanup(r.dismiss)
	for until := time.Now().Add(length); time.Now().Before(until); {
		r.step(ctx)
	}
	r.began = time.Now()
	r.everybody()
	if err := errors.Join(c.Mend(), c.Await(ctx)); err != nil {
		t.Fatal(err)
	}
	r.since("whole")
	sheets := r.finish()
	r.since("the workers ended")
	h := r.sweep(ctx, sheets)
	r.since("the revisions read")
	said := make(map[outcome]int)
	for _, o := range h.operations {
		if !o.Put {
			said[o.Outcome]++
		}
	}
	t.Logf("%d sheets of %d slots; answers: %d booked, %d taken, %d full, %d none; %v", sheets, slotsOfSheet,
		said[booked], said[taken], said[full], said[unknown], r.done)
	if said[booked] < slotsOfSheet {
		t.Error("hardly anything was booked")
	}
	for _, wrong := range h.judge() {
		t.Error(wrong)
	}
	r.since("judged")
	if t.Failed() {
		r.keep(h)
	}
}

const (
	workers = 3
	clients = 3 // of each worker
)

// riot kills and cuts off, one node at a time.
type riot struct {
	t       *testing.T
	cluster *cluster.Cluster
	random  *rand.Rand
	working []*worker
	former  []*worker // that have ended
	client  int       // number of the last client
	done    map[string]int
	began   time.Time // the end
}

// since says how long the end takes.
func (r *riot) since(what string) {
	r.t.Logf("%s after %s", what, time.Since(r.began).Round(time.Millisecond))
}

// hire starts a worker, which goes on where another was killed.
func (r *riot) hire(heritage []adopted, from int) {
	o := order{URLs: r.cluster.URLs(), Seed: r.random.Uint64(), From: from, Heritage: heritage}
	if r.random.IntN(2) == 0 {
		first := r.random.IntN(r.cluster.Size())
		o.URLs = urlsOf(r.cluster, first, (first+1)%r.cluster.Size(), (first+2)%r.cluster.Size())
	}
	for range clients {
		r.client++
		o.Clients = append(o.Clients, r.client)
	}
	r.working = append(r.working, newWorker(r.t, o))
}

// step does one bad thing, lets time pass, and takes it back. The choices come from the seed alone.
func (r *riot) step(ctx context.Context) {
	c, i := r.cluster, r.random.IntN(r.cluster.Size())
	held := time.Duration(200+r.random.IntN(2800)) * time.Millisecond
	ofLeader, way := r.random.IntN(2) == 0, cluster.Way(1+r.random.IntN(2))
	what := r.random.IntN(9)
	if ofLeader {
		if s, err := c.Stream(ctx, dayStream()); err == nil {
			i = s.Leader
		}
	}
	var wrong error
	switch what {
	case 0, 1:
		r.note("a worker killed")
		r.replace(i % len(r.working))
		return
	case 2, 3:
		r.note("a node killed")
		c.Kill9(i)
		pause(ctx, held)
		wrong = c.Start(i)
	case 4:
		r.note("a node frozen")
		wrong = c.Freeze(i)
		pause(ctx, held)
		wrong = errors.Join(wrong, c.Thaw(i))
	case 5:
		r.note("a node cut off")
		c.Cut(i)
		pause(ctx, 2*held)
	case 6:
		r.note("a node cut off one way from the nodes")
		c.CutRoutes(i, way)
		pause(ctx, 2*held)
	case 7:
		r.note("a node cut off one way from the clients")
		c.CutClients(i, way)
		pause(ctx, held)
	case 8:
		r.note("connections broken")
		c.Sever(i)
		pause(ctx, held/4)
	}
	if held%2 == 0 {
		c.Sever(i) // what was held never comes
	}
	c.Heal(i)
	if wrong != nil {
		r.t.Fatal(wrong)
	}
}

func (r *riot) note(what string) {
	if r.done == nil {
		r.done = make(map[string]int)
	}
	r.done[what]++
}

// pause lets time pass: the processes outside know no other clock.
func pause(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}

// replace kills a worker. Another tells what it had begun again, with the same keys.
func (r *riot) replace(i int) {
	w := r.working[i]
	if err := w.kill(); err != nil {
		r.t.Fatal(err)
	}
	r.working = append(r.working[:i], r.working[i+1:]...)
	r.former = append(r.former, w)
	r.hire(w.left())
}

// everybody kills all nodes at once.
func (r *riot) everybody() {
	r.note("all nodes killed")
	for i := range r.cluster.Size() {
		r.cluster.Kill9(i)
	}
}

// finish lets the workers end, and returns how many sheets they have begun.
func (r *riot) finish() (sheets int) {
	for _, w := range r.working {
		if err := w.finish(); err != nil {
			r.t.Errorf("a worker failed: %v", err)
		}
	}
	r.former, r.working = append(r.former, r.working...), nil
	for _, w := range r.former {
		_, sheet := w.left()
		sheets = max(sheets, sheet+1)
	}
	return sheets
}

// dismiss ends the workers of a test that gave up.
func (r *riot) dismiss() {
	for _, w := range r.working {
		_ = w.kill()
	}
}

// sweep books what is still free, and returns the whole history.
func (r *riot) sweep(ctx context.Context, sheets int) history {
	lines := new(bytes.Buffer)
	for _, w := range r.former {
		for _, l := range w.lines {
			lines.Write(l.text)
		}
	}
	l := openLedger(r.t, ctx, connect(r.t, r.cluster))
	r.since("the ledger opened")
	r.client++
	newBooker(r.client, l, newRecorder(lines), 1).run(ctx, 0, sheets-1, nil, nil)
	h := history{operations: operationsOf(r.t, lines), final: make(map[int]content)}
	r.since("all slots booked")
	h.revisions = r.revisions(ctx)
	for n := range sheets {
		h.final[n] = contentOf(sheet(r.t, ctx, l, sheetOf(queueOf(n), 0).SheetKey))
	}
	return h
}

// revisions reads the whole stream of the day, again and again until the cluster lets it.
func (r *riot) revisions(ctx context.Context) map[int][]content {
	nc := connect(r.t, r.cluster)
	stream := dayStream()
	if err := r.cluster.AwaitCurrent(ctx, stream); err != nil {
		r.t.Fatal(err)
	}
	for {
		once, cancel := context.WithTimeout(ctx, time.Minute)
		all, err := revisionsOf(once, nc, stream)
		cancel()
		if err == nil {
			return all
		}
		if ctx.Err() != nil {
			r.t.Fatal(err)
		}
	}
}

func revisionsOf(ctx context.Context, nc *nats.Conn, stream string) (map[int][]content, error) {
	js, err := natsjs.New(nc)
	if err != nil {
		return nil, err
	}
	messages, err := js.Stream(ctx, stream)
	if err != nil {
		return nil, err
	}
	all := make(map[int][]content)
	for sequence := uint64(1); sequence <= messages.CachedInfo().State.LastSeq; sequence++ {
		m, err := messages.GetMsg(ctx, sequence)
		if err != nil {
			return nil, err
		}
		sheet, err := wire.DecodeSheet(m.Data)
		if err != nil {
			return nil, err
		}
		number, err := numberOf(sheet)
		if err != nil {
			return nil, err
		}
		all[number] = append(all[number], contentOf(sheet))
	}
	return all, nil
}

func numberOf(s booking.Sheet) (n int, err error) {
	_, err = fmt.Sscanf(string(s.Queue), "q-%d", &n)
	return n, err
}

// keep writes the history down, for whoever looks for what went wrong.
func (r *riot) keep(h history) {
	var lines bytes.Buffer
	for _, o := range h.operations {
		newRecorder(&lines).note(o)
	}
	for sheet := range h.final {
		fmt.Fprintf(&lines, "sheet %d: %v\n", sheet, h.revisions[sheet])
	}
	if err := os.WriteFile(filepath.Join(r.t.ArtifactDir(), "history"), lines.Bytes(), 0o644); err != nil {
		r.t.Error(err)
	}
}
