package consents_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.org/totem/locale"
	"example.org/totem/privacy"
	"example.org/totem/scheduler/consents"
)

var update = flag.Bool("update", false, "write the exported forms anew")

// recorded returns records of consents that ended in every way.
func recorded(t *testing.T) []privacy.Record {
	t.Helper()
	dir := memory(t)
	s := open(t, dir, nil)
	for i, how := range []privacy.ConsentState{0, privacy.ConsentWithdrawn, privacy.ConsentFulfilled, privacy.ConsentExpired} {
		c := consent(t, byte(i+1))
		if i%2 == 1 {
			c.Purpose, c.Channel, c.Contact = privacy.OtherDay, privacy.Mail, "maria.r@example.it"
			c.Lang, c.Ticket.Day = locale.German, c.Ticket.Day.AddDays(3)
		}
		give(t, s, c)
		if how != 0 {
			end(t, s, c, how, clock(9, 3))
		}
	}
	f := found(t, dir)
	if len(f.Records) != 4 || len(f.Problems) > 0 {
		t.Fatalf("%d records, %v", len(f.Records), f.Problems)
	}
	return f.Records
}

func exported(t *testing.T, form consents.Form) []byte {
	t.Helper()
	all, err := consents.Export(form, recorded(t))
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return append(text, '\n')
}

func TestTheFormsForAuditorsAreAsTheyAreKept(t *testing.T) {
	for _, form := range consents.Forms() {
		path := filepath.Join("testdata", string(form)+".json")
		got := exported(t, form)
		if *update {
			if err := os.WriteFile(path, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Errorf("%s (-want +got), go test ./scheduler/consents -update writes it anew:\n%s", form, diff)
		}
	}
}

func TestARecordFitsTheSchemaOfItsForm(t *testing.T) {
	s := readSchema(t)
	var all []map[string]any
	if err := json.Unmarshal(exported(t, consents.Form27560), &all); err != nil {
		t.Fatal(err)
	}
	for i, r := range all {
		for _, wrong := range s.check(s, "record", r) {
			t.Errorf("record %d: %s", i, wrong)
		}
	}
	all[0]["contact"] = "+393330000001"
	delete(all[0]["header"].(map[string]any), "record_id")
	all[0]["events"].([]any)[0].(map[string]any)["event_time"] = "2026-11-24T09:41:17+01:00"
	if wrong := s.check(s, "record", all[0]); len(wrong) != 3 {
		t.Errorf("three things are wrong, the schema says: %v", wrong)
	}
}

func TestNoFormTellsOfContactOrTicket(t *testing.T) {
	for _, form := range consents.Forms() {
		text := string(exported(t, form))
		for _, word := range []string{"+39000000", "maria.r", "A001", "T11:0", `"start"`, "anagrafe\""} {
			if strings.Contains(text, word) {
				t.Errorf("%s says %q", form, word)
			}
		}
	}
}

func TestTheTextOfTheNoticeInARecordHasItsDigest(t *testing.T) {
	var all []struct {
		Processing struct {
			Notice struct{ SHA256, Text string } `json:"privacy_notice"`
		} `json:"processing"`
	}
	if err := json.Unmarshal(exported(t, consents.Form27560), &all); err != nil {
		t.Fatal(err)
	}
	for _, r := range all {
		if sum := sha256.Sum256([]byte(r.Processing.Notice.Text)); hex.EncodeToString(sum[:]) != r.Processing.Notice.SHA256 {
			t.Errorf("%+v", r)
		}
	}
}

func TestAnUnknownFormIsRefused(t *testing.T) {
	if _, err := consents.Export("pdf", nil); err == nil {
		t.Error("exported")
	}
}
