package wire_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"example.org/totem/booking"
	"example.org/totem/sync/wire"
)

const (
	helloJSON = `{"version":1,"kind":"hello","body":{"incarnation":"00112233aabbccdd","n":7,"speaks":[1],"program":"totem 1.0"}}`
	factJSON  = `{"version":1,"kind":"fact","body":{"incarnation":"00112233aabbccdd","n":7,"kind":"issued","at":"2026-11-21T09:20Z",` +
		`"day":"2026-11-21","queue":"anagrafe","slot":"A042","code":"AQIDBAUGBwg"}}`
	arrivedJSON = `{"version":2,"kind":"fact","body":{"incarnation":"00112233aabbccdd","n":8,"kind":"arrived","at":"2026-11-21T09:20Z",` +
		`"day":"2026-11-21","queue":"anagrafe","slot":"A042","code":"AQIDBAUGBwg"}}`
	countedJSON = `{"version":2,"kind":"fact","body":{"incarnation":"00112233aabbccdd","n":9,"kind":"counted","at":"2026-11-21T00:00Z",` +
		`"day":"2026-11-21","queue":"anagrafe","of":"cancelled"}}`
	sheetJSON = `{"version":1,"kind":"sheet","body":{"office":"rm001","queue":"anagrafe","day":"2026-11-21","epoch":1,"prefix":"A",` +
		`"base":"2026-11-21T07:30Z","starts":[[0,2],[10,1]],"numbers":[[1,3]],"totems":["t1"],"holders":"PRa","states":"ffi",` +
		`"tickets":"AQIDBAUGBwg","returns":"2","paper":"p"}}`
	hello2JSON = `{"version":2,"kind":"hello","body":{"incarnation":"00112233aabbccdd","n":7,"told":5,"epoch":1790000000,` +
		`"speaks":[2,1],"program":"totem 2.0"}}`
	welcome2JSON = `{"version":2,"kind":"welcome","body":{"accepted":{"sequence":0,"n":0},"time":"2026-11-21T09:20:05Z",` +
		`"epoch":1790000000,"merge":false}}`
	pull2JSON  = `{"version":2,"kind":"pull","body":{"incarnation":"00112233aabbccdd","have":[],"office":"","closed":"2026-11-21"}}`
	mergeJSON  = `{"version":2,"kind":"merge","body":{"incarnation":"00112233aabbccdd","told":5,"sheets":[],"keys":{},"more":false}}`
	mergedJSON = `{"version":2,"kind":"merged","body":{"epoch":1790000000}}`
	enrolJSON  = `{"version":2,"kind":"enrol","body":{"token":"ABCDE-FGHJK","key":"UAAAAAAABBBBBBBBCCCCCCCCDDDDDDDDEEEEEEEEFFFFFFFFGGGGGGGG"}}`
	renewJSON  = `{"version":2,"kind":"renew","body":{"key":"UAAAAAAABBBBBBBBCCCCCCCCDDDDDDDDEEEEEEEEFFFFFFFFGGGGGGGG"}}`
	givenJSON  = `{"version":2,"kind":"credentials","body":{"jwt":"e.y.J","pins":["sha256/AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA="],` +
		`"signer":"AAAAAAAABBBBBBBBCCCCCCCCDDDDDDDDEEEEEEEEFFFFFFFFGGGGGGGG"}}`
	clockJSON   = `{"version":2,"kind":"clock","body":{"nonce":"AQIDBAUGBwgJCgsMDQ4PEA"}}`
	readingJSON = `{"version":2,"kind":"reading","body":{"nonce":"AQIDBAUGBwgJCgsMDQ4PEA","time":"2026-11-21T09:20:05.042Z","signature":` +
		`"AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4fIA"}}`
	markJSON    = `{"version":2,"kind":"mark","body":{"incarnation":"00112233aabbccdd","n":7,"digest":"h7gvMB2yqPY"}}`
	refusalJSON = `{"version":1,"kind":"refusal","body":{"code":"other-store","sentence":"another store","remedy":"fence it"}}`
)

