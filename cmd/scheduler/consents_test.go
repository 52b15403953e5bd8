package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.org/totem/booking"
	"example.org/totem/cmd/internal/central"
	"example.org/totem/locale"
	"example.org/totem/privacy"
	"example.org/totem/scheduler/consents"
	"example.org/totem/sync/wire"
)

func TestConsentsAreListedExportedAndFoundByTheirReceipt(t *testing.T) {
	dir := t.TempDir()
	if out, err := command("init", "--data", dir); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	list := func(args ...string) (string, error) {
		return command(append([]string{"consents", "--data", dir, "--office", "valfiorita-anagrafe"}, args...)...)
	}
	if out, err := list(); err != nil || out != "no such consent is recorded\n" {
		t.Errorf("%v: %q", err, out)
	}
	one, other := recordTwo(t, dir)
	if out, err := list(); err != nil || !strings.Contains(out, one.String()+": given 2026-11-24 08:41 UTC for reminder by sms, until 2026-11-24, notice 3; withdrawn 2026-11-24 08:52 UTC\n") ||
		!strings.Contains(out, other.String()) || !strings.Contains(out, "; given\n") {
		t.Errorf("%v: %q", err, out)
	}
	if out, err := list("--receipt", strings.ToUpper(other.String())); err != nil || strings.Contains(out, one.String()) || !strings.Contains(out, other.String()) {
		t.Errorf("%v: %q", err, out)
	}
	if out, err := list("--day", "2026-11-25"); err != nil || !strings.HasPrefix(out, "no such consent") {
		t.Errorf("%v: %q", err, out)
	}
	var listed consentsView
	out, err := list("--json")
	if err == nil {
		err = json.Unmarshal([]byte(out), &listed)
	}
	if err != nil || len(listed.Consents) != 2 || listed.Consents[0].State != "withdrawn" {
		t.Errorf("%v: %s", err, out)
	}
	for _, form := range consents.Forms() {
		var all []map[string]any
		out, err := list("--form", string(form))
		if err == nil {
			err = json.Unmarshal([]byte(out), &all)
		}
		if err != nil || len(all) != 2 {
			t.Errorf("%s: %v: %s", form, err, out)
		}
	}
	for _, wrong := range [][]string{{"--form", "pdf"}, {"--receipt", "1234"}, {"--day", "tomorrow"}, {"--form", "dpv", "--json"}} {
		if out, err := list(wrong...); err == nil || !strings.Contains(out, "T100") {
			t.Errorf("%v: %v: %s", wrong, err, out)
		}
	}
	spoil(t, dir)
	if out, err := list(); err == nil || !strings.Contains(out, "T500: records of consents in ") || !strings.Contains(out, other.String()) || !strings.Contains(out, "line 1") {
		t.Errorf("%v: %s", err, out)
	}
}

// recordTwo records two consents beside the identity in dir, of which the first is withdrawn.
func recordTwo(t *testing.T, dir string) (one, other privacy.Receipt) {
	t.Helper()
	identity, err := central.OpenIdentity(dir)
	if err != nil {
		t.Fatal(err)
	}
	s, err := consents.Open(consents.Config{Dir: filepath.Join(dir, consents.Dir), Signer: identity})
	if err != nil {
		t.Fatal(err)
	}
	day, err := booking.ParseDay("2026-11-24")
	if err != nil {
		t.Fatal(err)
	}
	ctx, at := context.Background(), time.Date(2026, 11, 24, 8, 41, 0, 0, time.UTC)
	one, other = privacy.Receipt{0xa0, 1}, privacy.Receipt{0xb0, 2}
	for _, r := range []privacy.Receipt{one, other} {
		c := wire.Consent{Ticket: wire.TicketRef{Day: day}, Purpose: privacy.Reminding, Channel: privacy.SMS, Lang: locale.Italian, Edition: "3",
			Notice: sha256.Sum256([]byte("notice")), Shown: sha256.Sum256([]byte("screen")), Program: "1.4.0", Receipt: r, At: at}
		if err := s.Given(ctx, "valfiorita-anagrafe", c, privacy.Terms{Zone: "Europe/Rome"}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Changed(ctx, "valfiorita-anagrafe", one, privacy.ConsentWithdrawn, at.Add(11*time.Minute)); err != nil {
		t.Fatal(err)
	}
	return one, other
}

// spoil changes what the first line says.
func spoil(t *testing.T, dir string) {
	t.Helper()
	path := filepath.Join(dir, consents.Dir, "valfiorita-anagrafe.2026-11-24.acts")
	text, err := os.ReadFile(path)
	if err == nil {
		err = os.WriteFile(path, []byte(strings.Replace(string(text), "1.4.0", "1.4.1", 1)), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}
