package agenda_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.org/totem/booking"
	"example.org/totem/internal/fault"
	"example.org/totem/locale"
	"example.org/totem/privacy"
	"example.org/totem/scheduler/agenda"
)

// office is a small office file; the tests count its lines.
const office = `id = "prova"
zone = "Europe/Rome"
languages = ["it", "en"]
emblem = "PV"
totems = ["ingresso", "atrio"]
walk_in_share = 0.5
lead_minutes = 10
name.it = "Ufficio di prova"
place.it = "piano terra"
waiting.it = "sala d'attesa"

[controller]
name = "Comune di Prova"
address = "piazza 1, Prova"
email = "ufficio@prova.example"
pec = "ufficio@pec.prova.example"
phone = "000 000"
dpo = "dpo@prova.example"

[hours]
monday = ["14:00-16:00", "8:30-12:30"]
tuesday = ["8:30-12:30"]
closed = [
  2026-12-28,
  2026-12-22,
]

[[queue]]
id = "uno"
prefix = "A"
slot_minutes = 30
horizon_days = 7
label.it = "Sportello uno"
counters = [
  { days = "mon-tue", hours = "8:30-12:30", open = 2 },
  { days = "mon", hours = "14:00-16:00", open = 1 },
]

[[queue]]
id = "due"
prefix = "B"
slot_minutes = 60
label.it = "Sportello due"
counters = 1

[[service]]
id = "anagrafe"
queue = "uno"
name.it = "Anagrafe"
name.en = "Registry"
detail.it = "certificati"

[[service]]
id = "altro"
queue = "due"
name.it = "Altro"

[[service]]
id = "delicato"
queue = "due"
name.it = "Delicato"
sensitive = true
`

func problemsOf(err error) agenda.Problems {
	var problems agenda.Problems
	errors.As(err, &problems)
	return problems
}

