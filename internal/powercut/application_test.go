package powercut_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"example.org/totem/booking"
	"example.org/totem/internal/powercut"
	"example.org/totem/locale"
	"example.org/totem/paper"
	"example.org/totem/store"
	"example.org/totem/sync/wire"
	"example.org/totem/ticket"
)

const (
	office = booking.OfficeID("valfiorita")
	totem  = booking.TotemID("totem-1")
	queueA = booking.QueueID("anagrafe")

	days        = 3
	slotsADay   = 40
	ticketsADay = 34

	closing = "close days" // the call
)

// given is a ticket as the application remembers it.
type given struct {
	day    booking.Day
	number booking.Number
	code   booking.Code
}

// moment is the store between two calls of the application, and what the application had been told by then.
type moment struct {
	doing   string      // the call that led here
	begun   int         // events before it
	acked   int         // events when it had returned
	dump    string      // all rows, see dump
	tickets int         // how many tickets were given, oldest first
	closed  booking.Day // days before this one are closed
}

// life is what an application did with a store.
type life struct {
	rec         *powercut.Recording
	first       booking.Day
	incarnation booking.Incarnation
	tickets     []given
	moments     []moment
}

// application uses a store as a totem does: it issues, prints, tells, makes checkpoints, restarts and closes days.
type application struct {
	t      *testing.T
	disk   *powercut.Disk
	store  *store.Store
	codes  *rand.ChaCha8
	clock  time.Time
	told   uint64 // link sequence of the last fact accepted
	closed booking.Day
	last   int64                 // the job that was printed last
	slips  map[int64]ticket.Slip // by job
	life
}

func config(dir string, now func() time.Time) store.Config {
	return store.Config{Path: filepath.Join(dir, databaseName), Office: office, Totem: totem, Now: now}
}

// record lets an application live on a recorded disk.
func record(t *testing.T, seed uint64) life {
	t.Helper()
	first, err := booking.ParseDay("2026-11-21")
	if err != nil {
		t.Fatal(err)
	}
	var codes [32]byte
	copy(codes[:], fmt.Sprint(seed))
	a := &application{t: t, disk: newDisk(t), codes: rand.NewChaCha8(codes), clock: at(first, 8*60), slips: make(map[int64]ticket.Slip), life: life{first: first}}
	a.do("open", a.open)
	defer func() { a.store.Close() }()
	for i := range days {
		day := first.AddDays(i)
		a.clock = at(day, 8*60)
		a.aDay(day)
	}
	a.closeDays(first.AddDays(days))
	a.must(a.store.Close())
	a.rec = finish(t, a.disk)
	return a.life
}

func at(day booking.Day, minute booking.Clock) time.Time { return day.At(minute, time.UTC) }

func (a *application) must(err error) {
	a.t.Helper()
	if err != nil {
		a.t.Fatal(err)
	}
}

// do makes one call and notes the moment after it.
func (a *application) do(doing string, call func(ctx context.Context) error) {
	a.t.Helper()
	begun := now(a.t, a.disk)
	if err := call(a.t.Context()); err != nil {
		a.t.Fatalf("%s: %v", doing, err)
	}
	m := moment{doing: doing, begun: begun, acked: now(a.t, a.disk), tickets: len(a.tickets), closed: a.closed}
	var err error
	m.dump, err = dump(a.t.Context(), filepath.Join(a.disk.Dir(), databaseName))
	a.must(err)
	a.moments = append(a.moments, m)
}

func (a *application) open(ctx context.Context) (err error) {
	if a.store, err = store.Open(ctx, config(a.disk.Dir(), func() time.Time { return a.clock })); err != nil {
		return err
	}
	stands, err := a.store.Standing(ctx)
	a.incarnation = stands.ID.Incarnation
	return err
}

// aDay is one day at the office. Its facts are not all told when the next one begins, and that one closes it.
func (a *application) aDay(day booking.Day) {
	a.take(sheet(day, 1), sheet(day.AddDays(1), 1))
	if day != a.first {
		a.closeDays(day)
	}
	for i := range ticketsADay {
		a.clock = a.clock.Add(time.Minute)
		o := order(sheet(day, 1), i, a.codes)
		o.Sending = i%2 == 0
		a.issue(o)
		switch {
		case i%3 == 0:
			a.print(paper.Printed)
		case i%7 == 0:
			a.print(paper.Unknown)
		}
		if i%12 == 6 {
			a.reprint()
		}
		if i%11 == 4 {
			a.see(paper.NearEnd)
			a.see(paper.CoverOpen)
			a.see(0)
		}
		if i%4 == 1 {
			a.tell(3)
		}
		if i%9 == 8 {
			a.do("checkpoint", a.store.Checkpoint)
		}
		if i == ticketsADay/2 {
			a.take(sheet(day, 2))
		}
	}
	a.do("restart", func(ctx context.Context) error {
		if err := a.store.Close(); err != nil {
			return err
		}
		return a.open(ctx)
	})
}

