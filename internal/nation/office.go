package nation

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"example.org/totem/booking"
	"example.org/totem/ledger"
	"example.org/totem/locale"
	"example.org/totem/privacy"
	"example.org/totem/scheduler"
	"example.org/totem/scheduler/agenda"
)

// What an office's day is like: 180 slots in two queues; two fifths of them are booked before the day, more than a third wanted by
// who walks in, and some on the web on the day itself. The morning is busier than the afternoon.
const (
	slotLength   = 20 * time.Minute
	counters     = 3
	prebooked    = 0.40
	walkIns      = 0.38
	webToday     = 0.18
	walkInShare  = 0.2
	shortOutage  = 30 * time.Minute
	longOutage   = 5 * time.Hour
	leadOfWalkIn = 5 * time.Minute
	leadOfWeb    = 30 * time.Minute
)

// office is one office, its totems, and who comes.
type office struct {
	worker *worker
	plan   agenda.Plan
	totems []*totem
	rng    *rand.Rand
	key    booking.DayKey
	keyed  bool
	given  map[booking.SheetKey]map[booking.Number]booking.Code // every promise of the day
	walk   map[booking.QueueID]int
	web    map[booking.QueueID]int
}

func (w *worker) newOffice(i, totems int) *office {
	n := w.nation
	o := &office{worker: w, rng: rand.New(rand.NewPCG(n.cfg.Seed, uint64(i))), given: make(map[booking.SheetKey]map[booking.Number]booking.Code),
		walk: make(map[booking.QueueID]int), web: make(map[booking.QueueID]int)}
	o.plan = agenda.Plan{
		Office: booking.Office{ID: booking.OfficeID(fmt.Sprintf("office-%05d", i)), Zone: n.zone.String(), Name: locale.Text{"it": "Ufficio"},
			Languages: []locale.Lang{"it"}, Lead: leadOfWalkIn, Release: 30 * time.Minute, Advance: privacy.AdvanceOpen},
		Zone: n.zone, WalkIn: walkInShare,
	}
	hours := booking.Span{From: booking.Clock(opens / time.Minute), To: booking.Clock(closes / time.Minute)}
	for day := range o.plan.Office.Hours.Week {
		o.plan.Office.Hours.Week[day] = []booking.Span{hours}
	}
	for q, id := range []booking.QueueID{"anagrafe", "tributi"} {
		queue := booking.Queue{ID: id, Prefix: "AT"[q : q+1], Length: slotLength}
		plan := agenda.QueuePlan{Queue: queue, Horizon: 1}
		for day := range plan.Counters {
			plan.Counters[day] = []agenda.Counters{{Span: hours, Open: counters}}
		}
		o.plan.Office.Queues, o.plan.Queues = append(o.plan.Office.Queues, queue), append(o.plan.Queues, plan)
	}
	for t := range totems {
		id := booking.TotemID(fmt.Sprintf("totem-%d", t+1))
		o.plan.Totems = append(o.plan.Totems, id)
		o.totems = append(o.totems, o.newTotem(id))
	}
	return o
}

// slots is how many slots the day has.
func (o *office) slots() float64 {
	return float64(len(o.plan.Queues)) * counters * float64((closes-opens)/slotLength)
}

// rate is how many of n a day come in this minute of it: 1.6 times the mean in the first third, as much in the second, 0.4 times in
// the last, which together are n.
func (o *office) rate(n float64) float64 {
	into := o.now().Sub(o.today().At(0, o.plan.Zone).Add(opens))
	day := closes - opens
	weight := [...]float64{1.6, 1, 0.4}[min(int(3*into/day), 2)]
	if into < 0 || into >= day {
		return 0
	}
	return n * weight / day.Minutes()
}

func (o *office) now() time.Time     { return o.worker.nation.now }
func (o *office) today() booking.Day { return o.worker.nation.cfg.Day }
func (o *office) sheetKey(q booking.QueueID) booking.SheetKey {
	return booking.SheetKey{Office: o.plan.Office.ID, Queue: q, Day: o.today()}
}

// poisson draws how many come when mean are expected.
func (o *office) poisson(mean float64) int {
	n := 0
	for p := o.rng.Float64(); p > math.Exp(-mean); n++ {
		p *= o.rng.Float64()
	}
	return n
}

// prebook books what was booked before the day began.
func (o *office) prebook(ctx context.Context) error {
	key, err := o.worker.service.DayKey(ctx, o.plan.Office.ID, o.today())
	if err != nil {
		return err
	}
	o.key, o.keyed = key, true
	for range o.poisson(o.slots() * prebooked) {
		if err := o.book(ctx, time.Duration(o.rng.Int64N(int64(closes-opens)))+opens); err != nil {
			return err
		}
	}
	return nil
}

// introduce has all totems say hello and pull.
func (o *office) introduce(ctx context.Context) error {
	for _, t := range o.totems {
		if err := errors.Join(t.hello(ctx), t.pull(ctx)); err != nil {
			return err
		}
	}
	return nil
}

