package store_test

import (
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"example.org/totem/booking"
	"example.org/totem/paper"
	"example.org/totem/store"
	"example.org/totem/sync/wire"
)

// world is a store, and a scheduler whose sheets reach it in any order, late, twice or never, and know nothing of
// what the store has issued unless it was told.
type world struct {
	t     *rapid.T
	cfg   store.Config
	store *store.Store

	clock    time.Time
	sheets   map[booking.Day][]booking.Sheet // every revision ever written
	sold     map[slotName]booking.CodeHash   // tickets that were given
	web      map[slotName]booking.Code       // tickets of the pool
	reached  map[booking.Code]booking.State  // how far tickets are, as the store has said
	last     uint64                          // number of the last fact seen
	told     uint64                          // number of the last fact acknowledged
	jobs     map[int64]*printJob
	roll     paper.Roll
	closed   booking.Day
	epoch    uint64
	sequence uint64

	cached map[booking.Day]booking.Sheet // as the store must have them
	words  map[slotName]ownWord
	shown  map[slotName]bool // a bearer has told of its ticket here
	aside  map[slotName]bool
	dir    string
	boots  int
}

// printJob is what is known of a print job without the journal.
type printJob struct {
	order   store.Order
	sent    bool // noted as being sent, and not ended since
	onPaper bool // some slip of it may be on paper
}

type slotName struct {
	day    booking.Day
	number booking.Number
}

const slotsADay = 6

func TestNoOrderOfEventsGivesASlotTwiceOrANumberAgain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		dir, err := os.MkdirTemp("/dev/shm", "store") // a real disk's flushes would take most of the time, and prove nothing here
		if err != nil {
			dir, err = os.MkdirTemp("", "store")
		}
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(dir)
		w := &world{t: t, clock: today.At(8*60, rome), sheets: make(map[booking.Day][]booking.Sheet),
			epoch: 1, sold: make(map[slotName]booking.CodeHash), jobs: make(map[int64]*printJob),
			web: make(map[slotName]booking.Code), reached: make(map[booking.Code]booking.State),
			cached: make(map[booking.Day]booking.Sheet), words: make(map[slotName]ownWord), shown: make(map[slotName]bool),
			aside: make(map[slotName]bool), dir: dir}
		w.cfg = config(filepath.Join(dir, "totem.db"))
		w.cfg.Boot = "boot-0"
		w.cfg.Now = func() time.Time { return w.clock }
		w.start()
		defer func() { w.store.Close() }()
		t.Repeat(map[string]func(*rapid.T){
			"":           w.check,
			"plan":       w.plan,
			"anew":       w.anew,
			"tell":       w.tell,
			"take":       w.take,
			"push":       w.push,
			"issue":      w.issue,
			"offer":      w.offer,
			"send":       w.send,
			"print":      w.print,
			"leave":      w.leave,
			"show":       w.show,
			"reprint":    w.reprint,
			"roll":       w.see,
			"restart":    w.restart,
			"release":    w.release,
			"pass":       w.pass,
			"resend":     w.resend,
			"receive":    w.receive,
			"cut":        w.cut,
			"catch up":   w.catchUp,
			"close":      w.closeDays,
			"checkpoint": func(*rapid.T) { w.must(w.store.Checkpoint(context.Background())) },
		})
	})
}

func (w *world) must(err error) {
	if err != nil {
		w.t.Fatalf("%v", err)
	}
}

func (w *world) start() {
	s, err := store.Open(context.Background(), w.cfg)
	w.must(err)
	w.store = s
}

func anyDay(t *rapid.T) booking.Day { return today.AddDays(rapid.IntRange(0, 3).Draw(t, "day")) }

// plan writes a new revision of a sheet: any slot may be anybody's, whatever was sold.
func (w *world) plan(t *rapid.T) {
	day := anyDay(t)
	w.sequence++
	s := sheet(day, w.sequence, slotsADay)
	s.Revision.Epoch = w.epoch
	for i := range s.Slots {
		s.Slots[i].Holder = rapid.SampledFrom([]booking.Holder{me, me, me, booking.HeldBy(otherTotem), booking.Limbo, booking.Pool}).Draw(t, "holder")
		s.Slots[i].Hands = rapid.SampledFrom([]int{0, 0, 1, 2, 3, 4, booking.MostHands}).Draw(t, "hands")
		if s.Slots[i].Holder != booking.Pool {
			s.Slots[i].Ask = rapid.SampledFrom([]booking.Ask{0, 0, 0, 0, booking.AskBack, booking.AskVoid}).Draw(t, "ask")
		}
		if s.Slots[i].Holder == booking.Pool && rapid.Bool().Draw(t, "web") {
			name := slotName{day, s.Slots[i].Number}
			if w.web[name] == "" {
				w.web[name] = newCode(t)
			}
			s.Slots[i].State, s.Slots[i].Ticket.Code = booking.Issued, w.web[name].Hash(dayKey(day))
		}
	}
	w.sheets[day] = append(w.sheets[day], s)
}

