package ledgertest

import (
	"context"
	"errors"
	"testing"

	"example.org/totem/booking"
	"example.org/totem/ledger"
)

func newEpoch(t *testing.T, open func() Ledger) {
	l := open()
	if got := epoch(t, l); got != Epoch {
		t.Errorf("epoch %d, want %d", got, Epoch)
	}
	if got := put(t, l, Sheet("rm001", "anagrafe", Day, 1)); got.Epoch != Epoch {
		t.Errorf("the first sheet is at %v, want epoch %d", got, Epoch)
	}
	if got := epoch(t, open()); got != Epoch {
		t.Errorf("opened again: epoch %d, want %d", got, Epoch)
	}
}

func epoch(t *testing.T, b ledger.Book) uint64 {
	t.Helper()
	e, err := b.Epoch(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func raised(t *testing.T, open func() Ledger) {
	ctx := context.Background()
	l, other := open(), open()
	for _, tt := range []struct{ beyond, want uint64 }{
		{0, Epoch}, {Epoch - 1, Epoch}, {Epoch, Epoch + 1}, {Epoch, Epoch + 1}, {Epoch + 70, Epoch + 71}, {3, Epoch + 71},
	} {
		got, err := l.Raise(ctx, tt.beyond)
		if err != nil || got != tt.want {
			t.Fatalf("raised beyond %d: %d, %v, want %d", tt.beyond, got, err, tt.want)
		}
		for _, b := range []ledger.Book{l, other, open()} {
			if got := epoch(t, b); got != tt.want {
				t.Fatalf("raised beyond %d: epoch %d, want %d", tt.beyond, got, tt.want)
			}
		}
	}
	if got, err := l.Raise(ctx, 1<<64-1); err == nil {
		t.Errorf("raised beyond all: %d", got)
	}
}

func written(t *testing.T, open func() Ledger) {
	ctx := context.Background()
	l, other := open(), open()
	old := Sheet("rm001", "anagrafe", Day, 3)
	for range 3 { // its sequence grows beyond that of what is written next
		old.Revision = put(t, l, old)
	}
	later := put(t, l, Sheet("rm001", "protocollo", Day, 3))
	if _, err := other.Raise(ctx, Epoch); err != nil {
		t.Fatal(err)
	}
	for i, b := range []ledger.Book{l, other} {
		got := put(t, b, Sheet("rm002", booking.QueueID([]string{"anagrafe", "protocollo"}[i]), Day, 3))
		if got.Epoch != Epoch+1 || !got.Newer(old.Revision) || !got.Newer(later) {
			t.Errorf("written at %v after the raise, before it at %v and %v", got, old.Revision, later)
		}
	}
	// What was written before keeps its revision until it is written again.
	kept, err := l.Sheet(ctx, old.SheetKey)
	if err != nil || kept.Revision != old.Revision {
		t.Fatalf("the sheet from before is at %v, %v, want %v", kept.Revision, err, old.Revision)
	}
	if got := put(t, l, kept); got.Epoch != Epoch+1 {
		t.Errorf("written again at %v", got)
	}
	if _, err := l.Put(ctx, kept); !errors.Is(err, ledger.ErrConflict) {
		t.Errorf("written upon the lower epoch: %v, want ErrConflict", err)
	}
	never := Sheet("rm003", "anagrafe", Day, 1)
	never.Revision = booking.Revision{Epoch: Epoch + 9, Sequence: later.Sequence}
	if _, err := l.Put(ctx, never); !errors.Is(err, ledger.ErrConflict) {
		t.Errorf("written upon an epoch to come: %v, want ErrConflict", err)
	}
}

// speaks holds that the version is nobody's business but the message's.
func speaks(t *testing.T, open func() Ledger) {
	l := open()
	s := Sheet("rm001", "anagrafe", Day, 3)
	for _, version := range []int{1, 2, 1, 99, 0, -1} {
		l.Speak("rm001", version)
		s.Revision = put(t, l, s)
		if got, err := l.Sheet(context.Background(), s.SheetKey); err != nil || got.Revision != s.Revision {
			t.Errorf("in version %d: at %v, %v, want %v", version, got.Revision, err, s.Revision)
		}
	}
}
