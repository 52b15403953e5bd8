package scheduler_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"example.org/totem/booking"
	"example.org/totem/internal/fault"
	"example.org/totem/ledger"
	"example.org/totem/scheduler"
	"example.org/totem/scheduler/agenda"
	"example.org/totem/sync/wire"
)

// editing is what a person edits with, beside whatever else works on the world's ledger.
func (w *world) editing() scheduler.Editing {
	return scheduler.Editing{Book: w.book, Roster: w.roster, Now: func() time.Time { return w.now }}
}

func (w *world) voiding() scheduler.Voiding { return scheduler.Voiding(w.editing()) }

// stops is the edit that queueA stops at 9:24, after the first four slots.
func stops(day booking.Day) []agenda.Edit {
	return []agenda.Edit{{Kind: agenda.QueueStops, Queue: queueA, Day: day, Span: booking.Span{From: 9*60 + 24, To: 24 * 60}}}
}

func TestAnEditDoesWhatItsPreviewSaysAndTotemsHearOfIt(t *testing.T) {
	w := newWorld(t, plan(t, "rm001", "Europe/Rome", "t1"))
	s := w.atWork()
	ctx := context.Background()
	must(t, first(s.Pull(ctx, "rm001", "t1", wire.Pull{Incarnation: storeA})))
	before := w.sheet("rm001", queueA, monday)
	own := held(before, "t1")
	last := own[len(own)-1]
	must(t, s.Fold(ctx, "rm001", "t1", 1, issued(storeA, 1, monday, last)))
	before = w.sheet("rm001", queueA, monday)

	preview, err := w.editing().Preview(ctx, w.plans[0], stops(monday))
	must(t, err)
	if diff := cmp.Diff(before, w.sheet("rm001", queueA, monday), cmpopts.EquateComparable(booking.Day{})); diff != "" {
		t.Fatalf("a preview changed the ledger: %s", diff)
	}
	done, err := w.editing().Apply(ctx, w.plans[0], stops(monday))
	must(t, err)
	if diff := cmp.Diff(preview, done, cmpopts.EquateComparable(booking.Day{})); diff != "" {
		t.Errorf("said and done differ: %s", diff)
	}
	if len(done) != 1 || done[0].Void == 0 || done[0].Untimed+done[0].Moved != 1 {
		t.Errorf("got %+v", done)
	}
	after := w.sheet("rm001", queueA, monday)
	pulled, err := s.Pull(ctx, "rm001", "t1", wire.Pull{Incarnation: storeA})
	must(t, err)
	if !slices.ContainsFunc(pulled.Sheets, func(s booking.Sheet) bool { return s.SheetKey == after.SheetKey && slices.Equal(s.Slots, after.Slots) }) {
		t.Error("the totem does not hear of it with its next pull")
	}
	again, err := w.editing().Apply(ctx, w.plans[0], stops(monday))
	must(t, err)
	if !again[0].IsZero() || w.sheet("rm001", queueA, monday).Revision != after.Revision {
		t.Errorf("told twice, it touches %+v", again)
	}
}

// busyBook sells a slot just before the first write.
type busyBook struct {
	ledger.Book
	sell func()
}

func (b *busyBook) Put(ctx context.Context, s booking.Sheet) (booking.Revision, error) {
	if sell := b.sell; sell != nil {
		b.sell = nil
		sell()
	}
	return b.Book.Put(ctx, s)
}

func TestATicketThatIsGivenWhileADayIsEditedIsMovedToo(t *testing.T) {
	w := newWorld(t, plan(t, "rm001", "Europe/Rome", "t1"))
	s := w.atWork()
	ctx := context.Background()
	own := held(w.sheet("rm001", queueA, monday), "t1")
	last := own[len(own)-1]
	book := &busyBook{Book: w.memory, sell: func() { must(t, s.Fold(ctx, "rm001", "t1", 1, issued(storeA, 1, monday, last))) }}
	e := w.editing()
	e.Book = book
	done, err := e.Apply(ctx, w.plans[0], stops(monday))
	must(t, err)
	sheet := w.sheet("rm001", queueA, monday)
	i, _ := sheet.Find(last)
	if slot := sheet.Slots[i]; slot.State != booking.Issued || !slot.Ticket.Moved || slot.Ticket.Code != code(1) || done[0].Moved+done[0].Untimed != 1 {
		t.Errorf("%+v, told as %+v", slot, done)
	}
	if book.sell != nil {
		t.Error("nothing was sold meanwhile")
	}
}

