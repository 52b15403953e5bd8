package contacts_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/totem/internal/fault"
	"example.org/totem/privacy"
	"example.org/totem/scheduler/contacts"
	"example.org/totem/sync/sealed"
	"example.org/totem/sync/wire"
)

var at950 = time.Date(2026, 11, 24, 9, 50, 0, 0, time.UTC)

func TestWhatIsGivenIsHeldOverARestartUntilItIsErased(t *testing.T) {
	dir := t.TempDir()
	h := open(t, dir, newRecords())
	a, b := entry(1, at950), entry(2, at950)
	h.put(a)
	h.put(b)
	h.put(a) // told twice
	for range 2 {
		if !h.holds(a) || !h.holds(b) {
			t.Fatal("not held")
		}
		h = open(t, dir, h.records)
	}
	if n := len(files(t, dir)); n != 4 {
		t.Errorf("%d files, want two for each contact", n)
	}
	for range 2 {
		h.erase(a, contacts.Withdrawn)
	}
	for range 2 {
		if h.holds(a) || !h.holds(b) {
			t.Error("the wrong one was erased")
		}
		h = open(t, dir, h.records)
	}
	if h.records.why(a) != contacts.Withdrawn || h.records.why(b) != 0 || !h.records.given[b.Receipt] {
		t.Errorf("records: %+v", h.records)
	}
	if h.records.leak != "" {
		t.Error("the records were told a contact")
	}
}

func TestWhatWasErasedDoesNotComeBackWhenItIsToldAgain(t *testing.T) {
	h := open(t, t.TempDir(), newRecords())
	e := entry(1, at950)
	h.put(e)
	h.erase(e, contacts.Withdrawn)
	h.put(e)
	if h.holds(e) || len(files(t, h.dir)) != 0 {
		t.Error("it came back")
	}
	e.Receipt[15]++ // its citizen consents anew
	h.put(e)
	if !h.holds(e) {
		t.Error("a new consent was not taken")
	}
}

func TestATicketHasOneContactTheOneThatWasGivenLast(t *testing.T) {
	h := open(t, t.TempDir(), newRecords())
	first := entry(1, at950)
	h.put(first)
	second := first
	second.Contact, second.Receipt = "altra@posta.example", [16]byte{99}
	h.put(second)
	if !h.holds(second) || len(files(t, h.dir)) != 2 || h.records.why(first) != contacts.Replaced {
		t.Errorf("files %v, the first ended as %d", files(t, h.dir), h.records.why(first))
	}
}

func TestADayTakesItsContactsAndThoseOfTheDaysBefore(t *testing.T) {
	h := open(t, t.TempDir(), newRecords())
	before, on, after := entry(1, at950.AddDate(0, 0, -1)), entry(2, at950), entry(3, at950.AddDate(0, 0, 1))
	other := entry(4, at950)
	other.Office = "rm002"
	for _, e := range []contacts.Entry{before, on, after, other} {
		h.put(e)
	}
	day := dayOf(t, "2026-11-24")
	if err := h.EraseDay(context.Background(), office, day); err != nil {
		t.Fatal(err)
	}
	if h.holds(before) || h.holds(on) || !h.holds(after) || !h.holds(other) {
		t.Error("the wrong ones were erased")
	}
	if h.records.why(on) != contacts.Ended || !slices.Contains(h.records.days, day) {
		t.Errorf("records: %+v", h.records)
	}
}

func TestAnOfficeSaysOfWhichTicketsSomethingIsHeld(t *testing.T) {
	h := open(t, t.TempDir(), newRecords())
	a, b, elsewhere := entry(1, at950), entry(2, at950), entry(3, at950)
	elsewhere.Office = "altrove"
	for _, e := range []contacts.Entry{a, b, elsewhere} {
		h.put(e)
	}
	h.erase(b, contacts.Withdrawn)
	if got := h.Held(a.Office); !slices.Equal(got, []wire.TicketRef{a.Ticket}) {
		t.Errorf("got %v", got)
	}
}

