package wire

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"

	"example.org/totem/locale"
	"example.org/totem/privacy"
)

// The sizes of what is sealed: always the same, so that a message's length says nothing of the contact in it.
const (
	// ConsentSize is the length in bytes of every encoded consent.
	ConsentSize = 1536
	// SealedContact is the length in bytes of every sealed consent: the sender's key of 32 bytes, the consent, and a tag
	// of 16 bytes.
	SealedContact = 32 + ConsentSize + 16
)

// consentBody is what a sealed contact says. It stands in the envelope of a message of the kind "consent", and spaces
// follow until there are ConsentSize bytes.
//
//	member   form                   meaning
//	ticket   ticket                 as in a reminder
//	start    UTC minute             the promised time
//	purpose  reminder or other-day  what the contact may be used for
//	channel  sms or email
//	contact  string                 in its normal form, as [privacy.CheckContact] takes it: at most 254 bytes
//	lang     language               in which the notice was shown: one that Totem speaks
//	edition  string                 1 to 32 bytes: of the notice that was shown
//	notice   43 of base64url        SHA-256 of that notice's text
//	shown    43 of base64url        SHA-256 of the choice as it was shown
//	program  string                 the totem's release, as in health; not empty
//	receipt  22 of base64url        16 bytes drawn by the totem
//	at       UTC minute             of the act
type consentBody struct {
	Ticket  *ticketBody       `json:"ticket"`
	Start   minute            `json:"start"`
	Purpose privacy.PurposeID `json:"purpose"`
	Channel privacy.Channel   `json:"channel"`
	Contact string            `json:"contact"`
	Lang    locale.Lang       `json:"lang"`
	Edition string            `json:"edition"`
	Notice  hash              `json:"notice"`
	Shown   hash              `json:"shown"`
	Program string            `json:"program"`
	Receipt receipt           `json:"receipt"`
	At      minute            `json:"at"`
}

// hash is a SHA-256 as it travels: unpadded base64url, 43 characters.
type hash [32]byte

// MarshalText writes the form above.
func (h hash) MarshalText() ([]byte, error) { return base64URL(h[:]), nil }

// UnmarshalText reads the form above.
func (h *hash) UnmarshalText(b []byte) error { return readBase64(h[:], b, "hash") }

// receipt is the number of a consent as it travels: unpadded base64url, 22 characters.
type receipt [16]byte

// MarshalText writes the form above.
func (r receipt) MarshalText() ([]byte, error) { return base64URL(r[:]), nil }

// UnmarshalText reads the form above.
func (r *receipt) UnmarshalText(b []byte) error { return readBase64(r[:], b, "receipt") }

func base64URL(b []byte) []byte { return base64.RawURLEncoding.AppendEncode(nil, b) }

// EncodeConsent returns c as it is to be sealed: always ConsentSize bytes. An error names the member that is wrong and
// repeats nothing of it.
func EncodeConsent(c Consent) ([]byte, error) {
	data, err := write(Newest, kindConsent, c, consentOf, consentBody.message)
	if err != nil {
		return nil, err
	}
	if len(data) > ConsentSize {
		return nil, fmt.Errorf("encode consent message: %d bytes, more than %d", len(data), ConsentSize)
	}
	return append(data, bytes.Repeat([]byte(" "), ConsentSize-len(data))...), nil
}

// DecodeConsent reads what EncodeConsent wrote. An error says nothing of what is in it. With an error the consent is zero.
func DecodeConsent(data []byte) (Consent, error) {
	if len(data) != ConsentSize {
		return Consent{}, fmt.Errorf("decode consent message: %d bytes, want %d", len(data), ConsentSize)
	}
	c, err := read(data, kindConsent, false, consentBody.message)
	var version VersionError
	switch {
	case errors.As(err, &version):
		return Consent{}, version
	case err != nil:
		return Consent{}, errors.New("decode consent message: it does not have its form")
	}
	return c, nil
}

func consentOf(c Consent) (consentBody, error) {
	if minutes := time.Minute; !c.Start.Equal(c.Start.Truncate(minutes)) || !c.At.Equal(c.At.Truncate(minutes)) {
		return consentBody{}, errors.New(`members "start" and "at": want whole minutes`)
	}
	return consentBody{
		Ticket: (*ticketBody)(&c.Ticket), Start: minute(c.Start.UTC()), Purpose: c.Purpose, Channel: c.Channel, Contact: c.Contact,
		Lang: c.Lang, Edition: c.Edition, Notice: c.Notice, Shown: c.Shown, Program: c.Program, Receipt: c.Receipt, At: minute(c.At.UTC()),
	}, nil
}

func (b consentBody) message() (Consent, error) {
	c := Consent{
		Ticket: TicketRef(*b.Ticket), Start: time.Time(b.Start), Purpose: b.Purpose, Channel: b.Channel, Contact: b.Contact,
		Lang: b.Lang, Edition: b.Edition, Notice: b.Notice, Shown: b.Shown, Program: b.Program, Receipt: b.Receipt, At: time.Time(b.At),
	}
	if err := checkConsent(c); err != nil {
		return Consent{}, err
	}
	return c, nil
}

func checkConsent(c Consent) error {
	switch {
	case checkTicket(c.Ticket) != nil:
		return checkTicket(c.Ticket)
	case c.Start.IsZero() || c.At.IsZero():
		return errors.New(`members "start" and "at": want both`)
	case c.Purpose != privacy.Reminding && c.Purpose != privacy.OtherDay:
		return errors.New(`member "purpose": none`)
	case privacy.CheckContact(c.Channel, c.Contact) != nil:
		return errors.New(`members "channel" and "contact": no contact of that channel`)
	case !c.Lang.Spoken():
		return errors.New(`member "lang": not spoken`)
	case c.Edition == "" || len(c.Edition) > MaxEdition || !plain(c.Edition):
		return fmt.Errorf(`member "edition": want 1 to %d bytes of printable text`, MaxEdition)
	case c.Notice == [32]byte{} || c.Shown == [32]byte{}:
		return errors.New(`members "notice" and "shown": want both`)
	case c.Program == "" || len(c.Program) > maxProgram || strings.IndexFunc(c.Program, foreign) >= 0:
		return errors.New(`member "program": no name of a release`)
	case c.Receipt == [16]byte{}:
		return errors.New(`member "receipt": none`)
	}
	return nil
}
