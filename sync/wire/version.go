package wire

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// VersionError says that a message is of a version that this package does not speak.
type VersionError struct{ Got int }

// Error names the version, and those that are spoken.
func (e VersionError) Error() string {
	return fmt.Sprintf("message of version %d: this program speaks versions %d to %d", e.Got, Oldest, Newest)
}

// VersionOf returns the version of a message of whatever kind, also one that this package does not speak. It reads no
// further: the message may be unreadable all the same.
func VersionOf(data []byte) (int, error) {
	if len(data) > MaxMessage {
		return 0, fmt.Errorf("read a message's version: %d bytes, more than %d", len(data), MaxMessage)
	}
	d := jsontext.NewDecoder(bytes.NewReader(data))
	token, err := d.ReadToken()
	if err != nil || token.Kind() != '{' {
		return 0, errors.New("read a message's version: no object")
	}
	for d.PeekKind() == '"' {
		name, err := d.ReadToken()
		if err != nil {
			break
		}
		found := name.String() == "version"
		value, err := d.ReadValue()
		if err != nil {
			break
		}
		if version, err := strconv.Atoi(string(value)); found && err == nil {
			return version, nil
		}
		if found {
			break
		}
	}
	return 0, errors.New("read a message's version: it has none")
}

// checkVersion reports a version that is not spoken here.
func checkVersion(version int) error {
	if version < Oldest || version > Newest {
		return VersionError{version}
	}
	return nil
}

// checkKind reports a kind that the version has not yet.
func checkKind(version int, kind string) error {
	switch kind {
	case kindMerge, kindMerged, kindEnrol, kindRenew, kindCredentials, kindClock, kindReading, kindMark,
		kindHealth, kindNoted, kindVacancy, kindVacant, kindWant, kindGranted, kindContact, kindKept, kindReminder, kindReminded,
		kindWithdraw, kindWithdrawn, kindConsent, kindNeed, kindPassed:
		if version < 2 {
			return KindError{kind}
		}
	}
	return nil
}

// A member that a later version brought carries the tag `since`: that version, and ",optional" if it may be left out
// in that version too. Its json tag says omitzero, so that it can be left out of the versions before. Such members
// stand at the top of a body, or of a body within it, also of one in a list.
const sinceTag = "since"

func since(f reflect.StructField) (version int, optional bool) {
	number, rest, _ := strings.Cut(f.Tag.Get(sinceTag), ",")
	version, _ = strconv.Atoi(number)
	return version, rest == "optional"
}

// trim empties the members of *body, and of the bodies within it, that the version has not yet.
func trim(body any, version int) { trimStruct(reflect.ValueOf(body).Elem(), version) }

func trimStruct(v reflect.Value, version int) {
	for i := range v.NumField() {
		f := v.Field(i)
		first, _ := since(v.Type().Field(i))
		switch {
		case first > version:
			f.SetZero()
		case f.Kind() == reflect.Pointer && !f.IsNil() && f.Elem().Kind() == reflect.Struct:
			trimStruct(f.Elem(), version)
		case f.Kind() == reflect.Slice && f.Type().Elem().Kind() == reflect.Struct:
			for j := range f.Len() {
				trimStruct(f.Index(j), version)
			}
		}
	}
}
