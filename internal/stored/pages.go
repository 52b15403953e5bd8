package stored

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"

	"example.org/totem/locale"
	"example.org/totem/privacy"
)

// generated stands at the top of every page.
const generated = "<!-- Written by: go test ./internal/stored -update. Change privacy/purposes.json, privacy/schema.lock or internal/stored. -->\n\n"

// say says words of a purpose in English.
func say(p privacy.Purpose, k locale.Key) string {
	return locale.Say(locale.English, k, locale.Count("n", max(p.Kept.Days, p.Kept.Months)), locale.Word("before", "some minutes"),
		locale.Word("day", "some hours"), locale.Word("contact", locale.Say(locale.English, locale.NoticeFirstEither)))
}

// grounds says the grounds as Art. 6(1) names them.
func ground(g privacy.Ground) string {
	return map[privacy.Ground]string{
		privacy.Consent: "consent", privacy.Duty: "a legal obligation", privacy.Task: "a task carried out in the public interest",
	}[g]
}

// serving returns the places with fields that serve a purpose, and how many fields.
func (l Lock) serving(id privacy.PurposeID) (places []string, fields int) {
	count := make(map[string]int)
	for f, ids := range l {
		if slices.Contains(ids, id) {
			count[f.Place]++
			fields++
		}
	}
	return slices.Sorted(maps.Keys(count)), fields
}

// RecordOfProcessing returns the record of processing activities (GDPR Art. 30(1)) as far as Totem itself can say it.
func RecordOfProcessing(l Lock) []byte {
	var out bytes.Buffer
	out.WriteString(generated)
	out.WriteString(`# Record of processing activities

What an office's record (GDPR Art. 30(1)) says of Totem. The page is made of the purposes and of the list of stored fields, so it
says what the program does. What only the office knows stands in its office file, and is named here by the name it has there.

| Art. 30(1) | where it is |
|---|---|
| (a) controller and its contacts | office file: ` + "`[controller]`" + ` |
| (a) data protection officer | office file: ` + "`controller.dpo`, `privacy.dpo_address`, `privacy.dpo_pec`" + ` |
| (b) purposes | below |
| (c) data subjects | citizens who take a ticket; for the purposes that rest on consent, those who gave it |
| (c) categories of data | below; none of a special category (Art. 9), none about who works at the office |
| (d) recipients | office file: ` + "`[[processor]]`" + `; nobody else |
| (e) transfers to third countries | none, unless a processor's ` + "`country`" + ` says otherwise |
| (f) time limits for erasure | below |
| (g) security measures | [impact assessment](dpia.md), last table |

`)
	for _, p := range privacy.Purposes() {
		out.WriteString(activity(l, p))
	}
	return out.Bytes()
}

// activity is what the record says of a purpose.
func activity(l Lock, p privacy.Purpose) string {
	places, fields := l.serving(p.ID)
	recipients := "none"
	if len(p.Recipients) > 0 {
		recipients = "the processor that carries messages of the channel that the citizen chose"
	}
	var rights []string
	for _, r := range privacy.Rights([]privacy.Purpose{p}) {
		rights = append(rights, strings.TrimPrefix(string(r), "GDPR art. "))
	}
	return fmt.Sprintf(`## %s (%s)

| | |
|---|---|
| what for | %s |
| legal basis | %s: %s |
| data | %s (%s) |
| recipients | %s |
| kept | %s |
| must it be given | %s |
| rights, GDPR Art. | %s |
| stored or sent in | %d fields of %s |

`, say(p, p.Words.Title), p.ID, say(p, p.Words.Why), ground(p.Ground), p.Statute(), say(p, p.Words.Data), strings.Join(p.Data, ", "), recipients, say(p, p.Words.Kept), say(p, p.Words.Need),
		strings.Join(rights, ", "), fields, strings.Join(places, ", "))
}

// StoredFields returns every field with its purposes, place by place.
func StoredFields(l Lock) []byte {
	var out bytes.Buffer
	out.WriteString(generated)
	out.WriteString(`# Every field that is stored or sent

Each with the purposes that it serves ([record of processing](record-of-processing.md)). ` + "`device`" + ` is what keeps machines and services at
work, and is about nobody. A test takes the list from the real thing: the columns of a database that was just made, the members
of all messages and files, the keys of the log.

`)
	place := ""
	for _, f := range l.Fields() {
		if f.Place != place {
			place = f.Place
			fmt.Fprintf(&out, "\n## %s\n\n%s.\n\n| field | purposes |\n|---|---|\n", place, about()[place])
		}
		var ids []string
		for _, id := range l[f] {
			ids = append(ids, string(id))
		}
		fmt.Fprintf(&out, "| %s | %s |\n", f.Name, strings.Join(ids, ", "))
	}
	return out.Bytes()
}

// about says what the places are.
func about() map[string]string {
	return map[string]string{
		"totem.db":               "The totem's database. What lies in a column as JSON is listed behind the column's name",
		"totem/data":             "Other files in the totem's data directory",
		"cmd/internal/device":    "The totem's files clock.json, health.json and vouched.json",
		"cmd/internal/appliance": "What the set-up of a device keeps: that a token was used, how the panel hangs, what its screen said last",
		"sync/identity":          "The device's credentials, beside its key",
		"sync/wire":              "Messages between totem and scheduler",
		"ledger/jetstream":       "What the ledger keeps beside sheets and facts, which are messages of sync/wire",
		"scheduler/archive":      "Lines of a backup",
		"scheduler/authority":    "The scheduler's keys",
		"scheduler/vault":        "Keys of office-days, one a file",
		"scheduler/consents":     "Records of consents",
		"scheduler/contacts":     "What citizens consented to give, encrypted record by record",
		"scheduler/webhook":      "What a gateway is sent to carry a message",
		"scheduler/data":         "Other files in the scheduler's data directory",
		"log":                    "Keys of log lines",
	}
}
