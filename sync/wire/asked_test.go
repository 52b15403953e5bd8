package wire_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"example.org/totem/booking"
	"example.org/totem/privacy"
	"example.org/totem/sync/wire"
)

const (
	vacancyJSON = `{"version":2,"kind":"vacancy","body":{"incarnation":"00112233aabbccdd","queue":"anagrafe"}}`
	vacantJSON  = `{"version":2,"kind":"vacant","body":{"days":[{"day":"2026-11-23","starts":["2026-11-23T07:30Z","2026-11-23T07:40Z"]},` +
		`{"day":"2026-11-24","starts":["2026-11-24T07:30Z"]}]}}`
	wantJSON = `{"version":2,"kind":"want","body":{"incarnation":"00112233aabbccdd","queue":"anagrafe","day":"2026-11-23",` +
		`"start":"2026-11-23T07:30Z"}}`
	grantedJSON = `{"version":2,"kind":"granted","body":{"sequence":541,"sheet":{"office":"rm001","queue":"anagrafe","day":"2026-11-23",` +
		`"epoch":1,"prefix":"A","base":"2026-11-23T07:30Z","starts":[[0,1]],"numbers":[[1,1]],"totems":["t1"],"holders":"a","states":"f",` +
		`"tickets":"","returns":"","paper":""},"key":"AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA"}}`
	keptJSON     = `{"version":2,"kind":"kept","body":{"due":"2026-11-21T07:10Z"}}`
	ticketJSON   = `{"queue":"anagrafe","day":"2026-11-21","slot":"A003","code":"AQIDBAUGBwg"}`
	reminderJSON = `{"version":2,"kind":"reminder","body":{"incarnation":"00112233aabbccdd","ticket":` + ticketJSON + `}}`
	remindedJSON = `{"version":2,"kind":"reminded","body":{"on":true,"channel":"sms","masked":"••• 00","due":"2026-11-21T07:10Z"}}`
	withdrawJSON = `{"version":2,"kind":"withdraw","body":{"incarnation":"00112233aabbccdd","ticket":` + ticketJSON + `}}`

	withdrawnJSON = `{"version":2,"kind":"withdrawn","body":{}}`
)

func contactJSON() string {
	return `{"version":2,"kind":"contact","body":{"incarnation":"00112233aabbccdd","sealed":"` + strings.Repeat("AQID", wire.SealedContact/3) + `"}}`
}