// anew begins another ledger, whose sheets have lower sequences.
func (w *world) anew(*rapid.T) { w.epoch, w.sequence = w.epoch+1, 0 }

// tell looks at what a new ledger is told: every ticket of a day that is not closed, and nothing of another.
func (w *world) tell(t *rapid.T) {
	sheets, _, err := w.store.Mine(context.Background())
	w.must(err)
	told := make(map[slotName]booking.Slot)
	for _, s := range sheets {
		w.must(s.Check())
		if s.Day.Compare(w.closedBefore()) < 0 {
			t.Fatalf("a sheet of the closed day %s is told", s.Day)
		}
		for _, slot := range s.Slots {
			name := slotName{s.Day, slot.Number}
			told[name] = slot
			cached, _ := w.cachedSlot(name)
			if holds, hands := w.holds(name); cached.State == booking.Free && slot.State == booking.Free &&
				(holds != (slot.Holder == me) || holds && hands != slot.Hands || slot.Hands < w.words[name].hands) {
				t.Fatalf("the ledger has %+v, it was %+v, and is told as %+v", cached, w.words[name], slot)
			}
		}
	}
	for name, code := range w.sold {
		slot := told[name]
		if name.day.Compare(w.closedBefore()) >= 0 && (slot.Holder != me || !slot.State.HasTicket() || slot.Ticket.Code != code) {
			t.Fatalf("ticket %v is told as %v", name, slot)
		}
	}
	for _, j := range w.jobs {
		if slot := told[slotName{j.order.Key.Day, j.order.Number}]; w.open(j.order.Key.Day) && slot.State < w.reached[j.order.Code] {
			t.Fatalf("a ticket that is %v is told as %v", w.reached[j.order.Code], slot)
		}
	}
}

// open reports whether a day was not closed.
func (w *world) open(day booking.Day) bool { return day.Compare(w.closedBefore()) >= 0 }

func (w *world) anySheet(t *rapid.T) (s booking.Sheet, i int) {
	day := anyDay(t)
	if len(w.sheets[day]) == 0 {
		t.Skip("no sheet yet")
	}
	i = rapid.IntRange(0, len(w.sheets[day])-1).Draw(t, "revision")
	return w.sheets[day][i], i
}

func (w *world) take(t *rapid.T) {
	s, _ := w.anySheet(t)
	w.must(w.store.Take(context.Background(), wire.Pulled{Sheets: []booking.Sheet{s}, Keys: keys(s.Day)}))
	w.hears(s, false)
}

func (w *world) push(t *rapid.T) {
	s, i := w.anySheet(t)
	var previous uint64
	if i > 0 {
		previous = w.sheets[s.Day][i-1].Revision.Sequence
	}
	_, err := w.store.Push(context.Background(), s, previous)
	w.must(err)
	w.hears(s, true)
}

func (w *world) issue(t *rapid.T) {
	s := sheet(anyDay(t), 1, slotsADay)
	w.give(t, order(t, s, rapid.IntRange(0, slotsADay-1).Draw(t, "slot")), false)
}

// offer takes the first time on offer, which must be there to be taken.
func (w *world) offer(t *rapid.T) {
	starts, err := w.store.Offers(context.Background(), anyDay(t), today.Start(rome))
	w.must(err)
	i := slices.IndexFunc(starts, func(s store.Start) bool { return s.Number != "" })
	if i < 0 {
		t.Skip("nothing on offer")
	}
	code := newCode(t)
	w.give(t, store.Order{Key: starts[i].Key, Number: starts[i].Number, Start: starts[i].Start, Code: code,
		Slip: slip(starts[i].Number, code)}, true)
}

func (w *world) give(t *rapid.T, o store.Order, sure bool) {
	o.Sending = rapid.Bool().Draw(t, "sending")
	job, err := w.store.Issue(context.Background(), o)
	if errors.Is(err, store.ErrGone) && !sure {
		return
	}
	w.must(err)
	name := slotName{o.Key.Day, o.Number}
	if _, sold := w.sold[name]; sold || !w.spare(name) {
		t.Fatalf("slot %v was sold twice, or is not this totem's", name)
	}
	if o.Key.Day.Compare(w.closedBefore()) < 0 {
		t.Fatalf("a ticket for the closed day %s", o.Key.Day)
	}
	if w.jobs[job] != nil {
		t.Fatalf("job %d again", job)
	}
	w.sold[name], w.jobs[job] = o.Code.Hash(dayKey(o.Key.Day)), &printJob{order: o, sent: o.Sending}
	w.last++
}

func (w *world) closedBefore() booking.Day {
	if w.closed.IsZero() {
		return today
	}
	return w.closed
}

func (w *world) send(t *rapid.T) {
	f, _, ok, err := w.store.Next(context.Background())
	w.must(err)
	if !ok {
		t.Skip("nothing to send")
	}
	if f.ID.N != w.told+1 {
		t.Fatalf("fact %d goes out after %d", f.ID.N, w.told)
	}
	w.must(f.Check())
	if f.Day.Compare(w.closedBefore()) < 0 && f.Kind != booking.FactCounted && f.Kind != booking.FactClosed {
		t.Fatalf("a fact %s of a closed day goes out", f.Kind)
	}
	w.told++
	w.must(w.store.Accepted(context.Background(), f.ID, 10*w.told))
}

