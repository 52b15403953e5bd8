package stored_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.org/totem/internal/stored"
	"example.org/totem/privacy"
	"example.org/totem/store"
)

var update = flag.Bool("update", false, "write privacy/schema.lock and docs/privacy anew; a new field gets no purpose, which a person has to name")

const lockPath = "../../privacy/schema.lock"

// sources are read once: there are many.
var sources = sync.OnceValues(func() (stored.Found, error) { return stored.Sources(os.DirFS("../..")) })

// real returns every field of the real thing, and the names of all flags.
func real(t *testing.T) (fields, flags []stored.Field) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "totem.db")
	s, err := store.Open(context.Background(), store.Config{Path: path, Office: "rm001", Totem: "t1"})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	found, err := sources()
	if err != nil {
		t.Fatal(err)
	}
	for _, what := range found.Unknown {
		t.Error(what)
	}
	return slices.Concat(columns(t, "totem.db", path), found.Fields, stored.Bodies()), found.Flags
}

func columns(t *testing.T, place, path string) []stored.Field {
	t.Helper()
	db, err := sql.Open("sqlite3", path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}()
	fields, err := stored.Tables(context.Background(), place, db)
	if err != nil {
		t.Fatal(err)
	}
	return fields
}

func readLock(t *testing.T) stored.Lock {
	t.Helper()
	text, err := os.ReadFile(lockPath)
	if err != nil {
		t.Fatal(err)
	}
	l, err := stored.ReadLock(text)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestEveryFieldServesAPurpose(t *testing.T) {
	fields, _ := real(t)
	l := readLock(t)
	if *update {
		text := l.Renew(fields)
		if err := os.WriteFile(lockPath, text, 0o644); err != nil {
			t.Fatal(err)
		}
		var err error
		if l, err = stored.ReadLock(text); err != nil {
			t.Fatal(err)
		}
	}
	for _, wrong := range l.Check(fields) {
		t.Error(wrong)
	}
}

func TestTheRealThingIsWhatItIsTakenFor(t *testing.T) {
	fields, _ := real(t)
	for _, name := range []string{
		"totem.db:ticket.code", "totem.db:outbox.digest", "totem.db:office.body.Controller.Name", "totem.db:print_job.slip.lines.text", "totem.db:roll.body.used",
		"sync/wire:factBody.code", "ledger/jetstream:memberBody.key", "scheduler/archive:countLine.walk", "scheduler/authority:file.signer",
		"scheduler/consents:given.receipt", "sync/identity:credentials.jwt", "log:event", "log:office",
	} {
		place, rest, _ := strings.Cut(name, ":")
		if !slices.Contains(fields, stored.Field{Place: place, Name: rest}) {
			t.Errorf("%s was not found", name)
		}
	}
}

func TestAFieldWithoutAPurposeALineWithoutAFieldAndAnUnknownPurposeAreNamed(t *testing.T) {
	known := stored.Field{Place: "totem.db", Name: "ticket.code"}
	real := []stored.Field{known, {Place: "totem.db", Name: "ticket.mood"}, {Place: "log", Name: "blank"}}
	l := stored.Lock{known: {privacy.Giving}, {Place: "log", Name: "blank"}: nil, {Place: "log", Name: "gone"}: {"fun"}}
	wrong := strings.Join(l.Check(real), "\n")
	for _, name := range []string{"totem.db:ticket.mood is stored or sent", "log:blank has no purpose", "log:gone is in", `log:gone has the purpose "fun"`} {
		if !strings.Contains(wrong, name) {
			t.Errorf("nobody says %q:\n%s", name, wrong)
		}
	}
	if strings.Contains(wrong, "ticket.code") {
		t.Error(wrong)
	}
	again, err := stored.ReadLock(l.Renew(real))
	if diff := cmp.Diff(stored.Lock{known: {privacy.Giving}, real[1]: nil, real[2]: nil}, again); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

// allowed are fields whose words sound like a person, and why they are about none; or about whom they are.
func allowed() map[string]string {
	const controller, consented = "the office's own, as citizens are told it", "what a citizen consented to give; sealed on its way, encrypted where it is kept"
	return map[string]string{
		"scheduler/authority:file.operator":     "NATS calls so the key from which every right follows; it is no person",
		"scheduler/consents:controller.email":   controller,
		"scheduler/consents:controller.phone":   controller,
		"sync/wire:controllerBody.email":        controller,
		"sync/wire:controllerBody.phone":        controller,
		"totem.db:office.body.Controller.Email": controller,
		"totem.db:office.body.Controller.Phone": controller,
		"scheduler/contacts:body.contact":       consented,
		"sync/wire:consentBody.contact":         consented,
		"sync/wire:contactBody.sealed":          consented,
		"sync/wire:contactBody.incarnation":     "the message that brings it; the totem's store",
	}
}

func TestNoFieldIsAboutAnOperatorOrACitizensPerson(t *testing.T) {
	fields, flags := real(t)
	unused := maps.Clone(allowed())
	for _, b := range stored.Lint(append(fields, flags...)) {
		if allowed()[b.Field.String()] == "" {
			t.Errorf("%s: rename it, or do not keep it; if it is about nobody, or about who consented, say so here", b)
		}
		delete(unused, b.Field.String())
	}
	for name := range unused {
		t.Errorf("%s needs no leave any more", name)
	}
	if len(flags) < 20 {
		t.Errorf("only %d flags were found", len(flags))
	}
}

// What a log line may not say of anybody, beside all the above.
func TestTheLogHasNoKeyForATicketOrAConsent(t *testing.T) {
	fields, _ := real(t)
	for _, f := range fields {
		if f.Place != "log" {
			continue
		}
		for _, denied := range []string{"number", "slot", "hash", "ticket", "receipt", "consent", "contact", "language", "lang", "start", "masked", "ticket_code"} {
			if f.Name == denied {
				t.Errorf("a log line has the key %q", denied)
			}
		}
	}
}

func TestThePagesForTheOfficeAreAsTheyAreKept(t *testing.T) {
	l := readLock(t)
	for name, got := range map[string][]byte{
		"record-of-processing.md": stored.RecordOfProcessing(l), "stored-fields.md": stored.StoredFields(l), "dpia.md": stored.ImpactAssessment(),
	} {
		path := filepath.Join("..", "..", "docs", "privacy", name)
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
			t.Errorf("%s (-want +got), go test ./internal/stored -update writes it anew:\n%s", name, diff)
		}
	}
	for place := range placesOf(l) {
		if !strings.Contains(string(stored.StoredFields(l)), "\n## "+place+"\n\n") || strings.Contains(string(stored.StoredFields(l)), "\n## "+place+"\n\n.\n") {
			t.Errorf("nobody says what %s is", place)
		}
	}
}

func placesOf(l stored.Lock) map[string]bool {
	all := make(map[string]bool)
	for _, f := range l.Fields() {
		all[f.Place] = true
	}
	return all
}

func TestTheLinterFindsWhatOthersKeep(t *testing.T) {
	var fields []stored.Field
	for _, name := range []string{"queue.sql", "tickets.sql"} {
		ddl, err := os.ReadFile(filepath.Join("testdata", "foreign", name))
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), name)
		db, err := sql.Open("sqlite3", path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.Exec(string(ddl)); err != nil {
			t.Fatal(err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		fields = append(fields, columns(t, name, path)...)
	}
	text, err := os.ReadFile(filepath.Join("testdata", "foreign", "booking.schema.json"))
	if err != nil {
		t.Fatal(err)
	}
	var form struct{ Properties map[string]any }
	if err := json.Unmarshal(text, &form); err != nil {
		t.Fatal(err)
	}
	for name := range form.Properties {
		fields = append(fields, stored.Field{Place: "booking", Name: name})
	}
	found := make(map[string]bool)
	for _, b := range stored.Lint(fields) {
		name := b.Field.Name
		found[name[strings.LastIndex(name, ".")+1:]] = true
	}
	// A table about a clerk is, with all that it has.
	want := []string{"citizen_name", "csr_id", "email", "fiscalcode", "fullname", "notification_email", "notification_phone", "office_id", "phone", "pulledBy", "username"}
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(found))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestWordsAreFoundHoweverTheyAreWritten(t *testing.T) {
	for _, name := range []string{"pulledBy", "pulled_by", "PULLED-BY", "PulledBy", "ticket.pulled.by", "Matricola", "codiceFiscale", "userID", "USER_ID", "id_sportellista", "SachbearbeiterId"} {
		if len(stored.Lint([]stored.Field{{Place: "x", Name: name}})) != 1 {
			t.Errorf("%s was not found", name)
		}
	}
	for _, name := range []string{"number", "users", "counters", "accepted", "describe", "operatorless", "by", "contactless"} {
		if b := stored.Lint([]stored.Field{{Place: "x", Name: name}}); len(b) > 0 {
			t.Errorf("%s", b)
		}
	}
}
