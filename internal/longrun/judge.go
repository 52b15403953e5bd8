package longrun

import (
	"context"
	"fmt"
	"slices"
	"time"

	"example.org/totem/booking"
)

type slotKey struct {
	booking.SheetKey
	number booking.Number
}

// promise is a ticket in somebody's hand.
type promise struct {
	slotKey
	code   booking.Code
	by     booking.Incarnation // the store that gave it; zero for the web
	totem  booking.TotemID
	risked bool // a person has said, or a set-back meant, that it may be forgotten
}

// judge knows every promise that was made, who would sell each slot, and what happened to it.
type judge struct {
	world    *world
	promises []*promise
	by       map[slotKey][]*promise
	sellers  map[slotKey][]*totem    // whose stores would sell it now
	given    map[slotKey]map[who]int // hands of the last hand-over by which each name gave it away
	fenced   map[who]bool            // names that a person ever fenced
	history  map[slotKey][]happening
	tickets  map[booking.SheetKey][2]int   // given at totems, and in the web
	vague    map[booking.SheetKey]struct{} // of which numbers may be missing
	digest   uint64
	wrongs   []string
}

func newJudge(w *world) *judge {
	return &judge{world: w, by: make(map[slotKey][]*promise), sellers: make(map[slotKey][]*totem), given: make(map[slotKey]map[who]int),
		fenced: make(map[who]bool), history: make(map[slotKey][]happening), tickets: make(map[booking.SheetKey][2]int),
		vague: make(map[booking.SheetKey]struct{}), digest: fnvOffset}
}

// historyMost bounds what is kept of one slot.
const historyMost = 60

// happening is something that happened to a slot.
type happening struct {
	at   time.Duration
	what string
}

// note tells what happens to a slot.
func (j *judge) note(at slotKey, format string, args ...any) {
	what := fmt.Sprintf(format, args...)
	j.digest = (j.digest ^ uint64(j.world.now)) * fnvPrime
	for _, text := range [...]string{string(at.Office), string(at.Queue), string(at.number), what} {
		for i := range len(text) {
			j.digest = (j.digest ^ uint64(text[i])) * fnvPrime
		}
	}
	if at.number == "" {
		return
	}
	lines := j.history[at]
	if len(lines) >= historyMost {
		lines = slices.Delete(lines, 0, 1)
	}
	j.history[at] = append(lines, happening{j.world.now, what})
}

// The digest is FNV-1a.
const (
	fnvOffset = 14695981039346656037
	fnvPrime  = 1099511628211
)

// wrong says that a promise is broken, and all that happened to the slot.
func (j *judge) wrong(at slotKey, format string, args ...any) {
	when := func(d time.Duration) string {
		return j.world.start.Add(d).In(j.world.zone).Format("2 Jan 15:04:05.000 ")
	}
	text := when(j.world.now) + fmt.Sprintf(format, args...)
	if at.number != "" {
		text = fmt.Sprintf("%s: %s", at.SheetKey, text)
		for _, h := range j.history[at] {
			text += "\n    " + when(h.at) + h.what
		}
	}
	j.wrongs = append(j.wrongs, text)
}

// promise notes a ticket. A second one for the same slot is wrong.
func (j *judge) promise(p promise) {
	for _, e := range j.by[p.slotKey] {
		if !e.risked {
			j.wrong(p.slotKey, "%s is sold twice: by %s %s and by %s %s", p.number, e.totem, e.by, p.totem, p.by)
		}
	}
	j.promises, j.by[p.slotKey] = append(j.promises, &p), append(j.by[p.slotKey], &p)
	n := j.tickets[p.SheetKey]
	if p.by.IsZero() {
		n[1]++
	} else {
		n[0]++
	}
	j.tickets[p.SheetKey] = n
}

// looks notes whether a store would sell the slots of a sheet. Two that would sell one slot are wrong.
func (j *judge) looks(t *totem, key booking.SheetKey) {
	sheet, _ := t.disk.Sheet(key)
	known := t.sells[key]
	now := make([]booking.Number, 0, len(known)+8)
	for _, slot := range sheet.Slots {
		if t.disk.Sells(key, slot.Number) {
			now = append(now, slot.Number)
		}
	}
	for _, n := range known {
		if !slices.Contains(now, n) {
			at := slotKey{key, n}
			j.sellers[at] = slices.DeleteFunc(j.sellers[at], func(o *totem) bool { return o == t })
		}
	}
	for _, n := range now {
		if slices.Contains(known, n) {
			continue
		}
		at := slotKey{key, n}
		j.note(at, "%s would sell it", t.name.totem)
		for _, other := range j.sellers[at] {
			j.wrong(at, "%s and %s would both sell %s", other.name.totem, t.name.totem, n)
		}
		j.sellers[at] = append(j.sellers[at], t)
	}
	t.sells[key] = now
}

// gone forgets a store whose disk is no more.
func (j *judge) gone(t *totem) {
	for key, numbers := range t.sells {
		for _, n := range numbers {
			at := slotKey{key, n}
			j.sellers[at] = slices.DeleteFunc(j.sellers[at], func(o *totem) bool { return o == t })
		}
	}
	t.sells = make(map[booking.SheetKey][]booking.Number)
}

// gave notes that a totem has committed that it gives a slot away.
func (j *judge) gave(name who, at slotKey, hands int, to booking.Holder) {
	j.note(at, "%s gives it to %s, hands %d", name.totem, to, hands)
	if j.given[at] == nil {
		j.given[at] = make(map[who]int)
	}
	j.given[at][name] = max(j.given[at][name], hands)
}

