package storetest_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"example.org/totem/booking"
	"example.org/totem/internal/storetest"
	"example.org/totem/store"
	"example.org/totem/sync/wire"
	"example.org/totem/ticket"
)

const (
	office = booking.OfficeID("rm001")
	queue  = booking.QueueID("anagrafe")
)

var (
	today = booking.DayOf(time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC), time.UTC)
	key   = booking.SheetKey{Office: office, Queue: queue, Day: today}
	life  = booking.Incarnation{1}
	peer  = booking.Incarnation{2}
	same  = cmp.Options{cmpopts.EquateEmpty(), cmp.Comparer(func(a, b booking.Day) bool { return a == b })}
)

// pair is the real store and its model, to which the same happens.
type pair struct {
	t     testing.TB
	rng   *rand.Rand
	clock time.Time
	real  *disk
	model storetest.Desk
	sheet booking.Sheet // the ledger's
	older []booking.Sheet
	codes byte
	given []booking.Transfer
	log   []string
}

// both calls one method of both, and compares what it returns.
func both[T any](p *pair, name string, call func(storetest.Device) (T, error)) T {
	p.t.Helper()
	want, wantErr := call(p.real)
	got, err := call(p.model)
	diff := cmp.Diff(want, got, same)
	if diff != "" || (err == nil) != (wantErr == nil) {
		p.t.Fatalf("after %v:\n%s: the store says %v, the model %v (-store +model):\n%s", p.log, name, wantErr, err, diff)
	}
	return got
}

func (p *pair) change(sheet booking.Sheet, err error) {
	if err != nil {
		return
	}
	p.older = append(p.older, p.sheet)
	sheet.Revision.Sequence = p.sheet.Revision.Sequence + 1
	p.sheet = sheet
}

func TestTheModelDoesWhatTheStoreDoes(t *testing.T) {
	t.Parallel()
	for seed := range uint64(6) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			p := &pair{t: t, rng: rand.New(rand.NewPCG(seed, 1)), clock: today.At(8*60, time.UTC)}
			now := func() time.Time { return p.clock }
			p.real, p.model = newDisk(t, life, now), storetest.NewDesk(office, "t1", life, now)
			p.sheet = booking.Sheet{SheetKey: key, Prefix: "A", Revision: booking.Revision{Epoch: 1, Sequence: 1}}
			for i := range 8 {
				p.sheet.Slots = append(p.sheet.Slots, booking.Slot{Number: booking.NewNumber("A", i+1), State: booking.Free,
					Start: today.At(booking.Clock(9*60+20*(i/2)), time.UTC), Holder: []booking.Holder{booking.Pool, booking.Reserve, "t1", "t2"}[i%4]})
			}
			for range 70 {
				p.step()
				p.compare()
			}
		})
	}
}

func (p *pair) compare() {
	ctx := context.Background()
	both(p, "Offers", func(d storetest.Device) ([]store.Start, error) { return d.Store().Offers(ctx, today, p.clock) })
	both(p, "Free", func(d storetest.Device) (map[booking.QueueID]int, error) { return d.Store().Free(ctx, today, p.clock) })
	both(p, "Have", func(d storetest.Device) (wire.Pull, error) { return d.Store().Have(ctx) })
	both(p, "Next", func(d storetest.Device) (booking.Fact, error) {
		f, _, _, err := d.Store().Next(ctx)
		return f, err
	})
	both(p, "Given", func(d storetest.Device) ([]booking.Transfer, error) {
		return d.Store().Given(ctx, "t2", peer, queue, today)
	})
	both(p, "Got", func(d storetest.Device) ([]booking.Number, error) { return d.Store().Got(ctx, "t2", queue, today) })
	both(p, "Peers", func(d storetest.Device) ([]wire.Peer, error) { return d.Store().Peers(ctx) })
}

func (p *pair) step() {
	ctx := context.Background()
	p.clock = p.clock.Add(time.Duration(p.rng.IntN(120)) * time.Second)
	n := p.sheet.Slots[p.rng.IntN(len(p.sheet.Slots))].Number
	act := p.rng.IntN(24)
	p.log = append(p.log, fmt.Sprint(act, n))
	switch act {
	case 0, 1:
		p.change(p.sheet.Grant(n, []booking.TotemID{"t1", "t1", "t2"}[p.rng.IntN(3)]))
	case 2:
		p.change(p.sheet.Ask(n, booking.Ask(p.rng.IntN(3))), nil)
	case 3:
		p.codes++
		p.change(p.sheet.Book(n, booking.Pool, booking.CodeHash{0xff, p.codes}))
	case 4:
		if p.rng.IntN(3) == 0 {
			p.change(p.sheet.Orphan("t2"), nil)
		} else {
			p.change(p.sheet.Settle(func(booking.Number) booking.Holder { return booking.Reserve }), nil)
		}
	case 5, 6, 7:
		both(p, "Take", func(d storetest.Device) (bool, error) { return true, d.Store().Take(ctx, p.pulled(p.sheet)) })
	case 8:
		if len(p.older) > 0 { // a late one
			old := p.older[p.rng.IntN(len(p.older))]
			both(p, "Take", func(d storetest.Device) (bool, error) { return true, d.Store().Take(ctx, p.pulled(old)) })
		}
	case 9, 10:
		both(p, "Push", func(d storetest.Device) (bool, error) {
			return d.Store().Push(ctx, p.sheet, p.sheet.Revision.Sequence-1)
		})
	case 11, 12:
		p.issue(n)
	case 13:
		both(p, "ReleaseDue", func(d storetest.Device) (int, error) {
			return d.Store().ReleaseDue(ctx, p.clock, p.clock.Add(90*time.Minute))
		})
	case 14, 15:
		p.give()
	case 16, 17:
		p.receive(n)
	case 18:
		both(p, "GotThrough", func(d storetest.Device) (bool, error) {
			return true, d.Store().GotThrough(ctx, "t2", queue, today, []booking.Number{n})
		})
	case 19:
		p.accept()
	case 20:
		both(p, "Restart", func(d storetest.Device) (bool, error) { return true, d.Restart() })
	case 21:
		both(p, "Cut", func(d storetest.Device) (bool, error) { return true, d.Cut() })
	case 22:
		both(p, "CaughtUp", func(d storetest.Device) (bool, error) { return true, d.Store().CaughtUp(ctx) })
	case 23:
		p.anew()
	}
}

