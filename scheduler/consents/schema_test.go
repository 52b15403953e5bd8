package consents_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// schema is what docs/privacy/consent.schema.json uses of JSON Schema, and no more: decoding refuses any other keyword.
type schema struct {
	Schema      string             `json:"$schema"`
	ID          string             `json:"$id"`
	Ref         string             `json:"$ref"`
	Defs        map[string]*schema `json:"$defs"`
	Title       string             `json:"title"`
	Description string             `json:"description"`
	Type        string             `json:"type"`
	Const       any                `json:"const"`
	Enum        []any              `json:"enum"`
	Pattern     string             `json:"pattern"`
	MinLength   int                `json:"minLength"`
	Minimum     *float64           `json:"minimum"`
	Items       *schema            `json:"items"`
	MinItems    int                `json:"minItems"`
	MaxItems    *int               `json:"maxItems"`
	Properties  map[string]*schema `json:"properties"`
	Required    []string           `json:"required"`
	Additional  json.RawMessage    `json:"additionalProperties"`
}

func readSchema(t *testing.T) *schema {
	t.Helper()
	file, err := os.Open("../../docs/privacy/consent.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := file.Close(); err != nil {
			t.Error(err)
		}
	}()
	dec := json.NewDecoder(file)
	dec.DisallowUnknownFields()
	var s schema
	if err := dec.Decode(&s); err != nil {
		t.Fatal(err)
	}
	return &s
}

// check returns what of v is not as s wants it; root holds the definitions.
func (s *schema) check(root *schema, at string, v any) (wrong []string) {
	say := func(format string, args ...any) { wrong = append(wrong, at+": "+fmt.Sprintf(format, args...)) }
	if s.Ref != "" {
		return root.Defs[strings.TrimPrefix(s.Ref, "#/$defs/")].check(root, at, v)
	}
	if s.Const != nil && v != s.Const {
		say("%v, want %v", v, s.Const)
	}
	if s.Enum != nil && !slices.Contains(s.Enum, v) {
		say("%v is none of %v", v, s.Enum)
	}
	switch v := v.(type) {
	case string:
		if s.Type != "string" && s.Type != "" || len(v) < s.MinLength || !regexp.MustCompile(s.Pattern).MatchString(v) {
			say("the text %q", v)
		}
	case bool:
		if s.Type != "boolean" && s.Type != "" {
			say("%v", v)
		}
	case float64:
		if s.Type != "integer" || v != math.Trunc(v) || s.Minimum != nil && v < *s.Minimum {
			say("the number %v", v)
		}
	case []any:
		if s.Type != "array" || len(v) < s.MinItems || s.MaxItems != nil && len(v) > *s.MaxItems {
			say("a list of %d", len(v))
		}
		for i, one := range v {
			wrong = append(wrong, s.Items.check(root, fmt.Sprintf("%s[%d]", at, i), one)...)
		}
	case map[string]any:
		wrong = append(wrong, s.checkMembers(root, at, v)...)
	default:
		say("%v", v)
	}
	return wrong
}

func (s *schema) checkMembers(root *schema, at string, v map[string]any) (wrong []string) {
	if s.Type != "object" {
		return []string{at + ": an object"}
	}
	for _, name := range s.Required {
		if _, there := v[name]; !there {
			wrong = append(wrong, at+"."+name+": missing")
		}
	}
	for name, one := range v {
		member, known := s.Properties[name]
		if !known && string(s.Additional) != "false" {
			member, known = new(schema), json.Unmarshal(s.Additional, &member) == nil
		}
		if !known {
			wrong = append(wrong, at+"."+name+": unknown")
			continue
		}
		wrong = append(wrong, member.check(root, at+"."+name, one)...)
	}
	return wrong
}
