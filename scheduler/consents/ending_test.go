package consents_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.org/totem/booking"
	"example.org/totem/privacy"
	"example.org/totem/scheduler/consents"
)

func TestWhatHasNotEndedIsOverWhenItsDayIs(t *testing.T) {
	ctx, dir := context.Background(), memory(t)
	s := open(t, dir, nil)
	today, tomorrow := consent(t, 1), consent(t, 2)
	tomorrow.Ticket.Day = tomorrow.Ticket.Day.AddDays(1)
	sent := consent(t, 3)
	give(t, s, today, tomorrow, sent)
	end(t, s, sent, privacy.ConsentFulfilled, clock(9, 0))
	for range 2 {
		if err := s.EndDay(ctx, office, today.Ticket.Day); err != nil {
			t.Fatal(err)
		}
	}
	for _, s := range []*consents.Store{s, open(t, dir, nil)} {
		a, b, c := s.State(office, today.Receipt), s.State(office, tomorrow.Receipt), s.State(office, sent.Receipt)
		if a != privacy.ConsentExpired || b != privacy.ConsentGiven || c != privacy.ConsentFulfilled {
			t.Errorf("today's is %s, tomorrow's %s, the one whose message went out %s", a, b, c)
		}
	}
	if f := found(t, dir); len(f.Problems) > 0 || strings.Count(disk(t, dir)["rm001.2026-11-24.ends"], "\n") != 2 {
		t.Errorf("each ends once: %v", f.Problems)
	}
}

func TestRecordsAreErasedThirtyDaysAfterAndANumberRemains(t *testing.T) {
	ctx, dir := context.Background(), memory(t)
	s := open(t, dir, nil)
	a, b, later := consent(t, 1), consent(t, 2), consent(t, 3)
	later.Ticket.Day = later.Ticket.Day.AddDays(1)
	give(t, s, a, b, later)
	acts := filepath.Join(dir, "rm001.2026-11-24.acts")
	witness := filepath.Join(memory(t), "witness") // another name of the same blocks
	if err := os.Link(acts, witness); err != nil {
		t.Fatal(err)
	}
	d := a.Ticket.Day
	for days, want := range map[int]int{0: 3, consents.Keep - 1: 3} {
		if err := s.EndDay(ctx, office, d.AddDays(days)); err != nil {
			t.Fatal(err)
		}
		if f := found(t, dir); len(f.Records) != want || f.Erased != 0 {
			t.Errorf("%d days after: %d records, %d erased", days, len(f.Records), f.Erased)
		}
	}
	if err := s.EndDay(ctx, office, d.AddDays(consents.Keep)); err != nil {
		t.Fatal(err)
	}
	f := found(t, dir)
	if len(f.Records) != 1 || f.Erased != 2 {
		t.Errorf("%d records, %d erased", len(f.Records), f.Erased)
	}
	if left, err := os.ReadFile(witness); err != nil || len(bytes.Trim(left, "\x00")) > 0 {
		t.Errorf("left in the blocks: %q, %v", left, err)
	}
	for name, content := range disk(t, dir) {
		if strings.Contains(name, "2026-11-24") || strings.Contains(content, strings.ReplaceAll(privacy.Receipt(a.Receipt).String(), " ", "")) {
			t.Errorf("%s is still there, or says it: %s", name, content)
		}
	}
	if s.State(office, a.Receipt) != 0 {
		t.Error("the erased consent is still known")
	}
	if err := s.Given(ctx, office, a, terms()); err == nil {
		t.Error("it came back")
	}
}

func TestRecordsOfAnOfficeThatIsNoMoreAreErasedByTheOthers(t *testing.T) {
	ctx, dir := context.Background(), memory(t)
	s := open(t, dir, nil)
	if err := s.Given(ctx, "rm009", consent(t, 1), terms()); err != nil {
		t.Fatal(err)
	}
	if err := s.EndDay(ctx, office, day(t, "2026-11-24").AddDays(consents.Keep+1)); err != nil {
		t.Fatal(err)
	}
	f, err := consents.Read(dir, "rm009", booking.Day{}, "")
	if err != nil || len(f.Records) != 0 || f.Erased != 1 {
		t.Errorf("%d records, %d erased, %v", len(f.Records), f.Erased, err)
	}
}

// The power is cut between the count and the erasure.
func TestARecordIsCountedOnce(t *testing.T) {
	ctx, dir := context.Background(), memory(t)
	s := open(t, dir, nil)
	give(t, s, consent(t, 1))
	end(t, s, consent(t, 1), privacy.ConsentFulfilled, clock(9, 0))
	before := disk(t, dir)
	if err := s.EndDay(ctx, office, day(t, "2026-11-24").AddDays(consents.Keep)); err != nil {
		t.Fatal(err)
	}
	for name, content := range before {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s = open(t, dir, nil)
	if err := s.EndDay(ctx, office, day(t, "2026-11-24").AddDays(consents.Keep)); err != nil {
		t.Fatal(err)
	}
	if f := found(t, dir); len(f.Records) != 0 || f.Erased != 1 {
		t.Errorf("%d records, %d erased", len(f.Records), f.Erased)
	}
	if left := disk(t, dir); len(left) != 1 {
		t.Errorf("%d files are left", len(left))
	}
}

func TestRecordsAreKeptAsLongAsCitizensAreTold(t *testing.T) {
	if p, ok := privacy.Get(privacy.Proving); !ok || p.Kept.Days != consents.Keep {
		t.Errorf("%d days, citizens are told %d", consents.Keep, p.Kept.Days)
	}
}
