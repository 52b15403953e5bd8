package wire_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"example.org/totem/booking"
	"example.org/totem/sync/wire"
)

var sameDay = cmp.Comparer(func(a, b booking.Day) bool { return a == b })

// stable fuzzes a decoder: what it takes can be encoded and comes back the same; with an error it gives nothing.
func stable[M any](f *testing.F, draw func(*rapid.T) M, encode func(M) ([]byte, error), decode func([]byte) (M, error)) {
	for seed := range 8 {
		data, err := encode(rapid.Custom(draw).Example(seed))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
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
		again, err := encode(m)
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

func FuzzDecodeSheet(f *testing.F) {
	stable(f, drawSheet, wire.EncodeSheet, wire.DecodeSheet)
}

func FuzzDecodeFact(f *testing.F) { stable(f, drawFact, wire.EncodeFact, wire.DecodeFact) }

func FuzzDecodeOffice(f *testing.F) {
	stable(f, drawOffice, wire.EncodeOffice, wire.DecodeOffice)
}

func FuzzDecodePulled(f *testing.F) {
	stable(f, drawPulled, wire.Encode[wire.Pulled], wire.Decode[wire.Pulled])
}

func FuzzDecodePull(f *testing.F) {
	stable(f, drawPull, wire.Encode[wire.Pull], wire.Decode[wire.Pull])
}

func FuzzDecodeHello(f *testing.F) {
	stable(f, func(t *rapid.T) wire.Hello {
		return wire.Hello{Incarnation: drawIncarnation(t), N: 7, Speaks: []int{2, 1}, Program: "1.0"}
	}, wire.Encode[wire.Hello], wire.Decode[wire.Hello])
}

func FuzzDecodeWelcome(f *testing.F) {
	stable(f, func(t *rapid.T) wire.Welcome {
		return wire.Welcome{Accepted: drawAccepted(t), Time: drawMinute(t)}
	}, wire.Encode[wire.Welcome], wire.Decode[wire.Welcome])
}

func FuzzDecodeAccepted(f *testing.F) {
	stable(f, drawAccepted, wire.Encode[wire.Accepted], wire.Decode[wire.Accepted])
}

func FuzzDecodeRefusal(f *testing.F) {
	stable(f, func(t *rapid.T) wire.Refusal {
		return wire.Refusal{Code: drawID.Draw(t, "code"), Sentence: "the ledger does not answer", Remedy: "wait"}
	}, wire.Encode[wire.Refusal], wire.Decode[wire.Refusal])
}

func FuzzDecodeLast(f *testing.F) {
	stable(f, drawLast, wire.Encode[wire.Last], wire.Decode[wire.Last])
}
