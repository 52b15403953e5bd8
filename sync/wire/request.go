package wire

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"example.org/totem/booking"
)

// Message is any message of the request subjects, and of what totems say to each other. Sheets, facts and offices have
// functions of their own.
type Message interface {
	Hello | Welcome | Pull | Pulled | Last | Accepted | Refusal |
		Merge | Merged | Enrol | Renew | Credentials | Clock | Reading | Health | Noted |
		Vacancy | Vacant | Want | Granted | Contact | Kept | Reminder | Reminded | Withdraw | Withdrawn |
		Need | Passed
}

// Encode returns m in its envelope, in the given version. Members that the version has not yet are left out. It refuses
// a message that the version has not yet, and what Decode would refuse.
func Encode[M Message](version int, m M) ([]byte, error) {
	switch m := any(m).(type) {
	case Hello:
		return write(version, kindHello, m, helloOf, helloBody.message)
	case Welcome:
		return write(version, kindWelcome, m, welcomeOf, welcomeBody.message)
	case Pull:
		return encodePull(version, m)
	case Pulled:
		return write(version, kindPulled, m, pulledOf, pulledBody.message)
	case Last:
		return write(version, kindLast, m, lastOf, lastBody.message)
	case Accepted:
		return write(version, kindAccepted, m, acceptedOf, acceptedBody.message)
	case Refusal:
		return write(version, kindRefusal, m, refusalOf, refusalBody.message)
	case Merge:
		return write(version, kindMerge, m, mergeOf, mergeBody.message)
	case Merged:
		return write(version, kindMerged, m, mergedOf, mergedBody.message)
	case Enrol:
		return write(version, kindEnrol, m, enrolOf, enrolBody.message)
	case Renew:
		return write(version, kindRenew, m, renewOf, renewBody.message)
	case Credentials:
		return write(version, kindCredentials, m, credentialsOf, credentialsBody.message)
	case Clock:
		return write(version, kindClock, m, clockOf, clockBody.message)
	case Reading:
		return write(version, kindReading, m, readingOf, readingBody.message)
	case Health:
		return write(version, kindHealth, m, healthOf, healthBody.message)
	case Noted:
		return write(version, kindNoted, m, notedOf, notedBody.message)
	}
	return encodeAsked(version, m)
}

// Decode reads a message of type M and no other: a [VersionError] or [KindError] for another, an error that names the
// member for one that is wrong. Where M answers a request (Welcome, Pulled, Accepted, Merged, Credentials, Reading,
// Noted, Vacant, Granted, Kept, Reminded, Withdrawn, Passed) and the message is a refusal, the error is a *[Refusal]. Members that
// the message's version has not yet are zero. With an error the message is zero.
func Decode[M Message](data []byte) (M, error) {
	var m M
	var err error
	switch m := any(&m).(type) {
	case *Hello:
		*m, err = read(data, kindHello, false, helloBody.message)
	case *Welcome:
		*m, err = read(data, kindWelcome, true, welcomeBody.message)
	case *Pull:
		*m, err = decodePull(data)
	case *Pulled:
		*m, err = decodePulled(data)
	case *Last:
		*m, err = read(data, kindLast, false, lastBody.message)
	case *Accepted:
		*m, err = read(data, kindAccepted, true, acceptedBody.message)
	case *Refusal:
		*m, err = read(data, kindRefusal, false, refusalBody.message)
	case *Merge:
		*m, err = read(data, kindMerge, false, mergeBody.message)
	case *Merged:
		*m, err = read(data, kindMerged, true, mergedBody.message)
	case *Enrol:
		*m, err = read(data, kindEnrol, false, enrolBody.message)
	case *Renew:
		*m, err = read(data, kindRenew, false, renewBody.message)
	case *Credentials:
		*m, err = read(data, kindCredentials, true, credentialsBody.message)
	case *Clock:
		*m, err = read(data, kindClock, false, clockBody.message)
	case *Reading:
		*m, err = read(data, kindReading, true, readingBody.message)
	case *Health:
		*m, err = read(data, kindHealth, false, healthBody.message)
	case *Noted:
		*m, err = read(data, kindNoted, true, notedBody.message)
	default:
		err = decodeAsked(data, m)
	}
	return m, err
}

// write encodes m in a version and makes sure that its reader will take it.
func write[B, M any](version int, kind string, m M, body func(M) (B, error), check func(B) (M, error)) ([]byte, error) {
	b, err := body(m)
	if err == nil {
		trim(&b, version)
		_, err = check(b)
	}
	if err != nil {
		return nil, fmt.Errorf("encode %s message: %w", kind, err)
	}
	return seal(version, kind, b)
}

type helloBody struct {
	Incarnation booking.Incarnation `json:"incarnation"`
	N           *uint64             `json:"n"`
	Told        *uint64             `json:"told,omitzero" since:"2"`
	Epoch       *uint64             `json:"epoch,omitzero" since:"2"`
	Speaks      []int               `json:"speaks"`
	Program     *string             `json:"program"`
}

// maxProgram bounds the name of a release, in bytes.
const maxProgram = 100

func helloOf(h Hello) (helloBody, error) {
	return helloBody{h.Incarnation, &h.N, &h.Told, &h.Epoch, h.Speaks, &h.Program}, nil
}

