package central_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf16"

	"example.org/totem/booking"
	"example.org/totem/cmd/internal/central"
	"example.org/totem/internal/postsim"
	"example.org/totem/locale"
	"example.org/totem/privacy"
	"example.org/totem/scheduler/consents"
	"example.org/totem/scheduler/contacts"
	"example.org/totem/scheduler/smtp"
	"example.org/totem/scheduler/webhook"
	"example.org/totem/sync/natslink"
	"example.org/totem/sync/sealed"
	"example.org/totem/sync/wire"
)

// hand is a clock that is set by hand; who waits by it waits until it is there.
type hand struct {
	mu    sync.Mutex
	at    time.Time
	waits map[chan time.Time]time.Time
}

func (h *hand) now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.at
}

func (h *hand) after(d time.Duration) <-chan time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	c := make(chan time.Time, 1)
	if d <= 0 {
		c <- h.at
		return c
	}
	h.waits[c] = h.at.Add(d)
	return c
}

func (h *hand) set(at time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.at = at
	for c, until := range h.waits {
		if !until.After(at) {
			c <- at
			delete(h.waits, c)
		}
	}
}

// reminding is a scheduler with a post office, and a totem of it.
type reminding struct {
	*central.Central
	t     *testing.T
	dir   string
	hand  *hand
	post  *postsim.Post
	link  *natslink.Totem
	log   *bytes.Buffer
	told  booking.Office
	sheet booking.Sheet
	slots []booking.Number
	chain uint64
}

func openReminding(t *testing.T) *reminding {
	t.Helper()
	post, err := postsim.Open(postsim.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := post.Close(); err != nil {
			t.Error(err)
		}
	})
	mail, err := smtp.New(smtp.Config{Server: post.SMTP(), From: "Anagrafe <promemoria@comune.example>", TLS: smtp.Clear})
	if err != nil {
		t.Fatal(err)
	}
	sms, err := webhook.New(webhook.Config{URL: post.URL()})
	if err != nil {
		t.Fatal(err)
	}
	r := &reminding{t: t, dir: t.TempDir(), hand: &hand{at: now(), waits: make(map[chan time.Time]time.Time)}, post: post, log: new(bytes.Buffer)}
	p := plan(t)
	r.Central = open(t, central.Config{DataDir: r.dir, Now: r.hand.now, After: r.hand.after, Notifiers: []contacts.Notifier{mail, sms},
		Log: slog.New(slog.NewTextHandler(&locked{to: r.log}, nil))})
	r.link = dial(t, r.Central, p)
	r.sheet, r.slots = grant(t, r.link, p)
	r.told = r.Service().Plans()[0].Office
	return r
}

// locked is a log of which one line is written at a time.
type locked struct {
	mu sync.Mutex
	to *bytes.Buffer
}

func (l *locked) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.to.Write(p)
}

// give issues the n-th slot's ticket and gives a contact for it.
func (r *reminding) give(n int, channel privacy.Channel, contact string) wire.Consent {
	r.t.Helper()
	fact := issued(uint64(n+1), r.sheet, r.slots[n])
	var err error
	if r.chain, err = r.link.Send(r.t.Context(), fact, r.chain); err != nil {
		r.t.Fatal(err)
	}
	slot, _ := r.sheet.Find(r.slots[n])
	c := wire.Consent{
		Ticket: wire.TicketRef{Queue: r.sheet.Queue, Day: r.sheet.Day, Slot: r.slots[n], Code: fact.Code}, Start: r.sheet.Slots[slot].Start,
		Purpose: privacy.Reminding, Channel: channel, Contact: contact, Lang: locale.Italian, Edition: r.told.Privacy.Edition,
		Notice: privacy.Full(r.told.Notice(locale.Italian)).Hash(), Shown: [32]byte{1}, Program: "test", Receipt: [16]byte{byte(n), 1}, At: r.hand.now(),
	}
	plain, err := wire.EncodeConsent(c)
	if err != nil {
		r.t.Fatal(err)
	}
	closed, err := sealed.Seal(r.told.Reminders.Key, r.told.ID, "ingresso", plain)
	if err != nil {
		r.t.Fatal(err)
	}
	for range 2 { // the answer is lost once
		kept, err := r.link.Contact(r.t.Context(), wire.Contact{Incarnation: store, Sealed: closed})
		if err != nil || !kept.Due.Equal(c.Start.Add(-30*time.Minute)) {
			r.t.Fatalf("kept %+v, %v; the time is %s", kept, err, c.Start)
		}
	}
	return c
}

