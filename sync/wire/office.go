package wire

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"example.org/totem/booking"
	"example.org/totem/locale"
	"example.org/totem/privacy"
)

// officeBody is an office as it travels. Texts are objects from language to words; a text without words is left out,
// and so is every other member marked "may be left out" when it is empty.
//
//	member      form                   meaning
//	id          identifier
//	zone        IANA time zone         "Europe/Rome"
//	name        text                   may be left out, as place and waiting
//	place       text                   where it is
//	waiting     text                   where to wait
//	emblem      string                 two letters; may be left out
//	languages   languages              offered on screen, the office's own first
//	controller  object                 name, address, email, pec, phone, dpo; each may be left out
//	hours       object                 week: sun … sat → spans {from, to} by the wall clock, "8:30"; closed: dates
//	lead        seconds                a walk-in can take a slot that starts at least this much later
//	queues      [queue]                id, prefix, label (text), length (seconds), prepare; from version 2, and each may be
//	                                   left out: walk_in (thousandths), pace (tickets, within seconds)
//	services    [service]              id, queue, name, detail, bring (texts), sensitive; in order of showing
//	privacy     object                 what else citizens are told of the data; from version 2, may be left out
//	reminders   object                 how they can be reminded; the same
//	advance     off, open or consent   whether another day can be booked at the totem; the same, and then off
//	release     seconds                before its start a totem gives an unsold slot back; the same, and then it keeps it
type officeBody struct {
	ID         booking.OfficeID `json:"id"`
	Zone       string           `json:"zone"`
	Name       locale.Text      `json:"name,omitzero"`
	Place      locale.Text      `json:"place,omitzero"`
	Waiting    locale.Text      `json:"waiting,omitzero"`
	Emblem     *string          `json:"emblem,omitzero"`
	Languages  []locale.Lang    `json:"languages"`
	Controller *controllerBody  `json:"controller"`
	Hours      *hoursBody       `json:"hours"`
	Lead       *int64           `json:"lead"`
	Queues     []queueBody      `json:"queues"`
	Services   []serviceBody    `json:"services"`
	Privacy    *privacyBody     `json:"privacy,omitzero" since:"2,optional"`
	Reminders  *remindersBody   `json:"reminders,omitzero" since:"2,optional"`
	Advance    *privacy.Advance `json:"advance,omitzero" since:"2,optional"`
	Release    *int64           `json:"release,omitzero" since:"2,optional"`
}

type controllerBody struct {
	Name    *string `json:"name,omitzero"`
	Address *string `json:"address,omitzero"`
	Email   *string `json:"email,omitzero"`
	PEC     *string `json:"pec,omitzero"`
	Phone   *string `json:"phone,omitzero"`
	DPO     *string `json:"dpo,omitzero"`
}

type hoursBody struct {
	Week   *weekBody     `json:"week"`
	Closed []booking.Day `json:"closed"`
}

type weekBody struct {
	Sun []spanBody `json:"sun"`
	Mon []spanBody `json:"mon"`
	Tue []spanBody `json:"tue"`
	Wed []spanBody `json:"wed"`
	Thu []spanBody `json:"thu"`
	Fri []spanBody `json:"fri"`
	Sat []spanBody `json:"sat"`
}

type spanBody struct {
	From *booking.Clock `json:"from"`
	To   *booking.Clock `json:"to"`
}

type serviceBody struct {
	ID        booking.ServiceID `json:"id"`
	Queue     booking.QueueID   `json:"queue"`
	Name      locale.Text       `json:"name,omitzero"`
	Detail    locale.Text       `json:"detail,omitzero"`
	Bring     locale.Text       `json:"bring,omitzero"`
	Sensitive *bool             `json:"sensitive"`
}

// EncodeOffice returns o in its envelope, in the newest version: as it is kept on a disk and as its digest is made.
func EncodeOffice(o booking.Office) ([]byte, error) {
	return write(Newest, kindOffice, o, officeOf, officeBody.message)
}

// DecodeOffice reads what EncodeOffice wrote. Empty texts and lists come back nil. With an error the office is zero.
func DecodeOffice(data []byte) (booking.Office, error) {
	return read(data, kindOffice, false, officeBody.message)
}

// OfficeDigest returns what a totem names in a pull for the office that it holds: the first 32 hexadecimal digits of
// the SHA-256 of the office message. Whoever is told a digest only compares it: two schedulers may make it differently.
func OfficeDigest(o booking.Office) (string, error) {
	data, err := EncodeOffice(o)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:16]), nil
}

func officeOf(o booking.Office) (officeBody, error) {
	lead, err := seconds(o.Lead)
	if err != nil {
		return officeBody{}, fmt.Errorf("lead: %w", err)
	}
	c := o.Controller
	b := officeBody{
		ID: o.ID, Zone: o.Zone, Name: words(o.Name), Place: words(o.Place), Waiting: words(o.Waiting),
		Emblem: unlessZero(o.Emblem), Languages: append([]locale.Lang{}, o.Languages...),
		Controller: &controllerBody{unlessZero(c.Name), unlessZero(c.Address), unlessZero(c.Email), unlessZero(c.PEC),
			unlessZero(c.Phone), unlessZero(c.DPO)},
		Hours:  hoursOf(o.Hours),
		Lead:   lead,
		Queues: []queueBody{}, Services: []serviceBody{},
	}
	for _, q := range o.Queues {
		queue, err := queueOf(q)
		if err != nil {
			return officeBody{}, fmt.Errorf("queue %s: %w", q.ID, err)
		}
		b.Queues = append(b.Queues, queue)
	}
	for _, s := range o.Services {
		b.Services = append(b.Services, serviceBody{s.ID, s.Queue, words(s.Name), words(s.Detail), words(s.Bring), &s.Sensitive})
	}
	b.Privacy, b.Advance = privacyOf(o.Privacy), unlessZero(o.Advance)
	if b.Reminders, err = remindersOf(o.Reminders); err != nil {
		return officeBody{}, err
	}
	b.Release, err = secondsOrNone(o.Release)
	return b, err
}

