package agenda_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.org/totem/internal/fault"
	"example.org/totem/locale"
	"example.org/totem/privacy"
	"example.org/totem/scheduler/agenda"
)

// complete is office, open to the public and with nothing missing. What is added begins in line 66.
func complete() string {
	return strings.Replace(office, "lead_minutes = 10\n", "lead_minutes = 10\nmode = \"production\"\nadvance = \"open\"\n", 1) + `
[privacy]
dpo_address = "piazza 2, Prova"
dpo_pec = "rpd@pec.prova.example"
edition = "3"
since = 2026-11-24

[reminder]
before_minutes = 45
day_before_hours = 20
no_first = true

[[processor]]
name = "Messaggi di Prova"
task.it = "invia gli SMS"
channels = ["sms"]
keeps_months = 60
country = "IT"
contract = "determina 1/2026"
date = 2026-01-31
until = 2028-12-31
subject = "invio di SMS"
subprocessors = "nessuno"
authorisation = "specific"
instructions = "allegato A"

[[processor]]
name = "Posta di Prova"
task.it = "invia le e-mail"
channels = ["email"]
keeps_months = 0
country = "IT"
contract = "determina 2/2026"
date = 2026-02-28
until = 2027-12-31
subject = "invio di e-mail"
subprocessors = "uno, in Francia"
authorisation = "general"
instructions = "allegato B"
`
}

