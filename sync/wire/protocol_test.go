package wire_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base32"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"pgregory.net/rapid"

	"example.org/totem/booking"
	"example.org/totem/sync/wire"
)

const docs = "../../docs"

// kindOf returns the kind of a message.
func kindOf(t interface{ Fatal(...any) }, data []byte) string {
	var e struct {
		Kind string `json:"kind"`
	}
	if err := json.Unmarshal(data, &e); err != nil {
		t.Fatal(err)
	}
	return e.Kind
}

var decoders = map[string]func([]byte) error{
	"hello":    func(b []byte) error { _, err := wire.Decode[wire.Hello](b); return err },
	"welcome":  func(b []byte) error { _, err := wire.Decode[wire.Welcome](b); return err },
	"last":     func(b []byte) error { _, err := wire.Decode[wire.Last](b); return err },
	"accepted": func(b []byte) error { _, err := wire.Decode[wire.Accepted](b); return err },
	"pull":     func(b []byte) error { _, err := wire.Decode[wire.Pull](b); return err },
	"pulled":   func(b []byte) error { _, err := wire.Decode[wire.Pulled](b); return err },
	"refusal":  func(b []byte) error { _, err := wire.Decode[wire.Refusal](b); return err },
	"fact":     func(b []byte) error { _, err := wire.DecodeFact(b); return err },
	"sheet":    func(b []byte) error { _, err := wire.DecodeSheet(b); return err },
	"office":   func(b []byte) error { _, err := wire.DecodeOffice(b); return err },

	"merge":       func(b []byte) error { _, err := wire.Decode[wire.Merge](b); return err },
	"merged":      func(b []byte) error { _, err := wire.Decode[wire.Merged](b); return err },
	"enrol":       func(b []byte) error { _, err := wire.Decode[wire.Enrol](b); return err },
	"renew":       func(b []byte) error { _, err := wire.Decode[wire.Renew](b); return err },
	"credentials": func(b []byte) error { _, err := wire.Decode[wire.Credentials](b); return err },
	"clock":       func(b []byte) error { _, err := wire.Decode[wire.Clock](b); return err },
	"reading":     func(b []byte) error { _, err := wire.Decode[wire.Reading](b); return err },
	"health":      func(b []byte) error { _, err := wire.Decode[wire.Health](b); return err },
	"noted":       func(b []byte) error { _, err := wire.Decode[wire.Noted](b); return err },
	"mark":        func(b []byte) error { _, err := wire.DecodeMark(b); return err },

	"vacancy":   func(b []byte) error { _, err := wire.Decode[wire.Vacancy](b); return err },
	"vacant":    func(b []byte) error { _, err := wire.Decode[wire.Vacant](b); return err },
	"want":      func(b []byte) error { _, err := wire.Decode[wire.Want](b); return err },
	"granted":   func(b []byte) error { _, err := wire.Decode[wire.Granted](b); return err },
	"contact":   func(b []byte) error { _, err := wire.Decode[wire.Contact](b); return err },
	"kept":      func(b []byte) error { _, err := wire.Decode[wire.Kept](b); return err },
	"reminder":  func(b []byte) error { _, err := wire.Decode[wire.Reminder](b); return err },
	"reminded":  func(b []byte) error { _, err := wire.Decode[wire.Reminded](b); return err },
	"withdraw":  func(b []byte) error { _, err := wire.Decode[wire.Withdraw](b); return err },
	"withdrawn": func(b []byte) error { _, err := wire.Decode[wire.Withdrawn](b); return err },
	"consent":   func(b []byte) error { _, err := wire.DecodeConsent(padded(b)); return err },

	"need":   func(b []byte) error { _, err := wire.Decode[wire.Need](b); return err },
	"passed": func(b []byte) error { _, err := wire.Decode[wire.Passed](b); return err },
}

func protocolPage(t *testing.T) []byte {
	page, err := os.ReadFile(filepath.Join(docs, "protocol.md"))
	if err != nil {
		t.Fatal(err)
	}
	return page
}

// examples returns the messages of the page, by their kind.
func examples(t *testing.T) map[string][][]byte {
	found := map[string][][]byte{}
	for _, block := range regexp.MustCompile("(?s)```json\n(.*?)```").FindAllSubmatch(protocolPage(t), -1) {
		kind := kindOf(t, block[1])
		found[kind] = append(found[kind], bytes.TrimSpace(block[1]))
	}
	return found
}

func TestEveryExampleOfTheProtocolPageIsDecodedAndFitsItsSchema(t *testing.T) {
	found := examples(t)
	for kind, all := range found {
		decode, ok := decoders[kind]
		if !ok {
			t.Errorf("example of the unknown kind %q", kind)
			continue
		}
		newest := false
		for _, data := range all {
			if err := decode(data); err != nil {
				t.Errorf("%v\n%s", err, data)
			}
			fits(t, data)
			version, err := wire.VersionOf(data)
			newest = newest || err == nil && version == wire.Newest
		}
		if !newest {
			t.Errorf("no example of a %s is of version %d", kind, wire.Newest)
		}
	}
	for kind := range decoders {
		if len(found[kind]) == 0 {
			t.Errorf("the page has no example of a %s", kind)
		}
	}
}

