package wire

import (
	"errors"
	"fmt"
	"time"

	"example.org/totem/booking"
	"example.org/totem/privacy"
)

// ticketBody names a ticket.
//
//	member  form             meaning
//	queue   identifier
//	day     date             the office's calendar day
//	slot    number           "A042"
//	code    11 of base64url  the hash of its code
type ticketBody struct {
	Queue booking.QueueID  `json:"queue"`
	Day   booking.Day      `json:"day"`
	Slot  booking.Number   `json:"slot"`
	Code  booking.CodeHash `json:"code"`
}

// checkTicket reports what names no ticket. Its errors repeat nothing of it.
func checkTicket(t TicketRef) error {
	_, _, err := t.Slot.Split()
	switch {
	case booking.CheckID(string(t.Queue)) != nil:
		return errors.New(`member "ticket/queue": no identifier`)
	case checkDay(t.Day) != nil:
		return errors.New(`member "ticket/day": no day`)
	case err != nil:
		return errors.New(`member "ticket/slot": no number`)
	case t.Code.IsZero():
		return errors.New(`member "ticket/code": none`)
	}
	return nil
}

// contactBody brings what is sealed: see [EncodeConsent]. Every contact message has the same length.
//
//	member       form               meaning
//	incarnation  16 hex digits      of the store
//	sealed       2112 of base64url  [SealedContact] bytes
type contactBody struct {
	Incarnation booking.Incarnation `json:"incarnation"`
	Sealed      sealedBytes         `json:"sealed"`
}

type sealedBytes [SealedContact]byte

// MarshalText writes unpadded base64url.
func (s sealedBytes) MarshalText() ([]byte, error) { return base64URL(s[:]), nil }

// UnmarshalText reads unpadded base64url of exactly [SealedContact] bytes.
func (s *sealedBytes) UnmarshalText(b []byte) error { return readBase64(s[:], b, "sealed") }

func contactOf(c Contact) (contactBody, error) {
	b := contactBody{Incarnation: c.Incarnation}
	if len(c.Sealed) != len(b.Sealed) {
		return contactBody{}, fmt.Errorf(`member "sealed": %d bytes, want %d`, len(c.Sealed), len(b.Sealed))
	}
	copy(b.Sealed[:], c.Sealed)
	return b, nil
}

func (b contactBody) message() (Contact, error) {
	if err := checkStore(b.Incarnation); err != nil {
		return Contact{}, err
	}
	return Contact{b.Incarnation, b.Sealed[:]}, nil
}

// keptBody answers; due is the minute about which the message goes out.
type keptBody struct {
	Due minute `json:"due"`
}

func keptOf(k Kept) (keptBody, error) { return keptBody{minute(k.Due.UTC())}, nil }

func (b keptBody) message() (Kept, error) { return Kept{time.Time(b.Due)}, nil }

// reminderBody asks what is held for a ticket; incarnation is of the store that asks.
type reminderBody struct {
	Incarnation booking.Incarnation `json:"incarnation"`
	Ticket      *ticketBody         `json:"ticket"`
}

func reminderOf(r Reminder) (reminderBody, error) {
	return reminderBody{r.Incarnation, (*ticketBody)(&r.Ticket)}, nil
}

func (b reminderBody) message() (Reminder, error) {
	r := Reminder{b.Incarnation, TicketRef(*b.Ticket)}
	if err := errors.Join(checkStore(r.Incarnation), checkTicket(r.Ticket)); err != nil {
		return Reminder{}, err
	}
	return r, nil
}

// maxMasked bounds a masked contact: none is longer than the contact itself.
const maxMasked = privacy.LongestMail

// remindedBody answers.
//
//	member   form          meaning
//	on       boolean       something is held; the other members are there only then
//	channel  sms or email
//	masked   string        enough of the contact for who gave it to know it again, at most 254 bytes
//	due      UTC minute    about when the message goes out
type remindedBody struct {
	On      *bool            `json:"on"`
	Channel *privacy.Channel `json:"channel,omitzero"`
	Masked  *string          `json:"masked,omitzero"`
	Due     *minute          `json:"due,omitzero"`
}

func remindedOf(r Reminded) (remindedBody, error) {
	b := remindedBody{On: &r.On, Channel: unlessZero(r.Channel), Masked: unlessZero(r.Masked)}
	if !r.Due.IsZero() {
		b.Due = present(minute(r.Due.UTC()))
	}
	return b, nil
}

func (b remindedBody) message() (Reminded, error) {
	r := Reminded{On: *b.On, Channel: orZero(b.Channel), Masked: orZero(b.Masked)}
	if b.Due != nil {
		r.Due = time.Time(*b.Due)
	}
	switch {
	case !r.On && r != (Reminded{}):
		return Reminded{}, errors.New(`member "on": something is said of what is not held`)
	case r.On && !isChannel(r.Channel):
		return Reminded{}, errors.New(`member "channel": no channel`)
	case r.On && (r.Masked == "" || len(r.Masked) > maxMasked || !plain(r.Masked)):
		return Reminded{}, fmt.Errorf(`member "masked": want 1 to %d bytes of printable text`, maxMasked)
	case r.On && r.Due.IsZero():
		return Reminded{}, errors.New(`member "due": none`)
	}
	return r, nil
}

// withdrawBody asks to erase what is held for a ticket; incarnation is of the store that asks.
type withdrawBody struct {
	Incarnation booking.Incarnation `json:"incarnation"`
	Ticket      *ticketBody         `json:"ticket"`
}

func withdrawOf(w Withdraw) (withdrawBody, error) {
	return withdrawBody{w.Incarnation, (*ticketBody)(&w.Ticket)}, nil
}

func (b withdrawBody) message() (Withdraw, error) {
	w := Withdraw{b.Incarnation, TicketRef(*b.Ticket)}
	if err := errors.Join(checkStore(w.Incarnation), checkTicket(w.Ticket)); err != nil {
		return Withdraw{}, err
	}
	return w, nil
}

// withdrawnBody answers, with nothing.
type withdrawnBody struct{}

func withdrawnOf(Withdrawn) (withdrawnBody, error) { return withdrawnBody{}, nil }

func (withdrawnBody) message() (Withdrawn, error) { return Withdrawn{}, nil }
