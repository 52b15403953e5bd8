package scheduler_test

import (
	"context"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"example.org/totem/booking"
	"example.org/totem/ledger"
	"example.org/totem/sync/wire"
)

// device is a totem that lives by the rules: it gives tickets from its own grant alone, numbers its facts, and tells
// them in order, some of them again.
type device struct {
	totem  booking.TotemID
	store  booking.Incarnation
	grants map[booking.SheetKey]booking.Sheet
	given  map[booking.Number]bool
	facts  []booking.Fact
	told   int // facts that were told at least once
}

// TestNoSlotIsOnTwoTicketsWhateverHappens lets two totems, the web and restarts of the scheduler come in any order.
func TestNoSlotIsOnTwoTicketsWhateverHappens(t *testing.T) {
	p := plan(t, "rm001", "Europe/Rome", "t1", "t2")
	key := booking.SheetKey{Office: "rm001", Queue: queueA, Day: monday}
	rapid.Check(t, func(rt *rapid.T) {
		ctx := context.Background()
		w := newWorld(t, p)
		s := w.start()
		devices := []*device{
			{totem: "t1", store: storeA, grants: make(map[booking.SheetKey]booking.Sheet), given: make(map[booking.Number]bool)},
			{totem: "t2", store: storeB, grants: make(map[booking.SheetKey]booking.Sheet), given: make(map[booking.Number]bool)},
		}
		web := 0
		pick := func() *device { return rapid.SampledFrom(devices).Draw(rt, "totem") }
		tell := func(d *device) {
			if d.told < len(d.facts) {
				must(t, s.Fold(ctx, "rm001", d.totem, uint64(d.told+1), d.facts[d.told]))
				d.told++
			}
		}
		rt.Repeat(map[string]func(*rapid.T){
			"tend":    func(*rapid.T) { must(t, s.Tend(ctx)) },
			"restart": func(*rapid.T) { s = w.start() },
			"pull": func(*rapid.T) {
				d := pick()
				_, err := w.hello(s, "rm001", d.totem, hello(d.store, uint64(len(d.facts))))
				must(t, err)
				pulled, err := s.Pull(ctx, "rm001", d.totem, wire.Pull{Incarnation: d.store})
				must(t, err)
				for _, sheet := range pulled.Sheets {
					d.grants[sheet.SheetKey] = sheet
				}
			},
			"issue": func(*rapid.T) {
				d := pick()
				for _, n := range held(d.grants[key], booking.HeldBy(d.totem)) {
					if d.given[n] {
						continue
					}
					d.given[n] = true
					f := issued(d.store, uint64(len(d.facts)+1), monday, n)
					f.Code[7] = d.store[0]
					d.facts = append(d.facts, f)
					return
				}
			},
			"tell": func(*rapid.T) { tell(pick()) },
			"tell again": func(*rapid.T) {
				if d := pick(); d.told > 0 {
					i := rapid.IntRange(0, d.told-1).Draw(rt, "fact")
					must(t, s.Fold(ctx, "rm001", d.totem, uint64(i+1), d.facts[i]))
				}
			},
			"web": func(*rapid.T) {
				_, err := s.DayKey(ctx, "rm001", monday) // no code without the day's key
				must(t, err)
				_, err = ledger.Change(ctx, w.memory, key, func(sheet booking.Sheet) (booking.Sheet, error) {
					free := held(sheet, booking.Pool)
					if len(free) == 0 {
						return sheet, nil
					}
					web++
					return sheet.Book(free[0], booking.Pool, code(5000+web))
				})
				if err != nil && err != ledger.ErrNoSheet {
					t.Fatal(err)
				}
			},
			"": func(*rapid.T) {
				if n := w.events("scheduler.fact-conflict") + w.events("scheduler.fact-parked"); n != 0 {
					rt.Fatalf("%d facts set aside:\n%s", n, w.log)
				}
			},
		})
		want := web
		for _, d := range devices {
			for d.told < len(d.facts) {
				tell(d)
			}
			want += len(d.facts)
		}
		sheet, err := w.memory.Sheet(ctx, key)
		if err != nil && want == 0 {
			return
		}
		must(t, err)
		codes := make(map[string]bool)
		for _, slot := range sheet.Slots {
			if slot.State.HasTicket() {
				codes[fmt.Sprint(slot.Ticket.Code)] = true
			}
		}
		if len(codes) != want {
			rt.Fatalf("%d tickets in the ledger, want %d", len(codes), want)
		}
	})
}
