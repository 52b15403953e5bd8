package privacy_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"example.org/totem/privacy"
)

func channels() []privacy.Channel { return []privacy.Channel{privacy.SMS, privacy.Mail} }

func TestATelephoneNumberHasOneFormHoweverItIsTyped(t *testing.T) {
	for typed, want := range map[string]string{
		"3331234567": "+393331234567", "333 123 45 67": "+393331234567", "+39 333 1234567": "+393331234567", "0039 333 1234567": "+393331234567",
		"333123456": "+39333123456", "+44 7700 900123": "+447700900123", "0040 712 345 678": "+40712345678", "+12025550123": "+12025550123",
		"+378 66661212": "+37866661212", "+123456789012345": "+123456789012345", " 3331234567 ": "+393331234567",
	} {
		if got, err := privacy.ParsePhone(typed); err != nil || got != want {
			t.Errorf("%q: %q, %v; want %q", typed, got, err, want)
		}
	}
	for typed, want := range map[string]error{
		"": privacy.ErrShort, "+": privacy.ErrShort, "00": privacy.ErrShort, "33312345": privacy.ErrShort, "+1234567": privacy.ErrShort,
		"33312345678": privacy.ErrLong, "+1234567890123456": privacy.ErrLong, "+39 333 12345678": privacy.ErrLong, strings.Repeat(" ", 25): privacy.ErrLong,
		"06 1234567": privacy.ErrForm, "+39 06 1234567": privacy.ErrForm, "800123456": privacy.ErrForm, "+0123456789": privacy.ErrForm, "00 0123456789": privacy.ErrForm,
		"333-1234567": privacy.ErrSign, "3331234+567": privacy.ErrSign, "++393331234567": privacy.ErrSign, "٣٣٣١٢٣٤٥٦٧": privacy.ErrSign, "333\t1234567": privacy.ErrSign,
	} {
		if got, err := privacy.ParsePhone(typed); !errors.Is(err, want) || got != "" {
			t.Errorf("%q: %q, %v; want %v", typed, got, err, want)
		}
	}
}

func TestAMailAddressIsTakenByItsForm(t *testing.T) {
	long := strings.Repeat("a", 64)
	for typed, want := range map[string]string{
		"maria@posta.example": "maria@posta.example", "m.r-2_b+totem@Posta.Example": "m.r-2_b+totem@posta.example", "a@b.it": "a@b.it",
		"Maria@posta.example": "Maria@posta.example", "a@xn--bcher-kva.example": "a@xn--bcher-kva.example", "a@1.2.it": "a@1.2.it",
		long + "@posta.example": long + "@posta.example",
	} {
		if got, err := privacy.ParseMail(typed); err != nil || got != want {
			t.Errorf("%q: %q, %v; want %q", typed, got, err, want)
		}
	}
	for typed, want := range map[string]error{
		"": privacy.ErrShort, "maria": privacy.ErrShort, "@posta.example": privacy.ErrShort, "maria@": privacy.ErrShort, "maria@posta": privacy.ErrShort,
		"maria@posta.e": privacy.ErrShort, "a@b@posta.example": privacy.ErrForm, ".a@posta.example": privacy.ErrForm, "a.@posta.example": privacy.ErrForm,
		"a..b@posta.example": privacy.ErrForm, "a@posta..example": privacy.ErrForm, "a@-posta.example": privacy.ErrForm, "a@posta-.example": privacy.ErrForm,
		"a@po_sta.example": privacy.ErrForm, "a@.example": privacy.ErrForm, "a@posta.example.": privacy.ErrForm, "a@192.0.2.1": privacy.ErrShort, "a@posta.12": privacy.ErrForm,
		"un esempio@posta.example": privacy.ErrSign, "pòsta@posta.example": privacy.ErrSign, "a@posta.example\n": privacy.ErrSign, "\"a\"@posta.example": privacy.ErrSign,
		long + "a@posta.example": privacy.ErrLong, "a@" + long + ".example": privacy.ErrLong, strings.Repeat("a.", 130) + "a@b.it": privacy.ErrLong,
	} {
		if got, err := privacy.ParseMail(typed); !errors.Is(err, want) || got != "" {
			t.Errorf("%q: %q, %v; want %v", typed, got, err, want)
		}
	}
}

