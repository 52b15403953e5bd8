package natslink_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"example.org/totem/booking"
	"example.org/totem/privacy"
	"example.org/totem/sync/natslink"
	"example.org/totem/sync/sealed"
	"example.org/totem/sync/wire"
)

var sameDay = cmp.Comparer(func(a, b booking.Day) bool { return a == b })

func granted(w wire.Want) wire.Granted {
	return wire.Granted{Key: booking.DayKey{9}, Sheet: booking.Sheet{
		SheetKey: booking.SheetKey{Office: office, Queue: w.Queue, Day: w.Day}, Revision: booking.Revision{Epoch: 3, Sequence: 8}, Prefix: "A",
		Slots: []booking.Slot{{Number: "A001", Start: w.Start, Holder: booking.HeldBy(totem), State: booking.Free}},
	}}
}

func TestACitizenIsAnsweredOverTheLink(t *testing.T) {
	url := start(t, t.TempDir(), -1).ClientURL()
	d := newDesk()
	d.want = func(who booking.TotemID, w wire.Want) (wire.Granted, error) {
		if who != totem {
			return wire.Granted{}, errors.New("nobody of that name")
		}
		if w.Start.Equal(noon) {
			return granted(w), nil
		}
		return wire.Granted{}, &wire.Refusal{Code: wire.RefusedGone, Sentence: "it is another's", Remedy: "ask again"}
	}
	serve(t, url, d)
	l := dial(t, url, totem)
	awaitUp(t, l)
	store := booking.Incarnation{7}

	vacant, err := l.Vacancy(t.Context(), wire.Vacancy{Incarnation: store, Queue: "anagrafe"})
	if err != nil || len(vacant.Days) != 1 || vacant.Days[0].Day != today.AddDays(2) || !vacant.Days[0].Starts[0].Equal(noon) {
		t.Errorf("vacancy: %v, %v", vacant, err)
	}
	w := wire.Want{Incarnation: store, Queue: "anagrafe", Day: today.AddDays(2), Start: noon}
	got, err := l.Want(t.Context(), w)
	if err != nil || !cmp.Equal(got, granted(w), sameDay) {
		t.Errorf("want: %v, %v", got, err)
	}
	w.Start = noon.Add(time.Minute)
	var refusal *wire.Refusal
	if _, err := l.Want(t.Context(), w); !errors.As(err, &refusal) || refusal.Code != wire.RefusedGone {
		t.Errorf("want of what is gone: %v", err)
	}
	if kept, err := l.Contact(t.Context(), wire.Contact{Incarnation: store, Sealed: bytes.Repeat([]byte{1}, wire.SealedContact)}); err != nil || !kept.Due.Equal(noon) {
		t.Errorf("contact: %v, %v", kept, err)
	}
	for _, on := range []bool{true, false, false} {
		if r, err := l.Reminder(t.Context(), wire.Reminder{Incarnation: store, Ticket: aTicket}); err != nil || r.On != on {
			t.Errorf("reminder: %v, %v; want %v", r, err, on)
		}
		if _, err := l.Withdraw(t.Context(), wire.Withdraw{Incarnation: store, Ticket: aTicket}); err != nil {
			t.Errorf("withdraw: %v", err)
		}
	}
}

