package booking_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io"
	"testing"

	"pgregory.net/rapid"

	"example.org/totem/booking"
)

func TestACodeIsReadBackAsItIsWritten(t *testing.T) {
	for range 200 {
		code, err := booking.NewCode(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		if len(code) != 12 || len(code.Grouped()) != 14 {
			t.Fatalf("code %q, grouped %q", code, code.Grouped())
		}
		for _, typed := range []string{string(code), code.Grouped(), string(code[:4] + "-" + code[4:])} {
			if got, err := booking.ParseCode(typed); err != nil || got != code {
				t.Errorf("ParseCode(%q) = %q, %v, want %q", typed, got, err, code)
			}
		}
	}
}

func TestEverySlipOfTheFingerIsFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.SliceOfN(rapid.Byte(), 64, 64).Draw(t, "random")
		code, err := booking.NewCode(bytes.NewReader(seed))
		if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
			t.Skip("too many bytes above 249")
		}
		wrong := []byte(code)
		i := rapid.IntRange(0, 10).Draw(t, "place")
		if rapid.Bool().Draw(t, "swap") {
			wrong[i], wrong[i+1] = wrong[i+1], wrong[i]
		} else {
			wrong[i] = '0' + (wrong[i]-'0'+byte(rapid.IntRange(1, 9).Draw(t, "by")))%10
		}
		if string(wrong) == string(code) {
			return
		}
		if got, err := booking.ParseCode(string(wrong)); err == nil {
			t.Fatalf("ParseCode(%q) = %q: the slip in %q was not found", wrong, got, code)
		}
	})
}

func TestEveryDigitIsEquallyLikely(t *testing.T) {
	var all [256]byte
	for i := range all {
		all[i] = byte(i)
	}
	var count [10]int
	source := bytes.NewReader(bytes.Repeat(all[:], 11*10))
	for {
		code, err := booking.NewCode(source)
		if err != nil {
			break
		}
		for _, d := range code[:11] {
			count[d-'0']++
		}
	}
	for d, n := range count {
		if n < count[0]-11 || n > count[0]+11 {
			t.Errorf("digit %d came %d times, digit 0 %d times", d, n, count[0])
		}
	}
}

func TestAHashTellsNothingUnderAnotherKey(t *testing.T) {
	one, _ := booking.NewDayKey(rand.Reader)
	two, _ := booking.NewDayKey(rand.Reader)
	code, _ := booking.NewCode(rand.Reader)
	typed, err := booking.ParseCode(code.Grouped())
	if err != nil {
		t.Fatal(err)
	}
	if code.Hash(one) != typed.Hash(one) {
		t.Error("the same code has two hashes on one day")
	}
	if code.Hash(one) == code.Hash(two) {
		t.Error("a code has the same hash on two days")
	}
	if code.Hash(one).IsZero() {
		t.Error("a hash is zero")
	}
}

func TestHashesAndKeysSurviveText(t *testing.T) {
	key, _ := booking.NewDayKey(rand.Reader)
	text, _ := key.MarshalText()
	var back booking.DayKey
	if err := back.UnmarshalText(text); err != nil || back != key {
		t.Errorf("key came back as %v, %v", back, err)
	}
	for _, bad := range []string{"", "AA", string(text) + "A", string(text[:42]) + "=", string(text[:42]) + "\n"} {
		if err := back.UnmarshalText([]byte(bad)); err == nil {
			t.Errorf("key %q was accepted", bad)
		}
	}
	var i booking.Incarnation
	if err := i.UnmarshalText([]byte("00112233AABBCCDD")); err == nil {
		t.Error("an incarnation in capitals was accepted")
	}
}