func TestTheReadingOfTheProtocolPageIsSignedByTheSignerOfItsCredentials(t *testing.T) {
	found := examples(t)
	c, err := wire.Decode[wire.Credentials](found["credentials"][0])
	if err != nil {
		t.Fatal(err)
	}
	r, err := wire.Decode[wire.Reading](found["reading"][0])
	if err != nil {
		t.Fatal(err)
	}
	q, err := wire.Decode[wire.Clock](found["clock"][0])
	if err != nil || q.Nonce != r.Nonce {
		t.Errorf("the clock is asked with %s (%v) and read with %s", q.Nonce, err, r.Nonce)
	}
	// As a stranger reads the page: the public key is within the nkey, behind its prefix.
	nkey, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(c.Signer)
	if err != nil {
		t.Fatal(err)
	}
	signed := wire.SignedReading(r.Nonce, r.Time)
	if !ed25519.Verify(nkey[1:33], signed, r.Signature) {
		t.Error("the signature is another's")
	}
	text := fmt.Sprintf("`%x` `00` `%x` `%x`", signed[:13], signed[14:30], signed[30:])
	if !bytes.Contains(protocolPage(t), []byte(text)) {
		t.Errorf("the page does not say what is signed: %s", text)
	}
}

func TestTheProtocolPageSaysHowACodeIsMadeAndHashed(t *testing.T) {
	page := string(protocolPage(t))
	rows := strings.Fields(regexp.MustCompile(`(\d{10} ){9}\d{10}`).FindString(page))
	if len(rows) != 10 {
		t.Fatalf("the quasigroup has %d rows", len(rows))
	}
	rapid.Check(t, func(t *rapid.T) {
		random := bytes.NewReader(rapid.SliceOfN(rapid.ByteMax(249), 11, 11).Draw(t, "digits"))
		code, err := booking.NewCode(random)
		if err != nil {
			t.Fatal(err)
		}
		state := byte('0')
		for _, digit := range []byte(code) {
			state = rows[state-'0'][digit-'0']
		}
		if state != '0' {
			t.Errorf("%s ends at %c", code, state)
		}
	})
	m := regexp.MustCompile("`(\\d{12})` is a code; under the key `(\\S+)` its hash is `(\\S+)`").FindStringSubmatch(page)
	if m == nil {
		t.Fatal("no example")
	}
	code, err := booking.ParseCode(m[1])
	if err != nil {
		t.Fatal(err)
	}
	var key booking.DayKey
	if err := key.UnmarshalText([]byte(m[2])); err != nil {
		t.Fatal(err)
	}
	if got := code.Hash(key).String(); got != m[3] {
		t.Errorf("the hash is %s, not %s", got, m[3])
	}
}

func TestTheProtocolPageNamesEveryVerbAndRefusal(t *testing.T) {
	page := string(protocolPage(t))
	for _, verb := range []wire.Verb{wire.VerbHello, wire.VerbPull, wire.VerbLast, wire.VerbMerge, wire.VerbClock, wire.VerbHealth, wire.VerbEnrol, wire.VerbRenew,
		wire.VerbVacancy, wire.VerbWant, wire.VerbContact, wire.VerbReminder, wire.VerbWithdraw} {
		if row := "| `rq.v1.<office>.<totem>." + string(verb) + "` |"; !strings.Contains(page, row) {
			t.Errorf("no row %s", row)
		}
	}
	for _, code := range []string{wire.RefusedUnknownTotem, wire.RefusedOtherStore, wire.RefusedVersion, wire.RefusedMessage, wire.RefusedTrouble,
		wire.RefusedHello, wire.RefusedToken, wire.RefusedKey, wire.RefusedGone, wire.RefusedReminders, wire.RefusedTicket} {
		if row := "\n| `" + code + "` |"; !strings.Contains(page, row) {
			t.Errorf("no row%s", row)
		}
	}
}