// pulled is an answer with one sheet.
func (p *pair) pulled(s booking.Sheet) wire.Pulled {
	return wire.Pulled{Sheets: []booking.Sheet{s}, Keys: map[booking.Day]booking.DayKey{today: {7}},
		Peers: []wire.Peer{{Totem: "t2", Key: "UKEY", Address: "192.0.2.7:7411"}}}
}

func (p *pair) issue(n booking.Number) {
	code, err := booking.NewCode(rand.NewChaCha8([32]byte{byte(p.codes), byte(p.rng.IntN(256)), 9}))
	if err != nil {
		p.t.Fatal(err)
	}
	i, _ := p.sheet.Find(n)
	both(p, "Issue", func(d storetest.Device) (bool, error) {
		_, err := d.Store().Issue(context.Background(), store.Order{Key: key, Number: n, Start: p.sheet.Slots[i].Start, Code: code, Slip: ticket.Slip{Lang: "it"}})
		return err == nil, err
	})
}

func (p *pair) give() {
	most := 1 + p.rng.IntN(3)
	given := both(p, "Give", func(d storetest.Device) ([]booking.Transfer, error) {
		return d.Store().Give(context.Background(), store.Giving{To: "t2", Store: peer, Queue: queue, Day: today, NotBefore: p.clock, Most: most,
			Sign: func(b []byte) (booking.Proof, error) { return booking.Proof{byte(len(b))}, nil }})
	})
	p.given = append(p.given, given...)
}

// receive brings a slot from another totem, which may be an old one, or one that it cannot have.
func (p *pair) receive(n booking.Number) {
	i, _ := p.sheet.Find(n)
	t := booking.Transfer{Key: key, Slot: n, Start: p.sheet.Slots[i].Start, Hands: p.sheet.Slots[i].Hands + p.rng.IntN(4), From: "t2", To: "t1", Store: life, Proof: booking.Proof{3}}
	switch p.rng.IntN(10) {
	case 0:
		t.Store = peer
	case 1:
		t.From = "t1"
	case 2:
		t.Start = t.Start.Add(time.Minute)
	}
	both(p, "Receive", func(d storetest.Device) (int, error) {
		return d.Store().Receive(context.Background(), []booking.Transfer{t, t})
	})
}

func (p *pair) accept() {
	f, chain, ok, err := p.model.Store().Next(context.Background())
	if err != nil || !ok {
		return
	}
	both(p, "Accepted", func(d storetest.Device) (bool, error) {
		return true, d.Store().Accepted(context.Background(), f.ID, chain+1)
	})
	// What the ledger makes of it, as far as it does.
	switch f.Kind {
	case booking.FactIssued:
		p.change(p.sheet.Book(f.Slot, "t1", f.Code))
	case booking.FactReleased:
		p.change(p.sheet.PassOn(booking.Hand{Number: f.Slot, To: booking.Reserve, Hands: f.Hands}))
	case booking.FactTransferred:
		p.change(p.sheet.PassOn(booking.Hand{Number: f.Slot, To: "t2", Hands: f.Hands}))
	case booking.FactReceived:
		p.change(p.sheet.PassOn(booking.Hand{Number: f.Slot, To: "t1", Hands: f.Hands}))
	}
}

// anew has the ledger begin anew, from an old sheet, and take over what the store holds.
func (p *pair) anew() {
	ctx := context.Background()
	type mine struct {
		Sheets []booking.Sheet
		Keys   map[booking.Day]booking.DayKey
	}
	m := both(p, "Mine", func(d storetest.Device) (mine, error) {
		sheets, keys, err := d.Store().Mine(ctx)
		return mine{sheets, keys}, err
	})
	asked := p.rng.IntN(2) == 0
	takes := map[storetest.Device]func(context.Context, wire.Granted) (bool, error){}
	for _, d := range []storetest.Device{p.real, p.model} {
		take, err := d.Asking(ctx)
		if err != nil {
			p.t.Fatal(err)
		}
		takes[d] = take
	}
	if p.rng.IntN(2) == 0 && len(p.older) > 0 {
		old := p.older[p.rng.IntN(len(p.older))].Clone()
		for _, s := range m.Sheets {
			old, _ = old.Join(s, "t1")
		}
		epoch := p.sheet.Revision.Epoch + 1
		p.older = append(p.older, p.sheet)
		p.sheet = old
		p.sheet.Revision = booking.Revision{Epoch: epoch, Sequence: p.sheet.Revision.Sequence + 1}
		p.change(p.sheet, nil)
	}
	if slices.Contains([]int{0, 1}, p.rng.IntN(4)) {
		both(p, "Join", func(d storetest.Device) (bool, error) { return true, d.Store().Join(ctx, p.sheet.Revision.Epoch) })
	}
	if asked {
		both(p, "TakeGranted", func(d storetest.Device) (bool, error) {
			return takes[d](ctx, wire.Granted{Sheet: p.sheet, Key: booking.DayKey{7}})
		})
	}
}
