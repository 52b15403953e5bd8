package privacy

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"example.org/totem/locale"
)

// Missing returns the fields of the office file that are missing for a complete notice (GDPR Art. 13, 28), in the order of
// docs/office-file.md; none when it is complete. While something is missing nobody is asked for a contact, and an office
// in production is refused.
//
// A field is named as the office file has it, "controller.address", one of the list of processors with its place in it,
// counted from 1: "processor[1].country". "processor.channels (sms)" says that no processor carries a channel that is
// offered: in the file the channels are not known yet, for a notifier brings them. These count as missing too: a data
// protection officer's contact that is also the office's own (Art. 38(4)), a date that is none, and a country outside the
// European Economic Area, for the notice would have to name the safeguards (Art. 13(1)(f)).
func Missing(in Input) []string {
	var missing []string
	say := func(is bool, field string) {
		if is {
			missing = append(missing, field)
		}
	}
	c, f := in.Controller, in.Facts
	say(blank(c.Name), "controller.name")
	say(blank(c.Address), "controller.address")
	say(blank(c.Email), "controller.email")
	say(blank(c.PEC), "controller.pec")
	say(blank(c.Phone), "controller.phone")
	say(blank(c.DPO) || same(c.DPO, c.Email), "controller.dpo")
	say(blank(f.Officer.Address), "privacy.dpo_address")
	say(blank(f.Officer.PEC) || same(f.Officer.PEC, c.PEC), "privacy.dpo_pec")
	say(blank(f.Edition), "privacy.edition")
	_, err := time.Parse(time.DateOnly, f.Since)
	say(err != nil, "privacy.since")
	for i, r := range f.Recipients {
		for _, field := range r.missing(in.first()) {
			missing = append(missing, fmt.Sprintf("processor[%d].%s", i+1, field))
		}
	}
	for _, channel := range in.Reminders.Channels {
		say(len(f.carriers(channel)) == 0, fmt.Sprintf("processor.channels (%s)", channel))
	}
	return missing
}

func (r Recipient) missing(first locale.Lang) (fields []string) {
	if blank(r.Name) {
		fields = append(fields, "name")
	}
	if blank(r.Task[first]) {
		fields = append(fields, "task."+string(first))
	}
	if !inEEA(r.Country) {
		fields = append(fields, "country")
	}
	return fields
}

// Contract is what a processor is bound by (GDPR Art. 28), as the office file has it. Citizens are told nothing of it.
type Contract struct {
	Reference     string // "determina 12/2026"
	Date          string // "2026-01-31"
	Until         string // the date at whose end it ends
	Subject       string // what it is about
	Subprocessors string // whom the processor may use, or that there are none
	Authorisation string // "specific" or "general" (Art. 28(2))
	Instructions  string // where the controller's instructions are written (Art. 28(3)(a))
}

// Missing returns the fields of a contract that are missing in the office file, "processor[1].contract"; place is that of the
// processor in the list, counted from 1. A date that is none counts as missing.
func (c Contract) Missing(place int) []string {
	isDate := func(s string) bool { _, err := time.Parse(time.DateOnly, s); return err == nil }
	var missing []string
	for _, field := range []struct {
		name string
		is   bool
	}{
		{"contract", !blank(c.Reference)},
		{"date", isDate(c.Date)},
		{"until", isDate(c.Until)},
		{"subject", !blank(c.Subject)},
		{"subprocessors", !blank(c.Subprocessors)},
		{"authorisation", c.Authorisation == "specific" || c.Authorisation == "general"},
		{"instructions", !blank(c.Instructions)},
	} {
		if !field.is {
			missing = append(missing, fmt.Sprintf("processor[%d].%s", place, field.name))
		}
	}
	return missing
}

func blank(s string) bool { return strings.TrimSpace(s) == "" }

func same(a, b string) bool { return strings.EqualFold(strings.TrimSpace(a), strings.TrimSpace(b)) }

// inEEA reports whether a country is one of the European Economic Area, where no safeguards are needed (GDPR Art. 44).
func inEEA(country string) bool { return slices.Contains(locale.Countries(), country) }
