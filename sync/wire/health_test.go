package wire_test

import (
	"errors"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"example.org/totem/booking"
	"example.org/totem/paper"
	"example.org/totem/sync/wire"
)

const (
	healthJSON = `{"version":2,"kind":"health","body":{"incarnation":"00112233aabbccdd","n":7,"printer":"cover-open+near-end",` +
		`"since":"2026-11-21T09:20Z","profile":"generic-80","paper":{"mm":4200,"slips":31},"unsure":1,"clock":"synced",` +
		`"touch":"stuck","keypad":"works","scanner":"none","sound":"silent","program":"totem 1.0","address":"192.0.2.7:7411","board":"door-open+card-worn"}}`
	notedJSON = `{"version":2,"kind":"noted","body":{"n":7,"kept":true}}`
)

func drawStatus(t *rapid.T) paper.Status {
	return paper.Status(rapid.Uint16Max(uint16(paper.Silent<<1-1)).Draw(t, "status"))
}

func drawHealth(t *rapid.T) wire.Health {
	parts := []wire.Part{wire.PartNone, wire.PartWorks, wire.PartSilent}
	h := wire.Health{Incarnation: drawIncarnation(t), N: rapid.Uint64Min(1).Draw(t, "n"), Printer: drawStatus(t), Profile: drawID.Draw(t, "profile"),
		Unsure: rapid.IntRange(0, 1000).Draw(t, "unsure"),
		Clock:  rapid.SampledFrom([]wire.Clockwork{wire.ClockSynced, wire.ClockHoldover, wire.ClockUnknown}).Draw(t, "clock"),
		Touch:  rapid.SampledFrom(append(parts, wire.PartStuck)).Draw(t, "touch"), Keypad: rapid.SampledFrom(parts).Draw(t, "keypad"),
		Scanner: rapid.SampledFrom(parts).Draw(t, "scanner"), Sound: rapid.SampledFrom(parts).Draw(t, "sound"),
		Program: rapid.SampledFrom([]string{"", "devel", "totem 1.4.2", "v0.0.0-20261121092000-0123456789ab+dirty"}).Draw(t, "program")}
	if rapid.Bool().Draw(t, "since") {
		h.Since = drawMinute(t)
	}
	if rapid.Bool().Draw(t, "helps") {
		h.Address = drawAddress(t)
	}
	if rapid.Bool().Draw(t, "board") {
		h.Board = wire.BoardTold | wire.Board(rapid.Uint8().Draw(t, "wrong"))
	}
	if rapid.Bool().Draw(t, "paper") {
		h.Paper = wire.PaperLeft{Known: true, LeftMM: rapid.IntRange(0, 300_000).Draw(t, "mm"), Slips: rapid.IntRange(0, 2000).Draw(t, "slips")}
	}
	return h
}

func drawNoted(t *rapid.T) wire.Noted {
	return wire.Noted{N: rapid.Uint64Min(1).Draw(t, "n"), Kept: rapid.Bool().Draw(t, "kept")}
}