func TestADayThatIsNotPlannedYetIsPlannedAsEdited(t *testing.T) {
	w := newWorld(t, plan(t, "rm001", "Europe/Rome", "t1"))
	ctx := context.Background()
	day := monday.AddDays(2)
	_, err := w.editing().Preview(ctx, w.plans[0], stops(day))
	must(t, err)
	if _, err := w.memory.Sheet(ctx, booking.SheetKey{Office: "rm001", Queue: queueA, Day: day}); !errors.Is(err, ledger.ErrNoSheet) {
		t.Fatalf("a preview planned the day: %v", err)
	}
	_, err = w.editing().Apply(ctx, w.plans[0], stops(day))
	must(t, err)
	must(t, w.start().Tend(ctx))
	void := 0
	for _, slot := range w.sheet("rm001", queueA, day).Slots {
		if slot.State == booking.Void {
			void++
		}
	}
	if void != 6 {
		t.Errorf("%d slots are void, want 6", void)
	}
}

func TestAnEditThatCannotBeIsRefusedWithARemedy(t *testing.T) {
	ctx := context.Background()
	old := ledger.Member{Office: "rm001", Totem: "t1", Incarnation: storeA, Merged: 1, Speaks: 1}
	lost := ledger.Member{Office: "rm001", Totem: "t1", Incarnation: storeA, Merged: 0, Speaks: 2}
	for name, c := range map[string]struct {
		member ledger.Member
		closed bool
		edit   agenda.Edit
		code   fault.Code
		says   string
	}{
		"an old totem":       {member: old, edit: stops(monday)[0], code: fault.CodeEdit, says: "a release that cannot be asked for slots: t1"},
		"an office waits":    {member: lost, edit: stops(monday)[0], code: fault.CodeEdit, says: "does not know yet what these totems of rm001 hold: t1"},
		"yesterday":          {edit: stops(monday.AddDays(-1))[0], code: fault.CodeEdit, says: "2026-11-22 is over"},
		"a closed day":       {closed: true, edit: stops(monday)[0], code: fault.CodeEdit, says: "2026-11-23 is over"},
		"too far ahead":      {edit: stops(monday.AddDays(5))[0], code: fault.CodeEdit, says: "2026-11-28 is not planned yet"},
		"a queue of nothing": {edit: agenda.Edit{Kind: agenda.QueueStops, Queue: "niente", Day: monday, Span: booking.Span{To: 60}}, code: fault.CodeUsage, says: `no queue "niente"`},
		"no span":            {edit: agenda.Edit{Kind: agenda.QueueStops, Queue: queueA, Day: monday}, code: fault.CodeUsage, says: "the span 0:00-0:00 is none"},
		"too many counters": {edit: agenda.Edit{Kind: agenda.QueueGrows, Queue: queueA, Day: monday, Open: 99, Span: booking.Span{To: 24 * 60}},
			code: fault.CodeEdit, says: "more numbers on 2026-11-23 than"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, plan(t, "rm001", "Europe/Rome", "t1"))
			must(t, w.start().Tend(ctx))
			if c.member.Totem != "" {
				_, err := w.memory.PutMember(ctx, c.member)
				must(t, err)
			}
			if c.closed {
				must(t, w.memory.Close(ctx, monday))
			}
			for _, do := range []func(context.Context, agenda.Plan, []agenda.Edit) ([]scheduler.Edited, error){w.editing().Preview, w.editing().Apply} {
				_, err := do(ctx, w.plans[0], []agenda.Edit{c.edit})
				var f *fault.Fault
				if !errors.As(err, &f) || f.Code != c.code || f.Remedy == "" || !strings.Contains(err.Error(), c.says) {
					t.Errorf("got %v, want %s: %s", err, c.code, c.says)
				}
			}
		})
	}
}

func TestOnADayThatAnEditOpenedATotemIsGrantedWhatIsFree(t *testing.T) {
	ctx := context.Background()
	p := plan(t, "rm001", "Europe/Rome", "t1")
	p.Office.Hours.Week[time.Monday] = nil
	for i := range p.Queues {
		p.Queues[i].Counters[time.Monday] = nil
	}
	w := newWorld(t, p)
	s := w.start()
	w.meet(s, map[booking.TotemID]booking.Incarnation{"t1": storeA})
	e := scheduler.Editing{Book: w.memory, Roster: w.memory, Now: func() time.Time { return w.now }}
	_, err := e.Apply(ctx, p, []agenda.Edit{{Kind: agenda.QueueGrows, Queue: queueA, Day: monday, Span: booking.Span{From: 540, To: 600}, Open: 1}})
	must(t, err)
	start := w.sheet("rm001", queueA, monday).Slots[0].Start
	granted, err := s.Want(ctx, "rm001", "t1", wire.Want{Incarnation: storeA, Queue: queueA, Day: monday, Start: start})
	if err != nil || len(held(granted.Sheet, "t1")) != 1 {
		t.Errorf("it was granted %v, %v", held(granted.Sheet, "t1"), err)
	}
}
