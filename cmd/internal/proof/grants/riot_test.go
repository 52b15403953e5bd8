//go:build !race

package grants_test

import (
	"context"
	"crypto/ed25519"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nkeys"

	"example.org/totem/booking"
	"example.org/totem/internal/cluster"
	"example.org/totem/ledger"
	"example.org/totem/ledger/jetstream"
	"example.org/totem/scheduler"
	"example.org/totem/scheduler/agenda"
)

const (
	workers = 2
	totems  = 3
)

// riot is a run: it kills and cuts off, by choices that come from the seed alone.
type riot struct {
	t       *testing.T
	world   world
	dir     string
	draw    *rand.Rand
	cluster *cluster.Cluster
	books   *jetstream.Ledger
	devices []*device
	workers []*process

	mu    sync.Mutex
	said  map[string]int // by the processes, how often, or of how many slots
	wrong []string       // that a process has told
}

// device is a totem through all its lives.
type device struct {
	order totem
	links []*cluster.Line // to each node
	lan   *cluster.Line   // by which the others reach it
	cut   bool            // its links are
	alone bool            // its lan line is cut
	*process
}

// newRiot starts a cluster and everybody on it; all of them end with the test.
func newRiot(t *testing.T, w world) *riot {
	t.Helper()
	r := &riot{t: t, dir: t.TempDir(), draw: rand.New(rand.NewPCG(w.Seed, 1)), said: make(map[string]int)}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	var err error
	if r.cluster, err = cluster.Start(ctx, cluster.Config{Dir: t.TempDir()}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.must(r.cluster.Close()) })
	nc, err := dial(r.cluster.URLs())
	r.must(err)
	t.Cleanup(nc.Close)
	r.books, err = openLedger(ctx, nc)
	r.must(err)
	for i := range totems {
		w.Totems = append(w.Totems, booking.TotemID(fmt.Sprintf("t%d", i+1)))
	}
	w.Began = time.Now()
	r.world = w
	t.Cleanup(r.dismiss)
	for i := range workers {
		r.workers = append(r.workers, r.hire(i))
	}
	for _, name := range w.Totems {
		d := r.install(ctx, name)
		r.boot(d)
		r.devices = append(r.devices, d)
	}
	return r
}

func (r *riot) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

func (r *riot) words(of string) string { return filepath.Join(r.dir, of+".log") }

func (r *riot) hire(i int) *process {
	name := fmt.Sprintf("scheduler-%d", i)
	return begin(r.t, order{Words: r.words(name), Worker: &worker{World: r.world, URLs: r.cluster.URLs(), Seed: r.draw.Uint64(),
		Memo: filepath.Join(r.dir, name+".told")}}, func(word string) { r.hear(name, word) })
}

// install lays the lines of a totem, and has the scheduler know its key.
func (r *riot) install(ctx context.Context, name booking.TotemID) *device {
	var seed [ed25519.SeedSize]byte
	binary.LittleEndian.PutUint64(seed[:], r.draw.Uint64())
	d := &device{order: totem{World: r.world, Name: name, Dir: r.dir, Key: ed25519.NewKeyFromSeed(seed[:]), Boot: "boot"}}
	public, err := nkeys.Encode(nkeys.PrefixByteUser, d.order.Key.Public().(ed25519.PublicKey))
	r.must(err)
	_, err = r.books.PutMember(ctx, ledger.Member{Office: office, Totem: name, Key: string(public)})
	r.must(err)
	d.lan = r.line("")
	d.order.Address = d.lan.Addr()
	urls := make([]string, 0, r.cluster.Size())
	for i := range r.cluster.Size() {
		link := r.line(strings.TrimPrefix(r.cluster.URL(i), "nats://"))
		d.links = append(d.links, link)
		urls = append(urls, "nats://"+link.Addr())
	}
	d.order.URLs = strings.Join(urls, ",")
	return d
}

func (r *riot) line(target string) *cluster.Line {
	l, err := cluster.NewLine(target)
	r.must(err)
	r.t.Cleanup(func() { _ = l.Close() })
	return l
}

// boot starts a totem's next life.
func (r *riot) boot(d *device) {
	d.order.Seed = r.draw.Uint64()
	o := d.order
	d.process = begin(r.t, order{Words: r.words(string(o.Name)), Totem: &o}, func(word string) {
		if at, ok := strings.CutPrefix(word, "listens "); ok {
			d.lan.Aim(at)
			return
		}
		r.hear(string(o.Name), word)
	})
}

// tally returns all that was counted.
func (r *riot) tally() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return fmt.Sprint(r.said)
}

// hear counts what a process says.
func (r *riot) hear(who, word string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := 1
	kind, count, _ := strings.Cut(word, " ")
	if _, err := fmt.Sscan(count, &n); err != nil {
		n = 1
	}
	switch kind {
	case "forked", "refused", "store", "false":
		r.wrong = append(r.wrong, who+" says: "+word)
	}
	r.said[kind] += n
}

