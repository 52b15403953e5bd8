package wire_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base32"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.org/totem/booking"
	"example.org/totem/sync/wire"
)

const (
	needJSON = `{"version":2,"kind":"need","body":{"incarnation":"8899aabbccddeeff","queue":"anagrafe","day":"2026-11-21",` +
		`"from":"2026-11-21T09:25Z","free":1,"most":8,"got":["A017","A1003"]}}`
	passedJSON = `{"version":2,"kind":"passed","body":{"transfers":[` + firstJSON + `,` + nextJSON + `]}}`
	firstJSON  = `{"office":"rm001","queue":"anagrafe","day":"2026-11-21","slot":"A042","start":"2026-11-21T10:20Z","hands":2,` +
		`"from":"t1","to":"t2","store":"8899aabbccddeeff","proof":"` + proofText + `"}`
	nextJSON = `{"office":"rm001","queue":"anagrafe","day":"2026-11-21","slot":"A043","start":"2026-11-21T10:30Z","hands":1,` +
		`"from":"t1","to":"t2","store":"8899aabbccddeeff","proof":"` + proofText + `"}`
	proofText   = `AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4fIA`
	pulled2JSON = `{"version":2,"kind":"pulled","body":{"sheets":[],"keys":{},"digest":"","more":false,"peers":[` +
		`{"totem":"t2","key":"UAAAAAAABBBBBBBBCCCCCCCCDDDDDDDDEEEEEEEEFFFFFFFFGGGGGGGG","address":"192.0.2.7:7411"},` +
		`{"totem":"t3","key":"UAAAAAAABBBBBBBBCCCCCCCCDDDDDDDDEEEEEEEEFFFFFFFFGGGGGGGG","address":"[2001:db8::7]:7411"}]}}`
	pull3JSON   = `{"version":2,"kind":"pull","body":{"incarnation":"00112233aabbccdd","have":[],"office":"","n":41}}`
	office2JSON = `{"version":2,"kind":"office","body":{"id":"rm001","zone":"Europe/Rome","languages":["it"],"controller":{},"hours":{"week":` +
		`{"sun":[],"mon":[],"tue":[],"wed":[],"thu":[],"fri":[],"sat":[]},"closed":[]},"lead":300,"queues":[{"id":"anagrafe","prefix":"A",` +
		`"length":600,"prepare":false,"walk_in":200,"pace":{"tickets":12,"within":180}}],"services":[],"release":1800}}`
)

