package wire

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"example.org/totem/locale"
	"example.org/totem/privacy"
)

// MaxEdition is the length in bytes of the longest name of an edition of the notice.
const MaxEdition = 32

// Bounds of what an office says of its data and its reminders.
const (
	maxRecipients = 32
	maxKeeps      = 1200 // months
	maxAhead      = 31 * 24 * time.Hour
)

// privacyBody is what an office says of its data beside its controller. Left out when it says nothing.
//
//	member      form         meaning
//	production  boolean      the office is open to the public
//	officer     object       address, pec of the data protection officer; each, and the whole, may be left out
//	recipients  [recipient]  processors, in order of telling: name, task (text, may be left out), channels ("sms", "email"),
//	                         keeps (months), country (two capital letters, may be left out)
//	edition     string       of the notice, at most 32 bytes; may be left out, as since
//	since       date         of that edition
//	reserve     0 to 100     percent of the places kept for who comes without booking
type privacyBody struct {
	Production *bool           `json:"production"`
	Officer    *officerBody    `json:"officer,omitzero"`
	Recipients []recipientBody `json:"recipients"`
	Edition    *string         `json:"edition,omitzero"`
	Since      *string         `json:"since,omitzero"`
	Reserve    *int            `json:"reserve"`
}

type officerBody struct {
	Address *string `json:"address,omitzero"`
	PEC     *string `json:"pec,omitzero"`
}

type recipientBody struct {
	Name     string            `json:"name"`
	Task     locale.Text       `json:"task,omitzero"`
	Channels []privacy.Channel `json:"channels"`
	Keeps    *int              `json:"keeps"`
	Country  *string           `json:"country,omitzero"`
}

func privacyOf(f privacy.Facts) *privacyBody {
	if silent(f) {
		return nil
	}
	b := &privacyBody{Production: &f.Production, Recipients: []recipientBody{}, Edition: unlessZero(f.Edition),
		Since: unlessZero(f.Since), Reserve: &f.Reserve}
	if f.Officer != (privacy.Officer{}) {
		b.Officer = &officerBody{unlessZero(f.Officer.Address), unlessZero(f.Officer.PEC)}
	}
	for _, r := range f.Recipients {
		b.Recipients = append(b.Recipients, recipientBody{r.Name, words(r.Task), append([]privacy.Channel{}, r.Channels...), &r.Keeps,
			unlessZero(r.Country)})
	}
	return b
}

// silent reports whether nothing is said.
func silent(f privacy.Facts) bool {
	return !f.Production && f.Officer == (privacy.Officer{}) && len(f.Recipients) == 0 && f.Edition == "" && f.Since == "" && f.Reserve == 0
}

func (b *privacyBody) into(f *privacy.Facts) error {
	if b == nil {
		return nil
	}
	*f = privacy.Facts{Production: *b.Production, Edition: orZero(b.Edition), Since: orZero(b.Since), Reserve: *b.Reserve}
	if b.Officer != nil {
		f.Officer = privacy.Officer{Address: orZero(b.Officer.Address), PEC: orZero(b.Officer.PEC)}
	}
	for _, r := range b.Recipients {
		f.Recipients = append(f.Recipients, privacy.Recipient{Name: r.Name, Task: words(r.Task),
			Channels: append([]privacy.Channel(nil), r.Channels...), Keeps: *r.Keeps, Country: orZero(r.Country)})
	}
	if err := checkFacts(*f); err != nil {
		return fmt.Errorf(`member "privacy/%w`, err)
	}
	return nil
}

// checkFacts reports what no office may say. Its errors begin with the rest of the member's name.
func checkFacts(f privacy.Facts) error {
	switch {
	case silent(f):
		return errors.New(`": empty; leave it out`)
	case f.Reserve < 0 || f.Reserve > 100:
		return errors.New(`reserve": no percentage`)
	case len(f.Edition) > MaxEdition || !plain(f.Edition):
		return fmt.Errorf(`edition": want at most %d bytes of printable text`, MaxEdition)
	case f.Since != "" && !isDate(f.Since):
		return errors.New(`since": no date`)
	case len(f.Recipients) > maxRecipients:
		return fmt.Errorf(`recipients": %d, more than %d`, len(f.Recipients), maxRecipients)
	}
	for i, r := range f.Recipients {
		if err := checkRecipient(r); err != nil {
			return fmt.Errorf("recipients/%d/%w", i, err)
		}
	}
	return nil
}

