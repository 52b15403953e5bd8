package wire_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.org/totem/booking"
	"example.org/totem/locale"
	"example.org/totem/privacy"
	"example.org/totem/sync/wire"
)

const (
	plainOfficeJSON = `{"version":2,"kind":"office","body":{"id":"rm001","zone":"Europe/Rome","languages":["it"],"controller":{},` +
		`"hours":{"week":{"sun":[],"mon":[],"tue":[],"wed":[],"thu":[],"fri":[],"sat":[]},"closed":[]},"lead":300,"queues":[],"services":[]}}`
	askingJSON = `"privacy":{"production":true,"officer":{"address":"piazza 1"},"recipients":[{"name":"Messaggi srl","task":{"it":"invia"},` +
		`"channels":["sms"],"keeps":6,"country":"IT"}],"edition":"1","since":"2026-11-20","reserve":20},` +
		`"reminders":{"channels":["sms","email"],"key":"AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA","before":1800,"ahead":86400,"first":"no"},` +
		`"advance":"consent"`
)

func askingOfficeJSON() string {
	return strings.Replace(plainOfficeJSON, `"services":[]`, `"services":[],`+askingJSON, 1)
}

func TestAnOfficeSaysHowItsCitizensCanBeReminded(t *testing.T) {
	o, err := wire.DecodeOffice([]byte(askingOfficeJSON()))
	if err != nil {
		t.Fatal(err)
	}
	r := o.Reminders
	if !r.Offered() || !r.NoFirst || r.Before != 30*time.Minute || r.DayBefore != 24*time.Hour || o.Advance != privacy.AdvanceConsent {
		t.Errorf("%+v, %s", r, o.Advance)
	}
	want := privacy.Facts{Production: true, Officer: privacy.Officer{Address: "piazza 1"}, Edition: "1", Since: "2026-11-20", Reserve: 20,
		Recipients: []privacy.Recipient{{Name: "Messaggi srl", Task: locale.Text{"it": "invia"}, Channels: []privacy.Channel{privacy.SMS}, Keeps: 6, Country: "IT"}}}
	if diff := cmp.Diff(want, o.Privacy); diff != "" {
		t.Error(diff)
	}
	if data, err := wire.EncodeOffice(o); err != nil || string(data) != askingOfficeJSON() {
		t.Errorf("%v\n%s", err, data)
	}
}

func TestAnOfficeThatAsksNothingIsSpeltAsEver(t *testing.T) {
	o, err := wire.DecodeOffice([]byte(plainOfficeJSON))
	if err != nil {
		t.Fatal(err)
	}
	o.Reminders.Channels, o.Reminders.Key, o.Privacy.Recipients = []privacy.Channel{}, []byte{}, []privacy.Recipient{}
	if data, err := wire.EncodeOffice(o); err != nil || string(data) != plainOfficeJSON {
		t.Errorf("%v\n%s", err, data)
	}
	digest, err := wire.OfficeDigest(o)
	if err != nil || digest != "24843b897f255cd017d561951b972abf" {
		t.Errorf("digest %s, %v: another than that of the releases before", digest, err)
	}
	old := strings.Replace(plainOfficeJSON, `"version":2`, `"version":1`, 1)
	if _, err := wire.DecodeOffice([]byte(old)); err != nil {
		t.Errorf("of version 1: %v", err)
	}
}

func TestATotemOfVersion1IsToldNothingOfReminders(t *testing.T) {
	o, err := wire.DecodeOffice([]byte(askingOfficeJSON()))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := wire.EncodePulled(1, wire.PulledRaw{Office: &o, Digest: "d"})
	if err != nil {
		t.Fatal(err)
	}
	whole, err := wire.Encode(1, wire.Pulled{Office: &o, Digest: "d"})
	if err != nil || string(whole) != string(raw) {
		t.Errorf("%v: spelt in two ways:\n%s\n%s", err, whole, raw)
	}
	for _, word := range []string{"privacy", "reminders", "advance"} {
		if strings.Contains(string(raw), word) {
			t.Errorf("%s is in it: %s", word, raw)
		}
	}
	p, err := wire.Decode[wire.Pulled](raw)
	if err != nil || p.Office.Lead != o.Lead || p.Office.Reminders.Offered() {
		t.Errorf("%+v, %v", p, err)
	}
	if !o.Reminders.Offered() || o.Advance == "" {
		t.Error("the office itself was changed")
	}
	newer := strings.Replace(string(raw), `"services":[]`, `"services":[],`+askingJSON, 1)
	if _, err := wire.Decode[wire.Pulled]([]byte(newer)); err == nil || !strings.Contains(err.Error(), "unknown in version 1") {
		t.Errorf("in a message of version 1: %v", err)
	}
}