func TestAWrongQuestionOfACitizenIsRefusedAndTheMemberNamedAndFitsNoSchema(t *testing.T) {
	for _, c := range []struct{ what, in, from, to, names string }{
		{"a vacancy of no store", vacancyJSON, `00112233aabbccdd`, `0000000000000000`, "incarnation"},
		{"a vacancy of no queue", vacancyJSON, `"anagrafe"`, `""`, "queue"},
		{"a vacancy of a service", vacancyJSON, `"queue"`, `"service":"carta","queue"`, "service"},
		{"a queue with a dot", vacancyJSON, `"anagrafe"`, `"ana.grafe"`, "queue"},
		{"a day without starts", vacantJSON, `["2026-11-24T07:30Z"]`, `[]`, "days/1/starts"},
		{"a day twice", vacantJSON, `"day":"2026-11-24"`, `"day":"2026-11-23"`, "days/1/day"},
		{"a day that is none", vacantJSON, `"day":"2026-11-24"`, `"day":"2026-11-31"`, "day"},
		{"a start twice", vacantJSON, `07:40Z`, `07:30Z`, "days/0/starts/1"},
		{"starts out of order", vacantJSON, `07:40Z`, `07:20Z`, "days/0/starts/1"},
		{"a start with seconds", vacantJSON, `07:40Z`, `07:40:00Z`, "starts"},
		{"no days", vacantJSON, `"days"`, `"dates"`, "dates"},
		{"days and who asked", vacantJSON, `"days"`, `"queue":"anagrafe","days"`, "queue"},
		{"a want without a start", wantJSON, `,"start":"2026-11-23T07:30Z"`, ``, "start"},
		{"a want of a slot", wantJSON, `"start"`, `"slot":"A001","start"`, "slot"},
		{"a want of no day", wantJSON, `"2026-11-23"`, `""`, "day"},
		{"granted without a key", grantedJSON, `,"key":"AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA"`, ``, "key"},
		{"granted with a key of zeroes", grantedJSON, `AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA`, strings.Repeat("A", 43), "key"},
		{"granted a sheet that does not fit", grantedJSON, `"states":"f"`, `"states":"ff"`, "sheet"},
		{"granted without a revision", grantedJSON, `"sequence":541,`, ``, "sequence"},
		{"a contact too long", contactJSON(), `AQIDAQID`, `AQIDAQIDAQID`, "sealed"},
		{"a contact too short", contactJSON(), `AQIDAQID`, `AQID`, "sealed"},
		{"a contact with padding", contactJSON(), `AQIDAQID`, `AQIDAQI=`, "sealed"},
		{"a contact of no store", contactJSON(), `00112233aabbccdd`, `0000000000000000`, "incarnation"},
		{"a contact in the open", contactJSON(), `"sealed"`, `"contact":"+393331234567","sealed"`, "contact"},
		{"a contact with a channel", contactJSON(), `"sealed"`, `"channel":"sms","sealed"`, "channel"},
		{"kept until no time", keptJSON, `2026-11-21T07:10Z`, ``, "due"},
		{"kept and for whom", keptJSON, `"due"`, `"masked":"00","due"`, "masked"},
		{"a reminder of no ticket", reminderJSON, `,"ticket":` + ticketJSON, ``, "ticket"},
		{"a reminder of no code", reminderJSON, `,"code":"AQIDBAUGBwg"`, ``, "code"},
		{"a reminder of a loose code", reminderJSON, `AQIDBAUGBwg`, `AQIDBAUGBwh`, "code"},
		{"a reminder of a code in the open", reminderJSON, `AQIDBAUGBwg`, `482917305566`, "code"},
		{"a reminder of no number", reminderJSON, `A003`, `3`, "slot"},
		{"reminded neither so nor so", remindedJSON, `"on":true,`, ``, "on"},
		{"reminded off by a channel", remindedJSON, `true`, `false`, "on"},
		{"reminded by a pigeon", remindedJSON, `sms`, `pigeon`, "channel"},
		{"reminded nobody", remindedJSON, `,"masked":"••• 00"`, ``, "masked"},
		{"reminded an empty contact", remindedJSON, `••• 00`, ``, "masked"},
		{"reminded with a control character", remindedJSON, `••• 00`, `\u0007`, "masked"},
		{"reminded never", remindedJSON, `,"due":"2026-11-21T07:10Z"`, ``, "due"},
		{"withdraw of no ticket", withdrawJSON, ticketJSON, `{}`, "ticket"},
		{"withdraw, and why", withdrawJSON, `"ticket"`, `"why":"x","ticket"`, "why"},
		{"withdrawn, and what", withdrawnJSON, `{}}`, `{"held":true}}`, "held"},
	} {
		t.Run(c.what, func(t *testing.T) {
			fits(t, []byte(c.in))
			if err := decodeAny(c.in); err != nil {
				t.Fatalf("the right message: %v", err)
			}
			wrong := strings.Replace(c.in, c.from, c.to, 1)
			err := decodeAny(wrong)
			if wrong == c.in || err == nil {
				t.Fatalf("taken: %s", wrong)
			}
			if !strings.Contains(err.Error(), c.names) || errors.As(err, new(wire.KindError)) {
				t.Errorf("%v\ndoes not name %q", err, c.names)
			}
			schematic := !strings.Contains("incarnation days/1/day day days/0/starts/1 sheet", c.names) // a pattern knows no calendar, no order and no sum
			schematic = schematic && !strings.Contains(c.what, "loose") && !strings.Contains(c.what, "zeroes") && !strings.Contains(c.what, "control")
			if schematic && problems(t, []byte(wrong)) == nil {
				t.Errorf("fits the schema: %.300s", wrong)
			}
		})
	}
}