func checkRecipient(r privacy.Recipient) error {
	switch {
	case r.Name == "":
		return errors.New(`name": none`)
	case checkChannels(r.Channels) != nil:
		return fmt.Errorf(`channels": %w`, checkChannels(r.Channels))
	case r.Keeps < 0 || r.Keeps > maxKeeps:
		return errors.New(`keeps": out of range`)
	case r.Country != "" && !isCountry(r.Country):
		return errors.New(`country": want two capital letters`)
	}
	return nil
}

// checkChannels reports a channel that does not exist, or is there twice.
func checkChannels(channels []privacy.Channel) error {
	for i, c := range channels {
		if !isChannel(c) || slices.Contains(channels[:i], c) {
			return errors.New("no channel, or one twice")
		}
	}
	return nil
}

func isChannel(c privacy.Channel) bool { return c == privacy.SMS || c == privacy.Mail }

func isDate(s string) bool {
	_, ok := dateIn([]byte(s))
	return ok
}

func isCountry(s string) bool {
	return len(s) == 2 && s[0] >= 'A' && s[0] <= 'Z' && s[1] >= 'A' && s[1] <= 'Z'
}

// remindersBody is how the citizens of an office can be reminded. Left out when they never can.
//
//	member    form             meaning
//	channels  [channel]        "sms", "email": in the order in which they are offered
//	key       43 of base64url  the scheduler's public X25519 key; may be left out, and then nothing is offered
//	before    seconds          how long before its time a ticket's citizen is reminded
//	ahead     seconds          the same for a ticket of another day
//	first     yes or no        which of the two answers stands first
type remindersBody struct {
	Channels []privacy.Channel `json:"channels"`
	Key      *sealingKey       `json:"key,omitzero"`
	Before   *int64            `json:"before"`
	Ahead    *int64            `json:"ahead"`
	First    *string           `json:"first"`
}

// sealingKey is an X25519 public key as it travels: unpadded base64url, 43 characters.
type sealingKey [32]byte

// MarshalText writes the form above.
func (k sealingKey) MarshalText() ([]byte, error) { return base64URL(k[:]), nil }

// UnmarshalText reads the form above.
func (k *sealingKey) UnmarshalText(b []byte) error { return readBase64(k[:], b, "key") }

func remindersOf(r privacy.Reminders) (*remindersBody, error) {
	if len(r.Channels) == 0 && len(r.Key) == 0 && r.Before == 0 && r.DayBefore == 0 && !r.NoFirst {
		return nil, nil
	}
	b := &remindersBody{Channels: append([]privacy.Channel{}, r.Channels...), First: present("yes")}
	if r.NoFirst {
		b.First = present("no")
	}
	if len(r.Key) > 0 {
		b.Key = new(sealingKey)
		if copy(b.Key[:], r.Key) != len(r.Key) || len(r.Key) != len(b.Key) {
			return nil, fmt.Errorf(`member "reminders/key": %d bytes, want %d`, len(r.Key), len(b.Key))
		}
	}
	var err error
	if b.Before, err = seconds(r.Before); err == nil {
		b.Ahead, err = seconds(r.DayBefore)
	}
	if err != nil {
		return nil, fmt.Errorf(`member "reminders": %w`, err)
	}
	return b, nil
}

func (b *remindersBody) into(r *privacy.Reminders) error {
	const limit = int64(maxAhead / time.Second)
	switch {
	case b == nil:
		return nil
	case checkChannels(b.Channels) != nil:
		return fmt.Errorf(`member "reminders/channels": %w`, checkChannels(b.Channels))
	case *b.Before < 0 || *b.Before > limit:
		return fmt.Errorf(`member "reminders/before": want 0 to %d seconds`, limit)
	case *b.Ahead < 0 || *b.Ahead > limit:
		return fmt.Errorf(`member "reminders/ahead": want 0 to %d seconds`, limit)
	case *b.First != "yes" && *b.First != "no":
		return errors.New(`member "reminders/first": want yes or no`)
	case len(b.Channels) == 0 && b.Key == nil && *b.Before == 0 && *b.Ahead == 0 && *b.First == "yes":
		return errors.New(`member "reminders": empty; leave it out`)
	}
	*r = privacy.Reminders{Channels: append([]privacy.Channel(nil), b.Channels...), NoFirst: *b.First == "no",
		Before: time.Duration(*b.Before) * time.Second, DayBefore: time.Duration(*b.Ahead) * time.Second}
	if b.Key != nil {
		r.Key = append([]byte(nil), b.Key[:]...)
	}
	return nil
}
