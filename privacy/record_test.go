package privacy_test

import (
	"crypto/sha256"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"example.org/totem/locale"
	"example.org/totem/privacy"
)

func TestAConsentEndsOnceAndNeverComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		told := rapid.SliceOf(rapid.SampledFrom([]privacy.ConsentState{privacy.ConsentGiven, privacy.ConsentFulfilled, privacy.ConsentWithdrawn, privacy.ConsentExpired})).Draw(t, "told")
		var state, first privacy.ConsentState
		for _, next := range told {
			after, ok := state.After(next)
			if ok != (after != state) {
				t.Fatalf("%s and then %s: %s, changed %v", state, next, after, ok)
			}
			if state == privacy.ConsentGiven && next.IsFinal() {
				first = next
			}
			if after.IsFinal() && after != first {
				t.Fatalf("%s and then %s: %s, want the first end %s", state, next, after, first)
			}
			state = after
		}
		if state == 0 && len(told) > 0 && told[0] == privacy.ConsentGiven || first != 0 && state != first {
			t.Fatalf("%v: %s", told, state)
		}
	})
}

func TestAnEndBeforeTheConsentIsNone(t *testing.T) {
	for _, end := range []privacy.ConsentState{privacy.ConsentFulfilled, privacy.ConsentWithdrawn, privacy.ConsentExpired} {
		if after, ok := privacy.ConsentState(0).After(end); ok || after != 0 {
			t.Errorf("%s: %s", end, after)
		}
	}
}

func TestAStateIsReadAsItIsWritten(t *testing.T) {
	for _, s := range []privacy.ConsentState{privacy.ConsentGiven, privacy.ConsentFulfilled, privacy.ConsentWithdrawn, privacy.ConsentExpired} {
		if got, err := privacy.ParseConsentState(s.String()); err != nil || got != s {
			t.Errorf("%s: %s, %v", s, got, err)
		}
	}
	for _, word := range []string{"none", "refused", ""} {
		if s, err := privacy.ParseConsentState(word); err == nil {
			t.Errorf("%q is %s", word, s)
		}
	}
}

func TestAReceiptIsReadAsItIsWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := privacy.Receipt(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "receipt"))
		text := r.String()
		if len(text) != 39 || len(strings.Fields(text)) != 8 {
			t.Fatalf("%q", text)
		}
		for _, typed := range []string{text, strings.ToUpper(text), strings.ReplaceAll(text, " ", ""), "  " + text + "\n"} {
			if got, err := privacy.ParseReceipt(typed); err != nil || got != r {
				t.Fatalf("%q: %v, %v", typed, got, err)
			}
		}
	})
	for _, wrong := range []string{"", "1234", strings.Repeat("g", 32), strings.Repeat("a", 31), strings.Repeat("a", 33), strings.Repeat("a", 64)} {
		if r, err := privacy.ParseReceipt(wrong); err == nil {
			t.Errorf("%q is %s", wrong, r)
		}
	}
}

func TestARecordIsNoFinerThanAMinute(t *testing.T) {
	g := privacy.Given{
		Receipt: privacy.Receipt{1}, At: time.Date(2026, 11, 24, 8, 41, 0, 0, time.UTC), Until: "2026-11-24", Purpose: privacy.Reminding, Channel: privacy.SMS,
		Lang: locale.Italian, Edition: "3", Notice: sha256.Sum256([]byte("notice")), Shown: sha256.Sum256([]byte("screen")), Program: "1.4.0",
	}
	if err := g.Check(); err != nil {
		t.Fatal(err)
	}
	if (privacy.Terms{Notice: "another"}).IsTextOf(g) || !(privacy.Terms{Notice: "notice"}).IsTextOf(g) {
		t.Error("the text of the notice is not told by its digest")
	}
	g.At = g.At.Add(time.Second)
	if err := g.Check(); err == nil {
		t.Error("a second was taken")
	}
	if err := (privacy.Given{}).Check(); err == nil || strings.Count(err.Error(), "no ") != 10 {
		t.Errorf("nothing at all: %v", err)
	}
}