func TestWhatIsVacantHasBounds(t *testing.T) {
	day := booking.DayOf(time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC), time.UTC)
	vacant := func(days, starts int) (v wire.Vacant) {
		for i := range days {
			d := wire.VacantDay{Day: day.AddDays(i)}
			for j := range starts {
				d.Starts = append(d.Starts, time.Date(2026, 11, 23+i, 0, j, 0, 0, time.UTC))
			}
			v.Days = append(v.Days, d)
		}
		return v
	}
	if _, err := wire.Encode(wire.Newest, vacant(2, 1440)); err != nil {
		t.Errorf("a start a minute: %v", err)
	}
	if data, err := wire.Encode(wire.Newest, vacant(62, 400)); err != nil {
		t.Errorf("the most that may be: %v", err)
	} else if _, err := wire.Decode[wire.Vacant](data); err != nil {
		t.Errorf("the most that may be, %d bytes: %v", len(data), err)
	}
	for _, v := range []wire.Vacant{vacant(63, 1), vacant(1, 1441), vacant(1, 0)} {
		if _, err := wire.Encode(wire.Newest, v); err == nil {
			t.Errorf("encoded %d days of %d starts", len(v.Days), len(v.Days[0].Starts))
		}
	}
}

func TestAQuestionOfACitizenThatCannotTravelIsNotEncoded(t *testing.T) {
	ticket := wire.TicketRef{Queue: "anagrafe", Day: booking.DayOf(time.Unix(1_800_000_000, 0), time.UTC), Slot: "A003", Code: booking.CodeHash{1}}
	store := booking.Incarnation{7}
	for what, encode := range map[string]func() ([]byte, error){
		"a contact of another length": func() ([]byte, error) {
			return wire.Encode(wire.Newest, wire.Contact{Incarnation: store, Sealed: make([]byte, wire.SealedContact-1)})
		},
		"a contact of nothing": func() ([]byte, error) { return wire.Encode(wire.Newest, wire.Contact{Incarnation: store}) },
		"a want with seconds": func() ([]byte, error) {
			return wire.Encode(wire.Newest, wire.Want{Incarnation: store, Queue: "anagrafe", Day: ticket.Day, Start: time.Unix(1_800_000_001, 0)})
		},
		"kept to the second":   func() ([]byte, error) { return wire.Encode(wire.Newest, wire.Kept{Due: time.Unix(1_800_000_001, 0)}) },
		"a contact not masked": func() ([]byte, error) { return wire.Encode(wire.Newest, wire.Reminded{Masked: "00"}) },
		"a reminder of no code": func() ([]byte, error) {
			none := ticket
			none.Code = booking.CodeHash{}
			return wire.Encode(wire.Newest, wire.Reminder{Incarnation: store, Ticket: none})
		},
		"a withdrawal of no store": func() ([]byte, error) { return wire.Encode(wire.Newest, wire.Withdraw{Ticket: ticket}) },
	} {
		if data, err := encode(); err == nil {
			t.Errorf("%s: %.200s", what, data)
		}
	}
}

// TestEveryContactMessageIsEquallyLong: whatever a citizen gave, and whoever they are.
func TestEveryContactMessageIsEquallyLong(t *testing.T) {
	const want = 2196
	rapid.Check(t, func(t *rapid.T) {
		plain, err := wire.EncodeConsent(drawConsent(t))
		if err != nil {
			t.Fatal(err)
		}
		if len(plain) != wire.ConsentSize {
			t.Fatalf("a consent of %d bytes", len(plain))
		}
		sealed := append(make([]byte, wire.SealedContact-len(plain)), plain...)
		data, err := wire.Encode(wire.Newest, wire.Contact{Incarnation: drawIncarnation(t), Sealed: sealed})
		if err != nil || len(data) != want {
			t.Fatalf("%d bytes, %v; want %d", len(data), err, want)
		}
	})
}

