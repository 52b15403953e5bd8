package wire

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// MaxMessage is the length in bytes of the longest message that is written or read.
const MaxMessage = 1 << 20

// KindError says that a message is not of a kind that may stand where it was found: a kind that does not exist yet,
// or another message. For a fact message whose fact is of an unknown kind, Kind is the fact's.
type KindError struct{ Kind string }

// Error names the kind.
func (e KindError) Error() string { return fmt.Sprintf("message of the unexpected kind %q", e.Kind) }

// The kinds of messages.
const (
	kindHello    = "hello"
	kindWelcome  = "welcome"
	kindPull     = "pull"
	kindPulled   = "pulled"
	kindLast     = "last"
	kindAccepted = "accepted"
	kindRefusal  = "refusal"
	kindSheet    = "sheet"
	kindFact     = "fact"
	kindOffice   = "office"

	// From version 2.
	kindMerge       = "merge"
	kindMerged      = "merged"
	kindEnrol       = "enrol"
	kindRenew       = "renew"
	kindCredentials = "credentials"
	kindClock       = "clock"
	kindReading     = "reading"
	kindMark        = "mark"
	kindHealth      = "health"
	kindNoted       = "noted"
	kindVacancy     = "vacancy"
	kindVacant      = "vacant"
	kindWant        = "want"
	kindGranted     = "granted"
	kindContact     = "contact"
	kindKept        = "kept"
	kindReminder    = "reminder"
	kindReminded    = "reminded"
	kindWithdraw    = "withdraw"
	kindWithdrawn   = "withdrawn"
	kindConsent     = "consent" // only within what is sealed

	// From version 2, between totems.
	kindNeed   = "need"
	kindPassed = "passed"
)

// envelope is what every message comes in.
//
//	member   form     meaning
//	version  integer  of the message's form, [Oldest] to [Newest]
//	kind     string   one of the kinds above
//	body     object   as the kind says
type envelope struct {
	Version *int           `json:"version"`
	Kind    *string        `json:"kind"`
	Body    jsontext.Value `json:"body"`
	// Another version may have members more; they are refused only once the version is known to be ours.
	Rest jsontext.Value `json:",unknown"`
}

// seal returns body in its envelope.
func seal(version int, kind string, body any) ([]byte, error) {
	if err := errors.Join(checkVersion(version), checkKind(version, kind)); err != nil {
		return nil, fmt.Errorf("encode %s message in version %d: %w", kind, version, err)
	}
	data, err := json.Marshal(struct {
		Version int    `json:"version"`
		Kind    string `json:"kind"`
		Body    any    `json:"body"`
	}{version, kind, body}, json.Deterministic(true))
	if err != nil {
		return nil, fmt.Errorf("encode %s message: %w", kind, err)
	}
	if len(data) > MaxMessage {
		return nil, fmt.Errorf("encode %s message: %d bytes, more than %d", kind, len(data), MaxMessage)
	}
	return data, nil
}

// open returns version, kind and body of a message that is of one of our versions, and of a kind that this version may
// have.
func open(data []byte) (version int, kind string, body jsontext.Value, err error) {
	if len(data) > MaxMessage {
		return 0, "", nil, fmt.Errorf("%d bytes, more than %d", len(data), MaxMessage)
	}
	var e envelope
	if err := json.Unmarshal(data, &e); err != nil {
		return 0, "", nil, err
	}
	if e.Version == nil {
		return 0, "", nil, errors.New(`member "version": missing`)
	}
	if err := checkVersion(*e.Version); err != nil {
		return 0, "", nil, err
	}
	switch {
	case e.Kind == nil:
		return 0, "", nil, errors.New(`member "kind": missing`)
	case len(e.Rest) > 0:
		return 0, "", nil, fmt.Errorf("unknown members %s beside the body", e.Rest)
	case e.Body.Kind() != '{':
		return 0, "", nil, errors.New(`member "body": want an object`)
	}
	if err := checkKind(*e.Version, *e.Kind); err != nil {
		return 0, "", nil, err
	}
	return *e.Version, *e.Kind, e.Body, noNull(data)
}

