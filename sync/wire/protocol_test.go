package wire_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"pgregory.net/rapid"

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
}

func TestEveryExampleOfTheProtocolPageIsDecodedAndFitsItsSchema(t *testing.T) {
	page, err := os.ReadFile(filepath.Join(docs, "protocol.md"))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, block := range regexp.MustCompile("(?s)```json\n(.*?)```").FindAllSubmatch(page, -1) {
		data := block[1]
		kind := kindOf(t, data)
		decode, ok := decoders[kind]
		if !ok {
			t.Errorf("example of the unknown kind %q", kind)
			continue
		}
		seen[kind] = true
		if err := decode(bytes.TrimSpace(data)); err != nil {
			t.Errorf("%v\n%s", err, data)
		}
		fits(t, data)
	}
	for kind := range decoders {
		if !seen[kind] {
			t.Errorf("the page has no example of a %s", kind)
		}
	}
}

func TestEveryMessageFitsItsSchema(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		encode := rapid.SampledFrom([]func() ([]byte, error){
			func() ([]byte, error) { return wire.EncodeSheet(drawSheet(t)) },
			func() ([]byte, error) { return wire.EncodeFact(drawFact(t)) },
			func() ([]byte, error) { return wire.EncodeOffice(drawOffice(t)) },
			func() ([]byte, error) { return wire.Encode(drawPulled(t)) },
			func() ([]byte, error) { return wire.Encode(drawPull(t)) },
			func() ([]byte, error) { return wire.Encode(drawAccepted(t)) },
			func() ([]byte, error) {
				return wire.Encode(wire.Welcome{Accepted: drawAccepted(t), Time: drawMinute(t)})
			},
			func() ([]byte, error) {
				return wire.Encode(wire.Hello{Incarnation: drawIncarnation(t), Speaks: []int{1}})
			},
			func() ([]byte, error) { return wire.Encode(drawLast(t)) },
			func() ([]byte, error) { return wire.Encode(wire.Refusal{Code: "trouble"}) },
		}).Draw(t, "message")
		data, err := encode()
		if err != nil {
			t.Fatal(err)
		}
		fits(t, data)
	})
}

func TestASchemaRefusesWhatTheDecoderRefuses(t *testing.T) {
	for _, data := range []string{
		strings.Replace(factJSON, `"slot"`, `"paper":"printed","slot"`, 1),
		strings.Replace(helloJSON, `"n":7`, `"n":-7`, 1),
		strings.Replace(helloJSON, `"n":7,`, ``, 1),
		strings.Replace(sheetJSON, `"ffi"`, `"ff?"`, 1),
		strings.Replace(refusalJSON, `"code"`, `"colour":1,"code"`, 1),
	} {
		if problems(t, []byte(data)) == nil {
			t.Errorf("fits: %s", data)
		}
	}
}

func fits(t interface{ Fatal(...any) }, data []byte) {
	if p := problems(t, data); p != nil {
		t.Fatal(fmt.Sprintf("does not fit its schema: %v\n%s", p, data))
	}
}

func problems(t interface{ Fatal(...any) }, data []byte) []string {
	var value any
	if err := json.Unmarshal(data, &value); err != nil {
		t.Fatal(err)
	}
	file := kindOf(t, data) + ".schema.json"
	return schemaFile(t, file).check(t, file, value, "")
}

// schema understands as much of JSON Schema as the files in docs/protocol use.
type schema map[string]any

func schemaFile(t interface{ Fatal(...any) }, name string) schema {
	data, err := os.ReadFile(filepath.Join(docs, "protocol", name))
	if err != nil {
		t.Fatal(err)
	}
	var s schema
	if err := json.Unmarshal(data, &s); err != nil {
		t.Fatal(name, err)
	}
	return s
}

func (s schema) check(t interface{ Fatal(...any) }, file string, v any, at string) (found []string) {
	bad := func(keyword string) { found = append(found, fmt.Sprintf("%s: %s", at, keyword)) }
	for keyword, want := range s {
		switch keyword {
		case "$schema", "$id", "$defs", "title", "description", "required", "additionalProperties":
		case "$ref":
			name, _, _ := strings.Cut(want.(string), "#")
			if name == "" {
				name = file
			}
			body := schemaFile(t, name)["$defs"].(map[string]any)["body"].(map[string]any)
			found = append(found, schema(body).check(t, name, v, at)...)
		case "type":
			if !isOf(want.(string), v) {
				bad(keyword)
			}
		case "const":
			if v != want {
				bad(keyword)
			}
		case "enum":
			if !slices.Contains(want.([]any), v) {
				bad(keyword)
			}
		case "pattern":
			if text, ok := v.(string); ok && !regexp.MustCompile(want.(string)).MatchString(text) {
				bad(keyword)
			}
		case "minLength", "maxLength", "minItems", "maxItems", "minimum", "maximum":
			if size, ok := sizeOf(v); ok && (strings.HasPrefix(keyword, "min") && size < want.(float64) ||
				strings.HasPrefix(keyword, "max") && size > want.(float64)) {
				bad(keyword)
			}
		case "items":
			list, _ := v.([]any)
			for i, item := range list {
				found = append(found, schema(want.(map[string]any)).check(t, file, item, fmt.Sprint(at, "/", i))...)
			}
		case "propertyNames":
			object, _ := v.(map[string]any)
			for name := range object {
				found = append(found, schema(want.(map[string]any)).check(t, file, name, at+"/"+name)...)
			}
		case "oneOf":
			fitting := 0
			for _, one := range want.([]any) {
				if schema(one.(map[string]any)).check(t, file, v, at) == nil {
					fitting++
				}
			}
			if fitting != 1 {
				bad(keyword)
			}
		case "properties":
		default:
			t.Fatal("the schema uses ", keyword, ", which this test does not understand")
		}
	}
	return append(found, s.checkMembers(t, file, v, at)...)
}

func (s schema) checkMembers(t interface{ Fatal(...any) }, file string, v any, at string) (found []string) {
	object, ok := v.(map[string]any)
	if !ok {
		return nil
	}
	required, _ := s["required"].([]any)
	for _, name := range required {
		if _, ok := object[name.(string)]; !ok {
			found = append(found, fmt.Sprintf("%s: %s is missing", at, name))
		}
	}
	properties, _ := s["properties"].(map[string]any)
	for name, member := range object {
		one, known := properties[name].(map[string]any)
		if !known {
			one, known = s["additionalProperties"].(map[string]any)
		}
		switch {
		case known:
			found = append(found, schema(one).check(t, file, member, at+"/"+name)...)
		case s["additionalProperties"] == false:
			found = append(found, fmt.Sprintf("%s: %s is unknown", at, name))
		}
	}
	return found
}

func isOf(kind string, v any) bool {
	switch v := v.(type) {
	case map[string]any:
		return kind == "object"
	case []any:
		return kind == "array"
	case string:
		return kind == "string"
	case bool:
		return kind == "boolean"
	case float64:
		return kind == "integer" && v == float64(int64(v)) || kind == "integer" && v > 1<<62
	}
	return false
}

func sizeOf(v any) (float64, bool) {
	switch v := v.(type) {
	case []any:
		return float64(len(v)), true
	case string:
		return float64(len([]rune(v))), true
	case float64:
		return v, true
	}
	return 0, false
}