func theConsent() wire.Consent {
	return wire.Consent{
		Ticket: wire.TicketRef{Queue: "anagrafe", Day: booking.DayOf(time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC), time.UTC), Slot: "A003", Code: booking.CodeHash{1}},
		Start:  time.Date(2026, 11, 21, 7, 40, 0, 0, time.UTC), At: time.Date(2026, 11, 21, 6, 58, 0, 0, time.UTC),
		Purpose: privacy.Reminding, Channel: privacy.SMS, Contact: "+393331234567", Lang: "it", Edition: "1", Notice: [32]byte{1}, Shown: [32]byte{1},
		Program: "totem 1.0.0", Receipt: [16]byte{1},
	}
}

func TestEveryConsentComesBack(t *testing.T) {
	comesBack(t, drawConsent, all, wire.EncodeConsent, wire.DecodeConsent)
}

func TestTheLongestConsentFits(t *testing.T) {
	c := theConsent()
	c.Ticket.Queue, c.Ticket.Slot = booking.QueueID(strings.Repeat("q", 32)), "A"+booking.Number(strings.Repeat("9", 18))
	c.Purpose, c.Channel = privacy.OtherDay, privacy.Mail
	c.Contact = strings.Repeat("x", 64) + "@" + strings.Repeat("y.", 92) + "valle" // the longest that there is
	c.Edition, c.Program = strings.Repeat(`"`, wire.MaxEdition), strings.Repeat("x", 100)
	plain, err := wire.EncodeConsent(c)
	if err != nil || len(c.Contact) != 254 {
		t.Fatalf("%v, a contact of %d bytes", err, len(c.Contact))
	}
	if back, err := wire.DecodeConsent(plain); err != nil || back.Contact != c.Contact {
		t.Errorf("%v", err)
	}
}

func TestAConsentThatIsNotWholeIsNotEncodedAndNotToldOf(t *testing.T) {
	const secret = "3331234567" // which is no number of anybody's
	for what, spoil := range map[string]func(*wire.Consent){
		"a number without country":    func(c *wire.Consent) { c.Contact = secret },
		"a number with spaces":        func(c *wire.Consent) { c.Contact = "+39 " + secret },
		"a number too long":           func(c *wire.Consent) { c.Contact = "+3912345" + secret },
		"a country of 0":              func(c *wire.Consent) { c.Contact = "+0" + secret },
		"a number as it is typed":     func(c *wire.Consent) { c.Contact = "+39 " + secret[:3] + " " + secret[3:] },
		"mail with a quote":           func(c *wire.Consent) { c.Channel, c.Contact = privacy.Mail, `"`+secret+`"@posta.example` },
		"mail as it is typed":         func(c *wire.Consent) { c.Channel, c.Contact = privacy.Mail, secret+"@Posta.Example" },
		"a number for mail":           func(c *wire.Consent) { c.Channel, c.Contact = privacy.Mail, "+39"+secret },
		"mail for a number":           func(c *wire.Consent) { c.Contact = secret + "@posta.example" },
		"mail without a host":         func(c *wire.Consent) { c.Channel, c.Contact = privacy.Mail, secret+"@" },
		"mail with a line more":       func(c *wire.Consent) { c.Channel, c.Contact = privacy.Mail, secret+"@posta.example\r\nBcc: x@y" },
		"mail too long":               func(c *wire.Consent) { c.Channel, c.Contact = privacy.Mail, secret+"@"+strings.Repeat("x", 250) },
		"mail that is no text":        func(c *wire.Consent) { c.Channel, c.Contact = privacy.Mail, secret+"\xff@posta.example" },
		"no channel":                  func(c *wire.Consent) { c.Channel, c.Contact = "", secret },
		"no contact":                  func(c *wire.Consent) { c.Contact = "" },
		"a purpose that is none":      func(c *wire.Consent) { c.Purpose = "news of " + secret },
		"a language that is not ours": func(c *wire.Consent) { c.Lang = secret },
		"no edition":                  func(c *wire.Consent) { c.Edition = "" },
		"an edition too long":         func(c *wire.Consent) { c.Edition = strings.Repeat(secret, 4) },
		"no notice":                   func(c *wire.Consent) { c.Notice = [32]byte{} },
		"nothing shown":               func(c *wire.Consent) { c.Shown = [32]byte{} },
		"a program of a person":       func(c *wire.Consent) { c.Program = secret + "@" },
		"no program":                  func(c *wire.Consent) { c.Program = "" },
		"no receipt":                  func(c *wire.Consent) { c.Receipt = [16]byte{} },
		"a moment too fine":           func(c *wire.Consent) { c.At = c.At.Add(time.Second) },
		"no time":                     func(c *wire.Consent) { c.Start = time.Time{} },
		"no ticket":                   func(c *wire.Consent) { c.Ticket = wire.TicketRef{} },
		"no number":                   func(c *wire.Consent) { c.Ticket.Slot = secret },
		"no queue":                    func(c *wire.Consent) { c.Ticket.Queue = "of " + secret },
	} {
		c := theConsent()
		spoil(&c)
		plain, err := wire.EncodeConsent(c)
		if err == nil || plain != nil {
			t.Errorf("%s: encoded", what)
		} else if strings.Contains(err.Error(), secret) {
			t.Errorf("%s: told: %v", what, err)
		}
	}
}

