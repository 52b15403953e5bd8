package ledgertest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.org/totem/booking"
	"example.org/totem/ledger"
	"example.org/totem/paper"
	"example.org/totem/sync/wire"
)

// ailing is a health of which nothing is empty.
func ailing(office booking.OfficeID, totem booking.TotemID) ledger.Health {
	at := time.Date(2026, 11, 23, 9, 20, 0, 0, time.UTC)
	return ledger.Health{
		Office: office, Totem: totem, Heard: at, Unready: at.Add(-7 * time.Minute),
		Down: ledger.Down{Touch: at.Add(-6 * time.Minute), Keypad: at.Add(-5 * time.Minute), Sound: at.Add(-4 * time.Minute)},
		Told: wire.Health{Incarnation: booking.Incarnation{1, 2}, N: 9, Printer: paper.CoverOpen | paper.NearEnd, Since: at.Add(-8 * time.Minute),
			Profile: "generic-80", Paper: wire.PaperLeft{Known: true, LeftMM: 4200, Slips: 31}, Unsure: 2, Clock: wire.ClockHoldover, Program: "totem 1.0",
			Touch: wire.PartStuck, Keypad: wire.PartSilent, Scanner: wire.PartWorks, Sound: wire.PartSilent},
	}
}

// well is a health of which nothing is there that may be left out.
func well(office booking.OfficeID, totem booking.TotemID) ledger.Health {
	h := ailing(office, totem)
	h.Unready, h.Down = time.Time{}, ledger.Down{}
	h.Told = wire.Health{Incarnation: h.Told.Incarnation, N: 1, Profile: "generic-80", Clock: wire.ClockUnknown}
	return h
}

func putHealth(t *testing.T, l Ledger, h ledger.Health) ledger.Health {
	t.Helper()
	put, err := l.PutHealth(context.Background(), h)
	if err != nil {
		t.Fatal(err)
	}
	h.Revision = put.Revision
	if put != h || put.Revision == 0 {
		t.Errorf("put %+v, and got %+v", h, put)
	}
	return put
}

func getHealth(t *testing.T, l Ledger, want ledger.Health) {
	t.Helper()
	got, err := l.Health(context.Background(), want.Office, want.Totem)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("how %s/%s is (-want +got):\n%s", want.Office, want.Totem, diff)
	}
}

func unknownHealth(t *testing.T, open func() Ledger) {
	l := open()
	putHealth(t, l, ailing("rm001", "t2"))
	getHealth(t, l, ledger.Health{Office: "rm001", Totem: "t1"})
	if none, err := open().Healths(context.Background(), "rm002"); err != nil || len(none) != 0 {
		t.Errorf("of another office %v, %v", none, err)
	}
}

func healthWhole(t *testing.T, open func() Ledger) {
	put := putHealth(t, open(), ailing("rm001", "t1"))
	l := open()
	getHealth(t, l, put)
	next := well("rm001", "t1")
	next.Revision = put.Revision
	getHealth(t, open(), putHealth(t, l, next)) // what is taken away is gone
}

func healthCAS(t *testing.T, open func() Ledger) {
	ctx := context.Background()
	a, b := open(), open()
	first := putHealth(t, a, ailing("rm001", "t1"))
	if _, err := b.PutHealth(ctx, ailing("rm001", "t1")); !errors.Is(err, ledger.ErrConflict) {
		t.Errorf("made twice: %v, want ErrConflict", err)
	}
	putHealth(t, b, ailing("rm001", "t2")) // which makes nothing else stale
	second := putHealth(t, b, first)
	if second.Revision == first.Revision {
		t.Error("the revision stays")
	}
	if _, err := a.PutHealth(ctx, first); !errors.Is(err, ledger.ErrConflict) {
		t.Errorf("written upon what is no more: %v, want ErrConflict", err)
	}
	getHealth(t, a, second)
}

func healths(t *testing.T, open func() Ledger) {
	ctx := context.Background()
	l := open()
	list := func(office booking.OfficeID, want ...ledger.Health) {
		t.Helper()
		got, err := l.Healths(ctx, office)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got, compareEmpty); diff != "" {
			t.Errorf("totems of %q (-want +got):\n%s", office, diff)
		}
	}
	list("")
	all := []ledger.Health{ailing("rm", "t2"), well("rm-1", "t1"), ailing("rm001", "t1"), well("rm001", "t1-b"), ailing("rm001", "t2")}
	for _, i := range []int{3, 0, 4, 1, 2} {
		all[i] = putHealth(t, l, all[i])
	}
	list("", all...)
	list("rm001", all[2:]...)
	list("rm", all[0])
	list("rm002")
}

func healthDropped(t *testing.T, open func() Ledger) {
	ctx := context.Background()
	l := open()
	if err := l.DropHealth(ctx, "rm001", "t1"); err != nil {
		t.Errorf("forget what is not there: %v", err)
	}
	h, other := putHealth(t, l, ailing("rm001", "t1")), putHealth(t, l, ailing("rm001", "t1-b"))
	for range 2 {
		if err := open().DropHealth(ctx, "rm001", "t1"); err != nil {
			t.Fatal(err)
		}
	}
	getHealth(t, l, ledger.Health{Office: "rm001", Totem: "t1"})
	getHealth(t, l, other)
	if left, err := l.Healths(ctx, "rm001"); err != nil || len(left) != 1 {
		t.Errorf("there remain %v, %v", left, err)
	}
	if _, err := l.PutHealth(ctx, h); !errors.Is(err, ledger.ErrConflict) {
		t.Errorf("written upon what was forgotten: %v, want ErrConflict", err)
	}
	getHealth(t, open(), putHealth(t, l, well("rm001", "t1")))
}

func healthAlone(t *testing.T, open func() Ledger) {
	ctx := context.Background()
	l := open()
	m, err := l.PutMember(ctx, whole("rm001", "t1"))
	if err != nil {
		t.Fatal(err)
	}
	putHealth(t, l, ailing("rm001", "t1"))
	putHealth(t, l, ailing("rm002", "t9")) // which is on no roster
	if m, err = l.PutMember(ctx, m); err != nil {
		t.Errorf("the member is stale: %v", err)
	}
	if err := l.DropHealth(ctx, "rm001", "t1"); err != nil {
		t.Fatal(err)
	}
	if got, err := open().Member(ctx, "rm001", "t1"); err != nil || !cmp.Equal(m, got, compareEmpty) {
		t.Errorf("the member is %+v, %v", got, err)
	}
	if all, err := l.Members(ctx, ""); err != nil || len(all) != 1 {
		t.Errorf("the roster has %v, %v", all, err)
	}
}
