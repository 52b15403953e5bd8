package wire_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"example.org/totem/booking"
	"example.org/totem/sync/wire"
)

var sameDay = cmp.Comparer(func(a, b booking.Day) bool { return a == b })

// stable fuzzes a decoder: what it takes can be encoded and comes back the same; with an error it gives nothing. The
// seeds are of every version from the given one on.
func stable[M any](f *testing.F, from int, draw func(*rapid.T) M, encode func(int, M) ([]byte, error), decode func([]byte) (M, error)) {
	for version := from; version <= wire.Newest; version++ {
		for seed := range 8 {
			data, err := encode(version, rapid.Custom(draw).Example(seed))
			if err != nil {
				f.Fatal(err)
			}
			f.Add(data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := decode(data)
		if err != nil {
			var none M
			if !cmp.Equal(m, none, sameDay) {
				t.Fatalf("both %v and the error %v", m, err)
			}
			return
		}
		version, err := wire.VersionOf(data)
		if err != nil {
			t.Fatalf("decoded, and has no version: %v", err)
		}
		again, err := encode(version, m)
		if err != nil {
			t.Fatalf("decoded, and cannot be encoded: %v", err)
		}
		back, err := decode(again)
		if err != nil {
			t.Fatalf("encoded, and cannot be decoded: %v", err)
		}
		if diff := cmp.Diff(m, back, sameDay); diff != "" {
			t.Fatal(diff)
		}
	})
}

// newest is for messages that are only written in the newest version.
func newest[M any](encode func(M) ([]byte, error)) func(int, M) ([]byte, error) {
	return func(_ int, m M) ([]byte, error) { return encode(m) }
}

func FuzzDecodeSheet(f *testing.F) {
	stable(f, wire.Oldest, drawSheet, wire.EncodeSheet, wire.DecodeSheet)
}

func FuzzDecodeFact(f *testing.F) {
	stable(f, wire.Newest, drawFact, newest(wire.EncodeFact), wire.DecodeFact)
}

func FuzzDecodeMark(f *testing.F) {
	stable(f, wire.Newest, drawMark, newest(wire.EncodeMark), wire.DecodeMark)
}

func FuzzDecodeOffice(f *testing.F) {
	stable(f, wire.Newest, drawOffice, newest(wire.EncodeOffice), wire.DecodeOffice)
}

func request[M wire.Message](f *testing.F, from int, draw func(*rapid.T) M) {
	stable(f, from, draw, wire.Encode[M], wire.Decode[M])
}

func FuzzDecodePulled(f *testing.F)      { request(f, wire.Oldest, drawPulled) }
func FuzzDecodePull(f *testing.F)        { request(f, wire.Oldest, drawPull) }
func FuzzDecodeHello(f *testing.F)       { request(f, wire.Oldest, drawHello) }
func FuzzDecodeWelcome(f *testing.F)     { request(f, wire.Oldest, drawWelcome) }
func FuzzDecodeAccepted(f *testing.F)    { request(f, wire.Oldest, drawAccepted) }
func FuzzDecodeRefusal(f *testing.F)     { request(f, wire.Oldest, drawRefusal) }
func FuzzDecodeLast(f *testing.F)        { request(f, wire.Oldest, drawLast) }
func FuzzDecodeMerge(f *testing.F)       { request(f, 2, drawMerge) }
func FuzzDecodeMerged(f *testing.F)      { request(f, 2, drawMerged) }
func FuzzDecodeEnrol(f *testing.F)       { request(f, 2, drawEnrol) }
func FuzzDecodeRenew(f *testing.F)       { request(f, 2, drawRenew) }
func FuzzDecodeCredentials(f *testing.F) { request(f, 2, drawCredentials) }
func FuzzDecodeClock(f *testing.F)       { request(f, 2, drawClock) }
func FuzzDecodeReading(f *testing.F)     { request(f, 2, drawReading) }
func FuzzDecodeHealth(f *testing.F)      { request(f, 2, drawHealth) }
func FuzzDecodeNoted(f *testing.F)       { request(f, 2, drawNoted) }
func FuzzDecodeVacancy(f *testing.F)     { request(f, 2, drawVacancy) }
func FuzzDecodeVacant(f *testing.F)      { request(f, 2, drawVacant) }
func FuzzDecodeWant(f *testing.F)        { request(f, 2, drawWant) }
func FuzzDecodeGranted(f *testing.F)     { request(f, 2, drawGranted) }
func FuzzDecodeContact(f *testing.F)     { request(f, 2, drawContact) }
func FuzzDecodeKept(f *testing.F)        { request(f, 2, drawKept) }
func FuzzDecodeReminder(f *testing.F)    { request(f, 2, drawReminder) }
func FuzzDecodeReminded(f *testing.F)    { request(f, 2, drawReminded) }
func FuzzDecodeWithdraw(f *testing.F)    { request(f, 2, drawWithdraw) }

func FuzzDecodeNeed(f *testing.F)   { request(f, 2, drawNeed) }
func FuzzDecodePassed(f *testing.F) { request(f, 2, drawPassed) }

func FuzzDecodeConsent(f *testing.F) {
	stable(f, wire.Newest, drawConsent, newest(wire.EncodeConsent), wire.DecodeConsent)
}

// FuzzPeek holds what is read of messages that nobody may understand: it neither fails nor contradicts the decoders.
func FuzzPeek(f *testing.F) {
	for _, in := range []string{helloJSON, factJSON, arrivedJSON, countedJSON, markJSON, `{"kind":"mark","body":{}}`, `[`, `{"version":`} {
		f.Add([]byte(in))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		version, versionErr := wire.VersionOf(data)
		id, digest, lastErr := wire.PeekLast(data)
		if (lastErr != nil) != (id == booking.FactID{} && digest.IsZero()) {
			t.Fatalf("%v, %v and the error %v", id, digest, lastErr)
		}
		if fact, err := wire.DecodeFact(data); err == nil && (versionErr != nil || id != fact.ID || digest != wire.DigestOf(data)) {
			t.Fatalf("version %d (%v), %v, %v of the fact %v", version, versionErr, id, digest, fact)
		}
		if mark, err := wire.DecodeMark(data); err == nil && (version != 2 || id != mark.ID || digest != mark.Digest) {
			t.Fatalf("version %d, %v, %v of the mark %v", version, id, digest, mark)
		}
	})
}
