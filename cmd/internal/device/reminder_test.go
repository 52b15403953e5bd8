package device_test

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"log/slog"
	"math/big"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"example.org/totem/booking"
	"example.org/totem/cmd/internal/central"
	"example.org/totem/cmd/internal/device"
	"example.org/totem/internal/papersim"
	"example.org/totem/kiosk"
	"example.org/totem/privacy"
	"example.org/totem/scheduler/agenda"
	"example.org/totem/scheduler/contacts"
)

// drawer is a gateway in which text messages stay.
type drawer struct{}

func (drawer) Channels() []privacy.Channel                  { return []privacy.Channel{privacy.SMS} }
func (drawer) Once() bool                                   { return true }
func (drawer) Send(context.Context, contacts.Message) error { return nil }

// openReminding starts a scheduler of the sample office whose citizens can be reminded.
func openReminding(t testing.TB, dir, listen string, now func() time.Time, change func(*agenda.Plan)) *central.Central {
	t.Helper()
	p := plan(t)
	change(&p)
	c, err := central.Open(waiting(t), central.Config{Plans: []agenda.Plan{p}, Notifiers: []contacts.Notifier{drawer{}}, DataDir: dir, Init: true,
		Listen: listen, Now: now, After: never})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// never keeps the scheduler's own rounds from moving slots while a test looks at their revisions.
func never(time.Duration) <-chan time.Time { return nil }

func asItIs(*agenda.Plan) {}

// takeLate takes a ticket of the last time of today that is shown, which is late enough for a reminder.
func (d *totem) takeLate() kiosk.Screen {
	d.t.Helper()
	times := d.touch(d.must("start"), control(kiosk.RoleService), "times")
	var last kiosk.Msg
	times.Root.Find(func(b kiosk.Box) bool {
		if control(kiosk.RoleHour)(b) {
			last = b.Tap
		}
		return false
	})
	d.say(last)
	times = d.sees(func(s kiosk.Screen) bool {
		return s.Name == "times" && canTap(s, func(b kiosk.Box) bool { return b.Tap == last && b.Chosen })
	})
	return d.touch(times, control(kiosk.RolePrimary), "take")
}

// newPhone returns a mobile number that nobody else in this run has.
func newPhone(t testing.TB) string {
	t.Helper()
	n, err := rand.Int(rand.Reader, big.NewInt(10_000_000))
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("347%07d", n)
}

// consents gives a contact where the screen offers to, and returns the screen that says what became of it.
func (d *totem) consents(s kiosk.Screen, phone string) kiosk.Screen {
	d.t.Helper()
	s = d.touch(s, named("reminder"), "reminder-ask")
	d.touch(s, named("yes"), "contact")
	d.types(phone)
	s = d.sees(func(s kiosk.Screen) bool { return s.Name == "contact" && canTap(s, named("send")) })
	return d.touch(s, named("send"), "reminder-kept", "reminder-not-kept", "reminder-unclear")
}

// asksReminder asks for the reminder of the ticket with a code.
func (d *totem) asksReminder(code booking.Code) kiosk.Screen {
	d.t.Helper()
	d.finds(code)
	own := d.sees(func(s kiosk.Screen) bool { return s.Name == "own" && canTap(s, named("reminder")) })
	return d.touch(own, named("reminder"), "reminder", "reminder-none", "reminder-unreachable", "reminder-ask")
}

// contact adds every form in which a contact could stand in a file.
func (c canaries) contact(name, contact string) {
	sum := sha256.Sum256([]byte(contact))
	c[name], c[name+" in hex"], c[name+" hashed"], c[name+" hashed in hex"] = []byte(contact), []byte(hex.EncodeToString([]byte(contact))), sum[:], []byte(hex.EncodeToString(sum[:]))
	little, big := make([]byte, 0, 2*len(contact)), make([]byte, 0, 2*len(contact))
	for _, unit := range utf16.Encode([]rune(contact)) {
		little, big = append(little, byte(unit), byte(unit>>8)), append(big, byte(unit>>8), byte(unit))
	}
	c[name+" in UTF-16"], c[name+" in UTF-16, big end first"] = little, big
	for shift := range 3 { // wherever in a longer text it stands
		text := base64.RawStdEncoding.EncodeToString([]byte(strings.Repeat(" ", shift) + contact))
		c[fmt.Sprintf("%s in base64, %d", name, shift)] = []byte(text[(shift*8+5)/6 : len(contact)/3*4])
	}
}

// withdrawals returns how many wait in a totem's database.
func withdrawals(t testing.TB, data string) int {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(data, "totem.db")+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	return len(column(t, db, "SELECT number FROM withdrawal"))
}

// revisions returns the revision of each of today's sheets.
func revisions(t testing.TB, c *central.Central) (all []booking.Revision) {
	t.Helper()
	sheets, err := c.Sheets(waiting(t), plan(t).Office.ID, theTuesday(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range sheets {
		all = append(all, s.Revision)
	}
	return all
}

func TestAReminderIsGivenShownAndWithdrawnAndNoFileHoldsItsContact(t *testing.T) {
	now := atOpening(t)
	c := openReminding(t, folder(t, "scheduler"), "127.0.0.1:0", now, asItIs)
	paper, data, logs := openPaper(t, papersim.Config{}), folder(t, "totem"), &journal{}
	d := startWith(t, provisioned(t, c, config(t, data, paper.Path, c.URL())), device.Parts{Now: now, Log: slog.New(slog.NewTextHandler(logs, nil))})
	s := d.takeLate()
	number := booking.Number(text(s, kiosk.RoleNumber))
	booked(t, c, number, booking.PaperPrinted)
	code, before := codeOn(t, paper.Slips()[0]), revisions(t, c)

	phone := newPhone(t)
	typed := canaries{}
	typed.contact("the contact", phone)
	typed.contact("the contact with its country", "+39"+phone)
	s = d.consents(s, phone)
	if s.Name != "reminder-kept" || mentions(s, phone[3:]) {
		t.Fatalf("the screen is %q: %+v", s.Name, s.Root)
	}
	awaits(t, "the receipt is printed", func() bool { return len(paper.Slips()) == 2 })
	receipt, ok := s.Root.Find(func(b kiosk.Box) bool { _, err := privacy.ParseReceipt(b.Text); return err == nil })
	if strip := string(paper.Slips()[1].Bytes); !ok || !strings.Contains(strip, receipt.Text[:19]) || strings.Contains(strip, string(number)) {
		t.Errorf("the strip says %q, want receipt %q and no number", strip, receipt.Text)
	}
	d.touch(s, named("done"), "start")

	s = d.asksReminder(code)
	if s.Name != "reminder" || !mentions(s, phone[len(phone)-2:]) || mentions(s, phone[3:]) {
		t.Errorf("the screen is %q: %+v", s.Name, s.Root)
	}
	for _, found := range typed.in(t, data) {
		t.Errorf("while it is held, %s", found)
	}
	s = d.touch(s, named("drop-reminder"), "reminder-dropped", "reminder-later", "reminder-drop-failed", "reminder-drop-unknown")
	if s.Name != "reminder-dropped" {
		t.Errorf("the screen is %q", s.Name)
	}
	d.say(kiosk.Finish{})
	if s = d.asksReminder(code); s.Name != "reminder-none" {
		t.Errorf("once it is withdrawn the screen is %q", s.Name)
	}
	after := revisions(t, c)
	for i := range before {
		if before[i] != after[i] {
			t.Errorf("the sheet was at %v and is at %v: a consent is told in a fact", before[i], after[i])
		}
	}
	if n := withdrawals(t, data); n != 0 {
		t.Errorf("%d withdrawals wait", n)
	}
	if err := d.stop(); err != nil {
		t.Fatal(err)
	}
	typed[`the receipt`], typed["the receipt in one"] = []byte(receipt.Text), []byte(strings.ReplaceAll(receipt.Text, " ", ""))
	raw, _ := privacy.ParseReceipt(receipt.Text)
	typed["the receipt's bytes"] = raw[:]
	for _, found := range typed.in(t, data) {
		t.Errorf("once the totem has stopped, %s", found)
	}
	if names := logs.holds(typed); len(names) > 0 || logs.text.Len() == 0 {
		t.Errorf("the log holds %q, or nothing", names)
	}
}

func TestAReminderThatIsWithdrawnWithoutALinkIsToldWhenItIsBack(t *testing.T) {
	now, dir, address := atOpening(t), folder(t, "scheduler"), freeAddress(t)
	c := openReminding(t, dir, address, now, asItIs)
	paper, data := openPaper(t, papersim.Config{}), folder(t, "totem")
	cfg := provisioned(t, c, config(t, data, paper.Path, "nats://"+address))
	d := startTotem(t, cfg, now)
	s := d.takeLate()
	booked(t, c, booking.Number(text(s, kiosk.RoleNumber)), booking.PaperPrinted)
	code := codeOn(t, paper.Slips()[0])
	if s = d.consents(s, newPhone(t)); s.Name != "reminder-kept" {
		t.Fatalf("the screen is %q", s.Name)
	}
	d.touch(s, named("done"), "start")
	d.touch(d.must("start"), control(kiosk.RoleService), "times")
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	late := d.sees(func(s kiosk.Screen) bool { return s.Name == "times" && !canTap(s, named("other-day")) })
	if s = d.touch(late, control(kiosk.RolePrimary), "take", "not-given"); s.Name != "take" {
		t.Errorf("without a link a ticket of today leads to %q", s.Name)
	}
	d.say(kiosk.Finish{})
	if s = d.asksReminder(code); s.Name != "reminder-unreachable" {
		t.Fatalf("without a link the screen is %q", s.Name)
	}
	if s = d.touch(s, named("drop-reminder"), "reminder-dropped", "reminder-later", "reminder-drop-failed"); s.Name != "reminder-later" {
		t.Errorf("without a link the screen is %q", s.Name)
	}
	if err := d.stop(); err != nil {
		t.Fatal(err)
	}
	if n := withdrawals(t, data); n != 1 {
		t.Fatalf("%d withdrawals wait, want 1", n)
	}
	for _, p := range device.Examine(t.Context(), cfg) {
		if p.Name == "notice" && (p.State != device.Good || !strings.Contains(p.Cause, "reminders by sms; withdrawals that wait for the scheduler: 1")) {
			t.Errorf("the doctor says %+v", p)
		}
	}

	d = startTotem(t, cfg, now)
	d.must("start")
	openReminding(t, dir, address, now, asItIs)
	awaits(t, "the withdrawal is told", func() bool { return withdrawals(t, data) == 0 })
	if s = d.asksReminder(code); s.Name != "reminder-none" {
		t.Errorf("once it was told the screen is %q", s.Name)
	}
}

func TestWithoutALinkAContactIsLetGoAndTheTicketStays(t *testing.T) {
	now, address := atOpening(t), freeAddress(t)
	c := openReminding(t, folder(t, "scheduler"), address, now, asItIs)
	paper, data := openPaper(t, papersim.Config{}), folder(t, "totem")
	d := startTotem(t, provisioned(t, c, config(t, data, paper.Path, "nats://"+address)), now)
	s := d.takeLate()
	number := text(s, kiosk.RoleNumber)
	s = d.touch(s, named("reminder"), "reminder-ask")
	d.touch(s, named("yes"), "contact")
	phone := newPhone(t)
	d.types(phone)
	s = d.sees(func(s kiosk.Screen) bool { return s.Name == "contact" && canTap(s, named("send")) })
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	if s = d.touch(s, named("send"), "reminder-kept", "reminder-not-kept", "reminder-unclear"); s.Name != "reminder-unclear" {
		t.Errorf("the screen is %q", s.Name)
	}
	d.say(kiosk.Finish{})
	if own := d.finds(codeOn(t, paper.Slips()[0])); text(own, kiosk.RoleNumber) != number {
		t.Errorf("the ticket is %q", text(own, kiosk.RoleNumber))
	}
	typed := canaries{}
	typed.contact("the contact", phone)
	for _, found := range typed.in(t, data) {
		t.Error(found)
	}
}

func TestAContactThatIsAskedForWithAnotherDayIsKeptWithItsTicket(t *testing.T) {
	now := atOpening(t)
	c := openReminding(t, folder(t, "scheduler"), "127.0.0.1:0", now, asItIs)
	paper := openPaper(t, papersim.Config{})
	d := startTotem(t, provisioned(t, c, config(t, folder(t, "totem"), paper.Path, c.URL())), now)
	d.touch(d.must("start"), control(kiosk.RoleService), "times")
	times := d.sees(func(s kiosk.Screen) bool { return s.Name == "times" && canTap(s, named("other-day")) })
	s := d.touch(times, named("other-day"), "other-day-ask")
	d.touch(s, named("yes"), "contact")
	d.types(newPhone(t))
	s = d.sees(func(s kiosk.Screen) bool { return s.Name == "contact" && canTap(s, named("send")) })
	days := d.touch(s, named("send"), "days")
	s = d.touch(days, control(kiosk.RoleDay), "day")
	d.touch(s, named("take"), "take")
	d.sees(func(s kiosk.Screen) bool { return s.Name == "take" && mentions(s, "Numero del consenso") })
	slip := paper.Slips()[0]
	if strings.Contains(string(slip.Bytes), "senza dati personali") {
		t.Error("the slip says that no data were asked for")
	}
	d.say(kiosk.Finish{})
	if s := d.asksReminder(codeOn(t, slip)); s.Name != "reminder" {
		t.Errorf("the screen is %q", s.Name)
	}
}