// drawTyped draws what may be typed for a channel, often a contact.
func drawTyped(t *rapid.T, c privacy.Channel) string {
	if rapid.Bool().Draw(t, "any") {
		return rapid.StringOfN(rapid.SampledFrom([]rune(privacy.Signs(c))), 0, 30, -1).Draw(t, "typed")
	}
	if c == privacy.SMS {
		return rapid.StringMatching(`((\+|00)[1-9][0-9]{7,14}|3[0-9]{8,9})`).Draw(t, "phone")
	}
	return rapid.StringMatching(`[a-z0-9_+-]{1,20}(\.[a-z0-9]{1,9})?@([a-z0-9]{1,9}\.){1,3}[a-z]{2,6}`).Draw(t, "mail")
}

func TestTheNormalFormIsTakenAgainAndChangesNoMore(t *testing.T) {
	taken := 0
	rapid.Check(t, func(t *rapid.T) {
		c := rapid.SampledFrom(channels()).Draw(t, "channel")
		typed := drawTyped(t, c)
		contact, err := privacy.ParseContact(c, typed)
		if privacy.Fits(c, typed) != (err == nil) {
			t.Fatalf("%q fits otherwise than it is read", typed)
		}
		if err != nil {
			return
		}
		taken++
		if err := privacy.CheckContact(c, contact); err != nil {
			t.Fatalf("%q becomes %q, which is none: %v", typed, contact, err)
		}
		if len(contact) > privacy.Longest(c) {
			t.Fatalf("%q has %d signs", contact, len(contact))
		}
	})
	if taken < 20 {
		t.Errorf("only %d contacts were drawn", taken)
	}
}

func TestAContactThatIsNotInItsNormalFormIsNotSent(t *testing.T) {
	for c, contact := range map[privacy.Channel]string{privacy.SMS: "3331234567", privacy.Mail: "a@B.it", "fax": "3331234567", "": "a@b.it"} {
		if privacy.CheckContact(c, contact) == nil {
			t.Errorf("%q by %q passes", contact, c)
		}
	}
	if privacy.Fits("fax", "3331234567") || privacy.Signs("fax") != "" || privacy.Longest("fax") != 0 {
		t.Error("there is something to type for an unknown channel")
	}
}

func TestAMaskShowsTheEndAndNotHowLongTheRestIs(t *testing.T) {
	for _, test := range []struct {
		channel       privacy.Channel
		contact, want string
	}{
		{privacy.SMS, "+393331234567", "•••• 567"},
		{privacy.SMS, "+447700900123", "•••• 123"},
		{privacy.Mail, "un.esempio@posta.example", "u•••@p•••.example"},
		{privacy.Mail, "m@p.example", "m•••@p•••.example"},
		{privacy.SMS, "no number", "•••"},
		{privacy.Mail, "+393331234567", "•••"},
		{"", "maria@posta.example", "•••"},
	} {
		if got := privacy.Mask(test.channel, test.contact); got != test.want {
			t.Errorf("%q: %q, want %q", test.contact, got, test.want)
		}
	}
}

// fuzzContact holds what is so for everything that is typed: no panic, an error without what was typed, a stable normal form
// of signs that can be typed, and a mask that hides.
func fuzzContact(f *testing.F, c privacy.Channel, seeds ...string) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		contact, err := privacy.ParseContact(c, typed)
		if err != nil {
			known := []error{privacy.ErrSign, privacy.ErrShort, privacy.ErrLong, privacy.ErrForm}
			if !slices.Contains(known, err) || contact != "" {
				t.Fatalf("an error that may say something, or a contact beside it: %v", err)
			}
			return
		}
		if again, err := privacy.ParseContact(c, contact); err != nil || again != contact {
			t.Fatalf("the normal form %q becomes %q: %v", contact, again, err)
		}
		if strings.ContainsFunc(strings.ToLower(contact), func(r rune) bool { return !strings.ContainsRune(privacy.Signs(c), r) }) {
			t.Fatalf("%q has signs that nobody can type", contact)
		}
		if masked := privacy.Mask(c, contact); strings.Contains(masked, contact) || !strings.Contains(masked, "•••") {
			t.Fatalf("%q masked is %q", contact, masked)
		}
	})
}

func FuzzParsePhone(f *testing.F) {
	fuzzContact(f, privacy.SMS, "333 1234567", "+39 333 1234567", "0044 7700 900123", "00", "+", "3")
}

func FuzzParseMail(f *testing.F) {
	fuzzContact(f, privacy.Mail, "maria@posta.example", "a@b.it", "a@@b", "a@b..it", ".@.", "A@B.IT")
}