func TestEveryMessageFitsItsSchema(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		version := rapid.IntRange(wire.Oldest, wire.Newest).Draw(t, "version")
		encode := rapid.SampledFrom([]func() ([]byte, error){
			func() ([]byte, error) { return wire.EncodeSheet(version, drawSheet(t)) },
			func() ([]byte, error) { return wire.EncodeFact(drawFact(t)) },
			func() ([]byte, error) { return wire.EncodeMark(drawMark(t)) },
			func() ([]byte, error) { return wire.EncodeOffice(drawOffice(t)) },
			func() ([]byte, error) { return wire.Encode(version, drawPulled(t)) },
			func() ([]byte, error) { return wire.Encode(version, drawPull(t)) },
			func() ([]byte, error) { return wire.Encode(version, drawAccepted(t)) },
			func() ([]byte, error) { return wire.Encode(version, drawWelcome(t)) },
			func() ([]byte, error) { return wire.Encode(version, drawHello(t)) },
			func() ([]byte, error) { return wire.Encode(version, drawLast(t)) },
			func() ([]byte, error) { return wire.Encode(version, drawRefusal(t)) },
			func() ([]byte, error) { return wire.Encode(wire.Newest, drawMerge(t)) },
			func() ([]byte, error) { return wire.Encode(wire.Newest, drawMerged(t)) },
			func() ([]byte, error) { return wire.Encode(wire.Newest, drawEnrol(t)) },
			func() ([]byte, error) { return wire.Encode(wire.Newest, drawRenew(t)) },
			func() ([]byte, error) { return wire.Encode(wire.Newest, drawCredentials(t)) },
			func() ([]byte, error) { return wire.Encode(wire.Newest, drawClock(t)) },
			func() ([]byte, error) { return wire.Encode(wire.Newest, drawReading(t)) },
			func() ([]byte, error) { return wire.Encode(wire.Newest, drawHealth(t)) },
			func() ([]byte, error) { return wire.Encode(wire.Newest, drawNoted(t)) },
			func() ([]byte, error) { return wire.Encode(wire.Newest, drawVacancy(t)) },
			func() ([]byte, error) { return wire.Encode(wire.Newest, drawVacant(t)) },
			func() ([]byte, error) { return wire.Encode(wire.Newest, drawWant(t)) },
			func() ([]byte, error) { return wire.Encode(wire.Newest, drawGranted(t)) },
			func() ([]byte, error) { return wire.Encode(wire.Newest, drawContact(t)) },
			func() ([]byte, error) { return wire.Encode(wire.Newest, drawKept(t)) },
			func() ([]byte, error) { return wire.Encode(wire.Newest, drawReminder(t)) },
			func() ([]byte, error) { return wire.Encode(wire.Newest, drawReminded(t)) },
			func() ([]byte, error) { return wire.Encode(wire.Newest, drawWithdraw(t)) },
			func() ([]byte, error) { return wire.Encode(wire.Newest, drawWithdrawn(t)) },
			func() ([]byte, error) { return wire.EncodeConsent(drawConsent(t)) },
			func() ([]byte, error) { return wire.Encode(wire.Newest, drawNeed(t)) },
			func() ([]byte, error) { return wire.Encode(wire.Newest, drawPassed(t)) },
		}).Draw(t, "message")
		data, err := encode()
		if err != nil {
			t.Fatal(err)
		}
		fits(t, data)
	})
}

func TestASchemaRefusesWhatTheDecoderRefuses(t *testing.T) {
	for _, c := range []struct{ in, from, to string }{
		{factJSON, `"slot"`, `"paper":"printed","slot"`},
		{arrivedJSON, `"slot"`, `"service":"carta","slot"`},
		{arrivedJSON, `,"code":"AQIDBAUGBwg"`, ``},
		{arrivedJSON, `"version":2`, `"version":1`},
		{countedJSON, `"version":2`, `"version":1`},
		{countedJSON, `"of":"cancelled"`, `"of":"closed"`},
		{helloJSON, `"n":7`, `"n":-7`},
		{helloJSON, `"n":7,`, ``},
		{helloJSON, `"version":1`, `"version":2`},
		{hello2JSON, `"version":2`, `"version":1`},
		{hello2JSON, `"version":2`, `"version":3`},
		{hello2JSON, `"told":5,`, ``},
		{welcome2JSON, `"version":2`, `"version":1`},
		{welcome2JSON, `,"merge":false`, ``},
		{pull2JSON, `"version":2`, `"version":1`},
		{sheetJSON, `"ffi"`, `"ff?"`},
		{mergeJSON, `"version":2`, `"version":1`},
		{mergeJSON, `"keys":{},`, ``},
		{enrolJSON, `"UAA`, `"AAA`},
		{enrolJSON, `ABCDE-FGHJK`, ``},
		{renewJSON, `UAA`, `UA`},
		{givenJSON, `["sha256/AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA="]`, `[]`},
		{givenJSON, `sha256/`, `sha1/`},
		{clockJSON, `AQIDBAUGBwgJCgsMDQ4PEA`, `AQIDBAUGBwgJCgsMDQ4PEAA`},
		{readingJSON, `05.042Z`, `05Z`},
		{readingJSON, `HR4fIA"`, `HR4f"`},
		{markJSON, `,"digest":"h7gvMB2yqPY"`, ``},
		{refusalJSON, `"code"`, `"colour":1,"code"`},
	} {
		wrong := strings.Replace(c.in, c.from, c.to, 1)
		if problems(t, []byte(c.in)) != nil || wrong == c.in {
			t.Errorf("the right message does not fit, or there is nothing to replace: %s", c.in)
		}
		if problems(t, []byte(wrong)) == nil {
			t.Errorf("fits: %s", wrong)
		}
		if decodeAny(wrong) == nil {
			t.Errorf("decoded: %s", wrong)
		}
	}
}
