package wire_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"example.org/totem/booking"
	"example.org/totem/privacy"
	"example.org/totem/sync/wire"
)

// comesBack checks that what is encoded is what is decoded, but for what less takes away.
func comesBack[M any](t *testing.T, draw func(*rapid.T) M, less func(M) M, encode func(M) ([]byte, error), decode func([]byte) (M, error)) {
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
		if diff := cmp.Diff(less(m), back, sameDay); diff != "" {
			t.Fatalf("sent, and what came back:\n%s\n%s", diff, data)
		}
	})
}

func all[M any](m M) M { return m }

// requestComesBack checks it for every version; in1 takes away what version 1 lacks, nil if that is the whole message.
func requestComesBack[M wire.Message](t *testing.T, draw func(*rapid.T) M, in1 func(M) M) {
	t.Helper()
	for version := wire.Oldest; version <= wire.Newest; version++ {
		t.Run(fmt.Sprintf("%T in version %d", *new(M), version), func(t *testing.T) {
			encode := func(m M) ([]byte, error) {
				data, err := wire.Encode(version, m)
				if got, versionErr := wire.VersionOf(data); err == nil && (versionErr != nil || got != version) {
					return nil, fmt.Errorf("is of version %d, %v: %s", got, versionErr, data)
				}
				return data, err
			}
			switch {
			case version > 1:
				comesBack(t, draw, all, encode, wire.Decode[M])
			case in1 != nil:
				comesBack(t, draw, in1, encode, wire.Decode[M])
			default:
				data, err := encode(rapid.Custom(draw).Example(1))
				if !errors.As(err, new(wire.KindError)) || data != nil {
					t.Errorf("%s, %v; want a kind error", data, err)
				}
			}
		})
	}
}

func TestEveryRequestAndAnswerComesBackInEveryVersion(t *testing.T) {
	requestComesBack(t, drawHello, func(h wire.Hello) wire.Hello {
		h.Told, h.Epoch = 0, 0
		return h
	})
	requestComesBack(t, drawWelcome, func(w wire.Welcome) wire.Welcome {
		w.Epoch, w.Merge = 0, false
		return w
	})
	requestComesBack(t, drawPull, func(p wire.Pull) wire.Pull {
		p.Closed, p.N = booking.Day{}, 0
		return p
	})
	requestComesBack(t, drawPulled, func(p wire.Pulled) wire.Pulled {
		if p.Office != nil {
			o := *p.Office
			o.Privacy, o.Reminders, o.Advance, o.Release, o.Queues = privacy.Facts{}, privacy.Reminders{}, "", 0, slices.Clone(o.Queues)
			for i := range o.Queues {
				o.Queues[i].WalkIn, o.Queues[i].Pace = 0, booking.Pace{}
			}
			p.Office = &o
		}
		p.Peers, p.Sheets = nil, slices.Clone(p.Sheets)
		for i, s := range p.Sheets {
			p.Sheets[i] = inVersion1(s)
		}
		return p
	})
	requestComesBack(t, drawAccepted, all)
	requestComesBack(t, drawLast, all)
	requestComesBack(t, drawRefusal, all)
	requestComesBack(t, drawMerge, nil)
	requestComesBack(t, drawMerged, nil)
	requestComesBack(t, drawEnrol, nil)
	requestComesBack(t, drawRenew, nil)
	requestComesBack(t, drawCredentials, nil)
	requestComesBack(t, drawClock, nil)
	requestComesBack(t, drawReading, nil)
	requestComesBack(t, drawHealth, nil)
	requestComesBack(t, drawNoted, nil)
	requestComesBack(t, drawVacancy, nil)
	requestComesBack(t, drawVacant, nil)
	requestComesBack(t, drawWant, nil)
	requestComesBack(t, drawGranted, nil)
	requestComesBack(t, drawContact, nil)
	requestComesBack(t, drawKept, nil)
	requestComesBack(t, drawReminder, nil)
	requestComesBack(t, drawReminded, nil)
	requestComesBack(t, drawWithdraw, nil)
	requestComesBack(t, drawWithdrawn, nil)
	requestComesBack(t, drawNeed, nil)
	requestComesBack(t, drawPassed, nil)
}

func TestEverySheetComesBackWithoutItsSequence(t *testing.T) {
	for version := wire.Oldest; version <= wire.Newest; version++ {
		less := func(s booking.Sheet) booking.Sheet {
			if version == 1 {
				s = inVersion1(s)
			}
			s.Revision.Sequence = 0
			return s
		}
		comesBack(t, drawSheet, less, func(s booking.Sheet) ([]byte, error) { return wire.EncodeSheet(version, s) }, wire.DecodeSheet)
	}
}

func TestEveryFactComesBack(t *testing.T) {
	comesBack(t, drawFact, all, wire.EncodeFact, wire.DecodeFact)
}

func TestEveryMarkComesBack(t *testing.T) {
	comesBack(t, drawMark, all, wire.EncodeMark, wire.DecodeMark)
}

func TestEveryOfficeComesBack(t *testing.T) {
	comesBack(t, drawOffice, all, wire.EncodeOffice, wire.DecodeOffice)
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
		if (x == y) != cmp.Equal(a, b, sameDay) {
			t.Fatalf("digests %s and %s", x, y)
		}
	})
}

// fullDay returns a sheet of 144 slots, all booked, at counters side by side.
func fullDay(counters int) booking.Sheet {
	s := booking.Sheet{
		SheetKey: booking.SheetKey{Office: "valfiorita-anagrafe", Queue: "carta-identita", Day: booking.DayOf(time.Unix(1_795_000_000, 0), time.UTC)},
		Revision: booking.Revision{Epoch: 1_795_000_000, Sequence: 123_456},
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
		for version := wire.Oldest; version <= wire.Newest; version++ {
			t.Run(fmt.Sprintf("%d counters, version %d", counters, version), func(t *testing.T) {
				data, err := wire.EncodeSheet(version, fullDay(counters))
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
}

func BenchmarkDecodeSheet(b *testing.B) {
	data, err := wire.EncodeSheet(wire.Newest, fullDay(3))
	if err != nil {
		b.Fatal(err)
	}
	for what, message := range map[string][]byte{"as we spell it": data, "as any JSON": append([]byte(" "), data...)} {
		b.Run(what, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := wire.DecodeSheet(message); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
