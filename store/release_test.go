package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.org/totem/booking"
	"example.org/totem/sync/wire"
)

func TestOnlyUnsoldSlotsThatStartSoonAreGivenBack(t *testing.T) {
	s, cfg := fresh(t)
	grant := sheet(today, 1, 8)
	grant.Slots[3].Holder = booking.Pool
	grant.Slots[4].Hands = booking.MostHands
	take(t, s, grant, sheet(tomorrow, 1, 3))
	mustIssue(t, s, order(t, grant, 2))
	outboxOf(t, s)
	// The first starts now, the seventh when it is not due yet.
	if n, err := s.ReleaseDue(t.Context(), grant.Slots[0].Start, grant.Slots[6].Start); n != 2 || err != nil {
		t.Errorf("%d are given back, %v", n, err)
	}
	wantFacts(t, s, handFact(booking.FactReleased, 2, 1), handFact(booking.FactReleased, 6, 1))
	s = reopen(t, s, cfg)
	if n, err := s.ReleaseDue(t.Context(), grant.Slots[0].Start, grant.Slots[6].Start); n != 0 || err != nil {
		t.Errorf("%d are given back again, %v", n, err)
	}
	wantNumbers(t, "on offer", offered(t, s), 1, 5, 7, 8)
	if n, err := s.ReleaseDue(t.Context(), grant.Slots[6].Start.Add(-time.Second), grant.Slots[6].Start.Add(time.Second)); n != 1 || err != nil {
		t.Errorf("%d are given back by the second, %v", n, err)
	}
	if n, err := s.ReleaseDue(t.Context(), today.End(rome), tomorrow.End(rome)); n != 3 || err != nil {
		t.Errorf("%d of tomorrow are given back, %v", n, err)
	}
}

// Around midnight of UTC a local day has another date.
func TestSlotsAtAnyHourOfTheDayAreGivenBack(t *testing.T) {
	for _, zone := range []*time.Location{rome, mustZone("Pacific/Auckland"), mustZone("America/Cayenne")} {
		for _, minute := range []booking.Clock{0, 30, 12 * 60, 23*60 + 59} {
			s, _ := fresh(t)
			grant := sheet(today, 1, 1)
			grant.Slots[0].Start = today.At(minute, zone).UTC()
			take(t, s, grant)
			if n, err := s.ReleaseDue(t.Context(), grant.Slots[0].Start.Add(-time.Minute), grant.Slots[0].Start.Add(time.Minute)); n != 1 || err != nil {
				t.Errorf("minute %d in %v: %d, %v", minute, zone, n, err)
			}
		}
	}
}

func TestFreeSlotsAreCountedByQueue(t *testing.T) {
	s, _ := fresh(t)
	grant, b := sheet(today, 1, 6), sheet(today, 1, 3)
	grant.Slots[1].Holder = booking.Pool
	b.Queue, b.Prefix = "tributi", "B"
	for i := range b.Slots {
		b.Slots[i].Number, b.Slots[i].Holder = booking.NewNumber("B", i+1), booking.Reserve
	}
	take(t, s, grant, b, sheet(tomorrow, 1, 2))
	mustIssue(t, s, order(t, grant, 0))
	for after, want := range map[time.Duration]int{-time.Hour: 4, 10 * time.Minute: 4, 10*time.Minute + 1: 3, time.Hour: 0} {
		free, err := s.Free(t.Context(), today, grant.Slots[0].Start.Add(after))
		wanted := map[booking.QueueID]int{queueA: want}
		if want == 0 {
			wanted = map[booking.QueueID]int{}
		}
		if diff := cmp.Diff(wanted, free); diff != "" || err != nil {
			t.Errorf("from %v on: %v (-want +got):\n%s", after, err, diff)
		}
	}
	must(t, s.Take(t.Context(), wire.Pulled{Sheets: []booking.Sheet{sheet(today.AddDays(5), 1, 2)}}))
	for _, day := range []booking.Day{today.AddDays(4), today.AddDays(5)} { // without a sheet, and without a key
		if free, err := s.Free(t.Context(), day, time.Time{}); len(free) > 0 || err != nil {
			t.Errorf("of %v %v, %v", day, free, err)
		}
	}
}

func TestOffersCountWhatOnlyTheSchedulerCanGrant(t *testing.T) {
	s, _ := fresh(t)
	grant := sheet(today, 1, 8)
	holders := []booking.Holder{booking.Pool, booking.Reserve, booking.Limbo, booking.HeldBy(otherTotem), me, me, booking.Pool, me}
	for i := range grant.Slots {
		grant.Slots[i].Start, grant.Slots[i].Holder = grant.Slots[0].Start, holders[i]
	}
	grant.Slots[6].State, grant.Slots[6].Ticket.Code = booking.Issued, booking.CodeHash{3}
	grant.Slots[7].Ask = booking.AskBack // given back at once
	take(t, s, grant)
	mustIssue(t, s, order(t, grant, 4))
	if got := offersOf(t, s, today); len(got) != 1 || got[0].Open != 3 || got[0].Places != 1 || got[0].Number != "A006" {
		t.Errorf("offers %+v", got)
	}
}