// noNull reports a null. No message has one: what is not there is left out.
func noNull(data []byte) error {
	if !bytes.Contains(data, []byte("null")) {
		return nil
	}
	d := jsontext.NewDecoder(bytes.NewReader(data))
	for {
		token, err := d.ReadToken()
		switch {
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		case token.Kind() == 'n':
			return fmt.Errorf("member %q: null", d.StackPointer())
		}
	}
}

// read decodes a message of the given kind, whose body is a B, with convert. A refusal in its place is returned as
// the error if the message is an answer.
func read[B, M any](data []byte, kind string, answer bool, convert func(B) (M, error)) (M, error) {
	var none M
	version, got, body, err := open(data)
	switch {
	case err != nil:
		return none, fmt.Errorf("decode %s message: %w", kind, err)
	case got == kindRefusal && answer:
		r, err := Decode[Refusal](data)
		if err != nil {
			return none, err
		}
		return none, &r
	case got != kind:
		return none, fmt.Errorf("decode %s message: %w", kind, KindError{got})
	}
	var b B
	if err := unmarshal(version, body, &b); err != nil {
		return none, fmt.Errorf("decode %s message: %w", kind, err)
	}
	m, err := convert(b)
	if err != nil {
		return none, fmt.Errorf("decode %s message: %w", kind, err)
	}
	return m, nil
}

// unmarshal decodes strictly: no member that the version does not know, none missing.
func unmarshal(version int, data jsontext.Value, into any) error {
	if err := json.Unmarshal(data, into, json.RejectUnknownMembers(true)); err != nil {
		return err
	}
	if at, wrong := complete(version, reflect.ValueOf(into).Elem()); wrong != "" {
		return fmt.Errorf("member %q: %s", at, wrong)
	}
	return nil
}

// complete reports a member that is missing from a decoded body, or is there though it says nothing. Every member
// must be there but those marked omitzero, which must be left out when they are empty, and those that the version has
// not yet; a pointer tells an absent member from a zero one.
//
// It returns where and what; the path is put together only when something is wrong.
func complete(version int, v reflect.Value) (at, wrong string) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			return complete(version, v.Elem())
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() != reflect.Struct {
			return "", ""
		}
		for i := range v.Len() {
			if at, wrong = complete(version, v.Index(i)); wrong != "" {
				return fmt.Sprintf("/%d%s", i, at), wrong
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			f := v.Type().Field(i)
			if !f.IsExported() {
				continue
			}
			if at, wrong = completeField(version, f, v.Field(i)); wrong != "" {
				name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
				return "/" + name + at, wrong
			}
		}
	}
	return "", ""
}

func completeField(version int, f reflect.StructField, v reflect.Value) (at, wrong string) {
	_, rest, _ := strings.Cut(f.Tag.Get("json"), ",")
	optional := rest == "omitzero"
	first, late := since(f)
	if first > 0 {
		optional = late
	}
	switch {
	case first > version && v.IsZero():
		return "", ""
	case first > version:
		return "", fmt.Sprintf("unknown in version %d", version)
	case v.IsZero() && !optional:
		return "", "missing"
	case optional && v.Kind() == reflect.Pointer && !v.IsNil() && v.Elem().IsZero(),
		optional && v.Kind() == reflect.Slice && !v.IsNil() && v.Len() == 0:
		return "", "empty; leave it out"
	}
	return complete(version, v)
}

// present returns a pointer to v, for a member that is always there.
func present[T any](v T) *T { return &v }

// unlessZero returns a pointer to v, nil for the zero value, for a member that may be left out.
func unlessZero[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}

// orZero returns what p points to, the zero value for nil.
func orZero[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}