func read(t testing.TB, text string) agenda.Plan {
	t.Helper()
	plan, err := agenda.Read("prova.toml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

func TestAnOfficeFileSaysWhatCitizensAreToldOfTheData(t *testing.T) {
	plan := read(t, complete())
	sms := privacy.Recipient{Name: "Messaggi di Prova", Task: locale.Text{"it": "invia gli SMS"}, Channels: []privacy.Channel{"sms"}, Keeps: 60, Country: "IT"}
	mail := privacy.Recipient{Name: "Posta di Prova", Task: locale.Text{"it": "invia le e-mail"}, Channels: []privacy.Channel{"email"}, Country: "IT"}
	facts := privacy.Facts{
		Production: true, Officer: privacy.Officer{Address: "piazza 2, Prova", PEC: "rpd@pec.prova.example"},
		Recipients: []privacy.Recipient{sms, mail}, Edition: "3", Since: "2026-11-24", Reserve: 50,
	}
	if diff := cmp.Diff(facts, plan.Office.Privacy); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(privacy.Reminders{Before: 45 * time.Minute, DayBefore: 20 * time.Hour, NoFirst: true}, plan.Office.Reminders); diff != "" {
		t.Error(diff)
	}
	processors := []agenda.Processor{
		{Recipient: sms, Contract: privacy.Contract{Reference: "determina 1/2026", Date: "2026-01-31", Until: "2028-12-31",
			Subject: "invio di SMS", Subprocessors: "nessuno", Authorisation: "specific", Instructions: "allegato A"}},
		{Recipient: mail, Contract: privacy.Contract{Reference: "determina 2/2026", Date: "2026-02-28", Until: "2027-12-31",
			Subject: "invio di e-mail", Subprocessors: "uno, in Francia", Authorisation: "general", Instructions: "allegato B"}},
	}
	if diff := cmp.Diff(processors, plan.Processors); diff != "" {
		t.Error(diff)
	}
	if plan.Office.Advance != privacy.AdvanceOpen || len(plan.Missing()) != 0 {
		t.Errorf("advance %q, missing %v", plan.Office.Advance, plan.Missing())
	}
	if got := plan.Channels(); !slices.Equal(got, []privacy.Channel{"sms", "email"}) {
		t.Errorf("channels %v", got)
	}
}

func TestWhatIsNotSaidOfTheDataIsATrial(t *testing.T) {
	plan := read(t, office)
	if plan.Office.Privacy.Production || plan.Office.Advance != privacy.AdvanceConsent || len(plan.Channels()) != 0 {
		t.Errorf("got %+v, advance %q, channels %v", plan.Office.Privacy, plan.Office.Advance, plan.Channels())
	}
	if want := (privacy.Reminders{Before: 30 * time.Minute, DayBefore: 24 * time.Hour}); !cmp.Equal(want, plan.Office.Reminders) {
		t.Errorf("got %+v", plan.Office.Reminders)
	}
	if want := []string{"privacy.dpo_address", "privacy.dpo_pec", "privacy.edition", "privacy.since"}; !slices.Equal(plan.Missing(), want) {
		t.Errorf("missing %v, want %v", plan.Missing(), want)
	}
}

// needed are the fields without which an office is not open to the public, and the table that the complaint stands at.
func needed() map[string]int {
	at := map[string]int{}
	for _, name := range []string{"dpo_address", "dpo_pec", "edition", "since"} {
		at["privacy."+name] = 66
	}
	for _, name := range []string{"country", "contract", "date", "until", "subject", "subprocessors", "authorisation", "instructions"} {
		at["processor."+name] = 77
	}
	return at
}

func TestProductionIsRefusedForEveryFieldThatIsMissing(t *testing.T) {
	for field, line := range needed() {
		table, name, _ := strings.Cut(field, ".")
		head, body, _ := strings.Cut(complete(), "["+table+"]")
		text := head + "[" + table + "]" + strings.Replace(body, "\n"+name+" = ", "\n#"+name+" = ", 1)
		_, err := agenda.Read("prova.toml", []byte(text))
		found := problemsOf(err)
		if len(found) != 1 || found[0].Line != line || found[0].Field != field || !strings.Contains(found[0].Wrong, "missing") ||
			!strings.Contains(found[0].Remedy, "add it, for example "+name+" = ") || fault.Of(err).Code != fault.CodeOffice {
			t.Errorf("without %s: %v, want one problem at line %d", field, err, line)
		}
		plan := read(t, strings.Replace(text, "production", "trial", 1))
		if got := plan.Missing(); len(got) != 1 || strings.Replace(got[0], "[1]", "", 1) != field {
			t.Errorf("a trial without %s lacks %v", field, got)
		}
	}
}

func TestProductionWithNothingAtAllNamesEveryField(t *testing.T) {
	text, _, _ := strings.Cut(complete(), "[privacy]")
	_, err := agenda.Read("prova.toml", []byte(text))
	var told []string
	for _, p := range problemsOf(err) {
		told = append(told, fmt.Sprintf("%d %s", p.Line, p.Field))
	}
	if diff := cmp.Diff([]string{"1 privacy.dpo_address", "1 privacy.dpo_pec", "1 privacy.edition", "1 privacy.since"}, told); diff != "" {
		t.Error(diff)
	}
}

func TestTheSecondProcessorsMistakeIsToldAtItsTable(t *testing.T) {
	at := strings.LastIndex(complete(), "contract = ")
	_, err := agenda.Read("prova.toml", []byte(complete()[:at]+"#"+complete()[at:]))
	if found := problemsOf(err); len(found) != 1 || found[0].Line != 91 || found[0].Field != "processor.contract" {
		t.Errorf("got %v", err)
	}
}

func TestAMistakeInWhatIsSaidOfTheDataIsToldWithItsLine(t *testing.T) {
	for name, c := range map[string]struct{ from, to, want string }{
		"mode":               {`"production"`, `"prodution"`, `8: mode: "prodution" is none of its words; did you mean "production"?`},
		"another mode":       {`"production"`, `"live"`, `8: mode: "live" is none of its words; write one of: trial, production`},
		"mode as a flag":     {`"production"`, `true`, `8: mode: this is true or false`},
		"advance":            {`"open"`, `"opne"`, `9: advance: "opne" is none of its words; did you mean "open"?`},
		"unknown field":      {"dpo_address", "dpo_adress", "67: privacy.dpo_adress: there is no such field; did you mean dpo_address?"},
		"pec":                {"rpd@pec", "rpd pec", `68: privacy.dpo_pec: "rpd pec.prova.example" is not a mail address`},
		"same pec":           {"rpd@pec", "Ufficio@pec", "68: privacy.dpo_pec: this is also the office's own certified mail"},
		"long edition":       {`edition = "3"`, `edition = "diciassettelettere"`, "69: privacy.edition: the text has 18 characters, and 16 fit"},
		"empty edition":      {`edition = "3"`, `edition = ""`, "69: privacy.edition: the text is empty"},
		"edition as number":  {`edition = "3"`, `edition = 3`, "69: privacy.edition: this is a whole number, which does not belong here; write for example edition = \"1\""},
		"date with quotes":   {"since = 2026-11-24", `since = "2026-11-24"`, "70: privacy.since: this is a text, which does not belong here; write for example since = 2026-11-24, without quotes"},
		"late reminder":      {"before_minutes = 45", "before_minutes = 5", "73: reminder.before_minutes: 5 is out of range; write a whole number from 15 to 240"},
		"early reminder":     {"day_before_hours = 20", "day_before_hours = 100", "74: reminder.day_before_hours: 100 is out of range"},
		"reminder field":     {"no_first", "no_frist", "75: reminder.no_frist: there is no such field; did you mean no_first?"},
		"no name":            {"name = \"Messaggi di Prova\"\n", "", "77: processor.name: this field is missing"},
		"long name":          {"Messaggi di Prova", strings.Repeat("x", 61), "78: processor.name: the text has 61 characters, and 60 fit"},
		"no task":            {"task.it = \"invia gli SMS\"\n", "", "77: processor.task: this field is missing"},
		"task not in first":  {"task.it = \"invia gli SMS\"", "task.en = \"sends SMS\"", "79: processor.task: the text is missing in the office's first language, it"},
		"channel":            {`["sms"]`, `["fax"]`, `80: processor.channels: there is no channel "fax"; use some of: "sms", "email"`},
		"channel twice":      {`["sms"]`, `["sms", "sms"]`, `80: processor.channels: "sms" is listed twice`},
		"keeps unknown":      {"keeps_months = 60\n", "", "77: processor.keeps_months: this field is missing; add it, for example keeps_months = 0"},
		"keeps too long":     {"keeps_months = 60", "keeps_months = 121", "81: processor.keeps_months: 121 is out of range"},
		"country":            {`country = "IT"`, `country = "it"`, `82: processor.country: "it" is no code of a country`},
		"long country":       {`country = "IT"`, `country = "Italia"`, "82: processor.country: the text has 6 characters, and 2 fit"},
		"far country":        {`country = "IT"`, `country = "US"`, "82: processor.country: the country is outside the European Economic Area"},
		"contract's end":     {"until = 2028-12-31", "until = 2025-12-31", "85: processor.until: the contract ends before its date"},
		"authorisation":      {`"specific"`, `"specifc"`, `88: processor.authorisation: "specifc" is none of its words; did you mean "specific"?`},
		"one bracket":        {"[[processor]]\nname = \"Posta", "[processor]\nname = \"Posta", "91: this is not TOML"},
		"processor as table": {"[privacy]\n", "[privacy]\nofficer = 1\n", "67: privacy.officer: there is no such field"},
	} {
		t.Run(name, func(t *testing.T) {
			if !strings.Contains(complete(), c.from) {
				t.Fatalf("the office file holds no %q", c.from)
			}
			_, err := agenda.Read("prova.toml", []byte(strings.Replace(complete(), c.from, c.to, 1)))
			if !slices.ContainsFunc(problemsOf(err), func(p agenda.Problem) bool { return strings.HasPrefix(p.Error(), "prova.toml:"+c.want) }) {
				t.Errorf("got\n%v\nwant\n%s", err, c.want)
			}
			fields := map[string]int{}
			for _, p := range problemsOf(err) {
				if fields[p.Field]++; fields[p.Field] > 1 {
					t.Errorf("told twice: %v", p)
				}
			}
		})
	}
}

func TestOnlyTheSampleOfficesAreOpenToThePublic(t *testing.T) {
	for file, keeps := range map[string]int{"valfiorita-anagrafe": 0, "previdenza-monterovo": 60} {
		plan, err := agenda.ReadFile("../../offices/" + file + ".toml")
		if err != nil {
			t.Fatal(err)
		}
		if !plan.Office.Privacy.Production || len(plan.Missing()) > 0 {
			t.Errorf("%s: production %v, missing %v", file, plan.Office.Privacy.Production, plan.Missing())
		}
		if got := plan.Channels(); !slices.Equal(got, []privacy.Channel{"sms", "email"}) {
			t.Errorf("%s: channels %v", file, got)
		}
		if got := plan.Processors[0].Keeps; got != keeps {
			t.Errorf("%s: SMS are kept for %d months, want %d", file, got, keeps)
		}
		for _, p := range plan.Processors {
			if len(p.Task) != 10 {
				t.Errorf("%s: the task of %s is told in %d languages", file, p.Name, len(p.Task))
			}
		}
	}
}