func TestAWrongMessageAboutOtherTotemsIsRefusedAndTheMemberNamed(t *testing.T) {
	for _, c := range []struct{ what, in, from, to, names string }{
		{"a need of no store", needJSON, `8899aabbccddeeff`, `0000000000000000`, "incarnation"},
		{"a need of no queue", needJSON, `"anagrafe"`, `""`, "queue"},
		{"a need of no day", needJSON, `"2026-11-21"`, `"2026-11-31"`, "day"},
		{"a need with seconds", needJSON, `09:25Z`, `09:25:10Z`, "from"},
		{"a need of less than nothing", needJSON, `"free":1`, `"free":-1`, "free"},
		{"a need with more than there is", needJSON, `"free":1`, `"free":4097`, "free"},
		{"a need that does not say what there is", needJSON, `"free":1,`, ``, "free"},
		{"a need of none", needJSON, `"most":8`, `"most":0`, "most"},
		{"a need of too many", needJSON, `"most":8`, `"most":65`, "most"},
		{"a need that says nothing of what was got", needJSON, `,"got":["A017","A1003"]`, ``, "got"},
		{"a slot that was got twice", needJSON, `"A1003"`, `"A017"`, "got/1"},
		{"slots that were got in no order", needJSON, `"A017","A1003"`, `"A1003","A017"`, "got/1"},
		{"a slot that is no number", needJSON, `"A017"`, `"A17"`, "got/0"},
		{"a need that says who needs", needJSON, `"queue"`, `"totem":"t2","queue"`, "totem"},
		{"more transfers than may be", passedJSON, nextJSON, strings.Repeat(nextJSON+`,`, 63) + nextJSON, "transfers"},
		{"a transfer twice", passedJSON, nextJSON, firstJSON, "transfers/1"},
		{"a transfer out of order", passedJSON, `"A042"`, `"A044"`, "transfers/1"},
		{"a transfer of another office", passedJSON, `rm001`, `rm002`, "transfers/1"},
		{"a transfer of another day", passedJSON, `"day":"2026-11-21"`, `"day":"2026-11-22"`, "transfers/1"},
		{"a transfer from another totem", passedJSON, `"from":"t1"`, `"from":"t3"`, "transfers/1"},
		{"a transfer to another totem", passedJSON, `"to":"t2"`, `"to":"t3"`, "transfers/1"},
		{"a transfer to another store", passedJSON, `8899aabbccddeeff`, `8899aabbccddeefe`, "transfers/1"},
		{"a transfer to itself", passedJSON, `"to":"t2"`, `"to":"t1"`, "transfers/0"},
		{"a transfer to limbo", passedJSON, `"to":"t2"`, `"to":"limbo"`, "transfers/0"},
		{"a transfer by the reserve", passedJSON, `"from":"t1"`, `"from":"reserve"`, "transfers/0"},
		{"a transfer of no hands", passedJSON, `"hands":2`, `"hands":0`, "hands"},
		{"a transfer of less than no hands", passedJSON, `"hands":2`, `"hands":-2`, "transfers/0"},
		{"a transfer of too many hands", passedJSON, `"hands":2`, `"hands":64`, "transfers/0"},
		{"a transfer to no store", passedJSON, `8899aabbccddeeff`, `0000000000000000`, "store"},
		{"a transfer without a proof", passedJSON, `,"proof":"` + proofText + `"`, ``, "proof"},
		{"a transfer with a proof of nothing", passedJSON, proofText, strings.Repeat("A", 86), "proof"},
		{"a transfer with a code", passedJSON, `"start"`, `"code":"AQIDBAUGBwg","start"`, "code"},
		{"a transfer without a start", passedJSON, `"start":"2026-11-21T10:20Z",`, ``, "start"},
		{"no list of transfers", passedJSON, `"transfers"`, `"transfer"`, "transfer"},
		{"no peers", pulled2JSON, `[{"totem":"t2","key":"UAAAAAAABBBBBBBBCCCCCCCCDDDDDDDDEEEEEEEEFFFFFFFFGGGGGGGG","address":"192.0.2.7:7411"},` +
			`{"totem":"t3","key":"UAAAAAAABBBBBBBBCCCCCCCCDDDDDDDDEEEEEEEEFFFFFFFFGGGGGGGG","address":"[2001:db8::7]:7411"}]`, `[]`, "peers"},
		{"peers out of order", pulled2JSON, `"t2"`, `"t4"`, "peers/1"},
		{"a peer twice", pulled2JSON, `"t3"`, `"t2"`, "peers/1"},
		{"a peer called limbo", pulled2JSON, `"t2"`, `"limbo"`, "peers/0"},
		{"a peer without a key", pulled2JSON, `"key":"UAAAAAAABBBBBBBBCCCCCCCCDDDDDDDDEEEEEEEEFFFFFFFFGGGGGGGG",`, ``, "key"},
		{"a peer with a seed", pulled2JSON, `"UAAA`, `"SUAA`, "peers/0"},
		{"a peer without an address", pulled2JSON, `,"address":"192.0.2.7:7411"`, ``, "address"},
		{"a peer with a name for an address", pulled2JSON, `192.0.2.7:7411`, `totem-2.local:7411`, "peers/0"},
		{"a peer at no port", pulled2JSON, `192.0.2.7:7411`, `192.0.2.7`, "peers/0"},
		{"a peer at port zero", pulled2JSON, `192.0.2.7:7411`, `192.0.2.7:0`, "peers/0"},
		{"a peer at a port with a zero before", pulled2JSON, `192.0.2.7:7411`, `192.0.2.7:07411`, "peers/0"},
		{"a peer anywhere", pulled2JSON, `192.0.2.7:7411`, `0.0.0.0:7411`, "peers/0"},
		{"many peers at once", pulled2JSON, `192.0.2.7:7411`, `224.0.0.1:7411`, "peers/0"},
		{"a peer of a zone", pulled2JSON, `[2001:db8::7]`, `[fe80::7%eth0]`, "peers/1"},
		{"a peer in capitals", pulled2JSON, `[2001:db8::7]`, `[2001:DB8::7]`, "peers/1"},
		{"a peer at length", pulled2JSON, `[2001:db8::7]`, `[2001:db8:0::7]`, "peers/1"},
		{"a peer at an address within another", pulled2JSON, `[2001:db8::7]`, `[::ffff:192.0.2.7]`, "peers/1"},
		{"peers in version 1", pulled2JSON, `"version":2`, `"version":1`, "peers"},
		{"the number of no fact", pull3JSON, `"n":41`, `"n":0`, "n"},
		{"the number of less than no fact", pull3JSON, `"n":41`, `"n":-41`, "n"},
		{"a number of facts in version 1", pull3JSON, `"version":2`, `"version":1`, "n"},
		{"a health at a name", healthJSON, `192.0.2.7:7411`, `totem.example:7411`, "address"},
		{"a health at an empty address", healthJSON, `192.0.2.7:7411`, ``, "address"},
		{"a release of nothing", office2JSON, `"release":1800`, `"release":0`, "release"},
		{"a release days before", office2JSON, `"release":1800`, `"release":86401`, "release"},
		{"a release in version 1", office2JSON, `"version":2`, `"version":1`, "walk_in"},
		{"more walk-ins than slots", office2JSON, `"walk_in":200`, `"walk_in":1001`, "walk_in"},
		{"less than no walk-ins", office2JSON, `"walk_in":200`, `"walk_in":-1`, "walk_in"},
		{"walk-ins of nothing", office2JSON, `"walk_in":200`, `"walk_in":0`, "walk_in"},
		{"a pace of no tickets", office2JSON, `"tickets":12`, `"tickets":0`, "pace"},
		{"a pace within no time", office2JSON, `"within":180`, `"within":0`, "pace"},
		{"a pace within seconds", office2JSON, `"within":180`, `"within":90`, "pace"},
		{"a pace without tickets", office2JSON, `"tickets":12,`, ``, "tickets"},
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

func TestTotemsSayNothingToEachOtherInVersion1(t *testing.T) {
	for _, in := range []string{needJSON, passedJSON} {
		if err := decodeAny(strings.Replace(in, `"version":2`, `"version":1`, 1)); !errors.As(err, new(wire.KindError)) {
			t.Errorf("got %v, want a kind error", err)
		}
	}
}

func TestADonorMayRefuse(t *testing.T) {
	var refusal *wire.Refusal
	if _, err := wire.Decode[wire.Passed]([]byte(refusalJSON)); !errors.As(err, &refusal) || refusal.Code != wire.RefusedOtherStore {
		t.Errorf("got %v", err)
	}
}

// passedOn returns transfers of n slots, with names as long as they may be.
func passedOn(n int) wire.Passed {
	long := strings.Repeat("a", 31)
	day := booking.DayOf(time.Unix(1_795_000_000, 0), time.UTC)
	var p wire.Passed
	for i := range n {
		p.Transfers = append(p.Transfers, booking.Transfer{
			Key:  booking.SheetKey{Office: booking.OfficeID(long + "o"), Queue: booking.QueueID(long + "q"), Day: day},
			Slot: booking.NewNumber("A", 999_900+i), Start: time.Unix(1_795_000_020+int64(i)*60, 0).UTC().Truncate(time.Minute), Hands: booking.MostHands,
			From: booking.TotemID(long + "f"), To: booking.TotemID(long + "t"), Store: booking.Incarnation{1}, Proof: booking.Proof{1},
		})
	}
	return p
}

func TestTheLongestMessagesBetweenTotemsFit(t *testing.T) {
	data, err := wire.Encode(wire.Newest, passedOn(wire.MaxTransfers))
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d transfers take %d bytes", wire.MaxTransfers, len(data))
	need := wire.Need{Incarnation: booking.Incarnation{1}, Queue: booking.QueueID(strings.Repeat("q", 32)), From: time.Unix(1_795_000_020, 0),
		Day: booking.DayOf(time.Unix(1_795_000_000, 0), time.UTC), Free: 4096, Most: wire.MaxTransfers}
	for i := range 4096 {
		need.Got = append(need.Got, booking.NewNumber("A", 999_999-i))
	}
	asked, err := wire.Encode(wire.Newest, need)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("a need of who got %d slots takes %d bytes", len(need.Got), len(asked))
	if len(data) > wire.MaxPeerMessage || len(asked) > wire.MaxPeerMessage {
		t.Errorf("%d and %d bytes, want at most %d", len(data), len(asked), wire.MaxPeerMessage)
	}
}

func TestAMessageBetweenTotemsOverItsLimitIsRefusedBeforeItIsRead(t *testing.T) {
	long := []byte(strings.Repeat(" ", wire.MaxPeerMessage) + needJSON)
	if _, err := wire.Decode[wire.Need](long); err == nil || !strings.Contains(err.Error(), fmt.Sprint(wire.MaxPeerMessage)) {
		t.Errorf("a need: %v", err)
	}
	if _, err := wire.Decode[wire.Passed](bytes.Replace(long, []byte(needJSON), []byte(passedJSON), 1)); err == nil || !strings.Contains(err.Error(), fmt.Sprint(wire.MaxPeerMessage)) {
		t.Errorf("passed: %v", err)
	}
}

func TestWhatATotemGotIsToldInOrderAndOnce(t *testing.T) {
	need, err := wire.Decode[wire.Need]([]byte(needJSON))
	if err != nil {
		t.Fatal(err)
	}
	mixed := need
	mixed.Got = []booking.Number{"A1003", "A017", "A1003"}
	data, err := wire.Encode(wire.Newest, mixed)
	if err != nil || string(data) != needJSON {
		t.Errorf("%s, %v", data, err)
	}
	if want := []booking.Number{"A1003", "A017", "A1003"}; !slices.Equal(mixed.Got, want) {
		t.Errorf("what was to be told is changed: %v", mixed.Got)
	}
}

func TestATransferIsEncodedWithItsProof(t *testing.T) {
	key := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize))
	p := passedOn(2)
	for i := range p.Transfers {
		p.Transfers[i].Proof = booking.Proof(ed25519.Sign(key, p.Transfers[i].Signed()))
	}
	turned := wire.Passed{Transfers: []booking.Transfer{p.Transfers[1], p.Transfers[0]}}
	data, err := wire.Encode(wire.Newest, turned)
	if err != nil {
		t.Fatal(err)
	}
	back, err := wire.Decode[wire.Passed](data)
	if diff := cmp.Diff(p, back, sameDay); err != nil || diff != "" {
		t.Fatalf("%v\n%s", err, diff)
	}
	for _, transfer := range back.Transfers {
		if !ed25519.Verify(key.Public().(ed25519.PublicKey), transfer.Signed(), transfer.Proof[:]) {
			t.Errorf("the proof of %s does not count any more", transfer.Slot)
		}
	}
}