func TestAnOfficeFileBecomesAPlan(t *testing.T) {
	plan, err := agenda.Read("prova.toml", []byte(office))
	if err != nil {
		t.Fatal(err)
	}
	clock := func(s string) booking.Clock {
		c, err := booking.ParseClock(s)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	span := func(from, to string) booking.Span { return booking.Span{From: clock(from), To: clock(to)} }
	morning, afternoon := span("8:30", "12:30"), span("14:00", "16:00")
	usual := booking.Pace{Tickets: 12, Within: 3 * time.Minute}
	uno := booking.Queue{ID: "uno", Prefix: "A", Label: locale.Text{"it": "Sportello uno"}, Length: 30 * time.Minute, WalkIn: 500, Pace: usual}
	due := booking.Queue{ID: "due", Prefix: "B", Label: locale.Text{"it": "Sportello due"}, Length: time.Hour, WalkIn: 500, Pace: usual}
	rome, _ := time.LoadLocation("Europe/Rome")
	want := agenda.Plan{
		Zone:   rome,
		Totems: []booking.TotemID{"ingresso", "atrio"},
		WalkIn: 0.5,
		Queues: []agenda.QueuePlan{
			{Queue: uno, Horizon: 7, Counters: [7][]agenda.Counters{
				1: {{Span: morning, Open: 2}, {Span: afternoon, Open: 1}}, 2: {{Span: morning, Open: 2}}}},
			{Queue: due, Horizon: 30, Counters: [7][]agenda.Counters{
				1: {{Span: morning, Open: 1}, {Span: afternoon, Open: 1}}, 2: {{Span: morning, Open: 1}}}},
		},
		Office: booking.Office{
			ID: "prova", Zone: "Europe/Rome", Emblem: "PV", Languages: []locale.Lang{"it", "en"}, Lead: 10 * time.Minute, Release: 30 * time.Minute,
			Name: locale.Text{"it": "Ufficio di prova"}, Place: locale.Text{"it": "piano terra"}, Waiting: locale.Text{"it": "sala d'attesa"},
			Controller: privacy.Controller{Name: "Comune di Prova", Address: "piazza 1, Prova", Email: "ufficio@prova.example",
				PEC: "ufficio@pec.prova.example", Phone: "000 000", DPO: "dpo@prova.example"},
			Privacy:   privacy.Facts{Reserve: 50},
			Reminders: privacy.Reminders{Before: 30 * time.Minute, DayBefore: 24 * time.Hour},
			Advance:   privacy.AdvanceConsent,
			Hours: booking.Hours{
				Week:   [7][]booking.Span{1: {morning, afternoon}, 2: {morning}},
				Closed: []booking.Day{day(t, "2026-12-22"), day(t, "2026-12-28")},
			},
			Queues: []booking.Queue{uno, due},
			Services: []booking.Service{
				{ID: "anagrafe", Queue: "uno", Name: locale.Text{"it": "Anagrafe", "en": "Registry"}, Detail: locale.Text{"it": "certificati"}},
				{ID: "altro", Queue: "due", Name: locale.Text{"it": "Altro"}},
				{ID: "delicato", Queue: "due", Name: locale.Text{"it": "Delicato"}, Sensitive: true},
			},
		},
	}
	sameZone := cmp.Comparer(func(a, b *time.Location) bool { return a.String() == b.String() })
	sameDay := cmp.Comparer(func(a, b booking.Day) bool { return a == b })
	if diff := cmp.Diff(want, plan, sameZone, sameDay); diff != "" {
		t.Error(diff)
	}
}

func TestWhatIsLeftOutHasItsDefault(t *testing.T) {
	text := strings.NewReplacer("totems = [\"ingresso\", \"atrio\"]\nwalk_in_share = 0.5\nlead_minutes = 10\n", "", "horizon_days = 7\n", "").Replace(office)
	plan, err := agenda.Read("prova.toml", []byte("\xef\xbb\xbf"+strings.ReplaceAll(text, "\n", "\r\n")))
	if err != nil {
		t.Fatal(err)
	}
	if plan.WalkIn != 0.2 || plan.Office.Lead != 5*time.Minute || plan.Queues[0].Horizon != 30 || plan.Totems != nil {
		t.Errorf("got share %v, lead %v, horizon %d, totems %v", plan.WalkIn, plan.Office.Lead, plan.Queues[0].Horizon, plan.Totems)
	}
}

func TestAMistakeIsToldWithItsLine(t *testing.T) {
	cases := []struct {
		name, from, to string // what is changed in the office file
		want           string // the beginning of the problem, after the file's name
	}{
		{"empty bring", "detail.it = \"certificati\"", "bring.it = \"\"", "51: service.bring.it: the text is empty"},
		{"broken", `emblem = "PV"`, `emblem = "PV`, "4: this is not TOML"},
		{"no value", "slot_minutes = 30", "slot_minutes =", "31: this is not TOML"},
		{"name twice", `emblem = "PV"`, `zone = "UTC"`, "4: this is not TOML: key zone is already defined"},
		{"table twice", "[[queue]]\nid = \"due\"", "[hours]\nid = \"due\"", "39: this is not TOML"},
		{"row twice", "open = 1 },", "open = 1, open = 2 },", "36: this is not TOML"},
		{"unknown field", "walk_in_share", "walkin_share", "6: walkin_share: there is no such field; did you mean walk_in_share?"},
		{"unknown weekday", "tuesday", "martedi", "22: hours.martedi: there is no such field; remove it, or use one of: monday"},
		{"unknown row field", "open = 1", "opened = 1", "36: queue.counters.opened: there is no such field; did you mean open?"},
		{"missing field", "prefix = \"B\"\n", "", "39: queue.prefix: this field is missing"},
		{"missing minutes", "slot_minutes = 60\n", "", "39: queue.slot_minutes: this field is missing"},
		{"missing contact", "pec = \"ufficio@pec.prova.example\"\n", "", "12: controller.pec: this field is missing"},
		{"empty contact", `phone = "000 000"`, `phone = ""`, "17: controller.phone: the text is empty"},
		{"bad mail", "dpo@prova.example", "dpo at prova", `18: controller.dpo: "dpo at prova" is not a mail address`},
		{"same mail", "dpo@prova.example", "ufficio@prova.example", "18: controller.dpo: this is also the office's own mail"},
		{"wrong kind", "lead_minutes = 10", `lead_minutes = "10"`, "7: lead_minutes: this is a text, which does not belong here"},
		{"one bracket", "[[service]]\nid = \"anagrafe\"", "[service]\nid = \"anagrafe\"", "53: this is not TOML"},
		{"bad id", `id = "prova"`, `id = "Prova!"`, `1: id: identifier "Prova!"`},
		{"taken id", `id = "prova"`, `id = "stranger"`, `1: id: identifier "stranger": the word is taken`},
		{"bad zone", "Europe/Rome", "Europe/Roma", `2: zone: there is no time zone "Europe/Roma"`},
		{"local zone", "Europe/Rome", "Local", `2: zone: there is no time zone "Local"`},
		{"foreign language", `["it", "en"]`, `["it", "la"]`, `3: languages: Totem does not speak "la"`},
		{"language twice", `["it", "en"]`, `["it", "it"]`, `3: languages: "it" is listed twice`},
		{"no language", `["it", "en"]`, `[]`, `3: languages: the list is empty`},
		{"emblem", `"PV"`, `"PRO"`, `4: emblem: "PRO" is not two letters`},
		{"totem named pool", `"atrio"`, `"pool"`, `5: totems: totem id "pool": the word is taken`},
		{"totem named reserve", `"atrio"`, `"reserve"`, `5: totems: totem id "reserve": the word is taken`},
		{"totem twice", `"atrio"`, `"ingresso"`, `5: totems: the totem "ingresso" is listed twice`},
		{"share", "0.5", "1.5", "6: walk_in_share: 1.5 is not such a share"},
		{"fine share", "0.5", "0.00001", "6: walk_in_share: 0.00001 is not such a share"},
		{"share nan", "0.5", "nan", "6: walk_in_share: nan is not such a share"},
		{"own share", "horizon_days = 7", "walk_in_share = 2", "32: queue.walk_in_share: 2 is not such a share; write a number from 0 to 1"},
		{"nothing for totems", "lead_minutes = 10", "grants.most = 0", "7: grants.most: 0 is not such a share; write a number from 0.001 to 1"},
		{"a long outage", "lead_minutes = 10", "grants.survive_hours = 25", "7: grants.survive_hours: 25 is out of range; write a whole number from 0 to 24"},
		{"released too early", "lead_minutes = 10", "grants.release_minutes = 241", "7: grants.release_minutes: 241 is out of range"},
		{"unknown grant", "lead_minutes = 10", "grants.release = 5", "7: grants.release: there is no such field"},
		{"grants that are none", "lead_minutes = 10", "grants = 0.5", "7: grants: this is a fraction, which does not belong here; write for example [grants]"},
		{"hurry", "horizon_days = 7", "pace_tickets = -1", "32: queue.pace_tickets: -1 is out of range; write a whole number from 0 to 999"},
		{"no time for it", "lead_minutes = 10", "pace_minutes = 0", "7: pace_minutes: 0 is out of range; write a whole number from 1 to 60"},
		{"totem named limbo", `"atrio"`, `"limbo"`, `5: totems: totem id "limbo": the word is taken`},
		{"long name", "Ufficio di prova", strings.Repeat("è", 41), "8: name.it: the text has 41 characters, and 40 fit"},
		{"line break", "piano terra", `piano\nterra`, "9: place.it: the text holds a line break"},
		{"bell", "piano terra", `piano \u0007terra`, "9: place.it: the text holds a line break or another control"},
		{"turned text", "piano terra", `piano \u202Eterra`, "9: place.it: the text holds a line break or another control"},
		{"space", "piano terra", "piano terra ", "9: place.it: the text begins or ends with a space"},
		{"text in no language", "place.it", "place.la", "9: place.la: Totem does not speak this language"},
		{"text not in the first", "place.it", "place.en", "9: place: the text is missing in the office's first language, it"},
		{"long service", "Registry", strings.Repeat("x", 29), "50: service.name.en: the text has 29 characters, and 28 fit"},
		{"long detail", "certificati", strings.Repeat("x", 45), "51: service.detail.it: the text has 45 characters, and 44 fit"},
		{"long bring", "detail.it = \"certificati\"", "bring.it = \"" + strings.Repeat("x", 121) + "\"", "51: service.bring.it: the text has 121"},
		{"reversed", `"14:00-16:00"`, `"16:00-14:00"`, "21: hours.monday: the span 16:00-14:00 ends before it begins"},
		{"empty span", `"14:00-16:00"`, `"14:00-14:00"`, "21: hours.monday: the span 14:00-14:00 ends before it begins"},
		{"overlap", `"14:00-16:00"`, `"12:00-16:00"`, "21: hours.monday: 8:30-12:30 overlaps 12:00-16:00"},
		{"no clock", `"14:00-16:00"`, `"14-16"`, `21: hours.monday: time "14"`},
		{"no span", `"14:00-16:00"`, `"14:00"`, `21: hours.monday: "14:00" is not a span of hours`},
		{"closed twice", "2026-12-22", "2026-12-28", "25: hours.closed: 2026-12-28 is already closed by line 24"},
		{"closed with quotes", "2026-12-22", `"2026-12-22"`, "25: hours.closed: the list holds a text"},
		{"impossible date", "2026-12-22", "2026-12-32", "25: this is not TOML: impossible date"},
		{"queue id twice", `id = "due"`, `id = "uno"`, `40: queue.id: the queue of line 28 has the id "uno" too`},
		{"prefix twice", `prefix = "B"`, `prefix = "A"`, "41: queue.prefix: the queue of line 28 has the prefix A too"},
		{"long prefix", `prefix = "B"`, `prefix = "BB"`, `41: queue.prefix: prefix "BB"`},
		{"no minutes", "slot_minutes = 60", "slot_minutes = 0", "42: queue.slot_minutes: 0 is out of range"},
		{"negative minutes", "slot_minutes = 60", "slot_minutes = -5", "42: queue.slot_minutes: -5 is out of range"},
		{"slot too long", "slot_minutes = 60", "slot_minutes = 300", "44: queue.counters: no slot of 300 minutes begins"},
		{"row too short", `hours = "14:00-16:00"`, `hours = "15:45-16:00"`, "36: queue.counters: no slot of 30 minutes begins"},
		{"horizon 0", "horizon_days = 7", "horizon_days = 0", "32: queue.horizon_days: 0 is out of range"},
		{"horizon 61", "horizon_days = 7", "horizon_days = 61", "32: queue.horizon_days: 61 is out of range"},
		{"counters while closed", `hours = "14:00-16:00"`, `hours = "13:00-16:00"`, "36: queue.counters.hours: the office is not open throughout 13:00-16:00 on Monday"},
		{"counters on a closed day", `days = "mon", hours = "14:00-16:00"`, `days = "sun"`, "36: queue.counters.days: the office is closed on Sunday"},
		{"rows overlap", `days = "mon", hours = "14:00-16:00"`, `days = "mon", hours = "12:00-12:30"`, "36: queue.counters: Monday 12:00-12:30 overlaps the counters of line 35"},
		{"no weekday", `days = "mon-tue"`, `days = "lun-mar"`, `35: queue.counters.days: "lun" is no weekday`},
		{"never a counter", "counters = 1", "counters = []", "44: queue.counters: no counter is ever open"},
		{"too many slots", "slot_minutes = 30", "slot_minutes = 1", "34: queue.counters: Monday would have 600 slots, and a queue can have 400 a day"},
		{"never open", "[hours]\n", "[hours]\n[x]\n", "20: hours: the office is never open"},
		{"service id twice", `id = "altro"`, `id = "anagrafe"`, `54: service.id: the service of line 46 has the id "anagrafe" too`},
		{"service for no queue", `queue = "uno"`, `queue = "tre"`, `48: service.queue: there is no queue "tre"`},
		{"queue without services", `queue = "uno"`, `queue = "due"`, `28: queue: no service uses the queue "uno"`},
		{"sensitive alone", "name.it = \"Altro\"\n", "name.it = \"Altro\"\nsensitive = true\n", "57: service.sensitive: no ordinary service shares"},
		{"sensitive prepared", "slot_minutes = 60\n", "slot_minutes = 60\nprepare = true\n", "43: queue.prepare: the service \"delicato\" of this queue is sensitive"},
		{"label that tells", "Sportello due", "Delicato", "43: queue.label.it: the label is the name of the sensitive service"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if !strings.Contains(office, c.from) {
				t.Fatalf("the office file holds no %q", c.from)
			}
			plan, err := agenda.Read("prova.toml", []byte(strings.Replace(office, c.from, c.to, 1)))
			if f := fault.Of(err); err == nil || f.Code != fault.CodeOffice || f.Remedy == "" {
				t.Fatalf("got %#v, want a fault of the office file", err)
			}
			if plan.Office.ID != "" || plan.Queues != nil {
				t.Errorf("a refused file gave a plan")
			}
			var told []string
			for _, p := range problemsOf(err) {
				told = append(told, strings.TrimPrefix(p.Error(), "prova.toml:"))
				if p.Remedy == "" || p.Wrong == "" {
					t.Errorf("%v: says not enough", p)
				}
			}
			if !strings.Contains("\n"+strings.Join(told, "\n"), "\n"+c.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(told, "\n"), c.want)
			}
		})
	}
}

