package agenda

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2/unstable"

	"example.org/totem/booking"
	"example.org/totem/locale"
	"example.org/totem/privacy"
)

// Processor is a processor of the office's data (GDPR Art. 28), with the contract that binds it.
type Processor struct {
	privacy.Recipient
	Contract privacy.Contract
}

// Missing returns the fields of the office file that are missing for an office that is open to the public, as
// [privacy.Missing] and [privacy.Contract.Missing] name them; none when it is complete.
func (p Plan) Missing() []string {
	var first locale.Lang
	if len(p.Office.Languages) > 0 {
		first = p.Office.Languages[0]
	}
	missing := privacy.Missing(p.Office.Notice(first))
	for i, processor := range p.Processors {
		missing = append(missing, processor.Contract.Missing(i+1)...)
	}
	return missing
}

// Channels returns the channels that processors of the office carry messages of, in the order in which they are offered.
// Whether any is offered is a matter of the scheduler's notifiers too.
func (p Plan) Channels() []privacy.Channel {
	var channels []privacy.Channel
	for _, processor := range p.Processors {
		for _, c := range processor.Channels {
			if !slices.Contains(channels, c) {
				channels = append(channels, c)
			}
		}
	}
	return channels
}

// The words of the office file.
const (
	modeTrial      = "trial"
	modeProduction = "production"
)

// privacy reads what is said of data and reminders into p.
func (f form) privacy(p *Plan, first locale.Lang) {
	p.Office.Privacy.Production = f.word("mode", modeTrial, modeProduction) == modeProduction
	p.Office.Advance = privacy.Advance(f.word("advance",
		string(privacy.AdvanceConsent), string(privacy.AdvanceOpen), string(privacy.AdvanceOff)))
	p.Office.Privacy.Reserve = p.leastShare() / 10
	if f.has("privacy") {
		if sub, ok := f.form("privacy"); ok {
			sub.notice(&p.Office)
		}
	}
	reminder := form{f.report, "reminder", newTable(f.at.line)}
	if f.has("reminder") {
		if sub, ok := f.form("reminder"); ok {
			reminder = sub
		}
	}
	reminder.reminders(&p.Office.Reminders)
	for _, sub := range f.forms("processor", false, "[[processor]]") {
		processor := sub.processor(first)
		p.Processors = append(p.Processors, processor)
		p.Office.Privacy.Recipients = append(p.Office.Privacy.Recipients, processor.Recipient)
	}
	if n := len(p.Processors); n > mostProcessors {
		f.refuse("processor", fmt.Sprintf("there are %d processors, and an office can have %d", n, mostProcessors),
			"leave out those that handle no data of citizens")
	}
}

// mostProcessors is how many the protocol carries.
const mostProcessors = 32

// word reads a text that is one of some words, the first of which is its default.
func (f form) word(name string, words ...string) string {
	s, ok := f.text(name, false, words[0])
	switch {
	case !ok:
		return words[0]
	case slices.Contains(words, s):
		return s
	}
	remedy := "write one of: " + strings.Join(words, ", ")
	if near, ok := nearest(s, words); ok {
		remedy = fmt.Sprintf("did you mean %q?", near)
	}
	f.refuse(name, fmt.Sprintf("%q is none of its words", s), remedy)
	return words[0]
}

// notice reads the [privacy] table.
func (f form) notice(o *booking.Office) {
	o.Privacy.Officer.Address = f.short("dpo_address", false, longestContact)
	if f.has("dpo_pec") {
		o.Privacy.Officer.PEC = f.mail("dpo_pec", "rpd@pec.comune.valfiorita.example")
	}
	if pec := o.Privacy.Officer.PEC; pec != "" && strings.EqualFold(pec, o.Controller.PEC) {
		f.refuse("dpo_pec", "this is also the office's own certified mail",
			"give the data protection officer's, which serves requests about personal data only")
	}
	o.Privacy.Edition = f.short("edition", false, longestEdition)
	o.Privacy.Since = f.date("since")
}

// reminders reads the [reminder] table.
func (f form) reminders(r *privacy.Reminders) {
	before, _ := f.number("before_minutes", 30, 15, 240)
	dayBefore, _ := f.number("day_before_hours", 24, 1, 72)
	r.Before, r.DayBefore = time.Duration(before)*time.Minute, time.Duration(dayBefore)*time.Hour
	r.NoFirst = f.flag("no_first")
}

// processor reads a [[processor]] table.
func (f form) processor(first locale.Lang) Processor {
	keeps, _ := f.number("keeps_months", 0, 0, 120)
	p := Processor{
		Recipient: privacy.Recipient{
			Name:     f.short("name", true, longestProcessor),
			Task:     f.speech("task", true, longestTask, first),
			Channels: f.channels(),
			Keeps:    keeps,
			Country:  f.short("country", false, 2),
		},
		Contract: privacy.Contract{
			Reference:     f.short("contract", false, longestContact),
			Date:          f.date("date"),
			Until:         f.date("until"),
			Subject:       f.short("subject", false, longestContract),
			Subprocessors: f.short("subprocessors", false, longestContract),
			Instructions:  f.short("instructions", false, longestContract),
		},
	}
	if len(p.Channels) > 0 {
		f.need("keeps_months", example("processor.keeps_months"))
	}
	if c := p.Country; c != "" && utf8.RuneCountInString(c) <= 2 && !isCountry(c) {
		f.refuse("country", fmt.Sprintf("%q is no code of a country", c), "write two capital letters (ISO 3166), as country = \"IT\"")
	}
	if f.has("authorisation") {
		p.Contract.Authorisation = f.word("authorisation", "specific", "general")
	}
	if d, u := p.Contract.Date, p.Contract.Until; d != "" && u != "" && u < d {
		f.refuse("until", "the contract ends before its date", "write the date at whose end it ends")
	}
	return p
}

func (f form) channels() []privacy.Channel {
	var channels []privacy.Channel
	for _, item := range f.list("channels", false, `channels = ["sms"]`, unstable.String) {
		c := privacy.Channel(item.text)
		switch {
		case c != privacy.SMS && c != privacy.Mail:
			f.add(item.line, join(f.table, "channels"), fmt.Sprintf("there is no channel %q", item.text), `use some of: "sms", "email"`)
		case slices.Contains(channels, c):
			f.add(item.line, join(f.table, "channels"), fmt.Sprintf("%q is listed twice", item.text), "keep one of the two")
		default:
			channels = append(channels, c)
		}
	}
	return channels
}

// date reads a date, "" where there is none.
func (f form) date(name string) string {
	n, ok := f.value(name, false, name+" = 2026-11-24, without quotes", unstable.LocalDate)
	if !ok {
		return ""
	}
	day, err := booking.ParseDay(n.text)
	if err != nil {
		f.refuse(name, err.Error(), "write it as 2026-11-24, without quotes")
		return ""
	}
	return day.String()
}

// short reads a text of at most so many characters that is the same in every language.
func (f form) short(name string, required bool, longest int) string {
	n, ok := f.value(name, required, example(join(f.table, name)), unstable.String)
	if !ok {
		return ""
	}
	f.checkWords(n.line, join(f.table, name), n.text, longest)
	return n.text
}

// isCountry reports whether c has the form of a country's code.
func isCountry(c string) bool {
	return len(c) == 2 && strings.Trim(c, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}