func TestAConsentThatCannotBeReadIsNotToldOf(t *testing.T) {
	const secret = "+393331234567"
	right, err := wire.EncodeConsent(theConsent())
	if err != nil {
		t.Fatal(err)
	}
	for what, wrong := range map[string]string{
		"another purpose":    strings.Replace(string(right), `"reminder"`, `"`+secret+`"`, 1),
		"a time that is one": strings.Replace(string(right), `2026-11-21T07:40Z`, secret, 1),
		"a member more":      strings.Replace(string(right), `"channel"`, `"`+secret+`":1,"channel"`, 1),
		"a member missing":   strings.Replace(string(right), `"lang":"it",`, ``, 1),
		"another kind":       strings.Replace(string(right), `"consent"`, `"`+secret+`"`, 1),
		"a future version":   strings.Replace(string(right), `"version":2`, `"version":3`, 1),
		"version 1":          strings.Replace(string(right), `"version":2`, `"version":1`, 1),
		"nothing":            "",
		"spaces":             " ",
		"something behind":   strings.Replace(string(right), "}}  ", "}}{}", 1),
		"zeroes behind":      strings.Replace(string(right), "}}  ", "}}\x00\x00", 1),
	} {
		c, err := wire.DecodeConsent(padded([]byte(wrong)))
		if err == nil || c != (wire.Consent{}) {
			t.Errorf("%s: read", what)
		} else if strings.Contains(err.Error(), secret) {
			t.Errorf("%s: told: %v", what, err)
		}
	}
	for _, data := range [][]byte{nil, right[:len(right)-1], append(right, ' ')} {
		if _, err := wire.DecodeConsent(data); err == nil || strings.Contains(err.Error(), secret) {
			t.Errorf("%d bytes: %v", len(data), err)
		}
	}
	var version wire.VersionError
	if _, err := wire.DecodeConsent(padded([]byte(strings.Replace(string(right), `"version":2`, `"version":3`, 1)))); !errors.As(err, &version) {
		t.Errorf("a future version: %v", err)
	}
}

// padded returns a consent message at its full length.
func padded(data []byte) []byte {
	data = []byte(strings.TrimRight(string(data), " "))
	return append(data, bytes.Repeat([]byte(" "), max(0, wire.ConsentSize-len(data)))...)
}