func TestAWrongMessageIsRefusedAndTheMemberNamed(t *testing.T) {
	for _, c := range []struct{ what, in, from, to, names string }{
		{"an unknown member", helloJSON, `"n":7`, `"n":7,"colour":3`, "colour"},
		{"an unknown member of the envelope", helloJSON, `"version":1`, `"version":1,"colour":3`, "colour"},
		{"a missing member", helloJSON, `"n":7,`, ``, "n"},
		{"a null", helloJSON, `"n":7`, `"n":null`, "/body/n"},
		{"a member twice", helloJSON, `"n":7`, `"n":7,"n":7`, `"n"`},
		{"a member twice in the envelope", helloJSON, `"version":1`, `"version":1,"version":1`, "version"},
		{"a member in the wrong case", helloJSON, `"n":7`, `"N":7`, "N"},
		{"a number as a string", helloJSON, `"n":7`, `"n":"7"`, "n"},
		{"a broken number", helloJSON, `"n":7`, `"n":7.5`, "n"},
		{"a negative number", helloJSON, `"n":7`, `"n":-7`, "n"},
		{"invalid UTF-8", helloJSON, `totem 1.0`, "totem \xff", "program"},
		{"trailing data", helloJSON, `"}}`, `"}} {}`, ""},
		{"no incarnation", helloJSON, `00112233aabbccdd`, `0000000000000000`, "incarnation"},
		{"an incarnation in capitals", helloJSON, `00112233aabbccdd`, `00112233AABBCCDD`, "incarnation"},
		{"versions in the wrong order", helloJSON, `[1]`, `[1,2]`, "speaks"},
		{"no versions", helloJSON, `[1]`, `[]`, "speaks"},
		{"a control character", helloJSON, `totem 1.0`, `totem \u0007`, "program"},
		{"a body that is no object", helloJSON, `{"incarnation`, `[{"incarnation`, ""},
		{"a fact with seconds", factJSON, `09:20Z`, `09:20:01Z`, "at"},
		{"a fact in local time", factJSON, `09:20Z`, `10:20+01:00`, "at"},
		{"a fact with a code too long", factJSON, `AQIDBAUGBwg`, `AQIDBAUGBwgA`, "code"},
		{"a fact with a loose code", factJSON, `AQIDBAUGBwg`, `AQIDBAUGBwh`, "code"},
		{"an issued fact without code", factJSON, `,"code":"AQIDBAUGBwg"`, ``, "code"},
		{"an issued fact with an outcome", factJSON, `"slot"`, `"paper":"printed","slot"`, "issued"},
		{"an empty member that may be left out", factJSON, `"slot"`, `"service":"","slot"`, "service"},
		{"an arrived fact without code", arrivedJSON, `,"code":"AQIDBAUGBwg"`, ``, "code"},
		{"an arrived fact without slot", arrivedJSON, `"slot":"A042",`, ``, "arrived"},
		{"an arrived fact of no queue", arrivedJSON, `"queue":"anagrafe",`, ``, "arrived"},
		{"an arrived fact with a service", arrivedJSON, `"slot"`, `"service":"carta","slot"`, "arrived"},
		{"an arrived fact with an outcome", arrivedJSON, `"slot"`, `"paper":"printed","slot"`, "arrived"},
		{"a cancelled fact without code", strings.Replace(arrivedJSON, "arrived", "cancelled", 1), `,"code":"AQIDBAUGBwg"`, ``, "cancelled"},
		{"a counted fact of a counted one", countedJSON, `"of":"cancelled"`, `"of":"counted"`, "counted"},
		{"a counted fact of no kind", countedJSON, `"of":"cancelled"`, `"of":"moved"`, "counted"},
		{"a counted fact with a code", countedJSON, `"of"`, `"code":"AQIDBAUGBwg","of"`, "counted"},
		{"a queue that is no identifier", factJSON, `"anagrafe"`, `"ana.grafe"`, "queue"},
		{"a slot that is no number", factJSON, `"A042"`, `"A42"`, "slot"},
		{"the number of no fact", factJSON, `"n":7`, `"n":0`, "n"},
		{"a day that is none", factJSON, `2026-11-21"`, `2026-11-31"`, "day"},
		{"more starts than slots", sheetJSON, `[10,1]`, `[10,2]`, "starts"},
		{"fewer starts than slots", sheetJSON, `[[0,2],[10,1]]`, `[[0,2]]`, "starts"},
		{"a huge run", sheetJSON, `[10,1]`, `[10,4000000000]`, "starts"},
		{"a run with three parts", sheetJSON, `[10,1]`, `[10,1,1]`, "starts"},
		{"a start before the base", sheetJSON, `[[0,2]`, `[[-5,2]`, "starts"},
		{"starts that fall", sheetJSON, `[[0,2],[10,1]]`, `[[5,2],[4,1]]`, "order"},
		{"a number twice", sheetJSON, `[[1,3]]`, `[[1,2],[2,1]]`, "order"},
		{"number zero", sheetJSON, `[[1,3]]`, `[[0,3]]`, "numbers"},
		{"a holder that is not listed", sheetJSON, `PRa`, `PRb`, "totems"},
		{"a holder that is none", sheetJSON, `PRa`, `P?a`, "holders"},
		{"a totem that holds nothing", sheetJSON, `["t1"]`, `["t1","t2"]`, "totems"},
		{"a totem called pool", sheetJSON, `["t1"]`, `["pool"]`, "totems"},
		{"a state that is none", sheetJSON, `"ffi"`, `"ff?"`, "states"},
		{"a ticket too few", sheetJSON, `"ffi"`, `"fii"`, "tickets"},
		{"a ticket too many", sheetJSON, `"ffi"`, `"fff"`, "tickets"},
		{"a slip's fate that is none", sheetJSON, `"paper":"p"`, `"paper":"x"`, "paper"},
		{"a count of returns that is none", sheetJSON, `"returns":"2"`, `"returns":"A"`, "returns"},
		{"slots without a base", sheetJSON, `"base":"2026-11-21T07:30Z",`, ``, "base"},
		{"a prefix that is none", sheetJSON, `"prefix":"A"`, `"prefix":"AB"`, "prefix"},
		{"a column left out", sheetJSON, `,"returns":"2"`, ``, "returns"},
		{"more told than there is", hello2JSON, `"told":5`, `"told":8`, "told"},
		{"an empty closing day", pull2JSON, `"2026-11-21"`, `""`, "closed"},
		{"a merge of no store", mergeJSON, `00112233aabbccdd`, `0000000000000000`, "incarnation"},
		{"a merge without keys", mergeJSON, `"keys":{},`, ``, "keys"},
		{"a merge with a key of no day", mergeJSON, `{}`, `{"2026-02-30":"AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA"}`, "keys"},
		{"a merge with a key of nothing", mergeJSON, `{}`, `{"2026-02-20":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}`, "keys"},
		{"a merge with a broken sheet", mergeJSON, `[]`, `[{"sequence":1,"sheet":{}}]`, "sheets/0"},
		{"merged nowhere", mergedJSON, `"epoch":1790000000`, ``, "epoch"},
		{"no token", enrolJSON, `ABCDE-FGHJK`, ``, "token"},
		{"a token too long", enrolJSON, `ABCDE-FGHJK`, strings.Repeat("A", 65), "token"},
		{"a token with a line end", enrolJSON, `ABCDE-`, `ABCDE\n`, "token"},
		{"a key too short", enrolJSON, `UAA`, `UA`, "key"},
		{"a seed for a key", enrolJSON, `"UAA`, `"SUA`, "key"},
		{"a key with a one", renewJSON, `UAA`, `U1A`, "key"},
		{"a key in small letters", renewJSON, `UAA`, `Uaa`, "key"},
		{"no credentials", givenJSON, `e.y.J`, ``, "jwt"},
		{"credentials with a line end", givenJSON, `e.y.J`, `e.y\n.J`, "jwt"},
		{"credentials too long", givenJSON, `e.y.J`, strings.Repeat("x", 4097), "jwt"},
		{"no pins", givenJSON, `["sha256/AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA="]`, `[]`, "pins"},
		{"a pin of another hash", givenJSON, `sha256/`, `sha1/`, "pins"},
		{"a pin too short", givenJSON, `sha256/AQID`, `sha256/`, "pins"},
		{"a pin in another alphabet", givenJSON, `sha256/AQID`, `sha256/AQ-_`, "pins"},
		{"a pin with a line end", givenJSON, `HyA=`, `HyA=\n`, "pins"},
		{"a signer that is none", givenJSON, `"AAA`, `"-AA`, "signer"},
		{"a nonce too short", clockJSON, `AQIDBAUGBwgJCgsMDQ4PEA`, `AQIDBAUGBwgJCgsMDQ4P`, "nonce"},
		{"a loose nonce", clockJSON, `DQ4PEA`, `DQ4PEB`, "nonce"},
		{"a nonce with a line end", clockJSON, `DQ4PEA`, `DQ4PEA\n`, "nonce"},
		{"a nonce of nothing", clockJSON, `AQIDBAUGBwgJCgsMDQ4PEA`, `AAAAAAAAAAAAAAAAAAAAAA`, "nonce"},
		{"a reading without milliseconds", readingJSON, `05.042Z`, `05Z`, "time"},
		{"a reading in microseconds", readingJSON, `05.042Z`, `05.042000Z`, "time"},
		{"a reading in local time", readingJSON, `05.042Z`, `05.042+00:00`, "time"},
		{"a reading with a comma", readingJSON, `05.042Z`, `05,042Z`, "time"},
		{"a reading before 1970", readingJSON, `2026-`, `1969-`, "time"},
		{"a signature too short", readingJSON, `HR4fIA"`, `HR4f"`, "signature"},
	} {
		t.Run(c.what, func(t *testing.T) {
			if err := decodeAny(c.in); err != nil {
				t.Fatalf("the right message: %v", err)
			}
			wrong := strings.Replace(c.in, c.from, c.to, 1)
			if wrong == c.in {
				t.Fatal("nothing to replace")
			}
			err := decodeAny(wrong)
			if err == nil {
				t.Fatalf("taken: %s", wrong)
			}
			if !strings.Contains(err.Error(), c.names) {
				t.Errorf("%v\ndoes not name %q", err, c.names)
			}
			if errors.As(err, new(wire.VersionError)) || errors.As(err, new(wire.KindError)) {
				t.Errorf("%v looks like a message of another version or kind", err)
			}
		})
	}
}

