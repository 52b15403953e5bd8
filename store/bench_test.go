package store_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"example.org/totem/booking"
	"example.org/totem/store"
	"example.org/totem/sync/wire"
)

// BenchmarkIssue is one ticket: slot, outbox and print job, durable. Set it against BenchmarkAppend.
func BenchmarkIssue(b *testing.B) {
	s, _ := fresh(b)
	benchmarkIssue(b, s)
}

// BenchmarkIssueAmongAMillion is BenchmarkIssue with 1,000,000 slots in the cache.
func BenchmarkIssueAmongAMillion(b *testing.B) {
	s, _ := fresh(b)
	fill(b, s, 1_000_000)
	benchmarkIssue(b, s)
}

func benchmarkIssue(b *testing.B, s *store.Store) {
	grant := sheet(today, 1, 100_000) // more than a run takes
	take(b, s, grant)
	i := 0
	for b.Loop() {
		if _, err := s.Issue(b.Context(), order(b, grant, i)); err != nil {
			b.Fatal(err)
		}
		i++
	}
}

// BenchmarkAppend is the least that a durable ticket can cost: 4 KiB appended to a file, and fdatasync.
func BenchmarkAppend(b *testing.B) {
	f, err := os.Create(filepath.Join(b.TempDir(), "append"))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	page := make([]byte, 4096)
	for b.Loop() {
		if _, err := f.Write(page); err != nil {
			b.Fatal(err)
		}
		if err := unix.Fdatasync(int(f.Fd())); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkIssueAgainstAppend does both in turn, in blocks of 50, and reports their medians and the ratio: the row
// "issue" of the figures to reach.
func BenchmarkIssueAgainstAppend(b *testing.B) {
	s, cfg := fresh(b)
	grant := sheet(today, 1, 100_000)
	take(b, s, grant)
	f, err := os.Create(cfg.Path + ".append")
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	page := make([]byte, 4096)
	var issues, appends []time.Duration
	for i := 0; b.Loop(); i++ {
		if i/50%2 == 0 {
			o := order(b, grant, i)
			begin := time.Now()
			if _, err := s.Issue(b.Context(), o); err != nil {
				b.Fatal(err)
			}
			issues = append(issues, time.Since(begin))
			continue
		}
		begin := time.Now()
		_, err := f.Write(page)
		if err := errors.Join(err, unix.Fdatasync(int(f.Fd()))); err != nil {
			b.Fatal(err)
		}
		appends = append(appends, time.Since(begin))
	}
	if len(appends) > 0 {
		b.ReportMetric(float64(median(issues)), "issue-p50-ns")
		b.ReportMetric(float64(median(appends)), "append-p50-ns")
		b.ReportMetric(float64(median(issues))/float64(median(appends)), "ratio")
	}
}

func median(all []time.Duration) time.Duration {
	slices.Sort(all)
	return all[len(all)/2]
}

// BenchmarkOffersAmongAMillion is what a screen of times asks for: today's starts of a queue with 144 slots, with
// 1,000,000 slots of other days in the cache.
func BenchmarkOffersAmongAMillion(b *testing.B) {
	s, _ := fresh(b)
	fill(b, s, 1_000_000)
	take(b, s, sheet(today, 1, 144))
	for b.Loop() {
		if starts, err := s.Offers(b.Context(), today, today.Start(rome)); err != nil || len(starts) != 144 {
			b.Fatal(len(starts), err)
		}
	}
}

// BenchmarkPush is a pushed sheet of 144 slots of which two are others' than before, durable.
func BenchmarkPush(b *testing.B) {
	s, _ := fresh(b)
	pushed := func(sequence uint64) booking.Sheet {
		pushed := sheet(today, sequence, 144)
		for i := range pushed.Slots {
			pushed.Slots[i].Holder = booking.Pool
		}
		pushed.Slots[sequence%144].Holder = "totem-2"
		return pushed
	}
	take(b, s, pushed(1))
	for sequence := uint64(1); b.Loop(); sequence++ {
		if ok, err := s.Push(b.Context(), pushed(sequence+1), sequence); err != nil || !ok {
			b.Fatal(ok, err)
		}
	}
}

// fill puts n slots of other days into the cache.
func fill(b *testing.B, s *store.Store, n int) {
	const a = 1000
	for i := range n / a {
		day := today.AddDays(1 + i%60)
		other := sheet(day, 1, a)
		other.Queue = queueName(i)
		if err := s.Take(b.Context(), wire.Pulled{Sheets: []booking.Sheet{other}, Keys: keys(day)}); err != nil {
			b.Fatal(err)
		}
	}
}
