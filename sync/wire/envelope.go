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

// VersionError says that a message is of a version that this package does not speak.
type VersionError struct{ Got int }

// Error names the version.
func (e VersionError) Error() string {
	return fmt.Sprintf("message of version %d: this program speaks version %d", e.Got, Version)
}

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
)

// envelope is what every message comes in.
//
//	member   form     meaning
//	version  integer  of the message's form, [Version]
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
func seal(kind string, body any) ([]byte, error) {
	data, err := json.Marshal(struct {
		Version int    `json:"version"`
		Kind    string `json:"kind"`
		Body    any    `json:"body"`
	}{Version, kind, body}, json.Deterministic(true))
	if err != nil {
		return nil, fmt.Errorf("encode %s message: %w", kind, err)
	}
	if len(data) > MaxMessage {
		return nil, fmt.Errorf("encode %s message: %d bytes, more than %d", kind, len(data), MaxMessage)
	}
	return data, nil
}

// open returns kind and body of a message of our version.
func open(data []byte) (kind string, body jsontext.Value, err error) {
	if len(data) > MaxMessage {
		return "", nil, fmt.Errorf("%d bytes, more than %d", len(data), MaxMessage)
	}
	var e envelope
	if err := json.Unmarshal(data, &e); err != nil {
		return "", nil, err
	}
	switch {
	case e.Version == nil:
		return "", nil, errors.New(`member "version": missing`)
	case *e.Version != Version:
		return "", nil, VersionError{*e.Version}
	case e.Kind == nil:
		return "", nil, errors.New(`member "kind": missing`)
	case len(e.Rest) > 0:
		return "", nil, fmt.Errorf("unknown members %s beside the body", e.Rest)
	case e.Body.Kind() != '{':
		return "", nil, errors.New(`member "body": want an object`)
	}
	return *e.Kind, e.Body, noNull(data)
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
	got, body, err := open(data)
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
	if err := unmarshal(body, &b); err != nil {
		return none, fmt.Errorf("decode %s message: %w", kind, err)
	}
	m, err := convert(b)
	if err != nil {
		return none, fmt.Errorf("decode %s message: %w", kind, err)
	}
	return m, nil
}

// unmarshal decodes strictly: no unknown member, none missing.
func unmarshal(data jsontext.Value, into any) error {
	if err := json.Unmarshal(data, into, json.RejectUnknownMembers(true)); err != nil {
		return err
	}
	return complete(reflect.ValueOf(into).Elem(), "")
}

// complete reports a member that is missing from a decoded body, or is there though it says nothing. Every member
// must be there but those marked omitzero, which must be left out when they are empty; a pointer tells an absent
// member from a zero one.
func complete(v reflect.Value, path string) error {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return nil
		}
		return complete(v.Elem(), path)
	case reflect.Slice:
		if e := v.Type().Elem().Kind(); e != reflect.Struct {
			return nil
		}
		for i := range v.Len() {
			if err := complete(v.Index(i), fmt.Sprintf("%s/%d", path, i)); err != nil {
				return err
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			f := v.Type().Field(i)
			if !f.IsExported() {
				continue
			}
			name, rest, _ := strings.Cut(f.Tag.Get("json"), ",")
			at, optional := path+"/"+name, rest == "omitzero"
			switch field := v.Field(i); {
			case field.IsZero() && !optional:
				return fmt.Errorf("member %q: missing", at)
			case optional && field.Kind() == reflect.Pointer && !field.IsNil() && field.Elem().IsZero():
				return fmt.Errorf("member %q: empty; leave it out", at)
			default:
				if err := complete(field, at); err != nil {
					return err
				}
			}
		}
	}
	return nil
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
