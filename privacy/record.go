package privacy

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"example.org/totem/locale"
)

// Receipt names a consent: 128 random bits that only its citizen has, on paper or read from the screen, and its record. It
// is drawn apart from everything else, so that it leads to no ticket and to no contact. It is the pii_principal_id of
// ISO/IEC TS 27560.
type Receipt [16]byte

// IsZero reports whether the receipt was never drawn.
func (r Receipt) IsZero() bool { return r == Receipt{} }

// String returns the receipt as it stands on paper and screen: eight groups of four hexadecimal digits.
func (r Receipt) String() string {
	text := make([]byte, 0, 39)
	for i := 0; i < len(r); i += 2 {
		if i > 0 {
			text = append(text, ' ')
		}
		text = hex.AppendEncode(text, r[i:i+2])
	}
	return string(text)
}

// ParseReceipt reads what String says, in small or capital letters, with or without the spaces between.
func ParseReceipt(s string) (r Receipt, err error) {
	text := strings.Join(strings.Fields(s), "")
	if n, bad := hex.Decode(r[:min(len(r), len(text)/2)], []byte(text[:min(len(text), 2*len(r))])); bad != nil || n != len(r) || len(text) != 2*len(r) {
		return Receipt{}, errors.New("a receipt has 32 hexadecimal digits")
	}
	return r, nil
}

// Given is one consent as its citizen gave it: the ground of its record. There is nothing in it of the ticket or of the
// contact, and nothing of who refuses: a refusal has no record.
type Given struct {
	Receipt Receipt
	At      time.Time // of the act, whole minutes
	Until   string    // the date at whose end the consent ends by itself: that of the appointment, "2026-11-24"
	Purpose PurposeID
	Channel Channel     // which kind of contact was given
	Lang    locale.Lang // in which it was asked
	Edition string      // of the notice that was shown
	Notice  [32]byte    // SHA-256 of that notice's text in Lang
	Shown   [32]byte    // SHA-256 of the choice as it was shown
	Program string      // the release that showed it
}

// Check returns an error if something is missing or is finer than a record may say.
func (g Given) Check() error {
	var wrong []error
	say := func(bad bool, what string) {
		if bad {
			wrong = append(wrong, errors.New(what))
		}
	}
	say(g.Receipt.IsZero(), "no receipt")
	say(g.At.IsZero() || !g.At.Equal(g.At.Truncate(time.Minute)), "no time of the act in whole minutes")
	_, bad := time.Parse(time.DateOnly, g.Until)
	say(bad != nil, "no date at which it ends")
	say(g.Purpose == "", "no purpose")
	say(g.Channel == "", "no channel")
	say(g.Lang == "", "no language")
	say(g.Edition == "", "no edition of the notice")
	say(g.Notice == [32]byte{}, "no digest of the notice")
	say(g.Shown == [32]byte{}, "no digest of what was shown")
	say(g.Program == "", "no release of the program")
	if len(wrong) > 0 {
		return fmt.Errorf("record of a consent: %w", errors.Join(wrong...))
	}
	return nil
}

// Terms is what an office told of the data when the consent was asked.
type Terms struct {
	Controller Controller
	Officer    Officer
	Recipients []Recipient // all of the office's; a record names those of its channel
	Notice     string      // the text that was shown, in the consent's language; "" where nobody has it any more
	Zone       string      // the office's time zone, "Europe/Rome"
}

// IsTextOf reports whether the terms have the very text of the notice that was shown.
func (t Terms) IsTextOf(g Given) bool { return sha256.Sum256([]byte(t.Notice)) == g.Notice }

// ConsentState says how a consent stands.
type ConsentState uint8

// The states. A consent that was asked and not given has none: nothing is recorded of it. The last three are final.
const (
	ConsentGiven     ConsentState = iota + 1
	ConsentFulfilled              // its message went out
	ConsentWithdrawn              // its citizen withdrew it
	ConsentExpired                // its ticket was given back, its day is over, or its message could not be sent
)

// consentWords are the states' words, by state.
func consentWords() []string { return []string{"none", "given", "fulfilled", "withdrawn", "expired"} }

func (s ConsentState) String() string {
	if words := consentWords(); int(s) < len(words) {
		return words[s]
	}
	return fmt.Sprintf("state %d", s)
}

// ParseConsentState reads what String says of one of the states.
func ParseConsentState(word string) (ConsentState, error) {
	for i, w := range consentWords() {
		if i > 0 && w == word {
			return ConsentState(i), nil
		}
	}
	return 0, fmt.Errorf("%q is no state of a consent", word)
}

// IsFinal reports whether nothing can follow.
func (s ConsentState) IsFinal() bool { return s >= ConsentFulfilled && s <= ConsentExpired }

// After returns the state that follows when next is told; ok is false where it changes nothing: the first end of a
// consent stays, whatever is told after it.
func (s ConsentState) After(next ConsentState) (after ConsentState, ok bool) {
	if s == 0 && next == ConsentGiven || s == ConsentGiven && next.IsFinal() {
		return next, true
	}
	return s, false
}

// IsAct reports whether the state is entered by an act of the citizen: then a record says the minute. All others say the
// day: the minute in which a message went out would tell the time of the ticket.
func (s ConsentState) IsAct() bool { return s == ConsentGiven || s == ConsentWithdrawn }

// Record is a consent and what became of it.
type Record struct {
	Given
	Terms Terms // without the notice's text
	State ConsentState
	// Ended is when the state was entered: the minute of a withdrawal, the day (midnight, UTC) of every other end, zero
	// for none.
	Ended time.Time
}

// Carriers returns the recipients that carry messages of a channel.
func (t Terms) Carriers(c Channel) (carriers []Recipient) {
	for _, r := range t.Recipients {
		if slices.Contains(r.Channels, c) {
			carriers = append(carriers, r)
		}
	}
	return carriers
}
