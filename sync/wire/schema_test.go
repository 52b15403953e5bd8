package wire_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
)

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
			name, def, _ := strings.Cut(want.(string), "#/$defs/")
			if name == "" {
				name = file
			}
			body := schemaFile(t, name)["$defs"].(map[string]any)[def].(map[string]any)
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
