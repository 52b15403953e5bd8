package privacy_test

import (
	"slices"
	"testing"

	"example.org/totem/locale"
	"example.org/totem/privacy"
)

func TestWhatIsMissingInANoticeIsNamedAsTheOfficeFileNamesIt(t *testing.T) {
	for _, test := range []struct {
		want   string
		remove func(*privacy.Input)
	}{
		{"controller.name", func(in *privacy.Input) { in.Controller.Name = "" }},
		{"controller.address", func(in *privacy.Input) { in.Controller.Address = " " }},
		{"controller.email", func(in *privacy.Input) { in.Controller.Email = "" }},
		{"controller.pec", func(in *privacy.Input) { in.Controller.PEC = "" }},
		{"controller.phone", func(in *privacy.Input) { in.Controller.Phone = "" }},
		{"controller.dpo", func(in *privacy.Input) { in.Controller.DPO = "" }},
		{"controller.dpo", func(in *privacy.Input) { in.Controller.DPO = "Anagrafe@valfiorita.example" }}, // the office's own
		{"privacy.dpo_address", func(in *privacy.Input) { in.Facts.Officer.Address = "" }},
		{"privacy.dpo_pec", func(in *privacy.Input) { in.Facts.Officer.PEC = "" }},
		{"privacy.dpo_pec", func(in *privacy.Input) { in.Facts.Officer.PEC = in.Controller.PEC }},
		{"privacy.edition", func(in *privacy.Input) { in.Facts.Edition = "" }},
		{"privacy.since", func(in *privacy.Input) { in.Facts.Since = "" }},
		{"privacy.since", func(in *privacy.Input) { in.Facts.Since = "24 novembre 2026" }},
		{"processor[1].name", func(in *privacy.Input) { in.Facts.Recipients[0].Name = "" }},
		{"processor[2].task.it", func(in *privacy.Input) { in.Facts.Recipients[1].Task = locale.Text{"en": "sends the e-mail"} }},
		{"processor[2].country", func(in *privacy.Input) { in.Facts.Recipients[1].Country = "" }},
		{"processor[1].country", func(in *privacy.Input) { in.Facts.Recipients[0].Country = "US" }},
		{"processor.channels (sms)", func(in *privacy.Input) { in.Facts.Recipients = in.Facts.Recipients[1:] }},
		{"processor.channels (email)", func(in *privacy.Input) { in.Facts.Recipients[1].Channels = nil }},
	} {
		in := office(locale.Italian)
		if missing := privacy.Missing(in); len(missing) != 0 || !in.Complete() {
			t.Fatalf("the whole office lacks %q", missing)
		}
		test.remove(&in)
		if got := privacy.Missing(in); !slices.Equal(got, []string{test.want}) || in.Complete() {
			t.Errorf("missing are %q, want %q", got, test.want)
		}
	}
}

func TestAnOfficeThatAsksForNothingNeedsNoProcessor(t *testing.T) {
	if missing := privacy.Missing(quiet(locale.Italian)); len(missing) != 0 {
		t.Errorf("missing are %q", missing)
	}
	if missing := privacy.Missing(privacy.Input{}); len(missing) != 10 {
		t.Errorf("of nothing at all %d fields are missing: %q", len(missing), missing)
	}
}

func TestWhatIsMissingInAContractIsNamedToo(t *testing.T) {
	whole := privacy.Contract{Reference: "determina 12/2026", Date: "2026-01-31", Until: "2028-01-31", Subject: "invio di SMS",
		Subprocessors: "nessuno", Authorisation: "specific", Instructions: "allegato A"}
	for _, test := range []struct {
		want   []string
		remove func(*privacy.Contract)
	}{
		{nil, func(*privacy.Contract) {}},
		{[]string{"processor[2].contract"}, func(c *privacy.Contract) { c.Reference = "" }},
		{[]string{"processor[2].date"}, func(c *privacy.Contract) { c.Date = "gennaio" }},
		{[]string{"processor[2].until"}, func(c *privacy.Contract) { c.Until = "" }},
		{[]string{"processor[2].subject"}, func(c *privacy.Contract) { c.Subject = "" }},
		{[]string{"processor[2].subprocessors"}, func(c *privacy.Contract) { c.Subprocessors = "" }},
		{[]string{"processor[2].authorisation"}, func(c *privacy.Contract) { c.Authorisation = "verbal" }},
		{[]string{"processor[2].instructions"}, func(c *privacy.Contract) { c.Instructions = "" }},
	} {
		contract := whole
		test.remove(&contract)
		if got := contract.Missing(2); !slices.Equal(got, test.want) {
			t.Errorf("missing are %q, want %q", got, test.want)
		}
	}
	if got := (privacy.Contract{}).Missing(1); len(got) != 7 {
		t.Errorf("of no contract %q are missing", got)
	}
}