func decodeAny(in string) error {
	for kind, decode := range decoders {
		if strings.Contains(in, `"kind":"`+kind+`","body"`) {
			return decode([]byte(in))
		}
	}
	return errors.New("which message is it?")
}

func TestAnotherKindSaysWhich(t *testing.T) {
	for in, want := range map[string]string{
		helloJSON: "hello",
		strings.Replace(helloJSON, `"hello"`, `"greeting"`, 1): "greeting",
		refusalJSON: "refusal", // nothing that a totem may send is answered by a totem
	} {
		_, err := wire.DecodeFact([]byte(in))
		var kind wire.KindError
		if !errors.As(err, &kind) || kind.Kind != want {
			t.Errorf("got %v, want a kind error with %q", err, want)
		}
	}
}

func TestAFactOfAnUnknownKindSaysWhichWhateverElseItHas(t *testing.T) {
	in := strings.NewReplacer(`"issued"`, `"waved"`, `"slot"`, `"wings":2,"slot"`).Replace(factJSON)
	f, err := wire.DecodeFact([]byte(in))
	var kind wire.KindError
	if !errors.As(err, &kind) || kind.Kind != "waved" || f != (booking.Fact{}) {
		t.Fatalf("got %v and %v, want a kind error with waved", f, err)
	}
}