func TestAllMistakesAreToldAtOnceAndInOrder(t *testing.T) {
	text := strings.NewReplacer(`"PV"`, `"P1"`, "slot_minutes = 30", "slot_minutes = 0", `queue = "uno"`, `queue = "tre"`, "Europe/Rome", "Europe/Roma").Replace(office)
	_, err := agenda.Read("prova.toml", []byte(text))
	var lines []int
	for _, p := range problemsOf(err) {
		lines = append(lines, p.Line)
	}
	if diff := cmp.Diff([]int{2, 4, 28, 31, 48}, lines); diff != "" {
		t.Errorf("lines of the mistakes (-want +got):\n%s\n%v", diff, err)
	}
	if want := "the office file prova.toml has 5 mistakes"; fault.Of(err).Sentence != want {
		t.Errorf("got %q, want %q", fault.Of(err).Sentence, want)
	}
}

func TestEveryFieldOfTheControllerIsRequired(t *testing.T) {
	for _, field := range []string{"name", "address", "email", "pec", "phone", "dpo"} {
		head, body, _ := strings.Cut(office, "[controller]")
		_, err := agenda.Read("prova.toml", []byte(head+"[controller]"+strings.Replace(body, "\n"+field+" = ", "\n#"+field+" = ", 1)))
		if want := fmt.Sprintf("prova.toml:12: controller.%s: this field is missing", field); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("without %s: got %v, want %s", field, err, want)
		}
	}
}