func (a *application) take(sheets ...booking.Sheet) {
	p := wire.Pulled{Keys: make(map[booking.Day]booking.DayKey), Sheets: sheets}
	for _, s := range sheets {
		var key booking.DayKey
		copy(key[:], s.Day.String()+" is a day with this key")
		p.Keys[s.Day] = key
	}
	a.do("take", func(ctx context.Context) error { return a.store.Take(ctx, p) })
}

func (a *application) issue(o store.Order) {
	a.tickets = append(a.tickets, given{o.Key.Day, o.Number, o.Code})
	a.do("issue "+string(o.Number), func(ctx context.Context) error {
		job, err := a.store.Issue(ctx, o)
		a.slips[job] = o.Slip
		return err
	})
}

// print has the oldest waiting slip printed.
func (a *application) print(outcome paper.Outcome) {
	job, ok, err := a.store.NextJob(a.t.Context())
	a.must(err)
	if !ok {
		a.t.Fatal("no slip is waiting")
	}
	a.last = job.ID
	if job.Copy || job.State != paper.JobSending {
		a.do("send", func(ctx context.Context) error { return a.store.JobSending(ctx, job.ID) })
	}
	a.do("end", func(ctx context.Context) error {
		return a.store.JobEnded(ctx, job.ID, paper.Result{Outcome: outcome, Length: 200})
	})
}

// reprint has the slip that was printed last asked for again.
func (a *application) reprint() {
	a.do("reprint", func(ctx context.Context) error { return a.store.Reprint(ctx, a.last, a.slips[a.last]) })
}

// see has the printer's sensors tell something of the roll.
func (a *application) see(s paper.Status) {
	roll, err := a.store.Roll(a.t.Context())
	a.must(err)
	a.do("roll", func(ctx context.Context) error { return a.store.KeepRoll(ctx, roll.See(s)) })
}

// tell has up to n facts accepted, one by one.
func (a *application) tell(n int) {
	for range n {
		fact, _, ok, err := a.store.Next(a.t.Context())
		a.must(err)
		if !ok {
			return
		}
		a.told++
		a.do("accepted", func(ctx context.Context) error { return a.store.Accepted(ctx, fact.ID, a.told) })
	}
}

func (a *application) closeDays(before booking.Day) {
	a.closed = before
	a.do(closing, func(ctx context.Context) error { return a.store.CloseDays(ctx, before) })
}

// sheet has slots from nine o'clock on, every ten minutes, all this totem's and free.
func sheet(day booking.Day, sequence uint64) booking.Sheet {
	s := booking.Sheet{SheetKey: booking.SheetKey{Office: office, Queue: queueA, Day: day},
		Revision: booking.Revision{Epoch: 1, Sequence: sequence}, Prefix: "A"}
	for i := range slotsADay {
		s.Slots = append(s.Slots, booking.Slot{Number: booking.NewNumber("A", i+1), Start: at(day, booking.Clock(9*60+10*i)),
			Holder: booking.HeldBy(totem), State: booking.Free})
	}
	return s
}

// order asks for slot i of a sheet, with a slip about as long as a real one.
func order(s booking.Sheet, i int, codes *rand.ChaCha8) store.Order {
	code, err := booking.NewCode(codes)
	if err != nil {
		panic(err) // this source never fails
	}
	lines := []ticket.Line{
		{Role: ticket.RoleOffice, Text: "Comune di Valfiorita, Servizi demografici"},
		{Role: ticket.RoleNumber, Text: string(s.Slots[i].Number)},
		{Role: ticket.RoleLabel, Text: "Carta d'identità elettronica"},
		{Role: ticket.RoleQR, Text: string(code)},
		{Role: ticket.RoleCode, Text: code.Grouped()},
		{Role: ticket.RoleSentence, Text: "Conservi questo biglietto: serve per la chiamata."},
	}
	return store.Order{Key: s.SheetKey, Number: s.Slots[i].Number, Start: s.Slots[i].Start, Code: code,
		Slip: ticket.Slip{Lang: locale.Italian, Lines: lines}}
}
