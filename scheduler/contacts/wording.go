package contacts

import (
	"encoding/hex"
	"strings"
	"time"
	"unicode/utf16"

	"example.org/totem/booking"
	"example.org/totem/locale"
	"example.org/totem/privacy"
)

// compose words the message of a contact, in its citizen's language: the office, when, and the number, never the service.
func compose(b body, standing Standing, now time.Time) Message {
	zone := standing.Zone
	if zone == nil {
		zone = time.UTC
	}
	start := time.Unix(b.Start, 0).In(zone)
	if !standing.Start.IsZero() {
		start = standing.Start.In(zone)
	}
	clock := locale.At("time", start.Hour(), start.Minute())
	when := locale.Say(b.Lang, locale.WhenToday, clock)
	if day := booking.DayOf(start, zone); day != booking.DayOf(now, zone) {
		when = locale.Say(b.Lang, locale.WhenDay, locale.Word("day", locale.DayOfYear(b.Lang, start.Year(), start.Month(), start.Day())), clock)
	}
	lines := []string{
		locale.Say(b.Lang, locale.MessageLead, locale.Word("office", locale.Unstopped(standing.Office.In(b.Lang))),
			locale.Word("when", when), locale.Word("number", string(b.Slot))),
		locale.Say(b.Lang, locale.MessageErased),
		locale.Say(b.Lang, locale.MessageUnread),
	}
	m := Message{Channel: b.Channel, To: b.Contact, Key: hex.EncodeToString(b.Key[:])}
	if b.Channel == privacy.Mail {
		m.Subject = locale.Say(b.Lang, locale.MessageSubject, locale.Word("number", string(b.Slot)))
		m.Text = strings.Join(lines, "\n")
		return m
	}
	for m.Text = strings.Join(lines, " "); len(lines) > 1 && !isShort(m.Text); m.Text = strings.Join(lines, " ") {
		lines = lines[:len(lines)-1]
	}
	return m
}

// The GSM 7 bit default alphabet of 3GPP TS 23.038, without the control characters, and what takes two septets in it.
const (
	gsmAlphabet  = "@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà\n"
	gsmExtension = "^{}\\[~]|€"
)

// isShort reports whether a text fits one SMS: 140 bytes, of septets, or of UTF-16 where there is a sign that is not GSM's.
func isShort(text string) bool {
	septets := 0
	for _, r := range text {
		switch {
		case strings.ContainsRune(gsmAlphabet, r):
			septets++
		case strings.ContainsRune(gsmExtension, r):
			septets += 2
		default:
			return len(utf16.Encode([]rune(text))) <= 70
		}
	}
	return septets <= 160
}