var wrongHealths = []struct{ what, in, from, to, names string }{
	{"a health of no store", healthJSON, `00112233aabbccdd`, `0000000000000000`, "incarnation"},
	{"a health without a number", healthJSON, `"n":7`, `"n":0`, "n"},
	{"no word for the printer", healthJSON, `cover-open+near-end`, ``, "printer"},
	{"an unknown word for the printer", healthJSON, `cover-open+near-end`, `on-fire`, "printer"},
	{"an unknown word among others", healthJSON, `cover-open+near-end`, `cover-open+on-fire`, "printer"},
	{"ready beside a condition", healthJSON, `cover-open+near-end`, `ready+near-end`, "printer"},
	{"words in capitals", healthJSON, `cover-open+near-end`, `Cover-open`, "printer"},
	{"a moment finer than a minute", healthJSON, `09:20Z`, `09:20:31Z`, "since"},
	{"a moment in local time", healthJSON, `09:20Z`, `10:20+01:00`, "since"},
	{"an empty moment", healthJSON, `2026-11-21T09:20Z`, ``, "since"},
	{"a profile with words in it", healthJSON, `generic-80`, `of Mrs Rossi`, "profile"},
	{"no profile", healthJSON, `generic-80`, ``, "profile"},
	{"paper without millimetres", healthJSON, `"mm":4200,`, ``, "mm"},
	{"paper without slips", healthJSON, `,"slips":31`, ``, "slips"},
	{"less than no paper", healthJSON, `4200`, `-1`, "paper"},
	{"paper of ten kilometres", healthJSON, `4200`, `10000001`, "paper"},
	{"less than no slips", healthJSON, `31`, `-31`, "paper"},
	{"paper and more", healthJSON, `"mm"`, `"colour":"blue","mm"`, "colour"},
	{"paper that is null", healthJSON, `{"mm":4200,"slips":31}`, `null`, "paper"},
	{"less than no slips unsure", healthJSON, `"unsure":1`, `"unsure":-1`, "unsure"},
	{"a clock without grade", healthJSON, `synced`, `fine`, "clock"},
	{"a touch panel in a state of no word", healthJSON, `"stuck"`, `"wet"`, "touch"},
	{"a touch panel of which nothing is told", healthJSON, `"touch":"stuck",`, ``, "touch"},
	{"a touch panel that was touched", healthJSON, `"stuck"`, `"works","touched":"2026-11-21T09:20Z"`, "touched"},
	{"a touch panel in capitals", healthJSON, `"stuck"`, `"Stuck"`, "touch"},
	{"a touch panel by number", healthJSON, `"stuck"`, `3`, "touch"},
	{"a touch panel of an empty word", healthJSON, `"stuck"`, `""`, "touch"},
	{"a keypad that is stuck", healthJSON, `"keypad":"works"`, `"keypad":"stuck"`, "keypad"},
	{"a keypad that says which key", healthJSON, `"keypad":"works"`, `"keypad":"select"`, "keypad"},
	{"a keypad of which nothing is told", healthJSON, `"keypad":"works",`, ``, "keypad"},
	{"a code reader that is stuck", healthJSON, `"scanner":"none"`, `"scanner":"stuck"`, "scanner"},
	{"a code reader that is null", healthJSON, `"scanner":"none"`, `"scanner":null`, "scanner"},
	{"a code reader that says what it read", healthJSON, `"scanner":"none"`, `"scanner":"482917305566"`, "scanner"},
	{"sound that is stuck", healthJSON, `"sound":"silent"`, `"sound":"stuck"`, "sound"},
	{"sound and a headset", healthJSON, `"sound":"silent"`, `"sound":"silent","headset":true`, "headset"},
	{"a program with a name in it", healthJSON, `totem 1.0`, `totem (Nicolò)`, "program"},
	{"a program too long", healthJSON, `totem 1.0`, strings.Repeat("x", 101), "program"},
	{"a board in another order", healthJSON, `door-open+card-worn`, `card-worn+door-open`, "board"},
	{"a board that is well and worn", healthJSON, `door-open+card-worn`, `well+card-worn`, "board"},
	{"a board of no word", healthJSON, `door-open+card-worn`, `stolen`, "board"},
	{"a board of an empty word", healthJSON, `door-open+card-worn`, ``, "board"},
	{"a board that says when", healthJSON, `"board":"door-open+card-worn"`, `"board":"door-open","opened":"2026-11-21T09:20Z"`, "opened"},
	{"a number of a ticket", healthJSON, `"unsure"`, `"ticket":"A042","unsure"`, "ticket"},
	{"a desk", healthJSON, `"unsure"`, `"desk":3,"unsure"`, "desk"},
	{"noted nothing", notedJSON, `7`, `0`, "n"},
	{"noted, and kept or not", notedJSON, `,"kept":true`, ``, "kept"},
	{"noted more", notedJSON, `"n":7`, `"n":7,"at":3`, "at"},
}

