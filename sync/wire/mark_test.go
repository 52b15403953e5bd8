package wire_test

import (
	"errors"
	"strings"
	"testing"

	"example.org/totem/booking"
	"example.org/totem/sync/wire"
)

var seventh = booking.FactID{Incarnation: booking.Incarnation{0, 0x11, 0x22, 0x33, 0xaa, 0xbb, 0xcc, 0xdd}, N: 7}

func TestTheNumberOfAFactIsReadFromAnyVersion(t *testing.T) {
	want := seventh
	for _, in := range []string{
		factJSON,
		markJSON,
		strings.NewReplacer(`"version":1`, `"version":9,"x":{}`, `"issued"`, `"waved","hands":2`).Replace(factJSON),
	} {
		if id, err := wire.PeekFact([]byte(in)); err != nil || id != want {
			t.Errorf("got %v, %v", id, err)
		}
	}
	for _, in := range []string{``, `{}`, `[]`, `{"body":{"n":7}}`} {
		if id, err := wire.PeekFact([]byte(in)); err == nil {
			t.Errorf("%s gave %v", in, id)
		}
	}
}

func TestAMarkIsNoFact(t *testing.T) {
	var kind wire.KindError
	if f, err := wire.DecodeFact([]byte(markJSON)); !errors.As(err, &kind) || kind.Kind != "mark" || f != (booking.Fact{}) {
		t.Errorf("as a fact: %v, %v", f, err)
	}
	if m, err := wire.DecodeMark([]byte(factJSON)); !errors.As(err, &kind) || kind.Kind != "fact" || m != (wire.Mark{}) {
		t.Errorf("a fact as a mark: %v, %v", m, err)
	}
	if !wire.IsMark([]byte(markJSON)) || wire.IsMark([]byte(factJSON)) || wire.IsMark([]byte(strings.Replace(markJSON, `"n":7`, `"n":0`, 1))) {
		t.Error("what is a mark is not told from what is none")
	}
}

func TestAMarkSaysOfTheLastFactWhatTheFactSaid(t *testing.T) {
	fact := []byte(factJSON)
	id, digest, err := wire.PeekLast(fact)
	if err != nil || id != seventh || digest != wire.DigestOf(fact) {
		t.Fatal(id, digest, err)
	}
	mark, err := wire.EncodeMark(wire.Mark{ID: id, Digest: digest})
	if err != nil {
		t.Fatal(err)
	}
	for what, data := range map[string][]byte{
		"the mark":                    mark,
		"a mark of the mark":          remark(t, mark),
		"a mark of a version to come": []byte(strings.Replace(string(mark), `"version":2`, `"version":9,"signed":"yes"`, 1)),
	} {
		if again, same, err := wire.PeekLast(data); err != nil || again != id || same != digest {
			t.Errorf("%s: %v, %s, %v", what, again, same, err)
		}
	}
}

// remark returns the mark that stands for what data says.
func remark(t *testing.T, data []byte) []byte {
	id, digest, err := wire.PeekLast(data)
	if err != nil {
		t.Fatal(err)
	}
	mark, err := wire.EncodeMark(wire.Mark{ID: id, Digest: digest})
	if err != nil {
		t.Fatal(err)
	}
	return mark
}

func TestAFactOfAnyVersionHasTheDigestOfItsMessage(t *testing.T) {
	in := []byte(strings.NewReplacer(`"version":1`, `"version":9`, `"n":7`, `"n":7,"digest":"h7gvMB2yqPY"`).Replace(factJSON))
	if id, digest, err := wire.PeekLast(in); err != nil || id != seventh || digest != wire.DigestOf(in) {
		t.Error(id, digest, err)
	}
}

func TestAMarkThatSaysNothingHoldsNoPlace(t *testing.T) {
	for _, wrong := range []string{
		strings.Replace(markJSON, `,"digest":"h7gvMB2yqPY"`, ``, 1),
		strings.Replace(markJSON, `h7gvMB2yqPY`, `AAAAAAAAAAA`, 1),
		strings.Replace(markJSON, `h7gvMB2yqPY`, `h7gvMB2yqP`, 1),
		strings.Replace(markJSON, `00112233aabbccdd`, `0000000000000000`, 1),
		strings.Replace(markJSON, `"n":7`, `"n":0`, 1),
		strings.Replace(markJSON, `"n":7,`, ``, 1),
	} {
		if m, err := wire.DecodeMark([]byte(wrong)); err == nil || m != (wire.Mark{}) {
			t.Errorf("%v, %v: %s", m, err, wrong)
		}
		if id, digest, err := wire.PeekLast([]byte(wrong)); err == nil || id != (booking.FactID{}) || !digest.IsZero() {
			t.Errorf("%v, %v, %v: %s", id, digest, err, wrong)
		}
	}
	if data, err := wire.EncodeMark(wire.Mark{ID: seventh}); err == nil {
		t.Errorf("wrote %s", data)
	}
}
