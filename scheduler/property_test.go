package scheduler_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
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
	shown  map[booking.Number]booking.State // how far its own and others' tickets are, as their bearers have told it
	facts  []booking.Fact
	told   int // facts that were told at least once
}

func newDevice(totem booking.TotemID, store booking.Incarnation) *device {
	return &device{totem: totem, store: store, grants: make(map[booking.SheetKey]booking.Sheet), given: make(map[booking.Number]bool),
		shown: make(map[booking.Number]booking.State)}
}

// show has the bearer of a ticket that the device knows, its own or another's, check in or give it back.
func (d *device) show(t *rapid.T, key booking.SheetKey) {
	tickets := make(map[booking.Number]booking.CodeHash)
	for _, slot := range d.grants[key].Slots {
		if slot.State.HasTicket() {
			tickets[slot.Number] = slot.Ticket.Code
		}
	}
	for _, f := range d.facts {
		if f.Kind == booking.FactIssued {
			tickets[f.Slot] = f.Code
		}
	}
	if len(tickets) == 0 {
		return
	}
	n := rapid.SampledFrom(slices.Sorted(maps.Keys(tickets))).Draw(t, "ticket")
	kind, to := booking.FactArrived, booking.Arrived
	if rapid.Bool().Draw(t, "cancel") {
		kind, to = booking.FactCancelled, booking.Cancelled
	}
	if d.shown[n] < to {
		d.shown[n] = to
		d.facts = append(d.facts, shown(d.store, uint64(len(d.facts)+1), kind, n, tickets[n]))
	}
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
			newDevice("t1", storeA), newDevice("t2", storeB),
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
			"show": func(*rapid.T) { pick().show(rt, key) },
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
			want += len(d.given)
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
			if told := max(booking.Issued, devices[0].shown[slot.Number], devices[1].shown[slot.Number]); slot.State.HasTicket() && slot.State != told {
				rt.Fatalf("%s is %v, and its bearer has told that it is %v", slot.Number, slot.State, told)
			}
		}
		if len(codes) != want {
			rt.Fatalf("%d tickets in the ledger, want %d", len(codes), want)
		}
	})
}