func TestNothingIsKeptWithoutItsProof(t *testing.T) {
	h := open(t, t.TempDir(), newRecords())
	h.records.broke(true)
	e := entry(1, at950)
	if err := h.Put(context.Background(), e, consentOf(e)); !errors.Is(err, errBroken) {
		t.Errorf("kept without its proof: %v", err)
	}
	if h.holds(e) || len(files(t, h.dir)) != 0 {
		t.Error("something was kept")
	}
}

func TestWhatCannotBeAnEntryIsRefused(t *testing.T) {
	h := open(t, t.TempDir(), newRecords())
	for name, spoil := range map[string]func(*contacts.Entry){
		"no office":       func(e *contacts.Entry) { e.Office = "" },
		"no queue":        func(e *contacts.Entry) { e.Ticket.Queue = "../x" },
		"no contact":      func(e *contacts.Entry) { e.Contact = "" },
		"no receipt":      func(e *contacts.Entry) { e.Receipt = [16]byte{} },
		"due too late":    func(e *contacts.Entry) { e.Due = e.Start.Add(time.Second) },
		"no end of it":    func(e *contacts.Entry) { e.Contact = strings.Repeat("canary", 300) },
		"no promised one": func(e *contacts.Entry) { e.Start = time.Time{} },
	} {
		e := entry(1, at950)
		spoil(&e)
		err := h.Put(context.Background(), e, consentOf(e))
		if err == nil || strings.Contains(err.Error(), "canary") || len(files(t, h.dir)) != 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWhatWasSealedToTheKeyIsOpened(t *testing.T) {
	h := open(t, t.TempDir(), newRecords())
	want := consentOf(entry(1, at950))
	want.Edition, want.Program, want.At = "3", "1.0", at950.Add(-time.Hour)
	want.Notice, want.Shown = [32]byte{1}, [32]byte{2}
	plain, err := wire.EncodeConsent(want)
	if err != nil {
		t.Fatal(err)
	}
	closed, err := sealed.Seal(h.Key(), office, "t1", plain)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := open(t, h.dir, h.records).Open(office, "t1", closed); err != nil || got != want {
		t.Errorf("opened %+v, %v", got, err)
	}
	if _, err := h.Open(office, "t2", closed); err == nil {
		t.Error("another totem's seal was opened")
	}
}

func TestADamagedSealingKeyIsSaidWithAWayOut(t *testing.T) {
	dir := t.TempDir()
	open(t, dir, newRecords())
	if err := os.WriteFile(filepath.Join(dir, "sealing.key"), []byte("short"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := contacts.Open(contacts.Config{Dir: dir})
	if f, ok := errors.AsType[*fault.Fault](err); !ok || f.Remedy == "" || !strings.Contains(fault.Reason(err).Error(), "sealing.key") {
		t.Errorf("%v", err)
	}
}

func TestOnlyTheOwnerReadsTheDirectory(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "contacts")
	h := open(t, dir, newRecords())
	h.put(entry(1, at950))
	for _, name := range append(files(t, dir), "sealing.key", ".") {
		info, err := os.Stat(filepath.Join(dir, name))
		if want := map[bool]fs.FileMode{true: 0o700, false: 0o600}[name == "."]; err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
}

func TestWithoutRandomnessNothingIsKept(t *testing.T) {
	s, err := contacts.Open(contacts.Config{Dir: t.TempDir(), Random: bytes.NewReader(nil)})
	if err != nil {
		t.Fatal(err)
	}
	if e := entry(1, at950); s.Put(context.Background(), e, consentOf(e)) == nil {
		t.Error("kept under no key")
	}
}

func TestAnOfficesChannelsAreThoseOfItsNotifiers(t *testing.T) {
	h := open(t, t.TempDir(), newRecords(), &gateway{channels: []privacy.Channel{privacy.Mail}}, &gateway{channels: []privacy.Channel{privacy.SMS, privacy.Mail}})
	if got := h.Channels(office); !slices.Equal(got, []privacy.Channel{privacy.Mail, privacy.SMS}) {
		t.Errorf("channels %v", got)
	}
	if got := open(t, t.TempDir(), newRecords()).Channels(office); len(got) != 0 {
		t.Errorf("channels %v without a notifier", got)
	}
}
