package wire_test

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"example.org/totem/booking"
	"example.org/totem/sync/wire"
)

// agree checks that a message says the same, or is refused, in whichever way it is read. A space before it makes sure
// that it is read the general way.
func agree[M any](t interface {
	Helper()
	Fatalf(string, ...any)
}, data []byte, decode func([]byte) (M, error)) {
	t.Helper()
	scanned, scanErr := decode(data)
	read, readErr := decode(append([]byte{' '}, data...))
	if (scanErr == nil) != (readErr == nil) {
		t.Fatalf("%v, and read the general way %v: %s", scanErr, readErr, data)
	}
	if diff := cmp.Diff(read, scanned, sameDay); diff != "" {
		t.Fatalf("read the general way, and scanned:\n%s\n%s", diff, data)
	}
}

// fuzzAgree fuzzes two ways of reading against each other.
func fuzzAgree[M any](f *testing.F, draw func(*rapid.T) M, encode func(int, M) ([]byte, error), decode func([]byte) (M, error)) {
	for version := wire.Oldest; version <= wire.Newest; version++ {
		for seed := range 8 {
			data, err := encode(version, rapid.Custom(draw).Example(seed))
			if err != nil {
				f.Fatal(err)
			}
			f.Add(data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) < wire.MaxMessage { // the space must fit
			agree(t, data, decode)
		}
	})
}

func FuzzASheetSaysTheSameInWhicheverWayItIsRead(f *testing.F) {
	fuzzAgree(f, drawSheet, wire.EncodeSheet, wire.DecodeSheet)
}

func FuzzAPullSaysTheSameInWhicheverWayItIsRead(f *testing.F) {
	fuzzAgree(f, drawPull, wire.Encode[wire.Pull], wire.Decode[wire.Pull])
}

func FuzzAnAnswerSaysTheSameInWhicheverWayItIsRead(f *testing.F) {
	fuzzAgree(f, drawPulled, wire.Encode[wire.Pulled], wire.Decode[wire.Pulled])
}

// spoiled returns data with a few bytes changed.
func spoiled(t *rapid.T, data []byte) []byte {
	data = bytes.Clone(data)
	for range rapid.IntRange(0, 2).Draw(t, "changes") {
		i := rapid.IntRange(0, len(data)-1).Draw(t, "at")
		j := min(len(data), i+rapid.IntRange(0, 3).Draw(t, "drops"))
		other := rapid.SampledFrom([]string{"", "0", "1", "9", `"`, ",", `\`, " ", "a", "f", "-", "[", "]", "{", "}", "null", "\x00", "\xff", "é"}).Draw(t, "other")
		data = slices.Concat(data[:i], []byte(other), data[j:])
		if len(data) == 0 {
			return []byte("{")
		}
	}
	return data
}

func spoiledAgrees[M any](draw func(*rapid.T) M, encode func(int, M) ([]byte, error), decode func([]byte) (M, error)) func(*rapid.T) {
	return func(t *rapid.T) {
		data, err := encode(rapid.IntRange(wire.Oldest, wire.Newest).Draw(t, "version"), draw(t))
		if err != nil {
			t.Fatal(err)
		}
		agree(t, spoiled(t, data), decode)
	}
}

func TestAMessageSaysTheSameInWhicheverWayItIsRead(t *testing.T) {
	t.Run("sheet", rapid.MakeCheck(spoiledAgrees(drawSheet, wire.EncodeSheet, wire.DecodeSheet)))
	t.Run("pull", rapid.MakeCheck(spoiledAgrees(drawPull, wire.Encode[wire.Pull], wire.Decode[wire.Pull])))
	t.Run("pulled", rapid.MakeCheck(spoiledAgrees(drawPulled, wire.Encode[wire.Pulled], wire.Decode[wire.Pulled])))
}

// rawOf returns an answer with its sheets encoded, each in a version of its own, and what they say then.
func rawOf(t *rapid.T, p wire.Pulled) (wire.PulledRaw, wire.Pulled) {
	raw := wire.PulledRaw{Keys: p.Keys, Office: p.Office, Digest: p.Digest, More: p.More, Peers: p.Peers}
	p.Sheets = slices.Clone(p.Sheets)
	for i, s := range p.Sheets {
		version := rapid.IntRange(wire.Oldest, wire.Newest).Draw(t, "version of the sheet")
		if version == 1 {
			p.Sheets[i] = inVersion1(s)
		}
		message, err := wire.EncodeSheet(version, s)
		if err != nil {
			t.Fatal(err)
		}
		if rapid.IntRange(0, 9).Draw(t, "spelt") == 0 {
			message = append([]byte(" "), message...)
		}
		raw.Sheets = append(raw.Sheets, wire.RawSheet{Sequence: s.Revision.Sequence, Message: message})
	}
	return raw, p
}

func TestAnAnswerOfEncodedSheetsIsTheSameByteByByte(t *testing.T) {
	for version := wire.Oldest; version <= wire.Newest; version++ {
		rapid.Check(t, func(t *rapid.T) {
			raw, p := rawOf(t, drawPulled(t))
			want, err := wire.Encode(version, p)
			if err != nil {
				t.Fatal(err)
			}
			got, err := wire.EncodePulled(version, raw)
			if err != nil || !bytes.Equal(got, want) {
				t.Fatalf("%v\n%s\nwant\n%s", err, got, want)
			}
			back, err := raw.Decode()
			if diff := cmp.Diff(p, back, sameDay); err != nil || diff != "" {
				t.Fatalf("%v\n%s", err, diff)
			}
		})
	}
}

func TestAnAnswerThatCannotTravelIsNotEncoded(t *testing.T) {
	day := booking.DayOf(fullDay(1).Slots[0].Start, time.UTC)
	for what, p := range map[string]wire.PulledRaw{
		"a digest that is none":   {Digest: "\x01"},
		"a key of no day":         {Keys: map[booking.Day]booking.DayKey{{}: {1}}},
		"a key of nothing":        {Keys: map[booking.Day]booking.DayKey{day: {}}},
		"an office that is none":  {Office: &booking.Office{ID: "A"}},
		"a sheet that is none":    {Sheets: []wire.RawSheet{{Sequence: 1, Message: []byte(factJSON)}}},
		"more than fits":          {Sheets: slices.Repeat([]wire.RawSheet{{Sequence: 1, Message: []byte(sheetJSON)}}, 2*wire.MaxMessage/len(sheetJSON))},
		"a sheet that is nothing": {Sheets: []wire.RawSheet{{}}},
	} {
		if data, err := wire.EncodePulled(wire.Newest, p); err == nil || data != nil {
			t.Errorf("%s was encoded: %.100s", what, data)
		}
	}
	if _, err := wire.EncodePulled(wire.Newest+1, wire.PulledRaw{}); err == nil {
		t.Error("a version that nobody speaks was written")
	}
}

func BenchmarkDecodePull(b *testing.B) {
	p := wire.Pull{Incarnation: booking.Incarnation{1}, Office: "0123456789abcdef"}
	for range 24 {
		p.Have = append(p.Have, wire.Have{Queue: "queue-1", Day: fullDay(1).Day, Revision: booking.Revision{Epoch: 1, Sequence: 1234}})
	}
	data, err := wire.Encode(wire.Newest, p)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := wire.Decode[wire.Pull](data); err != nil {
			b.Fatal(err)
		}
	}
}
