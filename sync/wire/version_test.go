package wire_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"example.org/totem/booking"
	"example.org/totem/sync/wire"
)

func TestAnUnknownVersionSaysWhichAndWhichAreSpoken(t *testing.T) {
	for _, got := range []int{-1, 0, 3, 99} {
		in := strings.Replace(helloJSON, `"version":1`, fmt.Sprintf(`"version":%d,"signed":"yes"`, got), 1)
		_, err := wire.Decode[wire.Hello]([]byte(in))
		var version wire.VersionError
		if !errors.As(err, &version) || version.Got != got {
			t.Fatalf("got %v, want a version error with %d", err, got)
		}
		for _, part := range []int{got, wire.Oldest, wire.Newest} {
			if !strings.Contains(version.Error(), fmt.Sprint(part)) {
				t.Errorf("%q does not name %d", version.Error(), part)
			}
		}
		if data, err := wire.Encode(got, wire.Last{}); !errors.As(err, &version) || data != nil {
			t.Errorf("wrote %s, %v in version %d", data, err, got)
		}
		if data, err := wire.EncodeSheet(got, fullDay(1)); !errors.As(err, &version) || data != nil {
			t.Errorf("wrote a sheet of %d bytes, %v in version %d", len(data), err, got)
		}
	}
}

func TestAMessageIsReadByItsOwnVersionOnly(t *testing.T) {
	for _, c := range []struct{ what, in, from, to, names string }{
		{"told in version 1", helloJSON, `"n":7`, `"n":7,"told":5`, "told"},
		{"epoch in version 1", helloJSON, `"n":7`, `"n":7,"epoch":5`, "epoch"},
		{"told of nothing in version 1", helloJSON, `"n":7`, `"n":7,"told":0`, "told"},
		{"a hello of version 2 in version 1", hello2JSON, `"version":2`, `"version":1`, "told"},
		{"a hello of version 1 in version 2", helloJSON, `"version":1`, `"version":2`, "told"},
		{"no told in version 2", hello2JSON, `"told":5,`, ``, "told"},
		{"no epoch in version 2", hello2JSON, `"epoch":1790000000,`, ``, "epoch"},
		{"a welcome of version 2 in version 1", welcome2JSON, `"version":2`, `"version":1`, "epoch"},
		{"no epoch in a welcome of version 2", welcome2JSON, `"epoch":1790000000,`, ``, "epoch"},
		{"no merge in a welcome of version 2", welcome2JSON, `,"merge":false`, ``, "merge"},
		{"closed in version 1", pull2JSON, `"version":2`, `"version":1`, "closed"},
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
			if err == nil || !strings.Contains(err.Error(), c.names) {
				t.Fatalf("got %v, want an error that names %q", err, c.names)
			}
			if errors.As(err, new(wire.VersionError)) || errors.As(err, new(wire.KindError)) {
				t.Errorf("%v looks like a message of another version or kind", err)
			}
		})
	}
}

func TestWhatMayBeLeftOutOfVersion2MayBeLeftOut(t *testing.T) {
	in := strings.Replace(pull2JSON, `,"closed":"2026-11-21"`, ``, 1)
	p, err := wire.Decode[wire.Pull]([]byte(in))
	if err != nil || !p.Closed.IsZero() {
		t.Fatalf("%v, %v", p, err)
	}
}

func TestVersion1HasNoneOfTheKindsOfVersion2(t *testing.T) {
	for _, in := range []string{mergeJSON, mergedJSON, enrolJSON, renewJSON, givenJSON, clockJSON, readingJSON, markJSON, healthJSON, notedJSON,
		vacancyJSON, vacantJSON, wantJSON, grantedJSON, contactJSON(), keptJSON, reminderJSON, remindedJSON, withdrawJSON, withdrawnJSON} {
		if err := decodeAny(in); err != nil {
			t.Fatalf("the right message: %v", err)
		}
		var kind wire.KindError
		if err := decodeAny(strings.Replace(in, `"version":2`, `"version":1`, 1)); !errors.As(err, &kind) {
			t.Errorf("got %v, want a kind error: %s", err, in)
		}
	}
}