func TestWhatIsAboutOtherTotemsAndCannotTravelIsNotEncoded(t *testing.T) {
	for what, encode := range map[string]func() ([]byte, error){
		"too many transfers": func() ([]byte, error) { return wire.Encode(wire.Newest, passedOn(wire.MaxTransfers+1)) },
		"a transfer of two offices": func() ([]byte, error) {
			p := passedOn(2)
			p.Transfers[0].Key.Office = "rm001"
			return wire.Encode(wire.Newest, p)
		},
		"a transfer without a proof": func() ([]byte, error) {
			p := passedOn(1)
			p.Transfers[0].Proof = booking.Proof{}
			return wire.Encode(wire.Newest, p)
		},
		"a transfer to no store": func() ([]byte, error) {
			p := passedOn(1)
			p.Transfers[0].Store = booking.Incarnation{}
			return wire.Encode(wire.Newest, p)
		},
		"a need of nothing": func() ([]byte, error) { return wire.Encode(wire.Newest, wire.Need{}) },
		"a peer of no name": func() ([]byte, error) { return wire.Encode(wire.Newest, wire.Pulled{Peers: []wire.Peer{{}}}) },
		"a peer of no name, raw": func() ([]byte, error) {
			return wire.EncodePulled(wire.Newest, wire.PulledRaw{Peers: []wire.Peer{{}}})
		},
		"a pace of half a minute": func() ([]byte, error) {
			o, err := wire.DecodeOffice([]byte(office2JSON))
			o.Queues[0].Pace.Within = 30 * time.Second
			return encodeOffice(t, o, err)
		},
		"a pace of no tickets": func() ([]byte, error) {
			o, err := wire.DecodeOffice([]byte(office2JSON))
			o.Queues[0].Pace.Tickets = 0
			return encodeOffice(t, o, err)
		},
		"a release within a second": func() ([]byte, error) {
			o, err := wire.DecodeOffice([]byte(office2JSON))
			o.Release = time.Millisecond
			return encodeOffice(t, o, err)
		},
	} {
		if data, err := encode(); err == nil || data != nil {
			t.Errorf("%s was encoded: %.200s", what, data)
		}
	}
}