func (b helloBody) message() (Hello, error) {
	h := Hello{b.Incarnation, orZero(b.N), orZero(b.Told), orZero(b.Epoch), b.Speaks, orZero(b.Program)}
	falling := slices.IsSortedFunc(h.Speaks, func(a, b int) int {
		if a < b {
			return 1
		}
		return -1
	})
	switch {
	case h.Incarnation.IsZero():
		return Hello{}, errors.New(`member "incarnation": none`)
	case h.Told > h.N:
		return Hello{}, errors.New(`member "told": more than "n"`)
	case len(h.Speaks) == 0 || !falling || h.Speaks[len(h.Speaks)-1] < 1:
		return Hello{}, errors.New(`member "speaks": want versions from 1, highest first`)
	case len(h.Program) > maxProgram || !plain(h.Program):
		return Hello{}, fmt.Errorf(`member "program": want at most %d bytes of printable text`, maxProgram)
	}
	return h, nil
}

type welcomeBody struct {
	Accepted *acceptedBody `json:"accepted"`
	Time     second        `json:"time"`
	Epoch    *uint64       `json:"epoch,omitzero" since:"2"`
	Merge    *bool         `json:"merge,omitzero" since:"2"`
}

func welcomeOf(w Welcome) (welcomeBody, error) {
	a, err := acceptedOf(w.Accepted)
	return welcomeBody{&a, second(w.Time.UTC()), &w.Epoch, &w.Merge}, err
}

func (b welcomeBody) message() (Welcome, error) {
	a, err := b.Accepted.message()
	if err != nil {
		return Welcome{}, fmt.Errorf(`member "accepted": %w`, err)
	}
	return Welcome{a, time.Time(b.Time), orZero(b.Epoch), orZero(b.Merge)}, nil
}

type acceptedBody struct {
	Sequence    *uint64              `json:"sequence"`
	Incarnation *booking.Incarnation `json:"incarnation,omitzero"`
	N           *uint64              `json:"n"`
	Digest      *Digest              `json:"digest,omitzero"`
}

func acceptedOf(a Accepted) (acceptedBody, error) {
	return acceptedBody{&a.Sequence, unlessZero(a.Incarnation), &a.N, unlessZero(a.Digest)}, nil
}

func (b acceptedBody) message() (Accepted, error) {
	a := Accepted{orZero(b.Sequence), orZero(b.Incarnation), orZero(b.N), orZero(b.Digest)}
	if a.Incarnation.IsZero() != (a.N == 0) || a.Digest.IsZero() != (a.N == 0) || a.Sequence == 0 && a.N != 0 {
		return Accepted{}, errors.New(`members "sequence", "incarnation", "n" and "digest" do not fit together`)
	}
	return a, nil
}

type lastBody struct {
	Incarnation *booking.Incarnation `json:"incarnation,omitzero"`
}

func lastOf(l Last) (lastBody, error) { return lastBody{unlessZero(l.Incarnation)}, nil }

func (b lastBody) message() (Last, error) { return Last{orZero(b.Incarnation)}, nil }

type pullBody struct {
	Incarnation booking.Incarnation `json:"incarnation"`
	Have        []haveBody          `json:"have"`
	Office      *string             `json:"office"`
	Closed      *booking.Day        `json:"closed,omitzero" since:"2,optional"`
	N           *uint64             `json:"n,omitzero" since:"2,optional"`
}

type haveBody struct {
	Queue    booking.QueueID `json:"queue"`
	Day      booking.Day     `json:"day"`
	Epoch    *uint64         `json:"epoch"`
	Sequence *uint64         `json:"sequence"`
}

func (b pullBody) message() (Pull, error) {
	p := Pull{Incarnation: b.Incarnation, Office: orZero(b.Office), Closed: orZero(b.Closed), N: orZero(b.N)}
	for _, h := range b.Have {
		p.Have = append(p.Have, Have{h.Queue, h.Day, booking.Revision{Epoch: orZero(h.Epoch), Sequence: orZero(h.Sequence)}})
	}
	if err := checkPull(p); err != nil {
		return Pull{}, err
	}
	return p, nil
}

// checkPull reports what cannot travel.
func checkPull(p Pull) error {
	switch {
	case p.Incarnation.IsZero():
		return errors.New(`member "incarnation": none`)
	case checkDigest(p.Office) != nil:
		return errors.New(`member "office": not a digest`)
	case !p.Closed.IsZero() && checkDay(p.Closed) != nil:
		return errors.New(`member "closed": no day`)
	}
	for i, h := range p.Have {
		if err := errors.Join(booking.CheckID(string(h.Queue)), checkDay(h.Day)); err != nil {
			return fmt.Errorf(`member "have/%d": %w`, i, err)
		}
	}
	return nil
}

// checkDigest reports what cannot be the digest of an office, however it was made.
func checkDigest(s string) error {
	if len(s) > maxProgram || !plain(s) {
		return errors.New("not a digest")
	}
	return nil
}

type refusalBody struct {
	Code     string  `json:"code"`
	Sentence *string `json:"sentence"`
	Remedy   *string `json:"remedy"`
}

func refusalOf(r Refusal) (refusalBody, error) {
	return refusalBody{r.Code, &r.Sentence, &r.Remedy}, nil
}

func (b refusalBody) message() (Refusal, error) {
	// A code that is not in the list is let through: a newer scheduler may have reasons more.
	if err := booking.CheckID(b.Code); err != nil {
		return Refusal{}, fmt.Errorf(`member "code": %w`, err)
	}
	return Refusal{b.Code, orZero(b.Sentence), orZero(b.Remedy)}, nil
}

func checkDay(d booking.Day) error {
	if year, _, _ := d.Date(); d.IsZero() || year < 0 || year > 9999 {
		return errors.New("no day")
	}
	return nil
}

func plain(s string) bool {
	return utf8.ValidString(s) && strings.IndexFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f }) < 0
}