// traceOf returns the first file that holds a contact in any form, "" for none.
func (r *reminding) traceOf(contact string) (found string) {
	r.t.Helper()
	var wide []byte
	for _, u := range utf16.Encode([]rune(contact)) {
		wide = binary.LittleEndian.AppendUint16(wide, u)
	}
	sum := sha256.Sum256([]byte(contact))
	all := [][]byte{[]byte(contact), wide, []byte(hex.EncodeToString([]byte(contact))), sum[:], []byte(hex.EncodeToString(sum[:]))}
	for shift := range 3 {
		text := base64.RawStdEncoding.EncodeToString(append(make([]byte, shift), contact...))
		all = append(all, []byte(text[4:len(text)-4]))
	}
	err := filepath.WalkDir(r.dir, func(path string, e os.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		for _, form := range all {
			if bytes.Contains(data, form) {
				found = path
			}
		}
		return err
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return found
}

// kept returns how many contacts are kept.
func (r *reminding) kept() int {
	found, err := filepath.Glob(filepath.Join(r.dir, "contacts", "*.contact"))
	if err != nil {
		r.t.Fatal(err)
	}
	return len(found)
}

func (r *reminding) stateOf(c wire.Consent) string {
	r.t.Helper()
	identity, err := central.OpenIdentity(r.dir)
	if err != nil {
		r.t.Fatal(err)
	}
	found, err := consents.Read(filepath.Join(r.dir, consents.Dir), r.told.ID, booking.Day{}, identity.Signer())
	if err != nil || len(found.Problems) > 0 {
		r.t.Fatal(err, found.Problems)
	}
	for _, record := range found.Records {
		if record.Receipt == c.Receipt {
			if !strings.Contains(record.Terms.Controller.Name, "Valfiorita") {
				r.t.Errorf("record: %+v", record)
			}
			return record.State.String()
		}
	}
	return "none"
}

func TestWhoeverConsentsIsRemindedOnceAndForgotten(t *testing.T) {
	r := openReminding(t)
	const phone, mail, taken = "+393331234567", "chiara.canary@posta.example", "+393337654321"
	byPhone, byMail, away := r.give(0, privacy.SMS, phone), r.give(1, privacy.Mail, mail), r.give(2, privacy.SMS, taken)
	if r.kept() != 3 || r.stateOf(byMail) != "given" {
		t.Errorf("%d kept, recorded as %s", r.kept(), r.stateOf(byMail))
	}
	reminded, err := r.link.Reminder(t.Context(), wire.Reminder{Incarnation: store, Ticket: away.Ticket})
	if err != nil || !reminded.On || strings.Contains(reminded.Masked, "33376") {
		t.Errorf("reminded %+v, %v", reminded, err)
	}
	if _, err := r.link.Withdraw(t.Context(), wire.Withdraw{Incarnation: store, Ticket: away.Ticket}); err != nil {
		t.Fatal(err)
	}
	if r.kept() != 2 || r.stateOf(away) != "withdrawn" {
		t.Errorf("%d kept, recorded as %s", r.kept(), r.stateOf(away))
	}
	for _, contact := range []string{phone, mail, taken} {
		if where := r.traceOf(contact); where != "" {
			t.Errorf("%s is in %s", contact, where)
		}
	}
	r.hand.set(byMail.Start.Add(-20 * time.Minute))
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	messages, err := r.post.Wait(ctx, 2)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range messages {
		c := byPhone
		if m.Channel == privacy.Mail {
			c = byMail
		}
		if m.To != c.Contact || !strings.Contains(m.Text, "Anagrafe di Valfiorita: oggi alle ") || !strings.Contains(m.Text, string(c.Ticket.Slot)) {
			t.Errorf("%+v", m)
		}
	}
	if err := r.Close(); err != nil { // whatever is under way is done
		t.Fatal(err)
	}
	if r.kept() != 0 || r.stateOf(byPhone) != "fulfilled" || r.stateOf(byMail) != "fulfilled" {
		t.Errorf("%d kept, recorded as %s and %s", r.kept(), r.stateOf(byPhone), r.stateOf(byMail))
	}
	for _, contact := range []string{phone, mail, taken} {
		if where := r.traceOf(contact); where != "" || strings.Contains(r.log.String(), contact) {
			t.Errorf("%s is in %s, or in the log", contact, where)
		}
	}
	if !strings.Contains(r.log.String(), "scheduler.messages-sent") {
		t.Error(r.log)
	}
}

func TestWithoutANotifierNobodyIsAskedAndContactsAreRefused(t *testing.T) {
	dir := t.TempDir()
	c := open(t, central.Config{DataDir: dir})
	if o := c.Service().Plans()[0].Office; o.Reminders.Offered() || o.Advance == privacy.AdvanceConsent {
		t.Errorf("offered: %+v, %s", o.Reminders, o.Advance)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
}
