package wire_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"example.org/totem/booking"
	"example.org/totem/sync/wire"
)

const (
	handsJSON = `{"version":2,"kind":"sheet","body":{"office":"rm001","queue":"anagrafe","day":"2026-11-21","epoch":1,"prefix":"A",` +
		`"base":"2026-11-21T07:30Z","starts":[[0,2],[10,2]],"numbers":[[1,4]],"totems":["t1","limbo"],"holders":"Raba","states":"fffi",` +
		`"tickets":"AQIDBAUGBwg","returns":"2","paper":"p","hands":"ABC_","asks":"-bv-","moved":[[3,50]]}}`
	releasedJSON = `{"version":2,"kind":"fact","body":{"incarnation":"00112233aabbccdd","n":8,"kind":"released","at":"2026-11-21T09:20Z",` +
		`"day":"2026-11-21","queue":"anagrafe","slot":"A042","hands":2}}`
	transferredJSON = `{"version":2,"kind":"fact","body":{"incarnation":"00112233aabbccdd","n":9,"kind":"transferred","at":"2026-11-21T09:20Z",` +
		`"day":"2026-11-21","queue":"anagrafe","slot":"A042","hands":2,"peer":"t2","store":"8899aabbccddeeff"}}`
	receivedJSON = `{"version":2,"kind":"fact","body":{"incarnation":"8899aabbccddeeff","n":3,"kind":"received","at":"2026-11-21T09:20Z",` +
		`"day":"2026-11-21","queue":"anagrafe","slot":"A042","hands":2,"peer":"t1","proof":` +
		`"AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4fIA"}}`
)

func TestASheetSaysWhoseHandsItsSlotsWentThrough(t *testing.T) {
	s, err := wire.DecodeSheet([]byte(handsJSON))
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []struct {
		holder booking.Holder
		hands  int
		ask    booking.Ask
	}{{booking.Reserve, 0, booking.AskNothing}, {"t1", 1, booking.AskBack}, {booking.Limbo, 2, booking.AskVoid}, {"t1", 63, booking.AskNothing}} {
		if got := s.Slots[i]; got.Holder != want.holder || got.Hands != want.hands || got.Ask != want.ask {
			t.Errorf("slot %s: held by %s, %d hands, asked %d", got.Number, got.Holder, got.Hands, got.Ask)
		}
	}
	if ticket, at := s.Slots[3].Ticket, time.Date(2026, 11, 21, 8, 20, 0, 0, time.UTC); !ticket.Moved || !ticket.Expected.Equal(at) {
		t.Errorf("the moved ticket is %+v", ticket)
	}
	unknown, err := wire.DecodeSheet([]byte(strings.Replace(handsJSON, `[3,50]`, `[3,-1]`, 1)))
	if err != nil || !unknown.Slots[3].Ticket.Moved || !unknown.Slots[3].Ticket.Expected.IsZero() {
		t.Errorf("a ticket that is moved to nobody knows when: %+v, %v", unknown, err)
	}
}

