package consents

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/nats-io/nkeys"

	"example.org/totem/booking"
	"example.org/totem/locale"
	"example.org/totem/privacy"
)

// domain begins all that is signed here, so that no signature of something else fits.
const domain = "totem.consents.v1\n"

const signatureText = 86 // characters

// body is what a line says; one of its last three members is set.
//
//	member     meaning
//	n          the line's place in the file, from 1
//	previous   SHA-256 of the line before it with its newline; of the first line: of the domain and the file's name
//	signer     public nkey of who signed
//	given      a consent was given (acts)
//	withdrawn  a consent was withdrawn (acts)
//	ended      a consent ended otherwise (ends)
type body struct {
	N         int        `json:"n"`
	Previous  digest     `json:"previous"`
	Signer    string     `json:"signer"`
	Given     *given     `json:"given,omitempty"`
	Withdrawn *withdrawn `json:"withdrawn,omitempty"`
	Ended     *ended     `json:"ended,omitempty"`
}

// given is privacy.Given and the terms.
type given struct {
	Receipt    receipt           `json:"receipt"`
	At         minute            `json:"at"`
	Until      booking.Day       `json:"until"`
	Purpose    privacy.PurposeID `json:"purpose"`
	Channel    privacy.Channel   `json:"channel"`
	Lang       locale.Lang       `json:"lang"`
	Edition    string            `json:"edition"`
	Notice     digest            `json:"notice"`
	Shown      digest            `json:"shown"`
	Program    string            `json:"program"`
	Zone       string            `json:"zone"`
	Controller controller        `json:"controller"`
	Recipients []recipient       `json:"recipients,omitempty"`
}

// controller is privacy.Controller, and where its data protection officer is reached beside.
type controller struct {
	Name           string `json:"name"`
	Address        string `json:"address"`
	Email          string `json:"email,omitempty"`
	PEC            string `json:"pec,omitempty"`
	Phone          string `json:"phone,omitempty"`
	Officer        string `json:"officer,omitempty"`
	OfficerAddress string `json:"officerAddress,omitempty"`
	OfficerPEC     string `json:"officerPec,omitempty"`
}

// recipient is a privacy.Recipient that carries the channel.
type recipient struct {
	Name    string      `json:"name"`
	Task    locale.Text `json:"task,omitempty"`
	Keeps   int         `json:"keeps,omitzero"` // months
	Country string      `json:"country,omitempty"`
}

type withdrawn struct {
	Receipt receipt `json:"receipt"`
	At      minute  `json:"at"`
}

// ended says the office's day, no minute.
type ended struct {
	Receipt receipt     `json:"receipt"`
	State   string      `json:"state"` // fulfilled or expired
	Day     booking.Day `json:"day"`
}

// digest is a SHA-256, 64 hexadecimal digits.
type digest [sha256.Size]byte

func (d digest) String() string { return hex.EncodeToString(d[:]) }

func (d digest) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

func (d *digest) UnmarshalText(b []byte) error { return fromHex(d[:], b) }

// receipt is 32 hexadecimal digits.
type receipt privacy.Receipt

func (r receipt) MarshalText() ([]byte, error) { return []byte(hex.EncodeToString(r[:])), nil }

func (r *receipt) UnmarshalText(b []byte) error { return fromHex(r[:], b) }

func fromHex(to, text []byte) error {
	if len(text) != 2*len(to) || !bytes.Equal(bytes.ToLower(text), text) {
		return fmt.Errorf("want %d hexadecimal digits", 2*len(to))
	}
	_, err := hex.Decode(to, text)
	return err
}

// minute is a whole minute, "2026-11-24T08:41Z".
type minute time.Time

const minuteForm = "2006-01-02T15:04Z"

func (m minute) MarshalText() ([]byte, error) {
	return []byte(time.Time(m).UTC().Format(minuteForm)), nil
}

func (m *minute) UnmarshalText(b []byte) error {
	t, err := time.Parse(minuteForm, string(b))
	*m = minute(t)
	return err
}

