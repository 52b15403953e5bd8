package consents_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/nats-io/nkeys"

	"example.org/totem/booking"
	"example.org/totem/locale"
	"example.org/totem/privacy"
	"example.org/totem/scheduler/consents"
	"example.org/totem/sync/wire"
)

const (
	office = booking.OfficeID("rm001")
	text   = "Il Comune tratta il tuo numero per mandarti un promemoria."
)

// signer signs with a key that is the same in every run.
type signer struct{ pair nkeys.KeyPair }

func newSigner(t testing.TB, salt byte) signer {
	t.Helper()
	pair, err := nkeys.CreatePairWithRand(nkeys.PrefixByteUser, bytes.NewReader(bytes.Repeat([]byte{salt}, 64)))
	if err != nil {
		t.Fatal(err)
	}
	return signer{pair}
}

func (s signer) Sign(message []byte) ([]byte, error) { return s.pair.Sign(message) }

func (s signer) Signer() string {
	key, err := s.pair.PublicKey()
	if err != nil {
		panic(err)
	}
	return key
}

func day(t testing.TB, s string) booking.Day {
	t.Helper()
	d, err := booking.ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func clock(hour, minute int) time.Time { return time.Date(2026, 11, 24, hour, minute, 0, 0, time.UTC) }

// consent is one given on 24 November, whose contact and ticket nobody else has.
func consent(t testing.TB, n byte) wire.Consent {
	return wire.Consent{
		Ticket: wire.TicketRef{Queue: "anagrafe", Day: day(t, "2026-11-24"), Slot: booking.Number(fmt.Sprintf("A%03d", n))},
		Start:  clock(10, int(n)%60), Purpose: privacy.Reminding, Channel: privacy.SMS, Contact: fmt.Sprintf("+39000000%03d", n), Lang: locale.Italian,
		Edition: "3", Notice: sha256.Sum256([]byte(text)), Shown: sha256.Sum256([]byte("screen")), Program: "1.4.0",
		Receipt: privacy.Receipt{0: 0xa7, 15: n}, At: clock(8, 41),
	}
}

func terms() privacy.Terms {
	return privacy.Terms{
		Controller: privacy.Controller{Name: "Comune di Valfiorita", Address: "piazza del Municipio 1, Valfiorita", Email: "anagrafe@valfiorita.example",
			PEC: "protocollo@pec.valfiorita.example", Phone: "000 000 0000", DPO: "protezione.dati@valfiorita.example"},
		Officer: privacy.Officer{Address: "piazza del Municipio 2, Valfiorita", PEC: "rpd@pec.valfiorita.example"},
		Recipients: []privacy.Recipient{
			{Name: "Messaggi Valfiorita S.r.l.", Task: locale.Text{locale.Italian: "invia gli SMS", locale.English: "sends text messages"}, Channels: []privacy.Channel{privacy.SMS}, Keeps: 6, Country: "IT"},
			{Name: "Posta Valfiorita S.r.l.", Channels: []privacy.Channel{privacy.Mail}, Country: "DE"},
		},
		Notice: text, Zone: "Europe/Rome",
	}
}

func open(t testing.TB, dir string, log *bytes.Buffer) *consents.Store {
	t.Helper()
	c := consents.Config{Dir: dir, Signer: newSigner(t, 1)}
	if log != nil {
		c.Log = slog.New(slog.NewTextHandler(log, nil))
	}
	s, err := consents.Open(c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func give(t testing.TB, s *consents.Store, all ...wire.Consent) {
	t.Helper()
	for _, c := range all {
		if err := s.Given(context.Background(), office, c, terms()); err != nil {
			t.Fatal(err)
		}
	}
}

func end(t testing.TB, s *consents.Store, c wire.Consent, how privacy.ConsentState, at time.Time) {
	t.Helper()
	if err := s.Changed(context.Background(), office, c.Receipt, how, at); err != nil {
		t.Fatal(err)
	}
}

func found(t testing.TB, dir string) consents.Found {
	t.Helper()
	f, err := consents.Read(dir, office, booking.Day{}, newSigner(t, 1).Signer())
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// disk returns everything in a directory, names too.
func disk(t testing.TB, dir string) map[string]string {
	t.Helper()
	all := make(map[string]string)
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		b, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		all[e.Name()] = string(b)
	}
	return all
}

func TestARecordSaysHowItWasAskedAndHowItEnded(t *testing.T) {
	dir := filepath.Join(memory(t), "consents")
	s := open(t, dir, nil)
	a, b, c, d := consent(t, 1), consent(t, 2), consent(t, 3), consent(t, 4)
	give(t, s, a, b, c, d)
	end(t, s, a, privacy.ConsentWithdrawn, clock(9, 3).Add(41*time.Second))
	end(t, s, b, privacy.ConsentFulfilled, clock(9, 32))
	end(t, s, c, privacy.ConsentExpired, clock(9, 50))
	for _, again := range []*consents.Store{s, open(t, dir, nil)} {
		for i, want := range []privacy.ConsentState{privacy.ConsentWithdrawn, privacy.ConsentFulfilled, privacy.ConsentExpired, privacy.ConsentGiven} {
			if got := again.State(office, consent(t, byte(i+1)).Receipt); got != want {
				t.Errorf("consent %d is %s, want %s", i+1, got, want)
			}
		}
	}
	f := found(t, dir)
	if len(f.Records) != 4 || len(f.Problems)+len(f.Torn) > 0 {
		t.Fatalf("%d records, problems %v, torn %v", len(f.Records), f.Problems, f.Torn)
	}
	want := privacy.Record{
		Given: privacy.Given{Receipt: a.Receipt, At: clock(8, 41), Until: "2026-11-24", Purpose: privacy.Reminding, Channel: privacy.SMS, Lang: locale.Italian,
			Edition: "3", Notice: a.Notice, Shown: a.Shown, Program: "1.4.0"},
		Terms: terms(), State: privacy.ConsentWithdrawn, Ended: clock(9, 3),
	}
	want.Terms.Recipients = want.Terms.Recipients[:1] // who carries text messages
	if diff := cmp.Diff(want, f.Records[0]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, r := range f.Records[1:3] {
		if !r.Ended.Equal(clock(0, 0)) {
			t.Errorf("%s at %s: only the day may be known", r.State, r.Ended)
		}
	}
}

func TestToldAgainNothingChanges(t *testing.T) {
	dir := memory(t)
	s := open(t, dir, nil)
	a := consent(t, 1)
	give(t, s, a)
	end(t, s, a, privacy.ConsentFulfilled, clock(9, 32))
	before := disk(t, dir)
	for _, s := range []*consents.Store{s, open(t, dir, nil)} {
		give(t, s, a)
		for _, how := range []privacy.ConsentState{privacy.ConsentFulfilled, privacy.ConsentWithdrawn, privacy.ConsentExpired} {
			end(t, s, a, how, clock(11, 0))
		}
	}
	if diff := cmp.Diff(before, disk(t, dir)); diff != "" {
		t.Errorf("(-before +after):\n%s", diff)
	}
}

func TestTheEndOfAnUnknownConsentIsToldAndWritesNothing(t *testing.T) {
	dir := memory(t)
	s := open(t, dir, nil)
	if err := s.Changed(context.Background(), office, consent(t, 1).Receipt, privacy.ConsentWithdrawn, clock(9, 0)); !errors.Is(err, consents.ErrUnknown) {
		t.Errorf("%v, want ErrUnknown", err)
	}
	give(t, s, consent(t, 1))
	if err := s.Changed(context.Background(), "rm002", consent(t, 1).Receipt, privacy.ConsentWithdrawn, clock(9, 0)); !errors.Is(err, consents.ErrUnknown) {
		t.Errorf("of another office: %v, want ErrUnknown", err)
	}
	if err := s.Changed(context.Background(), office, consent(t, 1).Receipt, privacy.ConsentGiven, clock(9, 0)); err == nil {
		t.Error("given is no end")
	}
}

func TestARecordThatLacksSomethingIsRefused(t *testing.T) {
	dir := memory(t)
	s := open(t, dir, nil)
	for what, spoil := range map[string]func(*wire.Consent){
		"receipt": func(c *wire.Consent) { c.Receipt = [16]byte{} },
		"minutes": func(c *wire.Consent) { c.At = c.At.Add(time.Second) },
		"day":     func(c *wire.Consent) { c.Ticket.Day = booking.Day{} },
		"purpose": func(c *wire.Consent) { c.Purpose = "" },
		"digest":  func(c *wire.Consent) { c.Shown = [32]byte{} },
		"release": func(c *wire.Consent) { c.Program = "" },
	} {
		c := consent(t, 1)
		spoil(&c)
		err := s.Given(context.Background(), office, c, terms())
		if err == nil {
			t.Errorf("%s: taken", what)
			continue
		}
		if strings.Contains(err.Error(), c.Contact) || strings.Contains(err.Error(), string(c.Ticket.Slot)) {
			t.Errorf("%s: the error names contact or ticket: %v", what, err)
		}
	}
	if left := disk(t, dir); len(left) > 0 {
		t.Errorf("left on disk: %v", left)
	}
}

// Two days that differ in tickets, contacts and in when messages went out leave the same bytes: nothing of them can be read
// from the records.
func TestRecordsLeadToNoTicketAndToNoContact(t *testing.T) {
	random := rand.New(rand.NewPCG(27560, 2023))
	for range 10 {
		n := 1 + random.IntN(6)
		ends := make([]privacy.ConsentState, n)
		for i := range ends {
			ends[i] = []privacy.ConsentState{0, privacy.ConsentFulfilled, privacy.ConsentExpired}[random.IntN(3)]
		}
		var left [2]map[string]string
		var times [2]map[string]time.Time
		for world := range 2 {
			dir := memory(t)
			s := open(t, dir, nil)
			for i := range n {
				c := consent(t, byte(i+1))
				c.Ticket.Slot, c.Ticket.Code[0] = booking.Number(fmt.Sprintf("B%03d", random.IntN(1000))), byte(random.Int())
				c.Start, c.Contact = clock(10, random.IntN(60)), fmt.Sprintf("+3933%07d", random.IntN(1e7))
				give(t, s, c)
				if ends[i] != 0 {
					end(t, s, c, ends[i], c.Start.Add(-30*time.Minute))
				}
			}
			left[world], times[world] = disk(t, dir), modified(t, dir)
		}
		if diff := cmp.Diff(left[0], left[1]); diff != "" {
			t.Errorf("(-one +other):\n%s", diff)
		}
		if diff := cmp.Diff(times[0], times[1]); diff != "" {
			t.Errorf("when files changed (-one +other):\n%s", diff)
		}
	}
}

// memory returns a directory of its own, in memory where there is any: a real disk's flushes would take most of the time,
// and prove nothing here.
func memory(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "consents")
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

// modified returns when the files of days were last changed, as the file system tells it.
func modified(t testing.TB, dir string) map[string]time.Time {
	t.Helper()
	all := make(map[string]time.Time)
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(e.Name(), "notice.") {
			all[e.Name()] = info.ModTime()
		}
	}
	return all
}

func TestFilesAreForTheirOwnerAlone(t *testing.T) {
	dir := filepath.Join(memory(t), "consents")
	s := open(t, dir, nil)
	give(t, s, consent(t, 1), consent(t, 2))
	end(t, s, consent(t, 1), privacy.ConsentFulfilled, clock(9, 0))
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("directory: %v, %v", info.Mode(), err)
	}
	for name := range disk(t, dir) {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
}

func TestTheTextOfANoticeIsKeptAsLongAsARecordNamesIt(t *testing.T) {
	ctx, dir := context.Background(), memory(t)
	s := open(t, dir, nil)
	other := terms()
	other.Notice = "A text that nobody was shown."
	if err := s.Given(ctx, office, consent(t, 1), other); err != nil {
		t.Fatal(err)
	}
	if f := found(t, dir); f.Records[0].Terms.Notice != "" || len(f.Problems) > 0 {
		t.Errorf("text %q, problems %v", f.Records[0].Terms.Notice, f.Problems)
	}
	later := consent(t, 2)
	later.Ticket.Day = later.Ticket.Day.AddDays(1)
	give(t, s, later)
	for _, r := range found(t, dir).Records {
		if r.Terms.Notice != text {
			t.Errorf("text %q", r.Terms.Notice)
		}
	}
	name := ""
	for file := range disk(t, dir) {
		if strings.HasPrefix(file, "notice.") {
			name = filepath.Join(dir, file)
		}
	}
	s = open(t, dir, nil)
	if err := s.EndDay(ctx, office, day(t, "2026-11-24").AddDays(consents.Keep)); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(name); err != nil {
		t.Errorf("a record still names it: %v", err)
	}
	if err := s.EndDay(ctx, office, day(t, "2026-11-25").AddDays(consents.Keep)); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(name); err == nil {
		t.Error("the text is still there")
	}
}