func TestAWrongWordOfAnOfficeOnItsDataIsRefusedAndTheMemberNamed(t *testing.T) {
	for _, c := range []struct{ what, from, to, names string }{
		{"no word on production", `"production":true,`, ``, "production"},
		{"a production that is a word", `"production":true`, `"production":"yes"`, "production"},
		{"an empty officer", `{"address":"piazza 1"}`, `{}`, "officer"},
		{"an officer's name", `"address"`, `"name":"N. N.","address"`, "name"},
		{"an empty address", `"piazza 1"`, `""`, "address"},
		{"a processor without name", `"Messaggi srl"`, `""`, "name"},
		{"a pigeon", `["sms"],"keeps"`, `["pigeon"],"keeps"`, "recipients/0/channels"},
		{"a channel twice", `["sms"],"keeps"`, `["sms","sms"],"keeps"`, "recipients/0/channels"},
		{"kept for less than no time", `"keeps":6`, `"keeps":-6`, "keeps"},
		{"kept for ever", `"keeps":6`, `"keeps":1201`, "keeps"},
		{"a country in words", `"IT"`, `"Italia"`, "country"},
		{"a country in small letters", `"IT"`, `"it"`, "country"},
		{"an edition too long", `"edition":"1"`, `"edition":"` + strings.Repeat("1", 33) + `"`, "edition"},
		{"an edition with a line end", `"edition":"1"`, `"edition":"1\n"`, "edition"},
		{"no such date", `2026-11-20`, `2026-11-31`, "since"},
		{"a date in words", `2026-11-20`, `20 novembre`, "since"},
		{"more than all places", `"reserve":20`, `"reserve":101`, "reserve"},
		{"no places told", `,"reserve":20`, ``, "reserve"},
		{"a channel of no kind", `["sms","email"]`, `["sms","fax"]`, "reminders/channels"},
		{"channels twice", `["sms","email"]`, `["email","email"]`, "reminders/channels"},
		{"a key too short", `GRobHB0eHyA`, `GRobHB0eHw`, "key"},
		{"a loose key", `GRobHB0eHyA`, `GRobHB0eHyB`, "key"},
		{"an empty key", `AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA`, ``, "key"},
		{"reminded after it", `"before":1800`, `"before":-1800`, "reminders/before"},
		{"reminded months before", `"ahead":86400`, `"ahead":2678401`, "reminders/ahead"},
		{"no order", `"first":"no"`, `"first":"maybe"`, "reminders/first"},
		{"a policy that is none", `"consent"`, `"always"`, "advance"},
		{"an empty policy", `"consent"`, `""`, "advance"},
	} {
		t.Run(c.what, func(t *testing.T) {
			right := askingOfficeJSON()
			fits(t, []byte(right))
			wrong := strings.Replace(right, c.from, c.to, 1)
			o, err := wire.DecodeOffice([]byte(wrong))
			if wrong == right || err == nil || !cmp.Equal(o, booking.Office{}, sameDay) {
				t.Fatalf("taken: %s", wrong)
			}
			if !strings.Contains(err.Error(), c.names) || errors.As(err, new(wire.KindError)) {
				t.Errorf("%v\ndoes not name %q", err, c.names)
			}
			beyond := strings.Contains(c.what, "twice") || strings.Contains(c.what, "loose") || strings.Contains(c.what, "such") || strings.Contains(c.what, "line end") ||
				strings.Contains(c.what, "empty officer")
			if !beyond && problems(t, []byte(wrong)) == nil {
				t.Errorf("fits the schema: %s", wrong)
			}
		})
	}
	for what, empty := range map[string]string{
		"privacy":   `"privacy":{"production":false,"recipients":[],"reserve":0}`,
		"reminders": `"reminders":{"channels":[],"before":0,"ahead":0,"first":"yes"}`,
	} {
		_, err := wire.DecodeOffice([]byte(strings.Replace(plainOfficeJSON, `"services":[]`, `"services":[],`+empty, 1)))
		if err == nil || !strings.Contains(err.Error(), what) {
			t.Errorf("%s that say nothing: %v", what, err)
		}
	}
}

func TestAnOfficeWithAKeyThatIsNoneIsNotEncoded(t *testing.T) {
	for what, spoil := range map[string]func(*booking.Office){
		"31 bytes":         func(o *booking.Office) { o.Reminders.Key = make([]byte, 31) },
		"33 bytes":         func(o *booking.Office) { o.Reminders.Key = make([]byte, 33) },
		"half a second":    func(o *booking.Office) { o.Reminders.Before = time.Second / 2 },
		"months":           func(o *booking.Office) { o.Reminders.DayBefore = 60 * 24 * time.Hour },
		"no channel":       func(o *booking.Office) { o.Reminders.Channels = []privacy.Channel{"fax"} },
		"no policy":        func(o *booking.Office) { o.Advance = "always" },
		"no date":          func(o *booking.Office) { o.Privacy.Since = "novembre" },
		"an edition's end": func(o *booking.Office) { o.Privacy.Edition = strings.Repeat("1", wire.MaxEdition+1) },
	} {
		o, err := wire.DecodeOffice([]byte(askingOfficeJSON()))
		if err != nil {
			t.Fatal(err)
		}
		spoil(&o)
		if data, err := wire.EncodeOffice(o); err == nil {
			t.Errorf("%s: %s", what, data)
		}
	}
}