// line returns the line of a body, signed.
func (b body) line(s Signer) ([]byte, error) {
	text, err := json.Marshal(b, json.Deterministic(true))
	if err != nil {
		return nil, err
	}
	signature, err := s.Sign(append([]byte(domain), text...))
	if err != nil {
		return nil, err
	}
	line := base64.RawURLEncoding.AppendEncode(nil, signature)
	return append(append(append(line, ' '), text...), '\n'), nil
}

// parse reads a line without its newline, and the bytes that its signature covers.
func parse(line []byte) (b body, signature, covered []byte, err error) {
	if len(line) <= signatureText || line[signatureText] != ' ' {
		return b, nil, nil, errors.New("no signature")
	}
	if signature, err = base64.RawURLEncoding.Strict().DecodeString(string(line[:signatureText])); err != nil {
		return b, nil, nil, errors.New("no signature")
	}
	text := line[signatureText+1:]
	if err := json.Unmarshal(text, &b, json.RejectUnknownMembers(true)); err != nil {
		return b, nil, nil, err
	}
	return b, signature, append([]byte(domain), text...), b.check()
}

func (b body) check() error {
	set := 0
	for _, is := range []bool{b.Given != nil, b.Withdrawn != nil, b.Ended != nil} {
		if is {
			set++
		}
	}
	switch {
	case set != 1:
		return errors.New("it does not say one thing")
	case b.Given != nil:
		return b.Given.record().Check()
	case b.Ended != nil:
		state, err := privacy.ParseConsentState(b.Ended.State)
		if err == nil && (!state.IsFinal() || state.IsAct()) {
			err = fmt.Errorf("%s is no end that is written so", state)
		}
		return err
	}
	return nil
}

// verify returns an error unless the signature is that of the trusted signer, "" being whoever the line names.
func verify(b body, signature, covered []byte, trusted string) error {
	if trusted != "" && b.Signer != trusted {
		return fmt.Errorf("signed by %s", b.Signer)
	}
	key, err := nkeys.FromPublicKey(b.Signer)
	if err != nil {
		return fmt.Errorf("signed by nobody: %w", err)
	}
	return key.Verify(covered, signature)
}

// first is what the first line of a file has for its previous one.
func first(name string) digest { return sha256.Sum256([]byte(domain + name)) }

func givenOf(g privacy.Given, until booking.Day, t privacy.Terms) *given {
	c := t.Controller
	w := &given{
		Receipt: receipt(g.Receipt), At: minute(g.At), Until: until, Purpose: g.Purpose, Channel: g.Channel, Lang: g.Lang, Edition: g.Edition,
		Notice: g.Notice, Shown: g.Shown, Program: g.Program, Zone: t.Zone,
		Controller: controller{c.Name, c.Address, c.Email, c.PEC, c.Phone, c.DPO, t.Officer.Address, t.Officer.PEC},
	}
	for _, r := range t.Carriers(g.Channel) {
		w.Recipients = append(w.Recipients, recipient{r.Name, r.Task, r.Keeps, r.Country})
	}
	return w
}

// record returns the record as it was when the consent was given.
func (w *given) record() privacy.Record {
	c := w.Controller
	r := privacy.Record{
		Given: privacy.Given{
			Receipt: privacy.Receipt(w.Receipt), At: time.Time(w.At), Until: w.Until.String(), Purpose: w.Purpose, Channel: w.Channel, Lang: w.Lang,
			Edition: w.Edition, Notice: w.Notice, Shown: w.Shown, Program: w.Program,
		},
		Terms: privacy.Terms{
			Controller: privacy.Controller{Name: c.Name, Address: c.Address, Email: c.Email, PEC: c.PEC, Phone: c.Phone, DPO: c.Officer},
			Officer:    privacy.Officer{Address: c.OfficerAddress, PEC: c.OfficerPEC}, Zone: w.Zone,
		},
		State: privacy.ConsentGiven,
	}
	for _, p := range w.Recipients {
		r.Terms.Recipients = append(r.Terms.Recipients, privacy.Recipient{Name: p.Name, Task: p.Task, Channels: []privacy.Channel{w.Channel}, Keeps: p.Keeps, Country: p.Country})
	}
	return r
}

// ended returns when a line that ends a consent says that it ended.
func (b body) ended() time.Time {
	if b.Withdrawn != nil {
		return time.Time(b.Withdrawn.At)
	}
	return b.Ended.Day.Start(time.UTC)
}