func TestNobodyWhoAnswersIsNoRefusal(t *testing.T) {
	url := start(t, t.TempDir(), -1).ClientURL()
	l := dial(t, url, totem)
	awaitUp(t, l)
	var refusal *wire.Refusal
	_, err := l.Contact(t.Context(), wire.Contact{Incarnation: booking.Incarnation{7}, Sealed: bytes.Repeat([]byte{1}, wire.SealedContact)})
	if !errors.Is(err, nats.ErrNoResponders) || errors.As(err, &refusal) {
		t.Errorf("contact: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := l.Withdraw(ctx, wire.Withdraw{Incarnation: booking.Incarnation{7}, Ticket: aTicket}); !errors.Is(err, context.Canceled) {
		t.Errorf("withdraw: %v", err)
	}
}

// citizens gave all kinds of things.
func citizens() []wire.Consent {
	first := wire.Consent{
		Ticket: aTicket, Start: noon, At: noon.Add(-2 * time.Hour), Purpose: privacy.Reminding, Channel: privacy.SMS, Contact: "+393331234567",
		Lang: "it", Edition: "1", Notice: [32]byte{1}, Shown: [32]byte{2}, Program: "totem 1.0.0", Receipt: [16]byte{1},
	}
	second := first
	second.Ticket = wire.TicketRef{Queue: "tributi-e-altre-cose", Day: today.AddDays(40), Slot: "Z1204", Code: booking.CodeHash{200}}
	second.Purpose, second.Channel, second.Contact = privacy.OtherDay, privacy.Mail, strings.Repeat("nome.", 10)+"x@"+strings.Repeat("lungo.", 30)+"example"
	second.Lang, second.Start, second.Receipt = "bn", noon.AddDate(0, 0, 40), [16]byte{250}
	third := first
	third.Receipt = [16]byte{3} // the same citizen, once more
	return []wire.Consent{first, second, third}
}

// TestContactsDifferInNothingButWhatIsSealedAndAreStoredNowhere listens where only the server could, to messages of
// citizens who differ in everything.
func TestContactsDifferInNothingButWhatIsSealedAndAreStoredNowhere(t *testing.T) {
	dir := t.TempDir()
	url := start(t, dir, -1).ClientURL()
	d := newDesk()
	serve(t, url, d)
	heard := make(chan *nats.Msg, 16)
	ear := connect(t, url)
	if _, err := ear.ChanSubscribe("rq.>", heard); err != nil {
		t.Fatal(err)
	}
	if err := ear.Flush(); err != nil {
		t.Fatal(err)
	}
	private, public := sealingKeys(t)
	l := dial(t, url, totem)
	awaitUp(t, l)
	var messages []*nats.Msg
	for _, c := range citizens() {
		messages = append(messages, giveContact(t, l, heard, public, c))
	}
	send(t, l, 1, 0) // the stream works, and facts are in it
	text := base64.RawURLEncoding.EncodeToString
	for i, m := range messages {
		d.mu.Lock()
		closed := d.kept[i].Sealed
		d.mu.Unlock()
		plain, err := sealed.Open(private, office, totem, closed)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := wire.DecodeConsent(plain); err != nil || got != citizens()[i] {
			t.Errorf("arrived: %+v, %v", got, err)
		}
		first := messages[0]
		if len(m.Data) != len(first.Data) || len(m.Reply) != len(first.Reply) || m.Subject != first.Subject || len(m.Header) > 0 {
			t.Errorf("%d bytes to %s with %d of reply, %v; the first has %d to %s with %d", len(m.Data), m.Subject, len(m.Reply), m.Header,
				len(first.Data), first.Subject, len(first.Reply))
		}
		if got, want := bytes.Replace(m.Data, []byte(text(closed)), nil, 1), `{"version":2,"kind":"contact","body":{"incarnation":"0700000000000000","sealed":""}}`; string(got) != want {
			t.Errorf("beside what is sealed: %s", got)
		}
		for _, word := range []string{citizens()[i].Contact, "sms", "email", "A003", "Z1204"} {
			if bytes.Contains(m.Data, []byte(word)) && !strings.Contains(text(closed), word) {
				t.Errorf("%q travels in the open", word)
			}
		}
	}
	nothingIsStored(t, url, dir, messages)
}

func sealingKeys(t *testing.T) (private, public []byte) {
	t.Helper()
	private, err := sealed.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	if public, err = sealed.PublicKey(private); err != nil {
		t.Fatal(err)
	}
	return private, public
}

// giveContact seals and sends a consent, and returns it as it was heard on the way.
func giveContact(t *testing.T, l *natslink.Totem, heard <-chan *nats.Msg, public []byte, c wire.Consent) *nats.Msg {
	t.Helper()
	plain, err := wire.EncodeConsent(c)
	if err != nil {
		t.Fatal(err)
	}
	closed, err := sealed.Seal(public, office, totem, plain)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := l.Contact(t.Context(), wire.Contact{Incarnation: booking.Incarnation{7}, Sealed: closed}); err != nil {
		t.Fatal(err)
	}
	select {
	case m := <-heard:
		return m
	case <-time.After(patience):
		t.Fatal("the message was not heard")
		return nil
	}
}

// nothingIsStored asks JetStream, and looks into its files: every stream, whatever its subjects are.
func nothingIsStored(t *testing.T, url, dir string, messages []*nats.Msg) {
	t.Helper()
	js, err := jetstream.New(connect(t, url))
	if err != nil {
		t.Fatal(err)
	}
	streams := js.ListStreams(t.Context())
	count := 0
	for s := range streams.Info() {
		count++
		for _, subject := range s.Config.Subjects {
			if strings.HasPrefix(subject, "rq.") || strings.HasPrefix(subject, "*") || strings.HasPrefix(subject, ">") {
				t.Errorf("stream %s stores %s", s.Config.Name, subject)
			}
		}
		if s.State.Msgs != 1 {
			t.Errorf("stream %s holds %d messages, want the one fact", s.Config.Name, s.State.Msgs)
		}
	}
	if err := streams.Err(); err != nil || count != 1 {
		t.Errorf("%d streams, %v", count, err)
	}
	facts := 0
	err = filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if bytes.Contains(data, []byte(`"kind":"fact"`)) {
			facts++
		}
		for i, m := range messages {
			if bytes.Contains(data, m.Data[200:240]) || bytes.Contains(data, []byte(`"kind":"contact"`)) {
				return fmt.Errorf("message %d is in %s", i, path)
			}
		}
		return err
	})
	if err != nil || facts == 0 {
		t.Errorf("%v; the fact is in %d files", err, facts)
	}
}
