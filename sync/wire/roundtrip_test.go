package wire_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"example.org/totem/booking"
	"example.org/totem/sync/wire"
)

// comesBack checks that what is encoded is what is decoded.
func comesBack[M any](t *testing.T, draw func(*rapid.T) M, encode func(M) ([]byte, error), decode func([]byte) (M, error)) {
	t.Helper()
	rapid.Check(t, func(t *rapid.T) {
		m := draw(t)
		data, err := encode(m)
		if err != nil {
			t.Fatal(err)
		}
		back, err := decode(data)
		if err != nil {
			t.Fatalf("%v\n%s", err, data)
		}
		if diff := cmp.Diff(m, back, cmp.Comparer(func(a, b booking.Day) bool { return a == b })); diff != "" {
			t.Fatalf("sent, and what came back:\n%s\n%s", diff, data)
		}
	})
}

func TestEveryRequestAndAnswerComesBack(t *testing.T) {
	t.Run("hello", func(t *testing.T) {
		comesBack(t, func(t *rapid.T) wire.Hello {
			return wire.Hello{Incarnation: drawIncarnation(t), N: rapid.Uint64().Draw(t, "n"),
				Speaks:  rapid.SampledFrom([][]int{{1}, {2, 1}, {9, 4, 3}}).Draw(t, "speaks"),
				Program: rapid.SampledFrom([]string{"", "totem 1.4.2"}).Draw(t, "program")}
		}, wire.Encode[wire.Hello], wire.Decode[wire.Hello])
	})
	t.Run("welcome", func(t *testing.T) {
		comesBack(t, func(t *rapid.T) wire.Welcome {
			return wire.Welcome{Accepted: drawAccepted(t), Time: drawMinute(t).Add(time.Duration(rapid.IntRange(0, 59).Draw(t, "s")) * time.Second)}
		}, wire.Encode[wire.Welcome], wire.Decode[wire.Welcome])
	})
	t.Run("pull", func(t *testing.T) { comesBack(t, drawPull, wire.Encode[wire.Pull], wire.Decode[wire.Pull]) })
	t.Run("pulled", func(t *testing.T) { comesBack(t, drawPulled, wire.Encode[wire.Pulled], wire.Decode[wire.Pulled]) })
	t.Run("accepted", func(t *testing.T) {
		comesBack(t, drawAccepted, wire.Encode[wire.Accepted], wire.Decode[wire.Accepted])
	})
	t.Run("last", func(t *testing.T) {
		comesBack(t, drawLast, wire.Encode[wire.Last], wire.Decode[wire.Last])
	})
	t.Run("refusal", func(t *testing.T) {
		comesBack(t, func(t *rapid.T) wire.Refusal {
			return wire.Refusal{Code: drawID.Draw(t, "code"), Sentence: drawString.Draw(t, "sentence"), Remedy: drawString.Draw(t, "remedy")}
		}, wire.Encode[wire.Refusal], wire.Decode[wire.Refusal])
	})
}

func TestEverySheetComesBackWithoutItsSequence(t *testing.T) {
	comesBack(t, func(t *rapid.T) booking.Sheet {
		s := drawSheet(t)
		s.Revision.Sequence = 0
		return s
	}, wire.EncodeSheet, wire.DecodeSheet)
}

func TestEveryFactComesBack(t *testing.T) { comesBack(t, drawFact, wire.EncodeFact, wire.DecodeFact) }

func TestEveryOfficeComesBack(t *testing.T) {
	comesBack(t, drawOffice, wire.EncodeOffice, wire.DecodeOffice)
}

func TestAnOfficeHasAnotherDigestAfterAnyChange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawOffice(t), drawOffice(t)
		x, err := wire.OfficeDigest(a)
		if err != nil {
			t.Fatal(err)
		}
		y, err := wire.OfficeDigest(b)
		if err != nil {
			t.Fatal(err)
		}
		if (x == y) != cmp.Equal(a, b, cmp.Comparer(func(a, b booking.Day) bool { return a == b })) {
			t.Fatalf("digests %s and %s", x, y)
		}
	})
}

// fullDay returns a sheet of 144 slots, all booked, at counters side by side.
func fullDay(counters int) booking.Sheet {
	s := booking.Sheet{
		SheetKey: booking.SheetKey{Office: "valfiorita-anagrafe", Queue: "carta-identita", Day: booking.DayOf(time.Unix(1_795_000_000, 0), time.UTC)},
		Revision: booking.Revision{Epoch: 3, Sequence: 123_456},
		Prefix:   "A",
	}
	start := time.Date(2026, 11, 21, 7, 0, 0, 0, time.UTC)
	holders := []booking.Holder{booking.Pool, "totem-ingresso", booking.Reserve, "totem-primo-piano"}
	for i := range 144 {
		s.Slots = append(s.Slots, booking.Slot{
			Number: booking.NewNumber("A", i+1), Start: start.Add(time.Duration(i/counters*10) * time.Minute),
			Holder: holders[i%len(holders)], State: booking.Issued,
			Ticket: booking.Ticket{Code: booking.CodeHash{1, byte(i)}, Returns: 2, Paper: booking.PaperPrinted},
		})
	}
	return s
}

func TestASheetOf144BookedSlotsFitsInFourKiB(t *testing.T) {
	for _, counters := range []int{1, 2, 3, 6} {
		t.Run(fmt.Sprint(counters, " counters"), func(t *testing.T) {
			data, err := wire.EncodeSheet(fullDay(counters))
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%d bytes", len(data))
			if len(data) > 4096 {
				t.Errorf("%d bytes, want at most 4096", len(data))
			}
		})
	}
}

func BenchmarkDecodeSheet(b *testing.B) {
	data, err := wire.EncodeSheet(fullDay(3))
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