func TestVersion1HasNoCheckInNoCancellationAndNoCountOfThem(t *testing.T) {
	for _, fact := range []struct{ kind, in string }{
		{"arrived", arrivedJSON},
		{"cancelled", strings.Replace(arrivedJSON, "arrived", "cancelled", 1)},
		{"cancelled", countedJSON},
		{"arrived", strings.Replace(countedJSON, `"of":"cancelled"`, `"of":"arrived"`, 1)},
	} {
		f, err := wire.DecodeFact([]byte(fact.in))
		if err != nil {
			t.Fatalf("the right message: %v", err)
		}
		var kind wire.KindError
		old := []byte(strings.Replace(fact.in, `"version":2`, `"version":1`, 1))
		if got, err := wire.DecodeFact(old); !errors.As(err, &kind) || kind.Kind != fact.kind || got != (booking.Fact{}) {
			t.Errorf("got %v, %v, want a kind error: %s", got, err, old)
		}
		if id, err := wire.PeekFact(old); err != nil || id != f.ID {
			t.Errorf("its number reads %v, %v", id, err) // or nobody could set it aside
		}
		if problems(t, old) == nil {
			t.Errorf("fits its schema: %s", old)
		}
		if digests, err := wire.FactDigests(f); err != nil || len(digests) != 1 || digests[0] != wire.DigestOf([]byte(fact.in)) {
			t.Errorf("digests %v, %v: want that of version 2 alone", digests, err)
		}
	}
}

func TestWhatIsTheSameInBothVersionsIsReadInBoth(t *testing.T) {
	for _, in := range []string{factJSON, sheetJSON, refusalJSON} {
		for version := wire.Oldest; version <= wire.Newest; version++ {
			if err := decodeAny(strings.Replace(in, `"version":1`, fmt.Sprintf(`"version":%d`, version), 1)); err != nil {
				t.Errorf("version %d: %v", version, err)
			}
		}
	}
}

func TestTheVersionIsReadOfWhateverMessage(t *testing.T) {
	for in, want := range map[string]int{
		helloJSON:                              1,
		hello2JSON:                             2,
		`{"kind":{"version":7},"version":9,`:   9,
		`{"version": 3, "kind": "x"} and more`: 3,
	} {
		if got, err := wire.VersionOf([]byte(in)); err != nil || got != want {
			t.Errorf("%s: got %d, %v", in, got, err)
		}
	}
	for _, in := range []string{``, `[]`, `7`, `{}`, `{"version":"2"}`, `{"version":2.5}`, `{"version":null}`, `{"version":`, `{"Version":2}`,
		`{"body":{"version":2}}`, `{"version":99999999999999999999}`, strings.Repeat(" ", wire.MaxMessage) + helloJSON} {
		if got, err := wire.VersionOf([]byte(in)); err == nil {
			t.Errorf("%.60s gave %d", in, got)
		}
	}
}

func TestTheDigestsOfAFactAreThoseOfItsMessageInEveryVersion(t *testing.T) {
	f, err := wire.DecodeFact([]byte(factJSON))
	if err != nil {
		t.Fatal(err)
	}
	digests, err := wire.FactDigests(f)
	if err != nil || len(digests) != wire.Newest-wire.Oldest+1 {
		t.Fatal(digests, err)
	}
	now, err := wire.EncodeFact(f)
	if err != nil {
		t.Fatal(err)
	}
	if digests[0] != wire.DigestOf([]byte(factJSON)) || digests[len(digests)-1] != wire.DigestOf(now) {
		t.Errorf("got %v, want first %s and last %s", digests, wire.DigestOf([]byte(factJSON)), wire.DigestOf(now))
	}
	if digests, err := wire.FactDigests(booking.Fact{}); err == nil {
		t.Errorf("an empty fact has the digests %v", digests)
	}
}
