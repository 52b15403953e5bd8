package scheduler_test

import (
	"context"
	"testing"

	"example.org/totem/booking"
	"example.org/totem/ledger"
	"example.org/totem/sync/wire"
)

// shelf has at hand what was in the ledger when it was filled.
type shelf struct {
	ledger.Book
	days map[booking.Day][]ledger.RawSheet
}

func (s *shelf) fill(t *testing.T, office booking.OfficeID, days ...booking.Day) {
	t.Helper()
	s.days = make(map[booking.Day][]ledger.RawSheet)
	for _, day := range days {
		sheets, err := s.Sheets(context.Background(), office, day)
		must(t, err)
		for _, sheet := range sheets {
			message, err := wire.EncodeSheet(wire.Oldest, sheet)
			must(t, err)
			s.days[day] = append(s.days[day], ledger.RawSheet{SheetKey: sheet.SheetKey, Revision: sheet.Revision, Message: message})
		}
	}
}

func (s *shelf) Raw(_ context.Context, _ booking.OfficeID, day booking.Day) ([]ledger.RawSheet, error) {
	return s.days[day], nil
}

func (s *shelf) Glance(booking.SheetKey) (booking.Sheet, bool) { return booking.Sheet{}, false }

// counted counts what is asked of the roster.
type counted struct {
	ledger.Roster
	members int
}

func (c *counted) Member(ctx context.Context, office booking.OfficeID, totem booking.TotemID) (ledger.Member, error) {
	c.members++
	return c.Roster.Member(ctx, office, totem)
}

func TestAPullOfSheetsAtHandAsksOnlyWhoseTheNameIs(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t, plan(t, "rm001", "Europe/Rome", "t1"))
	book, roster := &shelf{Book: w.book}, &counted{Roster: w.roster}
	w.book, w.roster = book, roster
	s := w.start()
	must(t, s.Tend(ctx))
	_, err := w.hello(s, "rm001", "t1", hello(storeA, 0))
	must(t, err)
	book.fill(t, "rm001", monday, monday.AddDays(1), monday.AddDays(2))
	all, err := s.Pull(ctx, "rm001", "t1", wire.Pull{Incarnation: storeA})
	must(t, err)

	// One sheet is newer in the ledger than at hand, and the totem has it: that is no sign of anything.
	newer := all.Sheets[0]
	must(t, s.Fold(ctx, "rm001", "t1", 1, issued(storeA, 1, monday, held(newer, "t1")[0])))
	ask := wire.Pull{Incarnation: storeA, Office: all.Digest}
	for _, sheet := range all.Sheets {
		ask.Have = append(ask.Have, wire.Have{Queue: sheet.Queue, Day: sheet.Day, Revision: sheet.Revision})
	}
	roster.members = 0
	answer, err := s.PullRaw(ctx, "rm001", "t1", ask)
	if err != nil || len(answer.Sheets) != 0 || len(answer.Keys) != 3 || roster.members != 1 {
		t.Errorf("%d sheets, %d keys, %v; the roster was asked %d times", len(answer.Sheets), len(answer.Keys), err, roster.members)
	}
	ask.Have[0].Revision = w.sheet("rm001", newer.Queue, newer.Day).Revision
	ask.Have[1].Revision.Sequence--
	answer, err = s.PullRaw(ctx, "rm001", "t1", ask)
	if err != nil || len(answer.Sheets) != 1 || answer.Sheets[0].Sequence != all.Sheets[1].Revision.Sequence {
		t.Errorf("%+v, %v", answer.Sheets, err)
	}
	if n := w.events("scheduler.ledger-set-back"); n != 0 {
		t.Errorf("%d alarms", n)
	}
}

func TestASheetOfALaterEpochIsASignEvenIfTheLedgerHasNoSuchSheet(t *testing.T) {
	ctx := context.Background()
	for _, day := range []booking.Day{monday, monday.AddDays(-30)} {
		w := newWorld(t, plan(t, "rm001", "Europe/Rome", "t1"))
		s := w.start()
		must(t, s.Tend(ctx))
		_, err := w.hello(s, "rm001", "t1", hello(storeA, 0))
		must(t, err)
		epoch, err := w.memory.Epoch(ctx)
		must(t, err)
		_, err = s.Pull(ctx, "rm001", "t1", wire.Pull{Incarnation: storeA,
			Have: []wire.Have{{Queue: "never-planned", Day: day, Revision: booking.Revision{Epoch: epoch + 1, Sequence: 1}}}})
		if got := refusal(t, err); got != wire.RefusedHello || w.events("scheduler.ledger-set-back") != 1 {
			t.Errorf("%s: refused as %s, %d alarms", day, got, w.events("scheduler.ledger-set-back"))
		}
	}
}
