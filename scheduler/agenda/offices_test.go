package agenda_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	_ "time/tzdata"
	"unicode/utf8"

	"example.org/totem/booking"
	"example.org/totem/locale"
	"example.org/totem/scheduler/agenda"
)

func day(t testing.TB, s string) booking.Day {
	t.Helper()
	d, err := booking.ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestTheSampleOfficesPlanAWeek(t *testing.T) {
	for file, open := range map[string]int{"valfiorita-anagrafe": 6, "previdenza-monterovo": 5} {
		plan, err := agenda.ReadFile("../../offices/" + file + ".toml")
		if err != nil {
			t.Fatal(err)
		}
		if string(plan.Office.ID) != file || plan.Zone.String() != "Europe/Rome" {
			t.Errorf("%s: office %q in %v", file, plan.Office.ID, plan.Zone)
		}
		days := map[booking.Day]bool{}
		for n := range 7 {
			d := day(t, "2026-11-23").AddDays(n)
			for _, q := range plan.Queues {
				sheet, ok := agenda.PlanDay(plan, q.ID, d)
				if !ok {
					continue
				}
				days[d] = true
				if err := sheet.Check(); err != nil {
					t.Error(err)
				}
				if len(sheet.Slots) > 144 {
					t.Errorf("%s has %d slots, more than a sheet is made for", sheet.SheetKey, len(sheet.Slots))
				}
			}
		}
		if len(days) != open {
			t.Errorf("%s works on %d days of the week, want %d", file, len(days), open)
		}
		if _, ok := agenda.PlanDay(plan, plan.Queues[0].ID, day(t, "2026-12-25")); ok {
			t.Errorf("%s works at Christmas", file)
		}
	}
}

func TestTheSampleOfficesSpeakTenLanguages(t *testing.T) {
	for _, file := range []string{"valfiorita-anagrafe", "previdenza-monterovo"} {
		plan, err := agenda.ReadFile("../../offices/" + file + ".toml")
		if err != nil {
			t.Fatal(err)
		}
		full := map[string]locale.Text{"name": plan.Office.Name, "place": plan.Office.Place, "waiting": plan.Office.Waiting}
		for _, q := range plan.Office.Queues {
			full["label of "+string(q.ID)] = q.Label
		}
		for _, s := range plan.Office.Services {
			full["name of "+string(s.ID)], full["detail of "+string(s.ID)] = s.Name, s.Detail
			full["what to bring for "+string(s.ID)] = s.Bring
			if n := utf8.RuneCountInString(s.Name["it"]); n > 24 {
				t.Errorf("%s: the name of %s has %d letters, too many for a card", file, s.ID, n)
			}
		}
		for what, text := range full {
			if len(text) != 10 {
				t.Errorf("%s: %s is in %d languages", file, what, len(text))
			}
		}
	}
}

func TestNoLabelOfASampleOfficeTellsASensitiveService(t *testing.T) {
	told := regexp.MustCompile(`(?i)social|invalid|disab|handicap|matern|pflege|соціал|інвалід|社会|残疾|生育`)
	for _, file := range []string{"valfiorita-anagrafe", "previdenza-monterovo"} {
		plan, err := agenda.ReadFile("../../offices/" + file + ".toml")
		if err != nil {
			t.Fatal(err)
		}
		neutral := 0
		for _, q := range plan.Office.Queues {
			if !plan.Office.Neutral(q.ID) {
				continue
			}
			neutral++
			for lang, label := range q.Label {
				if told.MatchString(label) {
					t.Errorf("%s: the label %q (%s) of queue %s tells", file, label, lang, q.ID)
				}
			}
		}
		if neutral == 0 {
			t.Errorf("%s has no queue with a sensitive service", file)
		}
	}
}

const doc = "../../docs/office-file.md"

func TestTheExampleOfTheDocumentIsAnOfficeFile(t *testing.T) {
	text, err := os.ReadFile(doc)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "```toml\n")
	example, _, ok := strings.Cut(rest, "```")
	if !ok {
		t.Fatal("no example")
	}
	plan, err := agenda.Read(filepath.Base(doc), []byte(example))
	if err != nil {
		t.Fatal(err)
	}
	if len(plan.Queues) != 2 || len(plan.Office.Services) != 3 {
		t.Errorf("%d queues and %d services, want 2 and 3", len(plan.Queues), len(plan.Office.Services))
	}
}

func TestTheDocumentDescribesEveryFieldAndNoOther(t *testing.T) {
	text, err := os.ReadFile(doc)
	if err != nil {
		t.Fatal(err)
	}
	var described []string
	for _, m := range regexp.MustCompile("(?m)^\\| `([a-z_.]+)` \\|").FindAllStringSubmatch(string(text), -1) {
		described = append(described, m[1])
	}
	for _, field := range agenda.Fields() {
		if !slices.Contains(described, field) {
			t.Errorf("%s does not describe %s", doc, field)
		}
	}
	for _, field := range described {
		if !slices.Contains(agenda.Fields(), field) {
			t.Errorf("%s describes %s, which is no field", doc, field)
		}
	}
}
