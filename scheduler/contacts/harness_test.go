package contacts_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"example.org/totem/booking"
	"example.org/totem/locale"
	"example.org/totem/privacy"
	"example.org/totem/scheduler/contacts"
	"example.org/totem/sync/wire"
)

const office booking.OfficeID = "rm001"

// dayOf is the day of all tickets that do not say another.
func dayOf(t testing.TB, s string) booking.Day {
	t.Helper()
	d, err := booking.ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// entry returns the n-th citizen's entry, whose ticket is for start and whose message is due half an hour before.
func entry(n int, start time.Time) contacts.Entry {
	start = start.UTC()
	e := contacts.Entry{
		Office: office,
		Ticket: wire.TicketRef{Queue: "anagrafe", Day: booking.DayOf(start, time.UTC), Slot: booking.NewNumber("A", 1+n%900), Code: booking.CodeHash{byte(n), byte(n >> 8), 1}},
		Start:  start, Due: start.Add(-30 * time.Minute),
		Purpose: privacy.Reminding, Channel: privacy.SMS, Contact: fmt.Sprintf("+3933312%05d", n), Lang: locale.Italian,
		Receipt: [16]byte{byte(n), byte(n >> 8), 7},
	}
	if n%2 == 1 {
		e.Channel, e.Contact = privacy.Mail, fmt.Sprintf("chiara.%05d@posta.example", n)
	}
	return e
}

// consentOf is what the totem told with an entry.
func consentOf(e contacts.Entry) wire.Consent {
	return wire.Consent{Ticket: e.Ticket, Start: e.Start, Purpose: e.Purpose, Channel: e.Channel, Contact: e.Contact, Lang: e.Lang, Receipt: e.Receipt}
}

// records are what the records of consents were told.
type records struct {
	mu     sync.Mutex
	given  map[[16]byte]bool
	ended  map[[16]byte]contacts.Why
	days   []booking.Day
	broken bool
	leak   string
}

func newRecords() *records {
	return &records{given: make(map[[16]byte]bool), ended: make(map[[16]byte]contacts.Why)}
}

var errBroken = errors.New("the disk of the records is full")

func (r *records) Given(_ context.Context, _ booking.OfficeID, c wire.Consent) (bool, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.leak += c.Contact
	if r.broken {
		return false, errBroken
	}
	r.given[c.Receipt] = true
	return r.ended[c.Receipt] != 0, nil
}

func (r *records) Ended(_ context.Context, id booking.OfficeID, receipt [16]byte, why contacts.Why, at time.Time) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.broken {
		return errBroken
	}
	if r.ended[receipt] == 0 && id == office && !at.IsZero() {
		r.ended[receipt] = why
	}
	return nil
}

func (r *records) EndDay(_ context.Context, _ booking.OfficeID, day booking.Day) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.days = append(r.days, day)
	return nil
}

func (r *records) why(e contacts.Entry) contacts.Why {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.ended[e.Receipt]
}

func (r *records) broke(is bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.broken = is
}

// house is a store with what is around it.
type house struct {
	*contacts.Store
	t       testing.TB
	dir     string
	records *records
	log     *lines
}

// lines are what was logged.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func open(t testing.TB, dir string, r *records, notifiers ...contacts.Notifier) *house {
	t.Helper()
	log := new(lines)
	s, err := contacts.Open(contacts.Config{Dir: dir, Consents: r, Log: slog.New(slog.NewTextHandler(log, nil)),
		Notifiers: func(booking.OfficeID) []contacts.Notifier { return notifiers }})
	if err != nil {
		t.Fatal(err)
	}
	return &house{s, t, dir, r, log}
}

func (h *house) put(e contacts.Entry) {
	h.t.Helper()
	if err := h.Put(context.Background(), e, consentOf(e)); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) erase(e contacts.Entry, why contacts.Why) {
	h.t.Helper()
	if err := h.Erase(context.Background(), e.Office, e.Ticket, why); err != nil {
		h.t.Fatal(err)
	}
}

// holds reports whether an entry is held, whole.
func (h *house) holds(e contacts.Entry) bool {
	h.t.Helper()
	got, ok, err := h.Look(context.Background(), e.Office, e.Ticket)
	if err != nil {
		h.t.Fatal(err)
	}
	if ok && got != e {
		h.t.Errorf("held: %+v, want %+v", got, e)
	}
	return ok
}

// memory returns a directory on a file system without a disk, where there is one: a test that syncs thousands of times is of
// bytes, not of disks.
func memory(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "contacts-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// files returns the names of all files in the directory that belong to contacts.
func files(t testing.TB, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.Name() != "sealing.key" {
			names = append(names, e.Name())
		}
	}
	return names
}

// only returns the one file of that ending.
func only(t testing.TB, dir, ending string) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, "*"+ending))
	found = without(found, "sealing")
	if err != nil || len(found) != 1 {
		t.Fatalf("%d files %s, %v", len(found), ending, err)
	}
	return found[0]
}

func without(paths []string, word string) (rest []string) {
	for _, p := range paths {
		if !strings.Contains(filepath.Base(p), word) {
			rest = append(rest, p)
		}
	}
	return rest
}