// minute is what happens in one minute.
func (o *office) minute(ctx context.Context) error {
	for _, t := range o.totems {
		if err := t.minute(ctx); err != nil {
			return err
		}
	}
	for range o.poisson(o.rate(o.slots() * walkIns)) {
		if err := o.visit(ctx); err != nil {
			return err
		}
	}
	for range o.poisson(o.rate(o.slots() * webToday)) {
		after := o.now().Add(leadOfWeb).Sub(o.today().At(0, o.plan.Zone))
		if err := o.book(ctx, after); err != nil {
			return err
		}
	}
	return nil
}

// book books a slot on the web that starts at that time of the day or later.
func (o *office) book(ctx context.Context, from time.Duration) error {
	queue := o.plan.Queues[o.rng.IntN(len(o.plan.Queues))].ID
	code, err := o.code()
	if err != nil {
		return err
	}
	began := o.worker.nation.cfg.Clock()
	want := ledger.Want{From: o.today().At(0, o.plan.Zone).Add(from.Truncate(time.Minute))}
	slot, err := o.worker.service.Book(ctx, o.plan.Office.ID, queue, o.today(), want, code)
	o.worker.measure.booked = append(o.worker.measure.booked, o.worker.nation.cfg.Clock().Sub(began))
	switch {
	case errors.Is(err, ledger.ErrFull), errors.Is(err, scheduler.ErrNotWhole):
		o.worker.measure.WebRefused++
		return nil
	case err != nil:
		return err
	}
	o.worker.measure.Web++
	o.web[queue]++
	o.promise(o.sheetKey(queue), slot.Number, code)
	return nil
}

// visit is a citizen who walks in, to any of the totems, and takes the earliest time there is.
func (o *office) visit(ctx context.Context) error {
	t := o.totems[o.rng.IntN(len(o.totems))]
	queue := o.plan.Queues[o.rng.IntN(len(o.plan.Queues))].ID
	return t.serve(ctx, queue)
}

// promise notes a ticket; a second one on a slot is what must never be.
func (o *office) promise(key booking.SheetKey, n booking.Number, code booking.Code) {
	if o.given[key] == nil {
		o.given[key] = make(map[booking.Number]booking.Code)
	}
	o.worker.measure.Checked++
	if _, twice := o.given[key][n]; twice {
		o.worker.measure.wrong("%s of %s is sold twice", n, key)
		return
	}
	o.given[key][n] = code
}

// code draws a ticket's code from the seed.
func (o *office) code() (booking.Code, error) { return booking.NewCode(source{o.rng}) }

// source is a source of bytes that a seed names.
type source struct{ rng *rand.Rand }

func (s source) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = byte(s.rng.Uint32())
	}
	return len(b), nil
}

// heal has all totems find their links and tell everything.
func (o *office) heal(ctx context.Context) error {
	for _, t := range o.totems {
		t.until = time.Time{}
		if err := errors.Join(t.drain(ctx), t.pull(ctx), t.drain(ctx)); err != nil {
			return err
		}
	}
	return nil
}

// compare looks whether the ledger knows every ticket.
func (o *office) compare(ctx context.Context) error {
	for _, q := range o.plan.Queues {
		key := o.sheetKey(q.ID)
		sheet, err := o.worker.nation.cfg.Book.Sheet(ctx, key)
		if err != nil {
			return err
		}
		tickets := 0
		for _, slot := range sheet.Slots {
			if slot.State.HasTicket() {
				tickets++
			}
			if _, held := slot.Holder.Totem(); held && slot.State == booking.Free {
				o.worker.measure.Unsold++
			}
		}
		for number, code := range o.given[key] {
			o.worker.measure.Checked++
			if i, ok := sheet.Find(number); !ok || sheet.Slots[i].Ticket.Code != code.Hash(o.key) {
				o.worker.measure.wrong("%s of %s is given, and the ledger does not know", number, key)
			}
		}
		if tickets != len(o.given[key]) {
			o.worker.measure.wrong("the ledger has %d tickets of %s, %d were given", tickets, key, len(o.given[key]))
		}
	}
	return nil
}

// recount compares what remains of the closed day with what was given.
func (o *office) recount(ctx context.Context) error {
	tally, err := o.worker.nation.cfg.Tallies.Tally(ctx, o.plan.Office.ID, o.today())
	if err != nil {
		return err
	}
	for _, q := range o.plan.Queues {
		o.worker.measure.Checked++
		if c := tally.Queues[q.ID]; c.Walk+c.LateIssued != o.walk[q.ID] || c.Pool != o.web[q.ID] {
			o.worker.measure.wrong("of %s remain %d and %d, given were %d and %d", o.sheetKey(q.ID), c.Walk, c.Pool, o.walk[q.ID], o.web[q.ID])
		}
	}
	return nil
}
