package rehearsal

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"example.org/totem/booking"
)

// promise is a ticket in somebody's hand.
type promise struct {
	key    booking.SheetKey
	number booking.Number
	code   booking.Code
	by     booking.Incarnation // the store that gave it; zero for the web
	risked bool                // a person has said, or a set-back meant, that it may be forgotten

	state booking.State         // how far it is, as its bearer was told; 0: it was not shown again
	told  []booking.Incarnation // the stores that said so
	vague bool                  // what they said may be forgotten
}

type slotKey struct {
	booking.SheetKey
	number booking.Number
}

// judge knows every promise that was made, and what became of it.
type judge struct {
	mu       sync.Mutex
	promises []*promise
	by       map[slotKey][]*promise
	wrongs   []string
	takings
}

func newJudge() *judge { return &judge{by: make(map[slotKey][]*promise), takings: newTakings()} }

func (j *judge) wrong(format string, args ...any) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.wrongs = append(j.wrongs, time.Now().Format("Mon 15:04:05 ")+fmt.Sprintf(format, args...))
}

// promise notes a ticket. A second one for the same slot is wrong.
func (j *judge) promise(p promise) {
	j.mu.Lock()
	p.risked = p.risked || j.strange[p.by]
	key := slotKey{p.key, p.number}
	earlier := j.by[key]
	j.promises, j.by[key] = append(j.promises, &p), append(earlier, &p)
	j.mu.Unlock()
	for _, e := range earlier {
		if !e.risked && !p.risked {
			j.wrong("%s of %s is sold twice: by %s and by %s", p.number, p.key, e.by, p.by)
		}
	}
}

// lose marks the tickets of a store whose disk was declared lost before it had told everything.
func (j *judge) lose(store booking.Incarnation) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, p := range j.promises {
		p.risked = p.risked || p.by == store
		p.vague = p.vague || slices.Contains(p.told, store)
	}
}

// forget marks the tickets that a set-back of the scheduler's machine can make it forget for good: the web's from the n-th
// promise on, and those of every store whose disk is no more, for it may have told of them after the snapshot.
func (j *judge) forget(n int, alive []booking.Incarnation) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for i, p := range j.promises {
		p.risked = p.risked || p.by.IsZero() && i >= n || !p.by.IsZero() && !slices.Contains(alive, p.by)
		p.vague = p.vague || slices.ContainsFunc(p.told, func(by booking.Incarnation) bool { return !slices.Contains(alive, by) })
	}
}

func (j *judge) count() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return len(j.promises)
}

func (j *judge) report() Report {
	report := Report{Wrong: j.wrongs, Passed: j.got, Back: j.back, Wanted: j.wanted, Edits: j.edits}
	for _, p := range j.promises {
		if p.by.IsZero() {
			report.Web++
		} else {
			report.Issued++
		}
		switch p.state {
		case booking.Arrived:
			report.Came++
		case booking.Cancelled:
			report.Given++
		}
	}
	return report
}

// verdict compares the promises with what the scheduler knows in the end. exact says that nothing happened that may make
// it forget numbers.
func (j *judge) verdict(ctx context.Context, c *central, open booking.Day, exact bool) {
	issued, web, given := make(map[slotKeyDay]int), make(map[slotKeyDay]int), make(map[slotKeyDay]int)
	for _, p := range j.promises {
		day := slotKeyDay{p.key}
		if p.state == booking.Cancelled && p.key.Day.Compare(open) < 0 {
			given[day]++
		}
		switch {
		case p.key.Day.Compare(open) >= 0:
			j.inLedger(ctx, c, p)
		case p.by.IsZero():
			web[day]++
		default:
			issued[day]++
		}
	}
	if !exact {
		return
	}
	for day, want := range issued {
		t, err := c.memory.Tally(ctx, day.Office, day.Day)
		if n := t.Queues[day.Queue]; err != nil || n.Walk+n.LateIssued != want {
			j.wrong("of %s there remain %+v, %v; %d tickets were given at totems", day, n, err, want)
		}
	}
	for day, want := range web {
		t, err := c.memory.Tally(ctx, day.Office, day.Day)
		if n := t.Queues[day.Queue]; err != nil || n.Pool != want {
			j.wrong("of %s there remain %+v, %v; %d tickets were given in the web", day, n, err, want)
		}
	}
	for day, want := range given { // who gave a ticket back at two totems may be among the late ones twice
		t, err := c.memory.Tally(ctx, day.Office, day.Day)
		if n := t.Queues[day.Queue]; err != nil || n.Cancelled > want || n.Cancelled+n.LateCancelled < want {
			j.wrong("of %s there remain %+v, %v; %d tickets were given back", day, n, err, want)
		}
	}
}

type slotKeyDay struct{ booking.SheetKey }

func (j *judge) inLedger(ctx context.Context, c *central, p *promise) {
	if p.risked {
		return
	}
	s, err := c.memory.Sheet(ctx, p.key)
	if err != nil {
		j.wrong("%s of %s: %v", p.number, p.key, err)
		return
	}
	dayKey, err := c.keys.Key(ctx, p.key.Office, p.key.Day)
	if err != nil {
		j.wrong("%s of %s: %v", p.number, p.key, err)
		return
	}
	at, ok := s.Find(p.number)
	if !ok || s.Slots[at].Ticket.Code != p.code.Hash(dayKey) {
		j.wrong("%s of %s is given, and the ledger does not know", p.number, p.key)
		return
	}
	if got, want := s.Slots[at].State, max(p.state, booking.Issued); got != want && !p.vague {
		j.wrong("%s of %s is %s in the ledger, and its bearer was told that it is %s", p.number, p.key, got, want)
	}
}
