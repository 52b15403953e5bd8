package store_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"example.org/totem/booking"
	"example.org/totem/paper"
)

// What a totem holds is bounded by its grant: a fact needs a slot of a cached sheet, or a cached day that closes, and
// without a link no sheet comes. With a link none comes before every fact is told. So counts cannot pile up.
func TestATotemWithoutALinkStopsGrowing(t *testing.T) {
	_, cfg := fresh(t)
	cfg.Path += "2"
	clock := today.At(8*60, rome)
	cfg.Now = func() time.Time { return clock }
	s := open(t, cfg)
	const granted, slots = 3, 60
	for i := range granted {
		take(t, s, sheet(today.AddDays(i), 1, slots))
	}
	var bytes int64
	var facts uint64
	for i := range 31 {
		day := today.AddDays(i)
		clock = day.At(8*60, rome)
		if err := s.CloseDays(t.Context(), day); err != nil {
			t.Fatal(err)
		}
		if err := s.See(t.Context(), clock); err != nil {
			t.Fatal(err)
		}
		s = reopen(t, s, cfg) // the log is cut to nothing, and begun anew
		at, err := s.Standing(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		size := sizeOf(t, filepath.Dir(cfg.Path))
		if i > granted+1 && (size > bytes || at.ID.N > facts) {
			t.Fatalf("day %d: %d bytes and %d facts, after %d and %d", i, size, at.ID.N, bytes, facts)
		}
		bytes, facts = size, at.ID.N
		for _, start := range offersOf(t, s, day) {
			if i >= granted {
				t.Fatalf("day %d: something is on offer", i)
			}
			job := mustIssue(t, s, order(t, sheet(day, 1, slots), indexOf(t, start.Number)))
			if err := s.JobEnded(t.Context(), job, paper.Result{Outcome: paper.Printed}); err != nil {
				t.Fatal(err)
			}
		}
	}
	told := outboxOf(t, s)
	if want := granted * (2*slots + 1); len(told) != want || told[len(told)-1].ID.N != uint64(want) {
		t.Errorf("%d facts, want %d", len(told), want)
	}
	if err := s.CloseDays(t.Context(), today.AddDays(40)); err != nil {
		t.Fatal(err)
	}
}

func indexOf(t *testing.T, n booking.Number) int {
	t.Helper()
	_, count, err := n.Split()
	if err != nil {
		t.Fatal(err)
	}
	return count - 1
}

// sizeOf returns how many bytes the files of a folder have.
func sizeOf(t *testing.T, folder string) (n int64) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		n += info.Size()
	}
	return n
}