func TestWhatOfHandsIsWrongIsRefusedAndTheMemberNamed(t *testing.T) {
	for _, c := range []struct{ what, in, from, to, names string }{
		{"hands too few", handsJSON, `"ABC_"`, `"ABC"`, "hands"},
		{"hands too many", handsJSON, `"ABC_"`, `"ABC_A"`, "hands"},
		{"hands of no letter", handsJSON, `"ABC_"`, `"ABC+"`, "hands"},
		{"hands of nothing", handsJSON, `"ABC_"`, `""`, "hands"},
		{"hands that say nothing", handsJSON, `"ABC_"`, `"AAAA"`, "hands"},
		{"asks too few", handsJSON, `"-bv-"`, `"-bv"`, "asks"},
		{"asks of no letter", handsJSON, `"-bv-"`, `"-bx-"`, "asks"},
		{"asks that say nothing", handsJSON, `"-bv-"`, `"----"`, "asks"},
		{"asks of nothing", handsJSON, `"-bv-"`, `""`, "asks"},
		{"something asked of the reserve", handsJSON, `"-bv-"`, `"bbv-"`, "asks"},
		{"something asked of a ticket", handsJSON, `"-bv-"`, `"-bvb"`, "asks"},
		{"a free slot that is moved", handsJSON, `[3,50]`, `[2,50]`, "moved"},
		{"a moved slot that is none", handsJSON, `[3,50]`, `[4,50]`, "moved"},
		{"a slot that is moved twice", handsJSON, `[3,50]`, `[3,50],[3,60]`, "moved"},
		{"a ticket that is expected before the first slot", handsJSON, `[3,50]`, `[3,-2]`, "moved"},
		{"a ticket that is expected days later", handsJSON, `[3,50]`, `[3,4321]`, "moved"},
		{"a moved slot with three parts", handsJSON, `[3,50]`, `[3,50,1]`, "moved"},
		{"moved that says nothing", handsJSON, `[[3,50]]`, `[]`, "moved"},
		{"a totem called reserve", handsJSON, `"limbo"`, `"reserve"`, "totems"},
		{"limbo twice", handsJSON, `"t1","limbo"`, `"limbo","limbo"`, "totems"},
		{"a release of no hands", releasedJSON, `"hands":2`, `"hands":0`, "hands"},
		{"a release without hands", releasedJSON, `,"hands":2`, ``, "released"},
		{"a release beyond all hands", releasedJSON, `"hands":2`, `"hands":64`, "released"},
		{"a release of less than no hands", releasedJSON, `"hands":2`, `"hands":-1`, "released"},
		{"a release of no slot", releasedJSON, `"slot":"A042",`, ``, "released"},
		{"a release with a code", releasedJSON, `"hands"`, `"code":"AQIDBAUGBwg","hands"`, "released"},
		{"a release to a peer", releasedJSON, `"hands":2`, `"hands":2,"peer":"t2"`, "released"},
		{"a transfer to nobody", transferredJSON, `"peer":"t2",`, ``, "transferred"},
		{"a transfer to limbo", transferredJSON, `"t2"`, `"limbo"`, "peer"},
		{"a transfer to the pool", transferredJSON, `"t2"`, `"pool"`, "peer"},
		{"a transfer to no name", transferredJSON, `"t2"`, `"T2"`, "peer"},
		{"a transfer to no store", transferredJSON, `,"store":"8899aabbccddeeff"`, ``, "transferred"},
		{"a transfer to a store of nothing", transferredJSON, `8899aabbccddeeff`, `0000000000000000`, "store"},
		{"a transfer with a proof", transferredJSON, `"hands"`, `"proof":"AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4fIA","hands"`, "transferred"},
		{"a receipt without a proof", receivedJSON, `,"proof":"AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4fIA"`, ``, "received"},
		{"a receipt with half a proof", receivedJSON, `ABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4fIA"`, `"`, "proof"},
		{"a receipt of whom", receivedJSON, `"peer":"t1",`, ``, "received"},
		{"a receipt by a store", receivedJSON, `"peer"`, `"store":"8899aabbccddeeff","peer"`, "received"},
		{"a proof of nothing", receivedJSON, `AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4fIA`, strings.Repeat("A", 86), "proof"},
	} {
		t.Run(c.what, func(t *testing.T) {
			fits(t, []byte(c.in))
			if err := decodeAny(c.in); err != nil {
				t.Fatalf("the right message: %v", err)
			}
			wrong := strings.Replace(c.in, c.from, c.to, 1)
			if wrong == c.in {
				t.Fatal("nothing to replace")
			}
			err := decodeAny(wrong)
			if err == nil || !strings.Contains(err.Error(), c.names) || errors.As(err, new(wire.KindError)) {
				t.Fatalf("%v: want an error that names %q", err, c.names)
			}
		})
	}
}