func encodeOffice(t *testing.T, o booking.Office, err error) ([]byte, error) {
	if err != nil {
		t.Fatal(err)
	}
	return wire.EncodeOffice(o)
}

func TestTheTransferOfTheProtocolPageIsSignedAsThePageSays(t *testing.T) {
	found := examples(t)
	p, err := wire.Decode[wire.Passed](found["passed"][0])
	if err != nil {
		t.Fatal(err)
	}
	transfer := p.Transfers[0]
	page := protocolPage(t)
	m := regexp.MustCompile("signed by the key `(U[A-Z2-7]{55})` of t1:\n\n```\n((?s).*?)```").FindSubmatch(page)
	if m == nil || string(m[2]) != string(transfer.Signed()) {
		t.Fatalf("the page does not say what is signed: %q", transfer.Signed())
	}
	nkey, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(string(m[1]))
	if err != nil {
		t.Fatal(err)
	}
	if !ed25519.Verify(nkey[1:33], transfer.Signed(), transfer.Proof[:]) {
		t.Error("the proof is another's")
	}
	for _, data := range found["fact"] {
		f, err := wire.DecodeFact(data)
		if err != nil {
			t.Fatal(err)
		}
		if f.Kind == booking.FactReceived && (f.Proof != transfer.Proof || f.Slot != transfer.Slot || f.Hands != transfer.Hands || f.Peer != transfer.From) {
			t.Error("the receipt of the page is of another transfer")
		}
	}
}