func TestAFileThatIsNotThereIsAFault(t *testing.T) {
	_, err := agenda.ReadFile(filepath.Join(t.TempDir(), "none.toml"))
	if fault.Of(err).Code != fault.CodeOffice || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

func TestAFileThatIsTooLongIsRefused(t *testing.T) {
	_, err := agenda.Read("long.toml", []byte(office+strings.Repeat("# and so on\n", 20_000)))
	if fault.Of(err).Code != fault.CodeOffice || !strings.Contains(err.Error(), "longer than") {
		t.Errorf("got %v", err)
	}
}

func TestADeeplyNestedFileIsRefusedQuietly(t *testing.T) {
	for _, s := range []string{"[", "{a=", "[{a="} {
		if _, err := agenda.Read("deep.toml", []byte("a = "+strings.Repeat(s, 120_000/len(s)))); err == nil {
			t.Errorf("%q again and again is an office file", s)
		}
	}
}

func FuzzOfficeFile(f *testing.F) {
	f.Add([]byte(office))
	for _, name := range []string{"valfiorita-anagrafe", "previdenza-monterovo"} {
		data, err := os.ReadFile("../../offices/" + name + ".toml")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	for _, s := range []string{"", "a=[1]\n[a.b]\n", "[[queue]]\ncounters=[{},[],1]", "hours={monday=[1979-05-27,07:32:00,true]}", "name=1\nname.it=2",
		"queue=[{id='a'},{id='a'}]", "[controller]\n\"\"=1", "a.b.c=1\n[a]\n[a.b]"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		plan, err := agenda.Read("fuzz.toml", data)
		if err != nil {
			if diff := cmp.Diff(agenda.Plan{}, plan); diff != "" {
				t.Error("an error came with a plan")
			}
			for _, p := range problemsOf(err) {
				if lines := strings.Count(string(data), "\n") + 1; p.Line < 1 || p.Line > lines {
					t.Errorf("%v: the file has %d lines", p, lines)
				}
			}
			return
		}
		for _, q := range plan.Queues {
			for n := range 7 {
				if sheet, ok := agenda.PlanDay(plan, q.ID, day(t, "2026-10-19").AddDays(n)); ok && sheet.Check() != nil {
					t.Error(sheet.Check())
				}
			}
		}
	})
}