func TestNobodyIsCalledLimbo(t *testing.T) {
	if err := booking.CheckTotemID(string(booking.Limbo)); err == nil {
		t.Error("a totem may be called limbo")
	}
	if _, _, _, err := wire.ParseRequestSubject("rq.v1.rm001.limbo.pull"); err == nil {
		t.Error("limbo asks")
	}
	if _, _, err := wire.ParseFactsSubject("up.v1.rm001.limbo.facts"); err == nil {
		t.Error("limbo tells")
	}
	for version := wire.Oldest; version <= wire.Newest; version++ {
		s, err := wire.DecodeSheet([]byte(handsJSON))
		if err != nil {
			t.Fatal(err)
		}
		data, err := wire.EncodeSheet(version, s)
		if err != nil {
			t.Fatal(err)
		}
		back, err := wire.DecodeSheet(data)
		if err != nil || back.Slots[2].Holder != booking.Limbo {
			t.Errorf("in version %d limbo comes back as %v, %v", version, back, err)
		}
	}
}

func TestVersion1KnowsNothingOfHands(t *testing.T) {
	for _, member := range []string{`,"hands":"ABC_"`, `,"asks":"-bv-"`, `,"moved":[[3,50]]`} {
		alone := strings.NewReplacer(`,"hands":"ABC_"`, ``, `,"asks":"-bv-"`, ``, `,"moved":[[3,50]]`, ``, `"version":2`, `"version":1`).Replace(handsJSON)
		if _, err := wire.DecodeSheet([]byte(alone)); err != nil {
			t.Fatal(err)
		}
		with := strings.Replace(alone, `"paper":"p"`, `"paper":"p"`+member, 1)
		if _, err := wire.DecodeSheet([]byte(with)); err == nil || problems(t, []byte(with)) == nil {
			t.Errorf("%v: %s", err, with)
		}
		newer := strings.Replace(with, `"version":1`, `"version":2`, 1)
		if _, err := wire.DecodeSheet([]byte(newer)); err != nil {
			t.Errorf("each of the three stands by itself: %v", err)
		}
	}
	for kind, in := range map[string]string{"released": releasedJSON, "transferred": transferredJSON, "received": receivedJSON} {
		old := []byte(strings.Replace(in, `"version":2`, `"version":1`, 1))
		var unknown wire.KindError
		if _, err := wire.DecodeFact(old); !errors.As(err, &unknown) || unknown.Kind != kind {
			t.Errorf("%v: want a kind error: %s", err, old)
		}
		if _, err := wire.PeekFact(old); err != nil {
			t.Error(err)
		}
		f, err := wire.DecodeFact([]byte(in))
		if err != nil {
			t.Fatal(err)
		}
		for _, told := range []booking.Fact{f, f.Counted()} {
			data, err := wire.EncodeFact(told)
			if err != nil {
				t.Fatal(err)
			}
			if digests, err := wire.FactDigests(told); err != nil || len(digests) != 1 || digests[0] != wire.DigestOf(data) {
				t.Errorf("digests %v, %v: want that of version 2 alone", digests, err)
			}
		}
	}
}

// handedDay returns a sheet of 144 slots of which everything is told that can be: all have changed hands more than once, every
// third is free and asked for, the tickets of an hour are moved.
func handedDay(counters int) booking.Sheet {
	s := fullDay(counters)
	for i := range s.Slots {
		slot := &s.Slots[i]
		slot.Hands = 1 + i%5
		if i%3 == 0 {
			slot.State, slot.Ticket, slot.Holder, slot.Ask = booking.Free, booking.Ticket{}, "totem-ingresso", booking.AskBack
		}
		if i >= 60 && i < 60+6*counters && slot.State.HasTicket() {
			slot.Ticket.Moved, slot.Ticket.Expected = true, slot.Start.Add(2*time.Hour)
		}
	}
	return s
}