func TestARefusalInPlaceOfAnAnswerIsTheError(t *testing.T) {
	var refusal *wire.Refusal
	_, err := wire.Decode[wire.Welcome]([]byte(refusalJSON))
	if !errors.As(err, &refusal) || refusal.Code != wire.RefusedOtherStore || refusal.Remedy != "fence it" {
		t.Errorf("welcome: %v", err)
	}
	_, err = wire.Decode[wire.Pulled]([]byte(refusalJSON))
	if !errors.As(err, &refusal) {
		t.Errorf("pulled: %v", err)
	}
	_, err = wire.Decode[wire.Accepted]([]byte(refusalJSON))
	if !errors.As(err, &refusal) {
		t.Errorf("accepted: %v", err)
	}
	for what, decode := range map[string]func() error{
		"merged":      func() error { _, err := wire.Decode[wire.Merged]([]byte(refusalJSON)); return err },
		"credentials": func() error { _, err := wire.Decode[wire.Credentials]([]byte(refusalJSON)); return err },
		"noted":       func() error { _, err := wire.Decode[wire.Noted]([]byte(refusalJSON)); return err },
		"vacant":      func() error { _, err := wire.Decode[wire.Vacant]([]byte(refusalJSON)); return err },
		"granted":     func() error { _, err := wire.Decode[wire.Granted]([]byte(refusalJSON)); return err },
		"kept":        func() error { _, err := wire.Decode[wire.Kept]([]byte(refusalJSON)); return err },
		"reminded":    func() error { _, err := wire.Decode[wire.Reminded]([]byte(refusalJSON)); return err },
		"withdrawn":   func() error { _, err := wire.Decode[wire.Withdrawn]([]byte(refusalJSON)); return err },
		"reading":     func() error { _, err := wire.Decode[wire.Reading]([]byte(refusalJSON)); return err },
	} {
		if err := decode(); !errors.As(err, &refusal) {
			t.Errorf("%s: %v", what, err)
		}
	}
	refusal = nil
	if _, err = wire.Decode[wire.Hello]([]byte(refusalJSON)); errors.As(err, &refusal) || err == nil {
		t.Errorf("hello, which is no answer: %v", err)
	}
}