// await waits until something was said so often.
func (r *riot) await(ctx context.Context, what string, n int) {
	r.t.Helper()
	for r.count(what) < n {
		if !pause(ctx, 20*time.Millisecond) {
			r.t.Fatalf("%q was said %d times, want %d", what, r.count(what), n)
		}
	}
}

// reclaim does what no scheduler may: it takes the totems' free slots back by itself.
func (r *riot) reclaim(ctx context.Context) {
	for _, q := range r.world.plan().Queues {
		_, err := ledger.Change(ctx, r.books, r.world.sheetKey(q.ID), func(s booking.Sheet) (booking.Sheet, error) {
			for _, totem := range r.world.Totems {
				s = s.Orphan(totem)
			}
			return s.Settle(func(booking.Number) booking.Holder { return booking.Pool }), nil
		})
		r.must(err)
	}
}

// count returns how often something was said, or of how many slots.
func (r *riot) count(what string) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.said[what]
}

func (r *riot) note(what string) { r.hear("", strings.ReplaceAll(what, " ", "-")) }

// step does one bad thing, or takes one back.
func (r *riot) step(ctx context.Context) {
	d, node, way := r.devices[r.draw.IntN(len(r.devices))], r.draw.IntN(r.cluster.Size()), cluster.Way(1+r.draw.IntN(3))
	held, sever := time.Duration(200+r.draw.IntN(800))*time.Millisecond, r.draw.IntN(2) == 0
	switch r.draw.IntN(15) {
	case 0, 1:
		r.note("totem killed")
		r.must(d.kill())
		d.lan.Aim("")
		if sever {
			d.order.Boot += "."
		}
		pause(ctx, held/2)
		r.boot(d)
	case 2, 3:
		r.note("scheduler killed")
		i := node % workers
		r.must(r.workers[i].kill())
		pause(ctx, held/2)
		r.workers[i] = r.hire(i)
	case 4:
		r.note("node killed")
		r.cluster.Kill9(node)
		pause(ctx, held)
		r.must(r.cluster.Start(node))
	case 5:
		r.note("node cut off")
		r.cluster.CutRoutes(node, way)
		pause(ctx, 2*held)
		r.cluster.Heal(node)
	case 6, 7, 8, 9:
		r.cutLinks(d, way, sever)
	case 10, 11:
		r.cutLAN(d, way, sever)
	case 12, 13:
		r.edit(ctx)
	case 14:
		r.note("office cut off")
		for _, d := range r.devices {
			if !d.cut {
				r.cutLinks(d, way, sever)
			}
		}
		pause(ctx, 3*held)
	}
	pause(ctx, held/3)
}

// cutLinks cuts a totem off from the cluster, or heals that.
func (r *riot) cutLinks(d *device, way cluster.Way, sever bool) {
	if d.cut = !d.cut; !d.cut {
		way = 0
	} else {
		r.note("link cut")
	}
	for _, l := range d.links {
		l.Cut(way)
		if sever {
			l.Sever() // what was held never comes
		}
	}
}

// cutLAN does the same with what other totems ask it.
func (r *riot) cutLAN(d *device, way cluster.Way, sever bool) {
	if d.alone = !d.alone; !d.alone {
		way = 0
	} else {
		r.note("lan cut")
	}
	d.lan.Cut(way)
	if sever {
		d.lan.Sever()
	}
}

// edit closes a counter for an hour or two, or opens one again.
func (r *riot) edit(ctx context.Context) {
	from := booking.ClockOf(r.world.now(), time.UTC)/60*60 + booking.Clock(60*r.draw.IntN(4))
	e := agenda.Edit{Kind: agenda.CounterCloses, Queue: r.world.plan().Queues[r.draw.IntN(queues)].ID, Day: today(),
		Span: booking.Span{From: from, To: from + booking.Clock(60*(1+r.draw.IntN(2)))}, Open: r.draw.IntN(r.world.Open)}
	if r.draw.IntN(3) == 0 {
		e.Kind, e.Open = agenda.QueueGrows, r.world.Open
	}
	once, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	editing := scheduler.Editing{Book: r.books, Roster: r.books, Now: r.world.now}
	if _, err := editing.Apply(once, r.world.plan(), []agenda.Edit{e}); err != nil {
		r.note("edit failed")
		r.t.Logf("an edit failed: %v", err)
		return
	}
	r.note("edited " + string(e.Kind))
}

// heal makes everything whole again.
func (r *riot) heal(ctx context.Context) {
	for _, d := range r.devices {
		d.lan.Cut(0)
		for _, l := range d.links {
			l.Cut(0)
		}
	}
	r.must(errors.Join(r.cluster.Mend(), r.cluster.Await(ctx)))
}

// dismiss ends whoever still runs.
func (r *riot) dismiss() {
	for _, d := range r.devices {
		_ = d.kill()
	}
	for _, p := range r.workers {
		_ = p.kill()
	}
}