func (w *world) print(t *rapid.T) {
	job, ok, err := w.store.NextJob(context.Background())
	w.must(err)
	if !ok {
		t.Skip("nothing to print")
	}
	j := w.jobs[job.ID]
	if w.cancelled(j) && !j.sent {
		t.Fatalf("the slip of %s is printed, which was given back", j.order.Number)
	}
	if job.Copy != j.onPaper || job.Slip.Lines[3].Text != string(j.order.Number) {
		t.Fatalf("%+v is printed of %+v", job, j)
	}
	if job.Copy || job.State != paper.JobSending {
		w.must(w.store.JobSending(context.Background(), job.ID))
		j.sent = true
	}
	if rapid.Bool().Draw(t, "ends") {
		outcome := rapid.SampledFrom([]paper.Outcome{paper.Unknown, paper.Printed, paper.NotPrinted}).Draw(t, "outcome")
		result := paper.Result{Outcome: outcome, Length: rapid.SampledFrom([]int{0, 30, 200}).Draw(t, "mm")}
		w.must(w.store.JobEnded(context.Background(), job.ID, result))
		w.last++
		w.roll = w.roll.After(result)
		j.sent, j.onPaper = false, j.onPaper || outcome != paper.NotPrinted
	}
}

// reprint asks for the slip of any ticket again, which is possible only once its job has ended.
func (w *world) reprint(t *rapid.T) {
	if len(w.jobs) == 0 {
		t.Skip("no ticket yet")
	}
	id := rapid.SampledFrom(slices.Sorted(maps.Keys(w.jobs))).Draw(t, "job")
	j := w.jobs[id]
	switch err := w.store.Reprint(context.Background(), id, j.order.Slip); {
	case errors.Is(err, store.ErrNoJob):
		t.Skip("not to be asked for")
	case w.cancelled(j):
		t.Fatalf("the slip of %s is asked for again, which was given back", j.order.Number)
	case err != nil || j.sent || j.order.Key.Day.Compare(w.closedBefore()) < 0:
		t.Fatalf("%+v is printed again, %v", j, err)
	}
}

// see notes what the printer's sensors tell.
func (w *world) see(t *rapid.T) {
	w.roll = w.roll.See(rapid.SampledFrom([]paper.Status{0, paper.NearEnd, paper.PaperEnd, paper.CoverOpen}).Draw(t, "status"))
	w.must(w.store.KeepRoll(context.Background(), w.roll))
}

func (w *world) leave(t *rapid.T) {
	found, err := w.store.Found(context.Background())
	w.must(err)
	if len(found) == 0 {
		t.Skip("nothing found")
	}
	if w.cancelled(w.jobs[found[0].Job]) {
		t.Fatalf("the slip of %s is found, which was given back", found[0].Number)
	}
	if rapid.Bool().Draw(t, "again") {
		w.must(w.store.Requeue(context.Background(), found[0].Job))
		return
	}
	w.must(w.store.Leave(context.Background(), found[0].Job))
	w.last++
}

func (w *world) restart(*rapid.T) { w.restartAs(w.cfg) }

// restartAs closes the store and opens the one of cfg.
func (w *world) restartAs(cfg store.Config) {
	w.must(w.store.Close())
	w.cfg = cfg
	for _, j := range w.jobs {
		if j.sent && w.cancelled(j) && w.open(j.order.Key.Day) {
			w.last++ // its slip is on its way no more
		}
		j.sent, j.onPaper = false, j.onPaper || j.sent
	}
	w.start()
}

func (w *world) closeDays(t *rapid.T) {
	before := today.AddDays(rapid.IntRange(0, 2).Draw(t, "before"))
	id, err := lastFact(context.Background(), w.store)
	w.must(err)
	w.must(w.store.CloseDays(context.Background(), before))
	after, err := lastFact(context.Background(), w.store)
	w.must(err)
	if after.N > id.N && before.Compare(w.closedBefore()) > 0 {
		w.closed = before
		maps.DeleteFunc(w.cached, func(day booking.Day, _ booking.Sheet) bool { return !w.open(day) })
		maps.DeleteFunc(w.words, func(name slotName, _ ownWord) bool { return !w.open(name.day) })
		maps.DeleteFunc(w.aside, func(name slotName, _ bool) bool { return !w.open(name.day) })
	}
	w.last = after.N
}

func (w *world) check(t *rapid.T) {
	id, err := lastFact(context.Background(), w.store)
	w.must(err)
	if id.N != w.last {
		t.Fatalf("the last fact is %d, want %d", id.N, w.last)
	}
	roll, err := w.store.Roll(context.Background())
	w.must(err)
	if roll != w.roll {
		t.Fatalf("the roll is %+v, want %+v", roll, w.roll)
	}
	w.checkOffers(t)
}
