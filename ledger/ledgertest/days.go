package ledgertest

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.org/totem/booking"
	"example.org/totem/ledger"
)

func sheets(t *testing.T, b ledger.Book) {
	for _, queue := range []booking.QueueID{"stato-civile", "anagrafe", "protocollo"} {
		put(t, b, Sheet("rm001", queue, Day, 2))
	}
	put(t, b, Sheet("rm002", "anagrafe", Day, 2))
	put(t, b, Sheet("rm001", "anagrafe", Day.AddDays(1), 2))
	got, err := b.Sheets(context.Background(), "rm001", Day)
	if err != nil {
		t.Fatal(err)
	}
	var names []booking.QueueID
	for _, s := range got {
		if s.Office != "rm001" || s.Day != Day || s.Revision == (booking.Revision{}) || len(s.Slots) != 2 {
			t.Errorf("got %s at %v with %d slots", s.SheetKey, s.Revision, len(s.Slots))
		}
		names = append(names, s.Queue)
	}
	if diff := cmp.Diff([]booking.QueueID{"anagrafe", "protocollo", "stato-civile"}, names); diff != "" {
		t.Errorf("queues (-want +got):\n%s", diff)
	}
}

func days(t *testing.T, b ledger.Book) {
	ctx := context.Background()
	if got, err := b.Days(ctx); err != nil || len(got) != 0 {
		t.Errorf("days of an empty ledger: %v, %v", got, err)
	}
	for _, n := range []int{40, 0, 400, 1} {
		put(t, b, Sheet("rm001", "anagrafe", Day.AddDays(n), 1))
	}
	put(t, b, Sheet("rm002", "anagrafe", Day, 1))
	want := []booking.Day{Day, Day.AddDays(1), Day.AddDays(40), Day.AddDays(400)}
	got, err := b.Days(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, compareEmpty); diff != "" {
		t.Errorf("days (-want +got):\n%s", diff)
	}
}

func closed(t *testing.T, b ledger.Book) {
	ctx := context.Background()
	s := Sheet("rm001", "anagrafe", Day, 2)
	s.Revision = put(t, b, s)
	other := Sheet("rm001", "anagrafe", Day.AddDays(1), 2)
	put(t, b, other)
	for range 2 {
		if err := b.Close(ctx, Day); err != nil {
			t.Fatalf("close: %v", err)
		}
	}
	if err := b.Close(ctx, Day.AddDays(-7)); err != nil {
		t.Errorf("close a day that was never there: %v", err)
	}
	for _, queue := range []booking.QueueID{"anagrafe", "none"} {
		key := booking.SheetKey{Office: "rm001", Queue: queue, Day: Day}
		if _, err := b.Sheet(ctx, key); !errors.Is(err, ledger.ErrClosed) {
			t.Errorf("sheet of a closed day: %v, want ErrClosed", err)
		}
		_, err := ledger.Change(ctx, b, key, func(s booking.Sheet) (booking.Sheet, error) {
			t.Error("a sheet of a closed day was edited")
			return s, nil
		})
		if !errors.Is(err, ledger.ErrClosed) {
			t.Errorf("edit of a closed day: %v, want ErrClosed", err)
		}
	}
	if got, err := b.Sheets(ctx, "rm001", Day); err != nil || len(got) != 0 {
		t.Errorf("%d sheets of a closed day, %v", len(got), err)
	}
	if _, err := b.Put(ctx, s); !errors.Is(err, ledger.ErrClosed) {
		t.Errorf("change of a closed day: %v, want ErrClosed", err)
	}
	for _, day := range []booking.Day{Day, Day.AddDays(-7)} {
		if _, err := b.Put(ctx, Sheet("rm001", "protocollo", day, 2)); !errors.Is(err, ledger.ErrClosed) {
			t.Errorf("new sheet on closed day %s: %v, want ErrClosed", day, err)
		}
	}
	if got, err := b.Days(ctx); err != nil || len(got) != 1 || got[0] != Day.AddDays(1) {
		t.Errorf("days after closing: %v, %v", got, err)
	}
	if _, err := b.Sheet(ctx, other.SheetKey); err != nil {
		t.Errorf("the day after: %v", err)
	}
}

func idempotent(t *testing.T, b ledger.Book) {
	ctx := context.Background()
	s := Sheet("rm001", "anagrafe", Day, 2)
	put(t, b, s)
	edit := func(s booking.Sheet) (booking.Sheet, error) { return s.Book("A001", booking.Reserve, Code(1)) }
	first, err := ledger.Change(ctx, b, s.SheetKey, edit)
	if err != nil {
		t.Fatal(err)
	}
	second, err := ledger.Change(ctx, b, s.SheetKey, edit)
	if err != nil {
		t.Fatal(err)
	}
	if first.Revision != second.Revision {
		t.Errorf("told again: %v, want %v", second.Revision, first.Revision)
	}
	if got, err := b.Sheet(ctx, s.SheetKey); err != nil || got.Revision != first.Revision {
		t.Errorf("the ledger holds %v, %v, want %v", got.Revision, err, first.Revision)
	}
}

func refused(t *testing.T, b ledger.Book) {
	ctx := context.Background()
	s := Sheet("rm001", "anagrafe", Day, 2)
	before := put(t, b, s)
	_, err := ledger.Change(ctx, b, s.SheetKey, func(s booking.Sheet) (booking.Sheet, error) {
		return s.Book("A009", booking.Reserve, Code(1))
	})
	if !errors.Is(err, booking.ErrNoSlot) {
		t.Errorf("change: %v, want ErrNoSlot", err)
	}
	if got, err := b.Sheet(ctx, s.SheetKey); err != nil || got.Revision != before {
		t.Errorf("the ledger holds %v, %v, want %v", got.Revision, err, before)
	}
	_, err = ledger.Change(ctx, b, Sheet("rm001", "none", Day, 0).SheetKey, func(s booking.Sheet) (booking.Sheet, error) {
		t.Error("a sheet that is not there was edited")
		return s, nil
	})
	if !errors.Is(err, ledger.ErrNoSheet) {
		t.Errorf("change of a sheet that is not there: %v, want ErrNoSheet", err)
	}
}

func ended(t *testing.T, b ledger.Book) {
	ctx, cancel := context.WithCancel(context.Background())
	s := Sheet("rm001", "anagrafe", Day, 2)
	put(t, b, s)
	cancel()
	if _, err := b.Sheet(ctx, s.SheetKey); !errors.Is(err, context.Canceled) {
		t.Errorf("sheet: %v, want context.Canceled", err)
	}
	if _, err := b.Put(ctx, Sheet("rm001", "protocollo", Day, 2)); !errors.Is(err, context.Canceled) {
		t.Errorf("put: %v, want context.Canceled", err)
	}
}
