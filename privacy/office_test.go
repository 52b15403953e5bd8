package privacy_test

import (
	"time"

	"example.org/totem/locale"
	"example.org/totem/privacy"
)

// office is a complete one that asks for everything: both channels, another day with a contact, a desk that prepares.
func office(l locale.Lang) privacy.Input {
	return privacy.Input{
		Office:    locale.Text{"it": "Anagrafe di Valfiorita", "en": "Valfiorita Registry Office"},
		Place:     locale.Text{"it": "piazza del Municipio 1, piano terra", "en": "piazza del Municipio 1, ground floor"},
		Languages: locale.Languages(),
		Controller: privacy.Controller{Name: "Comune di Valfiorita", Address: "piazza del Municipio 1, 00000 Valfiorita",
			Email: "anagrafe@valfiorita.example", PEC: "protocollo@pec.valfiorita.example", Phone: "000 000 0000",
			DPO: "protezione.dati@valfiorita.example"},
		Facts: privacy.Facts{
			Production: true, Edition: "3", Since: "2026-11-24", Reserve: 60,
			Officer: privacy.Officer{Address: "via dei Tigli 8, 00000 Monterovo", PEC: "dpo@pec.valfiorita.example"},
			Recipients: []privacy.Recipient{
				{Name: "Messaggi Uno srl", Task: locale.Text{"it": "invia gli SMS.", "en": "sends the SMS"}, Channels: []privacy.Channel{privacy.SMS}, Keeps: 60, Country: "IT"},
				{Name: "Posta Due srl", Task: locale.Text{"it": "invia le e-mail", "en": "sends the e-mail"}, Channels: []privacy.Channel{privacy.Mail}, Country: "IE"},
			},
		},
		Reminders: privacy.Reminders{Channels: []privacy.Channel{privacy.SMS, privacy.Mail}, Key: make([]byte, 32),
			Before: 30 * time.Minute, DayBefore: 24 * time.Hour},
		Advance: privacy.AdvanceConsent, Prepares: true, Lang: l,
	}
}

// quiet is office without anything that is asked for.
func quiet(l locale.Lang) privacy.Input {
	in := office(l)
	in.Reminders, in.Facts.Recipients, in.Advance, in.Prepares = privacy.Reminders{}, nil, privacy.AdvanceOff, false
	return in
}