func TestAWrongHealthIsRefusedAndTheMemberNamedAndFitsNoSchema(t *testing.T) {
	for _, c := range wrongHealths {
		t.Run(c.what, func(t *testing.T) {
			fits(t, []byte(c.in))
			if err := decodeAny(c.in); err != nil {
				t.Fatalf("the right message: %v", err)
			}
			wrong := strings.Replace(c.in, c.from, c.to, 1)
			err := decodeAny(wrong)
			if wrong == c.in || err == nil {
				t.Fatalf("taken: %s", wrong)
			}
			if !strings.Contains(err.Error(), c.names) || errors.As(err, new(wire.KindError)) {
				t.Errorf("%v\ndoes not name %q", err, c.names)
			}
			if c.names != "incarnation" && problems(t, []byte(wrong)) == nil {
				t.Errorf("fits the schema: %s", wrong)
			}
		})
	}
	// What a pattern does not say.
	for _, twice := range []string{"near-end+cover-open", "near-end+near-end"} {
		if err := decodeAny(strings.Replace(healthJSON, "cover-open+near-end", twice, 1)); err == nil {
			t.Errorf("taken: %s", twice)
		}
	}
}

func TestWhatIsNotKnownOfATotemsHealthIsLeftOut(t *testing.T) {
	h, err := wire.Decode[wire.Health]([]byte(healthJSON))
	if err != nil {
		t.Fatal(err)
	}
	h.Since, h.Paper = time.Time{}, wire.PaperLeft{}
	data, err := wire.Encode(wire.Newest, h)
	if err != nil || strings.Contains(string(data), "since") || strings.Contains(string(data), "paper") {
		t.Errorf("%s, %v", data, err)
	}
	h.Paper = wire.PaperLeft{Known: true}
	if data, err = wire.Encode(wire.Newest, h); err != nil || !strings.Contains(string(data), `"paper":{"mm":0,"slips":0}`) {
		t.Errorf("an empty roll: %s, %v", data, err)
	}
}

func TestAHealthThatCannotTravelIsNotEncoded(t *testing.T) {
	for what, spoil := range map[string]func(*wire.Health){
		"seconds":              func(h *wire.Health) { h.Since = h.Since.Add(time.Second) },
		"a condition too many": func(h *wire.Health) { h.Printer = paper.Silent << 1 },
		"paper of no roll":     func(h *wire.Health) { h.Paper.Known = false },
		"no clock":             func(h *wire.Health) { h.Clock = "" },
		"a stuck keypad":       func(h *wire.Health) { h.Keypad = wire.PartStuck },
		"a stuck code reader":  func(h *wire.Health) { h.Scanner = wire.PartStuck },
		"a stuck voice":        func(h *wire.Health) { h.Sound = wire.PartStuck },
		"a part beyond all":    func(h *wire.Health) { h.Touch = wire.PartStuck + 1 },
		"no number":            func(h *wire.Health) { h.N = 0 },
		"no store":             func(h *wire.Health) { h.Incarnation = booking.Incarnation{} },
		"text of a person":     func(h *wire.Health) { h.Program = "ask Anna, 1st floor" },
	} {
		h, err := wire.Decode[wire.Health]([]byte(healthJSON))
		if err != nil {
			t.Fatal(err)
		}
		spoil(&h)
		if data, err := wire.Encode(wire.Newest, h); err == nil {
			t.Errorf("%s: %s", what, data)
		}
	}
}

// TestAHealthSaysNothingOfAnybody holds that nothing comes into the message unseen: who adds a member must come here, and
// say that it tells nothing of citizens and clerks, and holds no text that a person wrote.
func TestAHealthSaysNothingOfAnybody(t *testing.T) {
	want := []string{"address", "board", "clock", "incarnation", "keypad", "n", "paper", "printer", "profile", "program", "scanner", "since", "sound", "touch", "unsure"}
	var message struct {
		Body map[string]any `json:"body"`
	}
	if err := json.Unmarshal([]byte(healthJSON), &message); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(message.Body))); diff != "" {
		t.Errorf("members:\n%s", diff)
	}
	body := schemaFile(t, "health.schema.json")["$defs"].(map[string]any)["body"].(map[string]any)
	members := body["properties"].(map[string]any)
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(members))); diff != "" || body["additionalProperties"] != false {
		t.Errorf("members in the schema:\n%s", diff)
	}
	for name, m := range members {
		m := m.(map[string]any)
		if m["type"] == "string" && m["pattern"] == nil {
			t.Errorf("%s is a string of whatever form", name)
		}
	}
	if n := reflect.TypeFor[wire.Health]().NumField(); n != len(want) {
		t.Errorf("the message has %d members, and the Go type %d fields", len(want), n)
	}
}
