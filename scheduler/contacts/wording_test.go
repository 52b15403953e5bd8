package contacts

import (
	"strings"
	"testing"
	"time"

	"example.org/totem/locale"
	"example.org/totem/privacy"
)

func worded(l locale.Lang, channel privacy.Channel, office string, now time.Time) Message {
	start := time.Date(2026, 11, 24, 8, 50, 0, 0, time.UTC)
	rome := time.FixedZone("CET", 3600)
	return compose(body{Slot: "A012", Start: start.Unix(), Channel: channel, Contact: "+393331234567", Lang: l, Key: [16]byte{0xab}},
		Standing{State: Waiting, Office: locale.Text{l: office}, Zone: rome}, now)
}

func TestAMessageSaysWhereWhenAndWhichNumberAndNothingElse(t *testing.T) {
	today := time.Date(2026, 11, 24, 8, 20, 0, 0, time.UTC)
	for _, c := range []struct {
		channel privacy.Channel
		now     time.Time
		want    string
	}{
		{privacy.SMS, today, "Anagrafe di Valfiorita: oggi alle 9:50 il suo numero A012. Dopo questo messaggio non conserviamo il contatto. Nessuno legge le risposte."},
		{privacy.SMS, today.AddDate(0, 0, -1), "Anagrafe di Valfiorita: martedì 24 novembre alle 9:50 il suo numero A012. Dopo questo messaggio non conserviamo il contatto. Nessuno legge le risposte."},
		{privacy.Mail, today, "Anagrafe di Valfiorita: oggi alle 9:50 il suo numero A012.\nDopo questo messaggio non conserviamo il contatto.\nNessuno legge le risposte."},
	} {
		m := worded(locale.Italian, c.channel, "Anagrafe di Valfiorita.", c.now)
		if m.Text != c.want || m.To != "+393331234567" || m.Key != "ab"+strings.Repeat("0", 30) || (m.Subject != "") != (c.channel == privacy.Mail) {
			t.Errorf("%+v, want %s", m, c.want)
		}
	}
}

func TestAMessageSaysWhenWhoWasMovedIsExpected(t *testing.T) {
	start := time.Date(2026, 11, 24, 8, 50, 0, 0, time.UTC)
	m := compose(body{Slot: "A012", Start: start.Unix(), Channel: privacy.SMS, Lang: locale.Italian},
		Standing{State: Waiting, Start: start.Add(40 * time.Minute), Office: locale.Text{locale.Italian: "Anagrafe"}}, start.Add(-time.Hour))
	if !strings.HasPrefix(m.Text, "Anagrafe: oggi alle 9:30 il suo numero A012.") {
		t.Error(m.Text)
	}
}

// TestAMessageFitsOneSMS holds what is said first, and all of it where the alphabet allows: for names of offices as long as an
// office file may have them.
func TestAMessageFitsOneSMS(t *testing.T) {
	now := time.Date(2026, 11, 23, 8, 50, 0, 0, time.UTC)
	name := "Servizi demografici, sportello di Monte" // 39 signs
	for _, l := range locale.Languages() {
		m := worded(l, privacy.SMS, name, now)
		if !strings.Contains(m.Text, "A012") || !strings.Contains(m.Text, "9:50") || !strings.HasPrefix(m.Text, name) {
			t.Errorf("%s: %s", l, m.Text)
		}
		latin := !strings.ContainsFunc(m.Text, func(r rune) bool { return !strings.ContainsRune(gsmAlphabet, r) })
		if latin && !isShort(m.Text) {
			t.Errorf("%s: %d signs: %s", l, len([]rune(m.Text)), m.Text)
		}
		if (l == locale.Italian || l == locale.English) && !strings.Contains(m.Text, locale.Say(l, locale.MessageErased)) {
			t.Errorf("%s does not say that the contact is erased: %s", l, m.Text)
		}
	}
}

func TestOneSMSHolds160SignsOfItsAlphabetOr70OfAnyOther(t *testing.T) {
	for text, want := range map[string]bool{
		strings.Repeat("a", 160): true, strings.Repeat("è", 161): false, strings.Repeat("€", 80): true, strings.Repeat("€", 81): false,
		strings.Repeat("ț", 70): true, strings.Repeat("号", 71): false, strings.Repeat("😀", 36): false, "": true,
	} {
		if isShort(text) != want {
			t.Errorf("%d signs %.3s: %v", len([]rune(text)), text, !want)
		}
	}
}
