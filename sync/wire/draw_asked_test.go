package wire_test

import (
	"bytes"
	"time"

	"pgregory.net/rapid"

	"example.org/totem/booking"
	"example.org/totem/locale"
	"example.org/totem/privacy"
	"example.org/totem/sync/wire"
)

// What is drawn of another day, reminders and consents.

func drawFacts(t *rapid.T) privacy.Facts {
	word := rapid.OneOf(rapid.Just(""), drawString)
	f := privacy.Facts{
		Production: rapid.Bool().Draw(t, "production"), Officer: privacy.Officer{Address: word.Draw(t, "address"), PEC: word.Draw(t, "pec")},
		Edition: rapid.StringMatching(`[0-9]{0,3}`).Draw(t, "edition"), Reserve: rapid.IntRange(0, 100).Draw(t, "reserve"),
	}
	if rapid.Bool().Draw(t, "since") {
		f.Since = drawDay(t).String()
	}
	for range rapid.IntRange(0, 3).Draw(t, "recipients") {
		f.Recipients = append(f.Recipients, privacy.Recipient{Name: drawString.Draw(t, "name"), Task: drawText(t), Channels: drawChannels(t),
			Keeps: rapid.IntRange(0, 24).Draw(t, "keeps"), Country: rapid.SampledFrom([]string{"", "IT", "DE"}).Draw(t, "country")})
	}
	return f
}

func drawChannels(t *rapid.T) []privacy.Channel {
	return rapid.SampledFrom([][]privacy.Channel{nil, {privacy.SMS}, {privacy.Mail}, {privacy.SMS, privacy.Mail}, {privacy.Mail, privacy.SMS}}).Draw(t, "channels")
}

func drawReminders(t *rapid.T) privacy.Reminders {
	r := privacy.Reminders{Channels: drawChannels(t), NoFirst: rapid.Bool().Draw(t, "no first"),
		Before:    time.Duration(rapid.IntRange(0, 120).Draw(t, "before")) * time.Minute,
		DayBefore: time.Duration(rapid.IntRange(0, 72).Draw(t, "ahead")) * time.Hour}
	if rapid.Bool().Draw(t, "offered") {
		key := drawKey(t)
		r.Key = key[:]
	}
	return r
}

func drawVacancy(t *rapid.T) wire.Vacancy {
	return wire.Vacancy{Incarnation: drawIncarnation(t), Queue: booking.QueueID(drawID.Draw(t, "queue"))}
}

func drawVacant(t *rapid.T) wire.Vacant {
	var v wire.Vacant
	day := drawDay(t)
	for range rapid.IntRange(0, 4).Draw(t, "days") {
		day = day.AddDays(rapid.IntRange(1, 9).Draw(t, "later"))
		d := wire.VacantDay{Day: day}
		start := drawMinute(t)
		for range rapid.IntRange(1, 5).Draw(t, "starts") {
			d.Starts = append(d.Starts, start)
			start = start.Add(time.Duration(rapid.IntRange(1, 60).Draw(t, "step")) * time.Minute)
		}
		v.Days = append(v.Days, d)
	}
	return v
}

func drawWant(t *rapid.T) wire.Want {
	return wire.Want{Incarnation: drawIncarnation(t), Queue: booking.QueueID(drawID.Draw(t, "queue")), Day: drawDay(t), Start: drawMinute(t)}
}

func drawGranted(t *rapid.T) wire.Granted { return wire.Granted{Sheet: drawSheet(t), Key: drawKey(t)} }

func drawContact(t *rapid.T) wire.Contact {
	// Every byte from rapid would take most of the time of a test.
	sealed := bytes.Repeat(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "sealed"), wire.SealedContact/16)
	return wire.Contact{Incarnation: drawIncarnation(t), Sealed: sealed}
}

func drawKept(t *rapid.T) wire.Kept { return wire.Kept{Due: drawMinute(t)} }

func drawTicket(t *rapid.T) wire.TicketRef {
	return wire.TicketRef{Queue: booking.QueueID(drawID.Draw(t, "queue")), Day: drawDay(t), Code: drawHash(t),
		Slot: booking.NewNumber(drawPrefix.Draw(t, "prefix"), rapid.IntRange(1, 2000).Draw(t, "number"))}
}

func drawReminder(t *rapid.T) wire.Reminder {
	return wire.Reminder{Incarnation: drawIncarnation(t), Ticket: drawTicket(t)}
}

func drawWithdraw(t *rapid.T) wire.Withdraw {
	return wire.Withdraw{Incarnation: drawIncarnation(t), Ticket: drawTicket(t)}
}

func drawReminded(t *rapid.T) wire.Reminded {
	if rapid.Bool().Draw(t, "off") {
		return wire.Reminded{}
	}
	return wire.Reminded{On: true, Channel: drawChannel(t), Masked: drawString.Draw(t, "masked"), Due: drawMinute(t)}
}

func drawChannel(t *rapid.T) privacy.Channel {
	return rapid.SampledFrom([]privacy.Channel{privacy.SMS, privacy.Mail}).Draw(t, "channel")
}

var (
	drawPhone = rapid.StringMatching(`\+(393[0-9]{8,9}|4[0-9]{7,14})`)
	drawMail  = rapid.StringMatching(`[A-Za-z0-9_+-]{1,64}@([a-z0-9]{1,63}\.){1,2}[a-z]{2,60}`)
)

func drawConsent(t *rapid.T) wire.Consent {
	c := wire.Consent{
		Ticket: drawTicket(t), Start: drawMinute(t), At: drawMinute(t), Channel: drawChannel(t),
		Purpose: rapid.SampledFrom([]privacy.PurposeID{privacy.Reminding, privacy.OtherDay}).Draw(t, "purpose"),
		Lang:    rapid.SampledFrom(locale.Languages()).Draw(t, "lang"),
		Edition: rapid.StringMatching(`[ -~]{1,32}`).Draw(t, "edition"),
		Notice:  drawKey(t), Shown: drawKey(t), Receipt: drawNonce(t),
		Program: rapid.StringMatching(`[A-Za-z0-9 .+_-]{1,100}`).Draw(t, "program"),
	}
	if c.Contact = drawPhone.Draw(t, "phone"); c.Channel == privacy.Mail {
		c.Contact = drawMail.Draw(t, "mail")
	}
	return c
}

func drawWithdrawn(t *rapid.T) wire.Withdrawn {
	rapid.Bool().Draw(t, "nothing") // rapid wants something drawn
	return wire.Withdrawn{}
}