// soldDay returns a sheet of 144 sold slots that all have changed hands, of which so many tickets are moved.
func soldDay(counters, moved int) booking.Sheet {
	s := fullDay(counters)
	for i := range s.Slots {
		s.Slots[i].Hands = 1 + i%5
		if i < moved {
			s.Slots[i].Ticket.Moved, s.Slots[i].Ticket.Expected = true, s.Slots[i].Start.Add(2*time.Hour)
		}
	}
	return s
}

func TestASheetOf144SlotsThatChangedHandsFitsInFourKiB(t *testing.T) {
	for _, counters := range []int{1, 3, 6} {
		for what, c := range map[string]struct {
			day  booking.Sheet
			most int
		}{
			"some asked back":               {handedDay(counters), 4096},
			"all sold, two hours are moved": {soldDay(counters, 12*counters), 4096},
			"all sold, and all are moved":   {soldDay(counters, 144), 6000},
		} {
			t.Run(fmt.Sprintf("%s, %d counters", what, counters), func(t *testing.T) {
				data, err := wire.EncodeSheet(wire.Newest, c.day)
				if err != nil {
					t.Fatal(err)
				}
				t.Logf("%d bytes", len(data))
				if len(data) > c.most {
					t.Errorf("%d bytes, want at most %d", len(data), c.most)
				}
			})
		}
	}
}

func TestOfASheetNothingIsToldThatIsNotThere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSheet(t)
		data, err := wire.EncodeSheet(wire.Newest, s)
		if err != nil {
			t.Fatal(err)
		}
		hands, asks, moved := false, false, false
		for _, slot := range s.Slots {
			hands, asks, moved = hands || slot.Hands > 0, asks || slot.Ask != booking.AskNothing, moved || slot.Ticket.Moved
		}
		for member, there := range map[string]bool{`"hands":`: hands, `"asks":`: asks, `"moved":`: moved} {
			if strings.Contains(string(data), member) != there {
				t.Fatalf("%s, and it is there to be told: %v\n%s", member, there, data)
			}
		}
	})
}

func TestHandsThatCannotTravelAreNotEncoded(t *testing.T) {
	sheet, err := wire.DecodeSheet([]byte(handsJSON))
	if err != nil {
		t.Fatal(err)
	}
	for what, spoil := range map[string]func([]booking.Slot){
		"hands beyond all":                   func(s []booking.Slot) { s[1].Hands = 64 },
		"less than no hands":                 func(s []booking.Slot) { s[1].Hands = -1 },
		"an ask that is none":                func(s []booking.Slot) { s[1].Ask = booking.AskVoid + 1 },
		"something asked of the pool":        func(s []booking.Slot) { s[1].Holder = booking.Pool },
		"a holder that is none":              func(s []booking.Slot) { s[1].Holder = "" },
		"a free slot that is moved":          func(s []booking.Slot) { s[1].Ticket.Moved = true },
		"expected, and not moved":            func(s []booking.Slot) { s[3].Ticket.Moved = false },
		"expected within a minute":           func(s []booking.Slot) { s[3].Ticket.Expected = s[3].Start.Add(time.Second) },
		"expected before the first slot":     func(s []booking.Slot) { s[3].Ticket.Expected = s[0].Start.Add(-time.Minute) },
		"expected many days after the first": func(s []booking.Slot) { s[3].Ticket.Expected = s[0].Start.AddDate(0, 0, 9) },
	} {
		s := sheet.Clone()
		spoil(s.Slots)
		for version := wire.Oldest; version <= wire.Newest; version++ {
			if data, err := wire.EncodeSheet(version, s); err == nil || data != nil {
				t.Errorf("%s was encoded in version %d", what, version)
			}
		}
	}
}

func BenchmarkDecodeASheetOfManyHands(b *testing.B) {
	data, err := wire.EncodeSheet(wire.Newest, handedDay(3))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := wire.DecodeSheet(data); err != nil {
			b.Fatal(err)
		}
	}
}