func TestAMessageOverTheLimitIsRefusedBeforeItIsRead(t *testing.T) {
	in := strings.Replace(helloJSON, "totem 1.0", strings.Repeat("x", wire.MaxMessage), 1)
	if _, err := wire.Decode[wire.Hello]([]byte(in)); err == nil || !strings.Contains(err.Error(), fmt.Sprint(wire.MaxMessage)) {
		t.Fatalf("got %v", err)
	}
	if _, err := wire.Encode(wire.Newest, wire.Refusal{Code: "trouble", Sentence: strings.Repeat("x", wire.MaxMessage)}); err == nil {
		t.Fatal("encoded a message over the limit")
	}
}

func TestWhatCannotTravelIsNotEncoded(t *testing.T) {
	sheet, err := wire.DecodeSheet([]byte(sheetJSON))
	if err != nil {
		t.Fatal(err)
	}
	for what, spoil := range map[string]func(*booking.Sheet){
		"a slot out of order":    func(s *booking.Sheet) { s.Slots[0], s.Slots[2] = s.Slots[2], s.Slots[0] },
		"ten returns":            func(s *booking.Sheet) { s.Slots[2].Ticket.Returns = 10 },
		"a slot days later":      func(s *booking.Sheet) { s.Slots[2].Start = s.Slots[2].Start.AddDate(0, 0, 9) },
		"a foreign totem name":   func(s *booking.Sheet) { s.Slots[2].Holder = "T1" },
		"an office with a dot":   func(s *booking.Sheet) { s.Office = "rm.001" },
		"no day":                 func(s *booking.Sheet) { s.Day = booking.Day{} },
		"returns on a free slot": func(s *booking.Sheet) { s.Slots[0].Ticket.Returns = 1 },
	} {
		s := sheet.Clone()
		spoil(&s)
		if data, err := wire.EncodeSheet(wire.Newest, s); err == nil || data != nil {
			t.Errorf("%s was encoded", what)
		}
	}
	if data, err := wire.EncodeFact(booking.Fact{Kind: booking.FactIssued}); err == nil {
		t.Errorf("an empty fact was encoded: %s", data)
	}
	if data, err := wire.Encode(wire.Newest, wire.Welcome{Time: time.Unix(1_800_000_000, 5)}); err == nil {
		t.Errorf("a time with a fraction was encoded: %s", data)
	}
}

func TestASheetMayHaveNoSlots(t *testing.T) {
	s := booking.Sheet{SheetKey: booking.SheetKey{Office: "rm001", Queue: "anagrafe", Day: booking.DayOf(time.Unix(1_800_000_000, 0), time.UTC)}, Prefix: "A"}
	data, err := wire.EncodeSheet(wire.Newest, s)
	if err != nil {
		t.Fatal(err)
	}
	if back, err := wire.DecodeSheet(data); err != nil || back.SheetKey != s.SheetKey || len(back.Slots) != 0 {
		t.Fatalf("%v, %v", back, err)
	}
}
