package consents

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"example.org/totem/booking"
	"example.org/totem/locale"
	"example.org/totem/privacy"
)

// Form is a form in which records are given to auditors.
type Form string

// The forms.
const (
	Form27560   Form = "27560"   // ISO/IEC TS 27560:2023, docs/privacy/consent.schema.json
	FormKantara Form = "kantara" // Kantara Consent Receipt 1.1.0; it has no place for how a consent ended
	FormDPV     Form = "dpv"     // JSON-LD with the W3C Data Privacy Vocabulary, profile 27560 for the GDPR
)

// Forms returns all forms.
func Forms() []Form { return []Form{Form27560, FormKantara, FormDPV} }

// Export returns records in a form, to be written as JSON.
func Export(f Form, records []privacy.Record) ([]any, error) {
	make27560 := func(e export) any { return e.record() }
	makers := map[Form]func(export) any{
		Form27560: make27560, FormKantara: func(e export) any { return e.kantara() }, FormDPV: func(e export) any { return e.dpv() },
	}
	to, ok := makers[f]
	if !ok {
		return nil, fmt.Errorf("no form %q: want one of %v", f, Forms())
	}
	all := []any{}
	for _, r := range records {
		e, err := exportOf(r)
		if err != nil {
			return nil, err
		}
		all = append(all, to(e))
	}
	return all, nil
}

// What all forms say the same of.
const (
	jurisdiction   = "IT" // the GDPR and the law of Italy, as the notice says
	specialData    = false
	collected      = "typed by the citizen on the touch screen or the keys of a ticket totem, after one choice between two equal answers"
	processed      = "kept encrypted, sent once to the contact that was given, erased; nothing is decided by it"
	withdrawal     = "at any totem of the office, with the code of the ticket: reminder, off; or through the controller's contacts"
	stored         = "the controller's scheduler"
	authorityName  = "Garante per la protezione dei dati personali"
	authorityPlace = "piazza Venezia 11, 00187 Roma"
	authorityWeb   = "www.garanteprivacy.it"
)

// Identifiers of the parties within a record.
const (
	idController = "controller"
	idOfficer    = "data-protection-officer"
	idAuthority  = "authority"
	idProcessor  = "processor-" // and its place
)

// export is a record with what its forms say of it.
type export struct {
	privacy.Record
	purpose privacy.Purpose
	zone    *time.Location
	until   booking.Day
}

func exportOf(r privacy.Record) (e export, err error) {
	e.Record = r
	purpose, ok := privacy.Get(r.Purpose)
	if !ok {
		return e, fmt.Errorf("export the record of a consent: no purpose %q", r.Purpose)
	}
	e.purpose = purpose
	if e.zone, err = time.LoadLocation(r.Terms.Zone); err != nil {
		return e, fmt.Errorf("export the record of a consent: %w", err)
	}
	if e.until, err = booking.ParseDay(r.Until); err != nil {
		return e, fmt.Errorf("export the record of a consent: %w", err)
	}
	return e, nil
}

// id returns the id of the record. It follows from the receipt, so that one record has one id in every form and export; a
// UUID of version 8 (RFC 9562).
func (e export) id() string {
	sum := sha256.Sum256(append([]byte("totem.consent-record.v1\n"), e.Receipt[:]...))
	u := sum[:16]
	u[6], u[8] = u[6]&0x0f|0x80, u[8]&0x3f|0x80
	text := hex.EncodeToString(u)
	return strings.Join([]string{text[:8], text[8:12], text[12:16], text[16:20], text[20:]}, "-")
}

// principal is who consented, as the record knows the citizen: by the receipt alone.
func (e export) principal() string { return e.Receipt.String() }

// notice names the notice's text by what it says (RFC 6920).
func (e export) notice() string {
	return "ni:///sha-256;" + base64.RawURLEncoding.EncodeToString(e.Notice[:])
}

// at returns a minute in the office's time.
func (e export) at(t time.Time) string { return t.In(e.zone).Format("2006-01-02T15:04:05Z07:00") }

// ended returns when the consent ended: a minute or a date.
func (e export) ended() string {
	if e.State.IsAct() {
		return e.at(e.Ended)
	}
	return e.Ended.UTC().Format(time.DateOnly)
}

// expiry is the end of the day for which the consent was given, and lasts for how long that is from the act.
func (e export) expiry() string { return e.at(e.until.End(e.zone)) }

func (e export) lasts() string {
	left := max(0, e.until.End(e.zone).Sub(e.At)).Truncate(time.Minute)
	return fmt.Sprintf("PT%dH%dM", int(left.Hours()), int(left.Minutes())%60)
}

// words says something in the language of the consent and in English.
func (e export) words(k locale.Key) map[locale.Lang]string {
	return map[locale.Lang]string{e.Lang: locale.Say(e.Lang, k), locale.English: locale.Say(locale.English, k)}
}

// kept says how long the contact is kept.
func (e export) kept() string { return locale.Say(locale.English, e.purpose.Words.Kept) }

// data are the kinds of data that the purpose takes.
func (e export) data() []string { return slices.Clone(e.purpose.Data) }

// special reports whether a kind of data is of a special category (GDPR Art. 9): none is.
func special(string) bool { return specialData }

func (e export) processor(i int) string { return fmt.Sprintf("%s%d", idProcessor, i+1) }