func hoursOf(h booking.Hours) *hoursBody {
	b := &hoursBody{Week: &weekBody{}, Closed: append([]booking.Day{}, h.Closed...)}
	for i, day := range b.Week.days() {
		*day = []spanBody{}
		for _, s := range h.Week[i] {
			*day = append(*day, spanBody{&s.From, &s.To})
		}
	}
	return b
}

// days returns the week's members, indexed by time.Weekday.
func (w *weekBody) days() [7]*[]spanBody {
	return [7]*[]spanBody{&w.Sun, &w.Mon, &w.Tue, &w.Wed, &w.Thu, &w.Fri, &w.Sat}
}

func (b officeBody) message() (booking.Office, error) {
	c := b.Controller
	o := booking.Office{
		ID: b.ID, Zone: b.Zone, Name: words(b.Name), Place: words(b.Place), Waiting: words(b.Waiting), Emblem: orZero(b.Emblem),
		Languages: append([]locale.Lang(nil), b.Languages...),
		Controller: privacy.Controller{Name: orZero(c.Name), Address: orZero(c.Address), Email: orZero(c.Email),
			PEC: orZero(c.PEC), Phone: orZero(c.Phone), DPO: orZero(c.DPO)},
		Hours: booking.Hours{Closed: append([]booking.Day(nil), b.Hours.Closed...)},
	}
	var err error
	if o.Lead, err = duration(b.Lead); err != nil {
		return booking.Office{}, fmt.Errorf(`member "lead": %w`, err)
	}
	if b.Release != nil {
		if o.Release, err = duration(b.Release); err != nil {
			return booking.Office{}, fmt.Errorf(`member "release": %w`, err)
		}
	}
	for i, day := range b.Hours.Week.days() {
		for _, s := range *day {
			if *s.From < 0 || *s.To > 24*60 || *s.From >= *s.To {
				return booking.Office{}, fmt.Errorf(`member "hours/week": the span %s to %s`, s.From, s.To)
			}
			o.Hours.Week[i] = append(o.Hours.Week[i], booking.Span{From: *s.From, To: *s.To})
		}
	}
	for _, q := range b.Queues {
		queue, err := q.message()
		if err != nil {
			return booking.Office{}, fmt.Errorf(`member "queues", queue %s: %w`, q.ID, err)
		}
		o.Queues = append(o.Queues, queue)
	}
	for _, s := range b.Services {
		o.Services = append(o.Services, booking.Service{ID: s.ID, Queue: s.Queue, Name: words(s.Name), Detail: words(s.Detail),
			Bring: words(s.Bring), Sensitive: *s.Sensitive})
	}
	if err := errors.Join(b.Privacy.into(&o.Privacy), b.Reminders.into(&o.Reminders)); err != nil {
		return booking.Office{}, err
	}
	o.Advance = orZero(b.Advance)
	if err := checkOffice(o); err != nil {
		return booking.Office{}, err
	}
	return o, nil
}

func checkOffice(o booking.Office) error {
	errs := []error{booking.CheckID(string(o.ID))}
	if o.Zone == "" {
		errs = append(errs, errors.New("no time zone"))
	}
	switch o.Advance {
	case "", privacy.AdvanceOff, privacy.AdvanceOpen, privacy.AdvanceConsent:
	default:
		errs = append(errs, errors.New(`member "advance": no policy`))
	}
	for _, d := range o.Hours.Closed {
		errs = append(errs, checkDay(d))
	}
	for _, q := range o.Queues {
		errs = append(errs, booking.CheckID(string(q.ID)), booking.CheckPrefix(q.Prefix))
	}
	for _, s := range o.Services {
		errs = append(errs, booking.CheckID(string(s.ID)), booking.CheckID(string(s.Queue)))
	}
	return errors.Join(errs...)
}

// words returns t, nil if there is nothing in it.
func words(t locale.Text) locale.Text {
	if len(t) == 0 {
		return nil
	}
	return t
}

// maxSpell bounds lead, release, slot length and pace: a day.
const maxSpell = 24 * time.Hour

func seconds(d time.Duration) (*int64, error) {
	if d%time.Second != 0 {
		return nil, fmt.Errorf("%s is not in whole seconds", d)
	}
	return present(int64(d / time.Second)), nil
}

// secondsOrNone is seconds for a member that is left out when it is nothing.
func secondsOrNone(d time.Duration) (*int64, error) {
	if d == 0 {
		return nil, nil
	}
	return seconds(d)
}

func duration(s *int64) (time.Duration, error) {
	if *s < 0 || *s > int64(maxSpell/time.Second) {
		return 0, fmt.Errorf("%d seconds, want 0 to %d", *s, int64(maxSpell/time.Second))
	}
	return time.Duration(*s) * time.Second, nil
}
