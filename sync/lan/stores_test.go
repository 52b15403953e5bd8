package lan_test

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"example.org/totem/booking"
	"example.org/totem/store"
	"example.org/totem/sync/pooling"
	"example.org/totem/sync/wire"
)

// opening is the first start of the sheet that the totems below share.
func opening() time.Time { return time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC) }

// totem is one with a real disk and a real connection.
type totem struct {
	*host
	t     testing.TB
	store *store.Store
	line  *frayed
}

// stock is its disk as the rules see it.
type stock struct{ *store.Store }

func (s stock) Give(ctx context.Context, g pooling.Giving) ([]booking.Transfer, error) {
	return s.Store.Give(ctx, store.Giving(g))
}

// newTotem returns a totem with a sheet of n slots, of which it holds what held says.
func newTotem(t testing.TB, name booking.TotemID, sheet booking.Sheet) *totem {
	t.Helper()
	s, err := store.Open(t.Context(), store.Config{Path: filepath.Join(t.TempDir(), "totem.db"), Office: "rm001", Totem: name, Now: opening, Random: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	if err := s.Take(t.Context(), wire.Pulled{Sheets: []booking.Sheet{sheet}, Keys: map[booking.Day]booking.DayKey{sheet.Day: {1}}}); err != nil {
		t.Fatal(err)
	}
	return &totem{t: t, store: s}
}

// listen lets the totem answer peers through a line that a test can cut.
func (d *totem) listen(known ...*totem) {
	d.t.Helper()
	donor, err := pooling.NewDonor(pooling.DonorConfig{Stock: stock{d.store}, Report: func(pooling.Report) {},
		Selling: func() (booking.Day, time.Time) { return need(d.t).Day, opening() },
		Sign:    func(covered []byte) (booking.Proof, error) { return booking.Proof(ed25519.Sign(d.key, covered)), nil }})
	if err != nil {
		d.t.Fatal(err)
	}
	d.host.mu.Lock()
	defer d.host.mu.Unlock()
	d.answer = func(ctx context.Context, from wire.Peer, n wire.Need) (wire.Passed, error) {
		return donor.Answer(ctx, from.Totem, n)
	}
	for _, k := range known {
		d.peers = append(d.peers, k.peer(d.t, k.line.Addr().String()))
	}
}

// ask asks another totem as one that has nothing, and takes what it is passed.
func (d *totem) ask(from *totem) error {
	d.t.Helper()
	n := need(d.t)
	got, err := d.store.Got(d.t.Context(), from.name, n.Queue, n.Day)
	if err != nil {
		d.t.Fatal(err)
	}
	n.Incarnation, n.From, n.Free, n.Most, n.Got = d.store.Incarnation(), opening(), 0, 8, got
	passed, err := d.client(d.t).Ask(waiting(d.t), from.peer(d.t, from.line.Addr().String()), n)
	if err != nil {
		return err
	}
	for _, p := range passed.Transfers {
		if err := pooling.Verify(from.self().Key, p); err != nil {
			d.t.Fatal(err)
		}
	}
	if _, err := d.store.Receive(d.t.Context(), passed.Transfers); err != nil {
		d.t.Fatal(err)
	}
	return nil
}

// holds returns the numbers that the totem can sell, in turn until none is left.
func (d *totem) holds() map[booking.Number]bool {
	d.t.Helper()
	mine := make(map[booking.Number]bool)
	sheets, _, err := d.store.Mine(d.t.Context())
	if err != nil {
		d.t.Fatal(err)
	}
	for _, s := range sheets {
		for _, slot := range s.Slots {
			if slot.Holder == booking.HeldBy(d.name) && slot.State == booking.Free {
				mine[slot.Number] = true
			}
		}
	}
	free, err := d.store.Free(d.t.Context(), need(d.t).Day, opening())
	if err != nil || free["anagrafe"] != len(mine) {
		d.t.Fatalf("holds %d, and can sell %v: %v", len(mine), free, err)
	}
	return mine
}

// frayed is a line that breaks after so many bytes of the far side.
type frayed struct {
	net.Listener
	left   atomic.Int64 // bytes that come through before it breaks; below 0: it does not
	passed atomic.Int64 // bytes that came through on the last connection
}

func fray(t testing.TB, to string) *frayed {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	f := &frayed{Listener: l}
	f.left.Store(-1)
	var work sync.WaitGroup
	work.Go(func() {
		for {
			near, err := l.Accept()
			if err != nil {
				return
			}
			work.Go(func() { f.join(near, to) })
		}
	})
	t.Cleanup(func() { l.Close(); work.Wait() })
	return f
}

// join carries one connection to its end, or until the line breaks.
func (f *frayed) join(near net.Conn, to string) {
	defer near.Close()
	far, err := net.Dial("tcp", to)
	if err != nil {
		return
	}
	defer far.Close()
	var up sync.WaitGroup
	up.Go(func() { io.Copy(far, near); far.(*net.TCPConn).CloseWrite() })
	defer up.Wait()
	var from io.Reader = far
	if left := f.left.Load(); left >= 0 {
		from = io.LimitReader(far, left)
	}
	n, _ := io.Copy(near, from)
	f.passed.Store(n)
	near.Close()
	far.Close()
}

func TestALineThatBreaksAnywhereDoublesNothingAndLosesNothing(t *testing.T) {
	const slots = 24
	sheet := booking.Sheet{SheetKey: booking.SheetKey{Office: "rm001", Queue: "anagrafe", Day: need(t).Day}, Revision: booking.Revision{Epoch: 1, Sequence: 1}, Prefix: "A"}
	for i := range slots {
		sheet.Slots = append(sheet.Slots, booking.Slot{Number: booking.NewNumber("A", i+1), Start: opening().Add(time.Duration(i) * 10 * time.Minute),
			Holder: booking.HeldBy("t1"), State: booking.Free, Hands: 1})
	}
	a, b := newTotem(t, "t1", sheet), newTotem(t, "t2", sheet)
	for _, d := range []*totem{a, b} {
		d.host = newHost(t, nil)
		d.line = fray(t, d.address)
	}
	a.name, b.name = "t1", "t2"
	a.listen(b)
	b.listen(a)
	whole := func(when string, limbo bool) {
		t.Helper()
		at, bt := a.holds(), b.holds()
		for n := range at {
			if bt[n] {
				t.Fatalf("%s: both hold %s", when, n)
			}
		}
		if left := slots - len(at) - len(bt); left != 0 && !limbo {
			t.Fatalf("%s: nobody holds %d", when, left)
		}
	}
	asker, donor := b, a
	if err := asker.ask(donor); err != nil {
		t.Fatal(err)
	}
	whole("at first", false)
	for cut, broke := int64(0), true; broke; cut += 211 { // at which a question and its answer are whole at last
		asker, donor = donor, asker
		donor.line.left.Store(cut)
		broke = asker.ask(donor) != nil
		whole(fmt.Sprintf("cut after %d bytes", cut), true)
		donor.line.left.Store(-1)
		if err := asker.ask(donor); err != nil {
			t.Fatalf("after a cut at %d bytes: %v", cut, err)
		}
		whole(fmt.Sprintf("mended after %d bytes", cut), false)
	}
	if donor.line.passed.Load() < 1000 {
		t.Errorf("a whole answer is %d bytes", donor.line.passed.Load())
	}
}