// watch looks at a sheet that was written: what a totem holds may only leave it by its own hand-over or a person's fence, no
// ticket may go backwards or be another's, and nothing is sold or granted that a store would sell.
func (j *judge) watch(before, after booking.Sheet) {
	for i, was := range before.Slots {
		k := i
		if k >= len(after.Slots) || after.Slots[k].Number != was.Number {
			found := false
			if k, found = after.Find(was.Number); !found {
				j.wrong(slotKey{before.SheetKey, was.Number}, "%s has left the sheet", was.Number)
				continue
			}
		}
		is := after.Slots[k]
		if is == was {
			continue
		}
		at := slotKey{before.SheetKey, was.Number}
		j.note(at, "the ledger has it %s of %s, hands %d, ask %d", is.State, is.Holder, is.Hands, is.Ask)
		j.isTaken(at, was, is)
		j.isTicket(at, was, is)
		j.isOthers(at, was, is)
	}
}

func (j *judge) isTaken(at slotKey, was, is booking.Slot) {
	totem, held := was.Holder.Totem()
	if !held || was.State != booking.Free || is.Holder == was.Holder && is.State != booking.Void {
		return
	}
	name := who{at.Office, totem}
	if j.given[at][name] <= was.Hands && !j.fenced[name] {
		j.wrong(at, "%s is taken from %s, which has not given it away", at.number, totem)
	}
}

func (j *judge) isTicket(at slotKey, was, is booking.Slot) {
	switch {
	case !was.State.HasTicket():
	case is.State < was.State || !is.State.HasTicket():
		j.wrong(at, "%s was %s, and the ledger takes that back", at.number, was.State)
	case is.Ticket.Code != was.Ticket.Code:
		j.wrong(at, "%s has another's ticket", at.number)
	}
}

func (j *judge) isOthers(at slotKey, was, is booking.Slot) {
	if was.State != booking.Free || was.Holder != booking.Pool && was.Holder != booking.Reserve {
		return // it was not the scheduler's to give: what is written now, somebody has told
	}
	to, held := is.Holder.Totem()
	if is.State != booking.Issued && !(is.State == booking.Free && held) {
		return
	}
	for _, seller := range j.sellers[at] {
		if !(held && seller.name.totem == to) {
			j.wrong(at, "%s is %s of %s, while %s would sell it", at.number, is.State, is.Holder, seller.name.totem)
		}
	}
}

// lose marks the tickets of a store whose disk was declared lost before it had told everything.
func (j *judge) lose(store booking.Incarnation) {
	for _, p := range j.promises {
		if p.by == store {
			p.risked = true
			j.vague[p.SheetKey] = struct{}{}
		}
	}
}

// forget marks the tickets that a set-back of the scheduler's machine can make it forget for good: the web's from the n-th
// promise on, and those of every store whose disk is no more.
func (j *judge) forget(n int, alive map[booking.Incarnation]bool) {
	for i, p := range j.promises {
		if p.by.IsZero() && i >= n || !p.by.IsZero() && !alive[p.by] {
			p.risked = true
		}
	}
}

// end forgets the slots of a day that is over everywhere.
func (j *judge) end(before booking.Day) {
	for at := range j.history {
		if at.Day.Compare(before) < 0 {
			delete(j.history, at)
			delete(j.given, at)
			delete(j.sellers, at)
		}
	}
}

// verdict compares the promises with what the scheduler knows in the end.
func (j *judge) verdict(ctx context.Context, open booking.Day) {
	c := j.world.centre
	for _, p := range j.promises {
		if p.Day.Compare(open) < 0 || p.risked {
			continue
		}
		s, err := c.memory.Sheet(ctx, p.SheetKey)
		key, missing := c.keys.Key(ctx, p.Office, p.Day)
		if err != nil || missing != nil {
			j.wrong(p.slotKey, "%s: %v, %v", p.number, err, missing)
			continue
		}
		if at, ok := s.Find(p.number); !ok || s.Slots[at].Ticket.Code != p.code.Hash(key) {
			j.wrong(p.slotKey, "%s was given by %s %s, and the ledger does not know", p.number, p.totem, p.by)
		}
	}
	for key, want := range j.tickets {
		if _, vague := j.vague[key]; vague || key.Day.Compare(open) >= 0 {
			continue
		}
		t, err := c.memory.Tally(ctx, key.Office, key.Day)
		n := t.Queues[key.Queue]
		if err != nil || n.Walk+n.LateIssued != want[0] || n.Pool != want[1] {
			j.wrong(slotKey{}, "of %s there remain %d and %d late at totems, %d in the web, %v; %d and %d tickets were given", key,
				n.Walk, n.LateIssued, n.Pool, err, want[0], want[1])
		}
	}
	slices.Sort(j.wrongs[min(len(j.wrongs), j.world.played):])
}

// disturb says that numbers of an office's days from yesterday to the day after tomorrow may be missing, of all offices for "".
func (j *judge) disturb(office booking.OfficeID) {
	today := j.world.today()
	for _, p := range j.world.offices {
		if office != "" && p.plan.Office.ID != office {
			continue
		}
		for _, q := range p.plan.Queues {
			for n := -1; n <= 2; n++ {
				j.vague[booking.SheetKey{Office: p.plan.Office.ID, Queue: q.ID, Day: today.AddDays(n)}] = struct{}{}
			}
		}
	}
}
